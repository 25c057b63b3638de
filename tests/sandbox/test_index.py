"""The simulated index moves as measured, is the same for a seed, and goes where it is driven."""

import statistics
from itertools import pairwise
from math import log

import pytest

from leverline.kernel.numbers import INDEX_ONE, RATIO_ONE
from leverline.kernel.time import SECOND
from leverline.parameters import load_parameters
from leverline.sandbox.index import SandboxIndex
from leverline.sandbox.movement import calibrate
from leverline.sandbox.ports import SandboxFault
from leverline.sandbox.simulated import SimulatedIndex

PARAMETERS = load_parameters()
CALIBRATION = calibrate(PARAMETERS)
DAYS = 1_500
HOURS_PER_STEP = 6
START = 1_767_225_600 * SECOND


def simulated(seed: int = 1) -> SimulatedIndex:
    return SimulatedIndex(CALIBRATION, seed)


def index_of(driver: SimulatedIndex) -> SandboxIndex:
    index = SandboxIndex(PARAMETERS, driver, ["BTC", "ETH"])
    index.start(CALIBRATION.prices, 0, START)
    index.open(START)
    return index


@pytest.fixture(scope="module")
def returns() -> dict[str, list[float]]:
    """Daily log returns of some assets over a long simulated time."""
    driver = simulated(20)
    assets = ("BTC", "ETH", "SOL", "DOGE", "USDC", "WBTC")
    found: dict[str, list[float]] = {asset: [] for asset in assets}
    before = driver.prices()
    for _ in range(DAYS):
        for _ in range(24 // HOURS_PER_STEP):
            after = driver.pass_time(HOURS_PER_STEP * 3600)
        for asset in assets:
            found[asset].append(log(after[asset] / before[asset]))
        before = dict(after)
    return found


def test_every_asset_of_the_catalogue_has_a_first_price() -> None:
    """All 304 assets start from a price above zero, and dollar coins within two per cent of one."""
    assert set(CALIBRATION.prices) == set(PARAMETERS.assets)
    assert all(price > 0 for price in CALIBRATION.prices.values())
    for coin in ("USDT", "USDC", "FDUSD", "USD1"):
        assert abs(CALIBRATION.prices[coin] - INDEX_ONE) * 50 <= INDEX_ONE


def test_the_same_seed_gives_the_same_prices() -> None:
    """Two indices of one seed agree to the last digit, those of two seeds do not."""
    one, same, other = simulated(7), simulated(7), simulated(8)
    for second in range(50):
        prices = one.step(second)
        assert prices == same.step(second)
        assert prices != other.step(second)


def test_an_index_goes_on_after_a_restart_as_it_would_have() -> None:
    """Prices and the count of steps are all it takes: what follows differs by rounding at most."""
    whole, first = simulated(7), simulated(7)
    for second in range(20):
        whole.step(second)
        first.step(second)
    second_life = simulated(7)
    second_life.start(first.prices(), first.steps, START)
    for second in range(20):
        expected, found = whole.step(second), second_life.step(second)
    assert all(abs(found[asset] - expected[asset]) <= expected[asset] // 10**5 + 100 for asset in expected)


@pytest.mark.parametrize("asset", ["BTC", "ETH", "SOL", "DOGE"])
def test_volatility_is_near_what_was_measured(returns: dict[str, list[float]], asset: str) -> None:
    """The deviation of a day is that of the table, jumps included, within fifteen per cent."""
    movement = CALIBRATION.movements[asset]
    jumps = movement.jumps * movement.jump_size**2
    if asset == "BTC":
        jumps = CALIBRATION.market_jumps * CALIBRATION.market_jump_size**2
    expected = (movement.deviation**2 + jumps) ** 0.5
    assert statistics.pstdev(returns[asset]) == pytest.approx(expected, rel=0.15)


@pytest.mark.parametrize("asset", ["ETH", "SOL", "DOGE"])
def test_correlation_with_the_market_is_near_what_was_measured(returns: dict[str, list[float]], asset: str) -> None:
    """Jumps of its own loosen an asset's tie to BTC a little, those of the market tighten it."""
    measured = CALIBRATION.movements[asset].loadings[0]
    assert statistics.correlation(returns["BTC"], returns[asset]) == pytest.approx(measured, abs=0.15)


def test_pegged_coins_stay_and_wrapped_coins_follow(returns: dict[str, list[float]]) -> None:
    """USDC hardly moves; WBTC moves with BTC."""
    assert statistics.pstdev(returns["USDC"]) < 0.001
    assert statistics.correlation(returns["BTC"], returns["WBTC"]) > 0.99


def test_an_index_that_runs_for_months_stays_in_range() -> None:
    """Each asset is drawn back to its anchor: after half a year none is beyond a twentyfold, most within a double."""
    driver = simulated(3)
    for _ in range(180):
        prices = driver.pass_time(86_400)
    ratios = [prices[asset] / CALIBRATION.prices[asset] for asset in prices]
    assert max(ratios) < 20.2
    assert min(ratios) > 1 / 20.2
    assert 0.5 < statistics.median(ratios) < 2


def test_leading_assets_are_heard_every_second_and_all_others_within_five() -> None:
    """Nobody is silent for half of what rule 2.2 allows."""
    index = index_of(simulated())
    heard: dict[str, list[int]] = {}
    for second in range(1, 16):
        for asset, _, _ in index.step(START + second * SECOND).prices:
            heard.setdefault(asset, []).append(second)
    assert heard["BTC"] == list(range(1, 16))
    assert set(heard) == set(PARAMETERS.assets) - {"USDT"}
    assert all(later - earlier <= 5 for times in heard.values() for earlier, later in pairwise(times))


def test_a_pinned_asset_holds_its_price_until_released() -> None:
    """Pinned, it does not move by a unit; released, it goes on from there."""
    index = index_of(simulated())
    index.settle(index.pin({"BTC": 42_000 * INDEX_ONE}))
    for second in range(1, 6):
        told = {asset: price for asset, price, _ in index.step(START + second * SECOND).prices}
        assert told["BTC"] == 42_000 * INDEX_ONE
    index.release(["BTC"])
    price = next(price for asset, price, _ in index.step(START + 6 * SECOND).prices if asset == "BTC")
    assert price != 42_000 * INDEX_ONE
    assert abs(price - 42_000 * INDEX_ONE) < 420 * INDEX_ONE


def test_a_shocked_asset_goes_on_from_its_new_level() -> None:
    """After −20 % the next second is near the new price, not the old."""
    index = index_of(simulated())
    before = index.prices["ETH"]
    index.settle(index.shock({"ETH": -RATIO_ONE // 5}))
    index.step(START + SECOND)
    assert index.prices["ETH"] == pytest.approx(before * 0.8, rel=0.01)


def test_pins_and_levels_survive_a_restart() -> None:
    """What `state` returns makes a new index hold and continue as the old one."""
    index = index_of(simulated())
    index.settle(index.pin({"BTC": 42_000 * INDEX_ONE}))
    index.settle(index.shock({"ETH": RATIO_ONE}))
    later = SandboxIndex(PARAMETERS, simulated(), ["BTC", "ETH"])
    later.restore(index.state())
    later.start(index.prices, 1, START)
    later.open(START + SECOND)
    assert later.prices["BTC"] == 42_000 * INDEX_ONE
    assert later.prices["ETH"] == pytest.approx(index.prices["ETH"], rel=0.01)


@pytest.mark.parametrize(
    ("prices", "words"),
    [
        ({"NOPE": INDEX_ONE}, "NOPE is not in the catalogue"),
        ({"USDT": INDEX_ONE}, "USDT is the unit"),
        ({"BTC": 0}, "above 0"),
        ({"BTC": -INDEX_ONE}, "not -1"),
        ({"BTC": 10**10 * INDEX_ONE}, "at most 1000000000 USDT"),
    ],
)
def test_a_pin_that_cannot_be_says_why_and_changes_nothing(prices: dict[str, int], words: str) -> None:
    """Unknown assets, USDT, and prices of nothing are refused in words."""
    index = index_of(simulated())
    with pytest.raises(SandboxFault, match=words):
        index.pin({"ETH": INDEX_ONE, **prices})
    assert index.pins == {}


def test_a_shock_to_nothing_is_refused() -> None:
    """−100 % leaves no price; no asset of the wish is moved."""
    index = index_of(simulated())
    with pytest.raises(SandboxFault, match="above 0"):
        index.shock({"ETH": RATIO_ONE, "BTC": -RATIO_ONE})
    assert index.levels == {}
