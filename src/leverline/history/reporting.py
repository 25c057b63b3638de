"""What a history tells a store that keeps all of it: what it knows already, and then each record as it comes."""

from collections.abc import Iterator
from typing import Any

from leverline.history.history import History
from leverline.history.logs import RecordLog
from leverline.history.outbox import CANDLES, CASES, ORDERS, RATES, TAPE, WALLETS, Outbox, Row


def logs_of(history: History) -> dict[str, RecordLog[Any]]:
    """Return the logs of accounts and of the public by the names of their streams."""
    return {
        "trade": history.account_trades.log,
        "loan": history.loans.log,
        "interest": history.interest.log,
        "transfer": history.transfers.transfers,
        "payment": history.transfers.payments,
        "flow": history.flows.log,
        "liquidation_order": history.liquidations.orders,
        "fund": history.fund.movements,
        "fund_payment": history.fund.payments,
        "deficit": history.fund.deficits,
        "write_off": history.fund.write_offs,
        "standing": history.standing.log,
        "restraint": history.restraints.log,
        "prevented_match": history.prevented.log,
        "operation": history.operations.log,
        "amendment": history.amendments.log,
        "dust": history.conversions.dust,
        "debt_exchange": history.conversions.debts,
        "order_list": history.order_lists.ended,
        "parameter_change": history.parameter_changes.log,
        "liquidation_loan": history.liquidation_loans.log,
    }


def report_to(history: History, outbox: Outbox) -> None:
    """Have everything noted in `outbox` that is added or changes from now on."""
    for stream, log in logs_of(history).items():
        log.outbox, log.stream = outbox, stream
    history.orders.outbox = outbox
    history.liquidations.outbox, history.liquidations.stream = outbox, CASES
    history.wallets.outbox, history.wallets.stream = outbox, WALLETS
    history.rates.outbox, history.rates.stream = outbox, RATES
    history.candles.report_to(outbox, CANDLES)
    history.tape.outbox, history.tape.stream = outbox, TAPE


def rows_of(history: History) -> Iterator[Row]:
    """Yield all that is known as it would be noted: what a store begins with that has not seen its making."""
    for stream, log in logs_of(history).items():
        yield from ((stream, *each) for each in log.numbered())
    yield from ((ORDERS, 0, order.order_id, order) for order in history.orders.by_id.values())
    yield from ((CASES, *each) for each in history.liquidations.cases.numbered())
    yield from ((WALLETS, wallet.wallet_id, 0, wallet) for wallet in history.wallets.by_id.values())
    yield from ((RATES, *each) for each in history.rates.numbered())
    yield from ((CANDLES, *each) for each in history.candles.numbered())
    yield from ((TAPE, *each) for each in history.tape.numbered())
