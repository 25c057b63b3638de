"""How an account stands: bands as the rule has them, prices as the judge has them, positions by their fills."""

from decimal import Decimal
from typing import Any

import pytest
from tests.api.own.browser import Browser, registered
from tests.api.own.long import indebted
from tests.api.world import World

from leverline.engine.commands import Deposit, OpenMarginAccount, PlaceOrder, Transfer
from leverline.kernel.decimals import parse_amount
from leverline.kernel.time import HOUR
from leverline.ledger.wallet import CROSS, ISOLATED, SPOT
from leverline.market.terms import LIMIT

PATH = "/account/v1/margin-standing"


@pytest.fixture
def alice(world: World) -> Browser:
    """Alice holds 1 BTC, bought at 60,000 with 40,000 borrowed USDT, at 5x."""
    browser = registered(world, "alice@example.com")
    indebted(world, browser)
    return browser


def row_of(shown: Any, asset: str) -> Any:
    """Return one asset of an answer."""
    return next(each for each in shown["assets"] if each["asset"] == asset)


def test_bands_and_level_are_those_of_the_account(alice: Browser) -> None:
    """5x Classic: called at 1.16, liquidated at 1.1; assets of 60,000 against 40,000 and an hour's interest."""
    shown = alice.get(PATH)
    assert shown["leverage"] == 5 and shown["mode"] == "classic"
    assert (shown["bands"]["marginCall"], shown["bands"]["liquidation"]) == ("1.16000000", "1.10000000")
    assert (shown["bands"]["borrow"], shown["bands"]["transferOut"]) == ("1.25000000", "2.00000000")
    assert Decimal("1.49") < Decimal(shown["marginLevel"]) <= Decimal("1.5")
    assert Decimal(shown["netInUSDT"]) < 20_000
    assert shown["atPrices"] is None


def test_prices_of_call_and_liquidation_are_what_the_same_answer_says_at_them(alice: Browser) -> None:
    """At the price told the account is in that band, one step above it it is not."""
    btc = row_of(alice.get(PATH), "BTC")
    for name, band in (("marginCalledBelow", "MARGIN_CALL"), ("liquidatedBelow", "FORCE_LIQUIDATION")):
        price = Decimal(btc[name])
        at, above = (
            alice.get(PATH, prices=f"BTC:{each}")["atPrices"]["marginLevelStatus"]
            for each in (price, price + Decimal("0.00000002"))
        )
        assert at == band and above != band
    assert Decimal(btc["distance"]) == ((60_000 - Decimal(btc["liquidatedBelow"])) / 60_000).quantize(
        Decimal("1e-8"), "ROUND_DOWN"
    )
    assert btc["marginCalledAbove"] is None and btc["liquidatedAbove"] is None


def test_a_position_has_its_average_entry_and_its_profit_after_interest(world: World, alice: Browser) -> None:
    """Bought at 60,000 less commission in BTC; at 66,000 a tenth is earned, less what the loan was charged."""
    (long,) = alice.get(PATH)["positions"]
    assert (long["symbol"], long["side"]) == ("BTCUSDT", "LONG")
    assert long["quantity"] == "0.99900000"
    assert Decimal(long["entryPrice"]) == Decimal("60060.06006006")
    world.set_index(BTC="66000")
    for _ in range(3):
        world.advance(HOUR // 2)
        alice.get(PATH)
    (long,) = alice.get(PATH)["positions"]
    interest = Decimal(long["interestInUSDT"])
    assert interest > 0
    assert Decimal(long["profitInUSDT"]) == Decimal("0.999") * 66_000 - 60_000 - interest


def test_selling_a_part_keeps_the_entry_and_going_through_nothing_begins_anew(world: World, alice: Browser) -> None:
    """Half is sold above, the average stays; what is held but was not bought by a fill is no position."""
    user_id = alice.get("/account/v1/session")["userId"]
    half, price = parse_amount("0.5"), parse_amount("61000")
    world.send(Deposit(7, "USDT", parse_amount("200000")))
    world.send(PlaceOrder(7, SPOT, "BTCUSDT", True, LIMIT, half, price))
    world.send(PlaceOrder(user_id, CROSS, "BTCUSDT", False, LIMIT, half, price))
    (long,) = alice.get(PATH)["positions"]
    a_unit_of_cost = Decimal("0.00000003")
    assert long["quantity"] == "0.49900000"
    assert abs(Decimal(long["entryPrice"]) - Decimal("60060.06006006")) < a_unit_of_cost
    world.send(Deposit(user_id, "ETH", parse_amount("1")))
    world.send(Transfer(user_id, "ETH", parse_amount("1"), SPOT, CROSS))
    assert [each["symbol"] for each in alice.get(PATH)["positions"]] == ["BTCUSDT"]
    assert row_of(alice.get(PATH), "ETH")["netAsset"] == "1.00000000"


def test_an_isolated_account_is_named_by_its_pair_and_nonsense_is_refused_by_name(world: World, alice: Browser) -> None:
    """Without the symbol it is not known which; both assets stand in it though it is empty."""
    user_id = alice.get("/account/v1/session")["userId"]
    isolated = {"accountType": "ISOLATED_MARGIN"}
    assert alice.refused("GET", PATH, **isolated) == (400, -1102)
    assert alice.refused("GET", PATH, **isolated, symbol="BTCUSDT")[1] == -3003
    world.send(OpenMarginAccount(user_id, ISOLATED, "BTCUSDT"))
    shown = alice.get(PATH, **isolated, symbol="BTCUSDT")
    assert [each["asset"] for each in shown["assets"]] == ["BTC", "USDT"]
    assert shown["leverage"] == 10 and shown["liquidatePrice"] is None
    for wrong in ("BTC", "BTC:0", "BTC:-1", "USDT:1", "NONE:1", "BTC:1,BTC:2", "BTC:1e5", "BTC:" + "9" * 13):
        assert alice.refused("GET", PATH, prices=wrong)[1] in (-1105, -1130), wrong
