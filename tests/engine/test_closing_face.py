"""Closing tools in the process: `user.closing` (rule 13.5)."""

import pytest
from tests.engine.world import parameters

from leverline import CommandRefused, Venue


def test_positions_and_accounts_are_closed_in_the_process() -> None:
    """A long is sold, what lies there repays, an isolated account is sold out; a refusal is raised by name."""
    venue = Venue(parameters())
    venue.set_index(BTC="60000", ETH="3000", BNB="600", DOGE="0.1")
    maker = venue.user("maker", USDT="10000000", BTC="100")
    maker.quote("BTCUSDT", [("59990", "50")], [("60010", "50")])
    alice = venue.user("alice", USDT="20000", BTC="1")
    alice.open_cross()
    alice.transfer("USDT", "10000")
    alice.buy("BTCUSDT", "0.3", account="cross", side_effect="MARGIN_BUY")
    alice.closing.position("BTC")
    account = alice.account()
    assert account.margin_level is None
    assert account.balances["BTC"].free < 1
    alice.borrow("USDT", "1000")
    alice.closing.repay_all()
    with pytest.raises(CommandRefused, match="owes nothing"):
        alice.closing.account()
    alice.open_isolated("BTCUSDT")
    alice.transfer("BTC", "0.5", to="BTCUSDT")
    alice.borrow("USDT", "5000", "BTCUSDT")
    alice.closing.account("BTCUSDT", sold_out=True)
    assert alice.account("BTCUSDT").balances["BTC"].free == 0
