"""Liquidation loans: what users owe the fund (rule 16.5)."""

from leverline.engine.state.stream import Sink, Source
from leverline.ledger.ledger import Ledger
from leverline.ledger.wallet import Claim


def write_claims(sink: Sink, ledger: Ledger) -> None:
    """Write all loans by spot wallet, in order of their making."""
    sink.put(len(ledger.claims))
    for wallet_id, claim in ledger.claims.items():
        sink.put(claim.asset)
        sink.put_all([wallet_id, claim.amount, claim.repaid, claim.waived])


def read_claims(source: Source, ledger: Ledger) -> None:
    """Read all loans; the fund's side is their sum."""
    for _ in range(source.integer()):
        claim = Claim(source.text())
        wallet_id, claim.amount, claim.repaid, claim.waived = source.integers()
        ledger.claims[wallet_id] = claim
        ledger.venue[claim.asset].claims += claim.remaining
