"""A user with a leveraged long position, for the tests of what operators see and do."""

from tests.api.own.browser import Browser
from tests.api.world import World

from leverline.engine.commands import (
    Borrow,
    Deposit,
    GrantPermission,
    HouseDeposit,
    OpenMarginAccount,
    PlaceOrder,
    RegisterUser,
    SetLeverage,
    SupplyPool,
    Transfer,
)
from leverline.kernel.decimals import parse_amount
from leverline.ledger.wallet import CROSS, SPOT
from leverline.margin.account import MAY_MARGIN
from leverline.market.terms import LIMIT


def indebted(world: World, browser: Browser) -> int:
    """Let a user with 20,000 USDT of his own hold 1 BTC in a cross account and owe 40,000 USDT; return his id."""
    user_id = int(browser.get("/account/v1/session")["userId"])
    one, price = parse_amount("1"), parse_amount("60000")
    for command in (
        HouseDeposit("USDT", parse_amount("100000")), SupplyPool("USDT", parse_amount("100000")),
        GrantPermission(user_id, MAY_MARGIN), Deposit(user_id, "USDT", parse_amount("20060")),
        OpenMarginAccount(user_id, CROSS), SetLeverage(user_id, 5),
        Transfer(user_id, "USDT", parse_amount("20060"), SPOT, CROSS),
        RegisterUser(7), Deposit(7, "BTC", one), PlaceOrder(7, SPOT, "BTCUSDT", False, LIMIT, one, price),
        Borrow(user_id, CROSS, "USDT", parse_amount("40000")),
        PlaceOrder(user_id, CROSS, "BTCUSDT", True, LIMIT, one, price),
    ):  # fmt: skip
        world.send(command)
    return user_id
