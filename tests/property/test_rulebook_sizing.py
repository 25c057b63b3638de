"""A liquidation step does what rule 15 asks of it: checked by trading it order by order with plain integers."""

from dataclasses import dataclass
from fractions import Fraction

from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from tests.property.rulebook_strategies import book_side, book_terms, collateral_tiers, isolated_tiers, pro_brackets

from leverline.kernel.numbers import INDEX_ONE, RATIO_ONE, UNIT
from leverline.rulebook.ladders import BookTerms, PurchaseLadder, SaleLadder
from leverline.rulebook.parameters import CollateralTier, IsolatedTier, ProBracket
from leverline.rulebook.routes import PurchaseRoute, Route, SaleRoute, TwoLegRoute
from leverline.rulebook.sizing import (
    CAPPED,
    NO_HELP,
    REACHES_STOP,
    SizingInput,
    StepSize,
    TokenGiven,
    TokenOwed,
    size_step,
    slopes_at,
    state_after,
)
from leverline.rulebook.stop_rules import AccountState, ClassicStop, CollateralStop, IsolatedStop, ProStop, StopRule

FEE = RATIO_ONE // 50
STOP = RATIO_ONE * 5 // 4
PRO_STOP = 2 * RATIO_ONE
ROUNDING = 20
NO_BRACKETS: tuple[ProBracket, ...] = ()
NO_TIERS: tuple[CollateralTier, ...] = ()

Book = list[tuple[int, int, list[int]]]
"""(price, quantity, its orders) per level."""

