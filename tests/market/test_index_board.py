"""The index board: sources, staleness, best case and sudden moves (rule 2)."""

import pytest
from tests.market.world import SECOND, START, asset_parameters, index_rules

from leverline.kernel.decimals import parse_ratio
from leverline.kernel.events import EventLog
from leverline.kernel.numbers import INDEX_ONE
from leverline.market.asset import Asset
from leverline.market.events import IndexChanged
from leverline.market.index_board import NEVER, IndexBoard


class Board:
    """A board with one asset that needs `sources_min` sources, and a clock."""

    def __init__(self, sources_min: int = 1) -> None:
        self.log = EventLog()
        self.board = IndexBoard(self.log, index_rules())
        self.board.add_asset(asset_parameters("USDT"))
        self.coin = self.board.add_asset(asset_parameters("COIN", sources_min))
        self.time = START

    def say(self, price: str, source: str = "one", weight: int = 1) -> list[Asset]:
        """Let a source publish a price of COIN."""
        return self.board.publish(source, [("COIN", parse_ratio(price), weight)], self.time)

    def wait(self, seconds: int) -> list[Asset]:
        """Let time pass; return what changed at its end."""
        self.time += seconds * SECOND
        return self.board.expire(self.time)

    def keep(self, price: str, seconds: int) -> None:
        """Let the source repeat a price every second."""
        for _ in range(seconds):
            self.wait(1)
            self.say(price)

    def events(self) -> list[tuple[int, bool]]:
        """Return price and staleness of the changes since the last call."""
        return [(event.price, event.is_stale) for event in self.log.drain() if isinstance(event, IndexChanged)]


@pytest.fixture
def board() -> Board:
    """A board whose asset needs one source."""
    return Board()


@pytest.mark.parametrize(("third", "counted"), [("21400", "21000"), ("18800", "19000")])
def test_a_source_further_than_five_percent_from_the_median_is_capped(third: str, counted: str) -> None:
    """Vector X1: median 20,000; 7 % above counts 21,000, 6 % below counts 19,000."""
    board = Board(3)
    other = "19500" if third > "20000" else "20500"
    for source, price in (("one", "20000"), ("two", other), ("three", third)):
        board.say(price, source)
    expected = (parse_ratio("20000") + parse_ratio(other) + parse_ratio(counted) + 1) // 3
    assert abs(board.coin.price - expected) <= 1


def test_with_an_even_number_of_sources_the_median_is_the_mean_of_the_middle_two() -> None:
    """Of 90, 98, 102 and 130 it is 100: 95 + 98 + 102 + 105 make a mean of 100."""
    board = Board(4)
    for source, price in (("a", "90"), ("b", "98"), ("c", "102"), ("d", "130")):
        board.say(price, source)
    assert board.coin.price == parse_ratio("100")


def test_weights_count(board: Board) -> None:
    """Three parts of 100 and one of 104."""
    board.say("100", "one", 3)
    board.say("104", "two", 1)
    assert board.coin.price == parse_ratio("101")


def test_usdt_is_one_whatever_sources_say(board: Board) -> None:
    """The unit of all values is never stale."""
    assert board.board.publish("one", [("USDT", parse_ratio("0.9"), 1)], board.time) == []
    usdt = board.board.assets["USDT"]
    assert (usdt.price, usdt.price_held, usdt.prudent_owed, usdt.is_stale) == (INDEX_ONE, INDEX_ONE, INDEX_ONE, False)


def test_too_few_sources_are_no_index() -> None:
    """Three are needed: with two there is none, the third makes it."""
    board = Board(3)
    assert board.say("100", "one") == board.say("100", "two") == []
    assert (board.coin.is_stale, board.coin.price) == (True, 0)
    assert board.say("100", "three") == [board.coin]
    assert board.events() == [(parse_ratio("100"), False)]


