"""A scenario as a test: the fixture carries out a file and fails with the lines that do not hold."""

from collections.abc import Callable
from pathlib import Path

import pytest

from leverline.lab.scenarios.runner import Outcome, run_scenario


@pytest.fixture
def holds() -> Callable[[Path], Outcome]:
    """Carry out a scenario file; fails with each line that does not hold."""

    def carry_out(path: Path) -> Outcome:
        outcome = run_scenario(path)
        assert not outcome.failures, "\n" + "\n".join(outcome.failures)
        return outcome

    return carry_out
