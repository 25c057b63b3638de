"""Orders through the engine: cancel and replace (docs/adr/0002), mass quotes, conditional orders, halts (rule 9)."""

from tests.engine.world import (
    ALICE,
    CAROL,
    CROSS,
    DAY,
    MAKER,
    MINUTE,
    SPOT,
    World,
    amount,
    of_kind,
    parameters,
    ratio,
    with_pair,
)

from leverline.engine.commands import (
    Borrow,
    CancelAllOrders,
    CancelOrder,
    MassQuote,
    PlaceOrder,
    ReplaceOrder,
    SetPairStatus,
    SuspendUser,
)
from leverline.engine.events import CancelRefused, Refused, ReplacementRefused
from leverline.kernel.events import Event
from leverline.lending.events import Borrowed, Repaid
from leverline.liquidation.events import LiquidationEnded, LiquidationStep, TakenOver
from leverline.market.events import OrderAccepted, OrderEnded, OrderTriggered, QuoteSkipped, Trade
from leverline.market.terms import (
    AUTO_REPAY,
    CANCEL_ONLY,
    CANCELED,
    CAUSE_REPLACED,
    CAUSE_USER,
    FILLED,
    HALTED,
    LIMIT,
    MARGIN_BUY,
    MARKET,
    NEW,
    PARTIALLY_FILLED,
    REDUCE_ONLY,
    STOP_LOSS,
    STOP_LOSS_LIMIT,
    TAKE_PROFIT,
    TRADING,
)
from leverline.rulebook.refusals import Refusal


def placed(events: list[Event]) -> int:
    """Return the id of the order that was accepted."""
    return of_kind(events, OrderAccepted)[0].order_id


def carol_bids(world: World, quantity: str = "1", price: str = "50000") -> int:
    """Let Carol, who has 50,000 USDT, place a bid; return its id."""
    world.user(CAROL, USDT="50000")
    return placed(world.send(world.limit(CAROL, "BTCUSDT", True, quantity, price)))


def quote(*levels: tuple[str, str]) -> list[tuple[int, int]]:
    """Return levels of a mass quote from texts."""
    return [(amount(price), amount(quantity)) for price, quantity in levels]


