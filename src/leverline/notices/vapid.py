"""The venue's key of web push: made at the first start, kept encrypted. Browsers subscribe with its public half."""

from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_der_private_key
from py_vapid import Vapid02  # type: ignore[import-untyped]
from sqlalchemy import Connection, select

from leverline.notices.channel import Secrets
from leverline.notices.faults import NoticeStartFault
from leverline.notices.schema import SETTING

NAME: Final = "vapid"
PLACE: Final = "notice_setting/vapid"


def push_key(connection: Connection, vault: Secrets) -> Vapid02:
    """Return the key, a new one the first time. Raises NoticeStartFault for another master key."""
    sealed = connection.execute(select(SETTING.c.value).where(SETTING.c.name == NAME)).scalar_one_or_none()
    if sealed is None:
        private = ec.generate_private_key(ec.SECP256R1())
        made = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        connection.execute(SETTING.insert().values(name=NAME, value=vault.encrypt(made, PLACE)))
        return Vapid02(private)
    try:
        opened = vault.decrypt(sealed, PLACE)
    except Exception as fault:  # whatever the vault calls it
        raise NoticeStartFault("the database of notices was made with another master key") from fault
    return Vapid02(load_der_private_key(opened, password=None))
