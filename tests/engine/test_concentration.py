"""Concentration bans and restricted assets (rules 13.1, 13.8, 4.5)."""

from tests.engine.world import (
    ALICE,
    BOB,
    CROSS,
    HOUR,
    ISOLATED,
    MINUTE,
    SPOT,
    World,
    amount,
    of_kind,
    parameters,
    ratio,
    with_asset,
    with_rules,
)

from leverline.engine.commands import (
    AdvanceTime,
    Borrow,
    CancelAllOrders,
    ClosePosition,
    Command,
    Deposit,
    OpenMarginAccount,
    PlaceOrder,
    Repay,
    RestrictAsset,
    Transfer,
)
from leverline.engine.engine import restore
from leverline.engine.operator_commands import ChangeParameters, PauseLiquidation
from leverline.kernel.numbers import value_down
from leverline.margin.events import CollateralCapReached, ConcentrationBanned, ConcentrationLifted, LongRestricted
from leverline.market.terms import LIMIT, MARGIN_BUY, MARKET
from leverline.rulebook.parameters import ConcentrationLimit, VenueParameters
from leverline.rulebook.refusals import Refusal

LIMIT_VALUE = amount("20000")


def rules(value: int = LIMIT_VALUE, multiple: str = "2") -> VenueParameters:
    """Return the rules with a DOGE that is concentrated from a small value on and may be borrowed at will."""
    limit = ConcentrationLimit(value, ratio(multiple), ratio("1.5"))
    return with_asset(
        parameters(), "DOGE", concentration=limit, exposure_floor=amount("1000000"),
        borrow_limits=(amount("1000000000"),) * 10,
    )  # fmt: skip


def doge(is_buy: bool, quantity: str, user_id: int = ALICE, **terms: object) -> PlaceOrder:
    """Return a limit order in DOGE at its index price from the cross account."""
    return PlaceOrder(user_id, CROSS, "DOGEUSDT", is_buy, LIMIT, amount(quantity), amount("0.1"), **terms)


def long_doge(world: World, user_id: int = ALICE, quantity: str = "300000", parent_id: int = 0) -> None:
    """Let a user with 10,000 USDT of his own hold DOGE for up to 30,000 more that he owes: C ÷ L below 1.5."""
    world.cross(user_id, parent_id=parent_id, USDT="10000")
    world.send(Borrow(user_id, CROSS, "USDT", amount("30000")))
    world.maker("DOGEUSDT", bid="", ask="0.1", size="1000000")
    world.send(doge(True, quantity, user_id))
    world.maker("DOGEUSDT", bid="", ask="")


def banned(world: World | None = None) -> World:
    """Return a venue in which Alice may only reduce her DOGE."""
    world = world or World(rules())
    long_doge(world)
    (ban,) = of_kind(world.advance(MINUTE), ConcentrationBanned)
    assert (ban.user_id, ban.asset, ban.is_long) == (ALICE, "DOGE", True)
    assert ban.position == world.holding(ALICE, "DOGE").total
    return world


def test_a_ban_begins_at_the_full_minute_and_only_reducing_is_possible_from_then_on() -> None:
    """Up to the judgement she may buy; after it neither buy nor bring in, but sell, take out, repay and cancel."""
    world = World(rules())
    long_doge(world)
    world.send(doge(True, "1000"), CancelAllOrders(ALICE, CROSS, "DOGEUSDT"))
    assert of_kind(world.advance(MINUTE), ConcentrationBanned)
    assert world.refusal(doge(True, "1000")) == Refusal.CONCENTRATION_BAN
    assert world.refusal(doge(True, "1000", side_effect=MARGIN_BUY)) == Refusal.CONCENTRATION_BAN
    world.send(Deposit(ALICE, "DOGE", amount("10")))
    assert world.refusal(Transfer(ALICE, "DOGE", amount("10"), SPOT, CROSS)) == Refusal.CONCENTRATION_BAN
    world.send(doge(False, "1000"), CancelAllOrders(ALICE, CROSS, "DOGEUSDT"))
    world.send(Repay(ALICE, CROSS, "USDT", amount("1000")))


