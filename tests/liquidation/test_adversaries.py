"""Five ways to make the venue pay, with figures: what each would gain without its rule, and what it gains with it.

Mallory attacks; an accomplice or a second account of hers keeps what her indebted account loses. Her gain is what both
have afterwards less what they had before, valued at index.
"""

from tests.liquidation.figures import figures
from tests.liquidation.world import CAROL, MALLORY, World

from leverline.kernel.decimals import format_amount, parse_amount
from leverline.kernel.numbers import UNIT, value_down
from leverline.kernel.time import DAY
from leverline.ledger.wallet import Wallet
from leverline.liquidation.depth import LOCKED_MAX, ORDERS_MAX, eligible_depth
from leverline.liquidation.events import DeficitBooked, FundPaid
from leverline.liquidation.worth import assets_value, liabilities_value
from leverline.margin.account import FOREVER, MarginAccount
from leverline.margin.valuation import PRUDENT
from leverline.market.events import OrderEnded, SelfTradePrevented, Trade
from leverline.market.terms import CAUSE_PRICE_BAND, EXPIRE_MAKER
from leverline.rulebook.refusals import Refusal

usdt = parse_amount


def equity(world: World, *wallets: Wallet) -> int:
    """Return what wallets are worth at index less what they owe; an account in deficit owes nothing in the end."""
    board = world.core.board
    return sum(max(assets_value(wallet, board) - liabilities_value(wallet, board), 0) for wallet in wallets)


def fund_paid(world: World) -> int:
    """Return the value of all that the fund paid for deficits."""
    return sum(event.value for event in world.of(FundPaid))


def test_recycled_bankrupts_meet_a_bar_after_each_deficit_and_a_final_one_after_the_second() -> None:
    """Rule 8.5. Ten gaps of 24 % in ten days, 20,000 USDT of deficit each, her hedge elsewhere wins the other side.

    Without the bar: the fund pays 10 × 20,000 = 200,000. With it: she may borrow again after a day, once; then no more:
    40,000.
    """
    assert drained_by_gaps(is_bar_lifted=True) == 10 * usdt("20000")
    assert drained_by_gaps(is_bar_lifted=False) == 2 * usdt("20000")


def drained_by_gaps(is_bar_lifted: bool) -> int:
    """Return what the fund pays for ten attempts, one a day; an operator's hand takes the rule away."""
    world = World()
    account = world.account(MALLORY, {"BTC": "10"}, {})
    for _ in range(10):
        world.log.time += DAY
        world.index(BTC="50000", USDC="1")
        missing = parse_amount("10") - account.free("BTC")
        if missing:
            world.ledger.deposit(account.holding("BTC"), missing)
        if is_bar_lifted:
            account.user.borrow_barred_until = 0
        refusal = world.core.risk.limits.check_borrow(account, "USDC", parse_amount("100"))
        if refusal is not None:
            assert refusal == Refusal.BORROW_BARRED
            continue
        world.owe(account, "USDC", "400000")
        world.ledger.withdraw(account.holding("USDC"), account.free("USDC"))
        world.index(BTC="38000")
        assert account.debts == 0
    if not is_bar_lifted:
        assert account.user.borrow_barred_until == FOREVER
    return fund_paid(world)


