"""What operators may do, each by his role, and that all of it is written down with its reason."""

from typing import Any

import pytest
from tests.api.own.browser import Authenticator, Browser, operator, registered
from tests.api.world import User, World

from leverline.engine.commands import Deposit
from leverline.identity.operators import VENUE, Role
from leverline.kernel.decimals import parse_amount

REASON = "as the board decided"


@pytest.fixture
def admin(world: World) -> Browser:
    """Who may do everything."""
    return operator(world, Role.ADMIN)


def user_id_of(browser: Browser) -> int:
    return int(browser.get("/account/v1/session")["userId"])


def acts(admin: Browser) -> list[tuple[str, int, str]]:
    """Return acts, subjects and reasons of the audit log."""
    return [(each["act"], each["subject"], each["reason"]) for each in admin.get("/operator/v1/audit")]


def test_an_ordinary_user_is_no_operator(alice: Browser) -> None:
    """Every path of operators is 403 for him, and 401 for nobody in particular."""
    assert alice.refused("GET", "/operator/v1/users") == (403, -1002)
    assert alice.refused("POST", "/operator/v1/borrowing/resume", reason=REASON) == (403, -1002)
    assert Browser(alice.world).refused("GET", "/operator/v1/users") == (401, -1002)


def test_production_lets_no_operator_in_without_a_second_factor(production: World, world: World) -> None:
    """Neither to look nor to act, until it is on; again when it is off. A sandbox asks for none."""
    browser = registered(production, "admin@example.com")
    production.run(production.identity.operators.appoint(VENUE, user_id_of(browser), Role.ADMIN, "a test"))
    sequence = production.venue.sequence
    assert browser.refused("GET", "/operator/v1/pairs") == (403, -70043)
    assert browser.refused("POST", "/operator/v1/trading/stop", reason=REASON) == (403, -70043)
    assert production.venue.sequence == sequence
    assert browser.get("/account/v1/session")["roles"] == ["ADMIN"]
    authenticator = Authenticator(browser)
    browser.post("/operator/v1/trading/stop", reason=REASON)
    browser.post("/account/v1/totp/disable", code=authenticator.fresh())
    assert browser.refused("GET", "/operator/v1/pairs") == (403, -70043)
    assert operator(world, Role.ADMIN).get("/operator/v1/pairs")


def test_the_audit_log_is_read_from_either_end(admin: Browser) -> None:
    """Oldest first from `after` on; newest first below `before`, whatever else is asked for."""
    own_id = user_id_of(admin)
    for _ in range(4):
        admin.get("/operator/v1/user", userId=own_id)
    forwards = admin.get("/operator/v1/audit")
    numbers = [each["number"] for each in forwards]
    assert numbers == sorted(numbers)
    assert len(numbers) >= 5
    backwards = admin.get("/operator/v1/audit", before=numbers[-1], limit=2)
    assert backwards == [forwards[-2], forwards[-3]]
    assert admin.get("/operator/v1/audit", before=2**53, act="READ_USER", limit=1) == [forwards[-1]]
    assert admin.get("/operator/v1/audit", before=numbers[-1], after=numbers[-2]) == []


@pytest.mark.parametrize(
    ("role", "path", "members"),
    [
        (Role.SUPPORT, "/operator/v1/user/suspend", {"userId": 10_001}),
        (Role.SUPPORT, "/operator/v1/pair/status", {"symbol": "BTCUSDT", "status": "HALT"}),
        (Role.RISK, "/operator/v1/deposits", {"userId": 10_001, "asset": "USDT", "amount": "1"}),
        (Role.RISK, "/operator/v1/house/deposit", {"asset": "USDT", "amount": "1"}),
        (Role.RISK, "/operator/v1/pool/supply", {"asset": "USDT", "amount": "1"}),
        (Role.RISK, "/operator/v1/fund/top-up", {"asset": "USDT", "amount": "1"}),
        (Role.RISK, "/operator/v1/user/vip-level", {"userId": 10_001, "vipLevel": 1}),
        (Role.RISK, "/operator/v1/operators/appoint", {"userId": 10_001, "role": "ADMIN"}),
        (Role.RISK, "/operator/v1/verification/approve", {"userId": 10_001}),
    ],
)
def test_a_role_does_not_reach_further(world: World, role: Role, path: str, members: dict[str, Any]) -> None:
    """What a role may not do is 403 and changes nothing."""
    sequence = world.venue.sequence
    someone = operator(world, role)
    before = world.venue.sequence
    assert someone.refused("POST", path, reason=REASON, **members) == (403, -1002)
    assert world.venue.sequence == before > sequence


