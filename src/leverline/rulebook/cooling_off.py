"""Cooling-off: a pause that a user chooses and cannot shorten (rule 13.4). Times in microseconds."""

from leverline.rulebook.parameters import CoolingOffRules


def is_term_offered(term: int, rules: CoolingOffRules) -> bool:
    """Whether a pause may last for `term`: least term ≤ term ≤ longest term.

    Both bounds are allowed. Own.
    """
    return rules.term_min <= term <= rules.term_max
