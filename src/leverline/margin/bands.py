"""Which band an account is in, and the thresholds of its mode (rules 5.2, 6.5, 7.2, 7.5)."""

from leverline.margin.account import CLASSIC, FORCE_LIQUIDATION, MARGIN_CALL, NORMAL, PRO, MarginAccount
from leverline.rulebook.classic import band_of
from leverline.rulebook.classic import is_above_stop as is_classic_above_stop
from leverline.rulebook.isolated import initial_ratio_of, isolated_band, tier_of, transfer_ratio
from leverline.rulebook.isolated import is_above_stop as is_isolated_above_stop
from leverline.rulebook.parameters import VenueParameters
from leverline.rulebook.pro import is_above_stop as is_pro_above_stop
from leverline.rulebook.pro import pro_band


class Bands:
    """Answers by account; worth and owed are numerator and denominator of its level."""

    def __init__(self, parameters: VenueParameters) -> None:
        self.parameters: VenueParameters = parameters

    def status(self, account: MarginAccount, worth: int, owed: int) -> int:
        """Return the band that a level puts the account in; EXCESSIVE when nothing is owed."""
        if account.mode == CLASSIC:
            return band_of(worth, owed, self.parameters.classic[account.leverage])
        if account.mode == PRO:
            return pro_band(worth, owed, self.parameters.pro)
        pair = account.pair
        assert pair is not None, account.wallet_id
        return isolated_band(worth, owed, pair.parameters.family, self.isolated_transfer_ratio(account))

    def threshold(self, account: MarginAccount, status: int) -> int:
        """Return the level at or below which an account is in `status` or worse; NORMAL, MARGIN_CALL or worse."""
        if account.mode == CLASSIC:
            classic = self.parameters.classic[account.leverage]
            if status == NORMAL:
                return classic.transfer_ratio
            return classic.margin_call_ratio if status == MARGIN_CALL else classic.liquidation_ratio
        if account.mode == PRO:
            pro = self.parameters.pro
            if status == NORMAL:
                return pro.transfer_level
            return pro.margin_call_level if status == MARGIN_CALL else pro.liquidation_level
        pair = account.pair
        assert pair is not None, account.wallet_id
        if status == NORMAL:
            return self.isolated_transfer_ratio(account)
        family = pair.parameters.family
        return family.margin_call_ratio if status == MARGIN_CALL else family.liquidation_ratio

    def is_liquidatable(self, account: MarginAccount, worth: int, owed: int) -> bool:
        """Whether a level is at or below the liquidation threshold."""
        return self.status(account, worth, owed) == FORCE_LIQUIDATION

    def is_above_stop(self, account: MarginAccount, worth: int, owed: int) -> bool:
        """Whether a liquidation ends: above the stop level, or nothing owed (rules 5.2, 6.5, 7.5)."""
        if account.mode == CLASSIC:
            return is_classic_above_stop(worth, owed, self.parameters.classic[account.leverage])
        if account.mode == PRO:
            return is_pro_above_stop(worth, owed, self.parameters.pro)
        return is_isolated_above_stop(worth, owed, self.isolated_initial_ratio(account))

    def isolated_tier(self, account: MarginAccount) -> int:
        """Return the tier of an isolated account by the principal it owes and its chosen leverage (rule 7.2)."""
        pair = account.pair
        assert pair is not None, account.wallet_id
        return self.isolated_tier_at(
            account, principal_of(account, pair.base.symbol), principal_of(account, pair.quote.symbol)
        )

    def isolated_tier_at(self, account: MarginAccount, base_principal: int, quote_principal: int) -> int:
        """Return the tier that an isolated account would have with these principals (rule 7.2)."""
        pair = account.pair
        assert pair is not None, account.wallet_id
        return tier_of(
            base_principal, quote_principal, pair.parameters.isolated_tiers, account.fixed_tier,
            self.limit_factor(account),
        )  # fmt: skip

    def isolated_initial_ratio(self, account: MarginAccount) -> int:
        """Return the initial ratio of an isolated account's tier: of the debt it has now (rule 7.5)."""
        pair = account.pair
        assert pair is not None, account.wallet_id
        return initial_ratio_of(self.isolated_tier(account), pair.parameters.isolated_tiers)

    def isolated_transfer_ratio(self, account: MarginAccount) -> int:
        """Return the level that a transfer out of an isolated account must leave exceeded (rule 7.5)."""
        return transfer_ratio(self.isolated_initial_ratio(account), self.parameters.borrowing.isolated_transfer_ratio)

    def limit_factor(self, account: MarginAccount) -> int:
        """Return the factor of the user's VIP level on isolated tier limits (rule 8.2)."""
        return self.parameters.vip_levels[account.user.vip_level].isolated_limit_factor


def principal_of(account: MarginAccount, asset: str) -> int:
    """Return the principal owed in `asset`."""
    holding = account.holdings.get(asset)
    return 0 if holding is None else holding.principal
