"""Delisting: its times, and what may still come into a margin account (rule 13.2). Times in microseconds."""


def is_schedule_in_order(
    announced: int, borrow_stop: int, transfer_stop: int, removal: int, notice_min: int, notice_max: int
) -> bool:
    """Whether the stages of a delisting lie between its announcement and its removal, which is far enough away.

        announced ≤ borrow stop, transfer stop ≤ removal,   least notice ≤ removal − announced ≤ longest notice

    Both bounds are allowed. The notices: own; the longest one catches a time in another unit.
    """
    is_between = announced <= min(borrow_stop, transfer_stop) and max(borrow_stop, transfer_stop) <= removal
    return is_between and notice_min <= removal - announced <= notice_max


def debt_left(owed: int, held: int) -> int:
    """Return what of an asset may still come in once transfers in are barred: the open debt less collateral held.

        x = max(owed − held, 0)

    Amounts of the asset; `held` includes what orders lock. Source: the removal of OM, 2026-02.
    """
    return max(owed - held, 0)
