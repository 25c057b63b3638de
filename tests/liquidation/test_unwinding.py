"""The liquidation account sells what it took, repays, and reckons with the fund each day (rules 11.3, 11.5)."""

from tests.liquidation.figures import figures
from tests.liquidation.world import ALICE, BOB, CAROL, World, held, owed

from leverline.engine.core import Core
from leverline.engine.snapshot import load_state, save_state
from leverline.engine.timers import Timers
from leverline.kernel.decimals import format_amount, parse_amount
from leverline.kernel.time import HOUR, SECOND
from leverline.ledger.entries import SWEEP_FROM_FUND, Entry
from leverline.liquidation.events import DeficitBooked, FundPaid, Swept, Unwound, WrittenOff
from leverline.liquidation.fund import ADVANCE, DEFICIT, SWEEP, fund_totals
from leverline.margin.account import CLASSIC, FOREVER, ISOLATED_MODE

ASKED = "100000000"


def taken_over(world: World, **terms: object) -> None:
    """Let the liquidation account take Alice's BTC and 400,000 USDC of debt at 44,000."""
    world.account(ALICE, {"BTC": "10"}, {"USDC": "400000"}, **terms)
    world.index(BTC="44000")
    world.rounds(2)
    assert len(world.takeovers()) == 1


def calm_books(world: World, bid: str = "44000", size: str = "10") -> None:
    """Let makers bid for BTC and offer USDC."""
    world.quote("BTCUSDT", [(bid, size)], [])
    world.quote("USDCUSDT", [], [("1", ASKED)])


def test_half_of_the_depth_is_traded_in_a_day_and_the_pool_is_repaid_as_the_money_comes() -> None:
    """Bids for 10 BTC: 5 are sold today, 4.569378 tomorrow; the profit of 5 % goes to the fund for Classic."""
    world = World()
    taken_over(world)
    calm_books(world)
    account = world.core.liquidation_wallet
    world.rounds()
    trades = [(event.pair, event.is_buy, format_amount(event.quantity)) for event in world.of(Unwound)]
    assert trades == [("BTCUSDT", False, "5.00000000"), ("USDCUSDT", True, "220000.00000000")]
    assert owed(account, "USDC") == "180000.00000000"
    assert held(account, "USDT") == "0.00000000"
    calm_books(world)
    world.log.time += HOUR
    world.rounds()
    assert len(world.of(Unwound)) == 2
    calm_books(world)
    world.day()
    assert [format_amount(event.quantity) for event in world.of(Unwound)[2:]] == ["4.56937000", "180000.00000000"]
    assert account.debts == 0
    profit = parse_amount("4.56937") * 44000 - parse_amount("180000")
    rest = world.takeovers()[0].assets[0][1] - parse_amount("9.56937")
    assert [(event.product, event.asset, event.amount) for event in world.of(Swept)] == [
        (CLASSIC, "USDT", profit), (CLASSIC, "BTC", rest)
    ]  # fmt: skip
    assert world.fund() == format_amount(parse_amount("1000000") + profit)
    assert fund_totals(world.liquidator.fund, CLASSIC) == {(SWEEP, "USDT"): profit, (SWEEP, "BTC"): rest}
    assert world.liquidator.unwinding.books[CLASSIC].is_empty
    world.log.time += HOUR
    world.rounds(2)
    assert world.liquidator.next_round == FOREVER


def test_the_deepest_book_of_a_day_and_not_its_first_is_what_the_share_is_taken_of() -> None:
    """Bids for 1 BTC at first: half of it. 8 BTC an hour later: 4 less the half. 2 BTC after that: nothing more."""
    world = World()
    taken_over(world)
    sold = []
    for size in ("1", "8", "2", "9"):
        calm_books(world, "44000", size)
        before = len(world.of(Unwound))
        world.rounds()
        sold.append([format_amount(e.quantity) for e in world.of(Unwound)[before:] if e.pair == "BTCUSDT"])
        world.log.time += HOUR
    assert sold == [["0.50000000"], ["3.50000000"], [], ["0.50000000"]]
    share = world.liquidator.unwinding.depth_share
    assert share.deepest["BTCUSDT", False] == parse_amount("9")
    assert share.traded["BTCUSDT", False] == parse_amount("4.5")
    calm_books(world)
    world.day()
    assert share.traded["BTCUSDT", False] == parse_amount("5")


