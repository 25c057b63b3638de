"""A case's document tells what the engine did, and every figure of it comes again from the extract."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cases.world import STORIES, Story, falling, made, rules_of
from tests.engine.world import ALICE, BOB, CROSS, HOUR, ISOLATED, MINUTE, SPOT, amount

from leverline.cases.case_file import file_bytes, read_case_file, unpack_records
from leverline.cases.explaining import explain
from leverline.cases.faults import CaseFault
from leverline.cases.making import make_case_file
from leverline.cases.names import CaseName, parse_case_name
from leverline.cases.scouting import FROM_CALL, FROM_LOCK, FROM_STATE, FROM_TIME
from leverline.engine.commands import Borrow, Deposit, LiftBorrowBar, PlaceOrder, Transfer
from leverline.engine.engine import Engine
from leverline.journal.snapshots import Snapshot, publish_draft, write_draft
from leverline.margin.account import FORCE_LIQUIDATION
from leverline.market.terms import LIMIT
from leverline.venue.reading import FolderReader
from leverline.venue.records import decode_record


@pytest.mark.parametrize("name", STORIES)
def test_every_case_replays(name: str, tmp_path: Path) -> None:
    """From the file alone, to the same state hash and the same figures: isolated, short, Pro, deficit, empty fund."""
    path = tmp_path / "a.case"
    path.write_bytes(file_bytes(made(STORIES[name](), tmp_path / "data")))
    findings = explain(read_case_file(path), rules_of)
    assert [str(each) for each in findings if not each.is_confirmed] == []
    assert len(findings) > 200


@pytest.mark.parametrize("name", STORIES)
def test_the_balances_at_the_lock_make_up_the_totals(name: str, tmp_path: Path) -> None:
    """What is told of each asset sums to the figures by which the account was judged."""
    document = made(STORIES[name](), tmp_path).document
    locked, case = document["atLock"], document["case"]
    for total, part in (("assets", "valueHeld"), ("liabilities", "valueOwed")):
        assert amount(locked[total]) == sum(amount(row[part]) for row in locked["balances"]), total
    assert float(locked["marginLevel"]) <= float(document["rules"]["liquidation"]) < float(document["rules"]["stop"])
    assert case["ended"] >= case["locked"] and case["reason"]
    assert {row["asset"] for row in document["prices"]} == {"BTC", "USDT"}
    assert {row["asset"]: len(row["sources"]) for row in document["prices"]} == {"BTC": 1, "USDT": 0}


def test_steps_fills_and_fees_agree(tmp_path: Path) -> None:
    """The legs of a step are the fills of its orders; the fee is a ledger entry; repaid is what the ledger repaid."""
    document = made(STORIES["classic short"](), tmp_path).document
    (step,) = document["steps"]
    orders = {row["orderId"] for row in document["orders"] if row.get("isLiquidation")}
    fills = [row for row in document["fills"] if row["orderId"] in orders]
    assert sum(amount(row["quantity"]) for row in fills) == sum(amount(leg["quantity"]) for leg in step["legs"])
    assert [row["amount"] for row in document["clearanceFees"]] == [step["fee"]] != ["0.00000000"]
    assert [row["amount"] for row in document["entries"] if row["kind"] == "clearance fee"] == [step["fee"]]
    assert [row["principal"] for row in document["repayments"]] == [step["principal"]]
    cancelled = [row for row in document["orders"] if row.get("cause") == "liquidation"]
    assert len(cancelled) == 1, "his own open order"


@pytest.mark.parametrize(("name", "has_rest"), [("takeover", False), ("fund exhausted", True)])
def test_a_deficit_is_told_to_the_last_unit(name: str, has_rest: bool, tmp_path: Path) -> None:
    """Deficit = paid by the fund + written off; both lists sum to it."""
    document = made(STORIES[name](), tmp_path).document
    (deficit,) = document["deficits"]
    paid, rest = amount(deficit["paidByFund"]), amount(deficit["writtenOff"])
    assert amount(deficit["deficit"]) == paid + rest > 0 and (rest > 0) is has_rest
    assert sum(amount(row["value"]) for row in document["fundPayments"]) == paid
    assert sum(amount(row["value"]) for row in document["writeOffs"]) == rest
    assert len(document["takeovers"]) == 1


def test_nobody_else_is_in_the_document(tmp_path: Path) -> None:
    """Who took the other side is told by no id and no word; his orders are in the extract only."""
    other, word = 987_654_321, "a-word-of-the-other"
    story = Story()
    story.user(other, BTC="10")
    story.short()
    sale = PlaceOrder(other, 0, "BTCUSDT", False, LIMIT, amount("5"), amount("73000"), client_id=word)
    story.time += MINUTE
    story.index(BTC="73000")
    story.send(sale)
    story.advance(5_000_000)
    case = made(story, tmp_path)
    text = json.dumps(case.document)
    assert case.document["fills"], "he was traded with"
    assert str(other) not in text and word not in text
    assert case.document["case"]["userId"] == BOB


def test_a_story_begins_ten_minutes_before_the_call(tmp_path: Path) -> None:
    """The healthy time before is in it; more is not."""
    case = made(STORIES["classic short"](), tmp_path)
    document = case.document
    called = document["marginCalls"][0]["time"] * 1_000
    assert document["beginsWith"] == FROM_CALL
    times = [decode_record(each)[0] for each in unpack_records(case.extract.commands)]
    assert called - 10 * MINUTE <= times[0] < called
    assert document["before"]["status"] in ("NORMAL", "EXCESSIVE")


def test_a_fall_straight_to_the_lock_is_told_so(tmp_path: Path) -> None:
    """Without a margin call the story begins ten minutes before the lock, and says nothing of a call."""
    story = Story()
    story.long()
    for _ in range(20):
        story.advance(MINUTE)
    story.index(BTC="47000")
    case = made(story, tmp_path)
    assert case.document["marginCalls"] == []
    assert case.beginning == case.document["beginsWith"] == FROM_LOCK


def test_a_long_call_is_cut_to_a_day(tmp_path: Path) -> None:
    """An account that lives in the margin call for two days is told of from a day before its lock."""
    story = Story()
    story.short()
    story.time += MINUTE
    story.index(BTC="70000")
    for _ in range(8):
        story.advance(6 * 60 * MINUTE)
    story.books("73000")
    story.index(BTC="73000")
    case = made(story, tmp_path)
    assert case.beginning == FROM_TIME
    time, _ = decode_record(unpack_records(case.extract.commands)[0])
    assert 0 < case.document["case"]["locked"] * 1_000 - time <= 24 * HOUR


def snapshot_after(story: Story, path: Path, sequence: int) -> None:
    """Write the snapshot of a story after a command into its data folder."""
    engine = Engine(story.parameters)
    for command, time in story.history[:sequence]:
        engine.apply(command, time)
    snapshot = Snapshot(sequence, engine.time, engine.state_hash(), {"engine": engine.snapshot()})
    publish_draft(write_draft(path / "snapshots", snapshot), sequence)


def test_a_case_begins_with_the_snapshot_that_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where only a snapshot after the margin call is left, the story begins there, and replays as well."""
    story = STORIES["classic short"]()
    name = story.names[0]
    story.write(tmp_path)
    snapshot_after(story, tmp_path, name.sequence - 2)
    reader = FolderReader(tmp_path)
    reader.first = name.sequence - 1
    monkeypatch.setattr("leverline.venue.looking.FolderReader", lambda path: reader)
    case = make_case_file(tmp_path, rules_of, name)
    assert case.beginning == FROM_STATE
    assert case.extract.begins_after == name.sequence - 2
    assert all(each.is_confirmed for each in explain(case, rules_of))
    reader.first = name.sequence
    with pytest.raises(CaseFault, match="no longer at hand"):
        make_case_file(tmp_path, rules_of, name)


