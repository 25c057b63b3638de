"""`leverline case` and `leverline explain`, and the desk that runs the first beside a venue."""

import asyncio
import json
import sys
from collections.abc import Awaitable
from pathlib import Path
from typing import TypeVar

import pytest
from click.testing import CliRunner, Result
from tests.cases.world import Story
from tests.engine.world import SECOND

from leverline.cases.desk import FILES_MAX, LOW_PRIORITY, WALLET_WAITING_MAX, CaseDesk, CaseUnderWay
from leverline.cases.faults import CaseFault
from leverline.cases.names import CaseName
from leverline.cases.page import page_of
from leverline.cli import main
from leverline.parameters import load_parameters

T = TypeVar("T")


@pytest.fixture(scope="module")
def venue(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, CaseName]:
    """The data folder of a sandbox with all its assets, and a liquidation in it."""
    story = Story(rules=load_parameters(sandbox=True))
    story.long()
    story.time += SECOND
    story.index(BTC="47000")
    return story.write(tmp_path_factory.mktemp("data")), story.names[0]


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def test_a_case_is_written_explained_and_shown(venue: tuple[Path, CaseName], tmp_path: Path) -> None:
    """Sentences, the file, the document, the page; then each figure is confirmed from the file alone."""
    folder, name = venue
    before = sorted(folder.rglob("*"))
    file, document, page = tmp_path / "a.case", tmp_path / "a.json", tmp_path / "a.html"
    told = run("case", folder, str(name), "--out", file, "--document", document, "--html", page)
    assert told.exit_code == 0, told.output
    assert "the margin level of this account was" in told.output and "The insurance fund" not in told.output
    assert json.loads(document.read_text()) == json.loads(file.read_text())["document"]
    assert page.read_text().startswith("<!doctype html>")
    assert file.stat().st_mode & 0o077 == 0, "it holds everybody's state"
    assert sorted(folder.rglob("*")) == before, "the folder is only read"
    confirmed = run("explain", file, "--html", tmp_path / "b.html")
    assert confirmed.exit_code == 0, confirmed.output
    lines = confirmed.output.splitlines()
    assert lines[-1] == f"all {len(lines) - 2} figures are those of the re-run"
    assert lines[-2].startswith("– beginsWith: ") and "not confirmed" in lines[-2]
    assert all(line.startswith("✓ ") and "beginsWith" not in line for line in lines[:-2])
    assert (tmp_path / "b.html").read_text() == page.read_text()
    file.write_text(file.read_text().replace('"paidByFund":"', '"paidByFund":"1'))
    wrong = run("explain", file)
    assert wrong.exit_code == 1 and "✗ deficits[0].paidByFund: the file tells 1" in wrong.output


def test_what_cannot_be_done_is_said_in_a_line(venue: tuple[Path, CaseName], tmp_path: Path) -> None:
    """No folder, no such case, a name that is none, a file that is none: exit code 2."""
    folder, name = venue
    for words in (
        ("case", tmp_path, "1-2"), ("case", folder, "2"), ("case", folder, "x"), ("explain", tmp_path / "none"),
        ("case", folder, str(name), "--out", tmp_path / "no" / "folder"),
    ):  # fmt: skip
        result = run(*words)
        assert result.exit_code == 2, result.output
        assert len(result.output.strip().splitlines()) == 1, result.output


def waited(work: Awaitable[T]) -> T:
    async def bounded() -> T:
        return await asyncio.wait_for(work, 180)

    return asyncio.run(bounded())


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a question wait as long as a busy machine takes to start a process."""
    monkeypatch.setattr("leverline.cases.desk.WAIT_SECONDS", 90.0)


@pytest.mark.usefixtures("patient")
def test_the_desk_makes_a_document_once(venue: tuple[Path, CaseName]) -> None:
    """Two who ask at once wait for one process; afterwards the document is there, whatever becomes of the journal."""
    folder, name = venue

    async def ask() -> None:
        desk = CaseDesk(folder)
        first, second = await asyncio.gather(desk.document(name), desk.document(name))
        assert await desk.is_made(name)
        assert first == second and json.loads(first)["case"]["caseId"] == str(name)
        broken = CaseDesk(folder, ("false",))
        assert await broken.document(name) == first
        assert (await broken.page(name)).decode() == page_of(json.loads(first)), "written by the same run"
        with pytest.raises(CaseFault):
            await broken.document(CaseName(2, 3))

    waited(ask())


def slow(tmp_path: Path, seconds: float) -> tuple[str, ...]:
    """Return a runner that takes its time, then writes a little."""
    script = tmp_path / "slow.py"
    script.write_text(f"import sys, time; time.sleep({seconds}); open(sys.argv[-1], 'w').write('x')")
    return (sys.executable, str(script))


def test_who_asks_too_early_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The making goes on, and the next question finds the file; a stop ends it."""
    monkeypatch.setattr("leverline.cases.desk.WAIT_SECONDS", 0.01)
    name = CaseName(1, 2)

    async def ask() -> None:
        desk = CaseDesk(tmp_path, slow(tmp_path, 0.2))
        with pytest.raises(CaseUnderWay):
            await desk.file(name)
        assert not await desk.is_made(name)
        monkeypatch.setattr("leverline.cases.desk.WAIT_SECONDS", 30)
        assert await desk.file(name) == b"x"
        for number in range(3, 3 + 2 * FILES_MAX):
            (desk.place / f"{number}-1.case").write_bytes(b"old")
        await CaseDesk(tmp_path, slow(tmp_path, 0)).file(CaseName(2, 2))
        assert len(list(desk.place.glob("*.case"))) == FILES_MAX
        stopped = CaseDesk(tmp_path, slow(tmp_path, 60))
        asking = asyncio.ensure_future(stopped.file(CaseName(99, 1)))
        await asyncio.sleep(0.05)
        await stopped.stop()
        with pytest.raises(asyncio.CancelledError):
            await asking

    waited(ask())


