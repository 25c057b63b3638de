"""A dry run of a switch of rule sets: whom it would call, liquidate or free, and that nothing is changed by it."""

import pytest
from tests.engine.world import ALICE, BOB, CAROL, CROSS, MALLORY, World, amount, parameters, with_asset, with_pair
from tests.regimes import of_2026

from leverline.engine.commands import Borrow, ChangeParameters, SwitchMode
from leverline.engine.dry_run import CALLED, FREED, LIQUIDATED, totals_of
from leverline.engine.rule_switch import catalogue_fault, switch_answer
from leverline.kernel.decimals import parse_ratio
from leverline.kernel.numbers import AMOUNT_MAX, RATIO_ONE
from leverline.margin.account import CLASSIC, EXCESSIVE, FORCE_LIQUIDATION, MARGIN_CALL, PRO
from leverline.rulebook.parameter_values import own_copy, value_at
from leverline.rulebook.parameters import CollateralTier, VenueParameters


def halved(rules: VenueParameters) -> VenueParameters:
    """Return rules under which DOGE counts the half, all of it."""
    return with_asset(rules, "DOGE", collateral_tiers=(CollateralTier(AMOUNT_MAX, parse_ratio("0.5")),))


@pytest.fixture
def world() -> World:
    """A venue whose level knows no haircut: three owe 20,000 USDT on a million DOGE, Carol in Pro, Mallory on a BTC."""
    world = World(of_2026(halved(parameters()), "USDT"))
    world.engine.core.parameters.regime.is_haircut_in_level = False
    world.engine.core.parameters.regime.is_pro_offered = True
    world.cross(ALICE, DOGE="1000000")
    world.cross(BOB, DOGE="1000000")
    world.cross(CAROL, DOGE="1000000")
    world.cross(MALLORY, BTC="1")
    world.send(SwitchMode(CAROL, PRO))
    for user_id in (ALICE, BOB, CAROL, MALLORY):
        world.send(Borrow(user_id, CROSS, "USDT", amount("20000")))
    return world


def spend(world: World, user_id: int, text: str) -> None:
    """Let a user lose some of what he borrowed."""
    world.engine.core.ledger.withdraw(world.holding(user_id, "USDT"), amount(text))
    world.advance(1)


def target() -> VenueParameters:
    """Return the set that the venue would switch to."""
    return of_2026(halved(parameters()), "USDT")


def test_it_tells_who_would_be_called_and_liquidated_and_changes_nothing(world: World) -> None:
    """Alice has 44,000 in DOGE against 20,000, of which 22,000 would count: 2.2 would be 1.1. BTC counts in full."""
    spend(world, ALICE, "20000")
    world.index(DOGE="0.044")
    before = world.engine.state_hash()
    answer = switch_answer(world.engine.core, target())
    found = {change.after.user_id: change for change in answer.changes}
    assert (found[ALICE].kind, found[ALICE].before.status, found[ALICE].after.status) == (
        LIQUIDATED, EXCESSIVE, FORCE_LIQUIDATION,
    )  # fmt: skip
    assert MALLORY not in found
    totals = totals_of(answer.changes)
    assert totals[LIQUIDATED].accounts == sum(change.kind == LIQUIDATED for change in answer.changes)
    assert totals[FREED].accounts == 0
    assert world.engine.state_hash() == before
    assert not world.account(ALICE).is_locked


def test_a_call_is_told_from_a_liquidation(world: World) -> None:
    """Alice would have 23,000 against 20,000: at or below 1.16, above 1.1."""
    world.index(DOGE="0.046")
    spend(world, ALICE, "20000")
    answer = switch_answer(world.engine.core, target())
    (change,) = [each for each in answer.changes if each.after.user_id == ALICE]
    assert (change.kind, change.after.status) == (CALLED, MARGIN_CALL)


def test_a_pro_account_is_judged_as_classic_and_stays_in_pro(world: World) -> None:
    """It has no place in the other set: it is counted, and judged at the highest leverage of Classic."""
    world.index(DOGE="0.02")
    answer = switch_answer(world.engine.core, target())
    assert answer.homeless == 1
    (after,) = [each for each in answer.after if each.user_id == CAROL]
    (before,) = [each for each in answer.before if each.user_id == CAROL]
    assert (before.mode, after.mode) == (PRO, CLASSIC)
    assert (world.account(CAROL).mode, world.account(CAROL).leverage) == (PRO, 0)


def test_what_was_changed_in_the_running_venue_holds_under_the_other_set_too(world: World) -> None:
    """The files say that DOGE counts the half; operators let it count in full, so that nobody falls by the switch."""
    tiers = "asset.DOGE.collateral_tiers"
    world.send(ChangeParameters("full", [(tiers, f"{AMOUNT_MAX},{RATIO_ONE}")]))
    spend(world, ALICE, "20000")
    world.index(DOGE="0.044")
    other, before = target(), world.engine.state_hash()
    answer = switch_answer(world.engine.core, other)
    assert ALICE not in [change.after.user_id for change in answer.changes]
    assert (answer.left_out, value_at(other, tiers)) == ([], value_at(target(), tiers))
    assert world.engine.state_hash() == before


def test_a_changed_figure_that_the_other_set_cannot_have_is_named(world: World) -> None:
    """Accounts bear isolated tiers by number: a table of another length has no place there."""
    tiers = "pair.BTCUSDT.isolated_tiers"
    world.send(ChangeParameters("same", [(tiers, value_at(world.engine.core.parameters, tiers))]))
    assert switch_answer(world.engine.core, target()).left_out == []
    own = target()
    short = with_pair(own, "BTCUSDT", isolated_tiers=own.pairs["BTCUSDT"].isolated_tiers[:-1])
    assert switch_answer(world.engine.core, short).left_out == [tiers]


def test_changed_figures_hold_together_or_those_that_make_the_set_unsound_are_named(world: World) -> None:
    """Both thresholds go up: each is sound by itself, and the liquidation's only below the margin call's."""
    call, close = "classic.3.margin_call_ratio", "classic.3.liquidation_ratio"
    own = world.engine.core.parameters.classic[3]
    higher = (own.margin_call_ratio + own.initial_ratio) // 2
    between = (own.margin_call_ratio + higher) // 2
    world.send(ChangeParameters("both", [(close, str(between)), (call, str(higher))]))
    assert value_at(world.engine.core.parameters, close) == str(between)
    assert switch_answer(world.engine.core, target()).left_out == []
    other = own_copy(target())
    other.classic[3].initial_ratio = between
    assert switch_answer(world.engine.core, other).left_out == [close, call]


def test_a_set_that_lacks_what_is_listed_is_named() -> None:
    """The other set must have every asset and pair of the venue."""
    world, other = World(), parameters()
    short = of_2026(other)
    short.assets.pop("DOGE")
    assert "lacks DOGE" in catalogue_fault(world.engine.core, short)
    assert catalogue_fault(world.engine.core, other) == ""
