"""Interest by the hour on real loans (rules 3.1 to 3.3, 3.7; vectors I1 to I5)."""

import pytest
from tests.margin.figures import amount, figures, ratio
from tests.margin.world import MINUTE, NOON, World, holding

from leverline.kernel.time import DAY, HOUR
from leverline.ledger.entries import INTEREST, Entry
from leverline.lending.events import ON_BORROW, PERIODIC
from leverline.margin.account import MarginAccount
from leverline.rulebook.interest import hourly_rate
from leverline.rulebook.parameters import InterestRules, RateCurve


def world_at(minutes: int, rate_hourly: int, hours_waived: int = 0) -> World:
    """Return a world `minutes` after noon in which every asset costs `rate_hourly`."""
    parameters = figures()
    parameters.interest = InterestRules(ratio("2"), ratio("0.002"), ratio("0.95"), hours_waived)
    for asset in parameters.assets.values():
        asset.rate_curve = RateCurve(rate_hourly, 0, 0, ratio("0.8"))
    return World(parameters, NOON + minutes * MINUTE)


def alice(world: World) -> MarginAccount:
    """Return Alice's account, rich enough for every loan of this file."""
    return world.cross(BTC="1000")


def test_two_hours_are_due_when_one_full_hour_begins_after_the_loan() -> None:
    """I1: 1,000 USDT at 0.001 % an hour, 13:55 to 14:30: 1,000 × 0.001 % × 2 = 0.02."""
    world = world_at(115, ratio("0.00001"))
    account = alice(world)
    world.borrow(account, "USDT", "1000")
    world.until(NOON + 150 * MINUTE)
    assert holding(account, "USDT").interest == amount("0.02")


def test_a_loan_repaid_after_the_hour_pays_two_hours() -> None:
    """I2: 1,000 USDC, 13:20 to 14:15, 1,000 × 0.001 % × 2 = 0.02, paid before any principal."""
    world = world_at(80, ratio("0.00001"))
    account = alice(world)
    world.borrow(account, "USDC", "1000")
    world.until(NOON + 135 * MINUTE)
    world.give(account, "USDC", "1")
    assert world.repay(account, "USDC", "1000.02") == (amount("0.02"), amount("1000"))
    assert account.debts == 0


def test_what_is_booked_adds_up_to_the_rounded_sum() -> None:
    """I3: 1,000 USDT at 0.02 % a day: 0.00833333, then 0.00833334, together 0.01666667."""
    world = world_at(80, hourly_rate(ratio("0.0002")))
    account = alice(world)
    world.borrow(account, "USDT", "1000")
    world.until(NOON + 135 * MINUTE)
    assert [charge.amount for charge in world.charges(account)] == [amount("0.00833333"), amount("0.00833334")]
    assert [charge.kind for charge in world.charges(account)] == [ON_BORROW, PERIODIC]


@pytest.mark.parametrize(
    ("hours_waived", "minutes", "expected"),
    [(0, 55, "0.0002"), (0, 35, "0.0001"), (1, 55, "0.0001"), (1, 35, "0")],
    ids=["A pays two hours", "B pays one", "A pays one with the waiver", "B pays nothing with the waiver"],
)
def test_one_hour_may_be_waived(hours_waived: int, minutes: int, expected: str) -> None:
    """I4: 10 BTC at 0.001 % an hour, borrowed 11:20; A repays at 12:15, B at 11:55."""
    world = world_at(20, ratio("0.00001"), hours_waived)
    account = alice(world)
    world.borrow(account, "BTC", "10")
    world.until(NOON + (20 + minutes) * MINUTE)
    assert holding(account, "BTC").interest == amount(expected)


def test_a_published_row_comes_out_to_the_digit() -> None:
    """I5: 45.3313 at 0.00013233 a day: 45.3313 × 0.00013233 ÷ 24 = 0.000249945… → 0.00024995."""
    world = world_at(0, hourly_rate(ratio("0.00013233")))
    account = alice(world)
    world.borrow(account, "USDT", "45.3313")
    assert holding(account, "USDT").interest == amount("0.00024995")


def test_a_loan_made_on_the_hour_pays_that_hour_once(world: World) -> None:
    """Borrowed at 12:00:00.000, it owes one hour until 12:59 and two at 13:00."""
    account = alice(world)
    world.borrow(account, "USDT", "1000")
    world.until(NOON + 59 * MINUTE)
    assert holding(account, "USDT").interest == amount("1000") * ratio("0.00001") // ratio("1")
    world.until(NOON + 60 * MINUTE)
    assert holding(account, "USDT").interest == 2 * amount("1000") * ratio("0.00001") // ratio("1")


