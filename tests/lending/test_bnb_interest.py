"""Interest paid in BNB (rule 3.5)."""

from tests.margin.figures import amount, ratio
from tests.margin.world import NOON, World, holding

from leverline.kernel.time import HOUR
from leverline.ledger.entries import INTEREST, Entry
from leverline.lending.events import ON_BORROW, ON_BORROW_CONVERTED, PERIODIC, PERIODIC_CONVERTED
from leverline.margin.account import MarginAccount


def alice(world: World) -> MarginAccount:
    """Return Alice's account, which pays interest in BNB."""
    account = world.cross(BTC="1000")
    account.user.is_bnb_interest = True
    return account


def test_interest_is_booked_in_bnb_at_the_discount_with_no_bnb_held(world: World) -> None:
    """1,000 USDT × 0.001 % × 0.95 ÷ 500 = 0.000019 BNB an hour; nothing is owed beside the USDT principal."""
    account = alice(world)
    world.borrow(account, "USDT", "1000")
    world.until(NOON + HOUR)
    assert holding(account, "USDT").interest == 0
    assert holding(account, "BNB").principal == 0
    assert holding(account, "BNB").interest == 2 * amount("0.000019")
    assert [charge.kind for charge in world.charges(account)] == [ON_BORROW_CONVERTED, PERIODIC_CONVERTED]
    assert {entry.asset for entry in world.said(Entry) if entry.kind == INTEREST} == {"BNB"}


def test_fractions_of_bnb_are_carried(world: World) -> None:
    """1 USDT × 0.001 % × 0.95 ÷ 500 = 1.9 units: booked 2, 2, 2, 2, 2, 1 … so that ten hours make 19."""
    account = alice(world)
    world.borrow(account, "USDT", "1")
    world.until(NOON + 9 * HOUR)
    assert sum(charge.amount for charge in world.charges(account)) == 19
    assert holding(account, "BNB").interest == 19


def test_interest_from_before_the_switch_stays_in_its_asset(world: World) -> None:
    """Switched on after the first hour: one hour in USDT, the next in BNB."""
    account = alice(world)
    account.user.is_bnb_interest = False
    world.borrow(account, "USDT", "1000")
    account.user.is_bnb_interest = True
    world.until(NOON + HOUR)
    assert holding(account, "USDT").interest == amount("0.01")
    assert holding(account, "BNB").interest == amount("0.000019")


def test_a_stale_index_charges_in_the_asset_at_the_full_rate(world: World) -> None:
    """BNB stale: 1,000 × 0.001 % in USDT. The loan's asset stale: in the asset. Fresh again: in BNB."""
    account = alice(world)
    world.borrow(account, "USDT", "1000")
    world.borrow(account, "ETH", "10")
    world.silence("BNB")
    world.until(NOON + HOUR)
    assert [charge.paid_asset for charge in world.charges(account)[2:]] == ["USDT", "ETH"]
    assert holding(account, "USDT").interest == amount("0.01")
    world.prices(BNB="500")
    world.silence("ETH")
    world.until(NOON + 2 * HOUR)
    assert [charge.paid_asset for charge in world.charges(account)[4:]] == ["BNB", "ETH"]
    assert [charge.kind for charge in world.charges(account)[4:]] == [PERIODIC_CONVERTED, PERIODIC]


def test_isolated_accounts_pay_in_the_asset(world: World) -> None:
    """BNB interest is for cross accounts."""
    account = world.isolated("BTCUSDT", BTC="10")
    account.user.is_bnb_interest = True
    world.borrow(account, "USDT", "1000")
    assert [(charge.paid_asset, charge.kind) for charge in world.charges(account)] == [("USDT", ON_BORROW)]


def test_bnb_interest_counts_as_a_liability(world: World) -> None:
    """L = 1,000 USDT + 0.000019 BNB × 500 = 1,000.0095; in Pro it is a debt in BNB's brackets."""
    account = world.pro(BTC="1000")
    account.user.is_bnb_interest = True
    world.borrow(account, "USDT", "1000")
    value = world.risk.value(account)
    assert value.liabilities == amount("1000.0095")
    assert value.maintenance_margin == amount("1000") * 2 // 100 + amount("0.00019")


def test_bnb_borrowed_is_charged_in_bnb_at_the_discount(world: World) -> None:
    """100 BNB × 0.001 % × 0.95 = 0.00095 BNB beside the principal."""
    account = alice(world)
    world.borrow(account, "BNB", "100")
    assert (holding(account, "BNB").principal, holding(account, "BNB").interest) == (amount("100"), amount("0.00095"))


def test_the_rate_in_the_event_is_the_assets_own(world: World) -> None:
    """The discount shows in the amount, not in the rate."""
    account = alice(world)
    world.borrow(account, "USDT", "1000")
    assert world.charges(account)[0].rate_hourly == ratio("0.00001")
    assert world.charges(account)[0].asset == "USDT"
