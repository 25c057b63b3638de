"""Takeover, the fund, deficits and what the fund cannot pay (rules 11.3, 11.5 to 11.8, 8.5)."""

from tests.liquidation.figures import figures
from tests.liquidation.world import ALICE, BOB, CAROL, MALLORY, World, held, owed

from leverline.kernel.decimals import format_amount, parse_amount, parse_ratio
from leverline.kernel.time import DAY
from leverline.ledger.wallet import LIQUIDATION
from leverline.lending.events import BorrowingStopped
from leverline.liquidation.events import (
    CAUSE_LOW_LEVEL,
    CAUSE_NO_FILL,
    CAUSE_NO_HELP,
    CAUSE_TIME,
    SPARED,
    STOPPED_ABOVE,
    TAKEOVER,
    BorrowBarred,
    DeficitBooked,
    FundPaid,
    WrittenOff,
)
from leverline.liquidation.fund import CLEARANCE_FEE, DEFICIT, TOP_UP, fund_ledger, fund_totals
from leverline.margin.account import CLASSIC, EXCESSIVE, FOREVER, ISOLATED_MODE
from leverline.market.terms import HALTED, TRADING
from leverline.rulebook.refusals import Refusal


def test_an_empty_book_leads_to_a_takeover_after_two_rounds_without_a_fill() -> None:
    """The liquidation account takes BTC worth 400,000 ÷ 0.95 and the debt; what is left stays with Alice, unlocked."""
    world = World()
    account = world.account(ALICE, {"BTC": "10"}, {"USDC": "400000"})
    world.index(BTC="44000")
    assert account.rounds_without_fill == 1
    world.rounds()
    assert (account.is_locked, account.rounds_without_fill) == (True, 2)
    world.rounds()
    (event,) = world.takeovers()
    assert event.cause == CAUSE_NO_FILL
    taken = parse_amount("9.56937800")
    assert abs(event.assets[0][1] - taken) <= 1
    assert event.debts == [("USDC", 0, parse_amount("400000"))]
    sold, bought = event.legs
    assert (sold[:2], bought) == (
        ("BTCUSDT", False),
        ("USDCUSDT", True, parse_amount("400000"), parse_amount("400000")),
    )
    assert abs(sold[3] - parse_amount("400000")) < parse_amount("0.001"), "at 44,000 × 0.95"
    assert account.free("BTC") == parse_amount("10") - event.assets[0][1]
    assert (account.is_locked, account.debts, account.status) == (False, 0, EXCESSIVE)
    assert [end.reason for end in world.ends()] == [TAKEOVER]
    liquidation = world.core.liquidation_wallet
    assert (liquidation.kind, liquidation.user_id) == (LIQUIDATION, 0)
    assert liquidation.owed("USDC") == parse_amount("400000")
    assert world.of(DeficitBooked) == []
    assert account.user.deficits == 0
    assert account.user.borrow_barred_until == 0


def test_an_account_at_one_point_zero_two_is_taken_over_at_once() -> None:
    """At 40,800 A ÷ L is exactly 1.02: no sale, although the book would take it."""
    world = World()
    account = world.account(ALICE, {"BTC": "10"}, {"USDC": "400000"})
    world.quote("BTCUSDC", [("40800", "100")], [])
    world.index(BTC="40800")
    assert world.steps() == []
    (event,) = world.takeovers()
    assert event.cause == CAUSE_LOW_LEVEL
    assert event.assets == [("BTC", parse_amount("10"))]
    assert event.surplus == 0
    assert world.of(DeficitBooked) == []
    assert held(account, "BTC") == "0.00000000"


def test_sixty_seconds_after_the_lock_the_rest_is_taken_over() -> None:
    """One lot of bids a second keeps the steps coming, but not for ever."""
    world = World()
    account = world.account(ALICE, {"BTC": "10"}, {"USDC": "400000"})
    world.quote("BTCUSDC", [("44000", "0.001")], [])
    world.index(BTC="44000")
    for _ in range(59):
        world.quote("BTCUSDC", [("44000", "0.001")], [])
        world.rounds()
    assert (len(world.steps()), account.is_locked) == (60, True)
    world.quote("BTCUSDC", [("44000", "0.001")], [])
    world.rounds()
    assert [event.cause for event in world.takeovers()] == [CAUSE_TIME]


