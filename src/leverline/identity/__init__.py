"""Users, sessions, API keys, identity verification, questionnaires, cash out and in: all in SQL, none of it HTTP.

    identity = Identity("sqlite:///identity.sqlite", vault, venue.submit, load_rules(), next_user_id)
    await identity.start()
    user = await identity.create_ready_user()
    key = await identity.keys.create(user.user_id)

What a user does wrong is an `IdentityFault` with a `Fault` and words; it has changed nothing.
"""

from leverline.identity.audit import Act, AuditEntry
from leverline.identity.cash import CashKind, CashRequest, CashState
from leverline.identity.faults import Fault, IdentityFault, IdentityStartFault
from leverline.identity.identity import Identity
from leverline.identity.key_kinds import KeyKind
from leverline.identity.keys import ALL_PERMISSIONS, USUAL_PERMISSIONS, KeyPermission, KeyRecord, NewKey
from leverline.identity.operators import VENUE, Role
from leverline.identity.questionnaires import Attempt, Outcome, Question
from leverline.identity.rules import IdentityRules, load_rules
from leverline.identity.sessions import NewSession, SessionRecord
from leverline.identity.users import UserRow, UserState, VerificationState
from leverline.identity.vault import Vault, open_vault
from leverline.identity.verification import VerificationCase, VerificationFields, VerificationStatus

__all__ = [
    "ALL_PERMISSIONS",
    "USUAL_PERMISSIONS",
    "VENUE",
    "Act",
    "Attempt",
    "AuditEntry",
    "CashKind",
    "CashRequest",
    "CashState",
    "Fault",
    "Identity",
    "IdentityFault",
    "IdentityRules",
    "IdentityStartFault",
    "KeyKind",
    "KeyPermission",
    "KeyRecord",
    "NewKey",
    "NewSession",
    "Outcome",
    "Question",
    "Role",
    "SessionRecord",
    "UserRow",
    "UserState",
    "Vault",
    "VerificationCase",
    "VerificationFields",
    "VerificationState",
    "VerificationStatus",
    "load_rules",
    "open_vault",
]
