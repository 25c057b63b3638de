"""What a Cross deficit leaves its user owing under the rule set 2026-06 (rule 16.5)."""

import random

import pytest
from tests.engine.additions import FAMILY, LOANS, AddedDays
from tests.engine.world import (
    ALICE,
    BOB,
    CROSS,
    DAY,
    HOUR,
    ISOLATED,
    PAIRS,
    SECOND,
    SPOT,
    World,
    amount,
    of_kind,
    parameters,
)

from leverline.engine.codec import command_to_dict, event_to_dict
from leverline.engine.commands import (
    AnnounceDelisting,
    Borrow,
    Deposit,
    LiftBorrowBar,
    RepayLiquidationLoan,
    SuspendUser,
    SwitchMode,
    Transfer,
    WaiveLiquidationLoan,
    Withdraw,
)
from leverline.engine.engine import restore
from leverline.ledger.conservation import conservation_faults
from leverline.ledger.entries import LOAN
from leverline.ledger.reconciliation import reconcile
from leverline.liquidation.events import DeficitBooked, LiquidationLoanMade, LiquidationLoanRepaid
from leverline.liquidation.fund import LOAN_REPAID, fund_totals
from leverline.liquidation.handover import HandOver
from leverline.margin.account import CLASSIC, PRO
from leverline.parameters import load_parameters, select, with_pinned_index
from leverline.rulebook.parameters import VenueParameters
from leverline.rulebook.refusals import Refusal

SUB = 7


@pytest.fixture(scope="module")
def new_rules() -> VenueParameters:
    """The shipped rule set 2026-06 with few pairs."""
    return with_pinned_index(select(load_parameters("2026-06"), (*PAIRS, "USDCUSDT")))


@pytest.fixture
def bankrupt(new_rules: VenueParameters) -> World:
    """Bob owed 0.5 BTC and held 39,970 USDT when BTC came to 120,000; USDC stood at 0.99."""
    world = World(new_rules)
    world.index(USDC="0.99")
    return ruined(world)


def ruined(world: World) -> World:
    """Let Bob be taken over with a deficit."""
    world.short()
    world.index(BTC="120000")
    world.advance(120 * SECOND)
    assert world.account(BOB).debts == 0
    return world


def left(world: World) -> int:
    """Return what Bob still owes."""
    return world.engine.core.liquidator.loans.remaining(world.engine.core.users[BOB])


