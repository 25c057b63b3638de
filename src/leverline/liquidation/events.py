"""Events of liquidation: from the lock of an account to the last payment of the insurance fund (rule 11).

Levels are margin levels of 10⁻¹², 0 for none; values USDT of 10⁻⁸ at index. `mode` and `product` are the modes of
`leverline.margin.account`: the product whose business it was.
"""

from typing import Final

from leverline.kernel.events import Event

RECOVERED: Final = 1
"""Above the stop level as soon as its orders were cancelled: no sale, no fee."""
STOPPED_ABOVE: Final = 2
"""A repayment or a step brought the level above the stop level."""
CLOSED: Final = 3
"""All debts are repaid."""
TAKEOVER: Final = 4
SPARED: Final = 5
"""An index is stale and makes the difference: liquidatable at its last price, not at its best case (rule 2.4)."""

END_REASON_NAMES: Final = {
    RECOVERED: "recovered without sale",
    STOPPED_ABOVE: "stopped above the stop level",
    CLOSED: "all debts repaid",
    TAKEOVER: "takeover",
    SPARED: "spared while an index is stale",
}

CAUSE_LOW_LEVEL: Final = 1
CAUSE_TIME: Final = 2
CAUSE_NO_FILL: Final = 3
CAUSE_NO_HELP: Final = 4
CAUSE_BY_OPERATOR: Final = 5

TAKEOVER_CAUSE_NAMES: Final = {
    CAUSE_LOW_LEVEL: "assets hardly cover the debts",
    CAUSE_TIME: "time since the lock is over",
    CAUSE_NO_FILL: "rounds without a fill",
    CAUSE_NO_HELP: "no step improves the level",
    CAUSE_BY_OPERATOR: "by hand of an operator",
}


class LiquidationStarted(Event):
    """An account was locked, its orders cancelled; values before any sale."""

    def __init__(
        self, user_id: int, wallet_id: int, mode: int, pair: str, assets: int, liabilities: int, level: int
    ) -> None:
        self.user_id: int = user_id
        self.wallet_id: int = wallet_id
        self.mode: int = mode
        self.pair: str = pair
        """The pair of an isolated account, else empty."""
        self.assets: int = assets
        self.liabilities: int = liabilities
        self.level: int = level


class LiquidationStep(Event):
    """One step: collateral was traded for the debt's asset, which repaid debt (rule 11.2b).

    `value_given` is what the collateral leg gave, `value_repaid` the debt repaid, both at index: their difference, less
    commission and the fee, is slippage.
    """

    def __init__(self, user_id: int, wallet_id: int, mode: int, collateral: str, debt: str) -> None:
        self.user_id: int = user_id
        self.wallet_id: int = wallet_id
        self.mode: int = mode
        self.collateral: str = collateral
        self.debt: str = debt
        self.legs: list[tuple[str, bool, int, int]] = []
        """(pair, is buy, quantity, quote) of each order."""
        self.fee_asset: str = ""
        self.fee: int = 0
        self.interest: int = 0
        self.principal: int = 0
        self.value_given: int = 0
        self.value_fee: int = 0
        self.value_repaid: int = 0
        self.level_before: int = 0
        self.level_after: int = 0


class TakenOver(Event):
    """The liquidation account took debts and assets at a discount to index (rule 11.3)."""

    def __init__(self, user_id: int, wallet_id: int, mode: int, pair: str, cause: int) -> None:
        self.user_id: int = user_id
        self.wallet_id: int = wallet_id
        self.mode: int = mode
        self.pair: str = pair
        self.cause: int = cause
        self.assets: list[tuple[str, int]] = []
        """(asset, amount) in the order taken."""
        self.debts: list[tuple[str, int, int]] = []
        """(asset, interest, principal)."""
        self.legs: list[tuple[str, bool, int, int]] = []
        """What it comes to as trades against USDT, or in the account's own pair: (pair, is buy, quantity, quote).

        A sale of each asset taken at the discount, a purchase of each debt taken at index.
        """
        self.assets_value: int = 0
        """Of the assets taken, at index without the discount."""
        self.liabilities_value: int = 0
        self.surplus: int = 0
        """Value of the assets left to the user."""


