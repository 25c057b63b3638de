"""exchangeInfo: what it says of every pair, and which pairs it says it of."""

import json
from typing import Any

import pytest
from tests.api.world import User, World

from leverline.api.spot import exchange_info
from leverline.engine.commands import SetPairStatus
from leverline.kernel.time import MILLISECOND
from leverline.market.pair import Pair
from leverline.market.terms import CANCEL_ONLY, HALTED

INFO = "/api/v3/exchangeInfo"
KNOWN_FILTERS = {
    "MIN_NOTIONAL", "NOTIONAL", "PRICE_FILTER", "LOT_SIZE", "MARKET_LOT_SIZE", "ICEBERG_PARTS", "PERCENT_PRICE",
    "PERCENT_PRICE_BY_SIDE", "MAX_NUM_ORDERS", "MAX_NUM_ALGO_ORDERS", "MAX_NUM_ICEBERG_ORDERS", "MAX_NUM_ORDER_LISTS",
    "MAX_NUM_ORDER_AMENDS", "MAX_POSITION", "TRAILING_DELTA", "POSITION_RISK_CONTROL",
}  # fmt: skip
"""What the strictest client can decode (clients §7)."""


def info(world: World, **values: Any) -> dict[str, Any]:
    """Return exchangeInfo."""
    response = world.get(INFO, **values)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def refused(world: World, **values: Any) -> tuple[int, str]:
    """Return code and text of a refusal."""
    response = world.get(INFO, **values)
    assert response.status_code == 400, response.text
    return response.json()["code"], response.json()["msg"]


def names(found: dict[str, Any]) -> list[str]:
    """Return the pairs that an answer is about."""
    return [pair["symbol"] for pair in found["symbols"]]


def test_everything_is_said_of_every_pair(mallory: User) -> None:
    """All pairs, PRICE_FILTER first, no filter that a client could stumble over; permission sets, no plain list."""
    world = mallory.world
    found = info(world)
    assert list(found) == ["timezone", "serverTime", "rateLimits", "exchangeFilters", "symbols"]
    assert (found["timezone"], found["exchangeFilters"]) == ("UTC", [])
    assert found["serverTime"] == world.clock.now() // MILLISECOND
    assert names(found) == list(world.engine.core.exchange.pairs)
    for pair in found["symbols"]:
        kinds = [each["filterType"] for each in pair["filters"]]
        assert kinds[:2] == ["PRICE_FILTER", "LOT_SIZE"]
        assert "NOTIONAL" in kinds
        assert set(kinds) <= KNOWN_FILTERS
        assert len(set(kinds)) == len(kinds)
        assert (pair["permissions"], pair["permissionSets"]) == ([], [["SPOT", "MARGIN"]])
        assert pair["status"] == "TRADING"


def test_the_members_are_those_of_the_documents(mallory: User) -> None:
    """One pair in full, in the order of the documents."""
    (pair,) = info(mallory.world, symbol="BTCUSDT")["symbols"]
    assert list(pair) == [
        "symbol", "status", "baseAsset", "baseAssetPrecision", "quoteAsset", "quotePrecision", "quoteAssetPrecision",
        "baseCommissionPrecision", "quoteCommissionPrecision", "orderTypes", "icebergAllowed", "ocoAllowed",
        "otoAllowed", "opoAllowed", "quoteOrderQtyMarketAllowed", "allowTrailingStop", "cancelReplaceAllowed",
        "amendAllowed", "pegInstructionsAllowed", "isSpotTradingAllowed", "isMarginTradingAllowed", "filters",
        "permissions", "permissionSets", "defaultSelfTradePreventionMode", "allowedSelfTradePreventionModes",
    ]  # fmt: skip
    by_kind = {each["filterType"]: each for each in pair["filters"]}
    assert list(by_kind) == [
        "PRICE_FILTER", "LOT_SIZE", "ICEBERG_PARTS", "MARKET_LOT_SIZE", "PERCENT_PRICE_BY_SIDE", "NOTIONAL",
        "MAX_NUM_ORDERS", "MAX_NUM_ALGO_ORDERS", "MAX_NUM_ICEBERG_ORDERS", "MAX_NUM_ORDER_LISTS",
        "MAX_NUM_ORDER_AMENDS", "TRAILING_DELTA",
    ]  # fmt: skip
    assert by_kind["PRICE_FILTER"] == {
        "filterType": "PRICE_FILTER", "minPrice": "0.01000000", "maxPrice": "1000000000.00000000",
        "tickSize": "0.01000000",
    }  # fmt: skip
    assert by_kind["PERCENT_PRICE_BY_SIDE"] == {
        "filterType": "PERCENT_PRICE_BY_SIDE", "bidMultiplierUp": "5", "bidMultiplierDown": "0.2",
        "askMultiplierUp": "5", "askMultiplierDown": "0.2", "avgPriceMins": 0,
    }  # fmt: skip
    assert by_kind["MAX_NUM_ORDERS"] == {"filterType": "MAX_NUM_ORDERS", "maxNumOrders": 200}


