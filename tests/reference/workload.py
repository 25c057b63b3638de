"""Random command streams that hunt the edges: amounts at limits, boundary prices, tiny lots, thin books, crashes."""

import random
from collections.abc import Callable
from fractions import Fraction

from tests.reference.model.accounts import is_empty
from tests.reference.model.borrowing import exceeds_transferable, loan_checks
from tests.reference.model.checks import first_refusal
from tests.reference.model.exact import FINE, fine, grid_down
from tests.reference.model.state import CROSS, ISOLATED, NEVER, PRO, SPOT, USDT, Order, State, Wallet
from tests.reference.model.valuation import band
from tests.reference.model.venue import ReferenceVenue
from tests.reference.small_world import HOUR, SECOND, UNIT, ratio

from leverline.engine import commands as c
from leverline.market import terms

START = 480_000 * HOUR + 7 * SECOND
FIRST_PRICES = {"USDC": "1", "BTC": "50000", "ETH": "2500", "BNB": "500", "PEPE": "0.00001", "RARE": "3"}
MAKERS = (1, 2)
TRADERS = tuple(range(3, 11))
SUB_ACCOUNTS = {9: 3, 10: 3}
WORTH = {"USDT": 1, "USDC": 1, "BTC": 50_000, "ETH": 2_500, "BNB": 500, "PEPE": Fraction(1, 100_000), "RARE": 3}


