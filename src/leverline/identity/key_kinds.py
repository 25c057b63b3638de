"""The three kinds of API keys: HMAC-SHA-256, RSA and Ed25519, each with its way to check a signature."""

import base64
import binascii
import hmac
from enum import StrEnum
from typing import Protocol

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from leverline.identity.faults import Fault, IdentityFault

_PEM_BYTES_MAX = 16_384


class KeyKind(StrEnum):
    """How an API key signs; it never changes for a key."""

    HMAC = "HMAC"
    RSA = "RSA"
    ED25519 = "ED25519"


class Verifier(Protocol):
    """Checks signatures of one key."""

    def verify(self, payload: bytes, signature: str) -> bool:
        """Whether `signature` is this key's over `payload`; nonsense is a wrong signature, not a fault."""
        ...


class HmacVerifier:
    """HMAC-SHA-256 in hexadecimal of either case."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def verify(self, payload: bytes, signature: str) -> bool:
        """Compare in constant time."""
        right = hmac.digest(self._secret, payload, "sha256").hex()
        return signature.isascii() and hmac.compare_digest(right, signature.lower())


class RsaVerifier:
    """RSA with PKCS#1 v1.5 and SHA-256, the signature in base64."""

    def __init__(self, key: RSAPublicKey) -> None:
        self._key = key

    def verify(self, payload: bytes, signature: str) -> bool:
        """Whether the signature is right."""
        raw = _from_base64(signature)
        try:
            self._key.verify(raw, payload, PKCS1v15(), SHA256())
        except InvalidSignature:
            return False
        return True


class Ed25519Verifier:
    """Ed25519, the signature in base64."""

    def __init__(self, key: Ed25519PublicKey) -> None:
        self._key = key

    def verify(self, payload: bytes, signature: str) -> bool:
        """Whether the signature is right."""
        raw = _from_base64(signature)
        try:
            self._key.verify(raw, payload)
        except InvalidSignature:
            return False
        return True


def public_key_verifier(pem: str, rsa_bits_min: int) -> tuple[KeyKind, Verifier]:
    """Return the kind of a public key in PEM and its verifier.

    Raises PUBLIC_KEY_REFUSED for what is no public key, an RSA key that is too short, or one of another kind.
    """
    if len(pem) > _PEM_BYTES_MAX:
        raise IdentityFault(Fault.PUBLIC_KEY_REFUSED, "this is too long for a public key")
    try:
        key = load_pem_public_key(pem.strip().encode())
    except (ValueError, UnsupportedAlgorithm) as fault:
        raise IdentityFault(Fault.PUBLIC_KEY_REFUSED, "this is no public key in PEM") from fault
    if isinstance(key, Ed25519PublicKey):
        return KeyKind.ED25519, Ed25519Verifier(key)
    if not isinstance(key, RSAPublicKey):
        raise IdentityFault(Fault.PUBLIC_KEY_REFUSED, "a public key is RSA or Ed25519")
    if key.key_size < rsa_bits_min:
        raise IdentityFault(
            Fault.PUBLIC_KEY_REFUSED, f"an RSA key has at least {rsa_bits_min} bits, not {key.key_size}"
        )
    return KeyKind.RSA, RsaVerifier(key)


def _from_base64(signature: str) -> bytes:
    """Return the bytes of a signature; none for what is no base64."""
    try:
        return base64.b64decode(signature, validate=True)
    except (ValueError, binascii.Error):
        return b""