def test_a_price_that_does_not_help_is_not_traded_at() -> None:
    """At 1.03 a sale 4 % below index with 2.1 % of fees would lower the level: takeover, and the bids stay."""
    world = World()
    account = world.account(ALICE, {"BTC": "10"}, {"USDC": "400000"})
    world.quote("BTCUSDC", [("39552", "100")], [])
    world.quote("BTCUSDT", [("39552", "100")], [])
    world.quote("USDCUSDT", [], [("1", "10000000")])
    world.index(BTC="41200")
    assert world.steps() == []
    assert [event.cause for event in world.takeovers()] == [CAUSE_NO_HELP]
    assert account.debts == 0


def test_a_bad_bid_in_the_direct_pair_ends_no_wait_for_the_way_through_usdt() -> None:
    """The bid in BTCUSDC does not help and BTCUSDT is empty for now: Alice waits, and a fair bid there saves her."""
    world = World()
    account = world.account(ALICE, {"BTC": "10"}, {"USDC": "400000"})
    world.quote("BTCUSDC", [("39552", "100")], [])
    world.quote("USDCUSDT", [], [("1", "10000000")])
    world.index(BTC="42000")
    assert (world.steps(), world.takeovers(), account.is_locked) == ([], [], True)
    world.quote("BTCUSDT", [("42000", "100")], [])
    world.rounds()
    assert [[leg[0] for leg in step.legs] for step in world.steps()] == [["BTCUSDT", "USDCUSDT"]]
    assert world.takeovers() == []


def test_a_gap_through_bankruptcy_is_paid_by_the_fund_and_bars_the_user() -> None:
    """BTC opens at 38,000: 380,000 of assets against 400,000. The fund pays 20,000 USDT; Alice owes nothing."""
    world = World()
    account = world.account(ALICE, {"BTC": "10"}, {"USDC": "400000"})
    world.quote("BTCUSDC", [("38000", "100")], [])
    world.index(BTC="38000")
    (deficit,) = world.of(DeficitBooked)
    assert (deficit.deficit, deficit.paid, deficit.unpaid) == (parse_amount("20000"), parse_amount("20000"), 0)
    (payment,) = world.of(FundPaid)
    assert (payment.asset, format_amount(payment.amount)) == ("USDT", "20000.00000000")
    assert (payment.product, payment.wallet_id) == (CLASSIC, account.wallet_id)
    assert world.fund() == "980000.00000000"
    assert (account.debts, held(account, "BTC")) == (0, "0.00000000")
    (bar,) = world.of(BorrowBarred)
    assert bar.until == account.user.borrow_barred_until == world.log.time + DAY
    assert account.user.deficits == 1
    account.user.cross = account
    world.ledger.deposit(account.holding("USDT"), parse_amount("100000"))
    assert world.core.risk.limits.check_borrow(account, "USDC", parse_amount("10")) == Refusal.BORROW_BARRED
    assert not world.core.desk.is_stopped


def test_a_second_deficit_bars_until_an_operator_lifts_it_and_a_sub_account_is_no_way_round() -> None:
    """Alice's sub-account falls into deficit after she did: its bar has no end, and binds her too."""
    world = World()
    world.account(ALICE, {"BTC": "10"}, {"USDC": "400000"})
    sub = world.account(CAROL, {"ETH": "100"}, {"USDC": "200000"}, parent_id=ALICE)
    world.index(BTC="38000")
    world.index(ETH="1900")
    assert sub.user.borrow_barred_until == FOREVER
    alice = world.account(ALICE, {"USDT": "1000"}, {}, pair="BTCUSDT")
    assert world.core.risk.limits.check_borrow(alice, "USDT", parse_amount("10")) == Refusal.BORROW_BARRED


def test_the_fund_pays_in_usdt_first_then_in_its_other_assets_by_rank() -> None:
    """15,000 USDT, then 0.01 BTC worth 380, then ETH for the rest."""
    world = World(fund="15000")
    world.fund_gets("ETH", "100")
    world.fund_gets("BTC", "0.01")
    world.account(ALICE, {"BTC": "10"}, {"USDC": "400000"})
    world.index(BTC="38000")
    paid = [(event.asset, format_amount(event.amount), format_amount(event.value)) for event in world.of(FundPaid)]
    assert paid == [
        ("USDT", "15000.00000000", "15000.00000000"),
        ("BTC", "0.01000000", "380.00000000"),
        ("ETH", "1.84800000", "4620.00000000"),
    ]
    assert world.of(WrittenOff) == []


