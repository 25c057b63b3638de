"""The files of the built web app in memory, each compressed once."""

import gzip
import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

DIST: Final = Path(__file__).with_name("dist")
"""Where the build puts the app."""
COMPRESSION: Final = 9
CONTENT_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
PACKED_ALREADY: Final = (".png", ".webp", ".woff2")
"""What compression makes no smaller."""
TIGHT: Final = ".br"
"""What the build adds to the name of a file for its Brotli."""


@dataclass(frozen=True, slots=True)
class WebFile:
    """One file as it goes over the wire."""

    content_type: str
    plain: bytes
    packed: bytes = b""
    """The same as gzip; empty where that is no gain."""
    tight: bytes = b""
    """The same as Brotli; empty where the build made none."""
    tag: str = field(init=False)
    """What its entity tag begins with: a digest of the content."""

    def __post_init__(self) -> None:
        """Digest the content."""
        object.__setattr__(self, "tag", hashlib.sha256(self.plain).hexdigest()[:32])


def web_file(name: str, content: bytes, tight: bytes = b"") -> WebFile:
    """Return a file with this content, and what the build made of it as Brotli."""
    suffix = Path(name).suffix
    content_type = CONTENT_TYPES.get(suffix, "application/octet-stream")
    if suffix in PACKED_ALREADY:
        return WebFile(content_type, content)
    packed = gzip.compress(content, COMPRESSION, mtime=0)
    return WebFile(content_type, content, packed if len(packed) < len(content) else b"", tight)


def load_files(folder: Path) -> dict[str, WebFile]:
    """Return the files below a folder by the paths at which they are served; hidden ones are not."""
    found = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if is_served(path)}
    contents = {name: path.read_bytes() for name, path in found.items()}
    return {
        f"/{name}": web_file(name, content, contents.get(name + TIGHT, b""))
        for name, content in contents.items()
        if not name.endswith(TIGHT)
    }


def is_served(path: Path) -> bool:
    """Whether a path is a file that is not hidden."""
    return path.is_file() and not path.name.startswith(".")
