"""A real browser with the app in it, and what it did: what it asked for, what it complained of."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from tests.clients.running_venue import RunningVenue

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
"""The machine's browser, if it has one."""
QUIET = [
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
"""The browser asks for nothing but what the page asks for."""
SECONDS_MAX = 60
REFUSED = re.compile(r"status of 40[0139]")
"""What the browser itself says of a request that was refused."""


@dataclass
class Watch:
    """What a page did since it was opened."""

    page: Page
    origin: str
    complaints: list[str] = field(default_factory=list)
    """Errors of the console and of scripts."""
    requests: list[Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin to watch."""
        self.page.on("console", self._spoke)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._asked)

    @property
    def foreign(self) -> list[str]:
        """Addresses of other origins that the page asked for."""
        inner = ("data:", "blob:", f"{self.origin}/")
        return [request.url for request in self.requests if not request.url.startswith(inner)]

    def loaded(self) -> dict[str, int]:
        """Return the bytes, compressed, of each file and answer that came over the wire, by its address."""
        sizes = {request.url: request.sizes() for request in self.requests if request.url.startswith(self.origin)}
        return {url: size["responseBodySize"] + size["responseHeadersSize"] for url, size in sizes.items()}

    def forgives_refusals(self) -> None:
        """Forget what the browser said of refusals, which the test has provoked; a page in usual use causes none."""
        self.complaints[:] = [each for each in self.complaints if not REFUSED.search(each)]

    def _asked(self, request: Request) -> None:
        """Take a request."""
        self.requests.append(request)

    def _spoke(self, message: ConsoleMessage) -> None:
        """Take a line of the console."""
        if message.type == "error":
            self.complaints.append(f"{message.text} ({message.location.get('url')})")


@contextmanager
def running_browser() -> Iterator[Browser]:
    """Run the browser without a window while the context lasts."""
    with sync_playwright() as playwright:
        environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET, env=environment)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def opened(browser: Browser, origin: str, width: int = 1440, height: int = 900) -> Iterator[Watch]:
    """Give a watched page of a new profile; at its end it must have complained of nothing and asked nobody else."""
    context = browser.new_context(
        base_url=origin,
        viewport={"width": width, "height": height},
        locale="en-GB",
        reduced_motion="reduce",
    )
    context.set_default_timeout(SECONDS_MAX * 1000)
    try:
        watch = Watch(context.new_page(), origin)
        yield watch
        assert watch.complaints == []
        assert watch.foreign == []
    finally:
        context.close()


@contextmanager
def refusing(browser: Browser, venue: RunningVenue) -> Iterator[Page]:
    """Give a page of the venue for a test that provokes refusals, which the browser may mention, and nothing else."""
    with opened(browser, venue.url) as watch:
        yield watch.page
        watch.forgives_refusals()
