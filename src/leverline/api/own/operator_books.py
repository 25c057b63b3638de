"""The venue's books as operators see them: one account, pools, the insurance fund, where every unit is."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Security, Table
from leverline.api.own.operator_accounts import account_at
from leverline.api.own.operator_control import PRODUCT_NAMES, SYMBOL
from leverline.api.own.operator_risk import PAGE, SIZE, is_paused, permit, seconds_left, stamped
from leverline.api.own.surveys import reconciliation, surveys_of
from leverline.api.own.words import USER_ID
from leverline.api.parameters import optional, symbol
from leverline.kernel.decimals import format_amount, format_ratio
from leverline.kernel.numbers import RATIO_ONE
from leverline.ledger.wallet import Holding
from leverline.lending.pool import Pool
from leverline.liquidation.fund import FUND_ROW_NAMES, NO_PRODUCT, FundRow
from leverline.margin.account import FORCE_LIQUIDATION, STATUS_NAMES, MarginAccount
from leverline.rulebook.interest import rate_by_curve

table = Table()
TAG: Final = "Operators: books"
OPERATOR: Final = Security.OPERATOR
ASSET: Final = optional("asset", symbol)


@table.add("GET", "/operator/v1/account", USER_ID, SYMBOL, security=OPERATOR, tag=TAG)
async def account(call: Call) -> dict[str, Any]:
    """Return all of a user's cross account, or of the isolated one of a pair; that it was looked at is written down."""
    return account_row(call, await account_at(call, ""))


def account_row(call: Call, account: MarginAccount) -> dict[str, Any]:
    """Return every figure of an account."""
    risk = call.core.risk
    value = risk.value(account)
    return {
        "userId": account.user_id,
        "walletId": account.wallet_id,
        "product": PRODUCT_NAMES[account.mode],
        "symbol": "" if account.pair is None else account.pair.symbol,
        "leverage": account.leverage or None,
        "isEnabled": account.is_enabled,
        "status": STATUS_NAMES[account.status],
        "marginLevel": format_ratio(value.level) if account.debts else None,
        "liquidationLevel": format_ratio(risk.bands.threshold(account, FORCE_LIQUIDATION)),
        "assets": format_amount(value.assets),
        "liabilities": format_amount(value.liabilities),
        "collateral": format_amount(value.collateral),
        "orderLoss": format_amount(value.order_loss),
        "initialMargin": format_amount(value.initial_margin),
        "maintenanceMargin": format_amount(value.maintenance_margin),
        "openOrders": len(account.orders),
        "pendingOrders": len(account.pending),
        "liquidation": liquidation_fields(call, account),
        "holdings": [holding_row(call, account, each) for each in account.holdings.values() if each.total or each.debt],
    }


def liquidation_fields(call: Call, account: MarginAccount) -> dict[str, Any] | None:
    """Return how far the account's liquidation is, or None."""
    if not account.is_locked:
        return None
    return {
        "isPaused": is_paused(call, account.mode),
        "roundsWithoutFill": account.rounds_without_fill,
        "nextTurn": call.stamp(account.next_turn) or None,
        "secondsLeft": seconds_left(call, account),
    }


def holding_row(call: Call, account: MarginAccount, holding: Holding) -> dict[str, Any]:
    """Return what an account has and owes of one asset, with its index and the one that liquidates."""
    asset = call.core.board.assets[holding.asset]
    price = call.core.risk.liquidation_price(account, holding.asset) if account.debts else None
    return {
        "asset": holding.asset,
        "free": format_amount(holding.free),
        "locked": format_amount(holding.locked),
        "principal": format_amount(holding.principal),
        "interest": format_amount(holding.interest),
        "index": format_ratio(asset.price),
        "isStale": asset.is_stale,
        "liquidationIndex": None if price is None else format_ratio(price),
    }


@table.add("GET", "/operator/v1/pools", ASSET, security=OPERATOR, tag=TAG)
async def pools(call: Call) -> list[dict[str, Any]]:
    """Return the lending pools that have supply, or one asset's: use, rate, and the curve that makes it (rule 3.4)."""
    await permit(call)
    found = call.core.desk.pools
    if call["asset"] is not None:
        return [pool_row(found[call.asset().symbol])]
    return [pool_row(pool) for pool in found.values() if pool.venue.pool_supply]


