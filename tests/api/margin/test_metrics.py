"""What Prometheus reads of the margin accounts."""

import pytest
from tests.api.margin.busy import LEND, TRANSFER
from tests.api.world import User, World

from leverline.api import metrics, slices
from leverline.api.endpoint import Table
from leverline.api.health import table as health_table
from leverline.api.tables import wire_table
from leverline.engine.commands import OpenMarginAccount
from leverline.ledger.wallet import CROSS


@pytest.fixture
def table() -> Table:
    """Everything on the wire, /metrics among it."""
    assert "/metrics" in health_table.by_path
    return wire_table()


def test_accounts_are_counted_by_band(alice: User, lender: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of three is called when its collateral has fallen; that they are counted little by little changes nothing."""
    monkeypatch.setattr(slices, "SLICE_SECONDS", 0.0)
    monkeypatch.setattr(metrics, "USERS_AT_ONCE", 1)
    lender.services.metrics.watch(lender.services)
    for _ in range(2):
        lender.send(OpenMarginAccount(lender.user().user_id, CROSS))
    alice.ask("POST", TRANSFER, type="MAIN_MARGIN", asset="BTC", amount="0.1")
    alice.ask("POST", LEND, asset="USDT", amount="4000", type="BORROW", isIsolated="FALSE")
    alice.ask("POST", TRANSFER, type="MARGIN_MAIN", asset="USDT", amount="1000")
    assert shown(lender) == {"margin_accounts": 3.0, "margin_calls": 0.0, "liquidatable": 0.0}
    lender.set_index(BTC="16000")
    assert shown(lender) == {"margin_accounts": 3.0, "margin_calls": 1.0, "liquidatable": 0.0}


def shown(world: World) -> dict[str, float]:
    """Return the figures of margin accounts."""
    lines = [line.split() for line in world.get("/metrics").text.splitlines() if not line.startswith("#")]
    found = {words[0].removeprefix("leverline_"): float(words[1]) for words in lines if len(words) == 2}
    return {name: found[name] for name in ("margin_accounts", "margin_calls", "liquidatable")}
