"""Special keys: API keys that trade one margin account through spot's interface; and the mode that goes with them.

A user enters the mode with the first special key of his cross account. Leaving it deletes those keys, and for a time no
new one is made. Keys of isolated accounts know no mode.
"""

from typing import Final

from sqlalchemy.orm import Session

from leverline.identity.context import Context
from leverline.identity.faults import Fault, IdentityFault
from leverline.identity.keys import SPECIAL_PERMISSIONS, ApiKeys, KeyPermission, KeyRecord, NewKey, Place
from leverline.identity.schema import SpecialModeTable
from leverline.kernel.time import SECOND
from leverline.ledger.wallet import CROSS

CROSS_PLACE: Final[Place] = (CROSS, "")
NOT_INVITED: Final = "This function is only available for invited users."


class SpecialKeys:
    """All special keys; each is an ordinary record among `keys`, bound to an account."""

    def __init__(self, context: Context, keys: ApiKeys) -> None:
        self._context = context
        self._keys = keys

    def of_user(self, user_id: int) -> list[KeyRecord]:
        """Return all special keys of a user, oldest first."""
        return [each for each in self._keys.of_user(user_id) if each.is_special]

    def of_account(self, user_id: int, place: Place) -> list[KeyRecord]:
        """Return the special keys of one account, oldest first."""
        return [each for each in self.of_user(user_id) if each.place == place]

    async def create(
        self, user_id: int, vip_level: int, place: Place, name: str, is_reader: bool, networks: list[str],
        public_key: str,
    ) -> NewKey:  # fmt: skip
        """Make a special key of an account; `is_reader` for one that places no orders.

        Raises NOT_INVITED below the VIP level of the rules, SPECIAL_MODE_STATE soon after leaving the mode, MALFORMED
        without a name, and as `ApiKeys.create`.
        """
        if vip_level < self._context.rules.special_key_vip_min:
            raise IdentityFault(Fault.NOT_INVITED, NOT_INVITED)
        if not name:
            raise IdentityFault(Fault.MALFORMED, "a special key has a name")
        permissions = KeyPermission.READ if is_reader else SPECIAL_PERMISSIONS
        first = (lambda session: self._enter(session, user_id)) if place == CROSS_PLACE else None
        return await self._keys.create(user_id, name, permissions, networks, public_key, place, first)

    async def set_networks(self, user_id: int, text: str, networks: list[str]) -> None:
        """Let a special key be used from these addresses only. Raises KEY_UNKNOWN, ADDRESS_MALFORMED."""
        await self._keys.change(user_id, text, networks=networks)

    async def delete(self, user_id: int, keys: list[KeyRecord]) -> None:
        """Delete special keys of a user, all or none; the mode stays."""
        await self._keys.delete(user_id, *(each.text for each in keys))

    async def leave(self, user_id: int) -> None:
        """Leave the mode: every special key of the user's cross account is deleted. Nothing is done out of it."""
        await self._keys.delete_all(user_id, CROSS_PLACE, lambda session: self._leave(session, user_id))

    def _enter(self, session: Session, user_id: int) -> None:
        """Note that a user is in the mode, unless he left it a short while ago."""
        now = self._context.now()
        mode = session.get(SpecialModeTable, user_id)
        if mode is None:
            session.add(SpecialModeTable(user_id=user_id, entered=now, left=0))
            return
        if mode.left:
            again = mode.left + self._context.rules.special_mode_pause_seconds * SECOND
            if now < again:
                wait = -(-(again - now) // SECOND)
                words = f"the mode of special keys was left: keys may be made again in {wait} s"
                raise IdentityFault(Fault.SPECIAL_MODE_STATE, words, wait)
            mode.entered, mode.left = now, 0

    def _leave(self, session: Session, user_id: int) -> None:
        """Note that a user is in the mode no more, if he was."""
        mode = session.get(SpecialModeTable, user_id)
        if mode is not None and not mode.left:
            mode.left = self._context.now()
