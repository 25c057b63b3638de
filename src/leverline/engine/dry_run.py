"""How all indebted accounts stand, and whom a change of rules or prices moves: what a dry run compares."""

from typing import Final

from leverline.engine.core import Core
from leverline.margin.account import FORCE_LIQUIDATION, MARGIN_CALL, MarginAccount
from leverline.rulebook.bands import level_of

CALLED: Final = 1
LIQUIDATED: Final = 2
FREED: Final = 3

KIND_NAMES: Final = {CALLED: "called", LIQUIDATED: "liquidated", FREED: "freed"}


class Standing:
    """One indebted account as the judge sees it: values 10⁻⁸ USDT at the risk basis, level 10⁻¹² (0 for "none")."""

    def __init__(
        self, user_id: int, wallet_id: int, mode: int, pair: str, assets: int, liabilities: int, level: int,
        status: int, is_locked: bool,
    ) -> None:  # fmt: skip
        self.user_id: int = user_id
        self.wallet_id: int = wallet_id
        self.mode: int = mode
        """CLASSIC, PRO or ISOLATED_MODE."""
        self.pair: str = pair
        """Of an isolated account, otherwise empty."""
        self.assets: int = assets
        self.liabilities: int = liabilities
        self.level: int = level
        self.status: int = status
        self.is_locked: bool = is_locked
        """In liquidation already: no change of rules begins it, and it ends by its own steps."""


class Change:
    """One account that a change moves to another band of consequence."""

    def __init__(self, kind: int, before: Standing, after: Standing) -> None:
        self.kind: int = kind
        """CALLED: its margin call begins. LIQUIDATED: its liquidation would. FREED: neither holds any longer."""
        self.before: Standing = before
        self.after: Standing = after


class Totals:
    """Accounts and their debts (10⁻⁸ USDT, as after the change) of one kind of change."""

    def __init__(self) -> None:
        self.accounts: int = 0
        self.liabilities: int = 0


def standings(core: Core) -> list[Standing]:
    """Return how every account with debts stands now, by the exact rule, in order of wallet. Changes nothing.

    The band is that of the figures, not the one last reported; of an account in liquidation it is FORCE_LIQUIDATION.
    """
    return [
        standing_of(core, wallet)
        for wallet in core.ledger.wallets
        if isinstance(wallet, MarginAccount) and wallet.debts
    ]


def standing_of(core: Core, account: MarginAccount) -> Standing:
    """Return how one indebted account stands (rules 5.2, 6.5, 7.2)."""
    valuer = core.risk.valuer
    sheet = valuer.judged(account)
    worth, owed = valuer.worth(sheet), valuer.owed(sheet)
    status = FORCE_LIQUIDATION if account.is_locked else core.risk.bands.status(account, worth, owed)
    pair = "" if account.pair is None else account.pair.symbol
    return Standing(
        account.user_id, account.wallet_id, account.mode, pair, sheet.assets, sheet.liabilities,
        level_of(worth, owed), status, account.is_locked,
    )  # fmt: skip


def differences(before: list[Standing], after: list[Standing]) -> list[Change]:
    """Return the accounts that are called, liquidated or freed `after` and were not `before`, in order of wallet.

    Both lists are of the same accounts in the same order. An account in liquidation is not among them.
    """
    assert len(before) == len(after), (len(before), len(after))
    found: list[Change] = []
    for position in range(len(before)):
        old, new = before[position], after[position]
        assert old.wallet_id == new.wallet_id, (old.wallet_id, new.wallet_id)
        kind = 0 if new.is_locked else _kind(old.status, new.status)
        if kind:
            found.append(Change(kind, old, new))
    return found


def _kind(old: int, new: int) -> int:
    """Return what a move from band to band is to the account's owner, 0 where nothing."""
    if old == new:
        return 0
    if new == FORCE_LIQUIDATION:
        return LIQUIDATED
    if new == MARGIN_CALL:
        return 0 if old == FORCE_LIQUIDATION else CALLED
    return FREED if old in (MARGIN_CALL, FORCE_LIQUIDATION) else 0


def totals_of(changes: list[Change]) -> dict[int, Totals]:
    """Return accounts and debts by kind of change, every kind included."""
    totals = {kind: Totals() for kind in KIND_NAMES}
    for change in changes:
        row = totals[change.kind]
        row.accounts += 1
        row.liabilities += change.after.liabilities
    return totals
