"""`leverline replay` as a user meets it: the summary, and one line with exit code 2 for what cannot be used."""

import gzip
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.bars.test_series import GOOD
from tests.lab.histories import HEADER, bar_lines, fall, write_lines

from leverline.lab.command import SHIPPED, Request, fund_value
from leverline.lab.faults import ReplayFault
from leverline.lab.replay import Settings

LINES = [HEADER, *bar_lines("BTCUSDT", fall(35_000, 0.97, 12), 900)]
SUMMARY_LINES = (
    "margin calls", "liquidations", "sold in books", "slippage", "clearance fees", "deficits",
    "Liquidations by mode and kind", "Traded by regular liquidation", "Insurance fund", "before", "after",
    "Worst accounts", "conservation", "commands/s", "orders/s", "state hash", "seed", "accounts were liquidated",
    "The insurance fund", "1 asset against USDT", "Pro goes by takeover as a rule",
)  # fmt: skip


def leverline(*arguments: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the command in `folder`."""
    environment = {**os.environ, "COLUMNS": "80"}
    command = [sys.executable, "-m", "leverline", "replay", *map(str, arguments)]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_the_summary_says_what_was_promised(tmp_path: Path) -> None:
    """Calls, liquidations by mode and kind, sales, slippage, fees, deficits, fund, worst accounts, proof and speed."""
    file = write_lines(tmp_path / "bars.csv", LINES)
    result = leverline(file, "--accounts", "25", "--seed", "7", folder=tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
    for line in SUMMARY_LINES:
        assert line in result.stdout, line
    proof = [line.split(":")[1] for line in result.stdout.splitlines() if line.strip().startswith("conservation")]
    assert len(proof) > 1
    assert set(proof) == {" cash 0, loan 0, interest 0, supply 0"}


def test_the_same_seed_says_the_same_hash_and_a_report_changes_nothing(tmp_path: Path) -> None:
    """Two processes with unlike hash seeds agree; the second also writes a page."""
    write_lines(tmp_path / "bars.csv", LINES)
    hashes = []
    for number, extra in enumerate([(), ("--report", "page.html")]):
        os.environ["PYTHONHASHSEED"] = str(number)
        result = leverline("bars.csv", "--accounts", "15", *extra, folder=tmp_path)
        hashes += [line.split()[-1] for line in result.stdout.splitlines() if "state hash" in line]
    del os.environ["PYTHONHASHSEED"]
    assert hashes[0] == hashes[1]
    assert (tmp_path / "page.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_without_a_file_the_shipped_crash_is_replayed(tmp_path: Path) -> None:
    """A quarter of an hour of it, with five accounts, from any folder."""
    window = ("--from", "2025-10-10T21:10", "--to", "2025-10-10T21:25")
    result = leverline("--accounts", "5", *window, folder=tmp_path)
    assert result.returncode == 0, result.stderr
    assert "48 of 5 min, 16 assets" in result.stdout


BROKEN = {
    "empty.csv": (b"", "empty.csv, line 1: the file is empty"),
    "header.csv": (b"symbol,time,price\n", "header.csv, line 1: the header has no open_time, open, high, low, close"),
    "usdt.csv": (
        f"{HEADER}\n{GOOD.replace('BTCUSDT', 'USDTUSDT')}".encode(),
        "usdt.csv, line 2: a replay takes prices of other assets in USDT only; leave out USDTUSDT",
    ),
    "huge.csv": (
        f"{HEADER}\nABCUSDT,2025-10-10,1e9,1e9,1e9,1e9,1e18".encode(),
        "no venue can hold so much ABC: its bars have prices too low or volumes too large",
    ),
    "columns.csv": (f"{HEADER}\n{GOOD},1".encode(), "columns.csv, line 2: 8 columns"),
    "number.csv": (
        f"{HEADER}\n{GOOD.replace('110', '1l0')}".encode(),
        "number.csv, line 2: open '1l0' is not a number",
    ),
    "order.csv": (f"{HEADER}\n{GOOD.replace('120.5', '99')}".encode(), "order.csv, line 2: high 99 is below low 100"),
    "zero.csv": (
        f"{HEADER}\n{GOOD.replace(',100,', ',0,')}".encode(),
        "zero.csv, line 2: low 0 is not a positive price",
    ),
    "twice.csv": (f"{HEADER}\n{GOOD}\n{GOOD}".encode(), "twice.csv, line 3: a second bar of BTCUSDT"),
    "time.csv": (
        f"{HEADER}\n{GOOD.replace('2025-10-10T', 'today ')}".encode(),
        "time.csv, line 2: unknown time 'today",
    ),
    "cut.csv.gz": (gzip.compress(f"{HEADER}\n{GOOD}".encode())[:-9], "cut.csv.gz, line 2: the gzip file is cut off"),
    "quote.csv": (
        f"{HEADER}\n{GOOD.replace('BTCUSDT', 'ETHBTC')}".encode(),
        "quote.csv, line 2: a replay takes prices of",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_ends_in_one_line_and_exit_code_two(tmp_path: Path, name: str) -> None:
    """File, line and reason; nothing on standard output, no traceback."""
    content, complaint = BROKEN[name]
    (tmp_path / name).write_bytes(content)
    refused(leverline(name, folder=tmp_path), complaint)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["missing.csv"], "missing.csv: No such file or directory"),
        (["--from", "yesterday"], "--from: unknown time 'yesterday'"),
        (["--to", "2025-10-40"], "--to: unknown time '2025-10-40'"),
        (["--from", "2025-10-11", "--to", "2025-10-10"], "--from 2025-10-11T00:00:00Z is not before --to"),
        (["--from", "1900-01-01"], "--from: the time 1900-01-01 is before 1970-01-02"),
        (["--to", "9999-12-31"], "--to: the time 9999-12-31 is before 1970-01-02 or not before 2200-01-01"),
        (["--from", "2030-01-01"], "no bar opens between 2030-01-01T00:00:00Z and the end"),
        (["--report", "nowhere/page.html"], "--report nowhere/page.html: No such file or directory"),
        (["--json", "nowhere/page.json"], "--json nowhere/page.json: No such file or directory"),
        (["--json", "one", "--report", "one"], "--json one: the command names this file twice"),
        (["--fund", "9" * 5000], "--fund: '9999"),
        (["--seed", "-1"], "Invalid value for '--seed'"),
        (["--fund", "much"], "--fund: not a decimal number: 'much'"),
        (["--accounts", "-1"], "Invalid value for '--accounts'"),
        (["--seed", "x"], "Invalid value for '--seed'"),
    ],
)
def test_an_option_that_cannot_be_used_ends_in_one_line_and_exit_code_two(
    tmp_path: Path, arguments: list[str], complaint: str
) -> None:
    """What was wrong is named; nothing was replayed."""
    refused(leverline(*arguments, folder=tmp_path), complaint)


def refused(result: subprocess.CompletedProcess[str], complaint: str) -> None:
    """Check exit code, silence on standard output, and the complaint on standard error."""
    assert result.returncode == 2
    assert result.stdout == ""
    assert f"Error: {complaint}" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_report_never_takes_the_place_of_its_input(tmp_path: Path) -> None:
    """The bars are what they were."""
    file = write_lines(tmp_path / "bars.csv", LINES)
    before = file.read_bytes()
    refused(leverline("bars.csv", "--report", "./bars.csv", folder=tmp_path), "--report bars.csv: the command names")
    assert file.read_bytes() == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_a_report_that_cannot_be_written_is_one_line_after_the_summary(tmp_path: Path) -> None:
    """The summary of a long run is not lost, and the other file is written or not by its own."""
    write_lines(tmp_path / "bars.csv", LINES)
    result = leverline("bars.csv", "--accounts", "3", "--report", "/dev/full", folder=tmp_path)
    assert result.returncode == 2
    assert "state hash" in result.stdout
    assert result.stderr.splitlines()[-1] == "Error: --report /dev/full: No space left on device"
    assert "Traceback" not in result.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_standard_output_that_is_full_is_one_line_and_the_report_is_there(tmp_path: Path) -> None:
    """Nothing of the run is lost but what could not be printed."""
    write_lines(tmp_path / "bars.csv", LINES)
    command = [sys.executable, "-m", "leverline", "replay", "bars.csv", "--accounts", "3", "--report", "page.html"]
    with open("/dev/full", "w", encoding="utf-8") as full:
        result = subprocess.run(command, cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert result.returncode == 2
    assert result.stderr.splitlines()[-1] == "Error: standard output: No space left on device"
    assert "Traceback" not in result.stderr
    assert "Exception ignored" not in result.stderr
    assert (tmp_path / "page.html").read_text(encoding="utf-8").endswith("</html>\n")


def test_a_reader_who_has_left_is_no_fault(tmp_path: Path) -> None:
    """As in `leverline replay --report page.html | head -1`: silence, exit code 0, and the report is there."""
    write_lines(tmp_path / "bars.csv", LINES)
    command = [sys.executable, "-m", "leverline", "replay", "bars.csv", "--accounts", "3", "--report", "page.html"]
    reading, writing = os.pipe()
    os.close(reading)
    result = subprocess.run(command, cwd=tmp_path, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)
    assert (result.returncode, result.stderr) == (0, "")
    assert (tmp_path / "page.html").exists()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_stops_a_replay_in_one_line(tmp_path: Path, number: signal.Signals, code: int) -> None:
    """Many accounts take long to open; soon after the signal the replay says where it stopped, and wrote nothing."""
    words = ["replay", "--accounts", "20000", "--report", "page.html"]
    script = f"import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n{PATIENT}"
    with subprocess.Popen(
        [sys.executable, "-c", script, *words], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "under way\n"
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (code, "")
    assert err == "stopped at 2025-10-10T00:00:00Z\n"
    assert list(tmp_path.iterdir()) == []


PATIENT = """
import sys
from leverline.lab import opening
from leverline.cli import main
true = opening._open_account
def noted(*words):
    if words[1].user_id == 100_003:
        print("under way", flush=True)
    true(*words)
opening._open_account = noted
sys.argv[0] = "leverline"
main()
"""
"""Runs the command, and says when the third account is opened."""


def test_the_figures_are_written_for_programs(tmp_path: Path) -> None:
    """They are JSON, agree with the summary, and are replaced by the next run."""
    write_lines(tmp_path / "bars.csv", LINES)
    for _ in range(2):
        result = leverline("bars.csv", "--accounts", "9", "--json", "figures.json", folder=tmp_path)
        assert (result.returncode, result.stderr) == (0, "")
    figures = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert figures["state_hash"] in result.stdout
    assert figures["accounts"]["accounts"] == 9
    for sentence in figures["headline"]:
        assert sentence in result.stdout


def test_the_command_that_repeats_a_replay_names_all_that_decides_it() -> None:
    """Files, span, accounts, seed and fund, given or not; not where it was written to."""
    plain = Request([], Settings(), report=Path("page.html"))
    assert plain.again == ["leverline", "replay", "--accounts", "2000", "--seed", "1", "--fund", "2000000"]
    full = Request([Path("a.csv")], Settings(5, 7, 10**7), "2025-10-10", "2025-10-11")
    assert full.again[2:] == [
        "a.csv", "--from", "2025-10-10", "--to", "2025-10-11", "--accounts", "5", "--seed", "7", "--fund", "0.1",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["-1", "1e6", "0.000000001", str(10**20)])
def test_a_fund_must_be_an_amount(text: str) -> None:
    """Negative, in exponent form, too fine or beyond any supply: refused."""
    with pytest.raises(ReplayFault, match="--fund"):
        fund_value(text)


def test_the_shipped_bars_are_small_and_whole() -> None:
    """At most 200 kB; 16 symbols of 576 bars each; where they come from stands beside them."""
    from importlib.resources import files

    from leverline.bars.series import read_bars

    data = files("leverline.lab").joinpath("data")
    file = Path(str(data.joinpath(SHIPPED)))
    assert file.stat().st_size <= 200_000
    assert {len(series) for series in read_bars([file]).values()} == {2 * 24 * 12}
    assert len(read_bars([file])) == 16
    assert SHIPPED in data.joinpath("README.md").read_text(encoding="utf-8")


def test_the_shipped_bars_can_be_made_again(tmp_path: Path) -> None:
    """The tool keeps exactly the window: run on what is shipped it gives the same lines, whatever lies around them."""
    from importlib.resources import files

    from tools.make_extract import extract

    shipped = gzip.decompress(files("leverline.lab").joinpath("data", SHIPPED).read_bytes()).decode().splitlines()
    around = [GOOD.replace("2025-10-10T21:15:00Z", time) for time in ("2025-10-09T23:55:00Z", "2025-10-12T00:00:00Z")]
    source = tmp_path / "longer.csv.gz"
    source.write_bytes(gzip.compress("\n".join([shipped[0], *around, *reversed(shipped[1:])]).encode()))
    assert extract(source) == shipped[1:]
