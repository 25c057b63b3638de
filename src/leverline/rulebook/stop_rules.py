"""When a liquidation has done enough: the stop of each product, and the level it judges (rules 5.2, 6.5, 7.5, 15)."""

from leverline.kernel.numbers import RATIO_ONE
from leverline.rulebook.bands import is_above, is_riskier
from leverline.rulebook.isolated import initial_ratio_of, tier_of
from leverline.rulebook.liquidation import (
    helps_by_collateral,
    helps_by_ratio,
    helps_pro,
    size_by_collateral,
    size_by_ratio,
    size_isolated,
    size_pro,
    worn_ratio,
)
from leverline.rulebook.parameters import IsolatedTier


class AccountState:
    """An account's values at index (10⁻⁸ USDT) and the debt that a step repays (10⁻⁸ of its asset)."""

    def __init__(
        self, assets: int, liabilities: int, collateral: int, maintenance: int, principal: int, interest: int
    ) -> None:
        self.assets: int = assets
        self.liabilities: int = liabilities
        self.collateral: int = collateral
        """Used where it is in the level."""
        self.maintenance: int = maintenance
        """Used for Pro only."""
        self.principal: int = principal
        self.interest: int = interest


class StopRule:
    """Base of the four stops. `efficiency` is k; `ratio` (h) matters where C is in the level, `rate` (m) for Pro."""

    def __init__(self, is_pro: bool, is_haircut: bool) -> None:
        self.is_pro: bool = is_pro
        self.is_haircut: bool = is_haircut
        """Whether what is given up counts in the level at its collateral ratio: Pro, and Classic by rule 16.2."""

    def is_passed(self, state: AccountState) -> bool:
        """Whether the level is strictly above the stop, or no debt is left: the liquidation ends."""
        raise NotImplementedError

    def is_improved(self, before: AccountState, after: AccountState) -> bool:
        """Whether the level after is strictly above the level before, or no debt is left."""
        raise NotImplementedError

    def helps(self, state: AccountState, efficiency: tuple[int, int], ratio: int, rate: int) -> bool:
        """Whether the next unit of a step raises the level (rule 15.3)."""
        raise NotImplementedError

    def weight(self, state: AccountState, rate: int) -> int:
        """Return W of "it helps where k × W > H" (rule 15.3 put so that W knows the debt alone and H the asset alone).

        A ÷ L: W = A, H = L.   C ÷ L: W = C, H = max(h, C ÷ A) × L.   Pro: W = MM + m × E, H = h × MM.
        """
        return state.assets

    def hurdle(self, state: AccountState, ratio: int) -> int:
        """Return H of the same."""
        return state.liabilities

    def size(self, state: AccountState, efficiency: tuple[int, int], ratio: int, rate: int) -> int:
        """Return the value to give up, were all prices, tiers and brackets to stay (rules 15.4, 15.8)."""
        raise NotImplementedError


class ClassicStop(StopRule):
    """Classic: A ÷ L above the stop ratio of the leverage."""

    def __init__(self, stop_ratio: int) -> None:
        super().__init__(False, False)
        self.stop_ratio: int = stop_ratio

    def is_passed(self, state: AccountState) -> bool:
        """Judge A ÷ L."""
        return state.liabilities <= 0 or is_above(state.assets, state.liabilities, self.stop_ratio)

    def is_improved(self, before: AccountState, after: AccountState) -> bool:
        """Compare A ÷ L."""
        return after.liabilities <= 0 or is_riskier(before.assets, before.liabilities, after.assets, after.liabilities)

    def helps(self, state: AccountState, efficiency: tuple[int, int], ratio: int, rate: int) -> bool:
        """Ask whether k × A > L."""
        return helps_by_ratio(state.assets, state.liabilities, efficiency)

    def size(self, state: AccountState, efficiency: tuple[int, int], ratio: int, rate: int) -> int:
        """Solve for the stop ratio."""
        return size_by_ratio(state.assets, state.liabilities, self.stop_ratio, efficiency)


