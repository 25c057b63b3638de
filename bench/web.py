"""The web app's bars, measured in a real browser at a running venue: python -m bench.web [--quick] [--only NAMES].

load     the first load of the trade page: requests and bytes over the wire, files and data
page     one page at 250 messages a second: frames a second, and whether a trade or a difference was lost
pages    100 pages open, of somebody who owes: what their streams and what they ask besides cost the venue, and what
         they do to the time of an order
"""

import argparse
import itertools
import json
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager

from bench.serving import suite
from bench.serving.venue import RunningVenue, Trader
from playwright.sync_api import sync_playwright
from tests.web.browsing import CHROMIUM, QUIET
from tests.web.person import Desk, person

from leverline.web.files import DIST

PAIR = "BTCUSDT"
QUANTITY = "0.0002"
STREAMS = ("trade", "depth@100ms", "ticker", "referencePrice", "kline_1h")
"""What a trade page listens to."""
PAGES = 100
ASKED = (
    "/account/v1/margin-standing?accountType=MARGIN", "/account/v1/margin-standing?accountType=MARGIN",
    "/account/v1/margin-standing?accountType=MARGIN", "/account/v1/margin-standing?accountType=MARGIN",
    "/account/v1/margin-standing?accountType=MARGIN", "/account/v1/inbox/unread",
)  # fmt: skip
"""What a page asks in 20 seconds while nothing happens in the account; and once a minute all of the pair."""
ASKED_EACH_MINUTE = f"/public/v1/pair?symbol={PAIR}"
TRADES = 240
"""A second; with the book's differences and the rest some 250 messages."""
TRADES_OF_PAGES = 55
"""A second; with the rest 65 or more messages."""
WATCH = """
(() => {
  const seen = { messages: 0, lost: 0, frames: 0 };
  let trade = 0, update = 0;
  function look(text) {
    seen.messages += 1;
    const { data } = JSON.parse(text);
    if (data?.e === "trade") {
      if (trade && data.t !== trade + 1) seen.lost += 1;
      trade = data.t;
    } else if (data?.e === "depthUpdate") {
      if (update && data.U !== update + 1) seen.lost += 1;
      update = data.u;
    }
  }
  const { set } = Object.getOwnPropertyDescriptor(WebSocket.prototype, "onmessage");
  Object.defineProperty(WebSocket.prototype, "onmessage", {
    set(handler) {
      set.call(this, (event) => { handler(event); look(event.data); });
    },
  });
  const next = () => { seen.frames += 1; requestAnimationFrame(next); };
  requestAnimationFrame(next);
  window.seen = seen;
})();
"""
"""Counts in the page what its own handler was given, after it has taken it, and the frames that were painted."""


