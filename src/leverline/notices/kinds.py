"""Kinds of notices and of channels, and which kinds go by which channel unless the user says otherwise.

A new kind needs: a member here with sample values, a line in `recogniser.py` for its event, and its two templates.
"""

from enum import StrEnum
from typing import Any, Final


class Kind(StrEnum):
    """What is told."""

    MARGIN_CALL = "MARGIN_CALL"
    BACK_TO_NORMAL = "BACK_TO_NORMAL"
    LIQUIDATION_STARTED = "LIQUIDATION_STARTED"
    LIQUIDATION_STEP = "LIQUIDATION_STEP"
    TAKEOVER = "TAKEOVER"
    LIQUIDATION_ENDED = "LIQUIDATION_ENDED"
    DEFICIT = "DEFICIT"
    LOAN_REFUSED = "LOAN_REFUSED"
    RATE_JUMP = "RATE_JUMP"
    CONCENTRATION_BAN = "CONCENTRATION_BAN"
    BAN_LIFTED = "BAN_LIFTED"
    DELISTING = "DELISTING"
    COOLING_OFF = "COOLING_OFF"
    ORDER_REFUSED = "ORDER_REFUSED"


class ChannelKind(StrEnum):
    """How it is told, beside the inbox, which has everything."""

    MAIL = "MAIL"
    CHAT = "CHAT"
    """SMS and messengers, by an Apprise URL."""
    WEBHOOK = "WEBHOOK"
    PUSH = "PUSH"
    """A browser's push subscription."""


URGENT: Final = frozenset(
    {
        Kind.MARGIN_CALL, Kind.LIQUIDATION_STARTED, Kind.LIQUIDATION_STEP, Kind.TAKEOVER, Kind.LIQUIDATION_ENDED,
        Kind.DEFICIT, Kind.CONCENTRATION_BAN,
    }
)  # fmt: skip
"""What goes out in quiet hours too."""

OFF_BY_DEFAULT: Final = frozenset({(Kind.LIQUIDATION_STEP, ChannelKind.CHAT)})
"""A liquidation may take dozens of steps: nobody is sent an SMS for each unless he asks for it."""

VERIFICATION: Final = "VERIFICATION"
"""The name of the message that proves a new channel; it is no notice."""

ACCOUNT_MAIL: Final = 0
"""Id of the channel that every user has: the mail address that his account was confirmed with."""

_ACCOUNT: Final = {"account": "isolated", "pair": "BTCUSDT"}

SAMPLES: Final[dict[str, dict[str, Any]]] = {
    Kind.MARGIN_CALL: {**_ACCOUNT, "level": "1.123456789012", "repeated": True},
    Kind.BACK_TO_NORMAL: {**_ACCOUNT, "level": "1.400000000000"},
    Kind.LIQUIDATION_STARTED: {
        **_ACCOUNT, "assets": "1050.00000000", "liabilities": "1000.00000000", "level": "1.050000000000",
    },
    Kind.LIQUIDATION_STEP: {
        **_ACCOUNT, "collateral": "BTC", "debt": "USDT", "given": "100.00000000", "repaid": "98.00000000",
        "fee": "2.00000000", "feeasset": "USDT", "level": "1.060000000000",
    },
    Kind.TAKEOVER: {
        **_ACCOUNT, "cause": "assets hardly cover the debts", "assets": "1010.00000000",
        "liabilities": "1000.00000000", "surplus": "0.00000000",
    },
    Kind.LIQUIDATION_ENDED: {**_ACCOUNT, "reason": "all debts repaid", "level": "0.000000000000", "case": "5120-7"},
    Kind.DEFICIT: {
        **_ACCOUNT, "deficit": "12.00000000", "paid": "10.00000000", "unpaid": "2.00000000",
        "loan": "12.00000000", "loan_asset": "USDC",
    },
    Kind.LOAN_REFUSED: {"asset": "BTC"},
    Kind.RATE_JUMP: {"asset": "BTC", "old": "0.000001000000", "new": "0.000003000000"},
    Kind.CONCENTRATION_BAN: {
        "asset": "DOGE", "side": "long", "position": "30000000.00000000", "value": "3000000.00000000",
    },
    Kind.BAN_LIFTED: {"asset": "DOGE", "side": "long"},
    Kind.DELISTING: {
        **_ACCOUNT, "name": "ETH", "stage": "removed soon", "at": "2026-03-01 06:00:00 UTC", "spot": "",
    },
    Kind.COOLING_OFF: {"until": "2026-03-01 06:00:00 UTC"},
    Kind.ORDER_REFUSED: {**_ACCOUNT, "market": "BTCUSDT", "order": "17", "list": "3", "why": "too little is free"},
    VERIFICATION: {"code": "123456", "minutes": "60"},
}  # fmt: skip
"""The values of each kind, as a template is tried with. Amounts, levels and rates are decimal texts."""
