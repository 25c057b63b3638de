"""Leverage, mode, BNB switches, and the terms that follow from VIP level and tier."""

import pytest
from tests.api.margin.busy import LEND, TRANSFER
from tests.api.world import User, World

from leverline.api.limits import LimitPolicy

LEVERAGE = "/sapi/v1/margin/max-leverage"
BURN = "/sapi/v1/bnbBurn"
BARS = "/sapi/v1/margin/tradeCoeff"


@pytest.fixture
def policy() -> LimitPolicy:
    """Limits ten times as wide: leverage is changed more often here than once a minute."""
    return LimitPolicy(factor=10)


@pytest.fixture
def cross(alice: User) -> User:
    """Alice with 5,000 USDT in her cross account."""
    alice.ask("POST", TRANSFER, type="MAIN_MARGIN", asset="USDT", amount="5000")
    return alice


class TestOnceAMinute:
    """Changing the leverage has a rate of its own."""

    @pytest.fixture
    def policy(self) -> LimitPolicy:
        """The limits as they are shipped."""
        return LimitPolicy()

    def test_leverage_is_changed_once_a_minute_from_an_address(self, cross: User, lender: World) -> None:
        """A malformed call does not count; one too many is 429 with Retry-After, another user's too, for the minute."""
        lender.limits.now = lambda: 60_000_030.0
        assert cross.refused("POST", LEVERAGE)[0] == -1102
        cross.ask("POST", LEVERAGE, maxLeverage=3)
        for user in (cross, lender.user()):
            answer = user.call("POST", LEVERAGE, maxLeverage=5)
            assert (answer.status_code, answer.json()["code"]) == (429, -1003)
            assert "current limit is 1 requests per 1 MINUTE." in answer.json()["msg"]
            assert answer.headers["retry-after"] == "30"
        assert bars(cross)[0] == "1.50000000"
        lender.limits.now = lambda: 60_000_060.0
        cross.ask("POST", LEVERAGE, maxLeverage=5)


def bars(user: User) -> list[str]:
    """Return the three levels of the cross account."""
    return list(user.ask("GET", BARS).values())


def test_leverage_moves_the_bars(cross: User) -> None:
    """3x and 5x are Classic, 10 and 20 are Pro, and back (rules 5.2, 6.5)."""
    assert bars(cross) == ["1.25000000", "1.16000000", "1.10000000"]
    assert cross.ask("POST", LEVERAGE, maxLeverage=3) == {"success": True}
    assert bars(cross) == ["1.50000000", "1.30000000", "1.10000000"]
    cross.ask("POST", LEVERAGE, maxLeverage=20)
    assert bars(cross) == ["2.00000000", "1.20000000", "1.00000000"]
    assert cross.ask("GET", "/sapi/v1/margin/account")["accountType"] == "MARGIN_2"
    cross.ask("POST", LEVERAGE, maxLeverage=10)
    cross.ask("POST", LEVERAGE, maxLeverage=5)
    assert cross.ask("GET", "/sapi/v1/margin/account")["accountType"] == "MARGIN_1"
    assert cross.refused("POST", LEVERAGE, maxLeverage=4)[0] == -1130


def test_a_debt_keeps_leverage_from_falling(cross: User) -> None:
    """At a level of 1.33 the account does not go to 3x, whose initial ratio is 1.5 (rule 5.5)."""
    cross.ask("POST", LEND, asset="USDT", amount="15000", type="BORROW")
    assert cross.refused("POST", LEVERAGE, maxLeverage=3) == (
        -3023, "You can't transfer out/place order under current margin level.",
    )  # fmt: skip


@pytest.mark.parametrize("name", ["spotBNBBurn", "spotBnbBurn"])
def test_bnb_switches_have_two_spellings(alice: User, name: str) -> None:
    """One that is not sent stays as it is; neither is an error."""
    assert alice.ask("POST", BURN, interestBNBBurn="true") == {"spotBNBBurn": False, "interestBNBBurn": True}
    assert alice.ask("POST", BURN, **{name: "true"}) == {"spotBNBBurn": True, "interestBNBBurn": True}
    assert alice.ask("GET", BURN) == {"spotBNBBurn": True, "interestBNBBurn": True}
    assert alice.refused("POST", BURN)[0] == -1102


