"""Which wallet a command names, and whether it can be used."""

from leverline.engine.core import Core
from leverline.kernel.decimals import shown
from leverline.ledger.wallet import CROSS, ISOLATED, SPOT
from leverline.margin.account import User
from leverline.market.account import TradingAccount
from leverline.market.pair import Pair
from leverline.rulebook.refusals import Refusal


def account_of(user: User, kind: int, pair: str) -> TradingAccount | None:
    """Return the user's wallet of this kind, or None."""
    if kind == SPOT:
        return user.spot
    return user.cross if kind == CROSS else user.isolated.get(pair)


def wallet_refusal(core: Core, user_id: int, kind: int, pair: str, is_active: bool) -> Refusal | None:
    """Refuse an unknown user or pair, a wallet that does not exist, or one locked by a liquidation.

    A suspended user is refused only where the command `is_active`: cancelling goes on.
    """
    if kind not in (SPOT, CROSS, ISOLATED):
        return core.refuse(Refusal.MALFORMED, f"wallet kind {shown(kind)} does not exist")
    user = core.user(user_id)
    if user is None:
        return Refusal.UNKNOWN_USER
    if is_active and user.is_suspended:
        return core.refuse(Refusal.USER_SUSPENDED, f"user {user_id} is suspended")
    if core.pair(pair) is None:
        return Refusal.UNKNOWN_PAIR
    return None if kind == SPOT else core.margin_refusal(user.margin_account(kind, pair))


def not_cross(core: Core, pair: Pair) -> Refusal:
    """Refuse a pair in which cross accounts do not trade."""
    return core.refuse(Refusal.NOT_VALID_MARGIN_PAIR, f"{pair.symbol} is not a cross margin pair")
