"""The state of the venue: all parts wired once, and the look-ups that handlers share."""

from leverline.engine.events import UserChanged
from leverline.engine.parameter_desk import ParameterDesk
from leverline.kernel.decimals import shown
from leverline.kernel.events import EventLog
from leverline.kernel.numbers import AMOUNT_MAX, RATIO_ONE, mul_div_down
from leverline.ledger.ledger import Ledger
from leverline.ledger.wallet import CROSS, ISOLATED, LIQUIDATION, SPOT
from leverline.lending.desk import LendingDesk
from leverline.liquidation.delisting_desk import DelistingDesk
from leverline.liquidation.gate import WithdrawalGate
from leverline.liquidation.hook import LiquidationHook
from leverline.liquidation.process import Liquidator
from leverline.liquidation.trading_stop import TradingStop
from leverline.margin.account import NARROW_BAND_LEVERAGE, PRO, MarginAccount, User
from leverline.margin.conversions import LevelJudge
from leverline.margin.dust import DustDesk
from leverline.margin.risk import RiskDesk
from leverline.margin.small_debts import SmallDebtDesk
from leverline.market.account import Trader, TradingAccount
from leverline.market.asset import Asset
from leverline.market.exchange import Exchange
from leverline.market.index_board import IndexBoard
from leverline.market.pair import Pair
from leverline.rulebook.parameter_values import own_copy
from leverline.rulebook.parameters import VenueParameters
from leverline.rulebook.refusals import Refusal


