"""A story in which every member of every margin answer has a reason to appear, told over signed requests.

An operation that the venue does not have is passed over, so that one that comes joins by itself.
"""

from collections.abc import Iterator
from typing import Any

from leverline.api.endpoint import Table
from leverline.api.limits import LimitPolicy
from leverline.api.streams.hub import Hub
from leverline.api.tables import wire_table
from leverline.engine.commands import AdvanceTime, HouseDeposit, SupplyPool, TopUpFund
from leverline.kernel.decimals import parse_amount
from leverline.kernel.time import HOUR, SECOND
from tests.api.world import User, World
from tests.contract.documented import Operation

POOLS = {"USDT": "10000000", "BTC": "1000", "ETH": "10000"}
TRANSFER = "POST /sapi/v1/asset/transfer"
LOAN = "POST /sapi/v1/margin/borrow-repay"
ORDER = "POST /sapi/v1/margin/order"
OCO = "POST /sapi/v1/margin/order/oco"
CROSS = {"isIsolated": "FALSE"}
ISOLATED = {"isIsolated": "TRUE", "symbol": "BTCUSDT"}
LIMIT = {"symbol": "BTCUSDT", "type": "LIMIT", "timeInForce": "GTC"}
FULL = {"newOrderRespType": "FULL"}
ROUNDS = 20
"""Steps of a liquidation that are waited for."""

SAMPLES: dict[str, str] = {
    "symbol": "BTCUSDT", "asset": "USDT", "assets": "BTC,USDT", "isIsolated": "FALSE", "current": "1", "size": "100",
    "type": "MAIN_MARGIN",
}  # fmt: skip
"""What a mandatory parameter of a query is given, where the documents name no words for it."""
OF_ONE = ("GET /sapi/v1/margin/order", "GET /sapi/v1/margin/orderList", "GET /sapi/v1/margin/apiKey")
"""Queries for one thing, which the story itself asks when there is one."""
PLACES: tuple[dict[str, str], ...] = (
    {"isIsolated": "TRUE", "symbol": "BTCUSDT"}, {"isolatedSymbol": "BTCUSDT"}, {"symbol": "BTCUSDT"},
)  # fmt: skip
"""How a query asks for an isolated account, by the parameters that it has."""
WORDED = ("type",)
"""Parameters of a query of which each word is asked for."""


