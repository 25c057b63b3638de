"""A venue killed while notices are under way: each arrives, a repeated one under the key of the first."""

import asyncio
import os
import random
import subprocess
import sys
import time
from collections import deque
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from tests.engine.world import BOB, HOUR, parameters
from tests.notices.house import House
from tests.notices.test_recognising import called
from tests.notices.world import MailServer, Receiver, Told, until

from leverline.engine.commit import Commit
from leverline.engine.engine import Engine
from leverline.margin.events import MarginCalled
from leverline.notices import dispatcher
from leverline.notices.kinds import ChannelKind
from leverline.notices.notice import delivery_key
from leverline.notices.outbox import standing
from leverline.notices.recogniser import Recogniser, place_in
from leverline.notices.schema import INBOX
from leverline.venue.recovery import rerun

ROOT = Path(__file__).resolve().parents[2]
WAIT_SECONDS = 60


def killed(folder: Path, receiver: Receiver, port: int, rng: random.Random) -> int:
    """Run a venue on the folder, kill it while notices are sent; return the last command that it acknowledged."""
    command = [sys.executable, "-m", "tests.notices.house", str(folder), receiver.url, str(port)]
    process = subprocess.Popen(
        [*command, str(rng.randrange(2**32))], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=dict(os.environ),
    )  # fmt: skip
    assert process.stdout is not None
    first = process.stdout.readline()
    assert first, process.communicate()[1].decode()
    told = len(receiver.posts)
    until(lambda: len(receiver.posts) > told)
    time.sleep(rng.random() * 0.2)
    process.kill()
    output, _ = process.communicate(timeout=WAIT_SECONDS)
    return max(map(int, (first + output).decode().split("\n")[:-1]))


def expected(house: House) -> dict[str, int]:
    """Return the kinds of all notices of the whole journal by their sequence, number and user, run again."""
    engine = Engine(parameters())
    recogniser = Recogniser(place_in(engine.core.ledger.wallets), parameters().pairs, 200)
    found: dict[str, int] = {}

    def take(commit: Commit) -> None:
        for each in recogniser.notices_of(commit):
            found[f"{each.sequence}-{each.number}-{each.kind}"] = each.user_id

    rerun(engine, house.journal.read(1), [take])
    return found


def test_across_kills_every_notice_arrives(
    tmp_path: Path, rng: random.Random, seed: int, receiver: Receiver, mail_server: MailServer
) -> None:
    """SIGKILL at random moments: exactly the notices of the durable events arrive, by mail and webhook."""
    print(f"seed {seed}")
    port = mail_server.start()
    folder = tmp_path / "data"
    for _ in range(2):
        last = killed(folder, receiver, port, rng)
    house = House(folder, port)
    assert house.journal.last >= last
    house.notices.start()
    until(lambda: house.notices.writer.behind == 0)
    until(lambda: not house.notices._store.run_now(standing).waiting)
    wanted = expected(house)
    rows = select(INBOX.c.sequence, INBOX.c.number)
    told = house.notices._store.run_now(lambda connection: connection.execute(rows).all())
    house.let_go()
    assert len(told) == len(set(told)), "a notice stands twice in an inbox"
    assert wanted, "there was nothing to tell"
    check_webhooks(receiver, wanted)
    check_mails(mail_server, wanted)


def check_webhooks(receiver: Receiver, wanted: dict[str, int]) -> None:
    """Each notice came to its user's webhook, and one that came again said the same."""
    found: dict[str, dict[str, Any]] = {}
    for body in receiver.bodies():
        assert found.setdefault(body["id"], body) == body
    paths = {headers["idempotency-key"]: path for path, headers, _ in receiver.posts}
    channels = {paths[key]: int(key.rpartition("-")[2]) for key in found}
    assert len(set(channels.values())) == len(channels)
    assert {key: paths[key] for key in found} == {
        delivery_key(*place(name), user_id, channels[f"/{user_id}"]): f"/{user_id}" for name, user_id in wanted.items()
    }
    print(f"{len(found)} notices by webhook, {len(receiver.bodies()) - len(found)} repeated")


def check_mails(mail_server: MailServer, wanted: dict[str, int]) -> None:
    """Each notice came to its user's account."""
    found = {str(mail["Message-ID"]): str(mail["To"]) for mail in mail_server.mails}
    assert found == {
        f"<{delivery_key(*place(name), user_id, 0)}@example.org>": f"user{user_id}@example.org"
        for name, user_id in wanted.items()
    }


def place(name: str) -> tuple[int, int, str]:
    """Return sequence, number and kind of a notice."""
    sequence, number, kind = name.split("-")
    return int(sequence), int(number), kind


def test_what_was_under_way_is_sent_again_under_the_same_key(
    world: Told, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It arrived, but the answer was never written down: after the restart it comes once more."""
    monkeypatch.setattr(dispatcher, "STOP_SECONDS", 0.05)
    channel_id, _ = world.channel(BOB, ChannelKind.WEBHOOK, receiver.url)
    receiver.hold.clear()
    called(world)
    until(lambda: bool(world.open_notices.dispatcher._busy))
    time.sleep(0.1)
    world.stop()
    receiver.hold.set()
    until(lambda: len(receiver.bodies()) == 1)
    world.restart_notices()
    world.sent()
    first, second = receiver.bodies()
    assert first == second
    assert first["id"].endswith(f"-0-MARGIN_CALL-2-{channel_id}")


def test_commits_run_again_are_told_once(world: Told) -> None:
    """However often a journal is run again: the watermark is in the transaction of the notices."""
    called(world)
    world.sent()
    for _ in range(3):
        world.restart_notices()
        world.sent()
    assert world.kinds(BOB) == ["MARGIN_CALL"]
    assert len(world.box.mails) == 1


def test_what_is_remembered_survives_a_restart(world: Told) -> None:
    """The rates last told of, and which refused loans were told within the hour."""
    world.advance(HOUR)
    world.written()
    before = world.open_notices.writer._recogniser.memory
    assert before.rates
    assert world.restart_notices().writer._recogniser.memory == before


def test_a_journal_that_was_put_back_takes_its_notices_with_it(world: Told) -> None:
    """The outbox reaches further than the journal: what is not in the journal has never been."""
    called(world)
    world.sent()
    del world.commits[-1]
    world.restart_notices()
    assert world.kinds(BOB) == []
    assert world.open_notices.durable() == len(world.commits)


def test_an_outbox_begun_late_tells_nothing_of_what_was(tmp_path: Path) -> None:
    """An older venue's users are not told of all their years at once."""
    world = called(Told(tmp_path))
    world.stop()
    for file in tmp_path.glob("notices.sqlite*"):
        file.unlink()
    world.restart_notices()
    assert world.kinds(BOB) == []
    world.index(BTC="60000")
    assert world.kinds(BOB) == ["BACK_TO_NORMAL"]
    world.stop()


def test_what_comes_while_a_batch_is_made_is_of_the_next(world: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    """The venue's thread goes on: a commit above the watermark that is written is not told with it."""
    called(world)
    world.written()
    writer = world.open_notices.writer
    (call,) = [each for each in world.commits if any(isinstance(event, MarginCalled) for event in each.events)]
    later = Commit(writer.taken[0] + 1, call.time, call.command, call.events)
    taken = writer.taken
    monkeypatch.setattr(writer, "_buffer", deque([later]))
    assert asyncio.run(writer.step()) == 0
    assert list(writer._buffer) == [later] and writer.taken == taken
    writer._buffer.clear()
