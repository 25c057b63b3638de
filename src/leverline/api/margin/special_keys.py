"""Special keys: they trade one margin account, cross or a pair's, through /api/v3, the WebSocket API and its streams.

Which key a request means, where it names none: the only one of the account.
"""

from typing import Any, Final

from leverline.api.answer import Answer
from leverline.api.call import Call
from leverline.api.endpoint import Budget, Security, Table
from leverline.api.errors import bad_key, invalid, mandatory, named_error
from leverline.api.margin.words import SYMBOL, account_at, place_of_symbol
from leverline.api.parameters import Parser, described, optional, required, text, word_of
from leverline.identity.faults import Fault, IdentityFault
from leverline.identity.key_kinds import KeyKind
from leverline.identity.keys import KeyPermission, KeyRecord
from leverline.rulebook.refusals import Refusal

table = Table()
TAG: Final = "Special keys"
KINDS: Final = {KeyKind.HMAC: "HMAC_SHA256", KeyKind.RSA: "RSA", KeyKind.ED25519: "Ed25519"}
MODES: Final = {"TRADE": False, "READ": True}
"""Whether a key only reads."""
PUBLIC_KEY_LENGTH_MAX: Final = 4_000
KEY: Final = optional("apiKey", text)
WORDS: Final[dict[str, Any]] = {"security": Security.TRADE, "budget": Budget.SAPI_UID, "tag": TAG}


def long_text(most: int) -> Parser:
    """Return a parser of any text of up to `most` characters."""

    def parse(name: str, value: str) -> str:
        if len(value) > most:
            raise invalid(name)
        return value

    return described(parse, {"type": "string", "maxLength": most})


def addresses(name: str, value: str) -> list[str]:
    """Parse addresses and networks joined by commas; whether they are any is identity's to say."""
    found = [each.strip() for each in value.split(",")]
    if not all(found):
        raise invalid(name)
    return found


described(addresses, {"type": "string", "description": "Addresses and networks, joined by commas."})


def check_margin(call: Call) -> None:
    """Refuse a key that may not use margin: beside trading, what it makes or changes can do no more than itself."""
    if call.key is not None and not int(call.key.permissions) & KeyPermission.MARGIN:
        raise bad_key()


@table.add(
    "POST", "/sapi/v1/margin/apiKey", required("apiName", text), SYMBOL, optional("ip", addresses),
    optional("publicKey", long_text(PUBLIC_KEY_LENGTH_MAX), ""), optional("permissionMode", word_of(MODES), False),
    **WORDS,
)  # fmt: skip
async def create(call: Call) -> Answer:
    """Make a special key: HMAC with a secret that is shown this once, or RSA or Ed25519 by its public key in PEM."""
    check_margin(call)
    place = place_of_symbol(call, "symbol")
    account_at(call, place)
    new = await call.services.identity.special_keys.create(
        call.user_id, call.user.vip_level, place, call["apiName"], call["permissionMode"], call["ip"] or [],
        call["publicKey"],
    )  # fmt: skip
    answer = {"apiKey": new.record.text, "secretKey": new.secret, "type": KINDS[new.record.kind]}
    return Answer(answer, headers={"cache-control": "no-store"})


@table.add("DELETE", "/sapi/v1/margin/apiKey", KEY, optional("apiName", text), SYMBOL, **WORDS)
async def delete(call: Call) -> dict[str, Any]:
    """Delete the special key that is named, else those of the name; without either the only one of the account."""
    check_margin(call)
    if call["apiKey"] is None and call["apiName"] is not None:
        found = [each for each in keys_asked(call) if each.label == call["apiName"]]
    else:
        found = [key_asked(call)]
    if not found:
        raise IdentityFault(Fault.KEY_UNKNOWN, "the account has no such special key")
    await call.services.identity.special_keys.delete(call.user_id, found)
    return {}


@table.add("PUT", "/sapi/v1/margin/apiKey/ip", KEY, required("ip", addresses), SYMBOL, **WORDS)
async def change_addresses(call: Call) -> dict[str, Any]:
    """Let a special key be used from these addresses only."""
    check_margin(call)
    await call.services.identity.special_keys.set_networks(call.user_id, key_asked(call).text, call["ip"])
    return {}


@table.add("GET", "/sapi/v1/margin/apiKey", KEY, SYMBOL, **WORDS)
def one(call: Call) -> dict[str, str]:
    """Return one special key."""
    return shown(key_asked(call))


@table.add("GET", "/sapi/v1/margin/api-key-list", SYMBOL, **WORDS)
def every(call: Call) -> list[dict[str, str]]:
    """Return the special keys of the cross account, or of a pair's, oldest first."""
    return [shown(each) for each in keys_asked(call)]


@table.add("POST", "/sapi/v1/margin/exit-special-key-mode", **(WORDS | {"weight": 10}))
async def leave(call: Call) -> dict[str, Any]:
    """Leave the mode of special keys: those of the cross account are deleted, which must owe nothing."""
    check_margin(call)
    account = call.user.cross
    if account is not None and account.liquidation_started:
        raise named_error(Refusal.ACCOUNT_LOCKED)
    if account is not None and account.debts:
        raise IdentityFault(Fault.SPECIAL_MODE_STATE, "the cross account owes something: repay it first")
    await call.services.identity.special_keys.leave(call.user_id)
    return {}


def keys_asked(call: Call) -> list[KeyRecord]:
    """Return the special keys of the account that a request means, oldest first: the one that it names, or all."""
    found = call.services.identity.special_keys.of_account(call.user_id, place_of_symbol(call, "symbol"))
    named = call.values.get("apiKey")
    return found if named is None else [each for each in found if each.text == named]


def key_asked(call: Call) -> KeyRecord:
    """Return the special key that a request means; with several of the account it must be named."""
    found = keys_asked(call)
    if not found:
        raise IdentityFault(Fault.KEY_UNKNOWN, "the account has no such special key")
    if len(found) > 1:
        raise mandatory("apiKey")
    return found[0]


def shown(key: KeyRecord) -> dict[str, str]:
    """Return a special key as the wire shows it: never its secret."""
    return {
        "apiName": key.label,
        "apiKey": key.text,
        "ip": ",".join(str(each) for each in key.networks),
        "type": KINDS[key.kind],
        "permissionMode": "TRADE" if KeyPermission.TRADE in key.permissions else "READ",
    }
