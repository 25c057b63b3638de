"""How notices get to where they are told: real servers, servers that fail, that hang, that are not there."""

import hashlib
import hmac
import time
from dataclasses import replace
from email.message import Message as Parsed
from pathlib import Path

import pytest
from tests.engine.world import BOB, HOUR
from tests.notices.test_recognising import CALL_PRICE, called
from tests.notices.world import QUICK, MailServer, Receiver, Told, free_port, smtp, until

from leverline.engine.commands import AdvanceTime
from leverline.notices import dispatcher
from leverline.notices.kinds import ChannelKind
from leverline.notices.outbox import FAILED, WAITING
from leverline.notices.policy import DeliveryPolicy
from leverline.notices.preferences import quiet_hours


def part(mail: Parsed, kind: str) -> str:
    """Return the part of a mail of one content type."""
    found = [each.get_payload(decode=True) for each in mail.walk() if each.get_content_type() == kind]
    assert isinstance(found[0], bytes)
    return found[0].decode()


def test_a_mail_arrives_at_a_real_server_in_text_and_html(tmp_path: Path, mail_server: MailServer) -> None:
    """To the account's own address, from the venue's, with the notice's key in its Message-ID."""
    world = called(Told(tmp_path, smtp(mail_server.start())))
    world.sent()
    (mail,) = mail_server.mails
    assert (mail["To"], mail["From"]) == ("user2@example.org", "Venue <venue@example.org>")
    assert mail["Subject"] == "Margin call: cross account"
    assert "1.1419" in part(mail, "text/plain")
    assert "<strong>1.1419</strong>" in part(mail, "text/html")
    sequence = world.commits[-1].sequence
    assert mail["Message-ID"] == f"<{sequence}-0-MARGIN_CALL-2-0@example.org>"
    world.stop()


def test_a_dead_mail_server_is_named_and_nothing_is_lost(tmp_path: Path, mail_server: MailServer) -> None:
    """While nobody listens the mail waits, with the reason; once somebody does, it arrives."""
    world = called(Told(tmp_path, smtp(mail_server.controller.port)))
    until(lambda: any(line.attempts > 1 for line in world.outbox()))
    (line,) = world.outbox()
    assert line.state == WAITING
    assert line.reason.startswith("the mail server cannot be reached: ")
    assert world.open_notices.gauges()["notices_attempts_failed_mail"] >= 2
    mail_server.start()
    world.sent()
    assert [mail["Subject"] for mail in mail_server.mails] == ["Margin call: cross account"]
    world.stop()


def test_a_dead_mail_server_is_tried_by_one_mail_while_others_wait(tmp_path: Path) -> None:
    """What waits for a place that cannot be reached is put off with the one that tried it."""
    world = called(Told(tmp_path, smtp(free_port()), policy=DeliveryPolicy(first_pause=3_600, look_seconds=0.02)))
    until(lambda: any(line.attempts for line in world.outbox()))
    world.index(BTC="60000")
    world.index(BTC=CALL_PRICE)
    world.written()
    until(lambda: sum(bool(line.reason) for line in world.outbox()) == 3)
    assert all(line.next_attempt > line.queued + 800 * 10**6 for line in world.outbox())
    world.stop()


def test_an_address_that_the_mail_server_refuses_for_good_has_failed(tmp_path: Path, mail_server: MailServer) -> None:
    """Code 550 is not tried again; 450 is."""
    mail_server.answer = "550 no such user"
    world = called(Told(tmp_path, smtp(mail_server.start())))
    world.sent()
    (line,) = world.outbox()
    assert (line.state, line.attempts) == (FAILED, 1)
    assert line.reason == "the mail server answered: 550 no such user"
    mail_server.answer = "450 try later"
    world.index(BTC="60000")
    until(lambda: any("450 try later" in line.reason and line.state == WAITING for line in world.outbox()))
    mail_server.answer = "250 OK"
    world.sent()
    assert [mail["Subject"] for mail in mail_server.mails] == ["Margin call over: cross account"]
    world.stop()


def test_a_user_without_a_mail_address_leaves_nothing_in_the_outbox(tmp_path: Path) -> None:
    """Nobody is to be told by mail, and that is no failure."""
    world = Told(tmp_path)
    world.addresses[BOB] = ""
    called(world)
    world.sent()
    assert (world.outbox(), world.box.mails) == ([], [])
    assert world.kinds(BOB) == ["MARGIN_CALL"]
    world.stop()


