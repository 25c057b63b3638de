"""Commands that are wrong in two ways, for the order of precedence (rule 9.3)."""

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.engine.world import (
    ALICE,
    BOB,
    CAROL,
    CROSS,
    HOUR,
    ISOLATED,
    MALLORY,
    SECOND,
    SPOT,
    World,
    amount,
    parameters,
    with_asset,
    with_pair,
)
from tests.spec.refusals_situations import alice, carol, indebted, order, short_of_btc, small_debtor

from leverline.engine.commands import (
    Borrow,
    CancelOrder,
    Command,
    ConvertDust,
    Deposit,
    DisableIsolated,
    ExchangeSmallDebts,
    GrantPermission,
    MassQuote,
    OpenMarginAccount,
    PlaceOrder,
    RegisterUser,
    Repay,
    SetPairStatus,
    SetVipLevel,
    SupplyPool,
    SuspendUser,
    SwitchMode,
    Transfer,
)
from leverline.margin.account import CLASSIC, PRO
from leverline.market.terms import HALTED, LIMIT_MAKER, MARKET, TRADING
from leverline.parameters import with_index_silence
from leverline.rulebook.refusals import Refusal

Prepared = tuple[World, Command, Command]


def nothing(_: World) -> None:
    """Put nothing right: the second command is already right in the first way."""


@dataclass
class Both:
    """A row: two refusals, a venue with the two commands, and what is put right before the second."""

    first: Refusal
    second: Refusal
    prepare: Callable[[], Prepared]
    put_right: Callable[[World], object] = field(default=nothing)


PAIRS_OF_REFUSALS: list[Both] = []


def both(
    first: Refusal, second: Refusal, put_right: Callable[[World], object] = nothing
) -> Callable[[Callable[[], Prepared]], Callable[[], Prepared]]:
    """Enter a function in the table."""

    def enter(prepare: Callable[[], Prepared]) -> Callable[[], Prepared]:
        PAIRS_OF_REFUSALS.append(Both(first, second, prepare, put_right))
        return prepare

    return enter


@both(Refusal.MALFORMED, Refusal.UNKNOWN_USER)
def an_order_of_no_type_by_nobody() -> Prepared:
    return World(), order(kind=99, quantity="1", price="1"), order(quantity="1", price="1")


@both(Refusal.MALFORMED, Refusal.UNKNOWN_USER)
def a_cancel_in_no_kind_of_wallet_by_nobody() -> Prepared:
    return World(), CancelOrder(CAROL, 9, "BTCUSDT", 1), CancelOrder(CAROL, SPOT, "BTCUSDT", 1)


@both(Refusal.MALFORMED, Refusal.UNKNOWN_USER)
def no_permission_for_nobody() -> Prepared:
    return World(), GrantPermission(CAROL, 99), GrantPermission(CAROL, 1)


@both(Refusal.MALFORMED, Refusal.UNKNOWN_USER)
def no_vip_level_for_nobody() -> Prepared:
    return World(), SetVipLevel(CAROL, 10), SetVipLevel(CAROL, 9)


@both(Refusal.MALFORMED, Refusal.UNKNOWN_USER)
def no_kind_of_account_for_nobody() -> Prepared:
    return World(), OpenMarginAccount(CAROL, SPOT), OpenMarginAccount(CAROL, CROSS)


@both(Refusal.MALFORMED, Refusal.UNKNOWN_USER)
def no_mode_for_nobody() -> Prepared:
    return World(), SwitchMode(CAROL, 9), SwitchMode(CAROL, PRO)


@both(Refusal.MALFORMED, Refusal.USER_EXISTS)
def a_second_registration_at_no_level() -> Prepared:
    return carol(), RegisterUser(CAROL, 10), RegisterUser(CAROL, 9)


@both(Refusal.MALFORMED, Refusal.USER_SUSPENDED)
def a_loan_to_no_kind_of_account_of_a_suspended_user() -> Prepared:
    world = carol()
    world.send(SuspendUser(CAROL, True))
    return world, Borrow(CAROL, SPOT, "USDT", 1), Borrow(CAROL, CROSS, "USDT", 1)


