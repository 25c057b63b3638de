"""The books at the end of a replay: conservation by class of assets, the fund, who lost most."""

from dataclasses import dataclass
from typing import Final

from leverline.kernel.numbers import INDEX_ONE
from leverline.lab.population import Plan
from leverline.lab.session import Session
from leverline.ledger.conservation import layer_totals
from leverline.parameters.scheme_pairs import SETTLEMENT

WORST_COUNT: Final = 10
RANK_CLASSES: Final = (("ranks 1 to 3", 3), ("ranks 4 to 6", 6), ("ranks 7 to 10", 10))
"""Classes of assets by collateral rank, and the last rank of each; USDT is a class of its own."""


@dataclass
class ClassSums:
    """What all balances of a class of assets add up to, layer by layer: sums of the absolute amounts per asset."""

    name: str
    assets: int = 0
    cash: int = 0
    loan: int = 0
    interest: int = 0
    supply: int = 0


@dataclass
class AccountResult:
    """One account from the start to the end of the window. Values are USDT of 10⁻⁸ at index."""

    plan: Plan
    before: int
    after: int
    deficit: int
    liquidations: int

    @property
    def loss(self) -> int:
        """What the user lost of his own: before, plus what he added, minus after."""
        return self.before + self.plan.added - self.after


@dataclass
class Closing:
    """The books once the replay is over."""

    conservation: list[ClassSums]
    faults: list[str]
    """Broken invariants of the ledger, by the engine's own check."""
    worst: list[AccountResult]
    losers: int
    """Accounts that ended with less than they brought."""
    equity_before: int
    equity_after: int
    added: int
    fund_before: int
    fund_after: int
    fund_assets: dict[str, int]
    left_assets: int
    """Value that the liquidation account still holds."""
    left_debts: int


class Accounting:
    """Remembers what accounts and fund were worth at the start, and reckons at the end."""

    def __init__(self, plans: list[Plan]) -> None:
        self.plans = plans
        self.before: dict[int, int] = {}
        """Own funds at the start by user."""
        self.fund_before = 0

    def open(self, session: Session) -> None:
        """Take stock at the start."""
        worth = wallet_values(session)
        self.before = {plan.user_id: sum(worth.get(wallet, 0) for wallet in plan.wallets) for plan in self.plans}
        self.fund_before = session.tally.fund_value()

    def close(self, session: Session) -> Closing:
        """Take stock at the end."""
        tally = session.tally
        worth = wallet_values(session)
        results = self.results(session, worth)
        account = session.engine.core.liquidation_wallet
        held = sum(tally.value(asset, holding.total) for asset, holding in account.holdings.items())
        owed = sum(tally.value(asset, holding.debt) for asset, holding in account.holdings.items())
        return Closing(
            conservation=class_sums(session),
            faults=session.engine.conservation_faults(),
            worst=sorted(results, key=_by_harm)[:WORST_COUNT],
            losers=sum(result.loss > 0 for result in results),
            equity_before=sum(result.before for result in results),
            equity_after=sum(result.after for result in results),
            added=sum(plan.added for plan in self.plans),
            fund_before=self.fund_before,
            fund_after=tally.fund_value(),
            fund_assets={asset: venue.fund for asset, venue in session.engine.core.ledger.venue.items() if venue.fund},
            left_assets=held,
            left_debts=owed,
        )

    def results(self, session: Session, worth: dict[int, int]) -> list[AccountResult]:
        """Return what became of each account."""
        deficits: dict[int, int] = {}
        counts: dict[int, int] = {}
        for liquidation in session.tally.liquidations:
            user = liquidation.user_id
            deficits[user] = deficits.get(user, 0) + liquidation.deficit
            counts[user] = counts.get(user, 0) + 1
        return [
            AccountResult(
                plan,
                self.before[plan.user_id],
                sum(worth.get(wallet, 0) for wallet in plan.wallets),
                deficits.get(plan.user_id, 0),
                counts.get(plan.user_id, 0),
            )
            for plan in self.plans
        ]


def _by_harm(result: AccountResult) -> tuple[int, int, int]:
    """Return what sorts the accounts that cost the fund most first, then those that cost their owners most."""
    return -result.deficit, -result.loss, result.plan.user_id


def wallet_values(session: Session) -> dict[int, int]:
    """Return assets less debts of every wallet at index, 10⁻⁸ USDT."""
    index = session.tally.index
    return {
        wallet.wallet_id: sum(
            (holding.total - holding.debt) * index[asset] // INDEX_ONE for asset, holding in wallet.holdings.items()
        )
        for wallet in session.engine.core.ledger.wallets
    }


def class_sums(session: Session) -> list[ClassSums]:
    """Return what the balances of each class of assets add up to."""
    classes = [ClassSums(SETTLEMENT), *(ClassSums(name) for name, _ in RANK_CLASSES)]
    for asset, totals in layer_totals(session.engine.core.ledger).items():
        sums = classes[_class_of(session, asset)]
        sums.assets += 1
        sums.cash += abs(totals.cash)
        sums.loan += abs(totals.loan)
        sums.interest += abs(totals.interest)
        sums.supply += abs(totals.supply)
    return [sums for sums in classes if sums.assets]


def _class_of(session: Session, asset: str) -> int:
    """Return the place of an asset's class."""
    if asset == SETTLEMENT:
        return 0
    rank = session.parameters.assets[asset].rank
    return 1 + next(place for place, (_, last) in enumerate(RANK_CLASSES) if rank <= last)
