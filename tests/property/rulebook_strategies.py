"""Random tables, prices and books that keep the promises of the parameter loader."""

from hypothesis import strategies as st

from leverline.kernel.numbers import INDEX_ONE, RATIO_ONE, UNIT, mul_div_nearest
from leverline.rulebook.ladders import BookTerms
from leverline.rulebook.parameters import CollateralTier, IsolatedTier, ProBracket

BASIS_POINT = RATIO_ONE // 10_000
PER_CENT = RATIO_ONE // 100

amounts = st.integers(min_value=0, max_value=10**18)
positive_amounts = st.integers(min_value=1, max_value=10**18)
rates = st.integers(min_value=0, max_value=RATIO_ONE // 500)
index_prices = st.integers(min_value=INDEX_ONE // 10**6, max_value=INDEX_ONE * 10**6)


@st.composite
def collateral_tiers(draw: st.DrawFn) -> tuple[CollateralTier, ...]:
    """Falling ratios over rising limits."""
    limits = sorted(draw(st.sets(st.integers(1, 10**7), min_size=1, max_size=6)))
    ratios = sorted(draw(st.lists(st.integers(0, 100), min_size=len(limits), max_size=len(limits))), reverse=True)
    return tuple(CollateralTier(limit * UNIT, ratio * PER_CENT) for limit, ratio in zip(limits, ratios, strict=True))


@st.composite
def pro_brackets(draw: st.DrawFn) -> tuple[ProBracket, ...]:
    """Rising rates over rising limits, IMR above twice MMR, maintenance amounts that agree with the slices."""
    limits = sorted(draw(st.sets(st.integers(1, 10**7), min_size=1, max_size=5)))
    rates = sorted(draw(st.sets(st.integers(50, 2500), min_size=len(limits), max_size=len(limits))))
    found: list[ProBracket] = []
    amount = 0
    for limit, rate in zip(limits, rates, strict=True):
        maintenance = rate * BASIS_POINT
        if found:
            amount += found[-1].debt_limit * (maintenance - found[-1].maintenance_rate) // RATIO_ONE
        found.append(ProBracket(0, limit * UNIT, 2 * maintenance + BASIS_POINT, maintenance, amount))
    return tuple(found)


@st.composite
def isolated_tiers(draw: st.DrawFn) -> tuple[IsolatedTier, ...]:
    """Rising initial ratios; tier n lends n units of base and of quote."""
    first = draw(st.integers(1111, 1500))
    rise = draw(st.integers(1, 400))
    base, quote = draw(st.integers(1, 10**4)), draw(st.integers(1, 10**6))
    count = draw(st.integers(1, 6))
    return tuple(
        IsolatedTier((first + rise * n) * (RATIO_ONE // 1000), base * (n + 1) * UNIT, quote * (n + 1) * UNIT)
        for n in range(count)
    )


@st.composite
def book_terms(draw: st.DrawFn, index_base: int, index_quote: int, notional_min: int = 0) -> BookTerms:
    """Commission up to 0.2 % and a lot worth between a hundredth of a cent and some ten USDT."""
    worth = draw(st.sampled_from([UNIT // 10_000, UNIT // 100, UNIT, 20 * UNIT]))
    step = max(worth * INDEX_ONE // index_base, 1)
    commission = draw(st.sampled_from([0, RATIO_ONE // 1000, RATIO_ONE // 500]))
    return BookTerms(index_base, index_quote, commission, step, step, 10**22, notional_min)


@st.composite
def book_side(draw: st.DrawFn, terms: BookTerms, is_bid: bool) -> list[tuple[int, int, list[int]]]:
    """Levels within a few per cent of index, best first, each with its orders in lots: (price, quantity, orders)."""
    index = mul_div_nearest(terms.index_base, UNIT, terms.index_quote)
    levels: list[tuple[int, int, list[int]]] = []
    distance = draw(st.integers(-20, 100))
    for _ in range(draw(st.integers(1, 6))):
        price = max(index * (10_000 + (-distance if is_bid else distance)) // 10_000, 1)
        lots = draw(st.lists(st.integers(1, 10**5), min_size=1, max_size=4))
        orders = [count * terms.step for count in lots]
        if not levels or price != levels[-1][0]:
            levels.append((price, sum(orders), orders))
        distance += draw(st.integers(1, 200))
    return levels
