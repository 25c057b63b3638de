"""The seventeen ways in which other venues have failed, each as a scenario that must end well here."""

from dataclasses import replace
from fractions import Fraction

import pytest
from tests.property.scene import ALICE, BOB, CAROL, MAKER, MALLORY, Scene, plain_world
from tests.property.streams import stream
from tests.reference.model.state import CROSS, ISOLATED, SPOT
from tests.reference.small_world import DAY, SECOND, UNIT, amount, ratio, small_world, tiers

from leverline.engine import commands as c
from leverline.engine.engine import Engine, restore
from leverline.engine.state.stream import SnapshotFault
from leverline.ledger.entries import CLEARANCE_FEE, Entry
from leverline.liquidation.events import (
    TAKEOVER,
    DeficitBooked,
    LiquidationEnded,
    LiquidationStarted,
    LiquidationStep,
    TakenOver,
    WrittenOff,
)
from leverline.margin.account import MARGIN_CALL
from leverline.market import terms
from leverline.rulebook.parameters import RateCurve
from leverline.rulebook.refusals import Refusal


def leveraged_bitcoin(scene: Scene, user_id: int = ALICE, debt: str = "400000", coins: str = "10") -> None:
    """Let a user hold bitcoin bought at 50,000 with borrowed USDC, at 5x."""
    scene.cross(user_id, BTC=coins)
    scene.borrow(user_id, "USDC", debt)
    scene.do(c.CancelAllOrders(user_id, CROSS, "BTCUSDC"))


def long_on_margin(scene: Scene, user_id: int = ALICE) -> None:
    """Let a user buy 8 BTC on 100,000 of his own: 10 BTC against 400,000 USDT, level about 1.25."""
    scene.cross(user_id, USDT="100200")
    scene.borrow(user_id, "USDT", "400000")
    scene.buy_and_hold(user_id, "BTCUSDT", "10", "50000")


