"""The Python face as someone meets it who opens a notebook: `from leverline import Venue`."""

import re
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from decimal import Decimal
from pathlib import Path

import pytest
from tests.engine.world import of_kind, parameters

import leverline
from leverline import CommandRefused, Venue
from leverline.inprocess import Leg, UserFace
from leverline.margin.events import MarginCalled
from leverline.rulebook.refusals import Refusal

ROOT = Path(__file__).parents[2]
README, GUIDE = ROOT / "README.md", ROOT / "docs" / "guides" / "python.md"
FENCE = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture
def venue() -> Venue:
    """A venue with BTC at 60,000 and a maker who quotes 50 BTC on each side of it."""
    found = Venue(parameters())
    found.set_index(BTC="60000", ETH="3000", BNB="600", DOGE="0.1")
    maker = found.user("maker", BTC="100", USDT="10000000")
    maker.quote("BTCUSDT", bids=[("59990", "50")], asks=[("60010", "50")])
    return found


@pytest.fixture
def alice(venue: Venue) -> UserFace:
    """Alice, with 10,000 USDT in a cross account."""
    found = venue.user("alice", USDT="10000")
    found.open_cross(leverage=5)
    found.transfer("USDT", "10000")
    return found


class TestReadme:
    """What the README and the guide to the notebook show works."""

    @pytest.mark.parametrize("page", [README, GUIDE], ids=["README", "guide"])
    def test_every_example_in_the_process_runs(self, page: Path) -> None:
        """Each fence by itself, in an empty notebook; those of clients run against a served venue elsewhere."""
        if not page.exists():
            pytest.skip("tests run beside no documents")
        examples = [each for each in FENCE.findall(page.read_text(encoding="utf-8")) if "leverline import" in each]
        assert examples
        for example in examples:
            exec(compile(example, page.name, "exec"), {})

    def test_the_package_gives_the_venue_and_nothing_that_is_not_there(self) -> None:
        """`leverline.Venue`, and an AttributeError for a name that does not exist."""
        assert leverline.Venue is Venue
        with pytest.raises(AttributeError, match="Nothing"):
            leverline.Nothing  # noqa: B018


class TestNumbers:
    """In as text, int or Decimal; out as Decimal; never a float."""

    @pytest.mark.parametrize("wrong", [1.5, True, None, [1], float("nan")])
    def test_what_is_no_exact_number_is_a_type_error(self, venue: Venue, wrong: object) -> None:
        """Also a truth, and also where it would come out even."""
        acts: list[Callable[[], object]] = [
            lambda: venue.set_index(BTC=wrong),
            lambda: venue.users["maker"].deposit("USDT", wrong),
            lambda: venue.users["maker"].buy("BTCUSDT", wrong, "60000"),
            lambda: venue.users["maker"].quote("BTCUSDT", [(wrong, "1")], []),
            lambda: venue.user("carol", USDT=wrong),
        ]
        before = venue.state_hash()
        for act in acts:
            with pytest.raises(TypeError, match="text, int or Decimal"):
                act()
        assert venue.state_hash() == before
        assert "carol" not in venue.users

    @pytest.mark.parametrize("right", ["1.5", Decimal("1.5"), Decimal("15e-1"), "1.50000000", "+1.5"])
    def test_exact_numbers_are_taken_to_the_last_digit(self, venue: Venue, right: str | Decimal) -> None:
        """Text and Decimal mean the same."""
        carol = venue.user("carol", BTC=right)
        assert carol.account("spot").balances["BTC"].free == Decimal("1.5")

    @pytest.mark.parametrize("wrong", ["", "one", "1,5", "1e5", "0.000000001", "-", Decimal("NaN"), Decimal("1e-9")])
    def test_a_text_that_is_no_plain_decimal_is_a_value_error(self, venue: Venue, wrong: str | Decimal) -> None:
        """Nor does anything round in silence."""
        with pytest.raises(ValueError, match="decimal"):
            venue.users["maker"].deposit("USDT", wrong)

    def test_numbers_come_out_as_decimals(self, venue: Venue, alice: UserFace) -> None:
        """Prices, rates, balances and maxima."""
        alice.borrow("USDT", 30_000)
        found = [
            venue.index("BTC"), venue.borrow_rate("USDT"), venue.fund()["USDT"], alice.max_borrowable("USDT"),
            alice.max_transferable("USDT"), alice.account().margin_level, alice.account().balances["USDT"].interest,
        ]  # fmt: skip
        assert all(isinstance(number, Decimal) for number in found)
        assert venue.index("BTC") == 60_000
        assert alice.account().balances["USDT"].borrowed == 30_000


