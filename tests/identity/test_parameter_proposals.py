"""Proposals of changed parameters: two persons, every crash between them and the engine, a busy venue."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

import pytest
from tests.identity.acts import operator
from tests.identity.test_accounts import fault_of
from tests.identity.world import Death, World

from leverline.bootstrap import rules_of
from leverline.config import SandboxSettings, Settings
from leverline.engine.commands import ChangeParameters, Command
from leverline.engine.commit import Commit
from leverline.engine.parameter_desk import SCHEDULED, WITHDRAWN
from leverline.identity import Fault, Identity, IdentityFault
from leverline.identity.operators import Role
from leverline.identity.parameter_proposals import Proposal, ProposalState
from leverline.kernel.time import HOUR

CHANGES = [("asset.BTC.rank", "3")]
STEPS_MAX = 20
Act = Callable[[Identity], Coroutine[Any, Any, Proposal]]


def staff(world: World) -> tuple[int, int]:
    """Return two operators: one of RISK and one of ADMIN."""

    async def work(identity: Identity) -> tuple[int, int]:
        return await operator(identity, Role.RISK), await operator(identity, Role.ADMIN)

    return world.run(work)


def proposed(world: World, proposer: int, count: int = 1, effective_time: int = 0) -> list[int]:
    """Return new proposals."""

    async def work(identity: Identity) -> list[int]:
        propose = identity.proposals.propose
        return [
            (await propose(proposer, CHANGES, effective_time, "seen in the books")).proposal_id for _ in range(count)
        ]

    return world.run(work)


def state_of(world: World, proposal_id: int, operator_id: int) -> Proposal:
    """Return a proposal as the next process finds it."""

    async def work(identity: Identity) -> Proposal:
        return await identity.proposals.one(operator_id, proposal_id)

    return world.run(work)


def test_a_kill_at_any_step_leaves_it_proposed_or_made_once(world: World) -> None:
    """After every number of durable steps: the next start finds it undecided, or finishes what was approved."""
    proposer, approver = staff(world)
    for steps, proposal_id in enumerate(proposed(world, proposer, STEPS_MAX)):
        before = len(world.commands)

        async def approve(identity: Identity, number: int = proposal_id, who: int = approver) -> None:
            await identity.proposals.approve(who, number, "agreed")

        was_killed = world.run_until_killed(steps, approve)
        world.steps_to_live = -1
        found = state_of(world, proposal_id, approver)
        made = [each for each in world.commands[before:] if isinstance(each.command, ChangeParameters)]
        taken = [each for each in made if each.refusal is None]
        assert found.state in (ProposalState.PROPOSED, ProposalState.SENT), steps
        assert len(taken) == (found.state is ProposalState.SENT), steps
        if not was_killed:
            assert found.state is ProposalState.SENT
            return
    raise AssertionError("an approval has more steps than anybody thought")


def test_a_busy_venue_is_asked_again(world: World) -> None:
    """It waits as before; approved again it is sent, and then there is nothing left to approve."""
    proposer, approver = staff(world)
    (proposal_id,) = proposed(world, proposer)

    async def busy(command: Command) -> Commit:
        raise BlockingIOError

    async def work(identity: Identity) -> None:
        usual, world.door = world.door, busy
        approve = identity.proposals.approve
        assert await fault_of(approve(approver, proposal_id, "agreed")) == Fault.VENUE_UNAVAILABLE
        found = await identity.proposals.one(approver, proposal_id)
        assert (found.state, found.decided_by) == (ProposalState.PROPOSED, 0)
        world.door = usual
        assert (await approve(approver, proposal_id, "once more")).state is ProposalState.SENT
        assert await fault_of(approve(approver, proposal_id, "and again")) == Fault.PROPOSAL_STATE

    world.run(work)
    assert world.engine.core.parameters.assets["BTC"].rank == 3


def test_what_a_busy_venue_did_not_take_may_be_refused_or_withdrawn(world: World) -> None:
    """And a withdrawal that it did not take leaves the change as it was, with who approved it."""
    proposer, approver = staff(world)
    first, second, third = proposed(world, proposer, 3, world.now + HOUR)

    async def busy(command: Command) -> Commit:
        raise BlockingIOError

    async def work(identity: Identity) -> None:
        proposals = identity.proposals
        await proposals.approve(approver, third, "agreed")
        usual, world.door = world.door, busy
        for each in (first, second):
            assert await fault_of(proposals.approve(approver, each, "agreed")) == Fault.VENUE_UNAVAILABLE
        assert await fault_of(proposals.withdraw(proposer, third, "too much")) == Fault.VENUE_UNAVAILABLE
        assert (await proposals.refuse(approver, first, "no")).state is ProposalState.REFUSED
        assert (await proposals.withdraw(proposer, second, "no")).state is ProposalState.WITHDRAWN
        world.door = usual
        found = await proposals.one(approver, third)
        assert (found.state, found.decided_by, found.withdrawn_by) == (ProposalState.SENT, approver, 0)
        found = await proposals.withdraw(proposer, third, "too much")
        assert (found.state, found.decided_by, found.withdrawn_by) == (ProposalState.WITHDRAWN, approver, proposer)

    world.run(work)
    assert set(world.engine.core.changes.known.values()) == {WITHDRAWN}


def test_a_venue_that_stops_amid_the_start_leaves_a_withdrawal_begun(world: World) -> None:
    """A crash left it half done, and the start that would finish it is stopped: the next one finishes it."""
    proposer, approver = staff(world)
    (proposal_id,) = proposed(world, proposer, 1, world.now + HOUR)

    async def dies(command: Command) -> Commit:
        raise Death

    async def stopped(command: Command) -> Commit:
        raise BlockingIOError

    async def begin(identity: Identity) -> None:
        await identity.proposals.approve(approver, proposal_id, "agreed")
        world.door = dies
        await identity.proposals.withdraw(proposer, proposal_id, "too much")

    usual = world.door
    with pytest.raises(Death):
        world.run(begin)
    world.door = stopped
    with pytest.raises(IdentityFault):
        world.run(begin)
    world.door = usual
    found = state_of(world, proposal_id, approver)
    assert (found.state, found.withdrawn_by) == (ProposalState.WITHDRAWN, proposer)
    assert world.engine.core.changes.known[found.change_id] == WITHDRAWN


def test_what_a_fault_of_the_database_left_is_finished_by_asking_again(world: World) -> None:
    """The engine took it and the state could not be written: asked again it is, and a busy venue leaves it as it is."""
    proposer, approver = staff(world)
    (proposal_id,) = proposed(world, proposer, 1, world.now + HOUR)
    usual = world.door

    async def busy(command: Command) -> Commit:
        raise BlockingIOError

    async def twice(identity: Identity, act: Act, begun: ProposalState, patch: pytest.MonkeyPatch) -> Proposal:
        async def broken(*_: object, **__: object) -> Proposal:
            raise OSError("the disk is full")

        with patch.context() as broke:
            broke.setattr(identity.proposals, "_moved", broken)
            with pytest.raises(OSError, match="the disk is full"):
                await act(identity)
        world.door = busy
        assert await fault_of(act(identity)) == Fault.VENUE_UNAVAILABLE
        world.door = usual
        assert (await identity.proposals.one(approver, proposal_id)).state is begun
        return await act(identity)

    def approve(identity: Identity) -> Coroutine[Any, Any, Proposal]:
        return identity.proposals.approve(approver, proposal_id, "agreed")

    def withdraw(identity: Identity) -> Coroutine[Any, Any, Proposal]:
        return identity.proposals.withdraw(proposer, proposal_id, "too much")

    async def work(identity: Identity) -> None:
        patch = pytest.MonkeyPatch()
        found = await twice(identity, approve, ProposalState.APPROVED, patch)
        assert (found.state, found.decided_by) == (ProposalState.SENT, approver)
        assert world.engine.core.changes.known == {found.change_id: SCHEDULED}
        found = await twice(identity, withdraw, ProposalState.WITHDRAWING, patch)
        assert (found.state, found.withdrawn_by) == (ProposalState.WITHDRAWN, proposer)
        assert world.engine.core.changes.known == {found.change_id: WITHDRAWN}

    world.run(work)


def test_of_a_withdrawal_and_an_approval_at_once_one_counts(world: World) -> None:
    """Whichever begins: the engine and the record say the same, and the proposer never stands as who approved."""
    proposer, approver = staff(world)
    for number, proposal_id in enumerate(proposed(world, proposer, 2, world.now + HOUR)):

        async def work(identity: Identity, is_first: bool = number == 0, it: int = proposal_id) -> list[object]:
            proposals = identity.proposals
            acts = [proposals.withdraw(proposer, it, "no"), proposals.approve(approver, it, "agreed")]
            return list(await asyncio.gather(*(acts if is_first else reversed(acts)), return_exceptions=True))

        outcomes = world.run(work)
        found = state_of(world, proposal_id, approver)
        assert sum(isinstance(each, IdentityFault) for each in outcomes) == 1
        known = world.engine.core.changes.known.get(found.change_id)
        is_withdrawn = found.state is ProposalState.WITHDRAWN
        assert is_withdrawn or found.state is ProposalState.SENT
        assert known == (None if is_withdrawn else SCHEDULED)
        assert found.decided_by == (0 if is_withdrawn else approver)


def test_who_proposed_does_not_approve_what_is_on_its_way(world: World) -> None:
    """While the venue is asked, neither he nor another approves it a second time."""
    proposer, approver = staff(world)
    (proposal_id,) = proposed(world, proposer)
    faults: list[Fault] = []

    async def work(identity: Identity) -> None:
        usual = world.door

        async def slow(command: Command) -> Commit:
            world.door = usual
            faults.append(await fault_of(identity.proposals.approve(proposer, proposal_id, "mine")))
            return await usual(command)

        world.door = slow
        assert (await identity.proposals.approve(approver, proposal_id, "agreed")).state is ProposalState.SENT

    world.run(work)
    assert faults == [Fault.PROPOSAL_STATE]


def test_a_kill_at_any_step_of_a_withdrawal_leaves_it_whole_or_undone(world: World) -> None:
    """The next start finishes it: the row is WITHDRAWN where the engine's change is, and SENT where that waits."""
    proposer, approver = staff(world)
    numbers = proposed(world, proposer, STEPS_MAX, world.now + HOUR)

    async def approve_all(identity: Identity) -> None:
        for number in numbers:
            await identity.proposals.approve(approver, number, "agreed")

    world.run(approve_all)
    for steps, proposal_id in enumerate(numbers):

        async def withdraw(identity: Identity, number: int = proposal_id) -> None:
            await identity.proposals.withdraw(proposer, number, "no")

        was_killed = world.run_until_killed(steps, withdraw)
        found = state_of(world, proposal_id, approver)
        known = world.engine.core.changes.known[found.change_id]
        assert (found.state, known) in ((ProposalState.SENT, SCHEDULED), (ProposalState.WITHDRAWN, WITHDRAWN)), steps
        assert (found.decided_by, found.withdrawn_by) == (approver, proposer if known == WITHDRAWN else 0)
        if not was_killed:
            assert known == WITHDRAWN
            return
    raise AssertionError("a withdrawal has more steps than anybody thought")


def test_one_person_is_enough_only_where_a_sandbox_says_so(world: World) -> None:
    """By a setting of the sandbox; production always takes two."""
    alone = SandboxSettings(is_approved_alone=True)
    assert rules_of(Settings(sandbox=alone)).is_approved_alone
    assert not rules_of(Settings()).is_approved_alone
    assert not rules_of(Settings(mode="production", sandbox=alone)).is_approved_alone

    _, only = staff(world)

    async def work(identity: Identity) -> str:
        proposal = await identity.proposals.propose(only, CHANGES, 0, "mine")
        if not world.rules.is_approved_alone:
            return await fault_of(identity.proposals.approve(only, proposal.proposal_id, "mine too"))
        return (await identity.proposals.approve(only, proposal.proposal_id, "mine too")).state

    assert world.run(work) == Fault.SECOND_PERSON
    world.rules = replace(world.rules, is_approved_alone=True)
    assert world.run(work) == ProposalState.SENT
