"""One asset as the venue trades it: its parameters and its index price (rule 2)."""

from leverline.rulebook.parameters import AssetParameters


class SourceQuote:
    """The latest price of one index source."""

    def __init__(self, price: int, weight: int, time: int) -> None:
        self.price: int = price
        self.weight: int = weight
        self.time: int = time


class Asset:
    """An asset with its index price. Prices are USDT in 10⁻¹²; 0 means that there never was one."""

    def __init__(self, parameters: AssetParameters) -> None:
        self.parameters: AssetParameters = parameters
        self.symbol: str = parameters.symbol
        self.sources: dict[str, SourceQuote] = {}
        self.excluded: list[str] = []
        """Sources that do not count for this asset (rule 2.6)."""
        self.price: int = 0
        """The index price; the last one while stale."""
        self.is_stale: bool = True
        self.price_held: int = 0
        """Values what is held for bands and liquidation: the index, or the best case while stale (rule 2.4)."""
        self.price_owed: int = 0
        """Values what is owed, likewise."""
        self.prudent_held: int = 0
        """Values what is held for borrowing and transfers: after a jump the less favourable price (rule 2.5)."""
        self.prudent_owed: int = 0
        self.jump_price: int = 0
        """The price before an unconfirmed jump, 0 when there is none."""
        self.jump_time: int = 0
        self.recent: list[tuple[int, int]] = []
        """(time, price) within the jump window, oldest first."""
        self.version: int = 0
        """Grows at each change of price or staleness, so that derived prices can be cached."""
        self.depth_value: int = 0
        """Value of the books' depth within the band, measured at each clock hour (rules 4.5, 8.5)."""
        self.is_borrow_stopped: bool = False
        """Derived from the delistings (rule 13.2), likewise the next two: nothing more is lent of it."""
        self.is_transfer_stopped: bool = False
        """Comes into a margin account only to meet a debt."""
        self.is_delisted: bool = False
        """Removed: no pair trades it."""
