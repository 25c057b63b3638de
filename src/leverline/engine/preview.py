"""What an order would do if it were placed now: loan, fills, commission, interest, and how its account would stand.

It is placed and taken back (`engine.rehearsal`), so every figure comes of the code that places orders, and the account
is judged after it by the same functions as ever. Left out is what others do then: orders that its trades would trigger,
and what makers repay out of them.
"""

from leverline.engine.commands import PlaceOrder
from leverline.engine.core import Core
from leverline.engine.events import Refused
from leverline.engine.handlers.orders import place_order
from leverline.engine.handlers.wallets import account_of
from leverline.engine.rehearsal import Rehearsal
from leverline.kernel.events import Event
from leverline.kernel.numbers import quote_down
from leverline.ledger.entries import LOCK, Entry
from leverline.lending.events import InterestCharged, Repaid
from leverline.margin.account import MARGIN_CALL, MarginAccount
from leverline.margin.liquidation_price import isolated_liquidation_price
from leverline.margin.order_effects import worst_price
from leverline.margin.valuation import Valuation
from leverline.market.account import TradingAccount
from leverline.market.events import OrderAccepted, OrderEnded, SelfTradePrevented, Trade
from leverline.market.order import Order
from leverline.market.pair import Pair
from leverline.market.settlement import BNB
from leverline.market.terms import CAUSE_NONE, NEW, PARTIALLY_FILLED
from leverline.rulebook.refusals import Refusal


class Preview:
    """What comes of one order, or why it is refused. Amounts in 10⁻⁸ of the assets named."""

    def __init__(self, command: PlaceOrder, before: "Standing | None") -> None:
        self.command: PlaceOrder = command
        self.refused: Refused | None = None
        """Why the order would be refused, with its words; then nothing but `before` is known."""
        self.before: Standing | None = before
        """The margin account now, None for spot."""
        self.after: Standing | None = None
        """The margin account as the order would leave it."""
        self.given: str = ""
        """The asset that it gives: what is locked and borrowed."""
        self.received: str = ""
        self.loan: int = 0
        self.interest: InterestCharged | None = None
        """The first hour of the loan, None where nothing is borrowed or the hour is waived (rules 3.2, 3.7)."""
        self.locked: int = 0
        """What placing it locks."""
        self.left_locked: int = 0
        """What of that is still locked when it rests or waits."""
        self.fills: int = 0
        self.executed: int = 0
        self.executed_quote: int = 0
        self.rest: int = 0
        """What rests in the book, or waits for its trigger."""
        self.worst_fill: int = 0
        """Price of the last fill."""
        self.commissions: dict[str, int] = {}
        """By asset, of the fills."""
        self.rest_as_maker: Due | None = None
        """Commission if the rest is filled whole at its price by orders that come later."""
        self.rest_as_taker: Due | None = None
        """Commission if it is filled at that price on being triggered."""
        self.repaid_interest: int = 0
        self.repaid_principal: int = 0
        """What its fills and its end repay, over both assets."""
        self.prevented: int = 0
        """How many own orders self-trade prevention keeps it from."""
        self.status: int = NEW
        self.cause: int = CAUSE_NONE


class Due:
    """An amount of an asset that would have to be paid."""

    def __init__(self, asset: str, amount: int) -> None:
        self.asset: str = asset
        self.amount: int = amount


class Standing:
    """How a margin account stands at one moment."""

    def __init__(self, core: Core, account: MarginAccount) -> None:
        self.is_indebted: bool = account.debts > 0
        self.valuation: Valuation = core.risk.view(account)
        self.mode: int = account.mode
        self.status: int = core.risk.bands.status(account, self.valuation.worth, self.valuation.owed)
        self.call_price: int | None = None
        """Isolated: price in quote per base, 10⁻¹², at which the margin call begins (rule 7.4), None where none is."""
        self.liquidation_price: int | None = None
        """Isolated: likewise, at which the account is liquidated."""
        self.is_long: bool = False
        """Isolated: liquidated when the price falls."""
        if account.pair is not None and account.debts:
            self._set_prices(core, account)
        self.terms: list[AssetTerms] = []
        """Of base and quote; only of the standing after the order."""

    def _set_prices(self, core: Core, account: MarginAccount) -> None:
        """Set the prices of an isolated account by the closed form that its own page shows."""
        called = isolated_liquidation_price(core.risk.bands, account, MARGIN_CALL)
        if called is not None:
            self.call_price = called[0]
        liquidated = isolated_liquidation_price(core.risk.bands, account)
        if liquidated is not None:
            self.liquidation_price, self.is_long = liquidated


