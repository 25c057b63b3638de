"""What the pages of an account ask first: all wallets with values, and fills in all pairs."""

import pytest
from tests.api.own.browser import Browser, opened, registered
from tests.api.world import User, World

from leverline.engine.commands import Deposit, HouseDeposit, SupplyPool
from leverline.kernel.decimals import parse_amount

TRANSFER = "/sapi/v1/asset/transfer"
LEND = "/sapi/v1/margin/borrow-repay"
ISOLATED = {"isIsolated": "TRUE", "symbol": "ETHUSDT"}


@pytest.fixture
def bob(world: World) -> User:
    """1,000 USDT and 1 ETH in spot; 0.1 BTC in cross against 1,000 USDT of debt; 500 USDT in ETHUSDT."""
    world.send(HouseDeposit("USDT", parse_amount("100000")))
    world.send(SupplyPool("USDT", parse_amount("100000")))
    user = world.user(USDT="1500", ETH="1", BTC="0.1")
    user.ask("POST", TRANSFER, type="MAIN_MARGIN", asset="BTC", amount="0.1")
    user.ask("POST", TRANSFER, type="MAIN_ISOLATED_MARGIN", toSymbol="ETHUSDT", asset="USDT", amount="500")
    user.ask("POST", LEND, type="BORROW", asset="USDT", amount="1000", isIsolated="FALSE")
    return user


def test_every_wallet_is_there_with_its_value(bob: User) -> None:
    """Spot 1,000 + 2,500, cross 6,000 less the first hour's interest, isolated 500: all of it in one answer."""
    found = bob.ask("GET", "/account/v1/wallets")
    assert found["spot"]["value"] == "3500.00000000"
    assert {each["asset"]: each["value"] for each in found["spot"]["assets"]} == {
        "USDT": "1000.00000000", "ETH": "2500.00000000",
    }  # fmt: skip
    cross = found["cross"]
    usdt, btc = sorted(cross["assets"], key=lambda each: each["asset"], reverse=True)
    assert (btc["value"], usdt["borrowed"], cross["assetsValue"]) == ("6000.00000000", "1000.00000000", "7000.00000000")
    interest = parse_amount(usdt["interest"])
    assert interest > 0 and parse_amount(cross["value"]) == parse_amount("6000") - interest
    assert float(cross["marginLevel"]) == pytest.approx(7, abs=0.01)
    (isolated,) = found["isolated"]
    assert (isolated["symbol"], isolated["value"], isolated["marginLevel"]) == ("ETHUSDT", "500.00000000", None)
    assert parse_amount(found["value"]) == parse_amount("10000") - interest


def test_before_the_first_transfer_there_is_spot_alone(world: World) -> None:
    """No margin account is made up."""
    found = world.user().ask("GET", "/account/v1/wallets")
    assert found == {
        "value": "0.00000000",
        "spot": {"value": "0.00000000", "assets": []},
        "cross": None,
        "isolated": [],
    }


def test_a_tier_is_fixed_and_let_go(world: World) -> None:
    """Which tier is chosen is shown; one that the pair lacks is refused, and so is a pair without an account."""
    browser = browser_with_isolated(world)
    path, tiers = "/account/v1/isolated/tier", len(tiers_of(world))
    for tier in range(1, tiers + 1):
        assert browser.post(path, symbol="ETHUSDT", tier=tier)["chosenTier"] == tier
    assert browser.refused("POST", path, symbol="ETHUSDT", tier=tiers + 1) == (400, -1130)
    assert browser.refused("POST", path, symbol="BTCUSDT", tier=1) == (400, -3003)
    assert browser.post(path, symbol="ETHUSDT", tier=0)["chosenTier"] is None


def tiers_of(world: World) -> tuple[object, ...]:
    """Return the tiers of ETHUSDT."""
    return tuple(world.engine.core.exchange.pairs["ETHUSDT"].parameters.isolated_tiers)


def browser_with_isolated(world: World) -> Browser:
    """Return the browser of somebody with an isolated account of ETHUSDT."""
    browser = registered(world, "bob@example.com")
    opened(browser)
    user_id = browser.get("/account/v1/session")["userId"]
    fund(world, user_id)
    transfer = {"type": "MAIN_ISOLATED_MARGIN", "toSymbol": "ETHUSDT", "asset": "USDT", "amount": "500"}
    assert browser.send("POST", TRANSFER, data=transfer).status_code == 200
    return browser


def fund(world: World, user_id: int) -> None:
    """Put 1,000 USDT into a spot wallet."""
    world.send(Deposit(user_id, "USDT", parse_amount("1000")))


def test_fills_of_all_pairs_are_listed_newest_first(world: World, bob: User) -> None:
    """Each account has its own list; pages are counted."""
    maker = world.user(BTC="5", ETH="50")
    for symbol, price in (("ETHUSDT", "2500"), ("BTCUSDT", "60000")):
        terms = {"symbol": symbol, "type": "LIMIT", "timeInForce": "GTC", "price": price}
        maker.ask("POST", "/api/v3/order", **terms, side="SELL", quantity="0.01")
        bob.ask("POST", "/api/v3/order", **terms, side="BUY", quantity="0.004")
        bob.ask("POST", "/sapi/v1/margin/order", **terms, side="BUY", quantity="0.005")
    spot = bob.ask("GET", "/account/v1/trades")
    assert [(each["symbol"], each["side"], each["qty"]) for each in spot["rows"]] == [
        ("BTCUSDT", "BUY", "0.00400000"), ("ETHUSDT", "BUY", "0.00400000"),
    ]  # fmt: skip
    assert spot["rows"][0]["quoteQty"] == "240.00000000" and spot["rows"][0]["isMaker"] is False
    cross = bob.ask("GET", "/account/v1/trades", accountType="MARGIN", size=1)
    assert (len(cross["rows"]), cross["total"]) == (1, 2)
    pair = {"accountType": "ISOLATED_MARGIN", "symbol": "ETHUSDT"}
    assert bob.ask("GET", "/account/v1/trades", **pair) == {"rows": [], "total": 0}


def test_transfers_in_all_directions_are_listed_newest_first(bob: User) -> None:
    """Both ends are named, an isolated one by its pair."""
    back = {"type": "ISOLATED_MARGIN_MARGIN", "fromSymbol": "ETHUSDT", "asset": "USDT", "amount": "20"}
    bob.ask("POST", TRANSFER, **back)
    found = bob.ask("GET", "/account/v1/transfers")
    ends = [(each["from"]["accountType"], each["to"]["accountType"], each["amount"]) for each in found["rows"]]
    assert ends == [
        ("ISOLATED_MARGIN", "MARGIN", "20.00000000"),
        ("SPOT", "ISOLATED_MARGIN", "500.00000000"),
        ("SPOT", "MARGIN", "0.10000000"),
    ]
    assert (found["total"], found["rows"][0]["from"]["symbol"], found["rows"][0]["to"]["symbol"]) == (3, "ETHUSDT", "")
