"""Changes of parameters: they take effect at their time, for every part that holds a figure, or are refused whole."""

import random
from dataclasses import fields, is_dataclass
from typing import Any

import pytest
from tests.engine.streams import RandomDays
from tests.engine.world import ALICE, HOUR, SECOND, World, amount, of_kind, parameters, ratio

from leverline.engine.commands import (
    AdvanceTime,
    Borrow,
    ChangeParameters,
    Repay,
    SetVipLevel,
    WithdrawParameterChange,
)
from leverline.engine.core import Core
from leverline.engine.dry_run import FREED, LIQUIDATED, differences, standings, totals_of
from leverline.engine.engine import restore
from leverline.engine.events import (
    ParameterChangeFailed,
    ParameterChangeWithdrawn,
    ParametersChanged,
    ParametersScheduled,
)
from leverline.engine.parameter_dry_run import dry_run
from leverline.kernel.numbers import RATIO_ONE
from leverline.ledger.wallet import ISOLATED
from leverline.liquidation.events import LiquidationStarted
from leverline.margin.account import FORCE_LIQUIDATION, MARGIN_CALL
from leverline.margin.events import MarginCalled
from leverline.market.events import IndexChanged
from leverline.parameters import load_parameters
from leverline.rulebook.parameter_paths import KEYED, SECTIONS
from leverline.rulebook.parameter_values import own_copy, paths_of, put, value_at, value_fault
from leverline.rulebook.refusals import Refusal
from leverline.rulebook.whole_set import set_fault

HIGH = str(ratio("1.25"))
"""A liquidation ratio above the level of about 1.2 that `World.long` starts with."""
HARSH = [("pair.BTCUSDT.liquidation_ratio", HIGH), ("pair.BTCUSDT.margin_call_ratio", str(ratio("1.3")))]


def harsh(world: World) -> list[tuple[str, str]]:
    """Return a change that raises the liquidation ratio of BTCUSDT above the long account's level."""
    rows = []
    for number, row in enumerate(value_at(world.engine.core.parameters, "pair.BTCUSDT.isolated_tiers").split(";"), 1):
        _, base, quote = row.split(",")
        rows.append(f"{ratio('1.3') + number * RATIO_ONE // 100},{base},{quote}")
    return [*HARSH, ("pair.BTCUSDT.isolated_tiers", ";".join(rows))]


def test_a_change_that_makes_accounts_liquidatable_liquidates_them_at_its_time() -> None:
    """Alice's long stands at about 1.2; a liquidation ratio of 1.25, an hour ahead, ends it then and not before."""
    world = World()
    account = world.long(ALICE)
    world.maker(bid="59990", ask="60010")
    at = world.time + HOUR + 30 * SECOND
    events = world.send(ChangeParameters("c1", harsh(world), at))
    assert [event.change_id for event in of_kind(events, ParametersScheduled)] == ["c1"]
    assert not of_kind(world.advance(at - 1 - world.time), LiquidationStarted)
    assert account.status != FORCE_LIQUIDATION
    events = world.advance(1)
    assert of_kind(events, ParametersChanged)[0].changes[0] == (
        "pair.BTCUSDT.liquidation_ratio", str(parameters().pairs["BTCUSDT"].family.liquidation_ratio), HIGH,
    )  # fmt: skip
    assert [event.wallet_id for event in of_kind(events, LiquidationStarted)] == [account.wallet_id]
    assert all(event.time == at for event in events if isinstance(event, LiquidationStarted | ParametersChanged))
    assert world.engine.conservation_faults() == []


def test_the_files_parameters_stay_as_they_are() -> None:
    """The engine changes a copy of its own: what the loader gave is the same, and so is another venue of it."""
    world = World()
    before = own_copy(world.parameters)
    world.send(ChangeParameters("c1", [("asset.BTC.trade_band", "1000000000"), ("pro.stop_level", str(ratio("1.9")))]))
    assert world.parameters == before
    assert world.engine.core.parameters != before