def test_crumbs_on_top_of_the_book_do_not_shrink_the_days_share() -> None:
    """Carol's 300 least bids stand before 50 BTC: the share is measured over the whole band."""
    world = World()
    world.quote("BTCUSDT", [("37990", "50")], [])
    world.account(ALICE, {"BTC": "10"}, {"USDC": "400000"})
    carol = world.trader(CAROL, USDT="10000")
    for number in range(300):
        world.place(carol, "BTCUSDT", True, "0.00015", format_amount(parse_amount("37999") - number * 10**6))
    world.index(BTC="38000")
    world.rounds()
    share = world.liquidator.unwinding.depth_share
    assert share.deepest["BTCUSDT", False] == parse_amount("50.045")
    assert world.core.liquidation_wallet.free("BTC") == 0


def test_a_snapshot_keeps_what_was_traded_today_and_the_next_turn_of_each_account() -> None:
    """Restored in the middle of a day and of a liquidation, the venue goes on with the same figures."""
    world = World()
    taken_over(world)
    calm_books(world)
    world.rounds()
    bob = world.account(BOB, {"ETH": "100"}, {"USDT": "200000"})
    world.index(ETH="2200")
    copy = Core(figures())
    load_state(copy, Timers(copy), save_state(world.core, Timers(world.core), 0))
    share, kept = copy.liquidator.unwinding.depth_share, world.liquidator.unwinding.depth_share
    assert (share.deepest, share.traded) == (kept.deepest, kept.traded)
    assert share.traded["BTCUSDT", False] == parse_amount("5")
    (restored,) = copy.liquidator.accounts.values()
    assert restored.next_turn == bob.next_turn == world.log.time + SECOND
    assert copy.liquidator.next_round == world.liquidator.next_round


def test_a_short_is_unwound_by_buying_back() -> None:
    """USDT taken for 8 BTC owed buys them back; a lot too much is sold again or swept as dust."""
    world = World()
    world.account(BOB, {"USDT": "440000"}, {"BTC": "8.000004"})
    world.settle()
    world.rounds(2)
    world.quote("BTCUSDT", [("49990", "100")], [("50010", "100")])
    world.rounds()
    assert world.core.liquidation_wallet.debts == 0
    world.day()
    assert world.liquidator.unwinding.books[CLASSIC].is_empty
    assert {event.asset for event in world.of(Swept)} == {"USDT", "BTC"}


def test_prices_outside_the_band_are_waited_out() -> None:
    """A bid 6 % under the index buys nothing from the venue, one at the edge does."""
    world = World()
    taken_over(world)
    calm_books(world, "41360")
    world.rounds()
    assert world.of(Unwound) == []
    assert world.liquidator.next_round == world.log.time - world.log.time % HOUR + HOUR
    calm_books(world, "41800")
    world.log.time += HOUR
    world.rounds()
    assert len(world.of(Unwound)) == 2


def test_a_loss_at_the_reckoning_is_the_funds_and_bars_nobody() -> None:
    """BTC falls to 39,000 before it is sold: 373,205.74 against 400,000; the fund pays 26,794.26."""
    world = World()
    taken_over(world)
    world.index(BTC="39000")
    world.day()
    (deficit,) = world.of(DeficitBooked)
    assert (deficit.user_id, deficit.wallet_id, deficit.product, deficit.unpaid) == (0, 0, CLASSIC, 0)
    assert format_amount(deficit.deficit)[:9] == "26794.258"
    assert world.of(Swept) == []
    assert fund_totals(world.liquidator.fund, CLASSIC) == {(DEFICIT, "USDT"): -deficit.paid}
    sweeps = [entry.asset for entry in world.of(Entry) if entry.kind == SWEEP_FROM_FUND]
    assert sweeps == ["USDT"]
    assert world.core.users[ALICE].deficits == 0
    calm_books(world, "39000", "100")
    world.rounds()
    assert world.core.liquidation_wallet.owed("USDC") <= parse_amount("1")


def test_a_loss_that_the_fund_cannot_pay_is_written_off_once_all_is_sold_and_not_before() -> None:
    """BTC marks at 39,000, the fund pays its 1,000 and lending stops. Sold there, the rest is written off."""
    world = World(fund="1000")
    taken_over(world)
    world.index(BTC="39000")
    world.day()
    (first,) = world.of(DeficitBooked)
    assert first.deficit == first.paid == parse_amount("1000")
    assert (first.unpaid, world.of(WrittenOff), world.fund()) == (0, [], "0.00000000")
    assert world.core.desk.is_stopped
    world.day()
    assert len(world.of(DeficitBooked)) == 1
    calm_books(world, "39000", "100")
    world.log.time += HOUR
    world.rounds()
    account = world.core.liquidation_wallet
    assert owed(account, "USDC") == "25795.00000000"
    world.day()
    (written,) = world.of(WrittenOff)
    assert (written.asset, written.interest, format_amount(written.principal)[:9]) == ("USDC", 0, "25794.258")
    assert world.of(DeficitBooked)[1].unpaid == written.value
    world.rounds()
    assert account.owed("USDC") < parse_amount("1")


