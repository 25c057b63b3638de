"""A whole venue, started and stopped here: what it says is so, and whatever breaks, its journal is closed."""

import os
import signal
import socket
from pathlib import Path
from typing import Any

import pytest

from leverline import bootstrap
from leverline.config import Settings
from leverline.journal.snapshots import snapshot_files
from leverline.sandbox.running import RunningSandbox


def run_until_announced(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Run a venue, stop it when it has told its address, and return whether a client could connect then."""
    found: list[bool] = []

    def stop(_settings: Settings, bound: socket.socket, services: Any) -> None:
        assert services.caches["exchange_info"].everything, "the first client would wait for it, and all others too"
        found.append(bool(bound.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)))
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(bootstrap, "announce", stop)
    try:
        bootstrap.run(Settings(port=0, data=str(folder)))
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
    return found


def test_a_client_may_connect_as_soon_as_the_address_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Programs start the venue, read the line, and connect at once. A clean stop leaves a snapshot of everything."""
    assert run_until_announced(tmp_path, monkeypatch) == [True]
    assert len(snapshot_files(tmp_path / "snapshots")) == 1


def test_a_part_that_does_not_stop_leaves_the_others_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fault is told, and the venue has taken its last snapshot all the same."""

    async def fail(_sandbox: RunningSandbox) -> None:
        raise OSError("no")

    monkeypatch.setattr(RunningSandbox, "stop", fail)
    with pytest.raises(OSError, match="no"):
        run_until_announced(tmp_path, monkeypatch)
    assert len(snapshot_files(tmp_path / "snapshots")) == 1


def test_a_database_that_is_none_is_told_in_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its name is enough to know what to look at; nothing is written to it."""
    file = tmp_path / "identity.sqlite"
    file.write_bytes(b"no database" * 1_000)
    with pytest.raises(bootstrap.StartFault, match="database of users cannot be opened: file is not a database"):
        run_until_announced(tmp_path, monkeypatch)
    assert file.read_bytes() == b"no database" * 1_000
