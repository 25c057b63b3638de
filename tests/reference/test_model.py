"""The reference model itself, held to the published worked examples and to rule 15's own."""

from dataclasses import replace
from fractions import Fraction

import pytest
from tests.reference.model import ledger
from tests.reference.model.accounts import tier_for_leverage
from tests.reference.model.exact import fine
from tests.reference.model.index import capped_mean
from tests.reference.model.state import CROSS, FORCE_LIQUIDATION, ISOLATED, MARGIN_CALL, SPOT, State, Wallet
from tests.reference.model.valuation import (
    assets_value,
    collateral_value,
    holdings_of,
    liabilities_value,
    margin_by_brackets,
    tier_number,
    tiered,
)
from tests.reference.model.venue import ReferenceVenue
from tests.reference.small_world import (
    BEYOND,
    HOUR,
    ONE,
    SECOND,
    UNIT,
    amount,
    brackets,
    isolated,
    ratio,
    small_world,
    tiers,
)

from leverline.engine import commands as c
from leverline.market import terms
from leverline.rulebook.parameters import RateCurve, VenueParameters

NOON = 480_000 * HOUR
MINUTE = 60 * SECOND
FREE_OF_INTEREST = RateCurve(0, 0, 0, ratio("0.8"))


def open_venue(parameters: VenueParameters, **prices: str) -> ReferenceVenue:
    """Return a venue at noon with funded pools and these index prices."""
    venue = ReferenceVenue(parameters)
    for asset in parameters.assets:
        do(venue, c.HouseDeposit(asset, 10**9 * UNIT))
        do(venue, c.SupplyPool(asset, 10**8 * UNIT))
    do(venue, c.PublishPrices("index", [(asset, ratio(text), 1) for asset, text in prices.items()]))
    return venue


def do(venue: ReferenceVenue, command: c.Command, time: int = NOON) -> None:
    """Apply a command that must be accepted and leave the books balanced."""
    assert venue.apply(command, max(time, venue.state.now)) is None
    assert venue.faults() == []


def open_cross(venue: ReferenceVenue, user_id: int, asset: str, funds: str, leverage: int = 3) -> Wallet:
    """Give a user a cross account that holds `funds`."""
    do(venue, c.RegisterUser(user_id))
    do(venue, c.GrantPermission(user_id, 1))
    do(venue, c.OpenMarginAccount(user_id, CROSS))
    do(venue, c.SetLeverage(user_id, leverage))
    do(venue, c.Deposit(user_id, asset, amount(funds)))
    do(venue, c.Transfer(user_id, asset, amount(funds), SPOT, CROSS))
    found = venue.state.wallet(user_id, CROSS)
    assert found is not None
    return found


def lavish() -> VenueParameters:
    """Return the small world with limits that no example reaches and loans that cost nothing."""
    return small_world(
        borrow_limits=(BEYOND,) * 10, rate_curve=FREE_OF_INTEREST, collateral_tiers=tiers(("1000000000", "1"))
    )


def hold_and_owe(state: State, wallet: Wallet, asset: str, held: str, owed: str) -> None:
    """Lend `owed` and move cash from or to the world until `held` is there."""
    ledger.lend(state, wallet, asset, amount(owed))
    surplus = state.free(wallet, asset) - amount(held)
    source, target = (wallet.owner, "world") if surplus > 0 else ("world", wallet.owner)
    ledger.move(state, asset, abs(surplus), (source, "free"), (target, "free"))


def test_h1_a_large_holding_of_bitcoin_is_cut_only_above_its_first_tier() -> None:
    ladder = tiers(("100000000", "1"), ("120000000", "0.975"), ("150000000", "0.95"), ("180000000", "0.9"))
    assert tiered(Fraction(6_000 * 20_000), ladder) == 119_500_000


def test_c1_what_own_debt_matches_counts_in_full_and_the_rest_by_tiers() -> None:
    parameters = lavish()
    parameters.assets["ETH"].collateral_tiers = tiers(("100000", "1"), ("250000", "0.8"))
    parameters.assets["USDC"].collateral_tiers = tiers(("30000000", "1"))
    venue = open_venue(parameters, USDC="1", ETH="1", BTC="50000")
    account = open_cross(venue, 1, "USDC", "1")
    for asset, held, owed in (("USDC", "200000", "100000"), ("ETH", "200000", "50000"), ("BTC", "0", "1")):
        hold_and_owe(venue.state, account, asset, held, owed)
    holdings = holdings_of(venue.state, account)
    assert collateral_value(venue.state, account, holdings) == 390_000
    assert collateral_value(venue.state, account, holdings) / liabilities_value(venue.state, holdings) == Fraction(
        "1.95"
    )


