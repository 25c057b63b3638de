"""Which rows go to the database: all of them, but in a sandbox not what its own market makes without end."""

from collections.abc import Callable

from leverline.history.history import History
from leverline.history.outbox import CANDLES, ORDERS, Row
from leverline.kernel.time import SECOND

Keeps = Callable[[Row], bool]


def everything(_row: Row) -> bool:
    """Keep every row."""
    return True


def but_the_house(history: History, user_id_first: int) -> Keeps:
    """Return what keeps neither orders and fills of house accounts, whose users are below `user_id_first`, nor seconds.

    An idle sandbox would write a gigabyte a day of them.
    """
    wallets = history.wallets

    def keeps(row: Row) -> bool:
        stream, owner, _, record = row
        if stream == ORDERS:
            return not 0 < record.user_id < user_id_first
        if stream == "trade":
            wallet = wallets.get(owner)
            return wallet is None or not 0 < wallet.user_id < user_id_first
        return stream != CANDLES or owner[1] != SECOND

    return keeps
