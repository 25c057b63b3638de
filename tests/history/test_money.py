"""Loans, interest, transfers, payments, capital flow: who did what, under which number, and how it is found."""

from tests.engine.world import ALICE, BOB, CROSS, HOUR, ISOLATED, SPOT, amount
from tests.history.world import Told

from leverline.engine.commands import (
    Borrow,
    ConvertDust,
    Deposit,
    ExchangeSmallDebts,
    PlaceOrder,
    Repay,
    SetBnbSwitches,
    Transfer,
    Withdraw,
)
from leverline.history.flows import (
    BORROW,
    BUY_EXPENSE,
    BUY_INCOME,
    COMMISSION,
    DEBT_EXCHANGED,
    DUST_CONVERTED,
    REPAY,
    TRANSFER,
)
from leverline.history.history import History
from leverline.history.loans import AUTOMATIC, LIQUIDATION, MANUAL
from leverline.history.pages import EVER, Window
from leverline.history.standing import CALL, MODE, OPENED, STATUS
from leverline.lending.events import ON_BORROW, PERIODIC, PERIODIC_CONVERTED
from leverline.market.terms import AUTO_REPAY, MARGIN_BUY, MARKET

ALL = Window(size=1000)


def last(world: Told) -> int:
    """Return the sequence number of the last commit."""
    return world.commits[-1].sequence


def test_a_loan_and_a_repayment_bear_their_commits_number(world: Told) -> None:
    """Whoever borrowed by hand finds the record by the number that was acknowledged."""
    account = world.cross(ALICE, USDT="10000")
    world.send(Borrow(ALICE, CROSS, "USDT", amount("1000")))
    lent = last(world)
    world.advance(HOUR)
    world.send(Repay(ALICE, CROSS, "USDT", amount("400")))
    repaid = last(world)
    loans = world.known.loans
    (loan,) = loans.by_tran_id(account.wallet_id, True, lent)
    assert (loan.kind, loan.asset, loan.amount, loan.interest, loan.order_id) == (MANUAL, "USDT", amount("1000"), 0, 0)
    (back,) = loans.by_tran_id(account.wallet_id, False, repaid)
    assert (back.kind, back.amount) == (MANUAL, amount("400"))
    assert back.interest > 0
    assert loans.by_tran_id(account.wallet_id, False, lent) == []
    assert loans.page(account.wallet_id, True, ALL).rows == [loan]
    assert loans.page(account.wallet_id, True, ALL, "BTC").total == 0


def test_what_an_order_borrows_and_repays_is_automatic_and_names_it(world: Told) -> None:
    """MARGIN_BUY and AUTO_REPAY."""
    account = world.cross(ALICE, USDT="10000")
    world.maker()
    world.send(PlaceOrder(ALICE, CROSS, "BTCUSDT", True, MARKET, amount("0.3"), side_effect=MARGIN_BUY))
    bought = world.known.executions[0].order
    (loan,) = world.known.loans.page(account.wallet_id, True, ALL).rows
    assert (loan.kind, loan.order_id, loan.tran_id) == (AUTOMATIC, bought.order_id, last(world))
    assert loan.principal == bought.loan
    world.send(PlaceOrder(ALICE, CROSS, "BTCUSDT", False, MARKET, amount("0.2"), side_effect=AUTO_REPAY))
    (back,) = world.known.loans.page(account.wallet_id, False, ALL).rows
    assert (back.kind, back.order_id) == (AUTOMATIC, world.known.executions[0].order.order_id)
    assert world.known.executions[-1].repaid == back.amount > 0