@pytest.mark.usefixtures("patient")
def test_a_document_of_another_format_is_made_anew(venue: tuple[Path, CaseName]) -> None:
    """What an older release kept has other members, and what is damaged has none."""
    folder, name = venue

    async def ask() -> None:
        desk = CaseDesk(folder)
        made = await desk.document(name)
        older = json.dumps({"format": "leverline-liquidation-case-0", "case": {"ended": 1}})
        for kept in (older, "[]", "{", json.dumps({"format": json.loads(made)["format"]})):
            (desk.place / f"{name}.json").write_text(kept)
            assert await desk.document(name) == made

    waited(ask())


def test_a_making_that_takes_too_long_is_not_begun_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is a fault for a day, not a case that is under way for ever; other cases have their turn."""
    monkeypatch.setattr("leverline.cases.desk.MAKING_SECONDS", 0.01)
    monkeypatch.setattr("leverline.cases.desk.KEPT_SECONDS", 0.0)
    name = CaseName(1, 2)

    async def ask() -> None:
        desk = CaseDesk(tmp_path, slow(tmp_path, 60))
        for _ in range(2):
            with pytest.raises(CaseFault, match="takes too long"):
                await desk.file(name)
            monkeypatch.setattr("leverline.cases.desk.MAKING_SECONDS", 30)
        desk = CaseDesk(tmp_path, slow(tmp_path, 0))
        assert await desk.file(CaseName(2, 2)) == b"x"

    waited(ask())


def test_an_account_does_not_take_all_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some of its cases wait; the next is not even queued, but another account's is."""
    monkeypatch.setattr("leverline.cases.desk.WAIT_SECONDS", 0.01)
    few = WALLET_WAITING_MAX

    async def ask() -> None:
        desk = CaseDesk(tmp_path, slow(tmp_path, 60))
        for name in [*(CaseName(number, 1) for number in range(1, few + 3)), CaseName(1, 2)]:
            with pytest.raises(CaseUnderWay):
                await desk.document(name)
        waiting = [name for name, _ in desk._under_way]
        assert waiting == [*(CaseName(number, 1) for number in range(1, few + 1)), CaseName(1, 2)]
        await desk.stop()

    waited(ask())


def test_a_making_gives_way_to_the_venue(tmp_path: Path) -> None:
    """The child waits until its priority is lower, and writes it down."""
    script = tmp_path / "nice.py"
    script.write_text(
        "import os, sys, time\n"
        f"while os.getpriority(os.PRIO_PROCESS, 0) < {LOW_PRIORITY}: time.sleep(0.01)\n"
        "open(sys.argv[-1], 'w').write('low')"
    )
    assert waited(CaseDesk(tmp_path, (sys.executable, str(script))).file(CaseName(1, 2))) == b"low"


def test_a_case_file_is_never_open_to_others(venue: tuple[Path, CaseName], tmp_path: Path) -> None:
    """Not while it is written, and not where a file lay there before that was."""
    folder, name = venue
    file = tmp_path / "a.case"
    file.write_text("old")
    file.chmod(0o644)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("leverline.cases.case_file.file_bytes", lambda found: b"new")
        patch.setattr(Path, "write_bytes", lambda path, data: pytest.fail("with the rights of any file"))
        assert run("case", folder, str(name), "--out", file).exit_code == 0
    assert file.read_bytes() == b"new" and file.stat().st_mode & 0o077 == 0
