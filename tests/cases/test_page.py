"""The page of a case: whole in itself, and it tells the figures of the document."""

import copy
import re
from pathlib import Path
from typing import Any

import pytest
from tests.cases.world import STORIES, Story, made
from tests.engine.world import SECOND

from leverline.cases.document import POINTS_MAX, thinned
from leverline.cases.page import page_of
from leverline.cases.plot import marks
from leverline.cases.telling import told

REQUEST = re.compile(
    r"(?:src|href|srcset|action|data)\s*=|url\(|@import|<script|<link|<iframe|<object|<img|\son\w+=", re.I
)


@pytest.fixture(scope="module", params=STORIES)
def document(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The document of each story."""
    return made(STORIES[request.param](), tmp_path_factory.mktemp("data")).document


def test_the_page_asks_for_nothing(document: Any) -> None:
    """No address, no script, no picture of another place; it is one file."""
    page = page_of(document)
    assert REQUEST.findall(page) == []
    assert "http" not in page
    assert page.count("<svg") == 2 and page.endswith("</html>\n")


def test_the_page_tells_why(document: Any) -> None:
    """The level, the threshold, the source's price and each fill's price are read on it."""
    page = page_of(document)
    assert document["atLock"]["marginLevel"].rstrip("0") in page
    for fill in document["fills"]:
        assert fill["price"].rstrip("0").rstrip(".") in page
    for sentence in told(document):
        assert sentence in page


def test_what_looks_like_markup_is_text(document: Any) -> None:
    """No word of a document is ever markup."""
    other = copy.deepcopy(document)
    other["prices"][0]["sources"] = [{"source": "<script>alert(1)</script>", "price": "1", "weight": 1, "time": 0}]
    other["case"]["account"] = "<b>"
    page = page_of(other)
    assert "<script" not in page and "<b>" not in page and "&lt;script&gt;" in page


def test_marks_are_in_the_order_of_what_happened(document: Any) -> None:
    """Locked before steps, steps before the end, each once."""
    words = ", ".join(word for _, word in marks(document))
    assert words.index("locked") < words.index("ended")
    times = [time for time, _ in marks(document)]
    assert times == sorted(times) and len(times) == len(set(times))


def test_a_liquidation_that_goes_on_has_a_page(document: Any) -> None:
    """Without an end it says so."""
    other = copy.deepcopy(document)
    other["case"] |= {"ended": None, "reason": None, "seconds": None, "levelAtEnd": None}
    assert "The liquidation goes on." in page_of(other)


def test_a_long_series_keeps_its_extremes() -> None:
    """Of 100,000 points some hundreds are told, the highest and the lowest among them."""
    points = [(time, 1_000 + time % 7) for time in range(100_000)]
    points[54_321] = (54_321, 1)
    points[77_777] = (77_777, 9_999)
    few = thinned(points)
    assert len(few) <= POINTS_MAX and few[0] == points[0] and few[-1] == points[-1]
    assert (54_321, 1) in few and (77_777, 9_999) in few
    assert few == sorted(few)


def test_written_to_be_looked_at(document: Any, tmp_path: Path) -> None:
    """It is valid UTF-8 and small enough to send by mail."""
    (tmp_path / "a.html").write_text(page_of(document), encoding="utf-8")
    assert (tmp_path / "a.html").stat().st_size < 100_000


def test_of_many_rows_the_last_are_told(tmp_path: Path) -> None:
    """How many came before is told as well; sums are of all."""
    story = Story()
    story.long()
    for _ in range(4):
        story.time += SECOND
        story.books("52300", "0.02")
        story.index(BTC="52300")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("leverline.cases.document.ROWS_MAX", 2)
        few = made(story, tmp_path / "few").document
    whole = made(story, tmp_path / "whole").document
    assert len(whole["steps"]) > 2 and whole["omitted"] == {}
    assert few["steps"] == whole["steps"][-2:] and few["entries"] == whole["entries"][-2:]
    assert few["omitted"]["steps"] == len(whole["steps"]) - 2
    assert few["totals"] == whole["totals"] and told(few) == told(whole)
    assert f"The last ones; {few['omitted']['entries']} earlier rows are left out." in page_of(few)
