"""A lending pool as it stood at one moment, to be put back after a rehearsal (see `engine.preview`)."""

from leverline.lending.pool import Pool


class PoolImage:
    """What a loan to one wallet, or anybody's repayment, changes of a pool; its cash is the ledger's to put back."""

    def __init__(self, pool: Pool, wallet_id: int) -> None:
        self.pool: Pool = pool
        self.wallet_id: int = wallet_id
        """The wallet that may borrow."""
        self.used: int = pool.used
        self.noted_at: int = pool.noted_at
        self.is_ordered: bool = pool.is_ordered
        self.is_debtor: bool = wallet_id in pool.debtors

    def restore(self) -> None:
        """Put it back; a debtor listed since goes."""
        pool = self.pool
        pool.used = self.used
        pool.noted_at = self.noted_at
        pool.is_ordered = self.is_ordered
        if not self.is_debtor and self.wallet_id in pool.debtors:
            del pool.debtors[self.wallet_id]
