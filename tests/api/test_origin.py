"""What needs no key is not for pages of other origins that a browser on the same machine shows."""

from typing import Any

import pytest
from tests.api.world import World

from leverline.api.endpoint import Table

PATH = "/sandbox/v1/thing"


@pytest.fixture
def table() -> Table:
    """One path that anybody may call, and a public one of the Binance wire."""
    table = Table()

    @table.add("POST", PATH)
    @table.add("GET", "/api/v3/thing")
    def handler(_call: Any) -> dict[str, int]:
        """Do something."""
        return {}

    return table


def status(world: World, method: str, path: str, **headers: str) -> int:
    """Return the status of a request with these headers."""
    return world.run(
        world.client.request(method, path, content="{}" if method == "POST" else None, headers=headers)
    ).status_code


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", "", "127.0.0.1"])
def test_a_page_of_another_origin_does_not_drive_a_sandbox(world: World, origin: str) -> None:
    """A browser says whose page sends a request; market data is for all."""
    assert status(world, "POST", PATH, Origin=origin) == 403
    assert status(world, "GET", "/api/v3/thing", Origin=origin) == 200


def test_the_venues_own_page_and_programs_drive_it(world: World) -> None:
    """Programs send no origin."""
    assert status(world, "POST", PATH) == 200
    assert status(world, "POST", PATH, Origin="http://127.0.0.1") == 200