class TestRefusals:
    """CommandRefused says what and why."""

    def test_a_refusal_has_name_code_and_detail_and_changes_nothing(self, venue: Venue, alice: UserFace) -> None:
        """The name is an enum member, the code is that of the wire, the detail speaks of this command."""
        before = venue.state_hash()
        with pytest.raises(CommandRefused) as caught:
            alice.withdraw("USDT", "5")
        refused = caught.value
        assert (refused.refusal, refused.code) == (Refusal.WITHDRAWAL_SHORT, -5002)
        assert "5" in refused.detail
        assert "USDT" in refused.detail
        assert str(refused) == f"WITHDRAWAL_SHORT (-5002): {refused.detail}"
        assert venue.state_hash() == before

    def test_what_is_refused_in_two_steps_is_refused_before_the_first(self, venue: Venue) -> None:
        """No account opened at a leverage nobody asked for, no user left behind by a bad deposit."""
        carol = venue.user("carol", USDT="10")
        before = venue.state_hash()
        with pytest.raises(CommandRefused, match="LEVERAGE_NOT_OFFERED"):
            carol.open_cross(leverage=4)
        with pytest.raises(CommandRefused, match="AMOUNT_NOT_POSITIVE"):
            venue.user("dave", USDT="-1")
        assert venue.state_hash() == before
        carol.open_cross(leverage=3)
        venue.user("dave", USDT="1")

    @pytest.mark.parametrize("prices", [{"BTC": "0"}, {"BTC": "-5"}, {"USDT": "0.9"}])
    def test_a_price_that_cannot_be_is_a_value_error(self, venue: Venue, prices: dict[str, str]) -> None:
        """Nothing is ignored in silence: the price stays and the caller hears why."""
        with pytest.raises(ValueError, match="prices are above zero, and USDT is the unit"):
            venue.set_index(**prices)
        assert venue.index("BTC") == 60_000

    def test_an_unknown_word_is_named_with_those_that_there_are(self, venue: Venue, alice: UserFace) -> None:
        """A side effect and an account that do not exist."""
        with pytest.raises(CommandRefused, match="'MARGIN' is no side effect: there are NO_SIDE_EFFECT"):
            alice.buy("BTCUSDT", "0.1", account="cross", side_effect="MARGIN")
        with pytest.raises(ValueError, match="accounts are 'spot', 'cross', or named by their pair"):
            alice.account("Cross")

    def test_a_filter_is_named_with_its_figures(self, venue: Venue, alice: UserFace) -> None:
        """Who reads it knows what would be right."""
        with pytest.raises(CommandRefused, match=r"price 50000\.001: prices go from .* in ticks of 0\.01"):
            alice.buy("BTCUSDT", "0.1", "50000.001", account="cross")
        with pytest.raises(CommandRefused, match=r"quantity 0\.0000001: quantities go from .* in steps of 0\.00001"):
            alice.buy("BTCUSDT", "0.0000001", "50000", account="cross")

    @pytest.mark.parametrize(
        ("act", "refusal"),
        [
            (lambda venue: venue.user("maker"), Refusal.USER_EXISTS),
            (lambda venue: venue.user("carol", GOLD="1"), Refusal.UNKNOWN_ASSET),
            (lambda venue: venue.set_index(GOLD="1"), Refusal.UNKNOWN_ASSET),
            (lambda venue: venue.index("GOLD"), Refusal.UNKNOWN_ASSET),
            (lambda venue: venue.borrow_rate("GOLD"), Refusal.UNKNOWN_ASSET),
            (lambda venue: venue.users["maker"].account("cross"), Refusal.NO_MARGIN_ACCOUNT),
            (lambda venue: venue.users["maker"].max_borrowable("BTC"), Refusal.NO_MARGIN_ACCOUNT),
            (lambda venue: venue.users["maker"].liquidation_price("BTC", "spot"), Refusal.NO_MARGIN_ACCOUNT),
            (lambda venue: venue.users["alice"].max_borrowable("GOLD"), Refusal.UNKNOWN_ASSET),
            (lambda venue: venue.users["alice"].liquidation_price("GOLD"), Refusal.UNKNOWN_ASSET),
            (lambda venue: venue.users["alice"].buy("BTCUSDT", "1", "1", side_effect="LOAN"), Refusal.MALFORMED),
            (lambda venue: venue.users["alice"].buy("BTCUSDT", "1", order_type="STOP"), Refusal.MALFORMED),
            (lambda venue: venue.users["alice"].buy("GOLDUSDT", "1", "1"), Refusal.UNKNOWN_PAIR),
            (lambda venue: venue.users["alice"].open_isolated("GOLDUSDT"), Refusal.UNKNOWN_PAIR),
            (lambda venue: venue.users["alice"].cancel("BTCUSDT", 77), Refusal.UNKNOWN_ORDER),
            (lambda venue: venue.users["alice"].switch_to_classic(4), Refusal.LEVERAGE_NOT_OFFERED),
            (lambda venue: venue.advance(-1), Refusal.TIME_BEFORE_VENUE),
            (lambda venue: venue.advance("9999999d"), Refusal.MALFORMED),
        ],
    )
    def test_a_slip_is_refused_by_name(
        self, venue: Venue, alice: UserFace, act: Callable[[Venue], object], refusal: Refusal
    ) -> None:
        """No KeyError, no half-made user, and the venue goes on."""
        before = venue.state_hash()
        with pytest.raises(CommandRefused) as caught:
            act(venue)
        assert caught.value.refusal == refusal
        assert venue.state_hash() == before
        alice.deposit("USDT", "1")

    def test_an_isolated_account_trades_in_its_own_pair_only(self, venue: Venue, alice: UserFace) -> None:
        """Naming BTCUSDT's account for an order in ETHUSDT does not reach ETHUSDT's account."""
        alice.open_isolated("BTCUSDT")
        alice.open_isolated("ETHUSDT")
        with pytest.raises(CommandRefused) as caught:
            alice.buy("ETHUSDT", "1", "3000", account="BTCUSDT")
        assert caught.value.refusal == Refusal.NOT_VALID_MARGIN_PAIR
        with pytest.raises(CommandRefused):
            alice.cancel("ETHUSDT", 1, account="BTCUSDT")

    @pytest.mark.parametrize("span", ["", "5", "h", "1.5h", "-1h", "1w"])
    def test_a_span_that_is_none_is_a_value_error(self, venue: Venue, span: str) -> None:
        """A whole number and a unit."""
        with pytest.raises(ValueError, match="span"):
            venue.advance(span)

    def test_a_float_is_no_span(self, venue: Venue) -> None:
        """Time is counted in whole microseconds."""
        with pytest.raises(TypeError, match="span"):
            venue.advance(1.5)  # type: ignore[arg-type]


