"""The workloads: a prepared venue and a stream of commands each. Deterministic by seed."""

import random
from dataclasses import replace

from stream import CANCEL_ROW, TAKE_ROW, StreamRow, order_stream

from leverline.engine.commands import (
    Borrow,
    CancelOrder,
    Command,
    Deposit,
    GrantPermission,
    HouseDeposit,
    OpenMarginAccount,
    PlaceOrder,
    PublishPrices,
    RegisterUser,
    Repay,
    ReplaceOrder,
    SupplyPool,
    Transfer,
)
from leverline.engine.engine import Engine
from leverline.engine.events import Refused
from leverline.kernel.numbers import INDEX_ONE, RATIO_ONE, UNIT
from leverline.kernel.time import HOUR, SECOND
from leverline.ledger.wallet import CROSS, SPOT
from leverline.margin.account import MAY_MARGIN
from leverline.market.terms import EXPIRE_MAKER, GTC, IOC, LIMIT, MARGIN_BUY
from leverline.parameters import load_parameters, with_pinned_index
from leverline.rulebook.parameters import PairParameters, VenueParameters

START = 1_767_225_600 * SECOND
PLENTY = 10**12 * UNIT
TICK = UNIT // 100


class Bench:
    """An engine with a fixed time, to which commands are given."""

    def __init__(self, parameters: VenueParameters) -> None:
        self.engine = Engine(parameters)
        self.time = START

    def send(self, command: Command) -> None:
        """Apply a set-up command that must be accepted."""
        events = self.engine.apply(command, self.time)
        if events and isinstance(events[-1], Refused):
            raise SystemExit(f"set-up refused: {type(command).__name__}: {events[-1].refusal.name} {events[-1].detail}")


def symbols_by_depth(count: int, parameters: VenueParameters) -> list[str]:
    """Return the `count` USDT bases of best rank, by rank then name."""
    found = [
        asset
        for asset in parameters.assets.values()
        if asset.is_borrowable and f"{asset.symbol}USDT" in parameters.pairs
    ]
    return [asset.symbol for asset in sorted(found, key=lambda asset: (asset.rank, asset.symbol))[:count]]


def open_parameters() -> VenueParameters:
    """Return the shipped rules with limits that a synthetic load would only bump into lifted out of the way."""
    parameters = with_pinned_index(load_parameters())
    for asset in parameters.assets.values():
        asset.borrow_limits = tuple(PLENTY for _ in asset.borrow_limits)
        asset.exposure_floor = PLENTY
        asset.collateral_cap = PLENTY * 1_000_000
        asset.borrow_min = 1
        asset.repay_min = 1
    for pair in parameters.pairs.values():
        pair.orders_max = 1_000_000
        pair.tick_size = TICK
        pair.price_min, pair.price_max = TICK, PLENTY
        pair.step_size = pair.quantity_min = UNIT
        pair.quantity_max = pair.market_quantity_max = PLENTY
        pair.notional_max = PLENTY * 1_000
        pair.notional_min = UNIT
        pair.is_limit_price = False
    parameters.interest = replace(parameters.interest, rate_max=RATIO_ONE)
    return parameters


def set_prices(bench: Bench, prices: dict[str, int]) -> None:
    """Publish index prices in 10⁻¹² USDT."""
    bench.send(PublishPrices("bench", [(asset, price, 1) for asset, price in prices.items()]))


def make_user(bench: Bench, user_id: int, funds: dict[str, int]) -> None:
    """Make a user whose cross account holds `funds`."""
    bench.send(RegisterUser(user_id))
    bench.send(GrantPermission(user_id, MAY_MARGIN))
    bench.send(OpenMarginAccount(user_id, CROSS))
    for asset, amount in funds.items():
        bench.send(Deposit(user_id, asset, amount))
        bench.send(Transfer(user_id, asset, amount, SPOT, CROSS))


