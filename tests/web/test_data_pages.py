"""Margin data and the front page in a browser, as somebody sees them who has no account."""

import csv
import io
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.clients.running_venue import RunningVenue
from tests.contract.signed import Caller, hmac_signer
from tests.web.accessibility import faults, faults_in_both_colours
from tests.web.conftest import Opening
from tests.web.operating import register
from tests.web.person import Desk, person

PAGES = {
    "/": "Trade on margin and see exactly where you stand",
    "/data": "Margin data",
    "/data/compare": "Compare products",
    "/data/loans": "Borrow rates & limits",
    "/data/pools": "Lending pools",
    "/data/fees": "Fees & VIP levels",
    "/data/collateral": "Assets & collateral",
    "/data/pro": "Cross Pro brackets",
    "/data/isolated": "Isolated pairs & tiers",
    "/data/index": "Index price",
    "/data/liquidations": "Liquidation",
    "/data/insurance-fund": "Insurance fund",
    "/data/changes": "Changes & delistings",
    "/rules": "Rules: 1 Numbers",
}
WITHOUT_TABLE = ("/data", "/rules")
DAY_MS = 86_400_000
PHONE = {"width": 390, "height": 844}


def go(page: Page, path: str) -> None:
    """Open a page and wait until nothing on it is being loaded."""
    page.goto(path)
    page.get_by_role("heading", name=PAGES[path.partition("?")[0]], level=1).wait_for()
    expect(page.get_by_label("Loading", exact=True)).to_have_count(0)


def overflow(page: Page) -> int:
    """Return by how many pixels the page is wider than the window."""
    found: int = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return found


def test_every_page_has_rows_and_bars_nobody(opening: Opening, stride: int) -> None:
    """In both colours, and no wider than a phone; `opening` holds that the console stays silent."""
    found: dict[str, list[str]] = {}
    with opening() as watch:
        for path in PAGES:
            watch.page.set_viewport_size({"width": 1440, "height": 900})
            go(watch.page, path)
            if path not in WITHOUT_TABLE:
                watch.page.locator("main tbody tr").first.wait_for(state="attached")
            if path in list(PAGES)[::stride]:
                found[path] = faults_in_both_colours(watch.page)
            watch.page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
            assert overflow(watch.page) == 0, path
            if stride == 1:
                found[path] += faults(watch.page)
    assert {path: each for path, each in found.items() if each} == {}


def test_a_table_is_sorted_filtered_and_kept_as_a_file(opening: Opening, tmp_path: Path) -> None:
    """The file has the bare figures of the rows that are found, in their order."""
    with opening() as watch:
        go(watch.page, "/data/pools")
        table = watch.page.get_by_role("region", name="Lending pools")
        watch.page.get_by_label("Filter Lending pools").fill("USD")
        table.get_by_role("button", name="Asset").click()
        with watch.page.expect_download() as download:
            watch.page.get_by_role("button", name="CSV").last.click()
        download.value.save_as(tmp_path / "pools.csv")
        rows = list(csv.DictReader(io.StringIO((tmp_path / "pools.csv").read_text(encoding="utf-8"))))
    assert download.value.suggested_filename == "lending-pools.csv"
    assets = [row["Asset"] for row in rows]
    assert assets == sorted(assets)
    assert "USDT" in assets
    assert re.fullmatch(r"\d+\.\d{8}", rows[0]["Supply"])


def test_the_calculator_answers_and_refuses_next_to_the_field(opening: Opening) -> None:
    """Twice as much counts twice as much within a slice; what is no amount is not sent, and stays."""
    with opening() as watch:
        go(watch.page, "/data/collateral?asset=USDT")
        answer = watch.page.locator(".answer .result")
        expect(answer).to_contain_text("1.00 USDT")
        amount = watch.page.get_by_label("Amount held, without debt in it")
        amount.fill("2,000.5")
        amount.press("Enter")
        expect(answer).to_contain_text("2,000.50 USDT")
        asked = len(watch.requests)
        for typed, words in (("", "This is needed."), ("much", "such as 1.5"), ("-1", "not below zero")):
            amount.fill(typed)
            amount.press("Enter")
            expect(watch.page.get_by_role("alert").filter(has_text=words)).to_be_visible()
            expect(amount).to_have_attribute("aria-invalid", "true")
            expect(amount).to_have_value(typed)
        assert not [each for each in watch.requests[asked:] if "collateral-value" in each.url]
        go(watch.page, "/data/pro?asset=BTC")
        debt = watch.page.get_by_label("Value owed, USDT")
        for typed, words in (("0", "A debt is above zero."), ("a lot", "Please type a value in USDT")):
            debt.fill(typed)
            debt.press("Enter")
            expect(watch.page.get_by_role("alert").filter(has_text=words)).to_be_visible()
            expect(debt).to_have_value(typed)


