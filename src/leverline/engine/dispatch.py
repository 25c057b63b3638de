"""Which handler takes which command; the most frequent first."""

from leverline.engine.commands import (
    AdvanceTime,
    AmendOrder,
    AnnounceDelisting,
    Borrow,
    CancelAllOrders,
    CancelOrder,
    CancelOrderList,
    ChangeParameters,
    CloseAccount,
    ClosePosition,
    Command,
    ConvertDust,
    CoolOff,
    Deposit,
    DisableIsolated,
    ExchangeSmallDebts,
    ExcludeSource,
    GrantPermission,
    HouseDeposit,
    IncludeSource,
    LiftBorrowBar,
    MassQuote,
    OpenMarginAccount,
    PauseLiquidation,
    PlaceOrder,
    PlaceOrderList,
    PublishPrices,
    RegisterUser,
    Repay,
    RepayAll,
    RepayLiquidationLoan,
    ReplaceOrder,
    RestrictAsset,
    ResumeBorrowing,
    ResumeLiquidation,
    ResumeTrading,
    SellOut,
    SetBnbSwitches,
    SetIsolatedTier,
    SetLeverage,
    SetPairStatus,
    SetVipLevel,
    StopTrading,
    SupplyPool,
    SuspendUser,
    SwitchMode,
    TakeOverAccount,
    TopUpFund,
    Transfer,
    WaiveLiquidationLoan,
    Withdraw,
    WithdrawDelisting,
    WithdrawParameterChange,
)
from leverline.engine.core import Core
from leverline.engine.handlers.accounts import (
    disable_isolated,
    open_margin_account,
    set_isolated_tier,
    set_leverage,
    switch_mode,
)
from leverline.engine.handlers.amends import amend_order
from leverline.engine.handlers.cancels import cancel_all_orders, cancel_order
from leverline.engine.handlers.closing import close_account, repay_all, sell_out
from leverline.engine.handlers.control import (
    exclude_source,
    include_source,
    pause_liquidation,
    resume_liquidation,
    resume_trading,
    stop_trading,
    take_over_account,
)
from leverline.engine.handlers.conversions import convert_dust, exchange_small_debts
from leverline.engine.handlers.cooling_off import cool_off
from leverline.engine.handlers.delistings import announce_delisting, withdraw_delisting
from leverline.engine.handlers.funds import deposit, transfer, withdraw
from leverline.engine.handlers.liquidation_loans import repay_liquidation_loan, waive_liquidation_loan
from leverline.engine.handlers.loans import borrow, repay
from leverline.engine.handlers.market import publish_prices
from leverline.engine.handlers.operator import (
    house_deposit,
    resume_borrowing,
    set_pair_status,
    supply_pool,
    top_up_fund,
)
from leverline.engine.handlers.order_lists import cancel_order_list, place_order_list
from leverline.engine.handlers.orders import place_order, replace_order
from leverline.engine.handlers.parameters import change_parameters, withdraw_parameter_change
from leverline.engine.handlers.positions import close_position
from leverline.engine.handlers.quotes import mass_quote
from leverline.engine.handlers.restricting import restrict_asset
from leverline.engine.handlers.users import (
    grant_permission,
    lift_borrow_bar,
    register_user,
    set_bnb_switches,
    set_vip_level,
    suspend_user,
)
from leverline.rulebook.refusals import Refusal


def handle(core: Core, command: Command) -> Refusal | None:
    """Apply `command`, or return why not."""
    if isinstance(command, PlaceOrder):
        return place_order(core, command)
    if isinstance(command, ReplaceOrder):
        return replace_order(core, command)
    if isinstance(command, CancelOrder):
        return cancel_order(core, command)
    if isinstance(command, MassQuote):
        return mass_quote(core, command)
    if isinstance(command, PublishPrices):
        return publish_prices(core, command)
    if isinstance(command, AdvanceTime):
        return None
    return _handle_orders(core, command)


def _handle_orders(core: Core, command: Command) -> Refusal | None:
    """Further orders and what becomes of them."""
    if isinstance(command, PlaceOrderList):
        return place_order_list(core, command)
    if isinstance(command, CancelOrderList):
        return cancel_order_list(core, command)
    return _handle_money(core, command)