class AssetTerms:
    """What one asset means for a margin account: index prices (10⁻¹²) of its call and liquidation, and loans."""

    def __init__(self, core: Core, account: MarginAccount, asset: str) -> None:
        self.asset: str = asset
        self.margin_call_price: int | None = core.risk.margin_call_price(account, asset)
        self.liquidation_price: int | None = core.risk.liquidation_price(account, asset)
        self.max_borrowable: int = core.risk.limits.max_borrowable(account, asset)


def preview(core: Core, command: PlaceOrder) -> Preview:
    """Return what `command` would do at the time of the venue's last command; the state is the same afterwards."""
    core.begin()
    user = core.users.get(command.user_id)
    pair = core.exchange.pairs.get(command.pair)
    account = None if user is None else account_of(user, command.kind, command.pair)
    if account is None or pair is None:
        return _refused_at_once(core, command)
    seen = Preview(command, Standing(core, account) if isinstance(account, MarginAccount) else None)
    rehearsal = Rehearsal(core, account, pair)
    try:
        refusal = rehearsal.place(command)
        if refusal is not None:
            seen.refused = Refused(refusal, core.detail)
        else:
            _read(seen, core, rehearsal)
    finally:
        rehearsal.restore()
    return seen


def refused_preview(command: PlaceOrder, refusal: Refusal, detail: str) -> Preview:
    """Return the preview of an order that is refused before any account is looked at."""
    seen = Preview(command, None)
    seen.refused = Refused(refusal, detail)
    return seen


def _refused_at_once(core: Core, command: PlaceOrder) -> Preview:
    """Return the preview of an order that names no user, wallet or pair, for which placing it does nothing."""
    refusal = place_order(core, command)
    assert refusal is not None, (command.user_id, command.kind, command.pair)
    return refused_preview(command, refusal, core.detail)


def _read(seen: Preview, core: Core, rehearsal: Rehearsal) -> None:
    """Note what happened, and how things stand while it has."""
    account, pair = rehearsal.account, rehearsal.pair
    is_buy = seen.command.is_buy
    seen.given, seen.received = (
        (pair.quote.symbol, pair.base.symbol) if is_buy else (pair.base.symbol, pair.quote.symbol)
    )
    for event in rehearsal.events():
        _note(seen, event, rehearsal.order_id, account)
    order = rehearsal.order
    if order is not None:
        _note_open(seen, core, order)
    if isinstance(account, MarginAccount):
        seen.after = Standing(core, account)
        seen.after.terms = [AssetTerms(core, account, asset) for asset in _assets(pair)]


def _assets(pair: Pair) -> list[str]:
    """Return base and quote."""
    return [pair.base.symbol, pair.quote.symbol]


def _note(seen: Preview, event: Event, order_id: int, account: TradingAccount) -> None:
    """Note what one event says of the order."""
    if isinstance(event, OrderAccepted):
        seen.loan = event.loan
    elif isinstance(event, Entry):
        if event.kind == LOCK and event.wallet == account.wallet_id:
            seen.locked += event.amount
    elif isinstance(event, InterestCharged):
        seen.interest = event
    elif isinstance(event, Trade):
        _note_trade(seen, event)
    elif isinstance(event, Repaid):
        if event.order_id == order_id:
            seen.repaid_interest += event.interest
            seen.repaid_principal += event.principal
    elif isinstance(event, SelfTradePrevented):
        seen.prevented += 1
    elif isinstance(event, OrderEnded) and event.order_id == order_id:
        seen.status, seen.cause = event.status, event.cause


def _note_trade(seen: Preview, trade: Trade) -> None:
    """Note one fill."""
    seen.fills += 1
    seen.executed += trade.quantity
    seen.executed_quote += trade.quote_amount
    seen.worst_fill = trade.price
    seen.status = PARTIALLY_FILLED
    asset = BNB if trade.is_taker_fee_bnb else seen.received
    seen.commissions[asset] = seen.commissions.get(asset, 0) + trade.taker_fee


def _note_open(seen: Preview, core: Core, order: Order) -> None:
    """Note what is left of an order that rests or waits, and what that may cost."""
    seen.rest = order.quantity - order.executed
    seen.left_locked = order.locked
    price = worst_price(order, core.parameters.trading.market_protection)
    received = seen.rest if order.is_buy else quote_down(price, seen.rest)
    seen.rest_as_maker = _due(core, order, False, received)
    seen.rest_as_taker = _due(core, order, True, received)


def _due(core: Core, order: Order, is_taker: bool, received: int) -> Due:
    """Return the commission on a fill that brings `received`, by the funds that the order leaves."""
    asset, amount = core.exchange.settlement.commission_due(order, is_taker, received)
    return Due(asset, amount)