def test_operators_find_and_read_users(world: World, alice: Browser, admin: Browser) -> None:
    """By mail, by page and by id; that one was looked at is written down."""
    alice_id = user_id_of(alice)
    (found,) = admin.get("/operator/v1/users", mail="alice@example.com")
    assert found["userId"] == alice_id
    assert [each["userId"] for each in admin.get("/operator/v1/users", after=alice_id)] == [user_id_of(admin)]
    assert admin.get("/operator/v1/user", userId=alice_id)["country"] == "CH"
    assert admin.get("/operator/v1/user", userId=alice_id)["marginAccounts"] == []
    assert acts(admin)[-1] == ("READ_USER", alice_id, "looked at")
    assert admin.refused("GET", "/operator/v1/user", userId=99) == (404, -70001)


def test_a_suspended_user_places_no_order(world: World, alice: Browser, admin: Browser) -> None:
    """Suspended and lifted again, each with a reason."""
    alice_id = user_id_of(alice)
    world.send(Deposit(alice_id, "USDT", parse_amount("100")))
    order = {
        "symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.001",
        "price": "59000",
    }  # fmt: skip
    assert admin.refused("POST", "/operator/v1/user/suspend", userId=alice_id) == (400, -1102)
    admin.post("/operator/v1/user/suspend", userId=alice_id, reason=REASON)
    assert alice.send("POST", "/api/v3/order", params=order).json()["code"] == -2010
    assert "suspension" in alice.get("/account/v1/status")["loan"]["missing"]
    admin.post("/operator/v1/user/lift-suspension", userId=alice_id, reason="cleared")
    assert alice.send("POST", "/api/v3/order", params=order).status_code == 200
    assert acts(admin)[-2:] == [("SUSPEND", alice_id, REASON), ("LIFT_SUSPENSION", alice_id, "cleared")]


def test_a_vip_level_is_set_and_given_back(alice: Browser, admin: Browser) -> None:
    """Fixed by an operator, then computed again; a level that does not exist is refused."""
    alice_id = user_id_of(alice)
    path = "/operator/v1/user/vip-level"
    admin.post(path, userId=alice_id, vipLevel=3, reason=REASON)
    assert alice.get("/account/v1/cross")["vipLevel"] == 3
    admin.post(path, userId=alice_id, reason=REASON)
    assert alice.get("/account/v1/cross")["isVipLevelFixed"] is False
    assert admin.refused("POST", path, userId=alice_id, vipLevel=99, reason=REASON) == (400, -1130)
    assert acts(admin)[-2:] == [
        ("SET_VIP_LEVEL", alice_id, f"VIP 3: {REASON}"), ("SET_VIP_LEVEL", alice_id, f"computed: {REASON}"),
    ]  # fmt: skip


def test_deposits_are_credited(alice: Browser, admin: Browser) -> None:
    """An operator's deposit is in the spot wallet and in the log."""
    alice_id = user_id_of(alice)
    row = admin.post("/operator/v1/deposits", userId=alice_id, asset="USDT", amount="12.5", reason="wire 42")
    assert (row["state"], row["amount"]) == ("CREDITED", "12.50000000")
    balances = {each["asset"]: each["free"] for each in alice.get("/api/v3/account")["balances"]}
    assert balances["USDT"] == "12.50000000"
    assert acts(admin)[-1][:2] == ("DEPOSIT", alice_id)


def test_a_sandbox_pays_withdrawals_at_once(world: World, alice: Browser) -> None:
    """The wallet is debited and the request is PAID; more than there is is refused by name."""
    world.send(Deposit(user_id_of(alice), "USDT", parse_amount("100")))
    row = alice.post("/account/v1/withdrawals", asset="USDT", amount="60", address="IBAN 1")
    assert row["state"] == "PAID"
    assert alice.refused("POST", "/account/v1/withdrawals", asset="USDT", amount="60", address="IBAN 1") == (400, -5002)
    assert [each["state"] for each in alice.get("/account/v1/withdrawals")] == ["FAILED", "PAID"]


