"""A person who has opened an account: registered, verified, questioned, with test funds; and his signed-in browser."""

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

from tests.clients.running_venue import RunningVenue

PASSWORD = "correct horse battery"
FIELDS = {
    "legalName": "Alice Example", "birth": "1990-02-28", "country": "CH", "documentKind": "passport",
    "documentNumber": "X1234567", "address": "1 Main Street, Berne",
}  # fmt: skip


@dataclass
class Person:
    """Somebody with a login. `user_id` is the venue's number for him."""

    mail: str
    user_id: int

    def signs_in(self, page: Page) -> None:
        """Sign the page's browser in."""
        answer = page.request.post("/account/v1/sign-in", data={"mail": self.mail, "password": PASSWORD, "code": ""})
        assert answer.ok, answer.text()


class Desk:
    """Requests of a signed-in browser, without a browser."""

    def __init__(self, venue: RunningVenue) -> None:
        self.venue = venue
        self.csrf = ""

    def asked(self, method: str, path: str, **members: Any) -> Any:
        """Ask, or send a JSON object; fails the test on a refusal."""
        words = {"params": members} if method == "GET" else {"json": members}
        answer = self.venue.http.request(
            method, f"/account/v1/{path}", headers={"x-csrf-token": self.csrf, "cookie": self.cookie}, **words
        )
        assert answer.is_success, (path, answer.text)
        return answer.json()

    cookie: str = ""

    def sign_in(self, mail: str) -> int:
        """Sign in and keep the session apart from those of others."""
        answer = self.venue.http.post(
            "/account/v1/sign-in", json={"mail": mail, "password": PASSWORD, "code": ""}, headers={"cookie": ""}
        )
        assert answer.is_success, answer.text
        self.cookie = answer.headers["set-cookie"].split(";")[0]
        self.venue.http.cookies.clear()
        self.csrf = answer.json()["csrfToken"]
        return int(answer.json()["userId"])


def person(venue: RunningVenue, mail: str, **funds: str) -> Person:
    """Return somebody who may trade on margin, has read all but the warning of loans, and has funds in spot."""
    desk = Desk(venue)
    desk.asked("POST", "register", mail=mail, password=PASSWORD, country="CH")
    token = venue.http.get("/sandbox/v1/mails", params={"to": mail}).json()[-1]["text"].split()[-1]
    desk.asked("POST", "confirm", token=token.rsplit("token=", 1)[-1])
    user_id = desk.sign_in(mail)
    desk.asked("POST", "verification", **FIELDS)
    draw = desk.asked("POST", "questionnaires", kind="margin")
    result = desk.asked("POST", "questionnaires/answer", attemptId=draw["attemptId"], answers=right(draw["questions"]))
    assert result["isPassed"]
    versions = {each["name"]: each["version"] for each in desk.asked("GET", "texts")}
    for name in ("terms", "margin-risk"):
        desk.asked("POST", "texts/accept", name=name, version=versions[name])
    venue.sandbox("POST", "faucet", {"userId": user_id, "funds": funds})
    return Person(mail, user_id)


def right(questions: list[dict[str, Any]]) -> list[int]:
    """Return the right answers of a draw."""
    text = (files("leverline.identity") / "data" / "questions_margin.toml").read_text(encoding="utf-8")
    bank = {each["text"]: each["right"] for each in tomllib.loads(text)["question"]}
    return [each["choices"].index(bank[each["text"]]) for each in questions]
