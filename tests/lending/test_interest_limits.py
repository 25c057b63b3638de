"""Posted interest up to which an account need not be valued again: never from before its debt was paid (rule 3.5)."""

from tests.property.scene import ALICE, BEYOND, CROSS, HOUR, SECOND, Scene, amount, c, kinds, ratio, small_world, tiers
from tests.reference.model.state import FORCE_LIQUIDATION

from leverline.engine.engine import restore
from leverline.kernel.decimals import format_amount
from leverline.margin.account import MarginAccount
from leverline.rulebook.parameters import RateCurve

HOURS_BEFORE = 100
HOURS_AFTER = 90


def indebted_scene() -> tuple[Scene, MarginAccount]:
    """Return a venue at 0.05 % an hour and Alice's account: 199,000 USDT borrowed beside 1 BTC, interest in BNB."""
    curve = RateCurve(ratio("0.0005"), 0, 0, ratio("0.8"))
    flat = tiers(("1000000000", "1"))
    scene = Scene(small_world(borrow_limits=(BEYOND,) * 10, rate_curve=curve, collateral_tiers=flat))
    account = scene.cross(ALICE, 5, BTC="1")
    scene.do(c.SetBnbSwitches(ALICE, False, True))
    scene.borrow(ALICE, "USDT", "199000")
    return scene, account


def published(scene: Scene, btc: str) -> c.PublishPrices:
    """Return the prices of an hour."""
    prices = {"USDC": "1", "BTC": btc, "ETH": "2500", "BNB": "500", "PEPE": "0.00001", "RARE": "3"}
    return c.PublishPrices("one", [(symbol, ratio(text), 1) for symbol, text in prices.items()])


def test_a_bnb_debt_paid_off_leaves_no_limit_behind() -> None:
    """After a hundred hours Alice pays her BNB debt: the interest that comes then is looked at from the first unit."""
    scene, account = indebted_scene()
    for _ in range(HOURS_BEFORE):
        scene.time += HOUR
        scene.do(published(scene, "50000"))
    holding = account.holding("BNB")
    assert holding.interest > 0 < holding.interest_limit
    scene.cross(ALICE, BNB=format_amount(holding.interest))
    scene.do(c.Repay(ALICE, CROSS, "BNB", 0))
    assert (holding.debt, holding.interest_limit) == (0, 0)


def test_hour_by_hour_the_recorded_band_is_the_true_one_and_a_restored_venue_says_the_same() -> None:
    """Paid off, then BTC falls near the call: BNB interest brings the account down, hour by hour, and is seen."""
    scene, account = indebted_scene()
    for _ in range(HOURS_BEFORE):
        scene.time += HOUR
        scene.do(published(scene, "50000"))
    scene.cross(ALICE, BNB=format_amount(account.holding("BNB").interest))
    scene.do(c.Repay(ALICE, CROSS, "BNB", 0))
    scene.time += 120 * SECOND
    scene.do(published(scene, "21300"))
    for _ in range(HOURS_AFTER):
        copy = restore(scene.parameters, scene.engine.snapshot())
        scene.time += HOUR
        events = scene.do(published(scene, "21300"))
        assert account.status == scene.engine.core.risk.status_of(account)
        assert kinds(copy.apply(published(scene, "21300"), scene.time)) == kinds(events)
        assert copy.state_hash() == scene.engine.state_hash()
    assert "LiquidationStarted" in kinds(scene.events)
    assert account.status != FORCE_LIQUIDATION


def test_a_valuation_forgets_limits_of_what_is_no_longer_owed() -> None:
    """A limit that stands where nothing is owed is gone once the account is valued."""
    scene, account = indebted_scene()
    account.holding("BNB").interest_limit = amount("1")
    account.holding("ETH").interest_limit = amount("1")
    scene.cross(ALICE, BTC="0.1")
    assert account.holding("ETH").interest_limit == 0
    assert account.holding("BNB").interest_limit < amount("1")
