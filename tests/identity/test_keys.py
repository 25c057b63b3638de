"""API keys: their kinds, their checks, what is stored of them."""

import base64
import hmac

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from tests.identity.world import World

from leverline.identity import Fault, Identity, IdentityFault, KeyKind, KeyPermission, NewKey
from leverline.identity.key_kinds import HmacVerifier

SECRET = b"NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"

VECTORS = [
    (
        "symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559",
        "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71",
    ),
    (
        "symbol=%EF%BC%91%EF%BC%92%EF%BC%93%EF%BC%94%EF%BC%95%EF%BC%96&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1"
        "&price=0.1&recvWindow=5000&timestamp=1499827319559",
        "e1353ec6b14d888f1164ae9af8228a3dbd508bc82eb867db8ab6046442f33ef3",
    ),
    (
        "apiKey=vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A&price=52000.00&quantity=0.01000000"
        "&recvWindow=100&side=SELL&symbol=BTCUSDT&timeInForce=GTC&timestamp=1645423376532&type=LIMIT",
        "aa1b5712c094bc4e57c05a1a5c1fd8d88dcd628338ea863fec7b88e59fe2db24",
    ),
]


@pytest.mark.parametrize(("payload", "signature"), VECTORS)
def test_the_documented_signatures_are_right(payload: str, signature: str) -> None:
    """Each documented payload has its documented HMAC, in either case, and no other."""
    verifier = HmacVerifier(SECRET)
    assert verifier.verify(payload.encode(), signature)
    assert verifier.verify(payload.encode(), signature.upper())
    assert not verifier.verify(payload.encode() + b"&", signature)
    assert not verifier.verify(payload.encode(), signature[:-1] + ("0" if signature[-1] != "0" else "1"))
    assert not verifier.verify(payload.encode(), "é" * 64)


def test_a_key_and_its_secret_have_sixty_four_letters_and_digits(world: World) -> None:
    """Like the documented ones."""
    made = world.run(make_key)
    assert len(made.record.text) == len(made.secret) == 64
    assert (made.record.text + made.secret).isalnum()


async def make_key(identity: Identity, public_key: str = "") -> NewKey:
    """A ready user's key."""
    user = await identity.create_ready_user()
    return await identity.keys.create(user.user_id, "bot", public_key=public_key)


def test_a_key_verifies_after_a_restart_and_its_secret_is_not_readable_in_the_file(world: World) -> None:
    """Secrets are encrypted at rest under the master key."""
    made = world.run(make_key)

    async def check(identity: Identity) -> None:
        record = identity.key(made.record.text)
        assert record is not None and record.kind == KeyKind.HMAC
        signature = hmac.digest(made.secret.encode(), b"a=1", "sha256").hex()
        assert record.verify(b"a=1", signature)

    world.run(check)
    assert made.record.text.encode() in world.stored()
    assert made.secret.encode() not in world.stored()


def pem(key: rsa.RSAPublicKey | ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey) -> str:
    """A public key as users give it."""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_bytes(serialization.Encoding.PEM, form).decode()


def test_an_rsa_key_checks_pkcs1_signatures_in_base64(world: World) -> None:
    """RSA of 2048 bits: PKCS#1 v1.5 with SHA-256."""
    private = rsa.generate_private_key(65537, 2048)
    made = world.run(lambda identity: make_key(identity, pem(private.public_key())))
    signature = base64.b64encode(private.sign(b"a=1", padding.PKCS1v15(), hashes.SHA256())).decode()
    assert (made.record.kind, made.secret) == (KeyKind.RSA, "")
    assert made.record.verify(b"a=1", signature)
    assert not made.record.verify(b"a=2", signature)
    assert not made.record.verify(b"a=1", "no base64 !")


def test_an_ed25519_key_checks_signatures_in_base64(world: World) -> None:
    """Ed25519, also after a restart."""
    private = ed25519.Ed25519PrivateKey.generate()
    made = world.run(lambda identity: make_key(identity, pem(private.public_key())))
    signature = base64.b64encode(private.sign(b"a=1")).decode()

    async def check(identity: Identity) -> None:
        record = identity.key(made.record.text)
        assert record is not None and record.kind == KeyKind.ED25519
        assert record.verify(b"a=1", signature)
        assert not record.verify(b"a=2", signature)
        assert not record.verify(b"a=1", "")

    world.run(check)


