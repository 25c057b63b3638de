"""What can be wrong with a liquidation case."""


class CaseFault(Exception):
    """There is no such case, it cannot be made any more, or a file holds none; the message says which and why."""
