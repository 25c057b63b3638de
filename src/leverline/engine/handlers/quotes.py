"""Mass quotes of makers: every level passes what an order of its price and size would (rules 9.1, 9.4)."""

from leverline.engine.commands import MassQuote
from leverline.engine.core import Core
from leverline.engine.handlers.order_form import quotes_detail
from leverline.engine.handlers.wallets import account_of, not_cross, wallet_refusal
from leverline.kernel.decimals import format_plain
from leverline.ledger.wallet import CROSS
from leverline.margin.account import MarginAccount
from leverline.margin.order_checks import earlier
from leverline.market.account import TradingAccount
from leverline.market.filters import quote_refusal
from leverline.market.order import Order
from leverline.market.pair import Pair
from leverline.market.terms import BETTER, REDUCE_ONLY, TRADING
from leverline.rulebook.refusals import Refusal, wire_text


def mass_quote(core: Core, command: MassQuote) -> Refusal | None:
    """Replace a maker's quotes in one pair; only for wallets without debt."""
    detail = quotes_detail(command)
    if detail:
        return core.refuse(Refusal.MALFORMED, detail)
    refusal = wallet_refusal(core, command.user_id, command.kind, command.pair, True)
    if refusal is not None:
        return refusal
    account = account_of(core.users[command.user_id], command.kind, command.pair)
    assert account is not None
    pair = core.exchange.pairs[command.pair]
    if command.kind == CROSS and not pair.parameters.is_cross:
        return not_cross(core, pair)
    if pair.status not in (TRADING, REDUCE_ONLY):
        return core.refuse(Refusal.PAIR_HALTED, f"{pair.symbol} takes no orders now")
    refusal = _levels_refusal(core, account, pair, command)
    if refusal is not None:
        return refusal
    if account.debts:
        return core.refuse(Refusal.MARGIN_LEVEL_TOO_LOW, "a wallet with debt may not mass quote")
    if isinstance(account, MarginAccount) and is_banned(core, account, pair):
        return core.refuse(Refusal.CONCENTRATION_BAN, f"{pair.symbol} has an asset that this account may only reduce")
    # From here on it must succeed.
    core.exchange.mass_quote(account, pair, command.bids, command.asks)
    return None


def is_banned(core: Core, account: MarginAccount, pair: Pair) -> bool:
    """Whether an account that trades both ways is under a ban on an asset of the pair (rule 13.1)."""
    assets = (pair.base.symbol, pair.quote.symbol)
    return account.kind == CROSS and any(ban.asset in assets for ban in core.risk.limits.bans.of(account.user))


def _levels_refusal(core: Core, account: TradingAccount, pair: Pair, command: MassQuote) -> Refusal | None:
    """Every level passes its filters, and all together those of the account in the pair."""
    found: Refusal | None = None
    wrong = ""
    for is_buy, levels in ((True, command.bids), (False, command.asks)):
        for price, quantity in levels:
            refusal = earlier(quote_refusal(pair, price, quantity), _limit_refusal(core, account, pair, is_buy, price))
            if refusal is not None and (found is None or refusal < found):
                found = refusal
                wrong = f"{'bid' if is_buy else 'ask'} {format_plain(price)} × {format_plain(quantity)}: "
    if found is None:
        found = _total_refusal(account, pair, command)
    return None if found is None else core.refuse(found, f"a quote in {pair.symbol}: {wrong}{wire_text(found)}")


def _limit_refusal(core: Core, account: TradingAccount, pair: Pair, is_buy: bool, price: int) -> Refusal | None:
    """A margin account's quote keeps to the band of a limit-price pair (rule 9.4)."""
    if not isinstance(account, MarginAccount) or core.risk.orders.is_limit_price_ok(pair, is_buy, price):
        return None
    return Refusal.LIMIT_PRICE_OUT_OF_BAND


def _total_refusal(account: TradingAccount, pair: Pair, command: MassQuote) -> Refusal | None:
    """MAX_NUM_ORDERS and MAX_POSITION, the quotes in the place of those that stand."""
    rules = pair.parameters
    listed = account.by_pair.get(pair.symbol)
    others = 0 if listed is None else listed.count - len(listed.quotes)
    if 0 < rules.orders_max < others + len(command.bids) + len(command.asks):
        return Refusal.FILTER_MAX_ORDERS
    if rules.position_max == 0 or not command.bids:
        return None
    holding = account.holdings.get(pair.base.symbol)
    position = 0 if holding is None else holding.total
    position += sum([quantity for _, quantity in command.bids])
    position += sum([order.rest for order in account.orders.values() if _is_other_buy(order, pair)])
    return Refusal.FILTER_MAX_POSITION if position > rules.position_max else None


def _is_other_buy(order: Order, pair: Pair) -> bool:
    """Whether an open order buys in the pair and is no quote."""
    return order.pair is pair and order.is_buy and not order.is_quote and order.pair_role != BETTER
