"""Which accounts can a price move touch? An index of prices at which an indebted account must be looked at again.

Every indebted account stands in the index of each asset that it holds or owes (USDT, whose price is fixed, excepted)
with the interval of prices inside which, as long as all its assets stay inside theirs, it cannot change its band
(`leverline.margin.reach`). The index only over-selects: the decision is always the exact rule.
"""

from typing import Final

from mypy_extensions import mypyc_attr

from leverline.ledger.ledger import Ledger
from leverline.margin.account import MarginAccount
from leverline.market.asset import Asset

KEY_BITS: Final = 13
"""A bucket is at most 2⁻¹² of the price wide."""
KEY_LEAST: Final = 1 << 11
KEY_MOST: Final = 1 << 15
"""The buckets of an asset are laid out anew when its price leaves this range of keys."""
GARBAGE_FACTOR: Final = 6
"""Buckets are swept when they hold this many times the entries that can be alive."""

NO_LOW: Final = 0
NO_HIGH: Final = 0


@mypyc_attr(acyclic=True)
class Trigger:
    """The prices of one asset at which one account must be looked at again; 0 where none."""

    def __init__(self, account: MarginAccount) -> None:
        self.account: MarginAccount = account
        self.low: int = NO_LOW
        """At or below this price."""
        self.high: int = NO_HIGH
        """At or above this price."""


class AssetTriggers:
    """All triggers of one asset, in buckets by price; an entry is alive while its trigger's price is in its bucket."""

    def __init__(self, asset: Asset) -> None:
        self.asset: Asset = asset
        self.is_stale: bool = asset.is_stale
        self.by_wallet: dict[int, Trigger] = {}
        self.lows: dict[int, list[Trigger]] = {}
        self.highs: dict[int, list[Trigger]] = {}
        self.entries: int = 0
        """Entries put into buckets since they were last laid out, dead ones included."""
        self.shift: int = max(asset.price.bit_length() - KEY_BITS, 0)
        self.key: int = asset.price >> self.shift
        """Bucket of the price at which the index stands."""

    def put(self, account: MarginAccount, low: int, high: int) -> None:
        """Set the prices at which `account` must be looked at again."""
        trigger = self.by_wallet.get(account.wallet_id)
        if trigger is None:
            trigger = Trigger(account)
            self.by_wallet[account.wallet_id] = trigger
        if low != trigger.low:
            is_new = trigger.low == NO_LOW or low >> self.shift != trigger.low >> self.shift
            trigger.low = low
            if low and is_new:
                self._enter(self.lows, low >> self.shift, trigger)
        if high != trigger.high:
            is_new = trigger.high == NO_HIGH or high >> self.shift != trigger.high >> self.shift
            trigger.high = high
            if high and is_new:
                self._enter(self.highs, high >> self.shift, trigger)

    def _enter(self, buckets: dict[int, list[Trigger]], key: int, trigger: Trigger) -> None:
        """Put an entry into its bucket."""
        bucket = buckets.get(key)
        if bucket is None:
            buckets[key] = [trigger]
        else:
            bucket.append(trigger)
        self.entries += 1

    def take_passed(self) -> list[MarginAccount]:
        """Move to the asset's present price and return the accounts whose trigger it has reached."""
        found: list[MarginAccount] = []
        price = self.asset.price
        key = price >> self.shift
        if key <= self.key:
            self._fire_lows(keys_between(self.lows, key, self.key), price, found)
        if key >= self.key:
            self._fire_highs(keys_between(self.highs, self.key, key), price, found)
        self.key = key
        is_off_range = key >= KEY_MOST or (key < KEY_LEAST and self.shift > 0)
        if is_off_range or self.entries > GARBAGE_FACTOR * len(self.by_wallet) + KEY_LEAST:
            found += self.lay_out()
        return found

    def _fire_lows(self, keys: list[int], price: int, found: list[MarginAccount]) -> None:
        """Take the triggers at or above `price` out of the low buckets; drop dead entries."""
        shift = self.shift
        for key in keys:
            kept: list[Trigger] = []
            for trigger in self.lows.pop(key):
                low = trigger.low
                if low >> shift == key and low:
                    if low >= price:
                        trigger.low = NO_LOW
                        found.append(trigger.account)
                    else:
                        kept.append(trigger)
            if kept:
                self.lows[key] = kept

    def _fire_highs(self, keys: list[int], price: int, found: list[MarginAccount]) -> None:
        """Take the triggers at or below `price` out of the high buckets; drop dead entries."""
        shift = self.shift
        for key in keys:
            kept: list[Trigger] = []
            for trigger in self.highs.pop(key):
                high = trigger.high
                if high >> shift == key and high:
                    if high <= price:
                        trigger.high = NO_HIGH
                        found.append(trigger.account)
                    else:
                        kept.append(trigger)
            if kept:
                self.highs[key] = kept

    def lay_out(self) -> list[MarginAccount]:
        """Lay the buckets out for the present price, with living entries only; return whose trigger it has passed.

        From there on only buckets that the price enters are looked into, which those of passed triggers are not.
        """
        price = self.asset.price
        self.shift = max(price.bit_length() - KEY_BITS, 0)
        self.key = price >> self.shift
        self.lows = {}
        self.highs = {}
        self.entries = 0
        alive: dict[int, Trigger] = {}
        passed: list[MarginAccount] = []
        for wallet_id, trigger in self.by_wallet.items():
            if is_exposed(trigger.account, self.asset.symbol):
                alive[wallet_id] = trigger
                if 0 < price <= trigger.low or 0 < trigger.high <= price:
                    passed.append(trigger.account)
                if trigger.low:
                    self._enter(self.lows, trigger.low >> self.shift, trigger)
                if trigger.high:
                    self._enter(self.highs, trigger.high >> self.shift, trigger)
        self.by_wallet = alive
        return passed


