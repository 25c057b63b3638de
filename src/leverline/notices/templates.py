"""The words of notices: a template of text and one of HTML for each kind, checked at the start.

`margin_call.txt` is the title, an empty line, the text; `margin_call.html` the HTML of a mail. A file of the same name
in the operator's folder takes the place of ours.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined, TemplateError, TemplateNotFound, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from leverline.kernel.time import SECOND
from leverline.notices.faults import NoticeStartFault
from leverline.notices.kinds import SAMPLES

OWN: Final = Path(__file__).with_name("templates")


class Message(NamedTuple):
    """A notice in words."""

    title: str
    text: str
    html: str


class Templates:
    """All templates, read and tried. Raises NoticeStartFault naming file and line of one that cannot be used."""

    def __init__(self, folder: Path | None = None) -> None:
        if folder is not None and not folder.is_dir():
            raise NoticeStartFault(f"notices.templates: {folder} is no folder")
        folders = [OWN] if folder is None else [folder, OWN]
        self._environment = ImmutableSandboxedEnvironment(
            loader=ChoiceLoader([FileSystemLoader(each) for each in folders]),
            undefined=StrictUndefined, autoescape=_is_html, trim_blocks=True, lstrip_blocks=True, auto_reload=False,
        )  # fmt: skip
        self._environment.filters["cut"] = cut
        for kind in SAMPLES:
            self._try(kind)

    def message(self, kind: str, values: Mapping[str, Any], time: int) -> Message:
        """Return a notice in words."""
        title, text = self.words(kind, values, time)
        return Message(title, text, self._render(f"{kind.lower()}.html", values, time, title))

    def words(self, kind: str, values: Mapping[str, Any], time: int) -> tuple[str, str]:
        """Return title and text of a notice."""
        title, _, text = self._render(f"{kind.lower()}.txt", values, time, "").partition("\n")
        return title.strip(), text.strip()

    def _render(self, name: str, values: Mapping[str, Any], time: int, title: str) -> str:
        """Fill in one template."""
        return self._environment.get_template(name).render(**values, time=shown_time(time), title=title)

    def _try(self, kind: str) -> None:
        """Fill in a kind's templates with sample values."""
        for ending in ("txt", "html"):
            name = f"{kind.lower()}.{ending}"
            try:
                filled = self._render(name, SAMPLES[kind], 0, "A title")
            except TemplateSyntaxError as fault:
                raise NoticeStartFault(f"{fault.filename or name}, line {fault.lineno}: {fault.message}") from fault
            except TemplateNotFound as fault:
                raise NoticeStartFault(f"{name}: there is no template {fault.name}") from fault
            except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as fault:
                raise NoticeStartFault(f"{self._place_of(name, fault)}: {fault}") from fault
            if ending == "txt" and not all(self.words(kind, SAMPLES[kind], 0)):
                raise NoticeStartFault(f"{self._file_of(name)}, line 1: a title, an empty line and a text are needed")
            assert filled or ending == "txt", name

    def _file_of(self, name: str) -> str:
        """Return the file that a template was read from."""
        return self._environment.get_template(name).filename or name

    def _place_of(self, name: str, fault: BaseException) -> str:
        """Return the innermost file and line of a template in which something went wrong."""
        place = f"{self._file_of(name)}, line 1"
        trace = fault.__traceback__
        while trace is not None:
            if trace.tb_frame.f_code.co_filename.endswith((".txt", ".html")):
                place = f"{trace.tb_frame.f_code.co_filename}, line {trace.tb_lineno}"
            trace = trace.tb_next
        return place


def cut(figure: str, places: int) -> str:
    """Return a decimal text with so many places at most, the rest cut off."""
    whole, point, rest = figure.partition(".")
    return f"{whole}.{rest[:places]}" if point and places else whole


def shown_time(time: int) -> str:
    """Return a venue time as mails and messages show it."""
    return datetime.fromtimestamp(time / SECOND, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _is_html(name: str | None) -> bool:
    """Whether what is filled into a template is escaped."""
    return name is not None and name.endswith(".html")
