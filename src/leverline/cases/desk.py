"""Cases made on demand beside a running venue: each by a process that only reads the folder."""

import asyncio
import contextlib
import json
import logging
import sys
import time
from pathlib import Path
from typing import Any, Final

from leverline.cases.faults import CaseFault
from leverline.cases.names import CaseName

WAIT_SECONDS: Final = 8.0
"""A question waits so long; what it asked for goes on being made, and the next one finds it."""
MAKING_SECONDS: Final = 900.0
KEPT_SECONDS: Final = 60.0
"""The document of a liquidation that goes on is told for so long before it is made anew."""
WAITING_MAX: Final = 50
FAILED_MAX: Final = 1_000
FILES_MAX: Final = 10
"""Case files hold the whole state: no more of them are left lying than so many."""
DOCUMENT: Final = ".json"
FILE: Final = ".case"

_log = logging.getLogger(__name__)


class CaseUnderWay(Exception):
    """The case is being made, or waits for its turn: ask again."""


class CaseDesk:
    """Answers for the cases of one data folder, which it keeps in `cases/` below it."""

    def __init__(self, folder: Path, runner: tuple[str, ...] = (sys.executable, "-m", "leverline")) -> None:
        self.folder: Path = folder
        self.place: Path = folder / "cases"
        self._runner = runner
        self._turn = asyncio.Lock()
        self._under_way: dict[Path, asyncio.Task[None]] = {}
        self._failed: dict[Path, tuple[float, CaseFault]] = {}
        """When it turned out that a case cannot be made, and why: for a while it is not tried again."""

    async def document(self, name: CaseName) -> dict[str, Any]:
        """Return the document of a case. Raises CaseFault, CaseUnderWay."""
        path = self.place / f"{name}{DOCUMENT}"
        found = _read(path)
        if found is not None and (found["case"]["ended"] is not None or _age(path) < KEPT_SECONDS):
            return found
        await self._made(path, name, "--document")
        found = _read(path)
        assert found is not None, path
        return found

    async def file(self, name: CaseName) -> bytes:
        """Return the file of a case, with its extract. Raises CaseFault, CaseUnderWay."""
        path = self.place / f"{name}{FILE}"
        if not path.exists() or _age(path) > KEPT_SECONDS:
            await self._made(path, name, "--out")
        return await asyncio.to_thread(path.read_bytes)

    async def _made(self, path: Path, name: CaseName, option: str) -> None:
        """Wait until a file is made. Raises CaseFault, CaseUnderWay."""
        failed, fault = self._failed.get(path, (0.0, None))
        if fault is not None and time.monotonic() - failed < KEPT_SECONDS:
            raise fault
        task = self._under_way.get(path)
        if task is None:
            if len(self._under_way) >= WAITING_MAX:
                raise CaseUnderWay
            task = asyncio.ensure_future(self._make(path, name, option))
            self._under_way[path] = task
            task.add_done_callback(lambda done: self._forget(path, done))
        try:
            await asyncio.wait_for(asyncio.shield(task), WAIT_SECONDS)
        except TimeoutError:
            raise CaseUnderWay from None

    def _forget(self, path: Path, done: "asyncio.Task[None]") -> None:
        """Forget a task that has ended; a fault that nobody waited for any more is in the log."""
        self._under_way.pop(path, None)
        fault = None if done.cancelled() else done.exception()
        if fault is not None:
            _log.warning("no case was made: %s", fault)
        if isinstance(fault, CaseFault):
            if len(self._failed) >= FAILED_MAX:
                self._failed.clear()
            self._failed[path] = time.monotonic(), fault

    async def _make(self, path: Path, name: CaseName, option: str) -> None:
        """Run the process that writes a draft, and give it its name. Raises CaseFault."""
        async with self._turn:
            self.place.mkdir(mode=0o700, exist_ok=True)
            draft = path.with_name(path.name + ".part")
            command = (*self._runner, "case", str(self.folder), str(name), option, str(draft))
            child = await asyncio.create_subprocess_exec(
                *command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
            )  # fmt: skip
            try:
                _, said = await asyncio.wait_for(child.communicate(), MAKING_SECONDS)
            except BaseException:
                with contextlib.suppress(ProcessLookupError):
                    child.kill()
                await child.communicate()
                raise
            if child.returncode != 0:
                raise CaseFault(said.decode("utf-8", "replace").strip() or f"exit code {child.returncode}")
            draft.rename(path)
            self._tidy()

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


def _read(path: Path) -> dict[str, Any] | None:
    """Return a document that was made before, or None."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _age(path: Path) -> float:
    """Return how many seconds ago a file was made."""
    return time.time() - path.stat().st_mtime
