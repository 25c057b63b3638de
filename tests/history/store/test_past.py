"""Whatever memory has let go of, questions are answered as by a history that forgets nothing."""

import asyncio
import os
import random
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from typing import Any, TypeVar

import pytest
from tests.history.store.conftest import KINDS, fresh_url
from tests.history.store.world import TIGHT, Kept
from tests.history.world import SmallDays, Told

from leverline.history.history import History
from leverline.history.intervals import INTERVALS
from leverline.history.pages import EVER, Window
from leverline.history.past.past import Past
from leverline.kernel.time import HOUR, MINUTE

T = TypeVar("T")
QUESTIONS = 60
TINY = replace(TIGHT, ended_orders=3, records=2)
"""So little is remembered that of every kind something has been let go of."""
SEED = int(os.environ["LEVERLINE_SEED"])


class Asked:
    """A tight history with its archive, a roomy one, and what to ask them."""

    def __init__(self, kept: Kept, whole: History, world: Told, rng: random.Random) -> None:
        self.kept = kept
        self.past: Past = kept.archive.past
        self.whole = whole
        self.world = world
        self.rng = rng
        self.pairs = list(world.parameters.pairs)
        self.wallets = sorted({order.wallet_id for order in whole.orders.by_id.values()})
        self.users = sorted({wallet.user_id for wallet in whole.wallets.by_id.values()})
        self.begin = world.commits[0].time
        self.hits = 0

    def moment(self) -> int:
        """A time in the venue's life."""
        return self.rng.randrange(self.begin, self.world.time + 2)

    def window(self) -> Window:
        """A window of pages."""
        since, until = sorted((self.moment(), self.moment()))
        whole = self.rng.random() < 0.3
        return Window(
            0 if whole else since, EVER if whole else until, self.rng.randrange(1, 4), self.rng.choice((1, 5, 100))
        )

    def span(self) -> tuple[int | None, int]:
        """A window that may have no beginning."""
        since, until = sorted((self.moment(), self.moment()))
        return self.rng.choice(((None, EVER), (None, until), (since, EVER), (since, until)))

    def limit(self) -> int:
        """A limit."""
        return self.rng.choice((1, 3, 10, 1_000))

    def check(self, found: Any, wanted: Any) -> None:
        """Both are the same; pages by their rows and totals."""
        if hasattr(wanted, "rows"):
            found, wanted = (found.rows, found.total), (wanted.rows, wanted.total)
            self.hits += bool(wanted[0])
        else:
            self.hits += bool(wanted)
        assert found == wanted


Question = Callable[[Asked], Awaitable[None]]


async def ask_orders(asked: Asked) -> None:
    """All orders of a wallet in a pair."""
    wallet, pair, limit = asked.rng.choice(asked.wallets), asked.rng.choice(asked.pairs), asked.limit()
    since, until = asked.span()
    from_id = asked.rng.choice((None, asked.rng.choice(list(asked.whole.orders.by_id))))
    words = (wallet, pair, from_id, since, until, limit)
    asked.check(await asked.past.orders.all_of(*words), asked.whole.orders.all_of(*words))


async def ask_order(asked: Asked) -> None:
    """One order, by id or by client id."""
    order = asked.rng.choice(list(asked.whole.orders.by_id.values()))
    asked.check(await asked.past.orders.get(order.wallet_id, order.order_id), order)
    asked.check(await asked.past.orders.get(order.wallet_id, 10**9), None)
    wanted = asked.whole.orders.by_client_id(order.wallet_id, order.client_id)
    if wanted is not None:  # memory forgets an older order's name where a newer one bore it and was renamed
        asked.check(await asked.past.orders.by_client_id(order.wallet_id, order.client_id), wanted)


async def ask_trades(asked: Asked) -> None:
    """Fills of a wallet."""
    wallet, pair, limit = asked.rng.choice(asked.wallets), asked.rng.choice(asked.pairs), asked.limit()
    since, until = asked.span()
    trades = asked.whole.account_trades.log.logs.get(wallet, [])
    trade = asked.rng.choice(trades) if trades else None
    from_id = asked.rng.choice((None, trade.trade_id if trade else 0))
    order_id = asked.rng.choice((None, trade.order_id if trade else 0))
    words = (wallet, pair, from_id, since, until, limit, order_id)
    asked.check(await asked.past.account_trades.of(*words), asked.whole.account_trades.of(*words))


