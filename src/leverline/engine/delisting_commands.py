"""Commands of delistings and of cooling-off (rules 13.2, 13.4). Times are venue time in microseconds."""

from leverline.engine.commands import Command


class AnnounceDelisting(Command):
    """An operator announces that an asset, or a pair, is delisted at `removal` (rule 13.2).

    `name` is a pair if `is_pair`, else an asset, which takes all its pairs with it. From `borrow_stop` on nothing is
    lent of it, from `transfer_stop` on it comes into margin accounts only to meet debts; 0 is at once.
    """

    def __init__(self, name: str, is_pair: bool, removal: int, borrow_stop: int = 0, transfer_stop: int = 0) -> None:
        self.name: str = name
        self.is_pair: bool = is_pair
        self.removal: int = removal
        self.borrow_stop: int = borrow_stop
        self.transfer_stop: int = transfer_stop


class WithdrawDelisting(Command):
    """An operator takes an announced delisting back; its removal has not begun."""

    def __init__(self, name: str) -> None:
        self.name: str = name


class CoolOff(Command):
    """A user bars himself from new loans and more leverage until a venue time (rule 13.4)."""

    def __init__(self, user_id: int, until: int) -> None:
        self.user_id: int = user_id
        self.until: int = until
