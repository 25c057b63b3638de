"""The single writer: order, durability before any word of it, bounds, time, and its end."""

import asyncio
import threading
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise

import pytest
from tests.engine.world import HOUR, SECOND, START, amount, parameters
from tests.venue.world import Diary, HandClock, opening, run, with_venue

from leverline.engine.codec import CommandFault
from leverline.engine.commands import AdvanceTime, Borrow, Command, Deposit, RegisterUser, Transfer, Withdraw
from leverline.engine.commit import Commit
from leverline.engine.engine import STEP_MAX, Engine
from leverline.journal.memory import MemoryJournal
from leverline.journal.port import JournalFault, Record
from leverline.kernel.time import hour_start
from leverline.ledger.wallet import CROSS, SPOT
from leverline.rulebook.refusals import Refusal
from leverline.venue.faults import EXIT_BUG, EXIT_JOURNAL, VenueBusy, VenueStopped
from leverline.venue.records import decode_record
from leverline.venue.venue import Venue


class SlowJournal(MemoryJournal):
    """Writes only when the test lets it."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()
        self.groups: list[int] = []

    def append(self, records: Sequence[Record]) -> None:
        """Wait, then write."""
        assert self.gate.wait(20)
        super().append(records)
        self.groups.append(len(records))


class FullJournal(MemoryJournal):
    """Has room for so many records."""

    room = 5

    def append(self, records: Sequence[Record]) -> None:
        """Write, or fail."""
        if records[-1][0] > self.room:
            raise JournalFault("the disk is full")
        super().append(records)


async def turns(count: int = 20) -> None:
    """Let the loop go round."""
    for _ in range(count):
        await asyncio.sleep(0)


def test_commands_are_numbered_in_order_and_journalled_with_their_time() -> None:
    """Refused ones too: a re-run must give the same state."""

    async def act(venue: Venue) -> None:
        begun = (await venue.submit(AdvanceTime())).sequence
        sent: list[Command] = [RegisterUser(7), RegisterUser(7), Deposit(7, "BTC", 5)]
        commits = await asyncio.gather(*map(venue.submit, sent))
        assert [commit.sequence for commit in commits] == [begun + 1, begun + 2, begun + 3]
        assert [commit.refusal for commit in commits] == [None, Refusal.USER_EXISTS, None]
        assert {commit.time for commit in commits} == {START}
        read = [decode_record(body) for _, body in journal.read(begun + 1)]
        assert [(time, type(command)) for time, command in read] == [(START, type(command)) for command in sent]
        assert venue.durable == venue.sequence == venue.engine.commands_applied

    journal = MemoryJournal()
    with_venue(act, journal)


def test_nothing_is_told_before_it_is_durable() -> None:
    """While the journal is busy the state is ahead, but no subscriber, answer or settled read has it."""

    async def act() -> None:
        journal, diary = SlowJournal(), Diary()
        venue = Venue(Engine(parameters()), journal, HandClock())
        venue.attach(diary)
        await venue.start()
        answer = asyncio.ensure_future(venue.submit(RegisterUser(7)))
        await turns()
        settled = asyncio.ensure_future(venue.settled())
        await turns()
        assert 7 in venue.core.users
        assert (diary.count, venue.durable, journal.last) == (0, 0, 0)
        assert not answer.done()
        assert not settled.done()
        journal.gate.set()
        await settled
        assert diary.count >= 1
        assert (await answer).refusal is None
        await venue.stop()

    run(act)


def test_what_gathers_during_a_sync_is_one_group() -> None:
    """A hundred commands behind a slow sync take one more."""

    async def act() -> None:
        journal = SlowJournal()
        venue = Venue(Engine(parameters()), journal, HandClock())
        await venue.start()
        await turns()
        answers = []
        for user_id in range(1, 101):
            answers.append(asyncio.ensure_future(venue.submit(RegisterUser(user_id))))
            await turns(2)
        journal.gate.set()
        await asyncio.gather(*answers)
        assert len(journal.groups) <= 3
        assert sum(journal.groups) == venue.sequence
        await venue.stop()

    run(act)


def test_subscribers_take_each_commit_once_in_order_before_the_sender_hears() -> None:
    """First the one attached first."""

    class Listener:
        def __init__(self, name: str) -> None:
            self.name_ = name

        def take(self, commit: Commit) -> None:
            heard.append((commit.sequence, self.name_))

    heard: list[tuple[int, str]] = []

    async def act() -> None:
        venue = Venue(Engine(parameters()), MemoryJournal(), HandClock())
        venue.attach(Listener("a"))
        venue.attach(Listener("b"))
        await venue.start()
        for user_id in range(1, 50):
            venue.post(RegisterUser(100 + user_id))
            commit = await venue.submit(RegisterUser(user_id))
            assert heard[-1] == (commit.sequence, "b")
        await venue.stop()
        assert heard == [(sequence, name) for sequence in range(1, venue.sequence + 1) for name in "ab"]

    run(act)


def test_two_equal_requests_at_once_never_pass_one_balance_twice() -> None:
    """Ten withdrawals of all there is, at one moment: one passes. The same with a loan at its limit."""

    async def act(venue: Venue) -> None:
        for command in opening():
            assert (await venue.submit(command)).refusal is None
        all_of_it = Withdraw(1, "USDT", amount("10000"))
        commits = await asyncio.gather(*(venue.submit(all_of_it) for _ in range(10)))
        assert [commit.refusal for commit in commits].count(None) == 1
        assert venue.engine.conservation_faults() == []
        await venue.submit(Transfer(2, "USDT", amount("1000"), SPOT, CROSS))
        loans = await asyncio.gather(*(venue.submit(Borrow(2, CROSS, "USDT", amount("1500"))) for _ in range(10)))
        assert 1 <= [commit.refusal for commit in loans].count(None) <= 2, "1,000 USDT carry 4,000 at most"

    with_venue(act)


def test_a_full_inbox_says_so_and_takes_nothing() -> None:
    """What is under way counts until it is durable; afterwards there is room again."""

    async def act() -> None:
        journal = SlowJournal()
        venue = Venue(Engine(parameters()), journal, HandClock(), inbox_max=10)
        await venue.start()
        await turns()
        answers = [asyncio.ensure_future(venue.submit(RegisterUser(user_id))) for user_id in range(1, 20)]
        await turns()
        refused = [answer for answer in answers if answer.done()]
        assert 9 <= len(refused) <= 10
        assert {type(answer.exception()) for answer in refused} == {VenueBusy}
        posted = 0
        with suppress(VenueBusy):
            for posted in range(10):
                venue.post(RegisterUser(50 + posted))
        assert 4 <= posted <= 5, "the venue's own parts have some room more"
        journal.gate.set()
        accepted = await asyncio.gather(*(answer for answer in answers if answer not in refused))
        await venue.submit(RegisterUser(60))
        assert len(venue.core.users) == len(accepted) + posted + 1
        await venue.stop()

    run(act)


def test_a_command_of_wrong_types_is_refused_before_it_has_a_number() -> None:
    """Its sender has a bug, and the journal stays readable."""

    async def act(venue: Venue) -> None:
        before = (await venue.submit(AdvanceTime())).sequence
        with pytest.raises((CommandFault, TypeError)):
            await venue.submit(Deposit(1, "BTC", 0.5))  # type: ignore[arg-type]
        assert venue.sequence == before

    with_venue(act)


def test_a_stopped_venue_takes_nothing_and_has_answered_everything() -> None:
    """What was under way is finished and durable."""

    async def act() -> None:
        journal = MemoryJournal()
        venue = Venue(Engine(parameters()), journal, HandClock())
        with pytest.raises(VenueStopped):
            venue.post(AdvanceTime())
        await venue.start()
        answers = [asyncio.ensure_future(venue.submit(RegisterUser(user_id))) for user_id in range(1, 1000)]
        await turns(2)
        await venue.stop()
        assert all(answer.done() for answer in answers)
        assert journal.last == venue.sequence >= 999
        with pytest.raises(VenueStopped):
            await venue.submit(AdvanceTime())

    run(act)


def test_a_journal_that_fails_ends_the_process_without_an_answer() -> None:
    """Nothing that is not on disk is told, then or later."""
    codes: list[int] = []

    async def act() -> None:
        venue = Venue(Engine(parameters()), FullJournal(), HandClock(), halt=codes.append)
        diary = Diary()
        venue.attach(diary)
        await venue.start()
        await venue.submit(RegisterUser(1))
        answers = [asyncio.ensure_future(venue.submit(RegisterUser(user_id))) for user_id in range(2, 30)]
        later = asyncio.ensure_future(venue.settled())
        while not codes:
            await asyncio.sleep(0.001)
        await turns()
        assert not any(answer.done() for answer in answers)
        assert diary.count <= FullJournal.room
        assert later.done() or venue.durable <= FullJournal.room
        for answer in (*answers, later):
            answer.cancel()

    run(act)
    assert codes == [EXIT_JOURNAL]


@pytest.mark.parametrize("place", ["engine", "subscriber"])
def test_a_bug_ends_the_process(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A state that broke half-way is not gone on with: not journalled, not told."""
    codes: list[int] = []

    class Broken:
        def take(self, commit: Commit) -> None:
            assert not isinstance(commit.command, RegisterUser), "broken"

    async def act() -> None:
        engine = Engine(parameters())
        venue = Venue(engine, MemoryJournal(), HandClock(), halt=codes.append)
        if place == "engine":
            engine.core.users[1] = "no user"  # type: ignore[assignment]
        else:
            venue.attach(Broken())
        await venue.start()
        command = Deposit(1, "USDT", 1) if place == "engine" else RegisterUser(1)
        answer = asyncio.ensure_future(venue.submit(command))
        while not codes:
            await asyncio.sleep(0.001)
        await turns()
        assert not answer.done()
        answer.cancel()

    run(act)
    assert codes == [EXIT_BUG]


