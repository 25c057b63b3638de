"""Channels: proved by a code, refused where an address may not be used; and what a user wants told when."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.engine.world import ALICE, BOB
from tests.notices.test_recognising import called
from tests.notices.world import Receiver, Told

from leverline.kernel.time import SECOND
from leverline.notices.channel import CHANNELS_MAX
from leverline.notices.faults import Fault, NoticeFault
from leverline.notices.kinds import ChannelKind, Kind
from leverline.notices.preferences import quiet_hours


def code_in(world: Told) -> str:
    """Return the code of the last mail."""
    return world.box.mails[-1].subject.removeprefix("Confirm this channel: ")


def refused(world: Told, kind: ChannelKind, address: str) -> tuple[Fault, str]:
    """Return how an address is refused; nothing may be kept of it."""
    with pytest.raises(NoticeFault) as fault:
        world.run(world.open_notices.channels.add(BOB, kind, address, ""))
    assert world.run(world.open_notices.channels.of_user(BOB)) == []
    return fault.value.fault, fault.value.words


def test_a_channel_is_used_once_its_code_was_given(world: Told) -> None:
    """Before, nothing but the code goes there; afterwards notices go there as well as to the account's mail."""
    channels = world.open_notices.channels
    added = world.run(channels.add(BOB, ChannelKind.MAIL, "bob@work.example", "work")).channel
    assert (world.box.mails[-1].to, added.is_verified) == ("bob@work.example", False)
    called(world)
    world.sent()
    assert [mail.to for mail in world.box.mails] == ["bob@work.example", "user2@example.org"]
    code = world.box.mails[0].subject.removeprefix("Confirm this channel: ")
    assert world.run(channels.verify(BOB, added.channel_id, code)).is_verified
    world.index(BTC="60000")
    world.sent()
    assert sorted(mail.to for mail in world.box.mails[2:]) == ["bob@work.example", "user2@example.org"]


def test_a_wrong_code_is_refused_and_five_of_them_void_it(world: Told) -> None:
    """Then even the right one is too late, until another is sent."""
    channels = world.open_notices.channels
    channel_id = world.run(channels.add(BOB, ChannelKind.MAIL, "bob@work.example", "")).channel.channel_id
    right = code_in(world)
    wrong = "000000" if right != "000000" else "111111"
    for code in (wrong,) * 5 + (right,):
        with pytest.raises(NoticeFault) as fault:
            world.run(channels.verify(BOB, channel_id, code))
        assert fault.value.fault is Fault.CODE_WRONG
    world.run(channels.send_code(BOB, channel_id))
    assert world.run(channels.verify(BOB, channel_id, code_in(world))).is_verified


def test_a_channel_is_its_owners(world: Told) -> None:
    """Nobody else verifies, removes or sees it."""
    channels = world.open_notices.channels
    channel_id = world.run(channels.add(BOB, ChannelKind.MAIL, "bob@work.example", "")).channel.channel_id
    for act in (
        channels.verify(ALICE, channel_id, code_in(world)),
        channels.remove(ALICE, channel_id),
        channels.send_code(ALICE, channel_id),
    ):
        with pytest.raises(NoticeFault) as fault:
            world.run(act)
        assert fault.value.fault is Fault.CHANNEL_UNKNOWN
    assert world.run(channels.of_user(ALICE)) == []


def test_a_verified_channel_takes_no_code(world: Told) -> None:
    """It is as it is."""
    channels = world.open_notices.channels
    channel_id = world.run(channels.add(BOB, ChannelKind.MAIL, "bob@work.example", "")).channel.channel_id
    world.run(channels.verify(BOB, channel_id, code_in(world)))
    with pytest.raises(NoticeFault) as fault:
        world.run(channels.send_code(BOB, channel_id))
    assert fault.value.fault is Fault.CHANNEL_STATE


def test_a_user_has_a_bounded_number_of_channels(world: Told) -> None:
    """Who wants another removes one."""
    channels = world.open_notices.channels
    for number in range(CHANNELS_MAX):
        world.run(channels.add(BOB, ChannelKind.MAIL, f"bob{number}@work.example", ""))
    with pytest.raises(NoticeFault) as fault:
        world.run(channels.add(BOB, ChannelKind.MAIL, "one@more.example", ""))
    assert fault.value.fault is Fault.CHANNELS_TOO_MANY


@pytest.mark.parametrize(
    ("kind", "address", "words"),
    [
        ("MAIL", "bob", "this is no mail address"),
        ("MAIL", "bob@example.org, alice@example.org", "this is no mail address"),
        ("WEBHOOK", "example.org/hook", "does not begin with https://"),
        ("WEBHOOK", "file:///etc/passwd", "does not begin with https://"),
        ("WEBHOOK", "https://user:word@example.org/", "bears a name or a password"),
        ("WEBHOOK", "https:///hook", "names no host"),
        ("WEBHOOK", "https://example.org:99999/", "this is no URL"),
        ("WEBHOOK", "https://100.64.2.3/", "is no address of the public internet"),
        ("WEBHOOK", "https://0.1.2.3/", "is no address of the public internet"),
        ("WEBHOOK", "https://169.254.169.254/latest/meta-data", "is no address of the public internet"),
        ("WEBHOOK", "https://[fe80::1]/", "is no address of the public internet"),
        ("WEBHOOK", "https://[::ffff:10.0.0.1]/", "is no address of the public internet"),
        ("WEBHOOK", "https://[64:ff9b::a00:1]/", "is no address of the public internet"),
        ("WEBHOOK", "https://0x0a000001/", "is no address of the public internet"),
        ("WEBHOOK", "https://nowhere.invalid/", "nowhere.invalid has no address"),
        ("WEBHOOK", "http://8.8.8.8/", "https is needed"),
        ("CHAT", "bob", "this is no address such as"),
        ("CHAT", "file:///tmp/x", "file:// is not allowed"),
        ("CHAT", "syslog://", "syslog:// is not allowed"),
        ("CHAT", "json://127.0.0.1/", "json:// is not allowed"),
        ("CHAT", "tgram://no-token", "no address of tgram://"),
        ("CHAT", "discord://123/abc?template=/etc/passwd", "may not have the parameter 'template'"),
        ("CHAT", "discord://123/abc?a=b;%74emplate=/etc/passwd", "may not have the parameter 'template'"),
    ],
)
def test_an_address_that_may_not_be_used_is_refused(world: Told, kind: str, address: str, words: str) -> None:
    """What is wrong is named, and nothing is kept."""
    fault, said = refused(world, ChannelKind(kind), address)
    assert fault is Fault.ADDRESS_REFUSED
    assert words in said


