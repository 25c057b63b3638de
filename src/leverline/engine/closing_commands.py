"""Commands that close: debts, positions and accounts by their owner, assets for longs by an operator (rule 13)."""

from leverline.engine.commands import Command


class RestrictAsset(Command):
    """An operator closes an asset for longs with borrowed funds, or opens it again (rule 13.8)."""

    def __init__(self, asset: str, is_restricted: bool) -> None:
        self.asset: str = asset
        self.is_restricted: bool = is_restricted


class RepayAll(Command):
    """Repay every debt of a margin account from what is free of the same asset, as far as that goes (rule 13.5)."""

    def __init__(self, user_id: int, kind: int, pair: str = "") -> None:
        self.user_id: int = user_id
        self.kind: int = kind
        self.pair: str = pair


class ClosePosition(Command):
    """Sell what the cross account holds of an asset for another, or buy with that what it owes of it (rule 13.5)."""

    def __init__(self, user_id: int, asset: str, settlement: str) -> None:
        self.user_id: int = user_id
        self.asset: str = asset
        self.settlement: str = settlement


class SellOut(Command):
    """Close a margin account as `CloseAccount` does, and sell all the rest too (rule 13.5)."""

    def __init__(self, user_id: int, kind: int, pair: str = "") -> None:
        self.user_id: int = user_id
        self.kind: int = kind
        self.pair: str = pair
