"""Figures of single assets and pairs that are published and therefore not derived, each with its day and source."""

from dataclasses import dataclass, field
from pathlib import Path

from tools.parameters.market import read_csv

PUBLISHED_FILE = Path(__file__).parent / "published.csv"
APPROXIMATE = "; day approximate"
"""How a source ends whose text is undated or retells another one's."""


@dataclass
class Published:
    """What is published of one asset or pair."""

    figures: dict[str, str] = field(default_factory=dict)
    source: str = ""
    """Where the figures come from, and when, in the words of a source cell."""
    is_approximate: bool = False


def read_published() -> dict[str, Published]:
    """Return what is published of each asset and pair that has a row."""
    published: dict[str, Published] = {}
    for row in read_csv(PUBLISHED_FILE):
        entry = published.setdefault(row["symbol"], Published())
        entry.figures[row["figure"]] = row["value"]
        source = row["source"].removesuffix(APPROXIMATE)
        entry.source = f"{source} {row['since']}"
        entry.is_approximate = source != row["source"]
    return published
