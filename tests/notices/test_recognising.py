"""Which events are told to whom, and in which words."""

from pathlib import Path

from tests.engine.world import (
    ALICE,
    BOB,
    CAROL,
    CROSS,
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    amount,
    parameters,
    ratio,
    with_asset,
)
from tests.notices.world import Told
from tests.regimes import of_2026

from leverline.engine.commands import (
    AnnounceDelisting,
    Borrow,
    CoolOff,
    PlaceOrderList,
    Withdraw,
    WithdrawDelisting,
)
from leverline.kernel.events import Event
from leverline.lending.events import RateSet
from leverline.market.terms import MARGIN_BUY, OTO
from leverline.rulebook.parameters import ConcentrationLimit
from leverline.rulebook.refusals import Refusal

CALL_PRICE = "70000"
"""Bob holds 39,970 USDT and owes 0.5 BTC: at 70,000 his level is 1.142, between 1.16 and 1.1."""


def called(world: Told) -> Told:
    """Bring Bob into the margin call."""
    world.short()
    world.index(BTC=CALL_PRICE)
    return world


def test_a_margin_call_is_told_at_once_and_each_day_that_it_lasts(world: Told) -> None:
    """One notice on entering the band, one after each 24 hours, in other words."""
    called(world)
    assert world.kinds(BOB) == ["MARGIN_CALL"]
    first = world.last(BOB)
    assert (first.title, first.details["level"][:6]) == ("Margin call: cross account", "1.1419")
    assert "the margin level of your cross account is 1.1419" in first.text
    world.advance(DAY - 1)
    assert len(world.kinds(BOB)) == 1
    world.advance(1)
    assert world.kinds(BOB) == ["MARGIN_CALL"] * 2
    assert world.last(BOB).title == "Margin call, still open: cross account"
    assert world.last(BOB).time == world.time


def test_leaving_the_margin_call_upward_is_told(world: Told) -> None:
    """A lower price of what Bob owes, and he is back to normal."""
    called(world)
    world.index(BTC="60000")
    assert world.kinds(BOB) == ["MARGIN_CALL", "BACK_TO_NORMAL"]
    assert world.last(BOB).title == "Margin call over: cross account"


