"""Busy days for previews: orders of every type from every wallet, and what a preview says beside what came true."""

import random

from tests.engine.additions import BNB, FAMILY, VIP, AddedDays

from leverline.engine.commands import AdvanceTime, Command, PlaceOrder
from leverline.engine.engine import Engine
from leverline.engine.events import Refused
from leverline.engine.handlers.wallets import account_of
from leverline.engine.preview import Preview, Standing
from leverline.kernel.events import Event
from leverline.kernel.numbers import UNIT
from leverline.ledger.entries import LOCK, Entry
from leverline.ledger.wallet import CROSS, ISOLATED, SPOT
from leverline.lending.events import Borrowed, InterestCharged, Repaid
from leverline.liquidation.events import LiquidationStarted
from leverline.margin.account import MarginAccount
from leverline.market.account import TradingAccount
from leverline.market.events import OrderAccepted, OrderEnded, OrderTriggered, Trade
from leverline.market.terms import (
    CAUSE_NONE,
    CAUSE_PRICE_BAND,
    CAUSE_SELF_TRADE,
    FOK,
    GTC,
    IOC,
    LIMIT,
    LIMIT_MAKER,
    MARKET,
    STOP_LOSS,
    STOP_LOSS_LIMIT,
    TAKE_PROFIT,
    TAKE_PROFIT_LIMIT,
)

LIMITED = (LIMIT, LIMIT_MAKER, STOP_LOSS_LIMIT, TAKE_PROFIT_LIMIT)
WAITING = (STOP_LOSS, STOP_LOSS_LIMIT, TAKE_PROFIT, TAKE_PROFIT_LIMIT)
KINDS = (LIMIT, LIMIT, LIMIT, MARKET, MARKET, LIMIT_MAKER, STOP_LOSS, STOP_LOSS_LIMIT, TAKE_PROFIT, TAKE_PROFIT_LIMIT)


