"""Requests as nobody should send them."""

import random

import pytest
from tests.api.world import User, World

from leverline.api.endpoint import Security
from leverline.api.limits import LimitPolicy
from leverline.api.spot.tables import spot_table

ODD = (
    "", "0", "1", "-1", "00", "1e-05", "1e99", "0.1", ".5", "5.", "0.123456789", "9" * 20, "9" * 21, "1" * 15, "nan",
    "inf", "BTCUSDT", "ETHBTC", "btcusdt", "BUY", "SELL", "LIMIT", "MARKET", "STOP_LOSS", "TAKE_PROFIT_LIMIT", "GTC",
    "IOC", "FOK", "FULL", "MINI", "ACK", "true", "FALSE", "[]", "[1]", '["BTCUSDT"]', '["BTCUSDT","ETHUSDT"]', "[[",
    '{"a":1}', "1m", "1M", "1w", "7d", "+14:00", "-12", "\x00", "é", "💥", "a" * 2_000, "STOP_ON_FAILURE",
    "ALLOW_FAILURE", "ONLY_NEW", "CANCEL_ONLY", "60000", "59000.5", "1767268800000", "1767268800000000",
)  # fmt: skip
"""Values that mean something somewhere, and values that mean nothing anywhere."""
LIKELY = {
    "symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.01", "price": "59000",
    "interval": "1M", "cancelReplaceMode": "ALLOW_FAILURE", "orderId": "1",
}  # fmt: skip
ROUNDS = 12


@pytest.fixture
def policy() -> LimitPolicy:
    """No limits."""
    return LimitPolicy(factor=0)


def test_no_request_breaks_the_venue(world: World, carol: User, rng: random.Random) -> None:
    """Whatever the values, the answer is JSON, and an error is one of the documents': never that something broke."""
    for endpoint in spot_table():
        for _ in range(ROUNDS):
            values = {
                parameter.name: LIKELY[parameter.name]
                if parameter.name in LIKELY and rng.random() < 0.7
                else rng.choice(ODD)
                for parameter in endpoint.parameters
                if parameter.name in LIKELY or rng.random() < 0.3
            }
            if endpoint.security is Security.NONE:
                response = world.get(endpoint.path, **values)
            else:
                response = carol.call(endpoint.method, endpoint.path, **values)
            told = (endpoint.method, endpoint.path, values, response.text[:300])
            assert response.status_code in (200, 400, 409), told
            assert response.headers["content-type"].startswith("application/json"), told
            if response.status_code != 200:
                assert response.json()["code"] < -1000, told
    assert world.engine.conservation_faults() == []


@pytest.mark.parametrize("symbols", ["[" * 3_000, "[" * 3_000 + "]" * 3_000, '["BTCUSDT"', "[null]", '["\\ud800"]'])
def test_a_list_that_is_none_is_a_fault_of_the_request(mallory: User, symbols: str) -> None:
    """However deep it goes."""
    answer = mallory.world.get("/api/v3/ticker/price", symbols=symbols)
    assert (answer.status_code, answer.json()["code"]) in ((400, -1100), (400, -1130))