def test_the_deficit_is_paid_by_the_fund_and_owed_by_the_user_in_usdc(new_rules: VenueParameters) -> None:
    """A deficit d leaves d ÷ 0.99 USDC, raised to 10⁻⁸; the fund has paid d as it always does."""
    world = World(new_rules)
    world.index(USDC="0.99")
    world.short()
    events = world.index(BTC="120000") + world.advance(120 * SECOND)
    (deficit,), (loan,) = of_kind(events, DeficitBooked), of_kind(events, LiquidationLoanMade)
    assert deficit.paid == deficit.deficit
    assert loan.amount == -(-deficit.deficit * 100 // 99) == loan.remaining == left(world)
    assert (loan.user_id, loan.asset) == (BOB, "USDC")
    assert world.engine.core.ledger.venue["USDC"].claims == loan.amount
    assert world.engine.conservation_faults() == []


def test_under_2025_he_owes_nothing() -> None:
    """The same fall leaves no loan, and nothing to repay."""
    world = ruined(World(parameters()))
    assert left(world) == 0
    assert world.refusal(RepayLiquidationLoan(BOB, "USDT", 1)) == Refusal.REPAY_EXCEEDS_LIABILITY


def test_an_isolated_deficit_leaves_no_loan(new_rules: VenueParameters) -> None:
    """An isolated account's loss never touches anything else of its user (rule 11.7)."""
    world = World(new_rules)
    world.long()
    events = world.index(BTC="30000") + world.advance(120 * SECOND)
    assert of_kind(events, DeficitBooked)
    assert not of_kind(events, LiquidationLoanMade)


def test_a_removal_that_a_cross_account_cannot_cover_leaves_one_too(new_rules: VenueParameters) -> None:
    """Bob owes 0.5 BTC, 30,000 USDT, and has 19,970: the rest is the fund's and his loan, as in a liquidation."""
    world = World(new_rules)
    account, core = world.short(), world.engine.core
    core.ledger.withdraw(account.holding("USDT"), amount("20000"))
    liquidator = core.liquidator
    handover = HandOver(core.log, core.ledger, liquidator.takeovers, liquidator.unwinding)
    handover.give_debts(account, [core.board.assets["BTC"]], "BTC")
    found = [event for event in core.log.drain() if isinstance(event, LiquidationLoanMade)]
    assert [each.amount for each in found] == [left(world)]
    assert amount("10030") <= left(world) <= amount("10040")
    assert world.engine.conservation_faults() == []


def test_it_bears_no_interest_and_is_repaid_from_spot_into_the_fund(bankrupt: World) -> None:
    """In two parts, a week later; the fund's ledger knows what came from whom."""
    world, owed = bankrupt, left(bankrupt)
    world.advance(7 * 24 * HOUR)
    assert left(world) == owed
    world.send(Deposit(BOB, "USDC", owed))
    fund = world.engine.core.ledger.venue["USDC"].fund
    events = world.send(
        RepayLiquidationLoan(BOB, "USDC", amount("1")), RepayLiquidationLoan(BOB, "USDC", owed - amount("1"))
    )
    assert [(each.amount, each.remaining) for each in of_kind(events, LiquidationLoanRepaid)] == [
        (amount("1"), owed - amount("1")), (owed - amount("1"), 0),
    ]  # fmt: skip
    assert world.engine.core.ledger.venue["USDC"].fund == fund + owed
    assert fund_totals(world.engine.core.liquidator.fund, CLASSIC)[LOAN_REPAID, "USDC"] == owed
    assert world.spot(BOB).free("USDC") == 0 == world.engine.core.ledger.venue["USDC"].claims
    assert world.engine.conservation_faults() == []


def test_more_than_is_left_other_assets_and_empty_wallets_are_refused(bankrupt: World) -> None:
    """Each refusal changes nothing."""
    world, owed = bankrupt, left(bankrupt)
    assert world.refusal(RepayLiquidationLoan(BOB, "USDC", owed + 1)) == Refusal.REPAY_EXCEEDS_LIABILITY
    assert world.refusal(RepayLiquidationLoan(BOB, "USDT", 1)) == Refusal.REPAY_EXCEEDS_LIABILITY
    assert world.refusal(RepayLiquidationLoan(BOB, "USDC", 1)) == Refusal.BALANCE_SHORT
    assert world.refusal(RepayLiquidationLoan(BOB, "USDC", 0)) == Refusal.AMOUNT_NOT_POSITIVE
    assert world.refusal(RepayLiquidationLoan(BOB, "WONDER", 1)) == Refusal.UNKNOWN_ASSET
    assert world.refusal(RepayLiquidationLoan(99, "USDC", 1)) == Refusal.UNKNOWN_USER


def test_while_it_lasts_the_family_may_neither_borrow_nor_withdraw(bankrupt: World) -> None:
    """Even after the day's bar; his sub-account neither. Repaid, all is open."""
    world, owed = bankrupt, left(bankrupt)
    world.cross(SUB, parent_id=BOB, USDT="2000")
    world.send(Deposit(BOB, "USDT", amount("5000")), Deposit(SUB, "USDT", amount("5")), Deposit(BOB, "USDC", owed))
    world.send(Transfer(BOB, "USDT", amount("1000"), SPOT, CROSS), LiftBorrowBar(BOB))
    loan = Borrow(BOB, CROSS, "USDT", amount("100"))
    assert world.refusal(loan) == world.refusal(Borrow(SUB, CROSS, "USDT", amount("100"))) == Refusal.BORROW_BARRED
    assert world.engine.core.risk.limits.max_borrowable(world.account(BOB), "USDT") == 0
    for user_id in (BOB, SUB):
        assert world.refusal(Withdraw(user_id, "USDT", 1)) == Refusal.LIQUIDATION_LOAN_OWED
    world.send(SuspendUser(BOB, True), RepayLiquidationLoan(BOB, "USDC", owed), SuspendUser(BOB, False))
    world.send(loan, Withdraw(BOB, "USDT", amount("1")), Withdraw(SUB, "USDT", amount("1")))


def test_an_operator_gives_it_up(bankrupt: World) -> None:
    """Nothing moves but the claim, in parts or whole; what was paid stays paid, and more than is left is refused."""
    world, owed = bankrupt, left(bankrupt)
    world.send(Deposit(BOB, "USDC", amount("10")), RepayLiquidationLoan(BOB, "USDC", amount("10")))
    assert world.refusal(WaiveLiquidationLoan(BOB, owed)) == Refusal.REPAY_EXCEEDS_LIABILITY
    assert world.refusal(WaiveLiquidationLoan(BOB, 0)) == Refusal.AMOUNT_NOT_POSITIVE
    parts = (amount("3"), owed - amount("13"))
    events = of_kind(world.send(*[WaiveLiquidationLoan(BOB, part) for part in parts]), LiquidationLoanRepaid)
    assert [(event.amount, event.remaining, event.is_waived) for event in events] == [
        (amount("3"), owed - amount("13"), True), (owed - amount("13"), 0, True),
    ]  # fmt: skip
    assert world.refusal(WaiveLiquidationLoan(BOB, 1)) == Refusal.REPAY_EXCEEDS_LIABILITY
    assert world.refusal(WaiveLiquidationLoan(99, 1)) == Refusal.UNKNOWN_USER
    assert world.engine.conservation_faults() == []


def test_a_second_deficit_adds_to_an_open_loan_and_begins_a_new_one_after_a_settled_one(bankrupt: World) -> None:
    """The loan is the sum of what is open; one that was repaid is history."""
    world, first = bankrupt, left(bankrupt)
    loans, bob = world.engine.core.liquidator.loans, world.engine.core.users[BOB]
    loans.lend(world.account(BOB), amount("99"))
    assert left(world) == first + amount("100")
    world.send(WaiveLiquidationLoan(BOB, left(world)))
    loans.lend(world.account(BOB), amount("198"))
    found = loans.of(bob)
    assert found is not None and (found.amount, found.repaid, found.remaining) == (amount("200"), 0, amount("200"))


def test_a_restored_venue_knows_the_loan(bankrupt: World) -> None:
    """Snapshot, restore: the same state hash, the same debt, the same answers."""
    world = bankrupt
    world.send(Deposit(BOB, "USDC", amount("10")), RepayLiquidationLoan(BOB, "USDC", amount("3")))
    before, owed = world.engine.state_hash(), left(world)
    world.restart()
    assert (world.engine.state_hash(), left(world)) == (before, owed)
    assert world.engine.conservation_faults() == []
    assert world.refusal(Withdraw(BOB, "USDC", 1)) == Refusal.LIQUIDATION_LOAN_OWED


def test_its_asset_is_not_delisted(new_rules: VenueParameters) -> None:
    """Loans could never be repaid then. Under 2025, which has none, USDC may go."""
    world, old = World(new_rules), World(with_pinned_index(select(load_parameters(), (*PAIRS, "USDCUSDT"))))
    delisting = AnnounceDelisting("USDC", False, world.time + 30 * DAY)
    assert world.refusal(delisting) == Refusal.MALFORMED
    old.send(delisting)


def test_a_venue_without_usdc_lends_in_usdt() -> None:
    """A replay of few assets has no USDC; there the loan is in USDT."""
    world = ruined(World(with_pinned_index(select(load_parameters("2026-06"), PAIRS))))
    assert left(world) > 0
    assert world.engine.core.liquidator.loans.asset_of(world.engine.core.users[BOB]) == "USDT"


def test_pro_is_not_offered(new_rules: VenueParameters) -> None:
    """Whoever has passed its questionnaire is still refused; Classic and isolated accounts are there."""
    world = World(new_rules)
    world.cross(ALICE, USDT="1000")
    assert world.refusal(SwitchMode(ALICE, PRO)) == Refusal.LEVERAGE_NOT_OFFERED
    assert world.isolated(BOB, "BTCUSDT", USDT="10").kind == ISOLATED


def test_a_reconciliation_has_a_line_for_either_side_of_the_loan(bankrupt: World) -> None:
    """The lines of each layer come to its difference, which is zero; what is missing of a claim shows."""
    ledger = bankrupt.engine.core.ledger
    owed = left(bankrupt)
    found = reconcile(ledger)["USDC"]
    lines = {(line.owner, line.bucket): line.amount for line in found.lines if line.layer == LOAN}
    assert (lines["spot", "claimed"], lines["fund", "claims"]) == (-owed, owed)
    assert (sum(lines.values()), found.differences[LOAN]) == (0, 0)
    ledger.venue["USDC"].claims -= 1
    found = reconcile(ledger)["USDC"]
    assert sum(line.amount for line in found.lines if line.layer == LOAN) == found.differences[LOAN] == -1


@pytest.mark.parametrize("part", range(2))
def test_in_random_days_of_2026_money_is_conserved_and_a_twin_goes_in_lockstep(
    part: int, seed: int, new_rules: VenueParameters
) -> None:
    """Deficits, loans, repayments, waivers, families; every command leaves all layers at zero."""
    print(f"seed {seed}")
    days = AddedDays(random.Random(f"{seed} {part}"), LOANS, FAMILY)
    world = days.open(new_rules)
    made = 0
    for _ in range(4):
        for command, time in days.take(40) + days.ruin() + days.take(150) + days.crash():
            made += len(of_kind(world.engine.apply(command, time), LiquidationLoanMade))
            assert conservation_faults(world.engine.core.ledger) == [], (command_to_dict(command), time)
        if made:
            break
    twin = restore(new_rules, world.engine.snapshot())
    for command, time in days.take(120):
        expected = [event_to_dict(event) for event in world.engine.apply(command, time)]
        assert [event_to_dict(event) for event in twin.apply(command, time)] == expected, command_to_dict(command)
        assert conservation_faults(twin.core.ledger) == []
    assert twin.state_hash() == world.engine.state_hash()
    assert made > 0
