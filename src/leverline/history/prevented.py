"""Prevented matches: orders of one user that met, and expired or lost some of their quantity instead of trading."""

import msgspec

from leverline.history.logs import RecordLog
from leverline.history.policy import HistoryPolicy
from leverline.market.events import SelfTradePrevented


class PreventedMatch(msgspec.Struct, array_like=True, gc=False):
    """One match that self-trade prevention stopped; `match_id` counts by pair."""

    match_id: int
    pair: str
    time: int
    taker_order: int
    maker_order: int
    group_id: int
    mode: int
    price: int
    taker_quantity: int
    """What was prevented of the taker, base 10⁻⁸; 0 where it went on as it was."""
    maker_quantity: int


class PreventedMatches:
    """The newest prevented matches of each wallet that took part."""

    def __init__(self, policy: HistoryPolicy) -> None:
        self.log: RecordLog[PreventedMatch] = RecordLog(PreventedMatch, policy.records, policy.records_in_all)

    def add(self, event: SelfTradePrevented) -> None:
        """Note a match with both wallets, once where they are one."""
        match = PreventedMatch(
            event.match_id, event.pair, event.time, event.taker_order, event.maker_order, event.group_id, event.mode,
            event.price, event.taker_quantity, event.maker_quantity,
        )  # fmt: skip
        self.log.add(event.taker_wallet, match)
        if event.maker_wallet != event.taker_wallet:
            self.log.add(event.maker_wallet, match)

    def of(
        self, wallet_id: int, pair: str, match_id: int = 0, order_id: int = 0, from_id: int = 0, limit: int = 500
    ) -> list[PreventedMatch]:
        """Return matches of a wallet in a pair by rising id: one of them, those of an order, or from an id on."""
        found = self.log.all_of(
            wallet_id,
            lambda match: (
                match.pair == pair
                and match.match_id >= from_id
                and (not match_id or match.match_id == match_id)
                and (not order_id or order_id in (match.taker_order, match.maker_order))
            ),
        )
        return found[:limit]

    def save(self) -> bytes:
        """Return all matches as bytes."""
        return self.log.save()

    def load(self, data: bytes) -> None:
        """Know the matches that `save` made `data` of."""
        self.log.load(data)
