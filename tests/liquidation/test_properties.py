"""What holds of every liquidation, whatever the account, the books and the prices."""

from hypothesis import event, given
from hypothesis import strategies as st
from tests.liquidation.figures import PAIRS as ALL_PAIRS
from tests.liquidation.figures import figures
from tests.liquidation.world import ALICE, PRICES, World
from tests.regimes import of_2026

from leverline.kernel.decimals import format_ratio, parse_amount, parse_ratio
from leverline.kernel.numbers import AMOUNT_MAX, RATIO_ONE, value_down
from leverline.liquidation.events import DeficitBooked, LiquidationStarted, LiquidationStep, TakenOver
from leverline.margin.account import FORCE_LIQUIDATION
from leverline.market.events import Trade
from leverline.rulebook.orders import band_prices
from leverline.rulebook.parameters import CollateralTier, VenueParameters

WORTH = {"USDT": 1.0, **{symbol: float(price) for symbol, price in PRICES.items()}}
CROSS_ASSETS = ["USDT", "USDC", "BTC", "ETH", "BNB", "DOGE", "LUNA"]
PAIRS = ["BTCUSDT", "BTCUSDC", "ETHUSDT", "ETHBTC", "BNBUSDT", "DOGEUSDT", "LUNAUSDT", "USDCUSDT"]
RULES = {rules.symbol: rules for rules in ALL_PAIRS}
ISOLATED = {"BTCUSDT": ["BTC", "USDT"], "ETHBTC": ["ETH", "BTC"], "": CROSS_ASSETS}


def cut_figures() -> VenueParameters:
    """Return the figures of 2026-06 with collateral that counts less and less (rules 4.1, 16.2)."""
    parameters = of_2026(figures())
    steps = {"ETH": ("0.95", "0.8"), "DOGE": ("0.7", "0.3"), "LUNA": ("0.4", "0"), "USDC": ("1", "0.9")}
    for symbol, (low, high) in steps.items():
        parameters.assets[symbol].collateral_tiers = (
            CollateralTier(parse_amount("20000"), parse_ratio(low)), CollateralTier(AMOUNT_MAX, parse_ratio(high)),
        )  # fmt: skip
    return parameters


def text(number: float) -> str:
    """Return a number with eight decimals."""
    return f"{number:.8f}"


@st.composite
def accounts(draw: st.DrawFn) -> tuple[dict[str, str], dict[str, str], int, str]:
    """Return what an account holds and owes, its leverage and pair; A ÷ L lies between 0.97 and 1.3."""
    pair = draw(st.sampled_from(["", "", "", "BTCUSDT", "ETHBTC"]))
    leverage = draw(st.sampled_from([3, 5, 20])) if not pair else 5
    names = ISOLATED[pair]
    debts = draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True))
    assets = draw(st.lists(st.sampled_from(names), min_size=1, max_size=4, unique=True))
    owed = {symbol: draw(st.floats(20, 300000)) for symbol in debts}
    shares = [draw(st.integers(1, 9)) for _ in assets]
    level = draw(st.floats(0.97, 1.3))
    worth = level * sum(owed.values())
    return (
        {name: text(worth * share / sum(shares) / WORTH[name]) for name, share in zip(assets, shares, strict=True)},
        {symbol: text(max(value / WORTH[symbol], 0.00001)) for symbol, value in owed.items()},
        leverage, pair,
    )  # fmt: skip


@st.composite
def books(draw: st.DrawFn) -> dict[str, tuple[list[tuple[str, str]], list[tuple[str, str]]]]:
    """Return bids and asks for some pairs: up to four levels a side, from the index to 7 % off, thin to thick."""
    found = {}
    for symbol in draw(st.lists(st.sampled_from(PAIRS), min_size=4, unique=True)):
        rules = RULES[symbol]
        middle = WORTH[rules.base] / WORTH[rules.quote]
        sides = []
        for direction in (-1, 1):
            levels = {}
            for _ in range(draw(st.integers(0, 4))):
                away = draw(st.floats(0.0001, 0.07))
                tick = rules.tick_size / 10**8
                price = round(middle * (1 + direction * away) / tick) * tick
                size = draw(st.floats(10, 200000)) / WORTH[rules.base]
                step = rules.step_size / 10**8
                levels[text(price)] = text(max(round(size / step), 1) * step)
            sides.append(sorted(levels.items(), key=lambda row: float(row[0]), reverse=direction < 0))
        found[symbol] = (sides[0], sides[1])
    return found


def quote_all(world: World, quotes: dict[str, tuple[list[tuple[str, str]], list[tuple[str, str]]]]) -> None:
    """Let the maker quote every pair afresh."""
    for symbol, (bids, asks) in quotes.items():
        world.quote(symbol, bids, asks)


