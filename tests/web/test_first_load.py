"""The app in a browser: it appears, complains of nothing, asks nobody but the venue, and is small."""

import pytest

from tests.web.conftest import Opening

REQUESTS_MAX = 8
KILOBYTES_MAX = 150
ROUTES = ("/", "/trade/BTCUSDT", "/data", "/account", "/ops", "/no/such/page")


@pytest.mark.parametrize("route", ROUTES)
def test_a_route_appears_without_a_complaint(opening: Opening, route: str) -> None:
    """Under its own title, with something to read; the policy of its origin reaches the browser."""
    with opening() as watch:
        answer = watch.page.goto(route)
        assert answer is not None
        assert answer.status == 200
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        watch.page.locator("main").first.wait_for()
        watch.page.wait_for_load_state("networkidle")
        assert watch.page.title()
        assert watch.page.locator("body").inner_text().strip()


def test_the_first_load_of_the_trade_page_is_small(opening: Opening, capsys: pytest.CaptureFixture[str]) -> None:
    """Files and data together, as they come over the wire to a browser that has none of them."""
    with opening() as watch:
        watch.page.goto("/trade/BTCUSDT")
        watch.page.locator("canvas").first.wait_for()
        watch.page.wait_for_load_state("networkidle")
        loaded = watch.loaded()
        kilobytes = sum(loaded.values()) / 1000
    with capsys.disabled():
        print(f" [{len(loaded)} requests, {kilobytes:.0f} kB]", end="")
    assert len(loaded) <= REQUESTS_MAX, sorted(loaded)
    assert kilobytes <= KILOBYTES_MAX, loaded
