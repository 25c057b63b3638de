"""An order that is only tried is judged exactly as it would be if it were placed, and nothing changes."""

import random

from leverline import Venue
from leverline.engine.commands import OpenMarginAccount, PlaceOrder
from leverline.engine.events import Refused
from leverline.engine.handlers.orders import order_refusal
from leverline.ledger.wallet import CROSS, ISOLATED, SPOT
from leverline.market import terms

KINDS = (terms.LIMIT, terms.LIMIT, terms.MARKET, terms.LIMIT_MAKER, terms.STOP_LOSS, terms.TAKE_PROFIT_LIMIT)
ROUNDS = 300
LOOKS = 10
"""The state's hash is compared at every so many rounds."""


def some_order(rng: random.Random, user_id: int) -> PlaceOrder:
    """Return an order that may be good, malformed, off the filters, beyond the funds or against the book."""
    kind = rng.choice(KINDS)
    has_price = kind in (terms.LIMIT, terms.LIMIT_MAKER, terms.TAKE_PROFIT_LIMIT)
    has_stop = kind in (terms.STOP_LOSS, terms.TAKE_PROFIT_LIMIT)
    price = rng.randrange(59_000, 61_000) * 10**8 + rng.choice((0, 0, 0, 1))
    return PlaceOrder(
        user_id, rng.choice((SPOT, CROSS, ISOLATED)), rng.choice(("BTCUSDT", "BTCUSDT", "NOPE")), rng.random() < 0.5,
        kind, rng.choice((0, 1, 10**5, 10**6, 10**7, 10**9)), price if has_price else 0,
        stop_price=price if has_stop else 0, time_in_force=rng.choice((terms.GTC, terms.GTC, terms.IOC)),
        side_effect=rng.choice((0, 0, terms.MARGIN_BUY, terms.AUTO_BORROW_REPAY)),
        client_id=rng.choice(("", "", "one", "two")),
    )  # fmt: skip


def test_a_tried_order_is_judged_as_a_placed_one(rng: random.Random) -> None:
    """For random orders of three accounts the refusal of the trial is that of the placement, and leaves the state."""
    venue = Venue()
    venue.set_index(BTC="60000")
    users = [venue.user(name, USDT="20000", BTC="1") for name in ("alice", "bob")]
    for user in users:
        venue.send(OpenMarginAccount(user.user_id, CROSS))
        venue.send(OpenMarginAccount(user.user_id, ISOLATED, "BTCUSDT"))
        user.transfer("USDT", "5000", "spot", "cross")
        user.transfer("USDT", "5000", "spot", "BTCUSDT")
    core = venue.engine.core
    refused = 0
    for number in range(ROUNDS):
        command = some_order(rng, rng.choice(users).user_id)
        before = venue.state_hash() if number % LOOKS == 0 else ""
        tried = order_refusal(core, command)
        assert not before or venue.state_hash() == before
        events = venue.engine.apply(command, venue.time)
        last = events[-1]
        placed = last.refusal if isinstance(last, Refused) else None
        assert tried == placed, (tried, placed, vars(command))
        refused += placed is not None
    assert 0 < refused < ROUNDS
