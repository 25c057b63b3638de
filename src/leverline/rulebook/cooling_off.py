"""Cooling-off: a pause that a user chooses and cannot shorten (rule 13.4). Times in microseconds."""

from leverline.rulebook.parameters import CoolingOffRules


def is_term_offered(now: int, until: int, rules: CoolingOffRules) -> bool:
    """Whether a pause that begins now may end at `until`: least term ≤ until − now ≤ longest term.

    Both bounds are allowed. Own.
    """
    return rules.term_min <= until - now <= rules.term_max
