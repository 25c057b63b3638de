"""A venue with operators, a borrower and somebody who waits to be verified; and a console in a browser."""

import base64
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Locator, Page

from tests.clients.running_venue import RunningVenue, serve_venue
from tests.contract.signed import Caller, hmac_signer
from tests.web.browsing import Watch, opened

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


def applicant(venue: RunningVenue) -> int:
    """Return somebody who has handed in a passport and waits."""
    user_id = register(venue, NEWCOMER)
    answer = venue.http.post("/account/v1/sign-in", json={"mail": NEWCOMER, "password": PASSWORD})
    headers = {"x-csrf-token": answer.json()["csrfToken"]}
    picture = {"content-type": "image/png"}
    sent = venue.http.post("/account/v1/verification/documents", content=png(), headers=headers | picture)
    assert sent.is_success, sent.text
    assert venue.http.post("/account/v1/verification", json=FIELDS, headers=headers).is_success
    venue.http.cookies.clear()
    return user_id


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
        """Open a page of the console and wait for it."""
        self.page.goto(path)
        self.page.get_by_role("heading", name=title, level=1).wait_for()

    def row(self, table: str, words: str) -> Locator:
        """Return the row of a table that has these words."""
        return self.page.get_by_role("region", name=table, exact=True).get_by_role("row").filter(has_text=words)

    def act(self, label: str, reason: str, word: str = "") -> None:
        """Fill in the dialog of an act, send it, and wait until it is done."""
        dialog = self.page.locator("dialog[open]").last
        dialog.get_by_label("Reason").fill(reason)
        if word:
            dialog.get_by_label(f"Type {word}").fill(word)
        dialog.get_by_role("button", name=label, exact=True).click()
        dialog.wait_for(state="hidden")


@contextmanager
def console(browser: Browser, venue: RunningVenue, mail: str) -> Iterator[Console]:
    """Give the console of an operator who has signed in; at its end it has complained of nothing."""
    with opened(browser, venue.url) as watch:
        asked: dict[str, Any] = {"mail": mail, "password": PASSWORD}
        assert watch.page.request.post("/account/v1/sign-in", data=asked).ok
        yield Console(watch)
