"""Events of margin accounts: opening, modes, status, margin calls; and of small exchanges with the house."""

from leverline.kernel.events import Event


class AccountOpened(Event):
    """A margin account was opened (or enabled again)."""

    def __init__(self, user_id: int, wallet_id: int, kind: int, pair: str, leverage: int) -> None:
        self.user_id: int = user_id
        self.wallet_id: int = wallet_id
        self.kind: int = kind
        self.pair: str = pair
        self.leverage: int = leverage


class AccountDisabled(Event):
    """An empty isolated account was disabled."""

    def __init__(self, user_id: int, wallet_id: int, pair: str) -> None:
        self.user_id: int = user_id
        self.wallet_id: int = wallet_id
        self.pair: str = pair


class ModeChanged(Event):
    """Mode or leverage of an account changed; `leverage` is 0 for Pro, the tier's number for isolated."""

    def __init__(self, user_id: int, wallet_id: int, mode: int, leverage: int) -> None:
        self.user_id: int = user_id
        self.wallet_id: int = wallet_id
        self.mode: int = mode
        self.leverage: int = leverage


class StatusChanged(Event):
    """An account moved to another band. `level` is the margin level in 10⁻¹², 0 for none (no debt)."""

    def __init__(self, user_id: int, wallet_id: int, old: int, new: int, level: int) -> None:
        self.user_id: int = user_id
        self.wallet_id: int = wallet_id
        self.old: int = old
        self.new: int = new
        self.level: int = level


class MarginCalled(Event):
    """A margin call notice is due: on entering the band and each 24 h while it lasts (rule 10.1)."""

    def __init__(self, user_id: int, wallet_id: int, level: int, is_repeated: bool) -> None:
        self.user_id: int = user_id
        self.wallet_id: int = wallet_id
        self.level: int = level
        self.is_repeated: bool = is_repeated


class DustConverted(Event):
    """A small balance was given for another asset, of which the house kept `charge` (rule 13.6)."""

    def __init__(
        self, user_id: int, wallet_id: int, asset: str, amount: int, received_asset: str, received: int, charge: int
    ) -> None:
        self.user_id: int = user_id
        self.wallet_id: int = wallet_id
        self.asset: str = asset
        self.amount: int = amount
        self.received_asset: str = received_asset
        self.received: int = received
        """What came in: the charge is off."""
        self.charge: int = charge


class SmallDebtExchanged(Event):
    """The house gave what a small debt was repaid with, for `paid` (rule 13.3)."""

    def __init__(self, user_id: int, wallet_id: int, asset: str, amount: int, paid_asset: str, paid: int) -> None:
        self.user_id: int = user_id
        self.wallet_id: int = wallet_id
        self.asset: str = asset
        self.amount: int = amount
        self.paid_asset: str = paid_asset
        self.paid: int = paid


class ConcentrationBanned(Event):
    """A user and his sub-accounts may only reduce their position on one side of an asset (rule 13.1)."""

    def __init__(self, user_id: int, asset: str, is_long: bool, position: int, value: int) -> None:
        self.user_id: int = user_id
        """The parent, or the user who has none."""
        self.asset: str = asset
        self.is_long: bool = is_long
        self.position: int = position
        self.value: int = value


class ConcentrationLifted(Event):
    """A ban ended: the position was cut, or nothing is owed any more (rule 13.1)."""

    def __init__(self, user_id: int, asset: str, is_long: bool) -> None:
        self.user_id: int = user_id
        self.asset: str = asset
        self.is_long: bool = is_long


class LongRestricted(Event):
    """An operator closed an asset for longs with borrowed funds, or opened it again (rule 13.8)."""

    def __init__(self, asset: str, is_restricted: bool) -> None:
        self.asset: str = asset
        self.is_restricted: bool = is_restricted


class CollateralCapReached(Event):
    """All margin accounts together hold more of an asset than its cap, or no longer do (rule 4.5)."""

    def __init__(self, asset: str, is_over: bool) -> None:
        self.asset: str = asset
        self.is_over: bool = is_over
