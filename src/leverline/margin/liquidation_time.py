"""How long interest alone lets an account live, at the rates of this hour (rule 3)."""

from typing import Final

from leverline.kernel.numbers import RATIO_ONE, mul_div_nearest
from leverline.kernel.time import HOUR, hour_start
from leverline.ledger.wallet import Holding
from leverline.lending.desk import LendingDesk
from leverline.margin.account import FORCE_LIQUIDATION, MarginAccount
from leverline.margin.bands import Bands
from leverline.margin.boundary import first_reached
from leverline.margin.sheet import Line
from leverline.margin.sheet_question import SheetQuestion
from leverline.margin.valuation import Valuer
from leverline.market.asset import Asset
from leverline.market.settlement import BNB
from leverline.rulebook.interest import exact_charge, posted_over

HOURS_MOST: Final = 24 * 366 * 100
"""Beyond a hundred years interest alone is said to liquidate nobody."""


class Charge:
    """What an hour adds to one debt, exactly (10⁻²⁰)."""

    def __init__(self, line: Line, carry: int) -> None:
        self.line: Line = line
        self.present: int = line.owed
        self.carry: int = carry
        self.hourly: int = 0


class HoursQuestion(SheetQuestion):
    """Would the account be liquidated after so many more hourly charges, prices, principals and rates as they are?"""

    def __init__(self, valuer: Valuer, bands: Bands, account: MarginAccount, desk: LendingDesk) -> None:
        super().__init__(valuer, bands, account, FORCE_LIQUIDATION)
        self.charges: dict[str, Charge] = {}
        for holding in account.holdings.values():
            if holding.principal:
                self._add(desk, holding, valuer.catalogue[holding.asset], valuer.catalogue.get(BNB))

    def _add(self, desk: LendingDesk, holding: Holding, asset: Asset, bnb: Asset | None) -> None:
        """Add a loan's hourly charge to the debt that it is booked to: its own, or BNB (rule 3.5)."""
        trader = self.account.trader
        hourly = exact_charge(holding.principal, desk.pools[asset.symbol].vip_rates[trader.vip_level])
        paid = asset
        if desk.pays_in_bnb(self.account, asset) and bnb is not None:
            hourly = mul_div_nearest(hourly * desk.rules.bnb_factor, asset.price, RATIO_ONE * bnb.price)
            paid = bnb
        charge = self.charges.get(paid.symbol)
        if charge is None:
            booked = self.account.holdings.get(paid.symbol)
            charge = Charge(self.sheet.line(paid), 0 if booked is None else booked.carry)
            self.charges[paid.symbol] = charge
        charge.hourly += hourly

    def gap(self, hours: int) -> int:
        """Return the gap after so many charges."""
        for charge in self.charges.values():
            charge.line.owed = charge.present + posted_over(charge.carry, charge.hourly, hours)
            self.sheet.refresh(charge.line)
        return self.judged()


def hours_to_liquidation(valuer: Valuer, bands: Bands, account: MarginAccount, desk: LendingDesk) -> int | None:
    """Return after how many more hourly charges the account is liquidated, all else fixed, or None.

    0 when it is at its threshold already. Open orders of a Pro account lose what they would lose with the debt grown.
    """
    if account.debts == 0:
        return None
    question = HoursQuestion(valuer, bands, account, desk)
    return 0 if question.is_reached(0) else first_reached(question, 0, HOURS_MOST)


def charge_time(now: int, hours: int) -> int:
    """Return when the charge falls due that is so many charges away: on a full hour (rule 3.2)."""
    return hour_start(now) + hours * HOUR
