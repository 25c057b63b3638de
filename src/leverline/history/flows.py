"""Capital flow: every movement of cash into and out of a margin account. The flows of an asset sum to its balance."""

from typing import Final

import msgspec

from leverline.history.codec import decode, encode
from leverline.history.logs import RecordLog
from leverline.history.pages import EVER, Page, Window, ascending
from leverline.history.policy import HistoryPolicy
from leverline.history.wallets import WalletRecord, Wallets
from leverline.ledger.entries import CLEARANCE_FEE, Entry
from leverline.lending.events import Borrowed, Repaid
from leverline.margin.events import DustConverted, SmallDebtExchanged
from leverline.market.events import Trade
from leverline.market.settlement import BNB
from leverline.rulebook.parameters import PairParameters

TRANSFER: Final = 1
BORROW: Final = 2
REPAY: Final = 3
BUY_INCOME: Final = 4
BUY_EXPENSE: Final = 5
SELL_INCOME: Final = 6
SELL_EXPENSE: Final = 7
COMMISSION: Final = 8
LIQUIDATION_BUY: Final = 9
LIQUIDATION_SELL: Final = 10
LIQUIDATION_REPAY: Final = 11
LIQUIDATION_OTHER: Final = 12
"""Taken over by the liquidation account."""
LIQUIDATION_FEE: Final = 13
DUST_CONVERTED: Final = 14
"""A small balance given, or what it brought."""
DEBT_EXCHANGED: Final = 15
"""Paid for a small debt, or what repaid it."""

FLOW_NAMES: Final = {
    TRANSFER: "transfer",
    BORROW: "loan",
    REPAY: "repayment",
    BUY_INCOME: "bought",
    BUY_EXPENSE: "paid for a purchase",
    SELL_INCOME: "received for a sale",
    SELL_EXPENSE: "sold",
    COMMISSION: "commission",
    LIQUIDATION_BUY: "purchase of a liquidation",
    LIQUIDATION_SELL: "sale of a liquidation",
    LIQUIDATION_REPAY: "repayment of a liquidation",
    LIQUIDATION_OTHER: "taken over",
    LIQUIDATION_FEE: "clearance fee",
    DUST_CONVERTED: "conversion of a small balance",
    DEBT_EXCHANGED: "exchange of a small debt",
}


class FlowRecord(msgspec.Struct, array_like=True, gc=False):
    """One movement: `amount` is what came in, negative for what went out."""

    flow_id: int
    """A running number over the whole venue."""
    tran_id: int
    """Sequence number of the commit."""
    wallet_id: int
    time: int
    asset: str
    pair: str
    """The traded pair, else that of an isolated account, else empty."""
    kind: int
    amount: int


