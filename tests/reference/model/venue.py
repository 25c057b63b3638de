"""The reference venue: one command at a time, the same outcome as the engine's, worked out the long way."""

from collections.abc import Callable
from typing import TypeVar

from leverline.engine import commands as c
from leverline.kernel.events import Event
from leverline.ledger.entries import REPAY, Entry
from leverline.market import terms
from leverline.market.events import OrderAccepted
from leverline.rulebook.parameters import VenueParameters
from leverline.rulebook.refusals import Refusal

from . import accounts, funds, index, interest, ledger, liquidation, quoting, trading
from .sizing import Leg
from .state import FORCE_LIQUIDATION, LIQUIDATION, Key, Pool, State, Wallet
from .valuation import band

C = TypeVar("C", bound=c.Command)
HOUR = interest.HOUR


class ReferenceVenue:
    """`apply(command, time)` answers None or the refusal; `balances()` is comparable with the engine's."""

    def __init__(self, parameters: VenueParameters) -> None:
        self.state = State(parameters)
        self.state.wallets.append(Wallet(1, 0, LIQUIDATION))
        self.state.pools = {asset: Pool() for asset in parameters.assets}
        self.state.pair_status = dict.fromkeys(parameters.pairs, terms.TRADING)
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

    def unwind(self, events: list[Event]) -> None:
        """Let the liquidation account do what it did in the engine: rule 11.3 leaves time and order of it open."""
        taker = self.state.wallets[0]
        for event in events:
            if isinstance(event, OrderAccepted) and event.wallet_id == taker.number:
                liquidation.unwind(self.state, Leg(event.pair, event.is_buy, event.quantity, event.price))
            elif isinstance(event, Entry) and event.kind == REPAY and event.wallet == taker.number:
                ledger.pay_debt(self.state, taker, event.asset, event.interest, event.principal)
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
            self._settle()
        if state.next_round <= state.now:
            liquidation.run_round(state)
            self._settle()

    def _run_hour(self) -> None:
        """Depth, rates, interest, the fund's share of income."""
        state = self.state
        funds.measure_depth(state)
        interest.charge_hour(state)
        funds.share_income(state)

    def _settle(self) -> None:
        """Look at every account; start the liquidations that are due, until none is left."""
        state = self.state
        while True:
            due: list[Wallet] = []
            for wallet in state.accounts():
                if wallet.locked_at is None:
                    wallet.status = band(state, wallet)
                    if wallet.status == FORCE_LIQUIDATION:
                        due.append(wallet)
            if not due:
                break
            liquidation.start(state, due)
        interest.note_usage(state)

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
        take(c.CancelAllOrders, quoting.cancel_all)
        take(c.ReplaceOrder, quoting.replace)
        take(c.MassQuote, quoting.mass_quote)
        take(c.PublishPrices, funds.publish_prices)
        take(c.SetPairStatus, funds.set_pair_status)
        return handlers[type(command)]()
