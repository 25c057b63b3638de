"""Commands: everything that may change the venue, with all that is needed to decide it.

A command names users by id, assets and pairs by symbol, wallets by kind (`SPOT`, `CROSS`, `ISOLATED` of
`leverline.ledger.wallet`, the last with its pair). Amounts and prices are integers of 10⁻⁸, index prices of 10⁻¹².
The time of a command is given to `Engine.apply` beside it.
"""

from leverline.engine.command import Command as Command
from leverline.engine.operator_commands import AnnounceDelisting as AnnounceDelisting
from leverline.engine.operator_commands import ChangeParameters as ChangeParameters
from leverline.engine.operator_commands import ExcludeSource as ExcludeSource
from leverline.engine.operator_commands import HouseDeposit as HouseDeposit
from leverline.engine.operator_commands import IncludeSource as IncludeSource
from leverline.engine.operator_commands import LiftBorrowBar as LiftBorrowBar
from leverline.engine.operator_commands import PauseLiquidation as PauseLiquidation
from leverline.engine.operator_commands import RestrictAsset as RestrictAsset
from leverline.engine.operator_commands import ResumeBorrowing as ResumeBorrowing
from leverline.engine.operator_commands import ResumeLiquidation as ResumeLiquidation
from leverline.engine.operator_commands import ResumeTrading as ResumeTrading
from leverline.engine.operator_commands import SetPairStatus as SetPairStatus
from leverline.engine.operator_commands import SetVipLevel as SetVipLevel
from leverline.engine.operator_commands import StopTrading as StopTrading
from leverline.engine.operator_commands import SupplyPool as SupplyPool
from leverline.engine.operator_commands import SuspendUser as SuspendUser
from leverline.engine.operator_commands import TakeOverAccount as TakeOverAccount
from leverline.engine.operator_commands import TopUpFund as TopUpFund
from leverline.engine.operator_commands import WaiveLiquidationLoan as WaiveLiquidationLoan
from leverline.engine.operator_commands import WithdrawDelisting as WithdrawDelisting
from leverline.engine.operator_commands import WithdrawParameterChange as WithdrawParameterChange
from leverline.market.terms import ANY_STATUS, EXPIRE_MAKER, GTC, NO_SIDE_EFFECT, NO_STRATEGY


class AdvanceTime(Command):
    """Do nothing but let the time of the command bring what is due: interest, liquidation rounds, reminders."""


class RegisterUser(Command):
    """Make a user with an empty spot wallet; `parent_id` makes it a sub-account.

    A VIP level above 0 stands as if an operator had set it; 0 starts the daily computation (rule 8.4).
    """

    def __init__(self, user_id: int, vip_level: int = 0, parent_id: int = 0) -> None:
        self.user_id: int = user_id
        self.vip_level: int = vip_level
        self.parent_id: int = parent_id


class GrantPermission(Command):
    """Grant or withdraw `MAY_MARGIN` / `MAY_PRO` (rule 12: the questionnaires were passed)."""

    def __init__(self, user_id: int, permission: int, is_granted: bool = True) -> None:
        self.user_id: int = user_id
        self.permission: int = permission
        self.is_granted: bool = is_granted


class SetBnbSwitches(Command):
    """Pay commission and/or interest in BNB (rules 9.1, 3.5)."""

    def __init__(self, user_id: int, is_fee: bool, is_interest: bool) -> None:
        self.user_id: int = user_id
        self.is_fee: bool = is_fee
        self.is_interest: bool = is_interest


class Deposit(Command):
    """World → spot wallet. `reference` is the asker's own name for it, by which he finds it again."""

    def __init__(self, user_id: int, asset: str, amount: int, reference: str = "") -> None:
        self.user_id: int = user_id
        self.asset: str = asset
        self.amount: int = amount
        self.reference: str = reference


class Withdraw(Command):
    """Spot wallet → world. `reference` as in `Deposit`."""

    def __init__(self, user_id: int, asset: str, amount: int, reference: str = "") -> None:
        self.user_id: int = user_id
        self.asset: str = asset
        self.amount: int = amount
        self.reference: str = reference


class OpenMarginAccount(Command):
    """Open the cross account (`pair` empty) or the isolated account of `pair`; enables a disabled one again."""

    def __init__(self, user_id: int, kind: int, pair: str = "") -> None:
        self.user_id: int = user_id
        self.kind: int = kind
        self.pair: str = pair


class DisableIsolated(Command):
    """Disable an empty isolated account (rule 7.6)."""

    def __init__(self, user_id: int, pair: str) -> None:
        self.user_id: int = user_id
        self.pair: str = pair


class Transfer(Command):
    """Move free funds between two wallets of one user (rules 2.2, 4.5, 5.4, 6.5, 7.5)."""

    def __init__(
        self, user_id: int, asset: str, amount: int, source: int, target: int,
        source_pair: str = "", target_pair: str = "",
    ) -> None:  # fmt: skip
        self.user_id: int = user_id
        self.asset: str = asset
        self.amount: int = amount
        self.source: int = source
        self.target: int = target
        self.source_pair: str = source_pair
        self.target_pair: str = target_pair


