"""`leverline sandbox`: drive a running sandbox from a shell, each command one call of `/sandbox/v1`."""

import json
from typing import Any, Final

import click

from leverline.cli.faults import Fault
from leverline.config import PORT_DEFAULT

SECONDS: Final = 120.0
"""A long advance of the clock takes its time."""


@click.group(short_help="Drive a running sandbox: users, prices, time.")
@click.option(
    "--url", default=f"http://127.0.0.1:{PORT_DEFAULT}", show_default=True, envvar="LEVERLINE_URL", help="The venue."
)
@click.pass_context
def sandbox(context: click.Context, url: str) -> None:
    """Drive a running sandbox. Answers are printed as JSON."""
    context.obj = url


@sandbox.command()
@click.option(
    "--fund", "funds", multiple=True, metavar="ASSET=AMOUNT", help="Funds in the spot wallet; may be repeated."
)
@click.option("--vip", default=0, help="VIP level.")
@click.option(
    "--public-key", type=click.File(), help="RSA or Ed25519 public key in PEM; the API key then has no secret."
)
@click.pass_obj
def user(url: str, funds: tuple[str, ...], vip: int, public_key: Any) -> None:
    """Make a ready user with funds and an API key."""
    body: dict[str, Any] = {"funds": pairs_of(funds), "vipLevel": vip}
    if public_key is not None:
        body["publicKey"] = public_key.read()
    call(url, "POST", "users", body)


@sandbox.command()
@click.argument("user")
@click.argument("funds", nargs=-1, required=True, metavar="ASSET=AMOUNT...")
@click.pass_obj
def faucet(url: str, user: str, funds: tuple[str, ...]) -> None:
    """Add funds to the spot wallet of USER, an id or an API key."""
    call(url, "POST", "faucet", {**name_of(user), "funds": pairs_of(funds)})


@sandbox.command()
@click.argument("user")
@click.argument("funds", nargs=-1, metavar="[ASSET=AMOUNT]...")
@click.pass_obj
def reset(url: str, user: str, funds: tuple[str, ...]) -> None:
    """Let USER, an id or an API key, begin anew: nothing open or owed, and FUNDS or 10,000 USDT in the spot wallet."""
    call(url, "POST", "reset", {**name_of(user), **({"funds": pairs_of(funds)} if funds else {})})


@sandbox.command()
@click.argument("prices", nargs=-1, metavar="[ASSET=PRICE|ASSET=±N%]...")
@click.pass_obj
def index(url: str, prices: tuple[str, ...]) -> None:
    """Pin or move index prices; without arguments show them."""
    if prices:
        call(url, "POST", "index", pairs_of(prices))
    else:
        call(url, "GET", "index")


@sandbox.command()
@click.argument("assets", nargs=-1, required=True)
@click.pass_obj
def release(url: str, assets: tuple[str, ...]) -> None:
    """Release pinned assets."""
    call(url, "DELETE", "index", {"assets": list(assets)})


@sandbox.command()
@click.argument("symbol")
@click.argument("factor")
@click.pass_obj
def depth(url: str, symbol: str, factor: str) -> None:
    """Set the makers' depth of a pair as a share of the usual; 0 withdraws them, 1 brings them back."""
    call(url, "POST", "depth", {"symbol": symbol, "factor": factor})


@sandbox.command()
@click.argument("span", required=False)
@click.pass_obj
def clock(url: str, span: str | None) -> None:
    """Advance the clock by SPAN, such as 24h or 90m; without it show the time."""
    if span:
        call(url, "POST", "clock", {"advance": span})
    else:
        call(url, "GET", "clock")


@sandbox.command()
@click.argument("supplies", nargs=-1, metavar="[ASSET=SUPPLY]...")
@click.pass_obj
def pool(url: str, supplies: tuple[str, ...]) -> None:
    """Set the supply of lending pools; without arguments show them."""
    if supplies:
        call(url, "POST", "pool", pairs_of(supplies))
    else:
        call(url, "GET", "pool")


@sandbox.command()
@click.argument("additions", nargs=-1, metavar="[ASSET=AMOUNT]...")
@click.pass_obj
def fund(url: str, additions: tuple[str, ...]) -> None:
    """Add to the insurance fund; without arguments show it."""
    if additions:
        call(url, "POST", "fund", pairs_of(additions))
    else:
        call(url, "GET", "fund")


@sandbox.command()
@click.argument("user")
@click.argument("role", type=click.Choice(["SUPPORT", "RISK", "ADMIN"]), default="ADMIN")
@click.pass_obj
def operators(url: str, user: str, role: str) -> None:
    """Make USER, a mail, an id or an API key, an operator of ROLE, ADMIN if none is given."""
    name = {"mail": user} if "@" in user else name_of(user)
    call(url, "POST", "operators", {**name, "role": role})


@sandbox.command()
@click.argument("mail")
@click.pass_obj
def mails(url: str, mail: str) -> None:
    """Show the mails to an address, which a sandbox keeps instead of sending."""
    call(url, "GET", "mails", query={"to": mail})


def name_of(user: str) -> dict[str, Any]:
    """Return how a user is named by an id or an API key."""
    return {"userId": int(user)} if user.isdigit() else {"apiKey": user}


def pairs_of(words: tuple[str, ...]) -> dict[str, str]:
    """Return {"USDT": "10000"} from USDT=10000."""
    found: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not (name and equals and value):
            raise Fault(f"{word!r} is not of the form ASSET=VALUE")
        found[name.upper()] = value
    return found


def call(url: str, method: str, path: str, body: Any = None, query: dict[str, str] | None = None) -> None:
    """Send one request and print the answer; raises Fault for a refusal, or when nobody answers."""
    import httpx

    try:
        response = httpx.request(method, f"{url}/sandbox/v1/{path}", json=body, params=query, timeout=SECONDS)
        answer = response.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as fault:
        raise Fault(f"no answer from a venue at {url}: {fault}") from fault
    if response.is_error:
        raise Fault(f"{answer.get('code')}: {answer.get('msg')}")
    click.echo(json.dumps(answer, indent=2))
