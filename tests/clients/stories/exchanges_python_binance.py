"""Small balances for BNB and small debts for USDT by python-binance, on current paths and on those of old."""

from report import observe
from story import arguments

from leverline.clients import python_binance_client

SPOT, MARGIN = "ETH", "DOGE"


def spot_dust(client) -> None:
    """See, convert and look up dust of the spot wallet."""
    found = client.get_dust_assets()
    made = client.transfer_dust(asset=SPOT)
    observe("spot", found=found, made=made, log=client.get_dust_log())


def margin_dust(client) -> None:
    """The same of the cross account, by the paths that were removed elsewhere."""
    found = client.get_margin_dust_assets()
    made = client.transfer_margin_dust(asset=MARGIN)
    observe("margin", found=found, made=made, log=client.get_margin_dustlog())


def small_debt(client) -> None:
    """Interest in BNB becomes a small debt and is paid."""
    client.toggle_bnb_burn_spot_margin(interestBNBBurn="true")
    client.margin_borrow_repay(asset="USDT", amount="500", type="BORROW", isIsolated="FALSE")
    found = client.get_small_liability_exchange_assets()
    client.exchange_small_liability_assets(assetNames="BNB")
    history = client.get_small_liability_exchange_history(current=1, size=10)
    left = client.get_small_liability_exchange_assets()
    observe("debt", found=found, history=history, left=left)


if __name__ == "__main__":
    given = arguments()
    trader = python_binance_client(given.base_url, given.api_key, given.secret)
    for asset, amount in (("USDT", "1000"), (MARGIN, "50")):
        trader.make_universal_transfer(type="MAIN_MARGIN", asset=asset, amount=amount)
    spot_dust(trader)
    margin_dust(trader)
    small_debt(trader)
    observe("flows", rows=trader.get_margin_capital_flow())
