"""What people do while prices move: spot trades, arbitrage of orders left behind, and the accounts' own acts.

Per index step about one spot order per PAIRS_PER_FLOW pairs and one act per ACCOUNTS_PER_ACT accounts. A user who got a
margin call answers it at the next step: three in ten bring money, a quarter reduces, the rest waits.
"""

from typing import Final

from leverline.engine.commands import CancelAllOrders, Deposit, PlaceOrder, RegisterUser, Repay
from leverline.kernel.numbers import BOOK_PER_INDEX, INDEX_ONE, UNIT
from leverline.lab.chance import Chance
from leverline.lab.makers import Makers, Quoter
from leverline.lab.measuring import PPM
from leverline.lab.opening import bring
from leverline.lab.population import Plan
from leverline.lab.session import Session
from leverline.lab.trading import Desk, kind_of
from leverline.ledger.wallet import SPOT
from leverline.margin.account import MarginAccount
from leverline.market.terms import AUTO_REPAY, IOC, LIMIT, MARGIN_BUY, NO_SIDE_EFFECT
from leverline.parameters.scheme_pairs import SETTLEMENT

PAIRS_PER_FLOW: Final = 12
ACCOUNTS_PER_ACT: Final = 1_000
ACTS: Final = ((25, "repay"), (20, "add"), (20, "reduce"), (25, "limit"), (10, "cancel"))
ANSWERS: Final = ((30, "bring"), (25, "reduce"), (45, "wait"))
FLOW_SHARE: Final = 40
"""A spot order is worth on average one part in so many of the maker's side."""
LIMIT_DISTANCE: Final = (20_000, 100_000)
"""How far from the index accounts place their limit orders, in millionths."""
TAKER: Final = 90_001
"""User id of those who trade spot; one wallet stands for all of them."""
TAKER_FUNDS: Final = 10**12 * UNIT
ORDERS_SWEPT: Final = 10
"""Levels of a book that arbitrage looks at."""


