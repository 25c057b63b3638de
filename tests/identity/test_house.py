"""Operators and their audit, the master key, the schema, the rules' files, mail by SMTP."""

import asyncio
import shutil
import stat
from pathlib import Path

import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from tests.identity.acts import operator, registered
from tests.identity.postgres import clear
from tests.identity.test_accounts import fault_of
from tests.identity.world import World

from leverline.identity import Fault, Identity, IdentityFault, IdentityStartFault, Vault, load_rules, open_vault, store
from leverline.identity.appointing import appoint_at_machine
from leverline.identity.audit import Act
from leverline.identity.audit_chain import ChainState, checked_on
from leverline.identity.keys import ALL_PERMISSIONS, USUAL_PERMISSIONS
from leverline.identity.operators import VENUE, Role
from leverline.identity.rules import DATA
from leverline.identity.schema import ApiKeyTable, AuditTable, Base, UserTable
from leverline.identity.store import migrate
from leverline.identity.vault import VaultFault, new_master_key
from leverline.mail import Mail, SmtpMailer, SmtpSettings


def test_an_operator_suspends_with_a_reason_and_lifts_it(world: World) -> None:
    """The engine is told; support may not; each act is in the audit."""

    async def work(identity: Identity) -> None:
        risk, support = await operator(identity, Role.RISK), await operator(identity, Role.SUPPORT)
        user_id = (await registered(identity)).user_id
        suspend = identity.operators.suspend
        assert await fault_of(suspend(risk, user_id, True, "")) == Fault.REASON_REQUIRED
        assert await fault_of(suspend(support, user_id, True, "odd")) == Fault.OPERATOR_REQUIRED
        assert await fault_of(suspend(risk, 99_999, True, "odd")) == Fault.UNKNOWN_USER
        await suspend(risk, user_id, True, "odd trades")
        assert world.engine.core.users[user_id].is_suspended
        assert (await identity.users.get(user_id)).is_suspended
        await suspend(risk, user_id, False, "explained")
        assert not world.engine.core.users[user_id].is_suspended
        entries = [entry for entry in await identity.operators.audit(risk) if entry.actor == risk]
        assert [(entry.act, entry.subject, entry.reason) for entry in entries] == [
            (Act.SUSPEND, user_id, "odd trades"),
            (Act.LIFT_SUSPENSION, user_id, "explained"),
        ]

    world.run(work)


@pytest.mark.parametrize("steps", range(7))
def test_a_crash_during_a_suspension_loses_none_that_was_written(world: World, steps: int) -> None:
    """Killed at any step: after the restart both sides agree."""
    user = world.run(registered)
    suspend = lambda identity: identity.operators.suspend(VENUE, user.user_id, True, "odd")  # noqa: E731
    assert world.run_until_killed(steps, suspend) == (steps < 6)
    after = world.run(lambda identity: identity.users.get(user.user_id))
    assert world.engine.core.users[user.user_id].is_suspended == after.is_suspended == (steps > 0)


def test_roles_are_given_and_taken_by_an_admin(world: World) -> None:
    """The venue appoints the first; a dismissed operator may nothing."""

    async def work(identity: Identity) -> None:
        admin = await operator(identity, Role.ADMIN)
        user_id = (await registered(identity)).user_id
        assert await fault_of(identity.operators.appoint(user_id, user_id, Role.ADMIN, "me")) == Fault.OPERATOR_REQUIRED
        await identity.operators.appoint(admin, user_id, Role.RISK, "new")
        assert await identity.operators.roles(user_id) == [Role.RISK]
        await identity.operators.dismiss(admin, user_id, Role.RISK, "left")
        assert await identity.operators.roles(user_id) == []
        assert await fault_of(identity.operators.audit(user_id)) == Fault.OPERATOR_REQUIRED

    world.run(work)


async def two_admins(identity: Identity) -> list[int]:
    """Two users with role ADMIN."""
    users = [(await registered(identity, f"{name}@example.org")).user_id for name in ("adam", "beth")]
    for user_id in users:
        await identity.operators.appoint(VENUE, user_id, Role.ADMIN, "founder")
    return users


