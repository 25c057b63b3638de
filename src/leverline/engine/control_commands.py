"""Commands by which operators stop things and let them go on; `leverline.engine.commands` has them too."""

from leverline.engine.command import Command


class PauseLiquidation(Command):
    """An operator pauses the liquidation of a product, a mode of `leverline.margin.account`; 0 for all (rule 11.9)."""

    def __init__(self, product: int) -> None:
        self.product: int = product


class ResumeLiquidation(Command):
    """An operator lets a paused product be liquidated again; 0 for all."""

    def __init__(self, product: int) -> None:
        self.product: int = product


class TakeOverAccount(Command):
    """An operator has an account in liquidation taken over at once (rule 11.9)."""

    def __init__(self, user_id: int, kind: int, pair: str = "") -> None:
        self.user_id: int = user_id
        self.kind: int = kind
        self.pair: str = pair


class StopTrading(Command):
    """An operator stops all pairs, all borrowing and all liquidation at once (rule 13.7)."""


class ResumeTrading(Command):
    """An operator ends the stop: every pair is again what it was before."""


class ExcludeSource(Command):
    """An operator lets an index source count no more, for one asset or, with an empty one, for all (rule 2.6)."""

    def __init__(self, source: str, asset: str = "") -> None:
        self.source: str = source
        self.asset: str = asset


class IncludeSource(Command):
    """An operator takes back the exclusion of the same words."""

    def __init__(self, source: str, asset: str = "") -> None:
        self.source: str = source
        self.asset: str = asset