class Crowd:
    """Spot traders and the owners of the margin accounts."""

    def __init__(self, session: Session, makers: Makers, chance: Chance, plans: list[Plan]) -> None:
        self.session = session
        self.makers = makers
        self.chance = chance
        self.plans = plans
        self.by_user = {plan.user_id: plan for plan in plans}
        self.desk = Desk(session, makers)
        self.funded: dict[str, int] = {}
        """What the spot traders were given of each asset."""

    def open(self) -> None:
        """Register the spot traders."""
        self.session.must(RegisterUser(TAKER))
        self.session.must(Deposit(TAKER, SETTLEMENT, TAKER_FUNDS))

    def act(self, assets: list[str]) -> None:
        """Let things happen in a step that priced `assets`."""
        for asset in assets:
            self.sweep(self.makers.by_asset[asset])
        for _ in range(1 + len(assets) // PAIRS_PER_FLOW):
            self.flow(self.makers.by_asset[self.chance.pick(assets)])
        for user_id in self.session.tally.take_called():
            self.answer(self.by_user[user_id])
        for _ in range(1 + len(self.plans) // ACCOUNTS_PER_ACT if self.plans else 0):
            plan = self.chance.pick(self.plans)
            account = self.account(plan)
            if account is not None:
                self.do(self.chance.weighted(ACTS), plan, account)

    def flow(self, quoter: Quoter) -> None:
        """Send one spot market order."""
        value = int(2 * self.chance.unit() * quoter.side_value()) // FLOW_SHARE
        value = min(value, quoter.pair.notional_max // 2)
        is_buy = self.chance.whether(0.5)
        if quoter.quoted_price and value >= 2 * quoter.pair.notional_min:
            self.give(quoter, value)
            self.desk.send(quoter, TAKER, SPOT, is_buy, value, NO_SIDE_EFFECT, 0)

    def give(self, quoter: Quoter, value: int) -> None:
        """See that the spot traders can sell for `value`."""
        quantity = value * INDEX_ONE // quoter.price
        if 100 * quantity > self.funded.get(quoter.asset, 0):
            self.session.must(Deposit(TAKER, quoter.asset, 1_000 * quantity))
            self.funded[quoter.asset] = self.funded.get(quoter.asset, 0) + 1_000 * quantity

    def sweep(self, quoter: Quoter) -> None:
        """Take orders that the index has left behind: bids above it, asks below it, by more than a half-spread."""
        book = self.session.pair(quoter.pair.symbol).book
        fair, width = quoter.price // BOOK_PER_INDEX, quoter.width()
        bid, ask = book.best_bid(), book.best_ask()
        if bid is not None and bid.price > fair * (PPM + width) // PPM + quoter.pair.tick_size:
            self.take(quoter, False, fair + -fair % quoter.pair.tick_size, book.levels(True, ORDERS_SWEPT))
        elif ask is not None and ask.price < fair * (PPM - width) // PPM - quoter.pair.tick_size:
            self.take(quoter, True, fair - fair % quoter.pair.tick_size, book.levels(False, ORDERS_SWEPT))

    def take(self, quoter: Quoter, is_buy: bool, limit: int, levels: list[tuple[int, int]]) -> None:
        """Trade against all levels better than `limit`."""
        pair = quoter.pair
        quantity = sum(size for price, size in levels if (price < limit if is_buy else price > limit))
        quantity = min(quantity, pair.quantity_max)
        quantity -= quantity % pair.step_size
        if limit < pair.price_min or quantity < pair.quantity_min or quantity * limit // UNIT < pair.notional_min:
            return
        self.give(quoter, quantity * quoter.price // INDEX_ONE)
        self.session.send(
            PlaceOrder(TAKER, SPOT, pair.symbol, is_buy, LIMIT, quantity, limit, time_in_force=IOC)
        )  # fmt: skip

    def account(self, plan: Plan) -> MarginAccount | None:
        """Return a plan's account unless a liquidation holds it."""
        account = self.session.user(plan.user_id).margin_account(kind_of(plan.pair), plan.pair)
        return None if account is None or account.is_locked else account

    def answer(self, plan: Plan) -> None:
        """Answer a margin call."""
        what = self.chance.weighted(ANSWERS)
        account = self.account(plan)
        if account is None or what == "wait":
            return
        if what == "bring":
            plan.added += bring(self.session, plan, SETTLEMENT, plan.equity * self.chance.between(15, 50) // 100)
        else:
            self.reduce(plan, account, self.chance.between(25, 60))

    def do(self, what: str, plan: Plan, account: MarginAccount) -> None:
        """Do one of ACTS."""
        if what == "repay":
            self.repay(plan, account)
        elif what == "add" and not self.session.tally.borrowing_stopped:
            asset, is_long, value = self.chance.pick(plan.positions)
            self.trade(plan, asset, is_long, value // self.chance.between(5, 20), MARGIN_BUY)
        elif what == "reduce":
            self.reduce(plan, account, self.chance.between(10, 30))
        elif what == "limit":
            self.limit(plan, account)
        elif account.orders:
            pair = next(iter(account.orders.values())).pair.symbol
            self.session.send(CancelAllOrders(plan.user_id, kind_of(plan.pair), pair))

    def repay(self, plan: Plan, account: MarginAccount) -> None:
        """Repay what lies free of a debt's own asset."""
        for asset, holding in account.holdings.items():
            least = self.session.parameters.assets[asset].repay_min
            amount = min(holding.free, holding.debt)
            if amount == holding.debt > 0:
                self.session.send(Repay(plan.user_id, kind_of(plan.pair), asset, 0, plan.pair))
                return
            if amount >= least and holding.debt - amount >= least:
                self.session.send(Repay(plan.user_id, kind_of(plan.pair), asset, amount, plan.pair))
                return

    def reduce(self, plan: Plan, account: MarginAccount, share: int) -> None:
        """Close `share` per cent of one position and repay from what it brings."""
        for asset, is_long, _ in plan.positions:
            holding = account.holding(asset)
            if is_long and holding.free:
                value = self.session.tally.value(asset, holding.free) * share // 100
                self.trade(plan, asset, False, value, AUTO_REPAY, holding.free)
                return
            if not is_long and holding.debt:
                value = self.session.tally.value(asset, holding.debt) * share // 100
                self.trade(plan, asset, True, min(value, account.free(SETTLEMENT) * 9 // 10), AUTO_REPAY)
                return

    def trade(self, plan: Plan, asset: str, is_buy: bool, value: int, side_effect: int, held: int = 0) -> None:
        """Trade unless nobody quotes the asset now."""
        if self.makers.by_asset[asset].quoted_price:
            self.desk.trade(plan.user_id, kind_of(plan.pair), asset, is_buy, value, side_effect, held)

    def limit(self, plan: Plan, account: MarginAccount) -> None:
        """Place a limit order some way from the index: takes profit of a long, covers a short, or buys a dip."""
        asset, is_long, value = self.chance.pick(plan.positions)
        quoter = self.makers.by_asset[asset]
        pair = quoter.pair
        distance = self.chance.between(*LIMIT_DISTANCE)
        is_sale = is_long and self.chance.whether(0.6)
        if not quoter.quoted_price or len(account.orders) >= 5:
            return
        price = quoter.price * (PPM + distance if is_sale else PPM - distance) // PPM // BOOK_PER_INDEX
        price -= price % pair.tick_size
        if price < pair.price_min:
            return
        quantity = value // 10 * UNIT // price
        if is_sale:
            quantity = min(quantity, account.free(asset))
        quantity = min(quantity - quantity % pair.step_size, pair.quantity_max)
        if quantity < pair.quantity_min or quantity * price // UNIT < 2 * pair.notional_min:
            return
        is_closing = is_sale or not is_long or self.session.tally.borrowing_stopped > 0
        effect = AUTO_REPAY if is_closing else MARGIN_BUY
        self.session.send(
            PlaceOrder(
                plan.user_id, kind_of(plan.pair), pair.symbol, not is_sale, LIMIT, quantity, price, side_effect=effect
            )
        )
