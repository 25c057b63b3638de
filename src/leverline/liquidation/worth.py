"""What a wallet is worth at index, and the order in which its debts and assets come (rules 11.2, 11.3, 11.5).

At index means at the last index price, stale or not: what a takeover pays, and what a deficit is measured by.
"""

from leverline.kernel.numbers import value_down, value_up
from leverline.ledger.wallet import Wallet
from leverline.market.asset import Asset
from leverline.market.index_board import IndexBoard


def assets_value(wallet: Wallet, board: IndexBoard) -> int:
    """Return the value of all that is held, each asset rounded down."""
    total = 0
    for symbol, holding in wallet.holdings.items():
        if holding.total:
            total += value_down(holding.total, board.assets[symbol].price)
    return total


def liabilities_value(wallet: Wallet, board: IndexBoard) -> int:
    """Return the value of all that is owed, each asset rounded up."""
    total = 0
    for symbol, holding in wallet.holdings.items():
        if holding.debt:
            total += value_up(holding.debt, board.assets[symbol].price)
    return total


def debts_in_order(wallet: Wallet, board: IndexBoard) -> list[Asset]:
    """Return the assets owed, the largest value first, then by symbol (rule 11.2)."""
    keyed: list[tuple[int, str]] = []
    for symbol, holding in wallet.holdings.items():
        if holding.debt:
            keyed.append((-value_up(holding.debt, board.assets[symbol].price), symbol))
    keyed.sort()
    return [board.assets[symbol] for _, symbol in keyed]
