"""Random days of the small venue: traders of all modes, makers, moving prices, passing time; some of it refused."""

import random
from collections.abc import Callable

from tests.engine.world import MAKER, PRICES, START, World, ratio

from leverline.engine.commands import (
    AdvanceTime,
    AmendOrder,
    AnnounceDelisting,
    Borrow,
    CancelAllOrders,
    CancelOrderList,
    ChangeParameters,
    CloseAccount,
    ClosePosition,
    Command,
    CoolOff,
    Deposit,
    MassQuote,
    OpenMarginAccount,
    PlaceOrder,
    PlaceOrderList,
    PublishPrices,
    Repay,
    RepayAll,
    RestrictAsset,
    SellOut,
    SetBnbSwitches,
    SetLeverage,
    SetVipLevel,
    SupplyPool,
    SwitchMode,
    Transfer,
    WithdrawDelisting,
)
from leverline.kernel.numbers import UNIT
from leverline.kernel.time import DAY, SECOND
from leverline.ledger.wallet import CROSS, ISOLATED, SPOT
from leverline.margin.account import CLASSIC, PRO
from leverline.market.terms import (
    LIMIT,
    LIMIT_MAKER,
    MARGIN_BUY,
    MARKET,
    OCO,
    OPO,
    OPOCO,
    OTO,
    OTOCO,
    STOP_LOSS,
    STOP_LOSS_LIMIT,
    TAKE_PROFIT,
    TAKE_PROFIT_LIMIT,
)
from leverline.rulebook.parameters import VenueParameters

FIGURES = (
    ("asset.BTC.trade_band", 10**10, 5 * 10**10), ("asset.ETH.rank", 1, 10),
    ("pro.margin_call_level", 11 * 10**11, 14 * 10**11), ("pair.BTCUSDT.margin_call_ratio", 10**12, 11 * 10**11),
    ("classic.5.margin_call_ratio", 11 * 10**11, 12 * 10**11), ("liquidation.round_interval", SECOND, 10 * SECOND),
    ("trading.narrow_band", 10**9, 5 * 10**10), ("notices.margin_call_interval", SECOND, 86_400 * SECOND),
)  # fmt: skip
"""Paths of figures, with the range that a change draws from: of some nothing would be sound."""

TRADERS = range(21, 29)
KINDS = (SPOT, CROSS, ISOLATED)
TICKS = {"BTC": 10**6, "ETH": 10**6}
STEPS = {"BTC": 10**3, "ETH": 10**4}


