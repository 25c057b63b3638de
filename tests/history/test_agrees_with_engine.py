"""After random days, what history says is what the engine has."""

from tests.history.world import Told

from leverline.history.pages import Window
from leverline.ledger.entries import FUND_DEFICIT
from leverline.liquidation.events import LiquidationStarted, TakenOver
from leverline.market.events import OrderAccepted
from leverline.market.terms import FILLED

ALL = Window(size=10**6)


WORDS = (
    "order_id", "client_id", "is_buy", "kind", "time_in_force", "self_trade", "side_effect", "quantity",
    "quote_quantity", "stop_price", "iceberg_quantity", "loan", "executed", "executed_quote", "status", "time",
    "is_liquidation", "is_repaid_at_cancel", "price", "trailing_delta", "trailing_time",
)  # fmt: skip


def test_the_random_days_hold_what_is_compared(days: Told) -> None:
    """Orders, quotes, fills, flows and, on the ordinary days, liquidations and open orders: nothing passes for want."""
    accepted = [event for commit in days.commits for event in commit.events if isinstance(event, OrderAccepted)]
    assert any(event.is_quote for event in accepted)
    assert any(order.status == FILLED for order in days.known.orders.by_id.values())
    assert any(days.known.flows.log.everything())
    if days.is_ordinary:
        assert any(days.known.orders.open.values())
        assert any(days.known.liquidations.cases.everything())


def test_open_orders_are_the_engines(days: Told) -> None:
    """Each wallet has the open orders it has in the engine, in the same order and words; quotes are left out."""
    for wallet in days.engine.core.ledger.wallets:
        known_there = {**getattr(wallet, "orders", {}), **getattr(wallet, "pending", {})}
        orders = [known_there[order_id] for order_id in sorted(known_there) if not known_there[order_id].is_quote]
        known = days.known.orders.open_of(wallet.wallet_id)
        rows = [[getattr(order, "ordered" if word == "quantity" else word) for word in WORDS] for order in orders]
        assert [[getattr(order, word) for word in WORDS] for order in known] == rows


def test_an_order_works_unless_it_waits_for_its_trigger(days: Told) -> None:
    """`is_working` says whether an open order has been triggered, if it is conditional."""
    for wallet in days.engine.core.ledger.wallets:
        for order in getattr(wallet, "orders", {}).values():
            known = days.known.orders.get(order.order_id)
            assert known is None or known.is_working != order.is_waiting
            assert known is None or (known.working_time > 0) == known.is_working


def test_fills_sum_to_what_was_executed(days: Told) -> None:
    """The fills of each order sum to its executed base and quote."""
    for order in days.known.orders.by_id.values():
        fills = days.known.account_trades.of_order(order.wallet_id, order.order_id)
        assert sum(fill.quantity for fill in fills) == order.executed
        assert sum(fill.quote for fill in fills) == order.executed_quote


def test_every_order_that_is_no_quote_is_known(days: Told) -> None:
    """Each accepted order can be found by id; quotes leave nothing behind."""
    accepted = [event for commit in days.commits for event in commit.events if isinstance(event, OrderAccepted)]
    assert {event.order_id for event in accepted if not event.is_quote} == set(days.known.orders.by_id)


def test_capital_flows_sum_to_the_balances(days: Told) -> None:
    """The flows of each margin account sum to its free and locked cash, asset by asset."""
    for wallet in days.engine.core.ledger.wallets:
        sums: dict[str, int] = {}
        for flow in days.known.flows.of(wallet.wallet_id, limit=10**6):
            sums[flow.asset] = sums.get(flow.asset, 0) + flow.amount
        if not wallet.is_margin:
            assert not sums
            continue
        for asset in {*sums, *wallet.holdings}:
            assert sums.get(asset, 0) == wallet.holding(asset).total, (wallet.wallet_id, asset)


def test_loans_less_repayments_are_the_principals(days: Told) -> None:
    """What was borrowed, less what was repaid and taken over, is owed; interest likewise."""
    for wallet in days.engine.core.ledger.wallets:
        if not wallet.is_margin:
            continue
        owed: dict[str, list[int]] = {}
        for loan in days.known.loans.log.of(wallet.wallet_id):
            entry = owed.setdefault(loan.asset, [0, 0])
            entry[0] += loan.principal if loan.is_borrow else -loan.principal
            entry[1] -= loan.interest
        for charge in days.known.interest.log.of(wallet.wallet_id):
            owed.setdefault(charge.paid_asset, [0, 0])[1] += charge.amount
        for case in days.known.liquidations.cases.of(wallet.wallet_id):
            for asset, interest, principal in case.takeover.debts if case.takeover else []:
                owed[asset][0] -= principal
                owed[asset][1] -= interest
        for asset, (principal, interest) in owed.items():
            holding = wallet.holding(asset)
            assert (principal, interest) == (holding.principal, holding.interest), (wallet.wallet_id, asset)


def test_the_funds_movements_sum_to_what_it_holds(days: Told) -> None:
    """The fund's public ledger sums to its balance in each asset."""
    sums: dict[str, int] = {}
    for record in days.known.fund.page(ALL).rows:
        sums[record.asset] = sums.get(record.asset, 0) + record.amount
    for asset, venue in days.engine.core.ledger.venue.items():
        assert sums.get(asset, 0) == venue.fund


def test_each_liquidation_is_a_case_with_its_end(days: Told) -> None:
    """Every account that was locked has a case; it is open as long as the account is locked."""
    started = [event for commit in days.commits for event in commit.events if isinstance(event, LiquidationStarted)]
    cases = list(days.known.liquidations.cases.everything())
    assert len(cases) == len(started)
    for wallet in days.engine.core.ledger.wallets:
        newest = days.known.liquidations.cases.newest(wallet.wallet_id)
        assert getattr(wallet, "is_locked", False) == (newest is not None and newest.ended == 0)
    taken = [event for commit in days.commits for event in commit.events if isinstance(event, TakenOver)]
    assert sum(case.takeover is not None for case in cases) == len(taken)


def test_payments_for_deficits_are_movements_of_the_fund(days: Told) -> None:
    """What the fund paid for accounts is what left it for deficits."""
    paid = sum(payment.amount for payment in days.known.fund.payments_page(ALL).rows if payment.wallet_id)
    left = sum(record.amount for record in days.known.fund.page(ALL).rows if record.kind == FUND_DEFICIT)
    assert paid == -left


def test_the_rate_that_holds_is_the_last_one_known(days: Told) -> None:
    """The newest rate of each asset is its pool's."""
    for asset, pool in days.engine.core.desk.pools.items():
        newest = days.known.rates.at(asset, days.engine.time)
        assert newest is not None
        assert newest.rate_hourly == pool.rate_hourly
        assert len({rate.time for rate in days.known.rates.within(asset)}) == len(days.known.rates.within(asset))
