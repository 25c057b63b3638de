"""Looks at one account while commands are run, and writes down all that concerns it, and nobody else."""

from collections.abc import Callable
from typing import Any

from leverline.cases import rows
from leverline.cases.names import CaseName
from leverline.cases.rows import Row
from leverline.cases.standing import balance_row, prices, rules, standing
from leverline.engine.commit import Commit
from leverline.engine.engine import Engine
from leverline.kernel.events import Event
from leverline.ledger.entries import CLEARANCE_FEE, Entry, TradeEntry
from leverline.ledger.wallet import Holding
from leverline.lending.events import InterestCharged, Repaid
from leverline.liquidation.events import (
    DeficitBooked,
    FundPaid,
    LiquidationEnded,
    LiquidationLoanMade,
    LiquidationStarted,
    LiquidationStep,
    TakenOver,
    WrittenOff,
)
from leverline.margin.account import MODE_NAMES, MarginAccount
from leverline.margin.events import MarginCalled, StatusChanged
from leverline.market.events import IndexChanged, OrderAccepted, OrderEnded, Trade

SECTIONS = (
    "statuses", "marginCalls", "interest", "orders", "fills", "steps", "repayments", "takeovers", "deficits",
    "liquidationLoans", "fundPayments", "clearanceFees", "writeOffs", "entries",
)  # fmt: skip
"""Lists of rows, each in the order of what happened."""


