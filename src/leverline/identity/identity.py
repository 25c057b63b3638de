"""Identity as one object: opens the store, finishes what a crash left, and hands out its parts."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from leverline.identity.accounts import Accounts
from leverline.identity.audit import Audit
from leverline.identity.cash import Cash
from leverline.identity.context import Clock, Context, Submit, wall_clock
from leverline.identity.failures import Failures
from leverline.identity.faults import IdentityStartFault
from leverline.identity.grants import Grants
from leverline.identity.jurisdictions import Jurisdictions
from leverline.identity.keys import ApiKeys, KeyRecord
from leverline.identity.letters import Letters
from leverline.identity.mail import KEPT_DEFAULT, Post, TableMailer
from leverline.identity.operators import Operators
from leverline.identity.parameter_proposals import ParameterProposals
from leverline.identity.passwords import Passwords
from leverline.identity.questionnaires import Questionnaires
from leverline.identity.ready_user import ReadyUsers
from leverline.identity.rules import IdentityRules
from leverline.identity.schema import SettingTable
from leverline.identity.sessions import NewSession, SessionRecord, Sessions
from leverline.identity.sign_in import SignIn
from leverline.identity.special_keys import SpecialKeys
from leverline.identity.store import Store
from leverline.identity.terms import Terms
from leverline.identity.totp import Totp
from leverline.identity.trail import CashTrail
from leverline.identity.users import UserRow, Users
from leverline.identity.vault import Vault, VaultFault
from leverline.identity.verification import Verification
from leverline.mail import Mailer

_SLOW_THREADS: Final = 2
_PROOF: Final = "master key"

_log = logging.getLogger(__name__)


class Identity:
    """Users, API keys, sessions and all that leads to an open account.

    `submit` sends a command to the venue and returns its commit once durable; `next_user_id` is the engine's next free
    id; `not_taken` are exceptions of `submit` after which a command is sure not to have been taken. Without a `mailer`
    the newest `mails_kept` mails stay in a table (`mails.kept`); mails link to pages at `public_url`. Attach `trail` to
    the venue as a keeper; start after the venue, stop before it.
    """

    def __init__(
        self,
        url: str,
        secrets: Vault,
        submit: Submit,
        rules: IdentityRules,
        next_user_id: Callable[[], int],
        now: Clock = wall_clock,
        not_taken: tuple[type[Exception], ...] = (),
        mailer: Mailer | None = None,
        mails_kept: int = KEPT_DEFAULT,
        is_gate_closed: Callable[[], bool] = lambda: False,
        owes_loan: Callable[[int], bool] = lambda _user_id: False,
        public_url: str = "",
    ) -> None:
        self._pool = ThreadPoolExecutor(_SLOW_THREADS, "identity-slow")
        self._context = Context(
            Store(url), secrets, rules, submit, self._pool, now, not_taken, is_gate_closed, owes_loan
        )
        self.users = Users(self._context, next_user_id)
        self.grants = Grants(self._context)
        self.keys = ApiKeys(self._context)
        self.special_keys = SpecialKeys(self._context, self.keys)
        self.terms = Terms(self._context, self.grants)
        self.questionnaires = Questionnaires(self._context, self.grants)
        self._ready_users = ReadyUsers(self._context, self.users, self.grants)
        self._wire_sign_in(mailer, mails_kept, public_url)
        self._wire_house()
        self._flushing: asyncio.Task[None] | None = None

    def _wire_sign_in(self, mailer: Mailer | None, mails_kept: int, public_url: str) -> None:
        """Passwords, sessions, the second factor and mail."""
        context = self._context
        self.mails = TableMailer(context, mails_kept)
        self.mailer: Mailer = self.mails if mailer is None else mailer
        """Where mails go."""
        self.post = Post(self.mailer)
        self.sessions = Sessions(context)
        self._passwords = Passwords(context)
        failures = Failures(context)
        self.totp = Totp(context, failures)
        letters = Letters(self.post, public_url)
        self.accounts = Accounts(context, self.users, self._passwords, failures, self.sessions, letters)
        self._sign_in = SignIn(context, self.users, self._passwords, failures, self.totp, self.sessions)

    def _wire_house(self) -> None:
        """What operators work with, and cash."""
        self.operators = Operators(self._context, Audit(self._context))
        self.verification = Verification(self._context, self.operators, self.grants)
        self.trail = CashTrail(self._context.rules.trail_length)
        self.cash = Cash(self._context, self.operators, self.trail)
        self.proposals = ParameterProposals(self._context, self.operators)

    async def start(self) -> None:
        """Open the store and finish what was begun. Raises IdentityStartFault for another master key."""
        await self._context.store.open()
        await self._context.store.run(self._prove_key)
        await self._passwords.open()
        for part in (self.keys, self.sessions, self.terms):
            await part.load()
        for begun in (self.users, self.grants, self.operators, self.cash, self.proposals):
            await begun.finish()
        self._flushing = asyncio.create_task(self._flush_often())

    async def stop(self) -> None:
        """Write what is only in memory and close the store, whatever goes wrong before."""
        try:
            if self._flushing is not None:
                self._flushing.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await self._flushing
                await self.settled()
                await self.post.settled()
                await self._flush()
        finally:
            await self._context.store.close()
            self._pool.shutdown()

    async def settled(self) -> None:
        """Wait until what was begun is done to its end, whoever asked for it."""
        await self._context.errands.settled()

    @property
    def jurisdictions(self) -> Jurisdictions:
        """Which country may use what."""
        return self._context.rules.jurisdictions

    def key(self, text: str) -> KeyRecord | None:
        """Return the enabled API key of this text, from memory."""
        return self.keys.get(text)

    def session(self, token: str) -> SessionRecord | None:
        """Return the living session of a cookie's token, from memory."""
        return self.sessions.get(token)

    def may_borrow(self, user_id: int) -> bool:
        """Whether a user has acknowledged the risk of a loan, from memory."""
        return self.terms.may_borrow(user_id)

    async def sign_in(self, mail: str, password: str, address: str, code: str = "", agent: str = "") -> NewSession:
        """Begin a session of a user with mail and password, and the second factor's code where it is on."""
        return await self._sign_in.sign_in(mail, password, address, code, agent)

    async def create_ready_user(
        self, mail: str | None = None, vip_level: int = 0, is_margin: bool = True, is_pro: bool = True
    ) -> UserRow:
        """Make a user who may trade on margin at once (sandbox only)."""
        user = await self._ready_users.create(mail, vip_level, is_margin, is_pro)
        self.terms.warned(user.user_id)
        return user

    async def _flush_often(self) -> None:
        """Write times of use now and then, and send what was held back; a database that fails is tried again."""
        while True:
            await asyncio.sleep(self._context.rules.flush_seconds)
            await self._flush()
            try:
                await self.cash.send_held_back()
            except SQLAlchemyError as fault:
                _log.error("requests held back could not be sent: %s", type(fault).__name__)

    async def _flush(self) -> None:
        """Write times of use; what cannot be written, as on a full disk, is let go."""
        try:
            await self.keys.flush()
            await self.sessions.flush()
        except SQLAlchemyError as fault:
            _log.error("times of use could not be written: %s", type(fault).__name__)

    def _prove_key(self, session: Session) -> None:
        """The first start leaves a proof of the master key; later ones must be able to read it."""
        proof = session.get(SettingTable, _PROOF)
        vault = self._context.vault
        if proof is None:
            session.add(SettingTable(name=_PROOF, value=vault.encrypt(_PROOF.encode(), _PROOF)))
            return
        try:
            vault.decrypt(proof.value, _PROOF)
        except VaultFault as fault:
            raise IdentityStartFault("the identity store was made with another master key") from fault
