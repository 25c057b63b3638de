"""Who comes into a replay: drawn from the seed, plausible in the large."""

from collections import Counter
from pathlib import Path
from statistics import median

import pytest
from tests.lab.histories import window_of

from leverline.kernel.numbers import UNIT
from leverline.lab.chance import Chance
from leverline.lab.listing import Listing, list_venue
from leverline.lab.population import EQUITY, EQUITY_BOUNDS, Plan, Population
from leverline.margin.account import CLASSIC, ISOLATED_MODE, PRO

COUNT = 4_000


@pytest.fixture(scope="module")
def listing(crash_file: Path) -> Listing:
    return list_venue(window_of(crash_file))


@pytest.fixture(scope="module")
def plans(listing: Listing) -> list[Plan]:
    return Population(Chance(1), listing, list(listing.measures)).draw(COUNT)


def test_modes_come_in_their_shares(plans: list[Plan]) -> None:
    """Half isolated, 40 % Classic, 10 % Pro, within three standard deviations (0.8 % of all) and a little."""
    shares = {mode: count / COUNT for mode, count in Counter(plan.mode for plan in plans).items()}
    assert shares[ISOLATED_MODE] == pytest.approx(0.5, abs=0.03)
    assert shares[CLASSIC] == pytest.approx(0.4, abs=0.03)
    assert shares[PRO] == pytest.approx(0.1, abs=0.02)


def test_own_funds_are_lognormal_within_bounds(plans: list[Plan]) -> None:
    """The median is the one set for the mode; nobody is below or above the bounds."""
    least, most = EQUITY_BOUNDS
    for mode, (middle, _) in EQUITY.items():
        found = [plan.equity for plan in plans if plan.mode == mode]
        assert least * UNIT <= min(found) <= max(found) <= most * UNIT
        assert median(found) == pytest.approx(middle * UNIT, rel=0.2)


def test_leverage_is_what_each_mode_allows(plans: list[Plan], listing: Listing) -> None:
    """Isolated within the family of the pair, Classic within 5x (3x where chosen), Pro within 20x; most 2x to 5x."""
    for plan in plans:
        most = {ISOLATED_MODE: 100, CLASSIC: 10 * plan.classic_leverage, PRO: 200}[plan.mode]
        if plan.pair:
            most = 10 * listing.parameters.pairs[plan.pair].family.leverage
        assert 10 < plan.leverage < most
    assert sum(20 <= plan.leverage <= 50 for plan in plans) > 0.75 * COUNT


def test_three_positions_in_four_are_long(plans: list[Plan]) -> None:
    """Counted over all accounts."""
    sides = [is_long for plan in plans for _, is_long, _ in plan.positions]
    assert sum(sides) / len(sides) == pytest.approx(0.75, abs=0.03)


def test_the_same_seed_draws_the_same_accounts(plans: list[Plan], listing: Listing) -> None:
    """The plans are equal in every field; another seed draws others."""
    assets = list(listing.measures)
    assert Population(Chance(1), listing, assets).draw(COUNT) == plans
    assert Population(Chance(2), listing, assets).draw(COUNT) != plans


def test_draws_are_pinned() -> None:
    """The sequence is part of what makes a state hash repeatable: these are the first draws of seed 1."""
    chance = Chance(1)
    assert [chance.below(100) for _ in range(5)] == [13, 84, 76, 25, 49]
    assert chance.lognormal(1_000_000, 1.0) == 571_564
