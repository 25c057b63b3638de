"""How a margin account stands at a moment: what it holds and owes, at which prices, with which tiers."""

from typing import Any

from leverline.cases.shown import amount, ratio, stamp
from leverline.engine.core import Core
from leverline.kernel.numbers import value_down, value_up
from leverline.ledger.wallet import Holding
from leverline.margin.account import FORCE_LIQUIDATION, MARGIN_CALL, PRO, STATUS_NAMES, MarginAccount
from leverline.margin.valuation import RISK
from leverline.market.asset import Asset
from leverline.market.index_board import IndexBoard
from leverline.rulebook.collateral import group_collateral
from leverline.rulebook.isolated import initial_ratio_of
from leverline.rulebook.parameters import AssetParameters
from leverline.rulebook.pro import bracket_of

Row = dict[str, Any]


def standing(core: Core, account: MarginAccount) -> Row:
    """Return the account as the venue values it now: totals, level, band, and each asset."""
    view = core.risk.value(account)
    return {
        "time": stamp(core.log.time),
        "assets": amount(view.assets),
        "liabilities": amount(view.liabilities),
        "collateral": amount(view.collateral),
        "orderLoss": amount(view.order_loss),
        "initialMargin": amount(view.initial_margin),
        "maintenanceMargin": amount(view.maintenance_margin),
        "marginLevel": ratio(view.level) if view.owed else None,
        "status": STATUS_NAMES[account.status],
        "balances": [
            balance_row(core, account, core.board.assets[symbol], holding)
            for symbol, holding in account.holdings.items()
            if holding.total or holding.debt
        ],
    }


def balance_row(core: Core, account: MarginAccount, asset: Asset, holding: Holding) -> Row:
    """Return one asset: amounts, the prices that value them, the values, and what it counts as collateral."""
    held, owed = value_down(holding.total, asset.price_held), value_up(holding.debt, asset.price_owed)
    family = core.risk.valuer.family(account)
    others = 0 if family is None else family.others_value(account, asset, RISK)
    row: Row = {
        "asset": asset.symbol,
        "free": amount(holding.free),
        "locked": amount(holding.locked),
        "principal": amount(holding.principal),
        "interest": amount(holding.interest),
        "priceHeld": ratio(asset.price_held),
        "priceOwed": ratio(asset.price_owed),
        "valueHeld": amount(held),
        "valueOwed": amount(owed),
        "collateral": amount(group_collateral(held, owed, others, asset.parameters.collateral_tiers)),
    }
    if account.mode == PRO and owed:
        row["bracket"] = bracket_of(owed, asset.parameters.pro_brackets) + 1
    return row


def prices(core: Core, symbols: list[str]) -> list[Row]:
    """Return the index prices of some assets with the sources that make them up."""
    return [price_row(core.board, core.board.assets[symbol]) for symbol in symbols]


def price_row(board: IndexBoard, asset: Asset) -> Row:
    """Return one index price with its sources, excluded ones left out (rule 2.6)."""
    return {
        "asset": asset.symbol,
        "indexPrice": ratio(asset.price),
        "isStale": asset.is_stale,
        "sources": [
            {"source": name, "price": ratio(quote.price), "weight": quote.weight, "time": stamp(quote.time)}
            for name, quote in asset.sources.items()
            if not board.is_excluded(asset, name)
        ],
    }


def rules(core: Core, account: MarginAccount, symbols: list[str], held: list[Holding]) -> Row:
    """Return the bands of the account's mode and the tiers of some assets; `held` is what it held and owed."""
    bands = core.risk.bands
    tier = isolated_tier(core, account, held)
    assets = [core.board.assets[symbol].parameters for symbol in symbols]
    return {
        "marginCall": ratio(bands.threshold(account, MARGIN_CALL)),
        "liquidation": ratio(bands.threshold(account, FORCE_LIQUIDATION)),
        "stop": ratio(stop_level(core, account, tier)),
        "isolatedTier": tier or None,
        "collateralTiers": [{"asset": each.symbol, "tiers": tier_rows(each)} for each in assets],
        "proBrackets": [
            {"asset": each.symbol, "brackets": bracket_rows(each)} for each in assets if account.mode == PRO
        ],
    }


def tier_rows(asset: AssetParameters) -> list[list[str]]:
    """Return the collateral ratio of each slice of an asset's value."""
    return [[amount(tier.value_limit), ratio(tier.ratio)] for tier in asset.collateral_tiers]


def bracket_rows(asset: AssetParameters) -> list[list[str]]:
    """Return the maintenance rate of each slice of an asset's debt in Pro."""
    return [[amount(each.debt_limit), ratio(each.maintenance_rate)] for each in asset.pro_brackets]


def isolated_tier(core: Core, account: MarginAccount, held: list[Holding]) -> int:
    """Return the tier of an isolated account that owed so much; 0 for a cross account."""
    pair = account.pair
    if pair is None:
        return 0
    principals = {each.asset: each.principal for each in held}
    base, quote = (principals.get(each.symbol, 0) for each in (pair.base, pair.quote))
    return core.risk.bands.isolated_tier_at(account, base, quote)


def stop_level(core: Core, account: MarginAccount, tier: int) -> int:
    """Return the level above which a liquidation of the account ends (rules 5.2, 6.5, 7.5)."""
    if account.mode == PRO:
        return core.parameters.pro.stop_level
    if account.pair is None:
        return core.parameters.classic[account.leverage].stop_ratio
    return initial_ratio_of(tier, account.pair.parameters.isolated_tiers)
