"""Rule sets that state only in what they differ from another one, their base."""

import tomllib
from typing import Final

from leverline.parameters.faults import ParameterFault
from leverline.parameters.tables import Folder, read_text

BASE_FILE: Final = "base.toml"


class LayeredFolder:
    """A rule set's own files before those of its base."""

    def __init__(self, own: Folder, base: Folder) -> None:
        self.own = own
        self.base = base

    def joinpath(self, child: str, /) -> Folder:
        """Return the own file named `child`, or that of the base."""
        found = self.own.joinpath(child)
        return found if found.is_file() else self.base.joinpath(child)

    def is_dir(self) -> bool:
        """Tell that this is a directory."""
        return self.own.is_dir()

    def is_file(self) -> bool:
        """Tell that this is no file."""
        return False

    def read_text(self, encoding: str) -> str:
        """Refuse: a directory has no text."""
        return self.own.read_text(encoding)


def base_of(folder: Folder) -> str:
    """Return the name of the rule set that `folder` is based on, empty where it stands alone. Raises ParameterFault."""
    if not folder.joinpath(BASE_FILE).is_file():
        return ""
    try:
        document = tomllib.loads(read_text(folder, BASE_FILE))
    except tomllib.TOMLDecodeError as error:
        raise ParameterFault(BASE_FILE, 0, f"not TOML: {error}") from None
    base = document.get("base")
    if set(document) != {"base"} or not isinstance(base, str):
        raise ParameterFault(BASE_FILE, 0, "must have one line, base = a rule set's name")
    return base
