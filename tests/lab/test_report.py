"""The report is one page that needs nothing but itself, and says what the summary says."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from tests.lab.histories import HEADER, bar_lines, window_of, write_lines

from leverline.kernel.time import MINUTE
from leverline.lab import facts
from leverline.lab.plots import worst_hour
from leverline.lab.records import Sample
from leverline.lab.replay import Outcome, Settings, run_replay
from leverline.lab.report import report_page

COMMAND = ["leverline", "replay", "a<b>.csv", "--seed", "5"]
VOID = {"meta", "br", "hr", "img", "input", "link"}


class Page(HTMLParser):
    """Collects what a browser would load, the headings, and whether every element is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.headings: list[str] = []
        self.open: list[str] = []
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            if name in ("src", "srcset", "href", "xlink:href", "data", "action") and not (value or "").startswith("#"):
                self.loads.append(f"{tag} {name}={value}")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "h2":
            self.headings.append(data)


@pytest.fixture(scope="module")
def text(outcome: Outcome) -> str:
    return report_page(outcome, COMMAND)


def test_the_page_loads_nothing(text: str) -> None:
    """No script, no source, no reference but to itself; a policy forbids what slipped through."""
    page = Page(text)
    assert page.loads == []
    assert "script" not in page.tags
    assert "link" not in page.tags
    assert not re.search(r"url\((?!#)|@import", text)
    assert "default-src 'none'" in text


def test_the_page_is_well_formed(text: str) -> None:
    """Every element is closed in order."""
    assert Page(text).open == []


def test_the_page_has_a_plot_for_price_status_liquidated_value_and_fund(text: str) -> None:
    """Six drawings, each under its heading and named for those who cannot see it."""
    page = Page(text)
    for heading in ("Prices", "Accounts by status", "Liquidated value", "Insurance fund"):
        assert heading in page.headings
        assert f'aria-label="{heading}"' in text
    assert page.tags.count("svg") == 6
    assert text.count('role="img"') == 6


def test_the_page_tells_the_figures_and_how_to_repeat_them(text: str, outcome: Outcome) -> None:
    """State hash, conservation, and the command line, which cannot break the page."""
    assert outcome.state_hash in text
    for line in facts.conservation_lines(outcome):
        assert line in text
    assert "leverline replay &#x27;a&lt;b&gt;.csv&#x27; --seed 5" in text
    assert "a<b>" not in text


def test_drawings_are_the_same_for_the_same_outcome(text: str, outcome: Outcome) -> None:
    """No time of day, no random name in the page."""
    assert report_page(outcome, COMMAND) == text


def test_a_replay_in_which_nothing_happens_has_a_page_too(tmp_path: Path) -> None:
    """No account, no liquidation: the page says none."""
    file = write_lines(tmp_path / "bars.csv", [HEADER, *bar_lines("BTCUSDT", [100.0] * 4, 10)])
    quiet = run_replay(window_of(file), Settings(accounts=0), lambda time: None)
    page = Page(report_page(quiet, COMMAND))
    assert page.open == []
    assert page.loads == []


def test_the_worst_hour_is_the_one_in_which_most_liquidations_begin() -> None:
    """Of 25, 20 begin from minute 100 to 150 of five hours: the close-up ends there; a quiet day has none."""
    minutes = [*range(0, 300, 10)]
    begun = {100: 5, 110: 15, 150: 20, 290: 25}

    def samples(scale: int) -> list[Sample]:
        counts = [scale * max([count for start, count in begun.items() if start <= at], default=0) for at in minutes]
        rows = zip(minutes, counts, strict=True)
        return [Sample(at * MINUTE, 1, (1, 1, 1), (1, 0, 0, 0), count, 0, 0, 0, 0) for at, count in rows]

    found = worst_hour(samples(1))
    assert [found[0].time, found[-1].time] == [80 * MINUTE, 150 * MINUTE]
    assert worst_hour(samples(0)) == []