def test_c2_the_haircut_shows_in_the_collateral_level_but_not_in_the_margin_level() -> None:
    parameters = lavish()
    parameters.assets["ETH"].collateral_tiers = tiers(("100000000", "0.7"))
    venue = open_venue(parameters, USDC="1", ETH="1")
    account = open_cross(venue, 1, "USDC", "1")
    hold_and_owe(venue.state, account, "ETH", "50000000", "0")
    hold_and_owe(venue.state, account, "USDC", "0", "20000000")
    holdings = holdings_of(venue.state, account)
    owed = liabilities_value(venue.state, holdings)
    assert assets_value(venue.state, holdings) / owed == Fraction("2.5")
    assert collateral_value(venue.state, account, holdings) / owed == Fraction("1.75")


def test_p1_margins_of_pro_add_up_slice_by_slice() -> None:
    bitcoin = brackets((10, "50000", "0.1112", "0.05"), (8, "100000", "0.1429", "0.07"), (6, "900000", "0.2", "0.08"))
    ether = brackets((10, "30000", "0.1112", "0.05"), (8, "90000", "0.1429", "0.07"))
    initial = maintenance = Fraction(0)
    for debt, rows in ((Fraction(13 * 30_000), bitcoin), (Fraction(13 * 3_000), ether)):
        initial += margin_by_brackets(debt, rows, [row.initial_rate for row in rows])
        maintenance += margin_by_brackets(debt, rows, [row.maintenance_rate for row in rows])
    assert (initial, maintenance) == (Fraction("75327.1"), 31_330)
    assert bitcoin[2].maintenance_amount == amount("2000")
    assert 390_000 * Fraction("0.08") - 2_000 + 39_000 * Fraction("0.07") - 600 == 31_330


def test_p2_a_pro_account_borrows_its_available_margin_over_the_initial_rate_and_not_a_dollar_more() -> None:
    parameters = lavish()
    steps = (("1000000", "0.1112"), ("2000000", "0.1429"), ("3000000", "0.25"), ("4000000", "0.5"))
    for symbol, first in (("BTC", 2), ("USDC", 3)):
        rows = [(10, limit, rate, f"0.0{first + number}") for number, (limit, rate) in enumerate(steps)]
        parameters.assets[symbol].pro_brackets = brackets(*rows)
    venue = open_venue(parameters, BTC="10000", USDC="1")
    account = open_cross(venue, 1, "BTC", "1")
    do(venue, c.GrantPermission(1, 2))
    do(venue, c.SwitchMode(1, 2))
    do(venue, c.Borrow(1, CROSS, "BTC", UNIT))
    assert venue.apply(c.Borrow(1, CROSS, "USDC", amount("79929")), NOON) is not None
    do(venue, c.Borrow(1, CROSS, "USDC", amount("79928")))
    holdings = holdings_of(venue.state, account)
    net = collateral_value(venue.state, account, holdings) - liabilities_value(venue.state, holdings)
    rates = {s: [row.maintenance_rate for row in parameters.assets[s].pro_brackets] for s in ("BTC", "USDC")}
    maintenance = sum(
        margin_by_brackets(Fraction(debt), parameters.assets[symbol].pro_brackets, rates[symbol])
        for symbol, debt in (("BTC", 10_000), ("USDC", 79_928))
    )
    assert (net, maintenance) == (10_000, Fraction("2597.84"))
    assert round(float(net / maintenance), 3) == 3.849


@pytest.mark.parametrize(
    ("lent", "rate", "asset", "start", "end", "expected"),
    [
        ("1000", "0.00001", "USDT", 115, 150, "0.02"),  # I1: 13:55 to 14:30
        ("1000", "0.00001", "USDC", 80, 135, "0.02"),  # I2: 13:20 to 14:15
        ("1000", "0.000008333333", "USDT", 80, 135, "0.01666667"),  # I3: 0.02 % a day
        ("10", "0.00001", "BTC", 20, 75, "0.0002"),  # I4, account A: two hours
        ("10", "0.00001", "BTC", 20, 55, "0.0001"),  # I4, account B: one hour
        ("45.3313", "0.00000551375", "USDC", 10, 20, "0.00024995"),  # I5
    ],
)
def test_interest_is_charged_at_borrowing_and_at_each_clock_hour(
    lent: str, rate: str, asset: str, start: int, end: int, expected: str
) -> None:
    parameters = lavish()
    venue = open_venue(parameters, USDC="1", BTC="10000")
    account = open_cross(venue, 1, "BTC", "1000")
    parameters.assets[asset].rate_curve = RateCurve(ratio(rate), 0, 0, ONE)
    venue.state.pools[asset].rate = fine(ratio(rate))
    do(venue, c.Borrow(1, CROSS, asset, amount(lent)), NOON + start * MINUTE)
    do(venue, c.AdvanceTime(), NOON + end * MINUTE)
    assert venue.state.interest(account, asset) == amount(expected)