sizes = st.integers(100 * UNIT, 10**6 * UNIT)
prices = st.sampled_from([INDEX_ONE // 10**5, INDEX_ONE // 3, INDEX_ONE, 2500 * INDEX_ONE, 44_000 * INDEX_ONE])


@dataclass
class Trial:
    """An account short of its stop, one asset to give up, one debt, and the books between them."""

    held: int
    index_held: int
    principal: int
    interest: int
    index_owed: int
    assets_beside: int
    liabilities_beside: int
    equity_beside: int
    maintenance_beside: int
    others_value: int
    tiers: tuple[CollateralTier, ...]
    brackets: tuple[ProBracket, ...]
    stop: StopRule
    bids: Book
    asks: Book
    sale: SaleLadder | None
    purchase: PurchaseLadder | None
    route: Route

    def snapshot(self) -> SizingInput:
        """The sizer's view of the account."""
        before = values(self, self.held, self.principal + self.interest, 0, 0)
        given = TokenGiven(self.held, self.index_held, self.tiers, self.others_value)
        owed = TokenOwed(self.principal, self.interest, self.index_owed, self.brackets, self.tiers)
        return SizingInput(
            self.stop, before.assets, before.liabilities, before.collateral, before.maintenance, given, owed, self.route
        )

    def size(self) -> StepSize:
        """The step."""
        return size_step(self.snapshot())


def slices(value: int, rows: list[tuple[int, int]]) -> Fraction:
    """Σ slice × rate, the plain way; beyond the last limit nothing."""
    total, floor = Fraction(0), 0
    for limit, rate in rows:
        total += Fraction(rate, RATIO_ONE) * max(min(value, limit) - floor, 0)
        floor = limit
    return total


def counted(value: int, others: int, tiers: tuple[CollateralTier, ...]) -> int:
    """Collateral of a token that is not owed, sharing one tier table with others."""
    if value == 0:
        return 0
    whole = slices(value + others, [(tier.value_limit, tier.ratio) for tier in tiers])
    return int(whole * value / (value + others)) if others else int(whole)


def margin(debt_value: int, brackets: tuple[ProBracket, ...]) -> int:
    """Maintenance margin, rounded up; the last bracket has no end."""
    rows = [(bracket.debt_limit, bracket.maintenance_rate) for bracket in brackets]
    if rows:
        rows[-1] = (10**40, rows[-1][1])
    total = slices(debt_value, rows)
    return -int(-total // 1)


def values(trial: Trial, held: int, debt: int, surplus: int, middle: int) -> AccountState:
    """The account's values with so much held, owed, left over in the debt's asset and in the middle asset."""
    held_value = held * trial.index_held // INDEX_ONE
    debt_value = -(-debt * trial.index_owed // INDEX_ONE)
    surplus_value = surplus * trial.index_owed // INDEX_ONE
    liabilities = debt_value + trial.liabilities_beside
    collateral = counted(held_value, trial.others_value, trial.tiers) + counted(surplus_value, 0, trial.tiers)
    return AccountState(
        held_value + trial.assets_beside + surplus_value + middle,
        liabilities,
        collateral + middle + trial.equity_beside + trial.liabilities_beside if trial.stop.is_haircut else 0,
        margin(debt_value, trial.brackets) + trial.maintenance_beside if trial.stop.is_pro else 0,
        min(debt, trial.principal),
        max(debt - trial.principal, 0),
    )


def noise_of(trial: Trial) -> int:
    """What rounding alone may change: a few units of value, and a unit of each asset."""
    return ROUNDING + 2 * (trial.index_held + trial.index_owed) // INDEX_ONE


def fills(book: Book, quantity: int) -> list[tuple[int, int]]:
    """(price, quantity) of each order that a taker of `quantity` meets."""
    found = []
    for price, _, orders in book:
        for size in orders:
            taken = min(size, quantity)
            if taken:
                found.append((price, taken))
            quantity -= taken
    assert quantity == 0, "the step asked for more than the book has"
    return found


def sell(book: Book, terms: BookTerms, quantity: int, fee: int) -> int:
    """What selling brings, order by order, after commission and clearance fee."""
    net = 0
    for price, size in fills(book, quantity):
        gross = price * size // UNIT
        net += gross - gross * terms.commission // RATIO_ONE - gross * fee // RATIO_ONE
    return net


def buy(book: Book, terms: BookTerms, quantity: int, fee: int) -> tuple[int, int]:
    """(quote spent with the clearance fee, base received after commission), order by order."""
    spent = received = 0
    for price, size in fills(book, quantity):
        gross = price * size // UNIT
        spent += gross + gross * fee // RATIO_ONE
        received += size - size * terms.commission // RATIO_ONE
    return spent, received


def traded(trial: Trial, step: StepSize) -> AccountState:
    """The account after the step was really traded: fee, repayment, rounding of every fill."""
    middle = 0
    if trial.sale is not None and trial.purchase is not None:
        proceeds = sell(trial.bids, trial.sale.terms, step.given, FEE)
        spent, received = buy(trial.asks, trial.purchase.terms, step.quantity, 0)
        given, middle = step.given, proceeds - spent
        assert middle >= 0, "the second leg needs more than the first one brings"
    elif trial.sale is not None:
        given, received = step.quantity, sell(trial.bids, trial.sale.terms, step.quantity, FEE)
    else:
        assert trial.purchase is not None
        given, received = buy(trial.asks, trial.purchase.terms, step.quantity, FEE)
    assert given <= trial.held
    debt = trial.principal + trial.interest
    repaid = min(debt, received)
    return values(trial, trial.held - given, debt - repaid, received - repaid, middle)


def is_passed(trial: Trial, state: AccountState, stop_ratio: int) -> bool:
    """The stop, as the rule words it."""
    if state.liabilities == 0:
        return True
    if trial.stop.is_pro:
        return (state.collateral - state.liabilities) * RATIO_ONE > PRO_STOP * state.maintenance
    if trial.stop.is_haircut:
        return state.collateral * RATIO_ONE > stop_ratio * state.liabilities
    return state.assets * RATIO_ONE > stop_ratio * state.liabilities


def ladder_levels(book: Book) -> list[tuple[int, int]]:
    """Levels without their orders."""
    return [(price, quantity) for price, quantity, _ in book]


def order_count(book: Book) -> int:
    """How many orders stand behind a book."""
    return sum(len(orders) for _, _, orders in book)


@st.composite
def trials(draw: st.DrawFn, way: str, mode: str, notional_min: int = 0) -> Trial:
    """An account below its stop by `mode`, with a route by `way`."""
    index_held, index_owed = draw(prices), draw(prices)
    bids: Book = []
    asks: Book = []
    sale = purchase = None
    route: Route
    if way == "sale":
        terms = draw(book_terms(index_held, index_owed, notional_min))
        bids = draw(book_side(terms, True))
        sale = SaleLadder(ladder_levels(bids), terms, FEE, 0, order_count(bids))
        route = SaleRoute(sale)
    elif way == "purchase":
        terms = draw(book_terms(index_owed, index_held, notional_min))
        asks = draw(book_side(terms, False))
        purchase = PurchaseLadder(ladder_levels(asks), terms, FEE)
        route = PurchaseRoute(purchase)
    else:
        terms = draw(book_terms(index_held, INDEX_ONE, notional_min))
        bids = draw(book_side(terms, True))
        sale = SaleLadder(ladder_levels(bids), terms, FEE, 0, order_count(bids))
        terms = draw(book_terms(index_owed, INDEX_ONE, notional_min))
        asks = draw(book_side(terms, False))
        purchase = PurchaseLadder(ladder_levels(asks), terms, 0)
        route = TwoLegRoute(sale, purchase)
    return draw(accounts(mode, index_held, index_owed, bids, asks, sale, purchase, route))


@st.composite
def accounts(
    draw: st.DrawFn, mode: str, index_held: int, index_owed: int, bids: Book, asks: Book,
    sale: SaleLadder | None, purchase: PurchaseLadder | None, route: Route,
) -> Trial:  # fmt: skip
    """The account around given books."""
    held_value = draw(sizes)
    held = held_value * INDEX_ONE // index_held
    beside = 0 if mode == "isolated" else draw(st.sampled_from([0, held_value // 7, 2 * held_value]))
    tiers = draw(collateral_tiers()) if mode in ("pro", "cut") else NO_TIERS
    brackets = draw(pro_brackets()) if mode == "pro" else NO_BRACKETS
    owed_value = max((held_value + beside) * 1000 // draw(st.integers(950, 1500)), 1)
    debt_share = 100 if mode == "isolated" else draw(st.sampled_from([10, 60, 100]))
    debt = owed_value * debt_share // 100 * INDEX_ONE // index_owed
    interest = debt // draw(st.sampled_from([3, 100, 10**9]))
    liabilities_beside = owed_value * (100 - debt_share) // 100
    others = draw(st.sampled_from([0, 0, held_value // 2, 5 * held_value])) if mode in ("pro", "cut") else 0
    equity_beside = draw(st.integers(-owed_value, owed_value)) if mode == "pro" else 0
    maintenance_beside = draw(st.integers(0, owed_value // 20)) if mode == "pro" else 0
    stop: StopRule = ClassicStop(STOP)
    if mode == "pro":
        stop = ProStop(PRO_STOP)
    if mode == "cut":
        stop = CollateralStop(STOP)
        equity_beside = draw(st.integers(0, beside)) - liabilities_beside
    if mode == "isolated":
        isolated: tuple[IsolatedTier, ...] = draw(isolated_tiers())
        stop = IsolatedStop(isolated, draw(st.booleans()), 0, index_owed, draw(st.integers(0, len(isolated))))
    trial = Trial(
        held, index_held, debt - interest, interest, index_owed, beside, liabilities_beside, equity_beside,
        maintenance_beside, others, tiers, brackets, stop, bids, asks, sale, purchase, route,
    )  # fmt: skip
    start = values(trial, held, debt, 0, 0)
    assume(debt > 0 and held > 0 and not stop.is_passed(start) and (mode != "pro" or start.maintenance > 0))
    return trial


def any_trial(notional_min: int = 0) -> st.SearchStrategy[Trial]:
    """Trials of every way and mode (an isolated pair has no second leg)."""
    ways = [(way, mode) for way in ("sale", "purchase", "two") for mode in ("classic", "pro", "cut")]
    ways += [("sale", "isolated"), ("purchase", "isolated")]
    return st.sampled_from(ways).flatmap(lambda pair: trials(pair[0], pair[1], notional_min))


def stop_ratio_after(trial: Trial, principal: int) -> int:
    """The ratio that a Classic or isolated account must exceed once `principal` is left."""
    return trial.stop.stop_ratio(principal) if isinstance(trial.stop, IsolatedStop) else STOP


@given(any_trial())
@settings(print_blob=True)
def test_a_step_that_says_so_ends_strictly_above_the_stop(trial: Trial) -> None:
    """Traded order by order with every rounding of the ledger, the account passes its stop."""
    step = trial.size()
    event(f"{type(trial.route).__name__} {type(trial.stop).__name__} outcome {step.outcome}")
    if step.outcome == REACHES_STOP:
        after = traded(trial, step)
        assert is_passed(trial, after, stop_ratio_after(trial, after.principal))


@given(any_trial())
@settings(print_blob=True)
def test_one_lot_less_would_not_have_been_enough(trial: Trial) -> None:
    """The step goes above the stop and no further (no minimum notional here)."""
    step = trial.size()
    if step.outcome != REACHES_STOP:
        return
    snapshot = trial.snapshot()
    route = trial.route
    quantity = step.quantity
    while quantity > route.step and route.given(quantity - route.step) == step.given:
        quantity -= route.step
    if quantity == step.quantity or isinstance(route, TwoLegRoute):
        less = state_after(snapshot, quantity - route.step)
        assert not trial.stop.is_passed(less)


@given(any_trial())
@settings(print_blob=True)
def test_a_step_raises_the_level_or_is_not_taken(trial: Trial) -> None:
    """Whatever ends the step, the level after it is strictly higher, or no debt is left."""
    step = trial.size()
    before = values(trial, trial.held, trial.principal + trial.interest, 0, 0)
    if step.quantity:
        after = traded(trial, step)
        if trial.stop.is_pro:
            old = Fraction(before.collateral - before.liabilities, before.maintenance)
            new = (after.collateral - after.liabilities, after.maintenance)
            if old < 0:
                # Below zero a unit less of margin lowers the level: only more than rounding counts.
                new = (new[0] + noise_of(trial), new[1])
        elif trial.stop.is_haircut:
            old = Fraction(before.collateral, before.liabilities)
            new = (after.collateral, after.liabilities)
            assert (
                after.liabilities == 0
                or after.assets * before.liabilities + noise_of(trial) * (before.assets + before.liabilities)
                > before.assets * after.liabilities
            )
        else:
            old = Fraction(before.assets, before.liabilities)
            new = (after.assets, after.liabilities)
        assert after.liabilities == 0 or new[0] > old * new[1]
    else:
        assert step.given == step.repaid == 0


@given(any_trial(5 * UNIT))
@settings(print_blob=True)
def test_a_step_promises_no_more_than_trading_gives(trial: Trial) -> None:
    """The state a step promises is never better than what its trades leave, whatever orders stand behind the levels."""
    step = trial.size()
    if step.quantity == 0:
        return
    promised, after = step.after, traded(trial, step)
    assert promised.assets <= after.assets
    assert promised.liabilities >= after.liabilities
    if trial.stop.is_pro:
        assert promised.collateral - promised.liabilities <= after.collateral - after.liabilities
        assert promised.maintenance >= after.maintenance
    elif trial.stop.is_haircut:
        assert promised.collateral <= after.collateral
    assert trial.route.is_tradable(step.quantity)


@given(any_trial())
@settings(print_blob=True)
def test_a_step_stops_short_only_where_something_ends_it(trial: Trial) -> None:
    """A capped step has used up holding, debt or books, or its next unit would not help (rules 15.5, 15.6)."""
    step = trial.size()
    if step.outcome not in (CAPPED, NO_HELP):
        return
    snapshot = trial.snapshot()
    state = state_after(snapshot, step.quantity)
    upper = trial.route.upper(trial.held, trial.principal + trial.interest)
    if step.quantity + trial.route.step > upper:
        return
    lot = state_after(snapshot, step.quantity + trial.route.step)
    if trial.stop.is_haircut:
        slopes = slopes_at(snapshot, step.quantity, state)
        gains = trial.stop.helps(state, slopes.efficiency, slopes.ratio, slopes.rate)
        assert not gains or step.outcome == NO_HELP
    else:
        noise = noise_of(trial)
        worse = AccountState(lot.assets - noise, lot.liabilities + noise, 0, 0, 0, 0)
        assert not trial.stop.is_improved(state, worse)


@given(any_trial(), st.integers(1, 10**6))
@settings(print_blob=True)
def test_ladders_answer_forwards_and_backwards_alike(trial: Trial, share: int) -> None:
    """The least quantity for a need brings it, one lot less does not; what is affordable is, one lot more is not."""
    if trial.sale is not None:
        sale = trial.sale
        need = sale.net(sale.depth) * share // 10**6
        sold = sale.sold_for(need)
        assert sale.net(sold) >= need
        assert sold == 0 or sale.net(sold - sale.terms.step) < need
    if trial.purchase is not None:
        purchase = trial.purchase
        need = purchase.bought(purchase.depth) * share // 10**6
        bought = purchase.bought_for(need)
        assert purchase.bought(bought) >= need
        assert bought == 0 or purchase.bought(bought - purchase.terms.step) < need
        quote = purchase.spend(purchase.depth) * share // 10**6
        quantity = purchase.affordable(quote)
        assert purchase.spend(quantity) <= quote
        more = quantity + purchase.terms.step
        assert more > purchase.depth or purchase.spend(more) > quote
        pieces = purchase.pieces(quantity)
        assert sum(size for _, size in pieces) == quantity
        assert quantity == 0 or pieces[-1][0] == purchase.price_at(quantity)


def test_a_purchase_reaches_the_minimum_notional_without_its_fee() -> None:
    """49 at 0.1004 cost 4.92 and with a fee of 2 % 5.02: an order of at least 5 begins at 50 (rule 15.7)."""
    terms = BookTerms(INDEX_ONE // 10, INDEX_ONE, 0, UNIT, UNIT, 10**6 * UNIT, 5 * UNIT)
    asks = PurchaseLadder([(UNIT // 10 + UNIT // 2_500, 1_000 * UNIT)], terms, FEE)
    assert asks.spend(49 * UNIT) > 5 * UNIT
    assert not asks.is_tradable(49 * UNIT)
    assert asks.is_tradable(50 * UNIT)


@given(
    st.integers(0, 10**6 * UNIT), st.integers(1, 10**6 * UNIT), st.integers(0, 10**5 * UNIT),
    st.integers(1, 10**40), st.integers(1, 10**40), st.integers(0, RATIO_ONE), st.integers(0, RATIO_ONE // 2),
)  # fmt: skip
def test_weight_and_hurdle_decide_like_the_rule_they_split(
    assets: int, liabilities: int, maintenance: int, over: int, under: int, ratio: int, rate: int
) -> None:
    """What k × W > H says of every stop is what k × A > L, or (k − h) × MM + m × k × E > 0, says."""
    state = AccountState(assets, liabilities, assets, maintenance, 0, 0)
    for stop in (ClassicStop(STOP), ProStop(PRO_STOP), IsolatedStop((), True, 0, INDEX_ONE)):
        is_helpful = stop.helps(state, (over, under), ratio, rate)
        assert is_helpful == (over * stop.weight(state, rate) > under * stop.hurdle(state, ratio))
