"""The opening of the house: pools, insurance fund, first prices, makers and takers. Once in a venue's life.

Each step looks at what is there already, so that an opening that was cut off goes on where it ended. The last step
registers the user SEAL; a venue that has it was opened, and what its operator changed since stays changed.
"""

from collections.abc import Iterator
from typing import Final

from leverline.engine.commands import Command, HouseDeposit, RegisterUser, SupplyPool, TopUpFund
from leverline.engine.core import Core
from leverline.kernel.numbers import UNIT
from leverline.market.index_board import USDT
from leverline.sandbox.house import FIRST_TAKER, SEAL, TAKERS, VIP_LEVEL
from leverline.sandbox.makers import Makers
from leverline.sandbox.ports import MarketVenue

FUND_START: Final = 10_000_000 * UNIT
"""USDT in the insurance fund of a new sandbox."""
STOCK_SHARE: Final = 100
"""The house keeps a hundredth of each pool besides, for small exchanges (rules 13.3, 13.6)."""
GROUP: Final = 200
"""So many commands are handed in before the last of them is waited for."""


async def open_house(venue: MarketVenue, makers: Makers) -> None:
    """Do what is missing of the opening."""
    if SEAL in venue.core.users:
        return
    group: list[Command] = []
    for command in opening_commands(venue.core, makers):
        group.append(command)
        if len(group) == GROUP:
            await hand_in(venue, group)
            group = []
    await hand_in(venue, [*group, RegisterUser(SEAL, VIP_LEVEL)])


async def hand_in(venue: MarketVenue, commands: list[Command]) -> None:
    """Hand in commands in order and wait for the last of them."""
    if commands:
        for command in commands[:-1]:
            venue.post(command)
        await venue.submit(commands[-1])


def opening_commands(core: Core, makers: Makers) -> Iterator[Command]:
    """Yield what is missing, each command judged by the state at the time."""
    for asset in core.parameters.assets.values():
        accounts = core.ledger.venue[asset.symbol]
        missing = asset.pool_supply - accounts.pool_supply
        wanted = max(0, missing) + asset.pool_supply // STOCK_SHARE
        if accounts.house < wanted:
            yield HouseDeposit(asset.symbol, wanted - accounts.house)
        if missing > 0:
            yield SupplyPool(asset.symbol, missing)
    missing = FUND_START - core.ledger.venue[USDT].fund
    if missing > 0:
        yield HouseDeposit(USDT, missing)
        yield TopUpFund(USDT, missing)
    for quoter in makers.quoters.values():
        if quoter.user_id not in core.users:
            yield RegisterUser(quoter.user_id, VIP_LEVEL)
    for taker in range(FIRST_TAKER, FIRST_TAKER + TAKERS):
        if taker not in core.users:
            yield RegisterUser(taker, VIP_LEVEL)
