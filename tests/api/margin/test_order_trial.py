"""Orders of margin accounts tried without placing them, and what they would do (an extension of the interface)."""

from typing import Any

import pytest
from tests.api.margin.busy import ORDER, TRANSFER, fund_maker, quote
from tests.api.world import User, World
from tests.described import validator_of

ACCOUNT = "/sapi/v1/margin/account"
TRIAL = "/sapi/v1/margin/order/test"
TERMS = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.1"}


@pytest.fixture
def cross(alice: User, maker: User) -> User:
    """Alice with 5,000 USDT in her cross account; a maker stands at 59,990 and 60,010."""
    fund_maker(maker)
    quote(maker, "59990", "60010")
    alice.ask("POST", TRANSFER, type="MAIN_MARGIN", asset="USDT", amount="5000")
    return alice


def seen(user: User, **terms: Any) -> Any:
    """Return what an order would do."""
    return user.ask("POST", TRIAL, **(TERMS | terms), computeMargin="true")


def test_every_preview_is_as_it_is_described(cross: User) -> None:
    """Accepted and refused, filled, resting and waiting, with a loan and without, Classic and Pro."""
    validator = validator_of("POST /account/v1/order-preview")
    limit = {"type": "LIMIT", "timeInForce": "GTC", "price": "50000"}
    stop = {"type": "STOP_LOSS", "stopPrice": "61000"}
    loan = {"sideEffectType": "MARGIN_BUY"}
    for mode in ("5", "10"):
        cross.world.limits.counters.clear()
        cross.ask("POST", "/sapi/v1/margin/max-leverage", maxLeverage=mode)
        for words in ({}, loan, limit, limit | loan, stop | loan, {"quantity": "0.05"}):
            validator.validate(seen(cross, **words))


def test_a_good_order_is_answered_with_nothing(world: World, cross: User) -> None:
    """As spot's trial is; nothing changes."""
    before = world.engine.state_hash()
    assert cross.ask("POST", TRIAL, **TERMS, sideEffectType="MARGIN_BUY") == {}
    assert world.engine.state_hash() == before


def test_a_bad_order_is_refused_as_it_would_be_placed(cross: User) -> None:
    """The same code and text as of placing it."""
    for terms in ({}, {"quantity": "0.000001"}, {"quantity": "100", "sideEffectType": "MARGIN_BUY"}):
        wanted = TERMS | terms
        assert cross.refused("POST", TRIAL, **wanted) == cross.refused("POST", ORDER, **wanted)


def test_a_preview_tells_loan_interest_commission_and_levels(cross: User) -> None:
    """0.1 BTC at 60,010 costs 6,001 USDT, 1,001 of them borrowed; what is seen is what placing it leaves."""
    shown = seen(cross, sideEffectType="MARGIN_BUY")
    assert shown["isAccepted"]
    assert shown["refusal"] is None
    assert shown["borrow"] == {"asset": "USDT", "amount": "1001.00000000"}
    assert shown["locked"] == {"asset": "USDT", "amount": "6001.00000000", "remaining": "0.00000000"}
    assert (shown["status"], shown["avgPrice"], shown["executedQty"]) == ("FILLED", "60010.00000000", "0.10000000")
    assert shown["commission"] == [{"asset": "BTC", "amount": "0.00010000"}]
    assert shown["before"]["marginLevel"] == "999.00000000"
    placed = cross.ask("POST", ORDER, **TERMS, sideEffectType="MARGIN_BUY")
    account = cross.ask("GET", ACCOUNT)
    assert placed["marginBuyBorrowAmount"] == 1001
    for name in ("marginLevel", "collateralMarginLevel", "TotalCollateralValueInUSDT"):
        assert shown["after"][name] == account[name]
    (row,) = [row for row in account["userAssets"] if row["asset"] == "USDT"]
    assert shown["interest"]["amount"] == row["interest"]


def test_a_refusal_is_told_with_its_figures(cross: User) -> None:
    """Without side effect the 1,001 USDT are missing: code, text, and how much is free and needed."""
    shown = seen(cross)
    assert not shown["isAccepted"]
    refusal = shown["refusal"]
    assert (refusal["code"], refusal["msg"]) == (-2010, "Account has insufficient balance for requested action.")
    assert refusal["detail"] == "5000 USDT is free, the order needs 6001"
    assert "after" not in shown


def test_an_isolated_preview_has_the_prices_of_its_page(world: World, alice: User, maker: User) -> None:
    """The liquidation price is the one that the isolated account shows once the order is placed."""
    fund_maker(maker)
    quote(maker, "59990", "60010")
    alice.ask("POST", TRANSFER, type="MAIN_ISOLATED_MARGIN", asset="USDT", amount="2000", toSymbol="BTCUSDT")
    terms = {"isIsolated": "TRUE", "sideEffectType": "MARGIN_BUY", "quantity": "0.08"}
    before = world.engine.state_hash()
    shown = seen(alice, **terms)
    assert world.engine.state_hash() == before
    alice.ask("POST", ORDER, **(TERMS | terms))
    (account,) = alice.ask("GET", "/sapi/v1/margin/isolated/account", symbols="BTCUSDT")["assets"]
    after = shown["after"]
    assert (after["liquidatePrice"], after["marginLevel"], after["marginLevelStatus"]) == (
        account["liquidatePrice"], account["marginLevel"], account["marginLevelStatus"],
    )  # fmt: skip
    assert after["marginCallPrice"] > after["liquidatePrice"] > "0"


def test_a_resting_order_tells_what_stays_locked_and_may_be_paid(cross: User) -> None:
    """A bid below the market locks its cost; filled later it pays 0.1 % of 0.01 BTC."""
    terms = {"type": "LIMIT", "timeInForce": "GTC", "quantity": "0.01", "price": "50000"}
    shown = seen(cross, **terms)
    assert (shown["status"], shown["remainingQty"], shown["executedQty"]) == ("NEW", "0.01000000", "0.00000000")
    assert shown["locked"] == {"asset": "USDT", "amount": "500.00000000", "remaining": "500.00000000"}
    assert shown["interest"] is None
    assert shown["remainingCommission"]["maker"] == {"asset": "BTC", "amount": "0.00001000"}


def test_a_pro_preview_has_its_margins(cross: User) -> None:
    """Initial, maintenance and available margin, before and after."""
    cross.ask("POST", "/sapi/v1/margin/max-leverage", maxLeverage="10")
    shown = seen(cross, sideEffectType="MARGIN_BUY")
    assert shown["before"]["mode"] == "pro"
    assert shown["before"]["availableMargin"] == "5000.00000000"
    after = shown["after"]
    assert float(after["initialMargin"]) > float(after["maintenanceMargin"]) > 0
