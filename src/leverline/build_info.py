"""What this installation is made of: which modules are compiled in a wheel, and whether they are.

The wheel's build hook and the tests read the lists below, so they stand here once.
This module imports nothing of Leverline: the build hook loads it by its path.
"""

from collections.abc import Iterator
from importlib.machinery import EXTENSION_SUFFIXES, PathFinder
from pathlib import Path

CORE_PACKAGES = ("kernel", "rulebook", "ledger", "market", "lending", "margin", "liquidation", "engine")
"""The packages of the engine core, lowest first: no clock, no input or output, no random; compiled in the wheel."""

INTERPRETED_MODULES: frozenset[str] = frozenset({"engine/codec.py", "engine/command_form.py"})
"""Core modules that stay interpreted even in a compiled wheel, by their path below the package, with a reason each."""

ORDER_PATH = (
    "api/answer.py", "api/authentication.py", "api/call.py", "api/dispatch.py", "api/errors.py",
    "api/handling.py", "api/http/writing.py", "api/limits.py", "api/margin/orders.py", "api/order_answers.py",
    "api/order_counts.py", "api/order_placed.py", "api/order_request.py", "api/order_sending.py", "api/parameters.py",
    "api/request.py", "api/signing.py", "api/spot/orders.py", "api/streams/rate_limits.py",
    "api/streams/socket_authentication.py", "api/streams/socket_turn.py", "api/submission.py", "venue/inbox.py",
    "venue/venue.py",
)  # fmt: skip
"""What every order over the wire passes outside the core: compiled beside it. An Enum whose members are made by an
`__init__` (`api/endpoint.py`) cannot be compiled: its class is not there yet when they are.
"""

PURE_REASON_FILE = "pure_wheel_reason.txt"

PACKAGE_FOLDER = Path(__file__).parent


def compiled_module_files(package_folder: Path = PACKAGE_FOLDER) -> Iterator[Path]:
    """Yield the source of every module that a compiled wheel compiles, in a fixed order.

    Package files (`__init__.py`) only name things and stay interpreted.
    """
    for package in CORE_PACKAGES:
        for file in sorted((package_folder / package).rglob("*.py")):
            if file.name != "__init__.py" and file.relative_to(package_folder).as_posix() not in INTERPRETED_MODULES:
                yield file
    for name in ORDER_PATH:
        yield package_folder / name


def is_extension(file: Path) -> bool:
    """Return whether importing the module with this source would load a compiled extension instead."""
    spec = PathFinder.find_spec(file.stem, [str(file.parent)])
    return spec is not None and (spec.origin or "").endswith(tuple(EXTENSION_SUFFIXES))


def is_compiled() -> bool:
    """Return whether the engine core and the order path are compiled: every module of theirs is an extension."""
    files = list(compiled_module_files())
    return bool(files) and all(map(is_extension, files))


def pure_reason() -> str:
    """Return why the wheel was built without compiled modules, or nothing when it was compiled or never built."""
    file = PACKAGE_FOLDER / PURE_REASON_FILE
    return file.read_text(encoding="utf-8").strip() if file.exists() else ""