@contextmanager
def browser_page(venue, script=""):
    """Give a new page of a new browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page(base_url=venue.base, viewport={"width": 1440, "height": 900})
        page.set_default_timeout(120_000)
        if script:
            page.add_init_script(script)
        yield page
        browser.close()


def open_trade(page):
    """Open the trade page and wait until all of it is there."""
    page.goto(f"/trade/{PAIR}")
    page.locator("canvas").first.wait_for()
    page.locator("button.level").first.wait_for()


def load(venue, _quick):
    """The first load of the trade page."""
    with browser_page(venue) as page:
        sizes, session = {}, page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event}))
        began = time.perf_counter()
        open_trade(page)
        seconds = time.perf_counter() - began
        page.wait_for_load_state("networkidle")
    kilobytes = sum(each["encodedDataLength"] for each in sizes.values()) / 1000
    return {"requests": len(sizes), "kilobytes": round(kilobytes, 1), "seconds": round(seconds, 2)}


def trader_of(venue):
    """Return a new user with enough of both assets in his spot wallet."""
    funds = {"USDT": "10000000", "BTC": "100"}
    made = venue.http.post("/sandbox/v1/users", json={"funds": funds}).raise_for_status().json()
    return Trader(made["apiKey"], made["secretKey"])


def market_orders(trader, count):
    """Return spot market orders, each of which is a trade, bought and sold in turn."""
    words = {"symbol": PAIR, "type": "MARKET", "quantity": QUANTITY, "newOrderRespType": "ACK"}
    sides = ("BUY", "SELL")
    return [
        suite.post(trader.sign(side=sides[place % 2], **words), trader.key, "/api/v3/order") for place in range(count)
    ]


def trading(venue, rate, seconds):
    """Make so many trades a second while the context lasts; gives the figures of their orders once it is over."""
    return sending(venue, rate, market_orders(trader_of(venue), rate * seconds))


def asking(venue, seconds):
    """Ask what the pages of a debtor ask while the context lasts."""
    cookie = debtor(venue)
    each = [*3 * ASKED, ASKED_EACH_MINUTE]
    rate = round(PAGES * len(each) / 60)
    paths = itertools.islice(itertools.cycle(each), rate * seconds)
    words = f"HTTP/1.1\r\nhost: 127.0.0.1\r\ncookie: {cookie}\r\n\r\n"
    return sending(venue, rate, [f"GET {path} {words}".encode() for path in paths])


def debtor(venue):
    """Return the cookie of somebody who has bought with borrowed funds."""
    made = person(venue, "debtor@example.org", USDT="10000")
    desk = Desk(venue)
    desk.sign_in(made.mail)
    version = next(each["version"] for each in desk.asked("GET", "texts") if each["name"] == "loan-risk")
    desk.asked("POST", "texts/accept", name="loan-risk", version=version)
    headers = {"cookie": desk.cookie, "x-csrf-token": desk.csrf}
    order = {"symbol": PAIR, "side": "BUY", "type": "MARKET", "quoteOrderQty": "15000", "sideEffectType": "MARGIN_BUY"}
    moved = {"type": "MAIN_MARGIN", "asset": "USDT", "amount": "10000"}
    for path, words in (("/sapi/v1/asset/transfer", moved), ("/sapi/v1/margin/order", order)):
        venue.http.post(path, data=words, headers=headers).raise_for_status()
    return desk.cookie


@contextmanager
def sending(venue, rate, requests):
    """Send requests at a steady rate while the context lasts; gives their figures once it is over."""
    figures, faults = {}, []
    command = [sys.executable, str(suite.HERE / "pace.py"), venue.base, str(rate), "rest"]

    def send():
        done = subprocess.run(command, input=suite.prefixed(requests), capture_output=True, check=False)
        if done.returncode:
            faults.append(done.stderr.decode())
        else:
            figures.update(json.loads(done.stdout))

    sender = threading.Thread(target=send)
    sender.start()
    try:
        yield figures
    finally:
        sender.join()
    if faults:
        raise SystemExit(faults[0])


def page(venue, quick):
    """One page at 250 messages a second."""
    seconds = 5 if quick else 30
    with browser_page(venue, WATCH) as page:
        open_trade(page)
        with trading(venue, TRADES, seconds):
            page.wait_for_timeout(1_000)
            before = page.evaluate("() => ({ ...seen, at: performance.now() })")
            page.wait_for_timeout((seconds - 2) * 1_000)
            after = page.evaluate("() => ({ ...seen, at: performance.now() })")
    spent = (after["at"] - before["at"]) / 1_000
    return {
        "messages_per_second": round((after["messages"] - before["messages"]) / spent),
        "frames_per_second": round((after["frames"] - before["frames"]) / spent, 1),
        "lost": after["lost"],
    }


def pages(venue, quick):
    """A hundred pages open, as what they listen to and what they ask; orders without them and with them."""
    seconds = 5 if quick else 20
    alone, core_alone = traded(venue, seconds)
    path = "/stream?streams=" + "/".join(f"{PAIR.lower()}@{name}" for name in STREAMS)
    words = [
        sys.executable, str(suite.HERE / "listen.py"), "127.0.0.1", str(venue.port), str(PAGES), str(seconds + 1), path,
    ]  # fmt: skip
    with subprocess.Popen(words, stdout=subprocess.PIPE) as listener:
        time.sleep(2)
        with asking(venue, seconds):
            together, core_together = traded(venue, seconds)
        heard = json.loads(listener.communicate()[0])
    return {
        "messages_per_second_each": heard["messages_per_second_each"],
        "core_percent_without": core_alone,
        "core_percent_with": core_together,
        "core_percent_of_pages": round(core_together - core_alone, 1),
        "order_p99_ms_without": alone["p99_ms"],
        "order_p99_ms_with": together["p99_ms"],
        "order_p99_times": round(together["p99_ms"] / alone["p99_ms"], 2),
    }


def traded(venue, seconds):
    """Return the figures of orders made for so long, and what of a core the venue used meanwhile."""
    with trading(venue, TRADES_OF_PAGES, seconds) as figures:
        before, began = venue.cpu_seconds(), time.perf_counter()
    core = 100 * (venue.cpu_seconds() - before) / (time.perf_counter() - began)
    return figures, round(core, 1)


def main():
    """Measure what was asked for and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="Small sizes, to see that all works.")
    parser.add_argument("--only", default="", help="Comma list of the measures.")
    words = parser.parse_args()
    only = set(filter(None, words.only.split(",")))
    if not (DIST / "index.html").is_file():
        raise SystemExit("the web app is not built: run `npm ci && npm run build` in web/")
    figures = {"machine": {"seconds of 10 M additions": round(suite.machine(), 2)}}
    with tempfile.TemporaryDirectory() as folder:
        venue = RunningVenue(folder)
        try:
            time.sleep(suite.SETTLE_SECONDS)
            for measure in (load, page, pages):
                if not only or measure.__name__ in only:
                    figures[measure.__name__] = measure(venue, words.quick)
        finally:
            venue.stop()
    suite.print_table(figures)


if __name__ == "__main__":
    main()
