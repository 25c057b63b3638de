"""Random days with order lists: what stands locked is what orders hold, pairs are pairs, and no money is lost."""

import random
from collections import Counter

import pytest
from tests.engine.streams import RandomDays
from tests.engine.world import World, parameters

from leverline.engine.codec import command_to_dict, event_to_dict
from leverline.engine.engine import Engine, restore
from leverline.market.account import TradingAccount
from leverline.market.events import ListAdvanced, ListEnded, ListPlaced, OrderEnded
from leverline.market.order_list import OrderList
from leverline.market.terms import ALONE, BETTER, CAUSE_OCO, CAUSE_OTO_PHASE_ONE, CAUSE_REFUSED, PENDING_NEW, WORSE

PARTS = 3


def misheld(engine: Engine) -> list[tuple[int, str, int, int]]:
    """Return (wallet, asset, locked, locked by orders) where these differ."""
    found = []
    for wallet in engine.core.ledger.wallets:
        if not isinstance(wallet, TradingAccount):
            continue
        by_orders: Counter[str] = Counter()
        for order in (*wallet.orders.values(), *wallet.pending.values()):
            by_orders[order.locked_asset] += order.locked
        found += [
            (wallet.wallet_id, symbol, holding.locked, by_orders[symbol])
            for symbol, holding in wallet.holdings.items()
            if holding.locked != by_orders[symbol]
        ]
    return found


def faults_of(order_list: OrderList) -> list[str]:
    """Return what is wrong with the orders of an open list."""
    roles = sorted(order.pair_role for order in order_list.live)
    pending = [order for order in order_list.live if order.status == PENDING_NEW]
    account = order_list.account
    found = []
    if any(order.order_list is not order_list for order in order_list.live):
        found.append("an order does not know its list")
    if roles not in ([ALONE], [ALONE] * 2, [ALONE] * 3, [WORSE, BETTER]):
        found.append(f"roles are {roles}")
    if pending and (len(pending) != len(order_list.live) - 1 or order_list.live[0] in pending):
        found.append("of a list that waits, all but the first order do")
    if any((order.order_id in account.pending) != (order in pending) for order in order_list.live):
        found.append("the account lists another state")
    if any((order.order_id in account.orders) == (order in pending) for order in order_list.live):
        found.append("an order is open and pending, or neither")
    return found


def miscounted(engine: Engine) -> list[tuple[int, str]]:
    """Return (wallet, pair) where the numbers of open orders and lists are not what is listed."""
    found = []
    for wallet in engine.core.ledger.wallets:
        if isinstance(wallet, TradingAccount):
            known = [*wallet.orders.values(), *wallet.pending.values()]
            for symbol, listed in wallet.by_pair.items():
                count = sum(order.pair.symbol == symbol for order in known)
                algo = sum(o.pair.symbol == symbol and o.is_waiting for o in known)
                lists = sum(each.pair.symbol == symbol for each in wallet.order_lists.values())
                if (listed.count, listed.algo_count, listed.list_count) != (count, algo, lists):
                    found.append((wallet.wallet_id, symbol))
    return found


@pytest.mark.parametrize("part", range(PARTS))
def test_lists_hold_together_through_random_days(part: int, seed: int) -> None:
    """After every command: locked funds, roles, counts, money; a restored engine is the same and goes on the same."""
    print(f"seed {seed}")
    days = RandomDays(random.Random(f"{seed} lists {part}"))
    days.acts += [(days.order_list, 40), (days.cancel_list, 6)]
    world: World = days.open(parameters())
    seen: Counter[str] = Counter()
    for command, time in days.take(150) + days.crash() + days.take(150):
        for event in world.engine.apply(command, time):
            seen[type(event).__name__] += isinstance(event, ListPlaced | ListAdvanced | ListEnded)
            if isinstance(event, OrderEnded):
                seen[str(event.cause)] += 1
        engine = world.engine
        assert misheld(engine) == [], command_to_dict(command)
        assert miscounted(engine) == [], command_to_dict(command)
        assert not engine.core.exchange.lists.due
        for order_list in engine.core.exchange.lists.open.values():
            assert faults_of(order_list) == [], (command_to_dict(command), order_list.list_id)
        assert engine.conservation_faults() == []
    for name in ("ListPlaced", "ListAdvanced", "ListEnded", str(CAUSE_OCO)):
        assert seen[name], (name, seen)
    twin = restore(world.parameters, world.engine.snapshot())
    assert twin.state_hash() == world.engine.state_hash()
    for command, time in days.take(60):
        events, expected = twin.apply(command, time), world.engine.apply(command, time)
        assert [event_to_dict(each) for each in events] == [event_to_dict(each) for each in expected]
    assert twin.state_hash() == world.engine.state_hash()


def test_every_way_to_end_occurs() -> None:
    """Over fixed days: pending orders that expire with their working one, and such as are refused in their turn."""
    days = RandomDays(random.Random(1))
    days.acts += [(days.order_list, 60)]
    world = days.open(parameters())
    causes = {
        event.cause
        for command, time in days.take(600)
        for event in world.engine.apply(command, time)
        if isinstance(event, OrderEnded)
    }
    assert {CAUSE_OCO, CAUSE_OTO_PHASE_ONE, CAUSE_REFUSED} <= causes
