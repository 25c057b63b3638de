"""Where an indebted account may trade: prices around the index (rule 9.6); and where any order may stand."""

from leverline.kernel.numbers import RATIO_ONE
from leverline.market.asset import Asset
from leverline.market.order import Order
from leverline.market.terms import CAUSE_LIQUIDATION, CAUSE_NONE, CAUSE_PRICE_BAND, CAUSE_STALE_INDEX
from leverline.rulebook.orders import band_prices
from leverline.rulebook.parameters import PairParameters


class PriceGuard:
    """The bands of one pair in book prices, derived from the index and kept until it changes."""

    def __init__(self, parameters: PairParameters, base: Asset, quote: Asset, narrow_band: int) -> None:
        self.parameters: PairParameters = parameters
        self.base: Asset = base
        self.quote: Asset = quote
        self.band: int = base.parameters.trade_band
        """By rank of the base asset (rule 9.6)."""
        self.narrow_band: int = min(narrow_band, self.band)
        self.version: int = -1
        """Sum of both assets' versions at the last refresh; versions only grow."""
        self.is_stale: bool = True
        self.lowest_sell: int = 0
        self.highest_buy: int = 0
        self.lowest_sell_narrow: int = 0
        self.highest_buy_narrow: int = 0
        self.lowest_price: int = 0
        """PERCENT_PRICE_BY_SIDE against the index; 0 where the filter is off."""
        self.highest_price: int = 0

    def renew(self, narrow_band: int) -> None:
        """Take the bands anew from the parameters, which have changed."""
        self.band = self.base.parameters.trade_band
        self.narrow_band = min(narrow_band, self.band)
        self.version = -1

    def cause(self, order: Order, price: int) -> int:
        """Return why `order` of an indebted account may not trade at `price` (rules 9.6, 11.1), or CAUSE_NONE.

        A liquidation's order bears the band of rule 11.2 as its limit price: here only a stale index stops it. What
        else a locked account has open waits to be cancelled and does not trade meanwhile.
        """
        if order.account.is_locked and not order.is_liquidation:
            return CAUSE_LIQUIDATION
        self.refresh()
        if self.is_stale:
            return CAUSE_STALE_INDEX
        if order.is_liquidation:
            return CAUSE_NONE
        is_narrow = order.account.is_narrow_band
        if order.is_buy:
            is_harmful = price > (self.highest_buy_narrow if is_narrow else self.highest_buy)
        else:
            is_harmful = price < (self.lowest_sell_narrow if is_narrow else self.lowest_sell)
        return CAUSE_PRICE_BAND if is_harmful else CAUSE_NONE

    def worst_price(self, is_buy: bool, is_narrow: bool) -> int:
        """Return the worst price at which an indebted account may trade while no index is stale (rule 9.6)."""
        self.refresh()
        if is_buy:
            return self.highest_buy_narrow if is_narrow else self.highest_buy
        return self.lowest_sell_narrow if is_narrow else self.lowest_sell

    def is_percent_price_ok(self, price: int, last_price: int) -> bool:
        """Whether `price` lies within the pair's multiples of the index, or of the last price while that is stale.

        reference × percent_down ≤ price ≤ reference × percent_up
        """
        self.refresh()
        if not self.is_stale:
            return self.lowest_price <= price and (self.highest_price == 0 or price <= self.highest_price)
        if last_price == 0:
            return True
        rules = self.parameters
        if price * RATIO_ONE < last_price * rules.percent_down:
            return False
        return rules.percent_up == 0 or price * RATIO_ONE <= last_price * rules.percent_up

    def refresh(self) -> None:
        """Derive the bands again if an index price or its staleness has changed."""
        base, quote = self.base, self.quote
        version = base.version + quote.version
        if version == self.version:
            return
        self.version = version
        self.is_stale = base.is_stale or quote.is_stale
        if self.is_stale:
            return
        rules = self.parameters
        base_price, quote_price = base.price, quote.price
        self.lowest_sell, self.highest_buy = band_prices(base_price, quote_price, self.band)
        self.lowest_sell_narrow, self.highest_buy_narrow = band_prices(base_price, quote_price, self.narrow_band)
        self.lowest_price = band_prices(base_price, quote_price, RATIO_ONE - rules.percent_down)[0]
        self.highest_price = 0
        if rules.percent_up:
            self.highest_price = band_prices(base_price, quote_price, rules.percent_up - RATIO_ONE)[1]