@both(Refusal.MALFORMED, Refusal.PAIR_HALTED)
def quotes_out_of_order_in_a_halted_pair() -> Prepared:
    world = carol()
    world.send(SetPairStatus("BTCUSDT", HALTED))
    bids = [(amount("50000"), amount("1")), (amount("50001"), amount("1"))]
    return world, MassQuote(CAROL, SPOT, "BTCUSDT", bids, []), MassQuote(CAROL, SPOT, "BTCUSDT", bids[::-1], [])


@both(Refusal.PAIR_HALTED, Refusal.FILTER_PRICE, lambda world: world.send(SetPairStatus("BTCUSDT", TRADING)))
def quotes_off_the_tick_in_a_halted_pair() -> Prepared:
    world = carol()
    world.send(SetPairStatus("BTCUSDT", HALTED))
    command = MassQuote(CAROL, SPOT, "BTCUSDT", [(amount("50000.001"), amount("1"))], [])
    return world, command, command


@both(Refusal.FILTER_PRICE, Refusal.FILTER_NOTIONAL)
def a_tiny_bid_and_an_ask_off_the_tick() -> Prepared:
    tiny, ask = (amount("50000"), amount("0.00001")), (amount("70000.001"), amount("1"))
    return carol(), MassQuote(CAROL, SPOT, "BTCUSDT", [tiny], [ask]), MassQuote(CAROL, SPOT, "BTCUSDT", [tiny], [])


@both(Refusal.MALFORMED, Refusal.HOUSE_FUNDS_SHORT)
def supply_of_nothing() -> Prepared:
    return World(), SupplyPool("BTC", 0), SupplyPool("BTC", amount("100000"))


@both(Refusal.UNKNOWN_USER, Refusal.UNKNOWN_ASSET)
def gold_for_nobody() -> Prepared:
    return carol(), Deposit(MALLORY, "GOLD", 1), Deposit(CAROL, "GOLD", 1)


@both(Refusal.USER_SUSPENDED, Refusal.UNKNOWN_PAIR, lambda world: world.send(SuspendUser(CAROL, False)))
def a_suspended_user_in_no_pair() -> Prepared:
    world = carol()
    world.send(SuspendUser(CAROL, True))
    command = order("GOLDUSDT", quantity="1", price="1")
    return world, command, command


@both(Refusal.UNKNOWN_ASSET, Refusal.AMOUNT_NOT_POSITIVE)
def none_of_an_unknown_asset() -> Prepared:
    return carol(), Deposit(CAROL, "GOLD", 0), Deposit(CAROL, "USDT", 0)


@both(Refusal.UNKNOWN_PAIR, Refusal.AMOUNT_NOT_POSITIVE)
def nothing_into_no_account() -> Prepared:
    into = [Transfer(CAROL, "USDT", 0, SPOT, ISOLATED, "", pair) for pair in ("GOLDUSDT", "BTCUSDT")]
    return carol(), into[0], into[1]


@both(Refusal.AMOUNT_NOT_POSITIVE, Refusal.NO_MARGIN_ACCOUNT)
def a_loan_of_nothing_without_an_account() -> Prepared:
    return carol(), Borrow(CAROL, CROSS, "USDT", 0), Borrow(CAROL, CROSS, "USDT", 1)


@both(Refusal.PERMISSION_MISSING, Refusal.NOT_VALID_MARGIN_PAIR, lambda world: world.send(GrantPermission(BOB, 1)))
def no_permission_and_no_isolated_pair() -> Prepared:
    world = World(with_pair(parameters(), "DOGEUSDT", is_isolated=False))
    world.send(RegisterUser(BOB))
    command = OpenMarginAccount(BOB, ISOLATED, "DOGEUSDT")
    return world, command, command


@both(Refusal.PERMISSION_MISSING, Refusal.NO_MARGIN_ACCOUNT, lambda world: world.send(GrantPermission(BOB, 2)))
def no_permission_and_no_account_to_switch() -> Prepared:
    world = World()
    world.send(RegisterUser(BOB))
    return world, SwitchMode(BOB, PRO), SwitchMode(BOB, PRO)


