"""How many notices are queued in a second: python -m bench.notices [--url URL] [--users N].

Every user has a verified webhook beside his account's mail, and is told of a margin call: a notice and two deliveries.
Commits are taken as the venue's loop takes them; a batch is written until all is in the outbox. Nothing is sent.
"""

import argparse
import base64
import tempfile
from pathlib import Path
from time import perf_counter, process_time, sleep
from typing import Final

from leverline.engine.commands import AdvanceTime
from leverline.engine.commit import Commit
from leverline.identity.vault import Vault
from leverline.kernel.numbers import RATIO_ONE
from leverline.ledger.wallet import CROSS
from leverline.mail import Mail
from leverline.margin.events import MarginCalled
from leverline.notices.notices import NoticeOptions, Notices
from leverline.notices.schema import CHANNEL

START: Final = 1_700_000_000_000_000
EACH: Final = 10
"""Margin calls in one commit."""


class NoMail:
    """Sends nothing."""

    async def send(self, mail: Mail) -> None:
        """Send nothing."""


async def no_mail(_user_id: int) -> str:
    """Return no address."""
    return ""


def opened(url: str) -> Notices:
    """Return notices on an empty database, begun."""
    notices = Notices(NoticeOptions(url), Vault(base64.b64decode("A" * 43 + "=")), NoMail(), no_mail, lambda: START)
    notices.open("a venue of a benchmark", 0)
    notices.begin(lambda wallet_id: (wallet_id, CROSS, ""), {}, 0, START)
    return notices


def give_webhooks(notices: Notices, users: int) -> None:
    """Give every user a webhook."""
    rows = [
        {
            "id": user, "user_id": user, "kind": "WEBHOOK", "label": "", "address": b"sealed", "shown": "",
            "is_verified": True, "code": b"", "code_until": 0, "code_tries": 0, "created": 0,
        }
        for user in range(1, users + 1)
    ]  # fmt: skip
    notices._store.run_now(lambda connection: connection.execute(CHANNEL.insert(), rows))


def commits(users: int) -> list[Commit]:
    """Return commits that call every user once."""
    made = []
    for first in range(1, users + 1, EACH):
        calls = [MarginCalled(user, user, RATIO_ONE, False) for user in range(first, min(first + EACH, users + 1))]
        made.append(Commit(len(made) + 1, START, AdvanceTime(), list(calls)))
    return made


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="", help="SQLAlchemy URL of an empty database; a SQLite file if not given.")
    parser.add_argument("--users", type=int, default=50_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        notices = opened(options.url or f"sqlite:///{Path(folder) / 'notices.sqlite'}")
        give_webhooks(notices, options.users)
        told = commits(options.users)
        began, worked = perf_counter(), process_time()
        for commit in told:
            notices.take(commit)
        taken = perf_counter() - began
        while notices.writer.behind:
            sleep(0.001)
        written, worked = perf_counter() - began, process_time() - worked
        notices.close()
    print(f"{options.users:,} notices, {2 * options.users:,} deliveries in {len(told):,} commits")
    print(f"taken by the loop   {taken * 1e6 / len(told):8.2f} µs a commit")
    print(f"queued and durable  {options.users / written:8,.0f} notices a second")
    print(f"of processor time   {options.users / worked:8,.0f} notices a second")


if __name__ == "__main__":
    main()
