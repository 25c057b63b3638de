"""Cross Margin Pro: debt brackets, margins, level and bands (rule 6).

Values in 10⁻⁸ USDT, rates and levels in 10⁻¹². Margins round up, once per token. Sources: the Pro pages of 2024
(vectors P1, P2) and the open-order loss of the mode of 2025-01-21.
"""

from leverline.kernel.numbers import RATIO_ONE, div_down, div_up
from leverline.rulebook.bands import band, is_above, level_of
from leverline.rulebook.parameters import ProBands, ProBracket


def initial_margin(debt_value: int, brackets: tuple[ProBracket, ...]) -> int:
    """Return the initial margin of one token's debt: each slice takes its own rate (rule 6.3).

        IM = Σ over brackets of (part of debt inside the bracket) × IMR

    Rounded up once. A debt that grew beyond the last bracket keeps its rate there.
    """
    total = 0
    floor = 0
    last = len(brackets) - 1
    for index, bracket in enumerate(brackets):
        if debt_value <= bracket.debt_limit or index == last:
            total += (debt_value - floor) * bracket.initial_rate
            break
        total += (bracket.debt_limit - floor) * bracket.initial_rate
        floor = bracket.debt_limit
    return div_up(total, RATIO_ONE)


def maintenance_margin(debt_value: int, brackets: tuple[ProBracket, ...]) -> int:
    """Return the maintenance margin of one token's debt: each slice takes its own rate (rule 6.3).

        MM = Σ over brackets of (part of debt inside the bracket) × MMR

    Rounded up once. A debt that grew beyond the last bracket keeps its rate there.
    """
    total = 0
    floor = 0
    last = len(brackets) - 1
    for index, bracket in enumerate(brackets):
        if debt_value <= bracket.debt_limit or index == last:
            total += (debt_value - floor) * bracket.maintenance_rate
            break
        total += (bracket.debt_limit - floor) * bracket.maintenance_rate
        floor = bracket.debt_limit
    return div_up(total, RATIO_ONE)


def maintenance_margin_quick(debt_value: int, brackets: tuple[ProBracket, ...]) -> int:
    """Return the same maintenance margin by the quick form (rule 6.3).

        MM = debt × MMR of its bracket − maintenance amount of that bracket

    Rounded up. Agrees with the slices where the maintenance amounts are `maintenance_amount`'s.
    """
    bracket = _bracket(debt_value, brackets)
    return div_up(debt_value * bracket.maintenance_rate - bracket.maintenance_amount * RATIO_ONE, RATIO_ONE)


def maintenance_amount(index: int, brackets: tuple[ProBracket, ...]) -> int:
    """Return the maintenance amount that makes the quick form of bracket `index` agree with the slices (rule 6.3).

        amount = Σ over brackets below of debt limit × (next MMR − MMR)

    Rounded down; limits and rates of a table are chosen so that nothing is cut.
    """
    total = 0
    for below in range(index):
        rise = brackets[below + 1].maintenance_rate - brackets[below].maintenance_rate
        total += brackets[below].debt_limit * rise
    return div_down(total, RATIO_ONE)


def bracket_of(debt_value: int, brackets: tuple[ProBracket, ...]) -> int:
    """Return the index of the bracket that `debt_value` ends in, −1 beyond the last (rule 6.3: not lent there).

    A bracket includes its limit.
    """
    for index, bracket in enumerate(brackets):
        if debt_value <= bracket.debt_limit:
            return index
    return -1


def marginal_maintenance_rate(debt_value: int, brackets: tuple[ProBracket, ...]) -> int:
    """Return the maintenance rate of the last unit of `debt_value` (rule 15, m)."""
    return _bracket(debt_value, brackets).maintenance_rate


def bracket_floor(debt_value: int, brackets: tuple[ProBracket, ...]) -> int:
    """Return the debt value down to which that rate holds: where the bracket begins."""
    index = bracket_of(debt_value, brackets)
    below = len(brackets) - 2 if index < 0 else index - 1
    return brackets[below].debt_limit if below >= 0 else 0


