"""The desk in a browser: a long with a loan from its preview to its liquidation; a cut; people who do not see."""

import re
from collections.abc import Iterator
from decimal import Decimal

import pytest
from playwright.sync_api import Route, expect

from tests.clients.running_venue import RunningVenue
from tests.web.accessibility import faults, faults_in_both_colours
from tests.web.conftest import Opening
from tests.web.trader import PAIR, Trader
from tests.web.wire import Wire

SHOWN_DEPTH = Decimal("0.9")
"""So much below the index an order is not filled while a test runs."""


@pytest.fixture(autouse=True)
def free_prices(venue: RunningVenue) -> Iterator[None]:
    """Release the prices that a test pinned."""
    yield
    venue.sandbox("DELETE", "index", {"assets": ["BTC"]})


def test_a_long_is_previewed_opened_called_and_liquidated(opening: Opening, venue: RunningVenue) -> None:
    """5,000 of one's own and 15,000 borrowed: called 14 % lower, liquidated 20 % lower, and told why."""
    with opening() as watch:
        trader = Trader(watch.page, venue, USDT="20000")
        page, start = watch.page, trader.index()
        trader.moves_in("5000")
        trader.index_is("1", start)
        trader.choose("Loan mode", "Borrow")
        trader.chooses_kind("Market")
        trader.types(total="20000")
        trader.sends()
        warning = trader.dialog("Before your first loan")
        trader.reads_the_warning(warning)
        expect(warning).to_be_hidden()
        preview = trader.form.get_by_label("What this order would do")
        expect(preview.get_by_text("15,000 USDT")).to_be_visible()
        expect(preview.get_by_text("Liquidation at")).to_be_visible()
        trader.sends()
        trader.confirms()
        trader.sees(re.compile("filled at"))
        row = page.get_by_role("row").filter(has_text="Long")
        expect(row).to_contain_text(PAIR)
        asks_what_liquidates(trader)
        trader.index_is("0.86", start)
        expect(page.get_by_role("alert").filter(has_text="Margin call.")).to_be_visible()
        trader.index_is("0.80", start)
        trader.sees(re.compile("The account was liquidated"))
        page.get_by_role("tab", name="Liquidations").click()
        link = page.get_by_role("link", name="Why?")
        expect(link).to_have_attribute("href", re.compile(r"^/account/liquidations/\d+-\d+$"))


def asks_what_liquidates(trader: Trader) -> None:
    """The slider tells the level at another price, as the venue judges it."""
    trader.page.get_by_text("What price liquidates me?").click()
    trader.page.get_by_label("Price of BTC").fill("-30")
    expect(trader.page.get_by_text(re.compile(r"· Liquidation$"))).to_be_visible()
    expect(trader.page.get_by_text("Interest alone")).to_be_visible()


def test_after_a_cut_orders_position_and_margin_are_the_venues(opening: Opening, venue: RunningVenue) -> None:
    """What was ordered, cancelled and sold while the stream was cut is there without a word from the user."""
    with opening() as watch:
        wire, page = Wire(), watch.page
        wire.lay(page)
        trader = Trader(page, venue, USDT="5000")
        start = trader.index()
        trader.moves_in("4000")
        trader.index_is("1", start)
        trader.does("POST", "/sapi/v1/margin/order", symbol=PAIR, side="BUY", type="MARKET", quantity="0.01")
        first = rests(trader, start * SHOWN_DEPTH)
        expect(page.get_by_role("tab", name="Open orders (1)")).to_be_visible()
        wire.cut()
        expect(page.get_by_text("Stale")).to_be_visible()
        trader.does("DELETE", "/sapi/v1/margin/order", symbol=PAIR, orderId=first)
        left = {rests(trader, start * SHOWN_DEPTH - 10), rests(trader, start * SHOWN_DEPTH - 20)}
        trader.does("POST", "/sapi/v1/margin/order", symbol=PAIR, side="SELL", type="MARKET", quantity="0.004")
        wire.mend()
        expect(page.get_by_text("Stale")).not_to_be_visible()
        page.get_by_role("tab", name="Open orders (2)").click()
        buttons = page.get_by_role("button", name=re.compile(r"^Cancel order \d+$"))
        expect(buttons).to_have_count(2)
        for number in left:
            expect(page.get_by_role("button", name=f"Cancel order {number}", exact=True)).to_be_visible()
        stands_as_the_venue_says(trader)


def rests(trader: Trader, price: Decimal) -> str:
    """Place an order that waits in the book, past the page; return its number."""
    order = {"side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "price": str(round(price)), "quantity": "0.001"}
    return str(trader.does("POST", "/sapi/v1/margin/order", symbol=PAIR, **order)["orderId"])


def stands_as_the_venue_says(trader: Trader) -> None:
    """Size of the position and equity are those of the venue, whose index stands still."""
    standing = trader.asks("/account/v1/margin-standing", accountType="MARGIN")
    (position,) = standing["positions"]
    trader.page.get_by_role("tab", name="Positions (1)").click()
    row = trader.page.get_by_role("row").filter(has_text="Long")
    expect(row).to_contain_text(f"{position['quantity'].rstrip('0')} BTC")
    net = f"{Decimal(standing['netInUSDT'][:-6]):,}"
    expect(trader.margin.locator("dt", has_text="Net equity").locator("xpath=following-sibling::dd[1]")).to_have_text(
        net
    )


@pytest.mark.long
def test_the_desk_of_a_signed_in_user_can_be_used_by_everybody(opening: Opening, venue: RunningVenue) -> None:
    """No fault that axe finds with an open order and in each tab, nor in the dialogs; in either theme."""
    with opening() as watch:
        trader = Trader(watch.page, venue, USDT="5000")
        trader.moves_in("1000")
        rests(trader, trader.index() * SHOWN_DEPTH)
        for tab in ("Liabilities", "Order history", "Transfers", "Funds", "Open orders (1)"):
            watch.page.get_by_role("tab", name=tab).click()
            expect(watch.page.get_by_role("region", name=tab.removesuffix(" (1)"))).to_be_visible()
            assert faults(watch.page) == []
        assert faults_in_both_colours(watch.page) == []
        watch.page.get_by_role("button", name=re.compile("^Change order")).click()
        assert faults_in_both_colours(watch.page) == []


def test_an_order_whose_answer_is_lost_is_not_executed_twice(opening: Opening, venue: RunningVenue) -> None:
    """The venue has filled it, the page never heard of it; pressed once more, the page asks first and finds it."""
    with opening() as watch:
        trader = Trader(watch.page, venue, USDT="1000")
        trader.moves_in("1000")
        watch.page.route("**/sapi/v1/margin/order", answered_in_vain, times=1)
        trader.chooses_kind("Market")
        trader.types(total="200")
        trader.sends()
        trader.confirms()
        expect(trader.form.get_by_text("look whether this was done before you send it again")).to_be_visible()
        trader.sends()
        trader.confirms()
        trader.sees(re.compile("it had arrived the first time"))
        orders = trader.asks("/sapi/v1/margin/allOrders", symbol=PAIR, isIsolated="false")
        assert [each["status"] for each in orders] == ["FILLED"]
        watch.complaints[:] = [each for each in watch.complaints if "ERR_FAILED" not in each]


def answered_in_vain(route: Route) -> None:
    """Let the venue do it, and lose its answer."""
    assert route.fetch().ok
    route.abort()