class LiquidationEnded(Event):
    """An account left liquidation and is free again (rule 11.8)."""

    def __init__(self, user_id: int, wallet_id: int, reason: int, level: int) -> None:
        self.user_id: int = user_id
        self.wallet_id: int = wallet_id
        self.reason: int = reason
        self.level: int = level


class DeficitBooked(Event):
    """Assets could not repay debts (rule 11.5): `deficit` = `paid` by the fund + `unpaid`, which is then written off.

    What the fund cannot pay of a loss that is not realised stays open and is in none of the three.
    """

    def __init__(self, user_id: int, wallet_id: int, product: int, deficit: int, paid: int, unpaid: int) -> None:
        self.user_id: int = user_id
        """0 for a loss of unwinding."""
        self.wallet_id: int = wallet_id
        self.product: int = product
        self.deficit: int = deficit
        self.paid: int = paid
        self.unpaid: int = unpaid


class FundPaid(Event):
    """The insurance fund paid for a deficit, or in advance for a small debt; each payment is public (rule 11.7)."""

    def __init__(self, asset: str, amount: int, value: int, product: int, wallet_id: int) -> None:
        self.asset: str = asset
        self.amount: int = amount
        self.value: int = value
        self.product: int = product
        self.wallet_id: int = wallet_id


class LiquidationLoanMade(Event):
    """A Cross deficit left its user with a liquidation loan, or made it larger by `amount` (rule 16.5)."""

    def __init__(self, user_id: int, wallet_id: int, asset: str, amount: int, remaining: int) -> None:
        self.user_id: int = user_id
        self.wallet_id: int = wallet_id
        """His spot wallet, which owes it."""
        self.asset: str = asset
        self.amount: int = amount
        self.remaining: int = remaining


class LiquidationLoanRepaid(Event):
    """A user paid some of his liquidation loan, or, with `is_waived`, an operator gave it up (rule 16.5)."""

    def __init__(self, user_id: int, wallet_id: int, asset: str, amount: int, remaining: int, is_waived: bool) -> None:
        self.user_id: int = user_id
        self.wallet_id: int = wallet_id
        self.asset: str = asset
        self.amount: int = amount
        self.remaining: int = remaining
        self.is_waived: bool = is_waived


class WrittenOff(Event):
    """Venue deficit: debt that nobody will pay (rule 11.6); `value` is what it closes of the deficit. Public."""

    def __init__(self, asset: str, interest: int, principal: int, value: int, product: int, wallet_id: int) -> None:
        self.asset: str = asset
        self.interest: int = interest
        self.principal: int = principal
        self.value: int = value
        self.product: int = product
        self.wallet_id: int = wallet_id


class Unwound(Event):
    """The liquidation account traded to close what it took over."""

    def __init__(self, product: int, pair: str, is_buy: bool, quantity: int, quote: int) -> None:
        self.product: int = product
        self.pair: str = pair
        self.is_buy: bool = is_buy
        self.quantity: int = quantity
        self.quote: int = quote


class Swept(Event):
    """Profit of unwinding, or the rest of an advance, went to the fund (rule 11.5). A loss is a `DeficitBooked`."""

    def __init__(self, product: int, asset: str, amount: int) -> None:
        self.product: int = product
        self.asset: str = asset
        self.amount: int = amount


class BorrowBarred(Event):
    """A deficit bars its user from borrowing until this time (rule 8.5)."""

    def __init__(self, user_id: int, until: int) -> None:
        self.user_id: int = user_id
        self.until: int = until


class LiquidationPaused(Event):
    """An operator paused the liquidation of a product, or lets it go on (rule 11.9)."""

    def __init__(self, product: int, is_paused: bool) -> None:
        self.product: int = product
        self.is_paused: bool = is_paused


class GateClosed(Event):
    """Nothing leaves margin or the venue from here on, or still for another cause: a loss is unpaid (rule 11.10)."""

    def __init__(self, cause: int) -> None:
        self.cause: int = cause
        """NEGATIVE_ACCOUNT or VENUE_DEFICIT."""


class GateOpened(Event):
    """Transfers out of margin and withdrawals go on: no loss is unpaid."""

    def __init__(self, closed_since: int) -> None:
        self.closed_since: int = closed_since