class Watch:
    """Make it of the engine as it is before the first command, then let it `take` each commit."""

    def __init__(self, engine: Engine, name: CaseName) -> None:
        self.core = engine.core
        self.name = name
        self.account: MarginAccount = account_of(engine, name.wallet_id)
        self.sections: dict[str, list[Row]] = {each: [] for each in SECTIONS}
        self.levels: list[rows.Point] = []
        self.indexes: dict[str, list[rows.Point]] = {}
        """Index prices of the assets that the account ever held or owed, by asset."""
        self.began: Row = standing(self.core, self.account)
        self.held: list[Holding] = []
        """What it held and owed when it was locked: before the locking command, which goes on to repay and to sell, and
        with the interest that the command charged before the lock."""
        self.balances: list[Row] = []
        """The same, valued at the prices of the lock."""
        self._is_own = False
        self._is_priced = False
        self.locked: LiquidationStarted | None = None
        self.rules: Row = {}
        self.prices: list[Row] = []
        self.ended: LiquidationEnded | None = None
        self._handlers = self._event_handlers()
        self._look_at_assets()
        self._level()

    def _event_handlers(self) -> dict[type[Event], Callable[[Any], None]]:
        """Return who takes which event."""
        return {
            IndexChanged: self._index,
            Entry: self._entry,
            TradeEntry: self._trade_entry,
            Trade: self._trade,
            LiquidationStarted: self._started,
            LiquidationStep: self._step,
            LiquidationEnded: self._end,
            StatusChanged: self._own("statuses", rows.status_row),
            MarginCalled: self._own("marginCalls", rows.call_row),
            InterestCharged: self._interest,
            Repaid: self._own("repayments", rows.repaid_row),
            OrderAccepted: self._own("orders", rows.order_row),
            OrderEnded: self._own("orders", rows.order_end_row),
            TakenOver: self._of_case("takeovers", rows.takeover_row),
            DeficitBooked: self._of_case("deficits", rows.deficit_row),
            LiquidationLoanMade: self._loan,
            FundPaid: self._of_case("fundPayments", rows.fund_row),
            WrittenOff: self._of_case("writeOffs", rows.write_off_row),
        }

    def _own(self, section: str, shown: Callable[[Any], Row]) -> Callable[[Any], None]:
        """Return what adds an event to a section if it is of the account."""

        def take(event: Any) -> None:
            if event.wallet_id == self.name.wallet_id:
                self._is_own = True
                self.sections[section].append(shown(event))

        return take

    def _of_case(self, section: str, shown: Callable[[Any], Row]) -> Callable[[Any], None]:
        """Return what does the same from the lock to the end: an earlier liquidation of the account is another case."""
        add = self._own(section, shown)

        def take(event: Any) -> None:
            if self._goes_on:
                add(event)

        return take

    def _loan(self, event: LiquidationLoanMade) -> None:
        """Take the loan that the account's deficit leaves: it stands with its user's spot wallet (rule 16.5)."""
        if self._goes_on and event.user_id == self.account.user_id and self.account.pair is None:
            self._is_own = True
            self.sections["liquidationLoans"].append(rows.loan_row(event))

    @property
    def _goes_on(self) -> bool:
        """Whether the account is locked, and not free again yet: deficits and write-offs come before the end."""
        return self.locked is not None and self.ended is None

    def take(self, commit: Commit) -> None:
        """Write down what a command brought."""
        self._is_own = self._is_priced = False
        was_locked = self.locked is not None
        for event in commit.events:
            handler = self._handlers.get(type(event))
            if handler is not None and (type(event) is not LiquidationStarted or commit.sequence == self.name.sequence):
                handler(event)
        if self.locked is not None and not was_locked:
            self._look_around()
        if self._is_own:
            self._look_at_assets()
        if self._is_own or self._is_priced:
            self._level()

    def _look_around(self) -> None:
        """Keep rules, index prices with their sources and the account's balances as they are at the lock."""
        assets = self.core.board.assets
        for each in self.held:
            self.indexes.setdefault(each.asset, [(self.core.log.time, assets[each.asset].price)])
        symbols = list(self.indexes)
        self.rules = rules(self.core, self.account, symbols, self.held)
        self.prices = prices(self.core, symbols)
        self.balances = [balance_row(self.core, self.account, assets[each.asset], each) for each in self.held]

    def _look_at_assets(self) -> None:
        """Begin to note the index of an asset that has come to the account."""
        for symbol, holding in self.account.holdings.items():
            if symbol not in self.indexes and (holding.total or holding.debt):
                self.indexes[symbol] = [(self.core.log.time, self.core.board.assets[symbol].price)]
        if self.locked is None:
            self.held = [as_it_stands(each) for each in self.account.holdings.values() if each.total or each.debt]

    def _level(self) -> None:
        """Note the level if it is another than before."""
        view = self.core.risk.value(self.account)
        level = view.level if view.owed else 0
        if not self.levels or self.levels[-1][1] != level:
            self.levels.append((self.core.log.time, level))

    def _index(self, event: IndexChanged) -> None:
        found = self.indexes.get(event.asset)
        if found is not None:
            self._is_priced = True
            found.append((event.time, event.price))

    def _entry(self, entry: Entry) -> None:
        if self.name.wallet_id in (entry.wallet, entry.other):
            self._is_own = True
            self.sections["entries"].append(rows.entry_row(entry, entry.wallet == self.name.wallet_id))
            if entry.kind == CLEARANCE_FEE and self._goes_on:
                self.sections["clearanceFees"].append(rows.fee_row(entry))

    def _trade_entry(self, entry: TradeEntry) -> None:
        for wallet, is_buyer in ((entry.buyer, True), (entry.seller, False)):
            if wallet == self.name.wallet_id:
                self._is_own = True
                self.sections["entries"].append(rows.trade_entry_row(entry, is_buyer))

    def _trade(self, event: Trade) -> None:
        if event.taker_wallet == self.name.wallet_id:
            self.sections["fills"].append(rows.fill_row(event, False))
        if event.maker_wallet == self.name.wallet_id:
            self.sections["fills"].append(rows.fill_row(event, True))

    def _interest(self, event: InterestCharged) -> None:
        if event.wallet_id == self.name.wallet_id:
            self._is_own = True
            self.sections["interest"].append(rows.interest_row(event))
            if self.locked is None:
                self._owes(event.paid_asset, event.amount)

    def _owes(self, symbol: str, interest: int) -> None:
        """Add interest to what is kept; it may be the first debt in its asset."""
        kept = next((each for each in self.held if each.asset == symbol), None)
        if kept is None:
            kept = Holding(self.account, symbol)
            self.held.append(kept)
        kept.interest += interest

    def _started(self, event: LiquidationStarted) -> None:
        if event.wallet_id == self.name.wallet_id and self.locked is None:
            self.locked = event
            self._is_own = True
            self.levels.append((event.time, event.level))

    def _step(self, event: LiquidationStep) -> None:
        if event.wallet_id == self.name.wallet_id and self._goes_on:
            self._is_own = True
            self.sections["steps"].append(rows.step_row(event))
            self.levels.append((event.time, event.level_after))

    def _end(self, event: LiquidationEnded) -> None:
        if event.wallet_id == self.name.wallet_id and self._goes_on:
            self.ended = event
            self._is_own = True

    @property
    def mode(self) -> str:
        """The account's mode at the lock."""
        return MODE_NAMES[self.locked.mode if self.locked is not None else self.account.mode]


def account_of(engine: Engine, wallet_id: int) -> MarginAccount:
    """Return the margin account with this wallet; it must be there."""
    for user in engine.core.users.values():
        for account in user.margin_accounts():
            if account.wallet_id == wallet_id:
                return account
    raise KeyError(wallet_id)


def as_it_stands(holding: Holding) -> Holding:
    """Return a holding with the same amounts, which does not change with it."""
    found = Holding(holding.wallet, holding.asset)
    found.free, found.locked = holding.free, holding.locked
    found.principal, found.interest = holding.principal, holding.interest
    return found
