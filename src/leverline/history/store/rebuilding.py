"""Beginning a database again at an earlier command: what came after goes, and is written anew from the journal."""

from sqlalchemy import Connection

from leverline.history.store.archive import Archive
from leverline.history.store.batch import write_history
from leverline.history.store.database import Watermark, opening, read_watermark, write_watermark
from leverline.history.store.faults import HistoryStoreFault
from leverline.history.store.schema import STREAMS
from leverline.history.store.writer import HistoryWriter


def begin_again(archive: Archive, venue: str, sequence: int, time: int, is_replacing: bool) -> HistoryWriter:
    """Begin to write at `sequence`, where the archive's history is now; rows of later commits go.

    Older rows stay as they are, and what the history knows is added where it is missing, or was as it is no more; if
    `is_replacing`, nothing stays. Raises HistoryStoreFault, for another venue's database too unless it is replaced.
    """
    with opening(), archive.database.engine.begin() as connection:
        found = None if is_replacing else read_watermark(connection)
        if found is not None and found.venue != venue:
            raise HistoryStoreFault(
                f"the database holds the history of another venue: that of {found.venue}, and the data folder is of "
                f"{venue} by its venue.id; with --replace this venue's history is written in its place"
            )
        _remove(connection, -1 if is_replacing else sequence)
        write_history(connection, archive.database.dialect, archive.rows(), sequence)
        since, since_time = sequence, time
        if found is not None and found.since <= sequence <= found.sequence:
            since, since_time = found.since, found.since_time
        mark = Watermark(sequence, time, since, since_time, venue)
        write_watermark(connection, mark)
    archive.venue, archive.mark = venue, mark
    return archive.begin(sequence, time)


def _remove(connection: Connection, sequence: int) -> None:
    """Remove the rows of commits after `sequence`.

    An order or case that was changed later goes too: it was open then, and a history knows all that are.
    """
    for stream in STREAMS.values():
        connection.execute(stream.table.delete().where(stream.table.c.sequence > sequence))