def test_a_mark_at_one_midnight_costs_the_pool_nothing_if_the_price_comes_back() -> None:
    """10 BTC against 400,000 USDC, no fund: 36,000 at midnight, 41,000 a day later. Every unit is repaid."""
    world = World(fund="0")
    world.account(ALICE, {"BTC": "10"}, {"USDC": "400000"})
    world.index(BTC="40700")
    stake = world.ledger.venue["USDC"].house_stake
    world.index(BTC="36000")
    world.day()
    assert world.core.desk.is_stopped
    assert world.of(DeficitBooked) == []
    world.index(BTC="41000")
    calm_books(world, "40990", "50")
    world.log.time += HOUR
    world.rounds()
    assert world.core.liquidation_wallet.debts == 0
    assert world.ledger.venue["USDC"].house_stake == stake
    assert world.ledger.venue["USDC"].written_off == 0
    world.day()
    assert world.fund() == "9900.00000000"


def test_a_short_that_cannot_be_bought_back_yet_is_not_written_off() -> None:
    """USDT can still be spent on the BTC owed: a mark at 60,000 is no realised loss. Spent, what is left of it is."""
    world = World(fund="0")
    world.account(BOB, {"USDT": "440000"}, {"BTC": "8"})
    world.settle()
    world.rounds(2)
    world.index(BTC="60000")
    world.day()
    assert world.of(WrittenOff) == []
    world.quote("BTCUSDT", [], [("60000", "100")])
    world.log.time += HOUR
    world.rounds()
    world.day()
    (written,) = world.of(WrittenOff)
    missing = parse_amount("8") - world.of(Unwound)[0].quantity
    assert written.asset == "BTC"
    assert 0 < written.principal <= missing
    assert world.of(DeficitBooked)[0].unpaid == written.value


def test_a_small_debt_that_nobody_sells_neither_stops_lending_nor_is_written_off() -> None:
    """3 DOGE owed and 0.31 USDT held, no fund: too little to trade and no loss. The venue goes on lending."""
    world = World(fund="0")
    world.account(ALICE, {"USDT": "0.33"}, {"DOGE": "3"})
    world.index(DOGE="0.1001")
    assert len(world.takeovers()) == 1
    for _ in range(2):
        world.day()
    assert world.of(DeficitBooked) == []
    assert world.of(WrittenOff) == []
    assert not world.core.desk.is_stopped
    assert owed(world.core.liquidation_wallet, "DOGE") == "3.00000000"


def test_an_advance_for_a_small_debt_is_paid_once_and_does_not_go_to_and_fro() -> None:
    """The fund lays out a minimum notional for 3 DOGE; no asks come for a week: one payment, no sweep, no deficit."""
    world = World()
    world.account(ALICE, {"USDT": "0.33"}, {"DOGE": "3"})
    world.index(DOGE="0.1001")
    for _ in range(7):
        world.day()
    (advance,) = world.of(FundPaid)
    assert world.of(Swept) == []
    assert world.of(DeficitBooked) == []
    assert fund_totals(world.liquidator.fund, CLASSIC) == {(ADVANCE, "USDT"): -advance.amount}
    world.quote("DOGEUSDT", [("0.1", "100000")], [("0.1001", "100000")])
    world.log.time += HOUR
    world.rounds()
    world.day()
    world.day()
    assert world.liquidator.unwinding.books[CLASSIC].is_empty
    assert 0 < sum(event.amount for event in world.of(Swept) if event.asset == "USDT") < advance.amount


def test_what_a_deficit_leaves_unpaid_is_what_is_written_off_to_the_unit() -> None:
    """Bob owes BTC, whose unit is worth 60,000 units of USDT: the write-off rounds up, the books agree all the same."""
    world = World(fund="100")
    world.account(BOB, {"USDT": "440000.12345679"}, {"BTC": "8.00000001"})
    world.index(BTC="60000.01")
    (deficit,) = world.of(DeficitBooked)
    assert deficit.deficit == deficit.paid + deficit.unpaid
    assert deficit.unpaid == sum(event.value for event in world.of(WrittenOff)) > 0


