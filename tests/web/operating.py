"""A venue with operators, a borrower and somebody who waits to be verified; and a console in a browser."""

import base64
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Locator, Page, expect

from tests.clients.running_venue import RunningVenue, serve_venue
from tests.contract.signed import Caller, hmac_signer
from tests.web.browsing import SECONDS_MAX, Watch, opened

PASSWORD: Final = "correct horse battery"
SETTINGS: Final = "[sandbox]\nis_trading = false\nis_verified_at_once = false\n"
ADMIN, RISK, NEWCOMER = "olga@example.org", "rita@example.org", "vera@example.org"
FIELDS: Final = {
    "legalName": "Vera Example", "birth": "1990-02-28", "country": "CH", "documentKind": "passport",
    "documentNumber": "X1234567", "address": "1 Main Street, Berne",
}  # fmt: skip


@contextmanager
def operated_venue(folder: Path) -> Iterator[RunningVenue]:
    """Serve a venue where verifications wait and nobody moves the market."""
    settings = folder / "settings.toml"
    settings.write_text(SETTINGS, encoding="utf-8")
    with serve_venue(folder, "--config", str(settings)) as venue:
        for mail, role in ((ADMIN, "ADMIN"), (RISK, "RISK")):
            register(venue, mail)
            venue.sandbox("POST", "operators", {"mail": mail, "role": role})
        yield venue


def register(venue: RunningVenue, mail: str) -> int:
    """Open an account and confirm its address; return the user's number."""
    asked = {"mail": mail, "password": PASSWORD, "country": "CH"}
    assert venue.http.post("/account/v1/register", json=asked).is_success
    (letter,) = venue.http.get("/sandbox/v1/mails", params={"to": mail}).json()
    token = re.search(r"[A-Za-z0-9_-]{30,}", letter["text"])
    assert token is not None, letter
    return int(venue.http.post("/account/v1/confirm", json={"token": token[0]}).json()["userId"])


def borrower(venue: RunningVenue) -> int:
    """Return somebody who bought 0.2 BTC with 5,000 USDT of his own and the rest borrowed."""
    made = venue.create_user({"USDT": "5000"})
    caller = Caller(venue.http, made["apiKey"], hmac_signer(made["secretKey"]))
    caller.json("POST", "/sapi/v1/asset/transfer", type="MAIN_MARGIN", asset="USDT", amount="5000")
    order = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.2", "sideEffectType": "MARGIN_BUY"}
    assert caller.json("POST", "/sapi/v1/margin/order", **order)["status"] == "FILLED"
    return int(made["userId"])


def applicant(venue: RunningVenue, mail: str = NEWCOMER) -> int:
    """Return somebody who has handed in a passport and a bill, and waits."""
    user_id = register(venue, mail)
    answer = venue.http.post("/account/v1/sign-in", json={"mail": mail, "password": PASSWORD})
    headers = {"x-csrf-token": answer.json()["csrfToken"]}
    for kind, content in (("image/png", png()), ("application/pdf", PDF)):
        said = {"content-type": kind}
        sent = venue.http.post("/account/v1/verification/documents", content=content, headers=headers | said)
        assert sent.is_success, sent.text
    assert venue.http.post("/account/v1/verification", json=FIELDS, headers=headers).is_success
    venue.http.cookies.clear()
    return user_id


PDF: Final = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
"""An empty page."""


def png() -> bytes:
    """Return a picture of four grey points."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    head = (2).to_bytes(4, "big") * 2 + bytes([8, 0, 0, 0, 0])
    return (
        base64.b64decode("iVBORw0KGgo=")
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0\x80\x90\0\xa0\xb0"))
        + chunk(b"IEND", b"")
    )


class Console:
    """The console of one operator."""

    def __init__(self, watch: Watch) -> None:
        self.watch = watch
        self.page: Page = watch.page

    def go(self, path: str, title: str) -> None:
        """Open a page of the console anew and wait for it."""
        self.page.goto(path)
        self.is_at(title)

    def to(self, link: str, title: str = "") -> None:
        """Follow a link of the console's list and wait for its page, which is called as the link is, or otherwise."""
        self.page.get_by_role("navigation", name="Operate").get_by_role("link", name=link, exact=True).click()
        self.is_at(title or link)

    def is_at(self, title: str) -> None:
        """Wait for a page."""
        self.page.get_by_role("heading", name=title, level=1, exact=True).wait_for()

    @property
    def dialog(self) -> Locator:
        """The dialog that is open, above all others."""
        return self.page.locator("dialog[open]").last

    def row(self, table: str, words: str) -> Locator:
        """Return the row of a table that has these words."""
        return self.page.get_by_role("region", name=table, exact=True).get_by_role("row").filter(has_text=words)

    def act(self, label: str, reason: str, word: str = "", **fields: str) -> None:
        """Fill in the dialog of an act, send it, and wait until it is done."""
        dialog = self.dialog
        for name, text in fields.items():
            dialog.get_by_label(name).fill(text)
        dialog.get_by_label("Reason").fill(reason)
        if word:
            dialog.get_by_label(f"Type {word}").fill(word)
        dialog.get_by_role("button", name=label, exact=True).click()
        expect(dialog.get_by_label("Reason")).to_have_count(0)


@contextmanager
def console(browser: Browser, venue: RunningVenue, mail: str) -> Iterator[Console]:
    """Give the console of an operator who has signed in; at its end it has complained of nothing."""
    expect.set_options(timeout=SECONDS_MAX * 1_000)
    with opened(browser, venue.url) as watch:
        asked: dict[str, Any] = {"mail": mail, "password": PASSWORD}
        assert watch.page.request.post("/account/v1/sign-in", data=asked).ok
        yield Console(watch)
