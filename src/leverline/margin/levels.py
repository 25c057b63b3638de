"""What the margin level of an account divides by what: the three forms there are (rules 5.1, 6.1, 7.1, 16.2)."""

from typing import Final

from leverline.margin.account import CLASSIC, PRO, MarginAccount
from leverline.rulebook.parameters import Regime

ASSETS: Final = 1
"""A ÷ L: Isolated, and Classic where haircuts stay out of the level."""
COLLATERAL: Final = 2
"""C ÷ L: Classic where haircuts enter the level (rule 16.2)."""
EQUITY: Final = 3
"""(C − L − Σ loss) ÷ Σ MM: Pro."""


def level_form(account: MarginAccount, regime: Regime) -> int:
    """Return the form of the account's margin level under a rule set."""
    if account.mode == PRO:
        return EQUITY
    return COLLATERAL if account.mode == CLASSIC and regime.is_haircut_in_level else ASSETS
