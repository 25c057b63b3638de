"""The venue of a replay: catalogue, refitted, or by the scheme."""

from pathlib import Path

from tests.lab.histories import HEADER, START, bar_lines, fall, window_of, write_lines

from leverline.bars.moments import parse_moment
from leverline.kernel.numbers import value_down
from leverline.kernel.time import DAY, MINUTE
from leverline.lab.listing import Listing, list_venue
from leverline.parameters import load_measures, load_parameters

CATALOGUE = load_parameters()
PRICES = {asset: measure.price / 10**12 for asset, measure in load_measures().items()}


def listed(folder: Path, **closes: list[float]) -> Listing:
    """Return the venue for bars of these assets."""
    lines = [line for asset, prices in closes.items() for line in bar_lines(f"{asset}USDT", prices, 10_000)]
    return list_venue(window_of(write_lines(folder / "bars.csv", [HEADER, *lines])))


def test_an_asset_near_its_known_price_keeps_its_parameters(tmp_path: Path) -> None:
    """BTC within three times its catalogue price is as in the catalogue, but for the number of index sources."""
    listing = listed(tmp_path, BTC=[PRICES["BTC"] * 1.5] * 4)
    assert (listing.by_scheme, listing.refitted) == ([], [])
    assert listing.parameters.assets["BTC"].borrow_limits == CATALOGUE.assets["BTC"].borrow_limits
    assert listing.parameters.pairs["BTCUSDT"] == CATALOGUE.pairs["BTCUSDT"]


def test_an_asset_far_from_its_known_price_is_refitted(tmp_path: Path) -> None:
    """At a tenth of the price the least loan is again worth three minimum notionals; rank, name and USDT stay."""
    listing = listed(tmp_path, BTC=[PRICES["BTC"] / 10] * 4)
    assert listing.refitted == ["BTC"]
    known, fitted = CATALOGUE.assets["BTC"], listing.parameters.assets["BTC"]
    least = 3 * listing.parameters.pairs["BTCUSDT"].notional_min
    assert value_down(known.borrow_min, listing.measures["BTC"].price) < least
    assert value_down(fitted.borrow_min, listing.measures["BTC"].price) >= least
    assert (fitted.rank, fitted.name) == (known.rank, known.name)
    assert listing.parameters.assets["USDT"].borrow_limits == CATALOGUE.assets["USDT"].borrow_limits


def test_a_price_that_falls_to_nothing_gets_a_tick_that_can_tell_it(tmp_path: Path) -> None:
    """LUNA at 60 falling to 10⁻⁸ trades in ticks of 10⁻⁸ from the start."""
    listing = listed(tmp_path, LUNA=fall(60, 0.05, 16))
    assert listing.parameters.pairs["LUNAUSDT"].tick_size == 1


def test_one_source_is_enough_and_may_miss_a_bar(tmp_path: Path) -> None:
    """One source per index; silence of one and a half bars of five minutes."""
    listing = listed(tmp_path, BTC=[PRICES["BTC"]] * 4)
    assert {asset.index_sources_min for asset in listing.parameters.assets.values()} == {1}
    assert listing.parameters.index.source_silence == 5 * MINUTE * 3 // 2


def test_a_ticker_of_another_coin_is_not_in_the_catalogue(tmp_path: Path) -> None:
    """LUNA of May 2022 is Terra Classic, by the scheme and by its name; LUNA of June 2022 is the catalogue's."""
    listing = listed(tmp_path, LUNA=[60.0] * 4, BTC=[PRICES["BTC"]] * 4)
    assert (listing.by_scheme, listing.refitted) == (["LUNA"], [])
    assert listing.former == {"LUNA": "Terra Classic"}
    assert listing.parameters.assets["LUNA"].name == "Terra Classic"
    later = parse_moment("2022-05-28")
    lines = bar_lines("LUNAUSDT", [PRICES["LUNA"]] * 4, 10_000, later + DAY - later % DAY)
    today = list_venue(window_of(write_lines(tmp_path / "later.csv", [HEADER, *lines])))
    assert later > START
    assert (today.by_scheme, today.former) == ([], {})
    assert today.parameters.assets["LUNA"].name == CATALOGUE.assets["LUNA"].name
