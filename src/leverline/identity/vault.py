"""Secrets at rest: one master key, from which keys for encryption and for hashing tokens are derived."""

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from leverline.identity.faults import IdentityStartFault
from leverline.journal.syncing import write_whole

KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_OWNER_ONLY: Final = 0o600


class VaultFault(Exception):
    """A secret cannot be read: the master key is another one, or the data is damaged or belongs elsewhere."""


class Vault:
    """Encrypts with AES-256-GCM and hashes with HMAC-SHA-256, under keys derived from one master key of 32 bytes."""

    def __init__(self, master_key: bytes) -> None:
        if len(master_key) != KEY_BYTES:
            raise IdentityStartFault(f"the master key has {len(master_key)} bytes, not {KEY_BYTES}")
        self._cipher = AESGCM(_derived(master_key, b"leverline encryption"))
        self._hash_key = _derived(master_key, b"leverline hashing")

    def encrypt(self, secret: bytes, place: str) -> bytes:
        """Return `secret` encrypted for one place (table, row); elsewhere it cannot be decrypted."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, secret, place.encode())

    def decrypt(self, sealed: bytes, place: str) -> bytes:
        """Return what was encrypted for `place`. Raises VaultFault."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place.encode())
        except (InvalidTag, ValueError) as fault:
            raise VaultFault(f"the secret of {place} cannot be decrypted with this master key") from fault

    def digest(self, text: str, purpose: str) -> bytes:
        """Return the keyed hash of `text` for one purpose: how tokens and codes are kept."""
        return hmac.digest(self._hash_key, f"{purpose}\0{text}".encode(), hashlib.sha256)


def new_token() -> str:
    """Return 32 random bytes as text for a cookie, a link or a header."""
    return secrets.token_urlsafe(32)


def new_master_key() -> str:
    """Return a new master key in the form in which it is configured."""
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def open_vault(configured: str, file: Path, is_production: bool) -> Vault:
    """Return the vault of the configured master key, or of the key file, made if it is missing.

    Production takes only a configured key and raises IdentityStartFault without one. The file is for sandboxes; only
    its owner can read it.
    """
    if configured:
        return Vault(_parsed(configured, "the configured master key"))
    if is_production:
        raise IdentityStartFault("production needs a master key in its configuration: 32 random bytes in base64")
    try:
        if not file.exists():
            write_whole(file, new_master_key(), _OWNER_ONLY)
        text = file.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as fault:
        raise IdentityStartFault(f"{file} cannot be used: {fault}") from fault
    return Vault(_parsed(text.strip(), file.name))


def _derived(master_key: bytes, purpose: bytes) -> bytes:
    """Return the key for one purpose."""
    return HKDF(SHA256(), KEY_BYTES, None, purpose).derive(master_key)


def _parsed(text: str, name: str) -> bytes:
    """Return the bytes of a key in base64, of either alphabet."""
    try:
        return base64.b64decode(text.strip().replace("-", "+").replace("_", "/"), validate=True)
    except ValueError as fault:
        raise IdentityStartFault(f"{name} is not base64") from fault
