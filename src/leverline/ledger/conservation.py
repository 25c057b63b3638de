"""Proof of conservation: what every balance adds up to, per asset and layer (rule 1.4)."""

from leverline.ledger.entries import CASH, INTEREST_LAYER, LOAN, SUPPLY
from leverline.ledger.ledger import Ledger


class LayerTotals:
    """The sums of one asset in the four layers; all must be zero."""

    def __init__(self) -> None:
        self.cash: int = 0
        self.loan: int = 0
        self.interest: int = 0
        self.supply: int = 0

    def as_dict(self) -> dict[str, int]:
        """Return layer name → sum."""
        return {CASH: self.cash, LOAN: self.loan, INTEREST_LAYER: self.interest, SUPPLY: self.supply}

    @property
    def is_zero(self) -> bool:
        """Whether every layer sums to zero."""
        return self.cash == 0 and self.loan == 0 and self.interest == 0 and self.supply == 0


def layer_totals(ledger: Ledger) -> dict[str, LayerTotals]:
    """Return the four sums of every asset over all wallets and the venue's own accounts."""
    totals: dict[str, LayerTotals] = {}
    for asset, venue in ledger.venue.items():
        sums = LayerTotals()
        sums.cash = venue.world + venue.pool_free + venue.house + venue.income + venue.fees + venue.fund
        sums.loan = venue.pool_lent + venue.claims
        sums.interest = venue.income_due
        sums.supply = venue.house_stake - venue.pool_supply
        totals[asset] = sums
    for wallet in ledger.wallets:
        for asset, holding in wallet.holdings.items():
            sums = totals[asset]
            sums.cash += holding.free + holding.locked
            sums.loan -= holding.principal
            sums.interest -= holding.interest
    for claim in ledger.claims.values():
        totals[claim.asset].loan -= claim.remaining
    return totals


def conservation_faults(ledger: Ledger) -> list[str]:
    """Return one sentence per broken invariant of rule 1.4; an empty list is the proof that all is accounted for."""
    faults: list[str] = []
    for asset, sums in layer_totals(ledger).items():
        for layer, total in sums.as_dict().items():
            if total:
                faults.append(f"{asset}: layer {layer} sums to {total}, not 0")
        faults.extend(_venue_faults(ledger, asset))
    for wallet in ledger.wallets:
        for asset, holding in wallet.holdings.items():
            if min(holding.free, holding.locked, holding.principal, holding.interest) < 0:
                faults.append(f"{asset}: wallet {wallet.wallet_id} has a bucket below 0")
    for wallet_id, claim in ledger.claims.items():
        if claim.remaining < 0:
            faults.append(f"{claim.asset}: wallet {wallet_id} owes less than nothing of its liquidation loan")
    return faults


def _venue_faults(ledger: Ledger, asset: str) -> list[str]:
    """Return the broken invariants of the venue's own accounts in `asset`."""
    venue = ledger.venue[asset]
    faults: list[str] = []
    if venue.pool_free + venue.pool_lent != venue.pool_supply:
        faults.append(f"{asset}: pool cash {venue.pool_free} + lent {venue.pool_lent} ≠ supply {venue.pool_supply}")
    if venue.world > 0:
        faults.append(f"{asset}: world is above 0")
    owned = (venue.pool_free, venue.pool_lent, venue.house, venue.income, venue.income_due, venue.fees, venue.fund)
    if min(owned) < 0:
        faults.append(f"{asset}: a venue account is below 0")
    return faults
