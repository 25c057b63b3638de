"""Recovery: the newest valid snapshot and the journal's tail lead to the state of a straight run, or nowhere."""

import asyncio
import json
import logging
import random
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.engine.streams import RandomDays
from tests.engine.world import parameters, with_rules
from tests.profile import IS_LONG
from tests.venue.world import Diary, House, close, run

from leverline import __version__
from leverline.engine.commands import AdvanceTime, Command
from leverline.engine.commit import Commit
from leverline.engine.engine import Engine
from leverline.journal.memory import MemoryJournal
from leverline.journal.port import ForeignJournal, JournalFault
from leverline.journal.segment import segment_files
from leverline.journal.snapshots import snapshot_files, snapshot_path
from leverline.venue.records import encode_command, encode_record
from leverline.venue.recovery import RecoveryRefused, recover
from leverline.venue.snapshot_child import take_snapshot
from leverline.venue.snapshotting import SnapshotPolicy

Stream = list[tuple[Command, int]]


def stream_of(rng: random.Random, length: int) -> Stream:
    """Return a venue's opening and a random stream after it."""
    days = RandomDays(rng)
    world = days.open()
    return world.history + days.take(length // 2) + days.crash() + days.take(length // 2)


def straight(stream: Stream) -> tuple[Engine, Diary]:
    """Run a stream without any restart."""
    engine, diary = Engine(parameters()), Diary()
    for sequence, (command, time) in enumerate(stream, 1):
        diary.take(Commit(sequence, time, command, engine.apply(command, time)))
    return engine, diary


def journal_of(stream: Stream) -> MemoryJournal:
    """Return a journal of a stream."""
    journal = MemoryJournal()
    for sequence, (command, time) in enumerate(stream, 1):
        journal.append([(sequence, encode_record(time, encode_command(command)))])
    return journal


@settings(max_examples=60 if IS_LONG else 12, suppress_health_check=list(HealthCheck), deadline=None)
@given(number=st.integers(0, 2**32), data=st.data())
def test_recovery_at_any_cut_is_the_straight_run(
    number: int, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """With snapshots anywhere and the journal's end anywhere: the same state hash and the same keepers."""
    stream = stream_of(random.Random(number), 80)
    cut = data.draw(st.integers(0, len(stream)))
    points = data.draw(st.sets(st.integers(0, cut), max_size=3))
    folder = tmp_path_factory.mktemp("snapshots")
    engine, diary = Engine(parameters()), Diary()
    for sequence in range(cut + 1):
        if sequence:
            command, time = stream[sequence - 1]
            diary.take(Commit(sequence, time, command, engine.apply(command, time)))
        if sequence in points:
            take_snapshot(folder, engine, [diary], parameters())
    again = Diary()
    found = recover(folder, journal_of(stream[:cut]), parameters(), [again])
    assert found.snapshot == max(points, default=0)
    assert found.commands == cut - found.snapshot
    assert found.engine.state_hash() == engine.state_hash()
    assert found.engine.commands_applied == cut
    assert again.save() == diary.save()


class TestSnapshots:
    """Which snapshot is gone on from."""

    @pytest.fixture
    def stream(self, rng: random.Random, seed: int) -> Stream:
        """Return a random stream."""
        print(f"seed {seed}")
        return stream_of(rng, 60)

    @pytest.fixture
    def folder(self, tmp_path: Path, stream: Stream) -> Path:
        """Return a folder with snapshots after 30, 60 and 90 commands."""
        for length in (30, 60, 90):
            engine, diary = straight(stream[:length])
            take_snapshot(tmp_path, engine, [diary], parameters())
        return tmp_path

    def check(self, folder: Path, stream: Stream, snapshot: int, remarks: int) -> None:
        """Recover and compare with the straight run."""
        diary = Diary()
        found = recover(folder, journal_of(stream), parameters(), [diary])
        engine, expected = straight(stream)
        assert (found.snapshot, len(found.remarks)) == (snapshot, remarks)
        assert found.engine.state_hash() == engine.state_hash()
        assert diary.save() == expected.save()

    def test_the_newest_wins(self, folder: Path, stream: Stream) -> None:
        """Only what follows it is run again."""
        self.check(folder, stream, 90, 0)

    def test_a_missing_newest_is_not_needed(self, folder: Path, stream: Stream) -> None:
        """The one before it and more of the journal lead to the same state."""
        snapshot_path(folder, 90).unlink()
        self.check(folder, stream, 60, 0)

    @pytest.mark.parametrize("damage", ["cut", "empty", "flipped", "renamed", "without the keeper"])
    def test_a_damaged_newest_is_passed_over_and_named(
        self, folder: Path, stream: Stream, damage: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        """The log says which file and why."""
        path = snapshot_path(folder, 90)
        whole = path.read_bytes()
        if damage == "renamed":
            shutil.copy(snapshot_path(folder, 60), path)
        elif damage == "without the keeper":
            take_snapshot(folder, straight(stream[:90])[0], [], parameters())
        else:
            middle = len(whole) // 2
            flipped = whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
            path.write_bytes({"cut": whole[:middle], "empty": b"", "flipped": flipped}[damage])
        with caplog.at_level(logging.WARNING):
            self.check(folder, stream, 60, 1)
        assert path.name in caplog.text

    def test_with_none_valid_the_journal_is_run_from_its_beginning(self, folder: Path, stream: Stream) -> None:
        """If it has one; a keeper that a damaged snapshot had half loaded begins anew."""
        for _, path in snapshot_files(folder):
            path.write_bytes(path.read_bytes()[:-1])
        self.check(folder, stream, 0, 3)

    def test_a_keeper_that_cannot_read_its_section_begins_with_an_older_one(self, folder: Path, stream: Stream) -> None:
        """As if the snapshot were damaged."""

        class Fussy(Diary):
            def load(self, data: bytes, form: int) -> None:
                super().load(data, form)
                if self.count > 40:
                    raise ValueError("too much for me")

        diary = Fussy()
        found = recover(folder, journal_of(stream), parameters(), [diary])
        assert found.snapshot == 30
        assert diary.save() == straight(stream)[1].save()

    def test_a_keeper_of_a_later_version_begins_late_if_it_can(self, folder: Path, stream: Stream) -> None:
        """The newest snapshot has no section of it: it takes the commands after it, and is in the next snapshot."""

        class Late(Diary):
            name = "late"
            begun = -1

            def load_absent(self, sequence: int) -> None:
                self.count, self.digest, self.begun = 0, b"", sequence

        late, diary = Late(), Diary()
        found = recover(folder, journal_of(stream), parameters(), [diary, late])
        assert (found.snapshot, found.remarks, late.begun, late.count) == (90, [], 90, len(stream) - 90)
        assert diary.save() == straight(stream)[1].save()
        take_snapshot(folder, found.engine, [diary, late], parameters())
        again = Late()
        recover(folder, journal_of(stream), parameters(), [Diary(), again])
        assert (again.begun, again.count) == (-1, late.count)

    def dropped(self, stream: Stream) -> MemoryJournal:
        """Return a journal whose first 90 records are gone."""
        journal = MemoryJournal()
        records = list(journal_of(stream).read(1))
        journal.append(records[:90])
        journal.roll(91)
        journal.append(records[90:])
        journal.drop_before(91)
        return journal

    def test_without_its_section_a_keeper_that_cannot_begin_late_is_refused_by_name(
        self, folder: Path, stream: Stream
    ) -> None:
        """Where the journal is dropped there is no way to what it should know."""

        class Other(Diary):
            name = "other"

        with pytest.raises(RecoveryRefused, match=r"no section of other, which cannot begin late: leverline .* wrote"):
            recover(folder, self.dropped(stream), parameters(), [Diary(), Other()])

    def test_a_section_that_nobody_keeps_is_refused_by_name(self, folder: Path, stream: Stream) -> None:
        """An older version on newer data would leave it out of its own snapshots: nobody could tell later."""
        with pytest.raises(RecoveryRefused, match=r"section of diary, which nothing here keeps: leverline .* this is"):
            recover(folder, self.dropped(stream), parameters(), [])
        assert recover(folder, journal_of(stream), parameters(), []).snapshot == 0

    def test_a_section_of_an_unknown_form_is_refused_with_both_versions(self, folder: Path, stream: Stream) -> None:
        """Its bytes are not even looked at; a version that reads both forms is told which it is given."""
        given: list[int] = []

        class Newer(Diary):
            forms = (1, 2)

            def load(self, data: bytes, form: int) -> None:
                given.append(form)
                super().load(data, form)

        newer = Newer()
        recover(folder, journal_of(stream[:90]), parameters(), [newer])
        path = take_snapshot(folder, straight(stream[:90])[0], [newer], parameters())
        path.write_bytes(path.read_bytes().replace(b'"version": "', b'"version": "9.'))
        expected = rf"diary is of form 2, and what is read here is 1: leverline 9\.{__version__} wrote it, this is "
        with pytest.raises(RecoveryRefused, match=expected + __version__):
            recover(folder, self.dropped(stream), parameters(), [Diary()])
        recover(folder, self.dropped(stream), parameters(), [newer])
        assert given == [1, 2, 2]

    def test_a_snapshot_of_before_forms_were_numbered_is_of_the_first_one(self, folder: Path, stream: Stream) -> None:
        """What the first version wrote is read."""
        path = snapshot_path(folder, 90)
        line, _, body = path.read_bytes().partition(b"\n")
        header = {key: value for key, value in json.loads(line).items() if key not in ("forms", "version")}
        path.write_bytes(json.dumps(header).encode() + b"\n" + body)
        self.check(folder, stream, 90, 0)

    def test_a_snapshot_beyond_the_journals_end_is_refused(self, folder: Path, stream: Stream) -> None:
        """Records were lost; older snapshots do not hide it, nor does damage of the newest."""
        for _ in range(2):
            with pytest.raises(RecoveryRefused, match="ends with 75: records were lost"):
                recover(folder, journal_of(stream[:75]), parameters(), [Diary()])
            snapshot_path(folder, 90).write_bytes(b"")

    def test_a_journal_that_begins_behind_the_snapshots_is_refused(self, folder: Path, stream: Stream) -> None:
        """Nothing leads from the snapshot to it; with one that does, all is well."""
        journal = MemoryJournal()
        whole = journal_of(stream)
        records = list(whole.read(1))
        journal.append(records[:60])
        journal.roll(61)
        journal.append(records[60:])
        journal.drop_before(61)
        found = recover(folder, journal, parameters(), [Diary()])
        assert found.engine.state_hash() == straight(stream)[0].state_hash()
        snapshot_path(folder, 90).unlink()
        snapshot_path(folder, 60).unlink()
        with pytest.raises(RecoveryRefused, match="begins at 61"):
            recover(folder, journal, parameters(), [Diary()])


def test_a_record_of_a_later_version_is_refused_by_number() -> None:
    """A command that this version does not know is not skipped."""
    journal = MemoryJournal()
    journal.append([(1, encode_record(1, encode_command(AdvanceTime())).replace(b"Advance", b"Reverse"))])
    with pytest.raises(RecoveryRefused, match="record 1 is of no version known here: no such command: 'ReverseTime'"):
        recover(Path("nowhere"), journal, parameters())


def test_restarts_and_snapshots_on_one_folder_are_one_life(tmp_path: Path, rng: random.Random, seed: int) -> None:
    """Six lives with random snapshots, some ended without a word: the state is that of one straight run."""
    print(f"seed {seed}")
    stream = stream_of(rng, 150)
    size = len(stream) // 6 + 1
    done: Stream = []
    for begin in range(0, len(stream), size):

        async def life(part: Stream = stream[begin : begin + size]) -> None:
            async with House(tmp_path) as house:
                done.extend((commit.command, commit.time) for commit in await house.send(part[: size // 2]))
                if rng.random() < 0.7:
                    assert await house.snapshotter.snapshot()
                done.extend((commit.command, commit.time) for commit in await house.send(part[size // 2 :]))

        run(life)
    house = House(tmp_path)
    everything = list(house.journal.read(house.journal.first))
    assert house.found.engine.commands_applied == house.journal.last >= len(stream)
    assert house.found.engine.conservation_faults() == []
    assert house.diary.count == house.journal.last
    assert everything
    close(house)


def test_commands_are_not_run_again_under_other_figures(
    tmp_path: Path, rng: random.Random, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a crash the old figures must come back once; after a clean stop, whose snapshot holds all, new ones may."""
    stream = stream_of(rng, 40)

    async def life(policy: SnapshotPolicy) -> None:
        async with House(tmp_path, policy) as house:
            await house.send(stream[:60])

    run(lambda: life(SnapshotPolicy(is_taken_at_stop=False)))
    stricter = with_rules(parameters(), "borrowing", isolated_accounts_max=1)
    monkeypatch.setattr("tests.venue.world.parameters", lambda: stricter)
    with pytest.raises(ForeignJournal, match="under other parameters"):
        House(tmp_path)
    monkeypatch.undo()
    run(lambda: life(SnapshotPolicy()))
    monkeypatch.setattr("tests.venue.world.parameters", lambda: stricter)
    run(lambda: life(SnapshotPolicy(is_taken_at_stop=False)))
    house = House(tmp_path)
    assert house.found.engine.core.parameters == stricter
    assert house.found.commands >= 60
    close(house)


def test_a_lost_segment_is_refused(tmp_path: Path, rng: random.Random) -> None:
    """A hole in the journal is not jumped over."""
    stream = stream_of(rng, 60)

    async def life() -> None:
        async with House(tmp_path) as house:
            for begin in range(0, 90, 30):
                await house.send(stream[begin : begin + 30])
                done = asyncio.get_running_loop().create_future()
                house.venue.with_journal(lambda journal: journal.roll(journal.last + 1))
                done.cancel()

    run(life)
    segment_files(tmp_path / "journal")[1][1].unlink()
    with pytest.raises(JournalFault, match="does not follow record"):
        House(tmp_path)
