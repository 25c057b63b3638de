"""Money in and out of the venue, balances by wallet, and routes of old that still work."""

from typing import Any

from tests.api.margin.busy import TRANSFER
from tests.api.world import User, World

from leverline.kernel.time import DAY

WITHDRAW = "/sapi/v1/capital/withdraw/apply"
WITHDRAWALS = "/sapi/v1/capital/withdraw/history"
SNAPSHOT = "/sapi/v1/accountSnapshot"
DAY_MS = 86_400_000


def test_a_withdrawal_is_paid_at_once_in_a_sandbox(alice: User) -> None:
    """And listed as done."""
    asked = alice.ask("POST", WITHDRAW, coin="USDT", address="bank", amount="4000")
    (row,) = alice.ask("GET", WITHDRAWALS)
    assert (row["id"], row["amount"], row["status"], row["address"]) == (asked["id"], "4000", 6, "bank")
    assert alice.ask("GET", WITHDRAWALS, status=2) == []
    assert alice.ask("POST", "/sapi/v3/asset/getUserAsset", asset="USDT")[0]["free"] == "6000.00000000"


def test_more_than_is_free_is_not_withdrawn(alice: User) -> None:
    """The refusal is the wallet's; so is that of an unknown network."""
    assert alice.refused("POST", WITHDRAW, coin="USDT", address="bank", amount="10001") == (
        -5002, "You have insufficient balance.",
    )  # fmt: skip
    assert alice.refused("POST", WITHDRAW, coin="USDT", address="bank", amount="1", network="ERC20")[0] == -1130
    assert alice.refused("POST", WITHDRAW, coin="USDT", address="bank", amount="0")[0] == -5007


def test_deposits_are_listed(alice: User) -> None:
    """Newest first, by coin if one is given."""
    path = "/sapi/v1/capital/deposit/hisrec"
    assert [row["coin"] for row in alice.ask("GET", path)] == ["BTC", "USDT"]
    (row,) = alice.ask("GET", path, coin="USDT")
    assert (row["amount"], row["status"]) == ("10000", 1)
    assert alice.ask("GET", "/sapi/v1/capital/deposit/address", coin="BTC")["address"] == f"leverline-{alice.user_id}"


def test_deposits_are_found_by_number_and_page(alice: User) -> None:
    """A number is looked for among all of them, not on a page; `offset` and `limit` count what was found."""
    path = "/sapi/v1/capital/deposit/hisrec"
    newest, oldest = alice.ask("GET", path)
    assert alice.ask("GET", path, txId=oldest["txId"], limit=1) == [oldest]
    assert alice.ask("GET", path, offset=1, limit=1) == [oldest]
    assert alice.ask("GET", path, status=0) == []
    assert "sourceAddress" not in newest
    assert alice.refused("GET", path, status=0, coin="NONE")[0] == -3027


def test_withdrawals_are_found_by_number(alice: User) -> None:
    """Up to 45 of them."""
    for amount in ("1", "2", "3"):
        alice.ask("POST", WITHDRAW, coin="USDT", address="bank", amount=amount)
    third, second, first = alice.ask("GET", WITHDRAWALS)
    assert alice.ask("GET", WITHDRAWALS, idList=f"{first['id']},{third['id']}") == [third, first]
    assert alice.ask("GET", WITHDRAWALS, limit=1, offset=1) == [second]
    assert alice.refused("GET", WITHDRAWALS, idList=",".join(map(str, range(46))))[0] == -1130


def test_a_withdrawal_is_found_by_its_owners_name(alice: User) -> None:
    """Kept as it was sent; one without a name has none."""
    alice.ask("POST", WITHDRAW, coin="USDT", address="bank", amount="1", withdrawOrderId="rent-7")
    alice.ask("POST", WITHDRAW, coin="USDT", address="bank", amount="2")
    (named,) = alice.ask("GET", WITHDRAWALS, withdrawOrderId="rent-7")
    assert (named["amount"], named["withdrawOrderId"]) == ("1", "rent-7")
    assert [row["withdrawOrderId"] for row in alice.ask("GET", WITHDRAWALS)] == ["", "rent-7"]
    assert alice.ask("GET", WITHDRAWALS, withdrawOrderId="rent-8") == []


def test_wallets_are_valued(alice: User) -> None:
    """1 BTC and 10,000 USDT in spot are 70,000 USDT at an index of 60,000."""
    path = "/sapi/v1/asset/wallet/balance"
    rows = {row["walletName"]: row for row in alice.ask("GET", path, quoteAsset="USDT")}
    assert (rows["Spot"]["balance"], rows["Cross Margin"]["activate"]) == ("70000.00000000", False)
    alice.ask("POST", TRANSFER, type="MAIN_MARGIN", asset="USDT", amount="6000")
    rows = {row["walletName"]: row for row in alice.ask("GET", path, needBalanceDetail="true")}
    assert rows["Cross Margin"]["balance"] == "0.10000000"
    assert rows["Cross Margin"]["assetBalances"][0]["asset"] == "USDT"


