"""Judging positions once a minute: bans begin and end, assets reach the cap of collateral (rules 13.1, 4.5).

The judgement is made with the first command at or after each full minute, of the state as that command finds it. Who
is looked at comes from the trigger index, which knows every indebted account by the assets it holds or owes.
"""

from leverline.kernel.events import EventLog
from leverline.kernel.numbers import value_down
from leverline.ledger.ledger import Ledger
from leverline.ledger.wallet import CROSS
from leverline.margin.account import MarginAccount
from leverline.margin.concentration_bans import Ban, ConcentrationBans, net_of
from leverline.margin.events import ConcentrationBanned, ConcentrationLifted
from leverline.margin.families import RISK
from leverline.margin.restrictions import Restrictions
from leverline.margin.triggers import TriggerIndex
from leverline.margin.valuation import Valuer
from leverline.market.asset import Asset
from leverline.rulebook.concentration import concentration_value, is_collateral_low, is_relieved
from leverline.rulebook.parameters import ConcentrationLimit, ControlRules


class ConcentrationDesk:
    """Lets bans begin and end."""

    def __init__(
        self, log: EventLog, ledger: Ledger, valuer: Valuer, triggers: TriggerIndex, bans: ConcentrationBans,
        restrictions: Restrictions,
    ) -> None:  # fmt: skip
        self.log: EventLog = log
        self.ledger: Ledger = ledger
        self.valuer: Valuer = valuer
        self.triggers: TriggerIndex = triggers
        self.bans: ConcentrationBans = bans
        self.restrictions: Restrictions = restrictions
        self.rules: ControlRules = valuer.parameters.controls
        self.next_judgement: int = 0
        """Venue time from which on the next command judges."""

    def judge(self, time: int) -> None:
        """Lift what is relieved, ban what is too large; `time` is the command's."""
        self.next_judgement = self._after(time)
        if self.bans.in_force:
            self._lift()
        for asset in self.valuer.catalogue.values():
            limit = asset.parameters.concentration
            if limit is not None and not asset.is_stale:
                self._judge_asset(asset, limit)
        self.restrictions.judge()

    def renew(self, time: int) -> None:
        """Judge no later than the present interval says: it may have become shorter."""
        self.next_judgement = min(self.next_judgement, self._after(time))

    def _after(self, time: int) -> int:
        """Return the first full interval after `time`."""
        interval = self.rules.concentration_interval
        return time - time % interval + interval

    def _lift(self) -> None:
        """End the bans whose position was cut far enough, or whose family owes nothing any more."""
        kept: list[Ban] = []
        for ban in self.bans.in_force:
            if self._is_over(ban):
                self.log.emit(ConcentrationLifted(ban.user_id, ban.asset, ban.is_long))
            else:
                kept.append(ban)
        self.bans.in_force = kept

    def _is_over(self, ban: Ban) -> bool:
        """Whether a ban ends now."""
        user = self.bans.families.users[ban.user_id]
        position = self.bans.position(user, ban.asset, ban.is_long)
        if is_relieved(position, ban.position, self.rules.concentration_release):
            return True
        accounts = self.bans.families.of(user).crosses()
        return not any(account.debts > 0 for account in accounts)

    def _judge_asset(self, asset: Asset, limit: ConcentrationLimit) -> None:
        """Ban the families whose position in `asset` is too large, in order of the account that shows it."""
        least = concentration_value(asset.depth_value, limit)
        venue = self.ledger.venue[asset.symbol]
        most = max(venue.margin_cash, venue.pool_lent + venue.income_due)
        triggers = self.triggers.by_asset.get(asset.symbol)
        if triggers is None or value_down(most, asset.price) <= least:
            return
        found: dict[int, MarginAccount] = {}
        for wallet_id, trigger in triggers.by_wallet.items():
            account = trigger.account
            if account.kind != CROSS or not account.debts or account.is_locked:
                continue
            if self._is_too_large(account, asset, least):
                found[wallet_id] = account
        for wallet_id in sorted(found):
            self._ban(found[wallet_id], asset, limit)

    def _is_too_large(self, account: MarginAccount, asset: Asset, least: int) -> bool:
        """Whether the family's position on the account's own side of an asset is worth more than `least`."""
        net = net_of(account, asset.symbol)
        if net == 0:
            return False
        position = abs(net)
        if account.user.is_in_family:
            position = self.bans.position(account.user, asset.symbol, net > 0)
        return value_down(position, asset.price) > least

    def _ban(self, account: MarginAccount, asset: Asset, limit: ConcentrationLimit) -> None:
        """Ban the family of an account whose collateral is low, unless it is banned already."""
        is_long = net_of(account, asset.symbol) > 0
        user = account.user
        head = user.parent_id or user.user_id
        if self.bans.find(head, asset.symbol, is_long) is not None:
            return
        sheet = self.valuer.sheet(account, RISK)
        if not is_collateral_low(sheet.collateral(), sheet.liabilities, limit):
            return
        position = self.bans.position(user, asset.symbol, is_long)
        self.bans.in_force.append(Ban(head, asset.symbol, is_long, position, self.log.time))
        self.log.emit(ConcentrationBanned(head, asset.symbol, is_long, position, value_down(position, asset.price)))
