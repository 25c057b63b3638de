"""Ledger: the venue's own accounts and every holding, in wallet order."""

from leverline.engine.state.stream import Sink, Source
from leverline.ledger.ledger import Ledger
from leverline.ledger.wallet import Holding, VenueAccounts, Wallet


def write_venue_accounts(sink: Sink, ledger: Ledger) -> None:
    """Write the venue's own accounts, in catalogue order."""
    for venue in ledger.venue.values():
        for amount in (
            venue.world, venue.pool_free, venue.pool_lent, venue.pool_supply, venue.house_stake, venue.house,
            venue.income, venue.income_due, venue.income_shared, venue.fees, venue.fund, venue.margin_cash,
            venue.written_off,
        ):  # fmt: skip
            sink.put(amount)


def read_venue_accounts(source: Source, ledger: Ledger) -> None:
    """Read the venue's own accounts."""
    for venue in ledger.venue.values():
        _read_venue(source, venue)


def _read_venue(source: Source, venue: VenueAccounts) -> None:
    """Read one asset's accounts in the order they were written."""
    venue.world = source.integer()
    venue.pool_free = source.integer()
    venue.pool_lent = source.integer()
    venue.pool_supply = source.integer()
    venue.house_stake = source.integer()
    venue.house = source.integer()
    venue.income = source.integer()
    venue.income_due = source.integer()
    venue.income_shared = source.integer()
    venue.fees = source.integer()
    venue.fund = source.integer()
    venue.margin_cash = source.integer()
    venue.written_off = source.integer()


def write_holdings(sink: Sink, ledger: Ledger) -> None:
    """Write all holdings by wallet id, each wallet's in order of first use."""
    sink.put(len(ledger.wallets))
    for wallet in ledger.wallets:
        sink.put(wallet.debts)
        sink.put(len(wallet.holdings))
        for holding in wallet.holdings.values():
            sink.put(holding.asset)
            sink.put(holding.free)
            sink.put(holding.locked)
            sink.put(holding.principal)
            sink.put(holding.interest)
            sink.put(holding.carry)


def read_holdings(source: Source, ledger: Ledger) -> None:
    """Read all holdings into the wallets that exist by now."""
    count = source.integer()
    assert count == len(ledger.wallets), count
    for wallet in ledger.wallets:
        wallet.debts = source.integer()
        for _ in range(source.integer()):
            _read_holding(source, wallet)


def _read_holding(source: Source, wallet: Wallet) -> None:
    """Read one holding."""
    holding: Holding = wallet.holding(source.text())
    holding.free = source.integer()
    holding.locked = source.integer()
    holding.principal = source.integer()
    holding.interest = source.integer()
    holding.carry = source.integer()
