"""A sandbox and a production venue for each test."""

from pathlib import Path

import pytest
from tests.identity.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A sandbox."""
    return World(tmp_path)


@pytest.fixture
def production(tmp_path: Path) -> World:
    """A venue in production."""
    return World(tmp_path, sandbox=False)
