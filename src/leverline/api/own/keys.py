"""API keys: made, listed, changed, deleted by their owner in a browser."""

from typing import Any, Final

from leverline.api.answer import Answer
from leverline.api.call import Call
from leverline.api.endpoint import Security, Table
from leverline.api.errors import invalid
from leverline.api.own.words import DONE, TEXT_MAX, word_list, words
from leverline.api.parameters import optional, required, truth
from leverline.identity.keys import KeyPermission, KeyRecord
from leverline.ledger.wallet import WALLET_KIND_NAMES

table = Table()
TAG: Final = "API keys"
ADDRESSES_MAX: Final = 100
KEY: Final = required("apiKey", words(128))
LABEL: Final = words(100)
CODE: Final = optional("code", words(40), "")


@table.add("GET", "/account/v1/keys", security=Security.SESSION, tag=TAG)
def keys(call: Call) -> list[dict[str, Any]]:
    """Return the user's keys, oldest first, without secrets."""
    return [key_row(call, each) for each in call.services.identity.keys.of_user(call.user_id)]


@table.add(
    "POST", "/account/v1/keys", required("permissions", word_list(len(KeyPermission))), optional("label", LABEL, ""),
    optional("addresses", word_list(ADDRESSES_MAX)), optional("publicKey", words(TEXT_MAX), ""),
    CODE,
    security=Security.SESSION, tag=TAG,
)  # fmt: skip
async def create(call: Call) -> Answer:
    """Make a key: HMAC with a secret that is shown this once, or RSA or Ed25519 by its public key in PEM.

    One that may withdraw takes a code of the second factor, as a withdrawal does.
    """
    permissions = permissions_of(call["permissions"])
    if KeyPermission.WITHDRAWAL in permissions:
        await call.services.identity.totp.prove(call.user_id, call["code"])
    new = await call.services.identity.keys.create(
        call.user_id, call["label"], permissions, call["addresses"], call["publicKey"]
    )
    answer = key_row(call, new.record) | ({"secretKey": new.secret} if new.secret else {})
    return Answer(answer, headers={"cache-control": "no-store"})


@table.add(
    "PUT", "/account/v1/keys", KEY, optional("permissions", word_list(len(KeyPermission))), optional("label", LABEL),
    optional("addresses", word_list(ADDRESSES_MAX)), optional("isEnabled", truth), CODE,
    security=Security.SESSION, tag=TAG,
)  # fmt: skip
async def change(call: Call) -> dict[str, Any]:
    """Change what is sent of a key; its kind and its secret never change. One that may withdraw takes a code."""
    permissions = None if call["permissions"] is None else permissions_of(call["permissions"])
    identity = call.services.identity
    if identity.keys.may_withdraw(call.user_id, call["apiKey"], permissions, call["isEnabled"]):
        await identity.totp.prove(call.user_id, call["code"])
    record = await identity.keys.change(
        call.user_id, call["apiKey"], call["label"], permissions, call["addresses"], call["isEnabled"]
    )
    return key_row(call, record)


@table.add("DELETE", "/account/v1/keys", KEY, security=Security.SESSION, tag=TAG)
async def delete(call: Call) -> dict[str, bool]:
    """Delete a key; it works no more from this moment."""
    await call.services.identity.keys.delete(call.user_id, call["apiKey"])
    return DONE


def permissions_of(names: list[str]) -> KeyPermission:
    """Return permissions from their names, such as READ. Raises -1130 for another word."""
    found = KeyPermission(0)
    for name in names:
        if name not in KeyPermission.__members__:
            raise invalid("permissions")
        found |= KeyPermission[name]
    return found


def key_row(call: Call, record: KeyRecord) -> dict[str, Any]:
    """Return one key as it is shown."""
    return {
        "apiKey": record.text,
        "label": record.label,
        "kind": record.kind.value,
        "permissions": [each.name for each in KeyPermission if each in record.permissions],
        "addresses": [str(each) for each in record.networks],
        "account": WALLET_KIND_NAMES[record.place[0]],
        "symbol": record.place[1],
        "isEnabled": record.is_enabled,
        "created": call.stamp(record.created),
        "lastUsed": call.stamp(record.last_used),
    }
