"""Mode and leverage of the cross account, chosen in a browser, and what is then told of the account."""

import pytest
from tests.api.own.browser import Browser, registered
from tests.api.own.long import indebted
from tests.api.world import World

from leverline.engine.commands import Deposit, GrantPermission, MassQuote, Transfer
from leverline.identity.texts import LOAN_RISK
from leverline.kernel.decimals import parse_amount
from leverline.ledger.wallet import CROSS, SPOT
from leverline.margin.account import MAY_PRO

CHOICE = "/account/v1/cross"
PREVIEW = "/account/v1/order-preview"
LIMIT = {
    "accountType": "MARGIN", "symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC",
    "quantity": "0.01", "price": "59000", "sideEffectType": "MARGIN_BUY",
}  # fmt: skip


@pytest.fixture
def alice(world: World, alice: Browser) -> Browser:
    """She owns 20,000 USDT of a position of 1 BTC, owes 40,000 USDT, and may trade in Pro."""
    world.send(GrantPermission(indebted(world, alice), MAY_PRO))
    maker = world.user(USDT="100000", BTC="10")
    sides = [[(parse_amount(price), parse_amount("1"))] for price in ("59990", "60010")]
    world.send(MassQuote(maker.user_id, SPOT, "BTCUSDT", *sides))
    versions = {each["name"]: each["version"] for each in alice.get("/account/v1/texts")}
    alice.post("/account/v1/texts/accept", name=LOAN_RISK, version=versions[LOAN_RISK])
    return alice


def test_a_leverage_is_chosen(world: World, alice: Browser) -> None:
    """One that is offered and that the account's level allows; the answer is how it stands afterwards."""
    assert alice.refused("POST", CHOICE, mode="classic", leverage=3) == (400, -3023)
    user_id, more = alice.get("/account/v1/session")["userId"], parse_amount("20000")
    world.send(Deposit(user_id, "USDT", more))
    world.send(Transfer(user_id, "USDT", more, SPOT, CROSS))
    chosen = alice.post(CHOICE, mode="classic", leverage=3)
    assert (chosen["mode"], chosen["leverage"]) == ("classic", 3)
    assert chosen == alice.get(CHOICE)
    assert alice.refused("POST", CHOICE, mode="classic") == (400, -1102)
    assert alice.refused("POST", CHOICE, mode="classic", leverage=4) == (400, -1130)


def test_what_the_vip_level_goes_by_is_told(world: World, alice: Browser) -> None:
    """She bought for 60,000 USDT today; a day later that counts still, and so does her own BNB."""
    assert (alice.get(CHOICE)["volumeCounted"], alice.get(CHOICE)["bnbOwned"]) == ("60000.00000000", "0.00000000")
    world.send(Deposit(alice.get("/account/v1/session")["userId"], "BNB", parse_amount("25")))
    assert alice.get(CHOICE)["bnbOwned"] == "25.00000000"


def test_pro_is_chosen_and_told(alice: Browser) -> None:
    """It has no leverage of its own; previews show its margins, and the history the change of mode."""
    chosen = alice.post(CHOICE, mode="pro")
    assert (chosen["isOpen"], chosen["mode"], chosen["leverage"]) == (True, "pro", None)
    shown = alice.post(PREVIEW, **LIMIT)
    assert shown["isAccepted"], shown["refusal"]
    assert shown["after"].keys() - shown["before"].keys() == {"assets"}
    assert shown["borrow"] == {"asset": "USDT", "amount": "530.00000000"}
    assert shown["interest"]["asset"] == "USDT"
    assert shown["remainingCommission"]["maker"]["asset"] == "BTC"
    changes = alice.get("/account/v1/margin-history")["rows"]
    assert [row["mode"] for row in changes if row["what"] == "mode"] == ["pro", "classic"]


def test_who_has_no_cross_account_chooses_nothing(world: World) -> None:
    """It opens with the first transfer."""
    bob = registered(world, "bob@example.com")
    assert bob.get(CHOICE)["isOpen"] is False
    assert bob.refused("POST", CHOICE, mode="pro") == (400, -3003)