def test_an_empty_fund_writes_off_interest_first_then_principal_and_borrowing_stops() -> None:
    """Deficit 20,000; the fund has 5,000. Interest of 900 USDC and 100 DOGE goes first, then 14,090 of principal."""
    world = World(fund="5000")
    account = world.account(ALICE, {"BTC": "10"}, {"USDC": "399000", "DOGE": "900"})
    world.owe(account, "USDC", "0.00000001", "900")
    world.owe(account, "DOGE", "0.00000001", "100")
    world.ledger.withdraw(account.holding("USDC"), account.free("USDC"))
    world.ledger.withdraw(account.holding("DOGE"), account.free("DOGE"))
    pools = world.core.ledger.venue
    supply, income_due = pools["USDC"].pool_supply, pools["USDC"].income_due
    world.index(BTC="38000")
    (deficit,) = world.of(DeficitBooked)
    assert format_amount(deficit.deficit) == "20000.00000002"
    assert format_amount(deficit.unpaid) == "15000.00000002"
    written = [(e.asset, format_amount(e.interest), format_amount(e.principal)) for e in world.of(WrittenOff)]
    assert written == [
        ("USDC", "900.00000000", "0.00000000"),
        ("DOGE", "100.00000000", "0.00000000"),
        ("USDC", "0.00000000", "14090.00000002"),
    ]
    assert pools["USDC"].pool_supply == supply - parse_amount("14090.00000002")
    assert pools["USDC"].income_due == income_due - parse_amount("900")
    assert pools["USDC"].written_off == parse_amount("14990.00000002")
    assert [event.is_stopped for event in world.of(BorrowingStopped)] == [True]
    assert world.core.desk.is_stopped
    assert not world.liquidator.may_resume()
    world.fund_gets("USDT", "1000")
    assert not world.liquidator.may_resume()
    world.fund_gets("USDT", "0.00000001")
    assert world.liquidator.may_resume()
    assert account.debts == 0


def test_a_deficit_that_is_written_off_bars_the_user_like_one_that_the_fund_paid() -> None:
    """The fund is empty: nothing was paid for Alice, yet the pools lost. She may borrow again after a day."""
    world = World(fund="0")
    account = world.account(ALICE, {"BTC": "10"}, {"USDC": "400000"})
    world.index(BTC="38000")
    assert world.of(FundPaid) == []
    assert len(world.of(WrittenOff)) == 1
    (bar,) = world.of(BorrowBarred)
    assert bar.until == account.user.borrow_barred_until == world.log.time + DAY


def test_an_isolated_loss_touches_neither_the_users_other_accounts_nor_other_users() -> None:
    """Alice's BTCUSDT account is bankrupt; her spot wallet, her cross account and Bob's accounts keep every unit."""
    world = World()
    spot = world.trader(ALICE, USDT="5000", BTC="1")
    cross = world.account(ALICE, {"BTC": "5"}, {"USDC": "50000"})
    other = world.account(ALICE, {"ETH": "10"}, {"USDT": "100"}, pair="ETHUSDT")
    bob = world.account(BOB, {"USDT": "100000"}, {"BTC": "1"})
    account = world.account(ALICE, {"BTC": "10"}, {"USDT": "400000"}, pair="BTCUSDT")
    wallets = (spot, cross, other, bob)
    before = [[(h.asset, h.free, h.locked, h.principal, h.interest) for h in w.holdings.values()] for w in wallets]
    world.index(BTC="38000")
    assert [(event.wallet_id, event.mode, event.pair) for event in world.takeovers()] == [
        (account.wallet_id, ISOLATED_MODE, "BTCUSDT")
    ]
    after = [[(h.asset, h.free, h.locked, h.principal, h.interest) for h in w.holdings.values()] for w in wallets]
    assert after == before
    assert fund_totals(world.liquidator.fund, ISOLATED_MODE) == {(DEFICIT, "USDT"): -parse_amount("20000")}
    assert fund_totals(world.liquidator.fund, CLASSIC) == {}


