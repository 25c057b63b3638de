"""What a venue answers about the past, whether it remembers or has to look it up."""

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.api.margin.busy import LEND, TRANSFER, fund_maker, order, quote
from tests.api.world import PARAMETERS, User, World

from leverline.api.endpoint import Table
from leverline.api.limits import LimitPolicy
from leverline.api.margin.tables import margin_table
from leverline.api.own.tables import own_table
from leverline.api.profile import LATEST
from leverline.api.spot.tables import spot_table
from leverline.api.wallet.tables import wallet_table
from leverline.engine.commands import AdvanceTime, Deposit, HouseDeposit, LiftBorrowBar
from leverline.engine.commit import Commit
from leverline.history.history import History
from leverline.history.past.past import Past
from leverline.history.policy import HistoryPolicy
from leverline.history.store.archive import Archive
from leverline.kernel.decimals import parse_amount
from leverline.kernel.numbers import UNIT
from leverline.kernel.time import HOUR, MILLISECOND, SECOND

OCO = {
    "symbol": "BTCUSDT", "side": "SELL", "quantity": "0.005", "price": "62000", "stopPrice": "58000",
    "stopLimitPrice": "57900", "stopLimitTimeInForce": "GTC",
}  # fmt: skip
BID = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.5", "price": "50000"}
AMEND = "/api/v3/order/amend/keepPriority"
LISTS = "/sapi/v1/margin/allOrderList"
AMENDMENTS = "/api/v3/order/amendments"
DUST = "/sapi/v1/asset/dribblet"
DEBTS = "/sapi/v1/margin/exchange-small-liability-history"
FORCED = "/sapi/v1/margin/forceLiquidationRec"
RATES = "/sapi/v1/margin/interestRateHistory"
HISTORICAL = "/api/v3/historicalTrades"
STANDING = "/account/v1/margin-history"
FUND = "/public/v1/insurance-fund"
AGGREGATES = "/api/v3/aggTrades"
Question = tuple[User | None, str, dict[str, Any]]
LITTLE = replace(HistoryPolicy(), **{field.name: 2 for field in fields(HistoryPolicy)})
"""Two records of everything are remembered."""


@pytest.fixture(scope="session")
def table() -> Table:
    """Spot, margin and wallet."""
    found = spot_table()
    found.include(margin_table())
    found.include(wallet_table())
    found.include(own_table())
    return found


class Forgetful:
    """A second history of a world that remembers little, with a database behind it."""

    def __init__(self, world: World, url: str) -> None:
        self.world = world
        self.history = History(PARAMETERS, LITTLE)
        self.archive = Archive(self.history, url)
        self.archive.open("test", 0)
        self.archive.begin(0, 0)

    def catch_up(self, commits: list[Commit]) -> None:
        """Take in what has happened."""
        for commit in commits:
            self.history.take(commit)
            self.archive.writer.take(commit)

    def answers(self, asked: list[Question]) -> list[Any]:
        """What the venue answers, were this its history."""
        services = self.world.services
        remembered = services.history
        services.history, services.past = self.history, self.archive.past
        try:
            return answers(self.world, asked)
        finally:
            services.history, services.past = remembered, Past(remembered)


class ToldWorld(World):
    """A world that keeps what its subscribers were told."""

    async def _start(self) -> None:
        self.commits: list[Commit] = []
        self.venue.attach(SimpleNamespace(take=self.commits.append))
        await super()._start()


@pytest.fixture
def world(table: Table, policy: LimitPolicy) -> Iterator[ToldWorld]:
    """A venue that has just been started."""
    made = ToldWorld(None, table, policy)
    yield made
    made.stop()


@pytest.fixture
def policy() -> LimitPolicy:
    """No limits: much is asked."""
    return LATEST.limit_policy(0)


def answers(world: World, asked: list[Question]) -> list[Any]:
    """What the venue answers to each question; without a user to one that bears no key."""
    return [
        user.ask("GET", path, **values) if user is not None else world.get(path, **values).json()
        for user, path, values in asked
    ]