async def ask_flows(asked: Asked) -> None:
    """Capital flow of a wallet."""
    since, until = asked.span()
    from_id = asked.rng.choice((None, asked.rng.randrange(1, asked.whole.flows.next_id)))
    asset, kind = asked.rng.choice(("", "", "USDT")), asked.rng.choice((0, 0, 0, 2, 5))
    words = (asked.rng.choice(asked.wallets), asset, kind, from_id, since, until, asked.limit())
    asked.check(await asked.past.flows.of(*words), asked.whole.flows.of(*words))


async def ask_money(asked: Asked) -> None:
    """Loans, interest, liquidations, transfers, deposits."""
    wallet, user, window = asked.rng.choice(asked.wallets), asked.rng.choice(asked.users), asked.window()
    asset, is_one = asked.rng.choice(("", "USDT")), asked.rng.random() < 0.5
    past, whole = asked.past, asked.whole
    asked.check(await past.loans.page(wallet, is_one, window, asset), whole.loans.page(wallet, is_one, window, asset))
    asked.check(await past.interest.page(wallet, window, asset), whole.interest.page(wallet, window, asset))
    asked.check(await past.liquidations.orders_of(wallet, window), whole.liquidations.orders_of(wallet, window))
    direction = asked.rng.choice((None, True, False))
    words = (wallet, window, direction, asset)
    asked.check(await past.transfers.of_wallet(*words), whole.transfers.of_wallet(*words))
    asked.check(
        await past.transfers.payments_of(user, is_one, window, asset),
        whole.transfers.payments_of(user, is_one, window, asset),
    )
    kinds = (asked.rng.randrange(3), asked.rng.randrange(3))
    asked.check(await past.transfers.between(user, window, *kinds), whole.transfers.between(user, window, *kinds))
    loans = whole.loans.log.logs.get(wallet)
    if loans:
        loan = asked.rng.choice(loans)
        found = await past.loans.by_tran_id(wallet, loan.is_borrow, loan.tran_id)
        asked.check(found, whole.loans.by_tran_id(wallet, loan.is_borrow, loan.tran_id))


async def ask_matches(asked: Asked) -> None:
    """Prevented matches."""
    wallet, pair = asked.rng.choice(asked.wallets), asked.rng.choice(asked.pairs)
    words = (wallet, pair, 0, 0, asked.rng.choice((0, 2)), asked.limit())
    asked.check(await asked.past.prevented.of(*words), asked.whole.prevented.of(*words))


async def ask_candles(asked: Asked) -> None:
    """Candles of every interval and some time zones."""
    pair, interval = asked.rng.choice(asked.pairs), asked.rng.choice(list(INTERVALS))
    since, until = asked.span()
    offset = asked.rng.choice((0, 0, 5 * HOUR, 330 * MINUTE))
    words = (pair, interval, asked.world.time, since, None if until == EVER else until, asked.limit(), offset)
    asked.check(await asked.past.candles.query(*words), asked.whole.candles.query(*words))


async def ask_lists(asked: Asked) -> None:
    """Order lists: all of a wallet's, one by its id, one by its name."""
    rng, past, whole = asked.rng, asked.past.order_lists, asked.whole.order_lists
    record = rng.choice(list(whole.by_id.values()))
    wallet, name = record.wallet_id, record.client_id
    since, until = asked.span()
    words = (wallet, rng.choice(("", record.pair)), rng.choice((None, record.list_id)), since, until, asked.limit())
    asked.check(await past.all_of(*words), whole.all_of(*words))
    asked.check(await past.get(wallet, record.list_id), record)
    asked.check(await past.by_client_id(wallet, name), whole.by_client_id(wallet, name))


async def ask_amendments(asked: Asked) -> None:
    """What became less of an order, from an execution on."""
    wallet, _, amendment = asked.rng.choice(list(asked.whole.amendments.log.numbered()))
    words = (
        wallet, amendment.pair, amendment.order_id, asked.rng.choice((0, amendment.execution_id)), asked.limit()
    )  # fmt: skip
    asked.check(await asked.past.amendments.of(*words), asked.whole.amendments.of(*words))


