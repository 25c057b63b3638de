"""Leverline, a self-hosted crypto margin trading venue. `from leverline import Venue` gives one in the process."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leverline.inprocess import CommandRefused, Venue

__version__ = "0.1.0"
__all__ = ["CommandRefused", "Venue", "__version__"]


def __getattr__(name: str) -> object:
    """Load the in-process venue at first use, so that importing a part does not load the whole."""
    if name in ("CommandRefused", "Venue"):
        from leverline import inprocess

        return getattr(inprocess, name)
    raise AttributeError(f"module 'leverline' has no attribute {name!r}")
