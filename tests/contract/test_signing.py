"""Signatures of every kind of key are checked as the public documents say."""

import hashlib
import hmac

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa

from tests.clients.running_venue import RunningVenue
from tests.contract.conftest import FUNDS
from tests.contract.signed import Caller, base64_signer, now_ms, refusal

DOCUMENT_SECRET = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"
ORDER = "symbol={}&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559"
SOCKET_ORDER = (
    "apiKey=vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A&price=52000.00&quantity=0.01000000"
    "&recvWindow=100&side=SELL&symbol=BTCUSDT&timeInForce=GTC&timestamp=1645423376532&type=LIMIT"
)
VECTORS = {
    ORDER.format("LTCBTC"): "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71",
    ORDER.format("%EF%BC%91%EF%BC%92%EF%BC%93%EF%BC%94%EF%BC%95%EF%BC%96"): (
        "e1353ec6b14d888f1164ae9af8228a3dbd508bc82eb867db8ab6046442f33ef3"
    ),
    SOCKET_ORDER: "aa1b5712c094bc4e57c05a1a5c1fd8d88dcd628338ea863fec7b88e59fe2db24",
}
BAD_SIGNATURE = (400, -1022, "Signature for this request is not valid.")
LATE = (400, -1021, "Timestamp for this request is outside of the recvWindow.")
EARLY = (400, -1021, "Timestamp for this request was 1000ms ahead of the server's time.")
ACCOUNT = "/api/v3/account"


@pytest.mark.parametrize("payload", VECTORS)
def test_the_documents_own_signatures(payload: str) -> None:
    """The signer of these tests gives the signatures that the documents print."""
    assert hmac.new(DOCUMENT_SECRET.encode(), payload.encode(), hashlib.sha256).hexdigest() == VECTORS[payload]


def test_the_signature_stands_in_query_or_body_over_both(alice: Caller) -> None:
    """Signed is the query followed by the body, joined by nothing."""
    order = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC"
    bid = alice.http.get("/api/v3/ticker/bookTicker", params={"symbol": "BTCUSDT"}).json()["bidPrice"]
    rest = f"quantity=0.01&price={int(float(bid) * 0.9)}&timestamp={now_ms()}"
    signature = alice.signer((order + rest).encode())
    in_query = alice.raw("POST", "/api/v3/order/test", f"{order}&signature={signature}", rest)
    in_body = alice.raw("POST", "/api/v3/order/test", order, f"{rest}&signature={signature}")
    assert (in_query.status_code, in_body.status_code) == (200, 200), (in_query.text, in_body.text)


def test_a_hexadecimal_signature_has_no_case(alice: Caller) -> None:
    """HMAC signatures are hexadecimal in either case."""
    query = f"timestamp={now_ms()}"
    signature = alice.signer(query.encode()).upper()
    assert alice.raw("GET", ACCOUNT, f"{query}&signature={signature}").status_code == 200


def test_microseconds_are_told_by_size(alice: Caller) -> None:
    """A timestamp in microseconds is taken as one."""
    query = f"timestamp={now_ms() * 1000}"
    assert alice.raw("GET", ACCOUNT, f"{query}&signature={alice.signer(query.encode())}").status_code == 200


def test_a_changed_request_is_refused(alice: Caller) -> None:
    """A signature holds for exactly the text it was made over."""
    query = alice.query_of({"omitZeroBalances": "true"}).replace("true", "false")
    assert refusal(alice.raw("GET", ACCOUNT, query)) == BAD_SIGNATURE


@pytest.mark.parametrize(
    ("offset", "window", "expected"),
    [(-4000, "", None), (-6000, "", LATE), (-30_000, "60000", None), (900, "", None), (5000, "", EARLY)],
)
def test_the_window_of_time(alice: Caller, offset: int, window: str, expected: tuple[int, int, str] | None) -> None:
    """A request may be as late as its window, by default five seconds, and less than a second early."""
    query = f"timestamp={now_ms() + offset}" + (f"&recvWindow={window}" if window else "")
    answer = alice.raw("GET", ACCOUNT, f"{query}&signature={alice.signer(query.encode())}")
    if expected is None:
        assert answer.status_code == 200, answer.text
    else:
        assert refusal(answer) == expected


def test_a_window_is_at_most_a_minute(alice: Caller) -> None:
    """A longer window is refused by its own code."""
    assert alice.refused("GET", ACCOUNT, recvWindow=60001) == (400, -1131, "recvWindow must be less than 60000")


def test_a_request_may_be_repeated(alice: Caller) -> None:
    """Two identical requests, as concurrent calls of one millisecond are, both pass."""
    query = alice.query_of({})
    assert [alice.raw("GET", ACCOUNT, query).status_code for _ in range(2)] == [200, 200]


def test_an_ed25519_key_signs(venue: RunningVenue) -> None:
    """An Ed25519 key's signature in base64 is accepted, and no other."""
    private = ed25519.Ed25519PrivateKey.generate()
    check_asymmetric(venue, private.public_key(), private.sign)


def test_an_rsa_key_signs(venue: RunningVenue) -> None:
    """An RSA key's PKCS#1 v1.5 signature with SHA-256 in base64 is accepted, and no other."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    check_asymmetric(
        venue, private.public_key(), lambda payload: private.sign(payload, padding.PKCS1v15(), hashes.SHA256())
    )


def check_asymmetric(venue: RunningVenue, public: object, sign: object) -> None:
    """Assert that a key signs with its own signature alone."""
    assert isinstance(public, ed25519.Ed25519PublicKey | rsa.RSAPublicKey)
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
    user = venue.create_user(FUNDS, publicKey=pem)
    assert "secretKey" not in user
    caller = Caller(venue.http, user["apiKey"], base64_signer(sign))
    assert caller.ask("GET", ACCOUNT).status_code == 200
    query = f"timestamp={now_ms()}"
    swapped = caller.signer(query.encode()).swapcase().replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")
    assert refusal(caller.raw("GET", ACCOUNT, f"{query}&signature={swapped}")) == BAD_SIGNATURE
