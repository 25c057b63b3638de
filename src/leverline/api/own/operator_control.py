"""What operators stop and let go on: liquidation, all trading, index sources; and takeover by hand."""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Security, Table
from leverline.api.own.operator_commands import carry_out, subject
from leverline.api.own.operator_market import HELD_BACK, STATUS_NAMES
from leverline.api.own.words import DONE, REASON, USER_ID, words
from leverline.api.parameters import optional, required, symbol, word_of
from leverline.engine.commands import (
    ExcludeSource,
    IncludeSource,
    PauseLiquidation,
    ResumeLiquidation,
    ResumeTrading,
    StopTrading,
    TakeOverAccount,
)
from leverline.identity.audit import Act
from leverline.kernel.decimals import format_ratio
from leverline.ledger.wallet import CROSS, ISOLATED
from leverline.margin.account import CLASSIC, ISOLATED_MODE, PRO
from leverline.market.asset import Asset
from leverline.market.index_board import USDT
from leverline.rulebook.index_price import is_silent

table = Table()
TAG: Final = "Operators: control"
OPERATOR: Final = Security.OPERATOR
ALL: Final = "ALL"
PRODUCTS: Final = {ALL: 0, "CLASSIC": CLASSIC, "PRO": PRO, "ISOLATED": ISOLATED_MODE}
PRODUCT_NAMES: Final = {mode: name for name, mode in PRODUCTS.items()}
PRODUCT: Final = required("product", word_of(PRODUCTS))
SYMBOL: Final = optional("symbol", symbol)
SOURCE: Final = required("source", words(64))
ASSET: Final = optional("asset", symbol)


@table.add("GET", "/operator/v1/control", security=OPERATOR, tag=TAG)
async def control(call: Call) -> dict[str, Any]:
    """Return what is paused, stopped and excluded, and since when."""
    await call.services.identity.operators.permit(call.user_id, Act.READ_RISK)
    core = call.core
    pauses, stop = core.liquidator.pauses, core.trading_stop
    held_back = () if stop.is_stopped else [each for each in core.exchange.pairs.values() if each.status in HELD_BACK]
    return {
        "liquidation": {
            PRODUCT_NAMES[product]: {
                "isPaused": pauses.is_paused(product),
                "isPausedByHand": by_hand,
                "since": call.stamp(pauses.since[product]) or None,
            }
            for product, by_hand in pauses.by_hand.items()
        },
        "isTradingStopped": stop.is_stopped,
        "pairsHeldBack": {pair.symbol: STATUS_NAMES[pair.status] for pair in held_back},
        "statusesAfterStop": {pair: STATUS_NAMES[status] for pair, status in stop.statuses.items()},
        "isBorrowingStopped": core.desk.is_stopped,
        "isBorrowingStoppedByLoss": core.desk.is_stopped_by_loss,
        "excludedSources": core.board.excluded,
    }


@table.add("POST", "/operator/v1/liquidation/pause", PRODUCT, REASON, security=OPERATOR, tag=TAG)
async def pause_liquidation(call: Call) -> dict[str, bool]:
    """Sell and take over no account of a product, or of any: they are locked and wait (rule 11.9)."""
    product = call["product"]
    await carry_out(call, Act.PAUSE_LIQUIDATION, PauseLiquidation(product), PRODUCT_NAMES[product])
    return DONE


@table.add("POST", "/operator/v1/liquidation/resume", PRODUCT, REASON, security=OPERATOR, tag=TAG)
async def resume_liquidation(call: Call) -> dict[str, bool]:
    """Let a product be liquidated again, or all; what an account had left of its time it has still."""
    product = call["product"]
    await carry_out(call, Act.RESUME_LIQUIDATION, ResumeLiquidation(product), PRODUCT_NAMES[product])
    return DONE