def test_other_assets_and_other_accounts_stay_free() -> None:
    """The ban is of one asset, of cross accounts."""
    world = banned()
    world.send(world.limit(ALICE, "BTCUSDT", True, "0.01", "50000", kind=CROSS))
    world.send(Deposit(ALICE, "USDT", amount("100")))
    world.send(world.limit(ALICE, "DOGEUSDT", True, "1000", "0.1"))


def fund(text: str) -> list[Command]:
    """Return what gives Alice's cross account more of her own."""
    return [Deposit(ALICE, "USDT", amount(text)), Transfer(ALICE, "USDT", amount(text), SPOT, CROSS)]


def test_a_position_of_the_value_itself_is_not_above_it() -> None:
    """299,700 DOGE are worth 29,970 USDT: the limit is one unit below in the one venue, just that in the other."""
    for limit, is_banned in (("29969.99999999", True), ("29970", False)):
        world = World(rules(amount(limit)))
        long_doge(world)
        assert world.holding(ALICE, "DOGE").total == amount("299700")
        assert bool(of_kind(world.advance(MINUTE), ConcentrationBanned)) == is_banned


def test_a_deep_book_bears_a_large_position() -> None:
    """The depth of the last clock hour, twice of which is more than her position."""
    world = World(rules())
    world.maker("DOGEUSDT", bid="0.0999", ask="0.1001", size="1000000")
    world.advance(HOUR)
    long_doge(world)
    assert not of_kind(world.advance(MINUTE), ConcentrationBanned)
    world.advance(HOUR)
    assert world.engine.core.risk.limits.bans.in_force


def test_enough_collateral_bears_a_large_position() -> None:
    """With 20,000 USDT more of her own C ÷ L is above 1.5."""
    world = World(rules())
    long_doge(world)
    world.send(*fund("20000"))
    assert not of_kind(world.advance(MINUTE), ConcentrationBanned)


def test_a_ban_ends_once_half_the_position_is_gone() -> None:
    """Half of it is not enough to the last lot; the half itself is."""
    world = banned()
    position = world.engine.core.risk.limits.bans.in_force[0].position
    world.maker("DOGEUSDT", bid="0.1", ask="", size="1000000")
    world.send(doge(False, "149000"))
    assert not of_kind(world.advance(MINUTE), ConcentrationLifted)
    assert world.refusal(doge(True, "1000")) == Refusal.CONCENTRATION_BAN
    world.send(doge(False, "1000"))
    assert world.holding(ALICE, "DOGE").total * 2 <= position
    (lifted,) = of_kind(world.advance(MINUTE), ConcentrationLifted)
    assert (lifted.user_id, lifted.asset, lifted.is_long) == (ALICE, "DOGE", True)
    world.send(doge(True, "1000"))


def test_a_fall_of_the_price_ends_no_ban_but_the_last_repayment_does() -> None:
    """It is amounts that are cut; and without debt there is nothing to be afraid of."""
    world = banned()
    world.index(DOGE="0.098")
    assert not of_kind(world.advance(MINUTE), ConcentrationLifted)
    world.send(*fund("40000"))
    world.send(Repay(ALICE, CROSS, "USDT", 0))
    assert of_kind(world.advance(MINUTE), ConcentrationLifted)


def test_positions_of_a_family_count_as_one_and_the_ban_binds_all_of_it() -> None:
    """Neither the parent nor his sub-account alone is above the value; together they are."""
    world = World(rules(amount("40000")))
    long_doge(world, ALICE)
    assert not of_kind(world.advance(MINUTE), ConcentrationBanned)
    long_doge(world, BOB, parent_id=ALICE)
    (ban,) = of_kind(world.advance(MINUTE), ConcentrationBanned)
    assert ban.user_id == ALICE
    for user_id in (ALICE, BOB):
        assert world.refusal(doge(True, "1000", user_id)) == Refusal.CONCENTRATION_BAN