def pool_row(pool: Pool) -> dict[str, Any]:
    """Return one pool."""
    curve, venue = pool.asset.parameters.rate_curve, pool.venue
    return {
        "asset": pool.asset.symbol,
        "supply": format_amount(venue.pool_supply),
        "lent": format_amount(venue.pool_lent),
        "free": format_amount(venue.pool_free),
        "lendable": format_amount(pool.lendable()),
        "utilisation": format_ratio(pool.utilisation_now()),
        "rateHourly": format_ratio(pool.rate_hourly),
        "interestDue": format_amount(venue.income_due),
        "interestCollected": format_amount(venue.income),
        "writtenOff": format_amount(venue.written_off),
        "curve": {
            "base": format_ratio(curve.rate_base),
            "slopeBelow": format_ratio(curve.slope_below),
            "slopeAbove": format_ratio(curve.slope_above),
            "kink": format_ratio(curve.kink),
            "points": [
                {"utilisation": format_ratio(use), "rateHourly": format_ratio(rate_by_curve(curve, use))}
                for use in (0, curve.kink, RATIO_ONE)
            ],
        },
    }


@table.add("GET", "/operator/v1/fund", PAGE, SIZE, security=OPERATOR, tag=TAG)
async def fund(call: Call) -> dict[str, Any]:
    """Return the insurance fund: what it holds, what came and went by product and kind, its newest movements."""
    await permit(call)
    core = call.core
    kept = core.liquidator.fund
    first = (call["current"] - 1) * call["size"]
    newest = kept.rows[::-1][first : first + call["size"]]
    return {
        "value": format_amount(kept.value()),
        "floor": format_amount(core.parameters.liquidation.fund_floor),
        "holdings": {symbol: format_amount(each.fund) for symbol, each in core.ledger.venue.items() if each.fund},
        "totals": [
            {
                "product": product_word(product),
                "kind": FUND_ROW_NAMES[kind],
                "asset": asset,
                "amount": format_amount(total),
            }
            for (product, kind, asset), total in kept.totals.items()
        ],
        "rows": [fund_row(call, each) for each in newest],
        "total": len(kept.rows),
    }


def fund_row(call: Call, row: FundRow) -> dict[str, Any]:
    """Return one movement, negative for what went out, with the account that it came of."""
    wallet = call.core.ledger.wallet(row.wallet_id) if row.wallet_id else None
    return {
        "time": call.stamp(row.time),
        "kind": FUND_ROW_NAMES[row.kind],
        "asset": row.asset,
        "amount": format_amount(row.amount),
        "product": product_word(row.product),
        "userId": wallet.user_id if wallet is not None else None,
    }


def product_word(product: int) -> str | None:
    """Return a product's name; None for what no product caused."""
    return None if product == NO_PRODUCT else PRODUCT_NAMES[product]


@table.add("GET", "/operator/v1/reconciliation", ASSET, security=OPERATOR, tag=TAG)
async def reconciliations(call: Call) -> dict[str, Any]:
    """Return where every unit is, by asset, layer, owner and bucket, and each layer's difference (rule 1.4).

    A difference is zero unless something is wrong. Without an asset, those of which there is anything.
    """
    await permit(call)
    view = await surveys_of(call).get("reconciliation", reconciliation)
    wanted = [call.asset().symbol] if call["asset"] is not None else list(view["assets"])
    rows = [reconciliation_row(asset, view["assets"][asset]) for asset in wanted]
    return {
        **stamped(call, view),
        "isBalanced": all(row["isBalanced"] for row in rows),
        "assets": [row for row in rows if row["lines"] or call["asset"] is not None],
    }


def reconciliation_row(asset: str, fields: dict[str, Any]) -> dict[str, Any]:
    """Return one asset."""
    return {
        "asset": asset,
        "holders": fields["holders"],
        "isBalanced": not any(map(int, fields["differences"].values())),
        "differences": {layer: format_amount(int(each)) for layer, each in fields["differences"].items()},
        "lines": [
            {"layer": layer, "owner": owner, "bucket": bucket, "amount": format_amount(int(amount))}
            for layer, owner, bucket, amount in fields["lines"]
            if int(amount)
        ],
    }
