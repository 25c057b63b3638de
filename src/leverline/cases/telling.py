"""A case in sentences: why the account was liquidated, what was done, and what it cost."""

from datetime import UTC, datetime

from leverline.cases.rows import Row


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
        f"At {clock(document['case']['locked'])} the margin level of this account was {short(locked['marginLevel'])}, "
        f"at or below its liquidation level of {short(rules['liquidation'])}: it held assets worth "
        f"{short(locked['assets'])} USDT and owed {short(locked['liabilities'])} USDT.{called}"
    )


def _what(document: Row) -> list[str]:
    """Return what was done, and how it ended."""
    case, totals = document["case"], document["totals"]
    found = []
    if totals["steps"]:
        count = "one step" if totals["steps"] == 1 else f"{totals['steps']} steps"
        given, repaid = short(totals["valueGiven"]), short(totals["valueRepaid"])
        found.append(f"In {count} collateral worth {given} USDT was sold and debt worth {repaid} USDT repaid.")
    found += [_takeover(row) for row in document["takeovers"]]
    if case["ended"] is None:
        return [*found, "The liquidation goes on."]
    when = f"after {case['seconds']} seconds" if case["seconds"] else "within the same second"
    return [*found, f"It ended {when}: {case['reason']}. The account may be used again."]


def _takeover(row: Row) -> str:
    """Return what was taken over."""
    return (
        f"The venue took over assets worth {short(row['assetsValue'])} USDT and debts worth "
        f"{short(row['liabilitiesValue'])} USDT, because {_cause(row['cause'])}; assets worth "
        f"{short(row['surplus'])} USDT stayed."
    )


def _cause(cause: str) -> str:
    """Return the cause of a takeover as part of a sentence."""
    return {"rounds without a fill": "rounds passed without a fill"}.get(cause, cause)


def _cost(document: Row) -> list[str]:
    """Return the fee, and who bore what was missing."""
    fees = [
        f"The clearance fee of {short(row['amount'])} {row['asset']} went to the insurance fund."
        for row in document["totals"]["clearanceFees"]
    ]
    loans = [f"{short(row['amount'])} {row['asset']}" for row in document["liquidationLoans"]]
    return [*fees, *(_deficit(row, loans) for row in document["deficits"])]


def _deficit(row: Row, loans: list[str]) -> str:
    """Return who bore what was missing."""
    owed = f"The user owes the fund a liquidation loan of {' and '.join(loans)}." if loans else ""
    return (
        f"The assets fell short of the debts by {short(row['deficit'])} USDT: the insurance fund paid "
        f"{short(row['paidByFund'])}, {short(row['writtenOff'])} was written off. "
        f"{owed or 'The user owes nothing of it.'}"
    )
