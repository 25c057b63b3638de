"""A PostgreSQL for the tests: the server that LEVERLINE_TEST_DATABASE names, or one that starts and ends with them."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import sqlalchemy
from sqlalchemy.exc import OperationalError

from leverline.identity.schema import AuditTable, Base

NAMED = "LEVERLINE_TEST_DATABASE"
"""A SQLAlchemy URL of a database of a server, whose user may create others."""
NO_DRIVER = "PostgreSQL is not tested: psycopg is not installed (the extra `postgres`)"
NO_SERVER = f"PostgreSQL is not tested: no server's programs were found, and {NAMED} is not set"
DEBIAN = Path("/usr/lib/postgresql")
START_SECONDS = 60.0
NOBODIES = ("postgres", "nobody")
"""Whom the server runs as where the tests run as root, whom it refuses."""
_numbers = count(1)


class NoServer(Exception):
    """There is no PostgreSQL here; the message says why."""


@contextmanager
def server() -> Iterator[str]:
    """Give the URL of a server's first database. Raises NoServer."""
    if find_spec("psycopg") is None:
        raise NoServer(NO_DRIVER)
    named = os.environ.get(NAMED)
    if named:
        yield named
        return
    programs = found_programs()
    if programs is None:
        raise NoServer(NO_SERVER)
    with own_server(programs) as url:
        yield url


@contextmanager
def fresh_database(server_url: str) -> Iterator[str]:
    """Give the URL of a new database of a server, which is dropped again."""
    name = f"leverline_test_{os.getpid()}_{next(_numbers)}"
    url = sqlalchemy.make_url(server_url)
    engine = sqlalchemy.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sqlalchemy.NullPool)
    with engine.connect() as connection:
        connection.execute(sqlalchemy.text(f"CREATE DATABASE {name}"))
    try:
        yield url.set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(sqlalchemy.text(f"DROP DATABASE {name} WITH (FORCE)"))


def clear(url: str) -> None:
    """Empty all tables of a database whose schema stays: a tenth of what making them anew would take."""
    engine = sqlalchemy.create_engine(url, poolclass=sqlalchemy.NullPool)
    audit, names = AuditTable.__tablename__, ", ".join(Base.metadata.tables)
    with engine.begin() as connection:
        for statement in (
            f"ALTER TABLE {audit} DISABLE TRIGGER USER",
            f"TRUNCATE {names} RESTART IDENTITY",
            f"ALTER TABLE {audit} ENABLE TRIGGER USER",
        ):
            connection.execute(sqlalchemy.text(statement))


def found_programs() -> Path | None:
    """Return the folder of `initdb` and `postgres`, the newest where Debian keeps several."""
    places = [Path(found).resolve().parent for found in [shutil.which("initdb")] if found]
    places += sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda each: each.parent.name.zfill(4), reverse=True
    )
    whole = [each for each in places if (each / "initdb").exists() and (each / "postgres").exists()]
    return whole[-1] if whole else None


@contextmanager
def own_server(programs: Path) -> Iterator[str]:
    """Run a server on a socket in a folder of its own; it listens on no port."""
    # Not below pytest's own folders: another user than root could not reach them.
    with tempfile.TemporaryDirectory(prefix="leverline-postgres-", dir="/tmp") as folder:
        user = nobody()
        if user:
            shutil.chown(folder, user)
        data = Path(folder, "data")
        make = [programs / "initdb", "--pgdata", data, "--username", "leverline", "--auth", "trust"]
        as_user = {"user": user, "extra_groups": []} if user else {}
        done = subprocess.run(
            [*make, "--encoding", "UTF8", "--no-locale", "--no-sync"],
            capture_output=True, text=True, cwd=folder, check=False, **as_user,  # type: ignore[call-overload]
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        # What a crash of the machine would lose is of no interest here.
        options = {"listen_addresses": "", "unix_socket_directories": folder, "fsync": "off", "max_connections": "200"}
        words = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with Path(folder, "log").open("wb") as log:
            running = subprocess.Popen(
                [programs / "postgres", "-D", data, *words], stdout=log, stderr=log, cwd=folder, **as_user
            )
            try:
                yield answering(f"postgresql+psycopg://leverline@/postgres?host={folder}", running)
            finally:
                running.send_signal(signal.SIGINT)  # SIGTERM would wait for whoever is connected
                try:
                    running.wait(10)
                except subprocess.TimeoutExpired:
                    running.kill()
                    running.wait()


def answering(url: str, running: "subprocess.Popen[bytes]") -> str:
    """Return the URL once the server answers."""
    engine = sqlalchemy.create_engine(url, poolclass=sqlalchemy.NullPool)
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            engine.connect().close()
            return url
        except OperationalError:
            assert running.poll() is None, "the server ended"
            assert time.monotonic() < end, "the server does not answer"
            time.sleep(0.05)


def nobody() -> str:
    """Return whom to run the server as; empty for whoever runs the tests."""
    if os.geteuid():
        return ""
    known = {each.pw_name for each in pwd.getpwall()}
    return next(each for each in NOBODIES if each in known)
