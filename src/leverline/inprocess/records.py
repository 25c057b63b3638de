"""Accounts and orders as plain values."""

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from leverline.engine.core import Core
from leverline.inprocess.words import decimal_of
from leverline.kernel.decimals import RATIO_DECIMALS, format_plain
from leverline.kernel.events import Event
from leverline.margin.account import MODE_NAMES, STATUS_NAMES, MarginAccount
from leverline.market import terms
from leverline.market.account import TradingAccount
from leverline.market.events import OrderAccepted, OrderEnded, OrderStarted, QuoteSkipped, Trade
from leverline.market.order import Order


@dataclass(frozen=True)
class BalanceRecord:
    """One asset of one wallet, in whole units."""

    asset: str
    free: Decimal
    locked: Decimal
    borrowed: Decimal
    interest: Decimal


@dataclass(frozen=True)
class AccountRecord:
    """A wallet as plain values. Totals are USDT at index; levels are None without debt."""

    kind: str
    pair: str
    mode: str
    leverage: int | None
    """Classic and isolated; None in Pro, where it goes by bracket, and for spot."""
    status: str | None
    margin_level: Decimal | None
    collateral_level: Decimal | None
    assets_value: Decimal
    liabilities_value: Decimal
    balances: dict[str, BalanceRecord]


@dataclass(frozen=True)
class OrderRecord:
    """What became of an order at placement."""

    order_id: int
    status: str
    executed: Decimal
    executed_quote: Decimal
    average_price: Decimal | None
    borrowed: Decimal


@dataclass(frozen=True)
class OpenOrderRecord:
    """An order that rests in its book, or waits for its trigger or for the working order of its list."""

    order_id: int
    client_id: str
    pair: str
    side: str
    order_type: str
    price: Decimal
    stop_price: Decimal
    quantity: Decimal
    executed: Decimal
    status: str
    trailing: int
    """Basis points; 0 where it does not trail."""


def order_record(events: list[Event], order_id: int = 0) -> OrderRecord:
    """Return what the events of a placement say of the order itself, or of one order of a list."""
    accepted = next(
        event for event in events if isinstance(event, OrderAccepted) and order_id in (0, event.order_id)
    )  # fmt: skip
    started = [event for event in events if isinstance(event, OrderStarted) and event.order_id == order_id]
    trades = [e for e in events if isinstance(e, Trade) and accepted.order_id in (e.taker_order, e.maker_order)]
    executed = sum(trade.quantity for trade in trades)
    quote = sum(trade.quote_amount for trade in trades)
    ended = [event for event in events if isinstance(event, OrderEnded) and event.order_id == accepted.order_id]
    loan = started[0].loan if started else accepted.loan
    waits = accepted.is_pending and not started
    open_status = terms.PARTIALLY_FILLED if executed else terms.PENDING_NEW if waits else terms.NEW
    status = ended[0].status if ended else open_status
    return OrderRecord(
        accepted.order_id, terms.ORDER_STATUS_NAMES[status], decimal_of(executed), decimal_of(quote),
        decimal_of(quote) / decimal_of(executed) if executed else None, decimal_of(loan),
    )  # fmt: skip


def skipped_level(event: QuoteSkipped) -> str:
    """Return a level of a quote that was left out, in words."""
    side = "bid" if event.is_buy else "ask"
    return f"{side} {format_plain(event.price)} × {format_plain(event.quantity)}: {event.refusal.name}"


def open_order_record(order: Order) -> OpenOrderRecord:
    """Return an open order as plain values."""
    return OpenOrderRecord(
        order.order_id, order.client_id, order.pair.symbol, "BUY" if order.is_buy else "SELL",
        terms.ORDER_TYPE_NAMES[order.kind], decimal_of(order.price), decimal_of(order.stop_price),
        decimal_of(order.ordered), decimal_of(order.executed), terms.ORDER_STATUS_NAMES[order.status],
        order.trailing_delta,
    )  # fmt: skip


def account_record(core: Core, wallet: TradingAccount) -> AccountRecord:
    """Return a wallet with its valuation."""
    balances = {
        asset: BalanceRecord(
            asset, decimal_of(holding.free), decimal_of(holding.locked), decimal_of(holding.principal),
            decimal_of(holding.interest),
        )
        for asset, holding in wallet.holdings.items()
    }  # fmt: skip
    if not isinstance(wallet, MarginAccount):
        value = sum(
            decimal_of(core.board.assets[asset].price, RATIO_DECIMALS) * (each.free + each.locked)
            for asset, each in balances.items()
        )
        total = Decimal(value).quantize(Decimal("1e-8"), ROUND_DOWN)
        return AccountRecord("spot", "", "spot", None, None, None, None, total, Decimal(0), balances)
    view = core.risk.view(wallet)
    return AccountRecord(
        "cross" if wallet.pair is None else "isolated", wallet.pair.symbol if wallet.pair else "",
        MODE_NAMES[wallet.mode], wallet.leverage or None, STATUS_NAMES[wallet.status],
        decimal_of(view.level, RATIO_DECIMALS) if wallet.debts else None,
        decimal_of(view.collateral_level, RATIO_DECIMALS) if wallet.debts else None,
        decimal_of(view.assets), decimal_of(view.liabilities), balances,
    )  # fmt: skip
