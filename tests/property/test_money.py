"""Money: nothing appears, nothing vanishes, every change is an entry, what is locked and lent adds up."""

from collections import defaultdict

from hypothesis import given
from tests.property.streams import few, stream_seeds, walk

from leverline.engine.engine import Engine
from leverline.kernel.events import Event
from leverline.ledger.entries import Entry, Posting, TradeEntry, postings, trade_postings

VENUE_NAMES = {
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
"""Bucket of a posting of the venue → the name that `balances` gives it."""


def postings_of(event: Event) -> list[Posting]:
    """Return the postings of an event, none when it is no entry."""
    if isinstance(event, TradeEntry):
        return trade_postings(event)
    return postings(event) if isinstance(event, Entry) else []


def name_of(posting: Posting) -> tuple[str, str, str]:
    """Return the balance that a posting changes, as `balances` names it."""
    if posting.owner:
        return f"wallet:{posting.owner}", posting.bucket, posting.asset
    return (*VENUE_NAMES[posting.bucket], posting.asset)


@few
@given(stream_seeds)
def test_money_is_conserved(seed: int) -> None:
    """After every command each layer of each asset sums to zero and no account of the venue is below zero."""
    for engine, _, _ in walk(seed):
        assert engine.conservation_faults() == []


@few
@given(stream_seeds)
def test_an_entry_balances_or_does_not_exist(seed: int) -> None:
    """Every entry sums to zero per asset and layer, and the entries alone rebuild every balance of the venue."""
    rebuilt: dict[tuple[str, str, str], int] = defaultdict(int)
    engine: Engine | None = None
    for engine, _, events in walk(seed):  # noqa: B007
        for event in events:
            sums: dict[tuple[str, str], int] = defaultdict(int)
            for posting in postings_of(event):
                sums[posting.layer, posting.asset] += posting.amount
                rebuilt[name_of(posting)] += posting.amount
            assert not any(sums.values()), vars(event)
    assert engine is not None
    assert {name: amount for name, amount in rebuilt.items() if amount} == engine.balances()


@few
@given(stream_seeds)
def test_locked_is_the_sum_of_the_open_orders(seed: int) -> None:
    """In every wallet and asset, what is locked is what its open orders lock."""
    for engine, _, _ in walk(seed):
        expected: dict[tuple[str, str, str], int] = defaultdict(int)
        for user in engine.core.users.values():
            for wallet in (user.spot, *user.margin_accounts()):
                for order in wallet.orders.values():
                    expected[f"wallet:{wallet.wallet_id}", "locked", order.locked_asset] += order.locked
        locked = {name: amount for name, amount in engine.balances().items() if name[1] == "locked"}
        assert locked == {name: amount for name, amount in expected.items() if amount}


@few
@given(stream_seeds)
def test_lent_never_exceeds_supply(seed: int) -> None:
    """The pool's cash is never below zero, so what is lent is at most what was supplied; debts of wallets equal it."""
    for engine, _, _ in walk(seed):
        balances = engine.balances()
        for asset in engine.core.parameters.assets:
            lent = balances.get(("pool", "lent", asset), 0)
            assert 0 <= lent <= -balances.get(("pool", "supply", asset), 0)
            owed = sum(amount for (_, bucket, of), amount in balances.items() if bucket == "principal" and of == asset)
            assert lent == -owed
