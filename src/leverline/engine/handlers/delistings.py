"""Announcing and withdrawing delistings (rule 13.2)."""

from leverline.engine.commands import AnnounceDelisting, WithdrawDelisting
from leverline.engine.core import Core
from leverline.liquidation.delisting import COMING, Delisting
from leverline.market.index_board import USDT
from leverline.market.settlement import BNB
from leverline.market.terms import DELISTED
from leverline.rulebook.delisting import is_schedule_in_order
from leverline.rulebook.refusals import Refusal


def announce_delisting(core: Core, command: AnnounceDelisting) -> Refusal | None:
    """Plan the delisting of an asset or a pair."""
    refusal = _name_refusal(core, command.name, command.is_pair)
    if refusal is not None:
        return refusal
    now, rules = core.log.time, core.parameters.delisting
    borrow_stop, transfer_stop = command.borrow_stop or now, command.transfer_stop or now
    if not is_schedule_in_order(now, borrow_stop, transfer_stop, command.removal, rules.notice_min, rules.notice_max):
        words = f"a removal comes {rules.notice_min} to {rules.notice_max} microseconds after {now}, stops between"
        return core.refuse(Refusal.DELISTING_TERM, words)
    if command.name in core.delistings.delistings:
        return core.refuse(Refusal.DELISTING_ANNOUNCED, f"the delisting of {command.name} is announced")
    # From here on it must succeed.
    core.delistings.announce(
        Delisting(
            command.name, command.is_pair, now, borrow_stop, transfer_stop, command.removal, rules.reminder
        )
    )  # fmt: skip
    return None


def _name_refusal(core: Core, name: str, is_pair: bool) -> Refusal | None:
    """Refuse what is not in the catalogue, what the venue cannot be without, and a pair that is gone."""
    if is_pair:
        pair = core.pair(name)
        if pair is None:
            return Refusal.UNKNOWN_PAIR
        if pair.status == DELISTED or core.delistings.is_being_removed(pair):
            return core.refuse(Refusal.PAIR_HALTED, f"{name} is delisted")
        return None
    if core.asset(name) is None:
        return Refusal.UNKNOWN_ASSET
    if name in (USDT, BNB):
        return core.refuse(Refusal.MALFORMED, f"{name} is what the venue reckons or pays commission in: it stays")
    if name == core.liquidator.loans.asset:
        return core.refuse(Refusal.MALFORMED, f"{name} is what liquidation loans are reckoned in: it stays")
    return None


def withdraw_delisting(core: Core, command: WithdrawDelisting) -> Refusal | None:
    """Take back a delisting whose removal has not begun."""
    delisting = core.delistings.delistings.get(command.name)
    if delisting is None or delisting.state != COMING:
        return core.refuse(Refusal.DELISTING_UNKNOWN, f"no delisting of {command.name!r} waits for its removal")
    # From here on it must succeed.
    core.delistings.withdraw(delisting)
    return None
