"""The loan that a bankruptcy leaves on other venues: here nobody ever has one.

A deficit is the insurance fund's, then the venue's. Its user owes nothing (rules 8.5, 11.5) and has nothing to repay.
"""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Budget, Security, Table
from leverline.api.errors import mandatory, named_error
from leverline.api.margin.windows import PAGED, PAYMENT_DAYS, paged_window
from leverline.api.margin.words import ASSET_REQUIRED
from leverline.api.parameters import amount, required
from leverline.kernel.decimals import format_amount
from leverline.kernel.time import DAY
from leverline.rulebook.refusals import Refusal

table = Table()

LOAN_ASSET: Final = "USDC"
"""What the documents reckon such a loan in."""
WEIGHT: Final = 100


@table.add(
    "GET", "/sapi/v1/margin/liquidation-loan",
    security=Security.USER_DATA, weight=WEIGHT, budget=Budget.SAPI_UID, tag="Margin trading",
)  # fmt: skip
def liquidation_loan(_call: Call) -> dict[str, str]:
    """Return what a bankruptcy left to be repaid: nothing."""
    nothing = format_amount(0)
    return {"asset": LOAN_ASSET, "amount": nothing, "repaidAmount": nothing, "remainingAmount": nothing}


@table.add(
    "POST", "/sapi/v1/margin/liquidation-loan/repay", ASSET_REQUIRED, required("amount", amount),
    security=Security.MARGIN, weight=WEIGHT, budget=Budget.SAPI_UID, tag="Margin trading",
)  # fmt: skip
def repay_liquidation_loan(call: Call) -> dict[str, Any]:
    """Refuse: any amount exceeds a loan of nothing."""
    call.asset()
    if call["amount"] <= 0:
        raise mandatory("amount")
    raise named_error(Refusal.REPAY_EXCEEDS_LIABILITY)


@table.add(
    "GET", "/sapi/v1/margin/liquidation-loan/repay-history", *PAGED,
    security=Security.USER_DATA, weight=WEIGHT, budget=Budget.SAPI_UID, tag="Margin trading",
)  # fmt: skip
def liquidation_loan_repayments(call: Call) -> dict[str, Any]:
    """Return repayments of such loans within 90 days: none."""
    paged_window(call, PAYMENT_DAYS * DAY)
    return {"total": 0, "rows": []}
