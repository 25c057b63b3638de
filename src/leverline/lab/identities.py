"""Tickers that meant another coin once: what was traded under a name on a date."""

from dataclasses import dataclass
from typing import Final

from leverline.bars.moments import parse_moment


@dataclass(frozen=True)
class FormerCoin:
    """The coin that had a ticker before the one that has it today."""

    name: str
    until: int
    """From this moment on the ticker is today's coin."""


FORMER_COINS: Final = {"LUNA": FormerCoin("Terra Classic", parse_moment("2022-05-28"))}
"""LUNA: the chain of Terra 2.0 began on 2022-05-28; the coin that fell to nothing is LUNC since."""


def former_name(asset: str, time: int) -> str:
    """Return the name of the coin that `asset` meant at `time`, empty if it is the one that it means today."""
    former = FORMER_COINS.get(asset)
    return former.name if former is not None and time < former.until else ""
