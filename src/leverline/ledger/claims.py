"""Claims of the insurance fund on users: what is left of their liquidation loans (rule 16.5).

A claim is made over a deficit, moves no cash when it is made, and falls by what its user pays from his spot wallet into
the fund, or by what an operator waives. Both sides stand in the loan layer: claimed of the wallet, claims of the fund.
"""

from leverline.ledger.entries import CLAIM_MADE, CLAIM_PAID, CLAIM_WAIVED, Entry
from leverline.ledger.ledger import Ledger
from leverline.ledger.wallet import Claim, Holding, Wallet


class Claims:
    """The only code that changes a claim."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger: Ledger = ledger

    def make(self, wallet: Wallet, asset: str, amount: int) -> Claim:
        """Let `wallet` owe `amount` more. A loan that was settled is forgotten, and a new one begins."""
        claim = self.ledger.claims.get(wallet.wallet_id)
        if claim is None or claim.remaining == 0:
            claim = Claim(asset)
            self.ledger.claims[wallet.wallet_id] = claim
        assert claim.asset == asset and amount > 0, (claim.asset, asset, amount)
        claim.amount += amount
        self.ledger.venue[asset].claims += amount
        self.ledger.log.emit(Entry(CLAIM_MADE, asset, amount, wallet.wallet_id))
        return claim

    def pay(self, holding: Holding, amount: int) -> Claim:
        """Free of the spot wallet → fund; the claim falls by as much."""
        claim = self.ledger.claims[holding.wallet.wallet_id]
        self.ledger.pay_into_fund(holding, amount, CLAIM_PAID)
        claim.repaid += amount
        self._fall(claim, amount)
        return claim

    def waive(self, wallet: Wallet, amount: int) -> Claim:
        """Give up a part of the claim."""
        claim = self.ledger.claims[wallet.wallet_id]
        claim.waived += amount
        self._fall(claim, amount)
        self.ledger.log.emit(Entry(CLAIM_WAIVED, claim.asset, amount, wallet.wallet_id))
        return claim

    def _fall(self, claim: Claim, amount: int) -> None:
        """Take a payment or a waiver off the fund's side."""
        assert claim.remaining >= 0 < amount, (claim.asset, claim.remaining, amount)
        self.ledger.venue[claim.asset].claims -= amount