class TestCancelReplace:
    """Two acts in one command."""

    def test_the_cancel_frees_what_the_new_order_needs(self, world: World) -> None:
        """All of Carol's money stands in the old bid, and then in the new one."""
        old = carol_bids(world)
        events = world.send(ReplaceOrder(old, world.limit(CAROL, "BTCUSDT", True, "0.5", "55000")))
        ended = of_kind(events, OrderEnded)[0]
        assert (ended.order_id, ended.status, ended.cause) == (old, CANCELED, CAUSE_REPLACED)
        assert list(world.spot(CAROL).orders) == [placed(events)]
        holding = world.spot(CAROL).holding("USDT")
        assert (holding.free, holding.locked) == (amount("22500"), amount("27500"))

    def test_a_refused_cancel_refuses_the_command(self, world: World) -> None:
        """There is no order 77: nothing is cancelled, nothing is placed."""
        carol_bids(world)
        assert world.refusal(ReplaceOrder(77, world.limit(CAROL, "BTCUSDT", False, "1", "1"))) == Refusal.UNKNOWN_ORDER

    def test_the_new_order_is_placed_anyway_where_that_is_wanted(self, world: World) -> None:
        """The old order was filled meanwhile; the new one does not depend on it."""
        carol_bids(world, "0.5")
        events = world.send(ReplaceOrder(77, world.limit(CAROL, "BTCUSDT", True, "0.1", "40000"), True))
        assert len(world.spot(CAROL).orders) == 2
        assert not of_kind(events, OrderEnded)
        assert of_kind(events, CancelRefused)[0].order_id == 77
        too_dear = ReplaceOrder(77, world.limit(CAROL, "BTCUSDT", True, "1", "50000"), True)
        (refused,) = world.attempt(too_dear)
        assert isinstance(refused, Refused), "both acts failed: one refusal"
        assert (refused.refusal, refused.kept) == (Refusal.INSUFFICIENT_BALANCE, Refusal.UNKNOWN_ORDER)

    def test_a_restriction_leaves_the_old_order_as_if_it_were_not_named(self, world: World) -> None:
        """It is not filled: ONLY_PARTIALLY_FILLED spares it, and what it locks and bears still counts."""
        old = carol_bids(world, "0.5")
        new = world.limit(CAROL, "BTCUSDT", True, "0.1", "40000")
        assert world.refusal(ReplaceOrder(old, new, False, "", PARTIALLY_FILLED)) == Refusal.CANCEL_RESTRICTED
        events = world.send(ReplaceOrder(old, new, True, "", PARTIALLY_FILLED))
        assert not of_kind(events, OrderEnded)
        assert of_kind(events, CancelRefused)[0].refusal == Refusal.CANCEL_RESTRICTED
        assert len(world.spot(CAROL).orders) == 2
        too_dear = world.limit(CAROL, "BTCUSDT", True, "1", "50000")
        (refused,) = world.attempt(ReplaceOrder(old, too_dear, True, "", PARTIALLY_FILLED))
        assert isinstance(refused, Refused)
        assert (refused.refusal, refused.kept) == (Refusal.INSUFFICIENT_BALANCE, Refusal.CANCEL_RESTRICTED)
        events = world.send(ReplaceOrder(old, new, False, "", NEW))
        assert of_kind(events, OrderEnded)[0].order_id == old
        assert world.refusal(ReplaceOrder(old, new, True, "", FILLED)) == Refusal.MALFORMED

    def test_a_cancel_is_restricted_by_what_the_order_is_at_that_moment(self, world: World) -> None:
        """Whatever was read before: the fill that came between decides."""
        order_id = carol_bids(world, "0.5")
        only_new = CancelOrder(CAROL, SPOT, "BTCUSDT", order_id, "", NEW)
        only_begun = CancelOrder(CAROL, SPOT, "BTCUSDT", order_id, "", PARTIALLY_FILLED)
        assert world.refusal(only_begun) == Refusal.CANCEL_RESTRICTED
        world.user(ALICE, BTC="1")
        world.send(world.limit(ALICE, "BTCUSDT", False, "0.2", "50000"))
        assert world.refusal(only_new) == Refusal.CANCEL_RESTRICTED
        world.send(only_begun)

    def test_when_the_new_order_is_refused_the_cancel_stands(self, world: World) -> None:
        """The event says which order is gone and why no other came; the command itself is not refused."""
        old = carol_bids(world)
        events = world.send(ReplaceOrder(old, world.limit(CAROL, "BTCUSDT", True, "1", "50000.01")))
        last = events[-1]
        assert isinstance(last, ReplacementRefused)
        assert (last.order_id, last.refusal) == (old, Refusal.INSUFFICIENT_BALANCE)
        assert "50000.01" in last.detail
        assert world.spot(CAROL).orders == {}
        assert world.spot(CAROL).free("USDT") == amount("50000")

    def test_a_malformed_new_order_leaves_the_old_one(self, world: World) -> None:
        """What is no order at all is no replacement."""
        old = carol_bids(world)
        new = world.limit(CAROL, "BTCUSDT", True, "1", "50000", time_in_force=9)
        assert world.refusal(ReplaceOrder(old, new)) == Refusal.MALFORMED
        assert list(world.spot(CAROL).orders) == [old]

    def test_a_new_order_that_could_never_stand_leaves_the_old_one(self, world: World) -> None:
        """Off the tick, of quantity 0, in a halted pair: what no cancel can mend is judged before it."""
        old = carol_bids(world)
        for new, refusal in (
            (world.limit(CAROL, "BTCUSDT", True, "1", "50000.001"), Refusal.FILTER_PRICE),
            (world.limit(CAROL, "BTCUSDT", True, "0", "50000"), Refusal.QUANTITY_NOT_POSITIVE),
        ):
            assert world.refusal(ReplaceOrder(old, new)) == refusal
        world.send(SetPairStatus("BTCUSDT", HALTED))
        assert (
            world.refusal(ReplaceOrder(old, world.limit(CAROL, "BTCUSDT", True, "1", "50000"))) == Refusal.PAIR_HALTED
        )
        assert list(world.spot(CAROL).orders) == [old]

    def test_an_order_is_replaced_under_its_own_client_id(self, world: World) -> None:
        """The id is free for the order that takes its place; the old one is named by it."""
        world.user(CAROL, USDT="50000")
        order = PlaceOrder(CAROL, SPOT, "BTCUSDT", True, LIMIT, amount("0.1"), amount("50000"), client_id="mine")
        world.send(order, ReplaceOrder(0, order, client_id="mine"))
        (standing,) = world.spot(CAROL).orders.values()
        assert (standing.client_id, standing.order_id) == ("mine", 2)

    def test_another_users_order_cannot_be_replaced(self, world: World) -> None:
        """Mallory names Carol's order in a replacement of her own."""
        old = carol_bids(world)
        world.user(4, USDT="50000")
        assert world.refusal(ReplaceOrder(old, world.limit(4, "BTCUSDT", True, "1", "50000"))) == Refusal.UNKNOWN_ORDER

    def test_the_loan_of_the_old_order_is_repaid_and_the_new_one_borrows_anew(self, world: World) -> None:
        """Alice's bids lack 10,000 and then 20,000 USDT; the hours of both loans stay owed."""
        world.cross(ALICE, USDT="10000")
        old = placed(world.send(margin_bid(world, "0.4", "50000")))
        events = world.send(ReplaceOrder(old, margin_bid(world, "0.5", "60000")))
        assert [event.principal for event in of_kind(events, Repaid)] == [amount("10000")]
        assert [event.amount for event in of_kind(events, Borrowed)] == [amount("20000")]
        holding = world.holding(ALICE, "USDT")
        assert holding.principal == amount("20000")
        assert holding.interest > 0
        assert (holding.free, holding.locked) == (0, amount("30000"))


