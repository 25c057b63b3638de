"""What one user is sent in a day is bounded; what is urgent is not, and the inbox has everything."""

from dataclasses import replace
from pathlib import Path

from tests.engine.world import ALICE, BOB, DAY, HOUR
from tests.notices.world import QUICK, Told

from leverline.cli.outbox_work import outbox_lines
from leverline.config import Settings
from leverline.engine.commands import CoolOff
from leverline.notices.daily_cap import DailyCap
from leverline.notices.kinds import Kind
from leverline.notices.notice import Notice


def notice(number: int, user_id: int, kind: Kind, time: int) -> Notice:
    """Return a notice of the first commit."""
    return Notice(1, number, user_id, kind.value, time, {})


def test_what_is_beyond_the_bound_of_a_user_and_day_is_named() -> None:
    """Two a day: the third of Alice's is beyond, Bob's first is not, nor is the first of the next day."""
    cap = DailyCap(2)
    told = [notice(number, ALICE, Kind.RATE_JUMP, HOUR * number) for number in range(3)]
    told += [notice(3, BOB, Kind.RATE_JUMP, 4 * HOUR), notice(4, ALICE, Kind.DELISTING, DAY - 1)]
    assert cap.beyond(told) == {(1, 2), (1, 4)}
    assert cap.beyond([notice(5, ALICE, Kind.RATE_JUMP, DAY)]) == set()


def test_margin_calls_and_liquidations_are_never_dropped() -> None:
    """They are not even counted."""
    cap = DailyCap(0)
    assert cap.beyond([notice(0, ALICE, Kind.MARGIN_CALL, 0), notice(1, ALICE, Kind.TAKEOVER, 0)]) == set()


def test_the_outbox_counts_what_was_dropped_and_the_inbox_has_it(tmp_path: Path) -> None:
    """Three notices, one mail; `leverline outbox` names the two others."""
    world = Told(tmp_path, policy=replace(QUICK, daily_most=1))
    world.addresses[ALICE] = "alice@example.org"
    world.user(ALICE)
    for days in (2, 3, 4):
        world.send(CoolOff(ALICE, days * DAY))
    assert world.kinds(ALICE) == ["COOLING_OFF"] * 3
    world.stop()
    settings = Settings(data=str(tmp_path), database=world.url)
    assert "; 2 dropped, beyond what a user is sent in a day" in outbox_lines(settings, 10)[0]