def test_production_holds_withdrawals_for_an_operator(production: World) -> None:
    """One approved, one refused: the refused one's money is back, and both are in the log with reasons."""
    alice, risk = registered(production, "alice@example.com"), operator(production, Role.RISK)
    production.send(Deposit(user_id_of(alice), "USDT", parse_amount("100")))
    codes = Authenticator(alice)
    first, second = (
        alice.post("/account/v1/withdrawals", asset="USDT", amount=amount, address="IBAN 1", code=codes.fresh())
        for amount in ("30", "50")
    )
    assert [each["state"] for each in risk.get("/operator/v1/withdrawals")] == ["HELD", "HELD"]
    path = "/operator/v1/withdrawals/"
    assert risk.post(path + "approve", requestId=first["requestId"])["state"] == "PAID"
    assert risk.post(path + "refuse", requestId=second["requestId"], reason="wrong name")["state"] == "RETURNED"
    assert risk.refused("POST", path + "approve", requestId=first["requestId"]) == (409, -70027)
    assert alice.get("/account/v1/withdrawals")[0]["detail"] == "wrong name"
    balances = {each["asset"]: each["free"] for each in alice.get("/api/v3/account")["balances"]}
    assert balances["USDT"] == "70.00000000"


def test_a_halted_pair_takes_no_order(world: World, alice: Browser, admin: Browser) -> None:
    """Halted, then open again."""
    path = "/operator/v1/pair/status"
    for status in ("HALT", "CANCEL_ONLY", "REDUCE_ONLY", "TRADING"):
        admin.post(path, symbol="BTCUSDT", status=status, reason=REASON)
        assert admin.get("/operator/v1/pairs")["BTCUSDT"] == status
    assert admin.refused("POST", path, symbol="NOPE", status="HALT", reason=REASON) == (400, -1121)
    assert admin.refused("POST", path, symbol="BTCUSDT", status="SHUT", reason=REASON) == (400, -1130)
    assert acts(admin)[-4] == ("SET_PAIR_STATUS", 0, f"BTCUSDT HALT: {REASON}")


def test_pools_and_fund_are_supplied_from_the_house(admin: Browser) -> None:
    """House first, then pool and fund; what the house has not is refused, and the log says that it was not done."""
    admin.post("/operator/v1/house/deposit", asset="USDT", amount="100", reason=REASON)
    admin.post("/operator/v1/pool/supply", asset="USDT", amount="70", reason=REASON)
    admin.post("/operator/v1/pool/supply", asset="USDT", amount="-20", reason=REASON)
    admin.post("/operator/v1/fund/top-up", asset="USDT", amount="40", reason=REASON)
    assert admin.get("/operator/v1/house")["assets"]["USDT"] == {
        "house": "10.00000000", "poolSupply": "50.00000000", "poolLent": "0.00000000", "fund": "40.00000000",
    }  # fmt: skip
    assert admin.refused("POST", "/operator/v1/fund/top-up", asset="USDT", amount="11", reason=REASON) == (400, -3041)
    assert acts(admin)[-1] == ("TOP_UP_FUND", 0, "11.00000000 USDT: not done: Balance is not enough")


def test_operators_are_appointed_and_dismissed(alice: Browser, admin: Browser) -> None:
    """A role begins and ends with the request, not with the session."""
    alice_id = user_id_of(alice)
    words = {"userId": alice_id, "role": "SUPPORT", "reason": REASON}
    admin.post("/operator/v1/operators/appoint", **words)
    assert alice.get("/operator/v1/verifications") == []
    assert alice.get("/account/v1/session")["roles"] == ["SUPPORT"]
    appointed = {"userId": alice_id, "mail": "alice@example.com", "roles": ["SUPPORT"], "isTotpOn": False}
    assert appointed in admin.get("/operator/v1/operators")
    admin.post("/operator/v1/operators/dismiss", **words)
    assert alice.refused("GET", "/operator/v1/verifications") == (403, -1002)
    assert acts(admin)[-2:] == [
        ("APPOINT", alice_id, f"SUPPORT: {REASON}"),
        ("DISMISS", alice_id, f"SUPPORT: {REASON}"),
    ]