def _bracket(debt_value: int, brackets: tuple[ProBracket, ...]) -> ProBracket:
    """Return the bracket that `debt_value` ends in, the last one beyond all."""
    index = bracket_of(debt_value, brackets)
    return brackets[index] if index >= 0 else brackets[len(brackets) - 1]


def open_order_loss(collateral_before: int, collateral_after: int) -> int:
    """Return what one open order, applied whole to the balances, takes from the collateral value (rule 6.2).

    loss = max(0, C before − C after)
    """
    return max(collateral_before - collateral_after, 0)


def margin_level(equity_less_loss: int, maintenance: int) -> int:
    """Return the Pro margin level (C − L − Σ open-order loss) ÷ Σ MM, rounded down, 0 for "none" (rule 6.1)."""
    return level_of(equity_less_loss, maintenance)


def available_margin(collateral: int, liabilities: int, order_loss: int, initial: int) -> int:
    """Return the available margin C − L − Σ open-order loss − Σ IM; it may be negative (rule 6.4)."""
    return collateral - liabilities - order_loss - initial


def pro_band(equity_less_loss: int, maintenance: int, bands: ProBands) -> int:
    """Return the band of a Pro account by its level (rule 6.5); without debt EXCESSIVE, never liquidated (rule 6.1)."""
    return band(equity_less_loss, maintenance, bands.liquidation_level, bands.margin_call_level, bands.transfer_level)


def is_above_stop(equity_less_loss: int, maintenance: int, bands: ProBands) -> bool:
    """Whether a liquidation ends: level strictly above the stop level, or no debt (rules 6.5, 11.1)."""
    return maintenance <= 0 or is_above(equity_less_loss, maintenance, bands.stop_level)


def may_transfer(equity_less_loss: int, maintenance: int, available: int, bands: ProBands) -> bool:
    """Whether a transfer out is allowed, asked of the state after it (rule 6.5).

    No debt, or level strictly above the transfer level and available margin ≥ 0.
    """
    return maintenance <= 0 or (available >= 0 and is_above(equity_less_loss, maintenance, bands.transfer_level))


def may_enter(collateral: int, liabilities: int, bands: ProBands) -> bool:
    """Whether a Classic account may ask for Pro: no debt, or C ÷ L strictly above the entry ratio (rule 6.6)."""
    return liabilities <= 0 or is_above(collateral, liabilities, bands.entry_ratio)


def entry_after_ok(equity_less_loss: int, maintenance: int, available: int, bands: ProBands) -> bool:
    """Whether the state after a switch to Pro, open orders counted, is allowed (rule 6.6).

    No debt, or level strictly above the stop level and available margin ≥ 0.
    """
    return maintenance <= 0 or (available >= 0 and is_above(equity_less_loss, maintenance, bands.stop_level))


def may_lower_available(
    available_after: int, equity_before: int, maintenance_before: int, equity_after: int, maintenance_after: int
) -> bool:
    """Whether a loan or order is allowed by the available margin it leaves (rule 6.4).

    Not below 0, unless the act raises the level: equity after × MM before > equity before × MM after, or ends all debt.
    """
    if available_after >= 0 or maintenance_after <= 0:
        return True
    return equity_after * maintenance_before > equity_before * maintenance_after


def max_borrow_value(available: int, debt_value: int, brackets: tuple[ProBracket, ...]) -> int:
    """Return the largest value that may be borrowed on top of `debt_value`, bracket by bracket (rule 6.4).

    What is x such that IM(debt + x) − IM(debt) = available margin?

        x = Σ over brackets of min(room in the bracket, margin left ÷ IMR)

    Rounded down; never beyond the last bracket. 0 if nothing is available.
    """
    left = max(available, 0) * RATIO_ONE
    reached = debt_value
    for bracket in brackets:
        room = bracket.debt_limit - reached
        if room <= 0:
            continue
        if room * bracket.initial_rate > left:
            return reached - debt_value + div_down(left, bracket.initial_rate)
        left -= room * bracket.initial_rate
        reached = bracket.debt_limit
    return reached - debt_value
