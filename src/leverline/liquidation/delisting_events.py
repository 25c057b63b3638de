"""Events of delistings (rule 13.2). `name` is the asset or the pair that is delisted; times in microseconds."""

from typing import Final

from leverline.kernel.events import Event

ANNOUNCED: Final = 1
BORROW_REMINDER: Final = 2
BORROW_STOPPED: Final = 3
TRANSFER_REMINDER: Final = 4
TRANSFER_STOPPED: Final = 5
REMOVAL_REMINDER: Final = 6
REMOVAL: Final = 7
REMOVED: Final = 8
WITHDRAWN: Final = 9

STAGE_NAMES: Final = {
    ANNOUNCED: "announced",
    BORROW_REMINDER: "borrowing stops soon",
    BORROW_STOPPED: "borrowing has stopped",
    TRANSFER_REMINDER: "transfers in stop soon",
    TRANSFER_STOPPED: "transfers in have stopped",
    REMOVAL_REMINDER: "removed soon",
    REMOVAL: "removal has begun",
    REMOVED: "removed",
    WITHDRAWN: "withdrawn",
}


class DelistingAnnounced(Event):
    """A delisting is planned, with these times."""

    def __init__(self, name: str, is_pair: bool, borrow_stop: int, transfer_stop: int, removal: int) -> None:
        self.name: str = name
        self.is_pair: bool = is_pair
        self.borrow_stop: int = borrow_stop
        self.transfer_stop: int = transfer_stop
        self.removal: int = removal


class DelistingReached(Event):
    """A delisting has come to a stage; the reminders before are stages too."""

    def __init__(self, name: str, stage: int) -> None:
        self.name: str = name
        self.stage: int = stage


class DelistingNoticeDue(Event):
    """A holder or debtor is to be told of a stage; `at` is when it is, or was, reached."""

    def __init__(self, user_id: int, wallet_id: int, name: str, stage: int, at: int) -> None:
        self.user_id: int = user_id
        self.wallet_id: int = wallet_id
        self.name: str = name
        self.stage: int = stage
        self.at: int = at


class HandedOver(Event):
    """A removal gave the liquidation account debts that could not be bought, or collateral that could not be sold.

    `assets` and `debts` moved at the prices of a takeover (rule 11.3).
    """

    def __init__(self, user_id: int, wallet_id: int, mode: int, name: str) -> None:
        self.user_id: int = user_id
        self.wallet_id: int = wallet_id
        self.mode: int = mode
        self.name: str = name
        self.assets: list[tuple[str, int]] = []
        """(asset, amount) in the order taken."""
        self.debts: list[tuple[str, int, int]] = []
        """(asset, interest, principal)."""


class DelistingSettled(Event):
    """An account holds and owes nothing any more of what is delisted."""

    def __init__(self, user_id: int, wallet_id: int, name: str, to_spot: list[tuple[str, int]]) -> None:
        self.user_id: int = user_id
        self.wallet_id: int = wallet_id
        self.name: str = name
        self.to_spot: list[tuple[str, int]] = to_spot
        """(asset, amount) moved to the spot wallet."""


class StakeSettled(Event):
    """The house closed debt of the liquidation account in a delisted asset, for `paid` USDT at index."""

    def __init__(self, product: int, asset: str, interest: int, principal: int, paid: int) -> None:
        self.product: int = product
        self.asset: str = asset
        self.interest: int = interest
        self.principal: int = principal
        self.paid: int = paid


class HouseBought(Event):
    """The house bought what the liquidation account held of a delisted asset, for `paid` USDT at index."""

    def __init__(self, product: int, asset: str, amount: int, paid: int) -> None:
        self.product: int = product
        self.asset: str = asset
        self.amount: int = amount
        self.paid: int = paid
