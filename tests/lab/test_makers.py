"""House makers: quotes on the pair's grid, thinner and wider as volatility rises."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leverline.engine.commands import MassQuote
from leverline.kernel.numbers import BOOK_PER_INDEX, INDEX_ONE, UNIT
from leverline.lab.makers import DEPTH_LEAST, DEPTH_VALUE_MIN, LADDER, Quoter
from leverline.lab.measuring import Usual
from leverline.parameters import load_parameters

PAIRS = load_parameters().pairs
VOLUME = 250_000_000 * UNIT
"""A day's value that makes the calm depth of a side one million USDT."""


def quoter(symbol: str = "BTCUSDT") -> Quoter:
    """Return a maker whose asset usually moves by half of 0.2 %, 1,000 millionths."""
    return Quoter(1, symbol.removesuffix("USDT"), PAIRS[symbol], Usual(VOLUME, 0, 1_000))


def quoted(maker: Quoter, *prices: float) -> MassQuote:
    """Let the index take these prices one by one and return the quote at the last."""
    for price in prices:
        maker.move(round(price * INDEX_ONE))
    return maker.command()


def depth(levels: list[tuple[int, int]]) -> int:
    """Return the value of a side in whole USDT."""
    return sum(price * quantity for price, quantity in levels) // UNIT**2


def test_a_calm_maker_shows_its_whole_depth_around_the_index() -> None:
    """Five levels a side, together one million USDT but for lots, the first a calm width from the index."""
    command = quoted(quoter(), 100_000)
    assert len(command.bids) == len(command.asks) == len(LADDER)
    assert command.bids[0][0] == 100_000 * UNIT * (1_000_000 - 270) // 1_000_000  # 1000 ÷ 4 + 20 millionths
    assert depth(command.bids) == pytest.approx(1_000_000, rel=1e-4)
    assert depth(command.asks) == pytest.approx(1_000_000, rel=1e-4)


def test_depth_thins_and_the_spread_widens_as_volatility_rises() -> None:
    """Moves of 1 % a step, ten times the usual: the mean comes to 0.68 % after four, depth to (1.5 ÷ 6.8)² = 4.8 %."""
    calm, wild = quoted(quoter(), 100_000), quoted(quoter(), 104_060, 103_030, 102_010, 101_000, 100_000)
    assert depth(wild.bids) == pytest.approx(48_000, rel=0.05)
    assert wild.bids[0][0] < calm.bids[0][0]
    assert wild.asks[-1][0] > calm.asks[-1][0]


def test_a_maker_follows_what_is_usual() -> None:
    """Twice the volume makes twice the depth; none at all leaves the least."""
    maker = quoter()
    maker.settle(Usual(2 * VOLUME, 0, 500))
    assert (maker.depth, maker.usual) == (2_000_000 * UNIT, 500)
    maker.settle(Usual(0, 0, 0))
    assert maker.depth == DEPTH_VALUE_MIN


def test_depth_never_quite_vanishes() -> None:
    """However wild it gets, a fiftieth of the depth stays."""
    wild = quoter()
    for price in (100_000, 50_000) * 10:
        wild.move(price * INDEX_ONE)
    assert wild.side_value() == wild.depth // DEPTH_LEAST


def test_what_is_eaten_within_a_step_comes_back_in_shrinking_parts() -> None:
    """The second quote of a step has half of the depth, the third a third; the next step brings all."""
    maker = quoter()
    maker.move(100_000 * INDEX_ONE)
    found = []
    for refills in range(3):
        maker.refills = refills
        found.append(maker.side_value())
    assert found == [maker.depth, maker.depth // 2, maker.depth // 3]
    maker.move(100_000 * INDEX_ONE)
    assert maker.side_value() == maker.depth


def test_a_quote_stands_until_the_index_moved_by_half_a_width() -> None:
    """Half of 270 millionths: 13 in 100,000 stand, 20 do not."""
    maker = quoter()
    assert maker.move(100_000 * INDEX_ONE)
    maker.command()
    assert not maker.move(100_013 * INDEX_ONE)
    assert maker.move(100_020 * INDEX_ONE)


@given(price=st.integers(1, 10**6 * INDEX_ONE), symbol=st.sampled_from(["BTCUSDT", "DOGEUSDT", "1000SATSUSDT"]))
def test_every_level_is_one_that_the_pair_takes(price: int, symbol: str) -> None:
    """At any price, even below a tick: levels on the grids, in strict order, bids below the index, asks above."""
    maker = quoter(symbol)
    pair = PAIRS[symbol]
    maker.move(price)
    command = maker.command()
    for levels in (command.bids, command.asks):
        for at, quantity in levels:
            assert at % pair.tick_size == 0
            assert pair.price_min <= at <= pair.price_max
            assert quantity % pair.step_size == 0
            assert pair.quantity_min <= quantity <= pair.quantity_max
            assert pair.notional_min <= at * quantity // UNIT <= pair.notional_max
    assert [at for at, _ in command.bids] == sorted({at for at, _ in command.bids}, reverse=True)
    assert [at for at, _ in command.asks] == sorted({at for at, _ in command.asks})
    assert all(at * BOOK_PER_INDEX < price for at, _ in command.bids)
    assert all(at * BOOK_PER_INDEX > price for at, _ in command.asks)
