"""What wallets and the venue's accounts held at one moment, to be put back after a rehearsal (see `engine.preview`).

Nothing else may set a balance without an entry: what is put back is what stood there, so that nothing has moved.
"""

from leverline.ledger.ledger import Ledger
from leverline.ledger.wallet import Holding, VenueAccounts, Wallet


class LedgerImage:
    """Keeps wallets and accounts as they stand when they are named, and puts them back."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger: Ledger = ledger
        self.entries: int = len(ledger.log.events)
        """How many events there were."""
        self.touched: int = len(ledger.touched)
        self.wallets: list[WalletImage] = []
        self.venues: list[VenueImage] = []

    def keep(self, wallet: Wallet) -> None:
        """Keep `wallet` as it stands; nothing happens if it is kept already."""
        for image in self.wallets:
            if image.wallet is wallet:
                return
        self.wallets.append(WalletImage(wallet))

    def keep_venue(self, asset: str) -> None:
        """Keep the venue's accounts in `asset`; nothing happens where there are none."""
        venue = self.ledger.venue.get(asset)
        if venue is not None:
            self.venues.append(VenueImage(venue))

    def restore(self) -> None:
        """Put all back, forget the entries made since and which wallets they touched."""
        for image in self.wallets:
            image.restore()
        for venue in self.venues:
            venue.restore()
        ledger = self.ledger
        for wallet in ledger.touched[self.touched :]:
            wallet.is_touched = False
        del ledger.touched[self.touched :]
        del ledger.log.events[self.entries :]


class WalletImage:
    """One wallet as it stood."""

    def __init__(self, wallet: Wallet) -> None:
        self.wallet: Wallet = wallet
        self.debts: int = wallet.debts
        self.holdings: list[HoldingImage] = [HoldingImage(holding) for holding in wallet.holdings.values()]

    def restore(self) -> None:
        """Put it back; holdings made since go."""
        wallet = self.wallet
        wallet.debts = self.debts
        while len(wallet.holdings) > len(self.holdings):
            wallet.holdings.popitem()
        for image in self.holdings:
            image.restore()


class HoldingImage:
    """One holding as it stood."""

    def __init__(self, holding: Holding) -> None:
        self.holding: Holding = holding
        self.free: int = holding.free
        self.locked: int = holding.locked
        self.principal: int = holding.principal
        self.interest: int = holding.interest
        self.carry: int = holding.carry
        self.interest_limit: int = holding.interest_limit

    def restore(self) -> None:
        """Put it back."""
        holding = self.holding
        holding.free = self.free
        holding.locked = self.locked
        holding.principal = self.principal
        holding.interest = self.interest
        holding.carry = self.carry
        holding.interest_limit = self.interest_limit


class VenueImage:
    """The venue's accounts in one asset as they stood, as far as orders and loans move them."""

    def __init__(self, venue: VenueAccounts) -> None:
        self.venue: VenueAccounts = venue
        self.pool_free: int = venue.pool_free
        self.pool_lent: int = venue.pool_lent
        self.income: int = venue.income
        self.income_due: int = venue.income_due
        self.fees: int = venue.fees
        self.margin_cash: int = venue.margin_cash
        self.margin_incoming: int = venue.margin_incoming

    def restore(self) -> None:
        """Put them back."""
        venue = self.venue
        venue.pool_free = self.pool_free
        venue.pool_lent = self.pool_lent
        venue.income = self.income
        venue.income_due = self.income_due
        venue.fees = self.fees
        venue.margin_cash = self.margin_cash
        venue.margin_incoming = self.margin_incoming
