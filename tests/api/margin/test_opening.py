"""The first transfer opens an account, and only one that will be taken does (rule 12.1)."""

import asyncio

import pytest
from tests.api.margin.busy import TRANSFER
from tests.api.world import User, World

from leverline.engine.commands import GrantPermission
from leverline.margin.account import MAY_MARGIN

ACCOUNT = "/sapi/v1/margin/account"
ISOLATED = "/sapi/v1/margin/isolated/account"
NO_ACCOUNT = (-3003, "Margin account does not exist.")


def test_there_is_no_account_before_the_first_transfer(alice: User) -> None:
    """The cross account is shown empty and not created, with the bars it would have; others are told so."""
    account = alice.ask("GET", ACCOUNT)
    assert not any(account[member] for member in ("created", "borrowEnabled", "tradeEnabled"))
    assert (account["marginLevel"], account["totalNetAssetOfBtc"]) == ("999.00000000", "0.00000000")
    assert {row["free"] for row in account["userAssets"]} == {"0.00000000"}
    bars = alice.ask("GET", "/sapi/v1/margin/tradeCoeff")
    assert alice.refused("POST", ISOLATED, symbol="BTCUSDT") == NO_ACCOUNT
    alice.ask("POST", TRANSFER, type="MAIN_MARGIN", asset="USDT", amount="5000")
    assert alice.ask("GET", "/sapi/v1/margin/tradeCoeff") == bars
    assert alice.ask("GET", ACCOUNT)["created"]


def test_there_is_no_isolated_account_before_the_first_transfer(alice: User) -> None:
    """It is neither enabled nor listed."""
    assert alice.refused("POST", ISOLATED, symbol="BTCUSDT") == NO_ACCOUNT
    assert alice.ask("GET", ISOLATED, symbols="BTCUSDT") == {"assets": []}


def test_the_first_transfer_opens_the_cross_account(alice: User) -> None:
    """What was moved is free in an account without debt, whose level is 999."""
    alice.ask("POST", TRANSFER, type="MAIN_MARGIN", asset="USDT", amount="5000")
    account = alice.ask("GET", ACCOUNT)
    assert (account["marginLevel"], account["accountType"]) == ("999.00000000", "MARGIN_1")
    assert rows(account)["USDT"]["free"] == "5000.00000000"


@pytest.mark.parametrize("kind", ["MAIN_ISOLATED_MARGIN", "MAIN_ISOLATEDMARGIN", "main_isolated_margin"])
def test_the_first_transfer_opens_a_pairs_account(alice: User, kind: str) -> None:
    """In every spelling that clients use."""
    alice.ask("POST", TRANSFER, type=kind, asset="USDT", amount="1000", toSymbol="BTCUSDT")
    (account,) = alice.ask("GET", ISOLATED)["assets"]
    assert (account["symbol"], account["marginLevelStatus"]) == ("BTCUSDT", "EXCESSIVE")
    assert account["quoteAsset"]["free"] == "1000.00000000"


@pytest.mark.parametrize(
    ("values", "answer"),
    [
        ({"type": "MAIN_MARGIN", "asset": "USDT", "amount": "10001"}, (-3041, "Balance is not enough")),
        ({"type": "MAIN_MARGIN", "asset": "USDT", "amount": "0"}, (-5007, "Quantity must be greater than zero.")),
        ({"type": "MAIN_MARGIN", "asset": "NOPE", "amount": "1"}, (-3027, "Not a valid margin asset.")),
        (
            {"type": "MAIN_ISOLATED_MARGIN", "asset": "ETH", "amount": "1", "toSymbol": "BTCUSDT"},
            (-3027, "Not a valid margin asset."),
        ),
        (
            {"type": "MAIN_ISOLATED_MARGIN", "asset": "USDT", "amount": "1"},
            (-1102, "Mandatory parameter 'toSymbol' was not sent, was empty/null, or malformed."),
        ),
        (
            {"type": "MAIN_ISOLATED_MARGIN", "asset": "USDT", "amount": "1", "toSymbol": "NOPE"},
            (-1121, "Invalid symbol."),
        ),
        ({"type": "MAIN_FUNDING", "asset": "USDT", "amount": "1"}, (-1020, "This operation is not supported.")),
        (
            {"type": "MAIN_MAIN", "asset": "USDT", "amount": "1"},
            (-1130, "Data sent for parameter 'type' is not valid."),
        ),
    ],
)
def test_a_transfer_that_is_refused_opens_nothing(alice: User, values: dict[str, str], answer: tuple[int, str]) -> None:
    """The account is not opened for nothing."""
    assert alice.refused("POST", TRANSFER, **values) == answer
    assert not alice.ask("GET", ACCOUNT)["created"]
    assert alice.ask("GET", ISOLATED)["assets"] == []


