"""`leverline outbox`: what waits, what has failed and why, and another attempt."""

from pathlib import Path

import click.testing
from tests.engine.world import BOB
from tests.notices.test_recognising import called
from tests.notices.world import Receiver, Told, free_port, smtp

from leverline.cli import main
from leverline.notices.kinds import ChannelKind
from leverline.notices.policy import DeliveryPolicy

ONCE = DeliveryPolicy(attempts_max=1, look_seconds=0.02)


def said(folder: Path, *words: str, code: int = 0) -> str:
    """Return what the command says."""
    result = click.testing.CliRunner().invoke(main, ["outbox", "--data", str(folder), *words])
    assert result.exit_code == code, result.output
    return result.output


def test_failed_deliveries_are_shown_and_tried_again(tmp_path: Path, receiver: Receiver) -> None:
    """While the venue runs: it sends what the operator asks for at once."""
    world = Told(tmp_path, policy=ONCE)
    channel_id, _ = world.channel(BOB, ChannelKind.WEBHOOK, receiver.url)
    receiver.statuses = [500]
    called(world)
    world.sent()
    first, line = said(tmp_path).splitlines()
    assert first == "0 waiting; 1 failed"
    assert line.split("  ")[1] == "failed"
    assert f"MARGIN_CALL to user 2 by webhook {channel_id}, queued 20" in line
    assert line.endswith("1 attempt: the webhook answered 500")
    assert said(tmp_path, "--retry", line.split()[0]) == "1 delivery is tried again\n"
    world.sent()
    assert said(tmp_path) == "0 waiting; 0 failed\n"
    assert len(receiver.bodies()) == 2
    world.stop()


def test_what_waits_is_shown_with_its_reason(tmp_path: Path) -> None:
    """The venue is stopped, the mail waits for its next attempt."""
    world = Told(tmp_path, smtp(free_port()), policy=DeliveryPolicy(first_pause=3_600, look_seconds=0.02))
    called(world)
    world.written()
    world.stop()
    first, line = said(tmp_path).splitlines()
    assert first.startswith("1 waiting, the oldest since 20")
    assert "waiting  MARGIN_CALL to user 2 by mail of the account" in line


def test_what_there_is_not_is_named(tmp_path: Path) -> None:
    """No outbox, no such delivery, no number: exit code 2."""
    assert "there is no outbox of notices at" in said(tmp_path, code=2)
    Told(tmp_path).stop()
    assert "delivery 7 is not there" in said(tmp_path, "--retry", "7", code=2)
    assert "'seven' is neither the number of a delivery nor `all`" in said(tmp_path, "--retry", "seven", code=2)
    assert said(tmp_path, "--retry", "all") == "0 deliveries are tried again\n"
