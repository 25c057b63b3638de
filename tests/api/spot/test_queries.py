"""What is asked about spot orders and the account."""

from typing import Any

from tests.api.world import User, World

from leverline.kernel.time import DAY, HOUR, MILLISECOND

ORDER = "/api/v3/order"
ALL = "/api/v3/allOrders"
TRADES = "/api/v3/myTrades"
LIMIT = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.5", "price": "59000"}
MARKET = {"symbol": "BTCUSDT", "side": "SELL", "type": "MARKET", "quantity": "0.2"}


def numbers(rows: list[dict[str, Any]], name: str = "orderId") -> list[int]:
    """Return one number of each row."""
    return [row[name] for row in rows]


def test_an_order_is_shown_with_its_times(carol: User, dave: User, world: World) -> None:
    """A query tells the terms, what was filled, and when it was placed, began to work, changed last."""
    placed_at = world.clock.now() // MILLISECOND
    number = carol.ask("POST", ORDER, **LIMIT, newClientOrderId="mine")["orderId"]
    world.advance(HOUR)
    dave.ask("POST", ORDER, **MARKET)
    expected = {
        "symbol": "BTCUSDT", "orderId": number, "orderListId": -1, "clientOrderId": "mine", "price": "59000.00000000",
        "origQty": "0.50000000", "executedQty": "0.20000000", "origQuoteOrderQty": "0.00000000",
        "cummulativeQuoteQty": "11800.00000000", "status": "PARTIALLY_FILLED", "timeInForce": "GTC", "type": "LIMIT",
        "side": "BUY", "stopPrice": "0.00000000", "icebergQty": "0.00000000", "time": placed_at,
        "updateTime": world.clock.now() // MILLISECOND, "isWorking": True, "workingTime": placed_at,
        "selfTradePreventionMode": "EXPIRE_MAKER",
    }  # fmt: skip
    shown = carol.ask("GET", ORDER, symbol="BTCUSDT", orderId=number)
    assert list(shown) == list(expected)
    assert shown == expected
    assert carol.ask("GET", ORDER, symbol="BTCUSDT", origClientOrderId="mine") == expected
    assert carol.ask("GET", "/api/v3/openOrders") == [expected]


def test_orders_of_others_do_not_exist(carol: User, dave: User) -> None:
    """Nor does an order in another pair, or one whose ids do not belong together."""
    number = carol.ask("POST", ORDER, **LIMIT, newClientOrderId="mine")["orderId"]
    missing = (-2013, "Order does not exist.")
    assert dave.refused("GET", ORDER, symbol="BTCUSDT", orderId=number) == missing
    assert dave.refused("GET", ORDER, symbol="BTCUSDT", origClientOrderId="mine") == missing
    assert carol.refused("GET", ORDER, symbol="ETHUSDT", orderId=number) == missing
    assert carol.refused("GET", ORDER, symbol="BTCUSDT", orderId=number, origClientOrderId="other") == missing
    assert carol.refused("GET", ORDER, symbol="BTCUSDT")[0] == -1102
    assert dave.ask("GET", ALL, symbol="BTCUSDT") == []


def test_all_orders_come_by_page(carol: User, world: World) -> None:
    """From an id on, within a window of a day, or the newest, always by rising id."""
    found = []
    for price in range(58_000, 58_006):
        found.append(carol.ask("POST", ORDER, **LIMIT | {"price": str(price)})["orderId"])
        world.advance(6 * HOUR)
    carol.ask("DELETE", ORDER, symbol="BTCUSDT", orderId=found[0])
    now = world.clock.now() // MILLISECOND
    hours = HOUR // MILLISECOND
    assert numbers(carol.ask("GET", ALL, symbol="BTCUSDT")) == found
    assert numbers(carol.ask("GET", ALL, symbol="BTCUSDT", limit=2)) == found[-2:]
    assert numbers(carol.ask("GET", ALL, symbol="BTCUSDT", orderId=found[2], limit=2)) == found[2:4]
    assert numbers(carol.ask("GET", ALL, symbol="BTCUSDT", startTime=now - 13 * hours)) == found[-2:]
    window = {"startTime": now - 36 * hours, "endTime": now - 24 * hours}
    assert numbers(carol.ask("GET", ALL, symbol="BTCUSDT", **window)) == found[:3]
    assert carol.refused("GET", ALL, symbol="BTCUSDT", startTime=now - 25 * hours, endTime=now) == (
        -1127, "More than 24 hours between startTime and endTime.",
    )  # fmt: skip
    assert carol.refused("GET", ALL) == (
        -1102, "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed.",
    )  # fmt: skip


