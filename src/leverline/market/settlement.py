"""Settling a fill: quote amount, commission, the balanced entry, the trade's event, volume (rules 8.4, 9.1, 14)."""

from typing import Final

from leverline.kernel.events import EventLog
from leverline.kernel.numbers import quote_down, value_down
from leverline.ledger.ledger import Ledger
from leverline.market.asset import Asset
from leverline.market.events import Trade
from leverline.market.index_board import IndexBoard
from leverline.market.order import Order
from leverline.market.order_list import OrderList, pays_with_receipts
from leverline.market.register import OrderRegister
from leverline.market.terms import PARTIALLY_FILLED
from leverline.rulebook.fees import bnb_commission, commission
from leverline.rulebook.parameters import TradingRules

BNB: Final = "BNB"
IN_KIND: Final = -1
"""Stands for a commission that is not paid in BNB."""


class Settlement:
    """Moves the funds of fills, one at a time."""

    def __init__(
        self, log: EventLog, ledger: Ledger, board: IndexBoard, trading: TradingRules, register: OrderRegister
    ) -> None:
        self.log: EventLog = log
        self.ledger: Ledger = ledger
        self.board: IndexBoard = board
        self.trading: TradingRules = trading
        self.register: OrderRegister = register

    def settle(self, taker: Order, maker: Order, price: int, quantity: int) -> None:
        """Exchange `quantity` (base 10⁻⁸) at `price` between two orders out of their locked funds, then call the hook.

        Commission is in kind, rounded down, or in BNB where `_bnb_fee` allows it.
        """
        buyer, seller = (taker, maker) if taker.is_buy else (maker, taker)
        pair = taker.pair
        buyer_gives, buyer_receives = buyer.gives, buyer.receives
        seller_gives, seller_receives = seller.gives, seller.receives
        assert buyer_gives is not None and buyer_receives is not None, buyer.order_id
        assert seller_gives is not None and seller_receives is not None, seller.order_id
        quote_amount = quote_down(price, quantity)
        buyer_bnb = self._bnb_fee(buyer, buyer is taker, quantity, pair.base)
        seller_bnb = self._bnb_fee(seller, seller is taker, quote_amount, pair.quote)
        fee_base = self._kind_fee(buyer, buyer is taker, quantity, pair.base, buyer_bnb)
        fee_quote = self._kind_fee(seller, seller is taker, quote_amount, pair.quote, seller_bnb)
        buyer.locked -= quote_amount
        seller.locked -= quantity
        assert buyer.locked >= 0 <= seller.locked, (buyer.order_id, buyer.locked, seller.order_id, seller.locked)
        self.ledger.trade(
            buyer_receives, buyer_gives, seller_gives, seller_receives, quantity, quote_amount, fee_base, fee_quote
        )
        _note_fill(taker, quantity, quote_amount)
        _note_fill(maker, quantity, quote_amount)
        pair.last_price = price
        trade = Trade(pair.next_trade_id, pair.symbol, price, quantity, quote_amount, taker, maker)
        pair.next_trade_id += 1
        if taker.is_buy:
            _note_fees(trade, fee_base, buyer_bnb, fee_quote, seller_bnb)
        else:
            _note_fees(trade, fee_quote, seller_bnb, fee_base, buyer_bnb)
        self.log.emit(trade)
        self._count_volume(taker, maker, quote_amount)
        hook = self.register.hook
        hook.after_fill(maker, quantity - fee_base if maker is buyer else quote_amount - fee_quote)
        hook.after_fill(taker, quantity - fee_base if taker is buyer else quote_amount - fee_quote)
        if buyer.order_list is not None:
            self._keep_for_pending(buyer, buyer.order_list, quantity - fee_base)

    def _keep_for_pending(self, order: Order, order_list: OrderList, received: int) -> None:
        """Lock what the working order of an OPO bought: its first pending order bears it (rule 9.7)."""
        if not pays_with_receipts(order_list.shape) or received == 0:
            return
        pending = order_list.live[1]
        assert order is order_list.live[0] and pending.gives is not None, order.order_id
        pending.locked += received
        self.ledger.lock(pending.gives, received)

    def _kind_fee(self, order: Order, is_taker: bool, received: int, asset: Asset, bnb_fee: int) -> int:
        """Return what of `received` is kept as commission."""
        if bnb_fee != IN_KIND:
            return bnb_fee if asset.symbol == BNB else 0
        trader = order.account.trader
        return commission(received, trader.taker_fee if is_taker else trader.maker_fee)

    def _bnb_fee(self, order: Order, is_taker: bool, received: int, asset: Asset) -> int:
        """Pay the commission on `received` of `asset` in BNB at the discount and return it, or IN_KIND (rule 9.1).

        In kind unless the trader chose BNB, both indices are known and the same wallet has enough free BNB. Where BNB
        is what the order receives, the discounted commission comes out of it.
        """
        if not order.account.trader.is_bnb_fee:
            return IN_KIND
        fee = self._bnb_due(order, is_taker, received, asset)
        if fee > 0 and asset.symbol != BNB:
            self.ledger.pay_bnb_fee(order.account.holdings[BNB], fee)
        return fee

    def _bnb_due(self, order: Order, is_taker: bool, received: int, asset: Asset) -> int:
        """Return the commission in BNB as it would be paid now, or IN_KIND."""
        account = order.account
        trader = account.trader
        bnb = self.board.assets.get(BNB)
        if not trader.is_bnb_fee or bnb is None or bnb.is_stale or asset.is_stale:
            return IN_KIND
        rate = trader.taker_fee if is_taker else trader.maker_fee
        fee = bnb_commission(received, rate, self.trading.bnb_fee_factor, asset.price, bnb.price)
        if asset.symbol == BNB or fee == 0:
            return fee
        holding = account.holdings.get(BNB)
        return IN_KIND if holding is None or holding.free < fee else fee

    def commission_due(self, order: Order, is_taker: bool, received: int) -> tuple[str, int]:
        """Return asset and amount of what `order` would pay now on a fill that brings `received` (rule 9.1)."""
        asset = order.pair.base if order.is_buy else order.pair.quote
        fee = self._bnb_due(order, is_taker, received, asset)
        if fee != IN_KIND:
            return BNB, fee
        return asset.symbol, self._kind_fee(order, is_taker, received, asset, fee)

    def _count_volume(self, taker: Order, maker: Order, quote_amount: int) -> None:
        """Count the fill's value for both traders' VIP level, unless they are of one group (rule 8.4)."""
        taker_trader, maker_trader = taker.account.trader, maker.account.trader
        if taker_trader.group_id == maker_trader.group_id:
            return
        value = value_down(quote_amount, taker.pair.quote.price)
        taker_trader.volume_today += value
        maker_trader.volume_today += value


def _note_fill(order: Order, quantity: int, quote_amount: int) -> None:
    """Count a fill on its order."""
    order.executed += quantity
    order.executed_quote += quote_amount
    order.fill_quantity = quantity
    order.fill_quote = quote_amount
    order.status = PARTIALLY_FILLED


def _note_fees(trade: Trade, taker_fee: int, taker_bnb: int, maker_fee: int, maker_bnb: int) -> None:
    """Write both commissions on the trade."""
    trade.is_taker_fee_bnb = taker_bnb != IN_KIND
    trade.taker_fee = taker_bnb if trade.is_taker_fee_bnb else taker_fee
    trade.is_maker_fee_bnb = maker_bnb != IN_KIND
    trade.maker_fee = maker_bnb if trade.is_maker_fee_bnb else maker_fee
