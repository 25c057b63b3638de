"""From the head of an HTTP request to a Request."""

import re
from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import unquote

from httptools import parse_url

from leverline.api.request import Request

_SLASHES: Final = re.compile("/{2,}")


def request_of(method: str, target: bytes, headers: dict[bytes, bytes], address: str, is_encrypted: bool) -> Request:
    """Return a request, its body still to come. Raises httptools' error for a target that is none."""
    path, query = split_target(target)
    request = Request(method, path, address, headers, query)
    request.is_encrypted = is_encrypted
    cookie = headers.get(b"cookie")
    if cookie is not None:
        request.cookies = cookies_of(cookie)
    return request


def split_target(target: bytes) -> tuple[str, bytes]:
    """Return path and query of a request's target. Several slashes in a row count as one."""
    if target[:1] == b"/" and b"#" not in target:
        raw, _, query = target.partition(b"?")
    else:
        url = parse_url(target)
        raw, query = url.path or b"/", url.query or b""
    path = raw.decode("latin-1")
    if "%" in path:
        path = unquote(path)
    if "//" in path:
        path = _SLASHES.sub("/", path)
    return path, query


def cookies_of(header: bytes) -> dict[str, str]:
    """Return the cookies of a header; a malformed one is no cookie."""
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(header.decode("latin-1"))
    except CookieError:
        return {}
    return {name: morsel.value for name, morsel in jar.items()}
