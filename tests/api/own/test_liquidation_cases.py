"""Why was I liquidated: asked by the user, who is shown his own cases only, and by operators, who are written down."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.api.own.browser import Browser, operator
from tests.api.world import PARAMETERS, User, World

from leverline.cases.case_file import file_bytes
from leverline.cases.desk import CaseUnderWay
from leverline.cases.faults import CaseFault
from leverline.cases.making import make_case_file
from leverline.cases.names import CaseName
from leverline.cases.page import page_of
from leverline.engine.commands import (
    Borrow,
    HouseDeposit,
    OpenMarginAccount,
    SupplyPool,
    TopUpFund,
    Transfer,
)
from leverline.identity.operators import Role
from leverline.journal.folder import DataFolder
from leverline.kernel.decimals import parse_amount
from leverline.ledger.wallet import CROSS, SPOT
from leverline.venue.data import open_journal

ACCOUNT, OPERATOR = "/account/v1/liquidation-case", "/operator/v1/liquidation-case"


class Desk:
    """Makes cases at once, of what is in the world's journal."""

    def __init__(self, world: World, path: Path) -> None:
        self.world = world
        self.path = path
        self.fault: Exception | None = None

    async def is_made(self, name: CaseName) -> bool:
        """Return whether the document is made: it is, unless it is under way."""
        if isinstance(self.fault, CaseUnderWay):
            return False
        self._made(name)
        return True

    async def document(self, name: CaseName) -> bytes:
        """Return the document."""
        return json.dumps(self._made(name).document).encode()

    async def page(self, name: CaseName) -> bytes:
        """Return the page."""
        return page_of(self._made(name).document).encode()

    async def file(self, name: CaseName) -> bytes:
        """Return the file."""
        return file_bytes(self._made(name))

    def _made(self, name: CaseName) -> Any:
        if self.fault is not None:
            raise self.fault
        if not self.path.exists():
            with DataFolder(self.path) as folder:
                journal = open_journal(folder, PARAMETERS, "sandbox")
                journal.append(list(self.world.journal.read(1)))
                journal.close()
        return make_case_file(self.path, lambda rules, mode: PARAMETERS, name)


@pytest.fixture
def desk(world: World, tmp_path: Path) -> Desk:
    """Who makes the cases."""
    found = Desk(world, tmp_path / "journal")
    world.services.cases = found
    return found


@pytest.fixture
def trader(world: World, desk: Desk) -> User:
    """Somebody who held 1 BTC and 30,000 USDT, owed 40,000 USDT, and was taken over at 9,500 USDT for a BTC."""
    for asset in ("USDT", "BTC"):
        world.send(HouseDeposit(asset, parse_amount("2000000")))
        world.send(SupplyPool(asset, parse_amount("1000000")))
    world.send(TopUpFund("USDT", parse_amount("1000")))
    found = world.user(BTC="1")
    world.send(OpenMarginAccount(found.user_id, CROSS))
    world.send(Transfer(found.user_id, "BTC", parse_amount("1"), SPOT, CROSS))
    world.send(Borrow(found.user_id, CROSS, "USDT", parse_amount("40000")))
    world.send(Transfer(found.user_id, "USDT", parse_amount("10000"), CROSS, SPOT))
    world.set_index(BTC="9500")
    return found


def case_of(user: User) -> str:
    """Return the name of the user's only case."""
    (row,) = user.ask("GET", "/account/v1/liquidation-cases")["rows"]
    return str(row["caseId"])


def test_the_list_tells_what_it_came_to(trader: User) -> None:
    """Level, values, steps, whether it was taken over; of the cross account, and none of a pair's."""
    answer = trader.ask("GET", "/account/v1/liquidation-cases")
    (row,) = answer["rows"]
    assert answer["total"] == 1
    assert float(row["marginLevel"]) <= 1.1
    assert row["account"] == "cross" and row["mode"] == "classic"
    assert row["caseId"].endswith(f"-{trader.world.engine.core.users[trader.user_id].cross.wallet_id}")
    assert trader.ask("GET", "/account/v1/liquidation-cases", isolatedSymbol="BTCUSDT") == {"rows": [], "total": 0}


def test_the_document_and_its_page(trader: User) -> None:
    """Both tell the same; the page is HTML that may run nothing and ask for nothing."""
    name = case_of(trader)
    document = trader.ask("GET", ACCOUNT, caseId=name)
    assert trader.ask("GET", f"{ACCOUNT}-state", caseId=name) == {"isMade": True}
    assert document["case"]["caseId"] == name and document["case"]["userId"] == trader.user_id
    response = trader.call("GET", f"{ACCOUNT}.html", caseId=name)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert document["atLock"]["marginLevel"].rstrip("0") in response.text


