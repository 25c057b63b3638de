"""The scheme gives the shipped figures, gives any unknown symbol plausible ones, and is the same everywhere."""

from dataclasses import replace

import pytest

from leverline.kernel.decimals import format_plain, parse_amount, parse_ratio, whole
from leverline.kernel.numbers import UNIT
from leverline.parameters import (
    Known,
    Measure,
    Scheme,
    asset_by_scheme,
    extend,
    measure_days,
    pair_by_scheme,
    rank_by_scheme,
    refit,
)
from leverline.parameters.grids import nice_up, power_of_ten_up, round_down
from leverline.parameters.pair_parts import PairGrid
from leverline.rulebook.parameters import AssetParameters, PairParameters, VenueParameters


def measure(price: str, volume: int, volatility: str, low: str = "0", days: int | None = None) -> Measure:
    """Return a measure from plain figures: price and lowest price in USDT, a day's volume in USDT, days traded."""
    return Measure(parse_ratio(price), whole(volume), parse_ratio(volatility), parse_ratio(low), days)


LUNA_2022 = measure("85", 400_000_000, "0.04", low="0.00001")
"""A coin of the first rank of altcoins, and the price to which it fell."""


@pytest.mark.parametrize(
    ("volume", "volatility", "rank"),
    [
        (900_000_000, "0.02", 1),
        (899_999_999, "0.02", 2),
        (150_000_000, "0.02", 3),
        (60_000_000, "0.02", 4),
        (60_000_000, "0.0351", 5),
        (60_000_000, "0.035", 4),
        (60_000_000, "0.051", 6),
        (60_000_000, "0.0149", 3),
        (60_000_000, "0.0049", 2),
        (900_000_000, "0.001", 1),
        (1, "0.2", 10),
        (0, "0.02", 10),
    ],
)
def test_liquidity_gives_the_rank_and_volatility_moves_it(
    scheme: Scheme, volume: int, volatility: str, rank: int
) -> None:
    """A lively coin loses a rank, a wild one two; a calm one gains one, a stable one two."""
    assert rank_by_scheme(scheme, measure("1", volume, volatility)) == rank


@pytest.mark.parametrize(
    ("days", "volume", "rank"),
    [
        (None, 900_000_000, 1),
        (365, 900_000_000, 1),
        (364, 900_000_000, 6),
        (90, 900_000_000, 6),
        (89, 900_000_000, 9),
        (0, 900_000_000, 9),
        (364, 10_000_000, 7),
        (89, 0, 10),
    ],
)
def test_a_young_coin_has_no_good_rank(scheme: Scheme, days: int | None, volume: int, rank: int) -> None:
    """Under a year of trading rank 6 is the best, under ninety days rank 9; an unknown age counts against nobody."""
    assert rank_by_scheme(scheme, measure("1", volume, "0.02", days=days)) == rank


def test_young_coins_rank_below_old_ones(parameters: VenueParameters, measures: dict[str, Measure]) -> None:
    """TRUMP, 147 days old, has no Pro 15x, no isolated 10x and a lower cap than LINK; VIRTUAL and USD1 are newer."""
    assets = parameters.assets
    assert [measures[symbol].history_days for symbol in ("TRUMP", "VIRTUAL", "USD1")] == [147, 65, 24]
    assert [assets[symbol].rank for symbol in ("TRUMP", "VIRTUAL", "USD1")] == [6, 9, 9]
    assert assets["TRUMP"].pro_brackets[0].leverage == 10
    assert parameters.pairs["TRUMPUSDT"].family.leverage == 5
    assert assets["TRUMP"].collateral_cap == whole(28_000_000)  # 0.8 × 35 M, where rank 5 begins, of 152 M a day
    assert assets["TRUMP"].collateral_cap < min(assets[symbol].collateral_cap for symbol in ("LINK", "ADA", "LTC"))
    for symbol, seen in measures.items():
        assert seen.history_days is not None
        assert assets[symbol].rank >= (9 if seen.history_days < 90 else 6 if seen.history_days < 365 else 1), symbol


def test_the_asset_table_is_what_the_scheme_gives(
    parameters: VenueParameters, scheme: Scheme, measures: dict[str, Measure]
) -> None:
    """Each shipped asset equals the scheme's at its recorded measure and with what is known of it."""
    for symbol, asset in parameters.assets.items():
        known = Known(
            name=asset.name,
            rank=asset.rank,
            curve=asset.rate_curve,
            limit_base=whole(180) if symbol == "BTC" else 0,
            is_collateral=False if symbol == "AGLD" else None,
            notional_value_max=largest_notional(parameters, measures, symbol),
        )
        assert asset_by_scheme(scheme, symbol, measures[symbol], known) == asset, symbol


