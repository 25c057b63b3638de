"""What venue a journal belongs to: a folder of another one is refused, never read as if it were this one's."""

from dataclasses import dataclass
from typing import Final

from leverline.journal.port import ForeignJournal

FORMAT: Final = "leverline-journal-1"


@dataclass(frozen=True)
class Identity:
    """What must be the same for a re-run to be the same, and the version that wrote it, for people."""

    rule_set: str
    catalogue: str
    """Digest of the assets and pairs."""
    mode: str = "sandbox"
    version: str = ""
    parameters: str = ""
    """Digest of every figure. It may change, but no record is run again under other figures than its own."""
    format: str = FORMAT

    def as_dict(self) -> dict[str, str]:
        """Return it as texts by name."""
        return {
            "format": self.format,
            "rule_set": self.rule_set,
            "catalogue": self.catalogue,
            "mode": self.mode,
            "version": self.version,
            "parameters": self.parameters,
        }

    def require(self, found: dict[str, str], place: str) -> None:
        """Raise ForeignJournal unless `found`, at `place`, is of the same venue; version and figures may differ."""
        for name, wanted in self.as_dict().items():
            if name not in ("version", "parameters") and found.get(name) != wanted:
                raise ForeignJournal(
                    f"{place} is of another venue: its {name.replace('_', ' ')} is {found.get(name, 'not said')}, "
                    f"this venue's is {wanted} (written by leverline {found.get('version', 'of no known version')})"
                )

    def require_figures(self, found: dict[str, str], place: str) -> None:
        """Raise ForeignJournal unless the records of `found`, at `place`, were made under the same figures."""
        if found.get("parameters") != self.parameters:
            raise ForeignJournal(
                f"{place} has commands that were run under other parameters and would come out differently now: start "
                f"the venue as it was (leverline {found.get('version', 'of no known version')}), stop it cleanly, and "
                f"then change to the new ones"
            )
