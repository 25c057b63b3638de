"""The history of the venue: what became of every command, ready to be asked for.

Everything here is a pure function of the commits taken, in their order: no clock, no look at the engine. What is asked
is named by ids and windows of time and answered with plain records, so that an older past can come from elsewhere.
"""

from collections.abc import Callable
from typing import Any, Final, Protocol

from leverline.engine.commit import Commit
from leverline.engine.events import (
    ParameterChangeFailed,
    ParameterChangeWithdrawn,
    ParametersChanged,
    ParametersScheduled,
    UserRegistered,
)
from leverline.history.aggregates import Aggregates
from leverline.history.amendments import Amendments
from leverline.history.candles import Candles
from leverline.history.codec import HistoryFault, decode, encode
from leverline.history.conversions import Conversions
from leverline.history.executions import Execution, Executions
from leverline.history.fills import AccountTrades
from leverline.history.flows import Flows, fee_asset
from leverline.history.fund import FUND_ENTRIES, FundLedger
from leverline.history.interest import Interest, Rates
from leverline.history.liquidation_loans import LiquidationLoanHistory
from leverline.history.liquidations import Liquidations
from leverline.history.loans import Loans
from leverline.history.operations import OPERATIONS, Operations
from leverline.history.order_lists import OrderLists
from leverline.history.orders import OrderRecord, Orders
from leverline.history.parameter_changes import ParameterChanges
from leverline.history.policy import PACKED_PRICE_MAX, HistoryPolicy
from leverline.history.prevented import PreventedMatches
from leverline.history.restraints import Restraints
from leverline.history.standing import Standing
from leverline.history.tape import Tape
from leverline.history.tickers import Tickers
from leverline.history.trades import MarketTrades
from leverline.history.transfers import Transfers
from leverline.history.wallets import Wallets
from leverline.kernel.events import Event
from leverline.ledger.entries import CLEARANCE_FEE, DEPOSIT, TAKEOVER, TRANSFER, WITHDRAW, Entry
from leverline.ledger.wallet import SPOT
from leverline.lending.events import Borrowed, InterestCharged, RateSet, Repaid
from leverline.liquidation.delisting_events import HandedOver
from leverline.liquidation.events import (
    DeficitBooked,
    FundPaid,
    GateClosed,
    GateOpened,
    LiquidationEnded,
    LiquidationLoanMade,
    LiquidationLoanRepaid,
    LiquidationStarted,
    LiquidationStep,
    TakenOver,
    WrittenOff,
)
from leverline.margin.events import (
    AccountDisabled,
    AccountOpened,
    CollateralCapReached,
    ConcentrationBanned,
    ConcentrationLifted,
    DustConverted,
    LongRestricted,
    MarginCalled,
    ModeChanged,
    SmallDebtExchanged,
    StatusChanged,
)
from leverline.market.events import (
    ListAdvanced,
    ListEnded,
    ListPlaced,
    OrderAccepted,
    OrderAmended,
    OrderEnded,
    OrderStarted,
    OrderTriggered,
    SelfTradePrevented,
    Trade,
    TrailingStarted,
)
from leverline.market.terms import CAUSE_OCO
from leverline.rulebook.parameters import PairParameters, VenueParameters

FORMAT: Final = 2
"""Number of the form in which history is saved."""

LIQUIDATION_WALLET: Final = 1
"""The first wallet of every venue is its liquidation account."""


class Part(Protocol):
    """One read model: what it keeps can be saved and loaded."""

    def save(self) -> bytes: ...

    def load(self, data: bytes) -> None: ...