class Core:
    """Every part of the venue. Handlers read and change it; nothing else does."""

    def __init__(self, parameters: VenueParameters) -> None:
        parameters = own_copy(parameters)
        self.parameters: VenueParameters = parameters
        """The venue's own: a change is made in place, and every part that holds one of them sees it."""
        self.changes: ParameterDesk = ParameterDesk(parameters)
        self.log: EventLog = EventLog()
        self.ledger: Ledger = Ledger(self.log)
        self.users: dict[int, User] = {}
        self.board: IndexBoard = IndexBoard(self.log, parameters.index)
        self.exchange: Exchange = Exchange(self.log, self.ledger, self.board, parameters.trading)
        for asset in parameters.assets.values():
            self.board.add_asset(asset)
            self.ledger.add_asset(asset.symbol)
        for pair in parameters.pairs.values():
            self.exchange.add_pair(pair)
        self.desk: LendingDesk = LendingDesk(self.log, self.ledger, self.board, parameters)
        self.risk: RiskDesk = RiskDesk(self.log, self.ledger, self.board, self.desk, parameters, self.users)
        judge = LevelJudge(self.risk.valuer, self.risk.bands)
        rules, assets = parameters.conversions, self.board.assets
        self.dust: DustDesk = DustDesk(self.log, self.ledger, assets, judge, self.risk.limits.transfers, rules)
        self.small_debts: SmallDebtDesk = SmallDebtDesk(self.log, self.ledger, assets, judge, rules)
        house = Trader(0, 0, 0)
        self.liquidation_wallet: TradingAccount = TradingAccount(self.ledger.next_wallet_id(), house, LIQUIDATION)
        self.ledger.add_wallet(self.liquidation_wallet)
        self.liquidator: Liquidator = Liquidator(
            self.log, self.ledger, self.exchange, self.desk, self.risk, parameters, self.liquidation_wallet
        )
        self.exchange.hook = LiquidationHook(self.desk, self.liquidator)
        self.trading_stop: TradingStop = TradingStop(self.log, self.exchange, self.desk, self.liquidator)
        self.gate: WithdrawalGate = WithdrawalGate(self.log, self.board, self.risk, self.liquidator)
        self.delistings: DelistingDesk = DelistingDesk(
            self.log, self.ledger, self.exchange, self.desk, self.risk, self.liquidator, parameters
        )
        self.detail: str = ""
        """Words for the refusal that is being returned."""
        self.kept: Refusal | None = None
        """Why the cancel-and-replace that is being handled leaves its old order, or None."""

    def begin(self) -> None:
        """Forget what was said of the last command's refusal."""
        self.detail = ""
        self.kept = None

    def refuse(self, refusal: Refusal, detail: str) -> Refusal:
        """Return `refusal`, keeping the words that name what and why."""
        self.detail = detail
        return refusal

    def user(self, user_id: int) -> User | None:
        """Return the user, or None with the detail set."""
        found = self.users.get(user_id)
        if found is None:
            self.detail = f"user {shown(user_id)} does not exist"
        return found

    def asset(self, symbol: str) -> Asset | None:
        """Return the asset, or None with the detail set."""
        found = self.board.assets.get(symbol)
        if found is None:
            self.detail = f"asset {symbol!r} is not in the catalogue"
        return found

    def pair(self, symbol: str) -> Pair | None:
        """Return the pair, or None with the detail set."""
        found = self.exchange.pairs.get(symbol)
        if found is None:
            self.detail = f"pair {symbol!r} is not in the catalogue"
        return found

    def amount_refusal(self, amount: int) -> Refusal | None:
        """Refuse an amount that is not positive or beyond any supply."""
        if amount <= 0:
            return self.refuse(Refusal.AMOUNT_NOT_POSITIVE, f"amount {shown(amount)} is not above zero")
        if amount > AMOUNT_MAX:
            return self.refuse(Refusal.AMOUNT_TOO_LARGE, f"amount {shown(amount)} is above {AMOUNT_MAX}")
        return None

    def kind_refusal(self, kind: int, pair: str) -> Refusal | None:
        """Refuse a wallet kind that no user has, or an isolated one without a known pair."""
        if kind not in (SPOT, CROSS, ISOLATED):
            return self.refuse(Refusal.MALFORMED, f"wallet kind {shown(kind)} is none of spot, cross, isolated")
        if kind == ISOLATED and self.pair(pair) is None:
            return Refusal.UNKNOWN_PAIR
        return None

    def margin_refusal(self, account: MarginAccount | None) -> Refusal | None:
        """Refuse when there is no such margin account, or it is disabled or locked by a liquidation."""
        if account is not None and account.is_enabled and account.is_locked:
            return self.refuse(Refusal.ACCOUNT_LOCKED, f"account {account.wallet_id} is in liquidation")
        return self.existence_refusal(account)

    def existence_refusal(self, account: MarginAccount | None) -> Refusal | None:
        """Refuse when there is no such margin account, or it is disabled."""
        if account is None:
            return self.refuse(Refusal.NO_MARGIN_ACCOUNT, "the margin account has not been opened")
        if not account.is_enabled:
            return self.refuse(Refusal.ACCOUNT_DISABLED, f"account {account.wallet_id} is disabled")
        return None

    def settle(self) -> None:
        """Value again what the command touched or a price reached; start the liquidations that follow.

        A liquidation's first round trades and so may touch further accounts: repeat until nothing is left.
        """
        liquidatable = self.risk.settle()
        while liquidatable:
            self.liquidator.start(liquidatable)
            liquidatable = self.risk.settle()
        self.gate.follow()

    def owes_loan(self, user_id: int) -> bool:
        """Whether anybody in the family of a user owes a liquidation loan (rule 16.5); of an unknown one nobody."""
        user = self.users.get(user_id)
        return user is not None and self.risk.valuer.families.owes_loan(user, self.ledger.claims)

    def set_vip(self, user: User, level: int) -> None:
        """Give `user` the fees of VIP `level`."""
        fees = self.parameters.vip_levels[level]
        user.vip_level = level
        user.maker_fee = fees.maker_fee
        user.taker_fee = fees.taker_fee

    def is_narrow(self, account: MarginAccount) -> bool:
        """Whether rule 9.6's narrow band applies: Pro, and isolated accounts of the 10x family."""
        pair = account.pair
        if pair is None:
            return account.mode == PRO
        return pair.parameters.family.leverage >= NARROW_BAND_LEVERAGE

    def measure_depth(self) -> None:
        """Measure each asset's depth within its band, over all its books, for the coming hour (rule 8.5)."""
        for asset in self.board.assets.values():
            asset.depth_value = 0
        for pair in self.exchange.pairs.values():
            pair.base.depth_value += self.exchange.book_depth_value(pair, pair.base.parameters.trade_band)

    def share_income(self) -> None:
        """Pay the fund its share of the interest collected (an own parameter, 0 when off).

        What was collected while the share was 0 counts as shared: a share that is raised later does not reach back.
        """
        share = self.parameters.liquidation.income_share
        for symbol, venue in self.ledger.venue.items():
            amount = mul_div_down(venue.income - venue.income_shared, share, RATIO_ONE)
            venue.income_shared = venue.income - amount
            if amount > 0:
                self.ledger.income_to_fund(symbol, amount)
                self.liquidator.fund.note_income(symbol, amount)

    def recompute_vip_levels(self) -> None:
        """Close the day's volumes and give every user the VIP level that volume and BNB holding earn (rule 8.4)."""
        for user in self.users.values():
            level = self.risk.close_day(user)
            if not user.is_vip_fixed and level != user.vip_level:
                self.set_vip(user, level)
                self.risk.vip_changed(user)
                self.report_user(user)

    def report_user(self, user: User) -> None:
        """Emit the user's present properties."""
        self.log.emit(
            UserChanged(
                user.user_id, user.vip_level, user.permissions, user.is_suspended,
                user.is_bnb_fee, user.is_bnb_interest, user.borrow_barred_until,
            )
        )  # fmt: skip
