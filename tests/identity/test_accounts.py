"""Registering, signing in and out, passwords, the second factor, back-off."""

import asyncio
from collections.abc import Awaitable

import pyotp
import pytest
from tests.identity.acts import HOME, MAIL, PASSWORD, mailed_token, registered
from tests.identity.world import World

from leverline.identity import Fault, Identity, IdentityFault
from leverline.identity.passwords import Passwords
from leverline.kernel.time import HOUR, SECOND
from leverline.mail import Mail


async def fault_of(act: Awaitable[object]) -> Fault:
    """The fault with which an act is refused."""
    with pytest.raises(IdentityFault) as caught:
        await act
    return caught.value.fault


def test_a_user_exists_once_his_mail_is_confirmed(world: World) -> None:
    """Before that there is none, here or in the engine; the token is good once."""

    async def work(identity: Identity) -> None:
        await identity.accounts.register(" Alice@Example.org ", PASSWORD, "CH", HOME)
        assert await identity.users.page() == [] and not world.engine.core.users
        token = await mailed_token(identity)
        user = await identity.accounts.confirm_mail(token)
        assert (user.user_id, user.mail, user.country) == (10_001, MAIL, "CH")
        assert world.engine.core.users[10_001].permissions == 0
        assert await fault_of(identity.accounts.confirm_mail(token)) == Fault.TOKEN_INVALID

    world.run(work)


def test_two_registrations_of_one_mail_give_one_user(world: World) -> None:
    """Registered twice and confirmed twice, all at once; a third attempt only tells the owner."""

    async def work(identity: Identity) -> None:
        register = identity.accounts.register
        await asyncio.gather(*(register(MAIL, PASSWORD, "CH", HOME) for _ in range(2)))
        await identity.post.settled()
        tokens = [mail.text.split()[-1] for mail in await identity.mails.kept(MAIL)]
        found = await asyncio.gather(*map(identity.accounts.confirm_mail, tokens), return_exceptions=True)
        refused = [each for each in found if isinstance(each, IdentityFault)]
        assert [each.fault for each in refused] == [Fault.TOKEN_INVALID]
        assert len(await identity.users.page()) == len(world.engine.core.users) == 1
        await register(MAIL, PASSWORD, "CH", HOME)
        await identity.post.settled()
        assert (await identity.mails.kept(MAIL))[-1].subject == "You have an account"

    world.run(work)


def test_a_sandbox_keeps_the_newest_mails_only(world: World) -> None:
    """A sandbox that registers users all day does not grow by their mails."""

    async def work(identity: Identity) -> None:
        for number in range(5):
            await identity.mails.send(Mail(MAIL, f"number {number}", "text"))
            await identity.mails.send(Mail("other@example.org", "another", "text"))
        assert [mail.subject for mail in await identity.mails.kept(MAIL)] == ["number 3", "number 4"]
        assert len(await identity.mails.kept("other@example.org")) == 2

    world.run(work, mails_kept=4)


@pytest.mark.parametrize(
    ("mail", "password", "country", "fault"),
    [
        ("nonsense", PASSWORD, "CH", Fault.MALFORMED),
        ("a@b@example.org", PASSWORD, "CH", Fault.MALFORMED),
        ("a\r\nBcc: x@example.org", PASSWORD, "CH", Fault.MALFORMED),
        (MAIL, "short", "CH", Fault.PASSWORD_WEAK),
        (MAIL, "x" * 300, "CH", Fault.PASSWORD_WEAK),
        (MAIL, PASSWORD, "QQ", Fault.COUNTRY_UNKNOWN),
        (MAIL, PASSWORD, "US", Fault.JURISDICTION_REFUSED),
    ],
)
def test_a_bad_registration_is_refused(world: World, mail: str, password: str, country: str, fault: Fault) -> None:
    """Each with its name, and nothing is left of it."""

    async def work(identity: Identity) -> None:
        assert await fault_of(identity.accounts.register(mail, password, country, HOME)) == fault
        assert await identity.mails.kept(MAIL) == []

    world.run(work)


