"""How an account in liquidation stands: level, stop, fee, and the snapshot a step is sized from (rules 11, 15)."""

from leverline.kernel.numbers import value_down, value_up
from leverline.margin.account import CLASSIC, PRO, MarginAccount
from leverline.margin.bands import Bands, principal_of
from leverline.margin.levels import ASSETS
from leverline.margin.valuation import LAST, RISK, Valuation, Valuer
from leverline.market.asset import Asset
from leverline.rulebook.collateral import marginal_group_ratio
from leverline.rulebook.liquidation import is_takeover_ratio_met
from leverline.rulebook.parameters import VenueParameters
from leverline.rulebook.pro import marginal_maintenance_rate
from leverline.rulebook.routes import Route
from leverline.rulebook.sizing import SizingInput, TokenGiven, TokenOwed
from leverline.rulebook.stop_rules import ClassicStop, CollateralStop, IsolatedStop, ProStop, StopRule


class Judge:
    """Answers about one account at a time; index prices, the best case for stale assets (rule 2.4)."""

    def __init__(self, valuer: Valuer, parameters: VenueParameters) -> None:
        self.valuer: Valuer = valuer
        self.parameters: VenueParameters = parameters
        self.bands: Bands = Bands(parameters)

    def view(self, account: MarginAccount) -> Valuation:
        """Return the account's valuation."""
        return self.valuer.value(account, RISK)

    def is_above_stop(self, account: MarginAccount, view: Valuation) -> bool:
        """Whether the level is strictly above the stop level, or nothing is owed (rules 5.2, 6.5, 7.5)."""
        return account.debts == 0 or self.bands.is_above_stop(account, view.worth, view.owed)

    def is_spared(self, account: MarginAccount, view: Valuation) -> bool:
        """Whether only the last price of a stale asset would have it liquidated, and its best case does not (rule 2.4).

        A stale asset that makes no such difference does not end a liquidation before its stop.
        """
        if not view.is_stale or self.bands.is_liquidatable(account, view.worth, view.owed):
            return False
        last = self.valuer.value(account, LAST)
        return self.bands.is_liquidatable(account, last.worth, last.owed)

    def is_nearly_bankrupt(self, account: MarginAccount, view: Valuation) -> bool:
        """Whether A ÷ L of a Classic or Isolated account is at or below the takeover ratio (rule 11.3)."""
        ratio = self.parameters.liquidation.takeover_ratio
        return account.mode != PRO and is_takeover_ratio_met(view.assets, view.liabilities, ratio)

    def fee_rate(self, account: MarginAccount) -> int:
        """Return the clearance fee's rate (rule 11.4)."""
        rules = self.parameters.liquidation
        if account.mode == CLASSIC:
            return rules.classic_fee
        return rules.pro_fee if account.mode == PRO else rules.isolated_fee

    def stop_rule(self, account: MarginAccount, debt: Asset) -> StopRule:
        """Return the stop that a step repaying `debt` works towards."""
        if account.mode == CLASSIC:
            ratio = self.parameters.classic[account.leverage].stop_ratio
            return ClassicStop(ratio) if self.valuer.form(account) == ASSETS else CollateralStop(ratio)
        if account.mode == PRO:
            return ProStop(self.parameters.pro.stop_level)
        pair = account.pair
        assert pair is not None, account.wallet_id
        is_base = debt.symbol == pair.base.symbol
        other = pair.quote if is_base else pair.base
        return IsolatedStop(
            pair.parameters.isolated_tiers, is_base, principal_of(account, other.symbol), debt.price,
            account.fixed_tier, self.bands.limit_factor(account),
        )  # fmt: skip

    def marginal_ratio(self, account: MarginAccount, collateral: Asset, held: int) -> int:
        """Return h of the first unit of `held` that is given up; 0 where the level knows no haircut (rule 15)."""
        if self.valuer.form(account) == ASSETS:
            return 0
        family = self.valuer.family(account)
        others = 0 if family is None else family.others_value(account, collateral, RISK)
        tiers = collateral.parameters.collateral_tiers
        return marginal_group_ratio(value_down(held, collateral.price), others, tiers)

    def marginal_rate(self, account: MarginAccount, debt: Asset, owed: int) -> int:
        """Return m of the first unit of `owed` that is repaid; 0 where the level knows no brackets (rule 15)."""
        if account.mode != PRO:
            return 0
        return marginal_maintenance_rate(value_up(owed, debt.price), debt.parameters.pro_brackets)

    def sizing_input(
        self, account: MarginAccount, view: Valuation, collateral: Asset, debt: Asset, route: Route
    ) -> SizingInput:
        """Return the snapshot of a step that gives up `collateral` along `route` to repay `debt`."""
        holding = account.holding(debt.symbol)
        given = TokenGiven(account.holding(collateral.symbol).free, collateral.price)
        owed = TokenOwed(holding.principal, holding.interest, debt.price)
        if account.mode == PRO:
            owed.brackets = debt.parameters.pro_brackets
        if self.valuer.form(account) != ASSETS:
            given.tiers = collateral.parameters.collateral_tiers
            owed.tiers = debt.parameters.collateral_tiers
            family = self.valuer.family(account)
            if family is not None:
                given.others_value = family.others_value(account, collateral, RISK)
                owed.others_value = family.others_value(account, debt, RISK)
        return SizingInput(
            self.stop_rule(account, debt), view.assets, view.liabilities, view.collateral, view.maintenance_margin,
            given, owed, route,
        )  # fmt: skip
