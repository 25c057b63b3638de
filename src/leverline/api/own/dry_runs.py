"""Dry runs as operators see them: who would be called, liquidated or freed, the largest debts first."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Rate
from leverline.api.errors import UNAVAILABLE, WireError
from leverline.api.margin.words import shown_ratio
from leverline.api.own.words import ID_MAX
from leverline.api.parameters import optional, whole
from leverline.engine.dry_run import KIND_NAMES, Change, totals_of
from leverline.engine.engine import Engine
from leverline.kernel.decimals import format_amount
from leverline.margin.account import MODE_NAMES, STATUS_NAMES
from leverline.venue.child_work import ChildFailed, ask_child

DRY_RUNS: Final = Rate(30, 60)
"""A dry run costs a fork and two looks at every account."""
OFFSET: Final = optional("offset", whole(0, ID_MAX), 0)
_SECONDS: Final = 60.0
_TURN: Final = "turn of dry runs"


async def ask(call: Call, question: Callable[[Engine], bytes]) -> bytes:
    """Return the answer of a copy of the process; the venue goes on and nothing of it changes.

    One dry run is made at a time; views of the risk have copies of their own and wait for none. Raises -1008.
    """
    turn: asyncio.Lock = call.services.caches.setdefault(_TURN, asyncio.Lock())
    try:
        async with asyncio.timeout(_SECONDS):
            await turn.acquire()
    except TimeoutError as fault:
        raise _no_answer("others are being answered") from fault
    try:
        return await ask_child(call.services.venue, question, _SECONDS)
    except ChildFailed as fault:
        raise _no_answer(fault) from fault
    finally:
        turn.release()


def _no_answer(why: object) -> WireError:
    """Return what is said where there is no answer."""
    return WireError(-1008, f"No answer could be made: {why}", UNAVAILABLE)


def moved(accounts: int, changes: Sequence[Change], offset: int, limit: int) -> dict[str, Any]:
    """Return whom a dry run moves of the `accounts` judged: totals of all, and `limit` rows from `offset` on."""
    ordered = sorted(changes, key=lambda each: (-each.after.liabilities, each.after.wallet_id))
    return {
        "accounts": accounts,
        "totals": {
            KIND_NAMES[kind]: {"accounts": each.accounts, "liabilities": format_amount(each.liabilities)}
            for kind, each in totals_of(ordered).items()
        },
        "rows": [change_row(each) for each in ordered[offset : offset + limit]],
        "offset": offset,
        "total": len(ordered),
    }


def change_row(change: Change) -> dict[str, Any]:
    """Return one account that is moved; `mode` is the one it is judged in, `modeNow` its own."""
    before, after = change.before, change.after
    return {
        "userId": after.user_id,
        "account": after.pair or "cross",
        "mode": MODE_NAMES[after.mode],
        "modeNow": MODE_NAMES[before.mode],
        "becomes": KIND_NAMES[change.kind],
        "assets": format_amount(after.assets),
        "liabilities": format_amount(after.liabilities),
        "marginLevel": shown_ratio(before.level),
        "marginLevelAfter": shown_ratio(after.level),
        "status": STATUS_NAMES[before.status],
        "statusAfter": STATUS_NAMES[after.status],
    }
