"""Each kind of event as a row of a case's document. Nobody but the account's owner is named in any of them."""

from typing import Any

from leverline.cases.shown import amount, ratio, side, stamp
from leverline.ledger.entries import ENTRY_NAMES, Entry, TradeEntry
from leverline.lending.events import INTEREST_TYPE_NAMES, InterestCharged, Repaid
from leverline.liquidation.events import (
    TAKEOVER_CAUSE_NAMES,
    DeficitBooked,
    FundPaid,
    LiquidationLoanMade,
    LiquidationStep,
    TakenOver,
    WrittenOff,
)
from leverline.margin.account import STATUS_NAMES
from leverline.margin.events import MarginCalled, StatusChanged
from leverline.market.events import OrderAccepted, OrderEnded, Trade
from leverline.market.terms import CAUSE_NAMES, CAUSE_NONE, ORDER_STATUS_NAMES, ORDER_TYPE_NAMES, TIME_IN_FORCE_NAMES

Row = dict[str, Any]
Point = tuple[int, int]
"""Time in µs, and a level or price of 10⁻¹²."""
Leg = tuple[str, bool, int, int]


def status_row(event: StatusChanged) -> Row:
    """Return a move to another band."""
    before, after = STATUS_NAMES[event.old], STATUS_NAMES[event.new]
    return {"time": stamp(event.time), "before": before, "after": after, "marginLevel": ratio(event.level)}


def call_row(event: MarginCalled) -> Row:
    """Return a margin call."""
    return {"time": stamp(event.time), "marginLevel": ratio(event.level), "isRepeated": event.is_repeated}


def interest_row(event: InterestCharged) -> Row:
    """Return one hour's charge on one debt."""
    return {
        "time": stamp(event.time),
        "asset": event.asset,
        "paidIn": event.paid_asset,
        "principal": amount(event.principal),
        "rateHourly": ratio(event.rate_hourly),
        "interest": amount(event.amount),
        "type": INTEREST_TYPE_NAMES[event.kind],
    }


def repaid_row(event: Repaid) -> Row:
    """Return a repayment, interest first."""
    return {
        "time": stamp(event.time),
        "asset": event.asset,
        "interest": amount(event.interest),
        "principal": amount(event.principal),
        "isLiquidation": event.is_liquidation,
    }


def order_row(event: OrderAccepted) -> Row:
    """Return an order as it was placed."""
    return {
        "time": stamp(event.time),
        "orderId": event.order_id,
        "event": "PLACED",
        "symbol": event.pair,
        "side": side(event.is_buy),
        "type": ORDER_TYPE_NAMES[event.kind],
        "timeInForce": TIME_IN_FORCE_NAMES[event.time_in_force],
        "price": amount(event.price),
        "quantity": amount(event.quantity),
        "quoteQuantity": amount(event.quote_quantity),
        "isLiquidation": event.is_liquidation,
    }


def order_end_row(event: OrderEnded) -> Row:
    """Return how an order ended."""
    return {
        "time": stamp(event.time),
        "orderId": event.order_id,
        "event": ORDER_STATUS_NAMES[event.status],
        "symbol": event.pair,
        "cause": CAUSE_NAMES[event.cause] if event.cause != CAUSE_NONE else "",
        "executed": amount(event.executed),
        "executedQuote": amount(event.executed_quote),
    }


def fill_row(event: Trade, is_maker: bool) -> Row:
    """Return the account's side of a fill."""
    is_buy = event.is_buyer_maker is is_maker
    return {
        "time": stamp(event.time),
        "tradeId": event.trade_id,
        "orderId": event.maker_order if is_maker else event.taker_order,
        "symbol": event.pair,
        "side": side(is_buy),
        "price": amount(event.price),
        "quantity": amount(event.quantity),
        "quote": amount(event.quote_amount),
        "fee": amount(event.maker_fee if is_maker else event.taker_fee),
        "isFeeInBnb": event.is_maker_fee_bnb if is_maker else event.is_taker_fee_bnb,
        "isMaker": is_maker,
    }