def margin_bid(world: World, quantity: str, price: str) -> PlaceOrder:
    """Return a bid of Alice's that borrows what it lacks."""
    return world.limit(ALICE, "BTCUSDT", True, quantity, price, kind=CROSS, side_effect=MARGIN_BUY)


class TestMassQuote:
    """A maker's two-sided quote."""

    def test_what_stays_the_same_keeps_its_place_and_the_rest_is_replaced(self, world: World) -> None:
        """Of two bids one is kept; its id is the same, the other's place is taken by a third."""
        world.maker()
        world.send(MassQuote(MAKER, SPOT, "BTCUSDT", quote(("59990", "1"), ("59980", "1")), quote(("60010", "1"))))
        kept = [order.order_id for order in world.spot(MAKER).orders.values() if order.price == amount("59990")]
        events = world.send(MassQuote(MAKER, SPOT, "BTCUSDT", quote(("59990", "1"), ("59970", "2")), []))
        ended = {event.cause for event in of_kind(events, OrderEnded)}
        assert (len(of_kind(events, OrderEnded)), ended) == (2, {CAUSE_REPLACED})
        standing = sorted((order.price, order.order_id) for order in world.spot(MAKER).orders.values())
        assert [price for price, _ in standing] == [amount("59970"), amount("59990")]
        assert standing[1][1] == kept[0]

    def test_a_quote_that_is_partly_filled_stays_when_its_rest_is_wanted(self, world: World) -> None:
        """Of 100 BTC one is sold; quoting 99 keeps the order, quoting 100 replaces it."""
        world.maker()
        world.user(CAROL, USDT="100000")
        world.send(PlaceOrder(CAROL, SPOT, "BTCUSDT", True, MARKET, amount("1")))
        asks = [quote(("60010", size)) for size in ("99", "100")]
        assert not of_kind(world.send(MassQuote(MAKER, SPOT, "BTCUSDT", [], asks[0])), OrderAccepted)
        assert of_kind(world.send(MassQuote(MAKER, SPOT, "BTCUSDT", [], asks[1])), OrderAccepted)

    def test_a_level_that_would_take_or_lacks_funds_is_left_out(self, world: World) -> None:
        """Carol asks 60,000: a bid there is not placed, one below it is; one beyond the funds is not."""
        world.user(CAROL, BTC="1")
        world.user(MAKER, USDT="10000")
        world.send(world.limit(CAROL, "BTCUSDT", False, "1", "60000"))
        bids = quote(("60000", "0.1"), ("59999", "0.1"), ("59998", "1"))
        events = world.send(MassQuote(MAKER, SPOT, "BTCUSDT", bids, []))
        assert [event.price for event in of_kind(events, OrderAccepted)] == [amount("59999")]
        assert not of_kind(events, Trade)

    def test_a_level_left_out_is_reported_with_its_cause(self, world: World) -> None:
        """A maker hears which of his levels do not stand, and why."""
        world.user(CAROL, BTC="1")
        world.user(MAKER, USDT="10000")
        world.send(world.limit(CAROL, "BTCUSDT", False, "1", "60000"))
        bids = quote(("60000", "0.1"), ("59998", "1"))
        skipped = of_kind(world.send(MassQuote(MAKER, SPOT, "BTCUSDT", bids, [])), QuoteSkipped)
        assert [(event.price, event.refusal) for event in skipped] == [
            (amount("60000"), Refusal.WOULD_MATCH_IMMEDIATELY), (amount("59998"), Refusal.INSUFFICIENT_BALANCE),
        ]  # fmt: skip

    def test_a_quote_that_would_meet_itself_is_malformed(self, world: World) -> None:
        """The best bid is at the best ask of the same quote."""
        world.user(MAKER, USDT="100000", BTC="1")
        command = MassQuote(MAKER, SPOT, "BTCUSDT", quote(("60000", "0.1")), quote(("60000", "0.1")))
        assert world.refusal(command) == Refusal.MALFORMED

    def test_a_quote_passes_the_filters_that_an_order_would(self, world: World) -> None:
        """Too far from the index, too many with the plain orders that stand, and for a cross account no cross pair."""
        rules = with_pair(parameters(), "BTCUSDT", orders_max=2, percent_down=ratio("0.2"), percent_up=ratio("5"))
        world = World(with_pair(rules, "ETHBTC", is_cross=False))
        world.user(MAKER, USDT="100000", BTC="1")
        far = MassQuote(MAKER, SPOT, "BTCUSDT", quote(("11000", "0.1")), [])
        assert world.refusal(far) == Refusal.FILTER_PERCENT_PRICE
        world.send(world.limit(MAKER, "BTCUSDT", True, "0.1", "50000"))
        two = MassQuote(MAKER, SPOT, "BTCUSDT", quote(("50000", "0.1"), ("49000", "0.1")), [])
        assert world.refusal(two) == Refusal.FILTER_MAX_ORDERS
        world.cross(ALICE, BTC="1")
        foreign = MassQuote(ALICE, CROSS, "ETHBTC", quote(("0.04", "1")), [])
        assert world.refusal(foreign) == Refusal.NOT_VALID_MARGIN_PAIR

    def test_a_margin_quote_keeps_to_the_band_of_a_limit_price_pair(self, world: World) -> None:
        """A cross account's bid 20 % above the index is refused as its order would be; a spot wallet's is not."""
        world = World(with_pair(parameters(), "BTCUSDT", is_limit_price=True))
        world.cross(ALICE, USDT="10000")
        world.user(MAKER, USDT="10000")
        bids = quote(("72000", "0.1"))
        assert world.refusal(MassQuote(ALICE, CROSS, "BTCUSDT", bids, [])) == Refusal.LIMIT_PRICE_OUT_OF_BAND
        world.send(MassQuote(MAKER, SPOT, "BTCUSDT", bids, []))

    def test_an_empty_quote_ends_all_quotes_and_no_other_order(self, world: World) -> None:
        """The maker's plain limit order stays."""
        world.maker()
        plain = placed(world.send(world.limit(MAKER, "BTCUSDT", True, "1", "50000")))
        world.send(MassQuote(MAKER, SPOT, "BTCUSDT", [], []))
        assert list(world.spot(MAKER).orders) == [plain]

    def test_a_wallet_with_debt_may_not_quote(self, world: World) -> None:
        """Quotes are checked for funds only, so a debtor's are refused."""
        world.cross(ALICE, USDT="10000")
        world.send(Borrow(ALICE, CROSS, "USDT", amount("1000")))
        command = MassQuote(ALICE, CROSS, "BTCUSDT", quote(("50000", "0.1")), [])
        assert world.refusal(command) == Refusal.MARGIN_LEVEL_TOO_LOW

    def test_a_debt_made_after_quoting_leaves_the_quotes_to_the_band(self, world: World) -> None:
        """Alice quotes, then borrows: her quotes stand as orders of a debtor and conserve her money."""
        world.cross(ALICE, USDT="10000")
        world.send(MassQuote(ALICE, CROSS, "BTCUSDT", quote(("50000", "0.1")), []))
        world.send(Borrow(ALICE, CROSS, "USDT", amount("1000")))
        assert world.holding(ALICE, "USDT").locked == amount("5000")
        assert world.engine.conservation_faults() == []


