"""What the market data shows: measures of the assets that are alive, and the pairs to offer."""

import csv
import gzip
from dataclasses import dataclass
from pathlib import Path

from leverline.kernel.decimals import parse_amount, parse_ratio
from leverline.kernel.numbers import BOOK_PER_INDEX, INDEX_ONE, mul_div_down
from leverline.parameters.grids import power_of_ten
from leverline.parameters.measures import Measure, measure_days, measure_of_quote
from leverline.parameters.pair_parts import PairGrid
from leverline.parameters.scheme_pairs import SETTLEMENT

WINDOW_FIRST, WINDOW_LAST = "2024-06-14", "2025-06-14"
"""The last year that the daily bars cover for every coin."""

TICKS_MIN = 20
"""A pair whose price is fewer ticks than this cannot be traded sensibly and is left out."""

CURRENT_MINIMUMS = {
    "USDT": ("1", "5"),
    "USDC": ("1", "5"),
    "FDUSD": ("1", "5"),
    "USD1": ("1", "5"),
    "BTC": ("0.0001",),
    "ETH": ("0.001",),
    "BNB": ("0.01",),
    "SOL": ("0.05",),
    "DOGE": ("30",),
}
"""Minimum notionals in force, by quote. The catalogue keeps delisted pairs with the higher ones of their time."""

RANK_WORST_BY_QUOTE = {"BTC": 8, "ETH": 8, "BNB": 8, "USD1": 6, "FDUSD": 8, "USDC": 10, "SOL": 10, "DOGE": 5}
"""Without a margin flag a pair needs a base of at least this rank, for thin pairs are the first to be delisted."""

LAST_SEEN_MIN = "2024-09-08"
"""Newest list of pairs outside USDT: a pair with a margin flag that it holds is taken without regard to its rank."""

VOLUME_DIGITS = 3
VOLATILITY_DECIMALS = 4
"""Digits of a measure that the table keeps."""


@dataclass
class Listing:
    """One pair of the catalogue that is taken over."""

    base: str
    quote: str
    grid: PairGrid
    status: str


def read_csv(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def read_measures(data: Path, withdrawn: set[str]) -> dict[str, Measure]:
    """Return the measure of each asset whose daily bars reach the end of the window."""
    closes: dict[str, list[int]] = {}
    volumes: dict[str, list[int]] = {}
    last: dict[str, str] = {}
    with gzip.open(data / "klines_1d_all.csv.gz", "rt", encoding="utf-8", newline="") as lines:
        for bar in csv.DictReader(lines):
            if WINDOW_FIRST <= bar["open_time"] <= WINDOW_LAST:
                asset = bar["symbol"].removesuffix(SETTLEMENT)
                closes.setdefault(asset, []).append(parse_ratio(bar["close"]))
                volumes.setdefault(asset, []).append(amount_of(bar["volume"]))
                last[asset] = bar["open_time"]
    alive = sorted(asset for asset, day in last.items() if day == WINDOW_LAST and asset not in withdrawn)
    measures = {asset: rounded(measure_days(closes[asset], volumes[asset])) for asset in alive}
    deepest = max(measure.daily_volume for measure in measures.values())
    return {SETTLEMENT: measure_of_quote(deepest), **measures}


def amount_of(text: str) -> int:
    """Return the amount in `text`, cut to eight decimals: summed bars may have more."""
    whole, _, fraction = text.partition(".")
    return parse_amount(f"{whole}.{fraction[:8]}")


def rounded(measure: Measure) -> Measure:
    """Return `measure` with the digits that the table keeps, so that table and scheme agree."""
    unit = power_of_ten(max(len(str(measure.daily_volume)) - VOLUME_DIGITS, 0))
    grain = power_of_ten(12 - VOLATILITY_DECIMALS)
    volume = measure.daily_volume - measure.daily_volume % unit
    return Measure(measure.price, volume, measure.volatility - measure.volatility % grain)


def read_listings(
    data: Path, measures: dict[str, Measure], ranks: dict[str, int], withdrawn: set[str]
) -> list[Listing]:
    """Return the pairs to offer: known base and quote, current minimum, enough ticks, proven or liquid enough."""
    flags = {row["symbol"]: row for row in read_csv(data / "pairs.csv")}
    listings = []
    for row in read_csv(data / "spot_specs_2026-08.csv"):
        base, quote = row["base"], row["quote"]
        is_known = base in measures and (quote in CURRENT_MINIMUMS and quote in measures)
        if not is_known or row["symbol"] in withdrawn or row["min_notional"] not in CURRENT_MINIMUMS[quote]:
            continue
        grid = PairGrid(*(parse_amount(row[name]) for name in ("tick_size", "step_size", "min_notional")))
        status = status_of(flags.get(row["symbol"]), quote)
        is_offered = quote == SETTLEMENT or status == "margin" or ranks[base] <= RANK_WORST_BY_QUOTE[quote]
        if is_offered and ticks(measures[base], measures[quote], grid) >= TICKS_MIN:
            listings.append(Listing(base, quote, grid, status))
    return sorted(listings, key=lambda listing: (listing.base, listing.quote))


def status_of(flag: dict[str, str] | None, quote: str) -> str:
    """Return how well a pair is proven; bars exist only against USDT."""
    if flag and flag["margin_any"] == "1" and flag["last_seen_trading"] >= LAST_SEEN_MIN:
        return "margin"
    return "trading" if quote == SETTLEMENT else "assumed"


def ticks(base: Measure, quote: Measure, grid: PairGrid) -> int:
    """Return the price of a pair in ticks."""
    return mul_div_down(base.price, INDEX_ONE, quote.price * grid.tick_size * BOOK_PER_INDEX)


def published_ranks(data: Path) -> dict[str, tuple[int, str]]:
    """Return the newest published rank of each asset and its date."""
    rows = [row for row in read_csv(data / "asset_collateral_ranks.csv") if row["new_rank"]]
    rows.sort(key=lambda row: row["effective_date"])
    return {row["asset"]: (int(row["new_rank"]), row["effective_date"]) for row in rows}
