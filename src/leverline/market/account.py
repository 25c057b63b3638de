"""Who trades: a trader's fees and identity, and a wallet that can hold orders."""

from typing import TYPE_CHECKING

from leverline.ledger.wallet import Holding, Wallet

if TYPE_CHECKING:
    from leverline.market.order import Order
    from leverline.market.order_list import OrderList


class Trader:
    """What trading and lending need to know of a user. Self-trade prevention works by user (rule 9.6)."""

    def __init__(self, user_id: int, maker_fee: int, taker_fee: int) -> None:
        self.user_id: int = user_id
        self.vip_level: int = 0
        self.maker_fee: int = maker_fee
        self.taker_fee: int = taker_fee
        self.is_bnb_fee: bool = False
        """Pays commission in BNB at the discount when it holds enough (rule 9.1)."""
        self.is_bnb_interest: bool = False
        """Has interest on its cross account charged in BNB (rule 3.5)."""
        self.waivers: dict[str, int] = {}
        """Asset → start of the UTC day of the last waived hour (rule 3.7)."""
        self.is_suspended: bool = False
        self.group_id: int = user_id
        """Orders of one group never trade with each other and their fills count for no volume; a sub-account bears its
        parent's user id."""
        self.volume_today: int = 0
        """Value traded since the UTC day began, own-to-own excluded (rule 8.4)."""


class PairOrders:
    """What one account has open in one pair, and its funds there."""

    def __init__(self, base: Holding, quote: Holding) -> None:
        self.base: Holding = base
        self.quote: Holding = quote
        self.count: int = 0
        self.algo_count: int = 0
        """Conditional orders that wait for their trigger."""
        self.iceberg_count: int = 0
        self.list_count: int = 0
        """Order lists that are not done."""
        self.quotes: dict[int, Order] = {}
        """Mass quotes by book key: the price of a bid, minus the price of an ask."""


class TradingAccount(Wallet):
    """A wallet whose funds can stand in orders: spot, cross or isolated."""

    def __init__(self, wallet_id: int, trader: Trader, kind: int) -> None:
        super().__init__(wallet_id, trader.user_id, kind)
        self.trader: Trader = trader
        self.orders: dict[int, Order] = {}
        """Open orders by id in order of placement, conditional ones included."""
        self.by_client_id: dict[str, Order] = {}
        """Open and pending orders that bear a client order id; kept by the exchange at submit and end."""
        self.pending: dict[int, Order] = {}
        """Orders of lists that wait for their working order, by id: they lock nothing and count in no level."""
        self.order_lists: dict[int, OrderList] = {}
        """Order lists that are not done, by id in order of placement."""
        self.by_pair: dict[str, PairOrders] = {}
        """Counts of open orders and the mass quotes, by pair; kept by the exchange."""
        self.is_locked: bool = False
        """Locked by a liquidation (rule 11.1)."""
        self.is_narrow_band: bool = False
        """Isolated 10x and Pro accounts trade within the narrow band while indebted (rule 9.6)."""
