"""One worked situation for each refusal: given a small venue, which command is refused, and with which wire code.

A situation prepares a venue that it may make with other figures, and returns it with the command that is refused.
"""

from collections.abc import Callable
from typing import NamedTuple

from tests.engine.world import (
    ALICE,
    BOB,
    CAROL,
    CROSS,
    DAY,
    HOUR,
    ISOLATED,
    MALLORY,
    MINUTE,
    SECOND,
    SPOT,
    World,
    amount,
    parameters,
    ratio,
    with_asset,
    with_pair,
    with_rules,
)
from tests.regimes import of_2026

from leverline.engine.commands import (
    AmendOrder,
    AnnounceDelisting,
    Borrow,
    CancelOrder,
    ChangeParameters,
    ClosePosition,
    Command,
    ConvertDust,
    CoolOff,
    Deposit,
    DisableIsolated,
    ExchangeSmallDebts,
    OpenMarginAccount,
    PlaceOrder,
    PlaceOrderList,
    RegisterUser,
    Repay,
    RestrictAsset,
    ResumeTrading,
    SellOut,
    SetLeverage,
    SetPairStatus,
    SupplyPool,
    SuspendUser,
    SwitchMode,
    TakeOverAccount,
    TopUpFund,
    Transfer,
    Withdraw,
    WithdrawDelisting,
    WithdrawParameterChange,
)
from leverline.kernel.numbers import AMOUNT_MAX
from leverline.margin.account import CLASSIC, FORCE_LIQUIDATION
from leverline.market.terms import HALTED, LIMIT, LIMIT_MAKER, MARKET, OCO, OPO, PARTIALLY_FILLED, STOP_LOSS_LIMIT
from leverline.parameters import with_index_silence
from leverline.rulebook.parameters import ConcentrationLimit, VenueParameters
from leverline.rulebook.refusals import Refusal

Given = tuple[World, Command]


class Situation(NamedTuple):
    """A row of the table."""

    refusal: Refusal
    code: int
    prepare: Callable[[], Given]


SITUATIONS: list[Situation] = []


def situation(refusal: Refusal, code: int) -> Callable[[Callable[[], Given]], Callable[[], Given]]:
    """Enter a function in the table."""

    def enter(prepare: Callable[[], Given]) -> Callable[[], Given]:
        SITUATIONS.append(Situation(refusal, code, prepare))
        return prepare

    return enter


def carol() -> World:
    """Return a venue in which Carol has 100,000 USDT and 2 BTC to trade with."""
    world = World()
    world.user(CAROL, USDT="100000", BTC="2")
    return world


def alice(world: World | None = None, leverage: int = 5) -> World:
    """Return a venue in which Alice has 10,000 USDT in her cross account."""
    world = world or World()
    world.cross(ALICE, leverage, USDT="10000")
    return world


def indebted(world: World | None = None) -> World:
    """Return a venue in which Alice owes 30,000 USDT and holds 40,000: A/L = C/L = 1.33."""
    world = alice(world)
    world.send(Borrow(ALICE, CROSS, "USDT", amount("30000")))
    return world


def short_of_btc(fund: str, rules: VenueParameters | None = None) -> World:
    """Return a venue in which Bob, who owed 0.5 BTC and held 40,000 USDT, was taken over at a price of 120,000."""
    world = World(rules, fund=fund)
    account = world.short()
    world.index(BTC="120000")
    world.advance(120 * SECOND)
    assert account.debts == 0
    return world


def small_debtor(rules: VenueParameters | None = None, **debts: str) -> World:
    """Return a venue with loans of any size in which Alice has 1,000 USDT in her cross account and owes these."""
    rules = rules or parameters()
    for symbol in rules.assets:
        rules = with_asset(rules, symbol, borrow_min=1)
    world = World(rules)
    world.cross(ALICE, USDT="1000")
    for asset, text in debts.items():
        world.send(Borrow(ALICE, CROSS, asset, amount(text)))
    return world


def order(pair: str = "BTCUSDT", is_buy: bool = True, kind: int = LIMIT, **terms: object) -> PlaceOrder:
    """Return an order of Carol's; amounts and prices as text."""
    numbers = {name: amount(value) if isinstance(value, str) else value for name, value in terms.items()}
    return PlaceOrder(CAROL, SPOT, pair, is_buy, kind, **numbers)


