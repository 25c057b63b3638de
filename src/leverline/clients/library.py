"""Libraries that are imported only when their client is asked for."""

import importlib
import importlib.util
from types import ModuleType


class ClientLibraryMissing(ImportError):
    """The library of a client is not installed; the message names the package to install."""


def load(module: str, package: str) -> ModuleType:
    """Import a module of a client library. Raises `ClientLibraryMissing` if the package that has it is not there."""
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as fault:
        if not is_part_of(fault.name or "", module):
            raise
        raise ClientLibraryMissing(f"{module} is not installed: pip install {package}{collision(module)}") from fault


def is_part_of(missing: str, module: str) -> bool:
    """Return whether what is missing is the wanted module or a package around it, not something that it needs."""
    return module == missing or module.startswith(missing + ".")


def collision(module: str) -> str:
    """Return a hint where two libraries share one name and the other one is installed."""
    if not module.startswith("binance.") or importlib.util.find_spec("binance") is None:
        return ""
    return (
        "; the package `binance` that is installed belongs to another library: "
        "python-binance and binance-connector need an environment each"
    )
