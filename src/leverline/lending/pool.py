"""The lending pool of one asset: how much is used, what it costs by the hour, who owes it (rules 3.4, 8.1)."""

from leverline.kernel.numbers import div_down
from leverline.kernel.time import HOUR, hour_start
from leverline.ledger.wallet import Holding, VenueAccounts
from leverline.market.asset import Asset
from leverline.rulebook.interest import estimated_rate, next_rate, rate_by_curve, utilisation, vip_rate
from leverline.rulebook.limits import pool_lendable
from leverline.rulebook.parameters import InterestRules


class Pool:
    """One asset's pool. Its cash, what is lent and its supply stand in `venue`; rates are per hour, 10⁻¹²."""

    def __init__(self, asset: Asset, venue: VenueAccounts, rules: InterestRules, discounts: list[int]) -> None:
        self.asset: Asset = asset
        self.venue: VenueAccounts = venue
        self.rules: InterestRules = rules
        self.discounts: list[int] = discounts
        """Interest discount by VIP level."""
        self.rate_hourly: int = 0
        self.vip_rates: list[int] = [0] * len(discounts)
        """Derived: `rate_hourly` less each VIP level's discount."""
        self.used: int = 0
        """Utilisation × microseconds since `hour_began`, up to `noted_at`."""
        self.hour_began: int = 0
        self.noted_at: int = 0
        self.debtors: dict[int, Holding] = {}
        """Derived: holdings with principal, by wallet id; those that repaid are forgotten after the next charge."""
        self.is_ordered: bool = True
        """Derived: `debtors` stand in order of wallet id."""

    def utilisation_now(self) -> int:
        """Return lent ÷ supply at this moment (rule 3.4)."""
        return utilisation(self.venue.pool_lent, self.venue.pool_supply)

    def note(self, time: int) -> None:
        """Take into account that the present use held until `time`; call before lent or supply changes."""
        if time > self.noted_at:
            self.used += self.utilisation_now() * (time - self.noted_at)
            self.noted_at = time

    def open(self, time: int) -> None:
        """Begin the pool's first hour, the rest of a clock hour from `time` on, with the rate of its present use."""
        self.hour_began = time
        self.noted_at = time
        self.used = 0
        if self.rate_hourly == 0:
            self.set_rate(rate_by_curve(self.asset.parameters.rate_curve, self.utilisation_now()))

    def begin_hour(self, time: int) -> int:
        """Set the rate of the clock hour that begins at `time` by the mean use of the past one; return that use."""
        self.note(time)
        span = time - self.hour_began
        mean = div_down(self.used, span) if span > 0 else self.utilisation_now()
        target = rate_by_curve(self.asset.parameters.rate_curve, mean)
        self.set_rate(next_rate(self.rate_hourly, target, self.rules.rate_step_max, self.rules.rate_max))
        self.used = 0
        self.hour_began = time
        return mean

    def set_rate(self, rate_hourly: int) -> None:
        """Let `rate_hourly` hold, with each VIP level's own rate derived from it."""
        self.rate_hourly = rate_hourly
        self.vip_rates = [vip_rate(rate_hourly, discount) for discount in self.discounts]

    def rate_estimate(self, time: int) -> int:
        """Return the rate of the coming hour if the present use lasts until it begins (rule 3.4)."""
        end = hour_start(time) + HOUR
        span = end - self.hour_began
        mean = div_down(self.used + self.utilisation_now() * (end - self.noted_at), span)
        return estimated_rate(
            self.asset.parameters.rate_curve, mean, self.rate_hourly, self.rules.rate_step_max, self.rules.rate_max
        )

    def lendable(self) -> int:
        """Return what may still be lent: cash above the reserve (rules 8.1, 8.3)."""
        return pool_lendable(self.venue.pool_free, self.venue.pool_supply, self.asset.parameters.reserve_ratio)

    def add_debtor(self, holding: Holding) -> None:
        """List a holding that owes principal."""
        wallet_id = holding.wallet.wallet_id
        if wallet_id in self.debtors:
            return
        if self.debtors and self.is_ordered:
            self.is_ordered = next(reversed(self.debtors)) < wallet_id
        self.debtors[wallet_id] = holding

    def order_debtors(self) -> None:
        """Put the debtors in order of wallet id and forget those that have repaid."""
        kept = {wallet_id: holding for wallet_id, holding in self.debtors.items() if holding.principal > 0}
        self.debtors = kept if self.is_ordered else {wallet_id: kept[wallet_id] for wallet_id in sorted(kept)}
        self.is_ordered = True
