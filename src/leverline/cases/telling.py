"""A case in sentences: why the account was liquidated, what was done, and what it cost."""

from datetime import UTC, datetime

from leverline.cases.rows import Row
from leverline.kernel.decimals import format_amount, parse_amount


def told(document: Row) -> list[str]:
    """Return the sentences of a document."""
    return [_why(document), *_what(document), *_cost(document)]


def clock(time: int) -> str:
    """Return a time of a document in words, UTC."""
    return datetime.fromtimestamp(time / 1_000, UTC).strftime("%Y-%m-%d %H:%M:%S")


def short(figure: str) -> str:
    """Return a figure without the zeros at its end."""
    return figure.rstrip("0").rstrip(".")


def _why(document: Row) -> str:
    """Return why it was locked."""
    locked, rules = document["atLock"], document["rules"]
    calls = document["marginCalls"]
    called = f" A margin call had been sent at {clock(calls[0]['time'])}." if calls else ""
    return (
        f"At {clock(document['case']['locked'])} the margin level of this account was {short(locked['marginLevel'])}, at or below "
        f"its liquidation level of {short(rules['liquidation'])}: it held {short(locked['assets'])} USDT worth and owed "
        f"{short(locked['liabilities'])}.{called}"
    )


def _what(document: Row) -> list[str]:
    """Return what was done, and how it ended."""
    case, steps = document["case"], document["steps"]
    found = []
    if steps:
        count = "one step" if len(steps) == 1 else f"{len(steps)} steps"
        repaid = _sum(steps, "valueRepaid")
        found.append(f"In {count} collateral worth {_sum(steps, 'valueGiven')} USDT was sold and debt worth {repaid} USDT repaid.")
    for row in document["takeovers"]:
        found.append(
            f"Then the venue took over assets worth {short(row['assetsValue'])} USDT and debts worth "
            f"{short(row['liabilitiesValue'])} USDT, because {_cause(row['cause'])}; assets worth {short(row['surplus'])} USDT stayed."
        )
    if case["ended"] is None:
        found.append("The liquidation goes on.")
    else:
        found.append(f"It ended after {case['seconds']} seconds: {case['reason']}. The account may be used again.")
    return found


def _cause(cause: str) -> str:
    """Return the cause of a takeover as part of a sentence."""
    return {"rounds without a fill": "rounds passed without a fill"}.get(cause, cause)


def _cost(document: Row) -> list[str]:
    """Return the fee, and who bore what was missing."""
    found = []
    for asset in sorted({row["asset"] for row in document["clearanceFees"]}):
        rows = [row for row in document["clearanceFees"] if row["asset"] == asset]
        found.append(f"The clearance fee of {_sum(rows, 'amount')} {asset} went to the insurance fund.")
    for row in document["deficits"]:
        found.append(
            f"The assets fell short of the debts by {short(row['deficit'])} USDT: the insurance fund paid "
            f"{short(row['paidByFund'])}, {short(row['writtenOff'])} was written off. Nothing of it is owed by the user."
        )
    return found


def _sum(rows: list[Row], name: str) -> str:
    """Return the sum of a member."""
    return short(format_amount(sum(parse_amount(row[name]) for row in rows)))
