"""The index of a venue in production: public prices of several exchanges."""

from tests.sandbox.stand import Stand

from leverline.kernel.numbers import INDEX_ONE
from leverline.kernel.time import SECOND
from leverline.parameters import load_parameters
from leverline.sandbox.feed import IndexFeed

EXCHANGES = ("binance", "kraken", "okx")


def heard(feed: IndexFeed, prices: dict[str, str]) -> None:
    """Let each exchange of `prices` say its last price of BTC, and of an asset that the venue does not have."""
    for name, price in prices.items():
        feed._sources[name].hear({"BTC/USDT": {"last": price}, "NOSUCH/USDT": {"last": "1"}, "BTC/EUR": {"last": "7"}})


def test_each_exchange_is_a_source_and_three_make_an_index() -> None:
    """Two are too few in production (rule 2.1); with the third the index is the mean, one far off capped at 5 %."""
    stand = Stand(load_parameters(sandbox=False))
    feed = IndexFeed(stand, stand.clock, EXCHANGES)
    btc = stand.core.board.assets["BTC"]
    heard(feed, {"binance": "60000", "kraken": "60000"})
    feed.tick()
    assert btc.is_stale
    heard(feed, {"okx": "90000"})
    stand.clock.time += SECOND
    feed.tick()
    assert not btc.is_stale
    assert btc.price == 61_000 * INDEX_ONE  # (60,000 + 60,000 + 63,000) ÷ 3
    assert stand.market.refusals == {}


def test_an_exchange_that_is_not_heard_is_silent() -> None:
    """After ten seconds without it two sources are left, and the index is stale."""
    stand = Stand(load_parameters(sandbox=False))
    feed = IndexFeed(stand, stand.clock, EXCHANGES)
    heard(feed, dict.fromkeys(EXCHANGES, "60000"))
    feed.tick()
    assert not stand.core.board.assets["BTC"].is_stale
    for _ in range(18):
        stand.clock.time += SECOND
        heard(feed, {"binance": "60000", "kraken": "60000"})
        feed.tick()
    assert stand.core.board.assets["BTC"].is_stale
