"""All margin accounts at one look: how many stand where, and which are nearest to their liquidation."""

from typing import Final

from leverline.kernel.numbers import RATIO_ONE, mul_div_up
from leverline.ledger.ledger import Ledger
from leverline.margin.account import CLASSIC, FORCE_LIQUIDATION, ISOLATED_MODE, PRO, MarginAccount
from leverline.margin.bands import Bands
from leverline.margin.valuation import Valuer
from leverline.rulebook.bands import level_of

LEVEL_STEPS: Final = (100, 105, 110, 115, 120, 130, 150, 200, 300, 500, 1000)
"""Where one part of the histogram ends and the next begins, in hundredths of a level; for showing only."""
HUNDREDTH: Final = 10_000_000_000
"""Of a level, in 10⁻¹²."""


class Standing:
    """One indebted account, values at the risk basis in 10⁻⁸ USDT, ratios in 10⁻¹²."""

    def __init__(self, account: MarginAccount, worth: int, owed: int, threshold: int) -> None:
        self.account: MarginAccount = account
        self.level: int = level_of(worth, owed)
        self.threshold: int = threshold
        self.room: int = room_of(worth, owed, threshold)
        """Share of what it is worth that the account may lose before it is liquidated; below zero in liquidation."""
        self.assets: int = 0
        self.liabilities: int = 0
        self.collateral: int = 0


def room_of(worth: int, owed: int, threshold: int) -> int:
    """Return the share of `worth` that may be lost before the level is at the threshold, rounded down.

        1 − threshold × owed ÷ worth

    −1 at least, also where there is no worth at all. All in 10⁻¹².
    """
    if worth <= 0:
        return -RATIO_ONE
    return max(RATIO_ONE - mul_div_up(threshold, owed, worth), -RATIO_ONE)


class ProductSurvey:
    """What the accounts of one product come to."""

    def __init__(self) -> None:
        self.accounts: int = 0
        self.indebted: int = 0
        self.locked: int = 0
        self.assets: int = 0
        """Of the indebted ones, as the sums below."""
        self.liabilities: int = 0
        self.collateral: int = 0
        self.statuses: dict[int, int] = {}
        """Accounts by band."""
        self.counts: list[int] = [0] * (len(LEVEL_STEPS) + 1)
        """Indebted accounts by level: below the first step, from it to the second, and so on."""
        self.debts: list[int] = [0] * (len(LEVEL_STEPS) + 1)
        """What they owe."""

    def add(self, standing: Standing) -> None:
        """Count an indebted account."""
        self.indebted += 1
        self.assets += standing.assets
        self.liabilities += standing.liabilities
        self.collateral += standing.collateral
        place = 0
        while place < len(LEVEL_STEPS) and standing.level >= LEVEL_STEPS[place] * HUNDREDTH:
            place += 1
        self.counts[place] += 1
        self.debts[place] += standing.liabilities


class Survey:
    """The venue's margin accounts as they stand now."""

    def __init__(self, ledger: Ledger, valuer: Valuer, bands: Bands) -> None:
        self.valuer: Valuer = valuer
        self.bands: Bands = bands
        self.products: dict[int, ProductSurvey] = {
            CLASSIC: ProductSurvey(), PRO: ProductSurvey(), ISOLATED_MODE: ProductSurvey(),
        }  # fmt: skip
        self.standings: list[Standing] = []
        """All indebted accounts, the one with the least room first."""
        for wallet in ledger.wallets:
            if isinstance(wallet, MarginAccount) and wallet.is_enabled:
                self._add(wallet)
        self.standings.sort(key=_turn)

    def _add(self, account: MarginAccount) -> None:
        """Count an account."""
        product = self.products[account.mode]
        product.accounts += 1
        product.locked += 1 if account.is_locked else 0
        product.statuses[account.status] = product.statuses.get(account.status, 0) + 1
        if account.debts:
            standing = standing_of(self.valuer, self.bands, account)
            product.add(standing)
            self.standings.append(standing)


def standing_of(valuer: Valuer, bands: Bands, account: MarginAccount) -> Standing:
    """Return how an indebted account stands."""
    sheet = valuer.judged(account)
    threshold = bands.threshold(account, FORCE_LIQUIDATION)
    standing = Standing(account, valuer.worth(sheet), valuer.owed(sheet), threshold)
    standing.assets = sheet.assets
    standing.liabilities = sheet.liabilities
    standing.collateral = sheet.collateral()
    return standing


def _turn(standing: Standing) -> tuple[int, int]:
    """Return what standings are ordered by."""
    return standing.room, standing.account.wallet_id
