"""All balances by name, for comparison and display (signs as in the chart of rule 14)."""

from leverline.ledger.ledger import Ledger


def ledger_balances(ledger: Ledger) -> dict[tuple[str, str, str], int]:
    """Return (owner, bucket, asset) → amount for every balance that is not zero."""
    found: dict[tuple[str, str, str], int] = {}
    for wallet in ledger.wallets:
        owner = f"wallet:{wallet.wallet_id}"
        for asset, holding in wallet.holdings.items():
            found[owner, "free", asset] = holding.free
            found[owner, "locked", asset] = holding.locked
            found[owner, "principal", asset] = -holding.principal
            found[owner, "interest", asset] = -holding.interest
    for wallet_id, claim in ledger.claims.items():
        found[f"wallet:{wallet_id}", "claimed", claim.asset] = -claim.remaining
    for asset, venue in ledger.venue.items():
        found["world", "free", asset] = venue.world
        found["pool", "free", asset] = venue.pool_free
        found["pool", "lent", asset] = venue.pool_lent
        found["pool", "supply", asset] = -venue.pool_supply
        found["house", "stake", asset] = venue.house_stake
        found["house", "free", asset] = venue.house
        found["income", "free", asset] = venue.income
        found["income", "due", asset] = venue.income_due
        found["fees", "free", asset] = venue.fees
        found["fund", "free", asset] = venue.fund
        found["fund", "claims", asset] = venue.claims
    return {name: amount for name, amount in found.items() if amount}
