"""The way to margin (rule 12): verification, questionnaire, terms, first transfer, risk warning, loan."""

import pytest
from tests.api.own.browser import FIELDS, Browser, accept, opened, operator, registered, right
from tests.api.world import World

from leverline.engine.commands import Deposit, HouseDeposit, SupplyPool
from leverline.identity.operators import Role
from leverline.kernel.decimals import parse_amount

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


def funded(world: World, browser: Browser) -> None:
    """Give the browser's user 1,000 USDT and the pool something to lend."""
    user_id = browser.get("/account/v1/session")["userId"]
    for command in (
        Deposit(user_id, "USDT", parse_amount("1000")),
        HouseDeposit("USDT", parse_amount("100000")),
        SupplyPool("USDT", parse_amount("100000")),
    ):
        world.send(command)


def missing(browser: Browser, what: str) -> list[str]:
    """Return what the account's status says is missing."""
    return list(browser.get("/account/v1/status")[what]["missing"])


def test_the_status_tells_what_is_missing_step_by_step(world: World, alice: Browser) -> None:
    """Each step of rule 12 leaves the list when it is done, and the loan comes last."""
    assert missing(alice, "margin") == ["verification", "questionnaire", "terms", "margin-risk"]
    alice.post("/account/v1/verification", **FIELDS)
    assert missing(alice, "margin") == ["questionnaire", "terms", "margin-risk"]
    draw = alice.post("/account/v1/questionnaires", kind="margin")
    answers = right(world, "margin", draw)
    alice.post("/account/v1/questionnaires/answer", attemptId=draw["attemptId"], answers=answers)
    accept(alice, "terms", "margin-risk")
    assert missing(alice, "margin") == []
    assert missing(alice, "loan") == ["firstTransfer", "loan-risk"]
    funded(world, alice)
    transfer(alice)
    accept(alice, "loan-risk")
    assert alice.get("/account/v1/status")["loan"] == {"isAllowed": True, "missing": []}


def transfer(browser: Browser) -> None:
    """Move 500 USDT into the cross account."""
    values = {"type": "MAIN_MARGIN", "asset": "USDT", "amount": "500"}
    assert browser.send("POST", "/sapi/v1/asset/transfer", params=values).status_code == 200


LOAN = {"asset": "USDT", "amount": "100", "type": "BORROW", "isIsolated": "FALSE"}
ORDER = {
    "symbol": "BTCUSDT",
    "side": "BUY",
    "type": "LIMIT",
    "timeInForce": "GTC",
    "quantity": "0.01",
    "price": "59000",
}


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("/sapi/v1/margin/borrow-repay", LOAN),
        ("/sapi/v1/margin/loan", LOAN),
        ("/sapi/v1/margin/order", ORDER | {"sideEffectType": "MARGIN_BUY"}),
        ("/sapi/v1/margin/order", ORDER | {"sideEffectType": "AUTO_BORROW_REPAY"}),
    ],
)
def test_no_loan_before_the_risk_is_acknowledged(
    world: World, alice: Browser, path: str, values: dict[str, str]
) -> None:
    """Whichever request would bring the first loan is -3008 until then, and works from then on."""
    opened(alice)
    funded(world, alice)
    transfer(alice)
    answer = alice.send("POST", path, params=values)
    assert (answer.status_code, answer.json()) == (400, {"code": -3008, "msg": "Borrow not allowed."})
    assert alice.get("/sapi/v1/margin/account")["borrowEnabled"] is False
    accept(alice, "loan-risk")
    assert alice.send("POST", path, params=values).status_code == 200
    assert alice.get("/sapi/v1/margin/account")["borrowEnabled"] is True


def test_an_order_without_a_loan_needs_no_warning(world: World, alice: Browser) -> None:
    """Selling and buying with one's own funds is no borrowing."""
    opened(alice)
    funded(world, alice)
    transfer(alice)
    order = ORDER | {"quantity": "0.001"}
    assert alice.send("POST", "/sapi/v1/margin/order", params=order).status_code == 200


def test_a_wrong_answer_names_the_rule_and_uses_the_attempt_up(world: World, alice: Browser) -> None:
    """All must be right; a second try takes a new draw."""
    draw = alice.post("/account/v1/questionnaires", kind="margin")
    answers = right(world, "margin", draw)
    answers[0] += 1
    path, attempt = "/account/v1/questionnaires/answer", draw["attemptId"]
    outcome = alice.post(path, attemptId=attempt, answers=answers)
    assert outcome["isPassed"] is False
    assert outcome["rulesToRead"]
    assert alice.refused("POST", path, attemptId=attempt, answers=answers) == (409, -70022)


