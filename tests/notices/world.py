"""An engine whose commits go to notices, and receivers of what these send: a mail server, a webhook, a push service."""

import asyncio
import http.server
import json
import socket
import threading
import time
from collections.abc import Awaitable, Callable
from email.message import Message as Parsed
from email.parser import BytesParser
from pathlib import Path
from typing import Any, TypeVar

from aiosmtpd.controller import Controller
from sqlalchemy import update
from tests.engine.world import World

from leverline.engine.commands import Command
from leverline.engine.commit import Commit
from leverline.identity import Vault
from leverline.kernel.events import Event
from leverline.mail import Mail, Mailer, SmtpMailer, SmtpSettings
from leverline.notices.guard import LOOPBACK
from leverline.notices.kinds import ChannelKind
from leverline.notices.notices import NoticeOptions, Notices
from leverline.notices.outbox import FAILED, WAITING, Line, lines, standing
from leverline.notices.policy import DeliveryPolicy
from leverline.notices.recogniser import place_in
from leverline.notices.schema import CHANNEL
from leverline.rulebook.parameters import VenueParameters

T = TypeVar("T")
VENUE = "a venue of tests"
VAULT = Vault(bytes(range(32)))
QUICK = DeliveryPolicy(first_pause=0.02, pause_max=0.05, look_seconds=0.02)
WAIT_SECONDS = 30.0


class MailBox:
    """A mailer that keeps mails, or fails with `fault`."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.fault: Exception | None = None

    async def send(self, mail: Mail) -> None:
        """Keep a mail."""
        if self.fault is not None:
            raise self.fault
        self.mails.append(mail)


class Told(World):
    """A small venue whose users are told; every user's account has a mail address unless `addresses` says otherwise."""

    def __init__(
        self, folder: Path, mailer: Mailer | None = None, *, policy: DeliveryPolicy = QUICK,
        rules: VenueParameters | None = None, **options: Any,
    ) -> None:  # fmt: skip
        self.box = MailBox()
        self.addresses: dict[int, str] = {}
        self.url = f"sqlite:///{folder / 'notices.sqlite'}"
        self.options = NoticeOptions(self.url, policy=policy, networks=LOOPBACK, **options)
        self.mailer: Mailer = mailer or self.box
        self.commits: list[Commit] = []
        self.notices: Notices | None = None
        super().__init__(rules)
        self.restart_notices()

    def attempt(self, command: Command) -> list[Event]:
        """Apply a command and tell of it."""
        events = super().attempt(command)
        self.commits.append(Commit(len(self.history), self.time, command, events))
        if self.notices is not None:
            self.notices.take(self.commits[-1])
        return events

    @property
    def open_notices(self) -> Notices:
        """The notices that run."""
        assert self.notices is not None
        return self.notices

    def restart_notices(self, is_sending: bool = True) -> Notices:
        """Stop notices, begin them anew on the same database, and tell them of all commits again."""
        self.stop()
        notices = self.notices = Notices(self.options, VAULT, self.mailer, self.mail_of, lambda: self.time)
        last = self.commits[-1].sequence if self.commits else 0
        notices.open(VENUE, last)
        notices.begin(place_in(self.engine.core.ledger.wallets), self.parameters.pairs, last, self.time)
        for commit in self.commits:
            notices.take_again(commit)
        if is_sending:
            notices.start()
        return notices

    async def mail_of(self, user_id: int) -> str:
        """Return the address of a user's account."""
        return self.addresses.get(user_id, f"user{user_id}@example.org")

    def stop(self) -> None:
        """Stop notices."""
        if self.notices is not None:
            self.notices.close()
            self.notices = None

    def run(self, work: Awaitable[T]) -> T:
        """Run what the API would ask for."""

        async def wait() -> T:
            return await work

        return asyncio.run(wait())

    def written(self) -> None:
        """Wait until all commits are in the outbox."""
        until(lambda: self.open_notices.writer.behind == 0)

    def sent(self) -> None:
        """Wait until nothing waits in the outbox any more."""
        self.written()
        until(lambda: not self.waiting())

    def waiting(self) -> int:
        """How many deliveries wait."""
        return sum(self.open_notices._store.run_now(standing).waiting.values())

    def outbox(self) -> list[Line]:
        """All that waits or has failed."""
        return self.open_notices._store.run_now(lambda connection: lines(connection, (WAITING, FAILED), 1_000))

    def channel(self, user_id: int, kind: ChannelKind, address: str) -> tuple[int, str]:
        """Give a user a channel as if he had verified it; return its id and its secret."""
        notices = self.open_notices
        added = self.run(notices.channels.add(user_id, kind, address, ""))
        change = update(CHANNEL).where(CHANNEL.c.id == added.channel.channel_id).values(is_verified=True)
        notices._store.run_now(lambda connection: connection.execute(change))
        return added.channel.channel_id, added.secret

    def kinds(self, user_id: int) -> list[str]:
        """The kinds of a user's notices, oldest first."""
        self.written()
        return [each.kind for each in reversed(self.run(self.open_notices.inbox.page(user_id, 0, 1_000, False)))]

    def last(self, user_id: int) -> Any:
        """A user's newest notice."""
        self.written()
        return self.run(self.open_notices.inbox.page(user_id, 0, 1, False))[0]


def until(is_so: Callable[[], bool]) -> None:
    """Wait, for a bounded time, until something is so."""
    end = time.monotonic() + WAIT_SECONDS
    while not is_so():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


class Receiver:
    """A web server that keeps what is posted to it. `statuses` are answered first, then `status`."""

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.statuses: list[int] = []
        self.posts: list[tuple[str, dict[str, str], bytes]] = []
        self.hold = threading.Event()
        self.hold.set()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["content-length"])
                body = self.rfile.read(length)
                if len(body) < length:
                    self.close_connection = True
                    return  # the sender was killed between the head and the body
                receiver.hold.wait(WAIT_SECONDS)
                headers = {name.lower(): value for name, value in self.headers.items()}
                receiver.posts.append((self.path, headers, body))
                self.send_response(receiver.statuses.pop(0) if receiver.statuses else receiver.status)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def bodies(self) -> list[dict[str, Any]]:
        """What was posted, read as JSON, without the codes that prove a channel."""
        found = [json.loads(body) for _, _, body in self.posts]
        return [body for body in found if body.get("kind") != "VERIFICATION"]

    def close(self) -> None:
        """Stop."""
        self.hold.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def free_port() -> int:
    """Return a port at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


class MailServer:
    """A real SMTP server that keeps mails. `answer` is what it says to each."""

    def __init__(self) -> None:
        self.mails: list[Parsed] = []
        self.answer = "250 OK"
        self.controller = Controller(self, hostname="127.0.0.1", port=free_port())

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """Keep a mail."""
        if self.answer.startswith("250"):
            self.mails.append(BytesParser().parsebytes(envelope.content))
        return self.answer

    def start(self) -> int:
        """Listen and return the port."""
        self.controller.start()
        return int(self.controller.port)

    def close(self) -> None:
        """Stop."""
        self.controller.stop()


def smtp(port: int, seconds: float = 5.0) -> SmtpMailer:
    """Return a mailer that hands mails to a server of this machine."""
    return SmtpMailer(SmtpSettings("127.0.0.1", port, "Venue <venue@example.org>", is_starttls=False), seconds)
