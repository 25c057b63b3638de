"""The whole endpoint table of a venue."""

from leverline.api import health
from leverline.api.endpoint import Table
from leverline.api.margin.tables import margin_table
from leverline.api.openapi import description_table
from leverline.api.own.tables import own_table
from leverline.api.profile import LATEST, Profile
from leverline.api.spot.tables import spot_table
from leverline.api.streams import listening
from leverline.api.wallet.tables import wallet_table


def wire_table(profile: Profile = LATEST) -> Table:
    """Return every endpoint that all venues have whose interface is of a day; a sandbox adds its own."""
    table = profile.dated(everything())
    table.include(description_table(table))
    return table


def everything() -> Table:
    """Return the endpoints of all days."""
    table = Table()
    for part in (spot_table(), margin_table(), wallet_table(), listening.table, health.table, own_table()):
        table.include(part)
    return table