class Flows:
    """The newest flows of each margin account."""

    def __init__(self, wallets: Wallets, pairs: dict[str, PairParameters], policy: HistoryPolicy) -> None:
        self.wallets: Wallets = wallets
        self.pairs: dict[str, PairParameters] = pairs
        self.log: RecordLog[FlowRecord] = RecordLog(FlowRecord, policy.records, policy.records_in_all)
        self.next_id: int = 1

    def borrowed(self, event: Borrowed, sequence: int) -> None:
        """Note the cash of a loan."""
        self._note(event.wallet_id, sequence, event.time, event.asset, BORROW, event.amount)

    def repaid(self, event: Repaid, sequence: int) -> None:
        """Note what a repayment took."""
        kind = LIQUIDATION_REPAY if event.is_liquidation else REPAY
        self._note(event.wallet_id, sequence, event.time, event.asset, kind, -event.interest - event.principal)

    def converted(self, event: DustConverted, sequence: int) -> None:
        """Note what a small balance took and brought."""
        wallet, time = event.wallet_id, event.time
        self._note(wallet, sequence, time, event.asset, DUST_CONVERTED, -event.amount)
        self._note(wallet, sequence, time, event.received_asset, DUST_CONVERTED, event.received)

    def exchanged(self, event: SmallDebtExchanged, sequence: int) -> None:
        """Note what was paid for a small debt, and what came to repay it."""
        self._note(event.wallet_id, sequence, event.time, event.paid_asset, DEBT_EXCHANGED, -event.paid)
        self._note(event.wallet_id, sequence, event.time, event.asset, DEBT_EXCHANGED, event.amount)

    def transferred(self, entry: Entry, sequence: int) -> None:
        """Note both ends of a transfer that are margin accounts."""
        self._note(entry.wallet, sequence, entry.time, entry.asset, TRANSFER, -entry.amount)
        self._note(entry.other, sequence, entry.time, entry.asset, TRANSFER, entry.amount)

    def taken(self, entry: Entry, sequence: int) -> None:
        """Note a clearance fee, or the cash of a takeover."""
        if entry.amount:
            kind = LIQUIDATION_FEE if entry.kind == CLEARANCE_FEE else LIQUIDATION_OTHER
            self._note(entry.wallet, sequence, entry.time, entry.asset, kind, -entry.amount)

    def traded(self, trade: Trade, sequence: int) -> None:
        """Note both sides of a fill that are margin accounts: what came, what went, the commission by itself."""
        wallets = self.wallets.by_id
        taker, maker = wallets[trade.taker_wallet], wallets[trade.maker_wallet]
        if taker.is_margin:
            is_buy = not trade.is_buyer_maker
            self._fill(taker, trade, sequence, is_buy, trade.is_liquidation)
            self._commission(taker, trade, sequence, trade.taker_fee, is_buy, trade.is_taker_fee_bnb)
        if maker.is_margin:
            self._fill(maker, trade, sequence, trade.is_buyer_maker, False)
            self._commission(maker, trade, sequence, trade.maker_fee, trade.is_buyer_maker, trade.is_maker_fee_bnb)

    def of(
        self, wallet_id: int, asset: str = "", kind: int = 0, from_id: int | None = None, since: int | None = None,
        until: int = EVER, limit: int = 500,
    ) -> list[FlowRecord]:  # fmt: skip
        """Return flows of a wallet by rising id: from `from_id` on, or within a window, or the newest.

        `asset` and `kind`, where given, pick some. `from_id` and `since` pick the first `limit` from there.
        """
        found = self.log.all_of(
            wallet_id, lambda flow: (not asset or flow.asset == asset) and (not kind or flow.kind == kind)
        )
        if from_id is not None:
            return [flow for flow in found if flow.flow_id >= from_id][:limit]
        return ascending(found, since, until, limit)

    def page(self, wallet_id: int, window: Window) -> Page[FlowRecord]:
        """Return a page of a wallet's flows, newest first."""
        return self.log.page(wallet_id, window)

    def save(self) -> bytes:
        """Return all flows as bytes."""
        return encode((self.next_id, self.log.save()))

    def load(self, data: bytes) -> None:
        """Know the flows that `save` made `data` of."""
        self.next_id, body = decode(data, tuple[int, bytes])
        self.log.load(body)

    def _note(self, wallet_id: int, sequence: int, time: int, asset: str, kind: int, amount: int) -> None:
        """Append a flow of a wallet, if it is a margin account."""
        wallet = self.wallets.by_id[wallet_id]
        if wallet.is_margin:
            self._add(wallet, sequence, time, asset, wallet.pair, kind, amount)

    def _fill(self, wallet: WalletRecord, trade: Trade, sequence: int, is_buy: bool, is_liquidation: bool) -> None:
        """Append what a fill brought and what it took, before commission."""
        pair = self.pairs[trade.pair]
        base, quote = trade.quantity, trade.quote_amount
        if is_buy:
            came, went = (LIQUIDATION_BUY, LIQUIDATION_BUY) if is_liquidation else (BUY_INCOME, BUY_EXPENSE)
            self._add(wallet, sequence, trade.time, pair.base, trade.pair, came, base)
            self._add(wallet, sequence, trade.time, pair.quote, trade.pair, went, -quote)
        else:
            came, went = (LIQUIDATION_SELL, LIQUIDATION_SELL) if is_liquidation else (SELL_INCOME, SELL_EXPENSE)
            self._add(wallet, sequence, trade.time, pair.quote, trade.pair, came, quote)
            self._add(wallet, sequence, trade.time, pair.base, trade.pair, went, -base)

    def _commission(
        self, wallet: WalletRecord, trade: Trade, sequence: int, fee: int, is_buy: bool, is_bnb: bool
    ) -> None:
        """Append the commission of one side."""
        if fee:
            asset = fee_asset(self.pairs[trade.pair], is_buy, is_bnb)
            self._add(wallet, sequence, trade.time, asset, trade.pair, COMMISSION, -fee)

    def _add(
        self, wallet: WalletRecord, sequence: int, time: int, asset: str, pair: str, kind: int, amount: int
    ) -> None:
        """Append a flow and number the next one."""
        record = FlowRecord(self.next_id, sequence, wallet.wallet_id, time, asset, pair, kind, amount)
        self.next_id += 1
        self.log.add(wallet.wallet_id, record)


def fee_asset(pair: PairParameters, is_buy: bool, is_bnb: bool) -> str:
    """Return what the commission of a fill is paid in: BNB, or what the order receives (rule 9.1)."""
    if is_bnb:
        return BNB
    return pair.base if is_buy else pair.quote
