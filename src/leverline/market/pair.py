"""One tradable pair: its parameters, its two assets, its book and its last price."""

from leverline.market.asset import Asset
from leverline.market.book import OrderBook
from leverline.market.guard import PriceGuard
from leverline.market.stops import StopBook
from leverline.market.terms import TRADING
from leverline.rulebook.parameters import PairParameters


class Pair:
    """A pair with its order book. Prices in quote per base, 10⁻⁸."""

    def __init__(self, parameters: PairParameters, base: Asset, quote: Asset, narrow_band: int = 0) -> None:
        self.parameters: PairParameters = parameters
        self.symbol: str = parameters.symbol
        self.base: Asset = base
        self.quote: Asset = quote
        self.book: OrderBook = OrderBook()
        self.stops: StopBook = StopBook()
        self.guard: PriceGuard = PriceGuard(parameters, base, quote, narrow_band)
        self.status: int = TRADING
        self.last_price: int = 0
        """Price of the last trade, 0 before the first."""
        self.next_trade_id: int = 1
        """Trades are numbered by pair."""
        self.next_prevented_id: int = 1
        """So are matches that self-trade prevention stopped."""
        self.is_borrow_stopped: bool = False
        """Derived from the delistings (rule 13.2), as the next one: isolated accounts of the pair borrow no more."""
        self.is_transfer_stopped: bool = False
