"""All endpoints of the wallet under /sapi."""

from leverline.api.endpoint import Table
from leverline.api.wallet import balances, capital, coins, dust, snapshots, standing, transfers

PARTS = (standing, coins, balances, snapshots, transfers, capital, dust)


def wallet_table() -> Table:
    """Return the endpoints of the wallet."""
    table = Table()
    for part in PARTS:
        table.include(part.table)
    return table
