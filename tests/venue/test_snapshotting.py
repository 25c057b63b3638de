"""Snapshots of a running venue: from a forked child, by policy, with old journal dropped behind them."""

import asyncio
import logging
import os
import random
import shutil
import time
from pathlib import Path

import pytest
from tests.engine.world import parameters
from tests.venue.test_recovery import stream_of
from tests.venue.world import Diary, House, close, run

from leverline.engine.commands import AdvanceTime
from leverline.engine.engine import Engine
from leverline.journal.segment import segment_files
from leverline.journal.snapshots import read_snapshot, snapshot_files
from leverline.venue import snapshotting
from leverline.venue.child_work import ChildFailed, ask_child
from leverline.venue.snapshot_child import DONE
from leverline.venue.snapshotting import SnapshotPolicy

QUIET = SnapshotPolicy(is_taken_at_stop=False)


async def until(condition: object) -> None:
    """Wait for a condition, a callable."""
    while not condition():  # type: ignore[operator]
        await asyncio.sleep(0.005)


def test_a_snapshot_holds_the_state_of_its_moment_while_the_venue_goes_on(
    tmp_path: Path, rng: random.Random, seed: int
) -> None:
    """Commands that are submitted while the child works are not in it, and are all there after a restart."""
    print(f"seed {seed}")
    stream = stream_of(rng, 100)

    async def life() -> str:
        async with House(tmp_path, QUIET) as house:
            await house.send(stream[:60])
            under_way = asyncio.ensure_future(house.snapshotter.snapshot())
            await house.send(stream[60:])
            assert await under_way
            assert (house.snapshotter.taken, house.snapshotter.failed) == (1, 0)
            assert house.snapshotter.pause > 0
            return house.venue.engine.state_hash()

    hash_at_end = run(life)
    (sequence, path), *more = snapshot_files(tmp_path / "snapshots")
    assert not more
    house = House(tmp_path)
    engine = Engine(parameters())
    diary = Diary()
    records = house.journal.read(1)
    from leverline.venue.recovery import rerun

    rerun(engine, (next(records) for _ in range(sequence)), [diary.take])
    snapshot = read_snapshot(path)
    assert snapshot.state_hash == engine.state_hash()
    assert snapshot.sections["diary"] == diary.save()
    assert house.found.snapshot == sequence
    assert house.found.engine.state_hash() == hash_at_end
    close(house)


def test_old_journal_and_old_snapshots_go(tmp_path: Path, rng: random.Random, seed: int) -> None:
    """Two snapshots stay, and the journal from the older one on; the folder does not grow with its age."""
    print(f"seed {seed}")
    stream = stream_of(rng, 240)

    async def life() -> None:
        async with House(tmp_path, QUIET) as house:
            for begin in range(0, 240, 40):
                await house.send(stream[begin : begin + 40])
                assert await house.snapshotter.snapshot()
            snapshots = [sequence for sequence, _ in snapshot_files(house.folder.snapshots)]
            assert len(snapshots) == 2
            assert 1 < house.journal.first <= snapshots[0] + 1
            assert len(segment_files(house.folder.journal)) <= 3

    run(life)
    house = House(tmp_path)
    assert house.found.engine.commands_applied == house.journal.last
    close(house)


@pytest.mark.parametrize(
    "policy",
    [
        SnapshotPolicy(commands=20, is_taken_at_stop=False),
        SnapshotPolicy(seconds=0, is_taken_at_stop=False),
        SnapshotPolicy(journal_bytes=1, is_taken_at_stop=False),
        SnapshotPolicy(is_taken_at_stop=True),
    ],
    ids=["commands", "seconds", "bytes", "stop"],
)
def test_the_policy_decides_when(tmp_path: Path, rng: random.Random, policy: SnapshotPolicy) -> None:
    """After so many commands, so much time, so many bytes; at a clean stop."""
    stream = stream_of(rng, 40)

    async def life() -> None:
        async with House(tmp_path, policy) as house:
            await house.send(stream[:40])
            if not policy.is_taken_at_stop:
                await until(lambda: house.snapshotter.taken)

    run(life)
    assert len(snapshot_files(tmp_path / "snapshots")) >= 1