class CollateralStop(StopRule):
    """Classic with haircuts in its level: C ÷ L above the stop ratio of the leverage (rules 16.2, 16.3)."""

    def __init__(self, stop_ratio: int) -> None:
        super().__init__(False, True)
        self.stop_ratio: int = stop_ratio

    def is_passed(self, state: AccountState) -> bool:
        """Judge C ÷ L."""
        return state.liabilities <= 0 or is_above(state.collateral, state.liabilities, self.stop_ratio)

    def is_improved(self, before: AccountState, after: AccountState) -> bool:
        """Compare C ÷ L."""
        return after.liabilities <= 0 or is_riskier(
            before.collateral, before.liabilities, after.collateral, after.liabilities
        )

    def helps(self, state: AccountState, efficiency: tuple[int, int], ratio: int, rate: int) -> bool:
        """Ask whether k × C > h × L and k × A > L."""
        return helps_by_collateral(state.assets, state.collateral, state.liabilities, efficiency, ratio)

    def weight(self, state: AccountState, rate: int) -> int:
        """Return C, in 10⁻²⁰."""
        return RATIO_ONE * state.collateral

    def hurdle(self, state: AccountState, ratio: int) -> int:
        """Return max(h, C ÷ A) × L, in 10⁻²⁰."""
        return worn_ratio(state.assets, state.collateral, ratio) * state.liabilities

    def size(self, state: AccountState, efficiency: tuple[int, int], ratio: int, rate: int) -> int:
        """Solve for the stop ratio."""
        return size_by_collateral(state.collateral, state.liabilities, self.stop_ratio, efficiency, ratio)


class ProStop(StopRule):
    """Pro: (C − L) ÷ MM above the stop level; orders are cancelled by then, so there is no open-order loss."""

    def __init__(self, stop_level: int) -> None:
        super().__init__(True, True)
        self.stop_level: int = stop_level

    def is_passed(self, state: AccountState) -> bool:
        """Judge E ÷ MM."""
        equity = state.collateral - state.liabilities
        return state.liabilities <= 0 or is_above(equity, state.maintenance, self.stop_level)

    def is_improved(self, before: AccountState, after: AccountState) -> bool:
        """Compare E ÷ MM."""
        return after.liabilities <= 0 or is_riskier(
            before.collateral - before.liabilities,
            before.maintenance,
            after.collateral - after.liabilities,
            after.maintenance,
        )

    def helps(self, state: AccountState, efficiency: tuple[int, int], ratio: int, rate: int) -> bool:
        """Ask whether (k − h) × MM + m × k × E > 0."""
        return helps_pro(state.collateral - state.liabilities, state.maintenance, efficiency, ratio, rate)

    def weight(self, state: AccountState, rate: int) -> int:
        """Return MM + m × E, in 10⁻²⁰."""
        return RATIO_ONE * state.maintenance + rate * (state.collateral - state.liabilities)

    def hurdle(self, state: AccountState, ratio: int) -> int:
        """Return h × MM, in 10⁻²⁰."""
        return ratio * state.maintenance

    def size(self, state: AccountState, efficiency: tuple[int, int], ratio: int, rate: int) -> int:
        """Solve for the stop level."""
        equity = state.collateral - state.liabilities
        return size_pro(equity, state.maintenance, self.stop_level, efficiency, ratio, rate)


class IsolatedStop(StopRule):
    """Isolated: A ÷ L above the initial ratio of the tier of the debt left (rule 7.5).

    `is_base` names the side of the debt that is repaid, `price` its index, `other_principal` what is owed of the other.
    """

    def __init__(
        self,
        tiers: tuple[IsolatedTier, ...],
        is_base: bool,
        other_principal: int,
        price: int,
        fixed_tier: int = 0,
        limit_factor: int = RATIO_ONE,
    ) -> None:
        super().__init__(False, False)
        self.tiers: tuple[IsolatedTier, ...] = tiers
        self.is_base: bool = is_base
        self.other_principal: int = other_principal
        self.price: int = price
        self.fixed_tier: int = fixed_tier
        self.limit_factor: int = limit_factor

    def stop_ratio(self, principal: int) -> int:
        """Return the initial ratio of the tier while `principal` is owed of the asset repaid."""
        base = principal if self.is_base else self.other_principal
        quote = self.other_principal if self.is_base else principal
        return initial_ratio_of(tier_of(base, quote, self.tiers, self.fixed_tier, self.limit_factor), self.tiers)

    def is_passed(self, state: AccountState) -> bool:
        """Judge A ÷ L against the tier after the step."""
        return state.liabilities <= 0 or is_above(state.assets, state.liabilities, self.stop_ratio(state.principal))

    def is_improved(self, before: AccountState, after: AccountState) -> bool:
        """Compare A ÷ L."""
        return after.liabilities <= 0 or is_riskier(before.assets, before.liabilities, after.assets, after.liabilities)

    def helps(self, state: AccountState, efficiency: tuple[int, int], ratio: int, rate: int) -> bool:
        """Ask whether k × A > L."""
        return helps_by_ratio(state.assets, state.liabilities, efficiency)

    def size(self, state: AccountState, efficiency: tuple[int, int], ratio: int, rate: int) -> int:
        """Take the least value over the tiers."""
        return size_isolated(
            state.assets,
            state.liabilities,
            efficiency,
            (state.principal, state.interest),
            self.other_principal,
            self.is_base,
            self.price,
            self.tiers,
            self.fixed_tier,
            self.limit_factor,
        )