@pytest.mark.parametrize("point", ["scheduled", "applied", "withdrawn"])
def test_a_venue_restored_between_scheduling_and_effect_is_the_same(point: str) -> None:
    """Snapshot and restore with the file's parameters: the same hash then, and the same after the change's time."""
    world = World()
    world.long(ALICE)
    world.maker(bid="59990", ask="60010")
    world.send(ChangeParameters("c1", harsh(world), world.time + HOUR))
    world.send(ChangeParameters("c2", [("notices.margin_call_interval", str(2 * HOUR))]))
    if point == "applied":
        world.advance(2 * HOUR)
    if point == "withdrawn":
        world.send(WithdrawParameterChange("c1"))
    again = restore(world.parameters, world.engine.snapshot())
    assert again.state_hash() == world.engine.state_hash()
    assert again.core.parameters == world.engine.core.parameters
    world.time += 3 * HOUR
    assert [type(event) for event in again.apply(AdvanceTime(), world.time)] == [
        type(event) for event in world.send(AdvanceTime())
    ]
    assert again.state_hash() == world.engine.state_hash()


def test_what_is_derived_follows_a_change() -> None:
    """Fees of users, rates by VIP level, the band of rule 9.6, the share of depth, the repeat of margin calls."""
    world = World()
    user = world.user(ALICE)
    world.send(SetVipLevel(ALICE, 2))
    core = world.engine.core
    fee = core.parameters.vip_levels[2].taker_fee - 1
    world.send(
        ChangeParameters(
            "c1",
            [
                ("vip_levels.2.taker_fee", str(fee)),
                ("vip_levels.2.interest_discount", str(ratio("0.2"))),
                *((f"vip_levels.{level}.interest_discount", str(ratio("0.5"))) for level in range(3, 10)),
                ("asset.BTC.trade_band", str(ratio("0.01"))),
                ("liquidation.unwind_depth_share", str(ratio("0.5"))),
                ("notices.margin_call_interval", str(HOUR)),
            ],
        )
    )
    assert user.taker_fee == fee
    pool = core.desk.pools["USDT"]
    assert abs(pool.vip_rates[2] - pool.rate_hourly * 8 // 10) <= 1
    guard = core.exchange.pairs["BTCUSDT"].guard
    guard.refresh()
    assert guard.highest_buy == amount("60600")
    assert core.liquidator.unwinding.depth_share.share == ratio("0.5")
    assert core.risk.reminders.interval == HOUR


def test_a_shorter_interval_of_reminders_does_not_turn_time_back() -> None:
    """A call an hour old is repeated at once when calls come every minute, and no event is before the change."""
    world = World()
    account = world.long(ALICE)
    account_calls = world.index(BTC="53500")
    assert of_kind(account_calls, MarginCalled)
    world.advance(HOUR - 1)
    world.send(ChangeParameters("c1", [("notices.margin_call_interval", str(60 * SECOND))]))
    changed = world.time
    again = restore(world.parameters, world.engine.snapshot())
    world.time += SECOND
    events = world.send(AdvanceTime())
    assert [event.wallet_id for event in of_kind(events, MarginCalled)] == [account.wallet_id]
    assert all(event.time >= changed for event in events)
    again.apply(AdvanceTime(), world.time)
    assert again.state_hash() == world.engine.state_hash()


def test_an_index_that_needs_more_sources_is_stale_from_then_on() -> None:
    """One source speaks; when two are needed the asset is stale at once, and the best case takes the new haircut."""
    world = World()
    events = world.send(
        ChangeParameters("c1", [("asset.BTC.index_sources_min", "2"), ("index.stale_haircut", str(ratio("0.1")))])
    )
    assert [(event.asset, event.is_stale) for event in of_kind(events, IndexChanged)] == [("BTC", True)]
    assert world.engine.core.board.assets["BTC"].price_held == ratio("66000")


def test_a_stale_asset_is_valued_anew_when_the_haircut_changes() -> None:
    """The board says that it changed, and its version grows: the liquidation queue keeps worths by the versions."""
    world = World()
    world.send(ChangeParameters("c1", [("asset.BTC.index_sources_min", "2")]))
    board = world.engine.core.board
    asset = board.assets["BTC"]
    version = asset.version
    assert board.renew(world.time) == []
    assert asset.version == version
    board.rules.stale_haircut = ratio("0.3")
    assert board.renew(world.time) == [asset]
    assert asset.version == version + 1
    assert asset.price_held == ratio("78000")


def test_a_share_of_the_income_that_is_raised_does_not_reach_back() -> None:
    """What was collected in the hours without a share stays the venue's; half of what comes later is the fund's."""
    world = World()
    world.send(ChangeParameters("c0", [("liquidation.income_share", "0")]))
    world.isolated(ALICE, "BTCUSDT", USDT="10000")
    world.send(Borrow(ALICE, ISOLATED, "USDT", amount("10000"), "BTCUSDT"))
    venue = world.engine.core.ledger.venue["USDT"]
    repay = Repay(ALICE, ISOLATED, "USDT", amount("100"), "BTCUSDT")
    world.send(repay)
    world.advance(2 * HOUR)
    early, fund = venue.income, venue.fund
    assert early > 0
    world.send(ChangeParameters("c1", [("liquidation.income_share", str(RATIO_ONE // 2))]))
    world.advance(HOUR)
    assert (venue.income, venue.fund) == (early, fund)
    world.send(repay)
    late = venue.income - early
    assert late > 0
    world.advance(HOUR)
    assert venue.fund - fund == late // 2


def test_a_change_that_lost_its_ground_fails_as_a_whole() -> None:
    """A second change was sound only with the first, which is withdrawn: at its time the second does nothing."""
    world = World()
    first, second = world.time + HOUR, world.time + 2 * HOUR
    world.send(ChangeParameters("c1", [("pro.transfer_level", str(ratio("4")))], first))
    world.send(ChangeParameters("c2", [("pro.stop_level", str(ratio("3")))], second))
    assert of_kind(world.send(WithdrawParameterChange("c1")), ParameterChangeWithdrawn)
    events = world.advance(3 * HOUR)
    assert [event.change_id for event in of_kind(events, ParameterChangeFailed)] == ["c2"]
    assert world.engine.core.parameters == own_copy(world.parameters)


def test_a_change_that_lost_its_ground_does_not_bar_others() -> None:
    """It would fail with a further change and without; that one is taken, and what would break another is not."""
    world = World()
    first, second, third = (world.time + hours * HOUR for hours in (1, 2, 3))
    world.send(ChangeParameters("c1", [("pro.transfer_level", str(ratio("4")))], first))
    world.send(ChangeParameters("c2", [("pro.stop_level", str(ratio("3")))], second))
    world.send(ChangeParameters("c3", [("pro.stop_level", str(ratio("1.9")))], third))
    world.send(WithdrawParameterChange("c1"))
    world.send(ChangeParameters("c4", [("asset.BTC.rank", "2")], third + HOUR))
    low = [("pro.margin_call_level", str(ratio("1.2"))), ("pro.transfer_level", str(ratio("1.8")))]
    assert world.refusal(ChangeParameters("c5", [*low, ("pro.stop_level", str(ratio("1.5")))], second)) == (
        Refusal.PARAMETERS_UNSOUND
    )
    events = world.advance(5 * HOUR)
    assert [event.change_id for event in of_kind(events, ParameterChangeFailed)] == ["c2"]
    assert [event.change_id for event in of_kind(events, ParametersChanged)] == ["c3", "c4"]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("notices.margin_call_interval", 60 * SECOND),
        ("liquidation.round_interval", SECOND // 10),
        ("liquidation.turns_span", SECOND // 1_000),
        ("controls.concentration_interval", SECOND),
        ("delisting.reminder", 60 * SECOND),
    ],
)
def test_what_comes_again_and_again_does_not_come_so_often_that_nothing_else_does(path: str, value: int) -> None:
    """A least time each: with it the venue goes on, and one microsecond less is refused."""
    world = World()
    world.long(ALICE)
    assert world.refusal(ChangeParameters("c1", [(path, str(value - 1))])) == Refusal.PARAMETER_MALFORMED
    world.send(ChangeParameters("c2", [(path, str(value))]))
    world.advance(5 * SECOND)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ([("asset.BTC.tick", "1")], Refusal.PARAMETER_UNKNOWN),
        ([("asset.GOLD.rank", "1")], Refusal.PARAMETER_UNKNOWN),
        ([("pair.BTCUSDT.tick_size", "1000000")], Refusal.PARAMETER_UNKNOWN),
        ([("trading.market_protection", "1")], Refusal.PARAMETER_UNKNOWN),
        ([("classic.4.stop_ratio", "1")], Refusal.PARAMETER_UNKNOWN),
        ([("asset.BTC.rank", "one")], Refusal.PARAMETER_MALFORMED),
        ([("asset.BTC.rank", "-1")], Refusal.PARAMETER_MALFORMED),
        ([("asset.BTC.is_borrowable", "1")], Refusal.PARAMETER_MALFORMED),
        ([("asset.BTC.borrow_limits", "1;2")], Refusal.PARAMETER_MALFORMED),
        ([("asset.BTC.collateral_tiers", "")], Refusal.PARAMETER_MALFORMED),
        ([("asset.BTC.borrow_min", "1" + "0" * 30)], Refusal.PARAMETER_MALFORMED),
        ([("liquidation.price_band", "0")], Refusal.PARAMETER_MALFORMED),
        ([("borrowing.bar_time", str(36_526 * 24 * HOUR))], Refusal.PARAMETER_MALFORMED),
        ([("liquidation.turns_max", str(10**9 + 1))], Refusal.PARAMETER_MALFORMED),
        ([("borrowing.depth_share", str(10**6 * RATIO_ONE + 1))], Refusal.PARAMETER_MALFORMED),
        ([("asset.BTC.pro_brackets", f"{10**9 + 1},1,1,1,1")], Refusal.PARAMETER_MALFORMED),
        ([("delisting.notice_min", str(9_000 * 24 * HOUR))], Refusal.PARAMETERS_UNSOUND),
        ([("pair.BTCUSDT.trailing_above_min", "999999")], Refusal.PARAMETERS_UNSOUND),
        ([("pair.BTCUSDT.trailing_below_min", "999999")], Refusal.PARAMETERS_UNSOUND),
        ([("asset.BTC.rank", "11")], Refusal.PARAMETERS_UNSOUND),
        ([("classic.3.liquidation_ratio", "2000000000000")], Refusal.PARAMETERS_UNSOUND),
        ([("asset.USDT.is_collateral", "false")], Refusal.PARAMETERS_UNSOUND),
        ([("asset.BTC.rank", "2"), ("asset.BTC.rank", "3")], Refusal.MALFORMED),
        ([], Refusal.MALFORMED),
    ],
)
def test_a_change_that_cannot_be_is_refused_and_changes_nothing(
    changes: list[tuple[str, str]], refusal: Refusal
) -> None:
    """An unknown path, a value of the wrong form, a set that would not pass the checks of the loader."""
    assert World(fund="0").refusal(ChangeParameters("c1", changes)) == refusal


def test_a_change_is_made_once_and_at_a_time_ahead() -> None:
    """The same id again, withdrawn or not, is refused; so are a time that is not ahead and a withdrawal of nothing.

    A withdrawal that comes twice is no fault: after a crash it is sent again.
    """
    world = World(fund="0")
    change = [("asset.BTC.rank", "2")]
    assert world.refusal(ChangeParameters("c1", change, world.time)) == Refusal.CHANGE_TIME
    assert world.refusal(ChangeParameters("c1", change, world.time + 500 * 24 * HOUR)) == Refusal.CHANGE_TIME
    world.send(ChangeParameters("c1", change, world.time + HOUR))
    assert world.refusal(ChangeParameters("c1", change, world.time + HOUR)) == Refusal.CHANGE_EXISTS
    world.send(WithdrawParameterChange("c1"))
    assert world.send(WithdrawParameterChange("c1")) == []
    assert world.refusal(WithdrawParameterChange("c2")) == Refusal.UNKNOWN_CHANGE
    assert world.refusal(ChangeParameters("c1", change)) == Refusal.CHANGE_EXISTS


def test_who_would_be_liquidated_is_found_without_a_change_of_state() -> None:
    """Judged under changed figures in a copy: the found one is who it later is."""
    world = World()
    account = world.long(ALICE)
    core, before = world.engine.core, world.engine.state_hash()
    changes = harsh(world)
    found = dry_run(copy_of(world), changes).changes
    assert world.engine.state_hash() == before
    assert [(each.kind, each.after.wallet_id) for each in found] == [(LIQUIDATED, account.wallet_id)]
    assert totals_of(found)[LIQUIDATED].liabilities == found[0].after.liabilities > 0
    events = world.send(ChangeParameters("c1", changes))
    assert [event.wallet_id for event in of_kind(events, LiquidationStarted)] == [account.wallet_id]
    after = standings(core)
    assert differences(after, after) == []


def test_a_dry_run_sees_what_the_index_makes_of_a_change_at_once() -> None:
    """Alice owes 50,000 against 0.999 BTC. Stale by a change her BTC counts a half more, and her call is over."""
    world = World()
    account = world.long(ALICE)
    world.index(BTC="53500")
    assert account.status == MARGIN_CALL
    changes = [("asset.BTC.index_sources_min", "2"), ("index.stale_haircut", str(ratio("0.5")))]
    found = dry_run(copy_of(world), changes)
    assert found.accounts == 1
    assert [(each.kind, each.after.wallet_id) for each in found.changes] == [(FREED, account.wallet_id)]
    assert found.values[0] == ("asset.BTC.index_sources_min", "1", "2")
    world.send(ChangeParameters("c1", changes))
    assert [each.level for each in standings(world.engine.core)] == [found.changes[0].after.level]


def copy_of(world: World) -> Core:
    """Return the core of another venue in the same state."""
    return restore(world.parameters, world.engine.snapshot()).core


FIXED = {
    "symbol", "name", "pool_supply", "base", "quote", "tick_size", "step_size", "leverage", "level",
    "market_protection", "is_haircut_in_level", "is_pro_offered", "loan_asset",
}  # fmt: skip
"""Figures on which funds, orders or accounts stand, or that name something: they never change while a venue runs."""


def test_every_figure_may_be_changed_or_is_known_to_be_fixed() -> None:
    """Whoever adds a figure to the rule set says which of both it is."""
    rules = load_parameters()
    known = {name for section in (*KEYED.values(), *SECTIONS.values()) for name in section}
    parts: list[Any] = [rules.assets["BTC"], rules.pairs["BTCUSDT"], rules.classic[3], rules.vip_levels[1]]
    parts += [part for field in fields(rules) if is_dataclass(part := getattr(rules, field.name))]
    found = {field.name for part in parts for field in fields(part)} - {"family"}
    assert found - known - FIXED == set()


def test_every_path_of_the_shipped_set_is_read_and_written_back() -> None:
    """All figures that may be changed have a value of their form, and putting it back changes nothing."""
    rules = own_copy(load_parameters())
    shipped = load_parameters()
    assert set_fault(rules) == ""
    for path in paths_of(rules):
        assert value_fault(rules, path, value_at(rules, path)) == "", path
        put(rules, path, value_at(rules, path))
    assert rules == shipped


def test_random_changes_of_a_random_day_keep_the_money_and_can_be_restored(rng: random.Random, seed: int) -> None:
    """Figures moved by up to a tenth in a running day: the money adds up; restored, it goes on the same."""
    print(f"seed {seed}")
    days = RandomDays(rng)
    world = days.open()
    paths = paths_of(world.parameters)
    accepted = 0
    for number in range(60):
        for command, time in days.take(3):
            world.engine.apply(command, time)
        command = ChangeParameters(f"c{number}", [moved(world, rng, rng.choice(paths))], rng.choice((0, days.time + 1)))
        accepted += len(of_kind(world.engine.apply(command, days.time), ParametersChanged | ParametersScheduled)) > 0
    assert accepted > 10
    assert world.engine.conservation_faults() == []
    again = restore(world.parameters, world.engine.snapshot())
    assert again.state_hash() == world.engine.state_hash()
    for command, time in days.take(20) + days.crash():
        world.engine.apply(command, time)
        again.apply(command, time)
    assert again.state_hash() == world.engine.state_hash()
    assert world.engine.conservation_faults() == []


def moved(world: World, rng: random.Random, path: str) -> tuple[str, str]:
    """Return a path with its present value, one number of it moved by up to a tenth."""
    value = value_at(world.engine.core.parameters, path)
    if value in ("true", "false"):
        return path, rng.choice(("true", "false"))
    rows = [row.split(",") for row in value.split(";")]
    row = rng.choice(rows)
    place = rng.randrange(len(row))
    if row[place]:
        row[place] = str(int(row[place]) * rng.randrange(90, 111) // 100)
    return path, ";".join(",".join(row) for row in rows)
