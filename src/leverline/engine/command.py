"""The base of all commands, apart so that they can stand in several modules."""


class Command:
    """Base of all commands."""