def test_i4_a_waived_hour_leaves_one_hour_to_the_long_loan_and_none_to_the_short_one() -> None:
    parameters = lavish()
    parameters.interest = replace(parameters.interest, hours_waived=1)
    parameters.assets["BTC"].rate_curve = RateCurve(ratio("0.00001"), 0, 0, ONE)
    venue = open_venue(parameters, BTC="10000", USDC="1")
    for user_id in (1, 2):
        open_cross(venue, user_id, "BTC", "100")
        do(venue, c.Borrow(user_id, CROSS, "BTC", amount("10")), NOON + 20 * MINUTE)
    do(venue, c.Repay(2, CROSS, "BTC", 0), NOON + 55 * MINUTE)
    assert venue.state.amount("income", "free", "BTC") == 0
    do(venue, c.Repay(1, CROSS, "BTC", 0), NOON + 75 * MINUTE)
    assert venue.state.amount("income", "free", "BTC") == amount("0.0001")


def test_t2_the_higher_tier_of_two_debts_counts_and_a_chosen_multiple_takes_the_lower_number() -> None:
    parameters = lavish()
    ten = ("1.111", "1.1264", "1.1418", "1.1572", "1.1726", "1.188", "1.2034", "1.2188", "1.2342", "1.2496")
    parameters.pairs["BTCUSDT"].isolated_tiers = isolated("9", "70000", *ten)
    venue = open_venue(parameters, BTC="10000")
    open_cross(venue, 1, "BTC", "1")
    account = Wallet(99, 1, ISOLATED, "BTCUSDT")
    assert tier_number(venue.state, account, amount("15"), amount("250000")) == 4
    assert tier_for_leverage(venue.state, "BTCUSDT", ratio("8.5")) == 2


def test_x1_an_outlying_source_counts_at_the_cap_around_the_median() -> None:
    quotes = [(Fraction(20_000), 1), (Fraction(21_400), 1), (Fraction(18_800), 1)]
    assert capped_mean(quotes, Fraction("0.05")) == Fraction(20_000 + 21_000 + 19_000, 3)


def test_f1_one_bitcoin_at_three_times_borrows_two_more_and_no_unit_beyond() -> None:
    venue = open_venue(lavish(), BTC="10000")
    open_cross(venue, 1, "BTC", "1")
    assert venue.apply(c.Borrow(1, CROSS, "BTC", 2 * UNIT + 1), NOON) is not None
    do(venue, c.Borrow(1, CROSS, "BTC", 2 * UNIT))


def liquidate_the_example(leverage: int, bid: str = "44000") -> tuple[ReferenceVenue, Wallet, int]:
    """Build rule 15's example, let the index fall to 44,000 before one big bid, and return venue, account, BTC sold."""
    venue = open_venue(lavish(), BTC="50000", USDC="1")
    account = open_cross(venue, 1, "BTC", "10", leverage)
    hold_and_owe(venue.state, account, "USDC", "0", "400000")
    hold_and_owe(venue.state, account, "BTC", "10", "0")
    do(venue, c.RegisterUser(2))
    do(venue, c.Deposit(2, "USDC", amount("10000000")))
    do(venue, c.PlaceOrder(2, SPOT, "BTCUSDC", True, terms.LIMIT, amount("100"), amount(bid)))
    do(venue, c.PublishPrices("index", [("BTC", ratio("44000"), 1)]))
    return venue, account, amount("10") - venue.state.held(account, "BTC")


def test_rule_15_sells_just_enough_at_five_times() -> None:
    venue, account, sold = liquidate_the_example(5)
    assert sold == amount("6.09447")  # 268,156.42 ÷ 44,000 = 6.09446…, up to the next lot
    assert venue.state.amount("fund", "free", "USDC") == sold * 44_000 // 50  # 2 %: 5,363.13
    holdings = holdings_of(venue.state, account)
    level = assets_value(venue.state, holdings) / liabilities_value(venue.state, holdings)
    assert Fraction("1.25") < level < Fraction("1.25001")
    assert account.locked_at is None


@pytest.mark.parametrize(
    ("leverage", "bid", "expected"),
    [(5, "41800", "8.388"), (3, "44000", "7.762")],  # at the edge of the band; to 1.5
)
def test_rule_15_sells_more_at_a_worse_price_or_to_a_higher_stop(leverage: int, bid: str, expected: str) -> None:
    _, _, sold = liquidate_the_example(leverage, bid)
    assert abs(sold - amount(expected)) < amount("0.0006")


def test_the_ten_bitcoin_of_the_faq_are_liquidated_at_44000_and_not_a_tick_above() -> None:
    venue = open_venue(lavish(), BTC="50000", USDC="1")
    account = open_cross(venue, 1, "BTC", "10", 5)
    hold_and_owe(venue.state, account, "USDC", "0", "400000")
    smallest_move_that_shows = ratio("0.000000001")  # 10 BTC × 10⁻⁹ = 10⁻⁸ USDT
    do(venue, c.PublishPrices("index", [("BTC", ratio("44000") + smallest_move_that_shows, 1)]))
    assert account.status == MARGIN_CALL
    do(venue, c.PublishPrices("index", [("BTC", ratio("44000"), 1)]))
    assert account.status == FORCE_LIQUIDATION
