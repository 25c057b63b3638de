"""The page of an installation without the web app: what is missing and how to get it, in one line."""

from html import escape
from pathlib import Path
from typing import Final

REASON_FILE: Final = Path(__file__).with_name("missing_reason.txt")
"""Where the build says why it made the wheel without the app."""
PAGE: Final = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Leverline</title></head>
<body>
<h1>Leverline is running, its web app is not built</h1>
<p>{reason}To build it, run <code>npm ci &amp;&amp; npm run build</code> in the folder <code>web</code> of the sources,
and start the venue again; where it is installed, install it again from there. The interface for programs is there:
<a href="/openapi.json">its description</a>.</p>
</body>
</html>
"""


def reason(reason_file: Path = REASON_FILE) -> str:
    """Return why the wheel was built without the app, or nothing when it was built with it or never built."""
    return reason_file.read_text(encoding="utf-8").strip() if reason_file.exists() else ""


def missing_page(why: str) -> bytes:
    """Return the page; `why` is the reason, if there is one."""
    return PAGE.format(reason=f"It was left out because {escape(why)}. " if why else "").encode()