def test_a_liquidations_repayments_are_its_own(world: Told) -> None:
    """A fall to the liquidation: case, steps, orders, repayments, statuses and the call before it are on record."""
    account = world.long()
    wallet = account.wallet_id
    world.maker(bid="52000", ask="66000", size="10")
    for price in ("55000", "52000"):
        world.index(BTC=price)
        world.advance(10_000_000)
    cases = world.known.liquidations.cases_of(wallet, ALL).rows
    assert cases
    case = cases[-1]
    assert (case.user_id, case.pair) == (ALICE, "BTCUSDT")
    assert case.ended >= case.time
    orders = world.known.liquidations.orders_of(wallet, ALL)
    assert orders.total == len([leg for each in cases for step in each.steps for leg in step.legs]) > 0
    sold = sum(order.executed for order in orders.rows)
    assert sold == sum(leg[2] for each in cases for step in each.steps for leg in step.legs)
    assert all(order.average_price >= amount("52000") for order in orders.rows if order.executed)
    repaid = world.known.loans.page(wallet, False, ALL).rows
    assert {loan.kind for loan in repaid} == {LIQUIDATION}
    assert sum(loan.amount for loan in repaid) == sum(s.interest + s.principal for each in cases for s in each.steps)
    kinds = [change.kind for change in world.known.standing.page(wallet, ALL).rows][::-1]
    assert kinds[0] == OPENED
    assert STATUS in kinds
    assert CALL in kinds
    fees = sum(record.amount for record in world.known.fund.page(ALL).rows if record.wallet_id == wallet)
    assert fees == sum(step.fee for each in cases for step in each.steps) > 0


def test_interest_is_on_record_with_what_it_was_reckoned_from(world: Told) -> None:
    """One charge with the loan, one each hour, newest first; in BNB where the user chose so."""
    account = world.cross(ALICE, USDT="10000", BNB="1")
    world.send(Borrow(ALICE, CROSS, "USDT", amount("1000")))
    world.advance(HOUR)
    world.send(SetBnbSwitches(ALICE, False, True))
    world.advance(HOUR)
    page = world.known.interest.page(account.wallet_id, ALL)
    assert [record.kind for record in page.rows] == [PERIODIC_CONVERTED, PERIODIC, ON_BORROW]
    assert [record.paid_asset for record in page.rows] == ["BNB", "USDT", "USDT"]
    assert {record.principal for record in page.rows} == {amount("1000")}
    assert (
        page.rows[1].rate_hourly
        == world.known.rates.within("USDT", page.rows[1].time, page.rows[1].time)[0].rate_hourly
    )
    first = world.known.interest.page(account.wallet_id, Window(page=2, size=2))
    assert (first.rows, first.total) == ([page.rows[2]], 3)
    assert world.known.interest.page(account.wallet_id, Window(since=page.rows[0].time)).rows == page.rows[:1]
    assert world.known.interest.page(account.wallet_id, Window(until=page.rows[2].time)).rows == page.rows[2:]
    assert world.known.interest.page(account.wallet_id, ALL, "BTC").total == 0


def test_transfers_know_both_ends(world: Told) -> None:
    """By number, by kinds of wallet, by wallet and direction."""
    world.cross(ALICE, USDT="1000")
    first = last(world)
    known = world.known.transfers
    record = known.by_tran_id(ALICE, first)
    assert record is not None
    assert (record.asset, record.amount, record.source_kind, record.target_kind) == (
        "USDT",
        amount("1000"),
        SPOT,
        CROSS,
    )
    world.send(Transfer(ALICE, "USDT", amount("300"), CROSS, SPOT))
    world.isolated(BOB, "BTCUSDT", USDT="50")
    cross = world.account(ALICE).wallet_id
    assert known.of_wallet(cross, ALL).total == 2
    assert known.of_wallet(cross, ALL, True).rows == [record]
    assert [row.amount for row in known.of_wallet(cross, ALL, False).rows] == [amount("300")]
    assert known.of_wallet(cross, ALL, asset="BTC").total == 0
    assert known.of_wallet(999, ALL).total == 0
    assert known.between(ALICE, ALL, SPOT, CROSS).rows == [record]
    (into,) = known.between(BOB, ALL, SPOT, ISOLATED, target_pair="BTCUSDT").rows
    assert (into.source_pair, into.target_pair) == ("", "BTCUSDT")
    assert known.between(BOB, ALL, SPOT, ISOLATED, target_pair="ETHUSDT").total == 0
    assert known.by_tran_id(ALICE, 10**6) is None


def test_deposits_and_withdrawals_are_on_record(world: Told) -> None:
    """Each under its commit's number."""
    world.user(ALICE)
    world.send(Deposit(ALICE, "BTC", amount("2")))
    deposited = last(world)
    world.send(Withdraw(ALICE, "BTC", amount("0.5")))
    known = world.known.transfers
    (inward,) = known.payments_of(ALICE, True, ALL).rows
    (outward,) = known.payments_of(ALICE, False, ALL, "BTC").rows
    assert (inward.amount, inward.tran_id) == (amount("2"), deposited)
    assert (outward.amount, outward.is_deposit) == (amount("0.5"), False)
    assert known.payment(ALICE, deposited) == inward
    assert known.payment(ALICE, 10**6) is None