def test_a_liquidation_is_told_from_the_lock_to_the_end(world: Told) -> None:
    """Started with assets and debts, each step, and the end with its reason, all under the pair's name."""
    world.long()
    world.maker("BTCUSDT", bid="51900", ask="")
    world.index(BTC="52000")
    for _ in range(40):
        world.advance(HOUR // 60)
    kinds = world.kinds(ALICE)
    assert kinds[0] == "LIQUIDATION_STARTED", kinds
    assert "LIQUIDATION_STEP" in kinds
    assert kinds[-1] == "LIQUIDATION_ENDED"
    assert world.last(ALICE).details["pair"] == "BTCUSDT"
    assert world.last(ALICE).title == "Liquidation is over: isolated account of BTCUSDT"


def test_a_takeover_and_its_deficit_are_told(world: Told) -> None:
    """A fall through the debt: nobody buys, the account is taken over, the fund pays, and the user is told."""
    world.long()
    world.index(BTC="40000")
    for _ in range(40):
        world.advance(HOUR // 60)
    kinds = world.kinds(ALICE)
    for kind in ("LIQUIDATION_STARTED", "TAKEOVER", "DEFICIT", "LIQUIDATION_ENDED"):
        assert kind in kinds, kinds
    deficits = [
        each for each in world.run(world.open_notices.inbox.page(ALICE, 0, 100, False)) if each.kind == "DEFICIT"
    ]
    assert deficits[0].details["unpaid"] == "0.00000000"
    assert "You owe nothing of it" in deficits[0].text


def test_under_2026_the_deficit_of_a_cross_account_tells_the_loan_it_leaves(tmp_path: Path) -> None:
    """The user reads what he owes and in what (rule 16.5)."""
    world = Told(tmp_path, rules=of_2026(parameters(), "USDT"))
    world.short()
    world.index(BTC="120000")
    world.advance(120 * SECOND)
    assert "DEFICIT" in world.kinds(BOB)
    page = world.run(world.open_notices.inbox.page(BOB, 0, 100, False))
    (told,) = [each for each in page if each.kind == "DEFICIT"]
    assert "You owe the insurance fund a liquidation loan of " in told.text
    assert told.details["loan_asset"] == "USDT"
    world.stop()


def test_a_loan_that_the_pool_cannot_give_is_told_once_an_hour_for_each_asset(tmp_path: Path) -> None:
    """Refused again and again: one notice; refused after an hour, or of another asset: another."""
    rules = with_asset(with_asset(parameters(), "BTC", pool_supply=amount("1")), "ETH", pool_supply=amount("1"))
    world = Told(tmp_path, rules=rules)
    world.cross(ALICE, USDT="1000000")
    much = Borrow(ALICE, CROSS, "BTC", amount("2"))
    for _ in range(3):
        assert world.refusal(much) is Refusal.POOL_EXHAUSTED
    assert world.kinds(ALICE) == ["LOAN_REFUSED"]
    assert world.last(ALICE).title == "Loan refused: no BTC left to lend"
    assert world.refusal(Borrow(ALICE, CROSS, "ETH", amount("2"))) is Refusal.POOL_EXHAUSTED
    assert world.kinds(ALICE) == ["LOAN_REFUSED"] * 2
    world.advance(HOUR)
    assert world.refusal(much) is Refusal.POOL_EXHAUSTED
    assert world.kinds(ALICE) == ["LOAN_REFUSED"] * 3
    world.stop()


def test_a_refused_loan_of_an_order_is_told_with_the_asset_it_lacked(tmp_path: Path) -> None:
    """A sale that would borrow more BTC than the pool has names BTC."""
    world = Told(tmp_path, rules=with_asset(parameters(), "BTC", pool_supply=amount("1")))
    world.cross(ALICE, USDT="1000000")
    order = world.limit(ALICE, "BTCUSDT", False, "2", "60000", kind=CROSS, side_effect=MARGIN_BUY)
    assert world.refusal(order) is Refusal.POOL_EXHAUSTED
    assert world.kinds(ALICE) == ["LOAN_REFUSED"]
    assert world.last(ALICE).details == {"asset": "BTC"}
    world.stop()


def test_debtors_are_told_of_a_rate_that_jumps_and_others_are_not(tmp_path: Path) -> None:
    """The rest of a small pool is borrowed: Bob, who owes, is told of the new rate; Alice is not."""
    world = Told(tmp_path, rules=with_asset(parameters(), "BTC", pool_supply=amount("2")))
    world.short()
    world.user(ALICE, USDT="10")
    world.advance(HOUR)
    world.advance(HOUR)
    assert world.kinds(BOB) == [], "less than double"
    world.cross(9, USDT="1000000")
    world.send(Borrow(9, CROSS, "BTC", world.engine.core.desk.lendable("BTC")))
    world.advance(HOUR)
    world.advance(HOUR)
    rates = [event.rate_hourly for commit in world.commits for event in commit.events if is_rate(event, "BTC")]
    assert world.kinds(BOB) == world.kinds(9) == ["RATE_JUMP"], rates
    assert world.last(BOB).details["asset"] == "BTC"
    assert world.kinds(ALICE) == []
    before, after = (float(world.last(BOB).details[name]) for name in ("old", "new"))
    assert after > 2 * before
    world.stop()


def is_rate(event: Event, asset: str) -> bool:
    """Whether an event sets the rate of an asset."""
    return isinstance(event, RateSet) and event.asset == asset


def test_the_house_is_told_nothing(tmp_path: Path) -> None:
    """Users below the first one are makers and takers."""
    world = Told(tmp_path, first_user=BOB + 1)
    called(world)
    assert world.kinds(BOB) == []
    world.stop()


def test_a_delisting_is_told_to_holders_and_debtors_at_each_stage(world: Told) -> None:
    """Announced, a day before each stage, at each stage, and when it is settled; who has none of it hears nothing."""
    world.cross(ALICE, ETH="10")
    world.cross(BOB, USDT="1000")
    world.send(AnnounceDelisting("ETH", False, world.time + 8 * DAY, 0, world.time + 4 * DAY))
    assert world.last(ALICE).title == "Delisting of ETH: borrowing has stopped"
    for _ in range(8):
        world.advance(DAY)
    assert world.kinds(ALICE) == ["DELISTING"] * 7
    assert world.last(ALICE).title == "Delisting of ETH: settled"
    assert "Moved to your spot wallet: 10 ETH" in world.last(ALICE).text
    assert world.kinds(BOB) == []


def test_a_delisting_that_is_withdrawn_is_told(world: Told) -> None:
    """Everything goes on as before."""
    world.cross(ALICE, ETH="10")
    world.send(AnnounceDelisting("ETH", False, world.time + 8 * DAY), WithdrawDelisting("ETH"))
    assert world.last(ALICE).title == "Delisting of ETH: withdrawn"


def test_a_cooling_off_is_told(world: Told) -> None:
    """Until when, and that it binds."""
    world.user(ALICE)
    world.send(CoolOff(ALICE, 3 * DAY))
    assert world.last(ALICE).title == "Cooling-off until 2026-01-04 00:00:00 UTC"


def test_an_order_of_a_list_refused_in_its_turn_is_told(world: Told) -> None:
    """Alice sells what she has meanwhile given away: nobody saw the refusal but she is told."""
    world.user(ALICE, USDT="100000", BTC="1")
    orders = [world.limit(ALICE, "BTCUSDT", True, "0.1", "59000"), world.limit(ALICE, "BTCUSDT", False, "1", "70000")]
    world.send(PlaceOrderList(OTO, orders), Withdraw(ALICE, "BTC", amount("1")))
    world.user(CAROL, BTC="1")
    world.send(world.limit(CAROL, "BTCUSDT", False, "0.1", "59000"))
    assert world.kinds(ALICE) == ["ORDER_REFUSED"]
    assert world.last(ALICE).details["market"] == "BTCUSDT"
    assert "0.0999 BTC is free, the order needs 1" in world.last(ALICE).text


def test_the_end_of_a_liquidation_names_its_case(world: Told) -> None:
    """The case is that of the command in which the liquidation began, and of the account."""
    world.long()
    world.index(BTC="40000")
    begun = len(world.commits)
    for _ in range(40):
        world.advance(HOUR // 60)
    assert world.kinds(ALICE)[-1] == "LIQUIDATION_ENDED"
    ended = world.last(ALICE)
    assert ended.details["case"] == f"{begun}-{world.account(ALICE, 'BTCUSDT').wallet_id}"
    assert f"caseId={ended.details['case']}" in ended.text


def test_a_ban_on_a_position_and_its_end_are_told_to_the_head_of_the_family(tmp_path: Path) -> None:
    """Bob, long of BTC beyond what is allowed: told when it begins, and when he owes nothing any more."""
    limit = ConcentrationLimit(amount("20000"), 0, ratio("1.5"))
    world = Told(tmp_path, rules=with_asset(parameters(), "BTC", concentration=limit))
    world.cross(BOB, USDT="10000")
    world.send(Borrow(BOB, CROSS, "USDT", amount("30000")))
    world.maker(bid="", ask="60000")
    world.send(world.limit(BOB, "BTCUSDT", True, "0.6", "60000", kind=CROSS))
    world.advance(MINUTE)
    assert world.kinds(BOB) == ["CONCENTRATION_BAN"]
    details = world.last(BOB).details
    assert (details["asset"], details["side"], details["position"]) == ("BTC", "long", "0.59940000")
    world.maker(bid="60000", ask="")
    world.send(world.limit(BOB, "BTCUSDT", False, "0.5", "60000", kind=CROSS))
    world.advance(MINUTE)
    assert world.kinds(BOB) == ["CONCENTRATION_BAN", "BAN_LIFTED"]
    world.stop()
