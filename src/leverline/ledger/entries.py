"""Ledger entries as events: which row of the chart of rule 14, with its operands.

`postings` spells an entry out; it is the chart as code, and tests rebuild every balance from it.
"""

from typing import Final

from leverline.kernel.events import Event

DEPOSIT: Final = 1
WITHDRAW: Final = 2
TRANSFER: Final = 3
LOCK: Final = 4
UNLOCK: Final = 5
POOL_SUPPLY: Final = 6
POOL_WITHDRAW: Final = 7
BORROW: Final = 8
INTEREST: Final = 9
REPAY: Final = 10
CLEARANCE_FEE: Final = 11
TAKEOVER: Final = 12
FUND_DEFICIT: Final = 13
SWEEP_TO_FUND: Final = 14
SWEEP_FROM_FUND: Final = 15
WRITE_OFF_INTEREST: Final = 16
WRITE_OFF_PRINCIPAL: Final = 17
HOUSE_TO_FUND: Final = 18
INCOME_TO_FUND: Final = 19
BNB_FEE: Final = 20
HOUSE_DEPOSIT: Final = 21
CONVERSION_GIVEN: Final = 22
"""What a small exchange takes from a wallet (rules 13.3, 13.6)."""
CONVERSION_RECEIVED: Final = 23
"""What it brings."""
CLAIM_MADE: Final = 40
"""A liquidation loan over a deficit (rule 16.5)."""
CLAIM_PAID: Final = 41
"""What its user pays of it into the fund."""
CLAIM_WAIVED: Final = 42
STAKE_SETTLED: Final = 43
"""Debt of a delisted asset, closed against the pool's supply and the house stake (rule 13.2)."""

ENTRY_NAMES: Final = {
    DEPOSIT: "deposit",
    WITHDRAW: "withdraw",
    TRANSFER: "transfer",
    LOCK: "lock",
    UNLOCK: "unlock",
    POOL_SUPPLY: "pool supply",
    POOL_WITHDRAW: "pool withdraw",
    BORROW: "borrow",
    INTEREST: "interest",
    REPAY: "repay",
    CLEARANCE_FEE: "clearance fee",
    TAKEOVER: "takeover",
    FUND_DEFICIT: "fund deficit",
    SWEEP_TO_FUND: "sweep to fund",
    SWEEP_FROM_FUND: "sweep from fund",
    WRITE_OFF_INTEREST: "write-off of interest",
    WRITE_OFF_PRINCIPAL: "write-off of principal",
    HOUSE_TO_FUND: "fund top-up",
    INCOME_TO_FUND: "interest income to fund",
    BNB_FEE: "fee in BNB",
    HOUSE_DEPOSIT: "house deposit",
    CONVERSION_GIVEN: "given in a small exchange",
    CONVERSION_RECEIVED: "received in a small exchange",
    CLAIM_MADE: "liquidation loan",
    CLAIM_PAID: "liquidation loan repaid",
    CLAIM_WAIVED: "liquidation loan waived",
    STAKE_SETTLED: "debt settled against the house stake",
}

NO_WALLET: Final = 0
"""Wallet ids start at 1."""


class Entry(Event):
    """One balanced entry: a row of the chart and its operands.

    `amount` is the row's d, x, s, i, p, f or g. `interest` and `principal` are set for REPAY, TAKEOVER and
    STAKE_SETTLED only, where `amount` is the cash that moves. `wallet` is the account acted upon, `other` the receiver
    of a transfer or takeover.
    """

    def __init__(
        self, kind: int, asset: str, amount: int, wallet: int, other: int = 0, interest: int = 0, principal: int = 0
    ) -> None:
        self.kind: int = kind
        self.asset: str = asset
        self.amount: int = amount
        self.wallet: int = wallet
        self.other: int = other
        self.interest: int = interest
        self.principal: int = principal


class TradeEntry(Event):
    """The entry of one fill: x base from the seller's locked, y quote from the buyer's locked, less fees in kind."""

    def __init__(
        self, base: str, quote: str, base_amount: int, quote_amount: int, buyer: int, seller: int,
        fee_base: int, fee_quote: int,
    ) -> None:  # fmt: skip
        self.base: str = base
        self.quote: str = quote
        self.base_amount: int = base_amount
        self.quote_amount: int = quote_amount
        self.buyer: int = buyer
        self.seller: int = seller
        self.fee_base: int = fee_base
        self.fee_quote: int = fee_quote


CASH: Final = "cash"
LOAN: Final = "loan"
INTEREST_LAYER: Final = "interest"
SUPPLY: Final = "supply"


class Posting:
    """A signed amount on one bucket: `owner` is a wallet id, or 0 for the venue's account named by the bucket."""

    def __init__(self, layer: str, owner: int, bucket: str, asset: str, amount: int) -> None:
        self.layer: str = layer
        self.owner: int = owner
        self.bucket: str = bucket
        self.asset: str = asset
        self.amount: int = amount


