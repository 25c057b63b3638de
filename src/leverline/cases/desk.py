"""Cases made on demand beside a running venue: each by a process that only reads the folder."""

import asyncio
import contextlib
import logging
import os
import sys
import time
from pathlib import Path
from typing import Final

import msgspec

from leverline.cases.document import DOCUMENT_FORMAT
from leverline.cases.faults import CaseFault
from leverline.cases.names import CaseName

WAIT_SECONDS: Final = 8.0
"""A question waits so long, less than a venue takes to answer -1007; what it asked for goes on being made."""
MAKING_SECONDS: Final = 900.0
LOW_PRIORITY: Final = 10
"""A making gives way to the venue."""
KEPT_SECONDS: Final = 60.0
"""The document of a liquidation that goes on is told for so long before it is made anew."""
TOO_LONG_SECONDS: Final = 86_400.0
"""A case whose making took too long would hold the only turn again: it is not tried for so long."""
WAITING_MAX: Final = 50
WALLET_WAITING_MAX: Final = 3
"""Of one account no more cases wait than so many: the others' have room."""
FAILED_MAX: Final = 1_000
FILES_MAX: Final = 10
"""Case files hold the whole state: no more of them are left lying than so many."""
DOCUMENT: Final = ".json"
PAGE: Final = ".html"
FILE: Final = ".case"
OPTIONS: Final = {DOCUMENT: "--document", PAGE: "--html", FILE: "--out"}

Kind = tuple[str, ...]
"""Files that are made by one run, in the order in which they get their names."""
SHOWN: Final[Kind] = (PAGE, DOCUMENT)
"""The document is the last one: where it is, the page is."""
EXTRACT: Final[Kind] = (FILE,)
Work = tuple[CaseName, Kind]

_log = logging.getLogger(__name__)


class CaseUnderWay(Exception):
    """The case is being made, or waits for its turn: ask again."""


class TooLong(CaseFault):
    """The case cannot be made in the time there is."""