def is_exposed(account: MarginAccount, symbol: str) -> bool:
    """Whether an account owes anything and this asset counts in it, or may through its open orders."""
    if account.debts == 0 or account.orders:
        return account.debts > 0
    holding = account.holdings.get(symbol)
    return holding is not None and (holding.total > 0 or holding.debt > 0)


def keys_between(buckets: dict[int, list[Trigger]], low: int, high: int) -> list[int]:
    """Return the keys of the buckets from `low` to `high`, both included."""
    if high - low > len(buckets):
        return [key for key in buckets if low <= key <= high]
    return [key for key in range(low, high + 1) if key in buckets]


class TriggerIndex:
    """The triggers of all assets; touches in the ledger what must be valued again."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger: Ledger = ledger
        self.by_asset: dict[str, AssetTriggers] = {}

    def put(self, account: MarginAccount, asset: Asset, low: int, high: int) -> None:
        """Look at `account` again when `asset` falls to `low`, rises to `high` (0: never), or changes its staleness."""
        triggers = self.by_asset.get(asset.symbol)
        if triggers is None:
            triggers = AssetTriggers(asset)
            self.by_asset[asset.symbol] = triggers
        triggers.put(account, low, high)

    def moved(self, asset: Asset) -> None:
        """Touch the accounts that the present price or staleness of `asset` can have brought to another band."""
        triggers = self.by_asset.get(asset.symbol)
        if triggers is None:
            return
        if asset.is_stale != triggers.is_stale:
            triggers.is_stale = asset.is_stale
            triggers.lay_out()
            for trigger in triggers.by_wallet.values():
                self._touch(trigger.account)
            return
        for account in triggers.take_passed():
            self._touch(account)

    def _touch(self, account: MarginAccount) -> None:
        """Let an indebted account be valued; one in liquidation is watched by the liquidation itself."""
        if account.debts and not account.is_locked:
            self.ledger.touch(account)
