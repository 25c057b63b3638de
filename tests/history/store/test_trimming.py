"""The old end of the tape goes a little at a time; what is left of it is whole."""

import random
from typing import Any

import pytest
import sqlalchemy
from sqlalchemy.exc import OperationalError
from tests.history.made import trades
from tests.history.store.world import stored

from leverline.history.outbox import TAPE
from leverline.history.store import trimming
from leverline.history.store.batch import begin_with
from leverline.history.store.database import Database, Watermark
from leverline.history.store.trimming import ROUND_EVERY, Trimmer
from leverline.history.tape import TapedTrade
from leverline.kernel.time import DAY

PAIRS = ("BTCUSDT", "ETHBTC", "ETHUSDT")


@pytest.fixture
def taped(url: str, rng: random.Random) -> tuple[Database, list[TapedTrade]]:
    """A database with the tape of three pairs over some months."""
    tape = []
    for pair in PAIRS:
        whole = 0
        for trade in trades(rng, 150, longest=DAY):
            whole += not tape or tape[-1].time != trade.time
            tape.append(TapedTrade(pair, trade.trade_id, whole, trade.time, 1, 1, 1, True))
    database = Database(url)
    database.open()
    rows = [(TAPE, each.pair, each.trade_id, each) for each in tape]
    begin_with(database, rows, Watermark(0, 0, 0, 0, "test"))
    return database, tape


def kept(url: str) -> list[tuple[str, int]]:
    """Pair and id of what is in the database."""
    return sorted((row["pair"], row["trade_id"]) for row in stored(url)[TAPE].values())


def test_what_is_too_old_goes_and_nothing_else(
    url: str, taped: tuple[Database, list[TapedTrade]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In several goes, however few rows and pairs each takes; and again when more has become old."""
    database, tape = taped
    monkeypatch.setattr(trimming, "IDS_AT_ONCE", 7)
    monkeypatch.setattr(trimming, "PAIRS_AT_ONCE", 2)
    trimmer = Trimmer(database, 30 * DAY)
    last = max(each.time for each in tape)
    for now in (last - 5 * DAY, last, last + 5 * DAY):
        for _ in range(200):
            trimmer.trim(now)
        assert kept(url) == sorted((each.pair, each.trade_id) for each in tape if each.time >= now - 30 * DAY)
    assert trimmer.removed == len(tape) - len(kept(url)) > 0
    database.close()


def test_a_round_begins_now_and_then_only(url: str, taped: tuple[Database, list[TapedTrade]]) -> None:
    """Between two nothing is asked of the database; and where all is kept, never."""
    database, tape = taped
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("SELECT"):
            asked.append(statement)

    sqlalchemy.event.listen(database.engine, "before_cursor_execute", note)
    now = min(each.time for each in tape)
    Trimmer(database, None).trim(10**18)
    assert asked == []
    trimmer = Trimmer(database, 30 * DAY)
    trimmer.trim(now)
    assert len(asked) == len(PAIRS) + 1
    for moment in (now, now + ROUND_EVERY - 1):
        trimmer.trim(moment)
    assert len(asked) == len(PAIRS) + 1
    trimmer.trim(now + ROUND_EVERY)
    assert len(asked) == 2 * len(PAIRS) + 2
    assert len(kept(url)) == len(tape)
    database.close()


def test_a_go_that_fails_is_done_again(
    url: str, taped: tuple[Database, list[TapedTrade]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is taken for removed that is not."""
    database, tape = taped
    trimmer, whole = Trimmer(database, DAY), trimming._remove
    now = max(each.time for each in tape) + 2 * DAY

    def fail(*words: Any) -> int:
        whole(*words)
        raise OperationalError("", {}, Exception("the server closed the connection"))

    monkeypatch.setattr(trimming, "_remove", fail)
    with pytest.raises(OperationalError):
        trimmer.trim(now)
    assert (trimmer.removed, len(kept(url))) == (0, len(tape))
    monkeypatch.setattr(trimming, "_remove", whole)
    for _ in range(len(PAIRS) + 1):
        trimmer.trim(now)
    assert (trimmer.removed, kept(url)) == (len(tape), [])
    database.close()
