"""What an account's past costs does not grow with the past: SQLite's plans, which no statistics change."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
import sqlalchemy
from tests.history.store.world import Kept

from leverline.history.fund import PUBLIC
from leverline.history.logs import Cut
from leverline.history.pages import Page, Window
from leverline.history.past.past import Past
from leverline.parameters import load_parameters, select

WALLET = 7
FUND = "SEARCH history_fund USING INDEX ix_history_fund_"
WEEK = Window(5, 9, 1, 100)
LISTS = "SEARCH history_order_list USING INDEX ix_history_order_list_wallet_id_"
ORDERS = "SEARCH history_order USING INDEX ix_history_order_wallet_id_pair_"
TRADES = "SEARCH history_trade USING INDEX ix_history_trade_"
FLOWS = "SEARCH history_flow USING INDEX ix_history_flow_wallet_id_"
PICKED = FLOWS.replace("INDEX", "COVERING INDEX")
BY_KEY = "USING PRIMARY KEY (wallet_id=? AND number=?)"

Ask = Callable[[Past], Awaitable[Any]]
PLANS: dict[str, tuple[Ask, tuple[str, ...]]] = {
    "orders from an id": (
        lambda past: past.orders.all_of(WALLET, "BTCUSDT", 5),
        (ORDERS + "order_id (wallet_id=? AND pair=? AND order_id>?)",),
    ),
    "orders of a day": (
        lambda past: past.orders.all_of(WALLET, "BTCUSDT", None, 5, 9),
        (ORDERS + "time (wallet_id=? AND pair=? AND time>? AND time<?)",),
    ),
    "newest orders": (
        lambda past: past.orders.all_of(WALLET, "BTCUSDT"),
        (ORDERS + "time (wallet_id=? AND pair=? AND time<?)",),
    ),
    "trades from an id": (
        lambda past: past.account_trades.of(WALLET, "BTCUSDT", 5),
        (TRADES + "wallet_id_pair_trade_id (wallet_id=? AND pair=? AND trade_id>?)",),
    ),
    "trades of a day": (
        lambda past: past.account_trades.of(WALLET, "BTCUSDT", None, 5, 9),
        (TRADES + "wallet_id_pair_time (wallet_id=? AND pair=? AND time>? AND time<?)",),
    ),
    "trades of an order": (
        lambda past: past.account_trades.of(WALLET, "BTCUSDT", order_id=5),
        (TRADES + "order_id (order_id=? AND wallet_id=? AND number<?)",),
    ),
    "flows from an id": (
        lambda past: past.flows.of(WALLET, "", 0, 5),
        (FLOWS + "flow_id_number_asset_kind (wallet_id=? AND flow_id>?)",),
    ),
    "flows of a week": (
        lambda past: past.flows.of(WALLET, "", 0, None, 5, 9),
        (FLOWS + "time_number_asset_kind (wallet_id=? AND time>? AND time<?)",),
    ),
    "flows of a coin": (
        lambda past: past.flows.of(WALLET, "BNB", 0, 5),
        (PICKED + "flow_id_number_asset_kind", BY_KEY),
    ),
    "flows of a kind": (
        lambda past: past.flows.of(WALLET, "", 3, None, 5, 9),
        (PICKED + "time_number_asset_kind", BY_KEY),
    ),
    "a list by its name": (
        lambda past: past.order_lists.by_client_id(WALLET, "mine"),
        (LISTS + "client_id (wallet_id=? AND client_id>? AND client_id<?)",),
    ),
    "a list by its id": (
        lambda past: past.order_lists.get(WALLET, 5),
        (LISTS + "list_id (wallet_id=? AND list_id>? AND list_id<?)",),
    ),
    "amendments of an order": (
        lambda past: past.amendments.of(WALLET, "BTCUSDT", 5),
        ("SEARCH history_amendment USING INDEX ix_history_amendment_wallet_id_order_id (wallet_id=? AND order_id>?",),
    ),
    "movements of the fund in a coin": (
        lambda past: past.fund.movements.page(PUBLIC, WEEK, Page([], 0), past.fund.movements.table.c.asset == "BNB"),
        (FUND + "owner_asset_time (owner=? AND asset=? AND time>? AND time<?)",),
    ),
}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    """An empty past of which memory knows nothing."""
    made = Kept(
        select(load_parameters(), ("BTCUSDT",)), f"sqlite:///{tmp_path_factory.mktemp('plans') / 'history.sqlite'}"
    )
    history = made.history
    for log in (
        history.orders.ended, history.account_trades.log, history.flows.log, history.order_lists.ended,
        history.amendments.log, history.fund.movements,
    ):  # fmt: skip
        log.cut[WALLET] = log.cut[PUBLIC] = Cut(100, 100)
    yield made
    made.close()


@pytest.mark.parametrize(("ask", "wanted"), PLANS.values(), ids=PLANS)
def test_an_index_leads_to_what_is_asked(kept: Kept, ask: Ask, wanted: tuple[str, ...]) -> None:
    """In the order of the answer, by all that was said; what is filtered besides is seen in the index."""
    asked: list[tuple[str, Any]] = []
    engine = kept.archive.database.engine
    sqlalchemy.event.listen(engine, "before_cursor_execute", lambda *words: asked.append((words[2], words[3])))
    found = asyncio.run(ask(kept.archive.past))
    assert not (found.rows if isinstance(found, Page) else found)
    ((statement, values),) = [each for each in asked if "json_group_array" in each[0]]
    with engine.connect() as connection:
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
    assert all(any(part in line for line in plan) for part in wanted), plan
    assert not [line for line in plan if "SCAN history" in line], plan