def leg_row(leg: Leg) -> Row:
    """Return one trade of a step, or what a takeover comes to."""
    pair, is_buy, quantity, quote = leg
    return {"symbol": pair, "side": side(is_buy), "quantity": amount(quantity), "quote": amount(quote)}


def step_row(event: LiquidationStep) -> Row:
    """Return one step: what was traded for which debt."""
    return {
        "time": stamp(event.time),
        "collateral": event.collateral,
        "debt": event.debt,
        "legs": [leg_row(leg) for leg in event.legs],
        "interest": amount(event.interest),
        "principal": amount(event.principal),
        "feeAsset": event.fee_asset,
        "fee": amount(event.fee),
        "valueGiven": amount(event.value_given),
        "valueFee": amount(event.value_fee),
        "valueRepaid": amount(event.value_repaid),
        "levelBefore": ratio(event.level_before),
        "levelAfter": ratio(event.level_after),
    }


def takeover_row(event: TakenOver) -> Row:
    """Return the takeover: what was taken, at which values."""
    return {
        "time": stamp(event.time),
        "cause": TAKEOVER_CAUSE_NAMES[event.cause],
        "assets": [{"asset": asset, "amount": amount(taken)} for asset, taken in event.assets],
        "debts": [
            {"asset": asset, "interest": amount(interest), "principal": amount(principal)}
            for asset, interest, principal in event.debts
        ],
        "legs": [leg_row(leg) for leg in event.legs],
        "assetsValue": amount(event.assets_value),
        "liabilitiesValue": amount(event.liabilities_value),
        "surplus": amount(event.surplus),
    }


def deficit_row(event: DeficitBooked) -> Row:
    """Return what the assets could not repay, and who bears it."""
    return {
        "time": stamp(event.time),
        "deficit": amount(event.deficit),
        "paidByFund": amount(event.paid),
        "writtenOff": amount(event.unpaid),
    }


def loan_row(event: LiquidationLoanMade) -> Row:
    """Return what the deficit leaves its user owing."""
    return {
        "time": stamp(event.time), "asset": event.asset, "amount": amount(event.amount),
        "remaining": amount(event.remaining),
    }  # fmt: skip


def fund_row(event: FundPaid) -> Row:
    """Return a payment of the insurance fund for the account."""
    return {
        "time": stamp(event.time), "asset": event.asset, "amount": amount(event.amount), "value": amount(event.value)
    }  # fmt: skip


def write_off_row(event: WrittenOff) -> Row:
    """Return debt of the account that nobody will pay."""
    return {
        "time": stamp(event.time),
        "asset": event.asset,
        "interest": amount(event.interest),
        "principal": amount(event.principal),
        "value": amount(event.value),
    }


def fee_row(entry: Entry) -> Row:
    """Return a clearance fee, which goes to the insurance fund."""
    return {"time": stamp(entry.time), "asset": entry.asset, "amount": amount(entry.amount)}


def entry_row(entry: Entry, is_actor: bool) -> Row:
    """Return a ledger entry as the chart of accounts names it; the other wallet is not told."""
    return {
        "time": stamp(entry.time),
        "kind": ENTRY_NAMES[entry.kind],
        "isReceived": not is_actor,
        "asset": entry.asset,
        "amount": amount(entry.amount),
        "interest": amount(entry.interest),
        "principal": amount(entry.principal),
    }


def trade_entry_row(entry: TradeEntry, is_buyer: bool) -> Row:
    """Return the account's side of the ledger entry of a fill; fees are of what it received."""
    return {
        "time": stamp(entry.time),
        "kind": "trade",
        "given": entry.quote if is_buyer else entry.base,
        "givenAmount": amount(entry.quote_amount if is_buyer else entry.base_amount),
        "received": entry.base if is_buyer else entry.quote,
        "receivedAmount": amount(entry.base_amount if is_buyer else entry.quote_amount),
        "fee": amount(entry.fee_base if is_buyer else entry.fee_quote),
    }
