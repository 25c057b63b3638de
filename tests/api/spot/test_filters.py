"""Filters through the wire: each that the venue shows lets an order pass on one side and fails it on the other."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.api.world import World

from leverline.api.endpoint import Table
from leverline.engine.commands import Deposit
from leverline.kernel.decimals import parse_amount
from leverline.kernel.numbers import RATIO_ONE

ROWS: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("filters.yaml").read_text(encoding="utf-8"))
ORDER = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.5", "price": "59000"}
FIGURES = {
    "price_min": parse_amount("10000"), "price_max": parse_amount("500000"), "quantity_min": parse_amount("0.001"),
    "quantity_max": parse_amount("2"), "market_quantity_max": parse_amount("1"), "notional_min": parse_amount("70"),
    "notional_max": parse_amount("100000"), "percent_up": 5 * RATIO_ONE, "percent_down": RATIO_ONE // 5,
    "orders_max": 4, "algo_orders_max": 2, "iceberg_orders_max": 2, "iceberg_parts_max": 100,
    "position_max": parse_amount("5"), "trailing_above_min": 10, "trailing_above_max": 2_000, "trailing_below_min": 20,
    "trailing_below_max": 1_000, "order_amends_max": 2, "order_lists_max": 1,
}  # fmt: skip
OVER_ALL_PAIRS = {"exchange_orders_max": 5, "exchange_algo_orders_max": 3, "exchange_iceberg_orders_max": 3}
BIG = {"USDT": "10000000"}


@pytest.fixture(scope="module")
def strict(table: Table) -> Iterator[World]:
    """A venue whose BTCUSDT has every filter, and which counts over all pairs; its last price is 60,000."""
    with pytest.MonkeyPatch.context() as patch:
        world = World(None, table)
        rules = world.engine.core.exchange.pairs["BTCUSDT"].parameters
        for name, value in FIGURES.items():
            patch.setattr(rules, name, value)
        for name, value in OVER_ALL_PAIRS.items():
            patch.setattr(world.engine.core.parameters.trading, name, value)
        for side in ("SELL", "BUY"):
            world.user(USDT="10000", BTC="1").ask("POST", "/api/v3/order", **ORDER | {"price": "60000", "side": side,
                                                                                      "quantity": "0.1"})  # fmt: skip
        world.user(BTC="4").ask(
            "POST", "/api/v3/order", **ORDER | {"price": "60001", "side": "SELL", "quantity": "1.5"}
        )
        yield world
        world.stop()


def order(changes: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters of an order with `changes`."""
    return {name: value for name, value in (ORDER | changes).items() if value is not None}


def name_of(row: dict[str, Any]) -> str:
    """Return a row for the report of a run."""
    return f"{row['filter']}: {row['what']}"


@pytest.mark.parametrize("row", [row for row in ROWS if "inside" in row], ids=name_of)
def test_an_order_passes_a_filter_on_one_side_and_fails_it_on_the_other(strict: World, row: dict[str, Any]) -> None:
    """Placed where it just passes, refused by the filter's name where it just does not."""
    user = strict.user(**BIG | row.get("funds", {"BTC": "1"}))
    user.ask("POST", "/api/v3/order/test", **order(row["inside"]))
    for asset, amount in row.get("more", {}).items():
        strict.send(Deposit(user.user_id, asset, parse_amount(amount)))
    for path in ("/api/v3/order", "/api/v3/order/test"):
        assert user.refused("POST", path, **order(row["outside"])) == (-1013, f"Filter failure: {row['filter']}")


@pytest.mark.parametrize("row", [row for row in ROWS if "count" in row], ids=name_of)
def test_one_order_too_many_is_refused_by_the_filter_that_counts(strict: World, row: dict[str, Any]) -> None:
    """The last that may stand is placed, the next is refused; when one is cancelled, there is room again."""
    user = strict.user(**BIG)
    standing = order(row["standing"]) if "standing" in row else order(row["elsewhere"]) | {"symbol": "ETHUSDT"}
    made = [user.ask("POST", "/api/v3/order", **standing) for _ in range(row["count"])]
    one_more = order(row.get("change", row.get("standing", {})))
    assert user.refused("POST", "/api/v3/order", **one_more) == (-1013, f"Filter failure: {row['filter']}")
    user.ask("DELETE", "/api/v3/order", symbol=standing["symbol"], orderId=made[0]["orderId"])
    user.ask("POST", "/api/v3/order", **one_more)


@pytest.mark.parametrize("row", [row for row in ROWS if "amends" in row], ids=name_of)
def test_an_order_is_amended_so_often_and_not_more(strict: World, row: dict[str, Any]) -> None:
    """The filter of amendments is one of the engine's rejections of them."""
    user = strict.user(**BIG)
    made = user.ask("POST", "/api/v3/order", **ORDER)
    amended = {"symbol": "BTCUSDT", "orderId": made["orderId"]}
    for number in range(row["amends"]):
        user.ask("PUT", "/api/v3/order/amend/keepPriority", **amended, newQty=f"0.{4 - number}")
    answer = user.refused("PUT", "/api/v3/order/amend/keepPriority", **amended, newQty="0.1")
    assert answer == (-2038, f"Filter failure: {row['filter']}")


@pytest.mark.parametrize("row", [row for row in ROWS if "lists" in row], ids=name_of)
def test_one_order_list_too_many_is_refused(strict: World, row: dict[str, Any]) -> None:
    """When the list is cancelled, there is room again."""
    user = strict.user(**BIG)
    oco = {"symbol": "BTCUSDT", "side": "BUY", "quantity": "0.01", "price": "59000", "stopPrice": "61000"}
    made = [user.ask("POST", "/api/v3/order/oco", **oco) for _ in range(row["lists"])]
    assert user.refused("POST", "/api/v3/order/oco", **oco) == (-1013, f"Filter failure: {row['filter']}")
    user.ask("DELETE", "/api/v3/orderList", symbol="BTCUSDT", orderListId=made[0]["orderListId"])
    user.ask("POST", "/api/v3/order/oco", **oco)


def test_every_filter_that_is_shown_has_its_two_sides_here(strict: World) -> None:
    """The pair and the account show those of the table and no others, with the figures in force."""
    user = strict.user(**BIG)
    info = strict.get("/api/v3/exchangeInfo", symbol="BTCUSDT").json()
    mine = user.ask("GET", "/api/v3/myFilters", symbol="BTCUSDT")
    assert mine["symbolFilters"] == info["symbols"][0]["filters"]
    assert mine["exchangeFilters"] == info["exchangeFilters"]
    assert mine["assetFilters"] == []
    assert [(each["interval"], each["limit"], each["count"]) for each in mine["rateLimits"]] == [
        ("SECOND", 100, 0), ("DAY", 200_000, 0),
    ]  # fmt: skip
    shown = {each["filterType"] for each in mine["symbolFilters"] + mine["exchangeFilters"]}
    assert shown == {row["filter"] for row in ROWS}
    assert {"filterType": "EXCHANGE_MAX_NUM_ORDERS", "maxNumOrders": 5} in mine["exchangeFilters"]
    assert {"filterType": "MAX_NUM_ORDER_AMENDS", "maxNumOrderAmends": 2} in mine["symbolFilters"]
    assert {
        "filterType": "TRAILING_DELTA", "minTrailingAboveDelta": 10, "maxTrailingAboveDelta": 2_000,
        "minTrailingBelowDelta": 20, "maxTrailingBelowDelta": 1_000,
    } in mine["symbolFilters"]  # fmt: skip
