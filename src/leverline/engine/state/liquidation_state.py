"""Liquidation: accounts in it, their turns, the fund, what the liquidation account holds and may still trade today."""

from leverline.engine.state.stream import Sink, Source
from leverline.ledger.ledger import Ledger
from leverline.liquidation.books import ProductBook
from leverline.liquidation.fund import FundRow, InsuranceFund
from leverline.liquidation.process import Liquidator
from leverline.liquidation.queue import TurnQueue
from leverline.margin.account import MarginAccount


def write_liquidator(sink: Sink, liquidator: Liquidator) -> None:
    """Write all that liquidation remembers."""
    unwinding = liquidator.unwinding
    sink.put(liquidator.next_account_round)
    sink.put(unwinding.next_attempt)
    sink.put_all(list(liquidator.accounts))
    _write_fund(sink, liquidator.fund)
    for book in unwinding.books.values():
        _write_amounts(sink, book.held)
        _write_amounts(sink, book.owed)
    _write_amounts(sink, liquidator.sweeper.stale_since)
    _write_directions(sink, unwinding.depth_share.deepest)
    _write_directions(sink, unwinding.depth_share.traded)
    _write_queue(sink, liquidator.queue)


def _write_queue(sink: Sink, queue: TurnQueue) -> None:
    """Write what turns are left, and by which levels accounts wait for theirs."""
    sink.put_all([queue.left, queue.next_span, queue.basis])
    sink.put_all(list(queue.levels))
    sink.put_all(list(queue.levels.values()))


def _write_fund(sink: Sink, fund: InsuranceFund) -> None:
    """Write the fund's newest rows and its totals."""
    sink.put(len(fund.rows))
    for row in fund.rows:
        sink.put(row.asset)
        sink.put_all([row.time, row.kind, row.amount, row.product, row.wallet_id])
    sink.put(len(fund.totals))
    for (product, kind, asset), total in fund.totals.items():
        sink.put(asset)
        sink.put_all([product, kind, total])


def _write_amounts(sink: Sink, amounts: dict[str, int]) -> None:
    """Write amounts by asset, in their order."""
    sink.put(len(amounts))
    for asset, amount in amounts.items():
        sink.put(asset)
        sink.put(amount)


def _write_directions(sink: Sink, quantities: dict[tuple[str, bool], int]) -> None:
    """Write quantities by pair and direction, in their order."""
    sink.put(len(quantities))
    for (pair, is_buy), quantity in quantities.items():
        sink.put(pair)
        sink.put(is_buy)
        sink.put(quantity)


def read_liquidator(source: Source, liquidator: Liquidator, ledger: Ledger) -> None:
    """Read all that liquidation remembers."""
    unwinding = liquidator.unwinding
    liquidator.next_account_round = source.integer()
    unwinding.next_attempt = source.integer()
    for wallet_id in source.integers():
        account = ledger.wallet(wallet_id)
        assert isinstance(account, MarginAccount), wallet_id
        liquidator.accounts[wallet_id] = account
    _read_fund(source, liquidator.fund)
    for book in unwinding.books.values():
        _read_book(source, book)
    liquidator.sweeper.stale_since = _read_amounts(source)
    unwinding.depth_share.deepest = _read_directions(source)
    unwinding.depth_share.traded = _read_directions(source)
    queue = liquidator.queue
    queue.left, queue.next_span, queue.basis = source.integers()
    wallet_ids = source.integers()
    queue.levels = dict(zip(wallet_ids, source.integers(), strict=True))


def _read_book(source: Source, book: ProductBook) -> None:
    """Read one product's holdings and debts."""
    book.held = _read_amounts(source)
    book.owed = _read_amounts(source)


def _read_fund(source: Source, fund: InsuranceFund) -> None:
    """Read the fund's rows and totals."""
    for _ in range(source.integer()):
        asset = source.text()
        row = source.integers()
        fund.rows.append(FundRow(row[0], row[1], asset, row[2], row[3], row[4]))
    for _ in range(source.integer()):
        asset = source.text()
        total = source.integers()
        fund.totals[total[0], total[1], asset] = total[2]


def _read_amounts(source: Source) -> dict[str, int]:
    """Read amounts by asset."""
    amounts: dict[str, int] = {}
    for _ in range(source.integer()):
        asset = source.text()
        amounts[asset] = source.integer()
    return amounts


def _read_directions(source: Source) -> dict[tuple[str, bool], int]:
    """Read quantities by pair and direction."""
    quantities: dict[tuple[str, bool], int] = {}
    for _ in range(source.integer()):
        pair = source.text()
        is_buy = source.truth()
        quantities[pair, is_buy] = source.integer()
    return quantities
