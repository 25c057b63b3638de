"""From durable commits to notices: who is told what of which event.

What is told is a function of the commits in their order and of what is remembered between them, which is kept beside
the number of the last commit. Nothing here looks at a clock or at the present state of the engine.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec

from leverline.engine.commands import Borrow, Command, PlaceOrder, PlaceOrderList
from leverline.engine.commit import Commit
from leverline.engine.events import CoolingOffBegun, PendingRefused, Refused, ReplacementRefused
from leverline.kernel.decimals import format_amount, format_plain, format_ratio
from leverline.kernel.events import Event
from leverline.kernel.time import HOUR
from leverline.ledger.wallet import WALLET_KIND_NAMES, Wallet
from leverline.lending.events import PERIODIC, PERIODIC_CONVERTED, InterestCharged, RateSet
from leverline.liquidation.delisting_events import STAGE_NAMES, DelistingNoticeDue, DelistingSettled
from leverline.liquidation.events import (
    END_REASON_NAMES,
    TAKEOVER_CAUSE_NAMES,
    DeficitBooked,
    LiquidationEnded,
    LiquidationLoanMade,
    LiquidationStarted,
    LiquidationStep,
    TakenOver,
)
from leverline.margin.account import ISOLATED_MODE, MarginAccount
from leverline.margin.events import ConcentrationBanned, ConcentrationLifted, MarginCalled, StatusChanged
from leverline.notices.kinds import Kind
from leverline.notices.notice import Notice
from leverline.notices.templates import shown_time
from leverline.rulebook.bands import EXCESSIVE, MARGIN_CALL, NORMAL
from leverline.rulebook.parameters import PairParameters
from leverline.rulebook.refusals import Refusal

PERCENT: Final = 100
REFUSALS_KEPT: Final = 10_000
"""Users and assets whose last refused loan is remembered, at most that many beyond an hour."""

TOLD: Final = frozenset(
    {
        MarginCalled, StatusChanged, LiquidationStarted, LiquidationStep, TakenOver, LiquidationEnded, DeficitBooked,
        RateSet, Refused, ReplacementRefused, DelistingNoticeDue, DelistingSettled, CoolingOffBegun, PendingRefused,
        ConcentrationBanned, ConcentrationLifted,
    }
)  # fmt: skip
"""Events that a commit must have one of to be looked at: what is told is among them, or comes with one of them."""

Place = Callable[[int], tuple[int, int, str]]
"""Returns owner, kind of wallet and pair of a wallet id; all three stay as they are for ever."""


class Memory(msgspec.Struct):
    """What is remembered between commits."""

    rates: dict[str, int] = {}
    """Asset → hourly rate that was last told of, or that was the first."""
    refused: dict[str, int] = {}
    """User and asset → venue time at which a refused loan was last told of."""
    cases: dict[int, int] = {}
    """Wallet → number of the commit in which its liquidation began, while that lasts: with it the case is named."""


def place_in(wallets: Sequence[Wallet]) -> Place:
    """Return what finds a wallet among all, which are listed by their ids from 1."""

    def place(wallet_id: int) -> tuple[int, int, str]:
        wallet = wallets[wallet_id - 1]
        pair = wallet.pair if isinstance(wallet, MarginAccount) else None
        return wallet.user_id, wallet.kind, "" if pair is None else pair.symbol

    return place


def may_tell(commit: Commit) -> bool:
    """Return whether a commit may hold something to tell."""
    return any(type(event) in TOLD for event in commit.events)


class Recogniser:
    """Makes the notices of one commit after the other. `rate_jump` is in percent: 200 tells of rates beyond double."""

    def __init__(self, place: Place, pairs: Mapping[str, PairParameters], rate_jump: int, first_user: int = 0) -> None:
        self.memory: Memory = Memory()
        self._place = place
        self._pairs = pairs
        self._rate_jump = rate_jump
        self._first_user = first_user
        """Users with smaller ids are the house's own and are told nothing."""
        self._jumped: dict[str, tuple[int, int]] = {}
        self._told_rate: dict[tuple[int, str], None] = {}
        self._commit: Commit
        self._found: list[Notice] = []
        self._tellers: dict[type[Event], Callable[[Any], None]] = {
            MarginCalled: self._called,
            StatusChanged: self._status_changed,
            LiquidationStarted: self._started,
            LiquidationStep: self._stepped,
            TakenOver: self._taken_over,
            LiquidationEnded: self._ended,
            DeficitBooked: self._deficit,
            RateSet: self._rate_set,
            InterestCharged: self._charged,
            Refused: self._refused,
            ReplacementRefused: self._refused,
            ConcentrationBanned: self._banned,
            ConcentrationLifted: self._lifted,
            DelistingNoticeDue: self._delisting,
            DelistingSettled: self._delisted,
            CoolingOffBegun: self._cooling_off,
            PendingRefused: self._pending_refused,
        }

    def notices_of(self, commit: Commit) -> list[Notice]:
        """Return what is told of a commit, in the order of its events."""
        self._commit = commit
        self._found = []
        for event in commit.events:
            teller = self._tellers.get(type(event))
            if teller is not None:
                teller(event)
        self._jumped.clear()
        self._told_rate.clear()
        return self._found

    def save(self, now: int) -> str:
        """Return what is remembered at a moment as text."""
        if len(self.memory.refused) > REFUSALS_KEPT:
            since = now - HOUR
            self.memory.refused = {place: time for place, time in self.memory.refused.items() if time > since}
        return msgspec.json.encode(self.memory).decode()

    def load(self, text: str) -> None:
        """Remember what `save` returned; nothing for an empty text."""
        self.memory = msgspec.json.decode(text, type=Memory) if text else Memory()

    def _tell(self, user_id: int, kind: Kind, time: int, **values: Any) -> None:
        """Add a notice, unless it is to the house."""
        if user_id >= self._first_user and user_id:
            commit = self._commit
            self._found.append(Notice(commit.sequence, len(self._found), user_id, kind.value, time, values))

    def _account(self, wallet_id: int) -> dict[str, str]:
        """Return how an account is named to its owner."""
        _, kind, pair = self._place(wallet_id)
        return {"account": WALLET_KIND_NAMES[kind], "pair": pair}

    def _called(self, event: MarginCalled) -> None:
        self._tell(
            event.user_id, Kind.MARGIN_CALL, event.time, **self._account(event.wallet_id),
            level=format_ratio(event.level), repeated=event.is_repeated,
        )  # fmt: skip

    def _status_changed(self, event: StatusChanged) -> None:
        """Tell who has left the margin call upward; the end of a liquidation is told as such."""
        if event.old == MARGIN_CALL and event.new in (NORMAL, EXCESSIVE):
            account = self._account(event.wallet_id)
            self._tell(
                event.user_id, Kind.BACK_TO_NORMAL, event.time, **account, level=format_ratio(event.level)
            )  # fmt: skip

    def _started(self, event: LiquidationStarted) -> None:
        self.memory.cases[event.wallet_id] = self._commit.sequence
        self._tell(
            event.user_id, Kind.LIQUIDATION_STARTED, event.time, **self._account(event.wallet_id),
            assets=format_amount(event.assets), liabilities=format_amount(event.liabilities),
            level=format_ratio(event.level),
        )  # fmt: skip

    def _stepped(self, event: LiquidationStep) -> None:
        self._tell(
            event.user_id, Kind.LIQUIDATION_STEP, event.time, **self._account(event.wallet_id),
            collateral=event.collateral, debt=event.debt, given=format_amount(event.value_given),
            repaid=format_amount(event.value_repaid), fee=format_amount(event.fee), feeasset=event.fee_asset,
            level=format_ratio(event.level_after),
        )  # fmt: skip

    def _taken_over(self, event: TakenOver) -> None:
        self._tell(
            event.user_id, Kind.TAKEOVER, event.time, **self._account(event.wallet_id),
            cause=TAKEOVER_CAUSE_NAMES.get(event.cause, ""), assets=format_amount(event.assets_value),
            liabilities=format_amount(event.liabilities_value), surplus=format_amount(event.surplus),
        )  # fmt: skip

    def _ended(self, event: LiquidationEnded) -> None:
        begun = self.memory.cases.pop(event.wallet_id, 0)
        self._tell(
            event.user_id, Kind.LIQUIDATION_ENDED, event.time, **self._account(event.wallet_id),
            reason=END_REASON_NAMES.get(event.reason, ""), level=format_ratio(event.level),
            case=f"{begun}-{event.wallet_id}" if begun else "",
        )  # fmt: skip

    def _deficit(self, event: DeficitBooked) -> None:
        if event.user_id:
            loan, asset = self._left_owing(event)
            self._tell(
                event.user_id, Kind.DEFICIT, event.time, **self._account(event.wallet_id),
                deficit=format_amount(event.deficit), paid=format_amount(event.paid),
                unpaid=format_amount(event.unpaid), loan=format_amount(loan), loan_asset=asset,
            )  # fmt: skip

    def _left_owing(self, deficit: DeficitBooked) -> tuple[int, str]:
        """Return the liquidation loan that a deficit leaves, in the same commit; 0 where it leaves none (rule 16.5)."""
        if deficit.product != ISOLATED_MODE:
            for event in self._commit.events:
                if isinstance(event, LiquidationLoanMade) and event.user_id == deficit.user_id:
                    return event.amount, event.asset
        return 0, ""

    def _banned(self, event: ConcentrationBanned) -> None:
        """Tell the head of the family; his sub-accounts are his."""
        self._tell(
            event.user_id, Kind.CONCENTRATION_BAN, event.time, asset=event.asset, side=side_of(event.is_long),
            position=format_amount(event.position), value=format_amount(event.value),
        )  # fmt: skip

    def _lifted(self, event: ConcentrationLifted) -> None:
        self._tell(
            event.user_id, Kind.BAN_LIFTED, event.time, asset=event.asset, side=side_of(event.is_long)
        )  # fmt: skip

    def _rate_set(self, event: RateSet) -> None:
        """Remember a rate that is far from the one remembered: its debtors are charged next, and told.

        It is compared with the rate last told of, not with the last hour's: rule 3.4 lets it move by steps.
        """
        asset, new = event.asset, event.rate_hourly
        old = self.memory.rates.setdefault(asset, new)
        self._jumped.pop(asset, None)
        if new * PERCENT > old * self._rate_jump or old * PERCENT > new * self._rate_jump:
            self.memory.rates[asset] = new
            self._jumped[asset] = (old, new)
            self._told_rate = {place: None for place in self._told_rate if place[1] != asset}

    def _charged(self, event: InterestCharged) -> None:
        """Tell a debtor once of the new rate that he has just been charged."""
        jump = self._jumped.get(event.asset)
        if jump is None or event.kind not in (PERIODIC, PERIODIC_CONVERTED):
            return
        user_id, _, _ = self._place(event.wallet_id)
        if (user_id, event.asset) not in self._told_rate:
            self._told_rate[(user_id, event.asset)] = None
            old, new = map(format_ratio, jump)
            self._tell(user_id, Kind.RATE_JUMP, event.time, asset=event.asset, old=old, new=new)

    def _refused(self, event: Refused | ReplacementRefused) -> None:
        """Tell of a loan that the pool could not give, once an hour for each asset."""
        if event.refusal is not Refusal.POOL_EXHAUSTED:
            return
        user_id, asset = self._loan_of(self._commit.command)
        place, time = f"{user_id}:{asset}", self._commit.time
        last = self.memory.refused.get(place)
        if asset and (last is None or not 0 <= time - last < HOUR):
            self.memory.refused[place] = time
            self._tell(user_id, Kind.LOAN_REFUSED, time, asset=asset)

    def _delisting(self, event: DelistingNoticeDue) -> None:
        self._tell(
            event.user_id, Kind.DELISTING, event.time, **self._account(event.wallet_id), name=event.name,
            stage=STAGE_NAMES.get(event.stage, ""), at=shown_time(event.at), spot="",
        )  # fmt: skip

    def _delisted(self, event: DelistingSettled) -> None:
        moved = ", ".join(f"{format_plain(amount)} {asset}" for asset, amount in event.to_spot)
        self._tell(
            event.user_id, Kind.DELISTING, event.time, **self._account(event.wallet_id), name=event.name,
            stage="settled", at=shown_time(event.time), spot=moved,
        )  # fmt: skip

    def _cooling_off(self, event: CoolingOffBegun) -> None:
        self._tell(event.user_id, Kind.COOLING_OFF, event.time, until=shown_time(event.until))

    def _pending_refused(self, event: PendingRefused) -> None:
        """Tell of an order of a list that nobody saw being refused."""
        self._tell(
            event.user_id, Kind.ORDER_REFUSED, event.time, **self._account(event.wallet_id), market=event.pair,
            order=str(event.order_id), list=str(event.list_id), why=event.detail,
        )  # fmt: skip

    def _loan_of(self, command: Command) -> tuple[int, str]:
        """Return who wanted to borrow what by a command; no asset where it is not known."""
        if isinstance(command, Borrow):
            return command.user_id, command.asset
        if isinstance(command, PlaceOrderList) and command.orders:
            command = command.orders[0]
        order = getattr(command, "order", command)
        pair = self._pairs.get(order.pair) if isinstance(order, PlaceOrder) else None
        if pair is None or not isinstance(order, PlaceOrder):
            return 0, ""
        return order.user_id, pair.quote if order.is_buy else pair.base


def side_of(is_long: bool) -> str:
    """Return the word for a side."""
    return "long" if is_long else "short"
