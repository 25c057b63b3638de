"""Who calls over the WebSocket API: a signed request, or one of a connection that has logged on."""

from typing import Any

from leverline.api.authentication import check_permission, check_time, find_key, use_key
from leverline.api.call import Call
from leverline.api.endpoint import Endpoint, Security
from leverline.api.errors import WireError, mandatory
from leverline.api.signing import is_signed_by, socket_payload


def authenticate_socket(call: Call, endpoint: Endpoint, logged_on: Any) -> None:
    """Find out who calls and whether he may; raises WireError if not. `logged_on` is the connection's key or None.

    A request with another `apiKey` than the connection's must be signed by that one.
    """
    if endpoint.security is Security.NONE:
        return
    texts = call.request.texts
    named = texts.get("apiKey", "")
    if not named and logged_on is None:
        raise mandatory("apiKey")
    key = find_key(call, named or logged_on.text)
    if endpoint.security.is_signed:
        check_time(call, texts)
        if "signature" in texts or logged_on is None or key is not logged_on:
            check_signature(key, texts)
    check_permission(key, endpoint.security)
    use_key(call, key)


def check_signature(key: Any, texts: dict[str, str]) -> None:
    """Refuse a signature that is missing or wrong."""
    signature = texts.get("signature", "")
    if not signature:
        raise mandatory("signature")
    if not is_signed_by(key, socket_payload(texts), signature):
        raise WireError(-1022, "Signature for this request is not valid.")
