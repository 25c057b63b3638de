"""Special keys: an ordinary key makes, lists and deletes them; each trades one margin account as if it were spot's."""

import base64
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from tests.api.margin.test_permissions import with_key
from tests.api.world import User, World

from leverline.api import spot
from leverline.api.endpoint import Table
from leverline.api.tables import wire_table
from leverline.engine.commands import Borrow, HouseDeposit, Repay, SupplyPool
from leverline.identity.keys import KeyPermission
from leverline.kernel.decimals import parse_amount
from leverline.kernel.time import HOUR, MILLISECOND
from leverline.ledger.wallet import CROSS

KEY = "/sapi/v1/margin/apiKey"
LIST = "/sapi/v1/margin/api-key-list"
EXIT = "/sapi/v1/margin/exit-special-key-mode"
BID = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.01", "price": "50000"}


@pytest.fixture(scope="session")
def table() -> Table:
    """Everything: a special key goes by spot's paths."""
    return wire_table()


@pytest.fixture
def alice(world: World) -> User:
    """Alice, of VIP level 7, with 2,000 USDT in cross and 1,000 in the accounts of BTCUSDT and ETHUSDT each."""
    user = world.user(7, USDT="10000", BTC="1")
    user.ask("POST", "/sapi/v1/asset/transfer", type="MAIN_MARGIN", asset="USDT", amount="2000")
    for pair in ("BTCUSDT", "ETHUSDT"):
        values = {"type": "MAIN_ISOLATED_MARGIN", "toSymbol": pair, "asset": "USDT", "amount": "1000"}
        user.ask("POST", "/sapi/v1/asset/transfer", **values)
    return user


def special(user: User, **values: Any) -> User:
    """Make a special key of a user and return who bears it."""
    made = user.ask("POST", KEY, apiName="fast", **values)
    assert made["type"] == "HMAC_SHA256"
    return User(user.world, user.user_id, made["apiKey"], made["secretKey"])


def test_a_key_is_listed_by_account_and_deleted_by_name(alice: User) -> None:
    """The secret is shown once; the cross account's keys are one list, a pair's another."""
    cross, pair = special(alice, ip="127.0.0.1,10.0.0.0/8"), special(alice, symbol="BTCUSDT", permissionMode="READ")
    shown = {
        "apiName": "fast", "apiKey": cross.key, "ip": "127.0.0.1/32,10.0.0.0/8", "type": "HMAC_SHA256",
        "permissionMode": "TRADE",
    }  # fmt: skip
    assert alice.ask("GET", KEY) == shown
    assert alice.ask("GET", LIST) == [shown]
    assert alice.ask("GET", KEY, symbol="BTCUSDT") == shown | {"apiKey": pair.key, "ip": "", "permissionMode": "READ"}
    assert alice.ask("DELETE", KEY, apiName="fast") == {}
    assert alice.ask("GET", LIST) == []
    assert alice.refused("GET", KEY)[0] == -70013
    assert cross.refused("GET", "/api/v3/account")[0] == -2015
    assert pair.ask("GET", "/api/v3/account")["accountType"] == "ISOLATED_MARGIN"


def test_a_key_that_may_not_use_margin_makes_none_that_does(world: World, alice: User) -> None:
    """Nor does it change one, or end one: it may trade spot only."""
    special(alice)
    poor = with_key(world, alice, KeyPermission.READ | KeyPermission.TRADE)
    assert poor.refused("POST", KEY, apiName="x")[0] == -2015
    assert poor.refused("PUT", f"{KEY}/ip", ip="0.0.0.0/0")[0] == -2015
    assert poor.refused("DELETE", KEY)[0] == -2015
    assert poor.refused("POST", EXIT)[0] == -2015
    assert len(alice.ask("GET", LIST)) == 1


def test_with_several_keys_the_one_that_is_meant_is_named(alice: User) -> None:
    """`apiKey` names it; without it a change would be of any of them, and is refused."""
    first, second = special(alice), special(alice)
    assert alice.refused("PUT", f"{KEY}/ip", ip="10.0.0.1")[0] == -1102
    assert alice.ask("PUT", f"{KEY}/ip", ip="10.0.0.1", apiKey=first.key) == {}
    assert first.refused("GET", "/api/v3/account")[0] == -2015
    assert second.ask("GET", "/api/v3/account")["accountType"] == "MARGIN"
    assert alice.ask("GET", KEY, apiKey=first.key)["ip"] == "10.0.0.1/32"
    assert alice.refused("PUT", f"{KEY}/ip", ip="no address", apiKey=first.key)[0] == -70016
    assert alice.refused("PUT", f"{KEY}/ip", ip=",", apiKey=first.key)[0] == -1130
    assert alice.refused("DELETE", KEY)[0] == -1102
    assert alice.ask("DELETE", KEY, apiKey=first.key) == {}
    assert [each["apiKey"] for each in alice.ask("GET", LIST)] == [second.key]
    assert alice.ask("DELETE", KEY) == {}
    assert alice.refused("DELETE", KEY)[0] == -70013


