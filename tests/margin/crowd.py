"""Random accounts of all modes and random prices, for comparing the trigger index with a look at everyone."""

import random
from collections.abc import Callable

from tests.margin.world import PRICES, World

from leverline.kernel.decimals import format_amount
from leverline.kernel.numbers import RATIO_ONE, amount_down
from leverline.kernel.time import HOUR
from leverline.margin.account import MarginAccount
from leverline.margin.liquidation_price import PriceQuestion

COINS = [symbol for symbol in PRICES if symbol != "USDC"]
CROSS_PAIRS = ["BTCUSDT", "ETHUSDT", "ETHBTC", "DOGEUSDT"]
STEPS = (0, 1, 5, 30, 120, 400)
"""Sizes of price moves, in ten-thousandths."""


class Crowd:
    """Accounts of a world that do random things."""

    def __init__(self, world: World, rng: random.Random, size: int) -> None:
        self.world = world
        self.rng = rng
        self.accounts = [self.new_account(number) for number in range(size)]

    def new_account(self, number: int) -> MarginAccount:
        """Open an account of some mode, now and then a sub-account, with some funds and debts."""
        world, rng = self.world, self.rng
        parents = [user for user in world.users.values() if user.parent_id == 0]
        parent = rng.choice(parents) if parents and rng.random() < 0.2 else None
        user = world.user(rng.choice((0, 0, 3)), parent)
        user.is_bnb_interest = rng.random() < 0.2
        kind = number % 4
        if kind == 0:
            account = world.isolated(rng.choice(CROSS_PAIRS[:3]), user)
        elif (kind == 1 or parent) and world.parameters.regime.is_pro_offered:
            account = world.pro(user)
        else:
            account = world.cross(user, rng.choice((3, 5)))
        for symbol in self.own_assets(account):
            self.fund(account, symbol)
        for _ in range(rng.randrange(1, 4)):
            self.borrow(account)
        return account

    def own_assets(self, account: MarginAccount) -> list[str]:
        """Return some assets that the account may hold."""
        if account.pair is not None:
            return [account.pair.base.symbol, account.pair.quote.symbol]
        return self.rng.sample(["USDT", *COINS], self.rng.randrange(1, 4))

    def fund(self, account: MarginAccount, symbol: str) -> None:
        """Bring funds worth some thousands."""
        price = self.world.board.assets[symbol].price
        units = amount_down(self.rng.randrange(10**11, 10**12 * 5), price) + 1
        self.world.give(account, symbol, format_amount(units))

    def borrow(self, account: MarginAccount) -> None:
        """Borrow most of what may be borrowed of something, and mostly turn it into something else."""
        assets = self.own_assets(account)
        symbol = self.rng.choice(assets)
        most = self.world.risk.limits.max_borrowable(account, symbol)
        units = most * self.rng.randrange(50, 101) // 100
        if units >= self.world.parameters.assets[symbol].borrow_min:
            self.world.borrow(account, symbol, format_amount(units))
            if self.rng.random() < 0.8:
                self.swap(account, symbol, self.rng.choice(assets))

    def trade(self, account: MarginAccount) -> None:
        """Turn something that is free into something else."""
        funds = [symbol for symbol, holding in account.holdings.items() if holding.free > 0]
        if funds:
            self.swap(account, self.rng.choice(funds), self.rng.choice(self.own_assets(account)))

    def swap(self, account: MarginAccount, given: str, taken: str) -> None:
        """Turn most of one free asset into another at index, as trades would."""
        world = self.world
        units = account.free(given) * self.rng.randrange(60, 101) // 100
        price = world.board.assets[taken].price
        if units and given != taken and price:
            bought = units * world.board.assets[given].price // price
            world.ledger.withdraw(account.holding(given), units)
            if bought:
                world.ledger.deposit(account.holding(taken), bought)
            world.risk.collateral_changed(account.user)
            world.settle()

    def order(self, account: MarginAccount) -> None:
        """Rest an order far or near, or cancel all."""
        world, rng = self.world, self.rng
        if len(account.orders) > 2:
            for order in list(account.orders.values()):
                world.cancel(order)
            return
        pair = account.pair or world.exchange.pairs[rng.choice(CROSS_PAIRS)]
        is_buy = rng.random() < 0.5
        give = pair.quote if is_buy else pair.base
        index = pair.base.price * 10**8 // pair.quote.price
        price = index * rng.randrange(900, 980) // 1000 if is_buy else index * rng.randrange(1020, 1200) // 1000
        free = account.free(give.symbol)
        quantity = free * 10**8 // price if is_buy else free
        if price > 0 and quantity * price > 10**16:
            world.rest(account, pair.symbol, is_buy, format_amount(quantity), format_amount(price))

    def repay(self, account: MarginAccount) -> None:
        """Repay one debt as far as funds go."""
        for symbol, holding in account.holdings.items():
            units = min(holding.free, holding.debt)
            if units:
                self.world.desk.repay(account, symbol, units, False)
                return

    def act(self) -> None:
        """Let something happen to somebody."""
        rng = self.rng
        account = rng.choice(self.accounts)
        if account.is_locked:
            return
        deed = rng.randrange(6)
        if deed == 0:
            self.borrow(account)
        elif deed == 1:
            self.trade(account)
        elif deed == 2:
            self.order(account)
        elif deed == 3:
            self.repay(account)
        elif deed == 4:
            self.fund(account, rng.choice(self.own_assets(account)))

    def snipe(self, check: Callable[[], None]) -> None:
        """Bring one price to the very tick at which an account changes its band, by way of the tick before."""
        account = self.rng.choice(self.accounts)
        symbol = self.rng.choice(list(account.holdings))
        asset = self.world.board.assets[symbol]
        if account.is_locked or not account.debts or asset.is_stale or symbol == "USDT":
            return
        edge = self.edge(account, symbol, self.rng.choice((-1, 1)))
        if edge is not None:
            for price in edge:
                self.world.exact_prices({symbol: price})
                check()

    def edge(self, account: MarginAccount, symbol: str, side: int) -> tuple[int, int] | None:
        """Return the last price with the present band and the first with another, within 30 % on one side."""
        question = PriceQuestion(
            self.world.risk.valuer, self.world.risk.bands, account, self.world.board.assets[symbol]
        )
        present = self.world.board.assets[symbol].price
        same, other = present, present + side * (present * 3 // 10)
        if self.band_at(question, other) == account.status:
            return None
        while abs(other - same) > 1:
            middle = (same + other) // 2
            if self.band_at(question, middle) == account.status:
                same = middle
            else:
                other = middle
        return same, other

    def band_at(self, question: PriceQuestion, price: int) -> int:
        """Return the band of an account at another price of one asset."""
        question.is_reached(price)
        risk = self.world.risk
        worth, owed = risk.valuer.worth(question.sheet), risk.valuer.owed(question.sheet)
        return risk.bands.status(question.account, worth, owed)

    def move(self) -> None:
        """Move some prices, or let an index go stale or come back, or let hours pass."""
        world, rng = self.world, self.rng
        deed = rng.randrange(12)
        if deed == 0:
            fresh = [symbol for symbol in COINS if not world.board.assets[symbol].is_stale]
            if fresh:
                world.silence(rng.choice(fresh))
        elif deed == 1:
            world.until(world.log.time + rng.choice((1, 1, 30)) * HOUR)
        else:
            for_all = rng.choice(STEPS) * rng.choice((-1, -1, 1))
            prices = {}
            for symbol in COINS:
                if rng.random() < 0.7:
                    own = rng.choice(STEPS) * rng.choice((-1, 1)) if rng.random() < 0.3 else for_all
                    old = world.board.assets[symbol].price
                    prices[symbol] = max(old * (10_000 + own) // 10_000 + rng.randrange(-1, 2), 1)
            world.exact_prices(prices)


def true_status(world: World, account: MarginAccount) -> int:
    """Return the band of an account by looking at it."""
    value = world.risk.value(account)
    return world.risk.bands.status(account, value.worth, value.owed)


def level_gap(world: World, account: MarginAccount) -> int:
    """Return the account's level for a message."""
    value = world.risk.value(account)
    return value.worth * RATIO_ONE // value.owed if value.owed else 0
