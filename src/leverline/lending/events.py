"""Events of lending: loans, repayments, interest and rates."""

from typing import Final

from leverline.kernel.events import Event

ON_BORROW: Final = 1
PERIODIC: Final = 2
ON_BORROW_CONVERTED: Final = 3
PERIODIC_CONVERTED: Final = 4

INTEREST_TYPE_NAMES: Final = {
    ON_BORROW: "ON_BORROW",
    PERIODIC: "PERIODIC",
    ON_BORROW_CONVERTED: "ON_BORROW_CONVERTED",
    PERIODIC_CONVERTED: "PERIODIC_CONVERTED",
}


class Borrowed(Event):
    """A loan was made; `order_id` names the order it was made for, or 0."""

    def __init__(self, user_id: int, wallet_id: int, asset: str, amount: int, order_id: int) -> None:
        self.user_id: int = user_id
        self.wallet_id: int = wallet_id
        self.asset: str = asset
        self.amount: int = amount
        self.order_id: int = order_id


class Repaid(Event):
    """A repayment, interest first; `order_id` names the order whose fill or end it came of, or 0."""

    def __init__(
        self, user_id: int, wallet_id: int, asset: str, interest: int, principal: int, is_liquidation: bool,
        order_id: int = 0,
    ) -> None:  # fmt: skip
        self.user_id: int = user_id
        self.wallet_id: int = wallet_id
        self.asset: str = asset
        self.interest: int = interest
        self.principal: int = principal
        self.is_liquidation: bool = is_liquidation
        self.order_id: int = order_id


class InterestCharged(Event):
    """One hour's charge on one debt (rule 3.6). `asset` is the loan's; `paid_asset` is BNB for the converted types."""

    def __init__(
        self, wallet_id: int, asset: str, paid_asset: str, principal: int, rate_hourly: int, amount: int, kind: int
    ) -> None:
        self.wallet_id: int = wallet_id
        self.asset: str = asset
        self.paid_asset: str = paid_asset
        self.principal: int = principal
        self.rate_hourly: int = rate_hourly
        self.amount: int = amount
        self.kind: int = kind


class RateSet(Event):
    """The hourly rate of an asset for the clock hour that begins (rule 3.4)."""

    def __init__(self, asset: str, hour: int, rate_hourly: int, utilisation: int) -> None:
        self.asset: str = asset
        self.hour: int = hour
        self.rate_hourly: int = rate_hourly
        self.utilisation: int = utilisation


class BorrowingStopped(Event):
    """Borrowing is stopped (or allowed again) for the whole venue (rule 11.6)."""

    def __init__(self, is_stopped: bool) -> None:
        self.is_stopped: bool = is_stopped