def test_fills_are_shown_to_both_sides(carol: User, dave: User, world: World) -> None:
    """Each sees his own commission, and whether he bought and whether he made."""
    number = carol.ask("POST", ORDER, **LIMIT)["orderId"]
    dave.ask("POST", ORDER, **MARKET)
    (bought,) = carol.ask("GET", TRADES, symbol="BTCUSDT")
    assert bought == {
        "symbol": "BTCUSDT", "id": 1, "orderId": number, "orderListId": -1, "price": "59000.00000000",
        "qty": "0.20000000", "quoteQty": "11800.00000000", "commission": f"{0.2 * 0.001:.8f}",
        "commissionAsset": "BTC", "time": world.clock.now() // MILLISECOND, "isBuyer": True, "isMaker": True,
        "isBestMatch": True,
    }  # fmt: skip
    (sold,) = dave.ask("GET", TRADES, symbol="BTCUSDT")
    assert (sold["isBuyer"], sold["isMaker"], sold["commissionAsset"]) == (False, False, "USDT")
    assert sold["commission"] == f"{11800 * 0.001:.8f}"


def test_fills_come_by_page(carol: User, dave: User) -> None:
    """From an id on, of one order, or the newest; an id excludes a window."""
    first = carol.ask("POST", ORDER, **LIMIT)["orderId"]
    for _ in range(4):
        dave.ask("POST", ORDER, **MARKET | {"quantity": "0.1"})
    second = carol.ask("POST", ORDER, **LIMIT | {"price": "58000"})["orderId"]
    dave.ask("POST", ORDER, **MARKET | {"quantity": "0.3"})
    assert numbers(carol.ask("GET", TRADES, symbol="BTCUSDT"), "id") == [1, 2, 3, 4, 5, 6]
    assert numbers(carol.ask("GET", TRADES, symbol="BTCUSDT", limit=2), "id") == [5, 6]
    assert numbers(carol.ask("GET", TRADES, symbol="BTCUSDT", fromId=2, limit=2), "id") == [2, 3]
    assert numbers(carol.ask("GET", TRADES, symbol="BTCUSDT", orderId=second), "id") == [6]
    assert numbers(carol.ask("GET", TRADES, symbol="BTCUSDT", orderId=first, limit=1), "id") == [5]
    assert carol.refused("GET", TRADES, symbol="BTCUSDT", fromId=1, startTime=1) == (
        -1128, "Combination of optional parameters invalid.",
    )  # fmt: skip


def test_prevented_matches_are_told_of(carol: User) -> None:
    """An order that met its owner's other order shows the match, and the match can be asked for."""
    maker = carol.ask("POST", ORDER, **LIMIT)["orderId"]
    taker = carol.ask("POST", ORDER, **MARKET, selfTradePreventionMode="EXPIRE_BOTH")
    assert taker["status"] == "EXPIRED_IN_MATCH"
    assert (taker["preventedMatchId"], taker["preventedQuantity"]) == (1, "0.20000000")
    assert taker["preventedMatches"] == [
        {
            "preventedMatchId": 1, "makerSymbol": "BTCUSDT", "makerOrderId": maker, "price": "59000.00000000",
            "takerPreventedQuantity": "0.20000000", "makerPreventedQuantity": "0.50000000",
        }
    ]  # fmt: skip
    (match,) = carol.ask("GET", "/api/v3/myPreventedMatches", symbol="BTCUSDT", preventedMatchId=1)
    assert match == {
        "symbol": "BTCUSDT", "preventedMatchId": 1, "takerOrderId": taker["orderId"], "makerSymbol": "BTCUSDT",
        "makerOrderId": maker, "tradeGroupId": carol.user_id, "selfTradePreventionMode": "EXPIRE_BOTH",
        "price": "59000.00000000", "takerPreventedQuantity": "0.20000000", "makerPreventedQuantity": "0.50000000",
        "transactTime": match["transactTime"],
    }  # fmt: skip
    assert carol.ask("GET", "/api/v3/myPreventedMatches", symbol="BTCUSDT", orderId=maker) == [match]
    assert carol.refused("GET", "/api/v3/myPreventedMatches", symbol="BTCUSDT")[0] == -1102