@pytest.mark.parametrize("price", ["0", "-1"])
def test_a_price_of_zero_or_less_is_silence(board: Board, price: str) -> None:
    """The last price stands until the source has been silent for long."""
    board.say("100")
    board.wait(9)
    assert board.say(price) == []
    assert not board.coin.is_stale
    assert board.wait(1) == [board.coin]
    assert (board.coin.is_stale, board.coin.price) == (True, parse_ratio("100"))


def test_a_source_silent_for_ten_seconds_weighs_nothing(board: Board) -> None:
    """After 9.999999 s both count, after 10 s only the other."""
    board.say("100", "one")
    board.wait(5)
    board.say("104", "two")
    assert board.coin.price == parse_ratio("102")
    board.time += 5 * SECOND - 1
    assert board.board.expire(board.time) == []
    board.time += 1
    assert board.board.next_due <= board.time
    assert board.board.expire(board.time) == [board.coin]
    assert board.coin.price == parse_ratio("104")


def test_a_silent_source_does_not_count_even_before_expiry_is_run(board: Board) -> None:
    """Another source that speaks finds it gone."""
    board.say("100", "one")
    board.time += 10 * SECOND
    board.say("104", "two")
    assert board.coin.price == parse_ratio("104")


def test_a_stale_asset_keeps_its_last_price_and_is_judged_on_its_best_case(board: Board) -> None:
    """Last price 100: held at 120, owed at 80 (rule 2.4)."""
    board.say("100")
    assert board.wait(10) == [board.coin]
    coin = board.coin
    assert (coin.price, coin.is_stale) == (parse_ratio("100"), True)
    assert (coin.price_held, coin.price_owed) == (parse_ratio("120"), parse_ratio("80"))
    assert board.wait(10) == []
    board.say("99")
    assert (coin.price_held, coin.price_owed, coin.is_stale) == (parse_ratio("99"), parse_ratio("99"), False)


def test_each_change_of_price_or_staleness_is_one_event_and_one_version(board: Board) -> None:
    """The same price again is no change."""
    versions = [board.coin.version]
    for act in (lambda: board.say("100"), lambda: board.say("100"), lambda: board.say("101"), lambda: board.wait(10)):
        act()
        versions.append(board.coin.version)
    assert versions == [0, 1, 1, 2, 3]
    assert board.events() == [(parse_ratio("100"), False), (parse_ratio("101"), False), (parse_ratio("101"), True)]


def test_the_next_due_time_is_that_of_the_first_silence_or_confirmation(board: Board) -> None:
    """Nothing is due on an empty board; after a price its silence is, after a jump that of the source comes first."""
    assert board.board.next_due == NEVER
    board.say("100")
    assert board.board.next_due == START + 10 * SECOND
    board.wait(9)
    board.say("150")
    board.wait(1)
    assert board.board.next_due == START + 19 * SECOND


@pytest.mark.parametrize(("price", "held", "owed"), [("120.000000000001", "100", "120.000000000001"),
                                                     ("79.999999999999", "79.999999999999", "100")])  # fmt: skip
def test_a_sudden_move_counts_only_against_the_user(board: Board, price: str, held: str, owed: str) -> None:
    """More than 20 % within 10 s; liquidation uses it at once (rule 2.5)."""
    board.say("100")
    board.say(price)
    coin = board.coin
    assert coin.price == coin.price_held == coin.price_owed == parse_ratio(price)
    assert (coin.prudent_held, coin.prudent_owed) == (parse_ratio(held), parse_ratio(owed))


@pytest.mark.parametrize("price", ["120", "80"])
def test_a_move_of_exactly_twenty_percent_is_not_sudden(board: Board, price: str) -> None:
    """Above is strict."""
    board.say("100")
    board.say(price)
    assert board.coin.prudent_held == board.coin.prudent_owed == parse_ratio(price)


def test_a_slow_move_is_not_sudden(board: Board) -> None:
    """Two per cent a second make more than 20 % only in eleven."""
    board.say("100")
    price = 100
    for _ in range(30):
        board.wait(1)
        price += 1
        board.say(str(price))
        assert board.coin.jump_price == 0


