"""A slow book of one pair, written apart from the exchange: one list of orders, searched anew for every fill."""

from copy import deepcopy
from dataclasses import dataclass, field
from fractions import Fraction

from leverline.market import terms as t

UNIT = 10**8
PLENTY = 10**30
STOPS = (t.STOP_LOSS, t.STOP_LOSS_LIMIT, t.TAKE_PROFIT, t.TAKE_PROFIT_LIMIT)
MARKETS = (t.MARKET, t.STOP_LOSS, t.TAKE_PROFIT)
PROTECTION = Fraction(5, 100)


def down(number: Fraction) -> int:
    """Round toward minus infinity."""
    return number.numerator // number.denominator


def up(number: Fraction) -> int:
    """Round toward plus infinity."""
    return -down(-number)


def grid(number: Fraction, step: int) -> int:
    """Return the largest multiple of `step` that is at most `number`."""
    return down(number / step) * step


@dataclass
class Person:
    """One wallet: what is free and locked of base and quote, and how rule 9.6 treats it."""

    group: int
    base: int
    quote: int
    band: Fraction | None = None
    """None for a wallet without debt."""
    locked_base: int = 0
    locked_quote: int = 0


@dataclass
class Slip:
    """An order on paper."""

    number: int
    person: Person
    is_buy: bool
    kind: int
    quantity: int
    price: int
    quote: int
    stop: int
    force: int
    mode: int
    iceberg: int
    executed: int = 0
    spent: int = 0
    locked: int = 0
    shown: int = 0
    place: int = 0
    trail: int = 0
    """Basis points; 0 for an order that does not trail."""
    best: int = 0
    """The best price seen since it follows the price; 0 before."""
    reference: int = 0
    """The trigger price foreseen at placement, of a trailing order."""
    state: str = "new"
    """new, waiting, resting, ended."""

    @property
    def rest(self) -> int:
        """What is not yet executed."""
        return self.quantity - self.executed

    @property
    def is_rising(self) -> bool:
        """Whether its stop price lies above the market."""
        return self.is_buy == (self.kind in (t.STOP_LOSS, t.STOP_LOSS_LIMIT))

    def turn(self, best: int) -> int:
        """Return the price at which it is triggered when `best` is the best that it has seen."""
        share = Fraction(self.trail, 10_000)
        return up(best * (1 + share)) if self.is_buy else down(best * (1 - share))

    def foresee(self, last: int) -> int:
        """Return the price by which it locks, if it has no limit: of its trigger; 0 if it waits for none."""
        if not self.trail:
            return self.stop
        return self.reference or self.turn(self.stop or last)