class TestConditionalOrders:
    """Stops wait for the last price."""

    def trade_at(self, world: World, price: str) -> list[Event]:
        """Let the last price become `price` by a trade of the maker with Carol."""
        world.maker(bid=price, ask="")
        return world.send(PlaceOrder(CAROL, SPOT, "BTCUSDT", False, MARKET, amount("0.01")))

    def test_a_stop_waits_with_its_funds_locked_and_triggers_on_the_last_price(self, world: World) -> None:
        """Carol's stop at 58,000 lets 59,000 pass and sells at 58,000."""
        world.user(CAROL, BTC="2")
        stop = placed(
            world.send(
                PlaceOrder(CAROL, SPOT, "BTCUSDT", False, STOP_LOSS, amount("1"), stop_price=amount("58000")),
            )
        )
        assert world.spot(CAROL).holding("BTC").locked == amount("1")
        assert not of_kind(self.trade_at(world, "59000"), OrderTriggered)
        events = self.trade_at(world, "58000")
        assert [event.order_id for event in of_kind(events, OrderTriggered)] == [stop]
        assert [trade.taker_order for trade in of_kind(events, Trade)][-1] == stop
        assert world.spot(CAROL).holding("BTC").locked == 0

    def test_a_take_profit_buys_what_fell(self, world: World) -> None:
        """A buy TAKE_PROFIT triggers at or below its price."""
        world.user(CAROL, BTC="2", USDT="100000")
        take = PlaceOrder(CAROL, SPOT, "BTCUSDT", True, TAKE_PROFIT, amount("1"), stop_price=amount("55000"))
        self.trade_at(world, "60000")
        world.send(take)
        world.maker(bid="55000", ask="55100")
        events = world.send(PlaceOrder(CAROL, SPOT, "BTCUSDT", False, MARKET, amount("0.01")))
        assert [trade.price for trade in of_kind(events, Trade)] == [amount("55000"), amount("55100")]

    def test_a_borrowing_stop_borrows_at_placement_and_repays_when_cancelled(self, world: World) -> None:
        """Rule 9.2: the loan is there while the stop waits; its first hour stays owed."""
        world.cross(ALICE, USDT="10000")
        stop = PlaceOrder(
            ALICE, CROSS, "BTCUSDT", True, STOP_LOSS_LIMIT, amount("0.5"), amount("60000"),
            stop_price=amount("59000"), side_effect=MARGIN_BUY,
        )  # fmt: skip
        order_id = placed(world.send(stop))
        holding = world.holding(ALICE, "USDT")
        assert (holding.principal, holding.locked) == (amount("20000"), amount("30000"))
        events = world.send(CancelOrder(ALICE, CROSS, "BTCUSDT", order_id))
        assert of_kind(events, OrderEnded)[0].cause == CAUSE_USER
        assert (holding.principal, holding.locked) == (0, 0)
        assert 0 < holding.interest < amount("1")

    def test_an_auto_repay_stop_repays_when_it_fills(self, world: World) -> None:
        """Alice's stop sells her BTC and pays her USDT debt with the proceeds, interest first."""
        world.user(CAROL, BTC="2")
        world.cross(ALICE, BTC="1")
        world.send(Borrow(ALICE, CROSS, "USDT", amount("20000")))
        world.send(
            PlaceOrder(
                ALICE, CROSS, "BTCUSDT", False, STOP_LOSS, amount("0.5"), stop_price=amount("59000"),
                side_effect=AUTO_REPAY,
            )
        )  # fmt: skip
        world.index(BTC="59000")
        events = self.trade_at(world, "59000")
        assert of_kind(events, Repaid)
        assert world.holding(ALICE, "USDT").debt == 0
        assert world.engine.conservation_faults() == []