class SetLeverage(Command):
    """Classic leverage 3 or 5 (rule 5.5)."""

    def __init__(self, user_id: int, leverage: int) -> None:
        self.user_id: int = user_id
        self.leverage: int = leverage


class SetIsolatedTier(Command):
    """Fix an isolated account's tier by a chosen leverage, a ratio of 10⁻¹²; 0 frees it (rule 7.2)."""

    def __init__(self, user_id: int, pair: str, leverage: int) -> None:
        self.user_id: int = user_id
        self.pair: str = pair
        self.leverage: int = leverage


class SwitchMode(Command):
    """Classic ↔ Pro (rule 6.6); `leverage` names the Classic leverage when leaving Pro."""

    def __init__(self, user_id: int, mode: int, leverage: int = 0) -> None:
        self.user_id: int = user_id
        self.mode: int = mode
        self.leverage: int = leverage


class Borrow(Command):
    """Borrow from the pool into a margin account (rules 8.1 to 8.5)."""

    def __init__(self, user_id: int, kind: int, asset: str, amount: int, pair: str = "") -> None:
        self.user_id: int = user_id
        self.kind: int = kind
        self.asset: str = asset
        self.amount: int = amount
        self.pair: str = pair


class Repay(Command):
    """Repay from free balance, interest first; amount 0 means in full (rule 3.3)."""

    def __init__(self, user_id: int, kind: int, asset: str, amount: int, pair: str = "") -> None:
        self.user_id: int = user_id
        self.kind: int = kind
        self.asset: str = asset
        self.amount: int = amount
        self.pair: str = pair


class PlaceOrder(Command):
    """Place an order from a wallet (rule 9). Its strategy is the client's own note, which decides nothing."""

    def __init__(
        self, user_id: int, kind: int, pair: str, is_buy: bool, order_type: int,
        quantity: int = 0, price: int = 0, quote_quantity: int = 0, stop_price: int = 0,
        time_in_force: int = GTC, self_trade: int = EXPIRE_MAKER, side_effect: int = NO_SIDE_EFFECT,
        is_repaid_at_cancel: bool = True, iceberg_quantity: int = 0, client_id: str = "",
        strategy_id: int = NO_STRATEGY, strategy_type: int = NO_STRATEGY, trailing_delta: int = 0,
    ) -> None:  # fmt: skip
        self.user_id: int = user_id
        self.kind: int = kind
        self.pair: str = pair
        self.is_buy: bool = is_buy
        self.order_type: int = order_type
        self.quantity: int = quantity
        self.price: int = price
        self.quote_quantity: int = quote_quantity
        self.stop_price: int = stop_price
        self.time_in_force: int = time_in_force
        self.self_trade: int = self_trade
        self.side_effect: int = side_effect
        self.is_repaid_at_cancel: bool = is_repaid_at_cancel
        self.iceberg_quantity: int = iceberg_quantity
        self.client_id: str = client_id
        self.strategy_id: int = strategy_id
        self.strategy_type: int = strategy_type
        self.trailing_delta: int = trailing_delta
        """Basis points; 0 for an order that does not trail (rule 9.8)."""


class AmendOrder(Command):
    """Reduce an open order to `quantity`, what is executed of it included; it keeps its place (rule 9.9).

    It is named by id, or by client id when the id is 0; given both, it must bear both. It goes by `new_client_id` from
    then on.
    """

    def __init__(
        self, user_id: int, kind: int, pair: str, order_id: int, quantity: int, client_id: str = "",
        new_client_id: str = "",
    ) -> None:  # fmt: skip
        self.user_id: int = user_id
        self.kind: int = kind
        self.pair: str = pair
        self.order_id: int = order_id
        self.quantity: int = quantity
        self.client_id: str = client_id
        self.new_client_id: str = new_client_id


class CancelOrder(Command):
    """Cancel an open order by id, or by client id when the id is 0; given both, the order must bear both.

    With a `required_status`, NEW or PARTIALLY_FILLED, an order in the other one stays.
    """

    def __init__(
        self, user_id: int, kind: int, pair: str, order_id: int, client_id: str = "", required_status: int = ANY_STATUS
    ) -> None:
        self.user_id: int = user_id
        self.kind: int = kind
        self.pair: str = pair
        self.order_id: int = order_id
        self.client_id: str = client_id
        self.required_status: int = required_status


class CancelAllOrders(Command):
    """Cancel all open orders of a wallet in one pair."""

    def __init__(self, user_id: int, kind: int, pair: str) -> None:
        self.user_id: int = user_id
        self.kind: int = kind
        self.pair: str = pair