def oco(stop_price: str = "58000") -> PlaceOrderList:
    """Return an OCO of Carol's that sells 0.1 BTC at 62,000, or from the stop price on."""
    target = order(kind=LIMIT_MAKER, is_buy=False, quantity="0.1", price="62000")
    return PlaceOrderList(OCO, [target, order(kind=STOP_LOSS_LIMIT, is_buy=False, quantity="0.1", price="57000",
                                              stop_price=stop_price)])  # fmt: skip


@situation(Refusal.MALFORMED, -1102)
def an_order_of_a_type_that_does_not_exist() -> Given:
    return carol(), order(kind=99, quantity="1", price="60000")


@situation(Refusal.TIME_BEFORE_VENUE, -1021)
def a_command_a_second_before_the_last_one() -> Given:
    world = carol()
    world.time -= SECOND
    return world, Deposit(CAROL, "USDT", amount("1"))


@situation(Refusal.UNKNOWN_USER, -2015)
def a_deposit_for_nobody() -> Given:
    return World(), Deposit(MALLORY, "USDT", amount("1"))


@situation(Refusal.USER_EXISTS, -1102)
def a_second_registration() -> Given:
    return carol(), RegisterUser(CAROL)


@situation(Refusal.USER_SUSPENDED, -2010)
def an_order_of_a_suspended_user() -> Given:
    world = carol()
    world.send(SuspendUser(CAROL, True))
    return world, order(quantity="1", price="60000")


@situation(Refusal.UNKNOWN_ASSET, -3027)
def a_deposit_of_an_asset_that_is_not_listed() -> Given:
    return carol(), Deposit(CAROL, "GOLD", amount("1"))


@situation(Refusal.UNKNOWN_PAIR, -1121)
def an_order_in_a_pair_that_is_not_listed() -> Given:
    return carol(), order("GOLDUSDT", quantity="1", price="2000")


@situation(Refusal.AMOUNT_NOT_POSITIVE, -1100)
def a_deposit_of_nothing() -> Given:
    return carol(), Deposit(CAROL, "USDT", 0)


@situation(Refusal.AMOUNT_TOO_LARGE, -1100)
def a_deposit_beyond_any_supply() -> Given:
    return carol(), Deposit(CAROL, "USDT", AMOUNT_MAX + 1)


@situation(Refusal.PERMISSION_MISSING, -3003)
def margin_without_the_questionnaire() -> Given:
    world = World()
    world.send(RegisterUser(MALLORY))
    return world, OpenMarginAccount(MALLORY, CROSS)


@situation(Refusal.ACCOUNT_EXISTS, -1102)
def a_second_cross_account() -> Given:
    return alice(), OpenMarginAccount(ALICE, CROSS)


@situation(Refusal.NO_MARGIN_ACCOUNT, -3003)
def a_loan_without_a_margin_account() -> Given:
    return carol(), Borrow(CAROL, CROSS, "USDT", amount("100"))


@situation(Refusal.ACCOUNT_DISABLED, -3003)
def a_transfer_into_a_disabled_account() -> Given:
    world = World()
    world.isolated(ALICE, "BTCUSDT")
    world.send(Deposit(ALICE, "USDT", amount("100")), DisableIsolated(ALICE, "BTCUSDT"))
    return world, Transfer(ALICE, "USDT", amount("100"), SPOT, ISOLATED, "", "BTCUSDT")


@situation(Refusal.ACCOUNTS_TOO_MANY, -11001)
def a_second_isolated_account_where_one_is_allowed() -> Given:
    world = World(with_rules(parameters(), "borrowing", isolated_accounts_max=1))
    world.isolated(ALICE, "BTCUSDT")
    return world, OpenMarginAccount(ALICE, ISOLATED, "ETHUSDT")


@situation(Refusal.DISABLE_TOO_SOON, -11002)
def a_second_disabling_within_a_day() -> Given:
    world = World()
    world.isolated(ALICE, "BTCUSDT")
    world.send(DisableIsolated(ALICE, "BTCUSDT"), OpenMarginAccount(ALICE, ISOLATED, "BTCUSDT"))
    world.advance(86_400 * SECOND - 1)
    return world, DisableIsolated(ALICE, "BTCUSDT")


