"""Crash days of the past end whole: nobody stuck, each loss paid or written off, the liquidation account worked off."""

import pytest
from tests.lab.crash_days import QUIET_DAYS_MAX, CrashDay
from tests.parameters.market_data import market_data

from leverline.bars.moments import parse_moment
from leverline.bars.series import read_bars
from leverline.bars.window import Window, cut_window
from leverline.lab.command import open_window
from leverline.lab.replay import FUND_DEFAULT

SOME_DAYS = 4
"""What twenty thousand accounts leave is far more than the makers' depth: a share of it is worked off each day."""


def ended(window: Window, accounts: int, seed: int, fund: int, days_max: int = QUIET_DAYS_MAX) -> CrashDay:
    """Replay a day and the quiet ones after it; check that all is whole."""
    day = CrashDay(window, accounts, seed, fund, days_max)
    day.run()
    assert day.faults() == []
    return day


def test_the_deepest_hour_of_october_2025_ends_whole() -> None:
    """A hundred accounts through the fall and back, with nothing in the fund but what the crash brings it."""
    day = ended(open_window([], "2025-10-10T20:55:00Z", "2025-10-10T21:40:00Z"), 100, 5, 0)
    assert day.losses.count > 20
    assert day.losses.deficits > 0


@pytest.mark.long
@pytest.mark.parametrize("fund", [FUND_DEFAULT, 0])
def test_10_october_2025_with_twenty_thousand_accounts_ends_whole(seed: int, fund: int) -> None:
    """The shipped bars of four days, 16 assets."""
    day = ended(open_window([], None, None), 20_000, seed, fund, SOME_DAYS)
    assert day.losses.count > 2_000


@pytest.mark.long
def test_19_may_2021_with_twenty_thousand_accounts_ends_whole(seed: int) -> None:
    """118 pairs of the collected market data, four days."""
    file = market_data() / "klines_5m_crash_2021-05-19.csv.gz"
    window = cut_window(read_bars([file]), parse_moment("2021-05-18T12:00:00Z"), None)
    assert len(window.tracks) == 118
    day = ended(window, 20_000, seed, FUND_DEFAULT, SOME_DAYS)
    assert day.losses.count > 2_000
