"""A file that was tampered with is told, and which figure; one that cannot be run is refused in words."""

import base64
import hashlib
import json
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.cases.world import STORIES, made, rules_of

from leverline.cases.case_file import CaseFile, file_bytes, pack_records, read_case_file, unpack_records
from leverline.cases.explaining import explain
from leverline.cases.faults import CaseFault
from leverline.cases.scouting import FROM_STATE
from leverline.engine.commands import PublishPrices
from leverline.kernel.numbers import INDEX_ONE
from leverline.rulebook.parameters import VenueParameters
from leverline.venue.records import decode_record, encode_command, encode_record

Change = Callable[[dict[str, Any]], None]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The file of a short that was liquidated."""
    return file_bytes(made(STORIES["classic short"](), tmp_path_factory.mktemp("data")))


def changed(sound: bytes, change: Change, path: Path) -> CaseFile:
    """Return the file after a change, read again."""
    fields = json.loads(sound)
    change(fields)
    path.write_text(json.dumps(fields))
    return read_case_file(path)


def set_step(name: str, value: Any) -> Change:
    return lambda fields: fields["document"]["steps"][0].update({name: value})


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (set_step("fee", "0.00000001"), "steps[0].fee"),
        (set_step("another", "1"), "steps[0].another"),
        (set_step("another", "nothing"), "steps[0].another"),
        (lambda fields: fields["document"]["atLock"].update(marginLevel="1.2"), "atLock.marginLevel"),
        (lambda fields: fields["document"]["prices"][1]["sources"][0].update(price="1"), "prices[1].sources[0].price"),
        (lambda fields: fields["document"]["rules"].update(liquidation="1.2"), "rules.liquidation"),
        (lambda fields: fields["document"]["interest"].pop(), "interest[0]"),
        (lambda fields: fields["document"]["entries"].append({"kind": "deposit"}), "entries[6]"),
        (lambda fields: fields["document"].pop("fills"), "fills"),
        (lambda fields: fields["document"]["levels"][2].__setitem__(1, "2.0"), "levels[2][1]"),
        (lambda fields: fields["document"]["case"].update(userId=3), "case.userId"),
        (lambda fields: fields["extract"].update(state_hash_after="0" * 64), "extract.state_hash_after"),
        (lambda fields: fields["extract"].update(state_hash_before="0" * 64), "extract.state_hash_before"),
        (lambda fields: fields["extract"].update(begins_after=1), "extract.begins_after"),
    ],
)
def test_a_changed_figure_is_named(sound: bytes, change: Change, place: str, tmp_path: Path) -> None:
    """Changed, added or taken away: the finding names its place and what it should be."""
    findings = explain(changed(sound, change, tmp_path / "a.case"), rules_of)
    assert [each.place for each in findings if not each.is_confirmed] == [place]
    assert any(str(each).startswith(f"✗ {place}: the file tells ") for each in findings)


def test_a_changed_command_is_told(sound: bytes, tmp_path: Path) -> None:
    """A price in the extract that the venue never had leads to other figures and another state."""

    def change(fields: dict[str, Any]) -> None:
        records = unpack_records(fields["extract"]["commands"])
        time, command = decode_record(records[-1])
        assert isinstance(command, PublishPrices)
        lower = PublishPrices(command.source, [(asset, price - INDEX_ONE, 1) for asset, price, _ in command.prices])
        records[-1] = encode_record(time, encode_command(lower))
        fields["extract"]["commands"] = pack_records(records)

    findings = explain(changed(sound, change, tmp_path / "a.case"), rules_of)
    wrong = [each.place for each in findings if not each.is_confirmed]
    assert {"extract.state_hash_after", "atLock.marginLevel", "prices[1].sources[0].price"} <= set(wrong)


def cut_state(fields: dict[str, Any]) -> None:
    state = zlib.decompress(base64.b64decode(fields["extract"]["state"]))
    fields["extract"]["state"] = base64.b64encode(zlib.compress(state[:-9])).decode()


def foreign_state(fields: dict[str, Any]) -> None:
    """Let the state hold an asset that the venue does not have, with the right checksum."""
    header, _, body = zlib.decompress(base64.b64decode(fields["extract"]["state"])).partition(b"\n")
    body = body.replace(b'"USDT"', b'"XXXX"')
    state = b" ".join([*header.split(b" ")[:4], hashlib.sha256(body).hexdigest().encode()]) + b"\n" + body
    fields["extract"]["state"] = base64.b64encode(zlib.compress(state)).decode()


FORGED = "the day the venue opened"


def begin(fields: dict[str, Any], words: str) -> None:
    fields["beginning"] = fields["document"]["beginsWith"] = words


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (cut_state, "extract.state is damaged"),
        (lambda fields: fields["extract"].update(state="?"), "extract.state is damaged"),
        (lambda fields: fields["extract"].update(commands="AAAA"), "extract.commands is damaged"),
        (lambda fields: fields["extract"].update(commands=pack_records([b"x"])), "command 33 is damaged"),
        (lambda fields: fields["extract"].update(commands=pack_records([])), "did not begin a liquidation"),
        (lambda fields: fields.update(case="55-99"), "no margin account with wallet 99"),
        (lambda fields: fields.update(beginning=FORGED), "tells what no release does"),
        (lambda fields: begin(fields, FORGED), "tells what no release does"),
        (lambda fields: fields["document"].update(beginsWith=FROM_STATE), "beginsWith is another"),
        (foreign_state, "extract.state is damaged"),
        (lambda fields: fields.update(format="x"), "no case file of a known format"),
        (lambda fields: fields.pop("extract"), "is no case file"),
    ],
)
def test_what_cannot_be_run_is_refused(sound: bytes, change: Change, words: str, tmp_path: Path) -> None:
    """A damaged part is named."""
    with pytest.raises(CaseFault, match=words):
        explain(changed(sound, change, tmp_path / "a.case"), rules_of)


def test_other_figures_of_the_rules_are_refused(sound: bytes, tmp_path: Path) -> None:
    """A release with other tiers says so, and which one made the file."""

    def others(rule_set: str, mode: str) -> VenueParameters:
        return replace(rules_of(rule_set, mode), rule_set="other")

    with pytest.raises(CaseFault, match="confirm it with that release"):
        explain(changed(sound, lambda fields: None, tmp_path / "a.case"), others)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    """Nothing there, no JSON, bytes."""
    for name, data in (("a", b"{"), ("b", b"\xff\xfe"), ("c", b"[]")):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(CaseFault, match="is no case file"):
            read_case_file(tmp_path / name)
    with pytest.raises(CaseFault, match="cannot be read"):
        read_case_file(tmp_path / "nothing")
