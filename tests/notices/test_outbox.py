"""The outbox: a failing database holds up and loses nothing; old notices are let go; another venue is refused."""

from dataclasses import replace

import pytest
import sqlalchemy
from sqlalchemy import update
from tests.engine.world import BOB, DAY
from tests.notices.test_recognising import CALL_PRICE, called
from tests.notices.world import Told, until

from leverline.identity import Vault
from leverline.notices import writer
from leverline.notices.channel import now
from leverline.notices.faults import NoticeStartFault
from leverline.notices.notices import Notices
from leverline.notices.outbox import FAILED, prune
from leverline.notices.schema import DELIVERY


def test_a_database_that_cannot_be_written_is_tried_again(world: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commits go on being taken; once it can be written all of them are told, in order."""

    def failing(*_: object) -> None:
        raise sqlalchemy.exc.OperationalError("INSERT", {}, Exception("disk is full"))

    with monkeypatch.context() as patch:
        patch.setattr(writer, "_queue", failing)
        called(world)
        until(lambda: world.open_notices.writer.fault == "disk is full")
        for price in ("60000", CALL_PRICE):
            world.index(BTC=price)
        assert world.open_notices.writer.behind
        assert world.open_notices.gauges()["notices_failing_seconds"] > 0
    assert world.kinds(BOB) == ["MARGIN_CALL", "BACK_TO_NORMAL", "MARGIN_CALL"]
    world.sent()
    assert len(world.box.mails) == 3


def test_what_could_not_be_written_is_told_after_the_next_start(world: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stop does not wait for ever, and does not move the watermark past what is not there."""

    def failing(*_: object) -> None:
        raise sqlalchemy.exc.OperationalError("INSERT", {}, Exception("disk is full"))

    with monkeypatch.context() as patch:
        patch.setattr(writer, "_queue", failing)
        patch.setattr(writer, "STOP_SECONDS", 0.05)
        called(world)
        world.stop()
    world.restart_notices()
    assert world.kinds(BOB) == ["MARGIN_CALL"]


def test_a_full_buffer_asks_the_venue_to_wait(world: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only commits with something to tell take room."""
    notices = world.open_notices
    world.written()
    notices.writer.held_max = 2

    def failing(*_: object) -> None:
        raise sqlalchemy.exc.OperationalError("INSERT", {}, Exception("disk is full"))

    with monkeypatch.context() as patch:
        patch.setattr(writer, "_queue", failing)
        called(world)
        until(lambda: bool(notices.writer.fault))
        for _ in range(5):
            world.advance(1)
        assert not notices.is_full()
        for price in ("60000", CALL_PRICE):
            world.index(BTC=price)
        assert notices.is_full()
    until(lambda: not notices.is_full())


def test_old_notices_are_let_go_but_not_what_is_still_to_be_sent(world: Told) -> None:
    """By venue time; what has failed keeps its notice as long as it is shown itself."""
    world.addresses[BOB] = ""
    called(world)
    world.index(BTC="60000")
    world.sent()
    world.addresses.clear()
    world.advance(DAY)
    world.index(BTC=CALL_PRICE)
    world.sent()
    store = world.open_notices._store
    store.run_now(lambda connection: connection.execute(update(DELIVERY).values(state=FAILED, reason="a test")))
    later = now() + DAY
    store.run_now(lambda connection: prune(connection, world.time, later, 0))
    assert world.kinds(BOB) == ["MARGIN_CALL"]
    store.run_now(lambda connection: prune(connection, world.time + DAY, later, 0))
    assert world.kinds(BOB) == ["MARGIN_CALL"]
    store.run_now(lambda connection: prune(connection, world.time + DAY, later, later))
    assert world.kinds(BOB) == []


def test_another_venues_outbox_is_refused(world: Told) -> None:
    """Its commits have the same numbers."""
    world.stop()
    notices = Notices(world.options, Vault(bytes(range(32))), world.box, world.mail_of, lambda: 0)
    with pytest.raises(NoticeStartFault, match="the notices of another venue"):
        notices.open("another venue", 1)
    notices.close()


def test_another_master_key_is_refused(world: Told) -> None:
    """The key of web push and all addresses are encrypted under it."""
    world.stop()
    notices = Notices(world.options, Vault(bytes(32)), world.box, world.mail_of, lambda: 0)
    with pytest.raises(NoticeStartFault, match="was made with another master key"):
        notices.open("a venue of tests", len(world.commits))
    notices.close()


def test_a_database_that_cannot_be_opened_is_named(world: Told) -> None:
    """In one line."""
    options = replace(world.options, url="sqlite:////nowhere/at/all.sqlite")
    notices = Notices(options, Vault(bytes(32)), world.box, world.mail_of, lambda: 0)
    with pytest.raises(NoticeStartFault, match="the database of notices cannot be used: unable to open"):
        notices.open("a venue", 1)
    notices.close()