@dataclass
class ReferenceBook:
    """The pair, its people and everything that happened."""

    tick: int
    step: int
    maker_fee: Fraction
    taker_fee: Fraction
    index: Fraction | None = None
    """None while stale."""
    last: int = 0
    slips: list[Slip] = field(default_factory=list)
    story: list[tuple[object, ...]] = field(default_factory=list)
    places: int = 0
    path: list[int] = field(default_factory=list)

    def opposite(self, slip: Slip) -> list[Slip]:
        """Return the resting orders `slip` could meet, the next first."""
        others = [other for other in self.slips if other.state == "resting" and other.is_buy != slip.is_buy]
        return sorted(others, key=lambda other: (other.price if slip.is_buy else -other.price, other.place))

    def protection(self, reference: int, is_buy: bool) -> int:
        """Return the price 5 % worse than `reference`, on the tick within it."""
        if is_buy:
            return grid(reference * (1 + PROTECTION), self.tick)
        return -grid(-reference * (1 - PROTECTION), self.tick)

    def need(self, slip: Slip) -> int | None:
        """Return what `slip` locks, or None if a market order has nobody to meet."""
        others = self.opposite(slip)
        if slip.kind == t.MARKET and not others:
            return None
        foreseen = slip.foresee(self.last)
        if not slip.price and not foreseen and not others:
            return None
        worst = slip.price or self.protection(foreseen or others[0].price, slip.is_buy)
        if slip.is_buy and slip.kind == t.MARKET and slip.quantity:
            fills = self.tried(slip, worst)
            return sum(up(Fraction(price * quantity, UNIT)) for price, quantity in fills.items())
        if slip.is_buy:
            return slip.quote or up(Fraction(worst * slip.quantity, UNIT))
        if slip.quantity:
            return slip.quantity
        left, base = slip.quote, 0
        for price, quantity in self.tried(slip, worst).items():
            part = min(quantity, grid(Fraction(left * UNIT, price), self.step))
            base += part
            left -= down(Fraction(price * part, UNIT))
        return base

    def tried(self, slip: Slip, worst: int) -> dict[int, int]:
        """Return price → quantity of the fills that `slip` would have, by letting it act on a copy of the book."""
        story, self.story = self.story, []
        book, twin = deepcopy((self, slip))
        self.story = story
        twin.price, twin.locked = worst, PLENTY
        twin.person.locked_base = twin.person.locked_quote = PLENTY
        book.match(twin)
        fills: dict[int, int] = {}
        for _, _, _, price, quantity in (row for row in book.story if row[0] == "trade"):
            fills[price] = fills.get(price, 0) + quantity
        return fills

    def touches(self, slip: Slip, price: int) -> bool:
        """Whether the last price `price` triggers the conditional `slip`."""
        return price >= slip.stop if slip.is_rising else price <= slip.stop

    def is_refused(self, slip: Slip) -> bool:
        """Whether `slip` would trigger or take at once, meets nobody, or lacks funds."""
        if slip.stop and self.last and self.touches(slip, self.last):
            return True
        if slip.trail and not slip.price and not slip.foresee(self.last):
            return True
        if slip.kind == t.LIMIT_MAKER and any(self.crosses(slip, other) for other in self.opposite(slip)):
            return True
        need = self.need(slip)
        return need is None or need > (slip.person.quote if slip.is_buy else slip.person.base)

    def crosses(self, slip: Slip, other: Slip) -> bool:
        """Whether the price of `other` is within the limit of `slip`."""
        return other.price <= slip.price if slip.is_buy else other.price >= slip.price

    def place_order(self, slip: Slip) -> None:
        """Lock funds, then match or wait, then run what was triggered."""
        need = self.need(slip)
        assert need is not None
        self.lock(slip, need)
        self.slips.append(slip)
        if slip.stop or slip.trail:
            slip.state = "waiting"
            slip.reference = slip.foresee(self.last) if slip.trail else 0
            slip.best = self.last if slip.trail and not slip.stop else 0
            return
        queue = [slip]
        while queue:
            self.path = []
            self.act(queue.pop(0))
            queue += self.triggered()

    def triggered(self) -> list[Slip]:
        """Return the waiting orders that the trades since `path` was emptied have touched, in the order of touching."""
        found: list[Slip] = []
        for price in self.path:
            waiting = [slip for slip in self.slips if slip.state == "waiting"]
            touched = [slip for slip in waiting if not slip.trail and self.touches(slip, price)]
            rising = [slip for slip in touched if slip.is_rising]
            falling = [slip for slip in touched if slip not in rising]
            found += sorted(falling, key=lambda slip: (-slip.stop, slip.number))
            found += sorted(rising, key=lambda slip: (slip.stop, slip.number))
            turned = self.turned([slip for slip in waiting if slip.trail], price)
            found += turned
            for slip in touched + turned:
                slip.state = "triggered"
        self.story += [("trigger", slip.number) for slip in found]
        return found

    def turned(self, trailing: list[Slip], price: int) -> list[Slip]:
        """Let every trailing order see a trade and return those that it triggers, each looked at by itself."""
        for slip in trailing:
            if slip.best:
                slip.best = min(slip.best, price) if slip.is_buy else max(slip.best, price)
            elif not slip.stop or self.touches(slip, price):
                slip.best = price
        follow = [slip for slip in trailing if slip.best]
        sells = [slip for slip in follow if not slip.is_buy and price <= slip.turn(slip.best)]
        buys = [slip for slip in follow if slip.is_buy and price >= slip.turn(slip.best)]
        sells.sort(key=lambda slip: (-slip.turn(slip.best), slip.number))
        buys.sort(key=lambda slip: (slip.turn(slip.best), slip.number))
        return sells + buys

    def amend(self, slip: Slip, quantity: int) -> None:
        """Leave less of an order in its place."""
        slip.quantity = quantity
        slip.shown = min(slip.shown, slip.rest)
        worst = slip.price or self.protection(slip.foresee(self.last), slip.is_buy)
        need = up(Fraction(worst * slip.rest, UNIT)) if slip.is_buy else slip.rest
        self.unlock(slip, max(slip.locked - need, 0))

    def act(self, slip: Slip) -> None:
        """Match `slip` as its terms say and decide what becomes of its rest."""
        is_market = slip.kind in MARKETS
        if is_market:
            others = self.opposite(slip)
            limit = self.protection(others[0].price if others else self.last, slip.is_buy)
            foreseen = slip.foresee(self.last)
            slip.price = min(limit, self.protection(foreseen, True)) if foreseen and slip.is_buy else limit
        if slip.force == t.FOK and not self.would_fill(slip):
            self.end(slip, t.EXPIRED, t.CAUSE_FOK_UNFILLED)
            return
        cause = self.match(slip)
        if slip.state == "ended":
            return
        if cause == "done":
            is_filled = slip.executed and not self.is_short(slip)
            self.end(slip, t.FILLED if is_filled else t.EXPIRED, t.CAUSE_NONE if is_filled else t.CAUSE_NO_LIQUIDITY)
        elif is_market:
            self.end(slip, t.EXPIRED, t.CAUSE_NO_LIQUIDITY if cause == "empty" else t.CAUSE_PROTECTION_PRICE)
        elif slip.force != t.GTC:
            self.end(slip, t.EXPIRED, t.CAUSE_IOC_REST)
        else:
            if slip.is_buy and slip.executed:
                self.unlock(slip, slip.locked - up(Fraction(slip.price * slip.rest, UNIT)))
            slip.shown = min(slip.iceberg or slip.rest, slip.rest)
            self.to_back(slip)
            slip.state = "resting"

    def is_short(self, slip: Slip) -> bool:
        """Whether a sale by quote amount has run out of base with more than a step to go."""
        if slip.quantity or slip.is_buy or slip.locked:
            return False
        return grid(Fraction((slip.quote - slip.spent) * UNIT, self.last), self.step) > self.step

    def match(self, slip: Slip) -> str:
        """Trade with one order after another; return why it stopped."""
        while True:
            others = self.opposite(slip)
            if not others:
                return "empty"
            other = others[0]
            if not self.crosses(slip, other):
                return "limit"
            wanted = self.wanted(slip, other.price)
            if wanted == 0:
                return "done"
            barred = self.barred(slip, other.price)
            if barred:
                self.end(slip, t.EXPIRED, barred)
                return "ended"
            if slip.person.group == other.person.group and slip.mode != t.STP_NONE:
                if slip.mode != t.EXPIRE_TAKER:
                    self.end(other, t.EXPIRED_IN_MATCH, t.CAUSE_SELF_TRADE)
                if slip.mode != t.EXPIRE_MAKER:
                    self.end(slip, t.EXPIRED_IN_MATCH, t.CAUSE_SELF_TRADE)
                    return "ended"
                continue
            barred = self.barred(other, other.price)
            if barred:
                self.end(other, t.EXPIRED, barred)
                continue
            self.trade(slip, other, min(wanted, other.shown))
            if slip.quantity and slip.rest == 0:
                return "done"

    def wanted(self, slip: Slip, price: int) -> int:
        """Return what `slip` still wants at `price`."""
        if slip.quantity:
            return slip.rest
        by_quote = grid(Fraction((slip.quote - slip.spent) * UNIT, price), self.step)
        return by_quote if slip.is_buy else min(by_quote, slip.locked)

    def barred(self, slip: Slip, price: int) -> int:
        """Return why rule 9.6 lets `slip` not trade at `price`, or 0."""
        band = slip.person.band
        if band is None:
            return 0
        if self.index is None:
            return t.CAUSE_STALE_INDEX
        is_bad = price > self.index * (1 + band) if slip.is_buy else price < self.index * (1 - band)
        return t.CAUSE_PRICE_BAND if is_bad else 0

    def would_fill(self, slip: Slip) -> bool:
        """Try it on a copy of the book: who could be met one after another."""
        queue = [[other, other.shown, other.rest] for other in self.opposite(slip) if self.crosses(slip, other)]
        left = slip.quantity
        while queue:
            queue.sort(key=lambda row: row[0].price if slip.is_buy else -row[0].price)
            other, shown, rest = queue.pop(0)
            if self.barred(slip, other.price):
                return False
            if slip.person.group == other.person.group and slip.mode != t.STP_NONE:
                if slip.mode == t.EXPIRE_MAKER:
                    continue
                return False
            if self.barred(other, other.price):
                continue
            left -= min(shown, left)
            if left == 0:
                return True
            if rest > shown:
                queue.append([other, min(other.iceberg, rest - shown), rest - shown])
        return False

    def trade(self, taker: Slip, maker: Slip, quantity: int) -> None:
        """Exchange funds, in-kind fees down."""
        price = maker.price
        paid = down(Fraction(price * quantity, UNIT))
        buyer, seller = (taker, maker) if taker.is_buy else (maker, taker)
        buyer.locked -= paid
        buyer.person.locked_quote -= paid
        seller.locked -= quantity
        seller.person.locked_base -= quantity
        buyer.person.base += quantity - down(quantity * (self.taker_fee if buyer is taker else self.maker_fee))
        seller.person.quote += paid - down(paid * (self.taker_fee if seller is taker else self.maker_fee))
        for slip in (taker, maker):
            slip.executed += quantity
            slip.spent += paid
        self.story.append(("trade", taker.number, maker.number, price, quantity))
        self.last = price
        self.path.append(price)
        maker.shown -= quantity
        if maker.rest == 0:
            self.end(maker, t.FILLED, t.CAUSE_NONE)
        elif maker.shown == 0:
            maker.shown = min(maker.iceberg, maker.rest)
            self.to_back(maker)

    def to_back(self, slip: Slip) -> None:
        """Give `slip` the last place."""
        self.places += 1
        slip.place = self.places

    def lock(self, slip: Slip, amount: int) -> None:
        """Free → locked."""
        slip.locked += amount
        if slip.is_buy:
            slip.person.quote -= amount
            slip.person.locked_quote += amount
        else:
            slip.person.base -= amount
            slip.person.locked_base += amount

    def unlock(self, slip: Slip, amount: int) -> None:
        """Locked → free."""
        self.lock(slip, -amount)

    def end(self, slip: Slip, status: int, cause: int) -> None:
        """Out of the book with its funds."""
        self.unlock(slip, slip.locked)
        slip.state = "ended"
        self.story.append(("end", slip.number, status, cause))

    def shown_levels(self, is_buy: bool) -> list[tuple[int, int]]:
        """Return what one side shows, by price."""
        side = [slip for slip in self.slips if slip.state == "resting" and slip.is_buy == is_buy]
        prices = sorted({slip.price for slip in side}, reverse=is_buy)
        return [(price, sum(slip.shown for slip in side if slip.price == price)) for price in prices]
