"""Templates: whole for every kind, safe, and refused at the start where they cannot be used."""

from pathlib import Path

import pytest

from leverline.notices.faults import NoticeStartFault
from leverline.notices.kinds import SAMPLES, Kind
from leverline.notices.templates import Templates

TIME = 1_767_268_800_000_000


def test_every_kind_has_its_words() -> None:
    """A title, a text and HTML, with nothing left to fill in."""
    templates = Templates()
    assert set(SAMPLES) >= set(Kind)
    for kind, values in SAMPLES.items():
        message = templates.message(kind, values, TIME)
        assert message.title and message.text and "<body" in message.html, kind
        assert "{" not in message.title + message.text, kind
        assert message.title in message.html, kind


def test_an_account_without_debts_has_no_level_to_name() -> None:
    """Nothing owed has no margin level."""
    values = {"account": "cross", "pair": "", "level": "0.000000000000"}
    assert Templates().message(Kind.BACK_TO_NORMAL, values, TIME).text.endswith("is above the margin call again.")


def test_an_operators_template_takes_the_place_of_ours(tmp_path: Path) -> None:
    """By the file's name; all others stay."""
    (tmp_path / "rate_jump.txt").write_text("Rates!\n\nNow {{ new }} for {{ asset }}.\n")
    message = Templates(tmp_path).message(Kind.RATE_JUMP, SAMPLES[Kind.RATE_JUMP], TIME)
    assert (message.title, message.text) == ("Rates!", "Now 0.000003000000 for BTC.")
    assert "<strong>BTC</strong>" in message.html


def test_what_is_filled_into_html_is_escaped(tmp_path: Path) -> None:
    """Words of a template, not of a value, make the page."""
    message = Templates().message(Kind.LOAN_REFUSED, {"asset": "<b>"}, TIME)
    assert "<strong>&lt;b&gt;</strong>" in message.html


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("rate_jump.txt", "Title\n\n{{ new }\n", "rate_jump.txt, line 3: unexpected '}'"),
        ("rate_jump.txt", "Title\n\n\n{{ newer }}\n", "rate_jump.txt, line 4: 'newer' is undefined"),
        ("rate_jump.html", "<p>\n{% if new %}\n", "rate_jump.html, line 2: "),
        ("rate_jump.html", '{% extends "nothing.html" %}', "rate_jump.html: there is no template nothing.html"),
        ("rate_jump.txt", "only a title\n", "rate_jump.txt, line 1: a title, an empty line and a text are needed"),
        ("rate_jump.txt", "T\n\n{{ ''.__class__.__mro__ }}\n", "rate_jump.txt, line 3: access to attribute"),
        ("layout.html", "{{ nothing }}", "layout.html, line 1: 'nothing' is undefined"),
    ],
)
def test_a_template_that_cannot_be_used_stops_the_start(tmp_path: Path, name: str, text: str, words: str) -> None:
    """File and line are named."""
    (tmp_path / name).write_text(text)
    with pytest.raises(NoticeStartFault) as fault:
        Templates(tmp_path)
    assert words in str(fault.value)
    assert str(tmp_path) in str(fault.value) or "no template" in str(fault.value)


def test_a_folder_that_there_is_not_stops_the_start(tmp_path: Path) -> None:
    """It is named."""
    with pytest.raises(NoticeStartFault, match="nowhere is no folder"):
        Templates(tmp_path / "nowhere")
