"""Who the house is: the ids of makers and takers, and how their wallets are kept full.

A wallet that falls below twice what is needed is filled up to RESERVE times it, one that holds far more than that
gives the surplus back to the world. So no maker runs dry, however long it trades.
"""

from typing import Final

from leverline.engine.commands import Command, Deposit, Withdraw
from leverline.engine.core import Core

FIRST_MAKER: Final = 1
"""Makers bear the ids from here on, one per pair in order of the catalogue."""
FIRST_TAKER: Final = 9_001
TAKERS: Final = 4
SEAL: Final = 9_999
"""The user whose existence says that the house has been opened."""
HOUSE_LAST: Final = 9_999
"""Highest id of a house account: the sandbox's users come after it."""
VIP_LEVEL: Final = 9
RESERVE: Final = 20
TAKER_RESERVE: Final = 500
TAKER_LEAST: Final = 20
SURPLUS: Final = 10
"""A wallet with more than so many reserves gives back all but one."""


def is_house(user_id: int) -> bool:
    """Whether a user is one of the house's."""
    return user_id <= HOUSE_LAST


def maker_funds(core: Core, user_id: int, asset: str, needed: int) -> list[Command]:
    """Return what brings a maker's wallet back to a good reserve of an asset of which it quotes `needed`."""
    user = core.users.get(user_id)
    holding = None if user is None else user.spot.holdings.get(asset)
    total = 0 if holding is None else holding.free + holding.locked
    reserve = RESERVE * needed
    if total < 2 * needed:
        return [Deposit(user_id, asset, reserve - total)]
    if holding is not None and total > SURPLUS * reserve and holding.free > 0:
        return [Withdraw(user_id, asset, min(total - reserve, holding.free))]
    return []


def taker_funds(core: Core, user_id: int, asset: str, needed: int) -> list[Command]:
    """Return what fills a taker's wallet up if it is low, counted in orders that give `needed` each.

    Several orders may be on their way at once, so it is low long before it is empty.
    """
    user = core.users.get(user_id)
    free = 0 if user is None else user.spot.free(asset)
    return [Deposit(user_id, asset, TAKER_RESERVE * needed)] if free < TAKER_LEAST * needed else []