class TestAccounts:
    """What one does in an afternoon."""

    def test_a_long_from_opening_to_repayment(self, venue: Venue, alice: UserFace) -> None:
        """Borrow by an order, sell at a profit, repay in full, take all out."""
        order = alice.buy("BTCUSDT", "0.5", account="cross", side_effect="MARGIN_BUY")
        assert (order.status, order.executed, order.average_price) == ("FILLED", Decimal("0.5"), 60_010)
        assert order.executed_quote == 30_005
        record = alice.account()
        assert (record.kind, record.mode, record.leverage, record.status) == ("cross", "classic", 5, "NORMAL")
        assert order.borrowed == 20_005, "what the fills cost, less her own 10,000"
        assert record.balances["USDT"].borrowed == 20_005, "what the fill did not take was repaid at once"
        price = alice.liquidation_price("BTC")
        assert price is not None
        assert 40_000 < price < 60_000
        venue.set_index(BTC="66000")
        venue.users["maker"].quote("BTCUSDT", [("66000", "50")], [])
        alice.sell("BTCUSDT", "0.49", account="cross")
        alice.repay("USDT")
        assert alice.account().margin_level is None
        assert alice.account().status == "EXCESSIVE"
        alice.transfer("USDT", alice.max_transferable("USDT"), source="cross", to="spot")
        assert alice.account("spot").balances["USDT"].free > 12_000
        assert venue.conservation_faults() == []

    def test_an_isolated_account_is_named_by_its_pair(self, venue: Venue) -> None:
        """Open, fund, trade, read."""
        bob = venue.user("bob", USDT="1000")
        bob.open_isolated("BTCUSDT")
        bob.transfer("USDT", "1000", to="BTCUSDT")
        order = bob.sell("BTCUSDT", "0.1", account="BTCUSDT", side_effect="MARGIN_BUY")
        assert order.borrowed == Decimal("0.1")
        record = bob.account("BTCUSDT")
        assert (record.kind, record.pair, record.mode) == ("isolated", "BTCUSDT", "isolated")
        assert record.balances["BTC"].borrowed == Decimal("0.1")
        assert bob.liquidation_price("BTC", "BTCUSDT") > 60_000

    def test_pro_and_back(self, alice: UserFace) -> None:
        """20x in Pro, and Classic again once the debt is small."""
        alice.switch_to_pro()
        assert alice.account().mode == "pro"
        assert alice.max_borrowable("USDT") > 100_000
        alice.borrow("USDT", "100000")
        with pytest.raises(CommandRefused):
            alice.switch_to_classic(5)
        alice.repay("USDT", "90000")
        alice.switch_to_classic(3)
        assert (alice.account().mode, alice.account().leverage) == ("classic", 3)

    def test_the_spot_wallet_has_a_value_and_no_level(self, venue: Venue) -> None:
        """1 BTC and 1,000 USDT, part of which stands in an order."""
        carol = venue.user("carol", BTC="1", USDT="1000")
        order = carol.buy("BTCUSDT", "0.01", "50000")
        record = carol.account("spot")
        assert (order.status, record.kind, record.margin_level) == ("NEW", "spot", None)
        assert (record.assets_value, record.liabilities_value) == (61_000, 0)
        assert record.balances["USDT"].locked == 500
        carol.cancel("BTCUSDT", order.order_id)
        assert carol.account("spot").balances["USDT"].locked == 0

    def test_open_orders_are_listed_and_cancelled_together(self, venue: Venue, alice: UserFace) -> None:
        """Two bids and a stop; quotes that cannot stand are said."""
        for price in ("50000", "49000"):
            alice.buy("BTCUSDT", "0.01", price, account="cross")
        alice.sell("BTCUSDT", "0.01", stop="40000", order_type="STOP_LOSS", account="cross", side_effect="MARGIN_BUY")
        found = [(order.side, order.order_type, order.price) for order in alice.open_orders("cross")]
        assert found == [("BUY", "LIMIT", 50_000), ("BUY", "LIMIT", 49_000), ("SELL", "STOP_LOSS", 0)]
        alice.cancel_all("BTCUSDT", "cross")
        assert alice.open_orders("cross") == []
        left_out = venue.users["maker"].quote("BTCUSDT", [("59000", "150"), ("58999", "150")], [])
        assert left_out == ["bid 58999 × 150: INSUFFICIENT_BALANCE"]

    def test_an_order_is_amended_in_its_place_and_trails(self, venue: Venue, alice: UserFace) -> None:
        """Less of it under the same name; a stop that trails without a stop price."""
        bid = alice.buy("BTCUSDT", "0.05", "50000", account="cross", client_id="mine")
        alice.amend("BTCUSDT", bid.order_id, "0.02", account="cross")
        (left,) = alice.open_orders("cross")
        assert (left.order_id, left.client_id, left.quantity) == (bid.order_id, "mine", Decimal("0.02"))
        with pytest.raises(CommandRefused, match="AMEND_INCREASES"):
            alice.amend("BTCUSDT", bid.order_id, "0.03", account="cross")
        trailing = alice.buy("BTCUSDT", "0.01", "61000", account="cross", order_type="STOP_LOSS_LIMIT", trailing=100)
        assert [order.order_id for order in alice.open_orders("cross")] == [bid.order_id, trailing.order_id]

    def test_an_order_says_all_its_fills(self, venue: Venue) -> None:
        """Carol's bid takes 1; that trade triggers Dave's sale, which fills her rest: she is FILLED with 2."""
        carol, dave = venue.user("carol", USDT="200000"), venue.user("dave", BTC="1")
        maker = venue.users["maker"]
        maker.quote("BTCUSDT", [("59000", "1")], [("61000", "1")])
        venue.user("erin", BTC="0.1").sell("BTCUSDT", "0.1")
        dave.sell("BTCUSDT", "1", "60500", stop="61000", order_type="TAKE_PROFIT_LIMIT")
        order = carol.buy("BTCUSDT", "2", "61000")
        assert (order.status, order.executed) == ("FILLED", 2)

    def test_records_do_not_change(self, venue: Venue, alice: UserFace) -> None:
        """A record is what was true when it was read."""
        record = alice.account()
        alice.borrow("USDT", "100")
        assert record.liabilities_value == 0
        with pytest.raises(FrozenInstanceError):
            record.leverage = 10  # type: ignore[misc]

    def test_time_moves_when_told_and_says_what_it_brought(self, venue: Venue, alice: UserFace) -> None:
        """A margin call, repeated after a day; all of it is in `venue.events` as well."""
        alice.buy("BTCUSDT", "0.6", account="cross", side_effect="MARGIN_BUY")
        level = alice.account().margin_level
        venue.set_index(BTC="49000")
        assert alice.account().status == "MARGIN_CALL"
        assert alice.account().margin_level < level
        assert len(of_kind(venue.advance("24h"), MarginCalled)) == 1
        assert len(of_kind(venue.events, MarginCalled)) == 2

    def test_bnb_and_vip(self, venue: Venue) -> None:
        """A user with a level and BNB pays less."""
        carol = venue.user("carol", USDT="100000", BNB="10")
        carol.set_vip(9)
        carol.pay_in_bnb(fees=True, interest=True)
        carol.buy("BTCUSDT", "1")
        assert carol.account("spot").balances["BTC"].free == 1
        assert carol.account("spot").balances["BNB"].free < 10

    def test_two_venues_with_the_same_acts_have_one_state(self) -> None:
        """No chance and no clock."""
        hashes = set()
        for _ in range(2):
            each = Venue(parameters())
            each.set_index(BTC="60000")
            each.user("alice", USDT="1").open_cross()
            each.advance("36h")
            hashes.add(each.state_hash())
        assert len(hashes) == 1


