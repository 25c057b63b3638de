"""Operator commands: the house's funds, pool supply, the insurance fund, pair status, borrowing after a stop."""

from leverline.engine.commands import (
    HouseDeposit,
    ResumeBorrowing,
    SetPairStatus,
    SupplyPool,
    TopUpFund,
)
from leverline.engine.core import Core
from leverline.kernel.decimals import shown
from leverline.kernel.numbers import AMOUNT_MAX
from leverline.market.events import PairStatusChanged
from leverline.market.terms import DELISTED, OPERATOR_STATUSES
from leverline.rulebook.refusals import Refusal


def house_deposit(core: Core, command: HouseDeposit) -> Refusal | None:
    """World → house."""
    if core.asset(command.asset) is None:
        return Refusal.UNKNOWN_ASSET
    refusal = core.amount_refusal(command.amount)
    if refusal is not None:
        return refusal
    # From here on it must succeed.
    core.ledger.house_deposit(command.asset, command.amount)
    return None


def supply_pool(core: Core, command: SupplyPool) -> Refusal | None:
    """House → pool, or unlent pool cash → house for a negative amount."""
    if core.asset(command.asset) is None:
        return Refusal.UNKNOWN_ASSET
    amount = command.amount
    if amount == 0 or not -AMOUNT_MAX <= amount <= AMOUNT_MAX:
        return core.refuse(Refusal.MALFORMED, f"pool supply of {shown(amount)} is zero or beyond any supply")
    venue = core.ledger.venue[command.asset]
    if amount > venue.house:
        return core.refuse(
            Refusal.HOUSE_FUNDS_SHORT, f"the house holds {venue.house} {command.asset}, not {shown(amount)}"
        )
    if -amount > venue.pool_free:
        return core.refuse(Refusal.POOL_SUPPLY_LENT, f"the pool has {venue.pool_free} {command.asset} unlent")
    # From here on it must succeed.
    core.desk.pools[command.asset].note(core.log.time)
    if amount > 0:
        core.ledger.pool_supply(command.asset, amount)
    else:
        core.ledger.pool_withdraw(command.asset, -amount)
    return None


def top_up_fund(core: Core, command: TopUpFund) -> Refusal | None:
    """House → insurance fund."""
    if core.asset(command.asset) is None:
        return Refusal.UNKNOWN_ASSET
    refusal = core.amount_refusal(command.amount)
    if refusal is not None:
        return refusal
    venue = core.ledger.venue[command.asset]
    if command.amount > venue.house:
        return core.refuse(Refusal.HOUSE_FUNDS_SHORT, f"the house holds {venue.house} {command.asset}")
    # From here on it must succeed.
    core.ledger.top_up_fund(command.asset, command.amount)
    core.liquidator.fund.note_top_up(command.asset, command.amount)
    return None


def set_pair_status(core: Core, command: SetPairStatus) -> Refusal | None:
    """Open, halt, or restrict a pair."""
    pair = core.pair(command.pair)
    if pair is None:
        return Refusal.UNKNOWN_PAIR
    if command.status not in OPERATOR_STATUSES:
        return core.refuse(Refusal.MALFORMED, f"pair status {shown(command.status)} does not exist")
    if pair.status == DELISTED or core.delistings.is_being_removed(pair):
        return core.refuse(Refusal.PAIR_HALTED, f"{pair.symbol} is delisted")
    # From here on it must succeed.
    pair.status = command.status
    core.trading_stop.forget(pair.symbol)
    core.log.emit(PairStatusChanged(pair.symbol, pair.status))
    return None


def resume_borrowing(core: Core, command: ResumeBorrowing) -> Refusal | None:
    """Allow borrowing again, once the fund is above its floor (rule 11.6)."""
    if not core.liquidator.may_resume():
        return core.refuse(Refusal.BORROWING_STOPPED, "the insurance fund is not above its floor")
    # From here on it must succeed.
    core.desk.resume()
    return None
