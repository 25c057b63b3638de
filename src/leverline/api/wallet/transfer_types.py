"""The names of transfers between wallets, in all spellings that clients use (api-surface §4)."""

from dataclasses import dataclass
from typing import Final

from leverline.api.errors import WireError, invalid
from leverline.api.parameters import described
from leverline.ledger.wallet import CROSS, ISOLATED, SPOT

WALLETS: Final = {"MAIN": SPOT, "MARGIN": CROSS, "ISOLATEDMARGIN": ISOLATED}
"""The wallets of this venue by their names in a transfer's type."""
FOREIGN_WALLETS: Final = frozenset({"FUNDING", "UMFUTURE", "CMFUTURE", "OPTION", "PORTFOLIOMARGIN"})
"""Wallets of products that this venue does not have."""
SPELLINGS: Final = (("ISOLATED_MARGIN", "ISOLATEDMARGIN"), ("PORTFOLIO_MARGIN", "PORTFOLIOMARGIN"))


@dataclass(frozen=True, slots=True)
class TransferType:
    """A direction between two kinds of wallets. `name` is as the client spelt it."""

    name: str
    source: int
    target: int


def transfer_type(name: str, value: str) -> TransferType:
    """Parse a transfer's type; raises -1020 for wallets that the venue does not have."""
    found = recorded_type(name, value)
    if found is None:
        raise WireError(-1020, "This operation is not supported.")
    return found


def recorded_type(name: str, value: str) -> TransferType | None:
    """Parse the type of past transfers; None for wallets that the venue does not have, whose list is empty."""
    word = value.upper()
    for spelling, plain in SPELLINGS:
        word = word.replace(spelling, plain)
    source, _, target = word.partition("_")
    known = WALLETS.keys() | FOREIGN_WALLETS
    if source not in known or target not in known or (source == target and source != "ISOLATEDMARGIN"):
        raise invalid(name)
    if source in FOREIGN_WALLETS or target in FOREIGN_WALLETS:
        return None
    return TransferType(value, WALLETS[source], WALLETS[target])


_SCHEMA: Final = {
    "type": "string",
    "pattern": "^[A-Za-z_]{1,64}$",
    "description": "SOURCE_TARGET, such as MAIN_MARGIN.",
}
described(transfer_type, _SCHEMA)
described(recorded_type, _SCHEMA)
