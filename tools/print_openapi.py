"""Print the description of the whole interface, the sandbox's part included, as OpenAPI 3.1, without a venue.

    PYTHONPATH=src python -m tools.print_openapi

It is in the order of the endpoint table, and the same each time.
"""

import json

from leverline.api.endpoint import Table
from leverline.api.openapi import description_of
from leverline.api.tables import wire_table
from leverline.sandbox.routes import table as sandbox_table


def whole_table() -> Table:
    """Return every endpoint that a sandbox has."""
    table = wire_table()
    table.include(sandbox_table)
    return table


def printed() -> str:
    """Return the description as text."""
    return json.dumps(description_of(whole_table()), indent=2, ensure_ascii=False)


if __name__ == "__main__":
    print(printed())
