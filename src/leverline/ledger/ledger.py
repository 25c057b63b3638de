"""The ledger: the only code that changes a balance, one method per row of the chart (rule 14).

Every method asserts that no bucket goes below zero, moves equal amounts, and emits the entry. Users' mistakes are
refused before a method is called: an assertion that fails here is a bug of the venue.
"""

from leverline.kernel.events import EventLog
from leverline.ledger.entries import (
    BNB_FEE,
    BORROW,
    CLEARANCE_FEE,
    CONVERSION_GIVEN,
    CONVERSION_RECEIVED,
    DEPOSIT,
    FUND_DEFICIT,
    HOUSE_DEPOSIT,
    HOUSE_TO_FUND,
    INCOME_TO_FUND,
    INTEREST,
    LOCK,
    POOL_SUPPLY,
    POOL_WITHDRAW,
    REPAY,
    STAKE_SETTLED,
    SWEEP_FROM_FUND,
    SWEEP_TO_FUND,
    TAKEOVER,
    TRANSFER,
    UNLOCK,
    WITHDRAW,
    WRITE_OFF_INTEREST,
    WRITE_OFF_PRINCIPAL,
    Entry,
    TradeEntry,
)
from leverline.ledger.wallet import Claim, Holding, VenueAccounts, Wallet


