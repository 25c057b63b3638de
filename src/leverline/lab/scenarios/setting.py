"""The venue as a scenario's `given` has it, arranged by ordinary commands.

An account that holds ten coins and owes what eight of them are worth cannot be opened so: a loan may not leave so small
an account. It is arranged while what it holds stands at ten times its price, or what it owes at a tenth; then the
prices are set right, and the story begins two minutes after the hour.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from functools import cache
from typing import Final

from leverline.inprocess import CommandRefused
from leverline.inprocess.words import wallet_named
from leverline.lab.scenarios.faults import CannotBe, ScenarioFault
from leverline.lab.scenarios.reading import ScenarioFile
from leverline.lab.scenarios.records import Given, GivenAccount
from leverline.lab.scenarios.stage import MAKER, Stage
from leverline.ledger.wallet import CROSS, SPOT
from leverline.liquidation.events import LiquidationStarted
from leverline.market.index_board import USDT
from leverline.parameters import (
    UnknownPairError,
    load_parameters,
    rule_sets,
    select,
    with_index_sources,
    with_pinned_index,
)
from leverline.rulebook.parameters import VenueParameters

_TEN: Final = Decimal(10)
_REST: Final = "2m"
"""From the arrangement to the story: a jump of the index counts no more (rule 2.5)."""


def set_up(file: ScenarioFile) -> Stage:
    """Return the venue of a scenario at the beginning of its story. Raises ScenarioFault, and Broken."""
    given = file.scenario.given
    with _at(file, "given"):
        stage = Stage(_parameters(given), given.fund, given.sources)
    with _at(file, "given", "prices"):
        _check_prices(stage, given)
    for name, account in given.accounts.items():
        with _at(file, "given", "accounts", name):
            _require_prices(given, account)
    with _at(file, "given", "accounts"):
        stage.publish(_arranging_prices(given))
    for name, account in given.accounts.items():
        with _at(file, "given", "accounts", name):
            _arrange(stage, name, account)
    with _at(file, "given", "prices"):
        _begin(stage, given)
    for pair, book in given.books.items():
        with _at(file, "given", "books", pair):
            stage.quote(pair, book)
    _require_calm(stage, file)
    stage.venue.begun = len(stage.venue.events)
    return stage


@contextmanager
def _at(file: ScenarioFile, *place: str) -> Iterator[None]:
    """Turn whatever cannot be into a fault of the file at `place`."""
    try:
        yield
    except (CannotBe, CommandRefused, UnknownPairError, ValueError) as fault:
        raise file.fault(place, str(fault)) from fault


@cache
def _rule_set(name: str) -> VenueParameters:
    """Return a shipped rule set, read once."""
    return load_parameters(name)


def _parameters(given: Given) -> VenueParameters:
    """Return the rule set with the pairs of the story and its kind of index."""
    if given.rules not in (known := rule_sets()):
        raise CannotBe(f"rules {given.rules!r} is none of {', '.join(known)}")
    shipped = _rule_set(given.rules)
    if not 1 <= given.sources <= len(shipped.assets):
        raise CannotBe("an index has at least one source")
    rules = select(shipped, [*given.pairs, *(asset + USDT for asset in given.prices if asset != USDT)])
    if given.index == "pinned":
        rules = with_pinned_index(rules)
    return with_index_sources(rules, given.sources)


def _check_prices(stage: Stage, given: Given) -> None:
    """Refuse prices of the unit itself and of nothing, and of assets that the rule set lacks."""
    for asset, price in given.prices.items():
        stage.venue.asset(asset)
        if asset == USDT or not price > 0:
            raise CannotBe(f"{asset} cannot be set to {price}: prices are above zero, and USDT is the unit")


def _require_prices(given: Given, account: GivenAccount) -> None:
    """Refuse assets that have no price."""
    for asset in (*account.holds, *account.owes):
        if asset != USDT and asset not in given.prices:
            raise CannotBe(f"{asset} has no price")


def _arranging_prices(given: Given) -> dict[str, Decimal]:
    """Return prices at which every account can borrow what it owes and hand it out."""
    powers = _powers(given)
    return {asset: price * _TEN ** (powers[asset] - powers[USDT]) for asset, price in given.prices.items()}


def _powers(given: Given) -> dict[str, int]:
    """Return for each asset a power of ten such that whatever is held stands above what is owed beside it."""
    powers = dict.fromkeys([USDT, *given.prices], 0)
    above = [
        (held, owed)
        for account in given.accounts.values()
        for held in account.holds
        for owed in account.owes
        if held not in account.owes
    ]
    for _ in range(len(powers) + 1):
        lacking = [(held, owed) for held, owed in above if powers[held] <= powers[owed]]
        if not lacking:
            return powers
        for held, owed in lacking:
            powers[held] = max(powers[held], powers[owed] + 1)
    raise CannotBe("what one account holds another owes, in a circle: let a step borrow and sell instead")


def _arrange(stage: Stage, name: str, account: GivenAccount) -> None:
    """Open an account and bring in what it holds; borrow what it owes and let that leave the venue."""
    user, _, rest = name.partition(" ")
    if user == MAKER:
        raise CannotBe(f"{MAKER} is the market maker's name")
    face = stage.venue.users.get(user) or stage.venue.user(user)
    wallet = rest or "cross"
    kind, _ = wallet_named(wallet)
    if account.vip:
        face.set_vip(account.vip)
    if kind == CROSS:
        face.open_cross(account.leverage)
    elif kind != SPOT:
        face.open_isolated(wallet)
    for asset, amount in account.holds.items():
        face.deposit(asset, amount)
        if kind != SPOT:
            face.transfer(asset, amount, to=wallet)
    for asset, amount in account.owes.items():
        face.borrow(asset, amount, wallet)
        face.transfer(asset, amount, source=wallet, to="spot")
        face.withdraw(asset, amount)
    if account.mode == "pro":
        face.switch_to_pro()


def _begin(stage: Stage, given: Given) -> None:
    """Set the prices of the story, and say them again after the rest."""
    stage.publish(given.prices)
    stage.venue.advance(_REST)
    stage.publish(given.prices)


def _require_calm(stage: Stage, file: ScenarioFile) -> None:
    """Refuse a beginning at which an account is liquidated."""
    for event in stage.venue.events:
        if isinstance(event, LiquidationStarted):
            name = stage.name_of(event)
            raise ScenarioFault(
                file.path,
                file.line(("given", "accounts", name)),
                f"{name} is liquidated at the given prices: let a step bring them",
            )
