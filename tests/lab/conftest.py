"""A small crash, replayed once for all tests that only look at it."""

from pathlib import Path

import pytest
from tests.lab.histories import crash_lines, window_of, write_lines

from leverline.lab.replay import Outcome, Settings, run_replay


@pytest.fixture(scope="session")
def crash_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the small crash."""
    return write_lines(tmp_path_factory.mktemp("history") / "crash.csv", crash_lines())


@pytest.fixture(scope="session")
def outcome(crash_file: Path) -> Outcome:
    """The small crash as replayed with 80 accounts and seed 5."""
    return run_replay(window_of(crash_file), Settings(accounts=80, seed=5))
