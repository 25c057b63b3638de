"""What the market shows of an asset: the input of the scheme."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from leverline.kernel.numbers import INDEX_ONE, RATIO_ONE, mul_div_down, value_down


@dataclass
class Measure:
    """Price, liquidity and volatility of one asset over a window of days."""

    price: int
    """Last price in USDT (10⁻¹²)."""
    daily_volume: int
    """Median traded value of a day (10⁻⁸ USDT)."""
    volatility: int
    """Median absolute change of the price from one day's close to the next, as a ratio (10⁻¹²)."""
    price_low: int = 0
    """Lowest price that a tick must still tell from its neighbours (10⁻¹²); 0 stands for `price`."""
    history_days: int | None = None
    """Days for which the asset has been traded; None where nobody knows, which counts against no asset."""

    @property
    def tick_price(self) -> int:
        """The price that a tick is made for (10⁻¹²)."""
        return self.price_low or self.price


def measure_days(
    closes: Sequence[int], volumes: Sequence[int], price_low: int = 0, history_days: int | None = None
) -> Measure:
    """Return the measure of an asset from its days, oldest first: closes in 10⁻¹² USDT, volumes in 10⁻⁸ base units.

    The days given may be a part of the asset's history, so `history_days` is a figure of its own.

        daily_volume = median(close × volume),  volatility = median(|close ÷ previous close − 1|)

    An even count takes the lower of the middle two; one day alone has no volatility.
    """
    assert len(closes) == len(volumes) and len(closes) > 0, f"{len(closes)} closes, {len(volumes)} volumes"
    assert min(closes) > 0, f"close of {min(closes)}"
    values = [value_down(volume, close) for close, volume in zip(closes, volumes, strict=True)]
    changes = [abs(mul_div_down(close, RATIO_ONE, previous) - RATIO_ONE) for previous, close in pairwise(closes)]
    return Measure(closes[-1], _lower_median(values), _lower_median(changes), price_low, history_days)


def measure_of_quote(daily_volume: int, history_days: int | None = None) -> Measure:
    """Return the measure of USDT itself, which has no market: it takes volume and history of the deepest one."""
    return Measure(INDEX_ONE, daily_volume, 0, history_days=history_days)


def _lower_median(numbers: Sequence[int]) -> int:
    return sorted(numbers)[(len(numbers) - 1) // 2] if numbers else 0
