"""What the tests of the web app share: a running venue, and a browser."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from leverline.web.files import DIST
from tests.clients.running_venue import RunningVenue, serve_venue
from tests.web.browsing import CHROMIUM, Watch, opened, refusing, running_browser
from tests.web.operating import operated_venue

Opening = Callable[..., AbstractContextManager[Watch]]


@pytest.fixture(scope="session")
def dist() -> Path:
    """The built app of the Leverline under test."""
    if not (DIST / "index.html").is_file():
        pytest.fail("the web app is not built: run `npm ci && npm run build` in web/")
    return DIST


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for the tests of a module: its driver keeps an event loop in the process, which others may need."""
    if CHROMIUM is None:
        pytest.skip("there is no browser on the PATH (on Debian: apt-get install chromium)")
    with running_browser() as running:
        yield running


@pytest.fixture(scope="session")
def venue(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningVenue]:
    """A venue of its own process, with a simulated market, which serves the app."""
    with serve_venue(tmp_path_factory.mktemp("venue")) as running:
        yield running


@pytest.fixture(scope="module")
def operated(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningVenue]:
    """A venue with operators, where verifications wait; the tests of a module share it, the story first."""
    with operated_venue(tmp_path_factory.mktemp("operated")) as running:
        yield running


@pytest.fixture
def stride(request: pytest.FixtureRequest) -> int:
    """Of many pages or forms that are looked at alike, each so-manieth one is: all in the long profile."""
    return 1 if request.config.getoption("--long") else 4


@pytest.fixture
def opening(browser: Browser, venue: RunningVenue) -> Opening:
    """What opens a watched page of the venue."""
    return partial(opened, browser, venue.url)


@pytest.fixture
def page(browser: Browser, venue: RunningVenue) -> Iterator[Page]:
    """A page for a test that provokes refusals."""
    with refusing(browser, venue) as found:
        yield found