def test_what_is_below_a_minimum_notional_is_taken_over() -> None:
    """4.40 USDC of BTC against a debt of 4 is no order: less than 5 on both sides."""
    world = World()
    account = world.account(ALICE, {"BTC": "0.0001"}, {"USDC": "4"})
    world.quote("BTCUSDC", [("44000", "100")], [])
    world.index(BTC="44000")
    assert [event.cause for event in world.takeovers()] == [CAUSE_NO_HELP]
    assert account.debts == 0


def test_a_halted_pair_is_not_traded_the_way_through_usdt_is() -> None:
    """BTCUSDC is halted: BTC goes by BTCUSDT and USDCUSDT; with these halted too two rounds pass, then a takeover."""
    world = World()
    world.core.exchange.pairs["BTCUSDC"].status = HALTED
    world.account(ALICE, {"BTC": "10"}, {"USDC": "400000"})
    world.quote("BTCUSDC", [("44000", "100")], [])
    world.quote("BTCUSDT", [("44000", "100")], [])
    world.quote("USDCUSDT", [], [("1", "10000000")])
    world.index(BTC="44000")
    assert [[leg[0] for leg in step.legs] for step in world.steps()] == [["BTCUSDT", "USDCUSDT"]]
    world.core.exchange.pairs["BTCUSDT"].status = HALTED
    world.index(BTC="50000")
    world.account(BOB, {"BTC": "10"}, {"USDC": "400000"})
    world.index(BTC="44000")
    world.rounds(1)
    assert world.takeovers() == []
    world.rounds(1)
    assert [event.cause for event in world.takeovers()] == [CAUSE_NO_FILL]


def test_a_pair_that_opens_again_within_two_rounds_is_traded() -> None:
    """An operator halts BTCUSDT for a second: Mallory's isolated account waits for it, and nothing is taken over."""
    world = World()
    pair = world.core.exchange.pairs["BTCUSDT"]
    account = world.account(MALLORY, {"BTC": "10"}, {"USDT": "400000"}, pair="BTCUSDT")
    world.quote("BTCUSDT", [("46990", "50")], [])
    pair.status = HALTED
    world.index(BTC="47000")
    assert (account.is_locked, account.rounds_without_fill, world.takeovers()) == (True, 1, [])
    pair.status = TRADING
    world.rounds()
    assert [step.collateral for step in world.steps()] == ["BTC"]
    assert world.takeovers() == []


def test_an_asset_that_no_pairs_lead_from_is_taken_over_at_once() -> None:
    """RARE trades against BTC alone: no way to a debt in ETH exists, so there is nothing to wait for."""
    world = World()
    world.account(ALICE, {"RARE": "220"}, {"ETH": "0.4"})
    world.settle()
    assert [event.cause for event in world.takeovers()] == [CAUSE_NO_HELP]


def test_an_isolated_account_never_comes_by_a_third_asset() -> None:
    """ETHBTC is empty: the way through USDT would leave USDT in the account, so it waits and is taken over."""
    world = World()
    account = world.account(ALICE, {"BTC": "1.18"}, {"ETH": "20"}, pair="ETHBTC")
    world.quote("BTCUSDT", [("50000", "100")], [])
    world.quote("ETHUSDT", [], [("2500", "1000")])
    world.settle()
    world.rounds(2)
    assert world.steps() == []
    assert len(world.takeovers()) == 1
    assert sorted(account.holdings) == ["BTC", "ETH"]


def test_a_stale_index_spares_an_account_whose_best_case_is_above_its_liquidation_level() -> None:
    """Locked at 1.1, then BTC's index falls silent: + 20 % is 1.32. Alice is let go until it speaks again."""
    parameters = figures()
    world = World(parameters=parameters)
    account = world.account(ALICE, {"BTC": "10"}, {"USDC": "400000"}, 3)
    world.index(BTC="44000")
    assert account.is_locked
    world.silence("BTC")
    world.rounds()
    assert [end.reason for end in world.ends()] == [SPARED]
    assert not account.is_locked
    world.index(BTC="44000")
    assert account.is_locked


