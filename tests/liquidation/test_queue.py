"""Turns of many accounts in liquidation: the lowest level first, so many in a span of time (rule 11.1)."""

import random
from fractions import Fraction

import pytest
from tests.liquidation.figures import figures
from tests.liquidation.world import MAKER, World

from leverline.engine.core import Core
from leverline.engine.snapshot import load_state, save_state
from leverline.engine.timers import Timers
from leverline.kernel.decimals import format_amount, parse_amount
from leverline.kernel.time import HOUR, SECOND
from leverline.liquidation.events import LiquidationStarted
from leverline.margin.account import FOREVER, MarginAccount
from leverline.market.events import OrderEnded
from leverline.market.terms import (
    CANCELED,
    CAUSE_LIQUIDATION,
    EXPIRED,
    MARGIN_BUY,
    STOP_LOSS,
)
from leverline.rulebook.parameters import VenueParameters

FIRST = 100
"""User id of the first of a crowd."""
SPAN = SECOND // 10


def slow(turns_max: int) -> VenueParameters:
    """Return the figures with so many turns in a tenth of a second."""
    found = figures()
    found.liquidation.turns_max, found.liquidation.turns_span = turns_max, SPAN
    return found


def crowd(world: World, count: int, apart: int = 10) -> list[MarginAccount]:
    """Return accounts of 1 BTC each against some 40,000 USDT, the last of them the lowest."""
    return [world.account(FIRST + place, {"BTC": "1"}, {"USDT": str(40_000 + apart * place)}) for place in range(count)]


def one_who_waits(world: World) -> MarginAccount:
    """Return an account with 440 USDT for orders, which waits while a lower one, in another coin, has its turn."""
    world.account(FIRST, {"ETH": "18"}, {"USDT": "40500"})
    return world.account(FIRST + 1, {"BTC": "1", "USDT": "440"}, {"USDT": "40440"})


def turns_of(world: World, until: int) -> list[list[int]]:
    """Return whose first turns each round brings, until there is none left or `until`."""
    found = [[event.user_id - FIRST for event in world.of(LiquidationStarted)]]
    while world.liquidator.next_account_round <= until:
        seen = len(world.of(LiquidationStarted))
        world.log.time = world.liquidator.next_account_round
        world.liquidator.run_round(world.log.time)
        world.settle()
        found.append([event.user_id - FIRST for event in world.of(LiquidationStarted)[seen:]])
    return found


def test_all_are_locked_at_once_and_so_many_have_a_turn_in_each_span_the_lowest_first() -> None:
    """Ten accounts, four turns in a tenth of a second: 4, 4 and 2, from the lowest level up."""
    world = World(parameters=slow(4))
    accounts = crowd(world, 10)
    start = world.log.time
    world.index(BTC="44000")
    assert all(account.is_locked and account.liquidation_started == start for account in accounts)
    assert world.liquidator.next_account_round == start + SPAN
    assert turns_of(world, start + 3 * SPAN) == [[9, 8, 7, 6], [5, 4, 3, 2], [1, 0]]
    assert {account.next_turn for account in accounts[:2]} == {start + 2 * SPAN + SECOND}


def test_equal_levels_go_by_wallet_id() -> None:
    """Five equal accounts: those that opened first have their turns first."""
    world = World(parameters=slow(2))
    crowd(world, 5, 0)
    start = world.log.time
    world.index(BTC="44000")
    assert turns_of(world, start + 3 * SPAN) == [[0, 1], [2, 3], [4]]


def test_who_falls_later_and_lower_has_his_turn_before_those_who_wait() -> None:
    """Eve falls by her own coin while four wait: at A ÷ L of 1.03 she is next."""
    world = World(parameters=slow(2))
    crowd(world, 6)
    eve = world.account(FIRST + 77, {"ETH": "100"}, {"USDT": "200000"})
    start = world.log.time
    world.index(BTC="44000")
    world.log.time += SPAN // 2
    world.index(ETH="2060")
    assert eve.is_locked
    assert turns_of(world, start + 4 * SPAN) == [[5, 4], [77, 3], [2, 1], [0]]