class PreviewDays(AddedDays):
    """Busy days with more orders: icebergs, quote amounts, conditional ones, families trading with themselves."""

    def __init__(self, rng: random.Random) -> None:
        super().__init__(rng, VIP, BNB, FAMILY)
        self.acts += [(self.any_order, 70)]

    def any_order(self) -> Command:
        """An order of any form near the index, now and then one that cannot be."""
        rng = self.rng
        users = [*range(21, 29), *range(40, self.next_user)]
        user_id, kind = rng.choice(users), rng.choice((SPOT, CROSS, CROSS, ISOLATED))
        symbol, base, price = ("BTCUSDT", "BTC", self.prices["BTC"] // 10**4) if kind == ISOLATED else self.pair()
        order_type, quantity = rng.choice(KINDS), self.size(base, price, rng.choice((2_000, 60_000)))
        near = price * rng.randrange(985, 1016) // 1000 // 10**6 * 10**6
        is_by_quote = order_type == MARKET and rng.random() < 0.3
        has_terms = order_type in (LIMIT, STOP_LOSS_LIMIT, TAKE_PROFIT_LIMIT)
        in_force = rng.choice((GTC, GTC, IOC, IOC, FOK)) if has_terms else GTC
        is_iceberg = order_type == LIMIT and in_force == GTC and rng.random() < 0.3
        is_trailing = order_type in WAITING and rng.random() < 0.4
        return PlaceOrder(
            user_id, kind, symbol, rng.random() < 0.5, order_type, 0 if is_by_quote else quantity,
            near if order_type in LIMITED else 0, rng.randrange(1, 30_000) * UNIT if is_by_quote else 0,
            stop_price=near if order_type in WAITING and not is_trailing else 0, time_in_force=in_force,
            self_trade=rng.randrange(5), trailing_delta=rng.randrange(10, 500) if is_trailing else 0,
            side_effect=0 if kind == SPOT else rng.randrange(4), is_repaid_at_cancel=rng.random() < 0.8,
            iceberg_quantity=max(quantity // 4 // 10**4, 1) * 10**4 if is_iceberg else 0,
            client_id=rng.choice(("", "", "", "mine")),
        )  # fmt: skip


class Placement:
    """One order previewed, then placed in the same state."""

    def __init__(self, engine: Engine, command: PlaceOrder, time: int) -> None:
        self.engine = engine
        engine.apply(AdvanceTime(), time)
        self.seen: Preview = engine.preview(command)
        self.order_id = engine.core.exchange.next_order_id
        self.events: list[Event] = engine.apply(command, time)
        user = engine.core.users.get(command.user_id)
        self.account: TradingAccount | None = None if user is None else account_of(user, command.kind, command.pair)

    @property
    def refused(self) -> Refused | None:
        """Why it was refused, or None."""
        last = self.events[-1]
        return last if isinstance(last, Refused) else None

    @property
    def is_alone(self) -> bool:
        """Whether nothing but the order itself happened: nothing was triggered or begun, nobody is liquidated."""
        others = (OrderTriggered, LiquidationStarted)
        return not any(isinstance(event, others) or self._is_of_another(event) for event in self.events)

    def _is_of_another(self, event: Event) -> bool:
        """Whether an event tells of another order, but for those that this one meets and what their fills repay."""
        if isinstance(event, Repaid):
            return False
        if isinstance(event, OrderEnded) and event.cause in (CAUSE_NONE, CAUSE_SELF_TRADE, CAUSE_PRICE_BAND):
            return False
        return getattr(event, "order_id", 0) not in (0, self.order_id)

    @property
    def is_pool_its_own(self) -> bool:
        """Whether the pools changed by nothing but the order's own user."""
        assert self.account is not None
        return all(event.user_id == self.account.user_id for event in self.events if isinstance(event, Repaid))

    def came_true(self) -> dict[str, object]:
        """Return of the order what a preview tells, read off the events."""
        accepted = next(each for each in self.events if isinstance(each, OrderAccepted))
        trades = [each for each in self.events if isinstance(each, Trade) and each.taker_order == self.order_id]
        ends = [each for each in self.events if isinstance(each, OrderEnded) and each.order_id == self.order_id]
        repaid = [each for each in self.events if isinstance(each, Repaid) and each.order_id == self.order_id]
        interest = [each for each in self.events if isinstance(each, InterestCharged)]
        borrowed = [each for each in self.events if isinstance(each, Borrowed)]
        assert [each.amount for each in borrowed] == ([accepted.loan] if accepted.loan else [])
        commissions: dict[str, int] = {}
        for each in trades:
            asset = "BNB" if each.is_taker_fee_bnb else self.seen.received
            commissions[asset] = commissions.get(asset, 0) + each.taker_fee
        return {
            "loan": accepted.loan,
            "interest": [(each.paid_asset, each.amount, each.rate_hourly) for each in interest],
            "locked": self._locked(),
            "fills": (len(trades), sum(each.quantity for each in trades), sum(each.quote_amount for each in trades)),
            "commissions": commissions,
            "repaid": (sum(each.interest for each in repaid), sum(each.principal for each in repaid)),
            "end": [(each.status, each.cause) for each in ends],
            "left": self._left(),
        }

    def foreseen(self) -> dict[str, object]:
        """Return the same by the preview."""
        seen = self.seen
        interest = seen.interest
        is_open = seen.rest > 0
        return {
            "loan": seen.loan,
            "interest": [] if interest is None else [(interest.paid_asset, interest.amount, interest.rate_hourly)],
            "locked": seen.locked,
            "fills": (seen.fills, seen.executed, seen.executed_quote),
            "commissions": seen.commissions,
            "repaid": (seen.repaid_interest, seen.repaid_principal),
            "end": [] if is_open else [(seen.status, seen.cause)],
            "left": (seen.rest, seen.left_locked),
        }

    def _locked(self) -> int:
        """Return what placing the order locked."""
        assert self.account is not None
        wallet = self.account.wallet_id
        return sum(
            each.amount
            for each in self.events
            if isinstance(each, Entry) and each.kind == LOCK and each.wallet == wallet
        )

    def _left(self) -> tuple[int, int]:
        """Return what rests of the order, and what of its funds is locked."""
        assert self.account is not None
        order = self.account.orders.get(self.order_id)
        return (0, 0) if order is None else (order.quantity - order.executed, order.locked)

    def standing(self) -> dict[str, object]:
        """Return how the account stands now."""
        assert isinstance(self.account, MarginAccount)
        return figures_of(Standing(self.engine.core, self.account))

    def terms(self) -> list[tuple[str, int | None, int | None]]:
        """Return the prices at which the account is called and liquidated now."""
        assert isinstance(self.account, MarginAccount)
        risk, pair = self.engine.core.risk, self.engine.core.exchange.pairs[self.seen.command.pair]
        return [
            (asset, risk.margin_call_price(self.account, asset), risk.liquidation_price(self.account, asset))
            for asset in (pair.base.symbol, pair.quote.symbol)
        ]

    def borrowable(self) -> list[int]:
        """Return the most that the account can borrow now of base and quote."""
        assert isinstance(self.account, MarginAccount)
        limits, pair = self.engine.core.risk.limits, self.engine.core.exchange.pairs[self.seen.command.pair]
        return [limits.max_borrowable(self.account, asset) for asset in (pair.base.symbol, pair.quote.symbol)]


def figures_of(standing: Standing) -> dict[str, object]:
    """Return a standing as plain values."""
    valuation = standing.valuation
    names = [name for name in dir(valuation) if not name.startswith("_")]  # a compiled one has no dictionary
    figures = {name: getattr(valuation, name) for name in names}
    plain = {name: value for name, value in figures.items() if not callable(value)}
    return plain | {"status": standing.status, "is indebted": standing.is_indebted}
