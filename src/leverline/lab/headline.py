"""The two sentences that sum a replay up."""

from typing import Final

from leverline.kernel.numbers import UNIT
from leverline.lab.replay import Outcome
from leverline.lab.tables import count_users
from leverline.lab.wording import percent, roughly
from leverline.margin.account import CLASSIC, ISOLATED_MODE, PRO

MODE_WORDS: Final = {CLASSIC: "Classic", PRO: "Pro", ISOLATED_MODE: "isolated"}
ALMOST_ALL: Final = 90
MOST: Final = 60
"""Per cent of what the fund lost from which on a cause counts as almost all, or most, of it."""
HALF: Final = (45, 55)
"""Per cent of the fund that count as half of it."""


def headline(outcome: Outcome) -> list[str]:
    """Return what became of the accounts, and what became of the fund."""
    return [accounts_sentence(outcome), fund_sentence(outcome)]


def accounts_sentence(outcome: Outcome) -> str:
    """Return how many accounts were liquidated, and whose the value was."""
    liquidations, accounts = outcome.tally.liquidations, outcome.opening.accounts
    if not accounts:
        return "There were no margin accounts."
    users = count_users(liquidations)
    if not users:
        return f"None of {accounts:,} accounts was liquidated."
    given = dict.fromkeys(MODE_WORDS, 0)
    for liquidation in liquidations:
        given[liquidation.mode] += liquidation.given
    sentence = f"{percent(users, accounts)} of {accounts:,} accounts were liquidated"
    whole = sum(given.values())
    if whole < UNIT:
        return f"{sentence}."
    largest = max(given, key=lambda mode: given[mode])
    share = percent(given[largest], whole)
    return f"{sentence}; {share} of the {roughly(whole)} USDT liquidated was {MODE_WORDS[largest]}."


def fund_sentence(outcome: Outcome) -> str:
    """Return how far the fund fell or rose, and by what."""
    before, after = outcome.closing.fund_before, outcome.closing.fund_after
    written_off = outcome.tally.totals.written_off
    tail = f"; {roughly(written_off)} USDT more were written off against the pools" if written_off else ""
    if not before:
        return f"There was no insurance fund at the start; it ended with {roughly(after)} USDT{tail}."
    change = after - before
    amounts = f"from {roughly(before)} to {roughly(after)} USDT"
    if 100 * abs(change) < before:
        is_same = roughly(before) == roughly(after)
        what = f"kept its {roughly(before)} USDT" if is_same else f"hardly changed, {amounts}"
        return f"The insurance fund {what}{tail}."
    if change > 0:
        return f"The insurance fund rose by {percent(change, before)}, {amounts}{tail}."
    fallen = _fall(-change, before)
    return f"The insurance fund {fallen}, {amounts}, {_cause(outcome)}{tail}."


def _fall(loss: int, before: int) -> str:
    if 1000 * loss > 995 * before:
        return "fell to nothing"
    low, high = HALF
    return "fell by half" if low * before <= 100 * loss <= high * before else f"fell by {percent(loss, before)}"


def _cause(outcome: Outcome) -> str:
    """Return the largest of what the fund paid, and how much of it that is."""
    flows = outcome.tally.flows
    paid = {"by unwinding what was taken over": flows.unwinding_loss, "by paying deficits": flows.deficits_paid}
    cause = max(paid, key=lambda name: paid[name])
    whole = max(sum(paid.values()), 1)
    if 100 * paid[cause] >= ALMOST_ALL * whole:
        return f"almost all of it {cause}"
    return f"{'most' if 100 * paid[cause] >= MOST * whole else 'the larger part'} of it {cause}"