def test_class_01_a_damaged_snapshot_is_refused_and_an_older_good_one_restores() -> None:
    """An empty, torn or altered snapshot raises; it never becomes a venue."""
    scene = Scene()
    long_on_margin(scene)
    good = scene.engine.snapshot()
    header_end = good.index(b"\n") + 1
    torn = [b"", good[:10], good[:header_end], good[: len(good) // 2], good[:-1]]
    altered = [good[:-2] + bytes([good[-2] ^ 1]) + good[-1:], b"x" + good, good.replace(b"small", b"other", 1)]
    for damaged in torn + altered:
        with pytest.raises(SnapshotFault):
            restore(scene.parameters, damaged)
    assert restore(scene.parameters, good).state_hash() == scene.engine.state_hash()


def test_class_02_every_prefix_of_the_commands_replays() -> None:
    """Wherever the log stops, replaying it gives the state that was reached there."""
    commands = stream(2)[:200]
    first, hashes = Engine(small_world()), []
    for command, time in commands:
        first.apply(command, time)
        hashes.append(first.state_hash())
    for stop in (1, 57, 120, 199):
        second = Engine(small_world())
        for command, time in commands[:stop]:
            second.apply(command, time)
        assert second.state_hash() == hashes[stop - 1]


def test_class_03_a_snapshot_holds_last_price_halts_and_timers() -> None:
    """After a restore the stop triggers, the halted pair stays halted, rounds, hours and reminders come in time."""
    scene = Scene()
    long_on_margin(scene)
    scene.deposit(BOB, USDT="100000", ETH="1")
    scene.limit(BOB, SPOT, "BTCUSDT", True, "0.1", "49000")
    scene.do(c.SetPairStatus("ETHUSDT", terms.HALTED))
    stop = c.PlaceOrder(ALICE, CROSS, "BTCUSDT", False, terms.STOP_LOSS_LIMIT, amount("0.1"), amount("48000"))
    stop.stop_price = amount("49500")
    scene.do(stop)
    scene.prices(BTC="46000")
    assert scene.engine.core.users[ALICE].cross.status == MARGIN_CALL
    scene.engine = restore(scene.parameters, scene.engine.snapshot())
    assert scene.refusal(scene.limit_command(BOB, SPOT, "ETHUSDT", True, "0.01", "2500")) == Refusal.PAIR_HALTED
    scene.deposit(CAROL, BTC="1")
    scene.prices(BTC="50000")
    events = scene.limit(CAROL, SPOT, "BTCUSDT", False, "0.05", "49000")
    assert any(type(event).__name__ == "OrderTriggered" for event in events)
    scene.prices(BTC="46000")
    events = scene.wait_hours(25)
    assert sum(type(event).__name__ == "RateSet" for event in events) == 25 * len(scene.parameters.assets)
    assert sum(type(event).__name__ == "MarginCalled" for event in events) == 1
    scene.prices(BTC="43500")
    scene.engine = restore(scene.parameters, scene.engine.snapshot())
    names = [type(event).__name__ for event in scene.wait(70)]
    assert "LiquidationEnded" in names


def test_class_04_of_two_equal_requests_at_once_only_one_passes_the_balance_check() -> None:
    """Withdrawal, transfer, loan and order are judged one after another, even at one microsecond."""
    scene = Scene()
    scene.deposit(ALICE, USDT="100")
    assert scene.refusal(c.Withdraw(ALICE, "USDT", amount("60"))) is None
    assert scene.refusal(c.Withdraw(ALICE, "USDT", amount("60"))) == Refusal.WITHDRAWAL_SHORT
    scene.cross(BOB, 3, BTC="1")
    scene.borrow(BOB, "USDT", "100000")
    assert scene.refusal(c.Borrow(BOB, CROSS, "USDT", amount("100000"))) == Refusal.EXCEEDS_MAX_BORROWABLE
    scene.cross(CAROL, USDT="1000")
    out = c.Transfer(CAROL, "USDT", amount("600"), CROSS, SPOT)
    assert scene.refusal(out) is None
    assert scene.refusal(out) == Refusal.EXCEEDS_MAX_TRANSFERABLE
    buy = scene.limit_command(CAROL, SPOT, "BTCUSDT", True, "0.01", "50000")
    assert scene.refusal(buy) is None
    assert scene.refusal(buy) == Refusal.INSUFFICIENT_BALANCE


def test_class_05_a_missing_price_is_not_zero_and_nobody_is_liquidated_on_it() -> None:
    """A price of 0 is no price; when sources fall silent debts are frozen, not liquidated; repaying goes on."""
    parameters = plain_world()
    parameters.index = replace(parameters.index, source_silence=10 * SECOND)
    scene = Scene(parameters)
    scene.cross(ALICE, BTC="1")
    scene.borrow(ALICE, "USDT", "40000")
    scene.prices(BTC="0", USDC="1")
    assert scene.engine.core.board.assets["BTC"].price == ratio("50000")
    events = scene.wait(11)
    assert scene.engine.core.board.assets["BTC"].is_stale
    assert not any(isinstance(event, LiquidationStarted) for event in [*events, *scene.wait_hours(3)])
    assert scene.refusal(c.Borrow(ALICE, CROSS, "USDT", amount("1"))) == Refusal.PRICE_INDEX_STALE
    assert scene.refusal(c.Transfer(ALICE, "USDT", amount("1"), CROSS, SPOT)) == Refusal.PRICE_INDEX_STALE
    assert scene.refusal(c.Repay(ALICE, CROSS, "USDT", 0)) is None
    events = scene.prices(BTC="30000")
    assert scene.engine.core.users[ALICE].cross.debts == 0
    assert not any(isinstance(event, LiquidationStarted) for event in events)


def test_class_06_a_print_in_the_venues_own_thin_book_moves_no_index_and_liquidates_nobody() -> None:
    """A trade at 0.65 of a coin worth 1 elsewhere changes the last price only."""
    scene = Scene()
    scene.cross(ALICE, USDC="1000")
    scene.borrow(ALICE, "USDT", "3500")
    scene.deposit(BOB, USDT="100")
    scene.deposit(CAROL, USDC="100")
    scene.limit(BOB, SPOT, "USDCUSDT", True, "10", "0.65")
    events = scene.limit(CAROL, SPOT, "USDCUSDT", False, "10", "0.65")
    events += scene.wait(120)
    assert scene.engine.core.exchange.pairs["USDCUSDT"].last_price == amount("0.65")
    assert scene.engine.core.board.assets["USDC"].price == ratio("1")
    assert not any(isinstance(event, LiquidationStarted) for event in events)


def test_class_07_a_pumped_thin_coin_lends_nothing_until_it_is_confirmed_and_little_after() -> None:
    """After a jump the old price counts for borrowing; after a minute haircut tiers and the venue's cap still bind."""
    parameters = plain_world()
    parameters.assets["PEPE"].collateral_tiers = tiers(("5000", "0.8"), ("20000", "0.25"))
    parameters.assets["PEPE"].collateral_cap = amount("150000")
    scene = Scene(parameters)
    account = scene.cross(MALLORY, 5, PEPE="1000000000")
    most = scene.engine.core.risk.limits.max_borrowable
    before = most(account, "USDT")
    scene.prices(PEPE="0.0001")
    assert most(account, "USDT") == before
    scene.wait(61)
    confirmed = (5_000 * Fraction("0.8") + 15_000 * Fraction("0.25")) * 4 * UNIT
    assert most(account, "USDT") == confirmed
    scene.deposit(MALLORY, PEPE="1000000000")
    more = c.Transfer(MALLORY, "PEPE", amount("1000000000"), SPOT, CROSS)
    assert scene.refusal(more) == Refusal.COLLATERAL_CAP_EXCEEDED


def test_class_08_a_tick_values_only_the_accounts_that_it_may_have_moved_to_another_band() -> None:
    """Of sixty indebted accounts a small move that reaches nobody's threshold values none anew."""
    scene = Scene()
    ids = range(100, 160)
    for user_id in ids:
        scene.do(c.RegisterUser(user_id), c.GrantPermission(user_id, 1))
        scene.cross(user_id, BTC="1")
        scene.borrow(user_id, "USDT", "20000")
    triggers = scene.engine.core.risk.triggers.by_asset["BTC"].by_wallet
    watched = {wallet_id: (trigger.low, trigger.high) for wallet_id, trigger in triggers.items()}
    scene.prices(BTC="49900")
    scene.prices(BTC="50100")
    assert len(watched) == len(ids)
    assert {wallet_id: (trigger.low, trigger.high) for wallet_id, trigger in triggers.items()} == watched


def test_class_09_a_gap_is_booked_as_the_loss_that_it_was() -> None:
    """When the index falls through every threshold at once, the deficit is L − A at the price after the gap."""
    scene = Scene(fund="500000")
    scene.cross(ALICE, BTC="10")
    scene.borrow(ALICE, "USDC", "390000")
    scene.deposit(MAKER, BTC="20")
    scene.limit(MAKER, SPOT, "BTCUSDC", False, "7.8", "50000")
    scene.limit(ALICE, CROSS, "BTCUSDC", True, "7.8", "50000")
    held = scene.balance(f"wallet:{scene.engine.core.users[ALICE].cross.wallet_id}", "free", "BTC")
    before = scene.fund()
    events = scene.prices(BTC="20000")
    events += scene.wait(2)
    deficits = [event for event in events if isinstance(event, DeficitBooked)]
    assert len(deficits) == 1
    assert deficits[0].deficit == 390_000 * UNIT - held * 20_000
    assert before - scene.fund() == deficits[0].deficit


def test_class_10_a_low_between_two_closes_liquidates_in_every_mode() -> None:
    """A dip that has gone by the next report still counts: Classic, Pro and isolated accounts alike."""
    scene = Scene()
    long_on_margin(scene, ALICE)
    scene.cross(BOB, USDT="100200")
    scene.do(c.SwitchMode(BOB, 2))
    pro = scene.parameters.assets["USDT"].pro_brackets[0]
    scene.borrow(BOB, "USDT", str(pro.debt_limit // UNIT))
    scene.isolated(CAROL, "BTCUSDT", USDT="3000")
    scene.borrow(CAROL, "USDT", "20000", "BTCUSDT")
    scene.deposit(MAKER, BTC="5")
    scene.limit(MAKER, SPOT, "BTCUSDT", False, "2.9", "50000")
    scene.limit(BOB, CROSS, "BTCUSDT", True, "2.3", "50000")
    scene.limit(CAROL, ISOLATED, "BTCUSDT", True, "0.45", "50000")
    low = scene.prices(BTC="5000")
    found = {event.user_id for event in low if isinstance(event, LiquidationStarted)}
    found |= {account.user_id for account in scene.engine.core.liquidator.accounts.values()}
    scene.prices(BTC="50000")
    assert found == {ALICE, BOB, CAROL}


def test_class_11_a_cross_liquidation_price_counts_all_positions() -> None:
    """A second position moves the price of the first: 1 BTC and 10 ETH against 45,000 USDT with 5,000 in cash."""
    scene = Scene()
    account = scene.cross(ALICE, BTC="1", ETH="10")
    scene.borrow(ALICE, "USDT", "50000")
    stated = scene.engine.core.risk.liquidation_price
    assert stated(account, "BTC") is None  # 50,000 + 25,000 held besides, above 1.1 × 50,000 without any bitcoin
    scene.do(c.Repay(ALICE, CROSS, "USDT", amount("5000")))
    scene.do(c.SetPairStatus("BTCUSDC", terms.TRADING))
    scene.deposit(MAKER, BNB="90")
    scene.limit(MAKER, SPOT, "BNBUSDT", False, "90", "500")
    scene.limit(ALICE, CROSS, "BNBUSDT", True, "90", "500")
    scene.prices(BNB="300")
    bnb = scene.balance(f"wallet:{account.wallet_id}", "free", "BNB")
    needed = Fraction(11, 10) * 45_000 - 25_000 - Fraction(bnb, UNIT) * 300
    assert needed < 0
    assert stated(account, "BTC") is None
    scene.prices(ETH="1200", BNB="100")
    needed = Fraction(11, 10) * 45_000 - 10 * 1_200 - Fraction(bnb, UNIT) * 100
    stated_value = stated(account, "BTC") // 10**4  # the value of one bitcoin is cut to eight decimals
    assert stated_value == needed * UNIT
    assert stated(account, "ETH") is None  # 50,000 of bitcoin alone carry the debt


def test_class_12_tiny_loans_accrue_exactly_and_nobody_can_hurry_or_stop_an_accrual() -> None:
    """Interest below one unit an hour is carried, not lost; dust repayments and touches do not add to it."""
    parameters = plain_world()
    parameters.assets["USDT"].rate_curve = RateCurve(ratio("0.000000003"), 0, 0, ratio("0.8"))
    parameters.assets["USDT"].borrow_min = parameters.assets["USDT"].repay_min = 1
    scene = Scene(parameters)
    account = scene.cross(ALICE, BTC="1")
    first = scene.borrow(ALICE, "USDT", "1")
    assert sum(type(event).__name__ == "InterestCharged" for event in first) <= 1
    for _ in range(20):
        scene.do(c.AdvanceTime(), c.Deposit(ALICE, "USDT", 1), c.Transfer(ALICE, "USDT", 1, SPOT, CROSS))
    scene.wait_hours(9)
    assert account.holdings["USDT"].interest == 3  # 10 charges of 0.3 units


def test_class_12_supplying_the_pool_first_gains_no_share_of_anybody() -> None:
    """The pool knows amounts, not shares: a donation or a tiny first supply changes no debt and no claim."""
    scene = Scene()
    scene.cross(ALICE, BTC="1")
    scene.borrow(ALICE, "USDT", "1000")
    scene.do(c.HouseDeposit("USDT", 1), c.SupplyPool("USDT", 1))
    assert scene.balance("pool", "lent", "USDT") == amount("1000")
    assert scene.balance("house", "stake", "USDT") == 10**8 * UNIT + 1


def test_class_13_a_recycled_bankrupt_is_barred_and_the_fund_never_goes_below_zero() -> None:
    """The first deficit bars a day, the second until an operator lifts it; what the fund lacks is written off."""
    scene = Scene(fund="1000")
    for number in (1, 2):
        scene.prices(BTC="50000")
        scene.cross(MALLORY, BTC="1")
        scene.borrow(MALLORY, "USDC", "190000")
        scene.do(c.Deposit(MAKER, "BTC", amount("4")))
        scene.limit(MAKER, SPOT, "BTCUSDC", False, "3.8", "50000")
        scene.limit(MALLORY, CROSS, "BTCUSDC", True, "3.8", "50000")
        events = scene.prices(BTC="30000")
        events += scene.wait(2)
        assert any(isinstance(event, DeficitBooked) for event in events)
        assert scene.fund() >= 0
        if number == 1:
            assert any(isinstance(event, WrittenOff) for event in events)
            scene.do(c.HouseDeposit("USDT", amount("900000")), c.TopUpFund("USDT", amount("900000")))
            scene.do(c.ResumeBorrowing())
        scene.prices(BTC="50000")
        scene.cross(MALLORY, BTC="1")
        small = c.Borrow(MALLORY, CROSS, "USDT", amount("10"))
        assert scene.refusal(small) == Refusal.BORROW_BARRED
        scene.time += DAY
        assert scene.refusal(small) == (None if number == 1 else Refusal.BORROW_BARRED)
    scene.do(c.LiftBorrowBar(MALLORY))
    assert scene.refusal(c.Borrow(MALLORY, CROSS, "USDT", amount("10"))) is None


def test_class_13_an_isolated_loss_touches_no_other_account() -> None:
    """Mallory's isolated bankruptcy leaves his spot wallet, his cross account and everybody else as they were."""
    scene = Scene()
    scene.cross(MALLORY, USDT="5000")
    scene.isolated(MALLORY, "BTCUSDT", USDT="2000")
    scene.borrow(MALLORY, "USDT", "15000", "BTCUSDT")
    scene.deposit(MAKER, BTC="1")
    scene.limit(MAKER, SPOT, "BTCUSDT", False, "0.33", "50000")
    scene.limit(MALLORY, ISOLATED, "BTCUSDT", True, "0.33", "50000")
    isolated = f"wallet:{scene.engine.core.users[MALLORY].isolated['BTCUSDT'].wallet_id}"
    before = {name: amount_ for name, amount_ in scene.engine.balances().items() if name[0] != isolated}
    events = scene.prices(BTC="30000")
    events += scene.wait(2)
    assert any(isinstance(event, TakenOver) for event in events)
    after = {name: amount_ for name, amount_ in scene.engine.balances().items() if name[0] != isolated}
    changed = {name[0] for name in {**before, **after} if before.get(name) != after.get(name)}
    assert changed <= {"fund", "wallet:1", "pool", "income", "fees"}


def test_class_14_a_step_never_worsens_the_level_and_its_fee_makes_no_bankrupt() -> None:
    """Into a book that falls away, each step raises the level or is not made; A stays above L after every fee."""
    scene = Scene()
    scene.cross(ALICE, BTC="10")
    scene.borrow(ALICE, "USDC", "390000")
    scene.deposit(MAKER, BTC="20")
    scene.limit(MAKER, SPOT, "BTCUSDC", False, "7.8", "50000")
    scene.limit(ALICE, CROSS, "BTCUSDC", True, "7.8", "50000")
    scene.bids("BTCUSDC", ("0.3", "24000"), ("0.5", "23800"), ("1", "23300"), ("20", "22000"))
    events = scene.prices(BTC="24050")
    for _ in range(70):
        events += scene.wait(1)
    steps = [event for event in events if isinstance(event, LiquidationStep)]
    for step in steps:
        assert step.level_after > step.level_before or step.level_after == 0
    assert not any(isinstance(event, DeficitBooked) for event in events)


def test_class_15_nobody_trades_with_himself_or_beyond_the_band_to_push_an_account_under() -> None:
    """Mallory's own spot bid takes nothing from his indebted account; an accomplice's far bid expires the order."""
    scene = Scene()
    account = scene.cross(MALLORY, BTC="1")
    scene.borrow(MALLORY, "USDC", "150000")
    scene.deposit(MALLORY, USDT="100000")
    scene.deposit(BOB, USDT="100000")
    scene.limit(MALLORY, SPOT, "BTCUSDT", True, "0.5", "49000")
    scene.limit(MALLORY, CROSS, "BTCUSDT", False, "0.5", "49000")
    assert account.holdings["BTC"].total == UNIT
    assert len(account.orders) == 1  # his bid expired, his offer rests
    scene.do(c.CancelAllOrders(MALLORY, CROSS, "BTCUSDT"))
    scene.limit(BOB, SPOT, "BTCUSDT", True, "0.5", "40000")
    events = scene.do(c.PlaceOrder(MALLORY, CROSS, "BTCUSDT", False, terms.MARKET, amount("0.5")))
    assert account.holdings["BTC"].total == UNIT
    ended = [event for event in events if type(event).__name__ == "OrderEnded"]
    assert [event.cause for event in ended] == [terms.CAUSE_PRICE_BAND]


def test_class_16_repaying_in_full_leaves_no_dust_after_interest_has_ticked() -> None:
    """Amount 0 means all, interest of this very hour included; the carry of fractions is dropped with the debt."""
    parameters = plain_world()
    parameters.assets["USDT"].rate_curve = RateCurve(ratio("0.000013337777"), 0, 0, ratio("0.8"))
    scene = Scene(parameters)
    account = scene.cross(ALICE, BTC="1", USDT="50")
    scene.borrow(ALICE, "USDT", "333.33333333")
    for _ in range(5):
        scene.wait_hours(1)
        assert scene.refusal(c.Repay(ALICE, CROSS, "USDT", account.owed("USDT") - 1)) == Refusal.FEW_LIABILITY_LEFT
    scene.do(c.Repay(ALICE, CROSS, "USDT", 0))
    holding = account.holdings["USDT"]
    assert (holding.principal, holding.interest, holding.carry, account.debts) == (0, 0, 0, 0)
    scene.wait_hours(3)
    assert holding.debt == 0


def test_class_17_a_liquidation_that_meets_obstacles_ends_whole() -> None:
    """Halted pairs and empty books leave nothing half done: the account stays locked, then is taken over whole."""
    scene = Scene()
    account = scene.cross(ALICE, ETH="10", BTC="1", BNB="10")
    scene.borrow(ALICE, "USDC", "200000")
    scene.deposit(MAKER, BTC="10")
    scene.limit(MAKER, SPOT, "BTCUSDC", False, "3.99", "50000")
    scene.limit(ALICE, CROSS, "BTCUSDC", True, "3.99", "50000")
    scene.do(c.SetPairStatus("BTCUSDC", terms.HALTED), c.SetPairStatus("ETHUSDT", terms.CANCEL_ONLY))
    events = scene.prices(BTC="37000")
    assert account.is_locked
    for _ in range(70):
        events += scene.wait(1)
    assert not account.is_locked
    assert account.debts == 0
    assert [event.reason for event in events if isinstance(event, LiquidationEnded)] == [TAKEOVER]
    for event in events:
        if isinstance(event, Entry) and event.kind == CLEARANCE_FEE:
            assert any(isinstance(each, LiquidationStep) and each.fee == event.amount for each in events)
    assert scene.engine.core.users[ALICE].cross.orders == {}


def test_class_17_a_step_of_two_legs_is_made_whole_or_not_at_all() -> None:
    """With a book for the sale but none for the purchase, the collateral is not sold."""
    scene = Scene()
    account = scene.cross(ALICE, BNB="100")
    scene.borrow(ALICE, "BTC", "0.8")
    scene.deposit(MAKER, USDT="40000", BNB="80")
    scene.limit(MAKER, SPOT, "BTCUSDT", True, "0.8", "50000")
    scene.limit(ALICE, CROSS, "BTCUSDT", False, "0.8", "50000")
    scene.limit(MAKER, SPOT, "BNBUSDT", False, "79", "500")
    scene.limit(ALICE, CROSS, "BNBUSDT", True, "79", "500")
    scene.bids("BNBUSDT", ("100", "499"))
    before = account.holdings["BNB"].total
    events = scene.prices(BTC="103000")
    assert account.is_locked
    assert not any(isinstance(event, LiquidationStep) for event in events)
    assert account.holdings["BNB"].total == before
