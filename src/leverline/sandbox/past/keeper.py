"""History with a past: with the first index prices of a venue's life come candles that end there.

The past is no command and in no journal. It follows from the seed and from the first publication, time and prices, so
that a journal run again from its first record brings the same; snapshots keep it. The seed is that of the first start,
which the data folder keeps.
"""

from pathlib import Path

from leverline.engine.commands import PublishPrices
from leverline.engine.commit import Commit
from leverline.history.history import FORMAT, History
from leverline.journal.syncing import write_whole
from leverline.rulebook.parameters import VenueParameters
from leverline.sandbox.ports import SandboxFault


class HistoryWithPast:
    """A keeper that stands for `history`, and gives it a past once."""

    name: str = "history"
    forms: tuple[int, ...] = (FORMAT,)

    def __init__(self, history: History, parameters: VenueParameters, seed: int) -> None:
        self.history = history
        self.parameters = parameters
        self.seed = seed

    def take(self, commit: Commit) -> None:
        """Take in the next commit; the first publication brings the past, unless there is one or somebody traded."""
        self.history.take(commit)
        command = commit.command
        if type(command) is PublishPrices and not self.history.candles.pairs and commit.refusal is None:
            from leverline.sandbox.past.generation import give_past

            prices = {asset: price for asset, price, _ in command.prices if price > 0}
            give_past(self.history.candles, self.parameters, self.seed, commit.time, prices)

    def save(self) -> bytes:
        """Return the history's state as bytes."""
        return self.history.save()

    def load(self, data: bytes, form: int = FORMAT) -> None:
        """Replace the history's state."""
        self.history.load(data, form)


def seed_of_past(file: Path, seed: int) -> int:
    """Return the seed of a venue's past: the one that `file` keeps, or `seed` where there is none.

    Raises OSError, SandboxFault.
    """
    if not file.exists():
        return seed
    try:
        return int(file.read_text())
    except ValueError as fault:
        raise SandboxFault(f"{file} holds no seed: put the one of the venue's first start there") from fault


def keep_seed_of_past(file: Path, seed: int) -> int:
    """Return the seed of a venue's past, and keep it the first time. Raises OSError, SandboxFault."""
    kept = seed_of_past(file, seed)
    if not file.exists():
        write_whole(file, f"{kept}\n")
    return kept
