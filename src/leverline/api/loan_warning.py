"""No first loan before the risk warning is acknowledged (rule 12), whichever request the loan would come with."""

from leverline.api.errors import WireError
from leverline.engine.commands import Borrow, Command, PlaceOrder, PlaceOrderList, ReplaceOrder
from leverline.identity.identity import Identity
from leverline.market import terms


def check_warning(command: Command, identity: Identity) -> None:
    """Raise -3008 "Borrow not allowed." for a command that may borrow, of a user who has not acknowledged the risk."""
    user_id = borrower(command)
    if user_id and not identity.may_borrow(user_id):
        raise WireError(-3008, "Borrow not allowed.")


def borrower(command: Command) -> int:
    """Return the user for whom a command may borrow; 0 if it cannot."""
    if isinstance(command, Borrow):
        return command.user_id
    if isinstance(command, ReplaceOrder):
        return borrower(command.order)
    if isinstance(command, PlaceOrderList):
        return borrower(command.orders[0])
    if isinstance(command, PlaceOrder) and command.side_effect & terms.BORROWS:
        return command.user_id
    return 0