@pytest.mark.parametrize("older", [True, False])
def test_an_older_state_tells_what_came_before_the_newest(older: bool, tmp_path: Path) -> None:
    """A snapshot after the margin call does not cut the story while an older one, or the first command, is there."""
    story = STORIES["classic short"]()
    name = story.names[0]
    whole = made(story, tmp_path)
    snapshot_after(story, tmp_path, name.sequence - 2)
    if older:
        snapshot_after(story, tmp_path, whole.extract.begins_after - 3)
    case = make_case_file(tmp_path, rules_of, name)
    assert case.beginning == FROM_CALL
    assert case.document == whole.document and case.extract.begins_after == whole.extract.begins_after


def test_what_is_no_case_is_named(tmp_path: Path) -> None:
    """A command that liquidated nobody, a wallet it did not, one that never was: said in words."""
    story = STORIES["takeover"]()
    story.write(tmp_path)
    (name,) = story.names
    for wrong, words in [
        (CaseName(3, 0), "command 3 began no liquidation"),
        (CaseName(name.sequence, 99), "no liquidation of wallet 99"),
        (CaseName(10_000, 0), "the journal has no command 10000"),
    ]:
        with pytest.raises(CaseFault, match=words):
            make_case_file(tmp_path, rules_of, wrong)
    assert make_case_file(tmp_path, rules_of, CaseName(name.sequence, 0)).case == str(name)
    for text in ("", "x", "0-1", "1-", "1-2-3", "-1", "٣-١"):
        with pytest.raises(CaseFault, match="names no case"):
            parse_case_name(text)


