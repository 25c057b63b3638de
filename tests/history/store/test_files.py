"""Exports and statements: what a file says is what the database holds."""

import collections
import csv
import io
import itertools
import os
import random
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.engine.streams import TRADERS
from tests.history.store.conftest import KINDS, fresh_url
from tests.history.store.world import kept, stored
from tests.history.world import SMALL, SmallDays, Told
from tests.history.world import told as same

from leverline.cli import main
from leverline.engine.engine import Engine
from leverline.history.history import History
from leverline.history.store.statement import CLOSING, OPENING
from leverline.kernel.decimals import parse_amount
from leverline.ledger.wallet import CROSS, SPOT, WALLET_KIND_NAMES


@pytest.fixture(scope="module", params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a database that all tests read."""
    with fresh_url(request, tmp_path_factory.mktemp("files")) as found:
        yield found


@pytest.fixture(scope="module")
def told(url: str) -> tuple[Told, History]:
    """A venue after random days whose history is written."""
    world = SmallDays(random.Random(os.environ["LEVERLINE_SEED"])).tell(300)
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


def test_a_statement_leads_from_opening_to_closing_balances(
    url: str, told: tuple[Told, History], rng: random.Random
) -> None:
    """Of each account and asset what was there, what came and what went is what is there: to the unit the engine's."""
    world, _ = told
    moments = [now for now, later in itertools.pairwise(world.commits) if now.time < later.time]
    since, until = sorted(rng.sample(moments, 2), key=lambda commit: commit.sequence)
    before, after = (replayed(world, commit.sequence) for commit in (since, until))
    for user_id in [*rng.sample(TRADERS, 3), rng.choice(SMALL)]:
        span = ("--from", str(since.time + 1), "--to", str(until.time + 1))
        rows = said(url, "statement", str(user_id), *span)
        opening, closing = (balances_of(rows, kind) for kind in (OPENING, CLOSING))
        assert opening == balances_in(before, user_id)
        assert closing == balances_in(after, user_id)
        moved = [row for row in rows if row["kind"] not in (OPENING, CLOSING)]
        sums = collections.Counter(opening)
        for row in moved:
            for asset, amount in (("asset", "amount"), ("counter_asset", "counter_amount"), ("fee_asset", "fee")):
                if row[amount]:
                    sums[(row["account"], row[asset])] += parse_signed(row[amount])
        assert {place: amount for place, amount in sums.items() if amount} == closing


def test_a_statement_tells_of_dust_and_small_debts(url: str, told: tuple[Told, History]) -> None:
    """What was given with what it brought, what was paid with the debt that it was for."""
    _, history = told
    rows = said(url, "statement", str(SMALL[0]))
    spot, cross = (history.wallets.of(SMALL[0], kind) for kind in (SPOT, CROSS))
    assert spot is not None and cross is not None
    for kind, wallet, log in (
        ("conversion of a small balance", spot, history.conversions.dust),
        ("exchange of a small debt", cross, history.conversions.debts),
    ):
        lines = [row for row in rows if row["kind"] == kind]
        assert [row["account"] for row in lines] == [WALLET_KIND_NAMES[wallet.kind]] * len(log.logs[wallet.wallet_id])
        assert lines


def test_every_table_can_be_written(url: str, told: tuple[Told, History]) -> None:
    """As many rows as it has, each column under its name."""
    for name, rows in stored(url).items():
        assert len(said(url, "export", name)) == len(rows), name
    assert said(url, "export", "market_trade")[0].keys() == {
        "sequence", "pair", "trade_id", "aggregate_id", "time", "price", "quantity", "quote", "is_buyer_maker"
    }  # fmt: skip


def replayed(world: Told, count: int) -> Engine:
    """The engine after the first commands of a venue."""
    return same(world.parameters, [(commit.command, commit.time) for commit in world.commits[:count]]).engine


def balances_in(engine: Engine, user_id: int) -> dict[tuple[str, str], int]:
    """What a user has in each account of each asset."""
    user = engine.core.users[user_id]
    found: dict[tuple[str, str], int] = {}
    for account in (user.spot, *user.margin_accounts()):
        pair = getattr(account, "pair", None)
        name = f"isolated {pair.symbol}" if pair is not None else WALLET_KIND_NAMES[account.kind]
        for asset, holding in account.holdings.items():
            if holding.free + holding.locked:
                found[(name, asset)] = holding.free + holding.locked
    return found


def balances_of(rows: list[dict[str, str]], kind: str) -> dict[tuple[str, str], int]:
    """The balances of a statement."""
    return {(row["account"], row["asset"]): parse_signed(row["amount"]) for row in rows if row["kind"] == kind}


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
