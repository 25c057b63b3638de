"""Connectivity and the server's clock."""

from typing import Any

from leverline.api.call import Call
from leverline.api.endpoint import Table

table = Table()


@table.add("GET", "/api/v3/ping", ws="ping", tag="General")
def ping(_call: Call) -> dict[str, Any]:
    """Test connectivity."""
    return {}


@table.add("GET", "/api/v3/time", ws="time", tag="General")
def server_time(call: Call) -> dict[str, Any]:
    """Return the venue's time."""
    return {"serverTime": call.stamp(call.now())}
