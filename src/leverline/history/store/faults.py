"""What may be wrong with the database of history."""


class HistoryStoreFault(Exception):
    """The database cannot be used; the message says why in one line."""
