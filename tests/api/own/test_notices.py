"""Inbox, channels and settings of notices over the wire."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.api.own.browser import Browser, registered
from tests.api.world import NOON, World

from leverline.api.notice_faults import FAULTS, notice_error
from leverline.identity.vault import Vault
from leverline.kernel.time import MILLISECOND
from leverline.notices.channel import now
from leverline.notices.faults import Fault, NoticeFault
from leverline.notices.guard import LOOPBACK
from leverline.notices.kinds import SAMPLES
from leverline.notices.notice import Notice
from leverline.notices.notices import NoticeOptions, Notices
from leverline.notices.outbox import queue
from leverline.notices.store import Mark

INBOX = "/account/v1/inbox"
CHANNELS = "/account/v1/notice-channels"
SETTINGS = "/account/v1/notice-settings"
QUIET = SETTINGS + "/quiet-hours"


@pytest.fixture
def notices(world: World, tmp_path: Path) -> Iterator[Notices]:
    """The notices of the venue, which are sent to the mails that identity keeps."""
    options = NoticeOptions(f"sqlite:///{tmp_path / 'notices.sqlite'}", networks=LOOPBACK)
    made = Notices(
        options, Vault(bytes(range(32))), world.identity.mailer, world.identity.users.mail_of, world.clock.now
    )
    made.open("a venue", world.venue.sequence)
    made.begin(lambda _: (0, 0, ""), {}, world.venue.sequence, NOON)
    world.services.notices = made
    yield made
    made.close()


def tell(notices: Notices, browser: Browser, *kinds: str) -> None:
    """Tell the browser's user something of each kind."""
    user_id = browser.get("/account/v1/session")["userId"]
    told = [Notice(900, number, user_id, kind, NOON, SAMPLES[kind]) for number, kind in enumerate(kinds)]
    notices._store.run_now(lambda connection: queue(connection, told, Mark(900, NOON, ""), now()))