def test_an_accomplice_who_is_the_only_buyer_gets_five_percent_of_mallory_and_nothing_of_the_fund() -> None:
    """Rule 11.2c. The book is empty but for Carol's bids; Mallory's 10 BTC stand against 400,000 USDC at 44,000.

    Without a limit she bids 20,000 for all: 195,800 USDC after fees repay less than half, the fund pays 204,200, the
    pair makes 200,000 out of 40,000 of equity. With band and worst admissible price the bid is not touched. At the edge
    of the band, 41,800, she takes 8.38839 BTC for 18,454 less than they are worth: that and the fees are Mallory's own.
    """
    proceeds = 10 * usdt("20000") * 979 // 1000
    without_rule = 10 * usdt("24000") - usdt("40000")
    assert (usdt("400000") - proceeds, without_rule) == (usdt("204200"), usdt("200000"))
    world = World()
    greedy, before = with_accomplice(world, "20000")
    world.rounds(2)
    assert world.of(Trade) == []
    assert world.of(DeficitBooked) == []
    assert equity(world, greedy, world.user(CAROL).spot) < before
    world = World()
    modest, before = with_accomplice(world, "41800")
    (trade,) = world.of(Trade)
    assert format_amount(trade.quantity * (44000 - 41800)) == "18454.45800000"
    after = equity(world, modest, world.user(CAROL).spot)
    fees = world.steps()[0].fee + trade.taker_fee
    assert before - after >= fees
    assert fund_paid(world) == 0
    assert world.ledger.venue["USDC"].fund == world.steps()[0].fee


def with_accomplice(world: World, bid: str) -> tuple[MarginAccount, int]:
    """Let Carol bid for 10 BTC and BTC fall to 44,000; return Mallory's account and the pair's equity before."""
    spot = world.trader(CAROL, USDC="500000")
    account = world.account(MALLORY, {"BTC": "10"}, {"USDC": "400000"})
    world.place(spot, "BTCUSDC", True, "10", bid)
    world.settle()
    world.log.drain()
    asset = world.core.board.assets["BTC"]
    before = equity(world, account, spot) - value_down(10 * UNIT, asset.price) + usdt("440000")
    world.index(BTC="44000")
    return account, before


def test_the_worst_admissible_price_protects_where_a_wide_band_would_not() -> None:
    """Rule 15.3. With a band of 50 % a bid 8 % under the index is in reach, but k × A = 0.899 × 440,000 < 400,000.

    Without it the sale would lower A ÷ L from 1.1 on, down into the fund; with it nothing is sold at that price.
    """
    parameters = figures()
    parameters.liquidation.price_band = usdt("0.5") * 10_000
    world = World(parameters=parameters)
    account, _ = with_accomplice(world, "40480")
    world.rounds(2)
    assert world.of(Trade) == []
    assert [event.surplus > 0 for event in world.takeovers()] == [True]
    assert account.debts == 0
    assert fund_paid(world) == 0


def test_dust_of_a_stale_coin_moves_the_liquidation_price_by_twelve_cents() -> None:
    """Rule 2.4. Mallory holds 1 USDT of LUNA, whose index is silent, beside 10 BTC against 400,000 USDC.

    If staleness gave immunity, she would ride BTC to 30,000 and leave the fund 99,999. Judged on the best case, 1.20
    USDT of dust, she is liquidated at 43,999.88 instead of 43,999.90, from BTC alone; the fund earns its fee.
    """
    world = World()
    account = world.account(MALLORY, {"BTC": "10", "LUNA": "0.0125"}, {"USDC": "400000"})
    world.quote("BTCUSDC", [("43990", "100")], [])
    world.silence("LUNA")
    immune_loss = usdt("400000") - 10 * usdt("30000") - usdt("1")
    assert immune_loss == usdt("99999")
    world.index(BTC="43999.89")
    assert world.steps() == []
    world.index(BTC="43999.88")
    (step,) = world.steps()
    assert step.collateral == "BTC"
    assert account.holding("LUNA").free == parse_amount("0.0125")
    assert not account.is_locked
    assert fund_paid(world) == 0
    assert world.ledger.venue["USDC"].fund == step.fee > usdt("5000")


