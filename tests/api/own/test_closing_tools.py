"""Closing tools over the wire (rule 13.5): by a signed request with a JSON document."""

import hashlib
import hmac
import json
from typing import Any

import pytest
from tests.api.world import User, World
from tests.engine import world as engines

from leverline.api.own.closing import done_by
from leverline.engine.commands import (
    Borrow,
    Deposit,
    HouseDeposit,
    MassQuote,
    OpenMarginAccount,
    RepayAll,
    SupplyPool,
    Transfer,
)
from leverline.engine.commit import Commit
from leverline.kernel.decimals import parse_amount
from leverline.kernel.time import MILLISECOND
from leverline.ledger.wallet import CROSS, ISOLATED, SPOT

CLOSING = "/account/v1/closing/"


@pytest.fixture
def trader(world: World) -> User:
    """Somebody who owes in both margin accounts; a maker stands at 59,990 and 60,010."""
    maker = world.user(USDT="1000000", BTC="100")
    sides = [[(parse_amount(price), parse_amount("10"))] for price in ("59990", "60010")]
    world.send(MassQuote(maker.user_id, SPOT, "BTCUSDT", *sides))
    world.send(HouseDeposit("USDT", parse_amount("1000000")))
    world.send(SupplyPool("USDT", parse_amount("1000000")))
    found = world.user(BTC="1", USDT="100")
    for kind, pair in ((CROSS, ""), (ISOLATED, "BTCUSDT")):
        world.send(OpenMarginAccount(found.user_id, kind, pair))
        world.send(Transfer(found.user_id, "BTC", parse_amount("0.5"), SPOT, kind, "", pair))
        world.send(Borrow(found.user_id, kind, "USDT", parse_amount("10000"), pair))
    return found


def asked(user: User, tool: str, **members: Any) -> Any:
    """Send a document as a bot does, with key and signature as ever."""
    body = json.dumps(members).encode()
    query = f"timestamp={user.world.clock.now() // MILLISECOND}"
    signature = hmac.new(user.secret.encode(), query.encode() + body, hashlib.sha256).hexdigest()
    headers = {"X-MBX-APIKEY": user.key, "content-type": "application/json"}
    path = f"{CLOSING}{tool}?{query}&signature={signature}"
    return user.world.run(user.world.client.post(path, content=body, headers=headers)).json()


def test_what_lies_there_repays(trader: User) -> None:
    """The loan goes, its first hour's interest is owed still; isolated accounts are named by their pair."""
    for members in ({}, {"accountType": "ISOLATED_MARGIN", "symbol": "BTCUSDT"}):
        answer = asked(trader, "repay-all", **members)
        (repaid,) = answer["repaid"]
        assert repaid["asset"] == "USDT" and 9_999 < float(repaid["principal"]) < 10_000
        assert answer["fills"] == []
    assert asked(trader, "repay-all")["code"] == -3041
    assert asked(trader, "repay-all", accountType="ISOLATED_MARGIN")["code"] == -1102
    assert asked(trader, "repay-all", accountType="ISOLATED_MARGIN", symbol="NONE")["code"] == -1121


def test_a_position_is_closed(trader: User) -> None:
    """0.5 BTC go at 59,990 and the debt with them; then there is nothing of it to close, and no such asset."""
    answer = asked(trader, "position", asset="BTC")
    assert (answer["account"], answer["symbol"]) == ("cross", "")
    (fill,) = answer["fills"]
    assert (fill["symbol"], fill["price"], fill["qty"]) == ("BTCUSDT", "59990.00000000", "0.50000000")
    assert [each["asset"] for each in answer["repaid"]] == ["USDT"]
    assert asked(trader, "position", asset="BTC")["code"] == -3026
    assert asked(trader, "position", asset="NONE")["code"] == -3027


def test_an_account_is_closed_or_sold_out(trader: User) -> None:
    """Without debts the rest stays what it is, or becomes USDT."""
    account = trader.world.engine.core.users[trader.user_id].cross
    assert account is not None
    asked(trader, "account")
    assert account.debts == 0 and account.free("BTC") > parse_amount("0.49")
    assert asked(trader, "account")["code"] == -3015
    asked(trader, "account", isSoldOut=True)
    assert account.free("BTC") < parse_amount("0.001")


def test_all_accounts_are_closed_and_one_refusal_holds_none_back(trader: User) -> None:
    """The cross account is too large to be sold out; the isolated one goes."""
    world = trader.world
    whale = world.user(USDT="200000")
    world.send(OpenMarginAccount(whale.user_id, CROSS))
    world.send(OpenMarginAccount(whale.user_id, ISOLATED, "BTCUSDT"))
    world.send(Transfer(whale.user_id, "USDT", parse_amount("160000"), SPOT, CROSS))
    world.send(Transfer(whale.user_id, "USDT", parse_amount("1000"), SPOT, ISOLATED, "", "BTCUSDT"))
    world.send(Borrow(whale.user_id, ISOLATED, "USDT", parse_amount("500"), "BTCUSDT"))
    first, second = asked(whale, "all", isSoldOut=True)
    assert (first["account"], first["isDone"], first["code"]) == ("cross", False, -3026)
    assert (second["symbol"], second["isDone"]) == ("BTCUSDT", True)
    assert [each["isDone"] for each in asked(trader, "all")] == [True, True]
    assert asked(trader, "all") == []


def test_what_the_same_command_does_to_another_account_is_not_told() -> None:
    """The isolated account takes its turn in liquidation with the command that repays the cross account's debt."""
    world = engines.World(engines.with_rules(engines.parameters(), "liquidation", fund_floor=0))
    isolated = world.long(engines.ALICE)
    world.send(OpenMarginAccount(engines.ALICE, CROSS), Deposit(engines.ALICE, "USDT", parse_amount("1000")))
    world.send(Transfer(engines.ALICE, "USDT", parse_amount("1000"), SPOT, CROSS))
    world.send(Borrow(engines.ALICE, CROSS, "USDT", parse_amount("100")))
    world.index(BTC="52400")
    world.maker(bid="52350", ask="52450", size="0.2")
    world.time += 2 * engines.SECOND
    command = RepayAll(engines.ALICE, CROSS)
    commit = Commit(1, world.time, command, world.send(command))
    assert isolated.is_locked
    done = done_by(commit, world.account(engines.ALICE).wallet_id)
    assert [each["principal"] for each in done["repaid"]] == ["100.00000000"]
    assert done["fills"] == []
    assert done_by(commit, isolated.wallet_id) == {"repaid": [], "fills": []}


def test_who_has_no_account_has_nothing_to_close(world: World) -> None:
    """-3003, and of all accounts an empty list."""
    stranger = world.user(USDT="1")
    assert asked(stranger, "account")["code"] == -3003
    assert asked(stranger, "all") == []
