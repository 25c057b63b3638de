"""A switch of rule sets as a dry run: how every indebted account would stand under the other one, judged in place.

Nothing is changed: for the length of the question every part that a level is read from holds the other set's figures,
and then its own again. A venue itself does not switch: its data folder belongs to one rule set.
"""

from leverline.engine.core import Core
from leverline.engine.dry_run import Change, Standing, differences, standings
from leverline.margin.account import CLASSIC, PRO, MarginAccount
from leverline.rulebook.parameter_values import is_known, own_copy, put, value_at, value_fault
from leverline.rulebook.parameters import AssetParameters, PairParameters, VenueParameters
from leverline.rulebook.whole_set import set_fault


class SwitchAnswer:
    """Whom a switch would call, liquidate or free."""

    def __init__(
        self, before: list[Standing], after: list[Standing], homeless: int, left_out: list[str]
    ) -> None:  # fmt: skip
        self.before: list[Standing] = before
        self.after: list[Standing] = after
        self.changes: list[Change] = differences(before, after)
        self.homeless: int = homeless
        """Cross accounts in Pro, with debts or without, where the other set has none: judged as Classic."""
        self.left_out: list[str] = left_out
        """Paths of figures that were changed in the running venue and that the other set cannot have so."""


def catalogue_fault(core: Core, parameters: VenueParameters) -> str:
    """Return what the venue lists and the other rule set lacks, or an empty text."""
    missing = [symbol for symbol in core.board.assets if symbol not in parameters.assets]
    missing += [symbol for symbol in core.exchange.pairs if symbol not in parameters.pairs]
    return f"rule set {parameters.rule_set} lacks {', '.join(missing[:5])}" if missing else ""


def switch_answer(core: Core, parameters: VenueParameters) -> SwitchAnswer:
    """Return how all indebted accounts stand, and how they would under `parameters`, which lack nothing listed.

    What operators changed in the running venue is changed in the other set too, where it can be. A Pro account is
    judged as Classic at the highest leverage where the other set has no Pro. Accounts in liquidation stay in it.
    """
    parameters = own_copy(parameters)
    left_out = _carry_over(core, parameters)
    before = standings(core)
    homeless = [] if parameters.regime.is_pro_offered else _pro_accounts(core)
    swap = _Swap(core)
    try:
        swap.to(parameters, homeless)
        after = standings(core)
    finally:
        swap.back(homeless)
    return SwitchAnswer(before, after, len(homeless), left_out)


def _carry_over(core: Core, parameters: VenueParameters) -> list[str]:
    """Change in `parameters` what was changed in the running venue; return the paths that cannot be changed so.

    Figures that are sound each by itself may not be so beside the other set's: where all of them together are not, they
    are changed one after another, and those that make the set unsound are left out.
    """
    applied = core.changes.applied
    left_out = [path for path, value in applied.items() if not _may_have(parameters, path, value)]
    own = {path: value_at(parameters, path) for path in applied if path not in left_out}
    for path in own:
        put(parameters, path, applied[path])
    if not set_fault(parameters):
        return left_out
    for path, value in own.items():
        put(parameters, path, value)
    for path, value in own.items():
        put(parameters, path, applied[path])
        if set_fault(parameters):
            put(parameters, path, value)
            left_out.append(path)
    return left_out


def _may_have(parameters: VenueParameters, path: str, value: str) -> bool:
    """Whether a set has such a figure, and the value is sound by itself."""
    return is_known(parameters, path) and not value_fault(parameters, path, value)


def _pro_accounts(core: Core) -> list[MarginAccount]:
    """Return the cross accounts that are in Pro, in order of registration."""
    crosses = [user.cross for user in core.users.values()]
    return [account for account in crosses if account is not None and account.mode == PRO]


class _Swap:
    """Lends a core other figures and takes them back."""

    def __init__(self, core: Core) -> None:
        self.core: Core = core
        self.parameters: VenueParameters = core.parameters
        self.assets: dict[str, AssetParameters] = {
            symbol: asset.parameters for symbol, asset in core.board.assets.items()
        }
        self.pairs: dict[str, PairParameters] = {
            symbol: pair.parameters for symbol, pair in core.exchange.pairs.items()
        }

    def to(self, parameters: VenueParameters, homeless: list[MarginAccount]) -> None:
        """Judge by other figures from now on."""
        self._set(parameters, parameters.assets, parameters.pairs)
        for account in homeless:
            account.mode = CLASSIC
            account.leverage = max(parameters.classic)

    def back(self, homeless: list[MarginAccount]) -> None:
        """Judge by the own figures again."""
        self._set(self.parameters, self.assets, self.pairs)
        for account in homeless:
            account.mode = PRO
            account.leverage = 0

    def _set(
        self, parameters: VenueParameters, assets: dict[str, AssetParameters], pairs: dict[str, PairParameters]
    ) -> None:
        """Let all that a level is read from hold these figures."""
        risk = self.core.risk
        risk.valuer.parameters = parameters
        risk.bands.parameters = parameters
        for symbol, asset in self.core.board.assets.items():
            asset.parameters = assets[symbol]
        for symbol, pair in self.core.exchange.pairs.items():
            pair.parameters = pairs[symbol]
