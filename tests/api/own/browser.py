"""A browser at the venue: it keeps the session cookie and sends the CSRF token that it was told."""

from typing import Any

import httpx
import pyotp
from tests.api.world import InProcess, World

from leverline.identity.operators import VENUE, Role
from leverline.kernel.time import SECOND

PASSWORD = "correct horse battery"
FIELDS = {
    "legalName": "Alice Example", "birth": "1990-02-28", "country": "CH", "documentKind": "passport",
    "documentNumber": "X1234567", "address": "1 Main Street, Berne",
}  # fmt: skip


class Browser:
    """One browser. `csrf` is empty before it signs in."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.csrf = ""
        self.client = httpx.AsyncClient(
            transport=InProcess(world.dispatcher),
            base_url=f"{'http' if world.services.is_sandbox else 'https'}://127.0.0.1",
        )

    def send(self, method: str, path: str, **words: Any) -> httpx.Response:
        """Send a request as a page of the venue's own does."""
        headers = {"x-csrf-token": self.csrf} | words.pop("headers", {})
        return self.world.run(self.client.request(method, path, headers=headers, **words))

    def get(self, path: str, **values: Any) -> Any:
        """Read something that must be there."""
        return accepted(self.send("GET", path, params=values))

    def post(self, path: str, **members: Any) -> Any:
        """Send a JSON object that must be accepted."""
        return accepted(self.send("POST", path, json=members))

    def refused(self, method: str, path: str, **members: Any) -> tuple[int, int]:
        """Send something that must be refused and return status and code."""
        words = {"params": members} if method in ("GET", "DELETE") else {"json": members}
        response = self.send(method, path, **words)
        assert response.status_code >= 400, response.text
        assert response.json()["msg"]
        return response.status_code, response.json()["code"]

    def sign_in(self, mail: str, password: str = PASSWORD, **members: Any) -> int:
        """Sign in and return the user's id."""
        answer = self.post("/account/v1/sign-in", mail=mail, password=password, **members)
        self.csrf = answer["csrfToken"]
        return int(answer["userId"])


class Authenticator:
    """The second factor of a browser's user, switched on. A code is used once: `fresh` waits for the next one."""

    def __init__(self, browser: Browser) -> None:
        self.world = browser.world
        uri = browser.post("/account/v1/totp")["otpauthUri"]
        self.totp = pyotp.parse_uri(uri)
        browser.post("/account/v1/totp/confirm", code=self.now())

    def now(self) -> str:
        """The code of this moment."""
        assert isinstance(self.totp, pyotp.TOTP)
        return self.totp.at(self.world.clock.now() // SECOND)

    def fresh(self) -> str:
        """The code of the next time step, half a minute later."""
        self.world.advance(30 * SECOND)
        return self.now()


def accepted(response: httpx.Response) -> Any:
    """Return the body of an answer that must be 200."""
    assert response.status_code == 200, (response.status_code, response.text)
    return response.json()


def token_sent_to(world: World, mail: str) -> str:
    """Return the token of the last mail to an address."""
    world.run(world.identity.post.settled())
    return world.run(world.identity.mails.kept(mail))[-1].text.split()[-1]


def registered(world: World, mail: str) -> Browser:
    """Return the browser of somebody who has registered, confirmed and signed in."""
    browser = Browser(world)
    browser.post("/account/v1/register", mail=mail, password=PASSWORD, country="CH")
    browser.post("/account/v1/confirm", token=token_sent_to(world, mail))
    browser.sign_in(mail)
    return browser


def operator(world: World, role: Role, mail: str = "") -> Browser:
    """Return the browser of an operator, with a second factor where operators take one."""
    browser = registered(world, mail or f"{role.lower()}@example.com")
    if not world.services.is_sandbox:
        Authenticator(browser)
    user_id = browser.get("/account/v1/session")["userId"]
    world.run(world.identity.operators.appoint(VENUE, user_id, role, "a test"))
    return browser


def opened(browser: Browser, kind: str = "margin") -> None:
    """Take a user through rule 12.1: verification, questionnaire, terms."""
    world = browser.world
    browser.post("/account/v1/verification", **FIELDS)
    draw = browser.post("/account/v1/questionnaires", kind=kind)
    browser.post("/account/v1/questionnaires/answer", attemptId=draw["attemptId"], answers=right(world, kind, draw))
    accept(browser, "terms", f"{kind}-risk")


def accept(browser: Browser, *names: str) -> None:
    """Accept texts in the versions in force."""
    versions = {each["name"]: each["version"] for each in browser.get("/account/v1/texts")}
    for name in names:
        browser.post("/account/v1/texts/accept", name=name, version=versions[name])


def right(world: World, kind: str, draw: dict[str, Any]) -> list[int]:
    """Return the right answers of a draw."""
    bank = {each.text: each.right for each in world.identity.questionnaires._bank(kind).questions.values()}
    return [each["choices"].index(bank[each["text"]]) for each in draw["questions"]]