class CaseDesk:
    """Answers for the cases of one data folder, which it keeps in `cases/` below it."""

    def __init__(self, folder: Path, runner: tuple[str, ...] = (sys.executable, "-m", "leverline")) -> None:
        self.folder: Path = folder
        self.place: Path = folder / "cases"
        self._runner = runner
        self._turn = asyncio.Lock()
        self._under_way: dict[Work, asyncio.Task[None]] = {}
        self._failed: dict[Work, tuple[float, CaseFault]] = {}
        """Until when a case is not tried again that cannot be made, and why it cannot; oldest first."""

    async def is_made(self, name: CaseName) -> bool:
        """Return whether a case's document is at hand; where it is not, it is begun. Raises CaseFault."""
        if await asyncio.to_thread(_is_current, self._path(name, DOCUMENT)):
            return True
        with contextlib.suppress(CaseUnderWay):
            self._begun((name, SHOWN))
        return False

    async def document(self, name: CaseName) -> bytes:
        """Return the document of a case, JSON. Raises CaseFault, CaseUnderWay."""
        return await self._shown(name, DOCUMENT)

    async def page(self, name: CaseName) -> bytes:
        """Return the same as a page, HTML. Raises CaseFault, CaseUnderWay."""
        return await self._shown(name, PAGE)

    async def file(self, name: CaseName) -> bytes:
        """Return the file of a case, with its extract. Raises CaseFault, CaseUnderWay."""
        path = self._path(name, FILE)
        if not path.exists() or _age(path) > KEPT_SECONDS:
            await self._made((name, EXTRACT))
        return await asyncio.to_thread(path.read_bytes)

    async def _shown(self, name: CaseName, suffix: str) -> bytes:
        """Return what is shown of a case, made before or now. Raises CaseFault, CaseUnderWay."""
        if not await asyncio.to_thread(_is_current, self._path(name, DOCUMENT)):
            await self._made((name, SHOWN))
        return await asyncio.to_thread(self._path(name, suffix).read_bytes)

    def _path(self, name: CaseName, suffix: str) -> Path:
        """Return the path of one of a case's files."""
        return self.place / f"{name}{suffix}"

    async def _made(self, work: Work) -> None:
        """Wait until files are made. Raises CaseFault, CaseUnderWay."""
        try:
            await asyncio.wait_for(asyncio.shield(self._begun(work)), WAIT_SECONDS)
        except TimeoutError:
            raise CaseUnderWay from None

    def _begun(self, work: Work) -> "asyncio.Task[None]":
        """Return the making of files, begun now unless it goes on. Raises CaseFault; CaseUnderWay without room."""
        until, fault = self._failed.get(work, (0.0, None))
        if fault is not None and time.monotonic() < until:
            raise fault
        task = self._under_way.get(work)
        if task is None:
            if not self._has_room(work):
                raise CaseUnderWay
            task = asyncio.ensure_future(self._make(work))
            self._under_way[work] = task
            task.add_done_callback(lambda done: self._forget(work, done))
        return task

    def _has_room(self, work: Work) -> bool:
        """Whether one more may wait: of all, and of its account; operators' files are counted apart."""
        name, kind = work
        of_wallet = [each for each, other in self._under_way if each.wallet_id == name.wallet_id and other == kind]
        return len(self._under_way) < WAITING_MAX and len(of_wallet) < WALLET_WAITING_MAX

    def _forget(self, work: Work, done: "asyncio.Task[None]") -> None:
        """Forget a task that has ended; a fault that nobody waited for any more is in the log."""
        self._under_way.pop(work, None)
        fault = None if done.cancelled() else done.exception()
        if fault is not None:
            _log.warning("no case was made: %s", fault)
        if isinstance(fault, CaseFault):
            self._failed.pop(work, None)
            if len(self._failed) >= FAILED_MAX:
                del self._failed[next(iter(self._failed))]
            pause = TOO_LONG_SECONDS if isinstance(fault, TooLong) else KEPT_SECONDS
            self._failed[work] = time.monotonic() + pause, fault

    async def _make(self, work: Work) -> None:
        """Let a process write drafts, and give them their names. Raises CaseFault."""
        name, kind = work
        async with self._turn:
            self.place.mkdir(mode=0o700, exist_ok=True)
            paths = [self._path(name, suffix) for suffix in kind]
            drafts = [path.with_name(path.name + ".part") for path in paths]
            words = [word for suffix, draft in zip(kind, drafts, strict=True) for word in (OPTIONS[suffix], str(draft))]
            await self._run("case", str(self.folder), str(name), *words)
            for draft, path in zip(drafts, paths, strict=True):
                draft.rename(path)
            self._tidy()

    async def _run(self, *words: str) -> None:
        """Run a process that gives way to the venue. Raises CaseFault for one that fails, or takes too long."""
        child = await asyncio.create_subprocess_exec(
            *self._runner, *words, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, child.pid, LOW_PRIORITY)
        try:
            _, said = await asyncio.wait_for(child.communicate(), MAKING_SECONDS)
        except BaseException as fault:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await child.communicate()
            if isinstance(fault, TimeoutError):
                raise TooLong(f"it takes too long: more than {MAKING_SECONDS:.0f} seconds") from fault
            raise
        if child.returncode != 0:
            raise CaseFault(said.decode("utf-8", "replace").strip() or f"exit code {child.returncode}")

    def _tidy(self) -> None:
        """Remove all case files but the newest ones; documents are small and stay."""
        files = sorted(self.place.glob(f"*{FILE}"), key=lambda file: file.stat().st_mtime)
        for file in files[:-FILES_MAX]:
            file.unlink(missing_ok=True)

    async def stop(self) -> None:
        """End what is being made."""
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class _Case(msgspec.Struct):
    """Of what a document tells of its case, whether it has ended."""

    ended: int | None


class _Head(msgspec.Struct):
    """What the desk reads of a document."""

    format: str
    case: _Case


def _is_current(path: Path) -> bool:
    """Whether a document is there that need not be made anew: of the present format, and ended or young."""
    try:
        found = msgspec.json.decode(path.read_bytes(), type=_Head)
    except (OSError, msgspec.MsgspecError):
        return False
    return found.format == DOCUMENT_FORMAT and (found.case.ended is not None or _age(path) < KEPT_SECONDS)


def _age(path: Path) -> float:
    """Return how many seconds ago a file was made."""
    return time.time() - path.stat().st_mtime
