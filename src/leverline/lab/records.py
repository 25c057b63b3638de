"""What the statistics of a replay are made of: liquidations, trades against the index, flows of the fund, samples."""

from dataclasses import dataclass, field
from typing import Final

from leverline.liquidation.events import RECOVERED, SPARED, TAKEOVER

REGULAR: Final = "regular"
TAKEN_OVER: Final = "takeover"
MIXED: Final = "mixed"
FREED: Final = "recovered"
ON_HOLD: Final = "spared"
OPEN: Final = "still open"
KINDS: Final = (REGULAR, TAKEN_OVER, MIXED, FREED, ON_HOLD, OPEN)
"""Regular: sales and repayments alone. Takeover: nothing was sold before. Mixed: sales, then takeover. Recovered: above
the stop level as soon as its orders were cancelled. Spared: an index went stale and its best case saves the account.
Still open: not over at the end of the replay."""


@dataclass
class Liquidation:
    """One liquidation from lock to end. Values are USDT of 10⁻⁸ at index."""

    user_id: int
    wallet_id: int
    mode: int
    pair: str
    started: int
    assets: int
    liabilities: int
    ended: int = 0
    reason: int = 0
    steps: int = 0
    fee: int = 0
    given: int = 0
    """Sold in the books or taken over."""
    left: int = 0
    """What a takeover left to the user."""
    deficit: int = 0
    paid: int = 0

    @property
    def kind(self) -> str:
        """Which of KINDS it is."""
        if not self.reason:
            return OPEN
        if self.reason == TAKEOVER:
            return MIXED if self.steps else TAKEN_OVER
        if self.reason == SPARED:
            return ON_HOLD
        return FREED if self.reason == RECOVERED else REGULAR


@dataclass
class Traded:
    """Fills of one asset in one direction, against the index at that moment. Values are USDT of 10⁻⁸."""

    fills: int = 0
    quantity: int = 0
    value: int = 0
    """At index."""
    slippage: int = 0
    """What the book gave less, or took more, than the index; negative when it was better."""

    def add(self, quantity: int, value: int, quote_value: int, is_buy: bool) -> None:
        """Count one fill."""
        self.fills += 1
        self.quantity += quantity
        self.value += value
        self.slippage += quote_value - value if is_buy else value - quote_value


@dataclass
class Flows:
    """Amounts by name, in value of USDT at index when they were booked (10⁻⁸)."""

    clearance_fees: int = 0
    unwinding_profit: int = 0
    interest_share: int = 0
    deficits_paid: int = 0
    unwinding_loss: int = 0
    top_up: int = 0
    loans_repaid: int = 0
    """What users paid of their liquidation loans (rule 16.5)."""


@dataclass
class Sample:
    """The venue at one moment. Values are USDT of 10⁻⁸."""

    time: int
    lead: int
    """Index of the lead asset relative to its first (10⁻¹²)."""
    spread: tuple[int, int, int]
    """The same of all assets: what a tenth of them is below, the median, what a tenth is above."""
    moves: tuple[int, ...]
    """The same of each asset in order of symbols, 0 before it has a price; empty where there are many."""
    status: tuple[int, int, int, int]
    """Margin accounts in each band, EXCESSIVE first."""
    emptied: int
    """Of those in the first band: what they had was taken over and nothing came in since."""
    liquidations: int
    """Begun so far."""
    sold: int
    taken_over: int
    deficits: int
    fund: int


@dataclass
class Totals:
    """Counters and sums of a replay. Values are USDT of 10⁻⁸ at index when they were booked."""

    margin_calls: int = 0
    margin_calls_repeated: int = 0
    loans: int = 0
    borrowed: int = 0
    repaid: int = 0
    interest: int = 0
    trades: int = 0
    traded: int = 0
    commission: int = 0
    sold: int = 0
    """Given up in regular steps."""
    taken_over: int = 0
    taken_over_debts: int = 0
    deficits: int = 0
    deficits_paid: int = 0
    unwinding_losses: int = 0
    unwinding_paid: int = 0
    """Of the losses of unwinding: paid by the fund. The rest is written off."""
    written_off: int = 0
    unwound: int = 0
    refusals: dict[str, int] = field(default_factory=dict)