def test_capital_flow_names_every_movement(world: Told) -> None:
    """A transfer, a loan, a purchase with its commission, a repayment, in this order."""
    account = world.isolated(ALICE, "BTCUSDT", USDT="1000")
    world.send(Borrow(ALICE, ISOLATED, "USDT", amount("500"), "BTCUSDT"))
    world.maker()
    world.send(PlaceOrder(ALICE, ISOLATED, "BTCUSDT", True, MARKET, amount("0.01")))
    world.send(Repay(ALICE, ISOLATED, "USDT", amount("100"), "BTCUSDT"))
    flows = world.known.flows.of(account.wallet_id)
    assert [flow.kind for flow in flows] == [TRANSFER, BORROW, BUY_INCOME, BUY_EXPENSE, COMMISSION, REPAY]
    assert [flow.asset for flow in flows] == ["USDT", "USDT", "BTC", "USDT", "BTC", "USDT"]
    assert [flow.amount > 0 for flow in flows] == [True, True, True, False, False, False]
    assert {flow.pair for flow in flows} == {"BTCUSDT"}
    assert world.known.flows.of(account.wallet_id, asset="BTC") == [flows[2], flows[4]]
    assert world.known.flows.of(account.wallet_id, kind=REPAY) == [flows[5]]
    assert world.known.flows.of(account.wallet_id, from_id=flows[1].flow_id, limit=2) == flows[1:3]
    assert world.known.flows.of(account.wallet_id, limit=2) == flows[-2:]
    assert world.known.flows.page(account.wallet_id, Window(size=2)).rows == flows[:3:-1]


def test_a_change_of_leverage_is_on_record(world: Told) -> None:
    """With the new leverage."""
    account = world.cross(ALICE, 3, USDT="100")
    (change,) = world.known.standing.page(account.wallet_id, ALL, MODE).rows
    assert change.level == 3


def test_small_exchanges_are_on_record_and_in_the_flow(world: Told) -> None:
    """Dust of the cross account and a small debt: by command, by page, and what each moved (rules 13.3, 13.6)."""
    account = world.cross(ALICE, USDT="1000", DOGE="100", ETH="0.01")
    world.send(SetBnbSwitches(ALICE, False, True), Borrow(ALICE, CROSS, "USDT", amount("1000")))
    owed = account.owed("BNB")
    world.send(ConvertDust(ALICE, CROSS, ["ETH", "DOGE"]))
    converted = last(world)
    world.send(ExchangeSmallDebts(ALICE, ["BNB"]))
    exchanged = last(world)
    known = world.known
    (group,) = known.conversions.conversions_of(account.wallet_id, 0, EVER, 10)
    assert [(each.tran_id, each.asset, each.received_asset) for each in group] == [
        (converted, "ETH", "BNB"), (converted, "DOGE", "BNB"),
    ]  # fmt: skip
    (paid,) = known.conversions.exchanges_of(account.wallet_id, ALL).rows
    assert (paid.tran_id, paid.asset, paid.amount, paid.paid_asset) == (exchanged, "BNB", owed, "USDT")
    dust = known.flows.of(account.wallet_id, kind=DUST_CONVERTED)
    assert [(flow.asset, flow.amount > 0) for flow in dust] == [
        ("ETH", False), ("BNB", True), ("DOGE", False), ("BNB", True),
    ]  # fmt: skip
    debts = known.flows.of(account.wallet_id, kind=DEBT_EXCHANGED)
    assert [(flow.asset, flow.amount) for flow in debts] == [("USDT", -paid.paid), ("BNB", owed)]
    for asset in ("USDT", "ETH", "BNB", "DOGE"):
        assert sum(flow.amount for flow in known.flows.of(account.wallet_id, asset)) == account.free(asset)
    again = History(world.parameters)
    again.load(known.save())
    assert again.conversions.exchanges_of(account.wallet_id, ALL).rows == [paid]
    assert again.conversions.conversions_of(account.wallet_id, 0, EVER, 10) == [group]