def test_an_old_version_of_the_terms_is_not_accepted(alice: Browser) -> None:
    """One accepts what is in force."""
    assert alice.refused("POST", "/account/v1/texts/accept", name="terms", version=999) == (409, -70024)


def test_operators_verify_in_production(production: World) -> None:
    """Document, hand in, queue, refusal with a reason, hand in again, approval; all of it in the audit log."""
    alice = registered(production, "alice@example.com")
    support = operator(production, Role.SUPPORT)
    alice_id = alice.get("/account/v1/session")["userId"]
    assert alice.refused("POST", "/account/v1/verification", **FIELDS) == (400, -70019)
    note = alice.send("POST", "/account/v1/verification/documents", content=PNG, headers={"content-type": "image/png"})
    assert note.json()["contentType"] == "image/png"
    alice.post("/account/v1/verification", **FIELDS)
    (waiting,) = support.get("/operator/v1/verifications")
    assert (waiting["userId"], waiting["submitted"]) == (alice_id, production.clock.now() // 1_000)
    case = support.get("/operator/v1/verification", userId=alice_id)
    assert case["legalName"] == FIELDS["legalName"]
    document = support.send("GET", "/operator/v1/document", params={"documentId": case["documents"][0]["documentId"]})
    assert document.content == PNG
    assert document.headers["content-disposition"] == "inline"
    assert document.headers["content-type"] == "image/png"
    assert document.headers["x-content-type-options"] == "nosniff"
    assert document.headers["content-security-policy"].startswith("sandbox;")
    assert support.refused("POST", "/operator/v1/verification/refuse", userId=alice_id, reason=" ") == (400, -70025)
    support.post("/operator/v1/verification/refuse", userId=alice_id, reason="the picture is dark")
    assert alice.get("/account/v1/verification")["reason"] == "the picture is dark"
    alice.post("/account/v1/verification", **FIELDS)
    support.post("/operator/v1/verification/approve", userId=alice_id)
    assert alice.get("/account/v1/verification")["state"] == "APPROVED"
    acts = [each["act"] for each in operator(production, Role.RISK).get("/operator/v1/audit")]
    assert acts.count("READ_VERIFICATION") == 1
    assert acts[-3:] == ["REFUSE_VERIFICATION", "APPROVE_VERIFICATION", "APPOINT"]


def test_what_is_no_document_is_refused(alice: Browser) -> None:
    """The content decides, whatever the content type says."""
    answer = alice.send(
        "POST", "/account/v1/verification/documents", content=b"<script>", headers={"content-type": "image/png"}
    )
    assert (answer.status_code, answer.json()["code"]) == (400, -70019)


def test_countries_say_what_is_offered_where(world: World) -> None:
    """Anybody may ask, before there is a user: one row for each country, by the rules of the venue."""
    rows = {each["country"]: each for each in Browser(world).get("/public/v1/countries")}
    assert len(rows) > 200 and list(rows) == sorted(rows)
    offered = {name: rows["CH"][name] for name in ("isRegistrationOffered", "isMarginOffered", "isProOffered")}
    assert offered == dict.fromkeys(offered, True)
    assert (rows["GB"]["isRegistrationOffered"], rows["GB"]["isMarginOffered"]) == (True, False)
    assert (rows["US"]["isRegistrationOffered"], rows["US"]["isProOffered"]) == (False, False)


@pytest.mark.parametrize("chapter", range(1, 17))
def test_every_chapter_of_the_rule_book_can_be_read(world: World, chapter: int) -> None:
    """A failed questionnaire names rules: they are there for everybody, under their numbers."""
    found = Browser(world).get("/public/v1/rule-chapter", chapter=chapter)
    assert found["chapter"] == chapter and found["title"].startswith(f"{chapter} ")
    assert len(found["text"]) > 500
    assert [each["chapter"] for each in found["chapters"]] == list(range(1, 17))
    assert found["chapters"][chapter - 1]["title"] == found["title"]


def test_no_other_chapter_is_read(world: World) -> None:
    """Beyond the last one there is nothing."""
    assert Browser(world).refused("GET", "/public/v1/rule-chapter", chapter=98) == (400, -1130)
    assert Browser(world).refused("GET", "/public/v1/rule-chapter", chapter=0)[0] == 400
