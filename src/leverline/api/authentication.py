"""Who calls: an API key with a signature, or a signed-in browser, and whether that may do what it asks.

The order of refusals is the documents': key, timestamp, signature, permission.
"""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Endpoint, Security
from leverline.api.errors import FORBIDDEN, UNAUTHORISED, WireError, bad_key, illegal, mandatory
from leverline.api.parameters import moment
from leverline.api.request import Request
from leverline.api.signing import is_signed_by, signed_payload
from leverline.kernel.decimals import DecimalError, parse_decimal
from leverline.kernel.time import MILLISECOND, SECOND

KEY_HEADER: Final = b"x-mbx-apikey"
CSRF_HEADER: Final = b"x-csrf-token"
ORIGIN_HEADER: Final = b"origin"
HOST_HEADER: Final = b"host"
UNGUARDED_PATHS: Final = "/sandbox/"
"""What anybody who reaches the venue may do: no key and no session stands in the way."""
SPECIAL_PATHS: Final = "/api/"
"""Where special keys act, which trade one margin account as if it were spot's: nowhere else. They read everywhere."""
ACTING: Final = (Security.TRADE, Security.MARGIN, Security.WITHDRAWAL)
SESSION_COOKIE: Final = "leverline_session"
WINDOW_DEFAULT: Final = 5_000 * MILLISECOND
WINDOW_MAX: Final = 60_000 * MILLISECOND
WINDOW_RANGE: Final = "^[0-9]{1,5}(\\.[0-9]{1,3})?$"
AHEAD_MAX: Final = SECOND
KEY_LENGTHS: Final = range(1, 129)


def authenticate(call: Call, endpoint: Endpoint) -> None:
    """Find out who calls and whether he may; raises WireError if not."""
    security = endpoint.security
    request = call.request
    if security is Security.NONE:
        check_origin(request)
        _note_key(call)
        return
    if security in (Security.SESSION, Security.OPERATOR):
        use_session(call, endpoint)
        return
    if KEY_HEADER not in request.headers and SESSION_COOKIE in request.cookies:
        use_session(call, endpoint)
        return
    key = known_key(call)
    if security.is_signed:
        check_time(call, request.texts)
        check_signature(key, request, call.services.profile.takes_raw_signatures)
    check_permission(key, security)
    if key.is_special and security in ACTING and not endpoint.path.startswith(SPECIAL_PATHS):
        raise bad_key()
    use_key(call, key)


def check_origin(request: Request) -> None:
    """Refuse what a page of another origin has a browser on this machine send to where nothing else guards."""
    origin = request.headers.get(ORIGIN_HEADER)
    if origin is None or not request.path.startswith(UNGUARDED_PATHS):
        return
    if origin.partition(b"://")[2] != request.headers.get(HOST_HEADER):
        raise WireError(-1002, "You are not authorized to execute this request.", FORBIDDEN)


def use_key(call: Call, key: Any) -> None:
    """Let `key` be the one that calls."""
    call.key = key
    call.user_id = key.user_id
    call.place = key.place
    if key.user_id not in call.core.users:
        raise bad_key()


def known_key(call: Call) -> Any:
    """Return the record of the key in the header, which must be usable from this address."""
    text = call.request.headers.get(KEY_HEADER, b"").decode("latin-1")
    return find_key(call, text)


def find_key(call: Call, text: str) -> Any:
    """Return the record of a key given as text."""
    if len(text) not in KEY_LENGTHS or not text.isascii() or not text.isalnum():
        raise WireError(-2014, "API-key format invalid.")
    key = call.services.identity.key(text)
    if key is None or not key.allows(call.request.address):
        raise bad_key()
    return key


def check_permission(key: Any, security: Security) -> None:
    """Refuse a key without the permission that the endpoint asks for."""
    if not int(key.permissions) & security.permission:
        raise bad_key()


def check_time(call: Call, texts: dict[str, str]) -> None:
    """Refuse a request time outside its window of the clocks.

    Where the venue's clock was driven ahead, a client may have any time from the machine's to the venue's: he took it
    from the venue before it was driven on.
    """
    if not texts.get("timestamp"):
        raise mandatory("timestamp")
    sent = moment("timestamp", texts["timestamp"])
    window = receive_window(texts)
    clock = call.services.venue.clock
    latest = clock.now()
    earliest = min(clock.machine_now(), latest)
    if sent >= latest + AHEAD_MAX:
        raise WireError(-1021, "Timestamp for this request was 1000ms ahead of the server's time.")
    if earliest - sent > window:
        raise WireError(-1021, "Timestamp for this request is outside of the recvWindow.")


def receive_window(texts: dict[str, str]) -> int:
    """Return the window asked for in microseconds: up to 60,000 ms, with up to three decimals."""
    text = texts.get("recvWindow", "")
    if not text:
        return WINDOW_DEFAULT
    if text.isdigit() and text.isascii() and len(text) < 6 and int(text) * MILLISECOND <= WINDOW_MAX:
        return int(text) * MILLISECOND
    try:
        window = parse_decimal(text, 3)
    except DecimalError as fault:
        raise illegal("recvWindow", WINDOW_RANGE) from fault
    if window > WINDOW_MAX:
        raise WireError(-1131, "recvWindow must be less than 60000")
    if window < 0:
        raise WireError(-1130, "Data sent for parameter 'recvWindow' is not valid.")
    return window


def check_signature(key: Any, request: Request, takes_raw: bool) -> None:
    """Refuse a signature that is missing or wrong; `takes_raw` takes one of the text before percent-encoding."""
    signature = request.texts.get("signature", "")
    if not signature:
        raise mandatory("signature")
    if not is_signed_by(key, signed_payload(request.query, request.body), signature, takes_raw):
        raise WireError(-1022, "Signature for this request is not valid.")


async def require_operator(call: Call) -> None:
    """Refuse a user who has no operator's role, or no second factor where operators take one.

    What each role may do is identity's to say.
    """
    await call.services.identity.operators.admit(call.user_id)


def use_session(call: Call, endpoint: Endpoint) -> None:
    """Let the signed-in browser's user be the one that calls; all but reading needs the CSRF token."""
    token = call.request.cookies.get(SESSION_COOKIE, "")
    session = call.services.identity.session(token) if token else None
    if session is None or session.user_id not in call.core.users:
        raise WireError(-1002, "You are not authorized to execute this request.", UNAUTHORISED)
    if endpoint.method != "GET":
        sent = call.request.headers.get(CSRF_HEADER, b"").decode("latin-1")
        if not session.is_csrf(sent):
            raise WireError(-1002, "The CSRF token is missing or wrong.", FORBIDDEN)
    call.session = session
    call.user_id = session.user_id


def _note_key(call: Call) -> None:
    """Note whose key a public call bears, if it is a known one."""
    text = call.request.headers.get(KEY_HEADER)
    key = call.services.identity.key(text.decode("latin-1")) if text else None
    if key is not None and key.user_id in call.core.users:
        call.key = key
        call.user_id = key.user_id
