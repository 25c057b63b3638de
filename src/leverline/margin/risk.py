"""The risk desk: who is in which band, margin calls, and who must be liquidated (rules 2.4, 5.2, 6.5, 7.2, 10)."""

from leverline.kernel.events import EventLog
from leverline.ledger.ledger import Ledger
from leverline.lending.desk import LendingDesk
from leverline.margin.account import EXCESSIVE, FORCE_LIQUIDATION, MARGIN_CALL, PRO, MarginAccount, User
from leverline.margin.bands import Bands
from leverline.margin.concentration import ConcentrationDesk
from leverline.margin.events import MarginCalled, StatusChanged
from leverline.margin.families import RISK
from leverline.margin.incoming import Incoming
from leverline.margin.levels import ASSETS
from leverline.margin.limits import Limits
from leverline.margin.liquidation_price import liquidation_price
from leverline.margin.order_checks import OrderChecks
from leverline.margin.reach import Reach
from leverline.margin.reminders import Reminders
from leverline.margin.restrictions import Restrictions
from leverline.margin.sheet import Sheet
from leverline.margin.standing import close_day
from leverline.margin.triggers import TriggerIndex
from leverline.margin.valuation import Valuation, Valuer
from leverline.market.account import TradingAccount
from leverline.market.asset import Asset
from leverline.market.index_board import IndexBoard
from leverline.market.order import Order
from leverline.rulebook.bands import level_of
from leverline.rulebook.parameters import VenueParameters


