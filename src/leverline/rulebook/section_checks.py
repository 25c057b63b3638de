"""What must hold of a section of rules beyond the range of each figure: which figure breaks it and why, or no text."""

from leverline.kernel.decimals import format_plain
from leverline.kernel.numbers import RATIO_ONE
from leverline.rulebook.interest import HOURS_WAIVED_MOST
from leverline.rulebook.parameters import (
    BorrowRules,
    ClassicBands,
    ConversionRules,
    CoolingOffRules,
    DelistingRules,
    InterestRules,
    IsolatedFamily,
    LiquidationRules,
    TradingRules,
)
from leverline.rulebook.soundness import BAND_MAX

Fault = tuple[str, str]
"""The figure's name and what it must be; two empty texts where all is well."""


def interest_fault(rules: InterestRules) -> Fault:
    """Check the rules of interest (rule 3)."""
    if rules.rate_step_max <= RATIO_ONE:
        return "rate_step_max", "must be above 1"
    if rules.hours_waived > HOURS_WAIVED_MOST:
        return "hours_waived", f"must not be above {HOURS_WAIVED_MOST}"
    return "", ""


def trading_fault(rules: TradingRules) -> Fault:
    """Check the rules of orders (rule 9)."""
    return (
        ("", "")
        if rules.narrow_band <= BAND_MAX
        else ("narrow_band", f"must not be above {format_plain(BAND_MAX, 12)}")
    )


def borrowing_fault(rules: BorrowRules) -> Fault:
    """Check the limits on borrowing (rule 7.5)."""
    return ("", "") if rules.isolated_transfer_ratio > RATIO_ONE else ("isolated_transfer_ratio", "must be above 1")


def conversions_fault(rules: ConversionRules) -> Fault:
    """Check the rules of small exchanges (rule 13.6)."""
    return ("", "") if rules.dust_charge < RATIO_ONE else ("dust_charge", "must be below 1")


def liquidation_fault(rules: LiquidationRules, classic: list[ClassicBands], families: list[IsolatedFamily]) -> Fault:
    """Check the rules of liquidation against the bands they serve (rule 11)."""
    fees = (("classic_fee", rules.classic_fee), ("pro_fee", rules.pro_fee), ("isolated_fee", rules.isolated_fee))
    for name, fee in fees:
        if fee >= RATIO_ONE:
            return name, "must be below 1"
    if rules.takeover_ratio < RATIO_ONE:
        return "takeover_ratio", "must be at least 1"
    lowest = min([each.liquidation_ratio for each in classic] + [each.liquidation_ratio for each in families])
    if rules.takeover_ratio >= lowest:
        return "takeover_ratio", f"must be below the lowest liquidation ratio, {format_plain(lowest, 12)}"
    if rules.turns_max <= 0:
        return "turns_max", "must be above 0"
    if not 0 < rules.turns_span <= rules.round_interval:
        return "turns_span", "must be above 0 and not above round_interval"
    return "", ""


def cooling_off_fault(rules: CoolingOffRules) -> Fault:
    """Check the terms that a user may choose (rule 13.4)."""
    return ("", "") if rules.term_min <= rules.term_max else ("term_max", "must be at least term_min")


def delisting_fault(rules: DelistingRules) -> Fault:
    """Check the notice of a removal (rule 13.2)."""
    return ("", "") if rules.notice_min <= rules.notice_max else ("notice_max", "must be at least notice_min")