def _handle_money(core: Core, command: Command) -> Refusal | None:
    """Loans, transfers, deposits."""
    if isinstance(command, Borrow):
        return borrow(core, command)
    if isinstance(command, Repay):
        return repay(core, command)
    if isinstance(command, Transfer):
        return transfer(core, command)
    if isinstance(command, AmendOrder):
        return amend_order(core, command)
    if isinstance(command, CancelAllOrders):
        return cancel_all_orders(core, command)
    if isinstance(command, CloseAccount):
        return close_account(core, command)
    if isinstance(command, Deposit):
        return deposit(core, command)
    if isinstance(command, Withdraw):
        return withdraw(core, command)
    return _handle_account(core, command)


def _handle_account(core: Core, command: Command) -> Refusal | None:
    """Users and their accounts."""
    if isinstance(command, RegisterUser):
        return register_user(core, command)
    if isinstance(command, OpenMarginAccount):
        return open_margin_account(core, command)
    if isinstance(command, GrantPermission):
        return grant_permission(core, command)
    if isinstance(command, SetLeverage):
        return set_leverage(core, command)
    if isinstance(command, SetIsolatedTier):
        return set_isolated_tier(core, command)
    if isinstance(command, SwitchMode):
        return switch_mode(core, command)
    if isinstance(command, DisableIsolated):
        return disable_isolated(core, command)
    if isinstance(command, SetBnbSwitches):
        return set_bnb_switches(core, command)
    return _handle_conversion(core, command)


def _handle_conversion(core: Core, command: Command) -> Refusal | None:
    """Small exchanges with the house."""
    if isinstance(command, ConvertDust):
        return convert_dust(core, command)
    if isinstance(command, ExchangeSmallDebts):
        return exchange_small_debts(core, command)
    return _handle_closing(core, command)


def _handle_closing(core: Core, command: Command) -> Refusal | None:
    """Closing tools, and what an operator closes for longs."""
    if isinstance(command, RepayAll):
        return repay_all(core, command)
    if isinstance(command, ClosePosition):
        return close_position(core, command)
    if isinstance(command, SellOut):
        return sell_out(core, command)
    if isinstance(command, RestrictAsset):
        return restrict_asset(core, command)
    if isinstance(command, RepayLiquidationLoan):
        return repay_liquidation_loan(core, command)
    return _handle_operator(core, command)


def _handle_operator(core: Core, command: Command) -> Refusal | None:
    """What only an operator does."""
    if isinstance(command, SetVipLevel):
        return set_vip_level(core, command)
    if isinstance(command, SuspendUser):
        return suspend_user(core, command)
    if isinstance(command, LiftBorrowBar):
        return lift_borrow_bar(core, command)
    if isinstance(command, WaiveLiquidationLoan):
        return waive_liquidation_loan(core, command)
    if isinstance(command, SetPairStatus):
        return set_pair_status(core, command)
    if isinstance(command, HouseDeposit):
        return house_deposit(core, command)
    if isinstance(command, SupplyPool):
        return supply_pool(core, command)
    if isinstance(command, TopUpFund):
        return top_up_fund(core, command)
    if isinstance(command, ResumeBorrowing):
        return resume_borrowing(core, command)
    return _handle_control(core, command)


def _handle_control(core: Core, command: Command) -> Refusal | None:
    """What an operator stops, and lets go on."""
    if isinstance(command, PauseLiquidation):
        return pause_liquidation(core, command)
    if isinstance(command, ResumeLiquidation):
        return resume_liquidation(core, command)
    if isinstance(command, TakeOverAccount):
        return take_over_account(core, command)
    if isinstance(command, StopTrading):
        return stop_trading(core, command)
    if isinstance(command, ResumeTrading):
        return resume_trading(core, command)
    if isinstance(command, ExcludeSource):
        return exclude_source(core, command)
    if isinstance(command, IncludeSource):
        return include_source(core, command)
    return _handle_parameters(core, command)


def _handle_parameters(core: Core, command: Command) -> Refusal | None:
    """Changes of the rule set's figures."""
    if isinstance(command, ChangeParameters):
        return change_parameters(core, command)
    if isinstance(command, WithdrawParameterChange):
        return withdraw_parameter_change(core, command)
    return _handle_delisting(core, command)


def _handle_delisting(core: Core, command: Command) -> Refusal | None:
    """Delistings, and the pause that a user chooses (rules 13.2, 13.4)."""
    if isinstance(command, CoolOff):
        return cool_off(core, command)
    if isinstance(command, AnnounceDelisting):
        return announce_delisting(core, command)
    if isinstance(command, WithdrawDelisting):
        return withdraw_delisting(core, command)
    return core.refuse(Refusal.MALFORMED, f"{type(command).__name__} is no command of this engine")
