"""House makers: one per pair, who quotes both sides around the index, thinner and wider as volatility rises.

    heat   = moving mean of the index's relative moves from step to step (weight of the newest: 1 ÷ HEAT_WEIGHT)
    width  = calm width + heat ÷ HEAT_WIDTH;   level i stands LADDER[i] × width from the index
    depth  = calm depth × min(1, (calm limit ÷ heat)²), at least DEPTH_LEAST, split over the levels by SHARES
    calm depth = DEPTH_SHARE of the asset's usual daily volume, calm limit = 1.5 × the usual move

What is usual is what could be known by then (`measuring`). A quote stands until the index moved by half a width, its
heat halved or doubled (but for a usual move), or somebody traded with it. Quoting again within one step brings 1 ÷ 2,
1 ÷ 3 … of the depth: what was eaten does not grow back at once.
"""

from collections.abc import Iterable
from typing import Final

from leverline.bars.window import Track
from leverline.engine.commands import Deposit, MassQuote, RegisterUser
from leverline.kernel.numbers import BOOK_PER_INDEX, INDEX_ONE, UNIT
from leverline.lab.listing import Listing
from leverline.lab.measuring import PPM, Usual
from leverline.lab.session import Session
from leverline.ledger.wallet import SPOT
from leverline.parameters.scheme_pairs import SETTLEMENT
from leverline.rulebook.parameters import PairParameters

LADDER: Final = (1, 4, 10, 22, 45)
SHARES: Final = (10, 15, 20, 25, 30)
"""Per cent of the depth at each level."""
DEPTH_SHARE: Final = 250
"""Calm depth of a side is one part in so many of a usual day's volume."""
DEPTH_VALUE_MIN: Final = 20_000 * UNIT
DEPTH_LEAST: Final = 50
"""Depth is never thinner than one part in so many."""
HEAT_SCALE: Final = 16
HEAT_WEIGHT: Final = 4
HEAT_WIDTH: Final = 4
MOVE_LEAST: Final = 20
"""Least usual move, and four times the least half-spread, in millionths."""
RESERVE: Final = 500
"""A maker is funded with so many times its calm depth."""
FIRST_MAKER: Final = 1
"""User id of the first maker; the others follow."""


