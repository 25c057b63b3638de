"""`leverline replay` as a user meets it: the summary, and one line with exit code 2 for what cannot be used."""

import gzip
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.lab.histories import HEADER, bar_lines, fall, write_lines
from tests.lab.test_bars import GOOD

from leverline.lab.command import SHIPPED, ReplayFault, fund_value

LINES = [HEADER, *bar_lines("BTCUSDT", fall(35_000, 0.97, 12), 900)]
SUMMARY_LINES = (
    "margin calls", "liquidations", "sold in books", "slippage", "clearance fees", "deficits",
    "Liquidations by mode and kind", "Traded by regular liquidation", "Insurance fund", "before", "after",
    "Worst accounts", "conservation", "commands/s", "state hash", "seed",
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
    "empty.csv": (b"", "empty.csv: the file is empty"),
    "header.csv": (b"symbol,time,price\n", "header.csv, line 1: the header is 'symbol,time,price'"),
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
        "quote.csv, line 2: a replay takes prices in",
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
        (["--from", "2030-01-01"], "no bar opens between 2030-01-01T00:00:00Z and the end"),
        (["--report", "nowhere/page.html"], "--report nowhere/page.html: No such file or directory"),
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


@pytest.mark.parametrize("text", ["-1", "1e6", "0.000000001", str(10**20)])
def test_a_fund_must_be_an_amount(text: str) -> None:
    """Negative, in exponent form, too fine or beyond any supply: refused."""
    with pytest.raises(ReplayFault, match="--fund"):
        fund_value(text)


def test_the_shipped_bars_are_small_and_whole() -> None:
    """At most 200 kB; 16 symbols of 576 bars each; where they come from stands beside them."""
    from importlib.resources import files

    from leverline.lab.bars import read_bars

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
