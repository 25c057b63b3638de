"""Users here and in the engine."""

import asyncio
import dataclasses

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from tests.identity.world import World

from leverline.engine.commands import Command, RegisterUser
from leverline.engine.commit import Commit
from leverline.identity import Fault, Identity, IdentityFault, UserState
from leverline.identity.schema import ApiKeyTable
from leverline.identity.store import Store
from leverline.margin.account import MAY_MARGIN, MAY_PRO


def test_a_ready_user_may_trade_on_margin_at_once(world: World) -> None:
    """Verified, questionnaires passed, texts accepted, permissions granted; the first id is 10,001."""
    user = world.run(lambda identity: identity.create_ready_user("alice@example.org", vip_level=3))
    assert (user.user_id, user.vip_level, user.state) == (10_001, 3, UserState.READY)
    assert user.is_margin_granted and user.is_pro_granted
    engine_user = world.engine.core.users[10_001]
    assert engine_user.permissions == MAY_MARGIN | MAY_PRO
    assert engine_user.vip_level == 3


def test_a_ready_user_has_only_the_permissions_asked_for(world: World) -> None:
    """Margin without Pro, and spot alone."""

    async def work(identity: Identity) -> None:
        await identity.create_ready_user(is_pro=False)
        await identity.create_ready_user(is_margin=False, is_pro=False)

    world.run(work)
    assert [world.engine.core.users[each].permissions for each in (10_001, 10_002)] == [MAY_MARGIN, 0]


def test_production_makes_no_ready_users(production: World) -> None:
    """Nobody is verified there by a call."""
    with pytest.raises(IdentityFault, match="sandbox only"):
        production.run(lambda identity: identity.create_ready_user())
    assert not production.engine.core.users


def test_ids_are_above_those_of_the_engine(world: World) -> None:
    """An id that the engine has is never given again, not even to a user whom only the engine knows."""
    world.apply(RegisterUser(10_005))
    assert world.run(lambda identity: identity.create_ready_user()).user_id == 10_006


def test_an_id_taken_in_the_engine_meanwhile_is_passed_over(world: World) -> None:
    """The user is made once, under the next id."""
    plain = world.next_user_id

    def lagging() -> int:
        found = plain()
        if found < 10_001:
            world.apply(RegisterUser(10_001))
        return found

    world.next_user_id = lagging  # type: ignore[method-assign]
    assert world.run(lambda identity: identity.create_ready_user("alice@example.org")).user_id == 10_002


def test_an_unknown_vip_level_leaves_no_user(world: World) -> None:
    """The engine's refusal takes the row back: the mail is free again."""
    with pytest.raises(IdentityFault) as caught:
        world.run(lambda identity: identity.create_ready_user("alice@example.org", vip_level=99))
    assert caught.value.fault == Fault.VENUE_REFUSED
    assert world.run(lambda identity: identity.create_ready_user("alice@example.org")).user_id == 10_001


def test_users_made_at_once_have_different_ids(world: World) -> None:
    """Ten calls at the same time."""

    async def work(identity: Identity) -> list[int]:
        users = await asyncio.gather(*(identity.create_ready_user() for _ in range(10)))
        return sorted(user.user_id for user in users)

    assert world.run(work) == list(range(10_001, 10_011))


@pytest.mark.parametrize("steps", range(19))
def test_a_crash_while_a_user_is_made_loses_nothing_and_makes_no_double(world: World, steps: int) -> None:
    """Killed at any step: after the restart there is no user or one whole one, here and in the engine alike."""
    make = lambda identity: identity.create_ready_user("alice@example.org")  # noqa: E731
    assert world.run_until_killed(steps, make) == (steps < 18)
    users = world.run(lambda identity: identity.users.page())
    assert [user.user_id for user in users] == list(world.engine.core.users)
    assert len(users) <= 1
    for user in users:
        assert user.state == UserState.READY
        assert user.is_margin_granted and user.is_pro_granted
        assert world.engine.core.users[user.user_id].permissions == MAY_MARGIN | MAY_PRO
    other = world.run(lambda identity: identity.create_ready_user("bob@example.org"))
    assert other.user_id == 10_001 + len(users)


def test_a_busy_venue_leaves_nothing_of_a_user(world: World) -> None:
    """A full inbox is told as such, and the same mail may be registered a moment later."""

    async def work(identity: Identity) -> int:
        async def full(command: Command) -> Commit:
            raise BlockingIOError("the inbox is full")

        world.door, open_door = full, world.door
        with pytest.raises(IdentityFault) as refused:
            await identity.create_ready_user("alice@example.org")
        assert refused.value.fault == Fault.VENUE_UNAVAILABLE
        world.door = open_door
        return (await identity.create_ready_user("alice@example.org")).user_id

    assert world.run(work) == 10_001


def test_a_caller_who_gives_up_does_not_stop_the_making_of_his_user(world: World) -> None:
    """An answer that takes too long is cut off by the server; the user is made all the same and may come in."""

    async def work(identity: Identity) -> None:
        is_asked = asyncio.Event()

        async def slow(command: Command) -> Commit:
            is_asked.set()
            await asyncio.sleep(0.05)
            return await world.submit(command)

        world.door = slow
        asking = asyncio.create_task(identity.create_ready_user("alice@example.org"))
        await is_asked.wait()
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        await identity.settled()
        user = await identity.users.find("alice@example.org")
        assert user is not None and user.state == UserState.READY
        assert user.is_margin_granted

    world.run(work)


def test_a_full_disk_does_not_keep_identity_from_stopping(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Times of use that cannot be written are let go: what is closed after identity is closed all the same."""

    async def work(identity: Identity) -> None:
        async def full(self: Store, unit: object) -> None:
            raise OperationalError("UPDATE", {}, Exception("database or disk is full"))

        user = await identity.create_ready_user()
        key = await identity.keys.create(user.user_id)
        identity.keys.used(key.record)
        monkeypatch.setattr(Store, "run", full)
        identity.post.send("alice@example.org", "subject", "text")

    world.run(work)


def test_a_full_disk_does_not_end_the_writing_of_times_of_use(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once there is room again, they are written."""
    world.rules = dataclasses.replace(world.rules, flush_seconds=0.01)

    async def work(identity: Identity) -> int:
        user = await identity.create_ready_user()
        key = await identity.keys.create(user.user_id)

        async def full(self: Store, unit: object) -> None:
            raise OperationalError("UPDATE", {}, Exception("database or disk is full"))

        with monkeypatch.context() as patch:
            patch.setattr(Store, "run", full)
            identity.keys.used(key.record)
            await asyncio.sleep(0.05)
        identity.keys.used(key.record)
        await asyncio.sleep(0.1)
        wanted = select(ApiKeyTable.last_used)
        return await identity._context.store.run(lambda session: session.scalar(wanted) or 0)

    assert world.run(work) == world.now
