"""The reference venue: one command at a time, the same outcome as the engine's, worked out the long way."""

from collections.abc import Callable
from typing import TypeVar

from leverline.engine import commands as c
from leverline.kernel.events import Event
from leverline.market import terms
from leverline.rulebook.parameters import VenueParameters
from leverline.rulebook.refusals import Refusal

from . import accounts, funds, index, interest, ledger, liquidation, quoting, trading, unwinding
from .state import FORCE_LIQUIDATION, LIQUIDATION, Key, Pool, State, Wallet
from .valuation import band, band_inputs

C = TypeVar("C", bound=c.Command)
HOUR = interest.HOUR


class ReferenceVenue:
    """`apply(command, time)` answers None or the refusal; `balances()` is comparable with the engine's."""

    def __init__(self, parameters: VenueParameters) -> None:
        self.state = State(parameters)
        self.state.wallets.append(Wallet(1, 0, LIQUIDATION))
        self.state.pools = {asset: Pool() for asset in parameters.assets}
        self.state.pair_status = dict.fromkeys(parameters.pairs, terms.TRADING)
        self.bands: dict[int, tuple[tuple[object, ...], int]] = {}
        """Wallet number → what its band was worked out from, and the band."""
        self.unwinding: list[Event] = []
        self.unwinding_time = -1
        index.open_board(self.state)

    def apply(self, command: c.Command, time: int) -> Refusal | None:
        """Let everything due until `time` happen, then the command; return why it was refused, or None."""
        state = self.state
        if time < state.now:
            return Refusal.TIME_BEFORE_VENUE
        self._advance(time)
        refusal = self._handle(command)
        self._settle()
        return refusal

    def let_time_pass(self, time: int, events: list[Event]) -> None:
        """Let what is due at `time` happen; `events`, the engine's, say what the liquidation account trades."""
        self.unwinding, self.unwinding_time = events, time
        self._advance(time)
        if self.unwinding:
            self._unwind()
            self._settle()

    def balances(self) -> dict[Key, int]:
        """Return every balance that is not zero."""
        return ledger.balances(self.state)

    def faults(self) -> list[str]:
        """Return broken invariants of rule 1.4."""
        return ledger.faults(self.state)

    def statuses(self) -> dict[str, int]:
        """Return the band of every margin account."""
        return {wallet.owner: wallet.status for wallet in self.state.accounts()}

    def _advance(self, time: int) -> None:
        """Let time pass: what is due happens at its own time, in the order of rule 1.5."""
        state = self.state
        if state.now < 0:
            state.now = time
            state.hour = time - time % HOUR + HOUR
            interest.open_rates(state)
        while (due := min(state.hour, index.next_due(state), state.next_round)) <= time:
            state.now = due
            self._run_due()
        state.now = time

    def _run_due(self) -> None:
        """Hourly work, index expiry, risk checks, at midnight VIP levels, a liquidation round."""
        state = self.state
        is_new_day = state.hour == state.now and state.now % interest.DAY == 0
        if state.hour == state.now:
            self._run_hour()
            state.hour += HOUR
        for asset in state.index:
            if state.index[asset].quotes:
                index.refresh(state, asset)
        self._settle()
        if is_new_day:
            accounts.recompute_vip_levels(state)
            self._unwind()
            unwinding.reckon(state)
            self._settle()
        if state.next_round <= state.now:
            liquidation.run_round(state)
        self._unwind()
        self._settle()

    def _run_hour(self) -> None:
        """Depth, rates, interest, the fund's share of income."""
        state = self.state
        funds.measure_depth(state)
        interest.charge_hour(state)
        funds.share_income(state)

    def _unwind(self) -> None:
        """Let the liquidation account trade, once at the time at which it does."""
        if self.unwinding_time == self.state.now:
            events, self.unwinding = self.unwinding, []
            unwinding.follow(self.state, events)

    def _settle(self) -> None:
        """Look at every account; start the liquidations that are due, until none is left."""
        state = self.state
        while True:
            due: list[Wallet] = []
            for wallet in state.accounts():
                if wallet.locked_at is None:
                    wallet.status = self._band(wallet)
                    if wallet.status == FORCE_LIQUIDATION:
                        due.append(wallet)
            if not due:
                break
            liquidation.start(state, due)
        interest.note_usage(state)

    def _band(self, wallet: Wallet) -> int:
        """Return the band of an account, worked out again only when something that it depends on is not as it was."""
        if not self.state.has_debt(wallet):
            return band(self.state, wallet)
        inputs = band_inputs(self.state, wallet)
        known = self.bands.get(wallet.number)
        if known is None or known[0] != inputs:
            self.bands[wallet.number] = known = (inputs, band(self.state, wallet))
        return known[1]

    def _handle(self, command: c.Command) -> Refusal | None:
        """Apply a command or return why not."""
        state = self.state
        handlers: dict[type[c.Command], Callable[[], Refusal | None]] = {}

        def take(kind: type[C], handler: Callable[[State, C], Refusal | None]) -> None:
            if isinstance(command, kind):
                handlers[kind] = lambda: handler(state, command)

        take(c.AdvanceTime, lambda _state, _command: None)
        take(c.RegisterUser, accounts.register_user)
        take(c.GrantPermission, accounts.grant_permission)
        take(c.SetVipLevel, accounts.set_vip_level)
        take(c.SuspendUser, accounts.suspend_user)
        take(c.LiftBorrowBar, accounts.lift_borrow_bar)
        take(c.SetBnbSwitches, accounts.set_bnb_switches)
        take(c.OpenMarginAccount, accounts.open_margin_account)
        take(c.DisableIsolated, accounts.disable_isolated)
        take(c.SetLeverage, accounts.set_leverage)
        take(c.SetIsolatedTier, accounts.set_isolated_tier)
        take(c.SwitchMode, accounts.switch_mode)
        take(c.Deposit, funds.deposit)
        take(c.Withdraw, funds.withdraw)
        take(c.Transfer, funds.transfer)
        take(c.Borrow, funds.borrow)
        take(c.Repay, funds.repay)
        take(c.HouseDeposit, funds.house_deposit)
        take(c.SupplyPool, funds.supply_pool)
        take(c.TopUpFund, funds.top_up_fund)
        take(c.ResumeBorrowing, funds.resume_borrowing)
        take(c.PlaceOrder, trading.place)
        take(c.CancelOrder, quoting.cancel)
        take(c.AmendOrder, quoting.amend)
        take(c.CancelAllOrders, quoting.cancel_all)
        take(c.ReplaceOrder, quoting.replace)
        take(c.MassQuote, quoting.mass_quote)
        take(c.PublishPrices, funds.publish_prices)
        take(c.SetPairStatus, funds.set_pair_status)
        return handlers[type(command)]()
