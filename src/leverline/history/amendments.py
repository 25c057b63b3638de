"""Amendments: how open orders were reduced in their place."""

import msgspec

from leverline.history.logs import RecordLog
from leverline.history.policy import HistoryPolicy
from leverline.market.events import OrderAmended


class Amendment(msgspec.Struct, array_like=True, gc=False):
    """One amendment. Quantities in base 10⁻⁸, what was executed before included."""

    execution_id: int
    """That of the execution by which the owner was told."""
    pair: str
    order_id: int
    old_client_id: str
    client_id: str
    old_quantity: int
    quantity: int
    time: int


class Amendments:
    """The newest amendments of each wallet."""

    def __init__(self, policy: HistoryPolicy) -> None:
        self.log: RecordLog[Amendment] = RecordLog(Amendment, policy.records, policy.records_in_all)

    def add(self, event: OrderAmended, execution_id: int) -> None:
        """Note an amendment."""
        amendment = Amendment(
            execution_id, event.pair, event.order_id, event.old_client_id, event.client_id, event.old_quantity,
            event.quantity, event.time,
        )  # fmt: skip
        self.log.add(event.wallet_id, amendment)

    def of(self, wallet_id: int, pair: str, order_id: int, from_id: int = 0, limit: int = 500) -> list[Amendment]:
        """Return the amendments of an order of a wallet by rising execution id, from one on."""
        found = self.log.all_of(
            wallet_id,
            lambda each: each.pair == pair and each.order_id == order_id and each.execution_id >= from_id,
        )
        return found[:limit]

    def save(self) -> bytes:
        """Return all amendments as bytes."""
        return self.log.save()

    def load(self, data: bytes) -> None:
        """Know the amendments that `save` made `data` of."""
        self.log.load(data)