class RandomDays:
    """Makes commands one by one; the same generator gives the same commands."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.time = START
        self.prices = {asset: ratio(price) for asset, price in PRICES.items()}
        self.acts: list[tuple[Callable[[], Command], int]] = [
            (self.order, 24), (self.lever, 12), (self.quote, 20), (self.price, 14), (self.borrow, 6),
            (self.transfer, 8), (self.repay, 6), (self.pause, 10), (self.cancel, 4), (self.change, 4), (self.supply, 2),
            (self.order_list, 10), (self.cancel_list, 3),
            (self.trail, 8), (self.amend, 8),
            (self.parameters, 2),
            (self.close, 3),
            (self.delist, 2), (self.cool_off, 1),
        ]  # fmt: skip

    def next(self) -> tuple[Command, int]:
        """Return the next command and its time."""
        self.time += self.rng.choice((0, 0, 1, 1_000, SECOND, 20 * SECOND))
        act = self.rng.choices([act for act, _ in self.acts], [weight for _, weight in self.acts])[0]
        return act(), self.time

    def take(self, count: int) -> list[tuple[Command, int]]:
        """Return the next `count` commands with their times."""
        return [self.next() for _ in range(count)]

    def parameters(self) -> Command:
        """A change of some figure, at once or a while ahead; its id is known already now and then."""
        rng = self.rng
        path, least, most = rng.choice(FIGURES)
        time = rng.choice((0, 0, self.time + 1, self.time + 60 * SECOND))
        return ChangeParameters(f"change {rng.randrange(1_000)}", [(path, str(rng.randrange(least, most)))], time)

    def crash(self) -> list[tuple[Command, int]]:
        """Return a fall of BTC by a half, step by step, in which time passes, and its way back."""
        found: list[tuple[Command, int]] = []
        for percent in (90, 80, 75, 65, 50, 70, 100):
            self.prices["BTC"] = ratio(PRICES["BTC"]) * percent // 100
            self.time += 5 * SECOND
            found.append((PublishPrices("house", [("BTC", self.prices["BTC"], 1)]), self.time))
            self.time += 20 * SECOND
            found += [(AdvanceTime(), self.time), (self.quote(), self.time)]
        return found

    def open(self, rules: VenueParameters | None = None) -> World:
        """Return a venue with a maker and eight traders, each with three accounts, long or short in the cross one."""
        world = World(rules, fund="20000")
        for user_id in TRADERS:
            world.user(user_id, USDT="40000", BTC="1", ETH="10", BNB="5")
            world.send(OpenMarginAccount(user_id, CROSS), OpenMarginAccount(user_id, ISOLATED, "BTCUSDT"))
            for kind in (CROSS, ISOLATED):
                world.send(Transfer(user_id, "USDT", 10_000 * UNIT, SPOT, kind, "", "BTCUSDT"))
        world.maker()
        world.maker("ETHUSDT", "2999", "3001")
        for user_id in TRADERS:
            is_buy = user_id % 2 == 0
            world.send(PlaceOrder(user_id, CROSS, "BTCUSDT", is_buy, MARKET, UNIT * 6 // 10, side_effect=MARGIN_BUY))
        self.time = world.time
        return world

    def pair(self) -> tuple[str, str, int]:
        """Return a pair, its base, and the base's index as a book price."""
        base = self.rng.choice(("BTC", "BTC", "ETH"))
        return base + "USDT", base, self.prices[base] // 10**4

    def wallet(self, kinds: tuple[int, ...] = KINDS) -> tuple[int, int, str]:
        """Return a user, a kind of wallet, and the pair that goes with it."""
        kind = self.rng.choice(kinds)
        return self.rng.choice(TRADERS), kind, "BTCUSDT" if kind == ISOLATED else ""

    def size(self, base: str, price: int, dollars: int) -> int:
        """Return a quantity on the grid worth up to so many USDT."""
        return max(1, self.rng.randrange(1, dollars) * UNIT * UNIT // price // STEPS[base]) * STEPS[base]

    def order(self) -> Command:
        """Any kind of order near the index, from any wallet, with any side effect."""
        rng = self.rng
        user_id, kind, own = self.wallet()
        symbol, base, price = ("BTCUSDT", "BTC", self.prices["BTC"] // 10**4) if own else self.pair()
        near = price * rng.randrange(970, 1030) // 1000 // TICKS[base] * TICKS[base]
        order_type = rng.choice((LIMIT, LIMIT, MARKET, LIMIT_MAKER, STOP_LOSS_LIMIT))
        quantity = self.size(base, price, 30_000)
        return PlaceOrder(
            user_id, kind, symbol, rng.random() < 0.5, order_type, quantity, 0 if order_type == MARKET else near,
            stop_price=near if order_type == STOP_LOSS_LIMIT else 0,
            time_in_force=rng.choice((1, 1, 2, 3)) if order_type == LIMIT else 1, self_trade=rng.randrange(5),
            side_effect=0 if kind == SPOT else rng.randrange(4), is_repaid_at_cancel=rng.random() < 0.8,
            client_id=rng.choice(("", "", "", "mine")),
        )  # fmt: skip

    def order_list(self) -> Command:
        """A list of any shape around the index, from any wallet."""
        rng = self.rng
        user_id, kind, own = self.wallet()
        symbol, base, price = ("BTCUSDT", "BTC", self.prices["BTC"] // 10**4) if own else self.pair()
        shape = rng.choice((OCO, OCO, OTO, OTOCO, OPO, OPOCO))
        side_effect, is_repaid = 0 if kind == SPOT else rng.randrange(4), rng.random() < 0.8
        is_buy = shape in (OPO, OPOCO) or rng.random() < 0.5
        quantity = self.size(base, price, 30_000)

        def place(is_buy: bool, order_type: int, size: int, low: int, high: int, is_stop: bool = False) -> PlaceOrder:
            near = price * rng.randrange(low, high) // 1000 // TICKS[base] * TICKS[base]
            is_market = order_type in (STOP_LOSS, TAKE_PROFIT, MARKET)
            delta = rng.choice((0, 0, 0, 50, 200)) if order_type in (STOP_LOSS, STOP_LOSS_LIMIT) else 0
            return PlaceOrder(
                user_id, kind, symbol, is_buy, order_type, size, 0 if is_market else near,
                stop_price=near if is_stop and not delta else 0, side_effect=side_effect,
                is_repaid_at_cancel=is_repaid, trailing_delta=delta,
            )  # fmt: skip

        def pair(is_buy: bool, size: int) -> list[PlaceOrder]:
            stop, target = rng.choice((STOP_LOSS, STOP_LOSS_LIMIT)), rng.choice((LIMIT_MAKER, TAKE_PROFIT_LIMIT))
            above, below = (stop, target) if is_buy else (target, stop)
            return [
                place(is_buy, above, size, 1002, 1040, above != LIMIT_MAKER),
                place(is_buy, below, size, 960, 998, below != LIMIT_MAKER),
            ]

        if shape == OCO:
            legs = pair(is_buy, quantity)
            rng.choice(legs).client_id = rng.choice(("", "mine"))
            return PlaceOrderList(OCO, legs, rng.choice(("", "list")))
        low, high = (992, 1006) if is_buy else (994, 1008)
        orders = [place(is_buy, rng.choice((LIMIT, LIMIT, LIMIT_MAKER)), quantity, low, high)]
        size = 0 if shape in (OPO, OPOCO) else quantity
        if shape in (OTOCO, OPOCO):
            return PlaceOrderList(shape, orders + pair(not is_buy, size))
        return PlaceOrderList(shape, [*orders, place(not is_buy, rng.choice((LIMIT, MARKET)), size, 980, 1020)])

    def cancel_list(self) -> Command:
        """A list by its number, often one that is done, or somebody else's."""
        user_id, kind, own = self.wallet()
        return CancelOrderList(user_id, kind, own or self.pair()[0], self.rng.randrange(1, 40))

    def trail(self) -> Command:
        """A trailing order, with and without a price from which on it follows, with any side effect."""
        rng = self.rng
        user_id, kind, own = self.wallet()
        symbol, base, price = ("BTCUSDT", "BTC", self.prices["BTC"] // 10**4) if own else self.pair()
        order_type = rng.choice((STOP_LOSS, STOP_LOSS_LIMIT, TAKE_PROFIT_LIMIT))
        near = [price * rng.randrange(970, 1030) // 1000 // TICKS[base] * TICKS[base] for _ in range(2)]
        return PlaceOrder(
            user_id, kind, symbol, rng.random() < 0.5, order_type, self.size(base, price, 10_000),
            0 if order_type == STOP_LOSS else near[0], stop_price=rng.choice((0, near[1])),
            side_effect=0 if kind == SPOT else rng.randrange(4), client_id=rng.choice(("", "mine")),
            trailing_delta=rng.choice((10, 50, 200)),
        )  # fmt: skip

    def amend(self) -> Command:
        """Less of the order that a wallet calls its own, and now and then another name for it."""
        user_id, kind, own = self.wallet()
        symbol, base, price = ("BTCUSDT", "BTC", self.prices["BTC"] // 10**4) if own else self.pair()
        return AmendOrder(
            user_id, kind, symbol, 0, self.size(base, price, 5_000), "mine", self.rng.choice(("mine", "other"))
        )

    def lever(self) -> Command:
        """A margin order at the market that borrows nearly all it trades."""
        user_id, kind, own = self.wallet((CROSS, ISOLATED))
        symbol, base, price = ("BTCUSDT", "BTC", self.prices["BTC"] // 10**4) if own else self.pair()
        quantity = self.size(base, price, 40_000)
        return PlaceOrder(user_id, kind, symbol, self.rng.random() < 0.6, MARKET, quantity, side_effect=MARGIN_BUY)

    def quote(self) -> Command:
        """The maker's quote around the index, thin or deep."""
        symbol, base, price = self.pair()
        levels = [(price * (1000 + away) // 1000 // TICKS[base] * TICKS[base]) for away in (-9, -3, 3, 9)]
        bids = [(at, self.size(base, price, 90_000)) for at in (levels[1], levels[0])]
        asks = [(at, self.size(base, price, 90_000)) for at in (levels[2], levels[3])]
        return MassQuote(MAKER, SPOT, symbol, bids if self.rng.random() < 0.9 else [], asks)

    def price(self) -> Command:
        """The index moves by up to 6 %, seldom by up to 30 %, and comes back from too far away."""
        asset = self.rng.choice(("BTC", "BTC", "ETH", "BNB"))
        most = 300 if self.rng.random() < 0.15 else 60
        home = ratio(PRICES[asset])
        low, high = -most if self.prices[asset] > home // 3 else 0, most if self.prices[asset] < 3 * home else 0
        self.prices[asset] = self.prices[asset] * (1000 + self.rng.randrange(low, high + 1)) // 1000
        return PublishPrices("house", [(asset, self.prices[asset], 1)])

    def borrow(self) -> Command:
        """A loan, often too large."""
        user_id, kind, pair = self.wallet((CROSS, ISOLATED))
        asset, most = self.rng.choice((("USDT", 30_000 * UNIT), ("BTC", UNIT), ("ETH", 10 * UNIT)))
        return Borrow(user_id, kind, asset, self.rng.randrange(1, most), pair)

    def transfer(self) -> Command:
        """Funds to or from a margin account."""
        user_id, kind, pair = self.wallet((CROSS, ISOLATED))
        asset, most = self.rng.choice((("USDT", 5_000 * UNIT), ("BTC", UNIT // 5), ("ETH", UNIT)))
        ends = (kind, SPOT, pair, "") if self.rng.random() < 0.5 else (SPOT, kind, "", pair)
        return Transfer(user_id, asset, self.rng.randrange(1, most), *ends)

    def repay(self) -> Command:
        """In full, or some."""
        user_id, kind, pair = self.wallet((CROSS, ISOLATED))
        asset, most = self.rng.choice((("USDT", 10_000 * UNIT), ("BTC", UNIT), ("ETH", UNIT), ("BNB", UNIT)))
        return Repay(user_id, kind, asset, self.rng.choice((0, self.rng.randrange(1, most))), pair)

    def pause(self) -> Command:
        """Time passes: seconds, hours, or a day."""
        self.time += self.rng.choice((1, 10, 30, 90, 1200, 3600, 3 * 3600, 25 * 3600)) * SECOND
        return AdvanceTime()

    def cancel(self) -> Command:
        """All orders of one wallet in one pair."""
        user_id, kind, own = self.wallet()
        return CancelAllOrders(user_id, kind, own or self.pair()[0])

    def change(self) -> Command:
        """Leverage, mode, VIP level, switches, or new money."""
        user_id = self.rng.choice(TRADERS)
        return self.rng.choice(
            (
                SetLeverage(user_id, self.rng.choice((3, 5))), SwitchMode(user_id, PRO),
                SwitchMode(user_id, CLASSIC, 5), SetVipLevel(user_id, self.rng.randrange(-1, 10)),
                Deposit(user_id, "USDT", 5_000 * UNIT),
                SetBnbSwitches(user_id, self.rng.random() < 0.5, self.rng.random() < 0.5),
            )
        )  # fmt: skip

    def close(self) -> Command:
        """A debt repaid by what lies there, a position or an account closed, an asset closed for longs."""
        user_id, kind, pair = self.wallet((CROSS, ISOLATED))
        asset = self.rng.choice(("BTC", "ETH"))
        return self.rng.choice(
            (
                RepayAll(user_id, kind, pair), CloseAccount(user_id, kind, pair), SellOut(user_id, kind, pair),
                ClosePosition(user_id, asset, self.rng.choice(("USDT", "USDT", "BNB"))),
                RestrictAsset(asset, self.rng.random() < 0.3),
            )
        )  # fmt: skip

    def supply(self) -> Command:
        """The house feeds a pool or takes from it."""
        return SupplyPool(self.rng.choice(("USDT", "BTC")), self.rng.randrange(-5 * UNIT, 5 * UNIT))

    def delist(self) -> Command:
        """An asset or a pair on its way out, or taken back; seldom is its removal waited for."""
        rng = self.rng
        name, is_pair = rng.choice((("ETH", False), ("ETHUSDT", True), ("ETHBTC", True), ("DOGE", False)))
        if rng.random() < 0.5:
            return WithdrawDelisting(name)
        removal = self.time + 7 * DAY
        if rng.random() < 0.1:
            self.time = removal
            return AdvanceTime()
        stops = [rng.choice((0, self.time + rng.randrange(7) * DAY)) for _ in range(2)]
        return AnnounceDelisting(name, is_pair, removal, *stops)

    def cool_off(self) -> Command:
        """A pause that a user chooses, sometimes too short."""
        return CoolOff(self.rng.choice(TRADERS), self.rng.randrange(30) * DAY // 10)
