"""The chart of rule 14: every change is a move between two buckets of one layer, so each layer sums to zero."""

from collections import defaultdict
from fractions import Fraction

from .state import Key, State, Wallet

LAYERS = {
    "free": "cash",
    "locked": "cash",
    "principal": "loan",
    "lent": "loan",
    "interest": "interest",
    "due": "interest",
    "supply": "supply",
    "stake": "supply",
}


def move(state: State, asset: str, amount: int, source: tuple[str, str], target: tuple[str, str]) -> None:
    """Take `amount` from one (owner, bucket) and put it on another of the same layer."""
    assert amount >= 0, (asset, amount, source, target)
    assert LAYERS[source[1]] == LAYERS[target[1]], (source, target)
    state.assets_of[target[0]].add(asset)
    state.assets_of[source[0]].add(asset)
    state.balance[*source, asset] -= amount
    state.balance[*target, asset] += amount


def lock(state: State, wallet: Wallet, asset: str, amount: int) -> None:
    """Free → locked."""
    move(state, asset, amount, (wallet.owner, "free"), (wallet.owner, "locked"))


def unlock(state: State, wallet: Wallet, asset: str, amount: int) -> None:
    """Locked → free."""
    move(state, asset, amount, (wallet.owner, "locked"), (wallet.owner, "free"))


def lend(state: State, wallet: Wallet, asset: str, amount: int) -> None:
    """Pool cash to the borrower, with the loan that mirrors it."""
    move(state, asset, amount, ("pool", "free"), (wallet.owner, "free"))
    move(state, asset, amount, (wallet.owner, "principal"), ("pool", "lent"))


def charge(state: State, wallet: Wallet, asset: str, amount: int) -> None:
    """Post interest."""
    move(state, asset, amount, (wallet.owner, "interest"), ("income", "due"))


def pay_debt(state: State, wallet: Wallet, asset: str, interest: int, principal: int) -> None:
    """Repay out of free; a debt repaid in full drops its carry (rule 3.1)."""
    move(state, asset, interest, (wallet.owner, "free"), ("income", "free"))
    move(state, asset, interest, ("income", "due"), (wallet.owner, "interest"))
    move(state, asset, principal, (wallet.owner, "free"), ("pool", "free"))
    move(state, asset, principal, ("pool", "lent"), (wallet.owner, "principal"))
    drop_carry_if_paid(state, wallet, asset)


def repay_interest_first(state: State, wallet: Wallet, asset: str, amount: int) -> None:
    """Repay `amount` in the order of rule 3.3."""
    interest = min(amount, state.interest(wallet, asset))
    pay_debt(state, wallet, asset, interest, amount - interest)


def drop_carry_if_paid(state: State, wallet: Wallet, asset: str) -> None:
    """Forget what was accrued but not posted once nothing is owed."""
    if state.owed(wallet, asset) == 0:
        state.carry[wallet.owner, asset] = Fraction(0)


def take_over(state: State, wallet: Wallet, asset: str, amount: int, with_debt: bool) -> None:
    """Hand cash, and with it the whole debt in this asset, to the liquidation account."""
    taker = state.wallets[0]
    move(state, asset, amount, (wallet.owner, "free"), (taker.owner, "free"))
    if with_debt:
        principal, interest = state.principal(wallet, asset), state.interest(wallet, asset)
        move(state, asset, principal, (taker.owner, "principal"), (wallet.owner, "principal"))
        move(state, asset, interest, (taker.owner, "interest"), (wallet.owner, "interest"))
        drop_carry_if_paid(state, wallet, asset)


def write_off(state: State, asset: str, interest: int, principal: int) -> None:
    """Forgive debt of the liquidation account: interest against what is due, principal against supply and stake."""
    taker = state.wallets[0]
    move(state, asset, interest, ("income", "due"), (taker.owner, "interest"))
    move(state, asset, principal, ("pool", "lent"), (taker.owner, "principal"))
    move(state, asset, principal, ("house", "stake"), ("pool", "supply"))


def faults(state: State) -> list[str]:
    """Return the broken invariants of rule 1.4."""
    sums: dict[tuple[str, str], int] = defaultdict(int)
    found: list[str] = []
    for (owner, bucket, asset), amount in state.balance.items():
        sums[LAYERS[bucket], asset] += amount
        is_debt = bucket in ("principal", "interest", "supply") or owner == "world"
        if (amount > 0) if is_debt else (amount < 0):
            found.append(f"{owner}.{bucket} {asset} is {amount}")
    found += [f"layer {layer} of {asset} sums to {total}" for (layer, asset), total in sums.items() if total]
    for asset in state.parameters.assets:
        if (
            state.amount("pool", "free", asset)
            + state.amount("pool", "lent", asset)
            + state.amount("pool", "supply", asset)
        ):
            found.append(f"pool cash + lent of {asset} is not its supply")
    return found


def balances(state: State) -> dict[Key, int]:
    """Return every balance that is not zero."""
    return {key: amount for key, amount in state.balance.items() if amount}
