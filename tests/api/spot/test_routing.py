"""What spot's documents have and this venue has not, or has in its own way."""

from tests.api.world import User

ROUTED = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.1"}


def test_no_symbol_is_routed(mallory: User) -> None:
    """What is to be routed is refused, nothing was allocated, and no router is named."""
    assert "sors" not in mallory.world.get("/api/v3/exchangeInfo", symbol="BTCUSDT").json()
    for path in ("/api/v3/sor/order", "/api/v3/sor/order/test"):
        assert mallory.refused("POST", path, **ROUTED) == (-1020, "This operation is not supported.")
        assert mallory.refused("POST", path, **ROUTED | {"symbol": "NOPE"}) == (-1121, "Invalid symbol.")
    assert mallory.ask("GET", "/api/v3/myAllocations", symbol="BTCUSDT") == []
    assert mallory.refused("GET", "/api/v3/myAllocations", symbol="NOPE") == (-1121, "Invalid symbol.")


def test_there_are_no_block_trades(mallory: User) -> None:
    """The list is empty; where it begins must be said."""
    answer = mallory.world.get("/api/v3/historicalBlockTrades", symbol="BTCUSDT", fromId=1)
    assert answer.json() == []
    assert mallory.world.get("/api/v3/historicalBlockTrades", symbol="BTCUSDT").json()["code"] == -1102


def test_the_reference_price_is_the_index(mallory: User) -> None:
    """It comes from outside the matching engine; a pair without an index has none."""
    path = "/api/v3/referencePrice/calculation"
    assert mallory.world.get(path, symbol="BTCUSDT").json() == {
        "symbol": "BTCUSDT", "calculationType": "EXTERNAL", "externalCalculationId": 1,
    }  # fmt: skip
    assert mallory.world.get(path, symbol="SOLUSDT").json() == {
        "code": -2043, "msg": "This symbol doesn't have a reference price."
    }  # fmt: skip
    assert mallory.world.get(path, symbol="BTCUSDT", symbolStatus="HALT").json()["code"] == -1220


def test_the_execution_rule_is_the_band_of_those_who_owe(mallory: User) -> None:
    """2 % on the harmful side for BTC; the other side is that of PERCENT_PRICE_BY_SIDE."""
    rules = mallory.world.get("/api/v3/executionRules", symbol="BTCUSDT")
    assert rules.json() == {
        "symbolRules": [
            {
                "symbol": "BTCUSDT",
                "rules": [
                    {
                        "ruleType": "PRICE_RANGE", "bidLimitMultUp": "1.02", "bidLimitMultDown": "0.2",
                        "askLimitMultUp": "5", "askLimitMultDown": "0.98",
                    }
                ],
            }
        ]
    }  # fmt: skip
    everything = mallory.world.get("/api/v3/executionRules").json()["symbolRules"]
    assert len(everything) == len(mallory.world.engine.core.exchange.pairs)
