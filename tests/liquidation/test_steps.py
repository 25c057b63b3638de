"""Regular steps: size, sides, ways, order, end (rules 11.1, 11.2, 11.4, 15)."""

import pytest
from tests.liquidation.figures import figures
from tests.liquidation.world import ALICE, BOB, CAROL, World, held, owed

from leverline.engine.timers import Timers
from leverline.kernel.decimals import format_amount, parse_amount, parse_ratio
from leverline.kernel.numbers import RATIO_ONE
from leverline.kernel.time import SECOND
from leverline.ledger.entries import CLEARANCE_FEE, Entry
from leverline.liquidation.events import CLOSED, RECOVERED, STOPPED_ABOVE, LiquidationEnded, LiquidationStarted
from leverline.margin.account import EXCESSIVE, FORCE_LIQUIDATION, NORMAL
from leverline.market.events import OrderEnded
from leverline.market.terms import CAUSE_LIQUIDATION, STOP_LOSS_LIMIT

ONE_LOT = parse_amount("0.00001")


def long_of_rule_15(world: World, leverage: int = 5, bid: str = "44000", user_id: int = ALICE):
    """Return the account of the example: 10 BTC bought for a loan of 400,000 USDC; BTC falls to 44,000."""
    account = world.account(user_id, {"BTC": "10"}, {"USDC": "400000"}, leverage)
    world.quote("BTCUSDC", [(bid, "100")], [])
    return account


def is_level_above(world: World, account, level: str) -> bool:
    """Whether A ÷ L is strictly above a level."""
    view = world.view(account)
    return view.assets * RATIO_ONE > parse_ratio(level) * view.liabilities


