"""Why a venue does not take a command, or does not go on."""

from typing import Final

EXIT_BUG: Final = 70
"""Exit code of a process whose engine or subscriber broke: what it would do next cannot be trusted."""
EXIT_JOURNAL: Final = 74
"""Exit code of a process that could not write its journal: it answers for nothing that is not on disk."""


class VenueBusy(Exception):
    """More commands wait than the venue takes; nothing was done with this one."""


class VenueStopped(Exception):
    """The venue is stopping, or has stopped; nothing was done with this command."""
