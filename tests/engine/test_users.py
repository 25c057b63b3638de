"""Users: sub-accounts, suspension, permissions, VIP levels, the BNB switches (rules 3.5, 4.5, 8, 9.1, 9.6, 12)."""

import pytest
from tests.engine.world import (
    ALICE,
    BOB,
    CAROL,
    CROSS,
    DAY,
    HOUR,
    ISOLATED,
    MAKER,
    MALLORY,
    SPOT,
    World,
    amount,
    of_kind,
    parameters,
    ratio,
    with_asset,
)

from leverline.engine.commands import (
    Borrow,
    CancelAllOrders,
    CancelOrder,
    Command,
    Deposit,
    GrantPermission,
    LiftBorrowBar,
    MassQuote,
    OpenMarginAccount,
    PlaceOrder,
    RegisterUser,
    Repay,
    SetBnbSwitches,
    SetVipLevel,
    SuspendUser,
    SwitchMode,
    Transfer,
    Withdraw,
)
from leverline.engine.events import UserChanged
from leverline.kernel.events import Event
from leverline.lending.events import (
    ON_BORROW,
    ON_BORROW_CONVERTED,
    PERIODIC,
    PERIODIC_CONVERTED,
    InterestCharged,
)
from leverline.liquidation.events import LiquidationStarted
from leverline.margin.account import EXCESSIVE, MAY_MARGIN, MAY_PRO, PRO
from leverline.market.events import OrderAccepted, SelfTradePrevented, Trade
from leverline.market.terms import LIMIT, MARKET, STP_NONE
from leverline.rulebook.refusals import Refusal

SUB = 11
"""A sub-account of Mallory's."""


class TestSubAccounts:
    """A sub-account is a user of its own whose parent stands for it where size counts."""

    def test_a_sub_account_cannot_have_sub_accounts(self, world: World) -> None:
        """Nor can a parent be unknown."""
        world.user(MALLORY)
        world.user(SUB, MALLORY)
        assert world.refusal(RegisterUser(12, 0, SUB)) == Refusal.UNKNOWN_USER
        assert world.refusal(RegisterUser(12, 0, 99)) == Refusal.UNKNOWN_USER

    def test_a_parent_and_its_sub_account_do_not_trade_with_each_other(self, world: World) -> None:
        """Self-trade prevention works over all accounts; where it is switched off the fill counts for no volume."""
        parent = world.user(MALLORY, USDT="100000")
        world.user(SUB, MALLORY, BTC="1")
        world.send(world.limit(MALLORY, "BTCUSDT", True, "0.1", "60000"))
        events = world.send(world.limit(SUB, "BTCUSDT", False, "0.1", "60000"))
        assert (len(of_kind(events, SelfTradePrevented)), len(of_kind(events, Trade))) == (1, 0)
        world.send(world.limit(MALLORY, "BTCUSDT", True, "0.1", "60001"))
        events = world.send(world.limit(SUB, "BTCUSDT", False, "0.1", "60001", self_trade=STP_NONE))
        assert len(of_kind(events, Trade)) == 1
        assert parent.volume_today == 0

    def test_the_borrow_limit_is_that_of_the_whole_family(self) -> None:
        """5,000 USDT for Mallory and her sub-account together (rule 8.1)."""
        world = World(with_asset(parameters(), "USDT", borrow_limits=(amount("5000"),) * 10))
        world.cross(MALLORY, USDT="10000")
        world.cross(SUB, parent_id=MALLORY, USDT="10000")
        world.send(Borrow(MALLORY, CROSS, "USDT", amount("3000")))
        assert world.refusal(Borrow(SUB, CROSS, "USDT", amount("2000") + 1)) == Refusal.EXCEEDS_BORROW_LIMIT
        world.send(Borrow(SUB, CROSS, "USDT", amount("2000")))

    def test_splitting_collateral_does_not_fill_the_first_tier_twice(self) -> None:
        """Two halves of 16,000,000 USDT in DOGE are worth as collateral what the whole is worth (rule 4.5)."""
        world = World(with_asset(parameters(), "DOGE", collateral_cap=amount("1000000000")))
        world.cross(MALLORY, DOGE="160000000")
        whole = world.engine.core.risk.view(world.account(MALLORY)).collateral
        assert whole < amount("16000000")
        other = World(world.parameters)
        other.cross(MALLORY, DOGE="80000000")
        other.cross(SUB, parent_id=MALLORY, DOGE="80000000")
        halves = [other.engine.core.risk.view(other.account(user)).collateral for user in (MALLORY, SUB)]
        assert halves[0] == halves[1]
        assert 0 <= whole - sum(halves) <= 1


