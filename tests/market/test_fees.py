"""Commission of makers and takers, in kind and in BNB, and the volume that VIP levels count (rules 8.4, 9.1)."""

import pytest
from tests.market.world import SECOND, World

from leverline.kernel.decimals import parse_amount
from leverline.market.account import TradingAccount
from leverline.market.events import Trade
from leverline.market.terms import STP_NONE


def last_trade(world: World) -> Trade:
    """Return the last trade since the last call."""
    return [event for event in world.log.drain() if isinstance(event, Trade)][-1]


def test_each_side_pays_in_what_it_receives(world: World, alice: TradingAccount, bob: TradingAccount) -> None:
    """Maker 0.1 % of 20,000 USDT, taker 0.2 % of 1 BTC."""
    world.sell(alice, "1", "20000")
    world.buy(bob, "1", "20000")
    assert alice.free("USDT") == parse_amount("1019980")
    assert bob.free("BTC") == parse_amount("100.998")
    trade = last_trade(world)
    assert (trade.taker_fee, trade.maker_fee) == (parse_amount("0.002"), parse_amount("20"))
    assert world.ledger.venue["USDT"].fees == parse_amount("20")


def test_a_resting_buyer_pays_the_makers_rate(world: World, alice: TradingAccount, bob: TradingAccount) -> None:
    """0.1 % of 1 BTC; the seller who takes pays 0.2 % of 20,000 USDT."""
    world.buy(bob, "1", "20000")
    world.sell(alice, "1", "20000")
    trade = last_trade(world)
    assert trade.is_buyer_maker
    assert (trade.maker_fee, trade.taker_fee) == (parse_amount("0.001"), parse_amount("40"))


def test_commission_is_rounded_down(world: World, alice: TradingAccount, bob: TradingAccount) -> None:
    """0.1 % of 1.9998 USDT is 0.0019998; of 0.0999 (9,990,000 units) 9,990; of 999 units nothing."""
    world.place(alice, world.eth_btc, False, "0.0003", "0.050001")
    world.place(bob, world.eth_btc, True, "0.0003", "0.050001")
    # 1,500.03 units of BTC round down to 1,500, their 0.1 % from 1.5 to 1.
    assert last_trade(world).maker_fee == 1


def test_bnb_pays_a_quarter_less(world: World, alice: TradingAccount, bob: TradingAccount) -> None:
    """0.2 % of 1 BTC is 40 USDT by index, × 0.75 ÷ 400 = 0.075 BNB; the BTC arrive whole."""
    bob.trader.is_bnb_fee = True
    world.sell(alice, "1", "20000")
    world.buy(bob, "1", "20000")
    assert bob.free("BNB") == parse_amount("9.925")
    assert bob.free("BTC") == parse_amount("101")
    trade = last_trade(world)
    assert (trade.is_taker_fee_bnb, trade.taker_fee) == (True, parse_amount("0.075"))
    assert (trade.is_maker_fee_bnb, trade.maker_fee) == (False, parse_amount("20"))


def test_too_little_bnb_means_commission_in_kind(world: World, alice: TradingAccount) -> None:
    """0.075 BNB are needed: one unit less and the full rate is paid in BTC."""
    for bnb, is_bnb in (("0.075", True), ("0.07499999", False)):
        buyer = world.account(9, USDT="20000", BNB=bnb)
        buyer.trader.is_bnb_fee = True
        world.sell(alice, "1", "20000")
        world.buy(buyer, "1", "20000")
        assert last_trade(world).is_taker_fee_bnb == is_bnb
        assert buyer.free("BTC") == parse_amount("1" if is_bnb else "0.998")


def test_a_wallet_without_bnb_pays_in_kind(world: World, alice: TradingAccount) -> None:
    """As isolated accounts of other pairs do."""
    buyer = world.account(9, USDT="20000")
    buyer.trader.is_bnb_fee = True
    world.sell(alice, "1", "20000")
    world.buy(buyer, "1", "20000")
    assert not last_trade(world).is_taker_fee_bnb
    assert "BNB" not in buyer.holdings


@pytest.mark.parametrize("stale", ["BNB", "BTC"])
def test_a_stale_index_means_commission_in_kind(
    world: World, alice: TradingAccount, bob: TradingAccount, stale: str
) -> None:
    """Of BNB or of the asset received."""
    bob.trader.is_bnb_fee = True
    world.board.assets[stale].is_stale = True
    world.sell(alice, "1", "20000")
    world.buy(bob, "1", "20000")
    assert not last_trade(world).is_taker_fee_bnb


def test_bnb_bought_pays_its_own_discounted_commission(world: World, alice: TradingAccount) -> None:
    """0.2 % × 0.75 of 1 BNB comes out of it, though the buyer held none before."""
    buyer = world.account(9, USDT="400")
    buyer.trader.is_bnb_fee = True
    world.place(alice, world.bnb, False, "1", "400")
    world.place(buyer, world.bnb, True, "1", "400")
    assert buyer.free("BNB") == parse_amount("0.9985")
    trade = last_trade(world)
    assert (trade.is_taker_fee_bnb, trade.taker_fee) == (True, parse_amount("0.0015"))


def test_both_sides_of_one_wallet_cannot_spend_the_same_bnb_twice(world: World) -> None:
    """Maker and taker commission need 0.0375 + 0.075 BNB; with 0.1 one of them is paid in kind."""
    trader = world.account(9, USDT="20000", BTC="1", BNB="0.1")
    trader.trader.is_bnb_fee = True
    world.sell(trader, "1", "20000")
    world.buy(trader, "1", "20000", self_trade=STP_NONE)
    trade = last_trade(world)
    assert trade.is_taker_fee_bnb != trade.is_maker_fee_bnb


def test_volume_counts_at_the_quote_assets_index_for_both(
    world: World, alice: TradingAccount, bob: TradingAccount
) -> None:
    """1 ETH for 0.05 BTC at 20,000 is 1,000 USDT."""
    world.place(alice, world.eth_btc, False, "1", "0.05")
    world.place(bob, world.eth_btc, True, "1", "0.05")
    assert alice.trader.volume_today == bob.trader.volume_today == parse_amount("1000")


def test_volume_with_oneself_or_a_sub_account_counts_for_nothing(
    world: World, alice: TradingAccount, mallory: TradingAccount
) -> None:
    """Wash trades earn no VIP level."""
    world.sell(mallory, "1", "20000")
    world.buy(mallory, "1", "20000", self_trade=STP_NONE)
    sub_account = world.account(40, USDT="20000")
    sub_account.trader.group_id = mallory.user_id
    world.sell(mallory, "1", "20000")
    world.buy(sub_account, "1", "20000", self_trade=STP_NONE)
    assert mallory.trader.volume_today == sub_account.trader.volume_today == 0


def test_a_stale_quote_index_still_counts_volume_at_its_last_price(
    world: World, alice: TradingAccount, bob: TradingAccount
) -> None:
    """Trading goes on without debt."""
    world.board.expire(world.log.time + 10 * SECOND)
    world.place(alice, world.eth_btc, False, "1", "0.05")
    world.place(bob, world.eth_btc, True, "1", "0.05")
    assert bob.trader.volume_today == parse_amount("1000")
