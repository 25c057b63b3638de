"""Who trades: a trader's fees and identity, and a wallet that can hold orders."""

from typing import TYPE_CHECKING

from leverline.ledger.wallet import Wallet

if TYPE_CHECKING:
    from leverline.market.order import Order


class Trader:
    """What trading needs to know of a user. Self-trade prevention works by user (rule 9.6)."""

    def __init__(self, user_id: int, maker_fee: int, taker_fee: int) -> None:
        self.user_id: int = user_id
        self.vip_level: int = 0
        self.maker_fee: int = maker_fee
        self.taker_fee: int = taker_fee
        self.is_bnb_fee: bool = False
        """Pays commission in BNB at the discount when it holds enough (rule 9.1)."""
        self.is_suspended: bool = False
        self.group_id: int = user_id
        """Orders of one group never trade with each other and their fills count for no volume; a sub-account bears its
        parent's user id."""
        self.volume_today: int = 0
        """Value traded since the UTC day began, own-to-own excluded (rule 8.4)."""


class TradingAccount(Wallet):
    """A wallet whose funds can stand in orders: spot, cross or isolated."""

    def __init__(self, wallet_id: int, trader: Trader, kind: int) -> None:
        super().__init__(wallet_id, trader.user_id, kind)
        self.trader: Trader = trader
        self.orders: dict[int, Order] = {}
        """Open orders by id in order of placement, conditional ones included."""
        self.by_client_id: dict[str, Order] = {}
        """Open orders that bear a client order id; kept by the exchange at submit and end."""
        self.quotes: dict[str, dict[int, Order]] = {}
        """Open mass quotes by pair, then by book key (price of a bid, minus the price of an ask)."""
        self.is_locked: bool = False
        """Locked by a liquidation (rule 11.1)."""
        self.is_narrow_band: bool = False
        """Isolated 10x and Pro accounts trade within the narrow band while indebted (rule 9.6)."""