def test_a_decremented_order_shows_what_was_ordered_and_what_is_prevented(carol: User, dave: User) -> None:
    """Of a half two tenths are prevented, by the match that ends the sale; three tenths are left to be bought."""
    maker = carol.ask("POST", ORDER, **LIMIT)["orderId"]
    taker = carol.ask("POST", ORDER, **MARKET, selfTradePreventionMode="DECREMENT")
    (told,) = taker["preventedMatches"]
    assert (told["takerPreventedQuantity"], told["makerPreventedQuantity"]) == ("0.20000000", "0.20000000")
    assert (taker["status"], taker["preventedQuantity"]) == ("EXPIRED_IN_MATCH", "0.20000000")
    left = carol.ask("GET", ORDER, symbol="BTCUSDT", orderId=maker)
    assert (left["status"], left["origQty"], left["preventedQuantity"], left["preventedMatchId"]) == (
        "NEW", "0.50000000", "0.20000000", 1,
    )  # fmt: skip
    sold = dave.ask("POST", ORDER, **MARKET | {"quantity": "0.4"})
    assert (sold["executedQty"], "preventedMatches" in sold) == ("0.30000000", False)
    done = carol.ask("GET", ORDER, symbol="BTCUSDT", orderId=maker)
    assert (done["status"], done["executedQty"], done["origQty"]) == ("FILLED", "0.30000000", "0.50000000")


def test_the_account_shows_what_is_free_and_what_is_locked(carol: User, world: World) -> None:
    """Every asset is listed unless those without a balance are left out; rates are those of VIP 0."""
    carol.ask("POST", ORDER, **LIMIT)
    account = carol.ask("GET", "/api/v3/account", omitZeroBalances="true")
    assert {row["asset"]: (row["free"], row["locked"]) for row in account["balances"]} == {
        "USDT": (f"{1_000_000 - 0.5 * 59_000:.8f}", f"{0.5 * 59_000:.8f}"),
        "BTC": ("10.00000000", "0.00000000"),
        "ETH": ("100.00000000", "0.00000000"),
    }
    zeros = {"buyer": "0.00000000", "seller": "0.00000000"}
    assert account["commissionRates"] == {"maker": "0.00100000", "taker": "0.00100000"} | zeros
    assert (account["makerCommission"], account["takerCommission"]) == (10, 10)
    assert (account["accountType"], account["canTrade"], account["uid"]) == ("SPOT", True, carol.user_id)
    everything = carol.ask("GET", "/api/v3/account")["balances"]
    assert len(everything) == len(world.engine.core.board.assets)


def test_commission_rates_of_a_pair(carol: User) -> None:
    """Standard rates, and none of the other kinds."""
    rates = carol.ask("GET", "/api/v3/account/commission", symbol="BTCUSDT")
    assert list(rates) == ["symbol", "standardCommission", "specialCommission", "taxCommission", "discount"]
    assert rates["standardCommission"]["taker"] == "0.00100000"
    assert set(rates["taxCommission"].values()) == {"0.00000000"}


def test_nothing_is_shown_to_who_does_not_sign(world: World) -> None:
    """Without a key the account's endpoints refuse with 401."""
    response = world.get("/api/v3/account")
    assert (response.status_code, response.json()["code"]) == (401, -2014)


def test_a_day_is_a_day(carol: User, world: World) -> None:
    """A window of exactly 24 hours is allowed."""
    now = world.clock.now() // MILLISECOND
    assert carol.ask("GET", ALL, symbol="BTCUSDT", startTime=now - DAY // MILLISECOND, endTime=now) == []
