"""Index price from several sources, staleness and sudden moves (rule 2)."""

from fractions import Fraction
from math import floor
from statistics import median

from .exact import FINE, fine
from .state import NEVER, USDT, Index, State

RISK = "risk"
"""Values for bands and liquidation."""
PRUDENT = "prudent"
"""Values for borrowing and transfers."""
LAST = "last"
"""The last index price even while stale: what a stale index would say had it not fallen silent."""


def capped_mean(quotes: list[tuple[Fraction, int]], cap: Fraction) -> Fraction:
    """Return the mean of (price, weight), each price brought within `cap` of the median (rule 2.1)."""
    middle = median([price for price, _ in quotes])
    capped = [(min(max(price, middle * (1 - cap)), middle * (1 + cap)), weight) for price, weight in quotes]
    return sum((price * weight for price, weight in capped), Fraction(0)) / sum(weight for _, weight in capped)


def publish(state: State, source: str, prices: list[tuple[str, int, int]]) -> None:
    """Take one source's report; a price of 0 or less says nothing."""
    for asset, price, weight in prices:
        if price > 0 and asset != USDT:
            state.index[asset].quotes[source] = (price, weight, state.now)
            refresh(state, asset)


def live_quotes(state: State, asset: str) -> list[tuple[Fraction, int]]:
    """Return price and weight of the sources that have not been silent too long."""
    silence = state.parameters.index.source_silence
    quotes = state.index[asset].quotes.values()
    return [(fine(price), weight) for price, weight, time in quotes if state.now - time < silence]


def refresh(state: State, asset: str) -> None:
    """Form the index anew; with too few live sources it is stale and keeps its last price."""
    index = state.index[asset]
    quotes = live_quotes(state, asset)
    if len(quotes) < state.parameters.assets[asset].index_sources_min:
        index.is_stale = True
        return
    price = floor(capped_mean(quotes, fine(state.parameters.index.outlier_cap)) * FINE + Fraction(1, 2))
    index.is_stale = False
    if price != index.price:
        note_jump(state, index, price)
        index.price = price


def note_jump(state: State, index: Index, price: int) -> None:
    """Remember the price before a move of more than the jump ratio within the window (rule 2.5).

    The window compares with what was the price during it. A price that is back near the one before the jump ends the
    jump at once; a further jump starts the waiting time again.
    """
    rules = state.parameters.index

    def is_far(old: int) -> bool:
        return abs(price - old) > fine(rules.jump_ratio) * old

    if state.now >= index.jump_time + rules.jump_confirmation:
        index.jump_price = 0
    if index.jump_price and not is_far(index.jump_price):
        index.jump_price = 0
        index.history = []
    in_force = [old for time, old in index.history if time <= state.now - rules.jump_window][-1:]
    in_window = [old for time, old in index.history if time > state.now - rules.jump_window]
    far = [old for old in in_force + in_window if is_far(old)]
    if far:
        index.jump_price = index.jump_price or farthest(far, price)
        index.jump_time = state.now
        index.history = []
    index.history = [row for row in index.history if row[0] < state.now] + [(state.now, price)]


def farthest(prices: list[int], price: int) -> int:
    """Return the one that is farthest from `price`: it counts most against the user."""
    return max(prices, key=lambda old: abs(price - old))


def next_due(state: State) -> int:
    """Return the next time at which a source falls silent."""
    silence = state.parameters.index.source_silence
    times = [
        time + silence
        for index in state.index.values()
        for _, _, time in index.quotes.values()
        if time + silence > state.now
    ]
    return min(times, default=NEVER)


def price(state: State, asset: str, is_held: bool, basis: str) -> Fraction:
    """Return the price that values what is held, or owed, of an asset (rules 2.3 to 2.5)."""
    index = state.index[asset]
    rules = state.parameters.index
    plain = fine(index.price)
    if index.is_stale and basis != LAST:
        better = fine(rules.stale_haircut)
        return plain * (1 + better) if is_held else plain * (1 - better)
    if basis == PRUDENT and index.jump_price and state.now < index.jump_time + rules.jump_confirmation:
        before = fine(index.jump_price)
        return min(plain, before) if is_held else max(plain, before)
    return plain


def is_any_stale(state: State, assets: list[str]) -> bool:
    """Whether one of these assets has no index now."""
    return any(state.index[asset].is_stale for asset in assets)


def open_board(state: State) -> None:
    """Make every asset's index; USDT is one USDT for ever."""
    state.index = {asset: Index() for asset in state.parameters.assets}
    state.index[USDT] = Index(price=FINE, is_stale=False)
