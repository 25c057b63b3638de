"""Closing tools of a margin account's owner: repay what lies there, close one position, one account, or all (13.5)."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Security, Table
from leverline.api.errors import WireError, mandatory
from leverline.api.margin.words import account_at
from leverline.api.parameters import optional, required, symbol, truth, word_of
from leverline.engine.commands import (
    CloseAccount,
    ClosePosition,
    Command,
    RepayAll,
    SellOut,
)
from leverline.engine.commit import Commit
from leverline.kernel.decimals import format_amount
from leverline.ledger.wallet import CROSS, ISOLATED, WALLET_KIND_NAMES
from leverline.lending.events import Repaid
from leverline.margin.account import MarginAccount
from leverline.market.events import Trade
from leverline.market.index_board import USDT

table = Table()
TAG: Final = "Closing"
ACCOUNT_TYPES: Final = {"MARGIN": CROSS, "ISOLATED_MARGIN": ISOLATED}
ACCOUNT: Final = (optional("accountType", word_of(ACCOUNT_TYPES), CROSS), optional("symbol", symbol))


def place_of(call: Call) -> tuple[int, str]:
    """Return kind and pair of the account that is meant."""
    if call["accountType"] == CROSS:
        return CROSS, ""
    if call["symbol"] is None:
        raise mandatory("symbol")
    return ISOLATED, call.pair().symbol


@table.add("POST", "/account/v1/closing/repay-all", *ACCOUNT, security=Security.MARGIN, tag=TAG)
async def repay_all(call: Call) -> dict[str, Any]:
    """Repay every debt of an account from what is free of the same asset; the rest stays owed."""
    return await done(call, RepayAll(call.user_id, *place_of(call)))


@table.add(
    "POST", "/account/v1/closing/position", required("asset", symbol), optional("settlementAsset", symbol, USDT),
    security=Security.TRADE, tag=TAG,
)  # fmt: skip
async def close_position(call: Call) -> dict[str, Any]:
    """Sell what the cross account holds of an asset, or buy back what it owes of it: whole or not at all."""
    asset, settlement = call.asset().symbol, call.asset("settlementAsset").symbol
    return await done(call, ClosePosition(call.user_id, asset, settlement))


@table.add(
    "POST", "/account/v1/closing/account", *ACCOUNT, optional("isSoldOut", truth, False),
    security=Security.TRADE, tag=TAG,
)  # fmt: skip
async def close_account(call: Call) -> dict[str, Any]:
    """End all debts of an account, and with `isSoldOut` sell all the rest as well: whole or not at all."""
    return await done(call, closing_of(call, place_of(call)))


def closing_of(call: Call, place: tuple[int, str]) -> Command:
    """Return the command that closes an account."""
    kind = SellOut if call["isSoldOut"] else CloseAccount
    return kind(call.user_id, *place)


@table.add("POST", "/account/v1/closing/all", optional("isSoldOut", truth, False), security=Security.TRADE, tag=TAG)
async def close_all(call: Call) -> list[dict[str, Any]]:
    """Close every margin account, each by itself: what one is refused for does not hold back the others."""
    rows: list[dict[str, Any]] = []
    for account in call.user.margin_accounts():
        if account.debts or call["isSoldOut"]:
            pair = "" if account.pair is None else account.pair.symbol
            rows.append({**named(account), **await outcome(call, account, closing_of(call, (account.kind, pair)))})
    return rows


def named(account: MarginAccount) -> dict[str, str]:
    """Return which account a row is of."""
    return {
        "account": WALLET_KIND_NAMES[account.kind],
        "symbol": "" if account.pair is None else account.pair.symbol,
    }


async def outcome(call: Call, account: MarginAccount, command: Command) -> dict[str, Any]:
    """Return what came of one of several closings."""
    try:
        return {"isDone": True, **done_by(await call.send(command), account.wallet_id)}
    except WireError as error:
        return {"isDone": False, "code": error.code, "msg": error.text}


async def done(call: Call, command: Command) -> dict[str, Any]:
    """Carry a closing out and return what it did; raises -3003 where there is no such account, and its refusal."""
    place = (CROSS, "") if isinstance(command, ClosePosition) else place_of(call)
    account = account_at(call, place)
    return {**named(account), **done_by(await call.send(command), account.wallet_id)}


def done_by(commit: Commit, wallet_id: int) -> dict[str, Any]:
    """Return the debts repaid and the fills of an account's closing, in order.

    The same command may move the user's other accounts, and by its timers this one's own liquidation.
    """
    repaid = [
        event
        for event in commit.events
        if isinstance(event, Repaid) and event.wallet_id == wallet_id and not event.is_liquidation
    ]
    trades = [
        event
        for event in commit.events
        if isinstance(event, Trade) and event.taker_wallet == wallet_id and not event.is_liquidation
    ]
    return {
        "repaid": [
            {
                "asset": each.asset,
                "principal": format_amount(each.principal),
                "interest": format_amount(each.interest),
            }
            for each in repaid
        ],
        "fills": [
            {
                "symbol": each.pair,
                "price": format_amount(each.price),
                "qty": format_amount(each.quantity),
                "quoteQty": format_amount(each.quote_amount),
            }
            for each in trades
        ],
    }
