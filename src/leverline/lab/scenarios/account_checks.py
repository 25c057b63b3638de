"""How an account stands, against what a scenario says."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from leverline.inprocess import AccountRecord
from leverline.lab.scenarios.figures import Figure
from leverline.lab.scenarios.reading import Place
from leverline.lab.scenarios.records import AccountCheck
from leverline.lab.scenarios.stage import Stage
from leverline.margin.account import MarginAccount

Finding = tuple[Place, str]


def account_findings(stage: Stage, name: str, check: AccountCheck) -> Iterator[Finding]:
    """Yield how an account differs, with places inside the check. Raises CannotBe for an account there is not."""
    face, account = stage.account(name)
    wallet = stage.wallet(name)
    record = face.account(account)
    yield from _state_findings(record, wallet.is_locked if isinstance(wallet, MarginAccount) else False, check)
    figures: list[tuple[str, Figure | None, Decimal | None]] = [
        ("level", check.level, record.margin_level),
        ("collateral_level", check.collateral_level, record.collateral_level),
        ("value", check.value, record.assets_value),
        ("owed", check.owed, record.liabilities_value),
        ("orders", check.orders, Decimal(len(wallet.orders))),
    ]
    for word, wanted, found in figures:
        fault = "" if wanted is None else wanted.fault(found)
        if fault:
            yield (word,), f"{word} {fault}"
    yield from _balance_findings(record, check)
    yield from _asked("can_borrow", check.can_borrow, lambda asset: face.max_borrowable(asset, account))
    yield from _asked("can_transfer", check.can_transfer, lambda asset: face.max_transferable(asset, account))
    yield from _asked(
        "liquidation_price", check.liquidation_price, lambda asset: face.liquidation_price(asset, account)
    )


def _state_findings(record: AccountRecord, is_locked: bool, check: AccountCheck) -> Iterator[Finding]:
    """Yield how status, lock and mode differ."""
    if check.status is not None and check.status != record.status:
        yield ("status",), f"status is {record.status}"
    if check.locked is not None and check.locked != is_locked:
        yield ("locked",), "is locked" if is_locked else "is not locked"
    if check.mode is not None and check.mode != record.mode:
        yield ("mode",), f"mode is {record.mode}"


def _balance_findings(record: AccountRecord, check: AccountCheck) -> Iterator[Finding]:
    """Yield which balances differ."""
    balances = record.balances
    words: list[tuple[str, Mapping[str, Figure], dict[str, Decimal]]] = [
        ("holds", check.holds, {asset: each.free + each.locked for asset, each in balances.items()}),
        ("free", check.free, {asset: each.free for asset, each in balances.items()}),
        ("owes", check.owes, {asset: each.borrowed + each.interest for asset, each in balances.items()}),
        ("interest", check.interest, {asset: each.interest for asset, each in balances.items()}),
    ]
    for word, wanted, found in words:
        for asset, figure in wanted.items():
            fault = figure.fault(found.get(asset, Decimal(0)))
            if fault:
                yield (word, asset), f"{word} {asset}: {fault}"


def _asked(word: str, wanted: Mapping[str, Figure], ask: Callable[[str], Decimal | None]) -> Iterator[Finding]:
    """Yield which of the venue's answers differ."""
    for asset, figure in wanted.items():
        fault = figure.fault(ask(asset))
        if fault:
            yield (word, asset), f"{word.replace('_', ' ')} {asset} {fault}"
