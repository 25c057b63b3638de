"""Wrong input in each form of the trade page: said at its field, what was typed stays, and nothing is sent twice."""

import re
from collections.abc import Iterator
from decimal import Decimal

import pytest
from playwright.sync_api import Locator, expect

from tests.clients.running_venue import RunningVenue
from tests.web.browsing import Watch
from tests.web.conftest import Opening
from tests.web.trader import PAIR, Trader, said_of

Typed = dict[str, str]
ORDERS = ("/margin/order", "/margin/order/oco", "/margin/order/oto", "/margin/order/otoco")

SEEN_BY_THE_PAGE: list[tuple[str, Typed, str, str]] = [
    ("Limit", {"price": "100000", "quantity": ""}, "quantity", "This is needed."),
    ("Limit", {"price": "100000", "quantity": "0.0000001"}, "quantity", "At most 5 decimals."),
    ("Limit", {"price": "100000", "quantity": "0"}, "quantity", "It must be more than 0."),
    ("Limit", {"price": "100000", "quantity": "0.00001"}, "total", "At least 5 USDT."),
    ("Limit", {"price": "100000", "quantity": "0.5"}, "quantity", "Not enough: 500 USDT is there for it."),
    ("Limit", {"price": "100000.001", "quantity": "0.0005"}, "price", "At most 2 decimals."),
    ("Limit", {"price": "1,234", "quantity": "0.0005"}, "price", "Is it 1234 or 1.234? Write it like one of these."),
    ("Market", {"quantity": "a lot"}, "quantity", "This is no number."),
    ("Market", {"total": "1"}, "total", "At least 5 USDT."),
    ("Market", {"total": "600"}, "total", "Not enough: 500 USDT is there for it."),
    ("Stop limit", {"stopPrice": "", "price": "100000", "quantity": "0.0005"}, "stopPrice", "This is needed."),
    ("Stop market", {"stopPrice": "-1", "quantity": "0.0005"}, "stopPrice", "It must be more than 0."),
    ("Take profit limit", {"stopPrice": "9.999", "price": "9", "quantity": "1"}, "stopPrice", "At most 2 decimals."),
    ("Take profit market", {"stopPrice": "", "quantity": "0.0005"}, "stopPrice", "This is needed."),
    ("Trailing stop", {"trailingDelta": "", "quantity": "0.0005"}, "trailingDelta", "This is needed."),
    ("Trailing stop", {"trailingDelta": "0.001", "quantity": "0.0005"}, "trailingDelta", "At most 2 decimals."),
    ("Post only", {"price": "", "quantity": "0.0005"}, "price", "This is needed."),
    ("OCO", {"price": "100000", "stopPrice": "", "quantity": "0.0005"}, "stopPrice", "This is needed."),
    (
        "OCO",
        {"price": "100000", "stopPrice": "110000", "stopLimitPrice": "x", "quantity": "0.0005"},
        "stopLimitPrice", "This is no number.",
    ),
]  # fmt: skip
"""Kind of order, what is typed, the field that is wrong, what is said; a dollar price is far from none of them."""
AT_ONCE = "The market is past this price already: it would trigger at once."
WRONG_WAY = "These prices are the wrong way round: one must lie above the market and the other one below it."
REFUSED: list[tuple[str, Typed, str, str]] = [
    ("Limit", {"price": "20", "quantity": "0.00001"}, "price", "The price is too far from the market."),
    ("Stop limit", {"stopPrice": "0.95", "price": "0.95", "quantity": "0.001"}, "stopPrice", AT_ONCE),
    ("Stop market", {"stopPrice": "0.95", "quantity": "0.001"}, "stopPrice", AT_ONCE),
    ("Take profit limit", {"stopPrice": "1.05", "price": "1.05", "quantity": "0.001"}, "stopPrice", AT_ONCE),
    ("Take profit market", {"stopPrice": "1.05", "quantity": "0.001"}, "stopPrice", AT_ONCE),
    (
        "Trailing stop", {"trailingDelta": "90", "quantity": "0.001"},
        "trailingDelta", "The distance is too small or too large.",
    ),
    (
        "Post only", {"price": "1.05", "quantity": "0.001"},
        "price", "It would trade at once, which it must not: it is post only.",
    ),
    (
        "OCO", {"price": "1.05", "stopPrice": "0.95", "stopLimitPrice": "", "quantity": "0.001"},
        "stopPrice", WRONG_WAY,
    ),
]  # fmt: skip
"""The same of what only the venue knows; prices are shares of the index."""
PRICES = ("price", "stopPrice")