@situation(Refusal.ACCOUNT_NOT_EMPTY, -11003)
def disabling_an_account_that_holds_something() -> Given:
    world = World()
    world.isolated(ALICE, "BTCUSDT", USDT="0.00000001")
    return world, DisableIsolated(ALICE, "BTCUSDT")


@situation(Refusal.ACCOUNT_LOCKED, -3022)
def repaying_while_the_liquidation_goes_on() -> Given:
    world = World()
    account = world.long()
    world.index(BTC="52500")
    assert account.status == FORCE_LIQUIDATION
    return world, Repay(ALICE, ISOLATED, "USDT", amount("100"), "BTCUSDT")


@situation(Refusal.NOT_VALID_MARGIN_PAIR, -3028)
def a_cross_order_in_a_pair_without_cross_margin() -> Given:
    world = alice(World(with_pair(parameters(), "DOGEUSDT", is_cross=False)))
    return world, world.limit(ALICE, "DOGEUSDT", True, "100", "0.1", kind=CROSS)


@situation(Refusal.NOT_VALID_MARGIN_ASSET, -3027)
def a_third_asset_into_an_isolated_account() -> Given:
    world = World()
    world.isolated(ALICE, "BTCUSDT")
    world.send(Deposit(ALICE, "ETH", amount("1")))
    return world, Transfer(ALICE, "ETH", amount("1"), SPOT, ISOLATED, "", "BTCUSDT")


@situation(Refusal.PAIR_HALTED, -2010)
def an_order_in_a_halted_pair() -> Given:
    world = carol()
    world.send(SetPairStatus("BTCUSDT", HALTED))
    return world, order(quantity="1", price="60000")


@situation(Refusal.TRANSFER_IN_NOT_ALLOWED, -3043)
def an_asset_that_is_no_collateral() -> Given:
    world = alice(World(with_asset(parameters(), "DOGE", is_collateral=False)))
    world.send(Deposit(ALICE, "DOGE", amount("100")))
    return world, Transfer(ALICE, "DOGE", amount("100"), SPOT, CROSS)


@situation(Refusal.BORROW_NOT_ALLOWED, -3012)
def a_loan_of_an_asset_that_is_not_lent() -> Given:
    world = alice(World(with_asset(parameters(), "DOGE", is_borrowable=False)))
    return world, Borrow(ALICE, CROSS, "DOGE", amount("1000"))


@situation(Refusal.BORROW_BARRED, -3014)
def a_loan_after_a_deficit_that_the_fund_paid() -> Given:
    world = short_of_btc(fund="1000000")
    world.send(Deposit(BOB, "USDT", amount("10000")), Transfer(BOB, "USDT", amount("10000"), SPOT, CROSS))
    return world, Borrow(BOB, CROSS, "USDT", amount("1000"))


@situation(Refusal.BORROWING_STOPPED, -3008)
def a_loan_after_the_fund_ran_dry() -> Given:
    return alice(short_of_btc(fund="0")), Borrow(ALICE, CROSS, "USDT", amount("1000"))


@situation(Refusal.LEVERAGE_NOT_OFFERED, -1130)
def a_leverage_of_four() -> Given:
    return alice(), SetLeverage(ALICE, 4)


@situation(Refusal.MODE_UNCHANGED, -1130)
def classic_to_classic() -> Given:
    return alice(), SwitchMode(ALICE, CLASSIC, 5)


@situation(Refusal.ORDER_TYPE_COMBINATION, -2010)
def a_market_order_with_a_price() -> Given:
    return carol(), order(kind=MARKET, quantity="1", price="60000")


@situation(Refusal.UNKNOWN_ORDER, -2011)
def cancelling_what_was_never_placed() -> Given:
    return carol(), CancelOrder(CAROL, SPOT, "BTCUSDT", 77)


