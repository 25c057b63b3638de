"""A replay: history's prices through a venue of makers, spot traders and margin accounts, on the engine that trades.

At each index step the makers follow first, then the index is published, then people act. While a liquidation is
under way the time between two steps goes by in seconds, and the makers come back after each.
"""

from dataclasses import dataclass
from time import perf_counter
from typing import Final

from leverline.bars.walk import Step, walk
from leverline.bars.window import Window
from leverline.engine.commands import AdvanceTime, SetPairStatus
from leverline.kernel.numbers import UNIT
from leverline.kernel.time import SECOND
from leverline.lab.accounting import Accounting, Closing
from leverline.lab.activity import Crowd
from leverline.lab.chance import Chance
from leverline.lab.listing import Listing, list_venue
from leverline.lab.makers import Makers
from leverline.lab.opening import Opening, eve_of, open_accounts, open_house, publish
from leverline.lab.population import Population
from leverline.lab.samples import Sampler
from leverline.lab.session import Session
from leverline.lab.tally import Tally
from leverline.lab.watch import Watch
from leverline.market.terms import HALTED
from leverline.parameters.scheme_pairs import SETTLEMENT

FUND_DEFAULT: Final = 2_000_000 * UNIT
LIQUIDATION_SPAN: Final = 90 * SECOND
"""After the last start of a liquidation, time goes by in seconds for at most this long: rule 11.3 ends each in 60 s."""


@dataclass
class Settings:
    """What a replay may be told."""

    accounts: int = 2_000
    seed: int = 1
    fund: int = FUND_DEFAULT
    """Insurance fund at the start, 10⁻⁸ USDT."""


@dataclass
class Outcome:
    """All that a replay found."""

    window: Window
    listing: Listing
    settings: Settings
    opening: Opening
    tally: Tally
    sampler: Sampler
    closing: Closing
    halted: list[str]
    state_hash: str
    commands: int
    orders: int
    """Placed by the commands: a maker's quote is one command and many orders."""
    engine_seconds: float
    seconds: float
    """Of the whole replay, data reading not counted."""


def run_replay(window: Window, settings: Settings, watch: Watch | None = None) -> Outcome:
    """Replay `window`; `watch` is told how far it is and may end it by raising Stopped."""
    began = perf_counter()
    listing = list_venue(window)
    replay = Replay(window, listing, settings, watch or Watch())
    opening = replay.open()
    replay.run()
    closing = replay.accounting.close(replay.session)
    session = replay.session
    return Outcome(
        window, listing, settings, opening, session.tally, replay.sampler, closing, replay.halted,
        session.engine.state_hash(), session.commands, session.orders, session.engine_seconds, perf_counter() - began,
    )  # fmt: skip


class Replay:
    """One replay under way."""

    def __init__(self, window: Window, listing: Listing, settings: Settings, watch: Watch) -> None:
        chance = Chance(settings.seed)
        self.watch = watch
        self.window = window
        self.settings = settings
        self.session = Session(listing.parameters, eve_of(window.start))
        self.makers = Makers(self.session, listing, window.tracks)
        self.first_prices = [
            (track.asset, track.series.opens[0]) for track in window.tracks if track.series.times[0] == window.start
        ]
        assets = [asset for asset, _ in self.first_prices]
        self.plans = Population(chance, listing, assets).draw(settings.accounts)
        self.crowd = Crowd(self.session, self.makers, chance, self.plans)
        self.sampler = Sampler(window)
        self.accounting = Accounting(self.plans)
        self.ends = {track.asset: track.end for track in window.tracks}
        self.halted: list[str] = []
        """Pairs halted because their bars stopped for good."""

    def open(self) -> Opening:
        """Bring the venue to the start of the window."""
        open_house(self.session, self.makers, self.first_prices, self.window.start, self.settings.fund)
        self.crowd.open()
        opening = open_accounts(self.session, self.makers, self.plans, self.watch)
        self.accounting.open(self.session)
        return opening

    def run(self) -> None:
        """Walk through all index steps and let what is under way at the end come to its end."""
        for step in walk(self.window):
            self.pass_time(step.time)
            self.take_step(step)
            self.sampler.note(self.session.tally, step.time)
            self.watch.time_reached(step.time)
        self.finish()
        self.watch.time_reached(self.window.end)

    def finish(self) -> None:
        """Hold the last prices for a while, so that liquidations under way come to their end."""
        session = self.session
        self.pass_time(self.window.end)
        alive = [asset for asset in self.ends if session.tally.index[asset] and self.ends[asset] == self.window.end]
        publish(session, [(asset, session.tally.index[asset]) for asset in alive])
        self.makers.refill(session.tally.take_hits())
        self.pass_time(self.window.end + LIQUIDATION_SPAN)
        self.sampler.note(session.tally, session.time, is_last=True)

    def take_step(self, step: Step) -> None:
        """Let makers follow, publish the index, then let people act."""
        self.makers.follow(step.prices)
        publish(self.session, step.prices)
        self.watch_index()
        self.crowd.act([asset for asset, _ in step.prices])
        self.makers.refill(self.session.tally.take_hits())

    def pass_time(self, until: int) -> None:
        """Bring the venue's time to just before `until`: in seconds while accounts are in liquidation."""
        session, tally = self.session, self.session.tally
        while tally.active and session.time + SECOND < until:
            if session.time > tally.liquidations[-1].started + LIQUIDATION_SPAN:
                break
            session.time += SECOND
            session.send(AdvanceTime())
            self.watch_index()
            self.makers.refill(tally.take_hits())
            self.watch.check(session.time)
        session.time = max(session.time, until)

    def watch_index(self) -> None:
        """Makers leave a book whose index is stale; the operator halts a pair whose bars have ended for good."""
        for asset, is_stale in self.session.tally.take_stale().items():
            if is_stale and asset in self.ends:
                self.makers.withdraw(asset)
                if self.ends[asset] < self.window.end and self.ends[asset] <= self.session.time:
                    self.halted.append(asset)
                    self.session.must(SetPairStatus(asset + SETTLEMENT, HALTED))
