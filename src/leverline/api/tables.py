"""The whole endpoint table of a venue."""

from leverline.api import health
from leverline.api.endpoint import Table
from leverline.api.margin.tables import margin_table
from leverline.api.openapi import description_table
from leverline.api.own.tables import own_table
from leverline.api.spot.tables import spot_table
from leverline.api.streams import listening
from leverline.api.wallet.tables import wallet_table


def wire_table() -> Table:
    """Return every endpoint that all venues have; a sandbox adds its own."""
    table = Table()
    for part in (spot_table(), margin_table(), wallet_table(), listening.table, health.table, own_table()):
        table.include(part)
    table.include(description_table(table))
    return table
