"""The accounts rendered: what the wire told last against the ledger, and the history against one written anew."""

import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

from leverline.history.store.schema import PREFIX, STREAMS
from leverline.journal.snapshots import read_snapshot, snapshot_files
from leverline.kernel.decimals import parse_amount
from leverline.ledger.wallet import Wallet
from leverline.parameters import load_parameters
from leverline.venue.recovery import engine_of
from tests.clients.mixed.user_stream import PLACES, held
from tests.contract.signed import Caller

Holdings = dict[str, tuple[int, int, int, int]]
Books = dict[str, Any]
DIFFERENCES_TOLD = 5


def told_books(callers: dict[int, Caller]) -> Books:
    """Return by the wire what every user holds in each account, each pool, and the fund."""
    books: Books = {}
    for user_id, caller in callers.items():
        for place in PLACES:
            rows = {asset: tuple(map(parse_amount, row)) for asset, row in held(caller, place).items()}
            books[f"{user_id} {place}"] = {asset: row for asset, row in rows.items() if any(row)}
    http = next(iter(callers.values())).http
    pools = http.get("/sandbox/v1/pool").json()
    books["pools"] = {asset: (parse_amount(row["supply"]), parse_amount(row["lent"])) for asset, row in pools.items()}
    fund = http.get("/sandbox/v1/fund").json()["balances"]
    books["fund"] = {asset: parse_amount(text) for asset, text in fund.items()}
    return books


def kept_books(data: Path, user_ids: list[int]) -> Books:
    """Return the same out of the ledger of a stopped venue's last snapshot, once its trial balance is proven."""
    _, path = snapshot_files(data / "snapshots")[-1]
    engine = engine_of(read_snapshot(path), path, load_parameters(sandbox=True))
    assert not engine.conservation_faults()
    books: Books = {}
    for user_id in user_ids:
        user = engine.core.users[user_id]
        for place in PLACES:
            wallet = {"spot": user.spot, "cross": user.cross}.get(place) or user.isolated.get(place)
            books[f"{user_id} {place}"] = {} if wallet is None else holdings_of(wallet)
    venue = engine.core.ledger.venue
    books["pools"] = {asset: (each.pool_supply, each.pool_lent) for asset, each in venue.items() if each.pool_supply}
    books["fund"] = {asset: each.fund for asset, each in venue.items() if each.fund}
    return books


def holdings_of(wallet: Wallet) -> Holdings:
    """Return free, locked, principal and interest of each asset of which there is anything."""
    rows = {name: (each.free, each.locked, each.principal, each.interest) for name, each in wallet.holdings.items()}
    return {name: row for name, row in rows.items() if any(row)}


def leverline(*words: str) -> str:
    """Run a command of Leverline and return what it says; fails the test if it does."""
    command = [sys.executable, "-m", "leverline", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
    return done.stdout


def history_differences(live: Path, other: Path, since: int = 0) -> tuple[dict[str, int], list[str]]:
    """Compare two histories in SQLite, table by table and row by row, as far as they are of commits after `since`.

    Returns the rows compared by table, and the differences, a sentence each.
    """
    counts: dict[str, int] = {}
    found: list[str] = []
    connection = sqlite3.connect(live)
    try:
        connection.execute("ATTACH DATABASE ? AS other", (str(other),))
        for name in STREAMS:
            table = PREFIX + name
            column = "sequence" if "sequence" in STREAMS[name].table.columns else "number"
            where = f'WHERE "{column}" > {since}'
            count = f'SELECT COUNT(*) FROM main."{table}" {where}'
            counts[name] = connection.execute(count).fetchone()[0]
            for ours, theirs, words in (("main", "other", "only in the live one"), ("other", "main", "only anew")):
                rows = connection.execute(
                    f'SELECT * FROM {ours}."{table}" {where} EXCEPT SELECT * FROM {theirs}."{table}"'
                ).fetchall()
                found += [f"{name}: {words}: {row}" for row in rows[:DIFFERENCES_TOLD]]
                found += [f"{name}: {len(rows)} rows {words}"] if rows else []
    finally:
        connection.close()
    return counts, found
