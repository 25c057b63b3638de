"""What margin and liquidation add to a fill and to the end of an order."""

from mypy_extensions import mypyc_attr

from leverline.market.order import Order


@mypyc_attr(allow_interpreted_subclasses=True)
class FillHook:
    """Called by the exchange while it matches. Subclasses may repay debt; they never place or end an order."""

    def after_fill(self, order: Order, received: int) -> None:
        """`order` was credited `received` of its received asset, net of commission; called for maker, then taker.

        `order.fill_quantity` and `order.fill_quote` tell the fill before commission.
        """

    def after_release(self, order: Order, released: int) -> None:
        """`order` was reduced, by amendment or self-trade prevention; `released` of its locked asset is free again."""

    def after_end(self, order: Order, released: int) -> None:
        """`order` ended and `released` of its locked asset is free again."""
