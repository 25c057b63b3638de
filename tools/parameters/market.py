"""What the market data shows: measures of the assets that are alive, and the pairs to offer."""

import csv
import gzip
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from leverline.kernel.decimals import parse_amount, parse_ratio
from leverline.kernel.numbers import BOOK_PER_INDEX, INDEX_ONE, mul_div_down
from leverline.parameters.grids import power_of_ten
from leverline.parameters.measures import Measure, measure_days, measure_of_quote
from leverline.parameters.pair_parts import PairGrid
from leverline.parameters.scheme_pairs import SETTLEMENT

WITHDRAWN_FILE = Path(__file__).parent / "withdrawn.csv"
"""What has been delisted, removed from margin or renamed: kept by hand, each row with its day and source."""

BARS_FILE, RANKS_FILE = "klines_1d_all.csv.gz", "asset_collateral_ranks.csv"
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
"""Minimum notionals in force, by quote. The catalogue keeps a delisted pair with the minimum of its last day, so an
older one betrays a pair that ended long ago; what ended since has today's, and only a notice tells (withdrawn.csv)."""

RANK_WORST_BY_QUOTE = {"BTC": 8, "ETH": 8, "BNB": 8, "USD1": 6, "FDUSD": 8, "USDC": 10, "SOL": 10, "DOGE": 5}
"""Without a margin flag a pair needs a base of at least this rank, for thin pairs are the first to be delisted."""

LAST_SEEN_MIN = "2024-09-08"
"""Newest list of pairs outside USDT: a pair with a margin flag that it holds is taken without regard to its rank."""

VOLUME_DIGITS = 3
VOLATILITY_DECIMALS = 4
"""Digits of a measure that the table keeps."""


NOT_CROSS, NOT_ISOLATED = "cross pair delisted", "isolated pair delisted"
"""How the list of margin pairs notes that a pair left one mode and may still be in the other."""


@dataclass
class Modes:
    """Whether a pair is cross and isolated, and how that is known."""

    is_cross: bool
    is_isolated: bool
    source: str


@dataclass
class Listing:
    """One pair of the catalogue that is taken over."""

    base: str
    quote: str
    grid: PairGrid
    status: str
    modes: Modes


def read_csv(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def read_withdrawn() -> set[str]:
    """Return the symbols of the assets and pairs that are not offered."""
    return {row["symbol"] for row in read_csv(WITHDRAWN_FILE)}


def read_measures(data: Path, withdrawn: set[str]) -> dict[str, Measure]:
    """Return the measure of each asset whose daily bars reach the end of the window; its history is all its bars."""
    closes: dict[str, list[int]] = {}
    volumes: dict[str, list[int]] = {}
    last: dict[str, str] = {}
    history: Counter[str] = Counter()
    with gzip.open(data / BARS_FILE, "rt", encoding="utf-8", newline="") as lines:
        for bar in csv.DictReader(lines):
            asset = bar["symbol"].removesuffix(SETTLEMENT)
            history[asset] += bar["open_time"] <= WINDOW_LAST
            if WINDOW_FIRST <= bar["open_time"] <= WINDOW_LAST:
                closes.setdefault(asset, []).append(parse_ratio(bar["close"]))
                volumes.setdefault(asset, []).append(amount_of(bar["volume"]))
                last[asset] = bar["open_time"]
    alive = sorted(asset for asset, day in last.items() if day == WINDOW_LAST and asset not in withdrawn)
    measures = {
        asset: rounded(measure_days(closes[asset], volumes[asset], history_days=history[asset])) for asset in alive
    }
    deepest = max(measures.values(), key=lambda measure: measure.daily_volume)
    return {SETTLEMENT: measure_of_quote(deepest.daily_volume, deepest.history_days), **measures}


def amount_of(text: str) -> int:
    """Return the amount in `text`, cut to eight decimals: summed bars may have more."""
    whole, _, fraction = text.partition(".")
    return parse_amount(f"{whole}.{fraction[:8]}")


def rounded(measure: Measure) -> Measure:
    """Return `measure` with the digits that the table keeps, so that table and scheme agree."""
    unit = power_of_ten(max(len(str(measure.daily_volume)) - VOLUME_DIGITS, 0))
    grain = power_of_ten(12 - VOLATILITY_DECIMALS)
    volume = measure.daily_volume - measure.daily_volume % unit
    return replace(measure, daily_volume=volume, volatility=measure.volatility - measure.volatility % grain)


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
        flag = flags.get(row["symbol"])
        status = status_of(flag, quote)
        is_offered = quote == SETTLEMENT or status == "margin" or ranks[base] <= RANK_WORST_BY_QUOTE[quote]
        if is_offered and ticks(measures[base], measures[quote], grid) >= TICKS_MIN:
            listings.append(Listing(base, quote, grid, status, modes_of(flag, status)))
    return sorted(listings, key=lambda listing: (listing.base, listing.quote))


def status_of(flag: dict[str, str] | None, quote: str) -> str:
    """Return how well a pair is proven: by a margin flag that was still on when last seen, by bars, or not at all.

    Bars exist only against USDT.
    """
    if flag and flag["margin_flag_latest"] == "1" and flag["last_seen_trading"] >= LAST_SEEN_MIN:
        return "margin"
    return "trading" if quote == SETTLEMENT else "assumed"


def modes_of(flag: dict[str, str] | None, status: str) -> Modes:
    """Return the modes of a pair: what the list of margin pairs knows, and yes for what it leaves open.

    The flag of a list says that a pair is cross or isolated, not which; a note or a sample tells them apart for a few.
    """
    known = {mode for mode in ("cross", "isolated") if flag and flag[f"margin_{mode}"] == "1"}
    note = flag["margin_note"] if flag else ""
    if note.startswith(NOT_CROSS):
        return Modes(False, True, "not cross margin-list 2023-01, isolated assumed; day approximate")
    if note.startswith(NOT_ISOLATED):
        return Modes(True, False, "not isolated margin-list 2023-01, cross assumed; day approximate")
    if len(known) == 2:
        return Modes(True, True, "cross and isolated margin-list")
    if known == {"cross"}:
        return Modes(True, True, "cross margin-list, isolated assumed")
    if known == {"isolated"}:
        return Modes(True, True, "isolated margin-list, cross assumed")
    either = "cross or isolated margin-list, both assumed"
    return Modes(True, True, either if status == "margin" else "cross and isolated assumed")


def ticks(base: Measure, quote: Measure, grid: PairGrid) -> int:
    """Return the price of a pair in ticks."""
    return mul_div_down(base.price, INDEX_ONE, quote.price * grid.tick_size * BOOK_PER_INDEX)


def collateral_sources(data: Path) -> dict[str, str]:
    """Return where each asset is named as collateral; one that only belonged to a margin pair is not."""
    named = {row["asset"]: f"binance-notice {row['effective_date']}" for row in read_csv(data / RANKS_FILE)}
    samples = [row["asset"] for row in read_csv(data / "assets.csv") if "sample" in row["basis"]]
    return {**dict.fromkeys(samples, "binance-api sample"), **named}


def published_ranks(data: Path) -> dict[str, tuple[int, str]]:
    """Return the newest published rank of each asset and its date."""
    rows = [row for row in read_csv(data / RANKS_FILE) if row["new_rank"]]
    rows.sort(key=lambda row: row["effective_date"])
    return {row["asset"]: (int(row["new_rank"]), row["effective_date"]) for row in rows}
