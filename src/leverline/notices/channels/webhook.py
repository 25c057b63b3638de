"""Notices to a user's own server: a signed POST of JSON.

The signature is HMAC-SHA256 under the channel's secret over the timestamp, a point and the body:

    Leverline-Signature: v1=hex(HMAC-SHA256(secret, timestamp + "." + body))

The timestamp is of the attempt, so that a receiver can refuse what is old; the key is of the notice, so that he can
pass over what he has already had.
"""

import hashlib
import hmac
import json
import time
from typing import Final

from leverline.kernel.time import MILLISECOND
from leverline.notices.channels.requests import Requests
from leverline.notices.channels.sender import Parcel
from leverline.notices.faults import SendFault
from leverline.notices.guard import AddressGuard, split

TIMESTAMP: Final = "Leverline-Timestamp"
SIGNATURE: Final = "Leverline-Signature"
KEY: Final = "Idempotency-Key"
_MULTIPLE: Final = 300
_THOUSAND: Final = 1_000


class WebhookSender:
    """Sends to a URL with a secret, both in the address, a space between them."""

    def __init__(self, guard: AddressGuard, requests: Requests) -> None:
        self._guard = guard
        self._requests = requests

    async def check(self, address: str) -> None:
        """Judge the URL."""
        await self._guard.judge(address.partition(" ")[0])

    def shown(self, address: str) -> str:
        """Return scheme and host: the path may be a secret."""
        parts = split(address.partition(" ")[0])
        return f"{parts.scheme}://{parts.netloc}/…"

    async def send(self, address: str, parcel: Parcel) -> None:
        """Send a parcel; anything but a status of 2xx is a failure."""
        url, _, secret = address.partition(" ")
        body = body_of(parcel)
        moment = str(int(time.time() * _THOUSAND))
        headers = {
            "content-type": "application/json", "user-agent": "Leverline", KEY: parcel.key, TIMESTAMP: moment,
            SIGNATURE: signature(secret, moment, body),
        }  # fmt: skip
        status = await self._requests.post(url, body, headers)
        if not status < _MULTIPLE:
            raise SendFault(f"the webhook answered {status}")


def body_of(parcel: Parcel) -> bytes:
    """Return a parcel as the JSON that is sent."""
    message = parcel.message
    words = {
        "id": parcel.key, "kind": parcel.kind, "time": parcel.time // MILLISECOND, "title": message.title,
        "text": message.text, "details": parcel.details,
    }  # fmt: skip
    return json.dumps(words, ensure_ascii=False, separators=(",", ":")).encode()


def signature(secret: str, moment: str, body: bytes) -> str:
    """Return the signature of a body sent at a moment, which is its timestamp's text."""
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256)
    return f"v1={digest.hexdigest()}"