class TestTime:
    """The venue's time follows the clock, forward only."""

    def test_a_clock_that_lags_does_not_turn_the_venue_back(self) -> None:
        """A command's time is never below the last one's."""

        async def act(venue: Venue) -> None:
            clock = venue.clock
            assert isinstance(clock, HandClock)
            clock.time = START + HOUR
            await venue.submit(AdvanceTime())
            clock.time = START
            assert (await venue.submit(RegisterUser(1))).time == START + HOUR

        with_venue(act)

    def test_what_is_due_happens_without_traffic(self) -> None:
        """An hour passes and nobody sends anything: the hour is charged, by one command."""

        async def act(venue: Venue) -> None:
            for command in opening():
                await venue.submit(command)
            before = venue.sequence
            clock = venue.clock
            assert isinstance(clock, HandClock)
            clock.time = START + HOUR
            while venue.durable == before:
                await asyncio.sleep(0.001)
            assert venue.engine.time == START + HOUR
            assert venue.engine.timers.next_hour == START + 2 * HOUR
            assert venue.sequence == before + 1

        with_venue(act)

    def test_an_idle_venue_writes_nothing(self) -> None:
        """Time that brings nothing needs no record."""

        async def act(venue: Venue) -> None:
            for command in opening():
                await venue.submit(command)
            before = venue.sequence
            for _ in range(5):
                venue.clock.time += SECOND  # type: ignore[attr-defined]
                venue.tick()
                await turns()
            assert venue.sequence == before

        with_venue(act)

    def test_missed_hours_pass_one_by_one_and_commands_wait_for_their_time(self) -> None:
        """A machine that slept a day: the loop has its turns between the hours, and each command is of its own time."""
        seen: list[int] = []

        async def act(venue: Venue) -> None:
            venue.turn_seconds = 0.0
            for command in opening():
                await venue.submit(command)
            commits: list[Commit] = []
            venue._takers.append(commits.append)
            venue.clock.time = START + 24 * HOUR  # type: ignore[attr-defined]
            waiting = asyncio.ensure_future(venue.submit(Borrow(1, CROSS, "USDT", amount("1"))))
            while not waiting.done():
                await asyncio.sleep(0)
                seen.append(venue.engine.time)
            assert (await waiting).time == START + 24 * HOUR
            assert not venue.is_behind
            times = [commit.time for commit in commits]
            assert times == [*(hour_start(START) + place * HOUR for place in range(1, 24)), START + 24 * HOUR]

        with_venue(act)
        assert max(later - earlier for earlier, later in pairwise(seen)) <= 3 * HOUR

    def test_a_stop_does_not_wait_until_all_is_caught_up(self) -> None:
        """Commands whose time has not come are told that nothing was done with them; the next start goes on."""

        async def whole() -> None:
            venue = Venue(Engine(parameters()), MemoryJournal(), HandClock())
            venue.turn_seconds = 0.0
            await venue.start()
            await venue.submit(AdvanceTime())
            venue.clock.time = START + 1_000 * HOUR  # type: ignore[attr-defined]
            waiting = asyncio.ensure_future(venue.submit(AdvanceTime()))
            while not venue.is_behind:
                await asyncio.sleep(0)
            await venue.stop()
            with pytest.raises(VenueStopped, match="before the command's time"):
                await waiting
            assert venue.engine.time < START + 500 * HOUR
            assert venue.durable == venue.sequence

        run(whole)

    def test_a_leap_of_years_is_made_in_steps(self) -> None:
        """A venue that stood still for 800 days is brought there, and then takes the next command."""

        async def act(venue: Venue) -> None:
            await venue.submit(RegisterUser(1))
            venue.clock.time = START + 2 * STEP_MAX + HOUR  # type: ignore[attr-defined]
            commit = await venue.submit(RegisterUser(2))
            assert commit.refusal is None
            assert commit.time == START + 2 * STEP_MAX + HOUR

        with_venue(act)


def test_a_turn_ends_when_its_time_is_used_up() -> None:
    """Hundreds of quotes at once do not keep the loop from others until all of them are applied."""

    async def act(venue: Venue) -> None:
        venue.turn_seconds = 0.0
        await turns()
        before = venue.sequence
        commands = opening()
        for command in commands:
            venue.post(command)
        seen = [venue.sequence]
        while venue.sequence < before + len(commands):
            await asyncio.sleep(0)
            seen.append(venue.sequence)
        assert max(later - earlier for earlier, later in pairwise(seen)) == 1

    with_venue(act)


def test_of_what_waits_for_a_rest_one_that_raises_keeps_nothing_else_from_its_turn() -> None:
    """The fault is the loop's to tell; the second act and the command that waits come all the same."""

    async def act(venue: Venue) -> None:
        told: list[str] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(str(context["exception"])))
        done: list[str] = []

        def broken() -> None:
            raise OSError("no room")

        venue.at_rest(broken)
        venue.at_rest(lambda: done.append("second"))
        venue.at_rest(broken)
        commit = await venue.submit(RegisterUser(1))
        assert (commit.refusal, done, told) == (None, ["second"], ["no room", "no room"])

    with_venue(act)