@situation(Refusal.CANCEL_RESTRICTED, -2011)
def cancelling_only_what_has_begun_to_fill() -> Given:
    world = carol()
    world.send(PlaceOrder(CAROL, SPOT, "BTCUSDT", True, LIMIT, amount("1"), amount("50000"), client_id="mine"))
    return world, CancelOrder(CAROL, SPOT, "BTCUSDT", 0, "mine", PARTIALLY_FILLED)


def amendment(quantity: str, **rules: int) -> Given:
    """Carol's open order of one BTC, and its amendment."""
    world = World(with_pair(parameters(), "BTCUSDT", **rules))
    world.user(CAROL, USDT="100000")
    world.send(PlaceOrder(CAROL, SPOT, "BTCUSDT", True, LIMIT, amount("1"), amount("50000"), client_id="mine"))
    return world, AmendOrder(CAROL, SPOT, "BTCUSDT", 0, amount(quantity), "mine", "mine")


@situation(Refusal.AMEND_INCREASES, -2038)
def amending_an_order_to_more() -> Given:
    return amendment("1.1")


@situation(Refusal.AMEND_CHANGES_NOTHING, -2038)
def amending_an_order_to_what_it_is() -> Given:
    return amendment("1")


@situation(Refusal.DUPLICATE_ORDER, -2010)
def a_client_order_id_that_is_open() -> Given:
    world = carol()
    world.send(PlaceOrder(CAROL, SPOT, "BTCUSDT", True, LIMIT, amount("1"), amount("50000"), client_id="mine"))
    return world, PlaceOrder(CAROL, SPOT, "BTCUSDT", False, LIMIT, amount("1"), amount("70000"), client_id="mine")


@situation(Refusal.QUANTITY_NOT_POSITIVE, -2010)
def an_order_for_nothing() -> Given:
    return carol(), order(quantity=0, price="60000")


@situation(Refusal.ICEBERG_EXCEEDS_QUANTITY, -2010)
def an_iceberg_slice_larger_than_the_order() -> Given:
    return carol(), order(quantity="1", price="60000", iceberg_quantity="2")


@situation(Refusal.FILTER_PRICE, -1013)
def a_price_between_two_ticks() -> Given:
    return carol(), order(quantity="1", price="60000.001")


@situation(Refusal.FILTER_PERCENT_PRICE, -1013)
def a_price_above_five_times_the_last() -> Given:
    world = carol()
    world.maker(bid="60000")
    world.send(order(is_buy=False, kind=MARKET, quantity="0.1"))
    return world, order(is_buy=False, quantity="1", price="300000.01")


@situation(Refusal.FILTER_LOT_SIZE, -1013)
def a_quantity_between_two_steps() -> Given:
    return carol(), order(quantity="1.000001", price="60000")


@situation(Refusal.FILTER_MARKET_LOT_SIZE, -1013)
def a_market_order_larger_than_the_pair_takes() -> Given:
    return carol(), order(kind=MARKET, quantity="89.00001")


@situation(Refusal.FILTER_NOTIONAL, -1013)
def an_order_worth_less_than_five_usdt() -> Given:
    return carol(), order(quantity="0.00009", price="50000")


@situation(Refusal.FILTER_TRAILING_DELTA, -1013)
def a_trailing_stop_too_close_to_the_price() -> Given:
    return carol(), order(kind=STOP_LOSS_LIMIT, quantity="0.1", price="65000", trailing_delta=9)


@situation(Refusal.FILTER_ICEBERG_PARTS, -1013)
def an_iceberg_of_a_hundred_and_one_slices() -> Given:
    return carol(), order(quantity="1.01", price="60000", iceberg_quantity="0.01")


@situation(Refusal.FILTER_MAX_ORDERS, -1013)
def one_open_order_too_many() -> Given:
    world = World(with_pair(parameters(), "BTCUSDT", orders_max=1))
    world.user(CAROL, USDT="100000")
    world.send(order(quantity="0.1", price="50000"))
    return world, order(quantity="0.1", price="50000")


@situation(Refusal.FILTER_MAX_ALGO_ORDERS, -1013)
def one_waiting_order_too_many() -> Given:
    world = World(with_pair(parameters(), "BTCUSDT", algo_orders_max=1))
    world.user(CAROL, USDT="100000")
    stop = order(kind=STOP_LOSS_LIMIT, quantity="0.1", price="65000", stop_price="64000")
    world.send(stop)
    return world, stop