@both(
    Refusal.ACCOUNT_DISABLED, Refusal.NOT_VALID_MARGIN_ASSET,
    lambda world: world.send(OpenMarginAccount(ALICE, ISOLATED, "BTCUSDT")),
)  # fmt: skip
def a_third_asset_into_a_disabled_account() -> Prepared:
    world = World()
    world.isolated(ALICE, "BTCUSDT")
    world.send(Deposit(ALICE, "ETH", 1), DisableIsolated(ALICE, "BTCUSDT"))
    command = Transfer(ALICE, "ETH", 1, SPOT, ISOLATED, "", "BTCUSDT")
    return world, command, command


@both(Refusal.DISABLE_TOO_SOON, Refusal.ACCOUNT_NOT_EMPTY, lambda world: world.advance(86_400 * SECOND))
def disabling_a_full_account_too_soon() -> Prepared:
    world = World()
    world.isolated(ALICE, "BTCUSDT")
    world.send(DisableIsolated(ALICE, "BTCUSDT"), OpenMarginAccount(ALICE, ISOLATED, "BTCUSDT"))
    world.send(Deposit(ALICE, "USDT", 1), Transfer(ALICE, "USDT", 1, SPOT, ISOLATED, "", "BTCUSDT"))
    return world, DisableIsolated(ALICE, "BTCUSDT"), DisableIsolated(ALICE, "BTCUSDT")


@both(Refusal.ACCOUNT_NOT_EMPTY, Refusal.ACCOUNT_LOCKED)
def disabling_and_repaying_in_liquidation() -> Prepared:
    world = World()
    world.long()
    world.index(BTC="52500")
    return world, DisableIsolated(ALICE, "BTCUSDT"), Repay(ALICE, ISOLATED, "USDT", 0, "BTCUSDT")


@both(Refusal.PAIR_HALTED, Refusal.ORDER_TYPE_COMBINATION, lambda world: world.send(SetPairStatus("BTCUSDT", TRADING)))
def a_priced_market_order_in_a_halted_pair() -> Prepared:
    world = carol()
    world.send(SetPairStatus("BTCUSDT", HALTED))
    command = order(kind=MARKET, quantity="1", price="1")
    return world, command, command


@both(Refusal.BORROW_NOT_ALLOWED, Refusal.BORROWING_STOPPED)
def a_loan_of_what_is_not_lent_while_nothing_is() -> Prepared:
    world = World(with_asset(parameters(), "DOGE", is_borrowable=False), fund="0")
    world.engine.core.desk.stop()
    alice(world)
    return world, Borrow(ALICE, CROSS, "DOGE", 1), Borrow(ALICE, CROSS, "USDT", 1)


@both(Refusal.BORROWING_STOPPED, Refusal.BELOW_BORROW_MIN, lambda world: world.engine.core.desk.resume())
def too_small_a_loan_while_nothing_is_lent() -> Prepared:
    world = alice()
    world.engine.core.desk.stop()
    return world, Borrow(ALICE, CROSS, "USDT", 1), Borrow(ALICE, CROSS, "USDT", 1)


@both(Refusal.BORROW_BARRED, Refusal.EXCEEDS_MAX_BORROWABLE, lambda world: world.advance(86_400 * SECOND))
def too_large_a_loan_to_a_barred_user() -> Prepared:
    world = short_of_btc(fund="1000000")
    return world, Borrow(BOB, CROSS, "USDT", amount("20")), Borrow(BOB, CROSS, "USDT", amount("20"))


@both(Refusal.LEVERAGE_NOT_OFFERED, Refusal.MODE_UNCHANGED)
def classic_to_classic_at_no_leverage() -> Prepared:
    return alice(), SwitchMode(ALICE, CLASSIC, 4), SwitchMode(ALICE, CLASSIC, 3)


@both(Refusal.ORDER_TYPE_COMBINATION, Refusal.DUPLICATE_ORDER)
def a_priced_market_order_with_an_open_id() -> Prepared:
    world = carol()
    first = order(quantity="1", price="50000")
    first.client_id = "mine"
    world.send(first)
    market = order(kind=MARKET, quantity="1", price="1")
    market.client_id = "mine"
    return world, market, first


@both(Refusal.DUPLICATE_ORDER, Refusal.QUANTITY_NOT_POSITIVE)
def nothing_with_an_open_id() -> Prepared:
    world = carol()
    first = order(quantity="1", price="50000")
    first.client_id = "mine"
    world.send(first)
    again = order(quantity=0, price="50000")
    again.client_id = "mine"
    return world, again, order(quantity=0, price="50000")


