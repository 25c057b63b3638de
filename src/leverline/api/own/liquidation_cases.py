"""Why was I liquidated: cases as the history knows them, and the document of each, made of the journal (rule 11)."""

from collections.abc import Awaitable
from typing import Any, Final

from leverline.api.answer import Answer
from leverline.api.call import Call
from leverline.api.endpoint import Rate, Security, Table
from leverline.api.errors import NOT_FOUND, UNAVAILABLE, WireError, invalid
from leverline.api.margin.windows import PAGED, paged_window
from leverline.api.margin.words import ISOLATED_SYMBOL, shown_ratio
from leverline.api.own.words import REASON, USER_ID
from leverline.api.parameters import described, required
from leverline.cases.desk import CaseDesk, CaseUnderWay
from leverline.cases.faults import CaseFault
from leverline.cases.names import CaseName, parse_case_name
from leverline.history.liquidations import LiquidationCase
from leverline.history.pages import Window
from leverline.history.wallets import WalletRecord
from leverline.identity.audit import Act
from leverline.kernel.decimals import format_amount
from leverline.ledger.wallet import CROSS, ISOLATED
from leverline.liquidation.events import END_REASON_NAMES
from leverline.margin.account import MODE_NAMES

table = Table()
TAG: Final = "Liquidation cases"
OPERATOR_TAG: Final = "Operators: liquidation cases"
PAGE_HEADERS: Final = {
    "content-security-policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
}
PAGE_SIZE: Final = 100
PAGES_MAX: Final = 100
"""An account's cases are looked through so far."""
QUESTIONS: Final = Rate(30, 60)
"""A case costs a run of the journal."""
LOOKS: Final = Rate(120, 60)
"""Whether it is made costs a look into the folder."""
HTML: Final = "text/html; charset=utf-8"


def case_name(name: str, value: str) -> CaseName:
    """Parse the name of a case, COMMAND-WALLET."""
    try:
        found = parse_case_name(value)
    except CaseFault:
        raise invalid(name) from None
    if not found.wallet_id:
        raise invalid(name)
    return found


described(case_name, {"type": "string", "pattern": "^[1-9][0-9]{0,17}-[1-9][0-9]{0,17}$", "example": "1042-17"})
CASE_ID: Final = required("caseId", case_name)


@table.add(
    "GET", "/account/v1/liquidation-cases", ISOLATED_SYMBOL, *PAGED, security=Security.USER_DATA, tag=TAG,
)  # fmt: skip
async def cases(call: Call) -> dict[str, Any]:
    """Return the liquidations of the cross account or a pair's, newest first."""
    return await cases_of(call, call.user_id)


async def cases_of(call: Call, user_id: int) -> dict[str, Any]:
    """Return the liquidations of one account of a user."""
    kind, pair = (CROSS, "") if call["isolatedSymbol"] is None else (ISOLATED, call.pair("isolatedSymbol").symbol)
    wallet = call.services.history.wallets.of(user_id, kind, pair)
    if wallet is None:
        return {"rows": [], "total": 0}
    page = await call.services.past.liquidations.cases_of(wallet.wallet_id, paged_window(call))
    return {"rows": [case_row(call, each) for each in page.rows], "total": page.total}


def case_row(call: Call, case: LiquidationCase) -> dict[str, Any]:
    """Return one case: what it came to, without what it was made of."""
    return {
        "caseId": str(CaseName(case.case_id, case.wallet_id)),
        "account": case.pair or "cross",
        "mode": MODE_NAMES[case.mode],
        "locked": call.stamp(case.time),
        "assets": format_amount(case.assets),
        "liabilities": format_amount(case.liabilities),
        "marginLevel": shown_ratio(case.level),
        "steps": len(case.steps),
        "isTakenOver": case.takeover is not None,
        "valueRepaid": format_amount(sum(step.value_repaid for step in case.steps)),
        "valueFee": format_amount(sum(step.value_fee for step in case.steps)),
        "ended": call.stamp(case.ended) if case.ended else None,
        "reason": END_REASON_NAMES[case.reason] if case.ended else None,
    }


@table.add("GET", "/account/v1/liquidation-case-state", CASE_ID, security=Security.USER_DATA, rate=LOOKS, tag=TAG)
async def case_state(call: Call) -> dict[str, bool]:
    """Return whether the document of a liquidation of one's own is made; where it is not, it is begun."""
    return await state_of(call, await own_case(call))


@table.add("GET", "/account/v1/liquidation-case", CASE_ID, security=Security.USER_DATA, rate=QUESTIONS, tag=TAG)
async def case_document(call: Call) -> Answer:
    """Return the document of a liquidation of one's own: prices, tiers, orders, fills, fees, fund, ledger entries."""
    return await document_of(call, await own_case(call))


@table.add(
    "GET",
    "/account/v1/liquidation-case.html",
    CASE_ID,
    security=Security.USER_DATA,
    rate=QUESTIONS,
    tag=TAG,
    produces=HTML,
)
async def case_page(call: Call) -> Answer:
    """Return the same as one page that asks nothing of any other place, and prints."""
    return await page_of(call, await own_case(call))


@table.add(
    "GET", "/operator/v1/liquidation-cases", USER_ID, ISOLATED_SYMBOL, *PAGED,
    security=Security.OPERATOR, tag=OPERATOR_TAG,
)  # fmt: skip
async def cases_of_user(call: Call) -> dict[str, Any]:
    """Return the liquidations of a user's cross account or a pair's, newest first, and write down that it was read."""
    await call.services.identity.operators.note(call.user_id, Act.READ_USER, call["userId"], "liquidation cases")
    return await cases_of(call, call["userId"])


