"""Borrowing, interest and repaying by request (rules 3, 5.3, 8)."""

import pytest
from tests.api.margin.busy import LEND, TRANSFER
from tests.api.margin.test_opening import rows
from tests.api.world import User, World

from leverline.engine.commands import AdvanceTime, SupplyPool
from leverline.kernel.decimals import parse_amount
from leverline.kernel.time import DAY, HOUR, MILLISECOND

ACCOUNT = "/sapi/v1/margin/account"
INTEREST = "/sapi/v1/margin/interestHistory"
EXCEEDED = (-3006, "Your borrow amount has exceed maximum borrow amount.")


@pytest.fixture
def cross(alice: User) -> User:
    """Alice with 5,000 USDT in her cross account."""
    alice.ask("POST", TRANSFER, type="MAIN_MARGIN", asset="USDT", amount="5000")
    return alice


def borrow(user: User, amount: str, asset: str = "USDT") -> int:
    """Borrow into the cross account and return the transaction."""
    answer = user.ask("POST", LEND, asset=asset, amount=amount, type="BORROW", isIsolated="FALSE")
    return int(answer["tranId"])


def test_the_first_hour_is_charged_with_the_loan(cross: User) -> None:
    """4,000 USDT at the hourly rate of 0.000006666667 cost 0.02666667 at once (rule 3.2)."""
    borrow(cross, "4000")
    usdt = rows(cross.ask("GET", ACCOUNT))["USDT"]
    assert (usdt["free"], usdt["borrowed"], usdt["interest"]) == ("9000.00000000", "4000.00000000", "0.02666667")
    assert usdt["netAsset"] == "4999.97333333"


def test_a_symbol_may_be_empty(cross: User) -> None:
    """The official client must send one with cross loans too."""
    cross.ask("POST", LEND, asset="USDT", amount="100", type="BORROW", isIsolated="FALSE", symbol="")
    assert cross.ask("GET", LEND, type="BORROW", isolatedSymbol="")["total"] == 1


def test_interest_is_charged_hour_by_hour_and_recorded(cross: User, lender: World) -> None:
    """Each clock hour adds a PERIODIC row to the ON_BORROW one, newest first; the rate shown is the day's."""
    borrow(cross, "4000")
    for _ in range(2):
        lender.advance(HOUR)
        lender.send(AdvanceTime())
    page = cross.ask("GET", INTEREST, asset="USDT")
    assert [row["type"] for row in page["rows"]] == ["PERIODIC", "PERIODIC", "ON_BORROW"]
    assert page["total"] == 3
    assert page["rows"][2]["interestRate"] == "0.000160000008"
    assert page["rows"][2]["rawAsset"] == page["rows"][2]["asset"] == "USDT"


@pytest.mark.parametrize(
    ("values", "answer"),
    [
        ({"amount": "20000.1"}, EXCEEDED),
        ({"amount": "19.99"}, (-3013, "Borrow amount less than minimum borrow amount.")),
        ({"amount": "0"}, (-1102, "Mandatory parameter 'amount' was not sent, was empty/null, or malformed.")),
        ({"amount": "1e3", "asset": "NOPE"}, (-3027, "Not a valid margin asset.")),
        ({"amount": "ten"}, (-1100, "Illegal characters found in parameter 'amount'; legal range is "
                                    "'^([0-9]{1,20})(\\.[0-9]{1,20})?$'.")),
        ({"amount": "100", "isIsolated": "TRUE"},
         (-1102, "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed.")),
        ({"amount": "100", "isIsolated": "TRUE", "symbol": "BTCUSDT"}, (-3003, "Margin account does not exist.")),
        ({"amount": "100", "isIsolated": "MAYBE"}, (-1130, "Data sent for parameter 'isIsolated' is not valid.")),
    ],
)  # fmt: skip
def test_a_loan_that_may_not_be_is_refused(cross: User, values: dict[str, str], answer: tuple[int, str]) -> None:
    """Codes and texts are the documented ones."""
    assert cross.refused("POST", LEND, **{"asset": "USDT", "type": "BORROW"} | values) == answer


def test_the_largest_loan_is_the_one_announced(cross: User) -> None:
    """With 5,000 USDT at 5x, 20,000 may be borrowed and not a unit more (rule 5.3)."""
    answer = cross.ask("GET", "/sapi/v1/margin/maxBorrowable", asset="USDT")
    assert answer == {"amount": "20000.00000000", "borrowLimit": "18000000.00000000"}
    assert cross.refused("POST", LEND, asset="USDT", type="BORROW", amount="20000.00000001") == EXCEEDED
    borrow(cross, answer["amount"])


def test_an_empty_pool_lends_nothing(cross: User, lender: World) -> None:
    """-3045 once the pool is at its reserve."""
    lender.send(SupplyPool("USDT", -parse_amount("9999900")))
    assert cross.refused("POST", LEND, asset="USDT", type="BORROW", amount="1000") == (
        -3045, "The system doesn't have enough asset now.",
    )  # fmt: skip


