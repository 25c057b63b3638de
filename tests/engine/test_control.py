"""What operators stop: liquidation, all trading, index sources; and takeover by hand (rules 2.6, 11.9, 13.7)."""

import pytest
from tests.engine.world import ALICE, BOB, CAROL, CROSS, ISOLATED, MINUTE, SECOND, SPOT, World, amount, of_kind, ratio

from leverline.engine.commands import (
    AdvanceTime,
    Borrow,
    Command,
    ExcludeSource,
    IncludeSource,
    PauseLiquidation,
    PublishPrices,
    ResumeBorrowing,
    ResumeLiquidation,
    ResumeTrading,
    SetPairStatus,
    StopTrading,
    TakeOverAccount,
)
from leverline.kernel.events import Event
from leverline.lending.events import BorrowingStopped
from leverline.liquidation.events import (
    CAUSE_BY_OPERATOR,
    CAUSE_NO_FILL,
    CAUSE_TIME,
    RECOVERED,
    STOPPED_ABOVE,
    LiquidationEnded,
    LiquidationPaused,
    LiquidationStarted,
    LiquidationStep,
    TakenOver,
    Unwound,
)
from leverline.margin.account import CLASSIC, ISOLATED_MODE, PRO
from leverline.market.events import IndexChanged, OrderEnded, PairStatusChanged, SourceExcluded, TradingStopped
from leverline.market.terms import CANCEL_ONLY, HALTED, REDUCE_ONLY, TRADING
from leverline.rulebook.refusals import Refusal

PAIR = "BTCUSDT"


def seconds(world: World, count: int) -> list[Event]:
    """Let so many rounds pass."""
    return [event for _ in range(count) for event in world.advance(SECOND)]


