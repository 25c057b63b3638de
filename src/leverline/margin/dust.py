"""Small balances, and the BNB that the house gives for them (rule 13.6)."""

from typing import Final

from leverline.kernel.decimals import format_plain
from leverline.kernel.events import EventLog
from leverline.ledger.ledger import Ledger
from leverline.ledger.wallet import Holding
from leverline.margin.account import MarginAccount, User
from leverline.margin.conversions import ConversionPlan, LevelJudge
from leverline.margin.transfer_limits import TransferLimits
from leverline.market.account import TradingAccount
from leverline.market.asset import Asset
from leverline.market.settlement import BNB
from leverline.rulebook.conversions import dust_charge, dust_gross, is_interval_over, is_small_balance
from leverline.rulebook.parameters import ConversionRules
from leverline.rulebook.refusals import Refusal

BTC: Final = "BTC"
"""What a balance's size is measured in, and totals are told in."""


class Dust:
    """A holding's free balance, and what it brings in BNB before the charge and of that the charge."""

    def __init__(self, holding: Holding, gross: int, charge: int) -> None:
        self.holding: Holding = holding
        self.amount: int = holding.free
        self.gross: int = gross
        self.charge: int = charge

    @property
    def received(self) -> int:
        """BNB that come in."""
        return self.gross - self.charge


class DustPlan(ConversionPlan):
    """Balances to be converted together, or why they are not."""

    def __init__(self) -> None:
        super().__init__()
        self.balances: list[Dust] = []

    @property
    def received(self) -> int:
        """BNB that come in for all of them."""
        return sum([each.received for each in self.balances])


class DustDesk:
    """Finds small balances and judges their conversion; changes nothing."""

    def __init__(
        self, log: EventLog, ledger: Ledger, catalogue: dict[str, Asset], judge: LevelJudge,
        transfers: TransferLimits, rules: ConversionRules,
    ) -> None:  # fmt: skip
        self.log: EventLog = log
        self.ledger: Ledger = ledger
        self.catalogue: dict[str, Asset] = catalogue
        self.judge: LevelJudge = judge
        self.transfers: TransferLimits = transfers
        self.rules: ConversionRules = rules

    def listed(self, wallet: TradingAccount) -> list[Dust]:
        """Return the balances of a wallet that are small and bring something, in order of first use."""
        if self._is_stale(BNB) or self._is_stale(BTC):
            return []
        found: list[Dust] = []
        for symbol, holding in wallet.holdings.items():
            if symbol != BNB and not self._is_stale(symbol) and self._is_small(symbol, holding.free):
                dust = self._dust(holding)
                if dust.received > 0:
                    found.append(dust)
        return found

    def plan(self, user: User, wallet: TradingAccount, symbols: list[str]) -> DustPlan:
        """Return what the named balances bring, all of them or none."""
        plan = DustPlan()
        self._judge_names(plan, user, wallet, symbols)
        if plan.refusal is None:
            self._value(plan, wallet, symbols)
        if plan.refusal is None:
            self._judge_balances(plan, wallet)
        return plan

    def _judge_names(self, plan: DustPlan, user: User, wallet: TradingAccount, symbols: list[str]) -> None:
        """Refuse what cannot be valued, what comes too soon, and what is not small."""
        for symbol in [BNB, BTC, *symbols]:
            if self._is_stale(symbol):
                plan.refuse(Refusal.PRICE_INDEX_STALE, f"{symbol} has no index price at present")
                return
        if isinstance(wallet, MarginAccount) and self.judge.leans_on_stale(wallet):
            plan.refuse(Refusal.PRICE_INDEX_STALE, f"account {wallet.wallet_id} leans on a stale index")
            return
        last = user.dust_at.get(wallet.kind, 0)
        if not is_interval_over(self.log.time, last, self.rules.dust_interval):
            plan.refuse(Refusal.CONVERSION_TOO_SOON, f"wallet {wallet.wallet_id} converted small balances at {last}")
            return
        for symbol in symbols:
            free = wallet.free(symbol)
            if not self._is_small(symbol, free):
                what, limit = f"{format_plain(free)} {symbol}", format_plain(self.rules.dust_limit)
                plan.refuse(Refusal.BALANCE_NOT_SMALL, f"{what} are not worth less than {limit} BTC")
                return

    def _value(self, plan: DustPlan, wallet: TradingAccount, symbols: list[str]) -> None:
        """Value the balances; refuse one that brings nothing."""
        for symbol in symbols:
            holding = wallet.holdings.get(symbol)
            dust = None if holding is None else self._dust(holding)
            if dust is None or dust.received <= 0:
                plan.refuse(Refusal.BALANCE_TOO_SMALL, f"{format_plain(wallet.free(symbol))} {symbol} bring no BNB")
                return
            plan.balances.append(dust)

    def _judge_balances(self, plan: DustPlan, wallet: TradingAccount) -> None:
        """Refuse what the house does not hold, and what an indebted account may not do."""
        received = plan.received
        if received > self.ledger.venue[BNB].house:
            plan.refuse(Refusal.CONVERSION_STOCK_SHORT, f"the house does not hold {format_plain(received)} BNB")
        elif isinstance(wallet, MarginAccount) and wallet.debts:
            self._judge_account(plan, wallet)

    def _judge_account(self, plan: DustPlan, account: MarginAccount) -> None:
        """Refuse BNB beyond the venue's cap, and a worse band."""
        bnb = self.catalogue[BNB]
        changes = [(self.catalogue[each.holding.asset], -each.amount, 0) for each in plan.balances]
        if not self.transfers.fits_cap(bnb, plan.received):
            plan.refuse(Refusal.COLLATERAL_CAP_EXCEEDED, "the venue takes no more BNB as collateral")
        elif not self.judge.keeps_band(account, [*changes, (bnb, plan.received, 0)]):
            plan.refuse(Refusal.MARGIN_LEVEL_TOO_LOW, f"account {account.wallet_id} would come into a worse band")

    def _dust(self, holding: Holding) -> Dust:
        """Value a balance, by the prudent prices of rule 2.5."""
        price_given = self.catalogue[holding.asset].prudent_held
        gross = dust_gross(holding.free, price_given, self.catalogue[BNB].prudent_owed)
        return Dust(holding, gross, dust_charge(gross, self.rules.dust_charge))

    def _is_small(self, symbol: str, amount: int) -> bool:
        """Whether a balance is worth less than the limit in BTC."""
        price, btc = self.catalogue[symbol].price, self.catalogue[BTC].price
        return is_small_balance(amount, price, self.rules.dust_limit, btc)

    def _is_stale(self, symbol: str) -> bool:
        """Whether an asset has no index price, or is not in the catalogue at all."""
        asset = self.catalogue.get(symbol)
        return asset is None or asset.is_stale