def test_who_may_have_one(world: World, alice: User) -> None:
    """VIP level 7, and the account that it is for must be there."""
    bob = world.user(6, USDT="1")
    assert bob.refused("POST", KEY, apiName="fast")[0] == -3003
    bob.ask("POST", "/sapi/v1/asset/transfer", type="MAIN_MARGIN", asset="USDT", amount="1")
    assert bob.refused("POST", KEY, apiName="fast") == (-3999, "This function is only available for invited users.")
    assert alice.refused("POST", KEY, apiName="fast", symbol="BNBUSDT")[0] == -3003
    assert alice.refused("POST", KEY)[0] == -1102
    assert alice.refused("POST", KEY, apiName="fast", symbol="NOPE")[0] == -1121
    assert alice.refused("POST", KEY, apiName="fast", permissionMode="ALL")[0] == -1130
    assert alice.refused("POST", KEY, apiName="fast", publicKey="no key")[0] == -70015


def test_orders_of_a_special_key_are_the_cross_accounts(world: World, alice: User) -> None:
    """Placed, shown, replaced and cancelled by spot's paths; margin's show the same, and spot's wallet has nothing."""
    key = special(alice)
    placed = key.ask("POST", "/api/v3/order", **BID)
    named = {"symbol": "BTCUSDT", "orderId": placed["orderId"]}
    assert placed["status"] == "NEW"
    assert "isIsolated" not in placed
    assert alice.ask("GET", "/sapi/v1/margin/order", **named)["isIsolated"] is False
    assert alice.refused("GET", "/api/v3/order", **named)[0] == -2013
    assert key.ask("GET", "/api/v3/order", **named)["origQty"] == "0.01000000"
    assert [each["orderId"] for each in key.ask("GET", "/api/v3/openOrders")] == [placed["orderId"]]
    assert alice.ask("GET", "/api/v3/openOrders") == []
    account = key.ask("GET", "/api/v3/account", omitZeroBalances="true")
    assert account["balances"] == [{"asset": "USDT", "free": "1500.00000000", "locked": "500.00000000"}]
    assert (account["accountType"], account["permissions"], account["canWithdraw"]) == ("MARGIN", ["MARGIN"], False)
    again = {"cancelReplaceMode": "STOP_ON_FAILURE", "cancelOrderId": placed["orderId"]}
    new = key.ask("POST", "/api/v3/order/cancelReplace", **BID, **again)["newOrderResponse"]
    amended = {"symbol": "BTCUSDT", "orderId": new["orderId"], "newQty": "0.005"}
    assert alice.refused("PUT", "/api/v3/order/amend/keepPriority", **amended)[0] == -2038
    assert key.ask("PUT", "/api/v3/order/amend/keepPriority", **amended)["amendedOrder"]["qty"] == "0.00500000"
    named = {"symbol": "BTCUSDT", "orderId": new["orderId"]}
    assert len(key.ask("GET", "/api/v3/order/amendments", **named)) == 1
    assert alice.ask("GET", "/api/v3/order/amendments", **named) == []
    assert alice.refused("DELETE", "/api/v3/order", symbol="BTCUSDT", orderId=new["orderId"])[0] == -2011
    assert key.ask("DELETE", "/api/v3/order", symbol="BTCUSDT", orderId=new["orderId"])["status"] == "CANCELED"
    key.ask("POST", "/api/v3/order", **BID)
    assert len(key.ask("DELETE", "/api/v3/openOrders", symbol="BTCUSDT")) == 1
    assert len(key.ask("GET", "/api/v3/allOrders", symbol="BTCUSDT")) == 3
    assert len(alice.ask("GET", "/sapi/v1/margin/allOrders", symbol="BTCUSDT")) == 3
    assert alice.ask("GET", "/api/v3/allOrders", symbol="BTCUSDT") == []