class TestPause:
    """Locked as ever, but nothing is sold or taken over, and no time runs out."""

    def test_a_paused_product_is_locked_and_its_orders_cancelled_but_nothing_is_sold(self, world: World) -> None:
        """The book would take it all; after ten minutes nothing has been, and the account is locked still."""
        account = world.long()
        world.send(world.limit(ALICE, PAIR, False, "0.5", "62000", kind=ISOLATED), PauseLiquidation(ISOLATED_MODE))
        world.maker(bid="52500", ask="")
        events = world.index(BTC="52500") + seconds(world, 5) + world.advance(10 * MINUTE)
        assert len(of_kind(events, LiquidationStarted)) == len(of_kind(events, OrderEnded)) == 1
        assert not of_kind(events, LiquidationStep)
        assert not of_kind(events, TakenOver)
        assert account.is_locked
        assert account.rounds_without_fill == 0

    def test_the_minute_to_the_takeover_stands_still(self, world: World) -> None:
        """Twenty seconds before the pause and forty after it make the sixty; the empty book is not what ends it."""
        account = world.long()
        world.maker(bid="52400", ask="", size="0.001")
        world.index(BTC="52500")
        began = account.liquidation_started
        for _ in range(20):
            world.advance(SECOND)
            world.maker(bid="52400", ask="", size="0.001")
        world.send(PauseLiquidation(0))
        world.advance(5 * MINUTE)
        world.send(ResumeLiquidation(0))
        assert account.liquidation_started == began + 5 * MINUTE
        taken: list[TakenOver] = []
        count = 0
        while not taken:
            count += 1
            world.maker(bid="52400", ask="", size="0.001")
            taken = of_kind(world.advance(SECOND), TakenOver)
        assert (count, taken[0].cause) == (40, CAUSE_TIME)

    def test_an_account_that_is_locked_during_the_pause_has_its_whole_minute_afterwards(self, world: World) -> None:
        """Its clock begins where the pause ends."""
        account = world.long()
        world.send(PauseLiquidation(0))
        world.advance(MINUTE)
        world.index(BTC="52500")
        world.advance(5 * MINUTE)
        world.send(ResumeLiquidation(0))
        assert account.liquidation_started == world.time

    def test_prices_that_come_back_let_the_account_go_during_the_pause(self, world: World) -> None:
        """It is judged at every round: above its stop it is over, with nothing sold."""
        account = world.long()
        world.send(PauseLiquidation(0))
        world.index(BTC="52500")
        world.advance(SECOND)
        world.index(BTC="70000")
        (ended,) = of_kind(world.advance(SECOND), LiquidationEnded)
        assert (ended.reason, account.is_locked, account.liquidation_started) == (STOPPED_ABOVE, False, 0)

    def test_only_the_product_named_is_paused(self, world: World) -> None:
        """Alice's isolated account goes on; Bob's cross account waits."""
        world.long()
        world.short()
        world.maker(bid="52400", ask="80000")
        world.send(PauseLiquidation(CLASSIC), PauseLiquidation(PRO))
        world.index(BTC="52500")
        world.index(BTC="75000")
        assert not world.account(ALICE, PAIR).is_locked
        assert world.account(BOB).is_locked
        world.advance(2 * MINUTE)
        assert world.account(BOB).is_locked

    def test_the_liquidation_account_does_not_trade_for_a_paused_product(self, world: World) -> None:
        """What it took over it keeps until the product goes on, and sells in the next round then."""
        world.long()
        world.index(BTC="52500")
        assert of_kind(seconds(world, 3), TakenOver)
        world.send(PauseLiquidation(ISOLATED_MODE))
        world.maker(bid="52490", ask="")
        assert not of_kind(world.advance(3 * 60 * MINUTE), Unwound)
        world.send(ResumeLiquidation(ISOLATED_MODE))
        world.maker(bid="52490", ask="")
        assert of_kind(world.advance(SECOND), Unwound)

    def test_what_changes_nothing_is_refused(self, world: World) -> None:
        """Paused twice, resumed twice, a product that does not exist; all of it means those that are left."""
        assert world.refusal(ResumeLiquidation(0)) == Refusal.CHANGES_NOTHING
        assert world.refusal(PauseLiquidation(4)) == Refusal.MALFORMED
        world.send(PauseLiquidation(PRO))
        assert world.refusal(PauseLiquidation(PRO)) == Refusal.CHANGES_NOTHING
        changed = of_kind(world.send(PauseLiquidation(0)), LiquidationPaused)
        assert [each.product for each in changed] == [CLASSIC, ISOLATED_MODE]
        assert world.refusal(PauseLiquidation(0)) == Refusal.CHANGES_NOTHING
        assert len(of_kind(world.send(ResumeLiquidation(0)), LiquidationPaused)) == 3

    def test_a_restored_venue_is_paused_as_long_as_the_first(self, world: World) -> None:
        """The pause and the clock are in the snapshot: both go on alike."""
        world.long()
        world.send(PauseLiquidation(ISOLATED_MODE))
        world.index(BTC="52500")
        world.advance(MINUTE)
        world.restart()
        world.advance(MINUTE)
        account = world.account(ALICE, PAIR)
        assert account.is_locked
        world.send(ResumeLiquidation(ISOLATED_MODE))
        assert account.liquidation_started == world.time
        assert of_kind(seconds(world, 3), TakenOver)[0].cause == CAUSE_NO_FILL


