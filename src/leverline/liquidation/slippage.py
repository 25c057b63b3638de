"""What the books, as they stand, would pay for an account's collateral and take for its debts (own; rules 11.2, 11.3).

Same-asset debt is met from what is held, so only the difference trades: against USDT, or in an isolated account's own
pair. It fills within the liquidation band; what the band has no orders for goes at the terms of a takeover: index ×
takeover factor for assets, the index for debts. Books are taken to follow the index, so that the shares hold at other
prices. Commission and clearance fee are left out.
"""

from leverline.kernel.numbers import (
    RATIO_ONE,
    UNIT,
    mul_div_down,
    mul_div_up,
    quote_down,
    value_down,
    value_up,
)
from leverline.liquidation.depth import eligible_depth
from leverline.liquidation.orders import worst_in_band
from leverline.liquidation.paths import Leg, PathFinder
from leverline.margin.account import MarginAccount
from leverline.margin.sheet_question import Slippage
from leverline.market.asset import Asset
from leverline.market.index_board import USDT
from leverline.rulebook.liquidation import takeover_value
from leverline.rulebook.parameters import LiquidationRules


def slippage_of(
    account: MarginAccount, paths: PathFinder, catalogue: dict[str, Asset], rules: LiquidationRules
) -> Slippage:
    """Return what each net holding and each net debt of an account would make in the present books."""
    found = Slippage()
    money = USDT if account.pair is None else account.pair.quote.symbol
    for symbol, holding in account.holdings.items():
        asset = catalogue[symbol]
        net = holding.total - holding.debt
        if symbol == money or net == 0 or asset.price == 0:
            continue
        if net > 0:
            made = value_down(holding.debt, asset.price) + _sold(account, paths.leg(symbol, money), asset, net, rules)
            found.held[symbol] = mul_div_down(made, RATIO_ONE, max(value_up(holding.total, asset.price), 1))
        else:
            cost = value_up(holding.total, asset.price) + _bought(account, paths.leg(money, symbol), asset, -net, rules)
            found.owed[symbol] = mul_div_up(cost, RATIO_ONE, max(value_down(holding.debt, asset.price), 1))
    return found


def _sold(account: MarginAccount, leg: Leg | None, asset: Asset, amount: int, rules: LiquidationRules) -> int:
    """Return the value that a sale of `amount` brings: fills within the band, the rest by takeover."""
    value, rest = (0, amount) if leg is None else _filled(account, leg, asset, amount, rules.price_band)
    return value + takeover_value(rest, asset.price, rules.takeover_factor)


def _bought(account: MarginAccount, leg: Leg | None, asset: Asset, amount: int, rules: LiquidationRules) -> int:
    """Return the value that a purchase of `amount` costs: fills within the band, the rest at the index."""
    value, rest = (0, amount) if leg is None else _filled(account, leg, asset, amount, rules.price_band)
    return value + value_up(rest, asset.price)


def _filled(account: MarginAccount, leg: Leg, asset: Asset, amount: int, band: int) -> tuple[int, int]:
    """Return what orders within the band give or take for up to `amount` of `asset`, at index, and what is left."""
    if not leg.is_open:
        return 0, amount
    pair = leg.pair
    is_base = pair.base is asset
    other = 0
    rest = amount
    for price, quantity in eligible_depth(account, pair, leg.is_buy, worst_in_band(leg, band)).levels:
        there = quantity if is_base else quote_down(price, quantity)
        part = min(rest, there)
        if is_base:
            other += quote_down(price, part)
        else:
            other += mul_div_down(part, UNIT, price)
        rest -= part
        if rest == 0:
            break
    return value_down(other, pair.quote.price if is_base else pair.base.price), rest