@pytest.mark.parametrize(
    "public_key",
    [
        "not a key",
        pem(rsa.generate_private_key(65537, 1024).public_key()),
        pem(ec.generate_private_key(ec.SECP256R1()).public_key()),
        "-" * 20_000,
    ],
)
def test_other_public_keys_are_refused(world: World, public_key: str) -> None:
    """No PEM, a short RSA key, another kind, a flood."""
    with pytest.raises(IdentityFault) as caught:
        world.run(lambda identity: make_key(identity, public_key))
    assert caught.value.fault == Fault.PUBLIC_KEY_REFUSED


def test_a_key_with_addresses_lets_only_those_in(world: World) -> None:
    """Addresses and networks of both kinds; an IPv4 address written as IPv6 is the same one."""

    async def work(identity: Identity) -> None:
        user = await identity.create_ready_user()
        made = await identity.keys.create(user.user_id, networks=["10.0.0.7", "192.0.2.0/24", "2001:db8::/32"])
        allowed = ["10.0.0.7", "192.0.2.200", "2001:db8::1", "::ffff:10.0.0.7"]
        assert all(made.record.allows(each) for each in allowed)
        assert not any(made.record.allows(each) for each in ("10.0.0.8", "2001:db9::1", "nowhere", ""))
        with pytest.raises(IdentityFault, match=r"10\.0\.0\.300"):
            await identity.keys.change(user.user_id, made.record.text, networks=["10.0.0.300"])
        assert (await identity.keys.change(user.user_id, made.record.text, networks=[])).allows("10.0.0.8")

    world.run(work)


def test_what_is_changed_of_a_key_holds_at_once_and_after_a_restart(world: World) -> None:
    """Label, permissions, switched off; another user's key is unknown."""

    async def change(identity: Identity) -> str:
        made = await make_key(identity)
        user_id, text = made.record.user_id, made.record.text
        await identity.keys.change(user_id, text, label="reader", permissions=KeyPermission.READ)
        with pytest.raises(IdentityFault) as caught:
            await identity.keys.change(user_id + 1, text, label="mine")
        assert caught.value.fault == Fault.KEY_UNKNOWN
        found = identity.key(text)
        assert found is not None and found.permissions == KeyPermission.READ
        await identity.keys.change(user_id, text, is_enabled=False)
        assert identity.key(text) is None
        return text

    text = world.run(change)

    async def check(identity: Identity) -> None:
        assert identity.key(text) is None
        (record,) = identity.keys.of_user(10_001)
        assert (record.label, record.permissions) == ("reader", KeyPermission.READ)
        await identity.keys.change(10_001, text, is_enabled=True)
        assert identity.key(text) is record
        await identity.keys.delete(10_001, text)
        assert identity.key(text) is None and not identity.keys.of_user(10_001)

    world.run(check)
    world.run(no_keys)


async def no_keys(identity: Identity) -> None:
    """A deleted key does not come back."""
    assert not identity.keys.of_user(10_001)


def test_the_time_of_use_is_kept(world: World) -> None:
    """It is written when the process stops, at the latest."""

    async def use(identity: Identity) -> str:
        made = await make_key(identity)
        identity.keys.used(made.record)
        return made.record.text

    text = world.run(use)

    async def check(identity: Identity) -> None:
        record = identity.key(text)
        assert record is not None and record.last_used == world.now

    world.run(check)


def test_a_user_has_only_so_many_keys(world: World) -> None:
    """The rules say how many."""

    async def work(identity: Identity) -> None:
        user = await identity.create_ready_user()
        for _ in range(world.rules.keys_per_user_max):
            await identity.keys.create(user.user_id)
        with pytest.raises(IdentityFault) as caught:
            await identity.keys.create(user.user_id)
        assert caught.value.fault == Fault.KEYS_TOO_MANY

    world.run(work)
