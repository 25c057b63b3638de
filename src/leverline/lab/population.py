"""Who trades on margin in a replay: accounts drawn from the seed.

All figures are ours, chosen to look like a retail venue: half of the accounts isolated, 40 % Classic, 10 % Pro; own
funds lognormal; leverage mostly 2x to 5x; three positions in four long; the larger markets preferred.
"""

from dataclasses import dataclass, field
from math import isqrt
from typing import Final

from leverline.kernel.numbers import UNIT
from leverline.lab.chance import Chance
from leverline.lab.listing import Listing
from leverline.margin.account import CLASSIC, ISOLATED_MODE, PRO
from leverline.parameters.scheme_pairs import SETTLEMENT

MODES: Final = ((50, ISOLATED_MODE), (40, CLASSIC), (10, PRO))
EQUITY: Final = {ISOLATED_MODE: (1_500, 1.3), CLASSIC: (6_000, 1.5), PRO: (40_000, 1.3)}
"""Own funds: median in USDT and sigma of the logarithm."""
EQUITY_BOUNDS: Final = (100, 5_000_000)
LEVERAGES: Final = {
    ISOLATED_MODE: ((12, 20), (28, 30), (16, 40), (24, 50), (12, 75), (8, 97)),
    CLASSIC: ((15, 15), (25, 20), (30, 27), (20, 38), (10, 46)),
    PRO: ((20, 30), (30, 50), (25, 80), (15, 120), (10, 170)),
}
"""(Weight, ten times assets ÷ own funds)."""
CLASSIC_3X_SHARE: Final = 0.4
CLASSIC_3X_MOST: Final = 29
LONG_SHARE: Final = 0.75
BASE_COLLATERAL_SHARE: Final = 0.25
"""Isolated longs that bring the base instead of USDT."""
COLLATERALS: Final = ((45, SETTLEMENT), (20, "BTC"), (15, "ETH"), (20, ""))
"""What cross accounts bring; empty stands for any asset."""
POSITIONS_MAX: Final = 4
BNB_SHARE: Final = 0.1
RANK_PRO_MAX: Final = 5
"""Pro accounts trade assets of this collateral rank or better, where there are any."""
FIRST_ACCOUNT: Final = 100_001
"""User id of the first account; the others follow."""


@dataclass
class Plan:
    """One user with one margin account, as he enters the replay. Values are USDT of 10⁻⁸."""

    user_id: int
    mode: int
    equity: int
    leverage: int
    """Ten times assets ÷ own funds."""
    collateral: str
    positions: list[tuple[str, bool, int]]
    """(asset, is long, value to buy or sell)."""
    classic_leverage: int = 5
    pair: str = ""
    """Of an isolated account."""
    is_bnb: bool = False
    added: int = 0
    """Value brought in after the start, at index of that moment."""
    wallets: list[int] = field(default_factory=list)
    """Spot and margin wallet, once open."""


class Population:
    """Draws accounts for the assets that have a price at the start."""

    def __init__(self, chance: Chance, listing: Listing, assets: list[str]) -> None:
        self.chance = chance
        self.parameters = listing.parameters
        self.assets = assets
        self.weighted = [(isqrt(listing.measures[asset].daily_volume // UNIT) + 1, asset) for asset in assets]
        self.good = [
            (weight, asset) for weight, asset in self.weighted if self.parameters.assets[asset].rank <= RANK_PRO_MAX
        ] or self.weighted

    def draw(self, count: int) -> list[Plan]:
        """Return `count` plans."""
        return [self.plan(FIRST_ACCOUNT + number) for number in range(count)]

    def plan(self, user_id: int) -> Plan:
        """Return one plan."""
        chance = self.chance
        mode = chance.weighted(MODES)
        least, most = EQUITY_BOUNDS
        equity = min(max(chance.lognormal(*EQUITY[mode]), least), most) * UNIT
        leverage = chance.weighted(LEVERAGES[mode])
        if mode == ISOLATED_MODE:
            plan = self.isolated(user_id, equity, leverage)
        else:
            plan = self.cross(user_id, mode, equity, leverage)
        plan.is_bnb = chance.whether(BNB_SHARE)
        return plan

    def isolated(self, user_id: int, equity: int, leverage: int) -> Plan:
        """Return a plan for the isolated account of one pair, within its family's leverage."""
        asset = self.chance.weighted(self.weighted)
        pair = self.parameters.pairs[asset + SETTLEMENT]
        leverage = min(leverage, pair.family.leverage * 97 // 10)
        is_long = self.chance.whether(LONG_SHARE) or not self.parameters.assets[asset].is_borrowable
        has_base = is_long and self.chance.whether(BASE_COLLATERAL_SHARE)
        value = equity * (leverage if is_long and not has_base else leverage - 10) // 10
        return Plan(
            user_id, ISOLATED_MODE, equity, leverage, asset if has_base else SETTLEMENT,
            [(asset, is_long, value)], pair=pair.symbol,
        )  # fmt: skip

    def cross(self, user_id: int, mode: int, equity: int, leverage: int) -> Plan:
        """Return a plan for a cross account with one to POSITIONS_MAX positions."""
        chance = self.chance
        classic = 5
        if mode == CLASSIC and chance.whether(CLASSIC_3X_SHARE):
            classic, leverage = 3, min(leverage, CLASSIC_3X_MOST)
        market = self.good if mode == PRO else self.weighted
        collateral = self.collateral(mode)
        count = chance.between(1, POSITIONS_MAX)
        total = equity * (leverage - 10) // 10
        positions = []
        for _ in range(count):
            asset = chance.weighted(market)
            is_long = chance.whether(LONG_SHARE) or not self.parameters.assets[asset].is_borrowable
            own = equity // count if is_long and collateral == SETTLEMENT else 0
            positions.append((asset, is_long, total // count + own))
        return Plan(user_id, mode, equity, leverage, collateral, positions, classic_leverage=classic)

    def collateral(self, mode: int) -> str:
        """Return what a cross account brings."""
        wanted = self.chance.weighted(COLLATERALS)
        if not wanted:
            wanted = self.chance.weighted(self.good if mode == PRO else self.weighted)
        known = wanted == SETTLEMENT or wanted in self.assets
        return wanted if known and self.parameters.assets[wanted].is_collateral else SETTLEMENT
