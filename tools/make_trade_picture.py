"""Make the picture of the trade page that stands in the README: a long position on borrowed funds, in a real browser.

python -m tools.make_trade_picture [FILE]
"""

import os
import sys
import tempfile
from pathlib import Path

from tests.clients.running_venue import serve_venue
from tests.web.browsing import opened, running_browser
from tests.web.person import Desk, person

FILE = Path("docs/images/trade.png")
MAIL = "alice@example.org"
LOOKS = 3_000
"""Milliseconds for the page to show all that it loads."""


def main() -> None:
    """Serve a venue, have somebody open a long, and take the picture."""
    os.environ.setdefault("LEVERLINE_SEED", "1")
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else FILE
    with tempfile.TemporaryDirectory() as folder, serve_venue(Path(folder)) as venue, running_browser() as browser:
        alice = person(venue, MAIL, USDT="20000")
        desk = Desk(venue)
        desk.sign_in(MAIL)
        version = next(each["version"] for each in desk.asked("GET", "texts") if each["name"] == "loan-risk")
        desk.asked("POST", "texts/accept", name="loan-risk", version=version)
        act(desk, "/sapi/v1/asset/transfer", type="MAIN_MARGIN", asset="USDT", amount="10000")
        act(
            desk, "/sapi/v1/margin/order", symbol="BTCUSDT", side="BUY", type="MARKET", quoteOrderQty="38000",
            sideEffectType="MARGIN_BUY",
        )  # fmt: skip
        with opened(browser, venue.url) as watch:
            alice.signs_in(watch.page)
            watch.page.emulate_media(color_scheme="dark")
            watch.page.goto("/trade/BTCUSDT")
            watch.page.locator("canvas").first.wait_for()
            watch.page.wait_for_timeout(LOOKS)
            watch.page.screenshot(path=file)
    print(file)


def act(desk: Desk, path: str, **form: str) -> None:
    """Send a form of Binance's interface in the name of the signed-in."""
    headers = {"x-csrf-token": desk.csrf, "cookie": desk.cookie}
    answer = desk.venue.http.post(path, data=form, headers=headers)
    assert answer.is_success, answer.text


if __name__ == "__main__":
    main()