def test_splitting_collateral_over_sub_accounts_gains_no_loan() -> None:
    """Rule 4.5. 400,000 USDT of ETH: one tier of 100,000 at 95 %, the rest at 80 %: C = 335,000 in one account.

    In four accounts with a tier table each it would be 380,000: 45,000 more, 180,000 more of loans at 5x. Tiers filled
    by the family leave 335,000, whatever the split.
    """
    alone = World()
    whole = alone.account(MALLORY, {"ETH": "160"}, {"USDT": "1"})
    assert alone.core.risk.valuer.value(whole, PRUDENT).collateral == usdt("335000")
    world = World()
    parts = [world.account(MALLORY, {"ETH": "40"}, {"USDT": "1"})]
    parts += [world.account(user_id, {"ETH": "40"}, {"USDT": "1"}, parent_id=MALLORY) for user_id in (11, 12, 13)]
    values = [world.core.risk.valuer.value(part, PRUDENT).collateral for part in parts]
    assert sum(values) == usdt("335000")
    strangers = World()
    free = [strangers.account(user_id, {"ETH": "40"}, {"USDT": "1"}) for user_id in (11, 12, 13, 14)]
    without_rule = sum(strangers.core.risk.valuer.value(part, PRUDENT).collateral for part in free)
    assert without_rule == usdt("380000")
    loans = [world.core.risk.limits.max_borrowable(part, "USDT") for part in parts]
    free_loans = [strangers.core.risk.limits.max_borrowable(part, "USDT") for part in free]
    assert usdt("179000") < sum(free_loans) - sum(loans) <= usdt("180000")


def test_selling_to_oneself_below_the_band_is_prevented_and_expires() -> None:
    """Rule 9.6. Mallory's 10 BTC at 50,000 against 400,000 USDC: sold to herself at 25,000 the fund would pay 150,000.

    Her second account gains 250,000 for 100,000 of equity given up. With the rule: her own bid expires, and an
    accomplice's bid is outside the band, so her order expires untraded.
    """
    without_rule = 10 * usdt("25000") - usdt("100000")
    assert without_rule == usdt("150000")
    world = World()
    account = world.account(MALLORY, {"BTC": "10"}, {"USDC": "400000"})
    own = world.trader(MALLORY, USDC="490000")
    bid = world.place(own, "BTCUSDC", True, "10", "49000")
    world.place(account, "BTCUSDC", False, "10", "49000", self_trade=EXPIRE_MAKER, time_in_force=2)
    assert len(world.of(SelfTradePrevented)) == 1
    assert bid.executed == 0
    accomplice = world.trader(CAROL, USDC="250000")
    world.place(accomplice, "BTCUSDC", True, "10", "25000")
    order = world.place(account, "BTCUSDC", False, "10", "25000", self_trade=EXPIRE_MAKER)
    assert [end.cause for end in world.of(OrderEnded) if end.order_id == order.order_id] == [CAUSE_PRICE_BAND]
    assert world.of(Trade) == []
    assert fund_paid(world) == 0


def test_pushing_an_account_under_at_the_edge_of_the_band_costs_the_pair_money() -> None:
    """Rules 9.6 and 11. To and fro at ± 5 % with an accomplice ends, even without rule 9.5, above bankruptcy.

    Every trade moves 5 % of Mallory's own equity to Carol; at or below 1.1 the account is locked. The fund never pays
    and the pair ends with less than it had.
    """
    world = World()
    account = world.account(MALLORY, {"BTC": "10"}, {"USDC": "400000"})
    spot = world.trader(CAROL, USDC="1000000", BTC="20")
    before = equity(world, account, spot)
    for _ in range(10):
        if account.is_locked or account.debts == 0:
            break
        if account.free("BTC") >= parse_amount("0.00001"):
            amount = format_amount(account.free("BTC") - account.free("BTC") % 1000)
            world.place(spot, "BTCUSDC", True, amount, "47500")
            world.place(account, "BTCUSDC", False, amount, "47500", time_in_force=2)
        else:
            quantity = account.free("USDC") * UNIT // parse_amount("52500")
            amount = format_amount(quantity - quantity % 1000)
            world.place(spot, "BTCUSDC", False, amount, "52500")
            world.place(account, "BTCUSDC", True, amount, "52500", time_in_force=2)
        world.settle()
    world.rounds(70)
    assert account.debts == 0 or not account.is_locked
    assert fund_paid(world) == 0
    assert equity(world, account, spot) < before


