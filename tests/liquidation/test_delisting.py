"""A removal settles every account, in rounds, whatever it holds and owes, and leaves nothing behind (rule 13.2)."""

import pytest
from tests.engine.world import (
    ALICE,
    BOB,
    CAROL,
    CROSS,
    DAY,
    HOUR,
    ISOLATED,
    SECOND,
    SPOT,
    World,
    amount,
    of_kind,
    parameters,
    with_rules,
)

from leverline.engine.commands import (
    AnnounceDelisting,
    Borrow,
    CoolOff,
    Deposit,
    OpenMarginAccount,
    PlaceOrderList,
    PublishPrices,
    ResumeTrading,
    SetBnbSwitches,
    SetPairStatus,
    StopTrading,
    SwitchMode,
    Transfer,
    WithdrawDelisting,
)
from leverline.liquidation.delisting_events import DelistingNoticeDue, DelistingSettled, HandedOver
from leverline.margin.account import PRO
from leverline.market.events import OrderEnded
from leverline.market.terms import (
    CAUSE_DELISTED,
    CAUSE_OCO,
    CAUSE_OTO_PHASE_ONE,
    DELISTED,
    DELISTING,
    HALTED,
    LIMIT_MAKER,
    OCO,
    OTO,
    STOP_LOSS,
    TRADING,
)
from leverline.rulebook.refusals import Refusal


@pytest.fixture
def world() -> World:
    """A small venue."""
    return World()


def announce(world: World, name: str = "ETH", is_pair: bool = False) -> None:
    """Let `name` be removed in eight days."""
    world.send(AnnounceDelisting(name, is_pair, world.time + 8 * DAY))


def proved(world: World) -> None:
    """Nothing is held or owed any more, no unit is lost, and a restart changes nothing."""
    desk = world.engine.core.delistings
    for delisting in desk.delistings.values():
        assert desk.concerned(delisting) == []
    assert world.engine.conservation_faults() == []
    state = world.engine.state_hash()
    world.restart()
    assert world.engine.state_hash() == state


def test_accounts_are_settled_in_rounds_and_a_restart_between_them_changes_nothing() -> None:
    """One account a round: at each second one more; the pair is closed when the last one is settled."""
    world = World(with_rules(parameters(), "delisting", accounts_per_round=1))
    for user_id in (ALICE, BOB, CAROL):
        world.cross(user_id, ETH="10")
    announce(world)
    pair = "ETHUSDT"
    found = of_kind(world.advance(8 * DAY), DelistingSettled)
    assert [event.user_id for event in found] == [ALICE]
    assert world.engine.core.exchange.pairs[pair].status == DELISTING
    assert world.refusal(world.limit(CAROL, pair, True, "1", "3000")) is Refusal.PAIR_HALTED
    world.restart()
    assert [event.user_id for event in of_kind(world.advance(SECOND), DelistingSettled)] == [BOB]
    assert [event.user_id for event in of_kind(world.advance(SECOND), DelistingSettled)] == [CAROL]
    assert world.engine.core.exchange.pairs[pair].status == DELISTED
    proved(world)


def test_a_pro_account_is_settled_by_its_collateral_level(world: World) -> None:
    """Bob owes ETH and holds USDT: it is bought back, and orders of a level above 2 stay."""
    world.cross(BOB, USDT="30000")
    world.send(SwitchMode(BOB, PRO), Borrow(BOB, CROSS, "ETH", amount("2")))
    announce(world)
    world.send(world.limit(BOB, "BTCUSDT", True, "0.1", "50000", kind=CROSS))
    world.maker("ETHUSDT", "2999", "3001")
    found = world.advance(8 * DAY)
    assert of_kind(found, HandedOver) == []
    account = world.account(BOB)
    assert (account.debts, len(account.orders)) == (0, 1)
    proved(world)


def test_orders_that_lock_what_is_needed_are_cancelled_after_all(world: World) -> None:
    """A level above 2, but all USDT stands in an order: it goes, and the debt is bought back."""
    world.cross(BOB, USDT="30000")
    world.send(Borrow(BOB, CROSS, "ETH", amount("2")))
    announce(world)
    world.send(world.limit(BOB, "ETHUSDT", False, "2", "3300", kind=CROSS))
    world.send(world.limit(BOB, "BTCUSDT", True, "0.5", "59999", kind=CROSS))
    world.maker("ETHUSDT", "2999", "3001")
    ended = of_kind(world.advance(8 * DAY), OrderEnded)
    mine = [(event.pair, event.cause) for event in ended if event.user_id == BOB]
    assert ("ETHUSDT", CAUSE_DELISTED) in mine
    assert world.account(BOB).debts == 0
    proved(world)


