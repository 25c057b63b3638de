"""Where a margin level first reaches a threshold, found by asking the exact rule itself.

A question has one integer that may move: a price, a share of a move, a number of hours. What separates the level from
the threshold is its gap: worth − threshold × owed. As that integer moves, the gap is concave: A and L are linear in a
price, a token's collateral value is concave, and maintenance margin convex. So where it is positive at both ends of a
range it is positive between them, and where it is not, it changes its sign once. Several open orders of a Pro account
can bend it otherwise, for each loss is counted and no gain (rule 6.2): then it is concave between certain places only.
"""

from typing import Final

from leverline.kernel.numbers import div_down, div_up

BENDS_MOST: Final = 64
"""So many places are looked at; of an account with dozens of open orders a dip between two of them may be missed."""
GALLOP: Final = 64
"""First distance from an interpolated answer at which the rule is asked, then eight times as much."""
GALLOP_SHIFT: Final = 3


class Question:
    """Is the level at or below the threshold if what may move stands at some place?"""

    def gap(self, place: int) -> int:
        """Return worth × 10¹² − threshold × owed at `place`, positive where nothing is owed."""
        raise NotImplementedError

    def bends(self) -> list[int]:
        """Return the places between which the gap is concave; none where it is so everywhere."""
        return []

    def is_reached(self, place: int) -> bool:
        """Whether the level is at or below the threshold at `place`."""
        return self.gap(place) <= 0


def first_reached(question: Question, safe: int, end: int) -> int | None:
    """Return the first place on the way from `safe` to `end` at which the rule says yes, or None.

    Where a token is both held and owed, rounding can make the rule say yes, no, yes within a few last units of value:
    the place returned has a safe neighbour on the one side and one that is not on the other.
    """
    rising = sorted({place for place in question.bends() if min(safe, end) < place < max(safe, end)})
    if len(rising) > BENDS_MOST:
        rising = rising[:: div_up(len(rising), BENDS_MOST)]
    for place in [*(rising if safe < end else reversed(rising)), end]:
        gap_place = question.gap(place)
        if gap_place <= 0 and place != safe:
            return _settled(question, *_narrowed(question, safe, place, gap_place), place)
        safe = place
    return None


def _narrowed(question: Question, safe: int, reached: int, gap_reached: int) -> tuple[int, int]:
    """Return a safe and a reached place near to each other, about where a straight line between both ends crosses."""
    gap_safe = question.gap(safe)
    step = 1 if reached > safe else -1
    middle = safe + step * div_down(abs(reached - safe) * gap_safe, gap_safe - gap_reached)
    stride = GALLOP
    if middle != reached and not question.is_reached(middle):
        safe = middle
        while stride < abs(reached - safe):
            probe = middle + step * stride
            if abs(probe - middle) >= abs(reached - middle) or question.is_reached(probe):
                return safe, probe if abs(probe - middle) < abs(reached - middle) else reached
            safe = probe
            stride <<= GALLOP_SHIFT
        return safe, reached
    reached = middle
    while stride < abs(middle - safe):
        probe = middle - step * stride
        if not question.is_reached(probe):
            return probe, reached
        reached = probe
        stride <<= GALLOP_SHIFT
    return safe, reached


def _settled(question: Question, safe: int, reached: int, end: int) -> int:
    """Return the place itself, with a safe neighbour before it and none after it."""
    step = 1 if reached > safe else -1
    edge = _bisected(question, safe, reached)
    while edge != end and not question.is_reached(edge + step):
        edge = _bisected(question, edge + step, end)
    return edge


def _bisected(question: Question, safe: int, reached: int) -> int:
    """Bisect between a place that is safe and one that is not."""
    while abs(reached - safe) > 1:
        middle = div_down(safe + reached, 2)
        if question.is_reached(middle):
            reached = middle
        else:
            safe = middle
    return reached