def test_a_venue_without_commands_takes_no_snapshot_at_its_stop(tmp_path: Path) -> None:
    """There is nothing that the last one does not hold."""

    async def life() -> None:
        async with House(tmp_path, SnapshotPolicy()) as house:
            await house.venue.submit(AdvanceTime())

    async def idle() -> None:
        async with House(tmp_path, SnapshotPolicy()):
            pass

    run(life)
    before = snapshot_files(tmp_path / "snapshots")
    run(idle)
    assert snapshot_files(tmp_path / "snapshots") == before


@pytest.mark.parametrize("way", ["no room", "a keeper raises", "killed"])
def test_a_child_that_fails_is_told_of_and_the_venue_goes_on(
    tmp_path: Path, rng: random.Random, way: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Counted and logged; the next one may succeed."""

    class Fragile(Diary):
        def save(self) -> bytes:
            if way == "a keeper raises" and self.count < 40:
                raise RuntimeError("not now")
            if way == "killed" and self.count < 40 and os.getpid() != parent:
                os.kill(os.getpid(), 9)
            return super().save()

    stream = stream_of(rng, 60)
    parent = os.getpid()

    async def life() -> None:
        async with House(tmp_path, QUIET) as house:
            house.venue.keepers[0] = house.diary = Fragile()
            await house.send(stream[:30])
            if way == "no room":
                house.folder.snapshots.rmdir()
            assert not await house.snapshotter.snapshot()
            assert (house.snapshotter.taken, house.snapshotter.failed) == (0, 1)
            house.folder.snapshots.mkdir(exist_ok=True)
            house.diary.count = 40
            await house.send(stream[30:60])
            assert await house.snapshotter.snapshot()

    with caplog.at_level(logging.ERROR):
        run(life)
    assert "no snapshot was taken" in caplog.text
    assert len(list((tmp_path / "snapshots").iterdir())) == 1


def test_where_no_pipe_can_be_opened_no_snapshot_and_no_view_is_made_and_the_venue_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Too many open files: counted and told, and once there is room both succeed."""

    def no_pipe() -> tuple[int, int]:
        raise OSError(24, "Too many open files")

    async def life() -> None:
        async with House(tmp_path, QUIET) as house:
            await house.venue.submit(AdvanceTime())
            with monkeypatch.context() as patch:
                patch.setattr(os, "pipe", no_pipe)
                assert not await house.snapshotter.snapshot()
                with pytest.raises(ChildFailed, match="Too many open files"):
                    await ask_child(house.venue, lambda engine: b"view", 5.0)
            await house.venue.submit(AdvanceTime())
            assert await house.snapshotter.snapshot()
            assert await ask_child(house.venue, lambda engine: b"view", 5.0) == b"view"

    run(life)


def test_a_half_written_snapshot_is_swept_and_not_used(tmp_path: Path, rng: random.Random) -> None:
    """A child that died with its machine leaves a draft; the next start removes it and recovers without it."""

    async def life() -> None:
        async with House(tmp_path, QUIET) as house:
            await house.send(stream_of(rng, 20)[:40])
            assert await house.snapshotter.snapshot()

    run(life)
    (sequence, path), *_ = snapshot_files(tmp_path / "snapshots")
    shutil.copy(path, path.with_suffix(".part99"))
    house = House(tmp_path)
    assert house.found.snapshot == sequence
    assert [file.name for file in house.folder.snapshots.iterdir()] == [path.name]
    close(house)


def test_the_end_of_the_child_is_not_waited_for(
    tmp_path: Path, rng: random.Random, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A child has said that it is done long before its memory is given back; the venue goes on meanwhile."""
    print(f"seed {seed}")
    stream = stream_of(rng, 20)
    going_on, seen = tmp_path / "going on", tmp_path / "seen"

    def lingering(pipe: int, *_: object) -> None:
        os.write(pipe, DONE)
        for _ in range(1_000):
            if going_on.exists():
                seen.touch()
                break
            time.sleep(0.005)
        os._exit(0)

    monkeypatch.setattr(snapshotting, "run_child", lingering)

    async def life() -> None:
        async with House(tmp_path / "data", QUIET) as house:
            await house.send(stream[:10])
            under_way = asyncio.ensure_future(house.snapshotter.snapshot())
            await asyncio.sleep(0.1)
            await house.send(stream[10:])
            going_on.touch()
            assert await under_way

    run(life)
    assert seen.exists()


def hang(pipe: int, folder: Path, *_: object) -> None:
    """Be a child that begins to write and then neither goes on nor ends."""
    (folder / f"0000000000000001.part{os.getpid()}").write_bytes(b"half")
    while True:
        time.sleep(1)


def test_a_stop_ends_a_child_that_hangs_and_takes_the_last_snapshot(
    tmp_path: Path, rng: random.Random, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits ten minutes for it; what it left half written is gone, and the last snapshot holds everything."""
    print(f"seed {seed}")
    whole = snapshotting.run_child
    monkeypatch.setattr(snapshotting, "run_child", hang)

    async def life() -> int:
        async with House(tmp_path, SnapshotPolicy()) as house:
            await house.send(stream_of(rng, 20)[:30])
            under_way = asyncio.ensure_future(house.snapshotter.snapshot())
            await until(lambda: list(house.folder.snapshots.glob("*.part*")))
            monkeypatch.setattr(snapshotting, "run_child", whole)
            asyncio.get_running_loop().call_later(0, under_way.cancel)
            return house.venue.sequence

    last = run(life)
    assert [sequence for sequence, _ in snapshot_files(tmp_path / "snapshots")] == [last]
    assert not list((tmp_path / "snapshots").glob("*.part*"))


def test_a_last_snapshot_that_hangs_is_not_waited_for_long(
    tmp_path: Path, rng: random.Random, seed: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The journal has everything all the same."""
    print(f"seed {seed}")
    monkeypatch.setattr(snapshotting, "run_child", hang)

    async def life() -> tuple[int, str]:
        async with House(tmp_path, SnapshotPolicy(stop_seconds=0)) as house:
            await house.send(stream_of(rng, 20)[:30])
            return house.venue.sequence, house.venue.engine.state_hash()

    last, hash_at_end = run(life)
    assert "no snapshot was taken" in caplog.text
    assert not list((tmp_path / "snapshots").iterdir())
    house = House(tmp_path)
    assert (house.journal.last, house.found.engine.state_hash()) == (last, hash_at_end)
    close(house)


def test_a_stop_in_a_hurry_takes_no_snapshot(tmp_path: Path, rng: random.Random, seed: int) -> None:
    """The child at work is ended, no other one is begun; the journal has everything."""
    print(f"seed {seed}")
    stream = stream_of(rng, 20)

    async def life() -> tuple[int, str]:
        async with House(tmp_path, SnapshotPolicy()) as house:
            await house.send(stream[:10])
            under_way = asyncio.ensure_future(house.snapshotter.snapshot())
            await until(lambda: house.snapshotter.pause)
            await house.send(stream[10:])
            house.snapshotter.give_up()
            await under_way
            return house.venue.sequence, house.venue.engine.state_hash()

    last, hash_at_end = run(life)
    assert len(snapshot_files(tmp_path / "snapshots")) <= 1
    house = House(tmp_path)
    assert house.journal.last == last
    assert house.found.snapshot < last
    assert house.found.engine.state_hash() == hash_at_end
    close(house)
