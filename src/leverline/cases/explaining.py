"""Confirming a case file: it is run again from its extract, and each figure of its document compared."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from leverline.cases.case_file import CaseFile, unpack_records, unpacked
from leverline.cases.faults import CaseFault
from leverline.cases.names import parse_case_name
from leverline.cases.running import run_case
from leverline.cases.scouting import BEGINNINGS
from leverline.engine.engine import Engine, restore
from leverline.rulebook.parameters import VenueParameters
from leverline.venue.data import identity_of
from leverline.venue.looking import ParametersOf


class _Absent:
    """Stands where one of two documents has no figure; no figure in a file is the same as it."""

    def __str__(self) -> str:
        """Return it as it is told."""
        return "nothing"


ABSENT: Final = _Absent()
BEGINNING: Final = "beginsWith"
"""Why the extract begins where it does is told by who made it: no re-run of the extract confirms it."""
SERIES: Final = ("levels", "indexPrices")
"""Confirmed as a whole: hundreds of points, each compared, told by one line."""


class Finding(NamedTuple):
    """One figure: where it stands, what the file tells, and what the re-run came to."""

    place: str
    told: Any
    found: Any

    @property
    def is_confirmed(self) -> bool:
        """Whether both are the same, of one type."""
        return type(self.told) is type(self.found) and bool(self.told == self.found)

    def __str__(self) -> str:
        """Return it as a line."""
        if self.is_confirmed:
            return f"✓ {self.place}: {self.told}"
        return f"✗ {self.place}: the file tells {self.told}, the re-run comes to {self.found}"


def explain(case: CaseFile, parameters_of: ParametersOf) -> list[Finding]:
    """Return a finding for each figure of a case file but where its story begins, which a re-run cannot know.

    Raises CaseFault where its extract cannot be run, or the words about the beginning are not ours.
    """
    extract = case.extract
    if case.beginning not in BEGINNINGS or case.document.get(BEGINNING) != case.beginning:
        raise CaseFault(f"beginning tells what no release does, or {BEGINNING} is another: {case.beginning!r}")
    parameters = parameters_of(extract.rule_set, extract.mode)
    findings = [*_figures_of_rules(case, parameters)]
    engine = _restored(case, parameters)
    findings.append(Finding("extract.state_hash_before", extract.state_hash_before, engine.state_hash()))
    findings.append(Finding("extract.begins_after", extract.begins_after, engine.commands_applied))
    records = enumerate(unpack_records(extract.commands), engine.commands_applied + 1)
    document = run_case(engine, parse_case_name(case.case), records, case.beginning)
    document.pop(BEGINNING)
    told = {key: value for key, value in case.document.items() if key != BEGINNING}
    findings.append(Finding("extract.ends_with", extract.ends_with, engine.commands_applied))
    findings.append(Finding("extract.state_hash_after", extract.state_hash_after, engine.state_hash()))
    findings.extend(differences("", told, document))
    return findings


def _figures_of_rules(case: CaseFile, parameters: VenueParameters) -> list[Finding]:
    """Return whether this release has the rule set under which the case was made. Raises CaseFault if not."""
    extract, ours = case.extract, identity_of(parameters, case.extract.mode)
    if extract.parameters != ours.parameters:
        raise CaseFault(
            f"the case was made by Leverline {extract.version} under figures of rule set {extract.rule_set} with the "
            f"digest {extract.parameters}; those of this one have {ours.parameters}: confirm it with that release"
        )
    return [
        Finding("extract.parameters", extract.parameters, ours.parameters),
        Finding("extract.catalogue", extract.catalogue, ours.catalogue),
    ]


def _restored(case: CaseFile, parameters: VenueParameters) -> Engine:
    """Return the engine of the state in the file. Raises CaseFault."""
    state = unpacked("state", case.extract.state)
    try:
        return restore(parameters, state)
    except (LookupError, ValueError) as fault:
        raise CaseFault(f"extract.state is damaged: {fault}") from fault


def differences(place: str, told: Any, found: Any) -> Iterator[Finding]:
    """Yield a finding for each leaf of two documents; a series that agrees is one."""
    if place.partition(".")[0] in SERIES and isinstance(told, list) and told == found:
        yield Finding(place, f"{len(told)} points", f"{len(found)} points")
    elif isinstance(told, dict) and isinstance(found, dict):
        for key in [*told, *(key for key in found if key not in told)]:
            inner = f"{place}.{key}" if place else str(key)
            yield from differences(inner, told.get(key, ABSENT), found.get(key, ABSENT))
    elif isinstance(told, list) and isinstance(found, list):
        for number in range(max(len(told), len(found))):
            one, other = (each[number] if number < len(each) else ABSENT for each in (told, found))
            yield from differences(f"{place}[{number}]", one, other)
    else:
        yield Finding(place, told, found)
