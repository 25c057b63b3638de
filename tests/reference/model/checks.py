"""Refusals in order of precedence (rule 9.3)."""

from collections.abc import Callable

from leverline.rulebook.refusals import Refusal

Check = tuple[Refusal, Callable[[], bool]]
"""A refusal and whether it applies. It is only asked when no earlier refusal applies."""

AMOUNT_MAX = 10**27


LOAN_REFUSALS = (
    Refusal.BORROW_NOT_ALLOWED,
    Refusal.BORROW_BARRED,
    Refusal.BORROWING_STOPPED,
)


def precedence(check: Check) -> tuple[int, int]:
    """Return the place of a check: what speaks against an order's loan comes after what its own figures have wrong."""
    refusal = check[0]
    return (Refusal.FILTER_MAX_POSITION if refusal in LOAN_REFUSALS else refusal), refusal


def first_refusal(checks: list[Check]) -> Refusal | None:
    """Return the refusal of highest precedence that applies."""
    return next((refusal for refusal, applies in sorted(checks, key=precedence) if applies()), None)


def amount_checks(amount: int) -> list[Check]:
    """An amount is above zero and below any supply."""
    return [
        (Refusal.AMOUNT_NOT_POSITIVE, lambda: amount <= 0),
        (Refusal.AMOUNT_TOO_LARGE, lambda: amount > AMOUNT_MAX),
    ]