def test_the_last_admin_can_be_neither_dismissed_nor_suspended(world: World) -> None:
    """Not by himself, not by another, not by the venue; his other roles go, and he too once there is another."""

    async def work(identity: Identity) -> None:
        operators = identity.operators
        admin, risk = await operator(identity, Role.ADMIN), await operator(identity, Role.RISK)
        await operators.appoint(VENUE, admin, Role.SUPPORT, "helps out")
        for who in (admin, VENUE):
            assert await fault_of(operators.dismiss(who, admin, Role.ADMIN, "goes")) == Fault.LAST_ADMIN
        for who in (admin, risk, VENUE):
            assert await fault_of(operators.suspend(who, admin, True, "odd")) == Fault.LAST_ADMIN
        assert not (await identity.users.get(admin)).is_suspended
        assert [entry.act for entry in await operators.audit(VENUE) if entry.subject == admin] == [Act.APPOINT] * 2
        await operators.dismiss(admin, admin, Role.SUPPORT, "has enough to do")
        await operators.appoint(admin, risk, Role.ADMIN, "follows")
        await operators.dismiss(admin, admin, Role.ADMIN, "goes")
        assert await operators.roles(admin) == []
        assert await fault_of(operators.dismiss(risk, risk, Role.ADMIN, "goes too")) == Fault.LAST_ADMIN

    world.run(work)


