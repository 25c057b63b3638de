"""The desk in a browser: a long with a loan from its preview to its liquidation, and what is wrong in each form."""

import itertools
import re
from decimal import Decimal

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.clients.running_venue import RunningVenue
from tests.web.axe import faults
from tests.web.browsing import SECONDS_MAX
from tests.web.conftest import Opening
from tests.web.person import person

pytestmark = pytest.mark.long
"""A whole story in a browser: minutes on a busy machine."""

numbers = itertools.count(1)
expect.set_options(timeout=SECONDS_MAX * 1000)


class Trader:
    """A page at the desk, in the words of who sits there."""

    def __init__(self, page: Page, venue: RunningVenue, **funds: str) -> None:
        self.page = page
        self.venue = venue
        person(venue, f"trader{next(numbers)}@example.com", **funds).signs_in(page)
        page.goto("/trade/BTCUSDT")
        self.form = page.get_by_role("form", name="Order", exact=True)
        self.form.wait_for()

    def choose(self, group: str, name: str) -> None:
        """Press a button of a group of the order form."""
        self.form.get_by_role("group", name=group).get_by_role("button", name=name, exact=True).click()

    def types(self, **values: str) -> None:
        """Type into fields of the order form."""
        for name, value in values.items():
            self.form.locator(f"input[name={name}]").fill(value)

    def sends(self) -> None:
        """Press the button of the order form."""
        self.form.locator("button[type=submit]").click()

    def dialog(self, title: str) -> Locator:
        """Return an open dialog."""
        return self.page.get_by_role("dialog").filter(has=self.page.get_by_role("heading", name=title))

    def moves_in(self, amount: str) -> None:
        """Transfer USDT from spot into the account, by the dialog."""
        self.form.get_by_role("button", name="Transfer", exact=True).click()
        dialog = self.dialog("Transfer")
        dialog.get_by_label("Amount").fill(amount)
        dialog.get_by_role("button", name="Transfer", exact=True).click()
        expect(dialog).to_be_hidden()

    def sees(self, text: str | re.Pattern[str]) -> None:
        """Wait for a short message."""
        expect(self.page.locator(".toasts").get_by_text(text).first).to_be_visible()

    def index_is(self, share: str, of: Decimal) -> None:
        """Pin the index of Bitcoin at a share of a price."""
        self.venue.sandbox("POST", "index", {"BTC": str((of * Decimal(share)).quantize(Decimal("0.01")))})


@pytest.fixture(autouse=True)
def free_prices(venue: RunningVenue) -> object:
    """Release the prices that a test pinned."""
    yield
    venue.sandbox("DELETE", "index", {"assets": ["BTC"]})


def index_of_bitcoin(venue: RunningVenue) -> Decimal:
    """Return the index price of Bitcoin."""
    answer = venue.http.get("/sapi/v1/margin/priceIndex", params={"symbol": "BTCUSDT"})
    return Decimal(answer.json()["price"])


def test_a_long_is_previewed_opened_called_and_liquidated(opening: Opening, venue: RunningVenue) -> None:
    """5,000 of one's own and 15,000 borrowed: called 14 % lower, liquidated 20 % lower, and told why."""
    with opening() as watch:
        trader = Trader(watch.page, venue, USDT="20000")
        page, start = watch.page, index_of_bitcoin(venue)
        trader.moves_in("5000")
        trader.index_is("1", start)
        trader.choose("Loan mode", "Borrow")
        trader.choose("Kind of order", "Market")
        trader.types(total="20000")
        reads_the_warning(trader)
        preview = trader.form.get_by_label("What this order would do")
        expect(preview.get_by_text("15,000 USDT")).to_be_visible()
        expect(preview.get_by_text("Liquidation at")).to_be_visible()
        trader.sends()
        trader.dialog("Buy BTC").get_by_role("button", name="Buy BTC").click()
        trader.sees(re.compile("filled at"))
        row = page.get_by_role("row").filter(has_text="Long")
        expect(row).to_contain_text("BTCUSDT")
        asks_what_liquidates(trader)
        trader.index_is("0.86", start)
        expect(page.get_by_role("alert").filter(has_text="Margin call.")).to_be_visible()
        trader.index_is("0.80", start)
        trader.sees(re.compile("The account was liquidated"))
        page.get_by_role("tab", name="Liquidations").click()
        link = page.get_by_role("link", name="Why?")
        expect(link).to_have_attribute("href", re.compile(r"^/account/v1/liquidation-case\.html\?caseId="))


