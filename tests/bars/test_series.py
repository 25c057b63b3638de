"""A data file is read exactly, or refused with file, line and reason."""

import gzip
from pathlib import Path

import pytest
from tests.lab.histories import HEADER, write_lines

from leverline.bars.faults import BarFault
from leverline.bars.moments import parse_moment
from leverline.bars.series import parse_scaled, read_bars
from leverline.kernel.numbers import INDEX_ONE, UNIT

GOOD = "BTCUSDT,2025-10-10T21:15:00Z,110,120.5,100,105.25,3.5"
LATER = "BTCUSDT,2025-10-10T21:20:00Z,105.25,106,105,106,1"

FAULTS = [
    ("", 1, "empty"),
    ("\n\n", 1, "the header has no symbol"),
    (HEADER, 1, "no bar"),
    ("symbol,time,open,high,low,close,volume\n" + GOOD, 1, "the header has no open_time: it is 'symbol,time,open"),
    (HEADER.replace(",close,volume", "") + "\n" + GOOD, 1, "the header has no close, volume"),
    (HEADER + ",trades\n" + GOOD + ",7", 1, "the header is not"),
    ("x" * 5_000 + "\n" + GOOD, 1, f"it is '{'x' * 60}…'"),
    ("x" * 70_000 + "\n" + GOOD, 1, "a line of 65536 bytes or more"),
    (f"{HEADER}\n{GOOD},9", 2, "8 columns"),
    (f"{HEADER}\n{GOOD}\nBTCUSDT,2025-10-10T21:20:00Z,1", 3, "3 columns"),
    (f"{HEADER}\n{GOOD.replace('110', 'abc')}", 2, "open 'abc' is not a number"),
    (f"{HEADER}\n{GOOD.replace('105.25', 'nan')}", 2, "close 'nan' is not a number"),
    (f"{HEADER}\n{GOOD.replace('120.5', 'inf')}", 2, "high 'inf' is not a number"),
    (f"{HEADER}\n{GOOD.replace('120.5', '1e999999999')}", 2, "high"),
    (f"{HEADER}\n{GOOD.replace('110', '1_10')}", 2, "open '1_10' is not a number"),
    (f"{HEADER}\n{GOOD.replace('110', '١١٠')}", 2, "open '١١٠' is not a number"),
    (f"{HEADER}\n{GOOD.replace('110', ' 110')}", 2, "open ' 110' is not a number"),
    (f"{HEADER}\n{GOOD.replace('110', '+110')}", 2, "open '+110' is not a number"),
    (f"{HEADER}\n{GOOD.replace('110', '0x6e')}", 2, "open '0x6e' is not a number"),
    (f"{HEADER}\n{GOOD.replace('3.5', '٣')}", 2, "volume '٣' is not a number"),
    (f"{HEADER}\n{GOOD.replace('3.5', 'sNaN')}", 2, "volume 'sNaN' is not a number"),
    (f"{HEADER}\n{GOOD.replace('110', '')}", 2, "open '' is not a number"),
    (f"{HEADER}\n{GOOD.replace('3.5', 'many')}", 2, "volume 'many' is not a number"),
    (f"{HEADER}\n{GOOD.replace('3.5', '-1')}", 2, "volume -1 is negative"),
    (f"{HEADER}\n{GOOD}\n{LATER.replace('106,105,', '104,105,')}", 3, "high 104 is below low 105"),
    (f"{HEADER}\n{GOOD.replace(',100,', ',0,')}", 2, "low 0 is not a positive price"),
    (f"{HEADER}\n{GOOD.replace(',100,', ',-100,')}", 2, "low -100 is not a positive price"),
    (f"{HEADER}\n{GOOD.replace(',100,', ',1e-13,')}", 2, "low 1e-13 is not a positive price"),
    (f"{HEADER}\n{GOOD.replace('110', '99')}", 2, "open 99"),
    (f"{HEADER}\n{GOOD.replace('105.25', '121')}", 2, "close 121"),
    (f"{HEADER}\n{GOOD.replace('120.5', '2000000000')}", 2, "above"),
    (f"{HEADER}\n{LATER}\n{GOOD}", 3, "out of order"),
    (f"{HEADER}\n{GOOD}\n{GOOD}", 3, "a second bar of BTCUSDT"),
    (f"{HEADER}\n{GOOD.replace('2025-10-10T21:15:00Z', '10/10/2025 21:15')}", 2, "unknown time"),
    (f"{HEADER}\n{GOOD.replace('2025-10-10T21:15:00Z', '2025-13-10')}", 2, "unknown time"),
    (f"{HEADER}\n{GOOD.replace('2025-10-10T21:15:00Z', '17601309')}", 2, "unknown time"),
    (f"{HEADER}\n{GOOD.replace('2025-10-10T21:15:00Z', '1900-01-01')}", 2, "the time 1900-01-01 is before 1970-01-02"),
    (f"{HEADER}\n{GOOD.replace('2025-10-10T21:15:00Z', '0000000000')}", 2, "before 1970-01-02"),
    (f"{HEADER}\n{GOOD.replace('2025-10-10T21:15:00Z', '9999-12-31')}", 2, "not before 2200-01-01"),
    (f"{HEADER}\n{GOOD.replace('2025-10-10T21:15:00Z', '٢٠٢٥-10-10')}", 2, "unknown time"),
    (f'{HEADER}\n"BTC\nUSDT",1\n', 2, "2 columns"),
    (f'{HEADER}\n{GOOD}\n\n{LATER},"a\nb\nc"\n', 4, "8 columns"),
    (f"{HEADER}\n{GOOD.replace('BTCUSDT', chr(34) + 'BTCUSDT' + chr(34))}\n{LATER},1", 3, "8 columns"),
    (f"{HEADER}\n{GOOD.replace('BTCUSDT', 'btcUSDT')}", 2, "not a symbol"),
    (f"{HEADER}\n{GOOD.replace('BTCUSDT', 'ΒТСUSDT')}", 2, "not a symbol"),
    (f"{HEADER}\n{GOOD.replace('BTCUSDT', 'B' * 17 + 'USDT')}", 2, "not a symbol"),
    (f"{HEADER}\n{GOOD.replace('BTCUSDT', 'BTC٣USDT')}", 2, "not a symbol"),
    (f"{HEADER}\n{GOOD.replace('BTCUSDT', 'btc/usdt')}", 2, "not a symbol"),
    (f"{HEADER}\n{GOOD.replace('BTCUSDT', '')}", 2, "not a symbol"),
]


