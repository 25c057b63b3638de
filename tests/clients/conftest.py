"""What the tests of real clients share: the stub, a running venue, and the package that a client's process imports."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients.environments import make_package_folder
from tests.clients.running_venue import RunningVenue, serve_venue
from tests.clients.stub import Stub, serve_stub


@pytest.fixture
def stub() -> Iterator[Stub]:
    """A logging server on loopback."""
    with serve_stub() as running:
        yield running


@pytest.fixture(scope="session")
def package_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with nothing but the Leverline under test, for the processes of clients."""
    return make_package_folder(tmp_path_factory.mktemp("package"))


@pytest.fixture(scope="module")
def venue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningVenue]:
    """A venue of its own process, with a simulated market, for the tests of one module."""
    with serve_venue(tmp_path_factory.mktemp("venue")) as running:
        yield running