def test_a_move_is_measured_over_the_whole_window(board: Board) -> None:
    """21 % in ten seconds by steps is sudden; the price that stood when the window began counts."""
    board.say("100")
    board.keep("100", 30)
    for step in range(1, 11):
        board.wait(1)
        board.say(str(100 + 2 * step))
    assert board.coin.jump_price == 0
    board.wait(1)
    board.say("123.1")
    assert board.coin.jump_price == parse_ratio("102")


def test_a_sudden_move_is_confirmed_after_sixty_seconds(board: Board) -> None:
    """At 59 s it still counts only against the user, at 60 s it is the price."""
    board.say("100")
    board.say("150")
    board.keep("150", 59)
    assert board.coin.prudent_held == parse_ratio("100")
    board.time += SECOND
    assert board.board.next_due <= board.time
    board.board.expire(board.time)
    assert board.coin.prudent_held == board.coin.prudent_owed == parse_ratio("150")


def test_a_confirmation_needs_no_new_price(board: Board) -> None:
    """The source speaks now and then; the 60 s end between."""
    board.say("100")
    board.say("150")
    for _ in range(8):
        board.wait(7)
        board.say("150")
    assert board.coin.jump_price == parse_ratio("100")
    board.wait(4)
    assert board.coin.jump_price == 0


def test_a_move_that_returns_is_forgotten(board: Board) -> None:
    """Up by half and back within 20 % of where it came from: the way back is no second jump."""
    board.say("100")
    board.say("150")
    board.wait(1)
    board.say("119")
    assert board.coin.jump_price == 0
    assert board.coin.prudent_held == board.coin.prudent_owed == parse_ratio("119")


def test_a_further_jump_starts_the_confirmation_anew_and_counts_from_the_first(board: Board) -> None:
    """100, then 70, then 40: what is owed counts 100 until 40 has stood for 60 s."""
    board.say("100")
    board.say("70")
    board.keep("70", 30)
    board.say("40")
    assert (board.coin.prudent_held, board.coin.prudent_owed) == (parse_ratio("40"), parse_ratio("100"))
    board.keep("40", 59)
    assert board.coin.prudent_owed == parse_ratio("100")
    board.keep("40", 1)
    assert board.coin.prudent_owed == parse_ratio("40")


def test_a_move_across_a_gap_in_the_index_is_sudden(board: Board) -> None:
    """Stale for an hour at 100 and back at 150: nobody saw the way."""
    board.say("100")
    board.wait(3600)
    board.say("150")
    assert (board.coin.prudent_held, board.coin.prudent_owed) == (parse_ratio("100"), parse_ratio("150"))


def test_a_jump_is_not_confirmed_by_silence(board: Board) -> None:
    """The source falls silent after the jump: an hour later the 60 s begin again."""
    board.say("100")
    board.say("150")
    board.wait(3600)
    assert board.coin.jump_price == parse_ratio("100")
    board.say("150")
    board.keep("150", 59)
    assert board.coin.jump_price == parse_ratio("100")
    board.keep("150", 1)
    assert board.coin.jump_price == 0


def test_of_many_prices_at_one_time_only_the_last_prevails(board: Board) -> None:
    """A burst keeps the record short."""
    for price in range(100, 110):
        board.say(str(price))
    assert board.coin.recent == [(START, parse_ratio("109"))]


def test_a_jump_that_silence_interrupted_falls_due_for_confirmation_when_the_index_returns(board: Board) -> None:
    """Sources are heard for an hour here: without a date of its own the jump would wait for the next silence."""
    board.board.rules.source_silence = 3_600 * SECOND
    board.say("100", weight=3)
    board.time += SECOND
    board.say("150", "two")
    board.wait(60)
    board.wait(3_539)
    board.wait(1)
    assert (board.coin.is_stale, board.coin.jump_price) == (True, parse_ratio("121.875"))
    board.time += 100 * SECOND
    board.say("150")
    assert board.board.next_due == board.time + 60 * SECOND
    board.wait(60)
    assert (board.coin.jump_price, board.coin.prudent_owed) == (0, parse_ratio("150"))