def fill_pools(bench: Bench, assets: list[str]) -> None:
    """Give every lending pool more than anyone borrows."""
    for asset in assets:
        bench.send(HouseDeposit(asset, PLENTY))
        bench.send(SupplyPool(asset, PLENTY))


def order_mix(count: int, seed: int, books: int = 50, users: int = 1_000) -> tuple[Bench, list[Command]]:
    """Return the venue and the commands of the order mix. Accounts hold enough for every order, so all work is real."""
    parameters = open_parameters()
    bases = symbols_by_depth(books, parameters)
    bench = Bench(parameters)
    set_prices(bench, {base: 100 * INDEX_ONE for base in bases})
    for user in range(1, users + 1):
        make_user(bench, user, {"USDT": 10**7 * UNIT} | {base: 10**5 * UNIT for base in bases})
    rules = [parameters.pairs[f"{base}USDT"] for base in bases]
    return bench, [_as_command(row, rules) for row in order_stream(count, seed, books, users)]


def _as_command(row: StreamRow, rules: list[PairParameters]) -> Command:
    """Return a row of the order stream as a command."""
    kind, book, number, user, is_buy, ticks, lots = row
    pair = rules[book]
    if kind == CANCEL_ROW:
        return CancelOrder(user, CROSS, pair.symbol, number)
    tif = IOC if kind == TAKE_ROW else GTC
    return PlaceOrder(
        user, CROSS, pair.symbol, is_buy, LIMIT, lots * UNIT, ticks * TICK, time_in_force=tif, self_trade=EXPIRE_MAKER
    )


def margin_mix(count: int, seed: int, users: int = 10_000, assets: int = 20) -> tuple[Bench, list[Command]]:
    """Return the venue and stream of the margin mix: 12 % new, 6 % cancel, 70 % replace, 8 % loans, 4 % transfers.

    Each account holds USDT and three bases, in which it trades; four in ten owe a base and USDT.
    """
    rng = random.Random(seed)
    parameters = open_parameters()
    bases = symbols_by_depth(assets - 1, parameters)
    bench = Bench(parameters)
    set_prices(bench, {base: 100 * INDEX_ONE for base in bases})
    fill_pools(bench, [*bases, "USDT"])
    held = {user: rng.sample(bases, 3) for user in range(1, users + 1)}
    for user, own in held.items():
        make_user(bench, user, {"USDT": 10**6 * UNIT} | {base: 10**4 * UNIT for base in own})
        bench.send(Deposit(user, "USDT", 10**5 * UNIT))
        if user <= users * 4 // 10:
            bench.send(Borrow(user, CROSS, own[0], 100 * UNIT))
            bench.send(Borrow(user, CROSS, "USDT", 10_000 * UNIT))
    return bench, _margin_stream(rng, held, count)