def test_an_old_token_confirms_nothing(world: World) -> None:
    """A token lives as long as the rules say."""

    async def work(identity: Identity) -> None:
        await identity.accounts.register(MAIL, PASSWORD, "CH", HOME)
        token = await mailed_token(identity)
        world.now += (world.rules.confirmation_seconds + 1) * SECOND
        assert await fault_of(identity.accounts.confirm_mail(token)) == Fault.TOKEN_INVALID

    world.run(work)


@pytest.mark.parametrize("steps", range(11))
def test_a_crash_while_a_mail_is_confirmed_is_finished_by_the_next_start(world: World, steps: int) -> None:
    """Killed at any step: then there is one user who signs in, or none and the token is still good."""

    async def register(identity: Identity) -> str:
        await identity.accounts.register(MAIL, PASSWORD, "CH", HOME)
        return await mailed_token(identity)

    token = world.run(register)
    confirm = lambda identity: identity.accounts.confirm_mail(token)  # noqa: E731
    assert world.run_until_killed(steps, confirm) == (steps < 10)

    async def check(identity: Identity) -> None:
        if not await identity.users.page():
            await identity.accounts.confirm_mail(token)
        assert len(await identity.users.page()) == len(world.engine.core.users) == 1
        assert (await identity.sign_in(MAIL, PASSWORD, HOME)).record.user_id == 10_001

    world.run(check)


def test_a_session_outlives_a_restart_and_its_token_is_not_in_the_file(world: World) -> None:
    """Only a keyed hash of it is; so of passwords and mail tokens."""

    async def begin(identity: Identity) -> tuple[str, str]:
        await registered(identity)
        new = await identity.sign_in(MAIL, PASSWORD, HOME, agent="browser")
        return new.token, new.record.csrf

    token, csrf = world.run(begin)
    assert token.encode() not in world.stored()
    assert csrf.encode() not in world.stored()
    assert PASSWORD.encode() not in world.stored()

    async def check(identity: Identity) -> None:
        record = identity.session(token)
        assert record is not None and record.user_id == 10_001
        assert record.is_csrf(csrf) and not record.is_csrf("") and not record.is_csrf("é")
        assert identity.session(token + "x") is None

    world.run(check)


def test_a_session_ends_by_idleness_and_by_age(world: World) -> None:
    """Used often it lives on, but not for ever."""

    async def work(identity: Identity) -> None:
        await registered(identity)
        idle = (await identity.sign_in(MAIL, PASSWORD, HOME)).token
        busy = (await identity.sign_in(MAIL, PASSWORD, HOME)).token
        begun, step = world.now, world.rules.session_idle_seconds * SECOND
        while world.now + step - begun <= world.rules.session_seconds * SECOND:
            world.now += step
            assert identity.session(busy) is not None
        assert identity.session(idle) is None
        world.now = begun + world.rules.session_seconds * SECOND + 1
        assert identity.session(busy) is None
        assert identity.sessions.of_user(10_001) == []

    world.run(work)


def test_a_user_lists_and_ends_his_sessions(world: World) -> None:
    """One by one or all; another's are unknown to him."""

    async def work(identity: Identity) -> None:
        await registered(identity)
        tokens = [(await identity.sign_in(MAIL, PASSWORD, HOME, agent=str(each))).token for each in range(3)]
        first = identity.session(tokens[0])
        assert first is not None and len(identity.sessions.of_user(10_001)) == 3
        assert await fault_of(identity.sessions.end(10_002, first.session_id)) == Fault.SESSION_UNKNOWN
        await identity.sessions.end(10_001, first.session_id)
        assert [identity.session(each) is None for each in tokens] == [True, False, False]
        kept = identity.session(tokens[1])
        assert kept is not None
        await identity.accounts.change_password(10_001, PASSWORD, "another password", kept.session_id)
        assert [identity.session(each) is None for each in tokens] == [True, False, True]

    world.run(work)


