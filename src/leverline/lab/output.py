"""Writing what a replay found: never over something else, never by half, and with one line if it fails.

A file is written beside its target and takes its place when it is whole. What is there already is replaced only if it
is empty or carries the mark of what is written.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from leverline.lab.faults import ReplayFault

MARK_WITHIN: Final = 1_000
"""The mark stands within so many bytes of the beginning."""


@dataclass
class Target:
    """A file that an option names, and the mark that its contents bear."""

    option: str
    file: Path
    mark: str

    def fault(self, reason: str) -> ReplayFault:
        """Return what to tell the user."""
        return ReplayFault(f"{self.option} {self.file}: {reason}")

    def check(self, others: Sequence[Path]) -> None:
        """See before the work that the file may and can be written after it, and is none of `others`.

        Raises ReplayFault.
        """
        if any(_is_same(self.file, other) for other in others):
            raise self.fault("the command names this file twice; writing it would destroy the other")
        try:
            if _is_special(self.file):
                return
            if self.file.is_dir():
                raise self.fault("Is a directory")
            if self.file.exists() and not self.is_ours():
                raise self.fault("the file exists and was not written by this option; remove it or name another")
            with _beside(self.file):
                pass
        except OSError as fault:
            raise self.fault(fault.strerror or str(fault)) from fault

    def is_ours(self) -> bool:
        """Whether what is there is empty or bears the mark, and may be written."""
        with self.file.open("r+b") as there:
            head = there.read(MARK_WITHIN)
        return not head or self.mark.encode() in head

    def write(self, text: str) -> None:
        """Write the file whole or not at all. Raises ReplayFault."""
        try:
            if _is_special(self.file):
                self.file.write_text(text, encoding="utf-8")
                return
            with _beside(self.file) as scratch:
                scratch.write_text(text, encoding="utf-8")
                os.replace(scratch, self.file.resolve())
        except OSError as fault:
            raise self.fault(fault.strerror or str(fault)) from fault


def _is_same(one: Path, other: Path) -> bool:
    if one.exists() and other.exists():
        return one.samefile(other)
    return one.resolve() == other.resolve()


def _is_special(file: Path) -> bool:
    """Whether a file is there that cannot be replaced, only written to: a device or a pipe."""
    return file.exists() and not file.is_file() and not file.is_dir()


@contextmanager
def _beside(file: Path) -> Iterator[Path]:
    """Give an empty file in the folder of `file`, gone afterwards if it did not take its place."""
    target = file.resolve()
    scratch = target.with_name(f".{target.name}.{os.getpid()}")
    scratch.open("xb").close()
    try:
        yield scratch
    finally:
        scratch.unlink(missing_ok=True)


def write_out(text: str) -> None:
    """Write to standard output; a reader who has left is no fault. Raises ReplayFault."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        _silence()
    except OSError as fault:
        _silence()
        raise ReplayFault(f"standard output: {fault.strerror or fault}") from fault


def _silence() -> None:
    """Lead standard output to nowhere, so that what is still to be flushed at the end raises nothing."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
