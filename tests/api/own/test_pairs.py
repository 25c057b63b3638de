"""Pairs as the pages show them, told by the same functions as to programs."""

from typing import Any

import pytest
from tests.api.own.browser import Browser, operator
from tests.api.world import NOON, World

from leverline.identity.operators import Role
from leverline.kernel.time import DAY, MILLISECOND

PAIR = "/public/v1/pair"
REMOVAL = (NOON + 8 * DAY) // MILLISECOND


@pytest.fixture
def anybody(world: World) -> Browser:
    """Somebody who has not signed in."""
    return Browser(world)


def filters_of(anybody: Browser, symbol: str) -> dict[str, Any]:
    (pair,) = anybody.get("/api/v3/exchangeInfo", symbol=symbol)["symbols"]
    return {each["filterType"]: each for each in pair["filters"]}


def test_a_pair_is_told_in_one_answer_as_programs_are_told_it_in_many(anybody: Browser) -> None:
    """Filters, statistics, index and what may be traded on margin."""
    told, filters = anybody.get(PAIR, symbol="BTCUSDT"), filters_of(anybody, "BTCUSDT")
    day = anybody.get("/api/v3/ticker/24hr", symbol="BTCUSDT")
    assert (told["base"], told["quote"], told["status"]) == ("BTC", "USDT", "TRADING")
    assert told["tickSize"] == filters["PRICE_FILTER"]["tickSize"]
    assert (told["stepSize"], told["minQty"]) == (filters["LOT_SIZE"]["stepSize"], filters["LOT_SIZE"]["minQty"])
    assert told["minNotional"] == filters["NOTIONAL"]["minNotional"]
    for name in ("lastPrice", "highPrice", "lowPrice", "priceChangePercent", "quoteVolume", "bidPrice", "askPrice"):
        assert told[name] == day[name], name
    assert told["indexPrice"] == anybody.get("/api/v3/referencePrice", symbol="BTCUSDT")["referencePrice"]
    assert told["trades"] == anybody.get("/api/v3/trades", symbol="BTCUSDT", limit=50)
    assert "delistTime" not in told


def test_the_rates_are_those_of_an_hour_and_a_year_at_vip_0(anybody: Browser, alice: Browser) -> None:
    """Base first, then quote; a year is 8,760 hours."""
    base, quote = anybody.get(PAIR, symbol="BTCUSDT")["rates"]
    assert (base["asset"], quote["asset"]) == ("BTC", "USDT")
    assert quote["isBorrowable"]
    (cross,) = alice.get("/sapi/v1/margin/crossMarginData", coin="USDT", vipLevel=0)
    assert quote["yearly"] == cross["yearlyInterest"]
    assert int(quote["yearly"].replace(".", "")) == 8_760 * int(quote["hourly"].replace(".", "")) > 0


def test_the_leverage_is_that_of_the_isolated_account(anybody: Browser, alice: Browser) -> None:
    """As the isolated pair's terms have it; 0 where there is no such account."""
    told = {each["symbol"]: each for each in anybody.get("/public/v1/pairs")}
    terms = alice.get("/sapi/v1/margin/isolatedMarginData", vipLevel=0)
    expected = {each["symbol"]: int(each["leverage"]) for each in terms}
    assert {name: each["isolatedLeverage"] for name, each in told.items() if each["isIsolated"]} == expected
    assert {each["isolatedLeverage"] for each in told.values() if not each["isIsolated"]} <= {0}
    cross = {each["symbol"] for each in anybody.get("/sapi/v1/margin/allPairs")}
    assert {name for name, each in told.items() if each["isCross"]} == cross


def test_a_planned_delisting_is_told(world: World, anybody: Browser) -> None:
    """Of every pair of the asset that goes."""
    desk = operator(world, Role.RISK)
    desk.post("/operator/v1/delisting", asset="ETH", removalTime=REMOVAL, reason="as the board decided")
    assert anybody.get(PAIR, symbol="ETHUSDT")["delistTime"] == REMOVAL
    leaving = {each["symbol"] for each in anybody.get("/public/v1/pairs") if "delistTime" in each}
    assert {"ETHUSDT", "ETHBTC"} <= leaving
    assert "BTCUSDT" not in leaving


def test_an_unknown_pair_is_refused(anybody: Browser) -> None:
    """As everywhere."""
    assert anybody.refused("GET", PAIR, symbol="NOSUCH") == (400, -1121)
    assert anybody.refused("GET", PAIR) == (400, -1102)