def test_repaying_pays_interest_first(cross: User) -> None:
    """Interest, then principal; the record splits them."""
    borrow(cross, "4000")
    tran_id = cross.ask("POST", LEND, asset="USDT", amount="1000", type="repay", isIsolated="false")["tranId"]
    page = cross.ask("GET", LEND, type="REPAY", txId=tran_id)
    assert page["total"] == 1
    row = page["rows"][0]
    assert (row["amount"], row["interest"], row["principal"]) == ("1000.00000000", "0.02666667", "999.97333333")
    assert (row["type"], row["status"], row["txId"]) == ("MANUAL", "CONFIRMED", tran_id)


@pytest.mark.parametrize(
    ("amount", "answer"),
    [
        ("4000.03", (-3015, "Repay amount exceeds borrow amount.")),
        ("1", (-3016, "Repay amount less than minimum repay amount.")),
        ("3990", (-3024, "The unpaid debt is too small after this repayment.")),
    ],
)
def test_a_repayment_that_may_not_be_is_refused(cross: User, amount: str, answer: tuple[int, str]) -> None:
    """Too much, too little, or what would leave too little (rule 3.3)."""
    borrow(cross, "4000")
    assert cross.refused("POST", LEND, asset="USDT", type="REPAY", amount=amount) == answer


def test_what_may_leave_leaves_twice_the_debt(cross: User) -> None:
    """With a debt of 2,000 and its interest, C must stay above twice the debt (rule 5.4)."""
    borrow(cross, "2000")
    most = cross.ask("GET", "/sapi/v1/margin/maxTransferable", asset="USDT")["amount"]
    assert cross.refused("POST", TRANSFER, type="MARGIN_MAIN", asset="USDT", amount="5000") == (
        -3020, "Transfer out amount exceeds max amount.",
    )  # fmt: skip
    cross.ask("POST", TRANSFER, type="MARGIN_MAIN", asset="USDT", amount=most)
    assert cross.ask("GET", ACCOUNT)["collateralMarginLevel"][:4] == "2.00"


def test_records_come_in_pages(cross: User) -> None:
    """Pages count from 1, newest first, with the total of all; sizes beyond 100 are cut."""
    made = [borrow(cross, str(100 + step)) for step in range(5)]
    pages = [cross.ask("GET", LEND, type="BORROW", current=page, size=2) for page in (1, 2, 3, 4)]
    assert [row["txId"] for page in pages for row in page["rows"]] == made[::-1]
    assert {page["total"] for page in pages} == {5}
    assert len(cross.ask("GET", LEND, type="BORROW", size=1000)["rows"]) == 5


def test_a_window_must_be_one(cross: User, lender: World) -> None:
    """It ends after it begins, and has at most 30 days; capital flow has seven."""
    now = lender.clock.now() // MILLISECOND
    day = DAY // MILLISECOND
    assert cross.refused("GET", INTEREST, startTime=now, endTime=now - 1) == (-3011, "Your input date is invalid.")
    assert cross.refused("GET", INTEREST, startTime=now - 31 * day, endTime=now)[0] == -3025
    assert cross.refused("GET", "/sapi/v1/margin/capital-flow", startTime=now - 8 * day, endTime=now) == (
        -4047, "Time interval must be within 0-7 days",
    )  # fmt: skip
    assert cross.refused(
        "GET", "/sapi/v1/margin/allOrders", symbol="BTCUSDT", startTime=now - 2 * day, endTime=now
    ) == (-1127, "More than 24 hours between startTime and endTime.")


def test_the_history_of_rates_is_the_pools(cross: User, lender: World) -> None:
    """One row per hour, newest first, at the VIP level asked for: level 9 pays less."""
    for _ in range(3):
        lender.advance(HOUR)
        lender.send(AdvanceTime())
    path = "/sapi/v1/margin/interestRateHistory"
    own = cross.ask("GET", path, asset="USDT", limit=93)
    assert [row["timestamp"] for row in own] == sorted((row["timestamp"] for row in own), reverse=True)
    assert len(own) == 4
    best = cross.ask("GET", path, asset="USDT", vipLevel=9)
    assert float(best[0]["dailyInterestRate"]) < float(own[0]["dailyInterestRate"])
    assert cross.refused("GET", path, asset="USDT", vipLevel=10)[0] == -1130


def test_the_next_hour_costs_what_was_announced(cross: User, lender: World) -> None:
    """The estimate is the rate that the hour then takes, while the pool's use stays as it is (rule 3.4)."""
    path = "/sapi/v1/margin/next-hourly-interest-rate"
    borrow(cross, "4000")
    announced = cross.ask("GET", path, assets="USDT,BTC", isIsolated="FALSE")
    lender.advance(HOUR)
    lender.send(AdvanceTime())
    rates = {asset: lender.engine.core.desk.pools[asset].vip_rates[0] for asset in ("USDT", "BTC")}
    assert {row["asset"]: row["nextHourlyInterestRate"] for row in announced} == {
        asset: f"0.{rate:012d}" for asset, rate in rates.items()
    }
