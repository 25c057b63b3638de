"""The changeable figures of a rule set as texts, and back: what a change of parameters consists of.

A text holds the integers that the core counts in: `true` or `false` for a flag, digits for a figure, and for a table
its rows with commas inside and semicolons between them, as `100000,1000;200000,900`.
"""

from dataclasses import fields, is_dataclass, replace
from typing import Any, Final

from leverline.rulebook.domains import FLAG, size_fault
from leverline.rulebook.parameter_paths import FAMILY, KEYED, SECTIONS, Figure, figure_of
from leverline.rulebook.parameters import (
    CollateralTier,
    ConcentrationLimit,
    IsolatedTier,
    ProBracket,
    RateCurve,
    VenueParameters,
    VipLevel,
)

DIGITS_MAX: Final = 40
ROWS_MAX: Final = 100
Rows = list[list[int]]


def own_copy(parameters: VenueParameters) -> VenueParameters:
    """Return parameters that may be changed in place: all that is ever set in them is theirs alone."""
    copied = replace(
        parameters,
        assets={symbol: replace(asset) for symbol, asset in parameters.assets.items()},
        pairs={symbol: replace(pair, family=replace(pair.family)) for symbol, pair in parameters.pairs.items()},
        classic={leverage: replace(bands) for leverage, bands in parameters.classic.items()},
    )
    for field in fields(parameters):
        section: Any = getattr(parameters, field.name)
        if is_dataclass(section) and not isinstance(section, type):
            setattr(copied, field.name, replace(section))
    return copied


def is_known(parameters: VenueParameters, path: str) -> bool:
    """Whether `path` names a figure that may be changed, of an asset, pair or level that the venue has."""
    words = path.split(".")
    if figure_of(path) is None:
        return False
    if words[0] == "asset":
        return words[1] in parameters.assets
    if words[0] == "pair":
        return words[1] in parameters.pairs
    if len(words) == 2:
        return True
    known = [str(each) for each in (parameters.classic if words[0] == "classic" else range(len(parameters.vip_levels)))]
    return words[1] in known


def value_at(parameters: VenueParameters, path: str) -> str:
    """Return the present value of a known path as text."""
    figure = figure_of(path)
    assert figure is not None, path
    value = getattr(_holder(parameters, path), path.rsplit(".", maxsplit=1)[-1])
    if figure.columns:
        return ";".join([",".join([str(each) for each in row]) for row in _rows_of(figure, value)])
    return ("true" if value else "false") if figure.units[0] == FLAG else str(value)


def value_fault(parameters: VenueParameters, path: str, text: str) -> str:
    """Return why `text` cannot be the value of a known path, looked at by itself, or an empty text."""
    figure = figure_of(path)
    assert figure is not None, path
    rows = parsed(figure, text)
    if rows is None:
        return f"{path}: not a value of its form"
    if not rows:
        return "" if value_at(parameters, path) == "" else f"{path}: a table keeps a row at least: debts stand on it"
    fault = "" if figure.columns else figure.fault(rows[0][0])
    for row in rows:
        for unit, value in zip(figure.units, row, strict=True):
            fault = fault or size_fault(unit, value)
    if fault:
        return f"{path} {fault}"
    needed = _rows_needed(parameters, path)
    return f"{path}: {len(rows)} rows where {needed} are needed" if needed and len(rows) != needed else ""


def put(parameters: VenueParameters, path: str, text: str) -> None:
    """Set a known path to a value of its form, in place; the sequence of VIP levels is a new one."""
    figure = figure_of(path)
    assert figure is not None, path
    rows = parsed(figure, text)
    assert rows is not None, (path, text)
    name = path.rsplit(".", maxsplit=1)[-1]
    if path.startswith("vip_levels."):
        number = int(path.split(".")[1])
        levels = list(parameters.vip_levels)
        levels[number] = _vip_level_with(levels[number], name, rows[0][0])
        parameters.vip_levels = tuple(levels)
        return
    value: object = _held(name, rows) if figure.columns else rows[0][0]
    setattr(_holder(parameters, path), name, bool(value) if figure.units[0] == FLAG else value)