def test_one_command_may_begin_many_cases(tmp_path: Path) -> None:
    """Then the wallet must be told; each case is its own."""
    story = Story()
    story.long()
    story.cross(BOB, USDT="10000")
    story.long(7)
    story.time += MINUTE
    story.index(BTC="47000")
    assert len(story.names) == 2 and len({name.sequence for name in story.names}) == 1
    story.write(tmp_path)
    with pytest.raises(CaseFault, match="began 2 liquidations"):
        make_case_file(tmp_path, rules_of, CaseName(story.names[0].sequence, 0))
    owners = [make_case_file(tmp_path, rules_of, name).document["case"]["userId"] for name in story.names]
    assert sorted(owners) == [1, 7]
    assert CROSS


OF_THE_CASE = ("steps", "clearanceFees", "takeovers", "deficits", "fundPayments", "writeOffs")


def two_takeovers() -> Story:
    """Alice is taken over with a deficit, twice within ten minutes."""
    story = Story(fund="4000")
    for number in range(2):
        if number:
            story.index(BTC="60000")
            story.send(LiftBorrowBar(ALICE), Deposit(ALICE, "USDT", amount("10000")))
            story.send(Transfer(ALICE, "USDT", amount("10000"), SPOT, ISOLATED, "", "BTCUSDT"))
            story.send(Borrow(ALICE, ISOLATED, "USDT", amount("50000"), "BTCUSDT"))
            story.maker(bid="", ask="60000")
            story.send(story.limit(ALICE, "BTCUSDT", True, "1", "60000", kind=ISOLATED))
            story.maker(bid="", ask="")
        else:
            story.long()
        story.time += MINUTE
        story.index(BTC="47000")
        story.advance(5_000_000)
    return story


def two_rounds_of_steps() -> Story:
    """Bob's short is liquidated in steps, stops, and BTC rises on."""
    story = STORIES["classic short"]()
    falling(story, ["76000", "79000", "83000", "86000"])
    return story


@pytest.mark.parametrize("make", [two_takeovers, two_rounds_of_steps])
def test_another_liquidation_within_the_story_is_another_case(make: Callable[[], Story], tmp_path: Path) -> None:
    """What was sold, paid and written off then is in the document of the other one alone."""
    story = make()
    assert len(story.names) >= 2
    first, second = (made(story, tmp_path / str(place), place) for place in (0, 1))
    began = second.document["case"]["locked"]
    assert decode_record(unpack_records(second.extract.commands)[0])[0] < first.document["case"]["locked"] * 1_000
    for name in OF_THE_CASE:
        assert all(row["time"] >= began for row in second.document[name]), name
    assert all(each.document["steps"] or each.document["deficits"] for each in (first, second))
    assert all(each.is_confirmed for each in explain(second, rules_of))


def test_interest_charged_before_the_lock_is_owed_at_the_lock(tmp_path: Path) -> None:
    """An hour's interest alone may bring an account to its liquidation level: the balances hold it already."""
    story = Story()
    account = story.long()
    story.advance(HOUR)
    owed = account.holding("USDT").debt
    level = story.engine.core.risk.bands.threshold(account, FORCE_LIQUIDATION)
    price = (owed + 1_000) * level // 10**4 // account.holding("BTC").total + 1
    story.index(BTC=f"{price // 10**8}.{price % 10**8:08}")
    assert not story.names
    story.advance(HOUR)
    locked = made(story, tmp_path).document["atLock"]
    (debt,) = (row for row in locked["balances"] if row["asset"] == "USDT")
    assert amount(debt["principal"]) + amount(debt["interest"]) > owed
    assert amount(locked["liabilities"]) == sum(amount(row["valueOwed"]) for row in locked["balances"])
