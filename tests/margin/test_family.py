"""A user with his sub-accounts: one set of collateral tiers, and who depends on whom (rule 4.5)."""

import random

from tests.margin.crowd import true_status
from tests.margin.figures import amount
from tests.margin.world import NOON, World

from leverline.kernel.time import HOUR
from leverline.margin.account import FORCE_LIQUIDATION, MarginAccount, User


def family_of(world: World, size: int) -> list[User]:
    """Return a parent and his sub-accounts."""
    parent = world.user()
    return [parent] + [world.user(parent=parent) for _ in range(size - 1)]


def test_split_collateral_counts_no_more_than_in_one_account(world: World) -> None:
    """Mallory's 150,000 of AXS counts 140,000 however she splits it: 100,000 alone would count 100,000 and 50,000."""
    first, second = family_of(world, 2)
    accounts = [world.cross(first, AXS="10000"), world.cross(second, AXS="5000")]
    values = [world.risk.value(account).collateral for account in accounts]
    assert values == [amount("140000") * 10 // 15, amount("140000") * 5 // 15]
    assert sum(values) <= amount("140000")


def test_strangers_have_tiers_of_their_own(world: World) -> None:
    """100,000 and 50,000 of two users count in full."""
    values = [world.risk.value(world.cross(AXS=text)).collateral for text in ("10000", "5000")]
    assert values == [amount("100000"), amount("50000")]


def test_only_net_positive_holdings_fill_the_tiers(world: World) -> None:
    """The sub-account holds 50,000 and owes 60,000: it leaves the parent's tiers alone."""
    first, second = family_of(world, 2)
    account = world.cross(first, AXS="10000")
    other = world.cross(second, AXS="5000", BTC="10")
    world.owe(other, "AXS", "6000")
    world.take(other, "AXS", "6000")
    assert world.risk.value(account).collateral == amount("100000")


def test_isolated_accounts_fill_no_tiers(world: World) -> None:
    """They have no haircut and give none."""
    parent = world.user()
    account = world.cross(parent, AXS="10000")
    world.isolated("AXSUSDT", parent, AXS="10000")
    assert world.risk.value(account).collateral == amount("100000")


def pro_with_axs(world: World, user: User) -> MarginAccount:
    """Return a Pro account of 100,000 in AXS against 90,000 USDT that have left: E = 10,000, MM = 1,800."""
    account = world.pro(user, AXS="10000")
    world.desk.pools["USDT"].set_rate(0)
    world.borrow(account, "USDT", "90000")
    world.take(account, "USDT", "90000")
    return account


def test_a_debt_free_members_fill_brings_a_sibling_down_at_once(world: World) -> None:
    """Bob's sub-account without debt buys AXS: his Pro account's share of the tiers shrinks with that very fill."""
    first, second = family_of(world, 2)
    account = pro_with_axs(world, first)
    buyer = world.cross(second, USDT="1000000")
    maker = world.cross(AXS="30000")
    world.rest(maker, "AXSUSDT", False, "30000", "10")
    assert account.status < FORCE_LIQUIDATION
    world.rest(buyer, "AXSUSDT", True, "30000", "10")
    assert account.status == true_status(world, account) == FORCE_LIQUIDATION


def test_a_members_transfer_is_seen_by_his_siblings(world: World) -> None:
    """Likewise by transfers, in and out."""
    first, second = family_of(world, 2)
    account = pro_with_axs(world, first)
    other = world.cross(second)
    for _ in range(3):
        world.give(other, "AXS", "5000")
        assert account.is_locked or account.status == true_status(world, account)
    assert account.is_locked


def test_interest_of_a_member_is_seen_by_his_siblings_at_the_hour(world: World) -> None:
    """No headroom within a family: every charge values its Pro accounts anew."""
    first, second = family_of(world, 2)
    account = pro_with_axs(world, first)
    other = world.cross(second, AXS="3000", BTC="1")
    world.borrow(other, "AXS", "100")
    assert other.holdings["AXS"].interest_limit == other.holdings["AXS"].interest
    for hour in range(1, 6):
        world.until(NOON + hour * HOUR)
        assert account.status == true_status(world, account)


def test_a_family_is_watched_through_random_days(seed: int) -> None:
    """Five Pro members with few tokens of small tiers: every status is the true one after every act and price."""
    rng = random.Random(seed)
    world = World()
    accounts = [world.pro(user, AXS="8000", DOGE="100000") for user in family_of(world, 5)]
    for account in accounts[:3]:
        most = world.risk.limits.max_borrowable(account, "USDT") * rng.randrange(80, 101) // 100
        world.desk.borrow(account, "USDT", most, 0)
        world.settle()
        world.ledger.withdraw(account.holding("USDT"), most * rng.randrange(0, 70) // 100)
        world.settle()
    for step in range(120):
        member = rng.choice(accounts)
        deed = rng.randrange(4)
        if deed == 0 and not member.is_locked:
            world.give(member, rng.choice(("AXS", "DOGE")), str(rng.randrange(1, 3000)))
        elif deed == 1 and not member.debts and member.free("AXS") > amount("100"):
            world.take(member, "AXS", "100")
        elif deed == 2:
            world.until(world.log.time + HOUR)
        else:
            for symbol in ("AXS", "DOGE"):
                price = world.board.assets[symbol].price
                world.exact_prices({symbol: price * (10_000 + rng.randrange(-150, 140)) // 10_000})
        for account in accounts:
            assert account.is_locked or account.status == true_status(world, account), (step, deed, account.wallet_id)


def test_sub_accounts_that_register_later_are_found(world: World) -> None:
    """The family grows with its members, in order of registration."""
    parent = world.user()
    stranger = world.user()
    families = world.risk.valuer.families
    assert families.of(parent).members == [parent]
    assert not families.has_shared()
    children = [world.user(parent=parent) for _ in range(2)]
    assert families.of(children[1]).members == [parent, *children]
    assert families.shared_of(stranger) is None
    assert [user.is_in_family for user in (parent, stranger, children[0])] == [True, False, True]
