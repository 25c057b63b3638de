"""How a case is called: the number of the command that began it, and the wallet."""

import re
from typing import Final, NamedTuple

from leverline.cases.faults import CaseFault

_NAME: Final = re.compile(r"^([1-9][0-9]{0,17})(?:-([1-9][0-9]{0,17}))?$", re.ASCII)


class CaseName(NamedTuple):
    """One command may begin the liquidations of many accounts; the wallet tells them apart, 0 for whichever it is."""

    sequence: int
    wallet_id: int

    def __str__(self) -> str:
        """Return it as it is shown."""
        return f"{self.sequence}-{self.wallet_id}" if self.wallet_id else str(self.sequence)


def parse_case_name(text: str) -> CaseName:
    """Return the case that `text`, COMMAND-WALLET or COMMAND alone, names. Raises CaseFault."""
    found = _NAME.match(text)
    if found is None:
        raise CaseFault(f"{text!r} names no case: it is COMMAND-WALLET, as 1042-17, or COMMAND")
    return CaseName(int(found[1]), int(found[2] or 0))
