"""Statistics of a replay, gathered from the events of the engine and from nothing else."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from leverline.engine.events import Refused
from leverline.kernel.events import Event
from leverline.kernel.numbers import INDEX_ONE, UNIT
from leverline.lab.records import Flows, Liquidation, Totals, Traded
from leverline.ledger.entries import (
    CLAIM_PAID,
    CLEARANCE_FEE,
    FUND_DEFICIT,
    HOUSE_TO_FUND,
    INCOME_TO_FUND,
    SWEEP_FROM_FUND,
    SWEEP_TO_FUND,
    TRANSFER,
    Entry,
)
from leverline.lending.events import Borrowed, BorrowingStopped, InterestCharged, Repaid
from leverline.liquidation.events import TAKEOVER as BY_TAKEOVER
from leverline.liquidation.events import (
    DeficitBooked,
    LiquidationEnded,
    LiquidationStarted,
    LiquidationStep,
    TakenOver,
    WrittenOff,
)
from leverline.margin.events import AccountOpened, MarginCalled, StatusChanged
from leverline.market.events import IndexChanged, Trade
from leverline.parameters.scheme_pairs import SETTLEMENT
from leverline.rulebook.parameters import VenueParameters
from leverline.rulebook.refusals import Refusal

FUND_FLOWS: Final = {
    CLEARANCE_FEE: ("clearance_fees", 1),
    SWEEP_TO_FUND: ("unwinding_profit", 1),
    INCOME_TO_FUND: ("interest_share", 1),
    HOUSE_TO_FUND: ("top_up", 1),
    CLAIM_PAID: ("loans_repaid", 1),
    FUND_DEFICIT: ("deficits_paid", -1),
    SWEEP_FROM_FUND: ("unwinding_loss", -1),
}
"""Kind of ledger entry → the flow it belongs to, and whether the fund gains or loses."""
LIQUIDATION_USER: Final = 0
"""User id that the liquidation account trades under."""
NOTHING_LEFT: Final = UNIT
"""An account is empty if it has less than one USDT."""


class Tally:
    """Everything that the summary and the report tell, kept up event by event."""

    def __init__(self, parameters: VenueParameters) -> None:
        self.pairs = {symbol: (pair.base, pair.quote) for symbol, pair in parameters.pairs.items()}
        self.index: dict[str, int] = dict.fromkeys(parameters.assets, 0) | {SETTLEMENT: INDEX_ONE}
        """Last index price by asset, 10⁻¹²."""
        self.stale: dict[str, bool] = {}
        """Assets that went stale or came back since the list was last taken."""
        self.stale_counts: dict[str, int] = {}
        """How often an asset's index went stale."""
        self.hits: dict[str, int] = {}
        """Pairs that traded since the list was last taken, with the count of trades."""
        self.called: list[int] = []
        """Users called since the list was last taken."""
        self.refusal: Refusal | None = None
        """Why the last command was refused, if it was."""
        self.time = 0
        self.totals = Totals()
        self.flows = Flows()
        self.fund: dict[str, int] = {}
        """What the insurance fund holds, by asset."""
        self.status = [0, 0, 0, 0, 0]
        """Margin accounts by status."""
        self.active: dict[int, Liquidation] = {}
        self.liquidations: list[Liquidation] = []
        self.emptied: set[int] = set()
        """Wallets that were taken over with nothing left, and to which nothing came since."""
        self.liquidation_trades: dict[tuple[str, bool], Traded] = {}
        """(asset, is buy) → fills of regular liquidation steps."""
        self.unwinding_trades: dict[tuple[str, bool], Traded] = {}
        self.borrowing_stopped = 0
        """Venue time at which borrowing was stopped first, 0 if never."""
        self._handlers: dict[type[Event], Callable[[Any], None]] = {
            Entry: self._entry,
            Trade: self._trade,
            IndexChanged: self._index_changed,
            InterestCharged: self._interest_charged,
            StatusChanged: self._status_changed,
            MarginCalled: self._margin_called,
            Borrowed: self._borrowed,
            Repaid: self._repaid,
            Refused: self._refused,
            AccountOpened: self._account_opened,
            LiquidationStarted: self._liquidation_started,
            LiquidationStep: self._liquidation_step,
            LiquidationEnded: self._liquidation_ended,
            TakenOver: self._taken_over,
            DeficitBooked: self._deficit_booked,
            WrittenOff: self._written_off,
            BorrowingStopped: self._borrowing_stopped,
        }

    def take(self, events: Iterable[Event], time: int) -> None:
        """Count the events of one command given at `time`."""
        self.time = time
        self.refusal = None
        handlers = self._handlers
        for event in events:
            handler = handlers.get(type(event))
            if handler is not None:
                handler(event)

    def value(self, asset: str, amount: int) -> int:
        """Return the value of `amount` at the last index, 10⁻⁸ USDT, rounded down."""
        return amount * self.index[asset] // INDEX_ONE

    def fund_value(self) -> int:
        """Return what the fund is worth at the last index."""
        return sum(self.value(asset, amount) for asset, amount in self.fund.items())

    def take_hits(self) -> dict[str, int]:
        """Return the pairs that traded and start a new list."""
        hits, self.hits = self.hits, {}
        return hits

    def take_stale(self) -> dict[str, bool]:
        """Return the assets whose staleness changed and start a new list."""
        stale, self.stale = self.stale, {}
        return stale

    def take_called(self) -> list[int]:
        """Return the users called and start a new list."""
        called, self.called = self.called, []
        return called

    def _entry(self, event: Entry) -> None:
        flow = FUND_FLOWS.get(event.kind)
        if flow is not None:
            name, sign = flow
            asset, amount = event.asset, event.amount
            self.fund[asset] = self.fund.get(asset, 0) + sign * amount
            setattr(self.flows, name, getattr(self.flows, name) + self.value(asset, amount))
        elif event.kind == TRANSFER:
            self.emptied.discard(event.other)

    def _trade(self, event: Trade) -> None:
        base, quote = self.pairs[event.pair]
        self.hits[event.pair] = self.hits.get(event.pair, 0) + 1
        is_buy = not event.is_buyer_maker
        quote_value = self.value(quote, event.quote_amount)
        self.totals.trades += 1
        self.totals.traded += quote_value
        received, given = (base, quote) if is_buy else (quote, base)
        taker_paid = "BNB" if event.is_taker_fee_bnb else received
        maker_paid = "BNB" if event.is_maker_fee_bnb else given
        self.totals.commission += self.value(taker_paid, event.taker_fee) + self.value(maker_paid, event.maker_fee)
        if event.is_liquidation:
            table = self.unwinding_trades if event.taker_user == LIQUIDATION_USER else self.liquidation_trades
            row = table.setdefault((base, is_buy), Traded())
            row.add(event.quantity, self.value(base, event.quantity), quote_value, is_buy)
            if event.taker_user == LIQUIDATION_USER:
                self.totals.unwound += quote_value

    def _index_changed(self, event: IndexChanged) -> None:
        self.index[event.asset] = event.price
        if event.is_stale:
            self.stale_counts[event.asset] = self.stale_counts.get(event.asset, 0) + 1
        self.stale[event.asset] = event.is_stale

    def _interest_charged(self, event: InterestCharged) -> None:
        self.totals.interest += self.value(event.paid_asset, event.amount)

    def _status_changed(self, event: StatusChanged) -> None:
        self.status[event.old] -= 1
        self.status[event.new] += 1

    def _account_opened(self, event: AccountOpened) -> None:
        self.status[1] += 1

    def _margin_called(self, event: MarginCalled) -> None:
        if event.is_repeated:
            self.totals.margin_calls_repeated += 1
        else:
            self.totals.margin_calls += 1
            self.called.append(event.user_id)

    def _borrowed(self, event: Borrowed) -> None:
        self.totals.loans += 1
        self.totals.borrowed += self.value(event.asset, event.amount)

    def _repaid(self, event: Repaid) -> None:
        self.totals.repaid += self.value(event.asset, event.interest + event.principal)

    def _refused(self, event: Refused) -> None:
        self.refusal = event.refusal

    def _borrowing_stopped(self, event: BorrowingStopped) -> None:
        if event.is_stopped and not self.borrowing_stopped:
            self.borrowing_stopped = self.time

    def _liquidation_started(self, event: LiquidationStarted) -> None:
        record = Liquidation(
            event.user_id, event.wallet_id, event.mode, event.pair, self.time, event.assets, event.liabilities
        )
        self.active[event.wallet_id] = record
        self.liquidations.append(record)

    def _liquidation_step(self, event: LiquidationStep) -> None:
        record = self.active[event.wallet_id]
        record.steps += 1
        record.fee += event.value_fee
        record.given += event.value_given
        self.totals.sold += event.value_given

    def _taken_over(self, event: TakenOver) -> None:
        record = self.active[event.wallet_id]
        record.given += event.assets_value
        record.left = event.surplus
        self.totals.taken_over += event.assets_value
        self.totals.taken_over_debts += event.liabilities_value

    def _liquidation_ended(self, event: LiquidationEnded) -> None:
        record = self.active.pop(event.wallet_id)
        record.ended = self.time
        record.reason = event.reason
        if event.reason == BY_TAKEOVER and record.left < NOTHING_LEFT:
            self.emptied.add(event.wallet_id)

    def _deficit_booked(self, event: DeficitBooked) -> None:
        if not event.wallet_id:
            self.totals.unwinding_losses += event.deficit
            self.totals.unwinding_paid += event.paid
            return
        self.totals.deficits += event.deficit
        self.totals.deficits_paid += event.paid
        record = self.active[event.wallet_id]
        record.deficit += event.deficit
        record.paid += event.paid

    def _written_off(self, event: WrittenOff) -> None:
        self.totals.written_off += event.value
