"""A user with something in every list of records."""

from typing import Any

from tests.api.world import User, World

from leverline.engine.commands import AdvanceTime, Deposit, HouseDeposit
from leverline.kernel.numbers import UNIT
from leverline.kernel.time import SECOND

ORDER = "/sapi/v1/margin/order"
TRANSFER = "/sapi/v1/asset/transfer"
LEND = "/sapi/v1/margin/borrow-repay"
BID = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC"}
ASK = BID | {"side": "SELL"}


def quote(maker: User, bid: str, ask: str, quantity: str = "20") -> None:
    """Let the maker stand on both sides of BTCUSDT from the spot wallet, by way of the cross account's orders."""
    for terms, price in ((BID, bid), (ASK, ask)):
        maker.ask("POST", ORDER, **terms, quantity=quantity, price=price)


def fund_maker(maker: User) -> None:
    """Give the maker a cross account without debt."""
    maker.ask("POST", TRANSFER, type="MAIN_MARGIN", asset="USDT", amount="5000000")
    maker.ask("POST", TRANSFER, type="MAIN_MARGIN", asset="BTC", amount="500")


def order(user: User, **terms: Any) -> Any:
    """Place a margin order and return the answer."""
    return user.ask("POST", ORDER, **{"symbol": "BTCUSDT", "timeInForce": "GTC", "type": "LIMIT"} | terms)


def be_busy(world: World, maker: User, user: User) -> None:
    """Transfer, borrow, repay, trade, prevent a match, be liquidated, start anew, withdraw."""
    fund_maker(maker)
    quote(maker, "59990", "60010")
    user.ask("POST", TRANSFER, type="MAIN_ISOLATED_MARGIN", asset="USDT", amount="1000", toSymbol="BTCUSDT")
    user.ask("POST", LEND, asset="USDT", amount="100", type="BORROW", isIsolated="TRUE", symbol="BTCUSDT")
    user.ask("POST", TRANSFER, type="MAIN_MARGIN", asset="USDT", amount="5000")
    user.ask("POST", LEND, asset="USDT", amount="5000", type="BORROW", isIsolated="FALSE")
    user.ask("POST", LEND, asset="USDT", amount="100", type="REPAY", isIsolated="FALSE")
    user.ask(
        "POST", ORDER, symbol="BTCUSDT", side="BUY", type="MARKET", quoteOrderQty="9000", sideEffectType="MARGIN_BUY"
    )
    order(user, side="SELL", quantity="0.01", price="60005")
    order(user, side="BUY", quantity="0.01", price="60005")
    maker.ask("DELETE", "/sapi/v1/margin/openOrders", symbol="BTCUSDT")
    quote(maker, "31000", "31100")
    world.set_index(BTC="31000")
    for _ in range(20):
        world.advance(SECOND)
        world.send(AdvanceTime())
    world.set_index(BTC="60000")
    user.ask("POST", TRANSFER, type="MAIN_MARGIN", asset="USDT", amount="1000")
    order(user, side="BUY", quantity="0.001", price="31050")
    user.ask("POST", "/sapi/v1/capital/withdraw/apply", coin="USDT", address="bank", amount="5")
    be_small(world, user)


def be_small(world: World, user: User) -> None:
    """Convert a small balance and keep another, pay small interest in BNB and owe some again."""
    world.send(HouseDeposit("BNB", UNIT))
    for asset, amount in (("ETH", UNIT // 100), ("BNB", UNIT), ("SOL", UNIT // 10)):
        world.send(Deposit(user.user_id, asset, amount))
    world.set_index(SOL="100")
    user.ask("POST", "/sapi/v1/asset/dust", asset="ETH")
    user.ask("POST", "/sapi/v1/bnbBurn", interestBNBBurn="true")
    user.ask("POST", LEND, asset="USDT", amount="100", type="BORROW", isIsolated="FALSE")
    user.ask("POST", "/sapi/v1/margin/exchange-small-liability", assetNames="BNB")
    user.ask("POST", LEND, asset="USDT", amount="100", type="BORROW", isIsolated="FALSE")
