"""A history's whole past: what memory lets go of is in a database, and what it does not as well."""

from collections.abc import Iterator

from leverline.history.history import History
from leverline.history.outbox import Row
from leverline.history.past.past import Past
from leverline.history.reporting import rows_of
from leverline.history.store.batch import begin_with
from leverline.history.store.database import Database, Watermark, opening
from leverline.history.store.faults import HistoryStoreFault
from leverline.history.store.keeping import Keeps, everything
from leverline.history.store.reader import Reader
from leverline.history.store.writer import HistoryWriter


class Archive:
    """The database of one history. `open` it, bring the history to where it begins, and `begin`."""

    def __init__(self, history: History, url: str, keeps: Keeps = everything, trades_kept: int | None = None) -> None:
        self.history: History = history
        self.keeps: Keeps = keeps
        """Says which rows go to the database."""
        self.trades_kept: int | None = trades_kept
        """How long market trades stay there, in microseconds of venue time; for ever if None."""
        self.database: Database = Database(url)
        self.mark: Watermark | None = None
        """What the database held when it was opened."""
        self.venue: str = ""
        self._writer: HistoryWriter | None = None
        self._reader: Reader | None = None

    @property
    def writer(self) -> HistoryWriter:
        """Who writes it; after `begin`."""
        assert self._writer is not None, "not begun"
        return self._writer

    @property
    def past(self) -> Past:
        """The whole past, for questions; after `begin`."""
        return Past(self.history, self._reader)

    def open(self, venue: str, last: int) -> int | None:
        """Open the database for a venue whose journal ends with `last`; return how far it reaches, None if it is empty.

        Raises HistoryStoreFault for one that cannot be used, and for another venue's.
        """
        self.venue = venue
        self.database.open()
        with opening():
            mark = self.mark = self.database.watermark()
        if mark is None:
            return None
        if mark.venue != venue:
            raise HistoryStoreFault(
                f"the database holds the history of another venue: that of {mark.venue}, and the data folder is of "
                f"{venue} by its venue.id; name another database, or have this venue's history written in its place by "
                f"`leverline history rebuild --replace`"
            )
        if mark.sequence > last:
            raise HistoryStoreFault(
                f"the database of history reaches to command {mark.sequence}, but the journal ends with {last}: the "
                f"data folder was put back to an earlier day, or commands were lost; `leverline history rebuild` takes "
                f"out of the database what the journal does not have"
            )
        return mark.sequence

    def begin(self, sequence: int, time: int) -> HistoryWriter:
        """Begin to write, the history being where it was after `sequence`; an empty database takes in what it knows.

        Raises HistoryStoreFault.
        """
        mark = self.mark or Watermark(sequence, time, sequence, time, self.venue)
        if self.mark is None:
            with opening():
                begin_with(self.database, self.rows(), mark)
        self._writer = HistoryWriter(self.history, self.database, mark, self.keeps, self.trades_kept)
        self._writer.start()
        self._reader = Reader(self.database, self._writer)
        return self._writer

    def rows(self) -> Iterator[Row]:
        """Yield what the history knows, as far as it goes to the database."""
        return filter(self.keeps, rows_of(self.history))

    def gauges(self) -> dict[str, float]:
        """Return how far the database is behind, for the metrics."""
        writer = self.writer
        return {
            "history_lag_seconds": writer.lag_seconds,
            "history_commands_behind": writer.behind,
            "history_rows_held": writer.rows_held,
            "history_failing_seconds": writer.failing_seconds,
            "history_questions": self._reader.asked if self._reader is not None else 0,
        }

    def close(self) -> None:
        """Write what is left and disconnect; does nothing the second time."""
        if self._reader is not None:
            self._reader.close()
        if self._writer is not None:
            self._writer.close()
        self.database.close()
