"""Index prices (rule 2)."""

from leverline.engine.commands import PublishPrices
from leverline.engine.core import Core
from leverline.kernel.numbers import AMOUNT_MAX
from leverline.rulebook.refusals import Refusal


def publish_prices(core: Core, command: PublishPrices) -> Refusal | None:
    """Take one source's prices; all or none."""
    if not command.source:
        return core.refuse(Refusal.MALFORMED, "the source has no name")
    for asset, price, weight in command.prices:
        if core.asset(asset) is None:
            return Refusal.UNKNOWN_ASSET
        if weight < 1 or price > AMOUNT_MAX:
            return core.refuse(Refusal.MALFORMED, f"{asset}: weight {weight} below 1, or price {price} too large")
    # From here on it must succeed.
    for changed in core.board.publish(command.source, command.prices, core.log.time):
        core.risk.moved(changed)
    return None