def test_the_limits_are_those_in_force(mallory: User) -> None:
    """Weights by the minute, orders by ten seconds and by the day, raw requests by five minutes."""
    limits = info(mallory.world, symbol="BTCUSDT")["rateLimits"]
    assert [(each["rateLimitType"], each["interval"], each["intervalNum"], each["limit"]) for each in limits] == [
        ("REQUEST_WEIGHT", "MINUTE", 1, 6_000), ("ORDERS", "SECOND", 10, 100), ("ORDERS", "DAY", 1, 200_000),
        ("RAW_REQUESTS", "MINUTE", 5, 300_000),
    ]  # fmt: skip


def test_pairs_are_chosen(mallory: User) -> None:
    """By one name, by several, by permission, by status; permission sets may be left out."""
    world = mallory.world
    two = ["ETHUSDT", "BTCUSDT"]
    assert names(info(world, symbols=json.dumps(two))) == two
    everything = names(info(world))
    assert names(info(world, permissions="MARGIN")) == everything
    assert names(info(world, permissions=json.dumps(["SPOT", "LEVERAGED"]))) == everything
    assert names(info(world, permissions="TRD_GRP_002")) == []
    assert names(info(world, symbolStatus="TRADING")) == everything
    assert names(info(world, symbolStatus="HALT")) == []
    hidden = info(world, showPermissionSets="false")["symbols"]
    assert [pair["permissionSets"] for pair in hidden] == [[]] * len(everything)


@pytest.mark.parametrize(
    ("values", "code", "text"),
    [
        ({"symbol": "NOPE"}, -1121, "Invalid symbol."),
        ({"symbols": '["BTCUSDT","NOPE"]'}, -1121, "Invalid symbol."),
        ({"symbols": '["BTCUSDT","BTCUSDT"]'}, -1151, "Symbol is present multiple times in the list."),
        ({"symbol": "BTCUSDT", "symbols": '["ETHUSDT"]'}, -1128, "Combination of optional parameters invalid."),
        ({"symbol": "BTCUSDT", "permissions": "SPOT"}, -1128, "Combination of optional parameters invalid."),
        ({"symbol": "BTCUSDT", "symbolStatus": "HALT"}, -1128, "Combination of optional parameters invalid."),
        ({"symbolStatus": "OPEN"}, -1122, "Invalid symbolStatus."),
        ({"permissions": "EVERYTHING"}, -1130, "Data sent for parameter 'permissions' is not valid."),
        ({"symbols": "[BTCUSDT"}, -1100, "Illegal characters found in parameter 'symbols'; legal range is "
         '\'^\\["..."(,"...")*\\]$\'.'),
        ({"symbols": ""}, -1105, "Parameter 'symbols' was empty."),
    ],
)  # fmt: skip
def test_a_wrong_choice_is_named(mallory: User, values: dict[str, str], code: int, text: str) -> None:
    """Unknown, repeated and contradictory choices are refused."""
    assert refused(mallory.world, **values) == (code, text)


def test_a_changed_status_costs_one_pair(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """An operator who halts a pair does not have all of them encoded anew while everybody waits."""
    info(world)
    made: list[str] = []
    plain = exchange_info.shown_pair

    def counted(pair: Pair) -> dict[str, Any]:
        made.append(pair.symbol)
        return plain(pair)

    monkeypatch.setattr(exchange_info, "shown_pair", counted)
    world.send(SetPairStatus("BTCUSDT", HALTED))
    assert names(info(world, symbolStatus="HALT")) == ["BTCUSDT"]
    assert made == ["BTCUSDT"]


def test_a_changed_status_is_shown_at_once(world: World) -> None:
    """What is kept ready is made again when a pair halts, and when it opens again."""
    assert info(world, symbol="BTCUSDT")["symbols"][0]["status"] == "TRADING"
    world.send(SetPairStatus("BTCUSDT", HALTED))
    world.send(SetPairStatus("ETHUSDT", CANCEL_ONLY))
    by_name = {pair["symbol"]: pair["status"] for pair in info(world)["symbols"]}
    assert (by_name["BTCUSDT"], by_name["ETHUSDT"], by_name["BNBUSDT"]) == ("HALT", "BREAK", "TRADING")
    assert names(info(world, symbolStatus="HALT")) == ["BTCUSDT"]
    mismatch = world.get("/api/v3/depth", symbol="BTCUSDT", symbolStatus="TRADING").json()
    assert mismatch == {"code": -1220, "msg": "The symbol's status does not match the requested symbolStatus."}
