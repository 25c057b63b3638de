"""Whatever memory has let go of, questions are answered as by a history that forgets nothing."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, TypeVar

import pytest
from tests.history.store.world import TIGHT, Kept
from tests.history.world import Told, ToldDays

from leverline.history.history import History
from leverline.history.intervals import INTERVALS
from leverline.history.pages import EVER, Window
from leverline.history.past.past import Past
from leverline.kernel.time import HOUR, MINUTE

T = TypeVar("T")
QUESTIONS = 150


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


QUESTIONS_ASKED: list[Question] = [ask_orders, ask_order, ask_trades, ask_flows, ask_money, ask_matches, ask_candles]


@pytest.fixture
def asked(url: str, rng: random.Random) -> Iterator[Asked]:
    """Both histories after random days; the one with the archive is written as it goes."""
    world = ToldDays(rng).tell(800)
    kept = Kept(world.parameters, url, TIGHT)
    kept.take(world.commits)
    yield Asked(kept, world.known, world, rng)
    kept.close()


@pytest.mark.parametrize("question", QUESTIONS_ASKED, ids=lambda question: question.__name__)
def test_the_past_answers_as_a_history_that_forgets_nothing(asked: Asked, question: Question) -> None:
    """At any time, in any window, from any id."""

    async def work() -> None:
        for _ in range(QUESTIONS):
            await question(asked)

    asyncio.run(work())
    assert asked.hits
    if question is not ask_matches:  # there are too few for memory to let any go
        assert asked.kept.archive.gauges()["history_questions"] > QUESTIONS // 10, "memory was asked only"
