"""What the tests of notices share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.notices.world import MailServer, Receiver, Told


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Told]:
    """A small venue whose users are told, by mails that are kept."""
    world = Told(tmp_path)
    yield world
    world.stop()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A web server."""
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """A mail server, not yet listening."""
    server = MailServer()
    yield server
    if server.controller.server is not None:
        server.close()