def test_loopback_is_refused_where_the_operator_does_not_allow_it(tmp_path: Path) -> None:
    """As in production."""
    world = Told(tmp_path)
    world.options = replace(world.options, networks=())
    world.restart_notices()
    for address in ("https://127.0.0.1/", "https://localhost/", "https://[::1]/", "https://0.0.0.0/"):
        assert "is no address of the public internet" in refused(world, ChannelKind.WEBHOOK, address)[1]
    world.stop()


def test_a_channel_that_the_code_does_not_reach_is_not_kept(world: Told, receiver: Receiver) -> None:
    """A webhook that answers 500: what it answered is named."""
    receiver.status = 500
    fault, words = refused(world, ChannelKind.WEBHOOK, receiver.url)
    assert fault is Fault.CHANNEL_UNREACHABLE
    assert words == "the code could not be sent there: the webhook answered 500"


def test_a_kind_is_switched_off_for_a_channel_and_on_again(world: Told) -> None:
    """The inbox has it anyway."""
    notices = world.open_notices
    world.run(notices.switch(BOB, [("MARGIN_CALL", "MAIL", False)]))
    called(world)
    world.index(BTC="60000")
    world.sent()
    assert [mail.subject for mail in world.box.mails] == ["Margin call over: cross account"]
    assert world.kinds(BOB) == ["MARGIN_CALL", "BACK_TO_NORMAL"]
    world.run(notices.switch(BOB, [("MARGIN_CALL", "MAIL", True)]))
    world.index(BTC="70000")
    world.sent()
    assert len(world.box.mails) == 2


def test_steps_of_a_liquidation_go_by_no_chat_unless_asked_for(world: Told) -> None:
    """There may be dozens, and an SMS costs."""
    preferences = world.run(world.open_notices.preferences(BOB))
    off = [(kind, channel) for kind in Kind for channel in ChannelKind if not preferences.is_on(kind, channel)]
    assert off == [("LIQUIDATION_STEP", "CHAT")]


@pytest.mark.parametrize(("kind", "channel"), [("WEATHER", "MAIL"), ("MARGIN_CALL", "PIGEON")])
def test_a_switch_that_there_is_not_is_refused(world: Told, kind: str, channel: str) -> None:
    """And the others sent with it have changed nothing."""
    notices = world.open_notices
    with pytest.raises(NoticeFault) as fault:
        world.run(notices.switch(BOB, [("MARGIN_CALL", "MAIL", False), (kind, channel, False)]))
    assert fault.value.fault is Fault.SETTING_REFUSED
    assert world.run(notices.preferences(BOB)).is_on("MARGIN_CALL", "MAIL")


@pytest.mark.parametrize(
    ("begins", "ends", "zone", "words"),
    [
        ("25:00", "07:00", "UTC", "'25:00' is no time of day"),
        ("2:00", "07:00", "UTC", "'2:00' is no time of day"),
        ("22:60", "07:00", "UTC", "'22:60' is no time of day"),
        ("22:00", "22:00", "UTC", "begin and end at the same minute"),
        ("22:00", "07:00", "Europe/Atlantis", "is no time zone"),
        ("22:00", "07:00", "../../etc/passwd", "is no time zone"),
    ],
)
def test_wrong_quiet_hours_are_refused(begins: str, ends: str, zone: str, words: str) -> None:
    """Naming what is wrong."""
    with pytest.raises(NoticeFault) as fault:
        quiet_hours(begins, ends, zone)
    assert words in fault.value.words


@pytest.mark.parametrize(
    ("moment", "end"),
    [
        ("2026-01-01T20:59:59", ""),
        ("2026-01-01T21:00:00", "2026-01-02T06:30:00"),
        ("2026-01-01T23:59:00", "2026-01-02T06:30:00"),
        ("2026-01-02T06:29:59", "2026-01-02T06:30:00"),
        ("2026-01-02T06:30:00", ""),
        ("2026-03-28T22:00:00", "2026-03-29T05:30:00"),
    ],
)
def test_quiet_hours_are_those_of_the_users_clock(moment: str, end: str) -> None:
    """22:00 to 07:30 in Paris is 21:00 to 06:30 UTC in winter; on the night of the change it ends an hour earlier."""
    quiet = quiet_hours("22:00", "07:30", "Europe/Paris")
    found = quiet.end_after(micros(moment))
    assert found == (micros(end) if end else 0)


def micros(text: str) -> int:
    """Return a moment in UTC as a venue time."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * SECOND