def test_an_unknown_mail_and_a_wrong_password_get_one_answer_for_one_amount_of_work(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same words, and one check of a hash of the same cost each."""
    checked: list[str] = []
    plain = Passwords._matches

    def counted(self: Passwords, password_hash: str, password: str) -> bool:
        checked.append(password_hash.rpartition("$")[0].rpartition("$")[0])
        return plain(self, password_hash, password)

    async def work(identity: Identity) -> list[str]:
        await registered(identity)
        monkeypatch.setattr(Passwords, "_matches", counted)
        words = []
        for mail in (MAIL, "nobody@example.org"):
            with pytest.raises(IdentityFault) as caught:
                await identity.sign_in(mail, "wrong password", HOME)
            words.append(str(caught.value))
        return words

    known, unknown = world.run(work)
    assert known == unknown
    assert len(checked) == 2 and checked[0] == checked[1]


def test_failures_make_an_account_wait_longer_each_time(world: World) -> None:
    """After the free ones even the right password waits; the pause doubles; success forgets."""

    async def work(identity: Identity) -> None:
        await registered(identity)
        for _ in range(world.rules.failures_free):
            assert await fault_of(identity.sign_in(MAIL, "wrong password", HOME)) == Fault.CREDENTIALS_WRONG
        assert await fault_of(identity.sign_in(MAIL, PASSWORD, HOME)) == Fault.TOO_MANY_FAILURES
        world.now += world.rules.backoff_seconds * SECOND
        assert await fault_of(identity.sign_in(MAIL, "wrong password", HOME)) == Fault.CREDENTIALS_WRONG
        world.now += world.rules.backoff_seconds * SECOND
        assert await fault_of(identity.sign_in(MAIL, PASSWORD, HOME)) == Fault.TOO_MANY_FAILURES
        world.now += world.rules.backoff_seconds * SECOND
        await identity.sign_in(MAIL, PASSWORD, HOME)
        assert await fault_of(identity.sign_in(MAIL, "wrong password", HOME)) == Fault.CREDENTIALS_WRONG
        await identity.sign_in(MAIL, PASSWORD, HOME)

    world.run(work)


def test_an_unknown_mail_waits_like_a_known_one_and_many_attempts_at_once_pass_no_count_twice(world: World) -> None:
    """Twenty at once: the free ones are answered, the rest have to wait."""

    async def work(identity: Identity) -> None:
        attempts = [fault_of(identity.sign_in("nobody@example.org", PASSWORD, HOME)) for _ in range(20)]
        faults = await asyncio.gather(*attempts)
        assert faults.count(Fault.CREDENTIALS_WRONG) == world.rules.failures_free
        assert faults.count(Fault.TOO_MANY_FAILURES) == 20 - world.rules.failures_free

    world.run(work)


def test_an_address_that_tries_many_mails_waits_too(world: World) -> None:
    """Also after a restart; another address does not."""

    async def attack(identity: Identity) -> None:
        await registered(identity)
        for each in range(world.rules.failures_free_address):
            await fault_of(identity.sign_in(f"user{each}@example.org", PASSWORD, "198.51.100.1"))

    async def check(identity: Identity) -> None:
        assert await fault_of(identity.sign_in(MAIL, PASSWORD, "198.51.100.1")) == Fault.TOO_MANY_FAILURES
        await identity.sign_in(MAIL, PASSWORD, HOME)

    world.run(attack)
    world.run(check)


def test_a_password_is_reset_by_mail_and_all_sessions_end(world: World) -> None:
    """The token is good once; an unknown mail gets the same answer and no mail."""

    async def work(identity: Identity) -> None:
        await registered(identity)
        old = (await identity.sign_in(MAIL, PASSWORD, HOME)).token
        await identity.accounts.request_reset("nobody@example.org", HOME)
        await identity.accounts.request_reset(MAIL, HOME)
        token = await mailed_token(identity)
        assert await identity.mails.kept("nobody@example.org") == []
        await identity.accounts.reset_password(token, "a new password")
        assert identity.session(old) is None
        assert await fault_of(identity.accounts.reset_password(token, "a new password")) == Fault.TOKEN_INVALID
        assert await fault_of(identity.sign_in(MAIL, PASSWORD, HOME)) == Fault.CREDENTIALS_WRONG
        await identity.sign_in(MAIL, "a new password", HOME)
        await identity.accounts.request_reset(MAIL, HOME)
        world.now += world.rules.reset_seconds * SECOND + 1
        late = await mailed_token(identity)
        assert await fault_of(identity.accounts.reset_password(late, "a new password")) == Fault.TOKEN_INVALID

    world.run(work)


def test_the_old_password_is_needed_to_change_it(world: World) -> None:
    """Also of one who has a session."""

    async def work(identity: Identity) -> None:
        await registered(identity)
        change = identity.accounts.change_password
        assert await fault_of(change(10_001, "wrong password", "another password")) == Fault.CREDENTIALS_WRONG
        assert await fault_of(change(10_001, PASSWORD, "short")) == Fault.PASSWORD_WEAK
        await identity.sign_in(MAIL, PASSWORD, HOME)

    world.run(work)


def code_at(uri: str, time: int) -> str:
    """What the authenticator shows."""
    totp = pyotp.parse_uri(uri)
    assert isinstance(totp, pyotp.TOTP)
    return totp.at(time // SECOND)


async def enrolled(world: World, identity: Identity) -> tuple[str, list[str]]:
    """Alice with a second factor: the address in her authenticator and her backup codes."""
    user = await registered(identity)
    uri = await identity.totp.enrol(user.user_id)
    assert await fault_of(identity.totp.confirm(user.user_id, "000000")) == Fault.TOTP_WRONG
    return uri, await identity.totp.confirm(user.user_id, code_at(uri, world.now))


def test_a_second_factor_is_asked_for_and_its_codes_are_good_once(world: World) -> None:
    """Without it no session; a used code is refused, the next one opens."""

    async def work(identity: Identity) -> None:
        uri, _ = await enrolled(world, identity)
        code = code_at(uri, world.now)
        assert await fault_of(identity.sign_in(MAIL, PASSWORD, HOME)) == Fault.TOTP_REQUIRED
        assert await fault_of(identity.sign_in(MAIL, "wrong password", HOME, code)) == Fault.CREDENTIALS_WRONG
        assert await fault_of(identity.sign_in(MAIL, PASSWORD, HOME, code)) == Fault.TOTP_WRONG
        world.now += 30 * SECOND
        await identity.sign_in(MAIL, PASSWORD, HOME, code_at(uri, world.now))
        assert pyotp.parse_uri(uri).secret.encode() not in world.stored()

    world.run(work)


def test_a_backup_code_stands_in_once(world: World) -> None:
    """It is kept as a hash and gone after use."""

    async def work(identity: Identity) -> None:
        _, codes = await enrolled(world, identity)
        assert len(set(codes)) == world.rules.backup_codes
        assert not any(code.encode() in world.stored() for code in codes)
        await identity.sign_in(MAIL, PASSWORD, HOME, codes[0])
        assert await fault_of(identity.sign_in(MAIL, PASSWORD, HOME, codes[0])) == Fault.TOTP_WRONG

    world.run(work)


def test_the_second_factor_is_turned_off_with_a_code(world: World) -> None:
    """Then the password alone opens; guessing codes has to wait like guessing passwords."""

    async def work(identity: Identity) -> None:
        _, codes = await enrolled(world, identity)
        assert await fault_of(identity.totp.enrol(10_001)) == Fault.TOTP_STATE
        for _ in range(world.rules.failures_free):
            assert await fault_of(identity.totp.disable(10_001, "123456")) == Fault.TOTP_WRONG
        assert await fault_of(identity.totp.disable(10_001, codes[0])) == Fault.TOO_MANY_FAILURES
        world.now += HOUR
        await identity.totp.disable(10_001, codes[0])
        await identity.sign_in(MAIL, PASSWORD, HOME)

    world.run(work)
