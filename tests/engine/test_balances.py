"""The balances of a venue are what its entries add up to (rules 1.4, 14)."""

import random
from collections import defaultdict

from tests.engine.streams import RandomDays
from tests.engine.world import ALICE, CAROL, World

from leverline.engine.engine import Engine
from leverline.ledger.entries import Entry, Posting, TradeEntry, postings, trade_postings

VENUE_BUCKETS = {
    "world": ("world", "free"),
    "pool_free": ("pool", "free"),
    "pool_lent": ("pool", "lent"),
    "pool_supply": ("pool", "supply"),
    "house_stake": ("house", "stake"),
    "house": ("house", "free"),
    "income": ("income", "free"),
    "income_due": ("income", "due"),
    "fees": ("fees", "free"),
    "fund": ("fund", "free"),
}


def owner_and_bucket(posting: Posting) -> tuple[str, str]:
    """Return how `Engine.balances` names what a posting changes."""
    return (f"wallet:{posting.owner}", posting.bucket) if posting.owner else VENUE_BUCKETS[posting.bucket]


def test_the_balances_are_the_sums_of_all_postings(rng: random.Random, seed: int) -> None:
    """From an empty venue on, every entry balances per layer and the postings alone give every balance, always."""
    print(f"seed {seed}")
    days = RandomDays(rng)
    world = days.open()
    sums: dict[tuple[str, str, str], int] = defaultdict(int)
    engine = Engine(world.parameters)
    stream = [*world.history, *days.take(300)]
    for place, (command, time) in enumerate(stream):
        for event in engine.apply(command, time):
            found = trade_postings(event) if isinstance(event, TradeEntry) else []
            found += postings(event) if isinstance(event, Entry) else []
            layers: dict[tuple[str, str], int] = defaultdict(int)
            for posting in found:
                layers[posting.layer, posting.asset] += posting.amount
                sums[(*owner_and_bucket(posting), posting.asset)] += posting.amount
            assert not any(layers.values()), vars(event)
        if place % 50 == 0 or place == len(stream) - 1:
            assert engine.balances() == {name: amount for name, amount in sums.items() if amount}


def test_debts_are_negative_and_empty_buckets_are_left_out(world: World) -> None:
    """Alice owes 50,000 USDT; Carol, who has nothing, is not in the list."""
    account = world.long()
    carol = world.user(CAROL)
    balances = world.engine.balances()
    assert balances[f"wallet:{account.wallet_id}", "principal", "USDT"] == -account.holding("USDT").principal
    assert all(amount for amount in balances.values())
    assert not [name for name in balances if name[0] == f"wallet:{carol.spot.wallet_id}"]
    assert world.account(ALICE, "BTCUSDT").debts == 1
