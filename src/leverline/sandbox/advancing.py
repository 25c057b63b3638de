"""Time that the user drives: hour by hour, the index held still and heard at each hour, so that all is as if it passed.

Prices are published just before each full hour and at it: an hour's interest is charged on a live index, in order.
Liquidations that follow are given the seconds they need before the next leap. Between the hours the index is silent
and so stale (rule 2.2); nobody is liquidated on it. In the end every maker quotes anew.
"""

from typing import Final

from leverline.engine.commands import AdvanceTime
from leverline.kernel.time import HOUR, SECOND, hour_start
from leverline.sandbox.market import SandboxMarket
from leverline.sandbox.ports import DrivenClock

EVE: Final = SECOND
"""How long before a full hour prices are published."""
ROUND: Final = SECOND
"""Step of time while liquidations go on."""
ROUNDS_MAX: Final = 600
"""Liquidations that take longer go on when time flows again."""
ROUNDS_PER_PRICES: Final = 4
"""Prices are published once in so many rounds, well within the time after which a source counts as silent."""


async def advance(market: SandboxMarket, clock: DrivenClock, span: int) -> int:
    """Move venue time forward by `span` microseconds, everything due on the way done in order; return the time then."""
    was_running, market.is_running = market.is_running, False
    try:
        end = clock.now() + span
        live = [asset for asset in market.index.assets if market.index.is_live(asset, clock.now())]
        while (hour := hour_start(clock.now()) + HOUR) <= end:
            await _go_to(market, clock, live, hour - EVE)
            await _go_to(market, clock, live, hour)
            await _let_liquidations_end(market, clock, live, min(end, hour + HOUR - 2 * EVE))
        await _go_to(market, clock, live, end)
        await market.refresh()
    finally:
        market.is_running = was_running
    return clock.now()


async def _go_to(market: SandboxMarket, clock: DrivenClock, live: list[str], time: int) -> None:
    """Leap to `time` and publish the prices of before again, those of `live` assets."""
    clock.advance(max(time - clock.now(), 0))
    await market.venue.submit(market.index.publish(live, clock.now()))


async def _let_liquidations_end(market: SandboxMarket, clock: DrivenClock, live: list[str], end: int) -> None:
    """Go on second by second while accounts are being liquidated, the makers filling their books again."""
    core = market.venue.core
    for place in range(ROUNDS_MAX):
        if not core.liquidator.accounts or clock.now() + ROUND > end:
            break
        clock.advance(ROUND)
        command = AdvanceTime() if place % ROUNDS_PER_PRICES else market.index.publish(live, clock.now())
        await market.venue.submit(command)
        await market.refresh(is_forced=False)