def test_one_products_profit_does_not_pay_anothers_loss() -> None:
    """Classic took at 44,000 with 5 % in hand, an isolated account fell through: two books, two reckonings."""
    world = World()
    taken_over(world)
    world.account(BOB, {"BTC": "5"}, {"USDT": "200000"}, pair="BTCUSDT")
    world.index(BTC="39000")
    assert world.fund() == "995000.00000000"
    world.index(BTC="41900")
    calm_books(world, "41900", "1000")
    world.day()
    isolated = fund_totals(world.liquidator.fund, ISOLATED_MODE)
    classic = fund_totals(world.liquidator.fund, CLASSIC)
    assert isolated == {(DEFICIT, "USDT"): -parse_amount("5000"), (SWEEP, "USDT"): parse_amount("14500")}
    profit = parse_amount("9.56937") * 41900 - parse_amount("400000")
    assert classic[SWEEP, "USDT"] == profit
    assert (DEFICIT, "USDT") not in classic


def test_an_asset_that_stays_stale_counts_nothing_from_the_second_reckoning_on() -> None:
    """LUNA falls silent after a takeover: the first midnight still believes its last price, the second does not."""
    world = World()
    world.account(ALICE, {"LUNA": "1000"}, {"USDT": "73000"})
    world.settle()
    world.rounds(2)
    world.silence("LUNA")
    world.day()
    assert world.of(DeficitBooked) == []
    world.day()
    (deficit,) = world.of(DeficitBooked)
    assert format_amount(deficit.deficit) == "73000.00000000"
    account = world.core.liquidation_wallet
    assert account.debts == 0
    world.index(LUNA="70")
    world.quote("LUNAUSDT", [("70", "100000")], [])
    world.day()
    assert held(account, "LUNA") == "0.00000000"
    assert world.liquidator.unwinding.books[CLASSIC].is_empty


def test_a_loss_on_an_asset_without_an_index_for_a_day_is_realised() -> None:
    """No fund, LUNA silent: the second midnight writes the debt off. What LUNA fetches later is the fund's."""
    world = World(fund="0")
    world.account(ALICE, {"LUNA": "1000"}, {"USDT": "73000"})
    world.settle()
    world.rounds(2)
    world.silence("LUNA")
    world.day()
    assert world.of(WrittenOff) == []
    world.day()
    assert sum(event.value for event in world.of(WrittenOff)) == parse_amount("73000")
    world.index(LUNA="70")
    world.quote("LUNAUSDT", [("70", "100000")], [])
    world.day()
    assert world.fund() == format_amount(world.of(Swept)[0].amount)


def test_a_debt_without_a_usdt_pair_is_bought_by_way_of_its_partner() -> None:
    """RARE trades against BTC only: USDT buys BTC, BTC buys RARE, what is over is sold again."""
    world = World()
    world.account(CAROL, {"USDT": "1090"}, {"RARE": "200"})
    world.settle()
    assert len(world.takeovers()) == 1
    world.quote("BTCUSDT", [("49990", "10")], [("50010", "10")])
    world.quote("RAREBTC", [], [("0.0001", "100000")])
    world.rounds()
    account = world.core.liquidation_wallet
    assert account.debts == 0
    world.log.time += HOUR
    world.rounds()
    world.day()
    assert world.liquidator.unwinding.books[CLASSIC].is_empty


def test_no_partner_is_bought_for_a_debt_that_nobody_sells() -> None:
    """RARE trades against BTC only and has no asks for a day: no BTC is bought and sold again each hour at a loss."""
    world = World()
    world.account(CAROL, {"USDT": "1090"}, {"RARE": "200"})
    world.settle()
    world.rounds()
    before = held(world.core.liquidation_wallet, "USDT")
    for _ in range(24):
        world.quote("BTCUSDT", [("49990", "10")], [("50010", "10")])
        world.log.time += HOUR
        world.rounds()
    assert world.of(Unwound) == []
    assert held(world.core.liquidation_wallet, "USDT") == before
    world.quote("RAREBTC", [], [("0.0001", "150")])
    world.day()
    assert owed(world.core.liquidation_wallet, "RARE") == "125.00000000"
    assert {(event.pair, event.is_buy) for event in world.of(Unwound)} == {("BTCUSDT", True), ("RAREBTC", True)}