class TestOrderLists:
    """Lists of every shape: placed, shown, reduced, cancelled, refused."""

    @pytest.fixture
    def bob(self, venue: Venue) -> UserFace:
        """Bob, with coins and money, and a last price of 60,010."""
        found = venue.user("bob", BTC="5", USDT="300000")
        found.buy("BTCUSDT", "0.01")
        return found

    def test_an_oco_shows_both_orders_and_ends_with_the_first_that_acts(self, venue: Venue, bob: UserFace) -> None:
        """A target is a LIMIT_MAKER, a stop a STOP_LOSS, unless a leg says otherwise."""
        placed = bob.oco(
            "BTCUSDT", Leg("SELL", "1", "62000", client_id="goal"), Leg("SELL", "1", stop="58000"), client_id="exit"
        )  # fmt: skip
        (shown,) = bob.open_lists()
        assert (shown.list_id, shown.client_id, shown.shape, shown.pair) == (placed.list_id, "exit", "OCO", "BTCUSDT")
        assert [order.order_type for order in shown.orders] == ["LIMIT_MAKER", "STOP_LOSS"]
        venue.users["maker"].buy("BTCUSDT", "51", "62000")
        assert (bob.open_lists(), bob.open_orders()) == ([], [])

    def test_what_waits_is_shown_as_waiting_and_placed_when_its_turn_comes(self, bob: UserFace, venue: Venue) -> None:
        """An OPOCO sells what its purchase brought, less commission."""
        placed = bob.opoco(
            "BTCUSDT", Leg("BUY", "1", "59995"), Leg("SELL", 0, "62000"), Leg("SELL", 0, stop="58000", trailing=0)
        )  # fmt: skip
        assert [order.status for order in placed.orders] == ["NEW", "PENDING_NEW", "PENDING_NEW"]
        venue.users["maker"].sell("BTCUSDT", "1", "59995")
        (shown,) = bob.open_lists()
        assert [(order.status, order.quantity) for order in shown.orders] == [("NEW", Decimal("0.999"))] * 2

    def test_a_list_filled_at_once_says_so(self, bob: UserFace) -> None:
        """The working order of an OTO takes the ask; the pending one stands, and has its own record."""
        placed = bob.oto("BTCUSDT", Leg("BUY", "1", "60010"), Leg("SELL", "0.5", "61000"))
        assert [(order.status, order.executed) for order in placed.orders] == [("FILLED", 1), ("NEW", 0)]

    def test_lists_on_margin_borrow_once(self, venue: Venue, bob: UserFace) -> None:
        """Of an OCO of purchases one order bears the loan, and a cancel repays it."""
        carol = venue.user("carol", USDT="10000")
        carol.open_cross()
        carol.transfer("USDT", "10000")
        above, below = Leg("BUY", "0.5", "61500", stop="61000"), Leg("BUY", "0.5", "58000")
        placed = carol.oco("BTCUSDT", above, below, account="cross", side_effect="MARGIN_BUY")
        assert sorted(order.borrowed for order in placed.orders) == [0, 20750]
        carol.cancel_list("BTCUSDT", placed.list_id, account="cross")
        assert carol.account().balances["USDT"].borrowed == 0

    def test_a_reduced_order_takes_its_fellow_along_and_what_cannot_be_is_refused(self, bob: UserFace) -> None:
        """Both are of 0.4; a list on the wrong side of the price is no list."""
        placed = bob.oco("BTCUSDT", Leg("SELL", "1", "62000"), Leg("SELL", "1", trailing=200))
        bob.amend("BTCUSDT", placed.orders[1].order_id, "0.4")
        (shown,) = bob.open_lists()
        assert [(order.quantity, order.trailing) for order in shown.orders] == [
            (Decimal("0.4"), 0),
            (Decimal("0.4"), 200),
        ]
        with pytest.raises(CommandRefused, match="ORDER_LIST_PRICES"):
            bob.oco("BTCUSDT", Leg("SELL", "1", "62000"), Leg("SELL", "1", stop="63000"))
        with pytest.raises(CommandRefused, match="UNKNOWN_ORDER"):
            bob.cancel_list("BTCUSDT", 999)
