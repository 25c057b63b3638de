"""Proposals of changed parameters: two persons, every crash between them and the engine, a busy venue."""

from dataclasses import replace

from tests.identity.acts import operator
from tests.identity.test_accounts import fault_of
from tests.identity.world import World

from leverline.bootstrap import rules_of
from leverline.config import SandboxSettings, Settings
from leverline.engine.commands import ChangeParameters, Command
from leverline.engine.commit import Commit
from leverline.identity import Fault, Identity
from leverline.identity.operators import Role
from leverline.identity.parameter_proposals import Proposal, ProposalState

CHANGES = [("asset.BTC.rank", "3")]
STEPS_MAX = 20


def staff(world: World) -> tuple[int, int]:
    """Return two operators: one of RISK and one of ADMIN."""

    async def work(identity: Identity) -> tuple[int, int]:
        return await operator(identity, Role.RISK), await operator(identity, Role.ADMIN)

    return world.run(work)


def proposed(world: World, proposer: int, count: int = 1) -> list[int]:
    """Return new proposals."""

    async def work(identity: Identity) -> list[int]:
        propose = identity.proposals.propose
        return [(await propose(proposer, CHANGES, 0, "seen in the books")).proposal_id for _ in range(count)]

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
    """The approval stands; approving again sends it, and once it was sent there is nothing left to approve."""
    proposer, approver = staff(world)
    (proposal_id,) = proposed(world, proposer)

    async def busy(command: Command) -> Commit:
        raise BlockingIOError

    async def work(identity: Identity) -> None:
        usual, world.door = world.door, busy
        approve = identity.proposals.approve
        assert await fault_of(approve(approver, proposal_id, "agreed")) == Fault.VENUE_UNAVAILABLE
        assert (await identity.proposals.one(approver, proposal_id)).state is ProposalState.APPROVED
        world.door = usual
        assert (await approve(approver, proposal_id, "once more")).state is ProposalState.SENT
        assert await fault_of(approve(approver, proposal_id, "and again")) == Fault.PROPOSAL_STATE

    world.run(work)
    assert world.engine.core.parameters.assets["BTC"].rank == 3


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