@table.add("POST", "/operator/v1/liquidation/take-over", USER_ID, SYMBOL, REASON, security=OPERATOR, tag=TAG)
async def take_over(call: Call) -> dict[str, bool]:
    """Have an account in liquidation taken over now: the cross account, or the isolated one of a pair (rule 11.9)."""
    user_id = await subject(call)
    pair = "" if call["symbol"] is None else call.pair().symbol
    command = TakeOverAccount(user_id, ISOLATED if pair else CROSS, pair)
    await carry_out(call, Act.TAKE_OVER, command, pair or "cross", user_id)
    return DONE


@table.add("POST", "/operator/v1/trading/stop", REASON, security=OPERATOR, tag=TAG)
async def stop_trading(call: Call) -> dict[str, bool]:
    """Stop everything at once: pairs only cancel, nobody borrows, nobody is liquidated (rule 13.7)."""
    await carry_out(call, Act.STOP_TRADING, StopTrading(), "all pairs")
    return DONE


@table.add("POST", "/operator/v1/trading/resume", REASON, security=OPERATOR, tag=TAG)
async def resume_trading(call: Call) -> dict[str, bool]:
    """End the stop: every pair is again what it was, unless an operator has set it meanwhile."""
    await carry_out(call, Act.RESUME_TRADING, ResumeTrading(), "all pairs")
    return DONE


@table.add("GET", "/operator/v1/index", required("asset", symbol), security=OPERATOR, tag=TAG)
async def index(call: Call) -> dict[str, Any]:
    """Return the index of an asset and what each of its sources said last."""
    await call.services.identity.operators.permit(call.user_id, Act.READ_RISK)
    return {**index_fields(call), "excluded": call.asset().excluded, "excludedForAll": call.core.board.excluded}


def index_fields(call: Call) -> dict[str, Any]:
    """Return what everybody may know of an asset's index."""
    asset = call.asset()
    return {
        "asset": asset.symbol,
        "price": format_ratio(asset.price),
        "isStale": asset.is_stale,
        "sourcesLeast": 0 if asset.symbol == USDT else asset.parameters.index_sources_min,
        "sources": source_rows(call, asset),
    }


def source_rows(call: Call, asset: Asset) -> list[dict[str, Any]]:
    """Return the sources that have spoken lately; one counts that is neither silent nor excluded."""
    board = call.core.board
    return [
        {
            "source": name,
            "price": format_ratio(quote.price),
            "weight": quote.weight,
            "time": call.stamp(quote.time),
            "isExcluded": board.is_excluded(asset, name),
            "isLive": not board.is_excluded(asset, name)
            and not is_silent(call.core.log.time, quote.time, board.rules.source_silence),
        }
        for name, quote in asset.sources.items()
    ]


@table.add("POST", "/operator/v1/index/exclude", SOURCE, ASSET, REASON, security=OPERATOR, tag=TAG)
async def exclude_source(call: Call) -> dict[str, bool]:
    """Let an index source count no more, for one asset or, without one, for all (rule 2.6)."""
    asset = asset_or_all(call)
    await carry_out(call, Act.EXCLUDE_SOURCE, ExcludeSource(call["source"], asset), exclusion_words(call, asset))
    return DONE


@table.add("POST", "/operator/v1/index/include", SOURCE, ASSET, REASON, security=OPERATOR, tag=TAG)
async def include_source(call: Call) -> dict[str, bool]:
    """Take back the exclusion of the same words."""
    asset = asset_or_all(call)
    await carry_out(call, Act.INCLUDE_SOURCE, IncludeSource(call["source"], asset), exclusion_words(call, asset))
    return DONE


def asset_or_all(call: Call) -> str:
    """Return the asset named, or an empty text for all. Raises -3027."""
    return "" if call["asset"] is None else call.asset().symbol


def exclusion_words(call: Call, asset: str) -> str:
    """Return what an exclusion is about, for the audit log."""
    return f"{call['source']} for {asset or 'all assets'}"
