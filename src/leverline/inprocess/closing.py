"""Closing tools of one user (rule 13.5): each one act, whole or not at all."""

from typing import TYPE_CHECKING

from leverline.engine import commands
from leverline.inprocess.words import wallet_named

if TYPE_CHECKING:
    from leverline.inprocess.venue import Venue


class ClosingTools:
    """Repay what lies there, close a position or an account; `CommandRefused` says why not."""

    def __init__(self, venue: "Venue", user_id: int) -> None:
        self.venue = venue
        self.user_id = user_id

    def repay_all(self, account: str = "cross") -> None:
        """Repay every debt from what is free of its own asset; the rest stays owed."""
        self.venue.send(commands.RepayAll(self.user_id, *wallet_named(account)))

    def position(self, asset: str, settlement: str = "USDT") -> None:
        """Sell what the cross account holds of `asset` for `settlement`, or buy back what it owes of it."""
        self.venue.send(commands.ClosePosition(self.user_id, asset, settlement))

    def account(self, account: str = "cross", sold_out: bool = False) -> None:
        """End all debts of an account; `sold_out` turns all the rest into USDT, or into the quote of its pair, too."""
        kind = commands.SellOut if sold_out else commands.CloseAccount
        self.venue.send(kind(self.user_id, *wallet_named(account)))
