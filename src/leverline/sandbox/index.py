"""The sandbox index: what a driver says, moved by shocks, held by pins, published little by little.

    price of an asset = its pin, or else the driver's price × its level

Leading assets are published every second; the others take turns, so that each is heard well before rule 2.2 calls its
source silent. Whatever the user drives is published at once.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from leverline.engine.commands import PublishPrices
from leverline.kernel.decimals import RATIO_DECIMALS
from leverline.kernel.numbers import INDEX_ONE, RATIO_ONE
from leverline.kernel.time import SECOND
from leverline.market.index_board import USDT
from leverline.rulebook.parameters import VenueParameters
from leverline.sandbox.ports import IndexDriver, SandboxFault

SOURCE: Final = "sandbox"
"""Name of the index source."""
TURNS_MAX: Final = 5
"""Seconds after which every asset has had its turn, if the rules allow so long."""
PRICE_MAX: Final = 10**9 * INDEX_ONE
"""Highest price that can be driven to."""


class SandboxIndex:
    """Index prices (10⁻¹² USDT) of all assets but USDT, as published last and as they will be."""

    def __init__(self, parameters: VenueParameters, driver: IndexDriver, leading: Sequence[str]) -> None:
        self.driver = driver
        self.assets = [asset for asset in parameters.assets if asset != USDT]
        self.rules = parameters.index
        self.prices: dict[str, int] = {USDT: INDEX_ONE}
        """The latest price of each asset that ever had one."""
        self.pins: dict[str, int] = {}
        self.levels: dict[str, int] = {}
        """Ratio of 10⁻¹² by which an asset stands above what the driver says; one where it is missing."""
        self.told: dict[str, int] = {}
        """When each asset was last published."""
        self._bare: dict[str, int] = {}
        """What the driver last said."""
        self._speaking: Mapping[str, int] = {}
        """What it said in the last second."""
        self._leading = set(leading)

    @property
    def silence(self) -> int:
        """How long a source may be silent, in microseconds: the venue's, which changes where its parameters do."""
        return self.rules.source_silence

    @property
    def _turns(self) -> int:
        """In how many seconds all assets are published once."""
        return max(min(self.silence // (2 * SECOND), TURNS_MAX), 1)

    def step(self, now: int) -> PublishPrices:
        """Live through one second and return what is to be published at its end."""
        turns = self._turns
        turn = now // SECOND % turns
        news = self._speaking = self.driver.step(now)
        self._bare.update(news)
        due = []
        for place, asset in enumerate(self.assets):
            is_due = asset in self._leading or place % turns == turn
            if is_due and (asset in news or asset in self.pins):
                self.prices[asset] = self._price(asset)
                due.append(asset)
        return self.publish(due, now)

    def open(self, now: int) -> PublishPrices:
        """Live through the first second and return what publishes every asset that has a price."""
        news = self._speaking = self.driver.step(now)
        self._bare.update(news)
        due = [asset for asset in self.assets if asset in news or asset in self.pins]
        self.prices.update({asset: self._price(asset) for asset in due})
        return self.publish(due, now)

    def publish(self, assets: Sequence[str], now: int) -> PublishPrices:
        """Return the command that publishes the present prices of `assets`, as far as they have one."""
        rows = [(asset, self.prices[asset], 1) for asset in assets if asset in self.prices and asset != USDT]
        for asset, _, _ in rows:
            self.told[asset] = now
        return PublishPrices(SOURCE, rows)

    def is_live(self, asset: str, now: int) -> bool:
        """Whether the index of `asset` was heard in time."""
        return asset == USDT or (asset in self.told and now - self.told[asset] < self.silence)

    def pin(self, prices: Mapping[str, int]) -> dict[str, int]:
        """Hold each asset at its price until it is released; return where each goes. Raises SandboxFault."""
        for asset, price in prices.items():
            self._require(asset, price)
        self.pins.update(prices)
        return dict(prices)

    def shock(self, moves: Mapping[str, int]) -> dict[str, int]:
        """Move each asset by a share of its price (10⁻¹²: −0.2 is −200,000,000,000); return where each goes.

        A pinned asset is held where it has moved; any other goes on from there. Raises SandboxFault.
        """
        targets = {asset: self._moved(asset, move) for asset, move in moves.items()}
        for asset, target in targets.items():
            self._require(asset, target)
        for asset, target in targets.items():
            self._go(asset, target)
        return targets

    def release(self, assets: Sequence[str]) -> dict[str, int]:
        """Let assets go: a simulated one goes on from where it was pinned, any other returns to its source.

        Returns where each goes whose source speaks. Raises SandboxFault for an unknown asset.
        """
        for asset in assets:
            self._require(asset, 1)
        for asset in assets:
            held = self.pins.pop(asset, 0)
            if not self.driver.is_free:
                self.levels.pop(asset, None)
            elif held:
                self._go(asset, held)
        return {asset: self._price(asset) for asset in assets if asset in self._speaking}

    def settle(self, targets: Mapping[str, int]) -> None:
        """Make these the present prices, ahead of the second that would bring them."""
        self.prices.update(targets)

    def start(self, prices: Mapping[str, int], steps: int, now: int) -> None:
        """Go on from these prices."""
        known = {asset: prices[asset] for asset in self.assets if prices.get(asset, 0) > 0}
        self._bare = {asset: max(price * RATIO_ONE // self._level(asset), 1) for asset, price in known.items()}
        self.prices.update(known)
        self.prices.update(self.pins)
        self.driver.start(self._bare, steps, now)

    def state(self) -> dict[str, Any]:
        """Return pins and levels, as plain values."""
        return {"pins": dict(self.pins), "levels": dict(self.levels)}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` returned, but for assets that are no more."""
        self.pins = {asset: int(price) for asset, price in state.get("pins", {}).items() if asset in self.assets}
        self.levels = {asset: int(level) for asset, level in state.get("levels", {}).items() if asset in self.assets}

    def _price(self, asset: str) -> int:
        """Return what `asset` is worth now."""
        pinned = self.pins.get(asset)
        if pinned is not None:
            return pinned
        level = self.levels.get(asset)
        bare = self._bare[asset]
        return bare if level is None else min(max(bare * level // RATIO_ONE, 1), PRICE_MAX)

    def _level(self, asset: str) -> int:
        return self.levels.get(asset, RATIO_ONE)

    def _go(self, asset: str, target: int) -> None:
        """Let `asset` be at `target`, pinned or not."""
        if asset in self.pins:
            self.pins[asset] = target
        elif asset in self._bare:
            self.levels[asset] = max(target * RATIO_ONE // self._bare[asset], 1)

    def _moved(self, asset: str, move: int) -> int:
        """Return where a move by a share leads. Raises SandboxFault."""
        self._require(asset, 1)
        price = self.prices.get(asset)
        if price is None:
            raise SandboxFault(f"{asset} has no index price yet that could move")
        return price * (RATIO_ONE + move) // RATIO_ONE

    def _require(self, asset: str, price: int) -> None:
        """Raise SandboxFault unless `asset` can be at `price`."""
        if asset not in self.assets:
            what = "is the unit of all prices and stays at one" if asset == USDT else "is not in the catalogue"
            raise SandboxFault(f"{asset} {what}")
        if not 0 < price <= PRICE_MAX:
            raise SandboxFault(
                f"an index price of {asset} is above 0 and at most {PRICE_MAX // INDEX_ONE} USDT,"
                f" not {format_index(price)}"
            )


def format_index(price: int) -> str:
    """Return an index price as a decimal."""
    return f"{Decimal(price).scaleb(-RATIO_DECIMALS):f}"