@given(accounts(), books(), st.booleans(), st.booleans())
def test_a_step_never_lowers_the_level_unless_it_closes_the_account_and_every_liquidation_ends(
    terms: tuple[dict[str, str], dict[str, str], int, str],
    quotes: dict[str, tuple[list[tuple[str, str]], list[tuple[str, str]]]],
    is_refreshed: bool,
    is_2026: bool,
) -> None:
    """At most one step a round; trades inside the band; over in a minute; deficits only where A < L at a takeover."""
    holds, owes, leverage, pair = terms
    world = World(parameters=cut_figures() if is_2026 else None)
    account = world.account(ALICE, holds, owes, min(leverage, 5) if is_2026 else leverage, pair)
    quote_all(world, quotes)
    before = world.view(account)
    events = world.settle()
    is_started = len(world.of(LiquidationStarted, events)) == 1
    assert is_started == (world.core.risk.bands.status(account, before.worth, before.owed) == FORCE_LIQUIDATION)
    for _ in range(62):
        assert len(world.of(LiquidationStep, events)) <= 1
        if not account.is_locked:
            break
        if is_refreshed:
            quote_all(world, quotes)
        events = world.rounds()
    assert not account.is_locked
    assert account.status != FORCE_LIQUIDATION
    check_steps(world)
    check_trades(world)
    check_deficits(world)
    event("steps" if world.steps() else "no steps")
    event("taken over" if world.takeovers() else "stopped")


def check_steps(world: World) -> None:
    """Each step trades on every leg, repays, and leaves a higher level or none, which stands for no debt."""
    for step in world.steps():
        assert step.level_after == 0 or step.level_after > step.level_before, (step.level_before, step.level_after)
        assert all(quantity > 0 for _, _, quantity, _ in step.legs), step.legs
        assert step.interest + step.principal > 0


def check_trades(world: World) -> None:
    """Liquidation trades lie within the band around the index, which has not moved."""
    for trade in world.of(Trade):
        listed = world.core.exchange.pairs[trade.pair]
        lowest, highest = band_prices(listed.base.price, listed.quote.price, world.liquidator.rules.price_band)
        assert not trade.is_liquidation or lowest <= trade.price <= highest


def check_deficits(world: World) -> None:
    """A deficit is exactly what the assets of a takeover do not cover; the fund is large enough here."""
    missing = [max(taken.liabilities_value - taken.assets_value - taken.surplus, 0) for taken in world.of(TakenOver)]
    assert [value for value in missing if value] == [deficit.deficit for deficit in world.of(DeficitBooked)]
    assert all(deficit.unpaid == 0 for deficit in world.of(DeficitBooked))


def check_covered(world: World) -> None:
    """After the reckoning each product holds what it owes at index, or its loss is open: no lending, more to sell."""
    for book in world.liquidator.unwinding.books.values():
        prices = world.core.board.assets
        held = sum(value_down(amount, prices[symbol].price) for symbol, amount in book.held.items())
        owed = sum(value_down(amount, prices[symbol].price) for symbol, amount in book.owed.items())
        is_covered = held + len(book.owed) + len(book.held) >= owed
        assert is_covered or (world.core.desk.is_stopped and not world.liquidator.sweeper._is_realised(book))


@given(st.lists(accounts(), min_size=2, max_size=5), books(), st.floats(0.85, 1.0))
def test_many_liquidations_and_days_of_unwinding_keep_every_unit(
    many: list[tuple[dict[str, str], dict[str, str], int, str]],
    quotes: dict[str, tuple[list[tuple[str, str]], list[tuple[str, str]]]],
    fall: float,
) -> None:
    """Several users, a fund too small, prices falling in two steps, three midnights: conservation at each turn.

    At each midnight a product is covered, or holds what can still be sold while its loss is open and nothing is lent.
    """
    world = World(fund="1000")
    found = [
        world.account(10 + number, holds, owes, leverage, pair)
        for number, (holds, owes, leverage, pair) in enumerate(many)
    ]
    quote_all(world, quotes)
    world.settle()
    world.rounds(3)
    world.index(BTC=text(50000 * fall), ETH=text(2500 * fall * fall))
    quote_all(world, quotes)
    world.rounds(65)
    assert all(not account.is_locked for account in found)
    for _ in range(3):
        quote_all(world, quotes)
        world.day()
        check_covered(world)
        world.rounds(2)
    event("written off" if any(venue.written_off for venue in world.ledger.venue.values()) else "nothing written off")


@given(st.integers(1, 99), st.integers(1, 3))
def test_an_order_that_saves_the_account_is_found_by_its_exact_level(parts: int, extra: int) -> None:
    """The stop is strict: at exactly 1.25 the liquidation goes on, one unit above it ends."""
    world = World()
    debt = parse_amount(str(parts * 4000))
    account = world.account(ALICE, {"BTC": text(parts * 0.1)}, {"USDC": str(parts * 4000)})
    world.index(BTC="44000")
    assert account.is_locked
    world.index(BTC="50000")
    world.rounds()
    assert account.is_locked
    view = world.view(account)
    assert view.assets * 4 == debt * 5
    world.index(BTC=format_ratio(50000 * RATIO_ONE + extra * RATIO_ONE // 10))
    world.rounds()
    assert not account.is_locked
