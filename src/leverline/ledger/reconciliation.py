"""Where every unit of an asset is: the balances of all owners, line by line, and what each layer sums to (rule 1.4)."""

from leverline.ledger.conservation import layer_totals
from leverline.ledger.entries import CASH, INTEREST_LAYER, LOAN, SUPPLY
from leverline.ledger.ledger import Ledger
from leverline.ledger.wallet import WALLET_KIND_NAMES


class Line:
    """What one kind of owner has in one bucket; signed as in the chart of accounts, debts below zero."""

    def __init__(self, layer: str, owner: str, bucket: str, amount: int) -> None:
        self.layer: str = layer
        self.owner: str = owner
        self.bucket: str = bucket
        self.amount: int = amount


class Reconciliation:
    """One asset: its lines, and per layer the difference, which is zero unless something is wrong."""

    def __init__(self, asset: str, differences: dict[str, int]) -> None:
        self.asset: str = asset
        self.lines: list[Line] = []
        self.differences: dict[str, int] = differences
        """By layer, as the proof of conservation has them; the lines of a layer come to the same."""
        self.holders: int = 0
        """Wallets that hold or owe anything of it."""

    def add(self, layer: str, owner: str, bucket: str, amount: int) -> None:
        """Add a line."""
        self.lines.append(Line(layer, owner, bucket, amount))


class _Sums:
    """What the wallets of one kind come to in one asset."""

    def __init__(self) -> None:
        self.free: int = 0
        self.locked: int = 0
        self.principal: int = 0
        self.interest: int = 0
        self.claimed: int = 0
        """Of the fund, by liquidation loans."""
        self.holders: int = 0


def reconcile(ledger: Ledger) -> dict[str, Reconciliation]:
    """Return every asset's reconciliation, in catalogue order."""
    sums = _wallet_sums(ledger)
    found: dict[str, Reconciliation] = {}
    for asset, totals in layer_totals(ledger).items():
        one = Reconciliation(asset, totals.as_dict())
        _add_venue(one, ledger)
        for kind, name in enumerate(WALLET_KIND_NAMES):
            each = sums.get((asset, kind))
            if each is not None:
                one.holders += each.holders
                one.add(CASH, name, "free", each.free)
                one.add(CASH, name, "locked", each.locked)
                one.add(LOAN, name, "principal", -each.principal)
                if each.claimed:
                    one.add(LOAN, name, "claimed", -each.claimed)
                one.add(INTEREST_LAYER, name, "interest", -each.interest)
        found[asset] = one
    return found


def _wallet_sums(ledger: Ledger) -> dict[tuple[str, int], _Sums]:
    """Return the sums of all wallets by asset and kind."""
    found: dict[tuple[str, int], _Sums] = {}
    for wallet in ledger.wallets:
        for asset, holding in wallet.holdings.items():
            sums = _sums_of(found, asset, wallet.kind)
            sums.free += holding.free
            sums.locked += holding.locked
            sums.principal += holding.principal
            sums.interest += holding.interest
            if holding.free or holding.locked or holding.principal or holding.interest:
                sums.holders += 1
    for wallet_id, claim in ledger.claims.items():
        _sums_of(found, claim.asset, ledger.wallet(wallet_id).kind).claimed += claim.remaining
    return found


def _sums_of(found: dict[tuple[str, int], _Sums], asset: str, kind: int) -> _Sums:
    """Return the sums of one asset and kind, new ones the first time."""
    sums = found.get((asset, kind))
    if sums is None:
        sums = _Sums()
        found[asset, kind] = sums
    return sums


def _add_venue(one: Reconciliation, ledger: Ledger) -> None:
    """Add the venue's own accounts."""
    venue = ledger.venue[one.asset]
    one.add(CASH, "world", "cash", venue.world)
    one.add(CASH, "pool", "free", venue.pool_free)
    one.add(CASH, "income", "free", venue.income)
    one.add(CASH, "fees", "free", venue.fees)
    one.add(CASH, "fund", "free", venue.fund)
    one.add(CASH, "house", "free", venue.house)
    one.add(LOAN, "pool", "lent", venue.pool_lent)
    if venue.claims:
        one.add(LOAN, "fund", "claims", venue.claims)
    one.add(INTEREST_LAYER, "income", "due", venue.income_due)
    one.add(SUPPLY, "pool", "supply", -venue.pool_supply)
    one.add(SUPPLY, "house", "stake", venue.house_stake)
