"""Users here and in the engine."""

import asyncio

import pytest
from tests.identity.world import World

from leverline.engine.commands import RegisterUser
from leverline.identity import Fault, Identity, IdentityFault, UserState
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
