"""What a user can be told in one line: input and options that cannot be used."""


class ReplayFault(Exception):
    """Why a replay cannot start, or what it found cannot be written, as one line for the user."""