def short_doge(world: World) -> World:
    """Return a venue in which Alice is short of 250,000 DOGE and may only buy it."""
    world.cross(ALICE, USDT="10000")
    world.send(Borrow(ALICE, CROSS, "DOGE", amount("250000")))
    world.maker("DOGEUSDT", bid="0.1", ask="", size="1000000")
    world.send(doge(False, "249000"))
    world.maker("DOGEUSDT", bid="", ask="")
    (ban,) = of_kind(world.advance(MINUTE), ConcentrationBanned)
    assert not ban.is_long
    return world


def test_a_ban_on_shorts_bars_loans_sales_and_transfers_out() -> None:
    """Whatever would make the short larger is refused, what would make it smaller is not."""
    world = short_doge(World(rules()))
    assert world.engine.core.risk.limits.max_borrowable(world.account(ALICE), "DOGE") == 0
    assert world.refusal(Borrow(ALICE, CROSS, "DOGE", amount("1000"))) == Refusal.CONCENTRATION_BAN
    assert world.refusal(doge(False, "500")) == Refusal.CONCENTRATION_BAN
    assert world.refusal(doge(False, "5000", side_effect=MARGIN_BUY)) == Refusal.CONCENTRATION_BAN
    world.send(doge(True, "1000"), CancelAllOrders(ALICE, CROSS, "DOGEUSDT"))
    world.send(Borrow(ALICE, CROSS, "USDT", amount("100")))


def test_a_ban_lets_in_what_meets_a_debt_of_the_asset_itself() -> None:
    """A member that is short of what his family is long of may buy it back, and no more."""
    world = World(rules())
    long_doge(world)
    world.cross(BOB, parent_id=ALICE, USDT="10000")
    world.send(Borrow(BOB, CROSS, "DOGE", amount("50000")))
    world.maker("DOGEUSDT", bid="0.1", ask="", size="1000000")
    world.send(doge(False, "50000", BOB))
    world.maker("DOGEUSDT", bid="", ask="")
    assert [each.is_long for each in of_kind(world.advance(MINUTE), ConcentrationBanned)] == [True]
    assert world.refusal(doge(True, "51000", BOB)) == Refusal.CONCENTRATION_BAN
    world.send(doge(True, "50000", BOB))
    assert world.refusal(doge(True, "1000", BOB)) == Refusal.CONCENTRATION_BAN


def test_a_position_is_not_closed_into_a_banned_long() -> None:
    """BTC may not become DOGE, but USDT."""
    world = banned()
    world.send(Deposit(ALICE, "BTC", amount("0.2")), Transfer(ALICE, "BTC", amount("0.2"), SPOT, CROSS))
    world.maker()
    world.maker("DOGEUSDT", bid="0.0999", ask="0.1", size="1000000")
    assert world.refusal(ClosePosition(ALICE, "BTC", "DOGE")) == Refusal.CONCENTRATION_BAN
    world.send(ClosePosition(ALICE, "BTC", "USDT"))


def test_a_short_is_not_bought_back_with_what_a_ban_holds() -> None:
    """ETH that is owed may not be paid with DOGE that is sold short already, but with USDT."""
    world = World(rules())
    world.cross(ALICE, USDT="20000")
    world.send(Borrow(ALICE, CROSS, "DOGE", amount("400000")))
    world.maker("DOGEUSDT", bid="0.1", ask="", size="1000000")
    world.send(doge(False, "300000"))
    assert of_kind(world.advance(MINUTE), ConcentrationBanned)
    world.maker("DOGEUSDT", bid="0.0999", ask="0.1001", size="1000000")
    world.maker("ETHUSDT", "2999", "3001")
    world.send(Borrow(ALICE, CROSS, "ETH", amount("0.5")))
    world.send(world.limit(ALICE, "ETHUSDT", False, "0.5", "2999", kind=CROSS))
    assert world.refusal(ClosePosition(ALICE, "ETH", "DOGE")) == Refusal.CONCENTRATION_BAN
    world.send(ClosePosition(ALICE, "ETH", "USDT"))


