"""The texts a user accepts: terms and risk warnings with versions, as data."""

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from leverline.identity.faults import IdentityStartFault

TERMS: Final = "terms"
MARGIN_RISK: Final = "margin-risk"
PRO_RISK: Final = "pro-risk"
LOAN_RISK: Final = "loan-risk"

_ALL: Final = {TERMS, MARGIN_RISK, PRO_RISK, LOAN_RISK}


@dataclass(frozen=True, slots=True)
class Text:
    """One text in the version now in force. `version` is a number that rises with each change."""

    name: str
    version: int
    as_of: date
    title: str
    body: str


def load_texts(folder: Path) -> dict[str, Text]:
    """Read `texts.toml` of `folder`. Raises IdentityStartFault naming what is wrong in it."""
    file = folder / "texts.toml"
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
        texts = {name: Text(name, **entry) for name, entry in document.items()}
    except (OSError, TypeError, tomllib.TOMLDecodeError) as fault:
        raise IdentityStartFault(f"{file.name}: {fault}") from fault
    if texts.keys() != _ALL:
        raise IdentityStartFault(f"{file.name}: the texts are {sorted(_ALL)}, not {sorted(texts)}")
    if any(type(text.version) is not int or text.version < 1 or not text.body for text in texts.values()):
        raise IdentityStartFault(f"{file.name}: each text has a version from 1 and a body")
    return texts