class RiskDesk:
    """Values margin accounts when something may have changed their band, and says what they may do."""

    def __init__(
        self, log: EventLog, ledger: Ledger, board: IndexBoard, desk: LendingDesk, parameters: VenueParameters,
        users: dict[int, User],
    ) -> None:  # fmt: skip
        self.log: EventLog = log
        self.ledger: Ledger = ledger
        self.board: IndexBoard = board
        self.parameters: VenueParameters = parameters
        self.valuer: Valuer = Valuer(board, parameters, users)
        self.bands: Bands = Bands(parameters)
        self.triggers: TriggerIndex = TriggerIndex(ledger)
        self.reach: Reach = Reach(self.triggers, self.bands, parameters.trading.market_protection)
        self.limits: Limits = Limits(log, ledger, desk, self.valuer, self.bands)
        self.restrictions: Restrictions = Restrictions(log, board.assets, self.limits.transfers)
        self.concentration: ConcentrationDesk = ConcentrationDesk(
            log, ledger, self.valuer, self.triggers, self.limits.bans, self.restrictions
        )
        self.orders: OrderChecks = OrderChecks(self.valuer, self.bands, self.limits, self.restrictions)
        self.incoming: Incoming = Incoming(ledger, parameters.trading.market_protection)
        self.changes: int = 0
        """Derived: grows with each price that moves and each charge of interest."""
        self.charges: int = 0
        """Derived: hours of interest charged."""
        self.turned: list[MarginAccount] = []
        """Derived: accounts that entered liquidation, took a turn in it or left it since the gate looked."""
        self.reminders: Reminders = Reminders(parameters.notices.margin_call_interval)

    @property
    def next_reminder(self) -> int:
        """Time at which a margin call is to be repeated next; FOREVER when none is."""
        return self.reminders.next_due

    def moved(self, asset: Asset) -> None:
        """Note that the price or staleness of `asset` changed; the next `settle` decides whom it brought elsewhere."""
        self.changes += 1
        self.triggers.moved(asset)

    def order_placed(self, order: Order) -> None:
        """Note an order that was just placed: what is left open of it may bring collateral (rule 4.5)."""
        account = order.account
        if isinstance(account, MarginAccount) and account.debts:
            self.incoming.placed(order)
            self.orders_changed(account)

    def orders_changed(self, account: TradingAccount) -> None:
        """Note that open orders came, went or were filled: in Pro they count in the level (rule 6.2)."""
        if isinstance(account, MarginAccount) and account.mode == PRO and account.debts:
            self.ledger.touch(account)

    def collateral_changed(self, user: User) -> None:
        """Note that a user's holdings changed: they fill the collateral tiers of his whole family (rule 4.5)."""
        family = self.valuer.families.shared_of(user)
        if family is not None:
            for account in family.crosses():
                if account.debts and self.valuer.form(account) != ASSETS:
                    self.ledger.touch(account)

    def family_formed(self, user: User) -> None:
        """Note a new sub-account: a parent who was watched as a man alone has others depend on his interest now."""
        for account in self.valuer.families.of(user).crosses():
            if account.debts:
                self.ledger.touch(account)

    def vip_changed(self, user: User) -> None:
        """Note that a user's VIP level changed.

        It widens or narrows the tiers of isolated accounts (rule 8.2), and its commission is in what open orders of a
        Pro account lose (rule 6.2).
        """
        for account in user.isolated.values():
            if account.debts:
                self.ledger.touch(account)
        if user.cross is not None and user.cross.orders:
            self.orders_changed(user.cross)

    def settle(self) -> list[MarginAccount]:
        """Value all touched accounts, in order of id, and report changes of band; return those to be liquidated."""
        found: list[MarginAccount] = []
        for account in self._touched_accounts():
            self.incoming.follow(account)
            if not account.is_locked and self.revalue(account) == FORCE_LIQUIDATION:
                found.append(account)
        return found

    def _touched_accounts(self) -> list[MarginAccount]:
        """Take the touched margin accounts, with the members of their families that depend on them, by id."""
        wallets = self.ledger.take_touched()
        if not wallets:
            return []
        if len(wallets) == 1 and not self.valuer.families.has_shared():
            only = wallets[0]
            return [only] if isinstance(only, MarginAccount) else []
        by_id = {wallet.wallet_id: wallet for wallet in wallets if isinstance(wallet, MarginAccount)}
        if self.valuer.families.has_shared():
            for account in list(by_id.values()):
                family = self.valuer.family(account)
                if family is not None:
                    for other in family.crosses():
                        if other.debts and self.valuer.form(other) != ASSETS:
                            by_id[other.wallet_id] = other
        return [by_id[wallet_id] for wallet_id in sorted(by_id)]

    def revalue(self, account: MarginAccount) -> int:
        """Value `account` at present prices, report a change of band, watch it anew; return the band."""
        if account.debts == 0:
            if account.status != EXCESSIVE:
                self._change_status(account, EXCESSIVE, 0)
            return EXCESSIVE
        sheet = self.valuer.judged(account)
        worth = self.valuer.worth(sheet)
        owed = self.valuer.owed(sheet)
        status = self.bands.status(account, worth, owed)
        if status != account.status:
            self._change_status(account, status, level_of(worth, owed))
        if status != FORCE_LIQUIDATION:
            self.reach.watch(account, sheet, worth, owed, status)
        return status

    def _change_status(self, account: MarginAccount, status: int, level: int) -> None:
        """Move `account` to another band, which may begin or end a margin call (rules 10.1, 10.2)."""
        self.log.emit(StatusChanged(account.user_id, account.wallet_id, account.status, status, level))
        account.status = status
        account.called_at = 0
        if status == MARGIN_CALL:
            self._call(account, level, False)

    def _call(self, account: MarginAccount, level: int, is_repeated: bool) -> None:
        """Give notice of a margin call and remember when to repeat it."""
        account.called_at = self.log.time
        self.log.emit(MarginCalled(account.user_id, account.wallet_id, level, is_repeated))
        self.reminders.add(account)

    def remind(self, time: int) -> None:
        """Repeat the margin calls that are due at `time` (rule 10.1)."""
        for account in self.reminders.take_due(time):
            self._call(account, self.value(account).level, True)

    def restore(self) -> None:
        """Derive triggers, limits of interest, memos and reminders from the state, after it came from a snapshot."""
        for wallet in self.ledger.wallets:
            if isinstance(wallet, MarginAccount) and wallet.debts:
                self.incoming.follow(wallet)
                if wallet.called_at:
                    self.reminders.add(wallet)
                if not wallet.is_locked:
                    sheet = self.valuer.judged(wallet)
                    self.reach.watch(wallet, sheet, self.valuer.worth(sheet), self.valuer.owed(sheet), wallet.status)

    def value(self, account: MarginAccount) -> Valuation:
        """Return the account's valuation at the risk basis: what bands and liquidation go by (rules 2.3, 2.4)."""
        return self.valuer.value(account, RISK)

    def view(self, account: MarginAccount) -> Valuation:
        """Return the account's valuation for showing."""
        return self.value(account)

    def sheet(self, account: MarginAccount) -> Sheet:
        """Return the account's balance sheet at the risk basis, for questions about states that are not."""
        return self.valuer.sheet(account, RISK)

    def status_of(self, account: MarginAccount) -> int:
        """Return the band the account is in at this moment, by the exact rule."""
        valuation = self.value(account)
        return self.bands.status(account, valuation.worth, valuation.owed)

    def liquidation_price(self, account: MarginAccount, asset: str) -> int | None:
        """Return the index price of `asset` at which the account is liquidated, all else fixed, or None (rule 7.4)."""
        return liquidation_price(self.valuer, self.bands, account, self.board.assets[asset])

    def margin_call_price(self, account: MarginAccount, asset: str) -> int | None:
        """Return the index price of `asset` at which the account's margin call begins, all else fixed, or None."""
        return liquidation_price(self.valuer, self.bands, account, self.board.assets[asset], MARGIN_CALL)

    def close_day(self, user: User) -> int:
        """Close the day's volume of `user` and return the VIP level he has earned (rule 8.4)."""
        return close_day(user, self.parameters.vip_levels)