def test_who_has_not_passed_the_questionnaire_opens_nothing(lender: World, alice: User) -> None:
    """A user without the permission has no margin account, and is told so rather than what his balance lacks."""
    lender.send(GrantPermission(alice.user_id, MAY_MARGIN, False))
    assert alice.refused("POST", TRANSFER, type="MAIN_MARGIN", asset="USDT", amount="99999") == NO_ACCOUNT


def test_funds_go_round_all_wallets(alice: User) -> None:
    """Spot to cross, to a pair, to another pair, back to cross and to spot."""
    alice.ask("POST", TRANSFER, type="MAIN_MARGIN", asset="USDT", amount="100")
    for kind, pairs in (
        ("MARGIN_ISOLATEDMARGIN", {"toSymbol": "BTCUSDT"}),
        ("ISOLATEDMARGIN_ISOLATEDMARGIN", {"fromSymbol": "BTCUSDT", "toSymbol": "ETHUSDT"}),
        ("ISOLATED_MARGIN_MARGIN", {"fromSymbol": "ETHUSDT"}),
        ("MARGIN_MAIN", {}),
    ):
        assert alice.ask("POST", TRANSFER, type=kind, asset="USDT", amount="100", **pairs)["tranId"] > 0
        assert alice.ask("GET", TRANSFER, type=kind)["total"] == 1
    assert alice.ask("POST", "/sapi/v3/asset/getUserAsset", asset="USDT")[0]["free"] == "10000.00000000"


def test_a_disabled_account_is_enabled_by_request_only(alice: User) -> None:
    """An empty account can be disabled once in 24 hours; a transfer does not enable it again, the request does."""
    alice.ask("POST", TRANSFER, type="MAIN_ISOLATED_MARGIN", asset="USDT", amount="10", toSymbol="BTCUSDT")
    assert alice.refused("DELETE", ISOLATED, symbol="BTCUSDT")[0] == -11003
    alice.ask("POST", TRANSFER, type="ISOLATED_MARGIN_MAIN", asset="USDT", amount="10", fromSymbol="BTCUSDT")
    assert alice.ask("DELETE", ISOLATED, symbol="BTCUSDT") == {"success": True, "symbol": "BTCUSDT"}
    again = {"type": "MAIN_ISOLATED_MARGIN", "asset": "USDT", "amount": "10", "toSymbol": "BTCUSDT"}
    assert alice.refused("POST", TRANSFER, **again) == NO_ACCOUNT
    assert alice.ask("GET", "/sapi/v1/margin/isolated/accountLimit") == {"enabledAccount": 0, "maxAccount": 20}
    assert alice.ask("POST", ISOLATED, symbol="BTCUSDT") == {"success": True, "symbol": "BTCUSDT"}
    alice.ask("POST", TRANSFER, **again)


def test_two_first_transfers_at_once_are_both_taken(alice: User, lender: World) -> None:
    """One of them opens the account; of two that together exceed the balance one is refused."""
    sent = [{"type": "MAIN_MARGIN", "asset": "USDT", "amount": amount} for amount in ("4000", "3000", "9000")]

    async def at_once() -> list[int]:
        answers = await asyncio.gather(*(alice.request("POST", TRANSFER, values) for values in sent))
        return [answer.status_code for answer in answers]

    assert sorted(lender.run(at_once())) == [200, 200, 400]
    assert rows(alice.ask("GET", ACCOUNT))["USDT"]["free"] == "7000.00000000"


def rows(account: dict[str, list[dict[str, str]]]) -> dict[str, dict[str, str]]:
    """Return the assets of a cross account by name."""
    return {row["asset"]: row for row in account["userAssets"]}
