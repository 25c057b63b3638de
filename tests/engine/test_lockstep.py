"""A restored engine goes on exactly as the one it was taken from, through everything that is only derived."""

import random

import pytest
from tests.engine.additions import BNB, CONTROL, FAMILY, SMALL, VIP, AddedDays
from tests.engine.world import SECOND, World, parameters, with_rules

from leverline.engine.codec import command_to_dict, event_to_dict
from leverline.engine.engine import Engine, restore
from leverline.kernel.events import Event
from leverline.kernel.numbers import quote_down
from leverline.ledger.wallet import CROSS
from leverline.margin.account import MarginAccount
from leverline.market.terms import WORSE

PARTS = 4


def incoming_of(engine: Engine) -> dict[str, int]:
    """Return what open orders of indebted accounts bring, added up from nothing (rule 4.5)."""
    found = dict.fromkeys(engine.core.ledger.venue, 0)
    for wallet in engine.core.ledger.wallets:
        if isinstance(wallet, MarginAccount) and wallet.debts:
            for order in wallet.orders.values():
                if order.pair_role == WORSE:
                    continue
                rest = order.quantity - order.executed
                price = engine.core.exchange.worst_price(order)
                found[order.received_asset] += rest if order.is_buy else quote_down(price, rest)
    return found


def memo_of(engine: Engine) -> dict[str, int]:
    """Return the same by the venue's memo."""
    return {symbol: venue.margin_incoming for symbol, venue in engine.core.ledger.venue.items()}


def derived_of(engine: Engine) -> list[tuple[int, int, bool]]:
    """Return (wallet, band, whether its orders are counted) of indebted margin accounts that nothing locks."""
    return [
        (wallet.wallet_id, wallet.status, wallet.is_incoming_counted)
        for wallet in engine.core.ledger.wallets
        if isinstance(wallet, MarginAccount) and wallet.debts and not wallet.is_locked
    ]


def plain(events: list[Event]) -> list[dict[str, object]]:
    """Return events as plain values."""
    return [event_to_dict(event) for event in events]


@pytest.mark.parametrize("part", range(PARTS))
def test_original_and_restored_engine_go_in_lockstep(part: int, seed: int) -> None:
    """From the middle of busy days on: the same events, the same memos after each command, the same state.

    Every other part has one turn of liquidation a second, so that locked accounts wait with their orders open.
    """
    print(f"seed {seed}")
    days = AddedDays(random.Random(f"{seed} {part}"), VIP, BNB, FAMILY, SMALL, CONTROL)
    rules = with_rules(parameters(), "liquidation", turns_max=1, turns_span=SECOND) if part % 2 else parameters()
    world: World = days.open(rules)
    for command, time in days.take(120 + 30 * part):
        world.engine.apply(command, time)
        assert memo_of(world.engine) == incoming_of(world.engine)
    twin = restore(world.parameters, world.engine.snapshot())
    assert memo_of(twin) == memo_of(world.engine)
    for command, time in days.take(60) + days.crash() + days.take(60):
        events, expected = twin.apply(command, time), world.engine.apply(command, time)
        assert plain(events) == plain(expected), command_to_dict(command)
        assert memo_of(twin) == memo_of(world.engine) == incoming_of(twin)
        assert derived_of(twin) == derived_of(world.engine)
    assert twin.state_hash() == world.engine.state_hash()
    assert any(account.kind == CROSS and account.debts for account in twin.core.ledger.wallets)
