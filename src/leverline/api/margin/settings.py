"""What a user chooses for his margin account: leverage and mode, fees and interest in BNB; and the bars that follow.

A key that may only read does not choose: here the venue is stricter than the documents.
"""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Budget, Rate, Security, Table
from leverline.api.errors import invalid, one_of_two
from leverline.api.margin.words import account_at, cross_account_or_empty, shown_ratio
from leverline.api.parameters import number, optional, required, truth
from leverline.engine.commands import Command, SetBnbSwitches, SetLeverage, SwitchMode
from leverline.ledger.wallet import CROSS
from leverline.margin.account import CLASSIC, FORCE_LIQUIDATION, MARGIN_CALL, PRO, MarginAccount

table = Table()

PRO_LEVERAGES: Final = (10, 20)
"""Either asks for Pro, whose leverage goes by bracket of debt (rule 6.3)."""


@table.add(
    "POST", "/sapi/v1/margin/max-leverage", required("maxLeverage", number),
    security=Security.MARGIN, weight=3_000, budget=Budget.SAPI_UID, rate=Rate(1, 60), tag="Margin account",
)  # fmt: skip
async def set_max_leverage(call: Call) -> dict[str, bool]:
    """Set the cross account's leverage: 3 or 5 is Classic, 10 or 20 is Pro."""
    account = account_at(call, (CROSS, ""))
    command = leverage_command(call, account, call["maxLeverage"])
    if command is not None:
        await call.send(command)
    return {"success": True}


def leverage_command(call: Call, account: MarginAccount, leverage: int) -> Command | None:
    """Return the command that brings an account to a leverage; None where Pro is asked for and on."""
    if leverage in PRO_LEVERAGES:
        return None if account.mode == PRO else SwitchMode(call.user_id, PRO)
    if leverage not in call.core.parameters.classic:
        raise invalid("maxLeverage")
    if account.mode == PRO:
        return SwitchMode(call.user_id, CLASSIC, leverage)
    return SetLeverage(call.user_id, leverage)


@table.add("GET", "/sapi/v1/margin/tradeCoeff", security=Security.USER_DATA, weight=10, tag="Margin account")
def trade_coefficients(call: Call) -> dict[str, str]:
    """Return the cross account's levels: the one that a loan must leave, that of a margin call, that of liquidation.

    Before the first transfer, those of the account that it would open.
    """
    account = cross_account_or_empty(call)
    parameters = call.core.parameters
    bands = call.core.risk.bands
    is_pro = account.mode == PRO
    normal = parameters.pro.stop_level if is_pro else parameters.classic[account.leverage].initial_ratio
    return {
        "normalBar": shown_ratio(normal),
        "marginCallBar": shown_ratio(bands.threshold(account, MARGIN_CALL)),
        "forceLiquidationBar": shown_ratio(bands.threshold(account, FORCE_LIQUIDATION)),
    }


@table.add("GET", "/sapi/v1/bnbBurn", security=Security.USER_DATA, weight=1, tag="Margin account")
def bnb_switches(call: Call) -> dict[str, bool]:
    """Return whether commission and interest are paid in BNB."""
    return switches_of(call)


def switches_of(call: Call) -> dict[str, bool]:
    """Return both switches of the caller."""
    return {"spotBNBBurn": call.user.is_bnb_fee, "interestBNBBurn": call.user.is_bnb_interest}


@table.add(
    "POST", "/sapi/v1/bnbBurn",
    optional("spotBNBBurn", truth, aliases=("spotBnbBurn",)),
    optional("interestBNBBurn", truth, aliases=("interestBnbBurn",)),
    security=Security.TRADE, weight=1, tag="Margin account",
)  # fmt: skip
async def set_bnb_switches(call: Call) -> dict[str, Any]:
    """Switch commission and interest in BNB on or off; one that is not sent stays."""
    user = call.user
    fee, interest = call["spotBNBBurn"], call["interestBNBBurn"]
    if fee is None and interest is None:
        raise one_of_two("spotBNBBurn", "interestBNBBurn")
    await call.send(
        SetBnbSwitches(
            user.user_id, user.is_bnb_fee if fee is None else fee,
            user.is_bnb_interest if interest is None else interest,
        )
    )  # fmt: skip
    return switches_of(call)
