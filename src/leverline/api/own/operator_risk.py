"""The venue's risk as operators see it: where accounts stand, what a fall of prices would liquidate."""

from collections.abc import Iterable
from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Security, Table
from leverline.api.own.operator_control import PRODUCT_NAMES, PRODUCTS
from leverline.api.own.surveys import PERCENTS, ROWS_MAX, ladder_maker, survey, surveys_of
from leverline.api.parameters import optional, symbol, whole, word_of
from leverline.identity.audit import Act
from leverline.kernel.decimals import format_amount, format_ratio
from leverline.kernel.time import SECOND
from leverline.margin.account import STATUS_NAMES, MarginAccount
from leverline.margin.survey import LEVEL_STEPS

table = Table()
TAG: Final = "Operators: risk"
OPERATOR: Final = Security.OPERATOR
OF_PRODUCT: Final = optional("product", word_of(PRODUCTS), 0)
PAGE: Final = optional("current", whole(1, ROWS_MAX), 1)
SIZE: Final = optional("size", whole(1, 1_000), 100)
STATUS: Final = optional("status", word_of({name: status for status, name in STATUS_NAMES.items()}))


async def permit(call: Call) -> None:
    """Raise OPERATOR_REQUIRED unless the operator may look at the venue's risk."""
    await call.services.identity.operators.permit(call.user_id, Act.READ_RISK)


def stamped(call: Call, view: dict[str, Any]) -> dict[str, Any]:
    """Return of which moment a view is."""
    return {"time": call.stamp(view["time"]), "sequence": view["sequence"]}


@table.add("GET", "/operator/v1/overview", security=OPERATOR, tag=TAG)
async def overview(call: Call) -> dict[str, Any]:
    """Return how many margin accounts stand where by product, with a histogram of their margin levels."""
    await permit(call)
    view = await surveys_of(call).get("survey", survey)
    products = {PRODUCT_NAMES[int(mode)]: product_row(fields) for mode, fields in view["products"].items()}
    core = call.core
    return {
        **stamped(call, view),
        "users": len(core.users),
        "liquidations": len(core.liquidator.accounts),
        "isTradingStopped": core.trading_stop.is_stopped,
        "isBorrowingStopped": core.desk.is_stopped,
        "pausedProducts": [PRODUCT_NAMES[each] for each in core.liquidator.pauses.since if is_paused(call, each)],
        "indexTime": call.stamp(last_told(call)) or None,
        "staleAssets": [asset.symbol for asset in core.board.assets.values() if asset.is_stale and asset.price],
        "fundValue": format_amount(core.liquidator.fund.value()),
        "products": products,
    }


def last_told(call: Call) -> int:
    """Return when the index was last told a price of anything, 0 if never."""
    assets = call.core.board.assets.values()
    return max((quote.time for asset in assets for quote in asset.sources.values()), default=0)


def is_paused(call: Call, product: int) -> bool:
    """Whether a product's liquidation is paused."""
    return call.core.liquidator.pauses.is_paused(product)


def product_row(fields: dict[str, Any]) -> dict[str, Any]:
    """Return one product of the overview; each part of the histogram begins at `from`."""
    edges = [0, *LEVEL_STEPS]
    return {
        "accounts": fields["accounts"],
        "indebted": fields["indebted"],
        "inLiquidation": fields["locked"],
        "assets": format_amount(int(fields["assets"])),
        "liabilities": format_amount(int(fields["liabilities"])),
        "collateral": format_amount(int(fields["collateral"])),
        "statuses": {STATUS_NAMES[int(status)]: count for status, count in fields["statuses"].items()},
        "levels": [
            {"from": f"{edge // 100}.{edge % 100:02}", "accounts": count, "liabilities": format_amount(int(debt))}
            for edge, count, debt in zip(edges, fields["counts"], fields["debts"], strict=True)
        ],
    }


@table.add(
    "GET", "/operator/v1/accounts/at-risk", OF_PRODUCT, STATUS, PAGE, SIZE,
    security=OPERATOR, tag=TAG,
)  # fmt: skip
async def at_risk(call: Call) -> dict[str, Any]:
    """Return indebted accounts, the one nearest to its liquidation first; of the 10,000 nearest."""
    await permit(call)
    view = await surveys_of(call).get("survey", survey)
    rows = [each for each in view["rows"] if is_wanted(call, each)]
    first = (call["current"] - 1) * call["size"]
    return {
        **stamped(call, view),
        "rows": [risk_row(call, each) for each in rows[first : first + call["size"]]],
        "total": len(rows),
        "totalIndebted": view["total"],
    }


def is_wanted(call: Call, row: dict[str, Any]) -> bool:
    """Whether an account is of the product and in the band asked for."""
    return call["product"] in (0, row["mode"]) and call["status"] in (None, row["status"])


