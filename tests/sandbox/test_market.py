"""The market as bot authors see it: every book is two-sided, deep where it should be, and follows the index."""

import asyncio

import pytest
from tests.sandbox.conftest import opened
from tests.sandbox.stand import Stand
from tests.sandbox.views import crossed, depth_within, fair, far_from_index, one_sided

from leverline.engine.codec import command_to_dict
from leverline.engine.commands import Deposit, MassQuote, PlaceOrder, PublishPrices, RegisterUser
from leverline.kernel.numbers import BOOK_PER_INDEX, INDEX_ONE, RATIO_ONE, UNIT
from leverline.kernel.time import SECOND
from leverline.ledger.wallet import SPOT
from leverline.market.events import OrderTriggered, Trade
from leverline.market.terms import LIMIT, MARKET, STOP_LOSS
from leverline.sandbox.house import SEAL, is_house
from leverline.sandbox.ports import SandboxFault

ALICE = 10_001
FIFTY_THOUSAND = 50_000 * UNIT


def leading(stand: Stand) -> list[str]:
    return [quoter.pair.symbol for quoter in stand.market.makers.quoters.values() if quoter.is_leading]


def with_alice(stand: Stand, **funds: int) -> None:
    stand.apply(RegisterUser(ALICE))
    for asset, amount in funds.items():
        stand.apply(Deposit(ALICE, asset, amount * UNIT))


def trades_of(stand: Stand, since: int) -> list[Trade]:
    return [event for commit in stand.commits[since:] for event in commit.events if isinstance(event, Trade)]


def test_all_books_are_two_sided_after_opening(seed: int) -> None:
    """Every one of the 731 pairs has bids and asks as soon as the market is open."""
    stand = Stand(seed=seed)
    asyncio.run(stand.market.open())
    assert len(stand.core.exchange.pairs) == 731
    assert one_sided(stand) == []
    assert stand.market.refusals == {}