@both(Refusal.ICEBERG_EXCEEDS_QUANTITY, Refusal.FILTER_PRICE)
def an_iceberg_off_the_tick() -> Prepared:
    wrong = order(quantity="1", price="50000.001", iceberg_quantity="2")
    return carol(), wrong, order(quantity="1", price="50000.001")


@both(Refusal.FILTER_PRICE, Refusal.FILTER_LOT_SIZE)
def off_both_grids() -> Prepared:
    wrong = order(quantity="1.000001", price="50000.001")
    return carol(), wrong, order(quantity="1.000001", price="50000")


@both(Refusal.FILTER_LOT_SIZE, Refusal.FILTER_NOTIONAL)
def off_the_step_and_tiny() -> Prepared:
    return carol(), order(quantity="0.000011", price="50000"), order(quantity="0.00001", price="50000")


@both(Refusal.FILTER_NOTIONAL, Refusal.INSUFFICIENT_BALANCE)
def tiny_and_beyond_the_funds() -> Prepared:
    world = World()
    world.user(CAROL)
    return world, order(quantity="0.00001", price="50000"), order(quantity="1", price="50000")


@both(Refusal.FILTER_LOT_SIZE, Refusal.NO_LIQUIDITY)
def off_the_step_into_an_empty_book() -> Prepared:
    return carol(), order(kind=MARKET, quantity="1.000001"), order(kind=MARKET, quantity="1")


@both(Refusal.NO_LIQUIDITY, Refusal.INSUFFICIENT_BALANCE, lambda world: world.maker())
def a_market_order_without_book_or_funds() -> Prepared:
    return carol(), order(is_buy=False, kind=MARKET, quantity="3"), order(is_buy=False, kind=MARKET, quantity="3")


@both(
    Refusal.PRICE_INDEX_STALE, Refusal.BELOW_BORROW_MIN,
    lambda world: world.index(BTC="60000", ETH="3000", BNB="600", DOGE="0.1"),
)  # fmt: skip
def too_small_a_loan_of_a_stale_asset() -> Prepared:
    world = alice(World(with_index_silence(parameters(), 10 * SECOND)))
    world.advance(10 * SECOND)
    return world, Borrow(ALICE, CROSS, "BTC", 1), Borrow(ALICE, CROSS, "BTC", 1)


@both(Refusal.LIMIT_PRICE_OUT_OF_BAND, Refusal.WOULD_MATCH_IMMEDIATELY)
def a_makers_order_out_of_band_that_would_take() -> Prepared:
    world = alice(World(with_pair(parameters(), "BTCUSDT", is_limit_price=True)))
    world.maker()
    wrong = [
        PlaceOrder(ALICE, CROSS, "BTCUSDT", True, LIMIT_MAKER, amount("0.1"), amount(price))
        for price in ("69000.01", "69000")
    ]
    return world, wrong[0], wrong[1]


@both(Refusal.WOULD_MATCH_IMMEDIATELY, Refusal.INSUFFICIENT_BALANCE)
def a_makers_order_that_would_take_without_funds() -> Prepared:
    world = carol()
    world.maker()
    wrong = [order(kind=LIMIT_MAKER, quantity="9", price=price) for price in ("60010", "60009.99")]
    return world, wrong[0], wrong[1]


@both(Refusal.BELOW_REPAY_MIN, Refusal.BALANCE_SHORT)
def too_small_a_repayment_without_funds() -> Prepared:
    world = indebted()
    world.send(world.limit(ALICE, "ETHUSDT", True, "13.3333", "3000", kind=CROSS))
    return world, Repay(ALICE, CROSS, "USDT", 1), Repay(ALICE, CROSS, "USDT", amount("20000"))


@both(Refusal.REPAY_EXCEEDS_LIABILITY, Refusal.BALANCE_SHORT)
def more_than_the_debt_without_funds() -> Prepared:
    world = indebted()
    world.send(world.limit(ALICE, "ETHUSDT", True, "13.3333", "3000", kind=CROSS))
    return world, Repay(ALICE, CROSS, "USDT", amount("40000")), Repay(ALICE, CROSS, "USDT", 0)


