"""Statistics are what the events say, at the index of their moment."""

import pytest

from leverline.kernel.numbers import INDEX_ONE, UNIT
from leverline.lab.records import FREED, MIXED, ON_HOLD, OPEN, REGULAR, TAKEN_OVER, Liquidation
from leverline.lab.tally import FUND_FLOWS, Tally
from leverline.ledger.entries import (
    CLAIM_PAID,
    CLEARANCE_FEE,
    ENTRY_NAMES,
    FUND_DEFICIT,
    HOUSE_TO_FUND,
    LOCK,
    TRANSFER,
    Entry,
    postings,
)
from leverline.liquidation.events import (
    CLOSED,
    RECOVERED,
    SPARED,
    STOPPED_ABOVE,
    TAKEOVER,
    DeficitBooked,
    LiquidationEnded,
    LiquidationStarted,
    TakenOver,
)
from leverline.margin.account import CLASSIC
from leverline.margin.events import AccountOpened, MarginCalled, StatusChanged
from leverline.market.events import IndexChanged
from leverline.parameters import load_parameters, select

PARAMETERS = select(load_parameters(), ["BTCUSDT", "ETHUSDT"])
WALLET = 7


@pytest.fixture
def tally() -> Tally:
    """A tally with BTC at 100,000."""
    tally = Tally(PARAMETERS)
    tally.take([IndexChanged("BTC", 100_000 * INDEX_ONE, False)], 0)
    return tally


def test_the_fund_is_valued_at_the_index(tally: Tally) -> None:
    """1,000 USDT in, a fee of 0.01 BTC, 200 USDT out: 1,800 at 100,000, 1,300 at 50,000. A lock is not its own."""
    tally.take(
        [
            Entry(HOUSE_TO_FUND, "USDT", 1_000 * UNIT, 0),
            Entry(CLEARANCE_FEE, "BTC", UNIT // 100, WALLET),
            Entry(FUND_DEFICIT, "USDT", 200 * UNIT, WALLET),
            Entry(LOCK, "USDT", 5 * UNIT, WALLET),
        ],
        1,
    )
    assert tally.fund_value() == 1_800 * UNIT
    assert (tally.flows.clearance_fees, tally.flows.deficits_paid) == (1_000 * UNIT, 200 * UNIT)
    tally.take([IndexChanged("BTC", 50_000 * INDEX_ONE, False)], 2)
    assert tally.fund_value() == 1_300 * UNIT


def test_every_entry_that_moves_the_fund_is_one_of_its_flows(tally: Tally) -> None:
    """By the chart of the ledger, with its sign; what a user pays of his liquidation loan too."""
    for kind in ENTRY_NAMES:
        amounts = [each.amount for each in postings(Entry(kind, "USDT", UNIT, WALLET)) if each.bucket == "fund"]
        flow = FUND_FLOWS.get(kind)
        assert amounts == ([] if flow is None else [flow[1] * UNIT]), kind
    tally.take([Entry(CLAIM_PAID, "BTC", UNIT // 100, WALLET)], 1)
    assert (tally.flows.loans_repaid, tally.fund_value()) == (1_000 * UNIT, 1_000 * UNIT)


@pytest.mark.parametrize(
    ("steps", "reason", "kind"),
    [
        (2, STOPPED_ABOVE, REGULAR), (0, CLOSED, REGULAR), (0, TAKEOVER, TAKEN_OVER), (1, TAKEOVER, MIXED),
        (0, RECOVERED, FREED), (3, SPARED, ON_HOLD), (1, 0, OPEN),
    ],
)  # fmt: skip
def test_a_liquidation_is_of_one_kind(steps: int, reason: int, kind: str) -> None:
    """Its steps and the reason of its end decide."""
    found = Liquidation(1, WALLET, CLASSIC, "", 0, 0, 0)
    found.steps, found.reason = steps, reason
    assert found.kind == kind


def test_a_deficit_belongs_to_the_liquidation_under_way(tally: Tally) -> None:
    """A deficit of the account is booked on its liquidation, a loss of unwinding on nobody."""
    tally.take(
        [
            LiquidationStarted(1, WALLET, CLASSIC, "", 90 * UNIT, 100 * UNIT, 9 * INDEX_ONE // 10),
            DeficitBooked(1, WALLET, CLASSIC, 10 * UNIT, 6 * UNIT, 4 * UNIT),
            LiquidationEnded(1, WALLET, TAKEOVER, 0),
            DeficitBooked(0, 0, CLASSIC, 3 * UNIT, 2 * UNIT, UNIT),
        ],
        5,
    )
    [found] = tally.liquidations
    assert (found.deficit, found.paid, found.started, found.ended) == (10 * UNIT, 6 * UNIT, 5, 5)
    assert (tally.totals.deficits, tally.totals.deficits_paid) == (10 * UNIT, 6 * UNIT)
    assert (tally.totals.unwinding_losses, tally.totals.unwinding_paid) == (3 * UNIT, 2 * UNIT)
    assert not tally.active


def test_status_counts_follow_the_events(tally: Tally) -> None:
    """Two accounts open, one moves through normal to margin call; a repeated call is no new one."""
    tally.take([AccountOpened(1, WALLET, 1, "", 5), AccountOpened(2, 8, 1, "", 5)], 1)
    tally.take([StatusChanged(1, WALLET, 1, 2, 0), StatusChanged(1, WALLET, 2, 3, 0)], 2)
    tally.take([MarginCalled(1, WALLET, 0, False), MarginCalled(1, WALLET, 0, True)], 3)
    assert tally.status[1:] == [1, 0, 1, 0]
    assert (tally.totals.margin_calls, tally.totals.margin_calls_repeated) == (1, 1)
    assert tally.take_called() == [1]
    assert tally.take_called() == []


@pytest.mark.parametrize(("surplus", "found"), [(0, {WALLET}), (UNIT - 1, {WALLET}), (UNIT, set())])
def test_an_account_is_emptied_by_a_takeover_that_leaves_nothing(tally: Tally, surplus: int, found: set[int]) -> None:
    """Less than one USDT is nothing; what comes in afterwards makes it an account again."""
    taken = TakenOver(1, WALLET, CLASSIC, "", 0)
    taken.assets_value, taken.surplus = 90 * UNIT, surplus
    started = LiquidationStarted(1, WALLET, CLASSIC, "", 90 * UNIT, 100 * UNIT, 9 * INDEX_ONE // 10)
    tally.take([started, taken, LiquidationEnded(1, WALLET, TAKEOVER, 0)], 5)
    assert tally.emptied == found
    assert (tally.liquidations[0].given, tally.totals.taken_over) == (90 * UNIT, 90 * UNIT)
    tally.take([Entry(TRANSFER, "USDT", UNIT, 99, WALLET)], 6)
    assert tally.emptied == set()