def parsed(figure: Figure, text: str) -> Rows | None:
    """Return the rows of integers that a text holds, one of one for a single value; None where it has not the form."""
    if figure.units[0] == FLAG:
        return [[int(text == "true")]] if text in ("true", "false") else None
    if figure.columns and text == "":
        return []
    cells = [row.split(",") for row in text.split(";")]
    if len(cells) > (ROWS_MAX if figure.columns else 1):
        return None
    for row in cells:
        if len(row) != len(figure.units) or not all(is_plain(cell) for cell in row):
            return None
    return [[int(cell) for cell in row] for row in cells]


def is_plain(cell: str) -> bool:
    """Whether a text is a whole number of 0 or more without leading zeros."""
    is_number = cell.isascii() and cell.isdigit() and len(cell) <= DIGITS_MAX
    return is_number and (cell[0] != "0" or cell == "0")


def _holder(parameters: VenueParameters, path: str) -> object:
    """Return the part of the parameters that holds the figure of a known path."""
    words = path.split(".")
    if words[0] == "asset":
        return parameters.assets[words[1]]
    if words[0] == "pair":
        pair = parameters.pairs[words[1]]
        return pair.family if words[2] in FAMILY else pair
    if words[0] == "classic":
        return parameters.classic[int(words[1])]
    if words[0] == "vip_levels":
        return parameters.vip_levels[int(words[1])]
    holder: object = getattr(parameters, words[0])
    return holder


def _rows_needed(parameters: VenueParameters, path: str) -> int:
    """Return how many rows a table must keep, 0 for any number: accounts bear levels and tiers by number."""
    words = path.split(".")
    if words[-1] == "borrow_limits":
        return len(parameters.vip_levels)
    if words[-1] == "isolated_tiers":
        return len(parameters.pairs[words[1]].isolated_tiers)
    return 1 if words[-1] in ("rate_curve", "concentration") else 0


def _rows_of(figure: Figure, value: object) -> Rows:
    """Return a table's value as rows."""
    if value is None:
        return []
    if isinstance(value, RateCurve | ConcentrationLimit):
        return [[getattr(value, name) for name in figure.columns]]
    assert isinstance(value, tuple), value
    return [[each] if isinstance(each, int) else [getattr(each, name) for name in figure.columns] for each in value]


def _held(name: str, rows: Rows) -> object:
    """Return the rows of the table `name` as the core holds them."""
    if name in ("collateral_tiers", "borrow_tiers", "transfer_tiers"):
        return tuple([CollateralTier(row[0], row[1]) for row in rows])
    if name == "pro_brackets":
        return tuple([ProBracket(row[0], row[1], row[2], row[3], row[4]) for row in rows])
    if name == "isolated_tiers":
        return tuple([IsolatedTier(row[0], row[1], row[2]) for row in rows])
    if name == "rate_curve":
        row = rows[0]
        return RateCurve(row[0], row[1], row[2], row[3])
    if name == "concentration":
        return ConcentrationLimit(rows[0][0], rows[0][1], rows[0][2]) if rows else None
    assert name == "borrow_limits", name
    return tuple([row[0] for row in rows])


def _vip_level_with(level: VipLevel, name: str, value: int) -> VipLevel:
    """Return a VIP level with another figure."""
    changed = replace(level)
    setattr(changed, name, value)
    return changed


def paths_of(parameters: VenueParameters) -> list[str]:
    """Return every path that may be changed in these parameters."""
    from_names: list[str] = []
    for section, keys in keys_of(parameters):
        for key in keys:
            from_names += [f"{section}.{key}.{name}" for name in KEYED[section]]
    return from_names + [f"{section}.{name}" for section, names in SECTIONS.items() for name in names]


def paths_within(parameters: VenueParameters, part: str) -> list[str]:
    """Return the paths of one section, as `asset.BTC` or `pro`; none where there is no such section."""
    section = part.split(".", maxsplit=1)[0]
    names = KEYED.get(section) or SECTIONS.get(section) or {}
    return [path for path in [f"{part}.{name}" for name in names] if is_known(parameters, path)]


def keys_of(parameters: VenueParameters) -> list[tuple[str, list[str]]]:
    """Return the keys of each section of which there are many, as the assets."""
    return [
        ("asset", list(parameters.assets)),
        ("pair", list(parameters.pairs)),
        ("classic", [str(leverage) for leverage in parameters.classic]),
        ("vip_levels", [str(level.level) for level in parameters.vip_levels]),
    ]