@situation(Refusal.FILTER_MAX_ICEBERG_ORDERS, -1013)
def one_iceberg_too_many() -> Given:
    world = World(with_pair(parameters(), "BTCUSDT", iceberg_orders_max=1))
    world.user(CAROL, USDT="100000")
    iceberg = order(quantity="0.1", price="50000", iceberg_quantity="0.01")
    world.send(iceberg)
    return world, iceberg


@situation(Refusal.AMEND_OF_PENDING, -2038)
def less_of_what_sells_what_another_will_have_bought() -> Given:
    world = carol()
    orders = [order(quantity="0.1", price="59000"), order(is_buy=False, price="61000", quantity="0")]
    world.send(PlaceOrderList(OPO, orders))
    return world, AmendOrder(CAROL, SPOT, "BTCUSDT", 2, amount("0.05"), "", "waits")


@situation(Refusal.FILTER_MAX_ORDER_LISTS, -1013)
def one_order_list_too_many() -> Given:
    world = World(with_pair(parameters(), "BTCUSDT", order_lists_max=1))
    world.user(CAROL, USDT="100000", BTC="2")
    world.send(oco())
    return world, oco()


@situation(Refusal.ORDER_LIST_PRICES, -2010)
def a_stop_above_its_target() -> Given:
    return carol(), oco(stop_price="63000")


@situation(Refusal.FILTER_MAX_ORDER_AMENDS, -2038)
def one_amendment_too_many() -> Given:
    world, once = amendment("0.9", order_amends_max=1)
    world.send(once)
    return world, AmendOrder(CAROL, SPOT, "BTCUSDT", 0, amount("0.8"), "mine", "mine")


@situation(Refusal.FILTER_MAX_POSITION, -1013)
def a_buy_beyond_the_largest_position() -> Given:
    world = World(with_pair(parameters(), "BTCUSDT", position_max=amount("2.1")))
    world.user(CAROL, USDT="100000", BTC="2")
    return world, order(quantity="0.10001", price="60000")


@situation(Refusal.FILTER_EXCHANGE_MAX_ORDERS, -1013)
def one_open_order_too_many_over_all_pairs() -> Given:
    world = World(with_rules(parameters(), "trading", exchange_orders_max=1))
    world.user(CAROL, USDT="100000")
    world.send(order(quantity="0.1", price="50000"))
    return world, world.limit(CAROL, "ETHUSDT", True, "1", "2000", kind=SPOT)


@situation(Refusal.FILTER_EXCHANGE_MAX_ALGO_ORDERS, -1013)
def one_waiting_order_too_many_over_all_pairs() -> Given:
    world = World(with_rules(parameters(), "trading", exchange_algo_orders_max=1))
    world.user(CAROL, USDT="100000")
    stop = order(kind=STOP_LOSS_LIMIT, quantity="0.1", price="65000", stop_price="64000")
    world.send(stop)
    return world, stop


@situation(Refusal.FILTER_EXCHANGE_MAX_ICEBERG_ORDERS, -1013)
def one_iceberg_too_many_over_all_pairs() -> Given:
    world = World(with_rules(parameters(), "trading", exchange_iceberg_orders_max=1))
    world.user(CAROL, USDT="100000")
    iceberg = order(quantity="0.1", price="50000", iceberg_quantity="0.01")
    world.send(iceberg)
    return world, iceberg


@situation(Refusal.PRICE_INDEX_STALE, -3042)
def a_loan_while_no_source_speaks() -> Given:
    world = alice(World(with_index_silence(parameters(), 10 * SECOND)))
    world.advance(10 * SECOND)
    return world, Borrow(ALICE, CROSS, "BTC", amount("0.1"))


@situation(Refusal.LIMIT_PRICE_OUT_OF_BAND, -3064)
def a_buy_far_above_the_index() -> Given:
    world = alice(World(with_pair(parameters(), "BTCUSDT", is_limit_price=True)))
    return world, world.limit(ALICE, "BTCUSDT", True, "0.1", "69000.01", kind=CROSS)