def test_ten_minutes_leave_all_books_two_sided_and_nothing_refused(stand: Stand) -> None:
    """Every book keeps both sides around its index, no command of the house is refused, and the ledger balances."""
    for _ in range(10):
        stand.run(60, step=SECOND // 2)
        assert one_sided(stand) == []
        stand.commits.clear()
    assert crossed(stand) == []
    assert stand.market.refusals == {}
    assert stand.engine.conservation_faults() == []


def test_leading_books_hold_fifty_thousand_within_half_a_per_cent(stand: Stand) -> None:
    """On both sides of the twenty leading pairs, at any of several moments."""
    assert len(leading(stand)) == 20
    for _ in range(5):
        stand.run(3)
        for symbol in leading(stand):
            pair = stand.core.exchange.pairs[symbol]
            for is_bid in (True, False):
                assert depth_within(stand, pair, 5_000, is_bid) >= FIFTY_THOUSAND, (symbol, is_bid)


@pytest.mark.parametrize("is_buy", [True, False])
def test_a_market_order_of_fifty_thousand_moves_no_leading_book_by_half_a_per_cent(stand: Stand, is_buy: bool) -> None:
    """Alice trades 50,000 USDT on each leading pair; her worst fill is within 0.5 % of the index."""
    with_alice(stand, USDT=10_000_000)
    for symbol in leading(stand):
        pair = stand.core.exchange.pairs[symbol]
        quantity = FIFTY_THOUSAND * INDEX_ONE // pair.base.price
        quantity -= quantity % pair.parameters.step_size
        stand.apply(Deposit(ALICE, pair.base.symbol, 2 * quantity))
        commit = stand.apply(PlaceOrder(ALICE, SPOT, symbol, is_buy, MARKET, quantity))
        fills = [event for event in commit.events if isinstance(event, Trade)]
        assert sum(fill.quantity for fill in fills) == quantity, (symbol, commit.refusal)
        for fill in fills:
            assert abs(fill.price * BOOK_PER_INDEX - fair(stand, pair)) * 200 <= fair(stand, pair), symbol


def test_leading_pairs_trade_every_second(stand: Stand) -> None:
    """In each of ten seconds each of the twenty pairs has a trade."""
    for _ in range(10):
        since = len(stand.commits)
        stand.run(1)
        traded = {trade.pair for trade in trades_of(stand, since)}
        assert set(leading(stand)) <= traded


def test_every_pair_trades_some_times_an_hour(seed: int) -> None:
    """What is drawn for an hour has every pair at least once, and trades on both sides."""
    takers = Stand(seed=seed).market.takers
    drawn: list[tuple[int, bool]] = []
    for second in range(3600):
        takers.plan(second * SECOND)
        drawn += [(place, is_buy) for _, place, is_buy, _, _ in takers.take_due((second + 1) * SECOND)]
    assert len({place for place, _ in drawn}) >= 730
    assert 0.45 < sum(is_buy for _, is_buy in drawn) / len(drawn) < 0.55


@pytest.mark.parametrize("asset", ["BTC", "ETH", "SOL", "SHIB", "USDC"])
def test_makers_follow_a_shock_within_two_seconds_on_every_pair(stand: Stand, asset: str) -> None:
    """After −30 % every book with the asset, on either side, is around the new index, and the last price is too."""
    stand.market.shock({asset: -3 * RATIO_ONE // 10})
    stand.run(2)
    assert far_from_index(stand, asset, 15_000) == []
    assert crossed(stand) == []
    pair = stand.core.exchange.pairs[asset + "USDT"]
    assert pair.last_price * BOOK_PER_INDEX == pytest.approx(fair(stand, pair), rel=0.02)
    assert stand.market.refusals == {}


def test_makers_follow_a_crash_of_everything_within_two_seconds(stand: Stand) -> None:
    """All assets fall by half at once: no book is left behind, none is one-sided."""
    stand.market.shock(dict.fromkeys(stand.market.index.assets, -RATIO_ONE // 2))
    stand.run(2)
    assert one_sided(stand) == []
    assert crossed(stand) == []
    for asset in ("BTC", "ETH", "DOGE", "PAXG"):
        assert far_from_index(stand, asset, 15_000) == []
    assert stand.market.refusals == {}


@pytest.mark.parametrize("factor", [12, 1_000])
def test_makers_follow_a_pin_far_away(stand: Stand, factor: int) -> None:
    """A price many times the old one or a small part of it is no obstacle, though the filters bar a direct way."""
    stand.market.pin({"ETH": stand.market.index.prices["ETH"] * factor // 10})
    stand.run(2)
    assert far_from_index(stand, "ETH", 15_000) == []
    assert stand.market.refusals == {}


def test_nobody_trades_with_a_quote_that_a_shock_left_behind(stand: Stand) -> None:
    """The command before the one that publishes the crash leaves no bid above the new index."""
    since = len(stand.commits)
    stand.market.shock({"BTC": -3 * RATIO_ONE // 10})
    kinds = [type(commit.command).__name__ for commit in stand.commits[since:]]
    assert kinds.index("PublishPrices") > kinds.index("MassQuote")
    published = stand.commits[since + kinds.index("PublishPrices")]
    target = {asset: price for asset, price, _ in published.command.prices}["BTC"]
    assert all(trade.price * BOOK_PER_INDEX <= target for trade in trades_of(stand, since) if trade.pair == "BTCUSDT")


def test_a_limit_order_is_filled_once_the_index_has_reached_it(stand: Stand) -> None:
    """Alice bids three per cent below; the index falls by five; within two seconds she has bought at her price."""
    with_alice(stand, USDT=100_000)
    pair = stand.core.exchange.pairs["AAVEUSDT"]
    price = fair(stand, pair) * 97 // 100 // BOOK_PER_INDEX
    price -= price % pair.parameters.tick_size
    stand.apply(PlaceOrder(ALICE, SPOT, "AAVEUSDT", True, LIMIT, 10 * UNIT, price))
    stand.run(1)
    assert trades_of_alice(stand) == []
    stand.market.shock({"AAVE": -RATIO_ONE // 20})
    stand.run(2)
    assert sum(trade.quantity for trade in trades_of_alice(stand)) == 10 * UNIT
    assert {trade.price for trade in trades_of_alice(stand)} == {price}


def trades_of_alice(stand: Stand) -> list[Trade]:
    return [trade for trade in trades_of(stand, 0) if ALICE in (trade.maker_user, trade.taker_user)]


def test_a_stop_order_goes_off_once_the_index_has_passed_it(stand: Stand) -> None:
    """Even in a quiet pair a small trade brings the last price along."""
    with_alice(stand, UTK=100_000)
    pair = stand.core.exchange.pairs["UTKUSDT"]
    stand.run(2)
    stop = fair(stand, pair) * 95 // 100 // BOOK_PER_INDEX
    stop -= stop % pair.parameters.tick_size
    stand.apply(PlaceOrder(ALICE, SPOT, "UTKUSDT", False, STOP_LOSS, 1_000 * UNIT, stop_price=stop))
    stand.market.shock({"UTK": -RATIO_ONE // 10})
    stand.run(2)
    events = [event for commit in stand.commits for event in commit.events]
    assert any(isinstance(event, OrderTriggered) and event.pair == "UTKUSDT" for event in events)


def test_a_venue_that_stands_still_is_not_flooded(stand: Stand) -> None:
    """Makers do not ask again and again for what waits to be applied; the index goes on, and all is well afterwards."""
    stand.is_held = True
    stand.market.shock({"BTC": -RATIO_ONE // 20})
    stand.run(60)
    published = sum(isinstance(command, PublishPrices) for command in stand.held)
    assert published >= 60
    assert len(stand.held) < 2_500 + published
    stand.let_go()
    stand.run(2)
    assert one_sided(stand) == far_from_index(stand, "BTC", 20_000) == []
    assert stand.engine.conservation_faults() == []


def test_the_same_seed_gives_the_same_commands(seed: int) -> None:
    """Two markets of one seed send the same stream; the engines end in the same state."""
    one, other = opened(seed), opened(seed)
    for stand in (one, other):
        stand.market.shock({"BTC": -RATIO_ONE // 10})
        stand.run(5)
    streams = [[command_to_dict(commit.command) for commit in stand.commits] for stand in (one, other)]
    assert streams[0] == streams[1]
    assert one.engine.state_hash() == other.engine.state_hash()


def test_eaten_quotes_grow_back(stand: Stand) -> None:
    """Alice buys all that is within half a per cent; two seconds later the book is as deep as before."""
    with_alice(stand, USDT=1_000_000_000)
    pair = stand.core.exchange.pairs["ETHUSDT"]
    before = depth_within(stand, pair, 5_000, False)
    price = fair(stand, pair) * 1_005 // 1_000 // BOOK_PER_INDEX
    price -= price % pair.parameters.tick_size
    quantity = sum(quantity for _, quantity in pair.book.depth(True, price))
    stand.apply(PlaceOrder(ALICE, SPOT, "ETHUSDT", True, LIMIT, quantity, price))
    assert depth_within(stand, pair, 5_000, False) == 0
    stand.run(2)
    assert depth_within(stand, pair, 5_000, False) * 10 > before * 8


def test_days_of_one_sided_trading_do_not_empty_a_maker(stand: Stand) -> None:
    """Alice buys 50 times all that the best levels hold: the maker always comes back on both sides."""
    with_alice(stand, USDT=10**10)
    pair = stand.core.exchange.pairs["AAVEUSDT"]
    for _ in range(50):
        quantity = sum(quantity for _, quantity in pair.book.levels(False, 3))
        price = pair.book.levels(False, 3)[-1][0]
        stand.apply(PlaceOrder(ALICE, SPOT, "AAVEUSDT", True, LIMIT, quantity, price))
        stand.run(1.5, step=SECOND // 2)
        stand.commits.clear()
        assert pair.book.best_ask() is not None
    assert stand.market.refusals == {}
    assert stand.engine.conservation_faults() == []


def test_a_withdrawn_maker_stays_out_until_restored(stand: Stand) -> None:
    """Its book is empty for as long; restored, it is two-sided at the next tick."""
    pair = stand.core.exchange.pairs["ETHBTC"]
    stand.market.withdraw("ETHBTC")
    stand.run(3)
    assert pair.book.best_bid() is None
    assert pair.book.best_ask() is None
    stand.market.restore_quotes("ETHBTC")
    stand.run(1)
    assert one_sided(stand) == []


def test_depth_can_be_set_and_scaled(stand: Stand) -> None:
    """A tenth of the usual depth is about a tenth of what stands in the book; nonsense is refused in words."""
    pair = stand.core.exchange.pairs["LINKUSDT"]
    before = sum(quantity for _, quantity in pair.book.levels(True, 10))
    stand.market.scale_depth("LINKUSDT", RATIO_ONE // 10)
    assert sum(quantity for _, quantity in pair.book.levels(True, 10)) == pytest.approx(before / 10, rel=0.2)
    with pytest.raises(SandboxFault, match="above 0"):
        stand.market.set_depth("LINKUSDT", 0)
    with pytest.raises(SandboxFault, match="not in the catalogue"):
        stand.market.withdraw("NOPEUSDT")


def test_controls_survive_a_restart(stand: Stand) -> None:
    """Pins, withdrawn makers and depths go on in a market restored on the same engine, opened no second time."""
    stand.market.pin({"BTC": 42_000 * INDEX_ONE})
    stand.market.withdraw("ETHBTC")
    stand.market.scale_depth("LINKUSDT", 2 * RATIO_ONE)
    later = Stand(seed=stand.market.seed)
    later.engine, later.clock = stand.engine, stand.clock
    later.market = type(later.market)(later, later.clock, stand.market.seed)
    later.market.restore(stand.market.state())
    later.clock.advance(30 * SECOND)
    asyncio.run(later.market.open())
    later.run(3)
    assert later.core.board.assets["BTC"].price == 42_000 * INDEX_ONE
    assert one_sided(later) == ["ETHBTC"]
    assert later.market.makers.quoters["LINKUSDT"].depth == 2 * later.market.makers.quoters["LINKUSDT"].usual_depth
    assert not any(isinstance(commit.command, RegisterUser) for commit in later.commits)
    for asset in ("ETH", "SOL"):
        assert later.market.index.prices[asset] == pytest.approx(stand.market.index.prices[asset], rel=0.02)


def test_quotes_of_before_a_pause_are_gone_before_a_new_index_is_heard(stand: Stand) -> None:
    """BTC is worth half when the venue comes back: nobody sells to a maker's old bid."""
    with_alice(stand, BTC=1)
    stand.market.index.pins["BTC"] = stand.market.index.prices["BTC"] // 2
    later = Stand(seed=stand.market.seed)
    later.engine, later.clock = stand.engine, stand.clock
    later.market = type(later.market)(later, later.clock, stand.market.seed)
    later.market.restore(stand.market.state())
    asyncio.run(later.market.open())
    kinds = [commit.command for commit in later.commits]
    published = next(place for place, command in enumerate(kinds) if isinstance(command, PublishPrices))
    assert sum(isinstance(command, MassQuote) and not command.bids for command in kinds[:published]) == 731
    assert crossed(later) == []


@pytest.mark.parametrize("cut", [1, 150, 304, 700, 1_700])
def test_an_opening_that_was_cut_off_is_finished(seed: int, cut: int) -> None:
    """The process dies after some commands; the next start does the rest and nothing twice."""
    whole = Stand(seed=seed)
    asyncio.run(whole.market.open())
    torn = Stand(seed=seed)
    for commit in whole.commits[:cut]:
        torn.apply(commit.command)
    torn.market = type(torn.market)(torn, torn.clock, seed)
    asyncio.run(torn.market.open())
    assert SEAL in torn.core.users
    assert one_sided(torn) == []
    for asset in torn.core.parameters.assets.values():
        accounts = torn.core.ledger.venue[asset.symbol]
        assert accounts.pool_supply == asset.pool_supply
        assert accounts.house == whole.core.ledger.venue[asset.symbol].house == asset.pool_supply // 100
        assert accounts.fund == whole.core.ledger.venue[asset.symbol].fund
    assert torn.market.refusals == {}


def test_the_house_keeps_to_its_ids(stand: Stand) -> None:
    """No house account has an id that a user of the sandbox could get."""
    assert all(is_house(user_id) and user_id <= 9_999 for user_id in stand.core.users)
    assert len(stand.core.users) == 731 + 4 + 1


def test_a_stale_index_clears_the_books(stand: Stand) -> None:
    """An asset whose source falls silent is quoted no more; it comes back with its index."""
    stand.market.index.driver.step = lambda now: {}  # type: ignore[method-assign]
    stand.run(16)
    pair = stand.core.exchange.pairs["BTCUSDT"]
    assert pair.base.is_stale
    assert pair.book.best_bid() is None
    del stand.market.index.driver.step
    stand.run(3)
    assert not pair.base.is_stale
    assert pair.book.best_bid() is not None