def test_fills_of_a_special_key_are_the_margin_accounts(world: World, alice: User) -> None:
    """A maker's bitcoin goes into the pair's account; the fill is in its myTrades and in no other."""
    maker = world.user(BTC="1")
    key = special(alice, symbol="BTCUSDT")
    maker.ask("POST", "/api/v3/order", **(BID | {"side": "SELL"}))
    placed = key.ask("POST", "/api/v3/order", symbol="BTCUSDT", side="BUY", type="MARKET", quantity="0.01")
    assert (placed["status"], len(placed["fills"])) == ("FILLED", 1)
    (fill,) = key.ask("GET", "/api/v3/myTrades", symbol="BTCUSDT")
    assert (fill["price"], fill["isBuyer"]) == ("50000.00000000", True)
    shown = alice.ask("GET", "/sapi/v1/margin/myTrades", symbol="BTCUSDT", isIsolated="TRUE")
    assert [each["id"] for each in shown] == [fill["id"]]
    assert alice.ask("GET", "/api/v3/myTrades", symbol="BTCUSDT") == []
    assert alice.ask("GET", "/sapi/v1/margin/myTrades", symbol="BTCUSDT") == []


def test_order_lists_of_a_special_key_are_its_accounts(world: World, alice: User) -> None:
    """An OCO by spot's path is one of the cross account; a pair's key neither sees nor ends it."""
    key, pair = special(alice), special(alice, symbol="ETHUSDT")
    alice.ask("POST", "/sapi/v1/asset/transfer", type="MAIN_MARGIN", asset="BTC", amount="0.5")
    oco = {
        "symbol": "BTCUSDT", "side": "SELL", "quantity": "0.1", "aboveType": "LIMIT_MAKER", "abovePrice": "62000",
        "belowType": "STOP_LOSS", "belowStopPrice": "58000",
    }  # fmt: skip
    refused = (-2010, "This symbol is not permitted for this account.")
    assert pair.refused("POST", "/api/v3/orderList/oco", **oco) == refused
    placed = key.ask("POST", "/api/v3/orderList/oco", **oco)
    named = {"orderListId": placed["orderListId"]}
    assert [each["orderListId"] for each in key.ask("GET", "/api/v3/openOrderList")] == [placed["orderListId"]]
    assert alice.ask("GET", "/sapi/v1/margin/orderList", **named)["isIsolated"] is False
    for other in (alice, pair):
        assert other.ask("GET", "/api/v3/openOrderList") == []
        assert other.ask("GET", "/api/v3/allOrderList") == []
    assert pair.refused("DELETE", "/api/v3/orderList", symbol="BTCUSDT", **named) == refused
    assert alice.refused("DELETE", "/api/v3/orderList", symbol="BTCUSDT", **named)[0] == -2011
    assert key.ask("DELETE", "/api/v3/orderList", symbol="BTCUSDT", **named)["listOrderStatus"] == "ALL_DONE"
    assert key.ask("GET", "/api/v3/openOrders") == []


def test_an_isolated_key_is_good_for_its_pair_only(alice: User) -> None:
    """Another pair's account is not touched, whatever is asked for."""
    key = special(alice, symbol="BTCUSDT")
    other = BID | {"symbol": "ETHUSDT", "price": "1000"}
    refused = (-2010, "This symbol is not permitted for this account.")
    assert key.refused("POST", "/api/v3/order", **other) == refused
    assert key.refused("POST", "/api/v3/order/test", **other) == refused
    own = {"sideEffectType": "NO_SIDE_EFFECT", "isIsolated": "TRUE"}
    order = alice.ask("POST", "/sapi/v1/margin/order", **other, **own)["orderId"]
    again = {"cancelReplaceMode": "ALLOW_FAILURE", "cancelOrderId": order}
    assert key.refused("POST", "/api/v3/order/cancelReplace", **other, **again) == refused
    assert key.refused("DELETE", "/api/v3/order", symbol="ETHUSDT", orderId=order) == refused
    assert key.refused("DELETE", "/api/v3/openOrders", symbol="ETHUSDT") == refused
    amended = {"symbol": "ETHUSDT", "orderId": order, "newQty": "0.005"}
    assert key.refused("PUT", "/api/v3/order/amend/keepPriority", **amended) == refused
    assert key.refused("GET", "/api/v3/order", symbol="ETHUSDT", orderId=order)[0] == -2013
    assert key.ask("GET", "/api/v3/openOrders") == []
    assert key.ask("POST", "/api/v3/order/test", **BID) == {}