class TestHalts:
    """What a pair that is not open lets through."""

    def test_a_halted_pair_takes_no_order_but_lets_cancel(self, world: World) -> None:
        """Halted and cancel-only differ in name; orders that stand may always go."""
        old = carol_bids(world, "0.1")
        for status in (HALTED, CANCEL_ONLY):
            world.send(SetPairStatus("BTCUSDT", status))
            order = world.limit(CAROL, "BTCUSDT", True, "0.1", "50000")
            assert world.refusal(order) == Refusal.PAIR_HALTED
            assert world.refusal(MassQuote(CAROL, SPOT, "BTCUSDT", [], [])) == Refusal.PAIR_HALTED
        world.send(CancelOrder(CAROL, SPOT, "BTCUSDT", old))
        world.send(SetPairStatus("BTCUSDT", TRADING), world.limit(CAROL, "BTCUSDT", True, "0.1", "50000"))

    def test_a_reduce_only_pair_takes_from_a_debtor_what_repays(self, world: World) -> None:
        """Alice owes USDT: she may sell BTC to repay and not otherwise, nor buy more; Carol trades freely."""
        world.cross(ALICE, BTC="1", USDT="100")
        world.user(CAROL, USDT="50000")
        world.send(Borrow(ALICE, CROSS, "USDT", amount("10000")), SetPairStatus("BTCUSDT", REDUCE_ONLY))
        buy = world.limit(ALICE, "BTCUSDT", True, "0.1", "50000", kind=CROSS)
        assert world.refusal(buy) == Refusal.PAIR_HALTED
        sell = world.limit(ALICE, "BTCUSDT", False, "0.1", "61000", kind=CROSS, side_effect=MARGIN_BUY)
        assert world.refusal(sell) == Refusal.PAIR_HALTED
        assert world.refusal(world.limit(ALICE, "BTCUSDT", False, "0.1", "61000", kind=CROSS)) == Refusal.PAIR_HALTED
        world.send(world.limit(ALICE, "BTCUSDT", False, "0.1", "61000", kind=CROSS, side_effect=AUTO_REPAY))
        world.send(world.limit(CAROL, "BTCUSDT", True, "0.1", "50000"))
        world.maker()

    def test_a_reduce_only_pair_lends_for_no_order(self, world: World) -> None:
        """Alice owes nothing yet; an order that would make her a debtor is refused."""
        world.cross(ALICE, USDT="10000")
        world.send(SetPairStatus("BTCUSDT", REDUCE_ONLY))
        assert world.refusal(margin_bid(world, "0.5", "60000")) == Refusal.PAIR_HALTED

    def test_a_liquidation_does_not_trade_in_a_halted_pair(self, world: World) -> None:
        """With its only pair halted the account is taken over, whatever bids stand there, and not unwound in it."""
        world.long()
        world.maker(bid="52400", ask="")
        world.send(SetPairStatus("BTCUSDT", HALTED))
        events = world.index(BTC="52500") + world.advance(2 * MINUTE) + world.advance(2 * DAY)
        assert not of_kind(events, LiquidationStep)
        assert not of_kind(events, Trade)
        assert len(of_kind(events, TakenOver)) == len(of_kind(events, LiquidationEnded)) == 1
        assert world.engine.conservation_faults() == []


