"""What one turn of an account knows: assets, debts, and the ways between them, each book read once (rule 11.2).

An account may hold many assets and owe many, so that there are many pairs of both. What is asked of each pair is worked
out before, once for each asset and each debt.
"""

from leverline.kernel.numbers import value_down, value_up
from leverline.liquidation.depth import eligible_depth
from leverline.liquidation.judge import Judge
from leverline.liquidation.orders import book_terms, worst_in_band
from leverline.liquidation.paths import Leg, PathFinder
from leverline.margin.account import MarginAccount
from leverline.margin.valuation import Valuation
from leverline.market.asset import Asset
from leverline.market.index_board import USDT
from leverline.rulebook.ladders import Ladder, PurchaseLadder, SaleLadder
from leverline.rulebook.liquidation import purchase_efficiency, sale_efficiency
from leverline.rulebook.stop_rules import AccountState


class Way:
    """One trade of a step."""

    def __init__(self, leg: Leg, fee: int) -> None:
        self.leg: Leg = leg
        self.fee: int = fee
        """Clearance fee rate, 0 on the second of two legs."""
        self.is_open: bool = leg.is_open
        self.least: int = value_up(leg.pair.parameters.notional_min, leg.pair.quote.price)
        """Value of the least order."""
        self.ladder: Ladder | None = None
        """The book within the band; None until it is read."""
        self.is_empty: bool = False
        """The book was read and has no order."""
        self.efficiency: tuple[int, int] = (0, 1)
        """k at the best price, once the book is read."""


class Source:
    """An asset that may be given up."""

    def __init__(self, asset: Asset, held: int, sale: Way | None, hurdle: int) -> None:
        self.asset: Asset = asset
        self.held: int = held
        self.value: int = value_down(held, asset.price)
        self.sale: Way | None = sale
        """Its sale for USDT, None without such a pair."""
        self.hurdle: int = hurdle
        """H of rule 15.3 at the start of a step."""
        self.sale_hurdle: int = 0
        """H × the denominator of the sale's k, once its book is read."""


class Target:
    """A debt that may be repaid."""

    def __init__(self, asset: Asset, owed: int, partners: set[str], purchase: Way | None, weight: int) -> None:
        self.asset: Asset = asset
        self.owed: int = owed
        self.partners: set[str] = partners
        """The assets that have a pair with it, open or not."""
        self.value: int = value_up(owed, asset.price)
        self.purchase: Way | None = purchase
        """Its purchase with USDT as the second leg, None without such a pair."""
        self.weight: int = weight
        """W of rule 15.3 at the start of a step."""
        self.purchase_weight: int = 0
        """W × the numerator of the purchase's k, once its book is read."""


class Turn:
    """One account as it stands when its step is planned."""

    def __init__(self, account: MarginAccount, judge: Judge, paths: PathFinder) -> None:
        self.account: MarginAccount = account
        self.judge: Judge = judge
        self.paths: PathFinder = paths
        self.band: int = judge.parameters.liquidation.price_band
        self.fee: int = judge.fee_rate(account)
        self.view: Valuation = judge.view(account)
        self.state: AccountState = AccountState(
            self.view.assets, self.view.liabilities, self.view.collateral, self.view.maintenance_margin, 0, 0
        )
        self.sizings: int = 0
        """How many steps have been worked out so far."""

    def source(self, asset: Asset) -> Source:
        """Return an asset with its way to USDT."""
        held = self.account.free(asset.symbol)
        leg = self.paths.leg(asset.symbol, USDT) if self.account.pair is None else None
        sale = Way(leg, self.fee) if leg is not None and not leg.is_buy else None
        ratio = self.judge.marginal_ratio(self.account, asset, held)
        return Source(asset, held, sale, self.judge.stop_rule(self.account, asset).hurdle(self.state, ratio))

    def target(self, asset: Asset) -> Target:
        """Return a debt with its way from USDT."""
        owed = self.account.owed(asset.symbol)
        leg = self.paths.leg(USDT, asset.symbol) if self.account.pair is None else None
        purchase = Way(leg, 0) if leg is not None and leg.is_buy else None
        rate = self.judge.marginal_rate(self.account, asset, owed)
        partners = set(self.paths.partners(asset.symbol))
        return Target(
            asset, owed, partners, purchase, self.judge.stop_rule(self.account, asset).weight(self.state, rate)
        )

    def direct(self, source: Source, target: Target) -> Way | None:
        """Return the trade of an asset for a debt in their own pair, None without one."""
        if source.asset.symbol not in target.partners:
            return None
        if target.asset.symbol == USDT and source.sale is not None:
            return source.sale
        leg = self.paths.leg(source.asset.symbol, target.asset.symbol)
        return None if leg is None else Way(leg, self.fee)

    def read(self, source: Source, target: Target, first: Way, second: Way | None) -> None:
        """Read the books on a way that were not read yet; the second one only where the first has an order."""
        self.ladder(first, source, target)
        if first is source.sale:
            source.sale_hurdle = source.hurdle * first.efficiency[1]
        if second is not None and not first.is_empty:
            self.ladder(second, source, target)
            target.purchase_weight = target.weight * second.efficiency[0]

    def ladder(self, way: Way, source: Source, target: Target) -> Ladder:
        """Return the book of a way, read at its first use."""
        if way.ladder is not None:
            return way.ladder
        return self.asks(way, target.owed) if way.leg.is_buy else self.bids(way, source.held)

    def bids(self, way: Way, held: int) -> SaleLadder:
        """Return what the pair's bids would pay for all that is held."""
        found = way.ladder
        if found is None:
            pair = way.leg.pair
            depth = eligible_depth(self.account, pair, False, worst_in_band(way.leg, self.band), held)
            terms = book_terms(pair, self.account.trader.taker_fee)
            found = SaleLadder(depth.levels, terms, way.fee, 0, depth.fills)
            way.ladder = found
            way.is_empty = found.depth == 0
            if found.prices:
                way.efficiency = sale_efficiency(
                    found.prices[0], terms.index_base, terms.index_quote, terms.commission, way.fee
                )
        assert isinstance(found, SaleLadder), way.leg.pair.symbol
        return found

    def asks(self, way: Way, owed: int) -> PurchaseLadder:
        """Return what the pair's asks would cost for all that is owed, commission and lots included."""
        found = way.ladder
        if found is None:
            pair = way.leg.pair
            enough = 2 * owed + pair.parameters.step_size
            depth = eligible_depth(self.account, pair, True, worst_in_band(way.leg, self.band), enough)
            terms = book_terms(pair, self.account.trader.taker_fee)
            found = PurchaseLadder(depth.levels, terms, way.fee)
            way.ladder = found
            way.is_empty = found.depth == 0
            if found.prices:
                way.efficiency = purchase_efficiency(
                    found.prices[0], terms.index_base, terms.index_quote, terms.commission, way.fee
                )
        assert isinstance(found, PurchaseLadder), way.leg.pair.symbol
        return found
