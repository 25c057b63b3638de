"""What an order would do, asked by the page of a browser or by a signed request."""

import hashlib
import hmac
import json
from typing import Any

import pytest
from tests.api.own.browser import Browser
from tests.api.world import User, World

from leverline.engine.commands import MassQuote, OpenMarginAccount, Transfer
from leverline.kernel.decimals import parse_amount
from leverline.kernel.time import MILLISECOND
from leverline.ledger.wallet import CROSS, SPOT

PREVIEW = "/account/v1/order-preview"
BUY = {"accountType": "SPOT", "symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.01"}


@pytest.fixture
def trader(world: World) -> User:
    """Somebody with funds in spot and cross; a maker stands at 59,990 and 60,010."""
    maker = world.user(USDT="1000000", BTC="100")
    sides = [[(parse_amount(price), parse_amount("10"))] for price in ("59990", "60010")]
    world.send(MassQuote(maker.user_id, SPOT, "BTCUSDT", *sides))
    found = world.user(USDT="10000")
    world.send(OpenMarginAccount(found.user_id, CROSS))
    world.send(Transfer(found.user_id, "USDT", parse_amount("5000"), SPOT, CROSS))
    return found


def signed(user: User, **members: Any) -> Any:
    """Send the preview as a bot does: JSON in the body, key and signature as ever."""
    body = json.dumps(members).encode()
    query = f"timestamp={user.world.clock.now() // MILLISECOND}"
    signature = hmac.new(user.secret.encode(), query.encode() + body, hashlib.sha256).hexdigest()
    headers = {"X-MBX-APIKEY": user.key, "content-type": "application/json"}
    path = f"{PREVIEW}?{query}&signature={signature}"
    return user.world.run(user.world.client.post(path, content=body, headers=headers)).json()


def test_a_spot_order_is_foreseen(world: World, trader: User) -> None:
    """0.01 BTC at 60,010 costs 600.10 USDT and 0.1 % of the BTC; spot has no margin to speak of."""
    before = world.engine.state_hash()
    shown = signed(trader, **BUY)
    assert (shown["isAccepted"], shown["status"], shown["avgPrice"]) == (True, "FILLED", "60010.00000000")
    assert shown["locked"]["amount"] == "600.10000000"
    assert shown["commission"] == [{"asset": "BTC", "amount": "0.00001000"}]
    assert shown["before"] is shown["after"] is None
    assert world.engine.state_hash() == before


def test_a_cross_order_is_foreseen(trader: User) -> None:
    """The account is named by its type; what is borrowed comes of the side effect."""
    shown = signed(trader, **(BUY | {"accountType": "MARGIN", "quantity": "0.1"}))
    assert shown["refusal"]["detail"] == "5000 USDT is free, the order needs 6001"
    assert shown["before"]["marginLevel"] == "999.00000000"


def test_a_browser_asks_with_its_session(alice: Browser) -> None:
    """A page asks the same path; a new user without funds is told what he lacks."""
    shown = alice.post(PREVIEW, **(BUY | {"type": "LIMIT", "timeInForce": "GTC", "price": "50000"}))
    assert shown["refusal"]["code"] == -2010
    assert shown["refusal"]["detail"] == "0 USDT is free, the order needs 500"


def test_a_loan_is_not_foreseen_before_the_warning(alice: Browser) -> None:
    """Who has not acknowledged the risk of loans is refused one, in the preview too."""
    terms = {"accountType": "MARGIN", "sideEffectType": "MARGIN_BUY"}
    refusal = alice.post(PREVIEW, **(BUY | terms))["refusal"]
    assert (refusal["code"], refusal["msg"]) == (-3008, "Borrow not allowed.")


def test_an_order_that_cannot_be_written_is_an_error(alice: Browser) -> None:
    """What the order's type lacks or does not take is no preview but the error of the parameter."""
    assert alice.refused("POST", PREVIEW, **(BUY | {"price": "1"})) == (400, -1106)
    assert alice.refused("POST", PREVIEW, **(BUY | {"symbol": "NOPE"})) == (400, -1121)
    assert alice.refused("POST", PREVIEW, **(BUY | {"accountType": "FUTURES"})) == (400, -1130)
