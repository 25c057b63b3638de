"""Closing an account at its owner's wish."""

import pytest
from tests.api.margin.busy import LEND, TRANSFER, fund_maker, order, quote
from tests.api.margin.test_opening import rows
from tests.api.world import User, World

from leverline.ledger.conservation import conservation_faults

CLOSE = "/sapi/v1/margin/manual-liquidation"
ACCOUNT = "/sapi/v1/margin/account"


@pytest.fixture
def cross(alice: User, maker: User) -> User:
    """Alice with 5,000 USDT in her cross account; a maker stands at 59,990 and 60,010."""
    fund_maker(maker)
    quote(maker, "59990", "60010")
    alice.ask("POST", TRANSFER, type="MAIN_MARGIN", asset="USDT", amount="5000")
    return alice


def test_a_long_is_sold_as_far_as_it_repays(cross: User, lender: World) -> None:
    """0.2 BTC bought with a loan: as much is sold as repays it, no clearance fee is taken, the rest stays BTC."""
    order(cross, side="BUY", quantity="0.2", price="60010", sideEffectType="MARGIN_BUY")
    order(cross, side="SELL", quantity="0.01", price="70000")
    fund = lender.engine.core.ledger.venue["USDT"].fund
    answer = cross.ask("POST", CLOSE, type="MARGIN")
    assert (answer["asset"], answer["principal"], answer["liabilityAsset"]) == ("USDT", "7002.00000000", "USDT")
    account = cross.ask("GET", ACCOUNT)
    assert account["marginLevel"] == "999.00000000"
    assert 0.08 < float(rows(account)["BTC"]["free"]) < 0.084
    assert float(rows(account)["USDT"]["free"]) < 1
    assert cross.ask("GET", "/sapi/v1/margin/openOrders") == []
    assert lender.engine.core.ledger.venue["USDT"].fund == fund
    assert conservation_faults(lender.engine.core.ledger) == []


def test_a_short_is_bought_back(cross: User) -> None:
    """0.05 BTC borrowed and sold: bought with the proceeds and repaid with its interest."""
    cross.ask("POST", LEND, asset="BTC", amount="0.05", type="BORROW")
    order(cross, side="SELL", quantity="0.05", price="59990")
    cross.ask("POST", CLOSE, type="MARGIN")
    account = cross.ask("GET", ACCOUNT)
    assert account["marginLevel"] == "999.00000000"
    assert float(rows(account)["USDT"]["free"]) > 4_990


def test_an_isolated_account_is_closed_by_itself(cross: User) -> None:
    """The cross account's debt stays."""
    cross.ask("POST", LEND, asset="USDT", amount="100", type="BORROW")
    cross.ask("POST", TRANSFER, type="MAIN_ISOLATED_MARGIN", asset="BTC", amount="0.1", toSymbol="BTCUSDT")
    cross.ask("POST", LEND, asset="USDT", amount="3000", type="BORROW", isIsolated="TRUE", symbol="BTCUSDT")
    order(cross, side="BUY", quantity="0.04", price="60010", isIsolated="TRUE")
    cross.ask("POST", CLOSE, type="ISOLATED", symbol="BTCUSDT")
    (account,) = cross.ask("GET", "/sapi/v1/margin/isolated/account", symbols="BTCUSDT")["assets"]
    assert account["quoteAsset"]["borrowed"] == "0.00000000"
    assert rows(cross.ask("GET", ACCOUNT))["USDT"]["borrowed"] == "100.00000000"


def test_a_closing_is_one_command_and_a_refused_one_leaves_all(cross: User, maker: User, lender: World) -> None:
    """Nothing comes between its acts; where one debt of two cannot be bought, no order goes and none is repaid."""
    maker.ask("POST", TRANSFER, type="MAIN_MARGIN", asset="ETH", amount="50")
    order(maker, side="BUY", quantity="10", price="2490", symbol="ETHUSDT")
    for asset, amount, price in (("BTC", "0.02", "59990"), ("ETH", "0.4", "2490")):
        cross.ask("POST", LEND, asset=asset, amount=amount, type="BORROW")
        order(cross, side="SELL", quantity=amount, price=price, symbol=f"{asset}USDT")
    order(cross, side="BUY", quantity="0.01", price="50000")
    state = lender.engine.state_hash()
    assert cross.refused("POST", CLOSE, type="MARGIN")[0] == -2010
    assert lender.engine.state_hash() == state
    order(maker, side="SELL", quantity="10", price="2510", symbol="ETHUSDT")
    before = lender.venue.sequence
    cross.ask("POST", CLOSE, type="MARGIN")
    assert lender.venue.sequence == before + 1
    assert cross.ask("GET", ACCOUNT)["marginLevel"] == "999.00000000"
    assert cross.ask("GET", "/sapi/v1/margin/openOrders") == []


def test_what_cannot_be_closed_is_refused(cross: User, maker: User) -> None:
    """No debt; an isolated account without its symbol; an empty book."""
    assert cross.refused("POST", CLOSE, type="MARGIN")[0] == -3015
    assert cross.refused("POST", CLOSE, type="ISOLATED")[0] == -1102
    assert cross.refused("POST", CLOSE, type="SPOT")[0] == -1130
    order(cross, side="BUY", quantity="0.1", price="60010", sideEffectType="MARGIN_BUY")
    maker.ask("DELETE", "/sapi/v1/margin/openOrders", symbol="BTCUSDT")
    assert cross.refused("POST", CLOSE, type="MARGIN") == (
        -2010, "Order book liquidity is less than symbol minimum quantity.",
    )  # fmt: skip
