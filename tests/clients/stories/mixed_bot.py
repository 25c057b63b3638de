"""A bot that does whatever a trader may do, at random: orders of every kind, lists, loans, accounts, queries."""

import random
from collections.abc import Callable
from typing import Any

from mixed_calls import MARGIN, Call

PAIRS = ("BTCUSDT", "ETHUSDT", "SOLUSDT")
ISOLATED = ("BTCUSDT", "ETHUSDT")
ASSETS = ("USDT", "BTC", "ETH", "SOL")
STEP = {"BTCUSDT": 5, "ETHUSDT": 4, "SOLUSDT": 3}
"""Decimals of a quantity."""
LOANS = {"USDT": 40.0, "BTC": 0.0006, "ETH": 0.012, "SOL": 0.25}
EFFECTS = ("NO_SIDE_EFFECT", "MARGIN_BUY", "AUTO_REPAY", "AUTO_BORROW_REPAY")
WORTH = 25.0
"""Quote that an order is worth, about."""
SPOT = "/api/v3"


class Bot:
    """Draws what to do next, and does it."""

    def __init__(self, call: Call, rng: random.Random) -> None:
        self.call = call
        self.rng = rng
        self.prices = dict.fromkeys(PAIRS, 0.0)
        self.acts: list[tuple[int, Callable[[], Any]]] = [
            (24, self.order),
            (8, self.spot_order),
            (6, self.isolated_order),
            (6, self.conditional),
            (4, self.trailing),
            (5, self.one_cancels_other),
            (4, self.one_triggers_other),
            (4, self.one_triggers_two),
            (4, self.cancel_list),
            (4, self.amend),
            (4, self.replace),
            (4, self.preview),
            (8, self.cancel_all),
            (5, self.loan),
            (2, self.small_loan),
            (2, self.isolated_loan),
            (5, self.transfer),
            (3, self.isolated_transfer),
            (1, self.dust),
            (1, self.small_debts),
            (1, self.switch_mode),
            (1, self.plunge),
            (1, self.close_all),
            (20, self.look),
            (8, self.refresh),
        ]

    def ask(self, method: str, path: str, **words: Any) -> Any:
        """Send one signed request."""
        return self.call(method, path, {name: str(value) for name, value in words.items()})

    def refresh(self) -> None:
        """Read the index of a pair, or of all at first."""
        for pair in PAIRS if not all(self.prices.values()) else [self.rng.choice(PAIRS)]:
            self.prices[pair] = float(told(self.ask("GET", f"{MARGIN}/priceIndex", symbol=pair))["price"])

    def draw(self, pairs: tuple[str, ...] = PAIRS) -> tuple[str, str, float, str]:
        """Return a pair, a side, a price near the index and a quantity."""
        pair = self.rng.choice(pairs)
        price = self.prices[pair] * self.rng.uniform(0.985, 1.015)
        quantity = self.rng.uniform(0.5, 3) * WORTH / price
        return pair, self.rng.choice(("BUY", "SELL")), price, f"{quantity:.{STEP[pair]}f}"

    def at(self, pair: str, share: float) -> str:
        """Return a price at a share of the index."""
        return f"{self.prices[pair] * share:.2f}"

    def order(self) -> None:
        """Place a margin order at a limit or at the market."""
        pair, side, price, quantity = self.draw()
        words = self.terms(price) | {"sideEffectType": self.rng.choice(EFFECTS)}
        self.ask("POST", f"{MARGIN}/order", symbol=pair, side=side, quantity=quantity, **words)

    def spot_order(self) -> None:
        """Place a spot order."""
        pair, side, price, quantity = self.draw()
        self.ask("POST", f"{SPOT}/order", symbol=pair, side=side, quantity=quantity, **self.terms(price))

    def isolated_order(self) -> None:
        """Place an order of an isolated account."""
        pair, side, price, quantity = self.draw(ISOLATED)
        words = self.terms(price) | {"sideEffectType": self.rng.choice(EFFECTS), "isIsolated": "TRUE"}
        self.ask("POST", f"{MARGIN}/order", symbol=pair, side=side, quantity=quantity, **words)

    def terms(self, price: float) -> dict[str, str]:
        """Return the type of an order with what it takes."""
        if self.rng.random() < 0.3:
            return {"type": "MARKET"}
        return {"type": "LIMIT", "timeInForce": self.rng.choice(("GTC", "GTC", "IOC", "FOK")), "price": f"{price:.2f}"}

    def conditional(self) -> None:
        """Place a stop below or above the market."""
        pair, side, _, quantity = self.draw()
        stop = self.at(pair, 1.03 if side == "BUY" else 0.97)
        words = {"type": "STOP_LOSS_LIMIT", "timeInForce": "GTC", "price": stop, "stopPrice": stop}
        self.ask("POST", f"{MARGIN}/order", symbol=pair, side=side, quantity=quantity, **words)

    def trailing(self) -> None:
        """Place a stop that follows the price, on spot."""
        pair, side, _, quantity = self.draw()
        words: dict[str, Any] = {"type": "STOP_LOSS", "trailingDelta": self.rng.choice((50, 100, 200))}
        if self.rng.random() < 0.5:
            price = self.at(pair, 1.04 if side == "BUY" else 0.96)
            words |= {"type": "STOP_LOSS_LIMIT", "price": price, "timeInForce": "GTC"}
        self.ask("POST", f"{SPOT}/order", symbol=pair, side=side, quantity=quantity, **words)

    def one_cancels_other(self) -> None:
        """Place an OCO around the market, on spot in either form or on margin, where it may borrow."""
        pair, side, _, quantity = self.draw()
        low, high = self.at(pair, 0.98), self.at(pair, 1.02)
        limit, stop = (low, high) if side == "BUY" else (high, low)
        old: dict[str, Any] = {"symbol": pair, "side": side, "quantity": quantity, "price": limit, "stopPrice": stop}
        form = self.rng.choice(("old", "new", "margin", "margin"))
        if form == "margin":
            self.ask("POST", f"{MARGIN}/order/oco", **old, sideEffectType=self.rng.choice(EFFECTS))
        elif form == "old":
            self.ask("POST", f"{SPOT}/order/oco", **old)
        else:
            legs = self.legs(side, low, high)
            self.ask("POST", f"{SPOT}/orderList/oco", symbol=pair, side=side, quantity=quantity, **legs)

    def legs(self, side: str, low: str, high: str) -> dict[str, str]:
        """Return the two orders of a list: a maker on the better side, a stop on the worse."""
        names = ("LIMIT_MAKER", "STOP_LOSS") if side == "SELL" else ("STOP_LOSS", "LIMIT_MAKER")
        prices = {"LIMIT_MAKER": "Price", "STOP_LOSS": "StopPrice"}
        above, below = names
        return {"aboveType": above, f"above{prices[above]}": high, "belowType": below, f"below{prices[below]}": low}

    def one_triggers_other(self) -> None:
        """Place an order that brings another when it fills."""
        path, words = self.working()
        other = {"pendingType": "LIMIT", "pendingTimeInForce": "GTC", "pendingPrice": words.pop("far")}
        self.ask("POST", f"{path}/oto", **words, **other)

    def one_triggers_two(self) -> None:
        """Place an order that brings an OCO when it fills."""
        path, words = self.working()
        pair, side = words["symbol"], words["pendingSide"]
        del words["far"]
        legs = self.legs(side, self.at(pair, 0.96), self.at(pair, 1.04))
        pending = {f"pending{name[0].upper()}{name[1:]}": value for name, value in legs.items()}
        self.ask("POST", f"{path}/otoco", **words, **pending)

    def working(self) -> tuple[str, dict[str, Any]]:
        """Return the path and the working order of a list near the market, and a price far on its other side."""
        pair, side, _, quantity = self.draw()
        share, other, far = (1.002, "SELL", 1.03) if side == "BUY" else (0.998, "BUY", 0.97)
        words: dict[str, Any] = {
            "symbol": pair, "workingType": "LIMIT", "workingSide": side, "workingTimeInForce": "GTC",
            "workingPrice": self.at(pair, share), "workingQuantity": quantity, "pendingSide": other,
            "pendingQuantity": f"{float(quantity) * 0.9:.{STEP[pair]}f}", "far": self.at(pair, far),
        }  # fmt: skip
        if self.rng.random() < 0.5:
            return f"{SPOT}/orderList", words
        return f"{MARGIN}/order", words | {"sideEffectType": self.rng.choice(("NO_SIDE_EFFECT", "MARGIN_BUY"))}

    def cancel_list(self) -> None:
        """Cancel one list that is open."""
        path, opened = self.rng.choice(
            ((SPOT, f"{SPOT}/openOrderList"), (MARGIN, f"{MARGIN}/openOrderList"),
             (MARGIN, f"{MARGIN}/oto/openOrderList"))
        )  # fmt: skip
        lists = rows(self.ask("GET", opened))
        if lists:
            one = self.rng.choice(lists)
            self.ask("DELETE", f"{path}/orderList", symbol=one["symbol"], orderListId=one["orderListId"])

    def resting(self) -> dict[str, Any] | None:
        """Return a spot order that rests at a limit, or None."""
        found = [each for each in rows(self.ask("GET", f"{SPOT}/openOrders")) if each["type"].startswith("LIMIT")]
        return self.rng.choice(found) if found else None

    def amend(self) -> None:
        """Take a part of a resting order back; it keeps its place."""
        if one := self.resting():
            left = (float(one["origQty"]) + float(one["executedQty"])) * 0.6
            words = {"symbol": one["symbol"], "orderId": one["orderId"], "newQty": f"{left:.{STEP[one['symbol']]}f}"}
            self.ask("PUT", f"{SPOT}/order/amend/keepPriority", **words)

    def replace(self) -> None:
        """Cancel a resting order and place another."""
        if one := self.resting():
            pair, side, price, quantity = self.draw((one["symbol"],))
            words = {"symbol": pair, "side": side, "type": "LIMIT", "timeInForce": "GTC", "price": f"{price:.2f}"}
            mode = self.rng.choice(("STOP_ON_FAILURE", "ALLOW_FAILURE"))
            more = {"cancelReplaceMode": mode, "cancelOrderId": one["orderId"]}
            self.ask("POST", f"{SPOT}/order/cancelReplace", **words, quantity=quantity, **more)

    def preview(self) -> None:
        """Ask what an order would do."""
        pair, side, price, quantity = self.draw()
        words = {"symbol": pair, "side": side, "quantity": quantity} | self.terms(price)
        if self.rng.random() < 0.7:
            more = {"computeMargin": "true", "sideEffectType": self.rng.choice(EFFECTS)}
            self.ask("POST", f"{MARGIN}/order/test", **words, **more)
        else:
            self.ask("POST", f"{SPOT}/order/test", **words, computeCommissionRates="true")

    def cancel_all(self) -> None:
        """Cancel all orders of a pair, on margin or on spot."""
        path = self.rng.choice((f"{MARGIN}/openOrders", f"{SPOT}/openOrders"))
        self.ask("DELETE", path, symbol=self.rng.choice(PAIRS))

    def loan(self, share: float = 1.0) -> None:
        """Borrow or repay by hand."""
        asset, kind = self.rng.choice(ASSETS), self.rng.choice(("BORROW", "REPAY"))
        words = {"asset": asset, "isIsolated": "FALSE", "amount": f"{LOANS[asset] * share:.8f}", "type": kind}
        self.ask("POST", f"{MARGIN}/borrow-repay", **words)

    def small_loan(self) -> None:
        """Borrow or repay so little that it is dust."""
        self.loan(10 ** self.rng.uniform(-4.5, -1))

    def isolated_loan(self) -> None:
        """Borrow or repay in an isolated account."""
        pair, kind = self.rng.choice(ISOLATED), self.rng.choice(("BORROW", "REPAY"))
        words = {"asset": "USDT", "isIsolated": "TRUE", "symbol": pair, "amount": "15", "type": kind}
        self.ask("POST", f"{MARGIN}/borrow-repay", **words)

    def transfer(self) -> None:
        """Move funds in or out."""
        kind = self.rng.choice(("MAIN_MARGIN", "MAIN_MARGIN", "MARGIN_MAIN"))
        self.ask("POST", "/sapi/v1/asset/transfer", type=kind, asset="USDT", amount=self.rng.randrange(5, 60))

    def isolated_transfer(self) -> None:
        """Move funds into or out of an isolated account; the first opens it."""
        pair = self.rng.choice(ISOLATED)
        kind, end = self.rng.choice((("MAIN_ISOLATED_MARGIN", "toSymbol"), ("ISOLATED_MARGIN_MAIN", "fromSymbol")))
        words = {"type": kind, "asset": "USDT", "amount": self.rng.randrange(20, 80), end: pair}
        self.ask("POST", "/sapi/v1/asset/transfer", **words)

    def dust(self) -> None:
        """Give what is small for BNB."""
        kind = self.rng.choice(("SPOT", "MARGIN"))
        listed = told(self.ask("POST", "/sapi/v1/asset/dust-btc", accountType=kind))["details"]
        if listed:
            asset = self.rng.choice(listed)["asset"]
            self.ask("POST", "/sapi/v1/asset/dust", asset=asset, accountType=kind)

    def small_debts(self) -> None:
        """Pay small debts with USDT."""
        listed = rows(self.ask("GET", f"{MARGIN}/exchange-small-liability"))
        if listed:
            self.ask("POST", f"{MARGIN}/exchange-small-liability", assetNames=self.rng.choice(listed)["asset"])

    def switch_mode(self) -> None:
        """Choose a leverage: the higher two are Pro."""
        self.ask("POST", f"{MARGIN}/max-leverage", maxLeverage=self.rng.choice((3, 5, 10, 20)))

    def plunge(self) -> None:
        """Borrow nearly all that can be had and put it into one asset, so that a jump may liquidate."""
        free = told(self.ask("GET", f"{MARGIN}/maxBorrowable", asset="USDT"))["amount"]
        pair = self.rng.choice(PAIRS)
        words = {"symbol": pair, "side": "BUY", "type": "MARKET", "sideEffectType": "MARGIN_BUY"}
        self.ask("POST", f"{MARGIN}/order", **words, quoteOrderQty=f"{float(free) * 0.9:.2f}")

    def close_all(self) -> None:
        """Sell what is held for what is owed."""
        if self.rng.random() < 0.3:
            self.ask("POST", f"{MARGIN}/manual-liquidation", type="MARGIN")

    def look(self) -> None:
        """Ask for something of the account."""
        pair = self.rng.choice(PAIRS)
        path, words = self.rng.choice(
            [
                (f"{MARGIN}/account", {}),
                (f"{MARGIN}/isolated/account", {}),
                (f"{MARGIN}/openOrders", {}),
                (f"{MARGIN}/allOrders", {"symbol": pair}),
                (f"{MARGIN}/allOrderList", {}),
                (f"{MARGIN}/myTrades", {"symbol": pair}),
                (f"{MARGIN}/capital-flow", {"limit": 50}),
                (f"{MARGIN}/interestHistory", {"size": 50}),
                (f"{MARGIN}/borrow-repay", {"type": "BORROW", "size": 50}),
                (f"{MARGIN}/maxBorrowable", {"asset": self.rng.choice(ASSETS)}),
                (f"{MARGIN}/maxTransferable", {"asset": self.rng.choice(ASSETS)}),
                (f"{MARGIN}/forceLiquidationRec", {}),
                (f"{MARGIN}/tradeCoeff", {}),
                ("/sapi/v1/asset/dribblet", {}),
                ("/api/v3/account", {}),
                ("/api/v3/myTrades", {"symbol": pair}),
                ("/api/v3/allOrderList", {}),
            ]
        )
        self.ask("GET", path, **words)


def told(answer: Any) -> dict[str, Any]:
    """Return an answer as a dictionary, whatever the library made of it."""
    return answer if isinstance(answer, dict) else answer.to_dict()


def rows(answer: Any) -> list[dict[str, Any]]:
    """Return an answer that is a list, whatever the library made of it."""
    return [told(each) for each in answer]