async def ask_conversions(asked: Asked) -> None:
    """Small balances that were given, and small debts that were paid."""
    past, whole, window = asked.past.conversions, asked.whole.conversions, asked.window()
    wallet = asked.rng.choice([*whole.dust.logs, *whole.debts.logs])
    words = (wallet, window.since, window.until, asked.limit())
    asked.check(await past.conversions_of(*words), whole.conversions_of(*words))
    asked.check(await past.exchanges_of(wallet, window), whole.exchanges_of(wallet, window))


async def ask_accounts(asked: Asked) -> None:
    """How margin accounts stood, and their liquidations."""
    wallet, window, kind = asked.rng.choice(asked.wallets), asked.window(), asked.rng.choice((0, 0, 4, 5))
    past, whole = asked.past, asked.whole
    asked.check(await past.standing.page(wallet, window, kind), whole.standing.page(wallet, window, kind))
    asked.check(await past.liquidations.cases_of(wallet, window), whole.liquidations.cases_of(wallet, window))


async def ask_public(asked: Asked) -> None:
    """The insurance fund's ledger, and rates of interest."""
    past, whole, window = asked.past.fund, asked.whole.fund, asked.window()
    asset = asked.rng.choice(("", "USDT", "BTC"))
    asked.check(await past.page(window, asset), whole.page(window, asset))
    asked.check(await past.payments_page(window), whole.payments_page(window))
    asked.check(await past.deficits_page(window), whole.deficits_page(window))
    asked.check(await past.write_offs_page(window), whole.write_offs_page(window))
    words = (asset or "ETH", window.since, window.until)
    asked.check(await asked.past.rates.within(*words), asked.whole.rates.within(*words))


async def ask_market(asked: Asked) -> None:
    """Market trades, single and aggregated: the newest, from an id on, of a window."""
    pair, limit = asked.rng.choice(asked.pairs), asked.limit()
    since, until = sorted((asked.moment(), asked.moment()))
    trades, aggregates = asked.past.trades, asked.past.aggregates
    known, made = asked.whole.trades, asked.whole.aggregates
    asked.check(await trades.newest(pair, limit), known.newest(pair, limit))
    asked.check(await aggregates.newest(pair, limit), made.newest(pair, limit))
    first = asked.rng.randrange(made.count(pair) + 1)
    asked.check(await trades.from_id(pair, first, limit), known.from_id(pair, first, limit))
    asked.check(await aggregates.from_id(pair, first, limit), made.from_id(pair, first, limit))
    asked.check(await aggregates.within(pair, since, until, limit), made.within(pair, since, until, limit))


QUESTIONS_ASKED: list[Question] = [
    ask_orders, ask_order, ask_trades, ask_flows, ask_money, ask_matches, ask_candles, ask_lists, ask_amendments,
    ask_conversions, ask_accounts, ask_public, ask_market,
]  # fmt: skip


@pytest.fixture(scope="module")
def lived() -> Told:
    """A venue after random days, with a history that forgets nothing."""
    return SmallDays(random.Random(SEED)).tell(1_100)


@pytest.fixture(scope="module", params=KINDS)
def asked(request: pytest.FixtureRequest, lived: Told, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """Both histories; the one with the archive is written as it goes."""
    with fresh_url(request, tmp_path_factory.mktemp("past")) as url:
        kept = Kept(lived.parameters, url, TINY)
        kept.take(lived.commits)
        yield Asked(kept, lived.known, lived, random.Random(SEED))
        kept.close()


@pytest.mark.parametrize("question", QUESTIONS_ASKED, ids=lambda question: question.__name__)
def test_the_past_answers_as_a_history_that_forgets_nothing(
    asked: Asked, question: Question, rng: random.Random
) -> None:
    """At any time, in any window, from any id."""
    asked.rng, asked.hits = rng, 0
    before = asked.kept.archive.gauges()["history_questions"]

    async def work() -> None:
        for _ in range(QUESTIONS):
            await question(asked)

    asyncio.run(work())
    assert asked.hits
    if question is not ask_matches:  # there are too few for memory to let any go
        assert asked.kept.archive.gauges()["history_questions"] > before + QUESTIONS // 20, "memory was asked only"
