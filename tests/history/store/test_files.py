"""Exports and statements: what a file says is what the database holds."""

import csv
import io
import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.history.store.world import kept
from tests.history.world import Told, ToldDays

from leverline.cli import main
from leverline.history.history import History
from leverline.kernel.decimals import parse_amount
from leverline.ledger.wallet import CROSS


@pytest.fixture
def told(url: str, rng: random.Random) -> tuple[Told, History]:
    """A venue after random days whose history is written."""
    world = ToldDays(rng).tell(400)
    return world, kept(url, world)


def said(url: str, *words: str) -> list[dict[str, str]]:
    """What a command writes, as rows."""
    done = CliRunner().invoke(main, [*words, "--database", url], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return list(csv.DictReader(io.StringIO(done.stdout)))


def test_a_table_as_csv_has_every_record(url: str, told: tuple[Told, History]) -> None:
    """Amounts as decimals, in the order of accounts and their records."""
    _, history = told
    wanted = [(owner, number, trade) for owner, number, trade in history.account_trades.log.numbered()]
    rows = said(url, "export", "trade")
    assert [(int(row["wallet_id"]), int(row["number"])) for row in rows] == sorted(each[:2] for each in wanted)
    by_place = {each[:2]: each[2] for each in wanted}
    for row in rows:
        trade = by_place[(int(row["wallet_id"]), int(row["number"]))]
        assert (parse_amount(row["price"]), parse_amount(row["quantity"])) == (trade.price, trade.quantity)
        assert row["is_buyer"] == str(trade.is_buyer).lower()


def test_a_span_of_time_is_cut_out(url: str, told: tuple[Told, History]) -> None:
    """The beginning is included, the end is not."""
    world, history = told
    flows = list(history.flows.log.everything())
    middle = flows[len(flows) // 2].time
    earlier = said(url, "export", "flow", "--to", str(middle))
    later = said(url, "export", "flow", "--from", str(middle))
    assert len(earlier) == sum(flow.time < middle for flow in flows)
    assert len(later) == sum(flow.time >= middle for flow in flows)
    assert world.time >= middle


def test_parquet_holds_what_csv_says(url: str, told: tuple[Told, History], tmp_path: Path) -> None:
    """Exact decimals of 38 digits."""
    parquet: Any = pytest.importorskip("pyarrow.parquet")
    file = tmp_path / "flow.parquet"
    done = CliRunner().invoke(
        main, ["export", "flow", "--format", "parquet", "--out", str(file), "--database", url], catch_exceptions=False
    )
    assert done.exit_code == 0, done.output
    rows = said(url, "export", "flow")
    assert [Decimal(row["amount"]) for row in rows] == parquet.read_table(file)["amount"].to_pylist()
    assert [row["asset"] for row in rows] == parquet.read_table(file)["asset"].to_pylist()


def test_a_statement_leads_from_opening_to_closing_balances(url: str, told: tuple[Told, History]) -> None:
    """What came and went on a cross account between both, fees included, is the difference."""
    world, history = told
    users = [wallet.user_id for wallet in history.wallets.by_id.values() if wallet.kind == CROSS]
    middle = world.commits[len(world.commits) // 2].time
    checked = 0
    for user_id in users:
        rows = said(url, "statement", str(user_id), "--from", str(middle))
        sums: dict[str, int] = {}
        for row in rows:
            if row["account"] != "cross":
                continue
            sign = -1 if row["kind"] == "closing balance" else 1
            for asset, amount in (
                (row["asset"], row["amount"]), (row["counter_asset"], row["counter_amount"]),
                (row["fee_asset"], row["fee"]),
            ):  # fmt: skip
                if amount:
                    sums[asset] = sums.get(asset, 0) + sign * parse_signed(amount)
                    checked += 1
        assert not any(sums.values()), (user_id, sums)
    assert checked


def parse_signed(text: str) -> int:
    """An amount that may be negative."""
    return -parse_amount(text[1:]) if text.startswith("-") else parse_amount(text)


@pytest.mark.parametrize(
    ("words", "said_words"),
    [
        (["export", "nothing"], "there is no table 'nothing'"),
        (["export", "trade", "--from", "yesterday"], "unknown time"),
        (["export", "wallet", "--from", "2026-01-01"], "--from and --to say nothing there"),
        (["export", "trade", "--format", "parquet"], "name a file by --out"),
        (["statement", "4711"], "knows no user 4711"),
    ],
)
def test_what_cannot_be_written_is_said(
    url: str, told: tuple[Told, History], words: list[str], said_words: str
) -> None:
    """In one line, with exit code 2."""
    done = CliRunner().invoke(main, [*words, "--database", url])
    assert done.exit_code == 2
    assert said_words in done.output


def test_a_folder_without_a_history_is_said(tmp_path: Path) -> None:
    """Nothing is made where nothing is."""
    for words in (["history", "status"], ["export", "trade"], ["statement", "1"]):
        done = CliRunner().invoke(main, [*words, "--data", str(tmp_path / "none")])
        assert done.exit_code == 2
        assert "no venue has written a history" in done.output
    assert not (tmp_path / "none").exists()