def test_a_special_key_does_nothing_but_trade(alice: User) -> None:
    """It moves no money, makes no keys, and acts on none of margin's own paths; it reads them, as clients must."""
    key = special(alice)
    reader = special(alice, permissionMode="READ")
    for method, path in (
        ("POST", "/sapi/v1/margin/order"), ("POST", KEY), ("GET", LIST), ("POST", EXIT),
        ("POST", "/sapi/v1/asset/transfer"), ("POST", "/sapi/v1/margin/borrow-repay"),
        ("POST", "/sapi/v1/capital/withdraw/apply"),
    ):  # fmt: skip
        assert key.refused(method, path, **BID)[0] == -2015, path
    assert reader.refused("POST", "/api/v3/order", **BID)[0] == -2015
    assert len(reader.ask("GET", "/sapi/v1/margin/account")["userAssets"]) > 0
    assert reader.ask("GET", "/api/v3/account")["accountType"] == "MARGIN"


def test_the_mode_is_left_without_debts_and_entered_again_a_day_later(world: World, alice: User) -> None:
    """Leaving deletes the cross account's special keys and no pair's; for 24 hours there is no new one."""
    assert alice.ask("POST", EXIT) == {}
    cross, pair = special(alice), special(alice, symbol="ETHUSDT")
    for command in (
        HouseDeposit("BTC", parse_amount("10")), SupplyPool("BTC", parse_amount("10")),
        Borrow(alice.user_id, CROSS, "BTC", parse_amount("0.01")),
    ):  # fmt: skip
        world.send(command)
    assert alice.refused("POST", EXIT)[0] == -70032
    alice.ask("POST", "/sapi/v1/asset/transfer", type="MAIN_MARGIN", asset="BTC", amount="0.1")
    debt = world.engine.core.users[alice.user_id].cross.owed("BTC")  # type: ignore[union-attr]
    world.send(Repay(alice.user_id, CROSS, "BTC", debt))
    assert alice.ask("POST", EXIT) == {}
    assert cross.refused("GET", "/api/v3/account")[0] == -2015
    assert pair.ask("GET", "/api/v3/account")["accountType"] == "ISOLATED_MARGIN"
    world.advance(24 * HOUR - 1)
    assert alice.ask("POST", EXIT) == {}
    special(alice, symbol="BTCUSDT")
    soon = alice.call("POST", KEY, apiName="fast")
    assert (soon.json()["code"], soon.headers["retry-after"]) == (-70032, "1")
    world.advance(1)
    special(alice)
    assert alice.ask("POST", EXIT) == {}


@pytest.mark.parametrize("kind", ["RSA", "Ed25519"])
def test_a_public_key_signs(world: World, alice: User, kind: str) -> None:
    """RSA and Ed25519 keys have no secret of ours."""
    private = ed25519.Ed25519PrivateKey.generate() if kind == "Ed25519" else rsa.generate_private_key(65_537, 4_096)
    pem = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    made = alice.ask("POST", KEY, apiName="own", publicKey=pem)
    assert (made["secretKey"], made["type"]) == ("", kind)
    if not isinstance(private, ed25519.Ed25519PrivateKey):
        return
    query = urlencode({"timestamp": world.clock.now() // MILLISECOND})
    signature = quote(base64.b64encode(private.sign(query.encode())), safe="")
    answer = world.run(
        world.client.get(f"/api/v3/account?{query}&signature={signature}", headers={"X-MBX-APIKEY": made["apiKey"]})
    )
    assert answer.json()["accountType"] == "MARGIN"


def test_no_handler_of_spots_interface_chooses_the_spot_wallet_itself() -> None:
    """Which account a call acts on is the key's to say: a module that names the wallet trades spot's by any key."""
    folder = Path(spot.__file__).parent
    naming = [
        file.name for file in sorted(folder.glob("*.py"))
        if "user.spot" in (text := file.read_text(encoding="utf-8")) or "leverline.ledger.wallet import" in text
    ]  # fmt: skip
    assert naming == ["account.py"], "use call.trading_kind() and call.trading_wallet"


def test_a_signature_of_another_secret_is_refused(alice: User) -> None:
    """A special key is checked as any other."""
    key = special(alice)
    key.secret = "0" * 64
    assert key.refused("GET", "/api/v3/account")[0] == -1022
