"""An order placed for the sake of what comes of it, and everything put back: the dry run behind previews.

Nothing is copied but what the order can touch: its user's wallets, the accounts of the venue in three assets, two
pools, a few counters. What it does to makers, and what its trades would trigger, is left out (see `market.rehearsal`).
"""

from leverline.engine.commands import PlaceOrder
from leverline.engine.core import Core
from leverline.engine.handlers.orders import place_order
from leverline.kernel.events import Event
from leverline.ledger.image import LedgerImage
from leverline.lending.image import PoolImage
from leverline.market.account import TradingAccount
from leverline.market.matching import Matcher
from leverline.market.order import Order
from leverline.market.pair import Pair
from leverline.market.rehearsal import RehearsalMatcher
from leverline.market.settlement import BNB
from leverline.market.terms import CANCELED, CAUSE_USER
from leverline.rulebook.refusals import Refusal


class Rehearsal:
    """One order of one account in one pair. Between `place` and `restore` nothing else may happen to the core."""

    def __init__(self, core: Core, account: TradingAccount, pair: Pair) -> None:
        self.core: Core = core
        self.account: TradingAccount = account
        self.pair: Pair = pair
        self.image: LedgerImage = LedgerImage(core.ledger)
        self.image.keep(account)
        for asset in (pair.base.symbol, pair.quote.symbol, BNB):
            self.image.keep_venue(asset)
        self.pools: list[PoolImage] = [
            PoolImage(core.desk.pools[asset.symbol], account.wallet_id) for asset in (pair.base, pair.quote)
        ]
        self.waivers: dict[str, int] = account.trader.waivers.copy()
        self.is_new_pair: bool = pair.symbol not in account.by_pair
        self.order_id: int = core.exchange.next_order_id
        """The id that the order takes."""
        self.numbers: tuple[int, int, int] = (pair.last_price, pair.next_trade_id, pair.next_prevented_id)
        self.matcher: Matcher = core.exchange.matcher
        self.stand_in: RehearsalMatcher = RehearsalMatcher(
            core.log, core.exchange.register, core.exchange.settlement, core.exchange.reducer, self.image
        )

    def place(self, command: PlaceOrder) -> Refusal | None:
        """Place the order as its command would, and return why not."""
        self.core.exchange.matcher = self.stand_in
        try:
            return place_order(self.core, command)
        finally:
            self.core.exchange.matcher = self.matcher

    @property
    def order(self) -> Order | None:
        """The order, if it is open."""
        return self.account.orders.get(self.order_id)

    def events(self) -> list[Event]:
        """Return what has happened since it began."""
        return self.core.log.events[self.image.entries :]

    def restore(self) -> None:
        """Put everything back as it stood."""
        try:
            if self.order is not None:
                self.core.exchange.end(self.order, CANCELED, CAUSE_USER)
        finally:
            self._put_back()

    def _put_back(self) -> None:
        """Put back all but the order itself."""
        core, pair, account = self.core, self.pair, self.account
        self.stand_in.restore()
        for pool in self.pools:
            pool.restore()
        self.image.restore()
        if self.is_new_pair and pair.symbol in account.by_pair:
            del account.by_pair[pair.symbol]
        account.trader.waivers = self.waivers
        core.exchange.next_order_id = self.order_id
        pair.last_price, pair.next_trade_id, pair.next_prevented_id = self.numbers
