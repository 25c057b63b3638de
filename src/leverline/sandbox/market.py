"""The sandbox market as one object: opened once, ticked ten times a second, driven by the user in between.

Every tick does a slice of the work, so that none of them holds up the venue for long: the index once a second, the
leading pairs every time, all other pairs in turn once a second. Nothing here waits for an answer; what came of the
commands is read from the engine's state.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from leverline.engine.commands import Command, PublishPrices
from leverline.engine.commit import Commit
from leverline.kernel.numbers import RATIO_ONE
from leverline.kernel.time import SECOND
from leverline.market.terms import TRADING
from leverline.sandbox.house import is_house
from leverline.sandbox.index import SandboxIndex
from leverline.sandbox.makers import FACTOR_MAX, Makers, leading_assets
from leverline.sandbox.movement import calibrate
from leverline.sandbox.opening import hand_in, open_house
from leverline.sandbox.ports import Clock, IndexDriver, MarketVenue, SandboxFault
from leverline.sandbox.quoter import Quoter
from leverline.sandbox.simulated import SimulatedIndex
from leverline.sandbox.takers import Takers

CATCH_UP: Final = 5
"""After a pause the market lives through at most so many seconds of it; the rest it has slept."""
PAIRS_AT_ONCE: Final = 120
"""So many pairs follow a sudden move before it is published; the quotes of all others are taken out first."""
QUOTES_PER_TICK: Final = 60
"""So many quotes at most in a tick of TICK."""
TICK: Final = SECOND // 10
WAITING_MAX: Final = 500
"""While more commands than this wait, makers and takers rest: what they see is a book without what they handed in."""
SUDDEN: Final = 100
"""A move of more than one part in so many between two publications is sudden."""
FAR: Final = 3
"""A move to more than so many times a price, or less than that part of it, is published before anybody quotes it."""


class SandboxMarket:
    """Index, makers and takers of one venue. `seed` settles everything that is drawn."""

    def __init__(self, venue: MarketVenue, clock: Clock, seed: int, driver: IndexDriver | None = None) -> None:
        self.venue = venue
        self.clock = clock
        self.seed = seed
        core = venue.core
        self.calibration = calibrate(core.parameters)
        leading = leading_assets(core.exchange.pairs, self.calibration)
        often = leading + self.calibration.followers(leading)
        self.index = SandboxIndex(core.parameters, driver or SimulatedIndex(self.calibration, seed), often)
        self.makers = Makers(core, self.calibration, self.index, leading)
        self.takers = Takers(core, list(self.makers.quoters.values()), seed)
        self.refusals: dict[str, int] = {}
        """How often commands of the house were refused, by command and refusal; empty while all is well."""
        self._leading = [quoter for quoter in self.makers.quoters.values() if quoter.is_leading]
        self._others = [quoter for quoter in self.makers.quoters.values() if not quoter.is_leading]
        self._place = 0
        self._urgent: deque[Quoter] = deque()
        self._second = 0
        self._ticked = 0
        self.is_running = False
        """Whether it has been opened and ticks do anything."""
        self._by_asset: dict[str, list[Quoter]] = {}
        for quoter in sorted(self.makers.quoters.values(), key=lambda quoter: -quoter.usual_depth):
            for asset in (quoter.pair.base.symbol, quoter.pair.quote.symbol):
                self._by_asset.setdefault(asset, []).append(quoter)

    async def open(self) -> None:
        """Open the house where that is still to be done, publish all prices and let every maker quote.

        Where the index moved while the venue was down, quotes of before are taken out first.
        """
        assets = self.venue.core.board.assets.values()
        known = {asset.symbol: asset.price or self.calibration.prices[asset.symbol] for asset in assets}
        now = self.clock.now()
        self.index.start(known, self.index.driver.steps, now)
        await open_house(self.venue, self.makers)
        told = self.index.open(now)
        if any(_is_sudden(known[asset], price) for asset, price, _ in told.prices):
            await hand_in(self.venue, [quoter.silence() for quoter in self.makers.quoters.values()])
        await self.venue.submit(told)
        await self.refresh()
        self.is_running = True

    async def refresh(self, *, is_forced: bool = True) -> None:
        """Let every maker quote anew, or only those who must if not `is_forced`; wait until they have."""
        now = self.clock.now()
        self._second, self._ticked = now - now % SECOND, now
        commands: list[Command] = []
        for quoter in self.makers.quoters.values():
            fair = self.makers.fair(quoter, now)
            commands += self.makers.follow(quoter, fair, now, is_forced=is_forced)
            if len(commands) >= PAIRS_AT_ONCE:
                await hand_in(self.venue, commands)
                commands = []
        await hand_in(self.venue, commands)

    def tick(self, now: int) -> None:
        """Do what is due at `now`, venue time in microseconds. To be called about ten times a second."""
        if not self.is_running:
            return
        self._live(now)
        if self.venue.waiting > WAITING_MAX:
            return
        elapsed = min(max(now - self._ticked, 0), CATCH_UP * SECOND)
        self._ticked = now
        for quoter in self._leading:
            self._post(self._attend(quoter, now))
        self._attend_others(now, elapsed)
        self._post(self.takers.trades(now))

    def note(self, commit: Commit) -> None:
        """Take notice of a commit: the house must never be refused, so if it is, it is counted."""
        refusal = commit.refusal
        if refusal is not None and is_house(getattr(commit.command, "user_id", 0)):
            name = f"{type(commit.command).__name__}: {refusal.name}"
            self.refusals[name] = self.refusals.get(name, 0) + 1

    def pin(self, prices: Mapping[str, int]) -> None:
        """Hold the index of assets at prices of 10⁻¹² USDT until they are released. Raises SandboxFault."""
        self._drive(self.index.pin(prices))

    def shock(self, moves: Mapping[str, int]) -> None:
        """Move the index of assets by shares of their price, ratios of 10⁻¹²; they go on from there.

        Raises SandboxFault.
        """
        self._drive(self.index.shock(moves))

    def release(self, assets: Sequence[str]) -> None:
        """Let pinned assets go. Raises SandboxFault."""
        self._drive(self.index.release(assets))

    def set_depth(self, pair: str, value: int) -> None:
        """Let the maker of a pair quote `value` (10⁻⁸ USDT) on each side. Raises SandboxFault."""
        quoter = self.makers.quoter(pair)
        if not 0 < value <= FACTOR_MAX * quoter.usual_depth:
            raise SandboxFault(f"the depth of {pair} is above 0 and at most {FACTOR_MAX} times the usual one")
        quoter.depth = value
        self._requote(quoter)

    def scale_depth(self, pair: str, factor: int) -> None:
        """Let the maker of a pair quote its usual depth times `factor`, a ratio of 10⁻¹². Raises SandboxFault."""
        self.set_depth(pair, self.makers.quoter(pair).usual_depth * factor // RATIO_ONE)

    def withdraw(self, pair: str) -> None:
        """Take the maker of a pair out of its book until it is restored. Raises SandboxFault."""
        quoter = self.makers.quoter(pair)
        quoter.is_withdrawn = True
        self._post([quoter.silence()])

    def restore_quotes(self, pair: str) -> None:
        """Let the maker of a pair quote again, at its usual depth. Raises SandboxFault."""
        quoter = self.makers.quoter(pair)
        quoter.is_withdrawn, quoter.depth = False, quoter.usual_depth
        self._requote(quoter)

    def state(self) -> dict[str, Any]:
        """Return what the next start needs besides the engine's state, as plain values for JSON."""
        return {"seed": self.seed, "steps": self.index.driver.steps, **self.index.state(), **self.makers.state()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` returned; before `open`, of a market made with the same seed."""
        self.index.restore(state)
        self.makers.restore(state)
        self.index.driver.steps = int(state.get("steps", 0))

    def _live(self, now: int) -> None:
        """Let the index live through the seconds that have passed, and draw the trades of the present one."""
        second = now - now % SECOND
        seconds = min((second - self._second) // SECOND, CATCH_UP)
        if seconds <= 0:
            return
        self._second = second
        for place in range(seconds):
            self._tell(self.index.prices, second - (seconds - 1 - place) * SECOND, now)
        self.takers.plan(second)

    def _tell(self, prices: Mapping[str, int], second: int, now: int) -> None:
        """Publish what is due in a second; makers follow a sudden move before it is published."""
        before = dict(prices)
        told = self.index.step(second)
        moves = {asset: (before.get(asset, 0), price) for asset, price, _ in told.prices}
        if any(_is_sudden(*move) for move in moves.values()):
            self._follow_and_publish({a: move for a, move in moves.items() if _is_sudden(*move)}, told, now)
        else:
            self.venue.post(told)

    def _drive(self, targets: Mapping[str, int]) -> None:
        """Bring the index to where the user wants it, at once."""
        now = self.clock.now()
        moves = {asset: (self.index.prices.get(asset, 0), target) for asset, target in targets.items()}
        self.index.settle(targets)
        self._follow_and_publish(moves, self.index.publish(list(targets), now), now)

    def _follow_and_publish(self, moves: Mapping[str, tuple[int, int]], told: PublishPrices, now: int) -> None:
        """Let the makers of these assets (price before and now) follow, then publish, then let takers trade.

        Makers know where the index goes and are there first, so that nobody trades with a quote that a shock has left
        behind. Beyond PAIRS_AT_ONCE they only leave the book now and come back in the next ticks. So do all of them
        where the move is so far that the new prices would be refused while the index is still the old one.
        """
        quoters = list({quoter.user_id: quoter for asset in moves for quoter in self._by_asset.get(asset, [])}.values())
        is_far = any(_is_far(*move) for move in moves.values())
        for quoter in quoters if is_far else quoters[PAIRS_AT_ONCE:]:
            self._post([quoter.silence()] if quoter.fair else [])
        if not is_far:
            for quoter in quoters[:PAIRS_AT_ONCE]:
                self._post(self.makers.follow(quoter, self.makers.fair(quoter, now), now))
        self.venue.post(told)
        for quoter in quoters[:PAIRS_AT_ONCE]:
            self._post(self._attend(quoter, now))
        self._urgent.extend(quoters[PAIRS_AT_ONCE:])

    def _attend_others(self, now: int, elapsed: int) -> None:
        """Attend to pairs that a sudden move has left, then to those whose turn it is."""
        quotes = max(QUOTES_PER_TICK * elapsed // TICK, QUOTES_PER_TICK)
        turns = min(-(-len(self._others) * elapsed // SECOND), len(self._others))
        while quotes > 0 and (self._urgent or turns > 0):
            if self._urgent:
                quoter = self._urgent.popleft()
            else:
                quoter = self._others[self._place]
                self._place = (self._place + 1) % len(self._others)
                turns -= 1
            commands = self._attend(quoter, now)
            self._post(commands)
            quotes -= bool(commands)

    def _attend(self, quoter: Quoter, now: int) -> list[Command]:
        """Return what maker and takers do in a pair: follow, take what is left behind, bring the last price along.

        After arbitrage the maker quotes once more, for a level that would have met what was taken was left out.
        """
        fair = self.makers.fair(quoter, now)
        commands = self.makers.follow(quoter, fair, now)
        if fair == 0 or quoter.pair.status != TRADING:
            return commands
        taken = self.takers.arbitrage(quoter, fair, now)
        if taken and not quoter.is_withdrawn:
            taken += self.makers.follow(quoter, fair, now, is_forced=True)
        return [*commands, *taken, *self.takers.correction(quoter, fair, now)]

    def _requote(self, quoter: Quoter) -> None:
        """Let a maker quote anew at once."""
        now = self.clock.now()
        self._post(self.makers.follow(quoter, self.makers.fair(quoter, now), now, is_forced=True))

    def _post(self, commands: Iterable[Command]) -> None:
        for command in commands:
            self.venue.post(command)


def _is_sudden(before: int, after: int) -> bool:
    """Whether a price moved more than a quote can bear."""
    return before > 0 and abs(after - before) * SUDDEN > before


def _is_far(before: int, after: int) -> bool:
    """Whether a price moved out of reach of orders at the old one."""
    return before > 0 and (after > FAR * before or before > FAR * after)
