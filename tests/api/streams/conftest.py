"""A served venue for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.api.streams.world import StreamWorld

from leverline.api.limits import LimitPolicy


@pytest.fixture
def served(tmp_path: Path, policy: LimitPolicy) -> Iterator[StreamWorld]:
    """A venue that has just been started and serves."""
    made = StreamWorld(tmp_path, policy)
    yield made
    made.stop()
