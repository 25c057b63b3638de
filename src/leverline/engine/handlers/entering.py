"""Entering orders of lists: the checks against book, margin and funds, then borrowing, locking, matching (rule 9.7)."""

from leverline.engine.core import Core
from leverline.engine.handlers.orders import borrow_for, entry_refusal, loan_needed, named_refusal
from leverline.market.list_filters import pair_refusal
from leverline.market.order import Order
from leverline.rulebook.order_lists import pair_need
from leverline.rulebook.refusals import Refusal


def single_refusal(core: Core, order: Order) -> Refusal | None:
    """Check a well-formed order that stands alone."""
    need = core.exchange.lock_needed(order)
    return entry_refusal(core, order, need, loan_needed(core, order, need))


def together_refusal(core: Core, above: Order, below: Order) -> Refusal | None:
    """Check a pair: its prices, then each of its orders as if it bore what both need; the first refusal counts."""
    refusal = pair_refusal(above, below, above.pair.last_price)
    found, words = None, ""
    if refusal is not None:
        found, words = named_refusal(core, refusal, above), core.detail
    need = _need_of_pair(core, above, below)
    loan = loan_needed(core, above, need)
    for order in (above, below):
        refusal = entry_refusal(core, order, need, loan)
        if refusal is not None and (found is None or refusal < found):
            found, words = refusal, core.detail
    return None if found is None else core.refuse(found, words)


def begin_order(core: Core, order: Order, followers: list[Order]) -> None:
    """Borrow for an order that has its id, lock its funds, let those that follow it wait, match it."""
    need = core.exchange.lock_needed(order)
    loan = loan_needed(core, order, need)
    if loan:
        borrow_for(core, order, loan)
    core.exchange.admit(order, need)
    for follower in followers:
        core.exchange.register.wait(follower)
    core.exchange.act(order)
    if order.account.debts:
        core.risk.order_placed(order)


def begin_pair(core: Core, above: Order, below: Order) -> None:
    """Borrow once for both orders of a pair, lock once, let both stand."""
    need = _need_of_pair(core, above, below)
    bearer = core.exchange.bearer_of(above, below)
    loan = loan_needed(core, bearer, need)
    if loan:
        borrow_for(core, bearer, loan)
    core.exchange.submit_pair(above, below, need)
    if above.account.debts:
        core.risk.order_placed(above)
        core.risk.order_placed(below)


def _need_of_pair(core: Core, above: Order, below: Order) -> int:
    """Return what a pair locks: what the dearer of its orders needs."""
    return pair_need(core.exchange.lock_needed(above), core.exchange.lock_needed(below))
