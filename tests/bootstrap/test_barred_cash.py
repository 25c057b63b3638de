"""What the venue tells its users' side about money that may not leave."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.engine.world import ALICE, BOB, World, amount, parameters
from tests.regimes import of_2026

from leverline import bootstrap
from leverline.config import Settings
from leverline.identity.vault import Vault
from leverline.journal.folder import DataFolder


def test_approvals_of_withdrawals_ask_the_engine_for_liquidation_loans(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the venue as it is when asked; of somebody whom the engine does not know there is none."""
    world = World(of_2026(parameters(), "USDT"))
    wired: dict[str, Any] = {}
    monkeypatch.setattr(bootstrap, "Identity", lambda *_parts, **named: wired.update(named))
    venue: Any = SimpleNamespace(core=world.engine.core)
    bootstrap.identity_of(Settings(), DataFolder(tmp_path), Vault(bytes(range(32))), lambda: venue)
    for user_id in (ALICE, BOB):
        world.cross(user_id, USDT="10")
    world.engine.core.liquidator.loans.lend(world.account(BOB), amount("5"))
    assert [wired["owes_loan"](user_id) for user_id in (ALICE, BOB, 99)] == [False, True, False]