def _margin_stream(rng: random.Random, held: dict[int, list[str]], count: int) -> list[Command]:
    """Return the commands; a replacement names the last order of its chain, which may have been filled meanwhile."""
    users = len(held)
    commands: list[Command] = []
    resting: list[tuple[int, str, int]] = []
    number = 0
    for step in range(count):
        draw = rng.random()
        if step < users // 2 or draw < 0.12 or not resting:
            number += 1
            user = rng.randrange(1, users + 1)
            order = _near_touch(rng, user, f"{rng.choice(held[user])}USDT")
            commands.append(order)
            resting.append((user, order.pair, number))
        elif draw < 0.18:
            user, pair, old = resting.pop(rng.randrange(len(resting)))
            commands.append(CancelOrder(user, CROSS, pair, old))
        elif draw < 0.88:
            place = rng.randrange(len(resting))
            user, pair, old = resting[place]
            number += 1
            commands.append(ReplaceOrder(old, _near_touch(rng, user, pair), True))
            resting[place] = (user, pair, number)
        elif draw < 0.96:
            user = rng.randrange(1, users * 4 // 10)
            loan = Borrow if rng.random() < 0.5 else Repay
            commands.append(loan(user, CROSS, "USDT", rng.randrange(1, 20) * UNIT))
        else:
            user, inward = rng.randrange(1, users + 1), rng.random() < 0.5
            source, target = (SPOT, CROSS) if inward else (CROSS, SPOT)
            commands.append(Transfer(user, "USDT", rng.randrange(1, 20) * UNIT, source, target))
    return commands


def _near_touch(rng: random.Random, user: int, pair: str) -> PlaceOrder:
    """Return an order for one unit near the touch; about one in thirty crosses."""
    is_buy = rng.random() < 0.5
    ticks = rng.randrange(-1, 30)
    price = (10_000 - ticks if is_buy else 10_000 + ticks) * TICK
    return PlaceOrder(user, CROSS, pair, is_buy, LIMIT, UNIT, price)


def crash_venue(users: int, seed: int, assets: int = 20) -> tuple[Bench, list[str]]:
    """Return a venue of leveraged cross accounts over `assets` assets, and the bases. Nine in ten are long.

    Each opens one to four positions against one rich maker, by orders that borrow: longs at 1.5 to 4.5 times their
    funds, shorts at up to 3.5. Low leverage is the more frequent.
    """
    rng = random.Random(seed)
    parameters = open_parameters()
    bases = symbols_by_depth(assets - 1, parameters)
    bench = Bench(parameters)
    set_prices(bench, {base: 100 * INDEX_ONE for base in bases})
    fill_pools(bench, [*bases, "USDT"])
    maker = users + 1
    make_user(bench, maker, {"USDT": 100 * PLENTY} | {base: PLENTY for base in bases})
    for base in bases:
        _offer_both_sides(bench, maker, parameters.pairs[f"{base}USDT"])
    for user in range(1, users + 1):
        funds = rng.randrange(1_000, 20_000)
        make_user(bench, user, {"USDT": funds * UNIT})
        is_buy = rng.random() < 0.9
        size = funds * _leverage(rng, 4_500 if is_buy else 3_500) // 1_000
        chosen = rng.sample(bases, rng.randrange(1, 5))
        for base in chosen:
            rules = parameters.pairs[f"{base}USDT"]
            quantity = size * UNIT // (100 * len(chosen)) // rules.step_size * rules.step_size
            price = 101 * UNIT if is_buy else 99 * UNIT
            bench.send(PlaceOrder(user, CROSS, rules.symbol, is_buy, LIMIT, quantity, price, side_effect=MARGIN_BUY))
    return bench, bases


def _leverage(rng: random.Random, most: int) -> int:
    """Return a leverage in thousandths from 1.5 to `most`, the square of an even draw."""
    return 1_500 + int((most - 1_500) * rng.random() ** 2)


def _offer_both_sides(bench: Bench, maker: int, rules: PairParameters) -> None:
    """Let the maker buy and sell at 100 without end: one order a side, its own two kept apart by price."""
    quantity = PLENTY // 100
    for is_buy, price in ((True, 100 * UNIT), (False, 100 * UNIT + rules.tick_size)):
        bench.send(PlaceOrder(maker, CROSS, rules.symbol, is_buy, LIMIT, quantity, price))


def loan_venue(loans: int, seed: int, loans_per_account: int = 4) -> Bench:
    """Return a venue with `loans` loans spread over accounts and assets."""
    rng = random.Random(seed)
    parameters = open_parameters()
    bases = symbols_by_depth(19, parameters)
    bench = Bench(parameters)
    set_prices(bench, {base: 100 * INDEX_ONE for base in bases})
    fill_pools(bench, [*bases, "USDT"])
    for user in range(1, loans // loans_per_account + 1):
        make_user(bench, user, {"USDT": 10**6 * UNIT})
        for base in rng.sample(bases, loans_per_account):
            bench.send(Borrow(user, CROSS, base, rng.randrange(100, 10_000) * UNIT // 100))
    return bench


def next_hour(bench: Bench) -> int:
    """Return the start of the clock hour after the venue's time."""
    return bench.time - bench.time % HOUR + HOUR
