"""What operators command; `leverline.engine.commands` has these commands too, and says how they name things."""

from leverline.engine.command import Command


class SetVipLevel(Command):
    """An operator sets a VIP level; −1 returns to the daily computation (rule 8.4)."""

    def __init__(self, user_id: int, vip_level: int) -> None:
        self.user_id: int = user_id
        self.vip_level: int = vip_level


class SuspendUser(Command):
    """Suspend a user (no order, loan or transfer; cancel and repay go on), or lift it."""

    def __init__(self, user_id: int, is_suspended: bool) -> None:
        self.user_id: int = user_id
        self.is_suspended: bool = is_suspended


class LiftBorrowBar(Command):
    """An operator lets a user borrow again after a deficit (rule 8.5)."""

    def __init__(self, user_id: int) -> None:
        self.user_id: int = user_id


class WaiveLiquidationLoan(Command):
    """An operator gives up `amount` of what a user still owes of his liquidation loan (rule 16.5)."""

    def __init__(self, user_id: int, amount: int) -> None:
        self.user_id: int = user_id
        self.amount: int = amount


class SetPairStatus(Command):
    """An operator sets a pair to TRADING, HALTED, CANCEL_ONLY or REDUCE_ONLY."""

    def __init__(self, pair: str, status: int) -> None:
        self.pair: str = pair
        self.status: int = status


class HouseDeposit(Command):
    """World → house, the operator's own funds."""

    def __init__(self, asset: str, amount: int) -> None:
        self.asset: str = asset
        self.amount: int = amount


class SupplyPool(Command):
    """House → lending pool; a negative amount withdraws unlent supply."""

    def __init__(self, asset: str, amount: int) -> None:
        self.asset: str = asset
        self.amount: int = amount


class TopUpFund(Command):
    """House → insurance fund."""

    def __init__(self, asset: str, amount: int) -> None:
        self.asset: str = asset
        self.amount: int = amount


class ResumeBorrowing(Command):
    """An operator allows borrowing again once the fund is above its floor (rule 11.6)."""


class PauseLiquidation(Command):
    """An operator pauses the liquidation of a product, a mode of `leverline.margin.account`; 0 for all (rule 11.9)."""

    def __init__(self, product: int) -> None:
        self.product: int = product


class ResumeLiquidation(Command):
    """An operator lets a paused product be liquidated again; 0 for all."""

    def __init__(self, product: int) -> None:
        self.product: int = product


class TakeOverAccount(Command):
    """An operator has an account in liquidation taken over at once (rule 11.9)."""

    def __init__(self, user_id: int, kind: int, pair: str = "") -> None:
        self.user_id: int = user_id
        self.kind: int = kind
        self.pair: str = pair


class StopTrading(Command):
    """An operator stops all pairs, all borrowing and all liquidation at once (rule 13.7)."""


class ResumeTrading(Command):
    """An operator ends the stop: every pair is again what it was before."""


class ExcludeSource(Command):
    """An operator lets an index source count no more, for one asset or, with an empty one, for all (rule 2.6)."""

    def __init__(self, source: str, asset: str = "") -> None:
        self.source: str = source
        self.asset: str = asset


class IncludeSource(Command):
    """An operator takes back the exclusion of the same words."""

    def __init__(self, source: str, asset: str = "") -> None:
        self.source: str = source
        self.asset: str = asset


class ChangeParameters(Command):
    """Operators change figures of the rule set at `effective_time`, 0 for at once: (path, value) as texts.

    Paths are those of `leverline.rulebook.parameter_paths`, values as `parameter_values` writes them. A second command
    with the same `change_id` is refused.
    """

    def __init__(self, change_id: str, changes: list[tuple[str, str]], effective_time: int = 0) -> None:
        self.change_id: str = change_id
        self.changes: list[tuple[str, str]] = changes
        self.effective_time: int = effective_time


class WithdrawParameterChange(Command):
    """Operators withdraw a change of parameters before its time."""

    def __init__(self, change_id: str) -> None:
        self.change_id: str = change_id


class RestrictAsset(Command):
    """An operator closes an asset for longs with borrowed funds, or opens it again (rule 13.8)."""

    def __init__(self, asset: str, is_restricted: bool) -> None:
        self.asset: str = asset
        self.is_restricted: bool = is_restricted


class AnnounceDelisting(Command):
    """An operator announces that an asset, or a pair, is delisted at `removal` (rule 13.2).

    `name` is a pair if `is_pair`, else an asset, which takes all its pairs with it. From `borrow_stop` on nothing is
    lent of it, from `transfer_stop` on it comes into margin accounts only to meet debts; 0 is at once.
    """

    def __init__(self, name: str, is_pair: bool, removal: int, borrow_stop: int = 0, transfer_stop: int = 0) -> None:
        self.name: str = name
        self.is_pair: bool = is_pair
        self.removal: int = removal
        self.borrow_stop: int = borrow_stop
        self.transfer_stop: int = transfer_stop


class WithdrawDelisting(Command):
    """An operator takes an announced delisting back; its removal has not begun."""

    def __init__(self, name: str) -> None:
        self.name: str = name
