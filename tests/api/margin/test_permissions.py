"""Which key may do what: reading, trading, borrowing with transferring, and withdrawing are four permissions."""

import pytest
from tests.api.margin.busy import LEND, ORDER, TRANSFER
from tests.api.world import User, World

from leverline.identity.keys import KeyPermission

DENIED = (-2015, "Invalid API-key, IP, or permissions for action.")
MOVE = {"type": "MAIN_MARGIN", "asset": "USDT", "amount": "100"}
LOAN = {"asset": "USDT", "amount": "100", "type": "BORROW"}
BUY = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.001", "price": "50000"}


def with_key(world: World, user: User, permissions: KeyPermission) -> User:
    """Return the same person with another key."""
    made = world.run(world.identity.keys.create(user.user_id, permissions=permissions))
    return User(world, user.user_id, made.record.text, made.secret)


@pytest.mark.parametrize(
    ("permissions", "reads", "trades", "moves"),
    [
        (KeyPermission.READ, True, False, False),
        (KeyPermission.TRADE, False, True, False),
        (KeyPermission.MARGIN, False, False, True),
        (KeyPermission.READ | KeyPermission.MARGIN, True, False, True),
    ],
)
def test_each_permission_allows_its_own(
    lender: World, alice: User, permissions: KeyPermission, reads: bool, trades: bool, moves: bool
) -> None:
    """A key that may trade may not borrow, and one that may borrow may not trade; neither reads by that."""
    alice.ask("POST", TRANSFER, **MOVE)
    user = with_key(lender, alice, permissions)
    for is_allowed, method, path, values in (
        (reads, "GET", "/sapi/v1/margin/account", {}),
        (reads, "GET", LEND, {"type": "BORROW"}),
        (trades, "POST", ORDER, BUY),
        (trades, "DELETE", "/sapi/v1/margin/openOrders", {"symbol": "BTCUSDT"}),
        (moves, "POST", TRANSFER, MOVE),
        (moves, "POST", LEND, LOAN),
        (moves, "POST", "/sapi/v1/margin/max-leverage", {"maxLeverage": 3}),
    ):
        if is_allowed:
            assert user.call(method, path, **values).json() != {"code": DENIED[0], "msg": DENIED[1]}, path
        else:
            assert user.refused(method, path, **values) == DENIED, path


def test_market_data_needs_no_key_and_takes_a_signed_request(lender: World, alice: User) -> None:
    """Clients send it either way."""
    path = "/sapi/v1/margin/allPairs"
    assert lender.get(path).json() == alice.ask("GET", path)
