"""Answers with the web app: its files, and its shell for every path that it routes itself.

    known file ─► the file            /assets/… not there, or any name with an extension ─► 404
    place of the interface ─► none    all else ─► the shell

The app is a client of the public interface like any other; nothing of it is made on the server.
"""

import re
from pathlib import Path
from typing import Final

from leverline.api.answer import Answer
from leverline.api.compression import accepted, takes
from leverline.api.errors import NOT_FOUND, UNAVAILABLE
from leverline.api.http.writing import NOT_MODIFIED
from leverline.api.request import Request
from leverline.web.files import DIST, WebFile, load_files, web_file
from leverline.web.missing import missing_page, reason

SHELL: Final = "/index.html"
ASSETS: Final = "/assets/"
"""Where names have a digest of the content in them."""
INTERFACE: Final = re.compile(
    r"/(?:[\w-]*api|ws|stream|(?:account|operator|public|sandbox)/v\d+)(?:/|$)|/openapi\.json$"
)
"""Paths that programs ask for: the venue's, and those of the wire that it does not speak, like /fapi."""
LASTING: Final = "public, max-age=31536000, immutable"
PASSING: Final = "no-cache"
SAFE_FILE: Final = {"x-content-type-options": "nosniff", "referrer-policy": "same-origin"}
SAFE_PAGE: Final = {
    **SAFE_FILE,
    "content-security-policy": "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
"""What a page may do: nothing with another origin, nothing inline, and stand in no frame."""


class WebPages:
    """The web app as it was built, held in memory from the start on."""

    def __init__(self, folder: Path = DIST) -> None:
        self.files: dict[str, WebFile] = load_files(folder)
        self.shell: WebFile | None = self.files.get(SHELL)
        self._missing: WebFile = web_file(SHELL, missing_page(reason()))

    def answer(self, request: Request) -> Answer | None:
        """Return a file or the shell; None where programs ask, or for more than reading."""
        path = request.path
        if request.method not in ("GET", "HEAD") or INTERFACE.match(path):
            return None
        file = self.files.get(path)
        if file is not None:
            return file_answer(file, request, LASTING if path.startswith(ASSETS) else PASSING)
        if path.startswith(ASSETS) or "." in path.rpartition("/")[2]:
            return not_there()
        if self.shell is None:
            return file_answer(self._missing, request, "no-store", UNAVAILABLE)
        return file_answer(self.shell, request, PASSING)


def file_answer(file: WebFile, request: Request, caching: str, status: int = 200) -> Answer:
    """Return a file as this client takes it, or that the client's copy is still good."""
    is_page = file.content_type.startswith("text/html")
    headers = {"cache-control": caching, **(SAFE_PAGE if is_page else SAFE_FILE)}
    body, tag = file.plain, f'"{file.tag}"'
    if file.packed:
        headers["vary"] = "accept-encoding"
        for name, made in (("br", file.tight), ("gzip", file.packed)):
            if made and takes(name, accepted(request)):
                headers["content-encoding"] = name
                body, tag = made, f'"{file.tag}-{name}"'
                break
    headers["etag"] = tag
    if status == 200 and has_copy(request.headers.get(b"if-none-match", b"").decode("latin-1"), file.tag):
        status = NOT_MODIFIED
    return Answer(status=status, headers=headers, raw=body, content_type=file.content_type)


def has_copy(header: str, tag: str) -> bool:
    """Whether a client's `if-none-match` names the content, compressed or not."""
    names = {
        each.strip().removeprefix("W/").strip('"').removesuffix("-gzip").removesuffix("-br")
        for each in header.split(",")
    }
    return tag in names or header.strip() == "*"


def not_there() -> Answer:
    """Return the answer for a file that the app does not have: its shell instead would be taken for that file."""
    words = b"There is no such file.\n"
    return Answer(status=NOT_FOUND, headers=dict(SAFE_FILE), raw=words, content_type="text/plain; charset=utf-8")