def test_the_example_of_rule_15_sells_just_enough_to_stand_above_one_and_a_quarter() -> None:
    """Alice's v = (1.25 × 400,000 − 440,000) ÷ (1.25 × 0.979 − 1) = 268,156.42 USDC: 6.09447 BTC on the grid."""
    world = World()
    account = long_of_rule_15(world)
    world.index(BTC="44000.000000001")
    assert world.steps() == []
    world.index(BTC="44000")
    (step,) = world.steps()
    sold = parse_amount("6.09447")
    gross = sold * 44000
    assert step.legs == [("BTCUSDC", False, sold, gross)]
    assert (step.fee_asset, step.fee) == ("USDC", gross * 2 // 100)
    assert format_amount(step.fee) == "5363.13360000"
    assert world.fund("USDC") == "5363.13360000"
    assert held(account, "BTC") == "3.90553000"
    assert account.owed("USDC") == parse_amount("400000") - (gross - gross * 2 // 100 - gross // 1000)
    assert format_amount(step.interest + step.principal) == "262525.38972000"
    assert is_level_above(world, account, "1.25")
    less_debt = account.owed("USDC") + ONE_LOT * 44000 * 979 // 1000
    assert (account.free("BTC") + ONE_LOT) * 44000 * 4 <= less_debt * 5
    assert [end.reason for end in world.ends()] == [STOPPED_ABOVE]
    assert (account.is_locked, account.status) == (False, NORMAL)
    assert world.fund("USDT") == "1000000.00000000"


@pytest.mark.parametrize(
    ("leverage", "bid", "sold"),
    [(5, "41800", "8.38839"), (3, "44000", "7.76172")],
)
def test_worse_prices_and_a_higher_stop_sell_more(leverage: int, bid: str, sold: str) -> None:
    """At the 5 % edge of the band 369,088.81 USDC at index must go; at 3x, with its stop of 1.5, 341,515.47."""
    world = World()
    long_of_rule_15(world, leverage, bid)
    world.index(BTC="44000")
    (step,) = world.steps()
    assert step.legs[0][2] == parse_amount(sold)
    assert [end.reason for end in world.ends()] == [STOPPED_ABOVE]


def test_a_short_is_bought_back_with_the_fee_on_the_quote_spent() -> None:
    """Bob owes 8 BTC against 440,000 USDT: v = 60,000 ÷ (1.25 × 0.999 ÷ 1.02 − 1) = 267,540.98, 2 in 102 of it fee."""
    world = World()
    account = world.account(BOB, {"USDT": "440000"}, {"BTC": "8"})
    world.quote("BTCUSDT", [], [("50000", "100")])
    world.settle()
    (step,) = world.steps()
    pair, is_buy, quantity, quote = step.legs[0]
    assert (pair, is_buy) == ("BTCUSDT", True)
    assert quantity * 50000 == quote
    assert step.fee == quote * 2 // 100
    given = quote + step.fee
    assert format_amount(quantity) == "5.24591000"
    assert account.free("USDT") == parse_amount("440000") - given
    assert account.owed("BTC") == parse_amount("8") - (quantity - quantity // 1000)
    assert is_level_above(world, account, "1.25")
    assert [end.reason for end in world.ends()] == [STOPPED_ABOVE]


def test_two_legs_lead_through_usdt_where_no_pair_does() -> None:
    """Carol holds 1,100,000 DOGE and owes 40 ETH: both orders fill, one fee, nothing stays between the legs."""
    world = World()
    account = world.account(CAROL, {"DOGE": "1100000"}, {"ETH": "40"})
    world.quote("DOGEUSDT", [("0.0999", "400000"), ("0.0998", "9000000")], [])
    world.quote("ETHUSDT", [], [("2501", "10"), ("2502", "500")])
    world.settle()
    (step,) = world.steps()
    (_, is_first_buy, sold, proceeds), (_, is_second_buy, bought, cost) = step.legs
    assert (step.legs[0][0], is_first_buy) == ("DOGEUSDT", False)
    assert (step.legs[1][0], is_second_buy) == ("ETHUSDT", True)
    assert step.fee_asset == "USDT"
    assert step.fee in (proceeds * 2 // 100, proceeds * 2 // 100 - 1)
    assert account.owed("ETH") == parse_amount("40") - (bought - bought // 1000)
    assert 0 <= account.free("USDT") < parse_amount("0.3")
    assert account.free("DOGE") == parse_amount("1100000") - sold
    assert cost < proceeds
    assert is_level_above(world, account, "1.25")


def test_debt_in_an_asset_that_is_held_is_met_first_and_costs_no_fee() -> None:
    """65,000 of the 100,000 USDT owed lie in the account: repaying them alone lifts 1.1 to 1.2857."""
    world = World()
    account = world.account(ALICE, {"USDT": "65000", "BTC": "0.9"}, {"USDT": "100000"})
    world.quote("BTCUSDT", [("50000", "100")], [])
    world.settle()
    assert world.steps() == []
    assert [end.reason for end in world.ends()] == [STOPPED_ABOVE]
    assert (held(account, "USDT"), owed(account, "USDT")) == ("0.00000000", "35000.00000000")
    assert held(account, "BTC") == "0.90000000"
    assert world.fund() == "1000000.00000000"


def test_interest_is_repaid_before_principal() -> None:
    """Of 900 USDC interest nothing is left after the first step."""
    world = World()
    account = world.account(ALICE, {"BTC": "10"}, {"USDC": "399100"})
    world.owe(account, "USDC", "0.00000001", "900")
    world.ledger.withdraw(account.holding("USDC"), 1)
    world.quote("BTCUSDC", [("44000", "100")], [])
    world.index(BTC="44000")
    assert account.holding("USDC").interest == 0
    assert world.steps()[0].interest == parse_amount("900")


def test_a_pro_account_whose_open_orders_alone_put_it_down_ends_without_a_sale() -> None:
    """A resting buy 40 % above the index costs Carol her margin on paper; cancelled, nothing is sold."""
    world = World()
    account = world.account(CAROL, {"USDT": "30000", "BTC": "2"}, {"USDC": "100000"}, 20)
    world.place(account, "BTCUSDT", True, "0.4", "70000")
    events = world.settle()
    assert account.status != FORCE_LIQUIDATION
    events = world.index(BTC="41000")
    assert len(world.of(LiquidationStarted, events)) == 1
    assert [event.cause for event in events if isinstance(event, OrderEnded)] == [CAUSE_LIQUIDATION]
    assert [end.reason for end in world.ends()] == [RECOVERED]
    assert world.steps() == []
    assert not account.is_locked


def test_a_thin_book_takes_several_rounds_one_step_each() -> None:
    """Bids for 2 BTC at a time: a round sells them and waits a second for the next."""
    world = World()
    account = world.account(ALICE, {"BTC": "10"}, {"USDC": "400000"})
    world.quote("BTCUSDC", [("44000", "2")], [])
    world.index(BTC="44000")
    assert len(world.steps()) == 1
    assert account.is_locked
    levels = [world.steps()[0].level_before, world.steps()[0].level_after]
    for _ in range(3):
        world.quote("BTCUSDC", [("44000", "2")], [])
        world.rounds()
        levels.append(world.steps()[-1].level_after)
    assert levels == sorted(set(levels))
    assert format_amount(parse_amount("10") - account.free("BTC")) == "6.09447000"
    assert [end.reason for end in world.ends()] == [STOPPED_ABOVE]


def test_each_account_takes_one_step_per_round_the_lowest_level_first() -> None:
    """Bob stands at 1.09, Alice at 1.1: Bob's collateral meets the better bid."""
    world = World()
    alice = world.account(ALICE, {"BTC": "10"}, {"USDC": "400000"})
    bob = world.account(BOB, {"BTC": "10"}, {"USDC": "403000"})
    world.quote("BTCUSDC", [("44000", "1"), ("43900", "1"), ("43800", "100")], [])
    world.index(BTC="44000")
    assert [step.wallet_id for step in world.steps()] == [bob.wallet_id, alice.wallet_id]


def test_the_largest_debt_comes_first_and_collateral_with_a_direct_pair_before_better_ranks() -> None:
    """Debts 250,000 USDC and 10 ETH; collateral BNB (rank 3, no USDC pair) and BTC (made rank 9, with one)."""
    parameters = figures()
    parameters.assets["BTC"].rank = 9
    world = World(parameters=parameters)
    account = world.account(ALICE, {"BNB": "380", "BTC": "2.2", "DOGE": "20000"}, {"USDC": "250000", "ETH": "10"})
    for pair, bid in (("BTCUSDC", "49990"), ("BNBUSDT", "499"), ("DOGEUSDT", "0.0999")):
        world.quote(pair, [(bid, "100000")], [])
    for pair, ask in (("USDCUSDT", "1.0001"), ("ETHUSDT", "2501")):
        world.quote(pair, [], [(ask, "100000000")])
    world.settle()
    world.rounds(3)
    trades = [(step.collateral, step.debt, [leg[0] for leg in step.legs]) for step in world.steps()]
    assert trades[0] == ("BTC", "USDC", ["BTCUSDC"])
    assert trades[1:] == [("BNB", "USDC", ["BNBUSDT", "USDCUSDT"])]
    assert not account.is_locked


def test_all_debt_repaid_closes_the_account_and_leaves_the_surplus_free() -> None:
    """A stop that no debt satisfies needs all of it repaid."""
    world = World()
    account = world.account(ALICE, {"BTC": "9", "LUNA": "10"}, {"USDC": "400000"}, 5)
    world.quote("BTCUSDC", [("46500", "4"), ("46400", "100")], [])
    world.core.parameters.classic[5].stop_ratio = parse_ratio("1000000000")
    world.index(BTC="46500")
    assert [end.reason for end in world.ends()] == [CLOSED]
    assert account.debts == 0
    assert account.status == EXCESSIVE
    assert account.free("BTC") > 0
    assert held(account, "LUNA") == "10.00000000"


def test_a_locked_account_has_no_orders_left_and_its_funds_are_free() -> None:
    """Its resting sell of 5 BTC is cancelled with the cause of liquidation before anything is sold."""
    world = World()
    account = world.account(ALICE, {"BTC": "10"}, {"USDC": "400000"})
    world.place(account, "BTCUSDC", False, "5", "60000")
    world.index(BTC="44000")
    assert account.orders == {}
    assert account.holding("BTC").locked == 0
    assert account.is_locked
    assert account.rounds_without_fill == 1


def test_an_account_that_rises_above_its_stop_between_rounds_ends_without_another_sale() -> None:
    """The index recovers while the book is empty."""
    world = World()
    account = world.account(ALICE, {"BTC": "10"}, {"USDC": "400000"})
    world.index(BTC="44000")
    assert account.is_locked
    world.index(BTC="50001")
    world.rounds()
    assert [end.reason for end in world.ends()] == [STOPPED_ABOVE]
    assert world.steps() == []


def test_the_isolated_example_of_rule_15_8_stops_at_the_tier_of_the_debt_left() -> None:
    """3x, liquidation at 1.18, k 0.979, debt in tier 3: 0.683 L leads to tier 1 and its limit of 400,000 USDT."""
    world = World()
    account = world.account(ALICE, {"BTC": "23.6"}, {"USDT": "1000000"}, pair="BTCUSDT")
    world.quote("BTCUSDT", [("50000", "1000")], [])
    world.settle()
    (step,) = world.steps()
    value = step.legs[0][2] * 50000
    assert account.holding("USDT").principal <= parse_amount("400000")
    assert is_level_above(world, account, "1.5")
    assert format_amount(value) == "683031.00000000"
    assert [end.reason for end in world.ends()] == [STOPPED_ABOVE]


def test_a_pro_account_stops_above_two() -> None:
    """Level (C − L) ÷ MM: at 1 it is liquidated, above 2 it ends; one lot less would not do. The fee is 3 %."""
    world = World()
    world.account(CAROL, {"BTC": "10"}, {"USDC": "360000"}, 20)
    world.quote("BTCUSDC", [("44000", "100")], [])
    world.index(BTC="46000")
    assert world.steps() == []
    world.index(BTC="44200")
    (step,) = world.steps()
    assert step.fee == sum(leg[3] for leg in step.legs) * 3 // 100
    assert step.level_before <= RATIO_ONE
    assert step.level_after > 2 * RATIO_ONE
    assert step.level_after < 2 * RATIO_ONE + RATIO_ONE // 1000
    assert [end.reason for end in world.ends()] == [STOPPED_ABOVE]


def test_each_fill_pays_its_fee_to_the_fund_before_it_repays() -> None:
    """Three levels of bids: three fees, and the ledger shows them before the repayment of the same fill."""
    world = World()
    world.account(ALICE, {"BTC": "10"}, {"USDC": "400000"})
    world.quote("BTCUSDC", [("44000", "2"), ("43999", "2"), ("43998", "50")], [])
    events = world.index(BTC="44000")
    fees = [event for event in events if isinstance(event, Entry) and event.kind == CLEARANCE_FEE]
    assert len(fees) == 3
    assert sum(fee.amount for fee in fees) == world.steps()[0].fee
    assert len(world.of(LiquidationEnded, events)) == 1


def test_the_users_own_orders_and_those_of_his_family_are_no_buyers() -> None:
    """Bids of Alice's spot wallet and her sub-account stand first; they expire, and the bid behind them counts."""
    world = World()
    account = world.account(ALICE, {"BTC": "10"}, {"USDC": "400000"})
    own = world.place(world.trader(ALICE, USDC="500000"), "BTCUSDC", True, "10", "44000")
    world.user(CAROL, parent_id=ALICE)
    sub_account = world.place(world.trader(CAROL, USDC="500000"), "BTCUSDC", True, "10", "43950")
    world.quote("BTCUSDC", [("43900", "100")], [])
    world.index(BTC="44000")
    (step,) = world.steps()
    assert step.legs[0][3] == step.legs[0][2] * 43900
    assert (own.executed, sub_account.executed, own.is_open, sub_account.is_open) == (0, 0, False, False)
    assert is_level_above(world, account, "1.25")
    assert [end.reason for end in world.ends()] == [STOPPED_ABOVE]


def test_stop_orders_that_a_first_leg_triggers_do_not_come_between_the_legs() -> None:
    """Bob's stop to sell DOGE goes off at the price of the first leg; the second leg still fills whole."""
    world = World()
    bob = world.trader(BOB, DOGE="500000")
    account = world.account(CAROL, {"DOGE": "1100000"}, {"ETH": "40"})
    world.quote("DOGEUSDT", [("0.0999", "400000"), ("0.0998", "9000000")], [])
    world.quote("ETHUSDT", [], [("2501", "10"), ("2502", "500")])
    at = parse_amount("0.0998")
    stop = world.place(bob, "DOGEUSDT", False, "500000", "0.0997", kind=STOP_LOSS_LIMIT, stop_price=at)
    world.settle()
    (step,) = world.steps()
    assert stop.executed == parse_amount("500000")
    assert step.legs[1][2] > 0
    assert account.free("USDT") < parse_amount("0.3")
    assert not account.is_locked


def test_commission_in_bnb_leaves_the_account_no_worse_than_planned() -> None:
    """Alice pays commission in BNB: the sale is sized for commission in kind, so she ends a little higher."""
    world = World()
    account = world.account(ALICE, {"BTC": "9.9", "BNB": "8.8"}, {"USDC": "400000"})
    account.user.is_bnb_fee = True
    world.quote("BTCUSDC", [("44000", "100")], [])
    world.index(BTC="44000")
    (step,) = world.steps()
    assert account.free("BNB") < parse_amount("8.8")
    assert step.interest + step.principal == step.legs[0][3] - step.fee
    assert is_level_above(world, account, "1.25")


def test_an_account_locked_at_the_instant_of_a_round_has_its_next_turn_a_round_later() -> None:
    """Bob waits since a second; Alice's index falls when a source falls silent, in the very moment of his round.

    Her first turn is that of her lock. The round of that moment is not hers: two rounds pass before she is taken over.
    """
    world = World()
    timers = Timers(world.core)
    timers.start(world.log.time)
    alice = world.account(ALICE, {"BTC": "10"}, {"USDC": "400000"})
    bob = world.account(BOB, {"ETH": "100"}, {"USDT": "200000"})
    world.index(ETH="2200")
    assert (bob.is_locked, bob.rounds_without_fill) == (True, 1)
    start = world.log.time
    btc = world.core.board.assets["BTC"]
    world.core.board.publish("low", [("BTC", parse_ratio("43900"), 1)], start)
    btc.sources["house"].time = start - 9 * SECOND
    world.core.board.next_due = start + SECOND
    found = []
    for second in range(1, 5):
        timers.advance(start + second * SECOND)
        world.check()
        found.append((alice.rounds_without_fill, bob.rounds_without_fill, len(world.takeovers())))
    assert found == [(1, 2, 0), (2, 0, 1), (0, 0, 2), (0, 0, 2)]


def test_accounts_locked_at_different_instants_take_their_turns_a_round_apart_each() -> None:
    """Alice at 0.0 s, Bob at 0.4 s: with empty books she is taken over at 2.0 s and he at 2.4 s; snapshots keep it."""
    world = World()
    alice = world.account(ALICE, {"BTC": "10"}, {"USDC": "400000"})
    bob = world.account(BOB, {"ETH": "100"}, {"USDT": "200000"})
    start = world.log.time
    world.index(BTC="44000")
    world.log.time = start + 4 * SECOND // 10
    world.index(ETH="2200")
    assert (alice.next_turn, bob.next_turn) == (start + SECOND, world.log.time + SECOND)
    turns = []
    while world.liquidator.accounts:
        world.log.time = world.liquidator.next_account_round
        world.liquidator.run_round(world.log.time)
        world.settle()
        turns.append(world.log.time - start)
    assert turns == [SECOND, 14 * SECOND // 10, 2 * SECOND, 24 * SECOND // 10]
    assert (alice.next_turn, bob.next_turn) == (0, 0)
