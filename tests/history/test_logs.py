"""Bounded lists of records by owner."""

import random
import secrets

from leverline.history.fund import WriteOffRecord
from leverline.history.logs import RecordLog


def test_the_latest_of_all_are_the_last_ones_added() -> None:
    """Whoever they belong to, as far as the bounds let them be: an owner's oldest go first."""
    seed = secrets.randbits(32)
    print(f"seed {seed}")
    draw = random.Random(seed)
    log: RecordLog[WriteOffRecord] = RecordLog(WriteOffRecord, 8, 40)
    added: list[WriteOffRecord] = []
    for time in range(300):
        record = WriteOffRecord(time, "BTC", 0, 0, 0, 0, 0)
        log.add(draw.choice([1, 1, 1, 2, 3, 4]), record)
        added.append(record)
        kept = [each for each in reversed(added) if any(each is other for other in log.everything())]
        assert log.latest(10) == kept[:10], seed
    assert log.latest(1_000) == kept
