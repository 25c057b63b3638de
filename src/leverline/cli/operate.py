"""`leverline operator` at a running venue: each command signs in, makes one call of `/operator/v1`, and signs out."""

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

import click

from leverline.cli.faults import Fault
from leverline.config import PORT_DEFAULT

SECONDS: Final = 30.0
PRODUCT: Final = click.Choice(["ALL", "CLASSIC", "PRO", "ISOLATED"], case_sensitive=False)
VIEWS: Final = {
    "overview": "overview",
    "control": "control",
    "at-risk": "accounts/at-risk",
    "account": "account",
    "liquidations": "liquidations",
    "ladder": "price-ladder",
    "pools": "pools",
    "fund": "fund",
    "reconciliation": "reconciliation",
    "index": "index",
    "pairs": "pairs",
    "audit": "audit",
    "audit-check": "audit/check",
}
"""What can be looked at, by its path."""
Act = Callable[..., Any]


class Desk:
    """An operator who is signed in while the context lasts."""

    def __init__(self, url: str, mail: str, password: str, code: str) -> None:
        import httpx

        self._words = {"mail": mail, "password": password, **({"code": code} if code else {})}
        self._url = url
        self._client = httpx.Client(base_url=url, timeout=SECONDS)
        self._headers: dict[str, str] = {}

    def __enter__(self) -> "Desk":
        """Sign in. Raises Fault."""
        try:
            answer = self._call("POST", "/account/v1/sign-in", json=self._words)
        except Fault:
            self._client.close()
            raise
        self._headers = {"x-csrf-token": answer["csrfToken"]}
        return self

    def __exit__(self, *_: object) -> None:
        """Sign out; a session that cannot be ended ends by itself."""
        import httpx

        try:
            with suppress(httpx.HTTPError):
                self._client.post("/account/v1/sign-out", headers=self._headers)
        finally:
            self._client.close()

    def get(self, path: str, values: dict[str, str]) -> Any:
        """Look at something. Raises Fault."""
        return self._call("GET", f"/operator/v1/{path}", params=values)

    def post(self, path: str, members: dict[str, Any]) -> Any:
        """Do something. Raises Fault."""
        return self._call("POST", f"/operator/v1/{path}", json=members)

    def _call(self, method: str, path: str, **words: Any) -> Any:
        """Send one request; raises Fault for a refusal, or when nobody answers."""
        import httpx

        try:
            response = self._client.request(method, path, headers=self._headers, **words)
            answer = response.json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as fault:
            raise Fault(f"no answer from a venue at {self._url}: {fault}") from fault
        if response.is_error:
            raise Fault(f"{answer.get('code')}: {answer.get('msg')}")
        return answer


def signed_in(command: Act) -> Act:
    """Add to a command whose first parameter is a desk the options by which its operator signs in."""

    @click.option(
        "--url", default=f"http://127.0.0.1:{PORT_DEFAULT}", show_default=True, envvar="LEVERLINE_URL",
        help="The venue; https in production, whose cookies go over TLS only.",
    )  # fmt: skip
    @click.option("--mail", required=True, envvar="LEVERLINE_OPERATOR", help="Whom to sign in.")
    @click.option(
        "--password", prompt=True, hide_input=True, envvar="LEVERLINE_OPERATOR_PASSWORD",
        help="Asked for if neither option nor LEVERLINE_OPERATOR_PASSWORD gives it.",
    )  # fmt: skip
    @click.option("--code", default="", help="Of the authenticator, where the second factor is on.")
    def run(url: str, mail: str, password: str, code: str, **words: Any) -> None:
        with Desk(url, mail, password, code) as desk:
            answer = command(desk, **words)
        click.echo(json.dumps(answer, indent=2))

    run.__doc__ = command.__doc__
    run.__name__ = command.__name__
    return run


def reasoned(command: Act) -> Act:
    """Add the reason that the audit log keeps."""
    return click.option("--reason", required=True, help="Why; it stands in the audit log.")(command)


@click.command()
@click.argument("product", type=PRODUCT)
@reasoned
@signed_in
def pause(desk: Desk, product: str, reason: str) -> Any:
    """Pause the liquidation of PRODUCT: ALL, CLASSIC, PRO or ISOLATED."""
    return desk.post("liquidation/pause", {"product": product, "reason": reason})


@click.command()
@click.argument("product", type=PRODUCT)
@reasoned
@signed_in
def resume(desk: Desk, product: str, reason: str) -> Any:
    """Let PRODUCT be liquidated again."""
    return desk.post("liquidation/resume", {"product": product, "reason": reason})


@click.command("take-over")
@click.argument("user_id", metavar="USER", type=int)
@click.argument("symbol", default="")
@reasoned
@signed_in
def take_over(desk: Desk, user_id: int, symbol: str, reason: str) -> Any:
    """Take over an account of USER that is in liquidation: the cross account, or the isolated one of SYMBOL."""
    pair = {"symbol": symbol} if symbol else {}
    return desk.post("liquidation/take-over", {"userId": user_id, "reason": reason, **pair})


@click.command("stop-trading")
@reasoned
@signed_in
def stop_trading(desk: Desk, reason: str) -> Any:
    """Stop everything: pairs only cancel, nobody borrows, nobody is liquidated."""
    return desk.post("trading/stop", {"reason": reason})


@click.command("resume-trading")
@reasoned
@signed_in
def resume_trading(desk: Desk, reason: str) -> Any:
    """End the stop: every pair is again what it was."""
    return desk.post("trading/resume", {"reason": reason})


@click.command()
@click.argument("source")
@click.argument("asset", default="")
@reasoned
@signed_in
def exclude(desk: Desk, source: str, asset: str, reason: str) -> Any:
    """Let an index SOURCE count no more, for ASSET or for all."""
    return desk.post("index/exclude", {"source": source, "reason": reason, **({"asset": asset} if asset else {})})


@click.command()
@click.argument("source")
@click.argument("asset", default="")
@reasoned
@signed_in
def include(desk: Desk, source: str, asset: str, reason: str) -> Any:
    """Take back an exclusion of the same words."""
    return desk.post("index/include", {"source": source, "reason": reason, **({"asset": asset} if asset else {})})


@click.command()
@click.argument("view", type=click.Choice(list(VIEWS)))
@click.argument("values", nargs=-1, metavar="[NAME=VALUE]...")
@signed_in
def show(desk: Desk, view: str, values: tuple[str, ...]) -> Any:
    """Show a VIEW; values as its parameters are named, such as asset=BTC, product=PRO, userId=10001."""
    found: dict[str, str] = {}
    for word in values:
        name, equals, value = word.partition("=")
        if not (name and equals and value):
            raise Fault(f"{word!r} is not of the form NAME=VALUE")
        found[name] = value
    return desk.get(VIEWS[view], found)


COMMANDS: Final = (pause, resume, take_over, stop_trading, resume_trading, exclude, include, show)