def test_the_last_admin_stays(admin: Browser) -> None:
    """Neither dismissed nor suspended, by himself or anybody: 409 by name, and he acts on."""
    own_id = user_id_of(admin)
    words = {"userId": own_id, "reason": REASON}
    assert admin.refused("POST", "/operator/v1/operators/dismiss", role="ADMIN", **words) == (409, -70031)
    assert admin.refused("POST", "/operator/v1/user/suspend", **words) == (409, -70031)
    assert (own_id, ["ADMIN"]) in [(each["userId"], each["roles"]) for each in admin.get("/operator/v1/operators")]


def test_resuming_and_lifting_are_written_down(alice: Browser, admin: Browser) -> None:
    """Both are taken whether there is a bar or not."""
    alice_id = user_id_of(alice)
    admin.post("/operator/v1/borrowing/resume", reason=REASON)
    admin.post("/operator/v1/user/lift-borrow-bar", userId=alice_id, reason=REASON)
    assert acts(admin)[-2:] == [
        ("RESUME_BORROWING", 0, f"all assets: {REASON}"), ("LIFT_BORROW_BAR", alice_id, f"lifted: {REASON}"),
    ]  # fmt: skip


def test_an_operator_needs_the_csrf_token_too(admin: Browser) -> None:
    """A page of another origin moves nothing."""
    admin.csrf = "0" * 64
    assert admin.refused("POST", "/operator/v1/borrowing/resume", reason=REASON) == (403, -1002)


@pytest.mark.parametrize("path", ["/operator/v1/audit", "/operator/v1/users"])
def test_a_number_beyond_any_id_is_no_place_to_go_on_from(admin: Browser, path: str) -> None:
    """What the database could not even hold is -1130."""
    assert admin.refused("GET", path, after=2**65) == (400, -1130)


def test_the_audit_log_is_searched_and_checked(alice: Browser, admin: Browser) -> None:
    """By act, actor, subject and time; the chain of its entries is whole, its head another after each act."""
    alice_id, admin_id = user_id_of(alice), user_id_of(admin)
    first = admin.get("/operator/v1/audit/check")
    admin.post("/operator/v1/user/suspend", userId=alice_id, reason=REASON)
    admin.post("/operator/v1/borrowing/resume", reason=REASON)
    path = "/operator/v1/audit"
    assert [each["act"] for each in admin.get(path, subject=alice_id)] == ["SUSPEND"]
    assert [each["act"] for each in admin.get(path, actor=admin_id, act="RESUME_BORROWING")] == ["RESUME_BORROWING"]
    assert admin.get(path, actor=alice_id) == []
    moment = admin.get(path)[-1]["time"]
    assert admin.get(path, startTime=moment + 1) == admin.get(path, endTime=moment - 1) == []
    assert len(admin.get(path, startTime=moment, endTime=moment)) == len(admin.get(path))
    assert admin.refused("GET", path, act="NOTHING") == (400, -1130)
    found = admin.get("/operator/v1/audit/check")
    assert (found["isWhole"], found["firstBroken"], found["entries"]) == (True, None, first["entries"] + 2)
    assert found["head"] != first["head"]


def test_access_ends_for_sessions_and_keys_alike(alice: Browser, admin: Browser) -> None:
    """Signed out everywhere, every key refused; he signs in again with his password and switches a key on himself."""
    alice_id = user_id_of(alice)
    made = alice.post("/account/v1/keys", label="bot", permissions=["READ"])
    bot = User(alice.world, alice_id, made["apiKey"], made["secretKey"])
    assert bot.ask("GET", "/api/v3/account")["uid"] == alice_id
    words = {"userId": alice_id, "reason": REASON}
    assert admin.post("/operator/v1/user/end-access", **words) == {"sessionsEnded": 1, "keysDisabled": 1}
    assert alice.refused("GET", "/account/v1/session") == (401, -1002)
    assert bot.refused("GET", "/api/v3/account")[0] == -2015
    assert alice.sign_in("alice@example.com") == alice_id
    assert [each["isEnabled"] for each in alice.get("/account/v1/keys")] == [False]
    assert acts(admin)[-1] == ("END_ACCESS", alice_id, f"sessions and keys: {REASON}")
    assert admin.post("/operator/v1/user/end-access", **words) == {"sessionsEnded": 1, "keysDisabled": 0}