@both(Refusal.PRICE_INDEX_STALE, Refusal.CONVERSION_TOO_SOON)
def too_soon_with_an_asset_that_has_no_index() -> Prepared:
    world = World(with_asset(parameters(), "ETH", index_sources_min=2))
    world.user(CAROL, DOGE="100", ETH="0.01")
    world.send(ConvertDust(CAROL, SPOT, ["DOGE"]), Deposit(CAROL, "DOGE", amount("1")))
    return world, ConvertDust(CAROL, SPOT, ["ETH"]), ConvertDust(CAROL, SPOT, ["DOGE"])


@both(Refusal.CONVERSION_TOO_SOON, Refusal.BALANCE_NOT_SMALL, lambda world: world.advance(6 * HOUR))
def too_soon_and_too_much() -> Prepared:
    world = carol()
    world.send(Deposit(CAROL, "DOGE", amount("100")), ConvertDust(CAROL, SPOT, ["DOGE"]))
    convert = ConvertDust(CAROL, SPOT, ["BTC"])
    return world, convert, convert


@both(Refusal.BALANCE_NOT_SMALL, Refusal.BALANCE_TOO_SMALL)
def one_balance_too_large_and_one_of_nothing() -> Prepared:
    return carol(), ConvertDust(CAROL, SPOT, ["ETH", "BTC"]), ConvertDust(CAROL, SPOT, ["ETH"])


@both(Refusal.BALANCE_TOO_SMALL, Refusal.CONVERSION_STOCK_SHORT)
def a_balance_of_nothing_where_the_house_has_no_bnb() -> Prepared:
    world = carol()
    world.send(Deposit(CAROL, "DOGE", amount("100")))
    world.send(SupplyPool("BNB", world.engine.core.ledger.venue["BNB"].house))
    return world, ConvertDust(CAROL, SPOT, ["DOGE", "ETH"]), ConvertDust(CAROL, SPOT, ["DOGE"])


@both(Refusal.REPAY_EXCEEDS_LIABILITY, Refusal.DEBT_NOT_SMALL)
def a_debt_that_is_none_and_one_that_is_large() -> Prepared:
    world = small_debtor(DOGE="200")
    return world, ExchangeSmallDebts(ALICE, ["DOGE", "ETH"]), ExchangeSmallDebts(ALICE, ["DOGE"])


@both(Refusal.CONVERSION_STOCK_SHORT, Refusal.BALANCE_SHORT)
def a_debt_without_stock_or_funds() -> Prepared:
    world = small_debtor(DOGE="50", ETH="0.001")
    world.send(SupplyPool("ETH", world.engine.core.ledger.venue["ETH"].house))
    world.send(world.limit(ALICE, "BTCUSDT", True, "0.02", "49995", kind=CROSS))
    return world, ExchangeSmallDebts(ALICE, ["DOGE", "ETH"]), ExchangeSmallDebts(ALICE, ["DOGE"])


@both(Refusal.POOL_EXHAUSTED, Refusal.EXCEEDS_BORROW_LIMIT)
def beyond_the_pool_and_the_limit() -> Prepared:
    world = alice(World(with_asset(parameters(), "BTC", borrow_limits=(amount("0.1"),) * 10)))
    return world, Borrow(ALICE, CROSS, "BTC", amount("4000")), Borrow(ALICE, CROSS, "BTC", amount("0.2"))


@both(Refusal.EXCEEDS_BORROW_LIMIT, Refusal.EXCEEDS_MAX_BORROWABLE)
def beyond_the_limit_and_the_collateral() -> Prepared:
    world = alice(World(with_asset(parameters(), "BTC", borrow_limits=(amount("2"),) * 10)))
    return world, Borrow(ALICE, CROSS, "BTC", amount("3")), Borrow(ALICE, CROSS, "BTC", amount("2"))


@both(Refusal.EXCEEDS_MAX_TRANSFERABLE, Refusal.BALANCE_SHORT)
def beyond_the_collateral_and_the_funds() -> Prepared:
    world = indebted()
    world.send(Repay(ALICE, CROSS, "USDT", amount("26000")), Deposit(ALICE, "USDT", 1))
    return world, Transfer(ALICE, "USDT", amount("20000"), CROSS, SPOT), Transfer(ALICE, "USDT", 2, SPOT, CROSS)