def largest_notional(parameters: VenueParameters, measures: dict[str, Measure], symbol: str) -> int:
    """Return the value of the largest minimum notional among the pairs of an asset, rounded up."""
    pairs = [pair for pair in parameters.pairs.values() if symbol in (pair.base, pair.quote)]
    return max(-(-pair.notional_min * measures[pair.quote].price // 10**12) for pair in pairs)


def test_the_pair_table_is_what_the_scheme_gives(
    parameters: VenueParameters, scheme: Scheme, measures: dict[str, Measure]
) -> None:
    """Each shipped pair equals the scheme's with its published grid, units, modes and limit-price mark."""
    for symbol, pair in parameters.pairs.items():
        base, quote = parameters.assets[pair.base], parameters.assets[pair.quote]
        grid = PairGrid(pair.tick_size, pair.step_size, pair.notional_min)
        units = {
            "BTCUSDT": (parse_amount("7.2"), whole(90_000)),
            "BTCUSDC": (parse_amount("3.6"), whole(45_000)),
        }.get(symbol)
        made = pair_by_scheme(scheme, base, quote, measures[pair.base], measures[pair.quote].price, grid, units)
        made.is_limit_price |= symbol == "BLURUSDC"
        made.is_cross &= symbol != "AGLDUSDT"
        assert made == pair, symbol


def test_most_ranks_follow_from_the_measure_alone(
    parameters: VenueParameters, scheme: Scheme, measures: dict[str, Measure]
) -> None:
    """Only published ranks differ from the scheme's, and none by more than three."""
    apart = {
        symbol: (asset.rank, rank_by_scheme(scheme, measures[symbol]))
        for symbol, asset in parameters.assets.items()
        if asset.rank != rank_by_scheme(scheme, measures[symbol])
    }
    assert apart.keys() <= {"ADA", "TRX", "ARB", "CFX", "ZEC", "AWE", "RLC", "STG", "SNX", "HIGH", "AXL"}
    assert all(abs(published - own) <= 3 for published, own in apart.values()), apart


def test_an_unknown_coin_gets_parameters(parameters: VenueParameters, scheme: Scheme) -> None:
    """LUNA of 2022: rank 3 for its volume, 4 for its volatility, ticks fine enough for its fall."""
    venue = extend(parameters, scheme, {"LUNA2022": LUNA_2022})
    asset, pair = venue.assets["LUNA2022"], venue.pairs["LUNA2022USDT"]
    assert (asset.rank, asset.is_borrowable, asset.is_collateral) == (3, True, True)
    assert asset.borrow_limits[0] == whole(47_000)  # 1 % of 400 M USDT is 4 M, at 85 USDT, two digits
    assert asset.borrow_min == parse_amount("0.2")  # 3 × 5 USDT at 85 USDT
    assert asset.pool_supply == whole(940_000)  # 20 % of a day
    assert (pair.tick_size, pair.step_size, pair.notional_min) == (1, parse_amount("0.01"), whole(5))
    assert pair.family.leverage == 10
    assert "LUNA2022" not in parameters.assets


def test_a_dying_coin_is_held_but_not_lent(scheme: Scheme) -> None:
    """Below the least volume an asset is collateral of the worst rank and has no pool, no limits, no brackets."""
    asset = asset_by_scheme(scheme, "DUST", measure("0.0000004", 499_999, "0.03"))
    assert (asset.rank, asset.is_borrowable, asset.pool_supply, asset.pro_brackets) == (10, False, 0, ())
    assert asset.borrow_limits == (0,) * 10


@pytest.mark.parametrize("price", ["0.000000000001", "0.00000067", "0.1617", "1", "145", "105414.64", "98000000"])
@pytest.mark.parametrize("volume", [0, 700_000, 3_000_000_000])
def test_any_price_and_volume_give_sound_parameters(
    parameters: VenueParameters, scheme: Scheme, price: str, volume: int
) -> None:
    """No price is too small or too large for a grid, a minimum and a limit."""
    seen = measure(price, volume, "0.02")
    asset = asset_by_scheme(scheme, "ANY", seen)
    pair = pair_by_scheme(scheme, asset, parameters.assets["USDT"], seen)
    assert 0 < pair.tick_size <= pair.price_min <= pair.price_max
    assert 0 < pair.step_size <= pair.quantity_min <= pair.market_quantity_max <= pair.quantity_max
    assert pair.quantity_max < 2**63
    assert pair.market_quantity_max % pair.step_size == 0
    assert asset.borrow_min * seen.price >= 2 * pair.notional_min * 10**12
    assert asset.borrow_limits[0] >= asset.borrow_min or not asset.is_borrowable
    assert pair.isolated_tiers[0].base_limit >= asset.borrow_min or not asset.is_borrowable


def test_a_rank_gives_ten_five_or_three_times(parameters: VenueParameters, scheme: Scheme) -> None:
    """The worse of the two ranks decides the isolated family."""
    assert family(scheme, parameters, "BTC", "USDT") == 10
    assert family(scheme, parameters, "ADA", "BTC") == 10
    assert family(scheme, parameters, "TRX", "USDT") == 5
    assert family(scheme, parameters, "AXL", "USDT") == 3


def family(scheme: Scheme, parameters: VenueParameters, base: str, quote: str) -> int:
    """Return the leverage of the family that the scheme gives two assets."""
    assets = parameters.assets
    pair = pair_by_scheme(scheme, assets[base], assets[quote], measure("1", 10**6, "0.02"))
    assert pair == replace(pair, symbol=base + quote)
    return pair.family.leverage


@pytest.mark.parametrize(("number", "nice"), [(1, 1), (2, 2), (3, 5), (6, 10), (10, 10), (11, 20), (501, 1000)])
def test_nice_figures_are_one_two_five(number: int, nice: int) -> None:
    """A minimum is rounded up to a figure that a person would choose."""
    assert nice_up(number) == nice


@pytest.mark.parametrize(("number", "rounded"), [(7, 7), (99, 99), (101, 100), (189_900, 180_000), (0, 0)])
def test_two_digits_are_kept(number: int, rounded: int) -> None:
    """A limit is rounded down to two leading digits."""
    assert round_down(number) == rounded


@pytest.mark.parametrize(("number", "power"), [(1, 1), (9, 10), (10, 10), (11, 100)])
def test_the_next_power_of_ten(number: int, power: int) -> None:
    """A power of ten is its own."""
    assert power_of_ten_up(number) == power


def test_a_measure_is_the_median_of_days() -> None:
    """Three days at 100, 110 and 99 USDT: changes of 10 % and 10 %, values of 100, 220 and 297 USDT."""
    closes = [parse_ratio("100"), parse_ratio("110"), parse_ratio("99")]
    seen = measure_days(closes, [1 * UNIT, 2 * UNIT, 3 * UNIT])
    assert (seen.price, seen.tick_price) == (parse_ratio("99"), parse_ratio("99"))
    assert format_plain(seen.daily_volume) == "220"
    assert format_plain(seen.volatility, 12) == "0.1"
    assert measure_days(closes[:1], [UNIT]).volatility == 0


def test_a_refitted_venue_has_the_minima_of_its_time(
    parameters: VenueParameters, scheme: Scheme, measures: dict[str, Measure]
) -> None:
    """In 2020 BTC cost 8,000 and BNB 16 USDT: minima and limits follow, ranks, names and flags stay."""
    past = {
        "USDT": measures["USDT"],
        "BTC": measure("8000", 500_000_000, "0.02"),
        "BNB": measure("16", 30_000_000, "0.02", low="0.0016"),
    }
    venue = refit(parameters, scheme, past)
    btc, pair = venue.assets["BTC"], venue.pairs["BNBUSDT"]
    assert btc.borrow_limits[0] == whole(620)  # 1 % of 500 M USDT at 8,000 USDT
    assert (btc.rank, btc.name, btc.rate_curve) == same(parameters.assets["BTC"])
    assert pair.tick_size == 10  # 0.0016 to five digits
    assert pair.step_size == parameters.pairs["BNBUSDT"].step_size
    assert flags(pair) == flags(parameters.pairs["BNBUSDT"])
    assert venue.pairs["ETHUSDT"] == parameters.pairs["ETHUSDT"]
    assert venue.assets["BNB"].borrow_min * past["BNB"].price >= 2 * pair.notional_min * 10**12


def same(asset: AssetParameters) -> tuple[object, ...]:
    """Return what a refit leaves alone."""
    return asset.rank, asset.name, asset.rate_curve


def flags(pair: PairParameters) -> tuple[bool, ...]:
    """Return the margin flags of a pair."""
    return pair.is_cross, pair.is_isolated, pair.is_limit_price