@pytest.mark.parametrize(("content", "line", "reason"), FAULTS)
def test_a_broken_file_is_refused_by_file_line_and_reason(tmp_path: Path, content: str, line: int, reason: str) -> None:
    """Whatever is wrong, the fault names the file, the line (0 for the file as a whole) and the reason."""
    file = tmp_path / "bars.csv"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(BarFault) as caught:
        read_bars([file])
    assert (caught.value.file, caught.value.line) == (str(file), line)
    assert reason in caught.value.reason


def test_a_gzip_file_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    """The bars before the cut are not taken for the whole."""
    rows = [f"BTCUSDT,{1_700_000_000 + 300 * number},{100 + number % 7},120,90,101,{number}" for number in range(3000)]
    packed = gzip.compress("\n".join([HEADER, *rows]).encode())
    file = tmp_path / "bars.csv.gz"
    file.write_bytes(packed[: len(packed) // 2])
    with pytest.raises(BarFault, match="cut off") as caught:
        read_bars([file])
    assert caught.value.line > 1


def test_a_damaged_gzip_file_is_refused(tmp_path: Path) -> None:
    """A flipped byte in the packed data, or in its checksum, is found."""
    packed = bytearray(gzip.compress(f"{HEADER}\n{GOOD}\n".encode()))
    packed[-6] ^= 1
    file = tmp_path / "bars.csv.gz"
    file.write_bytes(packed)
    with pytest.raises(BarFault, match="damaged"):
        read_bars([file])


def test_a_plain_file_named_gz_is_refused(tmp_path: Path) -> None:
    """A name that promises gzip is held to it."""
    with pytest.raises(BarFault, match="not a gzip file"):
        read_bars([write_lines(tmp_path / "bars.csv.gz", [HEADER, GOOD])])


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    """A binary file is not read as bars."""
    file = tmp_path / "bars.csv"
    file.write_bytes(HEADER.encode() + b"\n\xff\xfe\x00\n")
    with pytest.raises(BarFault, match="not UTF-8"):
        read_bars([file])


@pytest.mark.parametrize("is_packed", [False, True])
def test_bytes_that_are_no_text_are_found_in_their_line(tmp_path: Path, is_packed: bool) -> None:
    """However far into the file: line 3,001 is line 3,001."""
    rows = [f"BTCUSDT,{1_700_000_000 + 300 * number},100,120,90,101,1".encode() for number in range(5_000)]
    rows[2_999] = b"BTCUSDT,\xe9,100,120,90,101,1"
    content = b"\n".join([HEADER.encode(), *rows])
    file = tmp_path / "bars.csv"
    file.write_bytes(gzip.compress(content) if is_packed else content)
    with pytest.raises(BarFault, match="line 3001: not UTF-8"):
        read_bars([file])


@pytest.mark.parametrize("name", ["missing.csv", ""])
def test_a_file_that_cannot_be_opened_is_refused(tmp_path: Path, name: str) -> None:
    """A missing file, or a folder, is named with the system's reason."""
    with pytest.raises(BarFault, match=r"No such file|Is a directory"):
        read_bars([tmp_path / name])


def test_figures_are_read_exactly(tmp_path: Path) -> None:
    """Prices become 10⁻¹², volumes 10⁻⁸; exponents are fine, digits beyond the precision are cut."""
    tiny = "LUNAUSDT,2022-05-13T00:00:00Z,1e-08,0.00000002,1E-8,0.00000001000000000099,7.123456789"
    bars = read_bars([write_lines(tmp_path / "bars.csv", [HEADER, GOOD, tiny])])
    bitcoin, luna = bars["BTCUSDT"], bars["LUNAUSDT"]
    assert bitcoin.opens == [110 * INDEX_ONE]
    assert bitcoin.highs == [120 * INDEX_ONE + INDEX_ONE // 2]
    assert bitcoin.volumes == [3 * UNIT + UNIT // 2]
    assert (luna.opens, luna.highs, luna.lows, luna.closes) == ([10_000], [20_000], [10_000], [10_000])
    assert luna.volumes == [712_345_678]


@pytest.mark.parametrize(
    ("text", "found"),
    [("1", 10**8), ("-.5", -5 * 10**7), ("7.", 7 * 10**8), ("2.5E+3", 2_500 * 10**8), ("0." + "9" * 35, 10**8 - 1)],
)
def test_digits_beyond_the_precision_are_cut_and_never_rounded(text: str, found: int) -> None:
    """Even where there are more of them than a decimal usually keeps."""
    assert parse_scaled(text, 8) == found


@pytest.mark.parametrize(
    "text",
    [
        "2025-10-10T21:15:00Z", "2025-10-10 21:15", "2025-10-10T21:15:00.000+00:00", "2025-10-10T23:15:00+02:00",
        "1760130900", "1760130900000", "1760130900000000",
    ],
)  # fmt: skip
def test_every_usual_way_to_write_a_time_is_read(text: str) -> None:
    """ISO text is UTC unless it says otherwise; a Unix time tells its unit by its digits."""
    assert parse_moment(text) == 1_760_130_900 * 10**6


def test_gzip_is_known_by_content_and_windows_text_is_read(tmp_path: Path) -> None:
    """A packed file needs no .gz name; a byte order mark, CRLF and blank lines are no faults."""
    file = tmp_path / "bars.csv"
    file.write_bytes(gzip.compress(f"\ufeff{HEADER}\r\n{GOOD}\r\n\r\n{LATER}\r\n\r\n".encode()))
    assert len(read_bars([file])["BTCUSDT"]) == 2


def test_symbols_may_be_mixed_and_spread_over_files(tmp_path: Path) -> None:
    """Bars of one symbol may continue in another file, whatever the order of the files."""
    early = write_lines(tmp_path / "a.csv", [HEADER, GOOD, GOOD.replace("BTC", "ETH")])
    late = write_lines(tmp_path / "b.csv", [HEADER, LATER])
    bars = read_bars([late, early])
    assert list(bars) == ["BTCUSDT", "ETHUSDT"]
    assert bars["BTCUSDT"].times == sorted(bars["BTCUSDT"].times)
    assert len(bars["BTCUSDT"]) == 2


def test_files_that_overlap_are_refused(tmp_path: Path) -> None:
    """The same bar in two files is a fault that names both."""
    one, two = (write_lines(tmp_path / name, [HEADER, GOOD]) for name in ("a.csv", "b.csv"))
    with pytest.raises(BarFault, match=r"b\.csv, line 2: bars of BTCUSDT overlap those of .*a\.csv, line 2"):
        read_bars([one, two])