def test_a_wall_of_her_own_least_bids_does_not_hide_the_book_behind_it() -> None:
    """Rule 11.2. 400 levels of Mallory's own bids of 5 USDC stand before one for 50 BTC; her 10 BTC stand at 1.1.

    Were her levels counted as looked at, no step would be found, and she would be taken over without a sale. With the
    rule her bids expire and 6.1 BTC are sold behind them.
    """
    world = World()
    account = world.account(MALLORY, {"BTC": "10"}, {"USDC": "400000"})
    world.quote("BTCUSDC", [("43980", "50")], [])
    spot = world.trader(MALLORY, USDC="10000")
    for number in range(400):
        world.place(spot, "BTCUSDC", True, "0.00012", format_amount(usdt("43990") - number * 10**6))
    world.index(BTC="44000")
    (step,) = world.steps()
    assert step.legs[0][2] > parse_amount("6.09")
    assert not account.is_locked
    assert world.takeovers() == []
    assert spot.orders == {}


def test_a_turn_looks_at_so_many_orders_and_no_more() -> None:
    """Rule 11.2. Whoever pays for thousands of orders only makes the venue wait, not work without end."""
    world = World()
    account = world.account(MALLORY, {"BTC": "10"}, {"USDC": "400000"})
    spot = world.trader(MALLORY, USDC="100000")
    for _ in range(ORDERS_MAX + 10):
        order = world.core.exchange.new_order(spot, world.core.exchange.pairs["BTCUSDC"], True)
        order.quantity, order.price = parse_amount("0.00012"), usdt("43990")
        world.core.exchange.submit(order)
    pair = world.core.exchange.pairs["BTCUSDC"]
    found = eligible_depth(account, pair, False, 0)
    assert (found.seen, found.levels) == (ORDERS_MAX, [])


def test_orders_of_a_waiting_crowd_do_not_hide_the_book_behind_them() -> None:
    """Rule 11.1. Locked accounts wait with more bids than a turn looks at: whoever has his turn sells behind them."""
    world = World()
    account = world.account(MALLORY, {"BTC": "10"}, {"USDC": "400000"})
    world.quote("BTCUSDC", [("43980", "50")], [])
    crowd = world.account(CAROL, {"USDC": "500000"}, {"ETH": "1"})
    for _ in range(ORDERS_MAX + 10):
        order = world.core.exchange.new_order(crowd, world.core.exchange.pairs["BTCUSDC"], True)
        order.quantity, order.price = parse_amount("0.00012"), usdt("43990")
        world.core.exchange.submit(order)
    crowd.is_locked = True
    found = eligible_depth(account, world.core.exchange.pairs["BTCUSDC"], False, 0)
    assert found.levels == [(usdt("43980"), parse_amount("50"))]
    assert (found.seen, found.passed) == (1, ORDERS_MAX + 10)


def test_a_turn_passes_over_so_many_orders_of_a_waiting_crowd_and_no_more() -> None:
    """Its work is bounded: two levels, LOCKED_MAX orders of locked accounts in all, and one more bid behind them."""
    world = World()
    account = world.account(MALLORY, {"BTC": "10"}, {"USDC": "400000"})
    crowd = world.account(CAROL, {"USDC": "5000000"}, {"ETH": "1"})
    pair = world.core.exchange.pairs["BTCUSDC"]
    for number in range(LOCKED_MAX + 10):
        order = world.core.exchange.new_order(crowd, pair, True)
        order.quantity, order.price = parse_amount("0.00012"), usdt("43990" if number % 2 else "43985")
        world.core.exchange.submit(order)
    world.quote("BTCUSDC", [("43980", "50")], [])
    crowd.is_locked = True
    found = eligible_depth(account, pair, False, 0)
    assert (found.passed, found.seen, found.levels) == (LOCKED_MAX, 0, [])