class TestCancelAll:
    """All open orders of a wallet in one pair."""

    def test_only_that_wallets_orders_in_that_pair_end_in_order_of_placement(self, world: World) -> None:
        """Stops included, other pairs and wallets not."""
        first = carol_bids(world, "0.1")
        stop = world.limit(CAROL, "BTCUSDT", True, "0.1", "66000")
        stop.order_type, stop.stop_price = STOP_LOSS_LIMIT, amount("65000")
        second = placed(world.send(stop))
        other = placed(world.send(world.limit(CAROL, "ETHUSDT", True, "1", "2500")))
        events = world.send(CancelAllOrders(CAROL, SPOT, "BTCUSDT"))
        assert [event.order_id for event in of_kind(events, OrderEnded)] == [first, second]
        assert list(world.spot(CAROL).orders) == [other]
        assert world.refusal(CancelAllOrders(CAROL, SPOT, "BTCUSDT")) == Refusal.UNKNOWN_ORDER

    def test_a_client_order_id_serves_to_cancel_and_is_free_afterwards(self, world: World) -> None:
        """Named by its owner's id, cancelled, named again."""
        world.user(CAROL, USDT="50000")
        order = PlaceOrder(CAROL, SPOT, "BTCUSDT", True, LIMIT, amount("0.1"), amount("50000"), client_id="mine")
        world.send(order, CancelOrder(CAROL, SPOT, "BTCUSDT", 0, "mine"), order)
        assert len(world.spot(CAROL).orders) == 1
        assert world.refusal(CancelOrder(CAROL, SPOT, "BTCUSDT", 0, "his")) == Refusal.UNKNOWN_ORDER
        assert world.refusal(CancelOrder(CAROL, SPOT, "BTCUSDT", 0, "")) == Refusal.MALFORMED

    def test_an_order_named_by_both_ids_must_bear_both(self, world: World) -> None:
        """The id of one order with the client id of another cancels neither."""
        world.user(CAROL, USDT="50000")
        named = [
            PlaceOrder(CAROL, SPOT, "BTCUSDT", True, LIMIT, amount("0.1"), amount("50000"), client_id=name)
            for name in ("one", "two")
        ]
        first = placed(world.send(named[0]))
        world.send(named[1])
        assert world.refusal(CancelOrder(CAROL, SPOT, "BTCUSDT", first, "two")) == Refusal.UNKNOWN_ORDER
        world.send(CancelOrder(CAROL, SPOT, "BTCUSDT", first, "one"))
        assert len(world.spot(CAROL).orders) == 1

    def test_a_suspended_users_orders_may_go(self, world: World) -> None:
        """Suspension stops placing and replacing, not cancelling."""
        old = carol_bids(world)
        world.send(SuspendUser(CAROL, True))
        new = world.limit(CAROL, "BTCUSDT", True, "0.1", "50000")
        assert world.refusal(ReplaceOrder(old, new)) == Refusal.USER_SUSPENDED
        world.send(CancelOrder(CAROL, SPOT, "BTCUSDT", old))
        assert world.spot(CAROL).orders == {}