@pytest.fixture
def watch(opening: Opening) -> Iterator[Watch]:
    """A page whose requests are refused by the test's will."""
    with opening() as watch:
        yield watch
        watch.forgives_refusals()


@pytest.fixture
def trader(watch: Watch, venue: RunningVenue) -> Trader:
    """Somebody with 500 USDT in the cross account and as much in spot."""
    trader = Trader(watch.page, venue, USDT="1000")
    trader.moves_in("500")
    return trader


def test_an_order_of_each_kind_says_what_is_wrong_with_it(watch: Watch, trader: Trader) -> None:
    """What the page sees is not sent; what the venue refuses is sent once."""
    for kind, typed, field, words in SEEN_BY_THE_PAGE:
        trader.chooses_kind(kind)
        trader.types(**typed)
        trader.sends()
        says(trader, typed, field, words)
    assert sent(watch) == 0
    index = trader.index()
    for count, (kind, shares, field, words) in enumerate(REFUSED, 1):
        typed = {name: at(index, value) if name in PRICES else value for name, value in shares.items()}
        trader.chooses_kind(kind)
        trader.types(**typed)
        trader.sends()
        trader.confirms()
        says(trader, typed, field, words)
        assert sent(watch) == count
    wrong_exits(watch, trader, index)


def wrong_exits(watch: Watch, trader: Trader, index: Decimal) -> None:
    """What hangs on an order is judged too: where it takes profit and stops a loss, and how much of it is shown."""
    before = sent(watch)
    trader.chooses_kind("Limit")
    trader.types(price=at(index, "0.95"), quantity="0.001")
    trader.form.get_by_label("Take profit / stop loss").check()
    trader.sends()
    expect(trader.form.get_by_text("Enter a price for at least one of them.")).to_be_visible()
    trader.types(takeProfit=at(index, "0.90"), stopLoss="none")
    trader.sends()
    says(trader, {}, "stopLoss", "This is no number.")
    assert sent(watch) == before
    trader.types(stopLoss=at(index, "0.99"))
    trader.sends()
    trader.confirms()
    expect(trader.form.get_by_text(WRONG_WAY)).to_be_visible()
    trader.form.get_by_label("Take profit / stop loss").uncheck()
    trader.form.locator("summary").click()
    trader.types(icebergQty="0.002")
    trader.sends()
    trader.confirms()
    says(trader, {"icebergQty": "0.002"}, "icebergQty", "This is more than the amount.")
    assert sent(watch) == before + 2


def test_the_dialogs_of_money_say_what_is_wrong(watch: Watch, trader: Trader) -> None:
    """Transfer, borrow and repay: in words at the field, of what the page sees and of what the venue refuses."""
    dialog = trader.opens("Transfer")
    for amount, words in (("", "This is needed."), ("5000", "At most 500 USDT can leave the spot wallet now.")):
        refuses(dialog, "Transfer", amount, words)
    dialog.get_by_label("To", exact=True).select_option("spot")
    dialog.get_by_role("button", name="Transfer", exact=True).click()
    expect(said_of(dialog.get_by_label("To", exact=True))).to_have_text("Choose two different accounts.")
    dialog.get_by_role("button", name="Close").click()
    dialog = trader.opens("Borrow")
    trader.reads_the_warning(dialog)
    dialog.get_by_text("Can be borrowed now").wait_for()
    for amount, words in (
        ("", "This is needed."),
        ("0.000000001", "At most 8 decimals."),
        ("1000000", re.compile(r"^At most [\d,.]+ USDT can be borrowed now\.$")),
        ("0.00001", "This is less than is lent at a time."),
    ):
        refuses(dialog, "Borrow", amount, words)
    dialog.get_by_label("Amount").fill("100")
    dialog.get_by_role("button", name="Borrow", exact=True).dblclick()
    expect(dialog).to_be_hidden()
    expect(trader.margin.get_by_role("button", name="Repay")).to_be_enabled()
    dialog = trader.opens("Repay")
    dialog.get_by_text("Owed now").wait_for()
    for amount, words in (
        ("none", "This is no number."),
        ("400", re.compile(r"^At most 100[\d.]* USDT: no more is owed\.$")),
    ):
        refuses(dialog, "Repay", amount, words)
    assert posts(watch, "/margin/borrow-repay") == 2