def test_a_link_shows_what_one_saw(opening: Opening) -> None:
    """The pair and the level stand in the address, and a name in the list changes the pair there."""
    with opening() as watch:
        go(watch.page, "/data/isolated?symbol=ETHUSDT&vip=3")
        expect(watch.page.get_by_role("heading", name="Tiers of ETHUSDT, VIP 3")).to_be_visible()
        watch.page.get_by_label("Filter Isolated pairs").fill("SOLUSDT")
        watch.page.get_by_role("link", name="SOLUSDT", exact=True).click()
        expect(watch.page.get_by_role("heading", name="Tiers of SOLUSDT, VIP 3")).to_be_visible()
        assert "symbol=SOLUSDT" in watch.page.url
        assert "vip=3" in watch.page.url


def test_a_liquidation_is_seen_by_everybody(opening: Opening, venue: RunningVenue) -> None:
    """It appears by itself, without a name, and the fund's ledger has its fee."""
    made = venue.create_user({"USDT": "5000"})
    caller = Caller(venue.http, made["apiKey"], hmac_signer(made["secretKey"]))
    caller.json("POST", "/sapi/v1/asset/transfer", type="MAIN_MARGIN", asset="USDT", amount="5000")
    order = {"symbol": "LTCUSDT", "side": "BUY", "type": "MARKET", "quoteOrderQty": "20000"}
    assert caller.json("POST", "/sapi/v1/margin/order", **order, sideEffectType="MARGIN_BUY")["status"] == "FILLED"
    with opening() as watch:
        go(watch.page, "/data/liquidations")
        row = (
            watch.page.get_by_role("region", name="Liquidations", exact=True).get_by_role("row").filter(has_text="LTC")
        )
        expect(row).to_have_count(0)
        venue.sandbox("POST", "index", {"LTC": "-18%"})
        expect(row).to_contain_text("Cross Classic")
        assert made["userId"] not in row.inner_text().replace(",", "").split()


def test_what_operators_change_is_told(opening: Opening, venue: RunningVenue) -> None:
    """A changed figure with what it was, and a delisting to come, to everybody; one's own VIP level to oneself."""
    rising = person(venue, "heidi@example.org")
    proposer, approver = operator(venue, "ivan@example.org"), operator(venue, "judy@example.org")
    change = [{"path": "asset.DOGE.trade_band", "value": "0.0123"}]
    made = orders(venue, proposer, "parameter-changes", changes=change, reason="a thin book")
    orders(venue, approver, "parameter-changes/approve", proposalId=made["proposalId"], reason="so it is")
    removal = venue.http.get("/public/v1/venue").json()["serverTime"] + 30 * DAY_MS
    orders(venue, proposer, "delisting", symbol="LTCBTC", removalTime=removal, reason="nobody trades it")
    orders(venue, proposer, "user/vip-level", userId=rising.user_id, vipLevel=3, reason="a maker")
    with opening() as watch:
        rising.signs_in(watch.page)
        go(watch.page, "/data/changes")
        row = watch.page.get_by_role("region", name="Parameter changes", exact=True).get_by_role("row")
        expect(row.filter(has_text="0.0123")).to_contain_text("In effect DOGE Trade band", use_inner_text=True)
        delisting = watch.page.get_by_role("region", name="Delistings", exact=True).get_by_role("row")
        expect(delisting.filter(has_text="LTCBTC")).to_have_count(1)
        assert faults_in_both_colours(watch.page) == []
        go(watch.page, "/data/fees")
        expect(watch.page.get_by_role("row").filter(has_text="Yours")).to_contain_text("VIP 3")
        go(watch.page, "/data/loans")
        expect(watch.page.get_by_role("heading", name="All assets at VIP 3")).to_be_visible()


def operator(venue: RunningVenue, mail: str) -> Desk:
    """Return the desk of an operator who may do everything."""
    register(venue, mail)
    venue.sandbox("POST", "operators", {"mail": mail, "role": "ADMIN"})
    desk = Desk(venue)
    desk.sign_in(mail)
    return desk


def orders(venue: RunningVenue, desk: Desk, path: str, **members: Any) -> Any:
    """Send what an operator orders."""
    headers = {"x-csrf-token": desk.csrf, "cookie": desk.cookie}
    answer = venue.http.post(f"/operator/v1/{path}", json=members, headers=headers)
    assert answer.is_success, answer.text
    return answer.json()


def test_the_front_page_leads_to_a_market(opening: Opening) -> None:
    """Found as one types, kept as a favourite over a visit, and opened by its name."""
    with opening() as watch:
        go(watch.page, "/")
        watch.page.get_by_label("Filter Markets").fill("DOGE")
        watch.page.get_by_role("button", name="Favourite DOGEUSDT").click()
        go(watch.page, "/?show=favourites")
        rows = watch.page.get_by_role("region", name="Markets").locator("tbody tr")
        expect(rows).to_have_count(1)
        rows.get_by_role("link").click()
        watch.page.wait_for_url("**/trade/DOGEUSDT")
        watch.page.wait_for_load_state("networkidle")
