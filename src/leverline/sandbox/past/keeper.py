"""History with a past: with the first index prices of a venue's life come candles that end there.

The past is no command and in no journal. It follows from the seed and from the first publication, time and prices, so
that a journal run again from its first record brings the same; snapshots keep it.
"""

from leverline.engine.commands import PublishPrices
from leverline.engine.commit import Commit
from leverline.history.history import FORMAT, History
from leverline.rulebook.parameters import VenueParameters


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