class History:
    """All read models, fed by `take`; each is asked by itself. A keeper: its state goes into the venue's snapshots.

    `tran_id` of a loan, repayment, transfer, deposit or withdrawal is the sequence number of its commit, so whoever
    submitted the command knows it.
    """

    name: str = "history"
    forms: tuple[int, ...] = (FORMAT,)

    def __init__(self, parameters: VenueParameters, policy: HistoryPolicy | None = None) -> None:
        """Begin empty. Raises ValueError where a pair's price may be wider than what history keeps."""
        _check(parameters)
        self.policy: HistoryPolicy = policy or HistoryPolicy()
        self.pairs: dict[str, PairParameters] = parameters.pairs
        self.wallets: Wallets = Wallets(LIQUIDATION_WALLET)
        self.orders: Orders = Orders(self.policy)
        self.order_lists: OrderLists = OrderLists(self.policy, self.orders)
        self.account_trades: AccountTrades = AccountTrades(self.policy)
        self.prevented: PreventedMatches = PreventedMatches(self.policy)
        self.amendments: Amendments = Amendments(self.policy)
        self.trades: MarketTrades = MarketTrades(self.policy.market_trades)
        self.aggregates: Aggregates = Aggregates(self.policy.market_trades)
        self.tape: Tape = Tape(self.trades, self.aggregates)
        self.candles: Candles = Candles(self.policy)
        self.tickers: Tickers = Tickers(self.candles)
        self.loans: Loans = Loans(self.policy)
        self.interest: Interest = Interest(self.policy)
        self.rates: Rates = Rates(self.policy)
        self.transfers: Transfers = Transfers(self.wallets, self.policy)
        self.flows: Flows = Flows(self.wallets, self.pairs, self.policy)
        self.conversions: Conversions = Conversions(self.policy)
        self.liquidation_loans: LiquidationLoanHistory = LiquidationLoanHistory(self.policy)
        self.liquidations: Liquidations = Liquidations(self.policy)
        self.fund: FundLedger = FundLedger(self.policy)
        self.standing: Standing = Standing(self.policy)
        self.restraints: Restraints = Restraints(self.policy)
        self.operations: Operations = Operations(self.policy)
        self.parameter_changes: ParameterChanges = ParameterChanges(self.policy)
        self.sequence: int = 0
        """Of the last commit taken."""
        self._executions: Executions = Executions(self.orders, self.pairs)
        self._handlers: dict[type[Event], Callable[[Any], None]] = self._event_handlers()
        self._entries: dict[int, list[Callable[[Entry, int], None]]] = self._entry_handlers()

    @property
    def executions(self) -> list[Execution]:
        """What the owners of orders are told of the last commit, in order."""
        return self._executions.last

    def tell(self, is_told: bool) -> None:
        """Have the executions of each commit written up, or only counted while nobody would hear of them."""
        self._executions.is_told = is_told

    def take(self, commit: Commit) -> None:
        """Take in the next commit."""
        self.sequence = commit.sequence
        self._executions.begin()
        self.order_lists.begin()
        self.aggregates.begin()
        handlers = self._handlers
        for event in commit.events:
            handler = handlers.get(type(event))
            if handler is not None:
                handler(event)
        if type(commit.command) in OPERATIONS:
            self.operations.add(commit)

    def save(self) -> bytes:
        """Return the whole state as bytes."""
        return encode((FORMAT, self.sequence, {name: part.save() for name, part in self._parts().items()}))

    def load(self, data: bytes, form: int = FORMAT) -> None:
        """Go on from what `save` made `data` of, as if nothing had come between; raises HistoryFault if it cannot."""
        written, self.sequence, saved = decode(data, tuple[int, int, dict[str, bytes]])
        parts = self._parts()
        if not written == form == FORMAT or saved.keys() != parts.keys():
            raise HistoryFault(f"the saved history is of form {written}, this is form {FORMAT}")
        for name, part in parts.items():
            part.load(saved[name])

    def _parts(self) -> dict[str, Part]:
        """Return every part that keeps something, by name."""
        return {
            "wallets": self.wallets,
            "orders": self.orders,
            "order_lists": self.order_lists,
            "executions": self._executions,
            "account_trades": self.account_trades,
            "prevented": self.prevented,
            "amendments": self.amendments,
            "trades": self.trades,
            "aggregates": self.aggregates,
            "candles": self.candles,
            "loans": self.loans,
            "interest": self.interest,
            "rates": self.rates,
            "transfers": self.transfers,
            "flows": self.flows,
            "conversions": self.conversions,
            "liquidations": self.liquidations,
            "fund": self.fund,
            "standing": self.standing,
            "restraints": self.restraints,
            "operations": self.operations,
            "parameter_changes": self.parameter_changes,
            "liquidation_loans": self.liquidation_loans,
        }

    def _event_handlers(self) -> dict[type[Event], Callable[[Any], None]]:
        """Return who takes which event."""
        return {
            Entry: self._entry,
            OrderAccepted: self._executions.accepted,
            OrderTriggered: self._executions.triggered,
            OrderStarted: self._executions.started,
            ListPlaced: self.order_lists.placed,
            ListAdvanced: self.order_lists.advanced,
            ListEnded: self.order_lists.over,
            OrderAmended: self._amended,
            OrderEnded: self._order_ended,
            TrailingStarted: self._executions.trailing,
            Trade: self._trade,
            SelfTradePrevented: self._self_trade,
            Borrowed: self._borrowed,
            Repaid: self._repaid,
            InterestCharged: self.interest.charged,
            RateSet: self.rates.set,
            UserRegistered: self._registered,
            AccountOpened: self._opened,
            AccountDisabled: self.standing.disabled,
            ModeChanged: self.standing.mode_changed,
            StatusChanged: self.standing.status_changed,
            MarginCalled: self.standing.called,
            DustConverted: self._dust_converted,
            SmallDebtExchanged: self._debt_exchanged,
            **self._loss_handlers(),
        }

    def _loss_handlers(self) -> dict[type[Event], Callable[[Any], None]]:
        """Return who takes which event of liquidations, removals, the fund, changed parameters."""
        return {
            LiquidationStarted: self._liquidation_started,
            LiquidationStep: self.liquidations.stepped,
            LiquidationEnded: self.liquidations.ended,
            TakenOver: self.liquidations.taken_over,
            HandedOver: self._handed_over,
            **self._public_handlers(),
            ParametersScheduled: self.parameter_changes.scheduled,
            ParametersChanged: self.parameter_changes.changed,
            ParameterChangeWithdrawn: self.parameter_changes.withdrawn,
            ParameterChangeFailed: self.parameter_changes.failed,
            LiquidationLoanMade: self._loan_made,
            LiquidationLoanRepaid: self._loan_repaid,
        }

    def _public_handlers(self) -> dict[type[Event], Callable[[Any], None]]:
        """Return who takes the events of the insurance fund and of what holds users back."""
        return {
            FundPaid: self.fund.paid,
            DeficitBooked: self.fund.deficit,
            WrittenOff: self.fund.written_off,
            GateClosed: self.restraints.gate_closed,
            GateOpened: self.restraints.gate_opened,
            ConcentrationBanned: self.restraints.banned,
            ConcentrationLifted: self.restraints.lifted,
            LongRestricted: self.restraints.restricted,
            CollateralCapReached: self.restraints.at_cap,
        }

    def _entry_handlers(self) -> dict[int, list[Callable[[Entry, int], None]]]:
        """Return who takes which kind of ledger entry; loans and fills speak by their own events."""
        found: dict[int, list[Callable[[Entry, int], None]]] = {
            TRANSFER: [self.transfers.transferred, self.flows.transferred],
            DEPOSIT: [self.transfers.paid],
            WITHDRAW: [self.transfers.paid],
            TAKEOVER: [self.flows.taken],
            CLEARANCE_FEE: [self.flows.taken],
        }
        for kind in FUND_ENTRIES:
            found.setdefault(kind, []).append(self._fund_moved)
        return found

    def _entry(self, entry: Entry) -> None:
        """Pass a ledger entry on."""
        handlers = self._entries.get(entry.kind)
        if handlers is not None:
            for handler in handlers:
                handler(entry, self.sequence)

    def _handed_over(self, event: HandedOver) -> None:
        """Note what a delisting handed over."""
        self.loans.handed_over(event, self.sequence)

    def _fund_moved(self, entry: Entry, sequence: int) -> None:
        """Note a movement of the fund."""
        self.fund.moved(entry)

    def _registered(self, event: UserRegistered) -> None:
        """Note a user's spot wallet."""
        self.wallets.open(event.spot_wallet, event.user_id, SPOT, "")

    def _opened(self, event: AccountOpened) -> None:
        """Note a margin account."""
        self.wallets.open(event.wallet_id, event.user_id, event.kind, event.pair)
        self.standing.opened(event)

    def _order_ended(self, event: OrderEnded) -> None:
        """Note the end of an order."""
        order = self._executions.ended(event)
        if order is not None and order.loan and event.cause == CAUSE_OCO:
            self.order_lists.pass_loan_on(order)
        if order is not None and order.is_liquidation:
            self.liquidations.order_ended(order)

    def _trade(self, event: Trade) -> None:
        """Note a fill with the market and with the orders that took part; quotes are not kept."""
        self.trades.add(event)
        self.aggregates.add(event)
        self.tape.add(event)
        self.candles.add(event)
        orders = self.orders.by_id
        taker = orders.get(event.taker_order)
        if taker is not None:
            self._fill(taker, event, False, event.taker_fee, event.is_taker_fee_bnb)
        maker = orders.get(event.maker_order)
        if maker is not None:
            self._fill(maker, event, True, event.maker_fee, event.is_maker_fee_bnb)
        self.flows.traded(event, self.sequence)

    def _fill(self, order: OrderRecord, event: Trade, is_maker: bool, fee: int, is_bnb: bool) -> None:
        """Note a fill of one order."""
        asset = fee_asset(self.pairs[event.pair], order.is_buy, is_bnb)
        self._executions.filled(order, event, is_maker, fee, asset)
        self.account_trades.add(order, event, is_maker, fee, asset)

    def _self_trade(self, event: SelfTradePrevented) -> None:
        """Note a prevented match."""
        self._executions.prevented(event)
        self.prevented.add(event)

    def _amended(self, event: OrderAmended) -> None:
        """Note an amendment."""
        execution_id = self._executions.amended(event)
        if execution_id:
            self.amendments.add(event, execution_id)
            order = self.orders.by_id[event.order_id]
            if order.list_id:
                self.order_lists.renamed(order)

    def _borrowed(self, event: Borrowed) -> None:
        """Note a loan."""
        self.loans.borrowed(event, self.sequence)
        self.flows.borrowed(event, self.sequence)

    def _repaid(self, event: Repaid) -> None:
        """Note a repayment."""
        self.loans.repaid(event, self.sequence)
        self.flows.repaid(event, self.sequence)
        if event.order_id:
            self._executions.repaid(event.order_id, event.asset, event.interest + event.principal)

    def _dust_converted(self, event: DustConverted) -> None:
        """Note a small balance that was given."""
        self.conversions.converted(event, self.sequence)
        self.flows.converted(event, self.sequence)

    def _debt_exchanged(self, event: SmallDebtExchanged) -> None:
        """Note a small debt that was paid; its repayment is an event of its own."""
        self.conversions.exchanged(event, self.sequence)
        self.flows.exchanged(event, self.sequence)

    def _loan_made(self, event: LiquidationLoanMade) -> None:
        """Note a liquidation loan."""
        self.liquidation_loans.made(event, self.sequence)

    def _loan_repaid(self, event: LiquidationLoanRepaid) -> None:
        """Note what was paid of one."""
        self.liquidation_loans.repaid(event, self.sequence)

    def _liquidation_started(self, event: LiquidationStarted) -> None:
        """Open a case."""
        self.liquidations.started(event, self.sequence)


def _check(parameters: VenueParameters) -> None:
    """Raise ValueError for a pair whose prices do not fit."""
    for pair in parameters.pairs.values():
        if pair.price_max > PACKED_PRICE_MAX:
            raise ValueError(f"{pair.symbol}: price_max {pair.price_max} is above {PACKED_PRICE_MAX}")
