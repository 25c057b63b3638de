"""Special keys in the database: what they are bound to, their mode, and what a change of the schema leaves."""

import asyncio

import pytest
import sqlalchemy
from sqlalchemy import insert, select
from tests.identity.test_accounts import fault_of
from tests.identity.world import World

from leverline.bootstrap import rules_of
from leverline.config import SandboxSettings, Settings
from leverline.identity import USUAL_PERMISSIONS, Fault, Identity, IdentityFault, KeyPermission, NewKey
from leverline.identity.schema import ApiKeyTable, UserTable
from leverline.identity.store import migrate
from leverline.kernel.time import HOUR
from leverline.ledger.wallet import CROSS, ISOLATED, SPOT

PAIR = (ISOLATED, "BTCUSDT")


async def special(identity: Identity, user_id: int, place: tuple[int, str] = (CROSS, ""), name: str = "fast") -> NewKey:
    """Make a special key."""
    return await identity.special_keys.create(user_id, 7, place, name, False, ["10.0.0.1"], "")


def test_a_special_key_is_bound_to_its_account_for_good(world: World) -> None:
    """After a restart it is as it was: account, addresses, and no more than READ and TRADE."""

    async def make(identity: Identity) -> tuple[int, str]:
        user = await identity.create_ready_user()
        await identity.keys.create(user.user_id)
        await special(identity, user.user_id)
        return user.user_id, (await special(identity, user.user_id, PAIR)).record.text

    async def look(identity: Identity) -> None:
        record = identity.key(text)
        assert record is not None and record.is_special and record.place == PAIR
        assert record.permissions == KeyPermission.READ | KeyPermission.TRADE
        assert {each.place for each in identity.special_keys.of_user(user_id)} == {(CROSS, ""), PAIR}
        assert identity.special_keys.of_account(user_id, PAIR) == [record]
        wider = record.permissions | KeyPermission.MARGIN
        assert await fault_of(identity.keys.change(user_id, text, permissions=wider)) == Fault.MALFORMED
        await identity.keys.change(user_id, text, permissions=KeyPermission.READ)

    user_id, text = world.run(make)
    world.run(look)


def test_the_pause_after_the_mode_outlives_a_restart(world: World) -> None:
    """Left at noon, a key is made again at noon of the next day, and not before."""

    async def leave(identity: Identity) -> int:
        user = await identity.create_ready_user()
        plain = await identity.keys.create(user.user_id)
        await identity.special_keys.leave(user.user_id)
        cross, pair = [await special(identity, user.user_id, place) for place in ((CROSS, ""), PAIR)]
        await identity.special_keys.leave(user.user_id)
        assert identity.key(cross.record.text) is None
        assert [identity.key(each.record.text) for each in (pair, plain)] == [pair.record, plain.record]
        return user.user_id

    async def again(identity: Identity) -> None:
        assert identity.special_keys.of_account(user_id, (CROSS, "")) == []
        assert len(identity.special_keys.of_account(user_id, PAIR)) == 1
        world.now += 24 * HOUR - 1
        with pytest.raises(IdentityFault) as caught:
            await special(identity, user_id)
        assert (caught.value.fault, caught.value.wait_seconds) == (Fault.SPECIAL_MODE_STATE, 1)
        world.now += 1
        await special(identity, user_id)

    user_id = world.run(leave)
    world.run(again)


def test_a_key_made_while_the_mode_is_left_does_not_outlive_it(world: World) -> None:
    """Whichever of both is first, in the end no key is there, in memory or in the table."""

    async def race(identity: Identity) -> int:
        user = await identity.create_ready_user()
        await special(identity, user.user_id)
        making, leaving = special(identity, user.user_id), identity.special_keys.leave(user.user_id)
        await asyncio.gather(making, leaving)
        assert identity.special_keys.of_user(user.user_id) == []
        return user.user_id

    async def look(identity: Identity) -> None:
        assert identity.keys.of_user(user_id) == []

    user_id = world.run(race)
    world.run(look)


def test_special_keys_count_among_a_users_keys(world: World) -> None:
    """The limit is the user's, whichever accounts his keys are of; deleted together they make room."""

    async def fill(identity: Identity) -> None:
        user_id = (await identity.create_ready_user()).user_id
        for _ in range(world.rules.keys_per_user_max):
            await special(identity, user_id)
        assert await fault_of(special(identity, user_id)) == Fault.KEYS_TOO_MANY
        assert await fault_of(special(identity, user_id, PAIR)) == Fault.KEYS_TOO_MANY
        assert await fault_of(identity.keys.create(user_id)) == Fault.KEYS_TOO_MANY
        first, second, *others = identity.special_keys.of_user(user_id)
        await identity.special_keys.delete(user_id, [first])
        assert await fault_of(identity.special_keys.delete(user_id, [second, first])) == Fault.KEY_UNKNOWN
        assert identity.special_keys.of_user(user_id) == [second, *others]
        await identity.special_keys.delete(user_id, [second, *others])
        await identity.keys.load()
        assert identity.special_keys.of_user(user_id) == []
        assert await fault_of(special(identity, user_id, name="")) == Fault.MALFORMED

    world.run(fill)


def test_a_sandbox_may_give_them_to_everybody() -> None:
    """By a setting; else, and in production always, they are for VIP 7."""
    open_sandbox = Settings(sandbox=SandboxSettings(are_special_keys_open=True))
    assert rules_of(open_sandbox).special_key_vip_min == 0
    assert rules_of(Settings()).special_key_vip_min == 7
    production = Settings(mode="production", sandbox=SandboxSettings(are_special_keys_open=True))
    assert rules_of(production).special_key_vip_min == 7


def test_keys_made_before_there_were_special_ones_are_the_spot_wallets(without_tables: str) -> None:
    """The third version of the schema leaves them so."""
    engine = sqlalchemy.create_engine(without_tables)
    migrate(engine, "0002")
    user = {"id": 10_001, "country": "CH", "vip_level": 0, "state": "READY", "verification": "APPROVED", "created": 1}
    key = {
        "text": "old", "user_id": 10_001, "label": "", "kind": "HMAC", "secret": b"sealed", "networks": "",
        "permissions": int(USUAL_PERMISSIONS), "created": 1, "last_used": 0, "is_enabled": True,
    }  # fmt: skip
    with engine.begin() as connection:
        connection.execute(insert(UserTable).values(user))
        connection.execute(insert(ApiKeyTable).values(key))
    migrate(engine)
    with engine.connect() as connection:
        assert connection.execute(select(ApiKeyTable.wallet, ApiKeyTable.pair)).all() == [(SPOT, "")]
    engine.dispose()
