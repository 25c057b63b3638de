"""What the keepers of this version make of a snapshot's sections.

A keeper without a section begins as it says, if it is one that can begin late. A section of nobody, or of a form that
its keeper does not read, is no reason to guess: such a snapshot is not used.
"""

from collections.abc import Sequence
from pathlib import Path

import leverline
from leverline.journal.snapshots import ENGINE, FIRST_FORM, Snapshot, SnapshotFileFault
from leverline.venue.subscribers import Keeper, LateKeeper


def check_sections(snapshot: Snapshot, path: Path, keepers: Sequence[Keeper]) -> None:
    """Raise SnapshotFileFault, with both versions, unless `keepers` can go on from exactly these sections."""
    versions = f"leverline {snapshot.version} wrote it, this is {leverline.__version__}"
    known = {ENGINE, *(keeper.name for keeper in keepers)}
    for name in snapshot.sections:
        if name not in known:
            raise SnapshotFileFault(f"{path}: has a section of {name}, which nothing here keeps: {versions}")
    for keeper in keepers:
        if keeper.name in snapshot.sections:
            form = _form(snapshot, keeper)
            if form not in keeper.forms:
                words = f"is of form {form}, and what is read here is {', '.join(map(str, keeper.forms))}"
                raise SnapshotFileFault(f"{path}: its section of {keeper.name} {words}: {versions}")
        elif not isinstance(keeper, LateKeeper):
            raise SnapshotFileFault(f"{path}: has no section of {keeper.name}, which cannot begin late: {versions}")


def load_sections(snapshot: Snapshot, keepers: Sequence[Keeper]) -> None:
    """Bring keepers to where a checked snapshot is. Raises ValueError for a section that its keeper cannot read."""
    for keeper in keepers:
        if keeper.name in snapshot.sections:
            keeper.load(snapshot.sections[keeper.name], _form(snapshot, keeper))
        elif isinstance(keeper, LateKeeper):
            keeper.load_absent(snapshot.sequence)


def _form(snapshot: Snapshot, keeper: Keeper) -> int:
    """Return the number of the form of a keeper's section."""
    return snapshot.forms.get(keeper.name, FIRST_FORM)