@situation(Refusal.WOULD_TRIGGER_IMMEDIATELY, -2010)
def a_stop_that_the_last_price_has_passed() -> Given:
    world = carol()
    world.maker(bid="60000")
    world.send(order(is_buy=False, kind=MARKET, quantity="0.1"))
    return world, order(kind=STOP_LOSS_LIMIT, quantity="0.1", price="61000", stop_price="60000")


@situation(Refusal.WOULD_MATCH_IMMEDIATELY, -2010)
def a_makers_order_that_would_take() -> Given:
    world = carol()
    world.maker()
    return world, order(kind=LIMIT_MAKER, quantity="0.1", price="60010")


@situation(Refusal.NO_LIQUIDITY, -2010)
def a_market_order_into_an_empty_book() -> Given:
    return carol(), order(kind=MARKET, quantity="0.1")


@situation(Refusal.BELOW_BORROW_MIN, -3013)
def a_loan_below_the_minimum() -> Given:
    return alice(), Borrow(ALICE, CROSS, "USDT", amount("20") - 1)


@situation(Refusal.BELOW_REPAY_MIN, -3016)
def a_repayment_below_the_minimum() -> Given:
    return indebted(), Repay(ALICE, CROSS, "USDT", amount("20") - 1)


@situation(Refusal.REPAY_EXCEEDS_LIABILITY, -3015)
def a_repayment_of_more_than_is_owed() -> Given:
    world = indebted()
    return world, Repay(ALICE, CROSS, "USDT", world.holding(ALICE, "USDT").debt + 1)


@situation(Refusal.FEW_LIABILITY_LEFT, -3024)
def a_repayment_that_leaves_too_little() -> Given:
    world = indebted()
    return world, Repay(ALICE, CROSS, "USDT", world.holding(ALICE, "USDT").debt - amount("20") + 1)


@situation(Refusal.CONVERSION_TOO_SOON, -5006)
def a_second_conversion_a_microsecond_before_six_hours() -> Given:
    world = carol()
    world.send(Deposit(CAROL, "DOGE", amount("100")), Deposit(CAROL, "ETH", amount("0.01")))
    world.send(ConvertDust(CAROL, SPOT, ["ETH"]))
    world.advance(6 * HOUR - 1)
    return world, ConvertDust(CAROL, SPOT, ["DOGE"])


@situation(Refusal.CONVERSIONS_TOO_MANY, -3026)
def more_debts_than_one_exchange_takes() -> Given:
    rules = with_rules(parameters(), "conversions", debts_max=1)
    return small_debtor(rules, ETH="0.001", DOGE="50"), ExchangeSmallDebts(ALICE, ["ETH", "DOGE"])


@situation(Refusal.BALANCE_NOT_SMALL, -5004)
def a_balance_worth_a_thousandth_of_a_bitcoin() -> Given:
    world = carol()
    world.send(Deposit(CAROL, "DOGE", amount("600")))
    return world, ConvertDust(CAROL, SPOT, ["DOGE"])


@situation(Refusal.BALANCE_TOO_SMALL, -5005)
def a_balance_that_brings_no_bnb() -> Given:
    world = carol()
    world.send(Deposit(CAROL, "DOGE", amount("0.00006")))
    return world, ConvertDust(CAROL, SPOT, ["DOGE"])


@situation(Refusal.DEBT_NOT_SMALL, -3026)
def a_debt_of_ten_dollars() -> Given:
    return small_debtor(DOGE="100"), ExchangeSmallDebts(ALICE, ["DOGE"])


@situation(Refusal.CONVERSION_STOCK_SHORT, -3045)
def bnb_that_the_house_does_not_hold() -> Given:
    world = carol()
    world.send(Deposit(CAROL, "DOGE", amount("100")))
    world.send(SupplyPool("BNB", world.engine.core.ledger.venue["BNB"].house))
    return world, ConvertDust(CAROL, SPOT, ["DOGE"])


@situation(Refusal.POOL_EXHAUSTED, -3045)
def a_loan_out_of_the_reserve() -> Given:
    world = alice()
    world.send(SupplyPool("BTC", amount("0.1") - world.engine.core.ledger.venue["BTC"].pool_free))
    return world, Borrow(ALICE, CROSS, "BTC", amount("0.1"))


