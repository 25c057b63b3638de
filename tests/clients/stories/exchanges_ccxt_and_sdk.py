"""Small balances for BNB by ccxt, small debts for USDT by the SDKs, which also read what both did.

The SDK repairs answers of a wrong type and only logs it; its log goes to the error output, for the test to read.
"""

import json
import logging

from report import observe
from story import arguments

from leverline.clients import ccxt_client, sdk_margin_client, sdk_wallet_client


def ccxt_dust(exchange) -> None:
    """Convert two balances at once, which ccxt sends as one name twice, and read them as trades."""
    exchange.load_markets()
    made = exchange.sapi_post_asset_dust({"asset": ["ETH", "DOGE"]})
    trades = exchange.fetch_my_dust_trades()
    kept = [{name: trade[name] for name in ("symbol", "side", "amount", "cost", "fee")} for trade in trades]
    observe("ccxt", made=made, trades=kept, margin=exchange.fetch_my_dust_trades(params={"type": "margin"}))


def sdk_debts(margin) -> None:
    """Interest in BNB becomes a small debt and is paid; nobody has a loan of a liquidation."""
    margin.margin_account_borrow_repay("USDT", "FALSE", "500", "BORROW")
    found = margin.get_small_liability_exchange_coin_list().data()
    margin.small_liability_exchange("BNB")
    history = margin.get_small_liability_exchange_history(1, 10).data()
    loan = margin.query_liquidation_loan().data()
    repayments = margin.query_liquidation_loan_repay_history().data()
    observe(
        "sdk",
        found=[each.to_dict() for each in found],
        history=history.to_dict(),
        loan=loan.to_dict(),
        repayments=repayments.to_dict(),
    )


def sdk_dust(wallet) -> None:
    """What is left to convert, and what was converted."""
    found = wallet.get_assets_that_can_be_converted_into_bnb().data()
    observe("wallet", found=found.to_dict(), log=wallet.dustlog().data().to_dict())


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    given = arguments()
    where = (given.base_url, given.api_key, given.secret)
    trader = ccxt_client(*where)
    ccxt_dust(trader)
    trader.transfer("USDT", 1000, "spot", "cross")
    trader.sapi_post_bnbburn({"interestBNBBurn": "true"})
    sdk_debts(sdk_margin_client(*where).rest_api)
    sdk_dust(sdk_wallet_client(*where).rest_api)
    observe("balance", bnb=json.dumps(trader.fetch_balance()["BNB"]))