def trade_postings(entry: TradeEntry) -> list[Posting]:
    """Return the postings of a fill (rule 14, row trade)."""
    base, quote = entry.base, entry.quote
    x, y, fee_base, fee_quote = entry.base_amount, entry.quote_amount, entry.fee_base, entry.fee_quote
    return [
        Posting(CASH, entry.buyer, "locked", quote, -y),
        Posting(CASH, entry.seller, "free", quote, y - fee_quote),
        Posting(CASH, 0, "fees", quote, fee_quote),
        Posting(CASH, entry.seller, "locked", base, -x),
        Posting(CASH, entry.buyer, "free", base, x - fee_base),
        Posting(CASH, 0, "fees", base, fee_base),
    ]


_CASH_ROWS: Final[dict[int, tuple[str, str]]] = {
    DEPOSIT: ("world", "free"),
    WITHDRAW: ("free", "world"),
    LOCK: ("free", "locked"),
    UNLOCK: ("locked", "free"),
    POOL_SUPPLY: ("house", "pool_free"),
    POOL_WITHDRAW: ("pool_free", "house"),
    BORROW: ("pool_free", "free"),
    CLEARANCE_FEE: ("free", "fund"),
    FUND_DEFICIT: ("fund", "free"),
    SWEEP_TO_FUND: ("free", "fund"),
    SWEEP_FROM_FUND: ("fund", "free"),
    HOUSE_TO_FUND: ("house", "fund"),
    INCOME_TO_FUND: ("income", "fund"),
    BNB_FEE: ("free", "fees"),
    HOUSE_DEPOSIT: ("world", "house"),
    CONVERSION_GIVEN: ("free", "house"),
    CONVERSION_RECEIVED: ("house", "free"),
    CLAIM_PAID: ("free", "fund"),
}
_WALLET_BUCKETS: Final = ("free", "locked", "principal", "interest", "claimed")


def _moved(layer: str, entry: Entry, source: str, target: str, amount: int) -> list[Posting]:
    """Return −amount on `source` and +amount on `target`, each owned by the wallet or by the venue."""
    owner_source = entry.wallet if source in _WALLET_BUCKETS else 0
    owner_target = entry.wallet if target in _WALLET_BUCKETS else 0
    return [
        Posting(layer, owner_source, source, entry.asset, -amount),
        Posting(layer, owner_target, target, entry.asset, amount),
    ]


def postings(entry: Entry) -> list[Posting]:
    """Return the postings of `entry` (rule 14), debts with their negative sign."""
    kind, amount = entry.kind, entry.amount
    row = _CASH_ROWS.get(kind)
    found = _moved(CASH, entry, row[0], row[1], amount) if row is not None else []
    if kind == POOL_SUPPLY:
        found += _moved(SUPPLY, entry, "pool_supply", "house_stake", amount)
    elif kind == POOL_WITHDRAW:
        found += _moved(SUPPLY, entry, "house_stake", "pool_supply", amount)
    elif kind == BORROW:
        found += _moved(LOAN, entry, "principal", "pool_lent", amount)
    elif kind == INTEREST:
        found += _moved(INTEREST_LAYER, entry, "interest", "income_due", amount)
    elif kind == WRITE_OFF_INTEREST:
        found += _moved(INTEREST_LAYER, entry, "income_due", "interest", amount)
    elif kind == WRITE_OFF_PRINCIPAL:
        found += _moved(LOAN, entry, "pool_lent", "principal", amount)
        found += _moved(SUPPLY, entry, "house_stake", "pool_supply", amount)
    elif kind in (TRANSFER, TAKEOVER):
        found += _between(CASH, entry, "free", amount)
        found += _between(LOAN, entry, "principal", -entry.principal)
        found += _between(INTEREST_LAYER, entry, "interest", -entry.interest)
    elif kind == CLAIM_MADE:
        found += _moved(LOAN, entry, "claimed", "claims", amount)
    elif kind in (CLAIM_PAID, CLAIM_WAIVED):
        found += _moved(LOAN, entry, "claims", "claimed", amount)
    elif kind == REPAY:
        found += _repay_postings(entry)
    elif kind == STAKE_SETTLED:
        found += _moved(INTEREST_LAYER, entry, "income_due", "interest", entry.interest)
        found += _moved(LOAN, entry, "pool_lent", "principal", entry.principal)
        found += _moved(SUPPLY, entry, "house_stake", "pool_supply", entry.principal)
    return found


def _between(layer: str, entry: Entry, bucket: str, amount: int) -> list[Posting]:
    """Return `amount` moved in one bucket from `wallet` to `other`."""
    return [
        Posting(layer, entry.wallet, bucket, entry.asset, -amount),
        Posting(layer, entry.other, bucket, entry.asset, amount),
    ]


def _repay_postings(entry: Entry) -> list[Posting]:
    """Return the postings of a repayment: cash to income and pool, debt down in both layers."""
    interest, principal = entry.interest, entry.principal
    return (
        _moved(CASH, entry, "free", "income", interest)
        + _moved(CASH, entry, "free", "pool_free", principal)
        + _moved(LOAN, entry, "pool_lent", "principal", principal)
        + _moved(INTEREST_LAYER, entry, "income_due", "interest", interest)
    )
