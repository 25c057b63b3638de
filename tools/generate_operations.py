"""Write docs/reference/operations.md: every operation of the documents, and what the venue answers.

    PYTHONPATH=src python -m tools.generate_operations

It reads the endpoint table, the changes by day, `operations/documented.yaml` (the operations of the documents) and
`operations/notes.yaml` (why something is refused or not there). Notes on what is missing that is there by now are taken
out of that file. A test holds the page to the code.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from leverline.api.changes import since, until
from leverline.api.endpoint import Budget, Endpoint
from leverline.api.profile import LATEST
from leverline.api.streams.socket_session import SESSION_METHODS
from leverline.api.tables import everything, wire_table

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/reference/operations.md"
DOCUMENTED = Path(__file__).parent / "operations/documented.yaml"
NOTES = Path(__file__).parent / "operations/notes.yaml"
FULL, REFUSAL, EXTENSION, MISSING, GONE = "full", "refusal", "extension", "not here", "gone"
HEAD = """# Operations

Every operation of the documents of October 2026 (margin, spot, the wallet's that clients use, the WebSocket API) and
what a venue answers to it.
Written by `python -m tools.generate_operations` from the table that answers.

| state | |
|---|---|
| full | it does what the documents say |
| refusal | it belongs to what a venue does not have, and gives the documented refusal |
| extension | not, or no more, in the documents; a strict venue (`[api] is_strict`) does not have what was removed |
| gone | removed, and not kept (-1016); the profile `2025-06` has it |
| not here | not answered: 404, over the WebSocket API -1020 |

Weights come out of the budget of an address (IP) or a user (UID). `since` and `until` are the days of the
[profiles](../guides/clients.md#the-interface-by-date); without one it is older than the profiles tell apart.
"""
PARTS = {
    "margin": "Margin, with the wallet's operations that belong to it",
    "removed": "Removed from the documents",
    "wallet": "Wallet and account",
    "spot": "Spot",
    "ws": "WebSocket API",
}
UNITS = {Budget.API_IP: "IP", Budget.SAPI_IP: "IP", Budget.SAPI_UID: "UID", Budget.SAPI_UID_SECOND: "UID a second"}


@dataclass
class Facts:
    """What the page is made from."""

    documented: dict[str, dict[str, Any]]
    notes: dict[str, dict[str, str]]
    live: dict[str, Endpoint]
    """By operation and, for methods of the WebSocket API, by `ws NAME`: as the latest day has it."""
    ever: set[str]
    """The names that any day has."""


def read_facts() -> Facts:
    """Return all that there is to tell."""
    live = {each.operation: each for each in wire_table()}
    ever = {each.operation for each in everything()}
    for table, names in ((wire_table().by_ws_method, live), (everything().by_ws_method, ever)):
        found = {f"ws {name}": each for name, each in {**table, **SESSION_METHODS}.items()}
        names.update(found)  # type: ignore[attr-defined]
    live = {name: each for name, each in live.items() if LATEST.has(name)}
    return Facts(read_yaml(DOCUMENTED), read_yaml(NOTES), live, ever)


def read_yaml(file: Path) -> dict[str, Any]:
    """Return a mapping from a file."""
    found: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    return found


def page_of(facts: Facts) -> str:
    """Return the page."""
    parts = [HEAD]
    for part, title in PARTS.items():
        names = [name for name, row in facts.documented.items() if row["part"] == part]
        parts.append(f"\n## {title}\n\n{counted(facts, names)}\n\n{table_of(facts, names)}")
    own = [name for name in facts.live if is_wire(name) and name not in facts.documented]
    parts.append(f"\n## Not in the documents\n\n{table_of(facts, own)}")
    return "".join(parts)


def is_wire(name: str) -> bool:
    """Whether an operation is of Binance's interface and not of the venue's own."""
    return name.startswith("ws ") or name.split()[1].startswith(("/api/", "/sapi/"))


def counted(facts: Facts, names: Iterable[str]) -> str:
    """Return how many there are of each state."""
    states = [state_of(facts, name) for name in names]
    found = [f"{states.count(state)} {state}" for state in (FULL, REFUSAL, EXTENSION, GONE, MISSING) if state in states]
    return f"{len(states)}: {', '.join(found)}."


def table_of(facts: Facts, names: Iterable[str]) -> str:
    """Return a table of operations."""
    lines = ["| operation | state | security | weight | since, until | note |", "|---|---|---|---|---|---|"]
    return "\n".join([*lines, *(f"| {' | '.join(row_of(facts, name))} |" for name in names)]) + "\n"


def row_of(facts: Facts, name: str) -> Iterator[str]:
    """Yield the cells of an operation."""
    endpoint = facts.live.get(name)
    yield f"`{name.removeprefix('ws ')}`"
    yield state_of(facts, name)
    yield "" if endpoint is None else endpoint.security.word
    yield weight_of(endpoint, facts.documented.get(name, {}).get("weight", ""))
    yield days_of(name, facts.documented.get(name, {}))
    yield note_of(facts, name)


def state_of(facts: Facts, name: str) -> str:
    """Return what becomes of an operation."""
    if name not in facts.live:
        return GONE if name in facts.ever else MISSING
    if facts.documented.get(name, {}).get("part", "removed") == "removed" or until(name):
        return EXTENSION
    of = facts.documented[name].get("of", name)
    return facts.notes.get(of, facts.notes.get(name, {})).get("state", FULL)


def weight_of(endpoint: Endpoint | None, documented: str) -> str:
    """Return what an operation weighs; where that goes by its values, in the documents' words."""
    if endpoint is None:
        return ""
    if not isinstance(endpoint.weight, int):
        return documented or (endpoint.weight.__doc__ or "").partition("\n")[0]
    unit = UNITS.get(endpoint.budget, "")
    return f"{endpoint.weight} {unit}" + (
        f"; {endpoint.rate.calls} a {endpoint.rate.seconds} s" if endpoint.rate else ""
    )


def days_of(name: str, documented: Mapping[str, Any]) -> str:
    """Return since and until when there is such an operation; a method came with what it does."""
    first, last = since(name) or since(documented.get("of", name)), until(name)
    return ", ".join(words for words in (f"since {first}" if first else "", f"until {last}" if last else "") if words)


def note_of(facts: Facts, name: str) -> str:
    """Return what there is to say besides: of a method, which operation it is."""
    of = facts.documented.get(name, {}).get("of")
    note = facts.notes.get(name, {}).get("note", "")
    return note or (f"`{of}`" if of else "")


def without_stale(facts: Facts, text: str) -> str:
    """Return the text of the notes without those on missing operations that are there by now."""
    stale = {name for name, note in facts.notes.items() if note.get("state") == MISSING and name in facts.live}
    return "".join(line for line in text.splitlines(keepends=True) if line.partition(": {")[0] not in stale)


def main() -> None:
    """Write the page and what is left of the notes."""
    NOTES.write_text(without_stale(read_facts(), NOTES.read_text(encoding="utf-8")), encoding="utf-8")
    PAGE.write_text(page_of(read_facts()), encoding="utf-8")


if __name__ == "__main__":
    main()
