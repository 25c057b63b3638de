"""A story in which every member of every wallet answer has a reason to appear, told over signed requests."""

from typing import Any

from leverline.api.limits import LimitPolicy
from leverline.api.tables import wire_table
from leverline.engine.commands import Deposit, HouseDeposit
from leverline.kernel.decimals import parse_amount
from tests.api.world import User, World
from tests.contract.documented import Operation

DUST = "POST /sapi/v1/asset/dust"
WITHDRAW = "POST /sapi/v1/capital/withdraw/apply"
SENT: dict[str, tuple[dict[str, str], ...]] = {
    "POST /sapi/v3/asset/getUserAsset": ({}, {"asset": "USDT", "needBtcValuation": "true"}),
    "GET /sapi/v1/asset/wallet/balance": ({}, {"needBalanceDetail": "true", "quoteAsset": "USDT"}),
    "GET /sapi/v1/asset/tradeFee": ({}, {"symbol": "BTCUSDT"}),
    "GET /sapi/v1/asset/assetDetail": ({}, {"asset": "BTC"}),
    "POST /sapi/v1/asset/dust-btc": ({}, {"accountType": "MARGIN"}),
    "GET /sapi/v1/asset/dribblet": ({}, {"accountType": "MARGIN"}),
    "GET /sapi/v1/capital/deposit/address": ({"coin": "BTC"}, {"coin": "BTC", "network": "LEVERLINE", "amount": "1"}),
    "GET /sapi/v1/capital/deposit/hisrec": ({}, {"coin": "USDT", "status": "1", "limit": "5"}),
    "GET /sapi/v1/capital/withdraw/history": ({}, {"coin": "USDT", "withdrawOrderId": "rent"}),
}
"""With which parameters a query is asked, where not with none."""


class WalletStory:
    """A venue, somebody with two wallets, and all that was answered, by operation."""

    def __init__(self) -> None:
        self.world = World(None, wire_table(), LimitPolicy(factor=0))
        self.world.send(HouseDeposit("BNB", parse_amount("100")))
        self.alice: User = self.world.user(USDT="10000", ETH="0.01", SOL="0.1")
        self.answers: dict[str, list[Any]] = {}

    def ask(self, name: str, **values: str) -> None:
        """Ask for something that must be accepted and keep the answer."""
        method, _, path = name.partition(" ")
        self.answers.setdefault(name, []).append(self.alice.ask(method, path, **values))

    def tell(self, operations: list[Operation]) -> None:
        """Convert dust of both wallets, withdraw with a name and without, then ask for everything."""
        self.world.set_index(SOL="100")
        for asset, amount in (("USDT", "1000"), ("ETH", "0.005")):
            transfer = {"type": "MAIN_MARGIN", "asset": asset, "amount": amount}
            self.alice.ask("POST", "/sapi/v1/asset/transfer", **transfer)
        self.ask(DUST, asset="ETH")
        self.ask(DUST, asset="ETH", accountType="MARGIN")
        self.world.send(Deposit(self.alice.user_id, "ETH", parse_amount("0.01")))
        self.ask(WITHDRAW, coin="USDT", address="bank", amount="5", withdrawOrderId="rent", network="LEVERLINE")
        self.ask(WITHDRAW, coin="USDT", address="bank", amount="5")
        for operation in operations:
            if operation.name not in (DUST, WITHDRAW):
                for values in SENT.get(operation.name, ({},)):
                    self.ask(operation.name, **values)
