"""Opening the data of a venue: whose it is, and what becomes of old journal."""

import hashlib

import leverline
from leverline.journal.folder import DataFolder
from leverline.journal.identity import Identity
from leverline.journal.sqlite_journal import SqliteJournal
from leverline.rulebook.parameters import VenueParameters


def identity_of(parameters: VenueParameters, mode: str) -> Identity:
    """Return what a journal of a venue with these parameters is marked with; `mode` is `sandbox` or `production`."""
    names = "\n".join([*parameters.assets, "", *parameters.pairs])
    return Identity(
        rule_set=parameters.rule_set,
        catalogue=hashlib.sha256(names.encode()).hexdigest(),
        mode=mode,
        version=leverline.__version__,
        parameters=hashlib.sha256(repr(parameters).encode()).hexdigest(),
    )


def open_journal(folder: DataFolder, parameters: VenueParameters, mode: str) -> SqliteJournal:
    """Return the journal in an open data folder: old segments are archived in production, removed in a sandbox.

    Raises ForeignJournal for another venue's, JournalFault for one that cannot be used.
    """
    dispose = folder.put_in_archive if mode == "production" else folder.remove
    return SqliteJournal(folder.journal, identity_of(parameters, mode), dispose)