class Quoter:
    """The maker of one pair. Prices are index prices of 10⁻¹², moves and widths millionths."""

    def __init__(self, user_id: int, asset: str, pair: PairParameters, usual: Usual) -> None:
        self.user_id = user_id
        self.asset = asset
        self.pair = pair
        self.depth = 0
        """Calm value of one side, 10⁻⁸ USDT."""
        self.usual = 0
        """The usual move of the index."""
        self.price = 0
        self.heat = 0
        """HEAT_SCALE × the mean move."""
        self.quoted_price = 0
        """Index price of the standing quote, 0 for none."""
        self.quoted_heat = 0
        self.refills = 0
        """How often it quoted again within the present step."""
        self.base_funds = 0
        self.quote_funds = 0
        self.settle(usual)

    def settle(self, usual: Usual) -> None:
        """Take over what is usual of the asset now."""
        self.depth = max(usual.daily_volume // DEPTH_SHARE, DEPTH_VALUE_MIN)
        self.usual = max(usual.move, MOVE_LEAST)

    def move(self, price: int) -> bool:
        """Note the next index price; return whether the quote must follow."""
        if self.price:
            moved = abs(price - self.price) * PPM // self.price
            self.heat += (moved * HEAT_SCALE - self.heat) // HEAT_WEIGHT
        self.price = price
        self.refills = 0
        quoted = self.quoted_price
        return (
            quoted == 0
            or abs(price - quoted) * 2 * PPM > quoted * self.width()
            or self.heat > 2 * self.quoted_heat + HEAT_SCALE * self.usual
            or 2 * self.heat + HEAT_SCALE * self.usual < self.quoted_heat
        )

    def width(self) -> int:
        """Return the half-spread."""
        return self.usual // 4 + MOVE_LEAST + self.heat // (HEAT_SCALE * HEAT_WIDTH)

    def side_value(self) -> int:
        """Return the value of one side of the quote now, 10⁻⁸ USDT."""
        calm = 3 * self.usual * HEAT_SCALE
        heat = 2 * self.heat
        value = self.depth * calm * calm // (heat * heat) if heat > calm else self.depth
        return max(value, self.depth // DEPTH_LEAST) // (1 + self.refills)

    def command(self) -> MassQuote:
        """Return the quote for the present index."""
        self.quoted_price = self.price
        self.quoted_heat = self.heat
        width, value = self.width(), self.side_value()
        bids: list[tuple[int, int]] = []
        asks: list[tuple[int, int]] = []
        bid_limit, ask_limit = self.pair.price_max + 1, 0
        for rung, share in zip(LADDER, SHARES, strict=True):
            level_value = value * share // 100
            bid = self.level(self.price * (PPM - min(rung * width, PPM)) // PPM, False, bid_limit)
            ask = self.level(self.price * (PPM + rung * width) // PPM, True, ask_limit)
            self.put(bids, bid, level_value)
            self.put(asks, ask, level_value)
            bid_limit, ask_limit = bid, ask
        return MassQuote(self.user_id, SPOT, self.pair.symbol, bids, asks)

    def level(self, price: int, is_ask: bool, limit: int) -> int:
        """Return the book price of a level, on the tick away from the index and beyond the level before."""
        tick = self.pair.tick_size
        if is_ask:
            book = -(-price // BOOK_PER_INDEX)
            return max(book + -book % tick, limit + tick if limit else 0)
        book = price // BOOK_PER_INDEX
        return min(book - book % tick, limit - 1 - (limit - 1) % tick)

    def put(self, levels: list[tuple[int, int]], price: int, value: int) -> None:
        """Add a level if its price and size are ones that the pair takes."""
        pair = self.pair
        if not pair.price_min <= price <= pair.price_max:
            return
        quantity = min(min(value, pair.notional_max) * UNIT // price, pair.quantity_max)
        quantity -= quantity % pair.step_size
        if quantity >= pair.quantity_min and quantity * price // UNIT >= pair.notional_min:
            levels.append((price, quantity))


class Makers:
    """All house makers."""

    def __init__(self, session: Session, listing: Listing, tracks: list[Track]) -> None:
        self.session = session
        self.by_asset: dict[str, Quoter] = {}
        self.by_pair: dict[str, Quoter] = {}
        for place, track in enumerate(tracks):
            pair = session.parameters.pairs[track.asset + SETTLEMENT]
            quoter = Quoter(FIRST_MAKER + place, track.asset, pair, listing.gauges[track.asset].usual)
            self.by_asset[track.asset] = quoter
            self.by_pair[pair.symbol] = quoter
        self.learning = {asset: gauge for asset, gauge in listing.gauges.items() if gauge.is_learning}
        """Assets of which nothing was known before the window."""

    def open(self) -> None:
        """Register the makers and fund their USDT side."""
        for quoter in self.by_asset.values():
            self.session.must(RegisterUser(quoter.user_id))
            self.fund_quote(quoter)

    def fund_quote(self, quoter: Quoter) -> None:
        """See that a maker has the USDT for its depth."""
        missing = RESERVE * quoter.depth - quoter.quote_funds
        if missing > 0:
            self.session.must(Deposit(quoter.user_id, SETTLEMENT, missing))
            quoter.quote_funds += missing

    def learn(self) -> None:
        """Let makers who knew nothing of their asset take in the bars that are over."""
        for asset, gauge in self.learning.items():
            if gauge.learn(self.session.time):
                self.by_asset[asset].settle(gauge.usual)
                self.fund_quote(self.by_asset[asset])

    def follow(self, prices: Iterable[tuple[str, int]]) -> None:
        """Let the makers of these assets follow the index."""
        self.learn()
        for asset, price in prices:
            quoter = self.by_asset[asset]
            if quoter.move(price):
                self.quote(quoter)

    def refill(self, pairs: Iterable[str]) -> None:
        """Quote again where somebody traded."""
        for symbol in pairs:
            quoter = self.by_pair.get(symbol)
            if quoter is not None and quoter.quoted_price:
                quoter.refills += 1
                self.quote(quoter)

    def withdraw(self, asset: str) -> None:
        """Take all quotes of an asset out of the book."""
        quoter = self.by_asset.get(asset)
        if quoter is not None and quoter.quoted_price:
            quoter.quoted_price = 0
            self.session.send(MassQuote(quoter.user_id, SPOT, quoter.pair.symbol, [], []))

    def quote(self, quoter: Quoter) -> None:
        """Send a maker's quote; a fall in price may call for more of the base than it was funded with."""
        command = quoter.command()
        needed = sum(quantity for _, quantity in command.asks)
        if 2 * needed > quoter.base_funds:
            funds = RESERVE * (needed or quoter.depth * INDEX_ONE // quoter.price)
            self.session.must(Deposit(quoter.user_id, quoter.asset, funds))
            quoter.base_funds += funds
        self.session.send(command)