class TestTakeoverByHand:
    """An operator's hand is quicker than the rounds, and not stopped by a pause."""

    @pytest.mark.parametrize("is_paused", [False, True])
    def test_an_account_in_liquidation_is_taken_over_at_once(self, world: World, is_paused: bool) -> None:
        """Cause: an operator. The surplus stays with Alice, unlocked."""
        account = world.long()
        if is_paused:
            world.send(PauseLiquidation(0))
        world.index(BTC="52500")
        (taken,) = of_kind(world.send(TakeOverAccount(ALICE, ISOLATED, PAIR)), TakenOver)
        assert taken.cause == CAUSE_BY_OPERATOR
        assert not account.is_locked
        assert account.debts == 0
        assert world.engine.conservation_faults() == []

    def test_an_account_above_its_stop_is_let_go_instead(self, world: World) -> None:
        """Prices came back since its last turn: a hand takes nothing that a round would not."""
        account = world.long()
        world.send(PauseLiquidation(0))
        world.index(BTC="52500")
        world.index(BTC="70000")
        events = world.send(TakeOverAccount(ALICE, ISOLATED, PAIR))
        assert not of_kind(events, TakenOver)
        assert of_kind(events, LiquidationEnded)[0].reason in (RECOVERED, STOPPED_ABOVE)
        assert not account.is_locked

    def test_others_are_refused(self, world: World) -> None:
        """No liquidation, no account, no user, no pair, a spot wallet."""
        world.long()
        world.user(CAROL)
        cases: list[tuple[Command, Refusal]] = [
            (TakeOverAccount(ALICE, ISOLATED, PAIR), Refusal.NOT_IN_LIQUIDATION),
            (TakeOverAccount(CAROL, CROSS), Refusal.NO_MARGIN_ACCOUNT),
            (TakeOverAccount(99, CROSS), Refusal.UNKNOWN_USER),
            (TakeOverAccount(ALICE, ISOLATED, "NONE"), Refusal.UNKNOWN_PAIR),
            (TakeOverAccount(ALICE, SPOT), Refusal.MALFORMED),
            (TakeOverAccount(ALICE, 9), Refusal.MALFORMED),
        ]
        for command, why in cases:
            assert world.refusal(command) == why


class TestTradingStop:
    """One act stops it all; its counterpart puts back what was."""

    def test_pairs_borrowing_and_liquidation_stop_and_come_back_as_they_were(self, world: World) -> None:
        """Halted stays halted, reduce-only comes back as that."""
        world.cross(ALICE, USDT="10000")
        world.send(SetPairStatus("ETHBTC", HALTED), SetPairStatus("ETHUSDT", REDUCE_ONLY))
        pairs = world.engine.core.exchange.pairs
        before = {symbol: pair.status for symbol, pair in pairs.items()}
        events = world.send(StopTrading())
        assert {pair.status for pair in pairs.values()} == {CANCEL_ONLY, HALTED}
        assert of_kind(events, TradingStopped)[0].is_stopped
        assert of_kind(events, BorrowingStopped)[0].is_stopped
        assert world.refusal(world.limit(ALICE, PAIR, True, "0.1", "59000", kind=CROSS)) == Refusal.PAIR_HALTED
        assert world.refusal(Borrow(ALICE, CROSS, "USDT", amount("100"))) == Refusal.BORROWING_STOPPED
        world.restart()
        world.send(ResumeTrading())
        assert {symbol: pair.status for symbol, pair in world.engine.core.exchange.pairs.items()} == before
        world.send(Borrow(ALICE, CROSS, "USDT", amount("100")))

    def test_no_account_is_lost_to_the_stop(self, world: World) -> None:
        """Without a market no step could fill: two rounds would end every liquidation in a takeover."""
        account = world.long()
        world.send(StopTrading())
        events = world.index(BTC="52500") + world.advance(10 * MINUTE)
        assert account.is_locked
        assert not of_kind(events, TakenOver)
        world.send(ResumeTrading())
        world.maker(bid="52490", ask="")
        assert of_kind(world.advance(SECOND), LiquidationStep)

    def test_a_pause_by_hand_outlasts_the_stop(self, world: World) -> None:
        """And one that ends during the stop leaves the stop's."""
        pauses = world.engine.core.liquidator.pauses
        world.send(PauseLiquidation(0), StopTrading(), ResumeTrading())
        assert pauses.is_paused(CLASSIC)
        world.send(StopTrading(), ResumeLiquidation(0))
        assert pauses.is_paused(CLASSIC)
        world.send(ResumeTrading())
        assert not pauses.is_paused(CLASSIC)

    def test_what_is_set_by_hand_during_the_stop_stays(self, world: World) -> None:
        """Opened or halted, the end of the stop does not undo it; a second stop closes what was opened."""
        world.send(StopTrading(), SetPairStatus(PAIR, HALTED), SetPairStatus("ETHUSDT", CANCEL_ONLY))
        world.send(SetPairStatus("BNBUSDT", TRADING))
        changed = of_kind(world.send(StopTrading()), PairStatusChanged)
        assert [each.pair for each in changed] == ["BNBUSDT"]
        world.send(ResumeTrading())
        statuses = {symbol: pair.status for symbol, pair in world.engine.core.exchange.pairs.items()}
        assert (statuses[PAIR], statuses["ETHUSDT"], statuses["BNBUSDT"]) == (HALTED, CANCEL_ONLY, TRADING)
        assert world.refusal(ResumeTrading()) == Refusal.CHANGES_NOTHING

    def test_a_loss_outlasts_the_stop(self, world: World) -> None:
        """What an empty fund has stopped needs an operator of its own (rule 11.6)."""
        desk = world.engine.core.desk
        world.send(StopTrading())
        desk.stop()
        assert not of_kind(world.send(ResumeTrading()), BorrowingStopped)
        assert desk.is_stopped
        assert not of_kind(world.send(StopTrading(), ResumeBorrowing()), BorrowingStopped)
        assert desk.is_stopped
        world.send(ResumeTrading())
        assert not desk.is_stopped