@table.add("GET", "/operator/v1/liquidation-case-state", CASE_ID, security=Security.OPERATOR, tag=OPERATOR_TAG)
async def state_for_operator(call: Call) -> dict[str, bool]:
    """Return whether the document of any liquidation is made; where it is not, it is begun. It is no reading."""
    return await state_of(call, await permitted_case(call, Act.READ_USER))


@table.add("GET", "/operator/v1/liquidation-case", CASE_ID, security=Security.OPERATOR, tag=OPERATOR_TAG)
async def document_for_operator(call: Call) -> Answer:
    """Return the document of any liquidation; that its user was looked at is written down."""
    found = await document_of(call, await permitted_case(call, Act.READ_USER))
    await note_reading(call, Act.READ_USER, f"liquidation case {call['caseId']}")
    return found


@table.add(
    "GET", "/operator/v1/liquidation-case.html", CASE_ID,
    security=Security.OPERATOR, tag=OPERATOR_TAG, produces=HTML,
)  # fmt: skip
async def page_for_operator(call: Call) -> Answer:
    """Return the same as a page."""
    found = await page_of(call, await permitted_case(call, Act.READ_USER))
    await note_reading(call, Act.READ_USER, f"liquidation case {call['caseId']}")
    return found


@table.add(
    "GET", "/operator/v1/liquidation-case-file", CASE_ID, REASON, security=Security.OPERATOR, tag=OPERATOR_TAG,
)  # fmt: skip
async def file_for_operator(call: Call) -> Answer:
    """Return the case file for `leverline explain`. It holds everybody's state: it takes an ADMIN and a reason."""
    name = await permitted_case(call, Act.READ_CASE_FILE)
    found = await made(desk_of(call).file(name), is_why_told=True)
    await note_reading(call, Act.READ_CASE_FILE, call["reason"])
    headers = {"content-disposition": f'attachment; filename="{name}.case"', "cache-control": "no-store"}
    return Answer(raw=found, headers=headers)


async def own_case(call: Call) -> CaseName:
    """Return the case asked for if it is of an account of the caller; raises as for one that is not there."""
    found: CaseName = call["caseId"]
    wallet = call.services.history.wallets.get(found.wallet_id)
    if wallet is None or wallet.user_id != call.user_id:
        raise no_case()
    return await known_case(call, found)


async def known_case(call: Call, name: CaseName) -> CaseName:
    """Return a case that history knows; raises 404 for any other: the journal is not run again for nothing."""
    window = Window(size=PAGE_SIZE)
    while window.page <= PAGES_MAX:
        page = await call.services.past.liquidations.cases_of(name.wallet_id, window)
        if any(each.case_id == name.sequence for each in page.rows):
            return name
        if len(page.rows) < PAGE_SIZE:
            break
        window.page += 1
    raise no_case()


async def permitted_case(call: Call, act: Act) -> CaseName:
    """Return the case that an operator asks for; raises where there is none, or his role does not do."""
    await call.services.identity.operators.permit(call.user_id, act)
    return await known_case(call, call["caseId"])


async def note_reading(call: Call, act: Act, reason: str) -> None:
    """Write down that an operator reads a case, before he gets it: while it is being made, he has read nothing."""
    wallet: WalletRecord | None = call.services.history.wallets.get(call["caseId"].wallet_id)
    await call.services.identity.operators.note(call.user_id, act, 0 if wallet is None else wallet.user_id, reason)


async def state_of(call: Call, name: CaseName) -> dict[str, bool]:
    """Return whether a case's document is made; raises 404 for a case whose journal is gone."""
    try:
        return {"isMade": await desk_of(call).is_made(name)}
    except CaseFault as fault:
        raise not_at_hand() from fault


async def document_of(call: Call, name: CaseName) -> Answer:
    """Return the document of a case as JSON, as it was written beside the venue."""
    return Answer(raw=await made(desk_of(call).document(name)))


async def page_of(call: Call, name: CaseName) -> Answer:
    """Return a document as a page; nothing in it may run or ask for anything."""
    return Answer(raw=await made(desk_of(call).page(name)), content_type=HTML, headers=dict(PAGE_HEADERS))


async def made(asked: Awaitable[bytes], is_why_told: bool = False) -> bytes:
    """Return what the desk makes; raises 404 for a case whose journal is gone, 503 while it is made."""
    try:
        return await asked
    except CaseUnderWay:
        raise under_way() from None
    except CaseFault as fault:
        raise not_at_hand(str(fault) if is_why_told else "") from fault


def desk_of(call: Call) -> CaseDesk:
    """Return who makes cases; raises 404 where the venue keeps no journal in a folder."""
    found: CaseDesk | None = call.services.cases
    if found is None:
        raise not_at_hand()
    return found


def no_case() -> WireError:
    """Return the error for a case that is not, or is somebody else's."""
    return WireError(-2013, "Liquidation case does not exist.", NOT_FOUND)


def not_at_hand(why: str = "") -> WireError:
    """Return the error for a case whose journal is no longer kept, or never told of it; operators hear why."""
    words = "There is no such liquidation case, or its journal is no longer at hand."
    return WireError(-2013, f"{words} {why}".strip(), NOT_FOUND)


def under_way() -> WireError:
    """Return the error for a case that is being made."""
    return WireError(-1008, "The liquidation case is being put together; ask again in a few seconds.", UNAVAILABLE)
