"""Mode and leverage of the cross account (rules 5.5, 6.6), and the user's VIP level (rule 8.4)."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Security, Table
from leverline.api.errors import invalid, mandatory
from leverline.api.margin.words import account_at
from leverline.api.parameters import optional, required, whole, word_of
from leverline.engine.commands import Command, SetLeverage, SwitchMode
from leverline.kernel.decimals import format_amount
from leverline.ledger.wallet import CROSS
from leverline.margin.account import CLASSIC, MODE_NAMES, PRO, MarginAccount
from leverline.margin.standing import bnb_owned, volume_counted

table = Table()
MODES: Final = {MODE_NAMES[mode]: mode for mode in (CLASSIC, PRO)}


@table.add("GET", "/account/v1/cross", security=Security.SESSION, tag="Cross account")
def cross(call: Call) -> dict[str, Any]:
    """Return mode and leverage of the cross account, what may be chosen, and what the VIP level goes by."""
    return shown(call)


def shown(call: Call) -> dict[str, Any]:
    """Return the cross account's choices."""
    account = call.user.cross
    return {
        "isOpen": account is not None,
        "mode": MODE_NAMES[account.mode] if account is not None else None,
        "leverage": account.leverage if account is not None and account.mode == CLASSIC else None,
        "leveragesOffered": sorted(call.core.parameters.classic),
        "vipLevel": call.user.vip_level,
        "isVipLevelFixed": call.user.is_vip_fixed,
        "volumeCounted": format_amount(volume_counted(call.user)),
        "bnbOwned": format_amount(bnb_owned(call.user)),
    }


@table.add(
    "POST", "/account/v1/cross", required("mode", word_of(MODES)), optional("leverage", whole(1, 100)),
    security=Security.SESSION, tag="Cross account",
)  # fmt: skip
async def choose(call: Call) -> dict[str, Any]:
    """Choose Classic with a leverage, or Pro, whose leverage goes by bracket of debt (rule 6.3)."""
    command = chosen(call, account_at(call, (CROSS, "")))
    if command is not None:
        await call.send(command)
    return shown(call)


def chosen(call: Call, account: MarginAccount) -> Command | None:
    """Return the command that brings the account to what was chosen; None where it is that already."""
    if call["mode"] == PRO:
        return None if account.mode == PRO else SwitchMode(call.user_id, PRO)
    if call["leverage"] is None:
        raise mandatory("leverage")
    if call["leverage"] not in call.core.parameters.classic:
        raise invalid("leverage")
    if account.mode == PRO:
        return SwitchMode(call.user_id, CLASSIC, call["leverage"])
    return SetLeverage(call.user_id, call["leverage"])