def test_a_case_is_its_owners(trader: User) -> None:
    """Another user hears what he would of one that is not there; a name that is none is a bad parameter."""
    name = case_of(trader)
    other = trader.world.user()
    for path in (ACCOUNT, f"{ACCOUNT}.html", f"{ACCOUNT}-state"):
        assert other.refused("GET", path, caseId=name) == (-2013, "Liquidation case does not exist.")
        assert trader.refused("GET", path, caseId="1-1")[0] == -2013
        assert trader.refused("GET", path, caseId="1")[0] == -1130
        assert trader.refused("GET", path)[0] == -1102
    wallet = name.partition("-")[2]
    assert trader.refused("GET", ACCOUNT, caseId=f"1-{wallet}")[0] == -2013, "his wallet, but no case"


def test_faults_of_the_desk_are_answers(trader: User, desk: Desk) -> None:
    """Being made: 503; the journal gone: 404, and no path of the machine is told; no desk at all: 404."""
    name = case_of(trader)
    desk.fault = CaseUnderWay()
    response = trader.call("GET", ACCOUNT, caseId=name)
    assert response.status_code == 503 and response.json()["code"] == -1008
    assert trader.ask("GET", f"{ACCOUNT}-state", caseId=name) == {"isMade": False}
    desk.fault = CaseFault("older parts may be in /somewhere")
    response = trader.call("GET", ACCOUNT, caseId=name)
    assert response.status_code == 404 and "somewhere" not in response.text
    response = trader.call("GET", f"{ACCOUNT}-state", caseId=name)
    assert response.status_code == 404 and "somewhere" not in response.text
    trader.world.services.cases = None
    assert trader.call("GET", ACCOUNT, caseId=name).status_code == 404


def test_operators_read_and_are_written_down(trader: User) -> None:
    """Any role reads the document; the file with everybody's state takes an ADMIN and a reason."""
    world, name = trader.world, case_of(trader)
    support, admin = operator(world, Role.SUPPORT), operator(world, Role.ADMIN)
    listed = support.get("/operator/v1/liquidation-cases", userId=trader.user_id)
    assert [row["caseId"] for row in listed["rows"]] == [name]
    assert support.get(OPERATOR, caseId=name)["case"]["caseId"] == name
    assert support.send("GET", f"{OPERATOR}.html", params={"caseId": name}).status_code == 200
    assert support.refused("GET", f"{OPERATOR}-file", caseId=name, reason="curious") == (403, -1002)
    assert admin.refused("GET", f"{OPERATOR}-file", caseId=name)[0] == 400
    assert admin.get(f"{OPERATOR}-file", caseId=name, reason="a complaint")["case"] == name
    acts = [(each["act"], each["subject"], each["reason"]) for each in admin.get("/operator/v1/audit")]
    assert ("READ_CASE_FILE", trader.user_id, "a complaint") in acts
    assert ("READ_USER", trader.user_id, f"liquidation case {name}") in acts
    assert isinstance(admin, Browser)


def test_an_operator_who_waits_for_a_case_is_written_down_once(trader: User, desk: Desk) -> None:
    """While it is made he has read nothing, however often he asks; nor where there is none. The role is asked first."""
    world, name = trader.world, case_of(trader)
    support, admin = operator(world, Role.SUPPORT), operator(world, Role.ADMIN)
    paths = (OPERATOR, f"{OPERATOR}.html", f"{OPERATOR}-file")
    desk.fault = CaseUnderWay()
    for path in paths * 2:
        assert admin.refused("GET", path, caseId=name, reason="a complaint") == (503, -1008)
        assert admin.refused("GET", path, caseId="1-1", reason="a complaint") == (404, -2013)
    assert support.refused("GET", f"{OPERATOR}-file", caseId=name, reason="curious") == (403, -1002)
    assert admin.get(f"{OPERATOR}-state", caseId=name) == {"isMade": False}
    assert readings(admin) == []
    desk.fault = None
    assert admin.get(f"{OPERATOR}-state", caseId=name) == {"isMade": True}
    assert readings(admin) == []
    for path in paths:
        assert admin.send("GET", path, params={"caseId": name, "reason": "a complaint"}).status_code == 200
    assert readings(admin) == ["READ_USER", "READ_USER", "READ_CASE_FILE"]


def readings(admin: Browser) -> list[str]:
    """Return what was read of users and cases, as the audit log has it."""
    return [each["act"] for each in admin.get("/operator/v1/audit") if each["act"].startswith("READ_")]
