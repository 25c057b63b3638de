"""`verify` and `journal`: a folder is checked and shown without a change to it."""

import json
import random
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.engine.world import MAKER, START, parameters
from tests.venue.test_recovery import stream_of
from tests.venue.world import House, opening, run

from leverline import cli
from leverline.engine.commands import Command, MassQuote, PlaceOrder
from leverline.engine.engine import Engine
from leverline.journal.segment import segment_files
from leverline.journal.snapshots import Snapshot, publish_draft, read_snapshot, snapshot_files, write_draft
from leverline.venue.reading import NothingThere
from leverline.venue.snapshotting import SnapshotPolicy
from leverline.venue.verify import Findings, verify_folder

QUIET = SnapshotPolicy(is_taken_at_stop=False)


def verified(path: Path) -> Findings:
    """Verify with the small venue's parameters, and see that nothing was changed."""
    before = {file: file.stat().st_mtime_ns for file in path.rglob("*") if not file.name.endswith("-shm")}
    findings = verify_folder(path, lambda rule_set, mode: parameters())
    assert {file: file.stat().st_mtime_ns for file in path.rglob("*") if not file.name.endswith("-shm")} == before
    return findings


def filled(path: Path, rng: random.Random, snapshots: int) -> None:
    """Let a venue live on a folder with so many snapshots."""
    stream = stream_of(rng, 40 * snapshots + 40)

    async def life() -> None:
        async with House(path, QUIET) as house:
            for number in range(snapshots):
                await house.send(stream[40 * number : 40 * number + 40])
                assert await house.snapshotter.snapshot()
            await house.send(stream[40 * snapshots : 40 * snapshots + 40])
            assert verified(path).faults == [], "while the venue runs"

    run(life)


@pytest.mark.parametrize("snapshots", [0, 1, 4])
def test_a_sound_folder_is_found_sound(tmp_path: Path, rng: random.Random, snapshots: int) -> None:
    """From the beginning, or from the oldest snapshot once the beginning is dropped."""
    filled(tmp_path, rng, snapshots)
    findings = verified(tmp_path)
    assert findings.faults == []
    assert [line for line in findings.checked if "every checksum" in line]
    assert [line for line in findings.checked if "every unit is accounted for" in line]
    assert len([line for line in findings.checked if "the same state hash" in line]) == min(snapshots, 2)
    assert findings.checked[0].startswith("re-run from the " + ("snapshot" if snapshots == 4 else "first command"))


def test_a_snapshot_of_another_state_is_found(tmp_path: Path, rng: random.Random) -> None:
    """Whole in itself, with a right checksum, but not where the journal leads."""
    filled(tmp_path, rng, 1)
    (sequence, path), *_ = snapshot_files(tmp_path / "snapshots")
    engine = Engine(parameters())
    engine.commands_applied = sequence
    publish_draft(
        write_draft(path.parent, Snapshot(sequence, START, engine.state_hash(), {"engine": engine.snapshot()})),
        sequence,
    )
    assert verified(tmp_path).faults == [
        f"the snapshot after command {sequence} has another state hash than the re-run"
    ]


def test_damage_is_found(tmp_path: Path, rng: random.Random) -> None:
    """In a snapshot and in the journal."""
    filled(tmp_path, rng, 1)
    (_, path), *_ = snapshot_files(tmp_path / "snapshots")
    snapshot = read_snapshot(path)
    publish_draft(
        write_draft(path.parent, Snapshot(snapshot.sequence, 0, "00" * 32, snapshot.sections)), snapshot.sequence
    )
    assert "is not the state that it names" in verified(tmp_path).faults[0]
    path.write_bytes(path.read_bytes()[:-1])
    assert "checksum does not match" in verified(tmp_path).faults[0]
    path.unlink()
    segment_files(tmp_path / "journal")[-1][1].unlink()
    assert verified(tmp_path).faults == []
    segment = segment_files(tmp_path / "journal")[0][1]
    whole = segment.read_bytes()
    at = whole.index(b"RegisterUser")
    segment.write_bytes(whole[:at] + b"X" + whole[at + 1 :])
    assert "is damaged: its checksum does not fit" in verified(tmp_path).faults[0]


def test_a_path_without_a_journal_is_named(tmp_path: Path) -> None:
    """And stays as it is."""
    with pytest.raises(NothingThere, match="holds no journal"):
        verify_folder(tmp_path, lambda rule_set, mode: parameters())
    assert not list(tmp_path.iterdir())


class TestCommandLine:
    """The two commands as a person calls them."""

    @pytest.fixture
    def folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """Return a folder with a small venue's opening and two orders."""
        order = PlaceOrder(1, 0, "BTCUSDT", True, 1, 10**6, 50_000 * 10**8 + 5 * 10**6)
        commands: list[Command] = [*opening(), order, MassQuote(MAKER, 0, "BTCUSDT", [(10**8, 5 * 10**7)], [])]

        async def life() -> None:
            async with House(tmp_path, QUIET) as house:
                await house.send([(command, START) for command in commands])

        run(life)
        monkeypatch.setattr("leverline.parameters.parameters_of", lambda rules, mode: parameters())
        return tmp_path

    def call(self, *words: str) -> tuple[int, list[str]]:
        """Return exit code and lines."""
        result = CliRunner().invoke(cli.main, list(words))
        return result.exit_code, result.output.splitlines()

    def test_verify_prints_what_it_checked(self, folder: Path) -> None:
        """Exit code 0 when sound, 1 when not, 2 when there is nothing to check."""
        code, lines = self.call("verify", str(folder))
        assert (code, {line[:5] for line in lines}) == (0, {"ok   "})
        segment = segment_files(folder / "journal")[0][1]
        whole = segment.read_bytes()
        at = whole.index(b"RegisterUser")
        segment.write_bytes(whole[:at] + b"X" + whole[at + 1 :])
        code, lines = self.call("verify", str(folder))
        assert code == 1
        assert lines[-1].startswith("FAULT  ")
        code, lines = self.call("verify", str(folder / "snapshots"))
        assert code == 2
        assert "holds no journal" in lines[-1]

    def test_commands_are_shown_with_decimals(self, folder: Path) -> None:
        """Number, UTC time, command, fields that differ from their defaults."""
        code, lines = self.call("journal", str(folder), "--from", "2")
        assert code == 0
        assert lines[0].split()[:2] == ["2", "2026-01-01T00:00:00.000000Z"]
        assert (
            "PlaceOrder user_id=1 kind=0 pair=BTCUSDT is_buy=true order_type=1 quantity=0.01 price=50000.05"
            in (lines[-2])
        )
        assert lines[-1].endswith("MassQuote user_id=5 kind=0 pair=BTCUSDT bids=0.5@1 asks=")
        assert any("prices=BTC:60000:1,ETH:3000:1" in line for line in lines)

    def test_a_part_can_be_asked_for(self, folder: Path) -> None:
        """From a number on, so many, as JSON."""
        code, lines = self.call("journal", str(folder), "--from", "3", "--limit", "2", "--json")
        found = [json.loads(line) for line in lines]
        assert code == 0
        assert [each["sequence"] for each in found] == [3, 4]
        assert found[0]["utc"] == "2026-01-01T00:00:00.000000Z"
        assert found[0]["time"] == START
        assert isinstance(found[0]["amount"], str)

    def test_no_journal_is_a_fault_in_one_line(self, tmp_path: Path) -> None:
        """Exit code 2."""
        code, lines = self.call("journal", str(tmp_path))
        assert (code, len(lines)) == (2, 1)