def test_a_webhook_is_signed_and_bears_the_key(world: Told, receiver: Receiver) -> None:
    """A receiver checks timestamp and body with his secret, as the guide tells him."""
    _, secret = world.channel(BOB, ChannelKind.WEBHOOK, receiver.url + "/hook")
    called(world)
    world.sent()
    path, headers, body = receiver.posts[-1]
    (told,) = receiver.bodies()
    expected = hmac.new(secret.encode(), headers["leverline-timestamp"].encode() + b"." + body, hashlib.sha256)
    assert headers["leverline-signature"] == "v1=" + expected.hexdigest()
    assert abs(int(headers["leverline-timestamp"]) / 1000 - time.time()) < 60
    assert headers["idempotency-key"] == told["id"]
    assert (path, told["kind"], told["time"]) == ("/hook", "MARGIN_CALL", world.time // 1000)
    assert told["details"]["account"] == "cross"
    assert told["title"] == "Margin call: cross account"


def test_a_webhook_that_answers_500_is_tried_again_under_the_same_key(world: Told, receiver: Receiver) -> None:
    """Until it takes the notice; the reason is kept meanwhile."""
    world.channel(BOB, ChannelKind.WEBHOOK, receiver.url)
    receiver.status = 500
    called(world)
    until(lambda: len(receiver.bodies()) >= 2)
    until(lambda: [line.reason for line in world.outbox()] == ["the webhook answered 500"])
    receiver.status = 204
    world.sent()
    assert {body["id"] for body in receiver.bodies()} == {receiver.bodies()[0]["id"]}
    assert world.outbox() == []


def test_a_webhook_that_never_takes_it_is_given_up_with_the_reason(tmp_path: Path, receiver: Receiver) -> None:
    """After as many attempts as the operator allows; he can have it tried again."""
    world = Told(tmp_path, policy=DeliveryPolicy(first_pause=0.01, attempts_max=3, look_seconds=0.02))
    world.channel(BOB, ChannelKind.WEBHOOK, receiver.url)
    receiver.status = 500
    called(world)
    world.sent()
    (line,) = world.outbox()
    assert (line.state, line.attempts, line.reason) == (FAILED, 3, "the webhook answered 500")
    assert len(receiver.bodies()) == 3
    world.stop()


def test_a_redirect_is_not_followed(world: Told, receiver: Receiver) -> None:
    """It could lead anywhere."""
    world.channel(BOB, ChannelKind.WEBHOOK, receiver.url)
    receiver.statuses = [302]
    called(world)
    world.sent()
    assert len(receiver.bodies()) == 2


def test_a_webhook_that_hangs_holds_nobody_else_up(world: Told, receiver: Receiver) -> None:
    """Mails go out and commits are taken at once while a webhook does not answer; then it has its notice too."""
    world.channel(BOB, ChannelKind.WEBHOOK, receiver.url)
    receiver.hold.clear()
    called(world)
    until(lambda: len(world.box.mails) == 1)
    for _ in range(100):
        world.send(AdvanceTime())
    world.written()
    world.index(BTC="60000")
    until(lambda: len(world.box.mails) == 2)
    until(lambda: world.waiting() == 2)
    receiver.hold.set()
    world.sent()
    assert [body["kind"] for body in receiver.bodies()] == ["MARGIN_CALL", "BACK_TO_NORMAL"]


def test_a_webhook_gets_its_notices_in_order(world: Told, receiver: Receiver) -> None:
    """One channel takes one delivery at a time, those that have waited longest first."""
    world.channel(BOB, ChannelKind.WEBHOOK, receiver.url)
    called(world)
    for price in ("60000", CALL_PRICE) * 5:
        world.index(BTC=price)
    world.sent()
    times = [body["id"] for body in receiver.bodies()]
    assert len(times) == 11
    assert times == sorted(times, key=lambda key: [int(part) for part in key.split("-")[:2]])


def test_chat_goes_by_apprise(tmp_path: Path, receiver: Receiver) -> None:
    """An address of a scheme that the operator allows; what the service says of a failure is the reason."""
    world = Told(tmp_path, chat_schemes=("json",))
    world.channel(BOB, ChannelKind.CHAT, receiver.url.replace("http://", "json://") + "/chat")
    receiver.statuses = [503]
    called(world)
    until(lambda: any("error=503" in line.reason for line in world.outbox()))
    world.sent()
    assert [body["title"] for body in receiver.bodies()][-1] == "Margin call: cross account"
    world.stop()


def test_a_removed_channel_is_sent_nothing_more(world: Told, receiver: Receiver) -> None:
    """What waited for it has failed, and says why."""
    channel_id, _ = world.channel(BOB, ChannelKind.WEBHOOK, receiver.url)
    receiver.status = 500
    called(world)
    until(lambda: bool(world.outbox()))
    world.run(world.open_notices.channels.remove(BOB, channel_id))
    world.sent()
    assert [line.reason for line in world.outbox()] == ["the channel was removed"]
    assert world.run(world.open_notices.channels.of_user(BOB)) == []


def test_quiet_hours_let_only_urgent_notices_out(world: Told) -> None:
    """From 23:00 to 03:00 UTC a margin call is sent, its end waits until 03:00 of venue time."""
    world.run(world.open_notices.set_quiet(BOB, quiet_hours("23:00", "03:00", "UTC")))
    called(world)
    until(lambda: len(world.box.mails) == 1)
    world.index(BTC="60000")
    world.written()
    assert world.kinds(BOB) == ["MARGIN_CALL", "BACK_TO_NORMAL"]
    world.advance(3 * HOUR - 1)
    time.sleep(10 * QUICK.look_seconds)
    assert len(world.box.mails) == 1
    world.advance(1)
    until(lambda: len(world.box.mails) == 2)


def test_quiet_hours_are_no_waiting_for_a_channel(world: Told) -> None:
    """What they held up has all its time to be tried in: here none but that."""
    world.options = replace(world.options, policy=replace(QUICK, give_up=0.0))
    world.restart_notices()
    world.run(world.open_notices.set_quiet(BOB, quiet_hours("23:00", "03:00", "UTC")))
    called(world)
    until(lambda: len(world.box.mails) == 1)
    world.index(BTC="60000")
    world.box.fault = OSError("not now")
    world.written()
    world.advance(3 * HOUR)
    until(lambda: any(line.attempts > 1 for line in world.outbox()))
    assert [line.state for line in world.outbox()] == [WAITING]
    world.box.fault = None
    world.sent()
    assert len(world.box.mails) == 2


def test_sending_goes_on_after_a_fault_that_nobody_thought_of(
    world: Told, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """And the operator reads of it."""
    monkeypatch.setattr(dispatcher, "FAULT_PAUSE_SECONDS", 0.01)

    async def failing() -> None:
        raise RuntimeError("unthought of")

    with monkeypatch.context() as patch:
        patch.setattr(world.open_notices.dispatcher, "_look", failing)
        until(lambda: any(record.levelname == "CRITICAL" for record in caplog.records))
    called(world)
    world.sent()
    assert len(world.box.mails) == 1
