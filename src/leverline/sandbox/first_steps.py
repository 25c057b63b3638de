"""What a sandbox shows a new user when it is up. Every line of it is run by a test."""

from typing import Final

FIRST_STEPS: Final = """
in a browser: {url}

a user with funds, from another shell:

    leverline sandbox --url {url} user --fund USDT=10000

and with ccxt (pip install ccxt):

    import ccxt, requests
    venue = "{url}"
    user = requests.post(venue + "/sandbox/v1/users", json={{"funds": {{"USDT": "10000"}}}}).json()
    exchange = ccxt.binance({{"apiKey": user["apiKey"], "secret": user["secretKey"],
                             "options": {{"fetchMarkets": {{"types": ["spot"]}}}}}})
    for name, url in exchange.urls["api"].items():
        if isinstance(url, str): exchange.urls["api"][name] = url.replace("https://api.binance.com", venue)
    exchange.transfer("USDT", 5000, "spot", "cross")
    order = exchange.create_order("BTC/USDT", "market", "buy", 0.1, None,
                                  {{"marginMode": "cross", "sideEffectType": "MARGIN_BUY"}})
    print(order["status"], exchange.fetch_balance({{"type": "margin"}})["info"]["marginLevel"])

Ctrl-C stops the venue; its state is kept.
"""