def test_a_suspended_operator_acts_no_more_and_counts_for_none(world: World) -> None:
    """He keeps his role for when it is lifted; until then the other ADMIN is the last one."""

    async def work(identity: Identity) -> None:
        adam, beth = await two_admins(identity)
        await identity.operators.suspend(beth, adam, True, "odd")
        assert await identity.operators.roles(adam) == []
        assert await fault_of(identity.operators.suspend(adam, adam, False, "me")) == Fault.OPERATOR_REQUIRED
        assert await fault_of(identity.operators.dismiss(beth, beth, Role.ADMIN, "goes")) == Fault.LAST_ADMIN
        await identity.operators.suspend(beth, adam, False, "explained")
        assert await identity.operators.roles(adam) == [Role.ADMIN]

    world.run(work)


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize("way", ["dismiss", "suspend"])
def test_two_admins_who_go_at_once_leave_one(
    world: World, processes: int, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever comes second is refused, even if two processes worked on one database."""

    async def work(identity: Identity) -> None:
        admins = await two_admins(identity)
        other = world.identity() if processes == 2 else identity
        if other is not identity:
            monkeypatch.setattr(store, "hold", lambda _engine: None)
            await other.start()
        for _ in range(8):
            doors = [identity.operators, other.operators]
            if way == "dismiss":
                acts = [door.dismiss(each, each, Role.ADMIN, "goes") for door, each in zip(doors, admins, strict=True)]
            else:
                acts = [door.suspend(each, each, True, "goes") for door, each in zip(doors, admins, strict=True)]
            found = await asyncio.gather(*acts, return_exceptions=True)
            assert [each.fault for each in found if isinstance(each, IdentityFault)] == [Fault.LAST_ADMIN], found
            assert found.count(None) == 1, found
            for each in admins:
                await identity.operators.appoint(VENUE, each, Role.ADMIN, "stays")
                await identity.operators.suspend(VENUE, each, False, "stays")
        if other is not identity:
            await other.stop()

    world.run(work)


def test_the_audit_can_be_neither_changed_nor_deleted(world: World) -> None:
    """Not by our code and not by a hand in the database."""
    world.run(lambda identity: operator(identity, Role.ADMIN))
    statements = ["UPDATE identity_audit SET reason = ''", "DELETE FROM identity_audit"]
    if world.url.startswith("postgresql"):
        statements.append("TRUNCATE identity_audit")
    for statement in statements:
        with world.connected() as connection, pytest.raises(DBAPIError, match="append-only"):
            connection.execute(sqlalchemy.text(statement))


def test_a_change_behind_the_venues_back_breaks_the_chain_of_the_audit(world: World) -> None:
    """Whole at first; an entry changed, or taken out, by who owns the database is named."""
    world.run(two_admins)
    before = world.run(lambda identity: identity.operators.check_audit(VENUE))
    entries = world.run(lambda identity: identity.operators.audit(VENUE))
    assert (before.broken, before.entries) == (None, len(entries))
    assert before.last == entries[-1].number
    with world.connected() as connection:
        forge(connection, f"UPDATE identity_audit SET reason = 'other' WHERE id = {entries[-1].number}")
    assert world.run(lambda identity: identity.operators.check_audit(VENUE)).broken == entries[-1].number
    with world.connected() as connection:
        forge(connection, f"DELETE FROM identity_audit WHERE id = {entries[0].number}")
    assert world.run(lambda identity: identity.operators.check_audit(VENUE)).broken == entries[1].number
    with world.connected() as connection:
        forge(connection, "UPDATE identity_audit SET digest = NULL")
    assert world.run(lambda identity: identity.operators.check_audit(VENUE)).broken == entries[1].number


def forge(connection: sqlalchemy.Connection, statement: str) -> None:
    """Do what the triggers refuse, as the database's owner can."""
    if connection.dialect.name == "postgresql":
        connection.execute(sqlalchemy.text("ALTER TABLE identity_audit DISABLE TRIGGER USER"))
    else:
        for act in ("update", "delete"):
            connection.execute(sqlalchemy.text(f"DROP TRIGGER IF EXISTS identity_audit_no_{act}"))
    connection.execute(sqlalchemy.text(statement))
    if connection.dialect.name == "postgresql":
        connection.execute(sqlalchemy.text("ALTER TABLE identity_audit ENABLE TRIGGER USER"))
    connection.commit()


def test_another_master_key_is_refused_at_start(world: World) -> None:
    """Before anything is served."""
    world.run(registered)

    async def start() -> None:
        identity = world.identity(Vault(bytes(32)))
        try:
            await identity.start()
        finally:
            await identity.stop()

    with pytest.raises(IdentityStartFault, match="another master key"):
        asyncio.run(start())


def test_a_database_on_a_server_belongs_to_one_venue_at_a_time(tables: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second one is refused at start, until the first has ended or died; a file lies in a folder that is locked."""
    clear(tables)
    world = World(tables)

    async def work(_identity: Identity) -> None:
        second = world.identity()
        with monkeypatch.context() as patch:
            patch.setattr(store, "HOLD_MILLISECONDS", 50)
            with pytest.raises(IdentityStartFault, match="in use by another venue"):
                await second.start()
        await second.stop()

    world.run(work)
    assert world.run_until_killed(0, registered)
    world.run(registered)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite:////no/such/folder/identity.sqlite", "unable to open database file"),
        ("postgresql+psycopg://nobody@127.0.0.1:1/none", "refused"),
        ("postgresql+pg8000://nobody@127.0.0.1:1/none", "pg8000"),
        ("nonsense", "Could not parse"),
    ],
)
def test_a_database_that_cannot_be_opened_is_named_at_start(url: str, words: str) -> None:
    """In one line: no such folder, no server, no driver, no URL."""
    pytest.importorskip("psycopg")
    with pytest.raises(IdentityStartFault, match=words) as caught:
        asyncio.run(appoint_at_machine(url, "alice@example.org", Role.ADMIN))
    assert str(caught.value).startswith("the database of users cannot be opened: ")


def test_a_reason_is_text_that_every_database_keeps(world: World) -> None:
    """Letters of all scripts and lines are, the character of number 0 is not."""

    async def work(identity: Identity) -> None:
        user_id = (await registered(identity)).user_id
        note = identity.operators.note
        assert await fault_of(note(VENUE, Act.READ_USER, user_id, "a\0b")) == Fault.MALFORMED
        words = "Zürich – 蘇黎世 🏔\nline two"
        await note(VENUE, Act.READ_USER, user_id, words)
        assert (await identity.operators.audit(VENUE))[-1].reason == words

    world.run(work)


def test_a_secret_is_readable_only_in_its_place_and_whole() -> None:
    """Moved to another row, damaged or cut it is refused."""
    vault = Vault(bytes(32))
    sealed = vault.encrypt(b"secret", "api key A")
    assert vault.decrypt(sealed, "api key A") == b"secret"
    for damaged, place in ((sealed, "api key B"), (sealed[:-1], "api key A"), (b"", "api key A")):
        with pytest.raises(VaultFault):
            vault.decrypt(damaged, place)


def test_a_sandbox_makes_its_master_key_once_for_its_owner_alone(tmp_path: Path) -> None:
    """Mode 0600; the second start reads the same key; a damaged file is named."""
    file = tmp_path / "master.key"
    sealed = open_vault("", file, is_production=False).encrypt(b"secret", "here")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert open_vault("", file, is_production=False).decrypt(sealed, "here") == b"secret"
    file.write_text("no key!", encoding="ascii")
    with pytest.raises(IdentityStartFault, match=r"master\.key"):
        open_vault("", file, is_production=False)


def test_production_takes_only_a_configured_master_key(tmp_path: Path) -> None:
    """Without one it does not start, and makes no file."""
    with pytest.raises(IdentityStartFault, match="master key"):
        open_vault("", tmp_path / "master.key", is_production=True)
    assert not list(tmp_path.iterdir())
    open_vault(new_master_key(), tmp_path / "master.key", is_production=True)
    with pytest.raises(IdentityStartFault, match="3 bytes"):
        open_vault("YWJj", tmp_path / "master.key", is_production=True)


def test_the_migrations_make_the_schema_that_the_code_uses(without_tables: str) -> None:
    """Applied to an empty database, and again; nothing differs from the tables."""
    engine = sqlalchemy.create_engine(without_tables)
    migrate(engine)
    migrate(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": "identity_version"})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_keys_made_before_there_was_a_permission_to_withdraw_do_not_have_it(without_tables: str) -> None:
    """The second version of the schema leaves them what they had; what the first did not know is gone."""
    engine = sqlalchemy.create_engine(without_tables)
    migrate(engine, "0001")
    user = {"id": 10_001, "country": "CH", "vip_level": 0, "state": "READY", "verification": "APPROVED", "created": 1}
    key = {
        "user_id": 10_001, "label": "", "kind": "HMAC", "secret": b"sealed", "networks": "", "created": 1,
        "last_used": 0, "is_enabled": True,
    }  # fmt: skip
    with engine.begin() as connection:
        connection.execute(insert(UserTable).values(user))
        for text, permissions in (("plain", USUAL_PERMISSIONS), ("odd", ALL_PERMISSIONS)):
            connection.execute(insert(ApiKeyTable).values(key | {"text": text, "permissions": int(permissions)}))
    migrate(engine)
    with engine.connect() as connection:
        assert set(connection.scalars(select(ApiKeyTable.permissions))) == {int(USUAL_PERMISSIONS)}
    engine.dispose()


def test_entries_older_than_the_chain_of_the_audit_are_bound_too(without_tables: str) -> None:
    """The sixth version of the schema gives them their hashes, and the log is as unchangeable as before."""
    engine = sqlalchemy.create_engine(without_tables)
    migrate(engine, "0005")
    with engine.begin() as connection:
        for time in range(3):
            entry = {"time": time, "actor": 0, "act": "APPOINT", "subject": 10_001, "reason": "the first »operator«"}
            connection.execute(insert(AuditTable).values(entry))
    migrate(engine)
    with Session(engine) as session:
        found = checked_on(session, ChainState())
        assert (found.entries, found.broken) == (3, None)
        with pytest.raises(DBAPIError, match="append-only"):
            session.execute(sqlalchemy.text("UPDATE identity_audit SET reason = 'other'"))
    engine.dispose()


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("rules.toml", "session_seconds", "session_secs", "session_sec"),
        ("rules.toml", "value = 604800", 'value = "week"', "session_seconds is not of type int"),
        ("rules.toml", "value = 604800, as_of = 2026-11-01", "value = 604800", "value, as_of and source"),
        ("rules.toml", "value = 604800", "value = -1", "-1"),
        ("jurisdictions.toml", "KP = {", "QQ = {", "QQ"),
        ("questions_pro.toml", 'name = "pro-stop"', 'name = "pro-level"', "two questions have one name"),
        ("texts.toml", "[loan-risk]", "[lease-risk]", "loan-risk"),
    ],
)
def test_a_damaged_file_of_rules_is_named(tmp_path: Path, file: str, old: str, new: str, words: str) -> None:
    """The file and what is wrong in it."""
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(IdentityStartFault, match=words) as caught:
        load_rules(folder=folder)
    assert file.partition(".")[0] in str(caught.value)


def test_a_mail_goes_out_by_smtp() -> None:
    """To a server on this machine, with sender, recipient, subject and text."""
    received: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 ready\r\n")
        while line := (await reader.readline()).decode().strip():
            received.append(line)
            if line.lower() == "data":
                writer.write(b"354 go on\r\n")
                received.append((await reader.readuntil(b"\r\n.\r\n")).decode())
            writer.write(b"221 bye\r\n" if line.lower() == "quit" else b"250 ok\r\n")
        writer.close()

    async def work() -> None:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        settings = SmtpSettings("127.0.0.1", port, "venue@example.org", is_starttls=False)
        await SmtpMailer(settings).send(Mail("alice@example.org", "Confirm", "token"))
        server.close()
        await server.wait_closed()

    asyncio.run(work())
    everything = "\n".join(received)
    for part in ("FROM:<venue@example.org>", "TO:<alice@example.org>", "Subject: Confirm", "token"):
        assert part.lower() in everything.lower()
