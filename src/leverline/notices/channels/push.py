"""Web push: an encrypted message to a browser's push service (RFC 8030, 8188, 8291), signed by VAPID (RFC 8292)."""

import base64
import hashlib
import json
import time
from typing import Final

import http_ece  # type: ignore[import-untyped]
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02  # type: ignore[import-untyped]

from leverline.kernel.time import MILLISECOND
from leverline.notices.channels.requests import GONE, Requests
from leverline.notices.channels.sender import Parcel
from leverline.notices.faults import SendFault
from leverline.notices.guard import AddressGuard, AddressRefused, split
from leverline.notices.kinds import URGENT

LIFETIME_SECONDS: Final = 24 * 3_600
"""So long a push service keeps a message for a browser that is not there."""
TOKEN_SECONDS: Final = 12 * 3_600
TEXT_MAX: Final = 1_500
"""A push message holds 4,096 bytes at most."""
_MULTIPLE: Final = 300
_AUTH_BYTES: Final = 16
_TOPIC_CHARACTERS: Final = 32


class PushSender:
    """Sends to subscriptions: endpoint, the browser's public key and its secret, spaces between them."""

    def __init__(self, guard: AddressGuard, requests: Requests, key: Vapid02, contact: str) -> None:
        self._guard = guard
        self._requests = requests
        self._key = key
        self._contact = contact
        """Whom a push service may write to: a mailto: or https: address."""

    async def check(self, address: str) -> None:
        """Judge the endpoint and look at the keys."""
        endpoint, public, secret = parts_of(address)
        await self._guard.judge(endpoint)
        _point(public)
        if len(_bytes("auth", secret)) != _AUTH_BYTES:
            raise AddressRefused(f"auth is not {_AUTH_BYTES} bytes in base64url")

    def shown(self, address: str) -> str:
        """Return the push service: the rest is secret."""
        return split(parts_of(address)[0]).netloc

    async def send(self, address: str, parcel: Parcel) -> None:
        """Send a parcel; a subscription that the service does not know any more is gone."""
        endpoint, public, secret = parts_of(address)
        body = encrypted(payload_of(parcel), public, secret)
        status = await self._requests.post(endpoint, body, self._headers(endpoint, parcel))
        if status in GONE:
            raise SendFault(f"the subscription is no more: the push service answered {status}", is_gone=True)
        if not status < _MULTIPLE:
            raise SendFault(f"the push service answered {status}")

    def _headers(self, endpoint: str, parcel: Parcel) -> dict[str, str]:
        """Return the headers of a message. A repeated one has the same topic and takes the place of the first."""
        parts = split(endpoint)
        claims = {
            "sub": self._contact, "aud": f"{parts.scheme}://{parts.netloc}", "exp": int(time.time()) + TOKEN_SECONDS,
        }  # fmt: skip
        topic = base64.urlsafe_b64encode(hashlib.sha256(parcel.key.encode()).digest()).decode()
        return {
            **self._key.sign(claims),
            "content-type": "application/octet-stream", "content-encoding": "aes128gcm",
            "ttl": str(LIFETIME_SECONDS), "urgency": "high" if parcel.kind in URGENT else "normal",
            "topic": topic[:_TOPIC_CHARACTERS],
        }  # fmt: skip


def payload_of(parcel: Parcel) -> bytes:
    """Return what a browser is told."""
    message = parcel.message
    words = {
        "id": parcel.key, "kind": parcel.kind, "time": parcel.time // MILLISECOND, "title": message.title,
        "text": message.text[:TEXT_MAX],
    }  # fmt: skip
    return json.dumps(words).encode()


def encrypted(payload: bytes, public: str, secret: str) -> bytes:
    """Return a payload for the eyes of one browser only."""
    body: bytes = http_ece.encrypt(
        payload, private_key=ec.generate_private_key(ec.SECP256R1()), dh=_bytes("p256dh", public),
        auth_secret=_bytes("auth", secret), version="aes128gcm",
    )  # fmt: skip
    return body


def application_key(key: Vapid02) -> str:
    """Return the public key that a browser subscribes with."""
    point: bytes = key.public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).decode().rstrip("=")


def parts_of(address: str) -> tuple[str, str, str]:
    """Return endpoint, public key and secret. Raises AddressRefused."""
    parts = address.split(" ")
    if len(parts) != 3:
        raise AddressRefused("a subscription has an endpoint and two keys")
    return parts[0], parts[1], parts[2]


def _point(text: str) -> None:
    """Raise AddressRefused for what is no public key of P-256."""
    point = _bytes("p256dh", text)
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except (ValueError, UnsupportedAlgorithm) as fault:
        raise AddressRefused("p256dh is no public key of P-256 in base64url") from fault


def _bytes(name: str, text: str) -> bytes:
    """Return the bytes of a text in base64url, padded or not. Raises AddressRefused."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError as fault:
        raise AddressRefused(f"{name} is not base64url") from fault
