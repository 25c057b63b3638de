"""Long answers go compressed to browsers.

Programs get them plain, though most say that they take gzip: they ask often, over short ways, and would wait for the
packing and for the unpacking.
"""

import gzip
import re
from typing import Final

from leverline.api.answer import Answer
from leverline.api.request import Request

SIZE_MIN: Final = 2_048
"""Bytes of an answer that is worth it."""
LEVEL: Final = 1
"""A millisecond for a hundred kilobytes; the highest level packs a fifth tighter in six times as long."""
BROWSER: Final = b"sec-fetch-mode"
"""A header that browsers send with every request, and nobody else."""
ENCODING: Final = "content-encoding"


def pack(request: Request, answer: Answer) -> None:
    """Compress an answer's bytes if they are long and the request is a browser's that takes it."""
    assert answer.raw is not None
    if len(answer.raw) < SIZE_MIN or ENCODING in answer.headers or BROWSER not in request.headers:
        return
    if answer.content_type.startswith("application/json") and takes("gzip", accepted(request)):
        answer.raw = gzip.compress(answer.raw, LEVEL, mtime=0)
        answer.headers[ENCODING] = "gzip"
        answer.headers["vary"] = "accept-encoding, sec-fetch-mode"


def accepted(request: Request) -> str:
    """Return the encodings that a request says it takes."""
    return request.headers.get(b"accept-encoding", b"").decode("latin-1")


def takes(encoding: str, header: str) -> bool:
    """Whether a client's `accept-encoding` allows an encoding."""
    weights = {}
    for each in header.lower().split(","):
        name, _, parameters = each.partition(";")
        weights[name.strip()] = parameters.replace(" ", "")
    return re.fullmatch(r"q=0(\.0*)?", weights.get(encoding, weights.get("*", "q=0"))) is None
