"""What operators stop and let go on: liquidation, all trading, an index source; and takeover by hand."""

from leverline.engine.commands import (
    ExcludeSource,
    IncludeSource,
    PauseLiquidation,
    ResumeLiquidation,
    ResumeTrading,
    StopTrading,
    TakeOverAccount,
)
from leverline.engine.core import Core
from leverline.engine.handlers.market import SOURCE_LENGTH_MAX
from leverline.kernel.decimals import shown
from leverline.ledger.wallet import SPOT
from leverline.liquidation.pauses import PRODUCTS
from leverline.margin.account import MODE_NAMES, MarginAccount
from leverline.market.index_board import USDT
from leverline.rulebook.refusals import Refusal


def pause_liquidation(core: Core, command: PauseLiquidation) -> Refusal | None:
    """Sell and take over no account of a product (rule 11.9)."""
    return _set_pause(core, command.product, True)


def resume_liquidation(core: Core, command: ResumeLiquidation) -> Refusal | None:
    """Let a paused product be liquidated again."""
    return _set_pause(core, command.product, False)


def _set_pause(core: Core, product: int, is_paused: bool) -> Refusal | None:
    """Pause one product or all, or end their pauses; refused where nothing would change."""
    pauses = core.liquidator.pauses
    if product and product not in PRODUCTS:
        return core.refuse(Refusal.MALFORMED, f"product {shown(product)} does not exist")
    wanted = [each for each in PRODUCTS if product in (0, each) and pauses.by_hand[each] != is_paused]
    if not wanted:
        whose = MODE_NAMES[product] if product else "all products"
        return core.refuse(Refusal.CHANGES_NOTHING, f"liquidation of {whose} is {_is(is_paused, 'paused')} already")
    # From here on it must succeed.
    for each in wanted:
        pauses.set_by_hand(each, is_paused)
    if not is_paused:
        core.liquidator.go_on()
    return None


def take_over_account(core: Core, command: TakeOverAccount) -> Refusal | None:
    """Hand an account in liquidation to the liquidation account now; above its stop level it is let go instead."""
    if command.kind == SPOT:
        return core.refuse(Refusal.MALFORMED, "a spot wallet owes nothing")
    refusal = core.kind_refusal(command.kind, command.pair)
    if refusal == Refusal.MALFORMED:
        return refusal
    user = core.user(command.user_id)
    if user is None:
        return Refusal.UNKNOWN_USER
    if refusal is not None:
        return refusal
    account: MarginAccount | None = user.margin_account(command.kind, command.pair)
    if account is None:
        return core.existence_refusal(account)
    if account.wallet_id not in core.liquidator.accounts:
        return core.refuse(Refusal.NOT_IN_LIQUIDATION, f"account {account.wallet_id} is not in liquidation")
    # From here on it must succeed.
    core.liquidator.take_over_by_hand(account)
    return None


def stop_trading(core: Core, command: StopTrading) -> Refusal | None:
    """Stop pairs, borrowing and liquidation at once; never refused (rule 13.7)."""
    # From here on it must succeed.
    core.trading_stop.stop()
    return None


def resume_trading(core: Core, command: ResumeTrading) -> Refusal | None:
    """Put back what the stop has closed."""
    if not core.trading_stop.is_stopped:
        return core.refuse(Refusal.CHANGES_NOTHING, "trading is not stopped")
    # From here on it must succeed.
    core.trading_stop.resume()
    return None


def exclude_source(core: Core, command: ExcludeSource) -> Refusal | None:
    """Let an index source count no more (rule 2.6)."""
    return _set_exclusion(core, command.source, command.asset, True)


def include_source(core: Core, command: IncludeSource) -> Refusal | None:
    """Let it count again."""
    return _set_exclusion(core, command.source, command.asset, False)


def _set_exclusion(core: Core, source: str, asset: str, is_excluded: bool) -> Refusal | None:
    """Exclude a source for one asset or for all, or take that back; refused where nothing would change."""
    board = core.board
    if not 0 < len(source) <= SOURCE_LENGTH_MAX:
        return core.refuse(Refusal.MALFORMED, f"the source's name is not of 1 to {SOURCE_LENGTH_MAX} characters")
    if asset == USDT:
        return core.refuse(Refusal.MALFORMED, "USDT is the unit of all values and has no sources")
    if asset and core.asset(asset) is None:
        return Refusal.UNKNOWN_ASSET
    listed = board.assets[asset].excluded if asset else board.excluded
    if (source in listed) == is_excluded:
        words = f"source {source!r} is {_is(is_excluded, 'excluded')} for {asset or 'all assets'} already"
        return core.refuse(Refusal.CHANGES_NOTHING, words)
    # From here on it must succeed.
    for changed in board.exclude(source, asset, is_excluded, core.log.time):
        core.risk.moved(changed)
    return None


def _is(is_so: bool, word: str) -> str:
    """Return a word, denied unless it is so."""
    return word if is_so else f"not {word}"