def reads_the_warning(trader: Trader) -> None:
    """The first loan waits for its warning, which is not accepted unread."""
    trader.sends()
    warning = trader.dialog("Before your first loan")
    warning.get_by_role("button", name="Accept").click()
    expect(warning.get_by_role("alert")).to_have_text("Please read it and tick the box.")
    warning.get_by_role("checkbox").check()
    warning.get_by_role("button", name="Accept").click()
    expect(warning).to_be_hidden()


def asks_what_liquidates(trader: Trader) -> None:
    """The slider tells the level at another price, as the venue judges it."""
    page = trader.page
    page.get_by_text("What price liquidates me?").click()
    slider = page.get_by_label("Price of BTC")
    slider.fill("-30")
    expect(page.get_by_label("Margin", exact=True).get_by_text("Liquidation", exact=False).first).to_be_visible()
    expect(page.get_by_text(re.compile(r"· Liquidation$"))).to_be_visible()
    expect(page.get_by_text("Interest alone")).to_be_visible()


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(opening: Opening, venue: RunningVenue) -> None:
    """Nothing typed, too little, too many digits, more than there is: said in words, and nothing is sent."""
    with opening() as watch:
        trader = Trader(watch.page, venue, USDT="1000")
        trader.moves_in("100")
        wrong = {
            "This is needed.": ("100000", ""),
            "At most 5 decimals.": ("100000", "0.0000001"),
            "At least 5 USDT.": ("100000", "0.00001"),
            "It must be more than 0.": ("100000", "0"),
            "At most 2 decimals.": ("100000.001", "0.0005"),
            "This is no number.": ("a lot", "0.0005"),
            "Not enough: 100 USDT is there for it.": ("100000", "0.5"),
        }
        for words, (price, quantity) in wrong.items():
            trader.types(price=price, quantity=quantity)
            trader.sends()
            expect(trader.form.get_by_role("alert").filter(has_text=words)).to_be_visible()
            expect(trader.form.locator("input[name=price]")).to_have_value(price)
            expect(trader.form.locator("input[name=quantity]")).to_have_value(quantity)
        wrong_in_dialogs(trader)
        orders = [each for each in watch.requests if each.method == "POST" and each.url.endswith("/margin/order")]
        assert orders == []


def wrong_in_dialogs(trader: Trader) -> None:
    """Transfer and loan say what is wrong too."""
    margin = trader.page.get_by_label("Margin", exact=True)
    margin.get_by_role("button", name="Transfer").click()
    dialog = trader.dialog("Transfer")
    for amount, words in (("", "This is needed."), ("5000", "At most 900 USDT can leave the spot wallet now.")):
        dialog.get_by_label("Amount").fill(amount)
        dialog.get_by_role("button", name="Transfer", exact=True).click()
        expect(dialog.get_by_role("alert")).to_have_text(words)
        expect(dialog.get_by_label("Amount")).to_have_value(amount)
    dialog.get_by_role("button", name="Close").click()
    margin.get_by_role("button", name="Borrow").click()
    dialog = trader.dialog("Borrow · cross account")
    dialog.get_by_role("checkbox").check()
    dialog.get_by_role("button", name="Accept").click()
    for amount, words in (("", "This is needed."), ("1000000", re.compile("USDT can be borrowed now"))):
        dialog.get_by_label("Amount").fill(amount)
        dialog.get_by_role("button", name="Borrow", exact=True).click()
        expect(dialog.get_by_role("alert")).to_have_text(words)
        expect(dialog.get_by_label("Amount")).to_have_value(amount)
    dialog.get_by_role("button", name="Close").click()


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_desk_of_a_signed_in_user_can_be_used_by_everybody(
    opening: Opening, venue: RunningVenue, theme: str
) -> None:
    """No fault that axe finds, with an open order and in each tab, nor in the dialogs."""
    with opening() as watch:
        watch.page.emulate_media(color_scheme=theme)
        trader = Trader(watch.page, venue, USDT="5000")
        trader.moves_in("1000")
        price = (index_of_bitcoin(venue) * Decimal("0.95")).quantize(Decimal("1"))
        trader.types(price=str(price), quantity="0.001")
        trader.sends()
        trader.dialog("Buy BTC").get_by_role("button", name="Buy BTC").click()
        for tab in ("Liabilities", "Order history", "Transfers", "Funds", "Open orders"):
            watch.page.get_by_role("tab", name=tab).click()
            expect(watch.page.get_by_role("region", name=tab)).to_be_visible()
            assert faults(watch.page) == []
        watch.page.get_by_role("button", name=re.compile("^Change order")).click()
        assert faults(watch.page) == []