def test_spot_orders_stops_and_lists_end_with_the_pair(world: World) -> None:
    """Carol's limit, stop, pair and pending orders free what they held."""
    world.user(CAROL, ETH="10", USDT="10000")
    world.send(world.limit(CAROL, "ETHUSDT", False, "1", "3100"))
    above = world.limit(CAROL, "ETHUSDT", False, "1", "3200")
    below = world.limit(CAROL, "ETHUSDT", False, "1", "0")
    above.order_type = LIMIT_MAKER
    below.order_type, below.stop_price = STOP_LOSS, amount("2500")
    world.send(PlaceOrderList(OCO, [above, below]))
    working, pending = (
        world.limit(CAROL, "ETHUSDT", side, "1", price) for side, price in ((True, "2000"), (False, "4000"))
    )
    world.send(PlaceOrderList(OTO, [working, pending]))
    announce(world, "ETHUSDT", True)
    ended = of_kind(world.advance(8 * DAY), OrderEnded)
    spot = world.spot(CAROL)
    assert not spot.orders
    assert not spot.pending
    assert {event.cause for event in ended if event.user_id == CAROL} <= {
        CAUSE_DELISTED,
        CAUSE_OCO,
        CAUSE_OTO_PHASE_ONE,
    }
    assert spot.free("ETH") == amount("10")
    assert spot.free("USDT") == amount("10000")
    proved(world)


def test_a_stale_index_keeps_nobody(world: World) -> None:
    """The book is deep, but what is stale does not trade: it is handed over at the last price."""
    world = World(with_rules(parameters(), "index", source_silence=10 * SECOND))
    world.index(BTC="60000", ETH="3000", BNB="600", DOGE="0.1")
    world.cross(ALICE, ETH="10", BTC="0.1")
    world.send(Borrow(ALICE, CROSS, "USDT", amount("20000")))
    world.send(Deposit(ALICE, "ETH", amount("1")))
    announce(world)
    world.time += 8 * DAY - 5 * SECOND
    world.send(PublishPrices("house", [("BTC", 60_000 * 10**12, 1), ("BNB", 600 * 10**12, 1)]))
    found = world.advance(5 * SECOND)
    assert of_kind(found, HandedOver)
    assert world.account(ALICE).holding("ETH").total == 0
    proved(world)


def test_only_the_isolated_accounts_of_a_pair_go_with_it(world: World) -> None:
    """The cross account keeps its ETH and the other pair of ETH trades on."""
    world.cross(ALICE, ETH="10")
    world.send(OpenMarginAccount(ALICE, ISOLATED, "ETHUSDT"), Deposit(ALICE, "ETH", amount("2")))
    world.send(Transfer(ALICE, "ETH", amount("2"), SPOT, ISOLATED, "", "ETHUSDT"))
    announce(world, "ETHUSDT", True)
    found = of_kind(world.advance(8 * DAY), DelistingSettled)
    assert [event.to_spot for event in found] == [[("ETH", amount("2"))]]
    assert world.holding(ALICE, "ETH").free == amount("10")
    assert not world.account(ALICE, "ETHUSDT").is_enabled
    assert world.refusal(OpenMarginAccount(ALICE, ISOLATED, "ETHUSDT")) is Refusal.NOT_VALID_MARGIN_PAIR
    world.send(world.limit(ALICE, "ETHBTC", False, "1", "0.06", kind=CROSS))
    proved(world)


def test_a_withdrawn_delisting_leaves_no_trace(world: World) -> None:
    """Lending and transfers go on; the holders are told both times."""
    world.cross(ALICE, USDT="10000", ETH="1")
    announce(world)
    assert world.refusal(Borrow(ALICE, CROSS, "ETH", amount("1"))) is Refusal.BORROW_NOT_ALLOWED
    told = of_kind(world.send(WithdrawDelisting("ETH")), DelistingNoticeDue)
    assert [event.user_id for event in told] == [ALICE]
    world.send(Borrow(ALICE, CROSS, "ETH", amount("1")), Deposit(ALICE, "ETH", amount("1")))
    world.send(Transfer(ALICE, "ETH", amount("1"), SPOT, CROSS))
    world.advance(9 * DAY)
    assert world.holding(ALICE, "ETH").total > amount("2.9")


def test_the_liquidation_account_and_the_house_settle_what_is_gone(world: World) -> None:
    """What empty books left is paid between them at index within a day: the liquidation account has none of it."""
    world.cross(BOB, USDT="30000")
    world.send(Borrow(BOB, CROSS, "ETH", amount("4")))
    world.maker("ETHUSDT", "3000", "")
    world.send(world.limit(BOB, "ETHUSDT", False, "4", "3000", kind=CROSS))
    world.maker("ETHUSDT", "", "")
    announce(world)
    stake = world.engine.core.ledger.venue["ETH"].house_stake
    assert of_kind(world.advance(8 * DAY), HandedOver)
    world.advance(DAY)
    venue, account = world.engine.core.ledger.venue["ETH"], world.engine.core.liquidation_wallet
    assert account.owed("ETH") == account.free("ETH") == 0
    assert stake - venue.house_stake == amount("4"), "the house was paid for its stake in USDT"
    assert venue.pool_lent == 0
    proved(world)


