"""An opened sandbox market on an engine in this process."""

import asyncio

import pytest
from tests.sandbox.stand import Stand


@pytest.fixture
def stand(seed: int) -> Stand:
    """A market of this run's seed, opened and ticked for two seconds."""
    return opened(seed)


def opened(seed: int) -> Stand:
    found = Stand(seed=seed)
    asyncio.run(found.market.open())
    found.run(2)
    return found