def suspended() -> World:
    """Return a venue in which Alice, who owes 1,000 USDT and has a bid open, is suspended."""
    world = World()
    world.cross(ALICE, USDT="10000")
    world.send(Borrow(ALICE, CROSS, "USDT", amount("1000")), Deposit(ALICE, "USDT", amount("200")))
    world.send(world.limit(ALICE, "BTCUSDT", True, "0.01", "50000", kind=CROSS, client_id="bid"))
    world.send(SuspendUser(ALICE, True))
    return world


STOPPED: list[Command] = [
    PlaceOrder(ALICE, SPOT, "BTCUSDT", True, LIMIT, amount("0.001"), amount("50000")),
    PlaceOrder(ALICE, CROSS, "BTCUSDT", True, LIMIT, amount("0.001"), amount("50000")),
    MassQuote(ALICE, SPOT, "BTCUSDT", [(amount("50000"), amount("0.001"))], []),
    Borrow(ALICE, CROSS, "USDT", amount("100")),
    Transfer(ALICE, "USDT", amount("1"), CROSS, SPOT),
    Transfer(ALICE, "USDT", amount("1"), SPOT, CROSS),
    Withdraw(ALICE, "USDT", amount("1")),
    OpenMarginAccount(ALICE, ISOLATED, "BTCUSDT"),
]
GOING_ON: list[Command] = [
    CancelOrder(ALICE, CROSS, "BTCUSDT", 0, "bid"),
    CancelAllOrders(ALICE, CROSS, "BTCUSDT"),
    Repay(ALICE, CROSS, "USDT", amount("100")),
    Repay(ALICE, CROSS, "USDT", 0),
    Deposit(ALICE, "USDT", amount("1")),
]


class TestSuspension:
    """A suspended user may only reduce."""

    @pytest.mark.parametrize("number", range(len(STOPPED)))
    def test_orders_loans_and_transfers_stop(self, number: int) -> None:
        """Nothing that takes on risk or lets funds leave."""
        assert suspended().refusal(STOPPED[number]) == Refusal.USER_SUSPENDED

    @pytest.mark.parametrize("number", range(len(GOING_ON)))
    def test_cancelling_and_repaying_go_on(self, number: int) -> None:
        """Whoever owes can always pay."""
        suspended().send(GOING_ON[number])

    def test_a_suspended_users_account_is_still_judged(self, world: World) -> None:
        """Suspension protects no one from liquidation."""
        world.short()
        world.send(SuspendUser(BOB, True))
        assert of_kind(world.index(BTC="73000"), LiquidationStarted)

    def test_the_suspension_can_be_lifted(self) -> None:
        """Then all goes on as before."""
        world = suspended()
        changed = of_kind(world.send(SuspendUser(ALICE, False)), UserChanged)[0]
        assert (changed.user_id, changed.is_suspended) == (ALICE, False)
        world.send(*STOPPED)


class TestPermissions:
    """What a questionnaire opens."""

    def test_withdrawn_permissions_close_nothing_that_is_open(self, world: World) -> None:
        """Alice keeps her account and cannot open another, nor switch to Pro."""
        world.cross(ALICE, USDT="1000")
        world.send(GrantPermission(ALICE, MAY_MARGIN, False), GrantPermission(ALICE, MAY_PRO, False))
        assert world.refusal(OpenMarginAccount(ALICE, ISOLATED, "BTCUSDT")) == Refusal.PERMISSION_MISSING
        assert world.refusal(SwitchMode(ALICE, PRO)) == Refusal.PERMISSION_MISSING
        world.send(Borrow(ALICE, CROSS, "USDT", amount("100")))


def trade_for_volume(world: World, rounds: int = 10) -> None:
    """Let Carol buy and sell 1 BTC at 60,000 of the maker, so often."""
    world.maker(bid="60000", ask="")
    for _ in range(rounds):
        world.send(PlaceOrder(CAROL, SPOT, "BTCUSDT", False, MARKET, amount("1")))
    world.maker(bid="", ask="60000")
    for _ in range(rounds):
        world.send(PlaceOrder(CAROL, SPOT, "BTCUSDT", True, MARKET, amount("1")))