class TestSources:
    """An index source that an operator does not trust any more counts for nothing."""

    @pytest.fixture(autouse=True)
    def three(self, world: World) -> None:
        """Two further sources, one of them wrong by less than the cap."""
        for source, price in (("kraken", "60000"), ("wrong", "62000")):
            world.send(PublishPrices(source, [("BTC", ratio(price), 1)]))

    @pytest.mark.parametrize("asset", ["BTC", ""])
    def test_the_index_is_formed_without_it_at_once_and_with_it_again(self, world: World, asset: str) -> None:
        """For one asset or all, also when it speaks meanwhile; what it said last counts from its return on."""
        board = world.engine.core.board
        assert board.assets["BTC"].price > ratio("60000")
        events = world.send(ExcludeSource("wrong", asset))
        assert board.assets["BTC"].price == ratio("60000")
        assert of_kind(events, SourceExcluded)[0].asset == asset
        assert [each.asset for each in of_kind(events, IndexChanged)] == ["BTC"]
        world.send(PublishPrices("wrong", [("BTC", ratio("61500"), 1)]))
        assert board.assets["BTC"].price == ratio("60000")
        world.restart()
        world.send(AdvanceTime(), IncludeSource("wrong", asset))
        assert world.engine.core.board.assets["BTC"].price == ratio("60500")

    def test_too_few_that_count_make_the_asset_stale(self, world: World) -> None:
        """Excluded sources do not make up the number (rule 2.1); the accounts are valued again."""
        board = world.engine.core.board
        for source in ("wrong", "kraken", "house"):
            world.send(ExcludeSource(source))
        assert board.assets["BTC"].is_stale
        assert board.assets["ETH"].is_stale
        world.send(IncludeSource("house"))
        assert not board.assets["BTC"].is_stale

    def test_an_exclusion_can_liquidate(self, world: World) -> None:
        """Its index is the index: who stood on the wrong source is judged by the others at once."""
        world.long()
        for source in ("kraken", "house"):
            world.send(PublishPrices(source, [("BTC", ratio("52500"), 1)]))
        assert not world.account(ALICE, PAIR).is_locked
        world.send(ExcludeSource("wrong"))
        assert world.account(ALICE, PAIR).is_locked

    def test_what_changes_nothing_or_names_nothing_is_refused(self, world: World) -> None:
        """Twice the same, back what was never out, one asset's for all, no name, USDT."""
        world.send(ExcludeSource("wrong", "BTC"))
        cases: list[tuple[Command, Refusal]] = [
            (ExcludeSource("wrong", "BTC"), Refusal.CHANGES_NOTHING),
            (IncludeSource("wrong"), Refusal.CHANGES_NOTHING),
            (IncludeSource("kraken", "BTC"), Refusal.CHANGES_NOTHING),
            (ExcludeSource("wrong", "NONE"), Refusal.UNKNOWN_ASSET),
            (ExcludeSource("", "BTC"), Refusal.MALFORMED),
            (ExcludeSource("w" * 65), Refusal.MALFORMED),
            (ExcludeSource("wrong", "USDT"), Refusal.MALFORMED),
        ]
        for command, why in cases:
            assert world.refusal(command) == why
