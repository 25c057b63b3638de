"""Index prices (rule 2)."""

from typing import Final

from leverline.engine.commands import PublishPrices
from leverline.engine.core import Core
from leverline.kernel.decimals import shown
from leverline.kernel.numbers import AMOUNT_MAX
from leverline.rulebook.refusals import Refusal

SOURCE_LENGTH_MAX: Final = 64


def publish_prices(core: Core, command: PublishPrices) -> Refusal | None:
    """Take one source's prices; all or none."""
    if not 0 < len(command.source) <= SOURCE_LENGTH_MAX:
        return core.refuse(Refusal.MALFORMED, f"the source's name is not of 1 to {SOURCE_LENGTH_MAX} characters")
    for asset, price, weight in command.prices:
        if not 0 < weight <= AMOUNT_MAX or not -AMOUNT_MAX <= price <= AMOUNT_MAX:
            wrong = f"weight {shown(weight)}, price {shown(price)}"
            return core.refuse(Refusal.MALFORMED, f"{asset}: {wrong}: a weight is at least 1, both have their limit")
    for asset, _, _ in command.prices:
        if core.asset(asset) is None:
            return Refusal.UNKNOWN_ASSET
    # From here on it must succeed.
    for changed in core.board.publish(command.source, command.prices, core.log.time):
        core.risk.moved(changed)
    return None
