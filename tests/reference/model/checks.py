"""Refusals in order of precedence (rule 9.3)."""

from collections.abc import Callable

from leverline.rulebook.refusals import Refusal

Check = tuple[Refusal, Callable[[], bool]]
"""A refusal and whether it applies. It is only asked when no earlier refusal applies."""

AMOUNT_MAX = 10**27


def first_refusal(checks: list[Check]) -> Refusal | None:
    """Return the refusal of highest precedence that applies."""
    return next((refusal for refusal, applies in sorted(checks, key=lambda check: check[0]) if applies()), None)


def amount_checks(amount: int) -> list[Check]:
    """An amount is above zero and below any supply."""
    return [
        (Refusal.AMOUNT_NOT_POSITIVE, lambda: amount <= 0),
        (Refusal.AMOUNT_TOO_LARGE, lambda: amount > AMOUNT_MAX),
    ]
