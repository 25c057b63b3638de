"""The trigger index finds every account that changes its band, when it does, and no price move is forgotten."""

import random

import pytest
from tests.margin.crowd import Crowd, level_gap, true_status
from tests.margin.figures import amount, figures, ratio
from tests.margin.world import NOON, World
from tests.regimes import of_2026

from leverline.kernel.time import HOUR
from leverline.margin.account import EXCESSIVE, FORCE_LIQUIDATION, MARGIN_CALL, NORMAL
from leverline.margin.triggers import AssetTriggers
from leverline.rulebook.parameters import RateCurve, VenueParameters

ROUNDS = 150
SIZE = 40


def check_everyone(world: World, crowd: Crowd) -> None:
    """Compare each account's status with its band by the exact rule; those in liquidation are not watched."""
    for account in crowd.accounts:
        assert account.is_locked or account.status == true_status(world, account), (
            account.wallet_id, account.mode, account.status, level_gap(world, account)
        )  # fmt: skip


@pytest.mark.parametrize("part", range(8))
def test_every_status_is_the_one_a_look_at_everyone_finds(part: int, seed: int) -> None:
    """Over random prices, staleness, interest, loans, repayments, trades and orders, after every single step."""
    rng = random.Random(f"{seed} {part}")
    world = World(of_2026(figures(), "USDT") if part >= 4 else figures())
    crowd = Crowd(world, rng, SIZE)
    check_everyone(world, crowd)
    seen: set[int] = set()
    for _ in range(ROUNDS):
        deed = rng.random()
        if deed < 0.35:
            crowd.act()
            world.settle()
        elif deed < 0.6:
            crowd.snipe(lambda: check_everyone(world, crowd))
        else:
            crowd.move()
        check_everyone(world, crowd)
        seen.update(account.status for account in crowd.accounts)
    assert len(seen) > 1


def test_a_rounding_that_decides_a_band_is_not_forgotten_whichever_way_the_price_moves() -> None:
    """20.00000001 ETH held, 10 owed: 22.00000001 ÷ 11 is above 2 at 1.1; 10⁻¹⁰ higher L is 11.00000001, up."""
    parameters = figures()
    parameters.assets["ETH"].rate_curve = RateCurve(0, 0, 0, ratio("0.8"))
    world = World(parameters)
    account = world.isolated("ETHUSDT", ETH="10.00000001")
    world.prices(ETH="1.1")
    world.owe(account, "ETH", "10")
    assert account.status == EXCESSIVE
    world.prices(ETH="1.1000000001")
    assert account.status == true_status(world, account) == NORMAL
    world.prices(ETH="1.1")
    assert account.status == EXCESSIVE


@pytest.mark.parametrize("rules", [figures(), of_2026(figures(), "USDT")], ids=["2025", "2026-06"])
def test_a_crash_of_small_steps_finds_each_crossing_at_its_step(rules: VenueParameters, seed: int) -> None:
    """−30 % in 120 steps: at each the set of liquidatable accounts is that of a full scan."""
    rng = random.Random(seed)
    world = World(rules)
    crowd = Crowd(world, rng, 120)
    for _ in range(120):
        prices = {
            symbol: asset.price * (9970 + rng.randrange(-8, 9)) // 10_000
            for symbol, asset in world.board.assets.items() if symbol not in ("USDT", "USDC")
        }  # fmt: skip
        free = [account for account in crowd.accounts if not account.is_locked]
        found = world.exact_prices(prices)
        assert found == [account for account in free if true_status(world, account) == FORCE_LIQUIDATION]
        check_everyone(world, crowd)
    assert any(account.is_locked for account in crowd.accounts)


def test_a_price_that_falls_to_almost_nothing_is_followed_all_the_way(world: World) -> None:
    """A coin that loses 99.99999 % passes through every layout of the buckets; the account is found on the way."""
    alice = world.cross(BTC="10")
    world.borrow(alice, "USDT", "79000")
    price = world.board.assets["BTC"].price
    statuses = []
    while price > 1_000_000:
        price = price * 97 // 100
        world.exact_prices({"BTC": price})
        assert alice.status == true_status(world, alice)
        statuses.append(alice.status)
    assert statuses[-1] == FORCE_LIQUIDATION


def test_a_trigger_in_the_lowest_bucket_is_found(world: World) -> None:
    """1 BTC at 10,000 against 1 USDT is watched at 2 and near 0: one report of 1.05 finds it bankrupt at once."""
    alice = world.cross(BTC="1")
    world.borrow(alice, "USDT", "1")
    world.take(alice, "USDT", "1")
    assert world.prices(BTC="1.05") == [alice]


def test_a_trigger_is_not_lost_between_two_layouts(world: World) -> None:
    """Whoever is passed when the buckets are laid out anew is looked at then: no later move would enter his bucket."""
    alice = world.cross(BTC="1")
    world.borrow(alice, "USDT", "10")
    asset = world.board.assets["BTC"]
    triggers = world.risk.triggers.by_asset["BTC"]
    assert triggers.lay_out() == []
    triggers.put(alice, asset.price + 1, 0)
    assert triggers.lay_out() == [alice]
    triggers.put(alice, 0, asset.price - 1)
    assert triggers.lay_out() == [alice]