class Story:
    """A venue, those who act in it, and all that was answered, by operation."""

    def __init__(self) -> None:
        self.table: Table = wire_table()
        self.world = World(None, self.table, LimitPolicy(factor=0))
        self.world.run(self._open_streams())
        self.answers: dict[str, list[Any]] = {}
        self._fund_venue()
        self.maker = self.world.user(USDT="10000000", BTC="1000", ETH="1000")
        self.alice = self.world.user(USDT="60000", BTC="2", BNB="5")

    async def _open_streams(self) -> None:
        """Have somebody who keeps listen keys."""
        Hub(self.world.services)

    def _fund_venue(self) -> None:
        """Fill the pools, the insurance fund, and what the house converts with."""
        for asset, amount in POOLS.items():
            self.world.send(HouseDeposit(asset, parse_amount(amount)))
            self.world.send(SupplyPool(asset, parse_amount(amount)))
        for asset in ("USDT", "BNB"):
            self.world.send(HouseDeposit(asset, parse_amount("2000000")))
        self.world.send(TopUpFund("USDT", parse_amount("1000000")))

    def has(self, name: str) -> bool:
        """Whether the venue has an operation."""
        method, _, path = name.partition(" ")
        return method in self.table.by_path.get(path, {})

    def ask(self, user: User, name: str, **values: Any) -> Any:
        """Ask for something that must be accepted and keep the answer; nothing where the venue does not have it."""
        if not self.has(name):
            return {}
        method, _, path = name.partition(" ")
        answer = user.ask(method, path, **values)
        self.answers.setdefault(name, []).append(answer)
        return answer

    def let_pass(self, span: int, steps: int = 1) -> None:
        """Let time pass in equal steps, all of which the venue lives through."""
        for _ in range(steps):
            self.world.advance(span)
            self.world.send(AdvanceTime())

    def tell(self, operations: list[Operation]) -> None:
        """Tell all of it; every query is asked whenever something may have become visible."""
        self.open_accounts()
        self.switch()
        self.borrow_and_repay()
        self.trade()
        self.trade_in_lists()
        self.query(operations)
        self.cancel()
        self.hold_keys()
        self.convert()
        self.be_liquidated()
        self.close()
        self.leave()
        self.query(operations)

    def open_accounts(self) -> None:
        """First transfers, which open the accounts; others on top."""
        for user, usdt, btc in ((self.maker, "5000000", "500"), (self.alice, "20000", "0.5")):
            self.ask(user, TRANSFER, type="MAIN_MARGIN", asset="USDT", amount=usdt)
            self.ask(user, TRANSFER, type="MAIN_MARGIN", asset="BTC", amount=btc)
        for pair, usdt in (("BTCUSDT", "5000"), ("ETHUSDT", "100"), ("BNBUSDT", "1")):
            self.ask(self.alice, TRANSFER, type="MAIN_ISOLATED_MARGIN", asset="USDT", amount=usdt, toSymbol=pair)
        for kind in ("MARGIN_MAIN", "MAIN_MARGIN"):
            self.ask(self.alice, TRANSFER, type=kind, asset="USDT", amount="1")
        between = {"asset": "USDT", "amount": "1", "fromSymbol": "BTCUSDT", "toSymbol": "ETHUSDT"}
        self.ask(self.alice, TRANSFER, type="ISOLATEDMARGIN_ISOLATEDMARGIN", **between)
        self.quote("59990", "60010")

    def switch(self) -> None:
        """Leverage and what is paid in BNB."""
        self.ask(self.alice, "POST /sapi/v1/margin/max-leverage", maxLeverage=5)
        self.ask(self.alice, "POST /sapi/v1/bnbBurn", spotBNBBurn="true", interestBNBBurn="false")

    def borrow_and_repay(self) -> None:
        """Loans of both accounts, an hour's interest, repayments; interest in BNB for a while."""
        for place in (CROSS, ISOLATED):
            self.ask(self.alice, LOAN, **place, asset="USDT", amount="500", type="BORROW")
        self.let_pass(HOUR)
        for place in (CROSS, ISOLATED):
            self.ask(self.alice, LOAN, **place, asset="USDT", amount="200", type="REPAY")
        self.ask(self.alice, "POST /sapi/v1/bnbBurn", interestBNBBurn="true")
        self.ask(self.alice, LOAN, **CROSS, asset="USDT", amount="100", type="BORROW")
        self.let_pass(HOUR)
        self.ask(self.alice, "POST /sapi/v1/bnbBurn", interestBNBBurn="false")

    def trade(self) -> None:
        """Orders that fill and borrow, rest, wait, and meet their own."""
        for place in (CROSS, ISOLATED):
            words = {**place, **FULL}
            market = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.01"}
            self.ask(self.alice, ORDER, **(market | words), sideEffectType="NO_SIDE_EFFECT")
            self.ask(self.alice, ORDER, **(LIMIT | words), side="SELL", quantity="0.002", price="60005")
            self.ask(self.alice, ORDER, **(LIMIT | words), side="BUY", quantity="0.001", price="60005")
            self.ask(
                self.alice, ORDER, **(LIMIT | words), side="BUY", quantity="0.002", price="50000", icebergQty="0.001"
            )
        big = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "price": "59000"}
        self.ask(self.alice, ORDER, **big, quantity="0.3", sideEffectType="MARGIN_BUY")
        stop = {
            "symbol": "BTCUSDT",
            "side": "SELL",
            "type": "STOP_LOSS_LIMIT",
            "timeInForce": "GTC",
            "quantity": "0.001",
        }
        self.ask(self.alice, ORDER, **stop, price="40000", stopPrice="41000")
        self.ask(self.alice, "POST /sapi/v1/margin/order/test", **big, quantity="0.001")

    def trade_in_lists(self) -> None:
        """One-cancels-the-other with a loan; an order that brings one, and one that brings two."""
        for place in (CROSS, ISOLATED):
            self.ask(
                self.alice, OCO, **({"symbol": "BTCUSDT"} | place), side="SELL", quantity="0.002", price="65000",
                stopPrice="50000", stopLimitPrice="49000", stopLimitTimeInForce="GTC", limitIcebergQty="0.001",
            )  # fmt: skip
        dora = self.world.user(USDT="2000")
        self.ask(dora, TRANSFER, type="MAIN_MARGIN", asset="USDT", amount="1000")
        self.ask(
            dora, OCO, symbol="BTCUSDT", side="BUY", quantity="0.03", price="50000", stopPrice="62000",
            sideEffectType="MARGIN_BUY", newOrderRespType="FULL",
        )  # fmt: skip
        working = {
            "symbol": "BTCUSDT", "workingType": "LIMIT", "workingSide": "BUY", "workingPrice": "50000",
            "workingQuantity": "0.001", "workingTimeInForce": "GTC", "pendingSide": "SELL", "pendingQuantity": "0.001",
            "newOrderRespType": "FULL",
        }  # fmt: skip
        self.ask(
            self.alice, "POST /sapi/v1/margin/order/oto", **working, pendingType="LIMIT", pendingPrice="65000",
            pendingTimeInForce="GTC",
        )  # fmt: skip
        self.ask(
            self.alice, "POST /sapi/v1/margin/order/otoco", **working, pendingAboveType="LIMIT_MAKER",
            pendingAbovePrice="65000", pendingBelowType="STOP_LOSS", pendingBelowStopPrice="45000",
        )  # fmt: skip

    def cancel(self) -> None:
        """Some by id, all of a pair, and a list."""
        placed = self.ask(self.alice, ORDER, **LIMIT, side="BUY", quantity="0.001", price="40000")
        self.ask(self.alice, "GET /sapi/v1/margin/order", symbol="BTCUSDT", orderId=placed["orderId"])
        self.ask(self.alice, "DELETE /sapi/v1/margin/order", symbol="BTCUSDT", orderId=placed["orderId"])
        lists = self.ask(self.alice, "GET /sapi/v1/margin/openOrderList")
        for each in list(lists)[:1]:
            self.ask(self.alice, "GET /sapi/v1/margin/orderList", orderListId=each["orderListId"])
            self.ask(
                self.alice, "DELETE /sapi/v1/margin/orderList", symbol="BTCUSDT", orderListId=each["orderListId"]
            )  # fmt: skip
        for place in ({"symbol": "BTCUSDT"}, ISOLATED):
            self.ask(self.alice, "DELETE /sapi/v1/margin/openOrders", **place)

    def hold_keys(self) -> None:
        """Listen keys of both versions, a token, and special keys of somebody who is great enough to have them."""
        for version in ("v1", "v2"):
            path = f"/sapi/{version}/margin/listen-key"
            key = self.ask(self.alice, f"POST {path}")
            self.ask(self.alice, f"PUT {path}", **key)
            self.ask(self.alice, f"DELETE {path}")
        self.ask(self.alice, "POST /sapi/v1/userListenToken")
        great = self.world.user(vip_level=9, USDT="1000")
        self.ask(great, TRANSFER, type="MAIN_MARGIN", asset="USDT", amount="100")
        path = "/sapi/v1/margin/apiKey"
        self.ask(great, f"POST {path}", apiName="fast", ip="127.0.0.1")
        self.ask(great, f"GET {path}")
        self.ask(great, "GET /sapi/v1/margin/api-key-list")
        self.ask(great, f"PUT {path}/ip", ip="127.0.0.1,127.0.0.2")
        self.ask(great, f"DELETE {path}", apiName="fast")
        self.ask(great, "POST /sapi/v1/margin/exit-special-key-mode")

    def convert(self) -> None:
        """A debt of a few cents is exchanged."""
        small = self.world.user(USDT="1000", BTC="0.01", BNB="1")
        self.ask(small, TRANSFER, type="MAIN_MARGIN", asset="USDT", amount="900")
        self.ask(small, "POST /sapi/v1/bnbBurn", interestBNBBurn="true")
        self.ask(small, LOAN, **CROSS, asset="USDT", amount="100", type="BORROW")
        self.ask(small, "GET /sapi/v1/margin/exchange-small-liability")
        self.ask(small, "POST /sapi/v1/margin/exchange-small-liability", assetNames="BNB")
        self.ask(small, "GET /sapi/v1/margin/exchange-small-liability-history", current=1, size=10)

    def be_liquidated(self) -> None:
        """The price falls to where both of Bob's accounts are sold; his records are asked for."""
        bob = self.world.user(USDT="2000")
        self.ask(bob, TRANSFER, type="MAIN_MARGIN", asset="USDT", amount="1000")
        self.ask(bob, TRANSFER, type="MAIN_ISOLATED_MARGIN", asset="USDT", amount="1000", toSymbol="BTCUSDT")
        for place in (CROSS, ISOLATED):
            order = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.06"} | place
            self.ask(bob, ORDER, **order, sideEffectType="MARGIN_BUY")
        self.ask(self.maker, "DELETE /sapi/v1/margin/openOrders", symbol="BTCUSDT")
        self.quote("45000", "45100")
        self.world.set_index(BTC="45000")
        self.let_pass(SECOND, ROUNDS)
        self.ask(bob, "GET /sapi/v1/margin/forceLiquidationRec")
        self.ask(bob, "GET /sapi/v1/margin/forceLiquidationRec", isolatedSymbol="BTCUSDT")
        self.ask(bob, "GET /sapi/v1/margin/capital-flow")
        self.ask(self.maker, "DELETE /sapi/v1/margin/openOrders", symbol="BTCUSDT")
        self.world.set_index(BTC="60000")
        self.quote("59990", "60010")

    def close(self) -> None:
        """Somebody has all that he owes closed by the venue."""
        carol = self.world.user(USDT="2000")
        self.ask(carol, TRANSFER, type="MAIN_MARGIN", asset="USDT", amount="1000")
        self.ask(
            carol, ORDER, symbol="BTCUSDT", side="BUY", type="MARKET", quantity="0.03", sideEffectType="MARGIN_BUY"
        )
        self.ask(carol, "POST /sapi/v1/margin/manual-liquidation", type="MARGIN")

    def leave(self) -> None:
        """An isolated account is emptied, disabled, and after a day enabled again."""
        self.ask(self.alice, TRANSFER, type="ISOLATED_MARGIN_MAIN", asset="USDT", amount="1", fromSymbol="BNBUSDT")
        self.ask(self.alice, "DELETE /sapi/v1/margin/isolated/account", symbol="BNBUSDT")
        self.ask(self.alice, "POST /sapi/v1/margin/isolated/account", symbol="BNBUSDT")

    def quote(self, bid: str, ask: str) -> None:
        """Let the maker stand on both sides of BTCUSDT."""
        for side, price in (("BUY", bid), ("SELL", ask)):
            self.maker.ask("POST", "/sapi/v1/margin/order", **LIMIT, side=side, quantity="20", price=price)

    def query(self, operations: list[Operation]) -> None:
        """Ask every documented query of the cross account, of the isolated one, and by each word of a type."""
        for operation in operations:
            if operation.method == "GET" and operation.name not in OF_ONE:
                for values in ways_of_asking(operation):
                    self.ask(self.alice, operation.name, **values)


def ways_of_asking(operation: Operation) -> Iterator[dict[str, str]]:
    """Yield the parameters with which a query is asked."""
    plain: dict[str, str] = {}
    for name in operation.mandatory:
        kind = operation.parameters[name]
        plain[name] = kind[0] if isinstance(kind, list) else SAMPLES[name]
    yield plain
    for place in PLACES:
        if place.keys() <= operation.parameters.keys():
            yield plain | place
            break
    for name in WORDED:
        words = operation.parameters.get(name, [])
        if isinstance(words, list):
            yield from (plain | {name: word} for word in words)
