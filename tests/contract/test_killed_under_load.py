"""A served venue killed in the midst of trading: what a client was answered is there afterwards, and nothing else."""

import random
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.clients.running_venue import RunningVenue, serve_venue
from tests.contract.signed import Caller, hmac_signer

ORDER = "/sapi/v1/margin/order"
LOAN = "/sapi/v1/margin/borrow-repay"
TRANSFER = "/sapi/v1/asset/transfer"
FUNDS = {"USDT": "1000000"}
TRADERS = 4


class Trader(threading.Thread):
    """A user who places resting orders, borrows and transfers until the venue is gone; keeps every answer."""

    def __init__(self, url: str, user: dict[str, str], rng: random.Random) -> None:
        super().__init__(daemon=True)
        self.http = httpx.Client(base_url=url, timeout=30, trust_env=False)
        self.caller = Caller(self.http, user["apiKey"], hmac_signer(user["secretKey"]))
        self.rng = rng
        self.orders: dict[int, str] = {}
        """Client ids by order id."""
        self.loans: dict[int, str] = {}
        """Amounts by transaction id."""
        self.transfers: dict[int, str] = {}

    def run(self) -> None:
        """Trade until no answer comes."""
        number = 0
        try:
            while True:
                number += 1
                self.act(number)
        except httpx.HTTPError:
            self.http.close()

    def act(self, number: int) -> None:
        """Send one request and keep the answer."""
        draw = self.rng.random()
        if draw < 0.8:
            words = {"side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.001", "price": "50000"}
            name = f"order-{number}-{self.rng.randrange(10**9)}"
            answer = self.caller.ask("POST", ORDER, symbol="BTCUSDT", newClientOrderId=name, **words)
            if answer.is_success:
                self.orders[answer.json()["orderId"]] = name
        elif draw < 0.9:
            amount = str(10 + number % 7)
            answer = self.caller.ask("POST", LOAN, asset="USDT", isIsolated="FALSE", amount=amount, type="BORROW")
            if answer.is_success:
                self.loans[answer.json()["tranId"]] = amount
        else:
            amount = str(1 + number % 5)
            answer = self.caller.ask("POST", TRANSFER, type="MAIN_MARGIN", asset="USDT", amount=amount)
            if answer.is_success:
                self.transfers[answer.json()["tranId"]] = amount

    def check(self, caller: Caller) -> int:
        """See that all that was answered is there, told in the same words; return how much that is."""
        for order_id, name in self.orders.items():
            order = caller.json("GET", ORDER, symbol="BTCUSDT", orderId=order_id)
            assert (order["clientOrderId"], order["origQty"]) == (name, "0.00100000")
        for tran_id, amount in self.loans.items():
            (row,) = caller.json("GET", LOAN, type="BORROW", txId=tran_id)["rows"]
            assert float(row["principal"]) == float(amount)
        rows = all_transfers(caller)
        for tran_id, amount in self.transfers.items():
            assert float(rows[tran_id]) == float(amount)
        return len(self.orders) + len(self.loans) + len(self.transfers)

    def check_balances(self, caller: Caller) -> None:
        """At most the one request that nobody answered is there besides."""
        open_orders = caller.json("GET", "/sapi/v1/margin/openOrders", symbol="BTCUSDT")
        loans = caller.json("GET", LOAN, type="BORROW", size=100)["total"]
        unanswered = len(open_orders) - len(self.orders) + loans - len(self.loans)
        assert 0 <= unanswered <= 1
        assert 0 <= len(all_transfers(caller)) - len(self.transfers) <= 1


def all_transfers(caller: Caller) -> dict[int, str]:
    """Return the amounts of all transfers into the cross account but the first, by transaction id."""
    rows: list[dict[str, Any]] = []
    while True:
        page = caller.json("GET", TRANSFER, type="MAIN_MARGIN", size=100, current=1 + len(rows) // 100)
        rows += page["rows"]
        if len(rows) >= page["total"]:
            return {row["tranId"]: row["amount"] for row in rows if float(row["amount"]) < 1_000}


def kill_once(folder: Path, rng: random.Random) -> int:
    """Trade, kill at a random moment, start again, look; return how much had been answered."""
    folder.mkdir(exist_ok=True)
    with serve_venue(folder) as venue:
        users = [opened(venue) for _ in range(TRADERS)]
        traders = [Trader(venue.url, user, random.Random(rng.randrange(2**32))) for user in users]
        for trader in traders:
            trader.start()
        time.sleep(0.2 + rng.random())
        assert venue.process is not None
        venue.process.kill()
        for trader in traders:
            trader.join(30)
    with serve_venue(folder) as venue:
        callers = [Caller(venue.http, user["apiKey"], hmac_signer(user["secretKey"])) for user in users]
        found = sum(trader.check(caller) for trader, caller in zip(traders, callers, strict=True))
        for trader, caller in zip(traders, callers, strict=True):
            trader.check_balances(caller)
    command = [sys.executable, "-m", "leverline", "verify", str(folder / "data")]
    verified = subprocess.run(command, capture_output=True, text=True, check=False)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    return found


def opened(venue: RunningVenue) -> dict[str, str]:
    """Return a user with 100,000 USDT in the cross account."""
    user = venue.create_user(FUNDS)
    caller = Caller(venue.http, user["apiKey"], hmac_signer(user["secretKey"]))
    caller.json("POST", TRANSFER, type="MAIN_MARGIN", asset="USDT", amount="100000")
    return user


def test_what_was_answered_survives_a_kill(tmp_path: Path, rng: random.Random, seed: int) -> None:
    """Orders, loans and transfers over the wire, SIGKILL, a restart; the journal's re-run gives every state hash."""
    print(f"seed {seed}")
    assert kill_once(tmp_path, rng) > 0


@pytest.mark.long
def test_fifty_kills_lose_nothing_that_was_answered(tmp_path: Path, rng: random.Random, seed: int) -> None:
    """The same fifty times, on one folder after another."""
    print(f"seed {seed}")
    assert sum(kill_once(tmp_path / str(number), rng) for number in range(50)) > 500


def test_two_requests_at_once_never_spend_one_balance_twice(venue: RunningVenue) -> None:
    """Of twenty identical transfers of 600 out of 1,000 USDT, sent at the same moment, one is made."""
    user = venue.create_user({"USDT": "1000"})
    statuses: list[int] = []
    gate = threading.Barrier(20)

    def send() -> None:
        with httpx.Client(base_url=venue.url, timeout=30, trust_env=False) as http:
            caller = Caller(http, user["apiKey"], hmac_signer(user["secretKey"]))
            query = caller.query_of({"type": "MAIN_MARGIN", "asset": "USDT", "amount": "600"})
            gate.wait()
            statuses.append(caller.raw("POST", TRANSFER, query).status_code)

    threads = [threading.Thread(target=send) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(statuses) == [200] + [400] * 19