def risk_row(call: Call, row: dict[str, Any]) -> dict[str, Any]:
    """Return one account as it stood."""
    account = call.core.ledger.wallet(row["walletId"])
    assert isinstance(account, MarginAccount), row["walletId"]
    return {
        "userId": account.user_id,
        "product": PRODUCT_NAMES[row["mode"]],
        "symbol": "" if account.pair is None else account.pair.symbol,
        "status": STATUS_NAMES[row["status"]],
        "inLiquidation": row["isLocked"],
        "marginLevel": format_ratio(int(row["level"])),
        "liquidationLevel": format_ratio(int(row["threshold"])),
        "room": format_ratio(int(row["room"])),
        "assets": format_amount(int(row["assets"])),
        "liabilities": format_amount(int(row["liabilities"])),
        "collateral": format_amount(int(row["collateral"])),
    }


@table.add("GET", "/operator/v1/liquidations", PAGE, SIZE, security=OPERATOR, tag=TAG)
async def liquidations(call: Call) -> dict[str, Any]:
    """Return the accounts in liquidation now, the one with the least room first."""
    await permit(call)
    view = await surveys_of(call).get("survey", survey)
    locked = call.core.liquidator.accounts
    rows = [each for each in view["rows"] if each["walletId"] in locked]
    first = (call["current"] - 1) * call["size"]
    return {
        **stamped(call, view),
        "rows": [liquidation_row(call, each) for each in rows[first : first + call["size"]]],
        "total": len(locked),
    }


def liquidation_row(call: Call, row: dict[str, Any]) -> dict[str, Any]:
    """Return one account in liquidation; a takeover by time is not due while its product is paused."""
    account = call.core.liquidator.accounts[row["walletId"]]
    rules = call.core.parameters.liquidation
    paused = is_paused(call, account.mode)
    return {
        **risk_row(call, row),
        "roundsWithoutFill": account.rounds_without_fill,
        "nextTurn": call.stamp(account.next_turn) or None,
        "isPaused": paused,
        "takeoverAt": None if paused else call.stamp(account.liquidation_started + rules.takeover_time),
        "secondsLeft": seconds_left(call, account),
    }


def seconds_left(call: Call, account: MarginAccount) -> int:
    """Return how much of the time to a takeover is left, in whole seconds; a pause holds it still."""
    core = call.core
    now = core.log.time
    if is_paused(call, account.mode):
        now = max(core.liquidator.pauses.since[account.mode], account.liquidation_started)
    passed = now - account.liquidation_started
    return max(core.parameters.liquidation.takeover_time - passed, 0) // SECOND


@table.add("GET", "/operator/v1/price-ladder", optional("asset", symbol), security=OPERATOR, tag=TAG)
async def price_ladder(call: Call) -> dict[str, Any]:
    """Return the debt that a fall of all index prices, or of one, would have liquidated, beside what the books hold.

    Each rung counts all accounts liquidated at its fall or at a smaller one, at present values.
    """
    await permit(call)
    only = "" if call["asset"] is None else call.asset().symbol
    view = await surveys_of(call).get(f"ladder {only}", ladder_maker(only))
    return {
        **stamped(call, view),
        "falls": only or "all prices",
        "inLiquidation": rung_row([view["inLiquidation"]], view["depth"]),
        "rungs": [
            {"fall": f"0.{percent:02}", **rung_row(view["rungs"][: place + 1], view["depth"])}
            for place, percent in enumerate(PERCENTS)
        ],
    }


def rung_row(rungs: list[dict[str, Any]], depths: dict[str, list[str]]) -> dict[str, Any]:
    """Return several rungs together; `depth` is what the books take, and give, of the same assets within the band."""
    debts = summed(rung["debts"] for rung in rungs)
    held, owed = summed(rung["held"] for rung in rungs), summed(rung["owed"] for rung in rungs)
    accounts = summed(rung["accounts"] for rung in rungs)
    return {
        "accounts": sum(accounts.values()),
        "debtValue": format_amount(sum(debts.values())),
        "debtValueByProduct": {PRODUCT_NAMES[int(mode)]: format_amount(value) for mode, value in debts.items()},
        "toSell": against_depth(held, depths, 0),
        "toBuy": against_depth(owed, depths, 1),
    }


def summed(parts: Iterable[dict[str, Any]]) -> dict[str, int]:
    """Return the sums by name."""
    found: dict[str, int] = {}
    for part in parts:
        for name, value in part.items():
            found[name] = found.get(name, 0) + int(value)
    return found


def against_depth(values: dict[str, int], depths: dict[str, list[str]], side: int) -> list[dict[str, str]]:
    """Return each asset's value beside its depth on a side of the books, the largest value first."""
    rows: list[dict[str, str]] = []
    for asset, value in sorted(values.items(), key=lambda each: (-each[1], each[0])):
        depth = int(depths[asset][side]) if asset in depths else 0
        rows.append({"asset": asset, "value": format_amount(value), "depth": format_amount(depth)})
    return rows