class Ledger:
    """All balances of the venue."""

    def __init__(self, log: EventLog) -> None:
        self.log: EventLog = log
        self.wallets: list[Wallet] = []
        """By wallet id − 1."""
        self.venue: dict[str, VenueAccounts] = {}
        self.claims: dict[int, Claim] = {}
        """Liquidation loans by spot wallet (see `ledger.claims`)."""
        self.touched: list[Wallet] = []
        """Indebted wallets whose cash or debt changed since the list was last taken."""

    def add_asset(self, asset: str) -> None:
        """Open the venue's own accounts in `asset`."""
        assert asset not in self.venue, asset
        self.venue[asset] = VenueAccounts(asset)

    def add_wallet(self, wallet: Wallet) -> None:
        """Register `wallet`, whose id must be the next one."""
        assert wallet.wallet_id == len(self.wallets) + 1, wallet.wallet_id
        self.wallets.append(wallet)

    def next_wallet_id(self) -> int:
        """Return the id that the next wallet takes."""
        return len(self.wallets) + 1

    def wallet(self, wallet_id: int) -> Wallet:
        """Return the wallet with this id."""
        return self.wallets[wallet_id - 1]

    def take_touched(self) -> list[Wallet]:
        """Return the touched wallets and start a new list."""
        touched = self.touched
        if touched:
            self.touched = []
            for wallet in touched:
                wallet.is_touched = False
        return touched

    def touch(self, wallet: Wallet) -> None:
        """Note that `wallet` must be valued again."""
        if not wallet.is_touched:
            wallet.is_touched = True
            self.touched.append(wallet)

    def expect(self, asset: str, change: int) -> None:
        """Keep the memo of what open margin orders could still bring of `asset`; moves nothing (rule 4.5)."""
        venue = self.venue[asset]
        venue.margin_incoming += change
        assert venue.margin_incoming >= 0, (asset, venue.margin_incoming, change)

    def deposit(self, holding: Holding, amount: int) -> None:
        """World → free."""
        venue = self.venue[holding.asset]
        venue.world -= amount
        self._credit(holding, amount)
        self.log.emit(Entry(DEPOSIT, holding.asset, amount, holding.wallet.wallet_id))

    def withdraw(self, holding: Holding, amount: int) -> None:
        """Free → world."""
        self._debit(holding, amount)
        self.venue[holding.asset].world += amount
        self.log.emit(Entry(WITHDRAW, holding.asset, amount, holding.wallet.wallet_id))

    def transfer(self, source: Holding, target: Holding, amount: int) -> None:
        """Free of one wallet → free of another."""
        self._debit(source, amount)
        self._credit(target, amount)
        self.log.emit(Entry(TRANSFER, source.asset, amount, source.wallet.wallet_id, target.wallet.wallet_id))

    def lock(self, holding: Holding, amount: int) -> None:
        """Free → locked, for an order."""
        holding.free -= amount
        holding.locked += amount
        assert holding.free >= 0 <= amount, (holding.asset, holding.free, amount)
        self.log.emit(Entry(LOCK, holding.asset, amount, holding.wallet.wallet_id))

    def unlock(self, holding: Holding, amount: int) -> None:
        """Locked → free: a cancelled rest, or price improvement."""
        holding.locked -= amount
        holding.free += amount
        assert holding.locked >= 0 <= amount, (holding.asset, holding.locked, amount)
        self.log.emit(Entry(UNLOCK, holding.asset, amount, holding.wallet.wallet_id))

    def trade(
        self, buyer_base: Holding, buyer_quote: Holding, seller_base: Holding, seller_quote: Holding,
        base_amount: int, quote_amount: int, fee_base: int, fee_quote: int,
    ) -> None:  # fmt: skip
        """Settle one fill out of both sides' locked funds; fees in kind, 0 where `pay_bnb_fee` pays them."""
        buyer_quote.locked -= quote_amount
        seller_base.locked -= base_amount
        assert buyer_quote.locked >= 0, (buyer_quote.asset, buyer_quote.locked)
        assert seller_base.locked >= 0, (seller_base.asset, seller_base.locked)
        buyer_base.free += base_amount - fee_base
        seller_quote.free += quote_amount - fee_quote
        base_venue = self.venue[buyer_base.asset]
        quote_venue = self.venue[buyer_quote.asset]
        base_venue.fees += fee_base
        quote_venue.fees += fee_quote
        buyer, seller = buyer_base.wallet, seller_base.wallet
        if buyer.is_margin:
            base_venue.margin_cash += base_amount - fee_base
            quote_venue.margin_cash -= quote_amount
        if seller.is_margin:
            base_venue.margin_cash -= base_amount
            quote_venue.margin_cash += quote_amount - fee_quote
        if buyer.debts:
            self.touch(buyer)
        if seller.debts:
            self.touch(seller)
        self.log.emit(
            TradeEntry(
                buyer_base.asset, buyer_quote.asset, base_amount, quote_amount,
                buyer.wallet_id, seller.wallet_id, fee_base, fee_quote,
            )
        )  # fmt: skip

    def pay_bnb_fee(self, holding: Holding, amount: int) -> None:
        """Free BNB → fees: the commission of a fill, at the discount."""
        self._debit(holding, amount)
        self.venue[holding.asset].fees += amount
        self.log.emit(Entry(BNB_FEE, holding.asset, amount, holding.wallet.wallet_id))

    def house_deposit(self, asset: str, amount: int) -> None:
        """World → house (withdrawal with a negative amount)."""
        venue = self.venue[asset]
        venue.world -= amount
        venue.house += amount
        assert venue.house >= 0, (asset, venue.house)
        self.log.emit(Entry(HOUSE_DEPOSIT, asset, amount, 0))

    def pool_supply(self, asset: str, amount: int) -> None:
        """House → pool cash, with the stake that mirrors it."""
        venue = self.venue[asset]
        venue.house -= amount
        venue.pool_free += amount
        venue.pool_supply += amount
        venue.house_stake += amount
        assert venue.house >= 0 <= amount, (asset, venue.house)
        self.log.emit(Entry(POOL_SUPPLY, asset, amount, 0))

    def pool_withdraw(self, asset: str, amount: int) -> None:
        """Pool cash → house, with the stake."""
        venue = self.venue[asset]
        venue.pool_free -= amount
        venue.pool_supply -= amount
        venue.house_stake -= amount
        venue.house += amount
        assert venue.pool_free >= 0 <= amount, (asset, venue.pool_free)
        self.log.emit(Entry(POOL_WITHDRAW, asset, amount, 0))

    def borrow(self, holding: Holding, amount: int) -> None:
        """Pool cash → free, principal up, lent up."""
        venue = self.venue[holding.asset]
        venue.pool_free -= amount
        venue.pool_lent += amount
        assert venue.pool_free >= 0 < amount, (holding.asset, venue.pool_free, amount)
        if holding.principal + holding.interest == 0:
            holding.wallet.debts += 1
        holding.principal += amount
        self._credit(holding, amount)
        self.log.emit(Entry(BORROW, holding.asset, amount, holding.wallet.wallet_id))

    def charge_interest(self, holding: Holding, amount: int) -> None:
        """Post interest: owed by the wallet, due to income. The caller decides whether the wallet must be valued."""
        if holding.principal + holding.interest == 0:
            holding.wallet.debts += 1
        holding.interest += amount
        self.venue[holding.asset].income_due += amount
        self.log.emit(Entry(INTEREST, holding.asset, amount, holding.wallet.wallet_id))

    def repay(self, holding: Holding, interest: int, principal: int) -> None:
        """Free → income and pool cash; both debts down."""
        venue = self.venue[holding.asset]
        self._debit(holding, interest + principal)
        venue.income += interest
        venue.pool_free += principal
        self._reduce_debt(holding, venue, interest, principal)
        self.log.emit(
            Entry(REPAY, holding.asset, interest + principal, holding.wallet.wallet_id, 0, interest, principal)
        )

    def clearance_fee(self, holding: Holding, amount: int) -> None:
        """Free → insurance fund."""
        self.pay_into_fund(holding, amount, CLEARANCE_FEE)

    def take_over(self, source: Holding, target: Holding, amount: int, interest: int, principal: int) -> None:
        """Move `amount` of free cash and the named debt from a wallet to the liquidation account."""
        self._debit(source, amount)
        self._credit(target, amount)
        if interest or principal:
            if target.principal + target.interest == 0:
                target.wallet.debts += 1
            target.interest += interest
            target.principal += principal
            source.interest -= interest
            source.principal -= principal
            assert source.interest >= 0 <= source.principal, (source.asset, source.interest, source.principal)
            self._close_debt_if_paid(source)
        self.touch(source.wallet)
        self.log.emit(
            Entry(TAKEOVER, source.asset, amount, source.wallet.wallet_id, target.wallet.wallet_id, interest, principal)
        )

    def fund_deficit(self, holding: Holding, amount: int) -> None:
        """Insurance fund → free of the liquidation account."""
        venue = self.venue[holding.asset]
        venue.fund -= amount
        assert venue.fund >= 0, (holding.asset, venue.fund)
        self._credit(holding, amount)
        self.log.emit(Entry(FUND_DEFICIT, holding.asset, amount, holding.wallet.wallet_id))

    def pay_into_fund(self, holding: Holding, amount: int, kind: int) -> None:
        """Free → insurance fund, for what the entry's `kind` says."""
        self._debit(holding, amount)
        self.venue[holding.asset].fund += amount
        self.log.emit(Entry(kind, holding.asset, amount, holding.wallet.wallet_id))

    def sweep_to_fund(self, holding: Holding, amount: int) -> None:
        """Unwinding profit of the liquidation account → fund."""
        self.pay_into_fund(holding, amount, SWEEP_TO_FUND)

    def sweep_from_fund(self, holding: Holding, amount: int) -> None:
        """Fund → liquidation account, for an unwinding loss."""
        venue = self.venue[holding.asset]
        venue.fund -= amount
        assert venue.fund >= 0, (holding.asset, venue.fund)
        self._credit(holding, amount)
        self.log.emit(Entry(SWEEP_FROM_FUND, holding.asset, amount, holding.wallet.wallet_id))

    def write_off_interest(self, holding: Holding, amount: int) -> None:
        """Interest of the liquidation account that nobody will pay."""
        venue = self.venue[holding.asset]
        holding.interest -= amount
        venue.income_due -= amount
        venue.written_off += amount
        assert holding.interest >= 0 <= amount, (holding.asset, holding.interest)
        self._close_debt_if_paid(holding)
        self.log.emit(Entry(WRITE_OFF_INTEREST, holding.asset, amount, holding.wallet.wallet_id))

    def write_off_principal(self, holding: Holding, amount: int) -> None:
        """Principal of the liquidation account, against the pool's supply and the house stake."""
        venue = self.venue[holding.asset]
        holding.principal -= amount
        venue.pool_lent -= amount
        venue.pool_supply -= amount
        venue.house_stake -= amount
        venue.written_off += amount
        assert holding.principal >= 0 <= amount, (holding.asset, holding.principal)
        self._close_debt_if_paid(holding)
        self.log.emit(Entry(WRITE_OFF_PRINCIPAL, holding.asset, amount, holding.wallet.wallet_id))

    def settle_with_stake(self, holding: Holding, interest: int, principal: int) -> None:
        """Debt of the liquidation account that the house was paid for in another asset (rule 13.2)."""
        venue = self.venue[holding.asset]
        holding.interest -= interest
        holding.principal -= principal
        venue.income_due -= interest
        venue.pool_lent -= principal
        venue.pool_supply -= principal
        venue.house_stake -= principal
        assert holding.interest >= 0 <= holding.principal, (holding.asset, holding.interest, holding.principal)
        self._close_debt_if_paid(holding)
        self.log.emit(Entry(STAKE_SETTLED, holding.asset, 0, holding.wallet.wallet_id, 0, interest, principal))

    def top_up_fund(self, asset: str, amount: int) -> None:
        """House → insurance fund."""
        venue = self.venue[asset]
        venue.house -= amount
        venue.fund += amount
        assert venue.house >= 0 <= amount, (asset, venue.house)
        self.log.emit(Entry(HOUSE_TO_FUND, asset, amount, 0))

    def income_to_fund(self, asset: str, amount: int) -> None:
        """A share of collected interest → insurance fund."""
        venue = self.venue[asset]
        venue.income -= amount
        venue.fund += amount
        assert venue.income >= 0 <= amount, (asset, venue.income)
        self.log.emit(Entry(INCOME_TO_FUND, asset, amount, 0))

    def give_in_conversion(self, holding: Holding, amount: int) -> None:
        """Free → house: one side of a small exchange."""
        self._debit(holding, amount)
        self.venue[holding.asset].house += amount
        self.log.emit(Entry(CONVERSION_GIVEN, holding.asset, amount, holding.wallet.wallet_id))

    def receive_in_conversion(self, holding: Holding, amount: int) -> None:
        """House → free: the other side, out of what the house holds."""
        venue = self.venue[holding.asset]
        venue.house -= amount
        assert venue.house >= 0, (holding.asset, venue.house)
        self._credit(holding, amount)
        self.log.emit(Entry(CONVERSION_RECEIVED, holding.asset, amount, holding.wallet.wallet_id))

    def _credit(self, holding: Holding, amount: int) -> None:
        """Add free cash, keeping the margin memo and the list of touched wallets."""
        assert amount >= 0, (holding.asset, amount)
        holding.free += amount
        wallet = holding.wallet
        if wallet.is_margin:
            self.venue[holding.asset].margin_cash += amount
            if wallet.debts:
                self.touch(wallet)

    def _debit(self, holding: Holding, amount: int) -> None:
        """Take free cash, keeping the margin memo and the list of touched wallets."""
        holding.free -= amount
        assert holding.free >= 0 <= amount, (holding.asset, holding.free, amount)
        wallet = holding.wallet
        if wallet.is_margin:
            self.venue[holding.asset].margin_cash -= amount
            if wallet.debts:
                self.touch(wallet)

    def _reduce_debt(self, holding: Holding, venue: VenueAccounts, interest: int, principal: int) -> None:
        """Take a repayment off the debt and off the venue's claims."""
        holding.interest -= interest
        holding.principal -= principal
        venue.income_due -= interest
        venue.pool_lent -= principal
        assert holding.interest >= 0 <= holding.principal, (holding.asset, holding.interest, holding.principal)
        self._close_debt_if_paid(holding)

    def _close_debt_if_paid(self, holding: Holding) -> None:
        """A debt repaid in full drops its carry (rule 3.1) and no longer counts; a new one is valued from its start."""
        if holding.principal + holding.interest == 0:
            holding.carry = 0
            holding.interest_limit = 0
            holding.wallet.debts -= 1
            self.touch(holding.wallet)