def test_routes_of_old_still_work(alice: User) -> None:
    """Transfer in, borrow, repay and transfer out as bots of before 2024 do."""
    margin = "/sapi/v1/margin"
    alice.ask("POST", f"{margin}/transfer", asset="USDT", amount="1000", type=1)
    alice.ask("POST", f"{margin}/loan", asset="USDT", amount="500")
    alice.ask("POST", f"{margin}/repay", asset="USDT", amount="400")
    assert alice.ask("GET", f"{margin}/loan", asset="USDT")["rows"][0]["principal"] == "500.00000000"
    assert alice.ask("GET", f"{margin}/repay", asset="USDT")["rows"][0]["amount"] == "400.00000000"
    alice.ask("POST", f"{margin}/transfer", asset="USDT", amount="100", type=2)
    assert alice.refused("POST", f"{margin}/transfer", asset="USDT", amount="100", type=3)[0] == -1130
    assert alice.ask("POST", f"{margin}/isolated/create", base="ETH", quote="USDT")["symbol"] == "ETHUSDT"
    spot_to_pair = {"transFrom": "SPOT", "transTo": "ISOLATED_MARGIN", "symbol": "BTCUSDT"}
    alice.ask("POST", f"{margin}/isolated/transfer", asset="USDT", amount="10", **spot_to_pair)
    assert alice.ask("GET", f"{margin}/isolated/transfer", symbol="BTCUSDT")["total"] == 1


def test_a_list_of_transfers_that_cannot_be_is_empty(alice: User, lender: World) -> None:
    """Clients ask for wallets that the venue does not have; the time of the list defaults to seven days."""
    assert alice.ask("GET", TRANSFER, type="MAIN_UMFUTURE") == {"total": 0, "rows": []}
    assert alice.refused("GET", TRANSFER, type="HERE_THERE")[0] == -1130
    alice.ask("POST", TRANSFER, type="MAIN_MARGIN", asset="USDT", amount="6000")
    lender.advance(8 * 86_400_000_000)
    assert alice.ask("GET", TRANSFER, type="MAIN_MARGIN")["total"] == 0


def test_todays_snapshot_shows_the_wallets_as_they_are(alice: User, lender: World) -> None:
    """Spot holds 1 BTC and 10,000 USDT, worth a sixth of a BTC at 60,000; 6,000 of them go into the cross account."""
    (spot,) = snapshots(alice, "SPOT")
    assert (spot["type"], spot["updateTime"]) == ("spot", lender.clock.now() // 1000)
    assert spot["data"]["totalAssetOfBtc"] == "1.16666666"
    assert {"asset": "BTC", "free": "1.00000000", "locked": "0.00000000"} in spot["data"]["balances"]
    (margin,) = snapshots(alice, "MARGIN")
    assert margin["data"]["totalNetAssetOfBtc"] == "0.00000000"
    alice.ask("POST", TRANSFER, type="MAIN_MARGIN", asset="USDT", amount="6000")
    (margin,) = snapshots(alice, "MARGIN")
    assert (margin["type"], margin["data"]["totalNetAssetOfBtc"]) == ("margin", "0.10000000")
    assert {row["asset"]: row["free"] for row in margin["data"]["userAssets"]}["USDT"] == "6000.00000000"


def test_no_snapshot_is_kept_of_other_days(alice: User, lender: World) -> None:
    """Nor of futures; a window that holds today holds its snapshot."""
    now = lender.clock.now() // 1000
    assert snapshots(alice, "FUTURES") == []
    assert snapshots(alice, "SPOT", endTime=now - DAY_MS) == []
    assert snapshots(alice, "SPOT", startTime=now + DAY_MS) == []
    assert len(snapshots(alice, "SPOT", startTime=now - DAY_MS, endTime=now, limit=30)) == 1
    assert alice.refused("GET", SNAPSHOT, type="SPOT", startTime=now, endTime=now - 1)[0] == -3011


def test_a_snapshot_is_of_a_kind_of_account(alice: User) -> None:
    """In capitals."""
    assert alice.refused("GET", SNAPSHOT, type="spot")[0] == -1130


def snapshots(user: User, kind: str, **values: int) -> list[dict[str, Any]]:
    """Return the snapshots of an answer that says that all is well."""
    answer = user.ask("GET", SNAPSHOT, type=kind, **values)
    assert (answer["code"], answer["msg"]) == (200, "")
    found: list[dict[str, Any]] = answer["snapshotVos"]
    return found


def test_deposits_of_ninety_days_are_listed(world: World, alice: User) -> None:
    """Without a window; those of longer ago are not."""
    path = "/sapi/v1/capital/deposit/hisrec"
    world.advance(89 * DAY)
    assert len(alice.ask("GET", path)) == 2
    world.advance(2 * DAY)
    assert alice.ask("GET", path) == []


def test_routes_of_old_weigh_what_their_successors_do(alice: User) -> None:
    """They are no way around a budget."""
    margin = "/sapi/v1/margin"
    moved = alice.call("POST", f"{margin}/transfer", asset="USDT", amount="5000", type=1)
    lent = alice.call("POST", f"{margin}/loan", asset="USDT", amount="500")
    repaid = alice.call("POST", f"{margin}/repay", asset="USDT", amount="100")
    weights = [each.headers["x-sapi-used-uid-weight-1m"] for each in (moved, lent, repaid)]
    assert ([each.status_code for each in (moved, lent, repaid)], weights) == ([200] * 3, ["300", "1500", "1500"])