class TestVipLevels:
    """Levels by volume and BNB, recomputed at the start of each day (rule 8.4)."""

    def test_volume_and_bnb_earn_a_level_at_the_start_of_the_day(self, world: World) -> None:
        """1,200,000 USDT traded and 25 BNB held: level 1 from midnight on, with its fees."""
        carol = world.user(CAROL, USDT="100000", BTC="20", BNB="25")
        trade_for_volume(world)
        assert carol.volume_today == amount("1200000")
        assert carol.vip_level == 0
        events = world.advance(DAY)
        assert [(event.user_id, event.vip_level) for event in of_kind(events, UserChanged)] == [(CAROL, 1), (MAKER, 1)]
        assert (carol.maker_fee, carol.taker_fee) == (ratio("0.0009"), ratio("0.001"))

    def test_volume_without_bnb_earns_nothing(self, world: World) -> None:
        """A hair below 25 BNB."""
        carol = world.user(CAROL, USDT="100000", BTC="20", BNB="24.99999999")
        trade_for_volume(world)
        world.advance(DAY)
        assert carol.vip_level == 0

    def test_a_level_is_lost_when_the_volume_is_thirty_days_old(self, world: World) -> None:
        """29 days after the day it is still counted, after 31 no more."""
        carol = world.user(CAROL, USDT="100000", BTC="20", BNB="25")
        trade_for_volume(world)
        world.advance(30 * DAY)
        assert carol.vip_level == 1
        world.advance(DAY)
        assert carol.vip_level == 0

    def test_a_level_set_by_an_operator_stays_until_it_is_given_back(self, world: World) -> None:
        """Level 5 outlasts midnight; −1 returns Carol to the daily computation, level 0."""
        carol = world.user(CAROL)
        world.send(SetVipLevel(CAROL, 5))
        world.advance(DAY)
        assert carol.vip_level == 5
        world.send(SetVipLevel(CAROL, -1))
        world.advance(DAY)
        assert carol.vip_level == 0

    def test_a_level_given_at_registration_stays_as_one_set_by_an_operator(self, world: World) -> None:
        """Registered with level 3, without volume or BNB: level 3 after midnight too."""
        world.send(RegisterUser(77, 3))
        world.advance(DAY)
        assert world.engine.core.users[77].vip_level == 3

    def test_a_level_lowers_the_interest_of_the_next_charge(self, world: World) -> None:
        """Level 1 pays the hourly rate less 5 % (rule 3.4)."""
        world.cross(ALICE, USDT="10000")
        world.send(Borrow(ALICE, CROSS, "USDT", amount("10000")), SetVipLevel(ALICE, 1))
        events = world.advance(HOUR)
        charge = of_kind(events, InterestCharged)[0]
        rate = world.engine.core.desk.pools["USDT"].rate_hourly
        assert abs(charge.rate_hourly * 100 - rate * 95) <= 100


def charged(events: list[Event]) -> InterestCharged:
    """Return the one charge among the events."""
    found = of_kind(events, InterestCharged)
    assert len(found) == 1
    return found[0]


