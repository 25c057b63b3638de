"""What may be wrong with the database of history."""


class HistoryStoreFault(Exception):
    """The database cannot be used; the message says why in one line."""


class HistoryUnavailable(Exception):
    """A question about the past cannot be answered now: the database does not answer, or is too far behind."""
