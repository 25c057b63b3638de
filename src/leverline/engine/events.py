"""The events that the engine itself makes."""

from leverline.kernel.events import Event
from leverline.rulebook.refusals import Refusal


class Refused(Event):
    """The command was refused and changed nothing."""

    def __init__(self, refusal: Refusal, detail: str, kept: Refusal | None = None) -> None:
        self.refusal: Refusal = refusal
        self.detail: str = detail
        self.kept: Refusal | None = kept
        """Of a cancel-and-replace whose new order is refused: why the old one would have stayed anyway, or None."""


class ReplacementRefused(Event):
    """The order of a cancel-and-replace was cancelled, but its replacement was refused."""

    def __init__(self, order_id: int, refusal: Refusal, detail: str) -> None:
        self.order_id: int = order_id
        self.refusal: Refusal = refusal
        self.detail: str = detail


class CancelRefused(Event):
    """The order that a cancel-and-replace names was not cancelled; its replacement was placed anyway."""

    def __init__(self, user_id: int, pair: str, order_id: int, client_id: str, refusal: Refusal) -> None:
        self.user_id: int = user_id
        self.pair: str = pair
        self.order_id: int = order_id
        self.client_id: str = client_id
        self.refusal: Refusal = refusal
        """UNKNOWN_ORDER or CANCEL_RESTRICTED."""


class PendingRefused(Event):
    """A pending order of a list was refused when its turn came, and expires with those that belong to it."""

    def __init__(
        self, user_id: int, wallet_id: int, pair: str, list_id: int, order_id: int, refusal: Refusal, detail: str
    ) -> None:
        self.user_id: int = user_id
        self.wallet_id: int = wallet_id
        self.pair: str = pair
        self.list_id: int = list_id
        self.order_id: int = order_id
        self.refusal: Refusal = refusal
        self.detail: str = detail


class UserRegistered(Event):
    """A user exists."""

    def __init__(self, user_id: int, spot_wallet: int, vip_level: int, parent_id: int) -> None:
        self.user_id: int = user_id
        self.spot_wallet: int = spot_wallet
        self.vip_level: int = vip_level
        self.parent_id: int = parent_id


class UserChanged(Event):
    """A user's VIP level, permissions, suspension, switches or borrowing bar are now these."""

    def __init__(
        self, user_id: int, vip_level: int, permissions: int, is_suspended: bool,
        is_bnb_fee: bool, is_bnb_interest: bool, borrow_barred_until: int,
    ) -> None:  # fmt: skip
        self.user_id: int = user_id
        self.vip_level: int = vip_level
        self.permissions: int = permissions
        self.is_suspended: bool = is_suspended
        self.is_bnb_fee: bool = is_bnb_fee
        self.is_bnb_interest: bool = is_bnb_interest
        self.borrow_barred_until: int = borrow_barred_until


class ParametersScheduled(Event):
    """Figures of the rule set will change at a time: (path, value)."""

    def __init__(self, change_id: str, effective_time: int, changes: list[tuple[str, str]]) -> None:
        self.change_id: str = change_id
        self.effective_time: int = effective_time
        self.changes: list[tuple[str, str]] = changes


class ParametersChanged(Event):
    """Figures of the rule set are now others: (path, old, new)."""

    def __init__(self, change_id: str, changes: list[tuple[str, str, str]]) -> None:
        self.change_id: str = change_id
        self.changes: list[tuple[str, str, str]] = changes


class ParameterChangeWithdrawn(Event):
    """A scheduled change will not take effect."""

    def __init__(self, change_id: str) -> None:
        self.change_id: str = change_id


class ParameterChangeFailed(Event):
    """A scheduled change would have broken the rule set at its time and was dropped."""

    def __init__(self, change_id: str, reason: str) -> None:
        self.change_id: str = change_id
        self.reason: str = reason


class CoolingOffBegun(Event):
    """A user takes no new loan and no more leverage until this time (rule 13.4)."""

    def __init__(self, user_id: int, until: int) -> None:
        self.user_id: int = user_id
        self.until: int = until