class TestBnb:
    """Commission and interest in BNB."""

    def fee_of(self, world: World, user_id: int) -> Trade:
        """Let a user buy 1 BTC at 60,000 and return the trade."""
        world.maker(bid="", ask="60000")
        return of_kind(world.send(PlaceOrder(user_id, SPOT, "BTCUSDT", True, MARKET, amount("1"))), Trade)[0]

    def test_commission_in_bnb_is_a_quarter_less(self, world: World) -> None:
        """0.1 % of 60,000 USDT is 60 USDT; three quarters of it are 0.075 BNB at 600."""
        carol = world.user(CAROL, USDT="100000", BNB="1")
        world.send(SetBnbSwitches(CAROL, True, False))
        trade = self.fee_of(world, CAROL)
        assert (trade.is_taker_fee_bnb, trade.taker_fee) == (True, amount("0.075"))
        assert (carol.spot.free("BTC"), carol.spot.free("BNB")) == (amount("1"), amount("0.925"))

    def test_without_enough_bnb_commission_is_in_kind(self, world: World) -> None:
        """0.07499999 BNB do not pay 0.075."""
        carol = world.user(CAROL, USDT="100000", BNB="0.07499999")
        world.send(SetBnbSwitches(CAROL, True, False))
        assert not self.fee_of(world, CAROL).is_taker_fee_bnb
        assert (carol.spot.free("BTC"), carol.spot.free("BNB")) == (amount("0.999"), amount("0.07499999"))

    def test_interest_in_bnb_starts_with_the_switch_and_old_interest_stays(self, world: World) -> None:
        """The loan's first hour is owed in USDT; the next hour in BNB, at 95 % and 1/600, though Alice holds none."""
        world.cross(ALICE, USDT="10000")
        first = charged(world.send(Borrow(ALICE, CROSS, "USDT", amount("10000"))))
        assert (first.kind, first.paid_asset) == (ON_BORROW, "USDT")
        world.send(SetBnbSwitches(ALICE, False, True))
        second = charged(world.advance(HOUR))
        assert (second.kind, second.asset, second.paid_asset) == (PERIODIC_CONVERTED, "USDT", "BNB")
        exact = 10_000 * second.rate_hourly * 95  # 10⁻¹⁴ USDT
        assert second.amount == (exact // 600 + 500_000) // 1_000_000
        assert world.holding(ALICE, "USDT").interest == first.amount
        assert world.holding(ALICE, "BNB").interest == second.amount
        assert world.account(ALICE).debts == 2
        converted = charged(world.send(Borrow(ALICE, CROSS, "USDT", amount("10000"))))
        assert converted.kind == ON_BORROW_CONVERTED

    def test_switched_off_the_next_hour_is_in_the_asset_again(self, world: World) -> None:
        """BNB interest already owed stays BNB, and is repaid in BNB."""
        world.cross(ALICE, USDT="10000", BNB="1")
        world.send(SetBnbSwitches(ALICE, False, True), Borrow(ALICE, CROSS, "USDT", amount("10000")))
        world.send(SetBnbSwitches(ALICE, False, False))
        assert charged(world.advance(HOUR)).kind == PERIODIC
        world.send(Repay(ALICE, CROSS, "BNB", 0), Repay(ALICE, CROSS, "USDT", 0))
        assert world.account(ALICE).debts == 0
        assert world.account(ALICE).status == EXCESSIVE

    def test_an_isolated_account_pays_in_its_own_asset(self, world: World) -> None:
        """Rule 3.5 is for cross accounts."""
        world.isolated(ALICE, "BTCUSDT", USDT="10000")
        world.send(SetBnbSwitches(ALICE, False, True))
        event = charged(world.send(Borrow(ALICE, ISOLATED, "USDT", amount("10000"), "BTCUSDT")))
        assert (event.kind, event.paid_asset) == (ON_BORROW, "USDT")


class TestBorrowBar:
    """A deficit that the fund paid (rule 8.5)."""

    def deficit(self, world: World) -> None:
        """Let Bob short 0.5 BTC and the price double."""
        world.short() if BOB not in world.engine.core.users else self.short_again(world)
        world.index(BTC="120000")
        world.advance(120_000_000)

    def short_again(self, world: World) -> None:
        """Let Bob short once more, with new money, at 60,000."""
        world.index(BTC="60000")
        world.advance(120_000_000)
        world.send(Deposit(BOB, "USDT", amount("10000")), Transfer(BOB, "USDT", amount("10000"), SPOT, CROSS))
        world.send(Borrow(BOB, CROSS, "BTC", amount("0.5")))
        world.maker(bid="60000", ask="")
        world.send(world.limit(BOB, "BTCUSDT", False, "0.5", "60000", kind=CROSS))
        world.maker(bid="", ask="")

    def test_it_bars_for_a_day_and_the_second_one_until_an_operator_lifts_it(self, world: World) -> None:
        """The user owes nothing in either case."""
        self.deficit(world)
        loan = Borrow(BOB, CROSS, "USDT", amount("100"))
        assert world.refusal(loan) == Refusal.BORROW_BARRED
        world.advance(DAY)
        self.deficit(world)
        world.advance(40 * DAY)
        assert world.refusal(loan) == Refusal.BORROW_BARRED
        world.send(LiftBorrowBar(BOB))
        assert world.refusal(loan) == Refusal.EXCEEDS_MAX_BORROWABLE, "he has nothing to borrow on"

    def test_a_sub_account_does_not_get_around_it(self, world: World) -> None:
        """Bob's sub-account is barred with him."""
        self.deficit(world)
        world.cross(SUB, parent_id=BOB, USDT="1000")
        assert world.refusal(Borrow(SUB, CROSS, "USDT", amount("100"))) == Refusal.BORROW_BARRED


def test_an_order_names_its_user_and_wallet(world: World) -> None:
    """What a stream needs to route an event."""
    world.user(CAROL, USDT="100")
    event = of_kind(world.send(world.limit(CAROL, "BTCUSDT", True, "0.001", "50000")), OrderAccepted)[0]
    assert (event.user_id, event.wallet_id) == (CAROL, world.spot(CAROL).wallet_id)


def test_a_parents_interest_is_watched_from_the_hour_in_which_a_family_forms(world: World) -> None:
    """Alone he may gather some interest unseen; with a sub-account each unit of it changes the family's tiers."""
    parent = world.cross(ALICE, BTC="1")
    world.send(Borrow(ALICE, CROSS, "USDT", amount("10000")))
    debt = parent.holdings["USDT"]
    assert debt.interest_limit > debt.interest
    world.user(BOB, parent_id=ALICE)
    assert debt.interest_limit == debt.interest