def test_waiting_accounts_are_put_in_order_anew_when_a_price_moves() -> None:
    """Alice holds ETH, which falls while she waits before others: she comes next instead of last."""
    world = World(parameters=slow(2))
    crowd(world, 5)
    world.account(FIRST + 50, {"BTC": "0.5", "ETH": "10"}, {"USDT": "42000"})
    start = world.log.time
    world.index(BTC="43900")
    assert world.liquidator.queue.levels
    world.log.time += SPAN // 2
    world.index(ETH="2120")
    assert turns_of(world, start + 4 * SPAN) == [[4, 3], [50, 2], [1, 0]]


def test_a_turn_that_cancels_many_orders_counts_as_several() -> None:
    """With 40 orders of the lowest to cancel its turn counts as three, and of four turns the next account has one."""
    world = World(parameters=slow(4))
    accounts = crowd(world, 6)
    for number in range(2 * world.core.liquidator.rules.orders_per_turn):
        world.place(accounts[5], "BTCUSDT", False, "0.001", str(60_000 + number))
    start = world.log.time
    world.index(BTC="44000")
    assert turns_of(world, start + 2 * SPAN) == [[5, 4], [3, 2, 1, 0]]


def test_pending_orders_count_as_open_ones_do() -> None:
    """40 that wait in lists for their working order: they are to be cancelled as well."""
    world = World(parameters=slow(4))
    accounts = crowd(world, 6)
    for account in accounts:
        account.next_turn = 0
    pair = world.core.exchange.pairs["BTCUSDT"]
    for number in range(2 * world.core.liquidator.rules.orders_per_turn):
        accounts[5].pending[number] = world.core.exchange.new_order(accounts[5], pair, False)
    chosen = world.liquidator.queue.take({each.wallet_id: each for each in accounts}, world.log.time)
    assert chosen == [accounts[5], accounts[4]]


def test_orders_of_who_waits_do_not_trade_and_are_cancelled_in_his_turn() -> None:
    """Alice's bid stands at 43,990 as she waits; a sale to it ends it, with liquidation as the cause, and trades on."""
    world = World(parameters=slow(1))
    alice = one_who_waits(world)
    bid = world.place(alice, "BTCUSDT", True, "0.01", "43990")
    ask = world.place(alice, "BTCUSDT", False, "0.01", "49000")
    world.quote("BTCUSDT", [("43980", "0.01")], [])
    world.index(BTC="44000", ETH="2400")
    assert (alice.is_locked, len(alice.orders)) == (True, 2)
    carol = world.trader(7, BTC="1")
    sale = world.place(carol, "BTCUSDT", False, "0.01", "43000")
    assert (bid.status, bid.cause, bid.executed) == (EXPIRED, CAUSE_LIQUIDATION, 0)
    assert sale.executed_quote == parse_amount("439.8")
    world.log.time += SPAN
    world.liquidator.run_round(world.log.time)
    world.check()
    assert (ask.status, ask.cause, ask.executed) == (CANCELED, CAUSE_LIQUIDATION, 0)
    assert len(alice.orders) == 0


def test_a_stop_order_that_is_triggered_while_its_account_waits_does_not_trade() -> None:
    """Alice's stop would sell half of what she holds into a bid that her liquidation is to have."""
    world = World(parameters=slow(1))
    alice, _ = crowd(world, 2)
    stop = world.place(alice, "BTCUSDT", False, "0.5", "0", kind=STOP_LOSS, stop_price=parse_amount("43995"))
    world.index(BTC="44000")
    world.quote("BTCUSDT", [("43990", "1")], [])
    world.place(world.trader(7, BTC="1"), "BTCUSDT", False, "0.01", "43000")
    assert (stop.is_triggered, stop.status, stop.cause, stop.executed) == (True, EXPIRED, CAUSE_LIQUIDATION, 0)


