"""What an account's owner is told: orders, balances, liabilities, margin levels."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from leverline.api.streams.account_subscription import AccountSubscriptions
from leverline.api.streams.execution_report import execution_report
from leverline.api.streams.list_status import list_status
from leverline.api.streams.listen_keys import ListenKeys
from leverline.api.streams.releases import Releases
from leverline.api.streams.targets import Target, Targets
from leverline.api.streams.topic import Build
from leverline.history.executions import CANCELLED
from leverline.history.order_lists import DONE
from leverline.identity.keys import KeyPermission
from leverline.kernel.decimals import RATIO_DECIMALS, format_amount, format_plain
from leverline.ledger.entries import (
    BNB_FEE,
    CASH,
    INTEREST,
    LOCK,
    UNLOCK,
    WRITE_OFF_INTEREST,
    WRITE_OFF_PRINCIPAL,
    Entry,
    TradeEntry,
    postings,
)
from leverline.lending.events import Borrowed, InterestCharged, Repaid
from leverline.margin.account import EXCESSIVE, MARGIN_CALL, STATUS_NAMES
from leverline.margin.events import MarginCalled, StatusChanged

if TYPE_CHECKING:
    from leverline.api.services import Services
    from leverline.engine.commit import Commit

NO_DEBT_LEVEL: Final = "999"
"""How a margin level is shown where nothing is owed."""
OF_DEBT_ONLY: Final = frozenset({INTEREST, WRITE_OFF_INTEREST, WRITE_OFF_PRINCIPAL})
OF_TRADING: Final = frozenset({LOCK, UNLOCK, BNB_FEE})

Touched = dict[int, dict[str, None]]
"""Wallet → assets whose balance a commit changed."""


class UserFeed:
    """Turns durable commits into events for those who listen to an account."""

    def __init__(self, services: "Services", releases: Releases) -> None:
        self.services: Services = services
        self.releases: Releases = releases
        self.targets: Targets = Targets(services.history.wallets)
        self.keys: ListenKeys = ListenKeys(self.targets)
        self.subscriptions: AccountSubscriptions = AccountSubscriptions(self.targets)
        self._risks: dict[type[Any], Callable[[Any], None]] = {
            Borrowed: self._borrowed,
            Repaid: self._repaid,
            InterestCharged: self._charged,
            StatusChanged: self._status_changed,
            MarginCalled: self._called,
        }

    @property
    def is_watched(self) -> bool:
        """Whether anybody listens to any account."""
        return bool(self.targets.by_user)

    def expire(self, now: int, venue_now: int) -> None:
        """End keys and subscriptions whose time or API key is gone; `now` is the machine's time."""
        self.keys.expire(now, venue_now, self.may_listen)
        self.subscriptions.expire(now, venue_now, self.may_listen)

    def may_listen(self, target: Target) -> bool:
        """Whether what let a target listen is still there."""
        return self.is_alive(target.key)

    def is_alive(self, text: str) -> bool:
        """Whether an API key still may read; a browser, which has none, may."""
        if not text:
            return True
        key = self.services.identity.key(text)
        return key is not None and KeyPermission.READ in key.permissions

    def take(self, commit: "Commit") -> None:
        """Tell what a commit brought: orders first, then what moved, then the balances that came of it.

        A list is told of before its orders, and that it is done after them.
        """
        self._tell_lists(is_over=False)
        self._tell_executions(commit)
        self._tell_lists(is_over=True)
        touched: Touched = {}
        for event in commit.events:
            kind = type(event)
            if kind is Entry:
                self._entry(event, touched)  # type: ignore[arg-type]
            elif kind is TradeEntry:
                self._traded(event, touched)  # type: ignore[arg-type]
            elif kind in self._risks:
                self._risks[kind](event)
        for wallet_id, assets in touched.items():
            self._tell_position(wallet_id, list(assets), commit.time)

    def _tell_executions(self, commit: "Commit") -> None:
        """Tell of orders. One by quote amount is told with the quantity that it comes to, from its first report on."""
        cancel_ids = self.services.cancel_ids
        executions = self.services.history.executions
        came_to = {each.order.order_id: each.order.quantity or each.order.executed for each in executions}
        for execution in executions:
            order = execution.order
            targets = self._trading_targets(order.wallet_id)
            if targets:
                is_cancel = execution.kind == CANCELLED
                cancel_id = cancel_ids.of(commit, order.order_id, order.cause) if is_cancel else ""
                tell(targets, execution_report(execution, cancel_id, came_to[order.order_id]))

    def _tell_lists(self, is_over: bool) -> None:
        """Tell of order lists: of those that are done, or of the others."""
        for update in self.services.history.order_lists.last:
            targets = self._trading_targets(update.record.wallet_id)
            if targets and (update.kind == DONE) == is_over:
                tell(targets, list_status(update))

    def _entry(self, entry: Entry, touched: Touched) -> None:
        """Note the balances that a ledger entry changed, and tell of those that no order moved."""
        if entry.kind in OF_DEBT_ONLY:
            return
        for wallet_id in (entry.wallet, entry.other):
            if not wallet_id:
                continue
            targets = self._trading_targets(wallet_id)
            if not targets:
                continue
            delta = free_delta(entry, wallet_id)
            if not delta:
                continue
            touched.setdefault(wallet_id, {})[entry.asset] = None
            if entry.kind not in OF_TRADING:
                tell(targets, balance_update(entry, delta))

    def _traded(self, entry: TradeEntry, touched: Touched) -> None:
        """Note the balances that a fill changed."""
        for wallet_id in (entry.buyer, entry.seller):
            if self._trading_targets(wallet_id):
                assets = touched.setdefault(wallet_id, {})
                assets[entry.base] = assets[entry.quote] = None

    def _tell_position(self, wallet_id: int, assets: list[str], time: int) -> None:
        """Tell the balances of a wallet in some assets, as they are now."""
        wallet = self.services.core.ledger.wallet(wallet_id)
        rows = []
        for asset in assets:
            holding = wallet.holdings.get(asset)
            free, locked = (0, 0) if holding is None else (holding.free, holding.locked)
            rows.append({"a": asset, "f": format_amount(free), "l": format_amount(locked)})
        targets = self._trading_targets(wallet_id)
        self.releases.when_durable(partial(tell, targets, position(rows, time)))

    def _borrowed(self, event: Borrowed) -> None:
        """Tell of a loan."""
        self._tell_liability(event.wallet_id, event.asset, "BORROW", event.amount, 0, event.time)

    def _repaid(self, event: Repaid) -> None:
        """Tell of a repayment."""
        self._tell_liability(event.wallet_id, event.asset, "REPAY", event.principal, event.interest, event.time)

    def _charged(self, event: InterestCharged) -> None:
        """Tell of interest."""
        self._tell_liability(event.wallet_id, event.paid_asset, "INTEREST", 0, event.amount, event.time)

    def _status_changed(self, event: StatusChanged) -> None:
        """Tell that an account is in another band."""
        self._tell_level(event.wallet_id, event.level, event.new, event.time)

    def _called(self, event: MarginCalled) -> None:
        """Repeat a margin call that lasts; the first one was told as a change of status.

        The account stood in that band then; the engine may know of another one that is not durable yet.
        """
        if event.is_repeated:
            self._tell_level(event.wallet_id, event.level, MARGIN_CALL, event.time)

    def _tell_liability(self, wallet_id: int, asset: str, word: str, principal: int, interest: int, time: int) -> None:
        """Tell how a debt changed."""
        values = {"a": asset, "t": word, "p": format_amount(principal), "i": format_amount(interest)}
        self._tell_risk(wallet_id, lambda stamp: {"e": "USER_LIABILITY_CHANGE", "E": stamp(time), **values})

    def _tell_level(self, wallet_id: int, level: int, status: int, time: int) -> None:
        """Tell the margin level and the band it is in."""
        is_debtless = not level and status == EXCESSIVE
        shown = NO_DEBT_LEVEL if is_debtless else format_plain(level, RATIO_DECIMALS)
        values = {"l": shown, "s": STATUS_NAMES[status]}
        self._tell_risk(wallet_id, lambda stamp: {"e": "MARGIN_LEVEL_STATUS_CHANGE", "E": stamp(time), **values})

    def _tell_risk(self, wallet_id: int, build: Build) -> None:
        """Tell those who listen to a wallet's risk."""
        tell([each for each in self.targets.of_wallet(wallet_id) if each.has_risk], build)

    def _trading_targets(self, wallet_id: int) -> list[Target]:
        """Return who listens to a wallet's orders and balances."""
        return [each for each in self.targets.of_wallet(wallet_id) if each.has_trades]


def tell(targets: list[Target], build: Build) -> None:
    """Tell all of them."""
    for target in targets:
        target.publish(build)


def position(rows: list[dict[str, str]], time: int) -> Build:
    """Return how to tell balances."""
    return lambda stamp: {"e": "outboundAccountPosition", "E": stamp(time), "u": stamp(time), "B": rows}


def free_delta(entry: Entry, wallet_id: int) -> int:
    """Return by how much an entry changes what is free in a wallet."""
    return sum(
        each.amount
        for each in postings(entry)
        if each.layer == CASH and each.bucket == "free" and each.owner == wallet_id
    )


def balance_update(entry: Entry, delta: int) -> Build:
    """Return how to tell that a balance changed, but not by an order."""
    return lambda stamp: {
        "e": "balanceUpdate", "E": stamp(entry.time), "a": entry.asset, "d": format_amount(delta),
        "T": stamp(entry.time),
    }  # fmt: skip
