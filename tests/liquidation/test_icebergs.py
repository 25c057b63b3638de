"""Steps through icebergs: they fill slice by slice, and each fill rounds for itself (rules 11.2, 15.2)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.liquidation.figures import figures
from tests.liquidation.world import CAROL, MAKER, MALLORY, World

from leverline.kernel.decimals import format_amount, parse_amount
from leverline.kernel.numbers import UNIT
from leverline.liquidation.depth import eligible_depth
from leverline.margin.account import MarginAccount
from leverline.market.hook import FillHook
from leverline.market.order import Order
from leverline.rulebook.ladders import BookTerms, PurchaseLadder
from leverline.rulebook.parameters import VenueParameters

PRICE = 6151
"""DOGE at 0.00006151: a lot of 0.01 costs a fraction of a unit."""
LOT = parse_amount("0.01")
OWED_PRICE = 2501


def off_grid() -> VenueParameters:
    """Return figures in which price × lot of DOGEUSDT is no whole unit, and an iceberg may have many parts."""
    parameters = figures()
    pair = parameters.pairs["DOGEUSDT"]
    pair.tick_size, pair.step_size, pair.quantity_min = 1, LOT, LOT
    return parameters


def world_with_bids(slices: list[int], parts: int) -> World:
    """Return a venue whose bids for DOGE are icebergs of `parts` slices of these sizes in lots."""
    world = World(parameters=off_grid())
    carol = world.trader(CAROL, USDT="100000000")
    for lots in slices:
        quantity = format_amount(lots * LOT * parts)
        world.place(carol, "DOGEUSDT", True, quantity, "0.00006151", iceberg_quantity=lots * LOT, visible=lots * LOT)
    world.quote("ETHUSDT", [], [(str(OWED_PRICE), "100000")], MAKER)
    return world


def short_of_eth(world: World, lots: int) -> MarginAccount:
    """Return Mallory's account: so many lots of DOGE against ETH, at 110 % of the debt."""
    worth = lots * LOT * PRICE // UNIT
    debt = format_amount(worth * 100 // 110 // 2500 + 1)
    return world.account(MALLORY, {"DOGE": format_amount(lots * LOT)}, {"ETH": debt})


def test_an_iceberg_bid_between_the_two_legs_does_not_stop_the_venue() -> None:
    """A hundred slices lose most of a unit each, and fees of whole units give none of it back."""
    lots = next(
        n
        for n in range(4_000_000, 8_000_000)
        if PRICE * n * LOT % UNIT >= 97 * UNIT // 100 and PRICE * n * LOT // UNIT % 1000 == 0
    )
    world = world_with_bids([lots], 100)
    account = short_of_eth(world, lots * 98)
    world.index(DOGE="0.00006151")
    (step,) = world.steps()
    assert [leg[0] for leg in step.legs] == ["DOGEUSDT", "ETHUSDT"]
    assert step.level_after > step.level_before
    assert 0 <= account.free("USDT") < parse_amount("0.3")


def test_every_slice_of_an_iceberg_is_a_fill_that_rounds() -> None:
    """Two icebergs of five slices and a plain order: eleven fills at most; a slice half taken shows the rest."""
    world = world_with_bids([10, 20], 5)
    carol = world.user(CAROL).spot
    world.place(carol, "DOGEUSDT", True, "1", "0.00006151")
    buyer = world.trader(MALLORY, DOGE="100")
    pair = world.core.exchange.pairs["DOGEUSDT"]
    found = eligible_depth(buyer, pair, False, 1)
    assert (found.fills, found.quantity) == (11, 150 * LOT + UNIT)
    world.place(buyer, "DOGEUSDT", False, "0.05", "0.00006151")
    assert eligible_depth(buyer, pair, False, 1).fills == 11
    world.place(buyer, "DOGEUSDT", False, "0.05", "0.00006151")
    assert eligible_depth(buyer, pair, False, 1).fills == 10


class Skim(FillHook):
    """Takes all but `kept` USDT out of an account after its first fill, as if that had brought less."""

    def __init__(self, world: World, account: MarginAccount, kept: int) -> None:
        self.world = world
        self.account = account
        self.kept = kept
        self.is_done = False

    def after_fill(self, order: Order, received: int) -> None:
        """Let the liquidation do its part, then take."""
        self.world.liquidator.stepper.after_fill(order)
        if order.is_liquidation and not self.is_done:
            self.is_done = True
            holding = self.account.holding("USDT")
            spot = self.world.user(MALLORY).spot.holding("USDT")
            self.world.ledger.transfer(holding, spot, holding.free - self.kept)


@pytest.mark.parametrize(("kept", "legs"), [(100 * UNIT, 2), (UNIT, 1)])
def test_a_second_leg_is_cut_to_what_the_first_one_brought(kept: int, legs: int) -> None:
    """Part of the proceeds is gone before the second order: it buys for what is left, or nothing; the step counts."""
    world = world_with_bids([50_000_000_00], 2)
    account = short_of_eth(world, 20_000_000_00)
    world.core.exchange.hook = Skim(world, account, kept)
    world.index(DOGE="0.00006151")
    (step,) = world.steps()
    assert len(step.legs) == legs
    assert account.free("USDT") <= kept
    assert (step.principal > 0) == (legs == 2)
    assert account.rounds_without_fill == 0


@st.composite
def losing_slices(draw: st.DrawFn) -> list[int]:
    """Return slices of icebergs in lots, each of which loses most of a unit of quote to rounding."""
    starts = draw(st.lists(st.integers(10**6, 10**7), min_size=1, max_size=4))
    return [next(n for n in range(start, start + 10**7) if PRICE * n * LOT % UNIT >= UNIT // 2) for start in starts]


@given(losing_slices(), st.integers(1, 100), st.integers(10**7, 10**9))
def test_no_iceberg_makes_the_first_leg_bring_less_than_planned(slices: list[int], parts: int, lots: int) -> None:
    """Whatever the slices: conservation holds, both legs fill as planned, the level rises, nothing is left locked."""
    world = world_with_bids(slices, parts)
    account = short_of_eth(world, lots)
    world.index(DOGE="0.00006151")
    for step in world.steps():
        assert len(step.legs) == 2
        assert all(quantity > 0 for _, _, quantity, _ in step.legs)
        assert step.level_after == 0 or step.level_after > step.level_before
    assert account.holding("USDT").locked == 0


def test_what_a_purchase_can_afford_is_never_more_than_is_free() -> None:
    """The cut of a second leg: the largest lot quantity whose cost, rounded up per level, is there."""
    asks = PurchaseLadder([(PRICE, 7 * LOT), (PRICE + 1, 9 * LOT)], BookTerms(1, 1, 0, LOT, LOT, 10**18, 0), 0)
    for free in range(asks.spend(16 * LOT) + 2):
        quantity = asks.affordable(free)
        assert asks.spend(quantity) <= free
        assert quantity == 16 * LOT or asks.spend(quantity + LOT) > free
