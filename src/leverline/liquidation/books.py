"""What the liquidation account holds and owes, product by product: whose business a profit or loss is (rule 11.5)."""


class ProductBook:
    """One product's part of the liquidation account. All products together make up its balances."""

    def __init__(self, product: int) -> None:
        self.product: int = product
        self.held: dict[str, int] = {}
        """Asset → amount, never 0."""
        self.owed: dict[str, int] = {}
        """Asset → principal and interest, never 0."""
        self.changes: int = 0
        """Derived: how often either has changed."""

    def hold(self, asset: str, change: int) -> None:
        """Add `change`, negative to take away, to what is held of `asset`."""
        self.changes += 1
        _add(self.held, asset, change)

    def owe(self, asset: str, change: int) -> None:
        """Add `change`, negative to take away, to what is owed of `asset`."""
        self.changes += 1
        _add(self.owed, asset, change)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is held and nothing owed."""
        return not self.held and not self.owed


def _add(amounts: dict[str, int], asset: str, change: int) -> None:
    """Change one amount; forget it at zero."""
    amount = amounts.get(asset, 0) + change
    assert amount >= 0, (asset, amount, change)
    if amount:
        amounts[asset] = amount
    elif asset in amounts:
        del amounts[asset]