def test_dust_of_a_stale_asset_does_not_end_a_liquidation_below_its_stop() -> None:
    """Mallory adds 1 USDT of silent LUNA: bids for 1 BTC bring her to 1.11, and she goes on to 1.25 like anyone."""
    levels = []
    for dust in ({}, {"LUNA": "0.0125"}):
        world = World()
        account = world.account(MALLORY, {"BTC": "10", **dust}, {"USDC": "400000"})
        world.quote("BTCUSDC", [("43990", "1")], [])
        if dust:
            world.silence("LUNA")
        world.index(BTC="43990")
        assert (len(world.steps()), account.is_locked) == (1, True)
        world.quote("BTCUSDC", [("43990", "20")], [])
        world.rounds()
        assert [end.reason for end in world.ends()] == [STOPPED_ABOVE]
        levels.append(world.view(account).level)
    assert min(levels) > parse_ratio("1.25")


def test_the_funds_ledger_tells_time_kind_product_and_wallet_and_keeps_totals() -> None:
    """A top-up, clearance fees and a deficit, newest first."""
    world = World(fund="100000")
    alice = world.account(ALICE, {"BTC": "10"}, {"USDC": "400000"})
    world.quote("BTCUSDC", [("44000", "100")], [])
    world.index(BTC="44000")
    bob = world.account(BOB, {"USDT": "440000"}, {"BTC": "10"}, pair="BTCUSDT")
    world.index(BTC="45000")
    fund = world.liquidator.fund
    rows = [(row.kind, row.asset, row.product, row.wallet_id) for row in fund_ledger(fund)]
    assert rows == [
        (DEFICIT, "USDT", ISOLATED_MODE, bob.wallet_id),
        (CLEARANCE_FEE, "USDC", CLASSIC, alice.wallet_id),
        (TOP_UP, "USDT", 0, 0),
    ]
    assert [row.kind for row in fund_ledger(fund, product=CLASSIC)] == [CLEARANCE_FEE]
    assert len(fund_ledger(fund, since=world.log.time + 1)) == 0
    assert len(fund_ledger(fund, rows_max=2)) == 2
    assert fund_totals(fund, CLASSIC) == {(CLEARANCE_FEE, "USDC"): world.steps()[0].fee}
    assert format_amount(fund.value()) == "95363.13360000"
    assert owed(alice, "USDC") != "0.00000000"


def test_the_funds_rows_are_bounded_and_its_totals_are_not() -> None:
    """After 25,000 top-ups at most 20,000 rows are kept, and the total counts all."""
    world = World(fund="0")
    for _ in range(25000):
        world.liquidator.fund.note_top_up("USDT", 1)
    assert 10000 <= len(world.liquidator.fund.rows) <= 20000
    assert fund_totals(world.liquidator.fund, 0) == {(TOP_UP, "USDT"): 25000}


def test_a_stale_asset_is_not_traded_and_taken_over_last() -> None:
    """LUNA's index is silent, its book is full: only BTC is sold; what BTC cannot cover takes 364 of 500 LUNA."""
    world = World()
    account = world.account(ALICE, {"BTC": "9", "LUNA": "500"}, {"USDC": "404000"})
    world.quote("LUNAUSDT", [("80", "100000")], [])
    world.quote("USDCUSDT", [], [("1", "10000000")])
    world.quote("BTCUSDC", [("43990", "0.1")], [])
    world.silence("LUNA")
    assert world.steps() == []
    world.index(BTC="44000")
    assert [step.collateral for step in world.steps()] == ["BTC"]
    world.quote("BTCUSDC", [], [])
    world.rounds(3)
    (event,) = world.takeovers()
    assert [symbol for symbol, _ in event.assets] == ["BTC", "LUNA"]
    assert event.assets[0][1] == parse_amount("8.9")
    assert event.surplus > 0
    assert format_amount(account.free("LUNA"))[:4] == "135."
    assert account.debts == 0


def test_a_stale_debt_is_not_bought_and_moves_at_its_last_price() -> None:
    """Owing silent LUNA: no purchase although asks stand; taken over against USDT at 80."""
    world = World()
    account = world.account(BOB, {"USDT": "70000"}, {"LUNA": "1000"})
    world.quote("LUNAUSDT", [], [("64", "100000")])
    world.silence("LUNA")
    (event,) = world.takeovers()
    assert world.steps() == []
    assert event.debts == [("LUNA", 0, parse_amount("1000"))]
    assert event.liabilities_value == parse_amount("80000")
    assert held(account, "USDT") == "0.00000000"
    (deficit,) = world.of(DeficitBooked)
    assert deficit.deficit == parse_amount("10000")
