"""The loan that a bankruptcy leaves: under a rule set that has it (rule 16.5), and nothing under one that has not.

Under `2025` a deficit is the insurance fund's, then the venue's, and its user has nothing to repay (rules 8.5, 11.5).
"""

from typing import Any, Final

from leverline.api.call import Call
from leverline.api.endpoint import Budget, Security, Table
from leverline.api.errors import mandatory
from leverline.api.margin.windows import PAGED, PAYMENT_DAYS, paged_window
from leverline.api.margin.words import ASSET_REQUIRED
from leverline.api.parameters import amount, required
from leverline.engine.commands import RepayLiquidationLoan
from leverline.history.liquidation_loans import LiquidationLoanRecord
from leverline.kernel.decimals import format_amount
from leverline.kernel.time import DAY
from leverline.ledger.wallet import Claim

table = Table()

LOAN_ASSET: Final = "USDC"
"""What the documents reckon such a loan in."""
WEIGHT: Final = 100
SUCCESS: Final = "SUCCESS"
"""A payment is done when it is answered: none is ever pending."""


@table.add(
    "GET", "/sapi/v1/margin/liquidation-loan",
    security=Security.USER_DATA, weight=WEIGHT, budget=Budget.SAPI_UID, tag="Margin trading",
)  # fmt: skip
def liquidation_loan(call: Call) -> dict[str, str]:
    """Return what a bankruptcy left to be repaid, nothing where there was none; what was waived counts as repaid."""
    loans = call.core.liquidator.loans
    claim = loans.of(call.user) or Claim(loans.asset or LOAN_ASSET)
    return {
        "asset": claim.asset,
        "amount": format_amount(claim.amount),
        "repaidAmount": format_amount(claim.amount - claim.remaining),
        "remainingAmount": format_amount(claim.remaining),
    }


@table.add(
    "POST", "/sapi/v1/margin/liquidation-loan/repay", ASSET_REQUIRED, required("amount", amount),
    security=Security.MARGIN, weight=WEIGHT, budget=Budget.SAPI_UID, tag="Margin trading",
)  # fmt: skip
async def repay_liquidation_loan(call: Call) -> dict[str, Any]:
    """Pay some of the loan from the spot wallet; more than is left of it is refused, as is anything without a loan."""
    asset = call.asset().symbol
    if call["amount"] <= 0:
        raise mandatory("amount")
    commit = await call.send(RepayLiquidationLoan(call.user_id, asset, call["amount"]))
    return {
        "repayId": commit.sequence,
        "asset": asset,
        "amount": format_amount(call["amount"]),
        "status": SUCCESS,
        "createTime": call.stamp(commit.time),
    }


@table.add(
    "GET", "/sapi/v1/margin/liquidation-loan/repay-history", *PAGED,
    security=Security.USER_DATA, weight=WEIGHT, budget=Budget.SAPI_UID, tag="Margin trading",
)  # fmt: skip
async def liquidation_loan_repayments(call: Call) -> dict[str, Any]:
    """Return repayments of such loans within 90 days, newest first."""
    window = paged_window(call, PAYMENT_DAYS * DAY)
    page = await call.services.past.liquidation_loans.repayments(call.user.spot.wallet_id, window)
    return {"total": page.total, "rows": [repayment_row(call, each) for each in page.rows]}


def repayment_row(call: Call, record: LiquidationLoanRecord) -> dict[str, Any]:
    """Return one payment."""
    return {
        "repayId": record.tran_id,
        "asset": record.asset,
        "amount": format_amount(record.amount),
        "status": SUCCESS,
        "createTime": call.stamp(record.time),
    }