def test_who_is_in_liquidation_is_not_judged_whether_the_venue_was_restarted_or_not() -> None:
    """A locked account's position is the desk's to reduce; before and after a restart all goes on alike."""
    world = World(rules())
    world.send(PauseLiquidation(0))
    long_doge(world)
    world.index(DOGE="0.0705")
    assert world.account(ALICE).is_locked
    assert value_down(world.holding(ALICE, "DOGE").total, amount("0.0705") * 10_000) > LIMIT_VALUE
    again = restore(world.parameters, world.engine.snapshot())
    time = world.time + MINUTE
    for engine in (world.engine, again):
        assert not of_kind(engine.apply(AdvanceTime(), time), ConcentrationBanned)
    assert again.state_hash() == world.engine.state_hash()


def test_a_shorter_interval_of_judgements_holds_from_its_change_on() -> None:
    """Every hour, then every minute: the ban begins at the next full minute, not at the full hour."""
    world = World(with_rules(rules(), "controls", concentration_interval=HOUR))
    world.advance(HOUR)
    long_doge(world)
    assert not of_kind(world.advance(MINUTE), ConcentrationBanned)
    world.send(ChangeParameters("c1", [("controls.concentration_interval", str(MINUTE))]))
    assert of_kind(world.advance(MINUTE), ConcentrationBanned)


def test_bans_outlive_a_restart() -> None:
    """They are in the snapshot, with what they began with."""
    world = banned()
    before = world.engine.state_hash()
    world.restart()
    assert world.engine.state_hash() == before
    assert world.refusal(doge(True, "1000")) == Refusal.CONCENTRATION_BAN
    assert not of_kind(world.advance(MINUTE), ConcentrationBanned)


def test_an_operator_closes_an_asset_for_longs_with_borrowed_funds() -> None:
    """Who owes may not buy more of it than he owes of it, who owes nothing may; sales and isolated debts alike."""
    world = World()
    world.cross(ALICE, USDT="10000")
    world.cross(BOB, USDT="10000")
    world.maker()
    (event,) = of_kind(world.send(RestrictAsset("BTC", True)), LongRestricted)
    assert (event.asset, event.is_restricted) == ("BTC", True)
    assert world.refusal(RestrictAsset("BTC", True)) == Refusal.CHANGES_NOTHING
    buy = PlaceOrder(ALICE, CROSS, "BTCUSDT", True, MARKET, amount("0.3"), side_effect=MARGIN_BUY)
    assert world.refusal(buy) == Refusal.LONG_RESTRICTED
    world.send(world.limit(BOB, "BTCUSDT", True, "0.1", "60010", kind=CROSS))
    world.send(Borrow(ALICE, CROSS, "BTC", amount("0.2")))
    world.send(PlaceOrder(ALICE, CROSS, "BTCUSDT", False, MARKET, amount("0.2")))
    world.send(world.limit(ALICE, "BTCUSDT", True, "0.2", "60010", kind=CROSS))
    world.restart()
    world.send(RestrictAsset("BTC", False), OpenMarginAccount(ALICE, ISOLATED, "BTCUSDT"))
    world.send(buy)


def test_reaching_the_cap_of_collateral_is_told_once_and_so_is_coming_back() -> None:
    """DOGE for 100 USDT is the cap: a rise of its price passes it, a fall comes back under it."""
    world = World(with_asset(parameters(), "DOGE", collateral_cap=amount("100")))
    world.cross(ALICE, DOGE="1000")
    world.index(DOGE="0.11")
    (over,) = of_kind(world.advance(MINUTE), CollateralCapReached)
    assert (over.asset, over.is_over) == ("DOGE", True)
    assert not of_kind(world.advance(MINUTE), CollateralCapReached)
    world.restart()
    world.index(DOGE="0.1")
    (back,) = of_kind(world.advance(MINUTE), CollateralCapReached)
    assert not back.is_over
