"""The report is one page that needs nothing but itself, and says what the summary says."""

import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from tests.lab.histories import HEADER, bar_lines, window_of, write_lines

from leverline.kernel.time import MINUTE
from leverline.lab import facts
from leverline.lab.command import REPORT_MARK
from leverline.lab.headline import headline
from leverline.lab.output import MARK_WITHIN
from leverline.lab.plots import worst_span
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
    """Seven drawings, each under its heading and named for those who cannot see it."""
    page = Page(text)
    for heading in ("Prices", "Accounts by status", "The worst of it", "Liquidated value", "Insurance fund"):
        assert heading in page.headings
        assert f'aria-label="{heading}"' in text
    assert page.tags.count("svg") == 7
    assert text.count('role="img"') == 7


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


def test_the_page_begins_with_what_happened(text: str, outcome: Outcome) -> None:
    """The two sentences stand before the figures, and the page carries the mark by which it may be replaced."""
    for sentence in headline(outcome):
        assert sentence in text[: text.index("<dl")]
    assert REPORT_MARK in text[:MARK_WITHIN]


def test_few_assets_are_drawn_one_by_one_and_the_worst_is_named(text: str) -> None:
    """Three assets are no middle 80 %; LUNA, which fell most, has its name and its end at the line."""
    prices = drawing(text, "Prices")
    assert {"BTC", "ETH", "LUNA"} <= set(prices)
    [name] = [label for label in prices if label.startswith("LUNA ")]
    assert float(name.removeprefix("LUNA ")) == pytest.approx(100 * 1e-8 / 60, rel=0.01)
    assert not any("middle" in label for label in prices)


def test_the_corner_says_when_a_plot_begins(text: str) -> None:
    """The day of the window's start, not of its end."""
    assert "from 2022-05-09 11:30 UTC" in drawing(text, "Prices")


def test_who_was_wiped_out_is_not_shown_as_safe(text: str, outcome: Outcome) -> None:
    """Accounts taken over with nothing left have a band of their own."""
    assert outcome.sampler.samples[-1].emptied > 0
    assert "liquidated, nothing left" in drawing(text, "Accounts by status")


def test_the_close_up_shows_status_pace_value_and_fund(text: str) -> None:
    """One drawing of four axes on one scale of time."""
    assert {"accounts", "begun", "USDT, summed up", "insurance fund"} <= set(drawing(text, "The worst of it"))


def test_wide_things_scroll_on_a_small_screen(text: str) -> None:
    """Every drawing and every wide table has a box that scrolls, and a word that says so."""
    assert text.count("<div class=wide>") == text.count("<svg") + 3
    assert "scroll sideways" in text
    assert "figure svg { min-width:" in text


def drawing(text: str, title: str) -> list[str]:
    """Return the words in the drawing of this title."""
    start = text.index(f'aria-label="{title}"')
    return [
        unescape(word) for word in re.findall(r"<text[^>]*>([^<]*)</text>", text[start : text.index("</svg>", start)])
    ]


def test_a_replay_in_which_nothing_happens_has_a_page_too(tmp_path: Path) -> None:
    """No account, no liquidation: the page says none, and has no empty axes."""
    file = write_lines(tmp_path / "bars.csv", [HEADER, *bar_lines("BTCUSDT", [100.0] * 4, 10)])
    quiet = run_replay(window_of(file), Settings(accounts=0, fund=0))
    text = report_page(quiet, COMMAND)
    page = Page(text)
    assert page.open == []
    assert page.loads == []
    assert page.tags.count("svg") == 1
    assert "There were no margin accounts. There was no insurance fund" in text


def test_the_worst_span_is_the_one_in_which_most_liquidations_begin() -> None:
    """Of 25, 20 begin from minute 100 to 114 of five hours: the close-up ends a little later; a quiet day has none."""
    minutes = [*range(0, 300, 2)]
    begun = {100: 5, 110: 15, 114: 20, 290: 25}

    def samples(scale: int) -> list[Sample]:
        counts = [scale * max([count for start, count in begun.items() if start <= at], default=0) for at in minutes]
        rows = zip(minutes, counts, strict=True)
        return [Sample(at * MINUTE, 1, (1, 1, 1), (), (1, 0, 0, 0), 0, count, 0, 0, 0, 0) for at, count in rows]

    found = worst_span(samples(1))
    assert [found[0].time, found[-1].time] == [94 * MINUTE, 118 * MINUTE]
    assert worst_span(samples(0)) == []