def test_the_inbox_is_read_newest_first(notices: Notices, alice: Browser) -> None:
    """In words, with the figures beside them; page by page."""
    tell(notices, alice, "MARGIN_CALL", "BACK_TO_NORMAL", "RATE_JUMP")
    rows = alice.get(INBOX)
    assert [row["kind"] for row in rows] == ["RATE_JUMP", "BACK_TO_NORMAL", "MARGIN_CALL"]
    assert rows[2]["title"] == "Margin call, still open: isolated account of BTCUSDT"
    assert (rows[0]["details"], rows[0]["time"]) == (SAMPLES["RATE_JUMP"], NOON // MILLISECOND)
    assert [row["kind"] for row in alice.get(INBOX, before=rows[1]["noticeId"])] == ["MARGIN_CALL"]
    assert len(alice.get(INBOX, limit=2)) == 2


def test_notices_are_marked_as_read(notices: Notices, world: World, alice: Browser) -> None:
    """By their ids or up to one of them; nobody else's."""
    tell(notices, alice, "MARGIN_CALL", "BACK_TO_NORMAL", "RATE_JUMP")
    newest, middle, oldest = (row["noticeId"] for row in alice.get(INBOX))
    mallory = registered(world, "mallory@example.com")
    assert mallory.post(INBOX + "/read", noticeIds=[newest], upTo=newest) == {"read": 0}
    assert mallory.get(INBOX) == []
    assert alice.post(INBOX + "/read", noticeIds=[oldest]) == {"read": 1}
    assert alice.get(INBOX + "/unread") == {"unread": 2}
    assert alice.post(INBOX + "/read", upTo=middle) == {"read": 1}
    assert [row["noticeId"] for row in alice.get(INBOX, isUnread="true")] == [newest]


def test_a_channel_is_added_verified_and_removed(notices: Notices, world: World, alice: Browser) -> None:
    """The code comes by the channel itself."""
    row = alice.post(CHANNELS, kind="MAIL", address="alice@work.example", label="work")
    assert (row["address"], row["label"], row["isVerified"]) == ("alice@work.example", "work", False)
    mail = world.run(world.identity.mails.kept("alice@work.example"))[-1]
    code = mail.subject.split()[-1]
    wrong = "000000" if code != "000000" else "111111"
    channel = row["channelId"]
    assert alice.refused("POST", CHANNELS + "/verify", channelId=channel, code=wrong) == (400, -70055)
    assert alice.post(CHANNELS + "/verify", channelId=channel, code=code)["isVerified"]
    assert alice.get(CHANNELS)[0]["isVerified"]
    assert alice.refused("POST", CHANNELS + "/code", channelId=channel) == (409, -70053)
    assert alice.send("DELETE", CHANNELS, params={"channelId": channel}).status_code == 200
    assert alice.get(CHANNELS) == []
    assert alice.refused("DELETE", CHANNELS, channelId=channel) == (404, -70051)


def test_another_code_is_sent(notices: Notices, world: World, alice: Browser) -> None:
    """A second mail comes, and the code in it verifies."""
    channel = alice.post(CHANNELS, kind="MAIL", address="alice@work.example")["channelId"]
    assert alice.post(CHANNELS + "/code", channelId=channel) == {"success": True}
    first, second = world.run(world.identity.mails.kept("alice@work.example"))
    assert first.subject != second.subject
    assert alice.post(CHANNELS + "/verify", channelId=channel, code=second.subject.split()[-1])["isVerified"]


@pytest.mark.parametrize(
    ("members", "answer"),
    [
        ({"kind": "MAIL", "address": "nobody"}, (400, -70050)),
        ({"kind": "WEBHOOK", "address": "https://100.64.0.1/"}, (400, -70050)),
        ({"kind": "WEBHOOK", "address": "http://127.0.0.1:9/"}, (422, -70054)),
        ({"kind": "PIGEON", "address": "roof"}, (400, -1130)),
        ({"kind": "PUSH", "address": "https://example.org/"}, (400, -1130)),
        ({"kind": "MAIL"}, (400, -1102)),
    ],
)
def test_a_wrong_channel_is_refused(
    notices: Notices, alice: Browser, members: dict[str, str], answer: tuple[int, int]
) -> None:
    """And not kept."""
    assert alice.refused("POST", CHANNELS, **members) == answer
    assert alice.get(CHANNELS) == []


def test_a_browser_subscribes_to_push_messages(notices: Notices, alice: Browser) -> None:
    """With the venue's key; a wrong subscription is refused."""
    assert alice.get("/account/v1/push-key") == {"applicationServerKey": notices.push_key}
    path = "/account/v1/push-subscriptions"
    assert alice.refused("POST", path, endpoint="http://127.0.0.1:9/x", p256dh="AAAA", auth="AAAA") == (400, -70050)
    row = alice.post(path, endpoint="http://127.0.0.1:9/x", p256dh=notices.push_key, auth="A" * 22, label="phone")
    assert (row["kind"], row["address"], row["isVerified"]) == ("PUSH", "127.0.0.1:9", True)
    assert alice.get(path) == [row]
    assert alice.send("DELETE", path, params={"channelId": row["channelId"]}).status_code == 200
    assert alice.get(path) == []


def test_settings_say_what_goes_where_and_when(notices: Notices, alice: Browser) -> None:
    """Everything is on but the steps of a liquidation by chat, until it is switched."""
    found = alice.get(SETTINGS)
    assert found["quietHours"] is None
    assert found["notices"]["MARGIN_CALL"] == {"MAIL": True, "CHAT": True, "WEBHOOK": True, "PUSH": True}
    assert not found["notices"]["LIQUIDATION_STEP"]["CHAT"]
    changed = alice.send("PUT", SETTINGS, json={"kind": "RATE_JUMP", "channel": "MAIL", "isOn": False}).json()
    assert not changed["notices"]["RATE_JUMP"]["MAIL"]
    hours = {"begins": "22:00", "ends": "07:30", "timeZone": "Europe/Paris"}
    assert alice.send("PUT", QUIET, json=hours).json()["quietHours"] == hours
    assert alice.send("DELETE", QUIET).status_code == 200
    assert alice.get(SETTINGS) == changed
    assert alice.refused("PUT", SETTINGS, kind="WEATHER", channel="MAIL", isOn=True) == (400, -70056)
    assert alice.refused("PUT", QUIET, begins="22:00", ends="22:00") == (400, -70056)


def test_a_venue_without_notices_says_so(alice: Browser) -> None:
    """As one in the midst of its start."""
    assert alice.refused("GET", INBOX) == (503, -1008)


@pytest.mark.parametrize("fault", list(Fault))
def test_each_fault_has_status_code_and_words(fault: Fault) -> None:
    """A code of its own, and the fault's own words."""
    error = notice_error(NoticeFault(fault, "what is wrong"))
    assert 400 <= error.status < 500
    assert error.body() == {"code": error.code, "msg": "what is wrong"}
    assert len({code for _, code in FAULTS.values()}) == len(Fault)
