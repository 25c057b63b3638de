"""The thread that makes groups of records durable, one group after the other."""

import threading
from collections.abc import Callable
from queue import SimpleQueue

from leverline.journal.port import Journal, Record

Task = Callable[[Journal], None]


class JournalWriter:
    """Appends what is handed in, all that waits as one group, and reports the last durable sequence.

    `report` and `fail` are called in this thread.
    """

    def __init__(self, journal: Journal, report: Callable[[int], None], fail: Callable[[Exception], None]) -> None:
        self._journal = journal
        self._report = report
        self._fail = fail
        self._inbox: SimpleQueue[list[Record] | Task | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def append(self, records: list[Record]) -> None:
        """Hand in records that follow those handed in before."""
        self._inbox.put(records)

    def do(self, task: Task) -> None:
        """Have something done with the journal between two groups."""
        self._inbox.put(task)

    def stop(self) -> None:
        """Write what waits, then end the thread; returns when it has ended."""
        self._inbox.put(None)
        self._thread.join()

    def _run(self) -> None:
        """Write groups until there is nothing more to come."""
        try:
            item = self._inbox.get()
            while item is not None:
                if isinstance(item, list):
                    item = self._append(item)
                else:
                    item(self._journal)
                    item = self._inbox.get()
        except Exception as fault:  # whatever it is, nothing that waits here is on disk
            self._fail(fault)

    def _append(self, records: list[Record]) -> "list[Record] | Task | None":
        """Write these records and all that wait behind them; return what waits behind those."""
        following: list[Record] | Task | None = records
        while not self._inbox.empty():
            following = self._inbox.get()
            if not isinstance(following, list):
                break
            records += following
        self._journal.append(records)
        self._report(records[-1][0])
        return self._inbox.get() if isinstance(following, list) else following