def test_tiers_bear_the_limits_of_the_vip_level(lender: World, alice: User) -> None:
    """BTCUSDT's first tier lends 90,000 USDT at VIP 0 and more at VIP 9; one tier can be asked for."""
    path = "/sapi/v1/margin/isolatedMarginTier"
    tiers = alice.ask("GET", path, symbol="BTCUSDT")
    assert [tier["tier"] for tier in tiers] == list(range(1, 11))
    assert tiers[0] == {
        "symbol": "BTCUSDT", "tier": 1, "effectiveMultiple": "10", "initialRiskRatio": "1.111",
        "liquidationRiskRatio": "1.05", "baseAssetMaxBorrowable": "7.2", "quoteAssetMaxBorrowable": "90000",
    }  # fmt: skip
    (best,) = lender.user(vip_level=9).ask("GET", path, symbol="BTCUSDT", tier=1)
    assert float(best["quoteAssetMaxBorrowable"]) > 90_000


def test_the_ceiling_of_loans_is_the_tiers_or_the_users(cross: User) -> None:
    """An isolated account may owe what its last tier allows, a cross account what the VIP level does (rule 8.2)."""
    path = "/sapi/v1/margin/maxBorrowable"
    cross.ask("POST", TRANSFER, type="MAIN_ISOLATED_MARGIN", asset="USDT", amount="1000", toSymbol="BTCUSDT")
    assert cross.ask("GET", path, asset="USDT", isolatedSymbol="BTCUSDT")["borrowLimit"] == "900000.00000000"
    assert cross.ask("GET", path, asset="USDT")["borrowLimit"] == "18000000.00000000"
    assert cross.refused("GET", path, asset="ETH", isolatedSymbol="BTCUSDT")[0] == -3027


def test_all_coins_weigh_more_than_one(alice: User) -> None:
    """1 with a coin or symbol, 5 and 10 without."""
    for path, one, weight in (
        ("/sapi/v1/margin/crossMarginData", {"coin": "BTC"}, 5),
        ("/sapi/v1/margin/isolatedMarginData", {"symbol": "BTCUSDT"}, 10),
    ):
        assert used(alice, path, **one) == 1
        assert used(alice, path) == 1 + weight


def used(user: User, path: str, **values: str) -> int:
    """Return the weight used of the address's budget."""
    return int(user.call("GET", path, **values).headers["x-sapi-used-ip-weight-1m"])


def test_an_isolated_account_shows_its_liquidation_price(alice: User, lender: World) -> None:
    """1 BTC against 30,000 USDT at 10x is liquidated where P + 1,000 = 1.05 × debt, half the way down (rule 7.4)."""
    alice.ask("POST", TRANSFER, type="MAIN_ISOLATED_MARGIN", asset="BTC", amount="1", toSymbol="BTCUSDT")
    alice.ask("POST", LEND, asset="USDT", amount="30000", type="BORROW", isIsolated="TRUE", symbol="BTCUSDT")
    alice.ask("POST", TRANSFER, type="ISOLATED_MARGIN_MAIN", asset="USDT", amount="29000", fromSymbol="BTCUSDT")
    (account,) = alice.ask("GET", "/sapi/v1/margin/isolated/account", symbols="BTCUSDT")["assets"]
    assert (account["marginLevel"][:5], account["marginLevelStatus"]) == ("2.033", "EXCESSIVE")
    assert account["liquidatePrice"] == "30500.21000001"
    assert account["liquidateRate"] == "0.49166316"
    lender.set_index(BTC="40000")
    (later,) = alice.ask("GET", "/sapi/v1/margin/isolated/account", symbols="BTCUSDT")["assets"]
    assert (later["marginLevelStatus"], later["liquidatePrice"]) == ("NORMAL", "30500.21000001")


def test_interest_in_bnb_is_found_by_either_asset(alice: User) -> None:
    """A charge on a loan of USDT that is owed in BNB shows both, and is listed under both, under no other."""
    alice.ask("POST", "/sapi/v1/asset/transfer", type="MAIN_MARGIN", asset="USDT", amount="5000")
    alice.ask("POST", BURN, interestBNBBurn="true")
    alice.ask("POST", "/sapi/v1/margin/borrow-repay", type="BORROW", asset="USDT", amount="1000")
    path = "/sapi/v1/margin/interestHistory"
    for asset in ("USDT", "BNB"):
        (row,) = alice.ask("GET", path, asset=asset)["rows"]
        assert (row["asset"], row["rawAsset"], row["type"]) == ("BNB", "USDT", "ON_BORROW_CONVERTED")
    assert alice.ask("GET", path, asset="BTC")["rows"] == []