class ReplaceOrder(Command):
    """Cancel an order, by id or by client id when the id is 0, then place another: two acts in one command.

    A new order that could never stand (its form, its filters, the state of user, account and pair) refuses the command
    and leaves the old one. So does an old one that is not open, or not in the `required_status` (NEW or
    PARTIALLY_FILLED, where one is named), unless `is_placed_anyway`; `CancelRefused` then says so. Once cancelled, the
    rest is judged: book, margin, funds; refused there, the cancel stands and `ReplacementRefused` says why.
    """

    def __init__(
        self, order_id: int, order: PlaceOrder, is_placed_anyway: bool = False, client_id: str = "",
        required_status: int = ANY_STATUS,
    ) -> None:  # fmt: skip
        self.order_id: int = order_id
        self.order: PlaceOrder = order
        self.is_placed_anyway: bool = is_placed_anyway
        self.client_id: str = client_id
        self.required_status: int = required_status


class PlaceOrderList(Command):
    """Place two or three orders of one wallet in one pair as a list, all or nothing (rule 9.7).

    `shape` is OCO, OTO, OTOCO, OPO or OPOCO. `orders`: the working order first if the shape has one, then what waits
    for it; of a pair the order above comes before the one below. Pending orders of OPO and OPOCO have no quantity.
    """

    def __init__(self, shape: int, orders: list[PlaceOrder], client_id: str = "") -> None:
        self.shape: int = shape
        self.orders: list[PlaceOrder] = orders
        self.client_id: str = client_id


class CancelOrderList(Command):
    """Cancel all that is left of an order list, by id, or by the list's client id when the id is 0."""

    def __init__(self, user_id: int, kind: int, pair: str, list_id: int, client_id: str = "") -> None:
        self.user_id: int = user_id
        self.kind: int = kind
        self.pair: str = pair
        self.list_id: int = list_id
        self.client_id: str = client_id


class CloseAccount(Command):
    """Cancel a margin account's orders, trade for all that it owes at the market, and repay it (rule 13.5)."""

    def __init__(self, user_id: int, kind: int, pair: str = "") -> None:
        self.user_id: int = user_id
        self.kind: int = kind
        self.pair: str = pair


class ConvertDust(Command):
    """Give the whole free balance of small holdings of a spot or cross wallet for BNB (rule 13.6)."""

    def __init__(self, user_id: int, kind: int, assets: list[str]) -> None:
        self.user_id: int = user_id
        self.kind: int = kind
        self.assets: list[str] = assets


class ExchangeSmallDebts(Command):
    """Pay small debts of the cross account in full with its free USDT (rule 13.3)."""

    def __init__(self, user_id: int, assets: list[str]) -> None:
        self.user_id: int = user_id
        self.assets: list[str] = assets


class RepayLiquidationLoan(Command):
    """Pay some of a liquidation loan from the spot wallet into the insurance fund (rule 16.5)."""

    def __init__(self, user_id: int, asset: str, amount: int) -> None:
        self.user_id: int = user_id
        self.asset: str = asset
        self.amount: int = amount


class MassQuote(Command):
    """A maker's two-sided quote: replaces all its earlier quotes in the pair by these LIMIT_MAKER orders.

    `bids` and `asks` are (price, quantity), best first. Levels that would match at once or exceed the free balance are
    left out.
    """

    def __init__(
        self, user_id: int, kind: int, pair: str, bids: list[tuple[int, int]], asks: list[tuple[int, int]]
    ) -> None:
        self.user_id: int = user_id
        self.kind: int = kind
        self.pair: str = pair
        self.bids: list[tuple[int, int]] = bids
        self.asks: list[tuple[int, int]] = asks


class PublishPrices(Command):
    """One index source reports prices: (asset, price in 10⁻¹² USDT, weight ≥ 1). A price of 0 or less is silence."""

    def __init__(self, source: str, prices: list[tuple[str, int, int]]) -> None:
        self.source: str = source
        self.prices: list[tuple[str, int, int]] = prices


class RepayAll(Command):
    """Repay every debt of a margin account from what is free of the same asset, as far as that goes (rule 13.5)."""

    def __init__(self, user_id: int, kind: int, pair: str = "") -> None:
        self.user_id: int = user_id
        self.kind: int = kind
        self.pair: str = pair


class ClosePosition(Command):
    """Sell what the cross account holds of an asset for another, or buy with that what it owes of it (rule 13.5)."""

    def __init__(self, user_id: int, asset: str, settlement: str) -> None:
        self.user_id: int = user_id
        self.asset: str = asset
        self.settlement: str = settlement


class SellOut(Command):
    """Close a margin account as `CloseAccount` does, and sell all the rest too (rule 13.5)."""

    def __init__(self, user_id: int, kind: int, pair: str = "") -> None:
        self.user_id: int = user_id
        self.kind: int = kind
        self.pair: str = pair


class CoolOff(Command):
    """A user bars himself from new loans and more leverage for so many microseconds from now on (rule 13.4)."""

    def __init__(self, user_id: int, term: int) -> None:
        self.user_id: int = user_id
        self.term: int = term
