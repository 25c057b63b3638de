"""Where notices go beside the inbox: channels, browsers' push subscriptions, and what goes by which of them when."""

from typing import Any, Final

from leverline.api.answer import Answer
from leverline.api.call import Call
from leverline.api.endpoint import Rate, Security, Table
from leverline.api.errors import invalid
from leverline.api.own.inbox import TAG, notices_of
from leverline.api.own.words import DONE, ID_MAX, words
from leverline.api.parameters import optional, required, truth, whole
from leverline.notices.channel import Channel
from leverline.notices.kinds import ChannelKind, Kind
from leverline.notices.preferences import Preferences, quiet_hours, text_of

table = Table()
CHANNEL: Final = required("channelId", whole(1, ID_MAX))
LABEL: Final = optional("label", words(100), "")
CODES: Final = Rate(20, 60)
"""A code goes to an address that somebody else may read: not too many."""


@table.add("GET", "/account/v1/notice-channels", security=Security.SESSION, tag=TAG)
async def channels(call: Call) -> list[dict[str, Any]]:
    """Return the user's channels, oldest first, without what is secret in their addresses."""
    return [channel_row(call, each) for each in await notices_of(call).channels.of_user(call.user_id)]


@table.add(
    "POST", "/account/v1/notice-channels", required("kind", words(20)), required("address", words(2_000)), LABEL,
    security=Security.SESSION, rate=CODES, tag=TAG,
)  # fmt: skip
async def add(call: Call) -> Answer:
    """Add a channel: MAIL, CHAT or WEBHOOK. A code is sent to it, and nothing else before it is verified."""
    kind = call["kind"]
    if kind not in (ChannelKind.MAIL, ChannelKind.CHAT, ChannelKind.WEBHOOK):
        raise invalid("kind")
    added = await notices_of(call).channels.add(call.user_id, ChannelKind(kind), call["address"], call["label"])
    answer = channel_row(call, added.channel) | ({"secret": added.secret} if added.secret else {})
    return Answer(answer, headers={"cache-control": "no-store"})


@table.add(
    "POST", "/account/v1/notice-channels/verify", CHANNEL, required("code", words(40)),
    security=Security.SESSION, rate=CODES, tag=TAG,
)  # fmt: skip
async def verify(call: Call) -> dict[str, Any]:
    """Verify a channel by the code that was sent to it."""
    return channel_row(call, await notices_of(call).channels.verify(call.user_id, call["channelId"], call["code"]))


@table.add(
    "POST", "/account/v1/notice-channels/code", CHANNEL, security=Security.SESSION, rate=CODES, tag=TAG
)  # fmt: skip
async def send_code(call: Call) -> dict[str, bool]:
    """Send another code to a channel that is not verified; the one before is void."""
    await notices_of(call).channels.send_code(call.user_id, call["channelId"])
    return DONE


@table.add("DELETE", "/account/v1/notice-channels", CHANNEL, security=Security.SESSION, tag=TAG)
async def remove(call: Call) -> dict[str, bool]:
    """Remove a channel; what waits for it is not sent."""
    await notices_of(call).channels.remove(call.user_id, call["channelId"])
    return DONE


@table.add("GET", "/account/v1/push-key", security=Security.SESSION, tag=TAG)
def push_key(call: Call) -> dict[str, str]:
    """Return the key that a browser subscribes to push messages with (`applicationServerKey`)."""
    return {"applicationServerKey": notices_of(call).push_key}


@table.add("GET", "/account/v1/push-subscriptions", security=Security.SESSION, tag=TAG)
async def subscriptions(call: Call) -> list[dict[str, Any]]:
    """Return the user's browsers that are sent push messages."""
    found = await notices_of(call).channels.of_user(call.user_id)
    return [channel_row(call, each) for each in found if each.kind == ChannelKind.PUSH]


@table.add(
    "POST", "/account/v1/push-subscriptions", required("endpoint", words(2_000)), required("p256dh", words(200)),
    required("auth", words(100)), LABEL, security=Security.SESSION, rate=CODES, tag=TAG,
)  # fmt: skip
async def subscribe(call: Call) -> dict[str, Any]:
    """Add a browser's subscription, as its `PushSubscription` tells it."""
    channel = await notices_of(call).channels.subscribe(
        call.user_id, call["endpoint"], call["p256dh"], call["auth"], call["label"]
    )
    return channel_row(call, channel)


@table.add("DELETE", "/account/v1/push-subscriptions", CHANNEL, security=Security.SESSION, tag=TAG)
async def unsubscribe(call: Call) -> dict[str, bool]:
    """Remove a browser's subscription."""
    await notices_of(call).channels.remove(call.user_id, call["channelId"])
    return DONE


@table.add("GET", "/account/v1/notice-settings", security=Security.SESSION, tag=TAG)
async def settings(call: Call) -> dict[str, Any]:
    """Return which kind of notice goes by which kind of channel, and the quiet hours."""
    return settings_row(await notices_of(call).preferences(call.user_id))


@table.add(
    "PUT", "/account/v1/notice-settings", required("kind", words(40)), required("channel", words(20)),
    required("isOn", truth), security=Security.SESSION, tag=TAG,
)  # fmt: skip
async def switch(call: Call) -> dict[str, Any]:
    """Switch one kind of notice on or off for one kind of channel. The inbox has everything."""
    notices = notices_of(call)
    await notices.switch(call.user_id, [(call["kind"], call["channel"], call["isOn"])])
    return settings_row(await notices.preferences(call.user_id))


@table.add(
    "PUT", "/account/v1/notice-settings/quiet-hours", required("begins", words(5)), required("ends", words(5)),
    optional("timeZone", words(64), "UTC"), security=Security.SESSION, tag=TAG,
)  # fmt: skip
async def set_quiet(call: Call) -> dict[str, Any]:
    """Set hours, such as 22:00 to 07:30, in which only urgent notices go out; the others wait until they end."""
    notices = notices_of(call)
    await notices.set_quiet(call.user_id, quiet_hours(call["begins"], call["ends"], call["timeZone"]))
    return settings_row(await notices.preferences(call.user_id))


@table.add("DELETE", "/account/v1/notice-settings/quiet-hours", security=Security.SESSION, tag=TAG)
async def end_quiet(call: Call) -> dict[str, bool]:
    """Have no quiet hours."""
    await notices_of(call).set_quiet(call.user_id, None)
    return DONE


def channel_row(call: Call, channel: Channel) -> dict[str, Any]:
    """Return one channel as it is shown."""
    return {
        "channelId": channel.channel_id,
        "kind": channel.kind,
        "label": channel.label,
        "address": channel.shown,
        "isVerified": channel.is_verified,
        "created": call.stamp(channel.created),
    }


def settings_row(preferences: Preferences) -> dict[str, Any]:
    """Return a user's settings as they are shown."""
    quiet = preferences.quiet
    hours = quiet and {"begins": text_of(quiet.begins), "ends": text_of(quiet.ends), "timeZone": quiet.zone}
    switches = {
        kind.value: {channel.value: preferences.is_on(kind, channel) for channel in ChannelKind} for kind in Kind
    }
    return {"notices": switches, "quietHours": hours}