def test_a_change_and_a_close_that_are_refused_say_so_where_they_were_asked(watch: Watch, trader: Trader) -> None:
    """An order whose successor is refused is gone, and the dialog says that; a close without a market stays open."""
    page, index = watch.page, trader.index()
    trader.types(price=at(index, "0.95"), quantity="0.001")
    trader.sends()
    trader.confirms()
    assert sent(watch) == 1
    page.get_by_role("tab", name="Open orders (1)").click()
    page.get_by_role("button", name=re.compile("^Change order")).click()
    dialog = trader.dialog("Change the order")
    for name, value, words in (
        ("Price", "", "This is needed."), ("Price", "1.001", "At most 2 decimals."), ("Amount", "0", "more than 0."),
        ("Amount", "1", "There is not enough in this account for it."),
    ):  # fmt: skip
        dialog.get_by_label("Price").fill(at(index, "0.95"))
        dialog.get_by_label("Amount").fill("0.001")
        dialog.get_by_label(name).fill(value)
        dialog.get_by_role("button", name="Change", exact=True).click()
        expect(said_of(dialog.get_by_label(name))).to_contain_text(words)
        expect(dialog.get_by_label(name)).to_have_value(value)
    expect(dialog.get_by_text("nothing stands in the book now")).to_be_visible()
    dialog.get_by_label("Amount").fill("0.002")
    dialog.get_by_role("button", name="Place it anew").dblclick()
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("row").filter(has_text="0.002")).to_have_count(1)
    page.get_by_role("button", name=re.compile("^Cancel order")).click()
    expect(page.get_by_role("tab", name="Open orders", exact=True)).to_be_visible()
    closes_without_a_market(trader)


def closes_without_a_market(trader: Trader) -> None:
    """The refusal stands in the dialog; the same button closes once there is somebody to trade with."""
    trader.does("POST", "/sapi/v1/margin/order", symbol=PAIR, side="BUY", type="MARKET", quantity="0.001")
    trader.page.get_by_role("tab", name="Positions (1)").click()
    trader.venue.sandbox("POST", "depth", {"symbol": PAIR, "factor": "0"})
    try:
        trader.page.get_by_role("button", name="Close", exact=True).click()
        dialog = trader.dialog("Close the position")
        dialog.get_by_role("button", name="Close", exact=True).last.click()
        expect(dialog.get_by_role("alert")).to_have_text(re.compile(r"^[A-Z].*\w+.*\.$"))
    finally:
        trader.venue.sandbox("POST", "depth", {"symbol": PAIR, "factor": "1"})
        trader.venue.wait_for_market()
    dialog.get_by_role("button", name="Close", exact=True).last.dblclick()
    expect(dialog).to_be_hidden()
    expect(trader.page.get_by_role("tab", name="Positions", exact=True)).to_be_visible()


def at(index: Decimal, share: str) -> str:
    """Return a share of the index as a price in whole dollars."""
    return str(round(index * Decimal(share)))


def says(trader: Trader, typed: Typed, field: str, words: str) -> None:
    """The order form says what is wrong at a field, and all that was typed is there."""
    expect(said_of(trader.form.locator(f"input[name={field}]"))).to_have_text(words)
    for name, value in typed.items():
        expect(trader.form.locator(f"input[name={name}]")).to_have_value(value)


def refuses(dialog: Locator, verb: str, amount: str, words: str | re.Pattern[str]) -> None:
    """A dialog refuses an amount, and keeps it."""
    dialog.get_by_label("Amount").fill(amount)
    dialog.get_by_role("button", name=verb, exact=True).click()
    expect(said_of(dialog.get_by_label("Amount"))).to_have_text(words)
    expect(dialog.get_by_label("Amount")).to_have_value(amount)


def sent(watch: Watch) -> int:
    """Return how many orders the page has sent."""
    return sum(posts(watch, path) for path in ORDERS)


def posts(watch: Watch, path: str) -> int:
    """Return how many requests to do something ended in this path."""
    return len([each for each in watch.requests if each.method == "POST" and each.url.endswith(path)])
