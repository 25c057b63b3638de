"""Liquidations: each case from the lock to its end, with its steps, and the orders that were traded in it.

A takeover is no order, but it takes what orders would have sold: it is listed with them, as what it comes to.
"""

from collections import deque
from typing import Final

import msgspec

from leverline.history.codec import decode, encode
from leverline.history.logs import RecordLog
from leverline.history.orders import OrderRecord
from leverline.history.outbox import Outbox
from leverline.history.pages import Page, Window, page_of
from leverline.history.policy import HistoryPolicy
from leverline.kernel.numbers import UNIT, mul_div_nearest
from leverline.liquidation.events import LiquidationEnded, LiquidationStarted, LiquidationStep, TakenOver
from leverline.market.terms import IOC

NO_ORDER: Final = 0
"""Order id of a part of a takeover."""
RECENT_MAX: Final = 1_000
"""So many cases are told to everybody."""


class LiquidationOrder(msgspec.Struct, array_like=True, gc=False):
    """One order that was traded in the name of an account in liquidation, as it ended; or a part of a takeover."""

    order_id: int
    """0 for a part of a takeover."""
    wallet_id: int
    time: int
    """When it ended."""
    pair: str
    is_buy: bool
    time_in_force: int
    price: int
    quantity: int
    executed: int
    executed_quote: int

    @property
    def average_price(self) -> int:
        """Quote ÷ base of its fills, a price of 10⁻⁸; 0 without any."""
        return mul_div_nearest(self.executed_quote, UNIT, self.executed) if self.executed else 0


class StepRecord(msgspec.Struct, array_like=True, gc=False):
    """One step of a case; values USDT at index, levels 10⁻¹²."""

    time: int
    collateral: str
    debt: str
    legs: list[tuple[str, bool, int, int]]
    """(pair, is buy, quantity, quote) of each order."""
    fee_asset: str
    fee: int
    interest: int
    principal: int
    value_given: int
    value_fee: int
    value_repaid: int
    level_before: int
    level_after: int


class TakeoverRecord(msgspec.Struct, array_like=True, gc=False):
    """The takeover that ended a case."""

    time: int
    cause: int
    assets: list[tuple[str, int]]
    debts: list[tuple[str, int, int]]
    """(asset, interest, principal)."""
    assets_value: int
    liabilities_value: int
    surplus: int


class LiquidationCase(msgspec.Struct, array_like=True):
    """One liquidation of one account; `time` is when it was locked."""

    case_id: int
    """Sequence number of the commit that started it: two accounts may share one."""
    user_id: int
    wallet_id: int
    time: int
    mode: int
    pair: str
    assets: int
    liabilities: int
    level: int
    steps: list[StepRecord] = msgspec.field(default_factory=list)
    takeover: TakeoverRecord | None = None
    ended: int = 0
    """When it ended, 0 while it goes on."""
    reason: int = 0
    """An end reason of `leverline.liquidation.events`, 0 while it goes on."""
    level_end: int = 0


class Liquidations:
    """The newest cases and orders of each wallet."""

    def __init__(self, policy: HistoryPolicy) -> None:
        self.cases: RecordLog[LiquidationCase] = RecordLog(
            LiquidationCase, policy.records, policy.records_in_all, when=_changed
        )  # fmt: skip
        self.orders: RecordLog[LiquidationOrder] = RecordLog(LiquidationOrder, policy.records, policy.records_in_all)
        self.recent: deque[LiquidationCase] = deque(maxlen=RECENT_MAX)
        """Derived: the newest cases of all wallets, oldest first."""
        self.outbox: Outbox | None = None
        """Who is told of each case that begins or changes, under the name `stream`."""
        self.stream: str = ""

    def started(self, event: LiquidationStarted, sequence: int) -> None:
        """Open a case."""
        case = LiquidationCase(
            sequence, event.user_id, event.wallet_id, event.time, event.mode, event.pair, event.assets,
            event.liabilities, event.level,
        )  # fmt: skip
        self.cases.add(event.wallet_id, case)
        self.recent.append(case)
        self._changed(case)

    def stepped(self, event: LiquidationStep) -> None:
        """Add a step to the account's case."""
        case = self.cases.newest(event.wallet_id)
        if case is not None:
            step = StepRecord(
                event.time, event.collateral, event.debt, list(event.legs), event.fee_asset, event.fee,
                event.interest, event.principal, event.value_given, event.value_fee, event.value_repaid,
                event.level_before, event.level_after,
            )  # fmt: skip
            case.steps = [*case.steps, step]
            self._changed(case)

    def taken_over(self, event: TakenOver) -> None:
        """Add the takeover to the account's case, and what it comes to as trades to its orders."""
        case = self.cases.newest(event.wallet_id)
        if case is not None:
            case.takeover = TakeoverRecord(
                event.time, event.cause, list(event.assets), list(event.debts), event.assets_value,
                event.liabilities_value, event.surplus,
            )  # fmt: skip
            self._changed(case)
        for pair, is_buy, quantity, quote in event.legs:
            price = mul_div_nearest(quote, UNIT, quantity)
            self.orders.add(
                event.wallet_id,
                LiquidationOrder(
                    NO_ORDER, event.wallet_id, event.time, pair, is_buy, IOC, price, quantity, quantity, quote
                ),
            )

    def ended(self, event: LiquidationEnded) -> None:
        """Close the account's case."""
        case = self.cases.newest(event.wallet_id)
        if case is not None:
            case.ended = event.time
            case.reason = event.reason
            case.level_end = event.level
            self._changed(case)

    def order_ended(self, order: OrderRecord) -> None:
        """Note an order of a liquidation."""
        record = LiquidationOrder(
            order.order_id, order.wallet_id, order.update_time, order.pair, order.is_buy, order.time_in_force,
            order.price, order.quantity, order.executed, order.executed_quote,
        )  # fmt: skip
        self.orders.add(order.wallet_id, record)

    def cases_of(self, wallet_id: int, window: Window) -> Page[LiquidationCase]:
        """Return a page of an account's cases by the time of their start, newest first."""
        return self.cases.page(wallet_id, window)

    def newest(self, window: Window) -> Page[LiquidationCase]:
        """Return a page of the newest cases of all accounts by the time of their start, newest first."""
        return page_of(reversed(self.recent), window)

    def orders_of(self, wallet_id: int, window: Window) -> Page[LiquidationOrder]:
        """Return a page of the orders traded in an account's liquidations, newest first."""
        return self.orders.page(wallet_id, window)

    def _changed(self, case: LiquidationCase) -> None:
        """Note that an account's newest case is another than before."""
        if self.outbox is not None:
            wallet_id = case.wallet_id
            number = self.cases.left(wallet_id).count + len(self.cases.logs[wallet_id])
            self.outbox.amended[(self.stream, wallet_id, number)] = case

    def save(self) -> bytes:
        """Return all cases and orders as bytes."""
        return encode((self.cases.save(), self.orders.save()))

    def load(self, data: bytes) -> None:
        """Know the cases and orders that `save` made `data` of."""
        cases, orders = decode(data, tuple[bytes, bytes])
        self.cases.load(cases)
        self.orders.load(orders)
        cases_in_order = sorted(self.cases.everything(), key=lambda case: (case.time, case.case_id))
        self.recent = deque(cases_in_order, maxlen=RECENT_MAX)


def _changed(case: LiquidationCase) -> int:
    """Return when a case was last another than before, unless it goes on."""
    return case.ended or case.time