def test_interest_bears_no_interest(world: World) -> None:
    """100 hours on 1,000 USDT cost 101 times the same charge."""
    account = alice(world)
    world.borrow(account, "USDT", "1000")
    world.until(NOON + 100 * HOUR)
    assert holding(account, "USDT").interest == 101 * amount("0.01")


def test_only_one_hour_per_user_asset_and_day_is_waived() -> None:
    """The second loan of a day pays; another asset and the next day are waived again."""
    world = world_at(5, ratio("0.00001"), hours_waived=1)
    account = alice(world)
    for symbol in ("USDT", "USDT", "USDC"):
        world.borrow(account, symbol, "1000")
    assert holding(account, "USDT").interest == amount("0.01")
    assert holding(account, "USDC").interest == 0
    world.log.time = NOON - NOON % DAY + DAY
    world.borrow(account, "USDT", "1000")
    assert holding(account, "USDT").interest == amount("0.01")


def test_a_debt_repaid_in_full_drops_its_carry(world: World) -> None:
    """A third of a unit left over is not owed by the next loan."""
    account = alice(world)
    world.parameters.assets["USDT"].rate_curve = RateCurve(1, 0, 0, ratio("0.8"))
    world.desk.pools["USDT"].set_rate(333_333_333)
    world.borrow(account, "USDT", "0.00001")
    assert holding(account, "USDT").carry != 0
    world.repay(account, "USDT", "0.00001")
    assert holding(account, "USDT").carry == 0


def test_a_vip_pays_the_rate_less_his_discount(world: World) -> None:
    """Level 3 has 15 % off: 1,000 × 0.001 % × 0.85 = 0.0085."""
    account = world.cross(world.user(vip_level=3), BTC="1000")
    world.borrow(account, "USDT", "1000")
    assert holding(account, "USDT").interest == amount("0.0085")


def test_a_charge_that_rounds_to_nothing_is_carried_and_makes_no_entry(world: World) -> None:
    """10⁻⁵ USDT at 10⁻⁵ an hour is 10⁻¹⁰: booked when half a unit has come together, at the 50th charge."""
    account = alice(world)
    world.borrow(account, "USDT", "0.00001")
    world.until(NOON + 48 * HOUR)
    assert holding(account, "USDT").interest == 0
    assert not [entry for entry in world.said(Entry) if entry.kind == INTEREST]
    world.until(NOON + 49 * HOUR)
    assert holding(account, "USDT").interest == 1


def test_missed_hours_are_charged_each_at_its_own_rate(world: World) -> None:
    """The rate doubles at 13:00 and at 14:00: 1 + 2 + 4 times the first charge."""
    account = alice(world)
    world.borrow(account, "USDT", "1000")
    world.parameters.assets["USDT"].rate_curve = RateCurve(ratio("0.001"), 0, 0, ratio("0.8"))
    world.until(NOON + 2 * HOUR)
    assert holding(account, "USDT").interest == (1 + 2 + 4) * amount("0.01")


def test_accounts_are_charged_in_order_of_wallet_whatever_order_they_borrowed_in(world: World) -> None:
    """Bob, whose wallet is the first, borrowed last; the charges of an hour name him first."""
    bob, carol, dave = (world.cross(BTC="10") for _ in range(3))
    for account in (dave, carol, bob):
        world.borrow(account, "USDT", "10")
    world.events.clear()
    world.until(NOON + HOUR)
    charged = [event.wallet_id for event in world.charges(bob) + world.charges(carol) + world.charges(dave)]
    order = [event.wallet_id for event in world.events if type(event).__name__ == "InterestCharged"]
    assert order == sorted(charged)


def test_who_has_repaid_is_not_charged(world: World) -> None:
    """Only principal is charged; interest that is still owed is not."""
    account = alice(world)
    world.borrow(account, "USDT", "1000")
    world.desk.repay_principal(account, "USDT", amount("1000"))
    world.until(NOON + 5 * HOUR)
    assert holding(account, "USDT").interest == amount("0.01")
    assert len(world.charges(account)) == 1


def test_debtors_come_back_from_the_balances_alone(world: World) -> None:
    """After a restore the lists are derived from the ledger and the next hour is charged as before."""
    accounts = [world.cross(BTC="10") for _ in range(3)]
    for account in reversed(accounts):
        world.borrow(account, "USDT", "10")
    pool = world.desk.pools["USDT"]
    pool.order_debtors()
    kept = list(pool.debtors.items())
    pool.debtors.clear()
    world.desk.restore_debtors()
    assert list(pool.debtors.items()) == kept
    assert pool.is_ordered
