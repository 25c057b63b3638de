"""A user's streams, read along through restarts, and held against what REST tells in the end."""

import json
import threading
import time
from typing import Any

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from tests.contract.signed import Caller

PAIRS = ("BTCUSDT", "ETHUSDT", "SOLUSDT")
PLACES = ("spot", "cross", "BTCUSDT", "ETHUSDT")
"""Spot, the cross account, the isolated accounts of two pairs."""
AGAIN_SECONDS = 0.3
QUIET_SECONDS = 2.0
PAGE = 1_000
NOTHING = ("0.00000000", "0.00000000")
TERMINAL = ("FILLED", "CANCELED", "EXPIRED", "EXPIRED_IN_MATCH", "REJECTED")


class UserStream(threading.Thread):
    """Hears of all accounts of one user; knows from when to when it missed nothing."""

    def __init__(self, caller: Caller, base_url: str) -> None:
        super().__init__(daemon=True)
        self.caller = caller
        self.address = base_url.replace("http", "ws", 1) + "/ws-api/v3"
        self.is_over = threading.Event()
        self.trades: dict[str, dict[tuple[str, int], tuple[str, ...]]] = {place: {} for place in PLACES}
        """By place: pair and trade id → order, quantity, price, commission and its asset."""
        self.orders: dict[str, dict[int, tuple[str, str, str]]] = {place: {} for place in PLACES}
        """By place: order id → pair, status, executed, as last told."""
        self.balances: dict[str, dict[str, tuple[int, str, str]]] = {place: {} for place in PLACES}
        """By place and asset: number of the connection, free, locked, as last told."""
        self.spans: list[list[int]] = []
        """From when to when, in the venue's milliseconds, each connection missed nothing."""
        self.heard = 0

    def run(self) -> None:
        """Connect, again after every end, until told to stop."""
        while not self.is_over.is_set():
            try:
                with connect(self.address, open_timeout=10, proxy=None, max_size=None) as socket:
                    self.follow(socket)
            except (OSError, WebSocketException, TimeoutError, LookupError, AssertionError, ValueError):
                time.sleep(AGAIN_SECONDS)

    def follow(self, socket: ClientConnection) -> None:
        """Subscribe to everything, then take what comes."""
        early: list[dict[str, Any]] = []
        places = {self.subscribe(socket, place, early): place for place in PLACES}
        now = self.venue_time()
        self.spans.append([now, now])
        for message in early:
            self.take(places[message["subscriptionId"]], message["event"])
        quiet_since = time.monotonic()
        while not self.is_over.is_set() or time.monotonic() - quiet_since < QUIET_SECONDS:
            try:
                message = json.loads(socket.recv(timeout=0.5))
            except TimeoutError:
                continue
            quiet_since = time.monotonic()
            self.take(places[message["subscriptionId"]], message["event"])
        self.spans[-1][1] = self.venue_time()

    def subscribe(self, socket: ClientConnection, place: str, early: list[dict[str, Any]]) -> int:
        """Subscribe to one account; what comes meanwhile of others is kept in `early`."""
        if place == "spot":
            text = self.caller.query_of({"apiKey": self.caller.api_key})
            words = dict(part.split("=") for part in text.split("&"))
            # numbers are signed as they are written
            parameters = {name: int(word) if name == "timestamp" else word for name, word in words.items()}
            request = {"id": place, "method": "userDataStream.subscribe.signature", "params": parameters}
        else:
            isolated = {} if place == "cross" else {"symbol": place, "isIsolated": "true"}
            token = self.caller.json("POST", "/sapi/v1/userListenToken", **isolated)["token"]
            request = {"id": place, "method": "userDataStream.subscribe.listenToken", "params": {"listenToken": token}}
        socket.send(json.dumps(request))
        while True:
            message = json.loads(socket.recv(timeout=10))
            if message.get("id") == place:
                assert message["status"] == 200, message
                return int(message["result"]["subscriptionId"])
            early.append(message)

    def venue_time(self) -> int:
        """Return the venue's time in milliseconds."""
        return int(self.caller.http.get("/api/v3/time").json()["serverTime"])

    def take(self, place: str, event: dict[str, Any]) -> None:
        """Note one event."""
        self.heard += 1
        self.spans[-1][1] = max(self.spans[-1][1], event["E"])
        if event["e"] == "executionReport":
            self.orders[place][event["i"]] = (event["s"], event["X"], event["z"])
            if event["x"] == "TRADE":
                row = (str(event["i"]), event["l"], event["L"], event["n"], event["N"] or "")
                self.trades[place][event["s"], event["t"]] = row
        elif event["e"] == "outboundAccountPosition":
            for row in event["B"]:
                self.balances[place][row["a"]] = (len(self.spans), row["f"], row["l"])

    def was_open(self, moment: int) -> bool:
        """Return whether nothing of that moment can have been missed."""
        return any(since < moment < until for since, until in self.spans)

    def differences(self) -> list[str]:
        """Return, a sentence each, where the streams and REST do not tell the same."""
        found: list[str] = []
        for place in PLACES:
            told = self.told_trades(place)
            found += [f"{place} trade {key}: stream {row}, REST {told.get(key, ('',))[1:]}"
                      for key, row in self.trades[place].items() if told.get(key, (0,))[1:] != row]  # fmt: skip
            missing = [row for key, row in told.items() if key not in self.trades[place] and self.was_open(row[0])]
            found += [f"{place} trade in no stream: {row}" for row in missing]
            found += self.order_differences(place) + self.balance_differences(place)
        return found

    def told_trades(self, place: str) -> dict[tuple[str, int], tuple[Any, ...]]:
        """Return all trades by REST: the moment, then what the stream tells."""
        found: dict[tuple[str, int], tuple[Any, ...]] = {}
        for pair, row in self.paged(place, "myTrades", "id", "fromId"):
            told = (str(row["orderId"]), row["qty"], row["price"], row["commission"], row["commissionAsset"])
            found[pair, row["id"]] = (row["time"], *told)
        return found

    def order_differences(self, place: str) -> list[str]:
        """Compare how each order ended."""
        told = {row["orderId"]: (pair, row["status"], row["executedQty"], row["updateTime"])
                for pair, row in self.paged(place, "allOrders", "orderId", "orderId")}  # fmt: skip
        found: list[str] = []
        for order_id, heard in self.orders[place].items():
            row = told.get(order_id)
            is_excused = row is not None and heard[1] not in TERMINAL and not self.was_open(row[3])
            if (row is None or row[:3] != heard) and not is_excused:
                found.append(f"{place} order {order_id}: stream {heard}, REST {row}")
        return found

    def balance_differences(self, place: str) -> list[str]:
        """Compare what was told of balances on the last connection."""
        told = held(self.caller, place)
        heard = {asset: row[1:] for asset, row in self.balances[place].items() if row[0] == len(self.spans)}
        return [
            f"{place} {asset}: stream {row}, REST {told.get(asset)}"
            for asset, row in heard.items()
            if told.get(asset, NOTHING)[:2] != row
        ]

    def paged(self, place: str, name: str, key: str, start: str) -> list[tuple[str, dict[str, Any]]]:
        """Return all rows of a question about pairs, page by page."""
        path = f"/api/v3/{name}" if place == "spot" else f"/sapi/v1/margin/{name}"
        size = PAGE if name == "myTrades" or place == "spot" else PAGE // 2
        found: list[tuple[str, dict[str, Any]]] = []
        # A liquidation, or closing an account, trades in pairs that no bot does.
        heard = {pair for pair, _ in self.trades[place]} | {row[0] for row in self.orders[place].values()}
        for pair in sorted(heard | set(PAIRS)) if place in ("spot", "cross") else (place,):
            words: dict[str, Any] = {"symbol": pair, "limit": size, start: 0}
            if place not in ("spot", "cross"):
                words["isIsolated"] = "TRUE"
            while True:
                rows = self.caller.json("GET", path, **words)
                found += [(pair, row) for row in rows]
                if len(rows) < size:
                    break
                words[start] = rows[-1][key] + 1
        return found


def held(caller: Caller, place: str) -> dict[str, tuple[str, ...]]:
    """Return free, locked, borrowed and interest of each asset of an account, as REST tells them."""
    if place == "spot":
        rows = caller.json("GET", "/api/v3/account")["balances"]
    elif place == "cross":
        rows = caller.json("GET", "/sapi/v1/margin/account")["userAssets"]
    else:
        accounts = caller.json("GET", "/sapi/v1/margin/isolated/account", symbols=place)["assets"]
        rows = [account[side] for account in accounts for side in ("baseAsset", "quoteAsset")]
    names = ("free", "locked", "borrowed", "interest")
    return {row["asset"]: tuple(row.get(name, "0.00000000") for name in names) for row in rows}
