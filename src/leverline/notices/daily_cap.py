"""A bound of what one user is sent in a day: beyond it a notice is in his inbox only."""

from collections.abc import Sequence

from leverline.kernel.time import DAY
from leverline.notices.kinds import URGENT
from leverline.notices.notice import Notice


class DailyCap:
    """Counts notices by user and UTC day of venue time, since the start; urgent kinds are neither counted nor kept."""

    def __init__(self, most: int) -> None:
        self.most: int = most
        self._day: int = 0
        self._counts: dict[int, int] = {}

    def beyond(self, notices: Sequence[Notice]) -> set[tuple[int, int]]:
        """Count notices, which come in their order; return sequence and number of those beyond the bound."""
        found: set[tuple[int, int]] = set()
        for notice in notices:
            if notice.kind in URGENT:
                continue
            day = notice.time // DAY
            if day != self._day:
                self._day, self._counts = day, {}
            count = self._counts.get(notice.user_id, 0) + 1
            self._counts[notice.user_id] = count
            if count > self.most:
                found.add((notice.sequence, notice.number))
        return found