def test_an_order_of_who_waits_repays_nothing_when_it_ends() -> None:
    """Alice's own sale meets her margin bid and expires it: what it frees stays for rule 11.2, interest first."""
    world = World(parameters=slow(1))
    alice = one_who_waits(world)
    terms = {"side_effect": MARGIN_BUY, "loan": parse_amount("439.9")}
    bid = world.place(alice, "BTCUSDT", True, "0.01", "43990", **terms)
    owed = alice.owed("USDT")
    world.index(BTC="44000", ETH="2400")
    world.ledger.deposit(alice.user.spot.holding("BTC"), parse_amount("1"))
    world.place(alice.user.spot, "BTCUSDT", False, "0.01", "43000")
    assert not bid.is_open
    assert alice.owed("USDT") == owed


def test_a_snapshot_keeps_who_waits_by_which_level_and_what_turns_are_left() -> None:
    """Restored while seven wait, a venue gives the same turns at the same times and ends in the same state."""
    world = World(parameters=slow(3))
    crowd(world, 10)
    start = world.log.time
    world.index(BTC="44000")
    copy = World(parameters=slow(3))
    copy.core = Core(slow(3))
    load_state(copy.core, Timers(copy.core), save_state(world.core, Timers(world.core), 0))
    copy.log, copy.ledger, copy.liquidator = copy.core.log, copy.core.ledger, copy.core.liquidator
    queue, kept = copy.liquidator.queue, world.liquidator.queue
    assert len(kept.levels) == 7
    assert (queue.levels, queue.basis, queue.left) == (kept.levels, kept.basis, kept.left)
    assert turns_of(copy, start + 5 * SPAN)[1:] == turns_of(world, start + 5 * SPAN)[1:]
    assert save_state(copy.core, Timers(copy.core), 0) == save_state(world.core, Timers(world.core), 0)


def test_levels_compare_as_the_fractions_do(rng: random.Random) -> None:
    """A ÷ L of random accounts, many of them nearly equal, sorts as exact fractions and then ids."""
    world = World(parameters=slow(1))
    accounts = []
    for place in range(200):
        held = rng.choice(["1", "2", "100", format_amount(rng.randrange(1, 10**9))])
        units = rng.randrange(10**13) if rng.random() < 0.3 else parse_amount(held) * 40_000 + rng.randrange(3)
        accounts.append(world.account(FIRST + place, {"BTC": held}, {"USDT": format_amount(max(units, 1))}))
    views = {account.wallet_id: world.view(account) for account in accounts}
    exact = sorted(
        accounts,
        key=lambda each: (
            Fraction(views[each.wallet_id].assets, views[each.wallet_id].liabilities), each.wallet_id,
        ),
    )  # fmt: skip
    rng.shuffle(accounts)
    assert world.liquidator.queue.in_order(accounts, world.log.time) == exact


@pytest.mark.parametrize("turns_max", [1, 7])
def test_a_crowd_in_a_thin_market_is_through_in_time_and_leaves_nobody_locked(turns_max: int) -> None:
    """Sixty accounts and bids for a tenth of them: each ends within 60 s of its lock, fills first, then takeovers."""
    world = World(parameters=slow(turns_max))
    crowd(world, 60)
    start = world.log.time
    world.quote("BTCUSDT", [("43900", "3"), ("43500", "3")], [], MAKER)
    world.index(BTC="44000")
    turns_of(world, start + 70 * SECOND)
    assert world.liquidator.accounts == {}
    assert world.liquidator.next_account_round == FOREVER
    assert len(world.ends()) == 60
    assert world.steps()
    assert world.takeovers()
    assert [event for event in world.of(OrderEnded) if event.cause == CAUSE_LIQUIDATION] == []


def test_the_hours_interest_puts_those_who_wait_in_order_anew() -> None:
    """What the levels were worked out at differs in each hour, for debts grow at its start."""
    world = World(parameters=slow(1))
    crowd(world, 3)
    world.index(BTC="44000")
    basis = world.liquidator.queue.basis
    world.log.time += HOUR
    world.liquidator.run_round(world.log.time)
    world.check()
    assert world.liquidator.queue.basis == basis + HOUR
