"""Every fault of identity has its form on the wire."""

import pytest

from leverline.api.identity_faults import FAULTS, fault_error
from leverline.identity.faults import Fault, IdentityFault

SHARED = {-1130, -1002, -3005, -3007, -3020, -1008, -3999}
"""Codes of the public lists; all others are the venue's own."""


@pytest.mark.parametrize("fault", list(Fault))
def test_each_fault_has_status_code_and_words(fault: Fault) -> None:
    """Status 4xx, 503 where the venue is the cause, a negative code, and the fault's own words."""
    error = fault_error(IdentityFault(fault, "what is wrong"))
    assert 400 <= error.status < 500 or (error.status == 503 and fault is Fault.VENUE_UNAVAILABLE)
    assert error.code in SHARED or -70100 < error.code <= -70001
    assert error.body() == {"code": error.code, "msg": "what is wrong"}


def test_own_codes_are_used_once() -> None:
    """A code of our own names one fault."""
    own = [code for _, code in FAULTS.values() if code not in SHARED]
    assert len(own) == len(set(own))


def test_a_refusal_of_the_engine_keeps_its_code() -> None:
    """Too little in the wallet is -5002 whether identity or an endpoint asked."""
    words = "WITHDRAWAL_SHORT: 1 is free"
    assert fault_error(IdentityFault(Fault.VENUE_REFUSED, words)).body() == {"code": -5002, "msg": words}
