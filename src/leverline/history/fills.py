"""Trades of an account: each fill of its orders with its own commission. Fills of quotes are not kept."""

import msgspec

from leverline.history.logs import RecordLog
from leverline.history.orders import OrderRecord
from leverline.history.pages import EVER, Page, Window, ascending
from leverline.history.policy import HistoryPolicy
from leverline.market.events import Trade


class AccountTrade(msgspec.Struct, array_like=True, gc=False):
    """One fill of one order of a wallet."""

    trade_id: int
    """Of the pair, as in the market's trades."""
    order_id: int
    wallet_id: int
    pair: str
    time: int
    price: int
    quantity: int
    quote: int
    commission: int
    commission_asset: str
    is_buyer: bool
    is_maker: bool
    list_id: int = 0
    """The order list that the order is part of, 0 for none."""


class AccountTrades:
    """The newest fills of each wallet."""

    def __init__(self, policy: HistoryPolicy) -> None:
        self.log: RecordLog[AccountTrade] = RecordLog(AccountTrade, policy.account_trades, policy.account_trades_in_all)

    def add(self, order: OrderRecord, trade: Trade, is_maker: bool, commission: int, asset: str) -> None:
        """Append a fill of `order`."""
        record = AccountTrade(
            trade.trade_id, order.order_id, order.wallet_id, order.pair, trade.time, trade.price, trade.quantity,
            trade.quote_amount, commission, asset, order.is_buy, is_maker, order.list_id,
        )  # fmt: skip
        self.log.add(order.wallet_id, record)

    def of_order(self, wallet_id: int, order_id: int, since: int = 0) -> list[AccountTrade]:
        """Return the fills of one order, oldest first; given the time when it was placed, without looking further."""
        found: list[AccountTrade] = []
        for trade in self.log.of(wallet_id):
            if trade.time < since:
                break
            if trade.order_id == order_id:
                found.append(trade)
        return found[::-1]

    def of(
        self, wallet_id: int, pair: str, from_id: int | None = None, since: int | None = None, until: int = EVER,
        limit: int = 500, order_id: int | None = None,
    ) -> list[AccountTrade]:  # fmt: skip
        """Return fills of a wallet in a pair by rising trade id: from `from_id` on, or within a window, or the newest.

        `order_id`, where it is given, picks the fills of one order. `from_id` and `since` pick the first `limit` fills
        from there, neither the last `limit`.
        """
        found = self.log.all_of(
            wallet_id, lambda trade: trade.pair == pair and (order_id is None or trade.order_id == order_id)
        )
        return part_of(found, from_id, since, until, limit)

    def page(self, wallet_id: int, window: Window) -> Page[AccountTrade]:
        """Return a page of a wallet's fills in all pairs, newest first."""
        return self.log.page(wallet_id, window)

    def save(self) -> bytes:
        """Return all fills as bytes."""
        return self.log.save()

    def load(self, data: bytes) -> None:
        """Know the fills that `save` made `data` of."""
        self.log.load(data)


def part_of(
    oldest_first: list[AccountTrade], from_id: int | None, since: int | None, until: int, limit: int
) -> list[AccountTrade]:
    """Return the first `limit` fills from an id or the beginning of a window on, else the last ones."""
    if from_id is not None:
        return [trade for trade in oldest_first if trade.trade_id >= from_id][:limit]
    return ascending(oldest_first, since, until, limit)
