"""Closing an account at its owner's wish: one command that ends all its debts or changes nothing (rule 13.5)."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Budget, Security, Table
from leverline.api.errors import mandatory, named_error
from leverline.api.margin.words import SYMBOL, account_at, word_in_any_case
from leverline.api.order_answers import shown_number
from leverline.api.parameters import required
from leverline.engine.commands import CloseAccount
from leverline.kernel.decimals import format_amount
from leverline.ledger.wallet import CROSS, ISOLATED
from leverline.margin.account import MarginAccount
from leverline.market.index_board import USDT
from leverline.rulebook.refusals import Refusal

table = Table()

CROSS_WORD: Final = "MARGIN"
ISOLATED_WORD: Final = "ISOLATED"


@table.add(
    "POST", "/sapi/v1/margin/manual-liquidation",
    required("type", word_in_any_case(CROSS_WORD, ISOLATED_WORD)), SYMBOL,
    security=Security.TRADE, weight=3_000, budget=Budget.SAPI_UID, tag="Margin trading",
)  # fmt: skip
async def close_account(call: Call) -> dict[str, Any]:
    """Cancel all orders of an account, trade for what it owes at the market, and repay: whole or not at all."""
    if call["type"] == ISOLATED_WORD and call["symbol"] is None:
        raise mandatory("symbol")
    place = (CROSS, "") if call["type"] == CROSS_WORD else (ISOLATED, call.pair().symbol)
    account = account_at(call, place)
    if not account.debts:
        raise named_error(Refusal.REPAY_EXCEEDS_LIABILITY)
    answer = owed_before(call, account)
    await call.send(CloseAccount(call.user_id, *place))
    return answer


def owed_before(call: Call, account: MarginAccount) -> dict[str, Any]:
    """Return the answer: the debt of the largest value, and the value of all debts, as they stand before closing."""
    sheet = call.core.risk.sheet(account)
    owed = [sheet.lines[position] for position in range(sheet.size)]
    largest = max(owed, key=lambda line: line.owed_value)
    holding = account.holding(largest.asset.symbol)
    return {
        "asset": largest.asset.symbol,
        "interest": format_amount(holding.interest),
        "principal": format_amount(holding.principal),
        "liabilityAsset": USDT,
        "liabilityQty": shown_number(sheet.liabilities),
    }
