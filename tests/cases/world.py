"""A small venue whose commands are written into the journal of a data folder, and the stories told of it."""

from pathlib import Path

import msgspec
from tests.described import check_described
from tests.engine.world import ALICE, BOB, CROSS, ISOLATED, MINUTE, World, amount, parameters, ratio

from leverline.cases.case_file import CaseFile
from leverline.cases.making import make_case_file
from leverline.cases.names import CaseName
from leverline.engine.commands import (
    Borrow,
    ChangeParameters,
    Command,
    ExcludeSource,
    PauseLiquidation,
    PlaceOrder,
    PublishPrices,
    ResumeLiquidation,
    SwitchMode,
    TakeOverAccount,
)
from leverline.journal.folder import DataFolder
from leverline.kernel.events import Event
from leverline.liquidation.events import LiquidationStarted
from leverline.margin.account import PRO
from leverline.market.terms import LIMIT
from leverline.rulebook.parameters import VenueParameters
from leverline.venue.data import open_journal
from leverline.venue.records import encode_command, encode_record


class Story(World):
    """A world that knows which liquidations its commands began."""

    def __init__(self, fund: str = "1000000", rules: VenueParameters | None = None) -> None:
        self.names: list[CaseName] = []
        super().__init__(rules, fund)

    def attempt(self, command: Command) -> list[Event]:
        """Apply a command and note what it began."""
        events = super().attempt(command)
        started = [event for event in events if isinstance(event, LiquidationStarted)]
        self.names += [CaseName(len(self.history), event.wallet_id) for event in started]
        return events

    def send(self, *commands: Command) -> list[Event]:
        """Apply commands, but for gifts of nothing to pools that have nothing."""
        return super().send(*(each for each in commands if getattr(each, "amount", 1)))

    def write(self, path: Path) -> Path:
        """Write the journal of a data folder."""
        with DataFolder(path) as folder:
            journal = open_journal(folder, self.parameters, "sandbox")
            rows = enumerate(self.history, 1)
            journal.append([(number, encode_record(time, encode_command(command))) for number, (command, time) in rows])
            journal.close()
        return path

    def books(self, price: str, size: str = "100") -> None:
        """Quote BTC around an index price."""
        bid, ask = (amount(price) * share // 1_000 for share in (999, 1_001))
        tick = self.parameters.pairs["BTCUSDT"].tick_size
        self.maker(bid=shown(bid - bid % tick), ask=shown(ask - ask % tick), size=size)


def shown(number: int) -> str:
    """Return an amount as text."""
    return f"{number // 10**8}.{number % 10**8:08}"


def rules_of(rule_set: str, mode: str) -> VenueParameters:
    """Return the small venue's figures, whatever is asked for."""
    return parameters()


def made(story: Story, path: Path, place: int = 0) -> CaseFile:
    """Return the file of a story's case, whose document is as it is described."""
    assert story.names, "nothing was liquidated"
    found = make_case_file(story.write(path), rules_of, story.names[place])
    check_described("GET", "/account/v1/liquidation-case", 200, "application/json", msgspec.json.encode(found.document))
    return found


def falling(story: Story, prices: list[str], size: str = "100") -> None:
    """Let BTC go through prices, a minute each, its book following, and time for the rounds after."""
    for price in prices:
        story.time += MINUTE
        if size:
            story.books(price, size)
        story.index(BTC=price)
        for _ in range(3):
            story.advance(5_000_000)


def isolated_long() -> Story:
    """Alice is long in an isolated account; books are thin, so that it takes rounds."""
    story = Story()
    story.long()
    falling(story, ["58000", "55000", "54000", "53000", "52400", "52300"], size="0.2")
    return story


def classic_short() -> Story:
    """Bob is short in a Classic account and BTC rises; an open order of his is cancelled at the lock."""
    story = Story()
    story.short()
    story.send(PlaceOrder(BOB, CROSS, "BTCUSDT", True, LIMIT, amount("0.01"), amount("55000")))
    story.advance(60 * MINUTE)
    falling(story, ["65000", "70000", "71500", "72200", "73000"])
    return story


def changed_rules() -> Story:
    """Bob is short; stricter ratios, announced a minute before, liquidate him at a price that does not move."""
    story = Story()
    story.short()
    falling(story, ["65000", "66000"])
    values = [("classic.5.liquidation_ratio", "1220000000000"), ("classic.5.margin_call_ratio", "1230000000000")]
    story.send(ChangeParameters("stricter", values, story.time + MINUTE))
    falling(story, ["66000", "66000"])
    return story


def pro_long() -> Story:
    """Alice holds BTC in a Pro account and owes USDT."""
    story = Story()
    story.cross(ALICE, BTC="1")
    story.send(SwitchMode(ALICE, PRO))
    story.send(Borrow(ALICE, CROSS, "USDT", amount("40000")))
    story.maker(bid="", ask="60000")
    story.send(PlaceOrder(ALICE, CROSS, "BTCUSDT", True, LIMIT, amount("0.6"), amount("60000")))
    story.maker(bid="", ask="")
    falling(story, ["50000", "40000", "30000", "25000", "24000", "23500", "23000"])
    return story


def takeover_with_deficit() -> Story:
    """Alice's isolated long falls through her debt at once, with no book: a takeover, and the fund pays."""
    story = Story()
    story.long()
    story.time += MINUTE
    story.index(BTC="47000")
    for _ in range(20):
        story.advance(30_000_000)
    return story


def fund_exhausted() -> Story:
    """The same with a fund that holds next to nothing: the rest is written off."""
    story = Story(fund="100")
    story.long()
    story.time += MINUTE
    story.index(BTC="47000")
    for _ in range(20):
        story.advance(30_000_000)
    return story


def paused_and_taken_over() -> Story:
    """Liquidation is paused and a source excluded when Alice's long is locked; an operator ends it by hand."""
    story = Story()
    story.long()
    story.send(PublishPrices("wrong", [("BTC", ratio("58000"), 1)]), ExcludeSource("wrong"))
    story.send(PauseLiquidation(0))
    falling(story, ["55000", "52400"])
    for _ in range(20):
        story.advance(30_000_000)
    story.send(TakeOverAccount(ALICE, ISOLATED, "BTCUSDT"), ResumeLiquidation(0))
    story.advance(30_000_000)
    return story


STORIES = {
    "isolated": isolated_long, "classic short": classic_short, "pro": pro_long, "takeover": takeover_with_deficit,
    "fund exhausted": fund_exhausted, "changed rules": changed_rules, "by hand": paused_and_taken_over,
}  # fmt: skip
