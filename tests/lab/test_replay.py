"""A whole replay in small: a crash of three assets, one of which falls to nothing and halts."""

from pathlib import Path

from tests.lab.histories import HEADER, START, bar_lines, crash_lines, fall, window_of, write_lines

from leverline.kernel.numbers import UNIT
from leverline.lab.records import KINDS
from leverline.lab.replay import FUND_DEFAULT, Outcome, Settings, run_replay
from leverline.margin.account import CLASSIC, ISOLATED_MODE, PRO
from leverline.parameters import load_parameters


def replayed(file: Path, accounts: int = 40, seed: int = 5, fund: int = FUND_DEFAULT) -> Outcome:
    """Replay a file."""
    return run_replay(window_of(file), Settings(accounts, seed, fund))


def test_the_same_seed_gives_the_same_state_hash(crash_file: Path, outcome: Outcome) -> None:
    """Every event counted alike, to the last unit; another seed is another story."""
    again = replayed(crash_file, 80)
    assert again.state_hash == outcome.state_hash
    assert again.tally.totals == outcome.tally.totals
    assert again.closing == outcome.closing
    assert replayed(crash_file, 80, seed=6).state_hash != outcome.state_hash


def test_every_unit_is_accounted_for(outcome: Outcome) -> None:
    """All four layers of every class of assets sum to zero and the ledger's own check finds nothing."""
    assert outcome.closing.faults == []
    for sums in outcome.closing.conservation:
        assert (sums.cash, sums.loan, sums.interest, sums.supply) == (0, 0, 0, 0), sums.name
    assert sum(sums.assets for sums in outcome.closing.conservation) == 5  # USDT, BTC, ETH, LUNA, and BNB for fees


def test_a_crash_calls_and_liquidates(outcome: Outcome) -> None:
    """Accounts borrow at the start; the fall brings margin calls, sales in the books with slippage, and takeovers."""
    totals, tally = outcome.tally.totals, outcome.tally
    assert outcome.opening.accounts == 80
    assert outcome.opening.indebted > 70
    assert totals.margin_calls > 0
    assert {liquidation.mode for liquidation in tally.liquidations} == {CLASSIC, PRO, ISOLATED_MODE}
    assert {liquidation.kind for liquidation in tally.liquidations} <= set(KINDS)
    assert totals.sold > 0
    assert sum(row.slippage for row in tally.liquidation_trades.values()) > 0
    assert totals.taken_over > 0
    assert totals.interest > 0
    assert not tally.active


def test_the_fund_is_what_its_flows_make_it(outcome: Outcome) -> None:
    """The fund counted from events is the fund of the ledger; in USDT alone the flows explain the change."""
    assert {asset: held for asset, held in outcome.tally.fund.items() if held} == outcome.closing.fund_assets
    assert outcome.closing.fund_before == FUND_DEFAULT
    assert outcome.sampler.samples[-1].fund == outcome.closing.fund_after


def test_accounts_are_in_one_band_each_at_any_time(outcome: Outcome) -> None:
    """The samples count every account once, and end with nobody in liquidation."""
    assert {sum(sample.status) for sample in outcome.sampler.samples} == {80}
    assert outcome.sampler.samples[-1].status[3] == 0


def test_a_coin_that_falls_to_nothing_and_stops_is_halted(outcome: Outcome) -> None:
    """LUNA ends at 10⁻⁸ four bars before the others: the index goes stale, the pair halts, the replay goes on."""
    assert outcome.halted == ["LUNA"]
    assert outcome.tally.index["LUNA"] == 10_000
    assert outcome.sampler.samples[-1].spread[0] < 10**3  # relative to its start: below 10⁻⁹


