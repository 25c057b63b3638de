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
    format: str = FORMAT

    def as_dict(self) -> dict[str, str]:
        """Return it as texts by name."""
        return {
            "format": self.format,
            "rule_set": self.rule_set,
            "catalogue": self.catalogue,
            "mode": self.mode,
            "version": self.version,
        }

    def require(self, found: dict[str, str], place: str) -> None:
        """Raise ForeignJournal unless `found`, read at `place`, is of the same venue; versions may differ."""
        for name, wanted in self.as_dict().items():
            if name != "version" and found.get(name) != wanted:
                raise ForeignJournal(
                    f"{place} is of another venue: its {name.replace('_', ' ')} is {found.get(name, 'not said')}, "
                    f"this venue's is {wanted} (written by leverline {found.get('version', 'of no known version')})"
                )