class Workload:
    """Makes one command after another, looking at the reference's state to aim at its edges."""

    def __init__(self, rng: random.Random, reference: ReferenceVenue) -> None:
        self.rng = rng
        self.reference = reference
        self.time = START
        self.prices = {asset: fine(ratio(text)) for asset, text in FIRST_PRICES.items()}
        self.pending: list[Callable[[], c.Command]] = []
        """What is to come next, before anything random."""
        self.fall = 0
        """Price reports of the present crash that are still to come."""
        self.kinds: list[tuple[int, Callable[[], c.Command]]] = [
            (14, self.publish),
            (9, self.boundary_price),
            (10, self.quote),
            (10, self.lever_up),
            (30, self.order),
            (4, self.stop),
            (4, self.meet_own),
            (6, self.cancel),
            (3, self.replace),
            (4, self.amend),
            (4, self.trail),
            (12, self.borrow),
            (8, self.repay),
            (10, self.transfer),
            (3, self.deposit),
            (2, self.withdraw),
            (9, self.wait),
            (2, self.leverage),
            (3, self.mode),
            (2, self.tier),
            (1, self.switches),
            (1, self.vip),
            (2, self.suspension),
            (1, self.pair_status),
            (1, self.operator),
            (3, self.opening),
            (2, self.nonsense),
        ]

    @property
    def state(self) -> State:
        """The reference's state."""
        return self.reference.state

    def setup(self) -> list[c.Command]:
        """Return the commands that fund the house and open everybody's accounts."""
        found: list[c.Command] = []
        for asset, worth in WORTH.items():
            supply = int(Fraction(400_000) / worth) * UNIT
            found += [c.HouseDeposit(asset, 2 * supply), c.SupplyPool(asset, supply)]
        found += [c.TopUpFund(USDT, self.rng.choice((1, 500, 20_000, 300_000)) * UNIT)]
        rows = [(asset, self.index_of(asset), 1) for asset in FIRST_PRICES]
        found.append(c.PublishPrices("one", rows))
        for user_id in (*MAKERS, *TRADERS):
            found += self.user(user_id)
        return found + [self.quote(pair) for pair in self.state.parameters.pairs]

    def user(self, user_id: int) -> list[c.Command]:
        """Return what makes a user: permissions, accounts, deposits and a first transfer."""
        rng = self.rng
        is_maker = user_id in MAKERS
        found: list[c.Command] = [c.RegisterUser(user_id, rng.choice((0, 0, 0, 1, 4, 9)), SUB_ACCOUNTS.get(user_id, 0))]
        for asset, worth in WORTH.items():
            value = Fraction(4_000_000 if is_maker else 30_000)
            found.append(c.Deposit(user_id, asset, int(value / worth * UNIT)))
        if is_maker:
            return found
        found += [c.GrantPermission(user_id, 1), c.GrantPermission(user_id, 2)]
        found += [c.OpenMarginAccount(user_id, CROSS)]
        if rng.random() < 0.5:
            found.append(c.SetLeverage(user_id, 3))
        if rng.random() < 0.3:
            found.append(c.SwitchMode(user_id, PRO))
        for asset in rng.sample(list(WORTH), 3):
            found.append(c.Transfer(user_id, asset, int(5_000 / Fraction(WORTH[asset]) * UNIT), SPOT, CROSS))
        for pair in rng.sample(["BTCUSDT", "ETHUSDT", "ETHBTC", "PEPEUSDT"], 2):
            parameters = self.state.parameters.pairs[pair]
            found.append(c.OpenMarginAccount(user_id, ISOLATED, pair))
            for asset in (parameters.base, parameters.quote):
                some = int(rng.choice((0, 1_000, 3_000)) / Fraction(WORTH[asset]) * UNIT)
                if some:
                    found.append(c.Transfer(user_id, asset, some, SPOT, ISOLATED, "", pair))
        return found

    def next(self) -> tuple[c.Command, int]:
        """Return the next command and its time."""
        rng = self.rng
        weights, makers = [w for w, _ in self.kinds], [make for _, make in self.kinds]
        if self.pending:
            command = self.pending.pop(0)()
        elif self.fall:
            self.fall -= 1
            command = self.publish()
        elif self.state.next_round < NEVER and rng.random() < 0.4:
            self.time = max(self.time, min(self.state.next_round, self.time + SECOND))
            command = c.AdvanceTime()
        else:
            command = rng.choices(makers, weights)[0]()
        return command, self.time

    def wait(self) -> c.Command:
        """Let a little or a lot of time pass."""
        spans = (1, 999_999, SECOND, 2 * SECOND, 11 * SECOND, 61 * SECOND, 1_800 * SECOND, HOUR, 3 * HOUR)
        then = self.time + self.rng.choice(spans)
        if self.rng.random() < 0.1:
            then = self.time - self.time % HOUR + HOUR - self.rng.choice((0, 0, 1))
        self.time = max(then, self.time)
        return c.AdvanceTime()

    def index_of(self, asset: str) -> int:
        """Return the walk's price as an index figure with at most ten decimals."""
        return max(100, int(self.prices[asset] * FINE) // 100 * 100)

    def publish(self) -> c.Command:
        """Move a few prices a little, rarely a lot; start a crash now and then."""
        rng = self.rng
        if not self.fall and rng.random() < 0.08:
            self.fall = rng.randrange(2, 6)
        rows: list[tuple[str, int, int]] = []
        for asset in rng.sample(list(FIRST_PRICES), rng.randrange(1, 4)):
            if asset == "USDC":
                self.prices[asset] = 1 + Fraction(rng.randrange(-40, 41), 10_000)
            else:
                step = rng.randrange(-300, 300) if not self.fall else rng.randrange(-1_800, 400)
                if self.fall and rng.random() < 0.15:
                    step = rng.choice((-4_500, -3_000, 6_000))
                self.prices[asset] *= 1 + Fraction(step, 10_000)
                if rng.random() < 0.05:
                    self.prices[asset] = fine(ratio(FIRST_PRICES[asset]))
                self.prices[asset] = fine(self.index_of(asset))
            rows.append((asset, self.index_of(asset), 1))
        self.requote([asset for asset, _, _ in rows])
        return c.PublishPrices(rng.choice(("one",) * 9 + ("two",)), rows)

    def boundary_price(self) -> c.Command:
        """Aim an index price exactly at the tick that brings an account to another band, or one tick short of it."""
        rng = self.rng
        found = [w for w in self.state.accounts() if self.state.has_debt(w) and w.locked_at is None]
        if not found:
            return self.publish()
        wallet = rng.choice(found)
        asset = rng.choice([a for a in self.state.touches(wallet) if a not in (USDT, "USDC")] or ["BTC"])
        now = self.state.index[asset].price
        for far in rng.sample((now * 7 // 10, now * 13 // 10), 2):
            if self.band_at(wallet, asset, far) > max(self.band_at(wallet, asset, now), 2):
                return self.publish_one(asset, self.first_worse(wallet, asset, now, far) + rng.choice((0, 0, 1, -1)))
        return self.publish()

    def band_at(self, wallet: Wallet, asset: str, trial: int) -> int:
        """Return the band of an account if the index of an asset were another."""
        index = self.state.index[asset]
        now, index.price = index.price, trial
        found = band(self.state, wallet)
        index.price = now
        return found

    def first_worse(self, wallet: Wallet, asset: str, now: int, far: int) -> int:
        """Return the first price on the way to `far` at which the account is in the band that it has there."""
        worst = self.band_at(wallet, asset, far)
        while abs(far - now) > 1:
            middle = (now + far) // 2
            if self.band_at(wallet, asset, middle) >= worst:
                far = middle
            else:
                now = middle
        return far

    def publish_one(self, asset: str, figure: int) -> c.Command:
        """Publish one price and let the makers follow it."""
        self.prices[asset] = fine(figure)
        self.requote([asset])
        return c.PublishPrices("one", [(asset, figure, 1)])

    def requote(self, moved: list[str]) -> None:
        """Let makers soon quote the pairs of what has moved, more or less deep; now and then they stay away."""
        for symbol, pair in self.state.parameters.pairs.items():
            if (pair.base in moved or pair.quote in moved) and self.rng.random() < 0.6:
                self.pending.append(lambda symbol=symbol: self.quote(symbol))

    def lever_up(self) -> c.Command:
        """Borrow about the maximum, then swap all of it for something else."""
        rng = self.rng
        wallet = rng.choice([w for w in self.state.accounts() if w.is_enabled])
        pair = wallet.pair or rng.choice(["BTCUSDT", "ETHUSDT", "BTCUSDC", "ETHBTC", "BNBUSDT"])
        is_buy = rng.random() < 0.6
        parameters = self.state.parameters.pairs[pair]
        asset = parameters.quote if is_buy else parameters.base
        unit = int(UNIT / Fraction(WORTH[asset]))
        some = self.largest(lambda n: not self.is_loan_refused(wallet, asset, n), 10**5 * unit)
        self.pending.append(lambda: self.swap(wallet, pair, is_buy))
        self.pending.append(lambda: self.swap(wallet, pair, is_buy))
        return c.Borrow(wallet.user_id, wallet.kind, asset, max(1, some * rng.choice((99, 97, 90)) // 100), wallet.pair)

    def swap(self, wallet: Wallet, pair: str, is_buy: bool) -> c.Command:
        """Trade about all that is free at market, within two percent of the index."""
        parameters = self.state.parameters.pairs[pair]
        limit = self.book_price(pair, Fraction(2 if is_buy else -2, 100))
        free = self.state.free(wallet, parameters.quote if is_buy else parameters.base)
        quantity = grid_down(free * UNIT // limit if is_buy else free, parameters.step_size)
        return c.PlaceOrder(
            wallet.user_id, wallet.kind, pair, is_buy, terms.LIMIT, quantity, limit, time_in_force=terms.IOC
        )

    def pair(self) -> str:
        """Return a pair, the busy ones more often."""
        busy = ["BTCUSDT"] * 4 + ["ETHUSDT"] * 3 + ["PEPEUSDT"] * 2
        return self.rng.choice(busy + list(self.state.parameters.pairs))

    def book_price(self, pair: str, off: Fraction) -> int:
        """Return index × (1 + off) as a price on the pair's tick."""
        parameters = self.state.parameters.pairs[pair]
        base = self.prices.get(parameters.base, Fraction(1))
        quote = self.prices.get(parameters.quote, Fraction(1))
        return max(parameters.tick_size, grid_down(int(base / quote * (1 + off) * UNIT), parameters.tick_size))

    def quantity(self, pair: str, value: Fraction) -> int:
        """Return a quantity of about this value in USDT, on the step."""
        parameters = self.state.parameters.pairs[pair]
        exact = int(value / self.prices.get(parameters.base, Fraction(1)) * UNIT)
        return max(parameters.step_size, grid_down(exact, parameters.step_size))

    def quote(self, symbol: str = "") -> c.Command:
        """Let a maker quote a few thin levels around the index, sometimes one side only or nothing."""
        rng, pair = self.rng, symbol or self.pair()
        sides: list[list[tuple[int, int]]] = []
        for sign in (-1, 1):
            levels: dict[int, int] = {}
            for _ in range(rng.choice((0, 1, 3, 5, 7))):
                off = Fraction(sign * rng.choice((3, 10, 40, 150, 300, 480, 700)), 10_000)
                value = Fraction(rng.choice((7, 60, 900, 4_000, 9_000, 30_000)))
                levels[self.book_price(pair, off)] = self.quantity(pair, value)
            sides.append(sorted(levels.items(), reverse=sign < 0))
        if not symbol and rng.random() < 0.15:
            wallet = self.account()
            return c.MassQuote(wallet.user_id, wallet.kind, wallet.pair or pair, sides[0], sides[1])
        return c.MassQuote(rng.choice(MAKERS), SPOT, pair, sides[0], sides[1])

    def account(self) -> Wallet:
        """Return a trader's wallet, seldom a spot one."""
        wallets = [w for w in self.state.wallets if w.user_id in TRADERS]
        margin = [w for w in wallets if w.is_margin]
        return self.rng.choice(wallets if self.rng.random() < 0.15 else margin)

    def indebted(self) -> Wallet:
        """Return an account that owes something, if there is one."""
        found = [w for w in self.state.accounts() if self.state.has_debt(w)]
        return self.rng.choice(found) if found else self.account()

    def order(self) -> c.Command:
        """Return an order of any type, from a margin account more often than not."""
        rng, state = self.rng, self.state
        wallet = self.indebted() if rng.random() < 0.5 else self.account()
        pair = wallet.pair or self.pair()
        kind = rng.choice((terms.LIMIT,) * 5 + (terms.MARKET,) * 4 + tuple(terms.ORDER_TYPE_NAMES))
        is_buy = rng.random() < 0.5
        off = Fraction(rng.choice((-700, -200, -50, -10, 0, 10, 50, 200, 700)), 10_000)
        limit, stop = self.book_price(pair, off), self.book_price(pair, -off)
        quantity = self.quantity(pair, Fraction(rng.choice((3, 6, 50, 700, 4_000, 12_000))))
        if rng.random() < 0.15 and not is_buy:
            held = state.free(wallet, state.parameters.pairs[pair].base)
            quantity = max(quantity, grid_down(held, state.parameters.pairs[pair].step_size))
        is_limit = kind in (terms.LIMIT, terms.LIMIT_MAKER, terms.STOP_LOSS_LIMIT, terms.TAKE_PROFIT_LIMIT)
        is_stop = kind in (terms.STOP_LOSS, terms.STOP_LOSS_LIMIT, terms.TAKE_PROFIT, terms.TAKE_PROFIT_LIMIT)
        in_quote = 0
        if kind == terms.MARKET and rng.random() < 0.3:
            in_quote, quantity = rng.choice((6, 70, 801, 5_003)) * UNIT + rng.randrange(UNIT), 0
        iceberg = quantity // 3 if is_limit and rng.random() < 0.1 else 0
        step = state.parameters.pairs[pair].step_size
        effect = rng.choice((0, 1, 1, 2, 3, 3)) if wallet.is_margin else 0
        return c.PlaceOrder(
            wallet.user_id, wallet.kind, pair, is_buy, kind, quantity, limit if is_limit else 0, in_quote,
            stop if is_stop else 0, rng.choice((1, 1, 1, 2, 3)) if kind == terms.LIMIT and not iceberg else 1,
            rng.choice(tuple(terms.SELF_TRADE_NAMES)), effect, rng.random() < 0.7, grid_down(iceberg, step),
            rng.choice(("", "", "", "mine")),
        )  # fmt: skip

    def stop(self) -> c.Command:
        """Return a conditional order a little beyond the last price, where the next trades may touch it."""
        rng, state = self.rng, self.state
        traded = [pair for pair, at in state.last_price.items() if at]
        wallet = self.indebted() if rng.random() < 0.5 else self.account()
        pair = wallet.pair or (rng.choice(traded) if traded else self.pair())
        tick, last = (
            state.parameters.pairs[pair].tick_size,
            state.last_price[pair] or self.book_price(pair, Fraction(0)),
        )
        kind = rng.choice((terms.STOP_LOSS, terms.STOP_LOSS_LIMIT, terms.TAKE_PROFIT, terms.TAKE_PROFIT_LIMIT))
        is_buy = rng.random() < 0.5
        is_rising = is_buy == (kind in (terms.STOP_LOSS, terms.STOP_LOSS_LIMIT))
        off = Fraction(rng.choice((0, 5, 30, 100)), 10_000) * (1 if is_rising else -1)
        at = max(tick, grid_down(int(last * (1 + off)), tick) + (tick if is_rising else 0))
        limit = max(tick, grid_down(int(at * (1 + Fraction(rng.choice((-2, 0, 2)), 100))), tick))
        quantity = self.quantity(pair, Fraction(rng.choice((6, 50, 700, 4_000))))
        is_limit = kind in (terms.STOP_LOSS_LIMIT, terms.TAKE_PROFIT_LIMIT)
        effect = rng.choice((0, 1, 2, 3)) if wallet.is_margin else 0
        return c.PlaceOrder(
            wallet.user_id, wallet.kind, pair, is_buy, kind, quantity, limit if is_limit else 0, 0, at,
            self_trade=rng.choice(tuple(terms.SELF_TRADE_NAMES)), side_effect=effect,
        )  # fmt: skip

    def meet_own(self) -> c.Command:
        """Trade against an open order of the same person, from any of his or his family's wallets."""
        rng, state = self.rng, self.state
        own = [o for o in state.orders if o.wallet.user_id in TRADERS and o.priority]
        if not own:
            return self.order()
        order = rng.choice(own)
        wallets = [w for w in state.wallets if state.person(w) == state.person(order.wallet)]
        wallet = rng.choice([w for w in wallets if w.pair in ("", order.pair)])
        return c.PlaceOrder(
            wallet.user_id, wallet.kind, order.pair, not order.is_buy, terms.LIMIT, 2 * order.rest, order.price,
            time_in_force=rng.choice((terms.GTC, terms.IOC, terms.FOK)),
            self_trade=rng.choice(tuple(terms.SELF_TRADE_NAMES)),
        )  # fmt: skip

    def open_order(self) -> Order | None:
        """Return an open order of a trader."""
        found = [o for o in self.state.orders if o.wallet.user_id in TRADERS]
        return self.rng.choice(found) if found else None

    def cancel(self) -> c.Command:
        """Cancel an order that exists, or one that does not."""
        order, rng = self.open_order(), self.rng
        if order is None or rng.random() < 0.1:
            wallet = self.account()
            return c.CancelOrder(wallet.user_id, wallet.kind, wallet.pair or self.pair(), rng.randrange(0, 99))
        wallet = order.wallet
        if rng.random() < 0.2:
            return c.CancelAllOrders(wallet.user_id, wallet.kind, order.pair)
        by_name = bool(order.client_id) and rng.random() < 0.5
        return c.CancelOrder(wallet.user_id, wallet.kind, order.pair, 0 if by_name else order.order_id, order.client_id)

    def replace(self) -> c.Command:
        """Replace an open order by another one of the same wallet and pair."""
        order, new = self.open_order(), self.order()
        if order is None or not isinstance(new, c.PlaceOrder):
            return new
        new.user_id, new.kind, new.pair = order.wallet.user_id, order.wallet.kind, order.pair
        new.price = self.book_price(order.pair, Fraction(self.rng.randrange(-99, 99), 9_000)) if new.price else 0
        if order.wallet.kind == SPOT:
            new.side_effect = 0
        return c.ReplaceOrder(order.order_id + (self.rng.random() < 0.05), new, self.rng.random() < 0.3)

    def amend(self) -> c.Command:
        """Reduce an open order to a part of it, to what is done of it, or not at all; now and then rename it."""
        order, rng = self.open_order(), self.rng
        if order is None:
            return self.order()
        step = self.state.parameters.pairs[order.pair].step_size
        part = grid_down(order.quantity * rng.randrange(1, 10) // 10, step)
        quantity = rng.choice((part, part, part, order.executed + order.prevented, order.quantity, 1))
        name = rng.choice((order.client_id, "mine", ""))
        return c.AmendOrder(
            order.wallet.user_id, order.wallet.kind, order.pair, order.order_id, quantity, new_client_id=name
        )

    def trail(self) -> c.Command:
        """Return a conditional order that follows the price, from now on or from its stop price on."""
        command = self.stop()
        assert isinstance(command, c.PlaceOrder)
        command.trailing_delta = self.rng.choice((10, 30, 100, 300, 10_000))
        if self.rng.random() < 0.6:
            command.stop_price = 0
        return command

    def largest(self, admits: Callable[[int], bool], most: int) -> int:
        """Return the largest amount that is admitted, by bisection; most often not even one is."""
        low, high = 0, most if admits(1) else 0
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if admits(middle) else (low, middle - 1)
        return low

    def borrow(self) -> c.Command:
        """Borrow some, or exactly the maximum, or a unit more, or about the minimum."""
        rng, wallet = self.rng, self.account()
        kind = wallet.kind if wallet.is_margin else CROSS
        asset = rng.choice(list(WORTH))
        if wallet.kind == ISOLATED and rng.random() < 0.9:
            pair = self.state.parameters.pairs[wallet.pair]
            asset = rng.choice((pair.base, pair.quote))
        unit = int(UNIT / Fraction(WORTH[asset]))
        some = rng.choice((1, 30, 500, 3_000, 20_000)) * unit
        choice = rng.random()
        if choice < 0.4 and wallet.is_margin:
            some = self.largest(lambda n: not self.is_loan_refused(wallet, asset, n), 10**6 * unit)
            some = max(1, some + rng.choice((0, 0, 1, -1)))
        elif choice < 0.5:
            some = self.state.parameters.assets[asset].borrow_min - rng.choice((0, 1))
        return c.Borrow(wallet.user_id, kind, asset, some, wallet.pair)

    def is_loan_refused(self, wallet: Wallet, asset: str, some: int) -> bool:
        """Whether a loan is refused for being too large."""
        refusal = first_refusal(loan_checks(self.state, wallet, asset, some))
        return refusal is not None and refusal.name != "BELOW_BORROW_MIN"

    def repay(self) -> c.Command:
        """Repay in full, a part, too much, or so that a crumb is left."""
        rng, wallet = self.rng, self.indebted()
        debts = [a for a in WORTH if self.state.owed(wallet, a)] or ["BTC"]
        asset = rng.choice(debts)
        owed = self.state.owed(wallet, asset)
        least = self.state.parameters.assets[asset].repay_min
        some = rng.choice(
            (
                0,
                0,
                owed,
                owed + 1,
                owed // 2,
                self.state.interest(wallet, asset) + 1,
                least,
                least - 1,
                owed - least + 1,
            )
        )
        return c.Repay(wallet.user_id, wallet.kind, asset, max(some, 0), wallet.pair)

    def transfer(self) -> c.Command:
        """Move funds in, or out at the exact maximum or a unit more."""
        rng, wallet = self.rng, self.indebted() if self.rng.random() < 0.5 else self.account()
        if wallet.kind == SPOT:
            wallet = next(w for w in self.state.accounts() if w.user_id == wallet.user_id)
        assets = [a for a in WORTH if self.state.free(wallet, a)] or ["USDT"]
        if rng.random() < 0.5:
            asset = rng.choice(list(WORTH))
            if wallet.pair and rng.random() < 0.9:
                pair = self.state.parameters.pairs[wallet.pair]
                asset = rng.choice((pair.base, pair.quote))
            some = int(rng.choice((10, 400, 3_000)) / Fraction(WORTH[asset]) * UNIT)
            return c.Transfer(wallet.user_id, asset, some, SPOT, wallet.kind, "", wallet.pair)
        asset = rng.choice(assets)
        free = self.state.free(wallet, asset)
        some = self.largest(lambda n: not exceeds_transferable(self.state, wallet, asset, n), free)
        some += rng.choice((0, 0, 1, -1, -some // 2))
        if rng.random() < 0.15:
            other = rng.choice([w for w in self.state.wallets if w.user_id == wallet.user_id])
            return c.Transfer(wallet.user_id, asset, max(some, 1), wallet.kind, other.kind, wallet.pair, other.pair)
        return c.Transfer(wallet.user_id, asset, max(some, 1), wallet.kind, SPOT, wallet.pair, "")

    def deposit(self) -> c.Command:
        """Bring a trader or a maker new funds."""
        asset = self.rng.choice(list(WORTH))
        some = int(self.rng.choice((20, 900, 6_000)) / Fraction(WORTH[asset]) * UNIT)
        return c.Deposit(self.rng.choice((*MAKERS, *TRADERS)), asset, some)

    def withdraw(self) -> c.Command:
        """Take spot funds out, now and then one unit too much."""
        user_id, asset = self.rng.choice(TRADERS), self.rng.choice(list(WORTH))
        spot = self.state.wallet(user_id, SPOT)
        free = self.state.free(spot, asset) if spot is not None else 0
        return c.Withdraw(user_id, asset, max(1, free // 10 + self.rng.choice((0, 0, free))))

    def leverage(self) -> c.Command:
        """Choose a leverage, offered or not."""
        return c.SetLeverage(self.rng.choice(TRADERS), self.rng.choice((3, 5, 3, 5, 10, 0)))

    def mode(self) -> c.Command:
        """Switch between Classic and Pro."""
        return c.SwitchMode(self.rng.choice(TRADERS), self.rng.choice((1, 2, 2, 3)), self.rng.choice((0, 3, 5, 5)))

    def tier(self) -> c.Command:
        """Choose an isolated leverage, or free it."""
        found = [w for w in self.state.accounts() if w.kind == ISOLATED]
        wallet = self.rng.choice(found)
        chosen = self.rng.choice(("0", "1", "1.5", "2", "3", "4.2", "5", "8.5", "10", "11"))
        return c.SetIsolatedTier(wallet.user_id, wallet.pair, ratio(chosen))

    def switches(self) -> c.Command:
        """Pay in BNB, or not."""
        return c.SetBnbSwitches(self.rng.choice(TRADERS), self.rng.random() < 0.5, self.rng.random() < 0.5)

    def vip(self) -> c.Command:
        """Set a VIP level."""
        return c.SetVipLevel(self.rng.choice(TRADERS), self.rng.choice((-1, 0, 1, 9)))

    def suspension(self) -> c.Command:
        """Suspend a user, free the one that is suspended, or lift a bar."""
        user_id = self.rng.choice(TRADERS)
        suspended = [user.user_id for user in self.state.users.values() if user.is_suspended]
        if suspended:
            return c.SuspendUser(suspended[0], False)
        return self.rng.choice((c.SuspendUser(user_id, True), c.LiftBorrowBar(user_id)))

    def pair_status(self) -> c.Command:
        """Halt a pair or open it again."""
        closed = [pair for pair, status in self.state.pair_status.items() if status != terms.TRADING]
        if closed and self.rng.random() < 0.7:
            return c.SetPairStatus(closed[0], terms.TRADING)
        return c.SetPairStatus(self.pair(), self.rng.choice((terms.HALTED, terms.CANCEL_ONLY, terms.REDUCE_ONLY)))

    def operator(self) -> c.Command:
        """Move the house's funds."""
        rng, asset = self.rng, self.rng.choice(list(WORTH))
        some = int(rng.choice((5, 900, 50_000, 500_000)) / Fraction(WORTH[asset]) * UNIT)
        return rng.choice(
            (
                c.SupplyPool(asset, some), c.SupplyPool(asset, -some), c.HouseDeposit(asset, some),
                c.TopUpFund(asset, some), c.ResumeBorrowing(),
            )
        )  # fmt: skip

    def opening(self) -> c.Command:
        """Open, disable or open again an isolated account; rather one that can be."""
        rng, user_id, pair = self.rng, self.rng.choice(TRADERS), self.pair()
        isolated = [w for w in self.state.accounts() if w.kind == ISOLATED]
        empty = [w for w in isolated if w.is_enabled and is_empty(self.state, w)]
        disabled = [w for w in isolated if not w.is_enabled]
        if empty and rng.random() < 0.5:
            wallet = rng.choice(empty)
            user_id, pair = wallet.user_id, wallet.pair
        if disabled and rng.random() < 0.3:
            wallet = rng.choice(disabled)
            return c.OpenMarginAccount(wallet.user_id, ISOLATED, wallet.pair)
        return rng.choice(
            (
                c.OpenMarginAccount(user_id, ISOLATED, pair),
                c.DisableIsolated(user_id, pair),
                c.DisableIsolated(user_id, pair),
                c.OpenMarginAccount(user_id, 1),
            )
        )

    def nonsense(self) -> c.Command:
        """Return something that cannot be."""
        rng, nobody = self.rng, 77
        return rng.choice(
            (
                c.Deposit(nobody, "USDT", UNIT), c.Deposit(3, "XXX", UNIT), c.Deposit(3, "USDT", -1),
                c.Deposit(3, "USDT", 10**27 + 1), c.RegisterUser(3), c.RegisterUser(0), c.RegisterUser(50, 99),
                c.Borrow(3, SPOT, "USDT", UNIT), c.Borrow(3, CROSS, "XXX", UNIT), c.Borrow(1, CROSS, "USDT", UNIT),
                c.Transfer(3, "USDT", UNIT, SPOT, SPOT), c.Transfer(3, "USDT", UNIT, CROSS, 9),
                c.PlaceOrder(3, 1, "XXX", True, 1, UNIT, UNIT), c.PlaceOrder(3, 1, "BTCUSDT", True, 99, UNIT, UNIT),
                c.PlaceOrder(3, 1, "BTCUSDT", True, 1, -UNIT, UNIT), c.PlaceOrder(3, 1, "BTCUSDT", True, 1, 1, 1),
                c.PlaceOrder(1, 0, "BTCUSDT", True, 1, UNIT, UNIT, side_effect=1),
                c.PublishPrices("one", [("XXX", 1, 1)]), c.PublishPrices("one", [("BTC", ratio("50000"), 0)]),
                c.PublishPrices("one", [("BTC", 0, 1)]), c.SwitchMode(3, 9), c.GrantPermission(3, 8),
                c.SetPairStatus("BTCUSDT", 9), c.SetVipLevel(3, 10), c.CancelOrder(3, 1, "BTCUSDT", 0),
                c.Repay(3, CROSS, "RARE", 0), c.TopUpFund("USDT", 10**20), c.SupplyPool("USDT", 0),
            )
        )  # fmt: skip