def test_a_symbol_that_the_catalogue_lacks_is_listed_by_the_scheme(tmp_path: Path) -> None:
    """An unknown coin trades, is borrowed and is named; nothing is left out."""
    assert "WONDER" not in load_parameters().assets
    lines = [HEADER, *bar_lines("WONDERUSDT", fall(3, 0.93, 16), 3_000_000)]
    found = replayed(write_lines(tmp_path / "bars.csv", lines))
    assert found.listing.by_scheme == ["WONDER"]
    assert found.opening.indebted > 30
    assert any(asset == "WONDER" for asset, _ in found.tally.liquidation_trades)
    assert found.closing.faults == []


def test_a_coin_listed_later_joins_in(tmp_path: Path) -> None:
    """An asset whose first bar comes after the start trades from then on."""
    late = bar_lines("ETHUSDT", fall(2_500, 0.99, 10), 9_000, START + 6 * 300 * 10**6)
    lines = [HEADER, *bar_lines("BTCUSDT", fall(35_000, 0.99, 16), 900), *late]
    found = replayed(write_lines(tmp_path / "bars.csv", lines), accounts=5)
    assert found.tally.index["ETH"] > 0
    assert found.halted == []


def test_a_gap_in_the_bars_makes_the_index_stale_for_its_time(tmp_path: Path) -> None:
    """After three missing bars the asset comes back; it was stale once and is not halted."""
    bars = bar_lines("ETHUSDT", fall(2_500, 0.99, 16), 9_000)
    lines = [HEADER, *bar_lines("BTCUSDT", fall(35_000, 0.99, 16), 900), *bars[:6], *bars[9:]]
    found = replayed(write_lines(tmp_path / "bars.csv", lines), accounts=20)
    assert found.tally.stale_counts == {"ETH": 1}
    assert found.halted == []
    assert found.closing.faults == []


def test_one_missing_bar_is_forgiven(tmp_path: Path) -> None:
    """A source may be silent for one and a half bars."""
    bars = bar_lines("ETHUSDT", fall(2_500, 0.99, 16), 9_000)
    lines = [HEADER, *bar_lines("BTCUSDT", fall(35_000, 0.99, 16), 900), *bars[:6], *bars[7:]]
    assert replayed(write_lines(tmp_path / "bars.csv", lines), accounts=2).tally.stale_counts == {}


def jump_lines() -> list[str]:
    """Return bars that open a third lower after two are missing: no liquidation can come in time."""
    prices = [35_000.0] * 8 + [23_000.0] * 8
    bars = bar_lines("BTCUSDT", prices, 900)
    return [HEADER, *bars[:6], *bars[8:]]


def test_the_fund_pays_the_deficits_of_a_jump(tmp_path: Path) -> None:
    """Accounts that owe more than they have are taken over; the fund pays at once and nobody owes anything."""
    found = replayed(write_lines(tmp_path / "bars.csv", jump_lines()), 60, fund=10**9 * UNIT)
    totals = found.tally.totals
    assert totals.deficits > 0
    assert totals.deficits_paid == totals.deficits
    assert found.tally.flows.deficits_paid == totals.deficits
    assert totals.written_off == 0
    assert found.tally.borrowing_stopped == 0
    assert sum(liquidation.deficit for liquidation in found.tally.liquidations) == totals.deficits
    assert found.closing.worst[0].deficit > 0
    assert found.closing.faults == []


def test_without_a_fund_the_venue_bears_the_deficits(tmp_path: Path) -> None:
    """What clearance fees cannot pay is written off against the pools, borrowing stops, and the books still balance."""
    found = replayed(write_lines(tmp_path / "bars.csv", jump_lines()), 60, fund=0)
    assert found.closing.fund_before == 0
    assert found.tally.totals.written_off > 0
    assert found.tally.borrowing_stopped > START
    assert found.closing.faults == []


def test_a_venue_without_margin_accounts_replays_too(tmp_path: Path) -> None:
    """No account, no loan, no liquidation; makers and spot traders trade."""
    found = replayed(write_lines(tmp_path / "bars.csv", crash_lines()), accounts=0)
    assert found.tally.totals.loans == 0
    assert found.tally.totals.trades > 0
    assert found.closing.faults == []
