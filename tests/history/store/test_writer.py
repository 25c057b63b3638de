"""What the history notes is written, all of it and once."""

import random

from tests.history.store.world import TIGHT, Kept, kept, remembered, stored
from tests.history.world import ToldDays

from leverline.history.store.database import Database
from leverline.kernel.time import SECOND


def test_the_database_holds_what_memory_holds(url: str, rng: random.Random) -> None:
    """After random days each table has exactly the records of a history that forgets nothing."""
    world = ToldDays(rng).tell(700)
    found, wanted = stored_after(url, world), remembered(world.known)
    for name, table in wanted.items():
        assert found[name] == table, name
    assert all(wanted[name] for name in ("order", "trade", "loan", "interest", "flow", "standing", "candle", "rate"))


def test_what_memory_lets_go_of_is_in_the_database(url: str, rng: random.Random) -> None:
    """Under a tight policy the database still has everything."""
    world = ToldDays(rng).tell(500)
    kept(url, world, TIGHT)
    found, wanted = stored(url), remembered(world.known)
    for name in wanted:
        assert found[name] == wanted[name], name


def test_the_watermark_is_the_last_commit(url: str, rng: random.Random) -> None:
    """Also where the last commits have nothing to write."""
    world = ToldDays(rng).tell(50)
    kept(url, world)
    database = Database(url)
    mark = database.watermark()
    database.close()
    assert mark is not None
    assert (mark.sequence, mark.time) == (len(world.commits), world.commits[-1].time)
    assert (mark.since, mark.since_time) == (0, 0)


def stored_after(url: str, world: object) -> dict[str, object]:
    """What stands in a database when all is written."""
    kept(url, world)
    return dict(stored(url))


def test_a_sandbox_keeps_nothing_of_its_own_market(url: str, rng: random.Random) -> None:
    """Orders and fills of house accounts, and seconds, stay in memory; all else is written."""
    world = ToldDays(rng).tell(300)
    first = 25
    house = Kept(world.parameters, url, keeps_from=first)
    house.history.load(house.history.save())  # as a recovery does
    house.take(world.commits)
    house.close()
    found, wanted = stored(url), remembered(world.known)
    users = {wallet.wallet_id: wallet.user_id for wallet in world.known.wallets.by_id.values()}
    for name, table in wanted.items():
        if name in ("order", "trade"):
            kept_rows = {key: row for key, row in table.items() if not 0 < users[row["wallet_id"]] < first}
            assert 0 < len(kept_rows) < len(table)
        else:
            kept_rows = {key: row for key, row in table.items() if name != "candle" or row["size"] != SECOND}
        assert found[name] == kept_rows, name