def test_within_the_roundings_every_direction_is_watched(world: World) -> None:
    """Twice the debt is held and 21 units, worth 2: single ticks of the index cross the threshold of 2 up and down."""
    world.desk.pools["DOGE"].set_rate(0)
    account = world.isolated("DOGEUSDT", DOGE="10.00000021")
    world.owe(account, "DOGE", "10")
    held, owed = amount("20.00000021"), amount("10")
    price = world.board.assets["DOGE"].price

    def is_far(at: int) -> bool:
        return held * at // 10**12 > 2 * -(-owed * at // 10**12)

    seen = set()
    for _ in range(40):
        last = is_far(price)
        price = next(at for at in range(price + 1, price + 10**6) if is_far(at) != last)
        world.exact_prices({"DOGE": price})
        assert account.status == true_status(world, account)
        seen.add(account.status)
    assert seen == {EXCESSIVE, NORMAL}


def test_a_price_that_rises_a_thousandfold_brings_a_short_down(world: World) -> None:
    """Bob owes BTC; the index doubles ten times."""
    bob = world.cross(USDT="1000000")
    world.borrow(bob, "BTC", "1")
    price = world.board.assets["BTC"].price
    for _ in range(10):
        price *= 2
        world.exact_prices({"BTC": price})
        assert bob.status == true_status(world, bob)
    assert bob.status == FORCE_LIQUIDATION


def test_an_account_far_from_its_thresholds_is_not_looked_at(world: World) -> None:
    """A hundred quiet accounts, a hundred moves of 0.1 %: nobody is touched."""
    for _ in range(100):
        world.borrow(world.cross(BTC="1"), "USDT", "1000")
    price = world.board.assets["BTC"].price
    for step in range(100):
        price = price * (1001 if step % 2 else 999) // 1000
        rows = [("BTC", price, 1)]
        for asset in world.board.publish("house", rows, world.log.time):
            world.risk.moved(asset)
        assert world.ledger.touched == []


def test_interest_within_its_headroom_touches_nobody_and_beyond_it_does(world: World) -> None:
    """A debt of 1,000 has headroom for 0.97 USDT: 0.1 % of itself; at 0.01 an hour the 97th hour finds the account."""
    alice = world.cross(BTC="1")
    world.borrow(alice, "USDT", "1000")
    limit = alice.holdings["USDT"].interest_limit
    assert amount("0.97") < limit < amount("1")
    hours = 0
    while not world.ledger.touched:
        hours += 1
        world.desk.charge_hour(NOON + hours * HOUR)
    assert alice.holdings["USDT"].interest > limit
    assert hours == 98


def test_interest_alone_brings_an_account_to_its_margin_call_at_the_very_hour(world: World) -> None:
    """Just above 1.16 with a debt that grows by 0.2 % an hour: found at the hour the exact rule says so."""
    world.desk.pools["USDT"].set_rate(ratio("0.002"))
    world.parameters.assets["USDT"].rate_curve.rate_base = ratio("0.002")
    alice = world.cross(BTC="10")
    world.owe(alice, "USDT", "70000")
    world.exact_prices({"BTC": ratio("8250")})
    world.take(alice, "USDT", "0")
    hours = 0
    while alice.status != FORCE_LIQUIDATION:
        hours += 1
        world.until(NOON + hours * HOUR)
        assert alice.status == true_status(world, alice), hours
    assert hours > 5


def test_an_account_on_its_threshold_is_watched_without_headroom(world: World) -> None:
    """A ÷ L exactly 2.00: a unit of interest more or less decides, so any charge touches."""
    alice = world.cross(BTC="1", USDT="0.01")
    world.borrow(alice, "USDT", "10000")
    holding = alice.holdings["USDT"]
    assert alice.status == NORMAL
    world.prices(BTC="10000.5")
    assert alice.status in (NORMAL, EXCESSIVE)
    assert holding.interest_limit >= holding.interest
    world.until(NOON + 3 * HOUR)
    assert alice.status == true_status(world, alice)


def test_going_stale_and_back_is_a_move_of_its_own(world: World) -> None:
    """1.2 times the last price held: an account in its margin call is excessive-er while BTC is stale."""
    alice = world.cross(BTC="1")
    world.borrow(alice, "USDT", "9000")
    world.take(alice, "USDT", "8999")
    world.prices(BTC="10400")
    assert alice.status == MARGIN_CALL
    world.silence("BTC")
    assert alice.status == NORMAL
    world.prices(BTC="10400")
    assert alice.status == MARGIN_CALL


def test_buckets_are_swept_when_garbage_gathers(world: World) -> None:
    """An account valued ten thousand times over leaves no ten thousand entries."""
    alice = world.cross(BTC="1")
    world.borrow(alice, "USDT", "5000")
    rng = random.Random(1)
    for _ in range(10_000):
        world.exact_prices({"BTC": ratio("10000") + rng.randrange(-ratio("900"), ratio("900"))})
        world.ledger.touch(alice)
        world.risk.settle()
    triggers: AssetTriggers = world.risk.triggers.by_asset["BTC"]
    entries = sum(map(len, triggers.lows.values())) + sum(map(len, triggers.highs.values()))
    assert entries <= triggers.entries <= 3_000
    world.log.drain()


def test_triggers_come_back_from_the_state_alone(seed: int) -> None:
    """A world whose triggers are forgotten and derived again goes on finding everyone."""
    rng = random.Random(seed)
    world = World()
    crowd = Crowd(world, rng, SIZE)
    for _ in range(20):
        crowd.move()
        world.risk.triggers.by_asset.clear()
        world.risk.restore()
        check_everyone(world, crowd)
