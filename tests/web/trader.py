"""Somebody at the desk of the trade page, in the words of who sits there."""

import itertools
import re
from decimal import Decimal
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.clients.running_venue import RunningVenue
from tests.web.browsing import SECONDS_MAX
from tests.web.person import person

PAIR = "BTCUSDT"
numbers = itertools.count(1)
expect.set_options(timeout=SECONDS_MAX * 1000)


class Trader:
    """A signed-in page at the desk of BTCUSDT."""

    def __init__(self, page: Page, venue: RunningVenue, **funds: str) -> None:
        self.page = page
        self.venue = venue
        person(venue, f"trader{next(numbers)}@example.com", **funds).signs_in(page)
        page.goto(f"/trade/{PAIR}")
        self.form = page.get_by_role("form", name="Order", exact=True)
        self.form.wait_for()
        self.margin = page.get_by_label("Margin", exact=True)

    def choose(self, group: str, name: str) -> None:
        """Press a button of a group of the order form."""
        self.form.get_by_role("group", name=group).get_by_role("button", name=name, exact=True).click()

    def chooses_kind(self, words: str) -> None:
        """Choose a kind of order, of those side by side or of those in the list."""
        kinds = self.form.get_by_role("group", name="Kind of order")
        button = kinds.get_by_role("button", name=words, exact=True)
        if button.count():
            button.click()
        else:
            kinds.get_by_label("Other kinds of order").select_option(label=words)

    def types(self, **values: str) -> None:
        """Type into fields of the order form."""
        for name, value in values.items():
            self.form.locator(f"input[name={name}]").fill(value)

    def sends(self) -> None:
        """Press the button of the order form."""
        self.form.locator("button[type=submit]").click()

    def confirms(self, words: str = "Buy BTC") -> None:
        """Press the button of the dialog that shows the order once more, as somebody who presses everything twice."""
        dialog = self.dialog(words)
        dialog.get_by_role("button", name=words).dblclick()
        expect(dialog).to_be_hidden()

    def dialog(self, title: str) -> Locator:
        """Return an open dialog."""
        return self.page.get_by_role("dialog").filter(has=self.page.get_by_role("heading", name=title))

    def opens(self, button: str) -> Locator:
        """Press a button of the margin panel; return the dialog that it opens."""
        self.margin.get_by_role("button", name=button, exact=True).click()
        return self.dialog(button)

    def moves_in(self, amount: str) -> None:
        """Transfer USDT from spot into the account, by the dialog."""
        dialog = self.opens("Transfer")
        dialog.get_by_label("Amount").fill(amount)
        dialog.get_by_role("button", name="Transfer", exact=True).click()
        expect(dialog).to_be_hidden()
        expect(self.form.locator("button[type=submit]")).to_be_enabled()

    def reads_the_warning(self, dialog: Locator) -> None:
        """Accept the warning before a first loan, which is not accepted unread."""
        dialog.get_by_role("button", name="Accept").click()
        expect(dialog.get_by_role("alert")).to_have_text("Please read it and tick the box.")
        dialog.get_by_role("checkbox").check()
        dialog.get_by_role("button", name="Accept").click()

    def sees(self, text: str | re.Pattern[str]) -> None:
        """Wait for a short message."""
        expect(self.page.locator(".toasts").get_by_text(text).first).to_be_visible()

    def index(self) -> Decimal:
        """Return the index price of Bitcoin."""
        answer = self.venue.http.get("/sapi/v1/margin/priceIndex", params={"symbol": PAIR})
        return Decimal(answer.json()["price"])

    def index_is(self, share: str, of: Decimal) -> None:
        """Pin the index of Bitcoin at a share of a price."""
        self.venue.sandbox("POST", "index", {"BTC": str((of * Decimal(share)).quantize(Decimal("0.01")))})

    def asks(self, path: str, **query: str) -> Any:
        """Ask the venue what the page asks it, past the page."""
        answer = self.page.request.get(path, params=query)
        assert answer.ok, answer.text()
        return answer.json()

    def does(self, method: str, path: str, **members: str) -> Any:
        """Do something as this user, past the page."""
        token = self.asks("/account/v1/session")["csrfToken"]
        headers = {"x-csrf-token": token}
        if method == "DELETE":
            answer = self.page.request.delete(path, params=members, headers=headers)
        else:
            answer = self.page.request.post(path, form=members, headers=headers)
        assert answer.ok, answer.text()
        return answer.json()


def said_of(field: Locator) -> Locator:
    """Return what is said to be wrong with a field, which must be told by its description."""
    expect(field).to_have_attribute("aria-invalid", "true")
    return field.page.locator(f"[id='{field.get_attribute('aria-describedby')}']")
