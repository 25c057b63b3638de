"""Users and their margin accounts: Cross Classic, Cross Pro, Isolated."""

from typing import Final

from leverline.ledger.wallet import CROSS, ISOLATED
from leverline.market.account import Trader, TradingAccount
from leverline.market.pair import Pair
from leverline.rulebook.bands import EXCESSIVE as EXCESSIVE
from leverline.rulebook.bands import FORCE_LIQUIDATION as FORCE_LIQUIDATION
from leverline.rulebook.bands import MARGIN_CALL as MARGIN_CALL
from leverline.rulebook.bands import NORMAL as NORMAL

CLASSIC: Final = 1
PRO: Final = 2
ISOLATED_MODE: Final = 3

MODE_NAMES: Final = {CLASSIC: "classic", PRO: "pro", ISOLATED_MODE: "isolated"}

STATUS_NAMES: Final = {
    EXCESSIVE: "EXCESSIVE",
    NORMAL: "NORMAL",
    MARGIN_CALL: "MARGIN_CALL",
    FORCE_LIQUIDATION: "FORCE_LIQUIDATION",
}

MAY_MARGIN: Final = 1
MAY_PRO: Final = 2


NARROW_BAND_LEVERAGE: Final = 10
"""Isolated families from this leverage on trade within the narrow band while indebted (rule 9.6 names the family)."""


class MarginAccount(TradingAccount):
    """A cross account (Classic or Pro) or the isolated account of one pair."""

    def __init__(self, wallet_id: int, user: "User", kind: int, pair: Pair | None) -> None:
        super().__init__(wallet_id, user, kind)
        self.user: User = user
        self.pair: Pair | None = pair
        """The pair of an isolated account; None for cross."""
        self.mode: int = ISOLATED_MODE if kind == ISOLATED else CLASSIC
        self.leverage: int = 0
        """Classic: 3 or 5."""
        self.fixed_tier: int = 0
        """Isolated: tier (from 1) fixed by a chosen leverage, 0 when not chosen (rule 7.2)."""
        self.is_enabled: bool = True
        self.disabled_at: int = 0
        """Venue time of the last disabling, 0 if never."""
        self.status: int = EXCESSIVE
        self.called_at: int = 0
        """Time of the last margin call notice while in the band, else 0."""
        self.liquidation_started: int = 0
        """Venue time of the lock, later by what pauses have held it up (rule 11.9); 0 when not in liquidation."""
        self.next_turn: int = 0
        """In liquidation: venue time of its next step, a round after its last one (rule 11.1)."""
        self.rounds_without_fill: int = 0
        self.is_incoming_counted: bool = False
        """Derived: its open orders are in the venue's memo of incoming collateral (see `margin.incoming`)."""


class User(Trader):
    """A person or firm with one spot wallet, one cross account and isolated accounts by pair."""

    def __init__(self, user_id: int, spot_wallet_id: int, maker_fee: int, taker_fee: int) -> None:
        super().__init__(user_id, maker_fee, taker_fee)
        self.parent_id: int = 0
        """Set for a sub-account: its holdings fill the parent's collateral tiers (rule 4.5)."""
        self.permissions: int = 0
        """Bits MAY_MARGIN, MAY_PRO: granted once verification and questionnaires are passed (rule 12)."""
        self.borrow_barred_until: int = 0
        """No borrowing before this time (rule 8.5); FOREVER until an operator lifts it."""
        self.cooling_until: int = 0
        """No new loan and no more leverage before this time, as the user chose himself (rule 13.4)."""
        self.deficits: int = 0
        self.spot: TradingAccount = TradingAccount(spot_wallet_id, self, 0)
        self.cross: MarginAccount | None = None
        self.isolated: dict[str, MarginAccount] = {}
        self.volumes: list[int] = []
        """Value per day of the last 30 days, oldest first."""
        self.dust_at: dict[int, int] = {}
        """Venue time of the last conversion of small balances, by kind of wallet (rule 13.6)."""
        self.debts_exchanged_at: int = 0
        """Venue time of the last exchange of small debts, 0 if never (rule 13.3)."""
        self.is_in_family: bool = False
        """Derived: has sub-accounts or is one."""
        self.is_vip_fixed: bool = False
        """The VIP level was set by an operator and is not recomputed."""

    def margin_account(self, kind: int, pair: str) -> MarginAccount | None:
        """Return the cross account, or the isolated account of `pair`, or None."""
        return self.cross if kind == CROSS else self.isolated.get(pair)

    def margin_accounts(self) -> list[MarginAccount]:
        """Return all margin accounts, cross first, isolated in order of opening."""
        found = [self.cross] if self.cross is not None else []
        return found + list(self.isolated.values())


FOREVER: Final = 1 << 62
