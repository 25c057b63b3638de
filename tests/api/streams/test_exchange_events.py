"""What an account's owner is told of a small exchange with the house (rules 13.3, 13.6)."""

from tests.api.streams.test_user_data import listen
from tests.api.streams.world import SPOT, StreamWorld

from leverline.engine.commands import ConvertDust, HouseDeposit, PublishPrices
from leverline.kernel.decimals import parse_amount, parse_ratio

PRICES = (("BTC", "60000"), ("ETH", "3000"), ("BNB", "600"))


def test_a_conversion_is_told_by_its_balances(served: StreamWorld) -> None:
    """Dust goes, BNB comes: a balance update each, then both balances as they are."""

    async def story() -> None:
        alice = await served.user_with(ETH="0.01")
        await served.do(HouseDeposit("BNB", parse_amount("1")))
        await served.do(PublishPrices("house", [(asset, parse_ratio(price), 1) for asset, price in PRICES]))
        client = await listen(served, alice, "/api/v3/userDataStream")
        await served.do(ConvertDust(alice.user_id, SPOT, ["ETH"]))
        told = [await client.next() for _ in range(3)]
        assert [event["e"] for event in told] == ["balanceUpdate", "balanceUpdate", "outboundAccountPosition"]
        assert [(event["a"], event["d"]) for event in told[:2]] == [("ETH", "-0.01000000"), ("BNB", "0.04900000")]
        assert [(row["a"], row["f"]) for row in told[2]["B"]] == [("ETH", "0.00000000"), ("BNB", "0.04900000")]

    served.play(story)
