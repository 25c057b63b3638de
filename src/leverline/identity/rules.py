"""The figures of identity, read from `data/rules.toml`, and the country list, questions and texts that go with them."""

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from leverline.identity.faults import IdentityStartFault
from leverline.identity.jurisdictions import Jurisdictions, load_jurisdictions
from leverline.identity.question_bank import QuestionBank, load_banks
from leverline.identity.texts import Text, load_texts

DATA: Final = Path(__file__).with_name("data")

_MODES: Final = ("production", "sandbox")


@dataclass(frozen=True, slots=True)
class IdentityRules:
    """All that an operator may set about identity. Times in whole seconds, memory in KiB, sizes in bytes."""

    argon2_time_cost: int
    argon2_memory_kib: int
    argon2_parallelism: int
    password_length_min: int
    password_length_max: int
    confirmation_seconds: int
    reset_seconds: int
    session_idle_seconds: int
    session_seconds: int
    flush_seconds: int
    failures_free: int
    failures_free_address: int
    backoff_seconds: int
    backoff_seconds_max: int
    failures_kept_seconds: int
    backup_codes: int
    keys_per_user_max: int
    networks_per_key_max: int
    rsa_bits_min: int
    special_key_vip_min: int
    special_mode_pause_seconds: int
    age_years_min: int
    document_bytes_max: int
    documents_per_user_max: int
    questions_drawn: int
    attempt_seconds: int
    attempts_per_day_max: int
    trail_length: int
    proposal_seconds: int
    """A proposed change of parameters that nobody decides expires after so long."""
    is_verified_at_once: bool
    is_paid_at_once: bool
    is_withdrawal_guarded: bool
    """Whether withdrawing takes a second factor, and a key that may do it a list that leaves addresses out."""
    is_operator_guarded: bool
    """Whether operators look and act only with a second factor switched on."""
    is_approved_alone: bool
    """Whether the proposer of a change of parameters may approve it."""
    ready_user_country: str
    jurisdictions: Jurisdictions
    banks: dict[str, QuestionBank]
    texts: dict[str, Text]


def load_rules(sandbox: bool = True, folder: Path = DATA) -> IdentityRules:
    """Return the rules of `folder` for a sandbox or for production.

    Raises IdentityStartFault naming the file and the entry that is missing, unknown, of a wrong type or without a date
    and a source.
    """
    figures = _figures(folder / "rules.toml", "sandbox" if sandbox else "production")
    figures.setdefault("ready_user_country", "")
    banks = load_banks(folder)
    figures |= {"jurisdictions": load_jurisdictions(folder), "banks": banks, "texts": load_texts(folder)}
    _check_names(folder / "rules.toml", figures)
    for bank in banks.values():
        if len(bank.questions) < figures["questions_drawn"]:
            raise IdentityStartFault(f"the bank {bank.kind} has fewer questions than are drawn")
    return IdentityRules(**figures)


def _figures(file: Path, mode: str) -> dict[str, Any]:
    """Return the entries of all sections but the other mode's, by name."""
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as fault:
        raise IdentityStartFault(f"{file.name}: {fault}") from fault
    sections = [name for name in document if name == mode or name not in _MODES]
    return {
        name: _value(f"{file.name}, {section}.{name}", entry)
        for section in sections
        for name, entry in document[section].items()
    }


def _value(place: str, entry: Any) -> int | bool | str:
    """Return the value of an entry that has a date and a source."""
    if not isinstance(entry, dict) or set(entry) != {"value", "as_of", "source"}:
        raise IdentityStartFault(f"{place}: an entry has value, as_of and source")
    if not isinstance(entry["as_of"], date) or not entry["source"]:
        raise IdentityStartFault(f"{place}: as_of is a date and source is not empty")
    value = entry["value"]
    if isinstance(value, bool | str) or (isinstance(value, int) and value > 0):
        return value
    raise IdentityStartFault(f"{place}: {value!r} is no truth, text or whole number above 0")


def _check_names(file: Path, figures: dict[str, Any]) -> None:
    """Every field is there with its type, and nothing else is."""
    wanted = IdentityRules.__annotations__
    for name in sorted(wanted.keys() ^ figures.keys()):
        raise IdentityStartFault(f"{file.name}: {name} is {'missing' if name in wanted else 'unknown'}")
    for name, kind in wanted.items():
        if kind in (int, bool, str) and type(figures[name]) is not kind:
            raise IdentityStartFault(f"{file.name}: {name} is not of type {kind.__name__}")