def test_a_product_with_much_to_sell_does_not_keep_the_others_waiting() -> None:
    """Classic has 10 BTC, Isolated 1, and 0.5 BTC are sold a day: each has the first call on every third day."""
    world = World()
    taken_over(world)
    world.index(BTC="50000")
    world.account(BOB, {"BTC": "1"}, {"USDT": "47500"}, pair="BTCUSDT")
    world.index(BTC="48000")
    world.rounds(2)
    sold = []
    for _ in range(6):
        world.quote("BTCUSDT", [("47990", "1")], [])
        before = len(world.of(Unwound))
        world.day()
        sold += [event.product for event in world.of(Unwound)[before:] if event.pair == "BTCUSDT"]
    assert sold.count(ISOLATED_MODE) == 2
    assert sold.count(CLASSIC) == 4


def test_empty_books_for_days_and_then_thin_ones_are_worked_off_a_share_a_day() -> None:
    """Nobody bids for five days: nothing is sold and nothing lost. Then 2 BTC stand there, and 1 BTC is sold a day."""
    world = World()
    taken_over(world)
    for _ in range(5):
        world.day()
    assert world.of(Unwound) == world.of(DeficitBooked) == []
    world.quote("USDCUSDT", [], [("1", ASKED)])
    days = 0
    while not world.liquidator.unwinding.books[CLASSIC].is_empty:
        world.quote("BTCUSDT", [("44000", "2")], [])
        sold = sum(event.quantity for event in world.of(Unwound) if event.pair == "BTCUSDT")
        world.day()
        days += 1
        after = sum(event.quantity for event in world.of(Unwound) if event.pair == "BTCUSDT")
        assert after - sold <= parse_amount("1")
    assert days == 10
    assert world.of(DeficitBooked) == []


def test_a_debt_too_small_to_trade_is_closed_with_a_minimum_notional_from_the_fund() -> None:
    """2.10 USDT of ETH owed by the liquidation account: it buys 5 USDT worth and gives back what is over."""
    world = World()
    account = world.core.liquidation_wallet
    bob = world.account(BOB, {"USDT": "2.2"}, {"ETH": "0.00084"})
    world.quote("ETHUSDT", [("2499", "10")], [("2500", "10")])
    world.settle()
    assert len(world.takeovers()) == 1
    assert bob.debts == 0
    world.day()
    world.rounds()
    assert account.debts == 0
    world.day()
    assert world.liquidator.unwinding.books[CLASSIC].is_empty
    cost = 1000000 * 10**8 - world.ledger.venue["USDT"].fund
    assert 0 < cost <= parse_amount("5.25")
    assert world.ledger.venue["ETH"].fund > 0


def test_a_rest_too_small_to_sell_does_not_keep_a_debt_open() -> None:
    """BTC worth 1.64 USDT is held against 1.60 USDT of debt, and no order is worth less than 5: the fund pays the debt.

    Else neither would ever go: the rest is worth more than the debt, so there is no loss, and it cannot be sold.
    """
    world = World()
    world.account(ALICE, {"BTC": "0.00004"}, {"USDT": "1.6"})
    world.index(BTC="41000")
    assert len(world.takeovers()) == 1
    world.quote("BTCUSDT", [("41000", "1")], [("41001", "1")])
    world.day()
    assert owed(world.core.liquidation_wallet, "USDT") == "0.00000000"
    assert fund_totals(world.liquidator.fund, CLASSIC)[ADVANCE, "USDT"] == -parse_amount("1.6")
    world.day()
    assert world.liquidator.unwinding.books[CLASSIC].is_empty
    assert world.of(DeficitBooked) == []
    assert [event.asset for event in world.of(Swept)] == ["BTC"]


def test_unwinding_pays_no_commission_and_never_meets_the_venues_own_orders() -> None:
    """The makers pay theirs; the liquidation account receives what was bid."""
    world = World()
    taken_over(world)
    calm_books(world)
    world.rounds()
    sale = world.of(Unwound)[0]
    assert sale.quote == sale.quantity * 44000
    assert world.core.liquidation_wallet.orders == {}


def test_the_first_attempt_comes_one_round_after_the_takeover() -> None:
    """Not in the command that took over, but a second later."""
    world = World()
    world.account(ALICE, {"BTC": "10"}, {"USDC": "400000"})
    calm_books(world, "40000")
    world.index(BTC="40000")
    assert world.of(Unwound) == []
    assert world.liquidator.next_round == world.log.time + SECOND
    world.rounds()
    assert len(world.of(Unwound)) == 2
    assert world.of(FundPaid) == []


def test_parameters_of_one_test_do_not_leak_into_another() -> None:
    """Each venue has figures of its own."""
    figures().assets["BTC"].rank = 9
    assert figures().assets["BTC"].rank == 1