@situation(Refusal.EXCEEDS_BORROW_LIMIT, -3006)
def a_loan_above_the_users_limit() -> Given:
    world = alice(World(with_asset(parameters(), "USDT", borrow_limits=(amount("5000"),) * 10)))
    return world, Borrow(ALICE, CROSS, "USDT", amount("5000") + 1)


@situation(Refusal.EXCEEDS_MAX_BORROWABLE, -3006)
def a_loan_above_what_the_collateral_bears() -> Given:
    return alice(), Borrow(ALICE, CROSS, "USDT", amount("40000") + 1)


@situation(Refusal.EXCEEDS_MAX_TRANSFERABLE, -3020)
def a_transfer_that_leaves_too_little_collateral() -> Given:
    world = alice()
    world.send(Borrow(ALICE, CROSS, "USDT", amount("5000")))
    return world, Transfer(ALICE, "USDT", amount("5000"), CROSS, SPOT)


@situation(Refusal.COLLATERAL_CAP_EXCEEDED, -3043)
def collateral_beyond_the_venues_cap() -> Given:
    world = alice(World(with_asset(parameters(), "DOGE", collateral_cap=amount("10"))))
    world.send(Deposit(ALICE, "DOGE", amount("101")))
    return world, Transfer(ALICE, "DOGE", amount("101"), SPOT, CROSS)


@situation(Refusal.MARGIN_LEVEL_TOO_LOW, -3023)
def less_leverage_than_the_debt_needs() -> Given:
    return indebted(), SetLeverage(ALICE, 3)


@situation(Refusal.INSUFFICIENT_BALANCE, -2010)
def bidding_more_than_is_free() -> Given:
    return carol(), PlaceOrder(CAROL, SPOT, "BTCUSDT", True, LIMIT, amount("2"), amount("50000.01"))


@situation(Refusal.BALANCE_SHORT, -3041)
def transferring_more_than_is_free() -> Given:
    world = alice()
    return world, Transfer(ALICE, "USDT", 1, SPOT, CROSS)


@situation(Refusal.WITHDRAWAL_SHORT, -5002)
def withdrawing_more_than_is_free() -> Given:
    return carol(), Withdraw(CAROL, "USDT", amount("100000") + 1)


@situation(Refusal.POOL_SUPPLY_LENT, -3045)
def withdrawing_supply_that_is_lent() -> Given:
    world = indebted()
    return world, SupplyPool("USDT", -world.engine.core.ledger.venue["USDT"].pool_free - 1)


def with_change() -> World:
    """A venue in which a change of parameters waits."""
    world = World(fund="0")
    world.send(ChangeParameters("known", [("asset.BTC.rank", "2")], world.time + HOUR))
    return world


@situation(Refusal.CHANGE_EXISTS, -1102)
def a_change_with_the_id_of_another() -> Given:
    return with_change(), ChangeParameters("known", [("asset.BTC.rank", "3")])


@situation(Refusal.UNKNOWN_CHANGE, -1102)
def withdrawing_a_change_that_does_not_wait() -> Given:
    return with_change(), WithdrawParameterChange("unknown")


@situation(Refusal.PARAMETER_UNKNOWN, -1102)
def changing_the_tick_of_a_pair() -> Given:
    return with_change(), ChangeParameters("new", [("pair.BTCUSDT.tick_size", "1")])


@situation(Refusal.PARAMETER_MALFORMED, -1102)
def a_rank_that_is_no_number() -> Given:
    return with_change(), ChangeParameters("new", [("asset.BTC.rank", "best")])


@situation(Refusal.CHANGE_TIME, -1102)
def a_change_in_the_past() -> Given:
    return with_change(), ChangeParameters("new", [("asset.BTC.rank", "2")], 1)


@situation(Refusal.PARAMETERS_UNSOUND, -1102)
def a_rank_beyond_the_worst() -> Given:
    return with_change(), ChangeParameters("new", [("asset.BTC.rank", "11")])


