"""Ready users and their funds: what a test starts from."""

import asyncio
from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Table
from leverline.api.errors import WireError
from leverline.engine.commands import Deposit
from leverline.identity.faults import IdentityFault
from leverline.identity.keys import ALL_PERMISSIONS
from leverline.kernel.decimals import format_amount
from leverline.sandbox.documents import amounts, document, user_id_of, wrong

table = Table()
REFERENCE_LENGTH_MAX: Final = 50
EVERYWHERE: Final = ["0.0.0.0/0", "::/0"]
"""The addresses of a ready user's key: it may withdraw, which takes a list."""


@table.add("POST", "/sandbox/v1/users", tag="Sandbox")
async def create_user(call: Call) -> dict[str, Any]:
    """Make a user who may trade at once: verified, questionnaires passed, funds in the spot wallet, an API key."""
    found = document(call) if call.request.body else {}
    funds = amounts(call, "funds", found.get("funds", {}))
    identity = call.services.identity
    try:
        user = await identity.create_ready_user(vip_level=vip_level(call, found))
        key = await identity.keys.create(
            user.user_id, "sandbox", ALL_PERMISSIONS, networks=EVERYWHERE, public_key=public_key(found)
        )
    except IdentityFault as fault:
        raise WireError(-1130, str(fault)) from fault
    await deposit_all(call, user.user_id, funds)
    answer = {"userId": user.user_id, "apiKey": key.record.text}
    return answer | {"secretKey": key.secret} if key.secret else answer


@table.add("POST", "/sandbox/v1/faucet", tag="Sandbox")
async def faucet(call: Call) -> dict[str, Any]:
    """Put funds into a user's spot wallet: {"userId": 10001, "funds": {"BTC": "1"}}.

    Asked again with the `reference` of an earlier call, it adds only what that one did not get to.
    """
    found = document(call)
    user_id = user_id_of(call, found)
    funds = amounts(call, "funds", found.get("funds"))
    if reference := reference_of(found):
        await deposit_once(call, user_id, funds, f"faucet {reference}")
    else:
        await deposit_all(call, user_id, funds)
    holdings = call.core.users[user_id].spot.holdings
    balances = {asset: format_amount(each.free) for asset, each in holdings.items() if each.free}
    return {"userId": user_id, "free": balances}


async def deposit_all(call: Call, user_id: int, funds: dict[str, int], reference: str = "") -> None:
    """Deposit every amount."""
    for asset, amount in funds.items():
        await call.send(Deposit(user_id, asset, amount, reference))


async def deposit_once(call: Call, user_id: int, funds: dict[str, int], reference: str) -> None:
    """Deposit every amount that was not deposited under this reference before, whatever ended the venue since."""
    trail = call.services.identity.trail
    async with call.services.caches.setdefault(__name__, asyncio.Lock()):
        missing = {name: each for name, each in funds.items() if not trail.has_deposit(user_id, name, reference)}
        await deposit_all(call, user_id, missing, reference)


def reference_of(found: dict[str, Any]) -> str:
    """Return the caller's name for a deposit, empty if he gives none."""
    reference = found.get("reference", "")
    if not isinstance(reference, str) or len(reference) > REFERENCE_LENGTH_MAX or not reference.isprintable():
        raise wrong("reference", f"a text of up to {REFERENCE_LENGTH_MAX} printable characters is needed")
    return reference


def vip_level(call: Call, found: dict[str, Any]) -> int:
    """Return the VIP level asked for."""
    level = found.get("vipLevel", 0)
    if type(level) is not int or not 0 <= level < len(call.core.parameters.vip_levels):
        raise wrong("vipLevel", f"a level from 0 to {len(call.core.parameters.vip_levels) - 1} is needed")
    return level


def public_key(found: dict[str, Any]) -> str:
    """Return the public key in PEM, empty for an HMAC key."""
    pem = found.get("publicKey", "")
    if not isinstance(pem, str):
        raise wrong("publicKey", "an RSA or Ed25519 public key in PEM is needed")
    return pem