def live(world: World, maker: User, alice: User) -> tuple[dict[str, Any], dict[str, Any]]:
    """Let much happen several times over; return the order that was amended and the first list."""
    fund_maker(maker)
    world.send(HouseDeposit("BNB", 100 * UNIT))
    alice.ask("POST", TRANSFER, type="MAIN_MARGIN", asset="USDT", amount="5000")
    alice.ask("POST", "/sapi/v1/bnbBurn", interestBNBBurn="true")
    alice.ask("POST", LEND, asset="USDT", amount="2000", type="BORROW", isIsolated="FALSE")
    amended = alice.ask("POST", "/api/v3/order", **BID | {"quantity": "0.09"}, newClientOrderId="mine")
    lists = []
    for number in range(4):
        quote(maker, "59990", "60010", "1")
        for price in ("60010", "60010", "59990"):
            order(alice, side="BUY" if price == "60010" else "SELL", quantity="0.01", price=price)
        lists.append(alice.ask("POST", "/sapi/v1/margin/order/oco", **OCO, listClientOrderId=f"list{number}"))
        alice.ask("DELETE", "/sapi/v1/margin/orderList", symbol="BTCUSDT", orderListId=lists[-1]["orderListId"])
        alice.ask("PUT", AMEND, symbol="BTCUSDT", orderId=amended["orderId"], newQty=f"0.0{8 - number}")
        world.send(Deposit(alice.user_id, "ETH", UNIT // 1_000))
        alice.ask("POST", "/sapi/v1/asset/dust", asset="ETH")
        maker.ask("DELETE", "/sapi/v1/margin/openOrders", symbol="BTCUSDT")
        for _ in range(7):
            world.advance(HOUR)
            world.send(AdvanceTime())
        world.set_index(BTC="60000", BNB="600", ETH="2500")
        alice.ask("POST", "/sapi/v1/margin/exchange-small-liability", assetNames="BNB")
    for _ in range(3):
        alice.ask("POST", LEND, asset="USDT", amount="15000", type="BORROW", isIsolated="FALSE")
        quote(maker, "59990", "60010", "1")
        order(alice, side="BUY", type="LIMIT", quantity="0.28", price="60010")
        maker.ask("DELETE", "/sapi/v1/margin/openOrders", symbol="BTCUSDT")
        world.set_index(BTC="40000")
        for _ in range(20):
            world.advance(SECOND)
            world.send(AdvanceTime())
        world.set_index(BTC="60000")
        world.send(LiftBorrowBar(alice.user_id))
        world.send(Deposit(alice.user_id, "USDT", 5_000 * UNIT))
        alice.ask("POST", TRANSFER, type="MAIN_MARGIN", asset="USDT", amount="5000")
    return amended, lists[0]


def test_the_wire_tells_the_same_from_memory_and_from_the_database(
    lender: ToldWorld, alice: User, maker: User, tmp_path: Path
) -> None:
    """Lists, amendments, small exchanges, liquidations, rates, market trades: page by page, id by id, in windows."""
    amended, listed = live(lender, maker, alice)
    moments = [commit.time // MILLISECOND for commit in lender.commits]
    half = {"startTime": moments[0], "endTime": moments[len(moments) // 2]}
    day = {"startTime": moments[0], "endTime": moments[0] + HOUR // MILLISECOND}
    btc = {"symbol": "BTCUSDT"}
    asked: list[Question] = [
        *((alice, path, {}) for path in (LISTS, FORCED, DUST)),
        *((alice, LISTS, values) for values in (day, {"fromId": listed["orderListId"], "limit": 2}, {"limit": 3})),
        (alice, "/sapi/v1/margin/orderList", {"orderListId": listed["orderListId"]}),
        (alice, "/sapi/v1/margin/orderList", {"origClientOrderId": "list1"}),
        (alice, AMENDMENTS, btc | {"orderId": amended["orderId"]}),
        (alice, AMENDMENTS, btc | {"orderId": amended["orderId"], "fromExecutionId": 20, "limit": 2}),
        (alice, DUST, half),
        *((alice, DEBTS, {"current": page, "size": 2}) for page in (1, 2, 3)),
        *((alice, FORCED, {"current": page, "size": 2}) for page in (1, 2)),
        (alice, RATES, {"asset": "USDT"}),
        (alice, RATES, {"asset": "USDT"} | half),
        *((alice, STANDING, {"current": page, "size": 3}) for page in (1, 2)),
        *((None, f"{FUND}/{rows}", {"size": 2}) for rows in ("movements", "payments", "deficits")),
        *((None, HISTORICAL, btc | values) for values in ({}, {"limit": 5}, {"fromId": 3, "limit": 6})),
        *((None, AGGREGATES, btc | values) for values in ({}, {"limit": 5}, {"fromId": 3, "limit": 6}, half, day)),
    ]
    remembered = answers(lender, asked)
    forgetful = Forgetful(lender, f"sqlite:///{tmp_path / 'history.sqlite'}")
    forgetful.catch_up(lender.commits)
    for question, wanted, found in zip(asked, remembered, forgetful.answers(asked), strict=True):
        assert found == wanted, question
        assert wanted and wanted != {"total": 0, "rows": []}, question
    assert forgetful.archive.gauges()["history_questions"] >= len(asked) - 4
    forgetful.archive.close()


def test_the_fund_s_ledger_is_public(lender: ToldWorld, alice: User, maker: User) -> None:
    """Movements add up to what it holds; nobody is named. An account's own standing is told to its owner only."""
    live(lender, maker, alice)
    movements = lender.get(f"{FUND}/movements", size=100).json()
    assert movements["total"] == len(movements["rows"])
    assert {name for row in movements["rows"] for name in row} == {"id", "time", "kind", "asset", "amount"}
    sums = Counter[str]()
    for row in movements["rows"]:
        sums[row["asset"]] += parse_amount(row["amount"].lstrip("-")) * (-1 if row["amount"][0] == "-" else 1)
    held = {row["asset"]: parse_amount(row["amount"]) for row in lender.get(FUND).json()}
    assert held == {asset: amount for asset, amount in sums.items() if amount}
    of_one = lender.get(f"{FUND}/movements", asset="USDT", size=100).json()["rows"]
    assert of_one == [row for row in movements["rows"] if row["asset"] == "USDT"]
    payments = lender.get(f"{FUND}/payments", size=100).json()["rows"]
    assert payments and {row["product"] for row in payments} == {"classic"}
    deficits = lender.get(f"{FUND}/deficits", size=100).json()["rows"]
    paid = [parse_amount(row["deficit"]) - parse_amount(row["writtenOff"]) for row in deficits]
    assert paid and paid == [parse_amount(row["paidByFund"]) for row in deficits]
    write_offs = lender.get(f"{FUND}/write-offs", size=100).json()["rows"]
    unpaid = sum(parse_amount(row["writtenOff"]) for row in deficits)
    assert sum(parse_amount(row["value"]) for row in write_offs) == unpaid
    changes = alice.ask("GET", STANDING, size=100)["rows"]
    assert changes[-1]["what"] == "opened"
    bands = [(row["before"], row["after"]) for row in changes[::-1] if row["what"] == "status"]
    assert all(first[1] == second[0] for first, second in itertools.pairwise(bands))
    assert lender.get(STANDING).status_code == 401