@situation(Refusal.HOUSE_FUNDS_SHORT, -3041)
def a_top_up_beyond_the_houses_funds() -> Given:
    world = World()
    return world, TopUpFund("BTC", world.engine.core.ledger.venue["BTC"].house + 1)


@situation(Refusal.NOT_IN_LIQUIDATION, -1130)
def a_takeover_by_hand_of_a_sound_account() -> Given:
    return indebted(), TakeOverAccount(ALICE, CROSS)


@situation(Refusal.CHANGES_NOTHING, -1130)
def the_end_of_a_stop_that_there_is_not() -> Given:
    return World(), ResumeTrading()


@situation(Refusal.CONCENTRATION_BAN, -3022)
def buying_more_of_a_concentrated_position() -> Given:
    limit = ConcentrationLimit(amount("20000"), 0, ratio("1.5"))
    world = alice(World(with_asset(parameters(), "BTC", concentration=limit)))
    world.send(Borrow(ALICE, CROSS, "USDT", amount("30000")))
    world.maker(bid="", ask="60000")
    world.send(world.limit(ALICE, "BTCUSDT", True, "0.6", "60000", kind=CROSS))
    world.advance(MINUTE)
    return world, world.limit(ALICE, "BTCUSDT", True, "0.001", "60000", kind=CROSS)


@situation(Refusal.LONG_RESTRICTED, -3021)
def buying_with_borrowed_funds_what_is_closed_for_longs() -> Given:
    world = alice()
    world.send(RestrictAsset("BTC", True), Borrow(ALICE, CROSS, "USDT", amount("1000")))
    return world, world.limit(ALICE, "BTCUSDT", True, "0.001", "50000", kind=CROSS)


@situation(Refusal.GATE_CLOSED, -3005)
def withdrawing_while_an_account_is_worth_less_than_it_owes() -> Given:
    world = carol()
    world.long(ALICE)
    world.index(BTC="52000")
    world.time += SECOND // 2
    world.index(BTC="45000")
    return world, Withdraw(CAROL, "USDT", amount("1"))


@situation(Refusal.POSITION_TOO_SMALL, -3026)
def closing_what_is_not_held() -> Given:
    return alice(), ClosePosition(ALICE, "BTC", "USDT")


@situation(Refusal.ASSETS_TOO_LARGE, -3026)
def selling_out_an_account_that_is_too_large() -> Given:
    world = World(with_rules(parameters(), "controls", closable_value_max=amount("10000")))
    return alice(world), SellOut(ALICE, CROSS)


@situation(Refusal.LIQUIDATION_LOAN_OWED, -3020)
def withdrawing_while_a_liquidation_loan_is_owed() -> Given:
    world = short_of_btc(fund="1000000", rules=of_2026(parameters()))
    world.send(Deposit(BOB, "USDT", amount("5")))
    return world, Withdraw(BOB, "USDT", amount("1"))


@situation(Refusal.COOLING_OFF, -3014)
def borrowing_while_one_cools_off() -> Given:
    world = alice()
    world.send(CoolOff(ALICE, DAY))
    return world, Borrow(ALICE, CROSS, "USDT", amount("100"))


@situation(Refusal.COOLING_OFF_TERM, -1130)
def cooling_off_for_an_hour() -> Given:
    world = alice()
    return world, CoolOff(ALICE, HOUR)


@situation(Refusal.COOLING_OFF_BINDING, -1130)
def shortening_a_cooling_off() -> Given:
    world = alice()
    world.send(CoolOff(ALICE, 3 * DAY))
    return world, CoolOff(ALICE, 2 * DAY)


@situation(Refusal.DELISTING_TERM, -1130)
def a_removal_without_notice() -> Given:
    world = World()
    return world, AnnounceDelisting("ETH", False, world.time + 7 * DAY - 1)


@situation(Refusal.DELISTING_ANNOUNCED, -1130)
def announcing_a_delisting_twice() -> Given:
    world = World()
    world.send(AnnounceDelisting("ETH", False, world.time + 7 * DAY))
    return world, AnnounceDelisting("ETH", False, world.time + 8 * DAY)


@situation(Refusal.DELISTING_UNKNOWN, -1130)
def withdrawing_what_is_not_announced() -> Given:
    return World(), WithdrawDelisting("ETH")