def test_commission_in_bnb_does_not_leave_a_debt(world: World) -> None:
    """What is bought back arrives whole then, a little more than is owed: the rest is spot's."""
    world.cross(BOB, USDT="30000", BNB="10")
    world.send(SetBnbSwitches(BOB, True, False), Borrow(BOB, CROSS, "ETH", amount("4")))
    world.maker("ETHUSDT", "2999", "3001")
    world.send(world.limit(BOB, "ETHUSDT", False, "4", "2999", kind=CROSS))
    announce(world)
    world.advance(8 * DAY)
    assert world.account(BOB).debts == 0
    proved(world)


def test_a_sub_account_does_not_escape_its_parents_pause(world: World) -> None:
    """Nor the parent that of a sub-account (rule 13.4)."""
    world.cross(ALICE, USDT="10000")
    world.cross(BOB, parent_id=ALICE, USDT="10000")
    world.send(CoolOff(BOB, DAY))
    for user_id in (ALICE, BOB):
        assert world.refusal(Borrow(user_id, CROSS, "USDT", amount("100"))) is Refusal.COOLING_OFF
    world.advance(DAY)
    world.send(Borrow(ALICE, CROSS, "USDT", amount("100")))


def test_a_removal_waits_while_all_trading_is_stopped(world: World) -> None:
    """It begins within the hour after trading goes on, and a stop does not open again what is gone."""
    world.cross(ALICE, ETH="10")
    announce(world)
    world.send(StopTrading())
    assert of_kind(world.advance(8 * DAY), DelistingSettled) == []
    world.restart()
    world.send(ResumeTrading())
    assert of_kind(world.advance(HOUR), DelistingSettled)
    world.send(StopTrading(), ResumeTrading())
    assert world.engine.core.exchange.pairs["ETHUSDT"].status == DELISTED
    assert world.refusal(SetPairStatus("ETHUSDT", TRADING)) is Refusal.PAIR_HALTED
    proved(world)


def test_a_stop_in_the_middle_of_a_removal_holds_it(world: World) -> None:
    """The rest of the accounts are settled when trading goes on."""
    world = World(with_rules(parameters(), "delisting", accounts_per_round=1))
    for user_id in (ALICE, BOB):
        world.cross(user_id, ETH="10")
    announce(world)
    world.advance(8 * DAY)
    world.send(StopTrading())
    assert of_kind(world.advance(2 * DAY), DelistingSettled) == []
    assert world.refusal(SetPairStatus("ETHUSDT", TRADING)) is Refusal.PAIR_HALTED
    world.send(ResumeTrading())
    assert [event.user_id for event in of_kind(world.advance(HOUR), DelistingSettled)] == [BOB]
    proved(world)


def test_a_halted_pair_stays_halted_and_what_is_held_is_handed_over(world: World) -> None:
    """The operator has closed it for a reason: its book does not count."""
    world.cross(ALICE, ETH="10")
    world.send(Borrow(ALICE, CROSS, "USDT", amount("18000")))
    world.maker("ETHUSDT", "2999", "3001")
    announce(world)
    for pair in ("ETHUSDT", "ETHBTC"):
        world.send(SetPairStatus(pair, HALTED))
    assert of_kind(world.advance(8 * DAY), HandedOver)
    proved(world)


def test_what_no_direct_book_gives_is_bought_through_usdt(world: World) -> None:
    """BTC is held, ETH owed: their pair trades and its book is empty, those with USDT are deep."""
    world.cross(BOB, BTC="1")
    world.send(Borrow(BOB, CROSS, "ETH", amount("4")))
    world.send(Transfer(BOB, "ETH", amount("4"), CROSS, SPOT))
    announce(world)
    assert world.engine.core.exchange.pairs["ETHBTC"].status == TRADING
    world.maker("ETHUSDT", "2999", "3001")
    world.maker("BTCUSDT", "59990", "60010")
    assert of_kind(world.advance(8 * DAY), HandedOver) == []
    assert world.account(BOB).debts == 0
    proved(world)


def test_one_who_holds_nothing_any_more_is_not_told_that_he_was_settled(world: World) -> None:
    """The pair and its asset go at one time: who was settled with the first is none of the second."""
    world.isolated(BOB, "ETHUSDT", USDT="1000")
    announce(world, "ETHUSDT", is_pair=True)
    announce(world)
    found = of_kind(world.advance(8 * DAY), DelistingSettled)
    assert [event.user_id for event in found] == [BOB]
    proved(world)
