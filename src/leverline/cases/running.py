"""From a state and the commands after it to the document of a case: the same for making and for confirming one."""

from collections.abc import Iterable

from leverline.cases.document import document_of
from leverline.cases.faults import CaseFault
from leverline.cases.names import CaseName
from leverline.cases.rows import Row
from leverline.cases.watching import Watch
from leverline.engine.codec import CommandFault
from leverline.engine.commit import Commit
from leverline.engine.engine import Engine
from leverline.journal.port import Record
from leverline.venue.records import decode_record


def run_case(engine: Engine, name: CaseName, records: Iterable[Record], beginning: str) -> Row:
    """Run records through an engine until the case has ended, or they have, and return its document.

    Raises CaseFault for a state without the account, a record that is none, and where the case did not begin.
    """
    try:
        watch = Watch(engine, name)
    except KeyError as fault:
        raise CaseFault(f"the state has no margin account with wallet {name.wallet_id}") from fault
    for sequence, body in records:
        try:
            time, command = decode_record(body)
        except CommandFault as fault:
            raise CaseFault(f"command {sequence} is damaged: {fault}") from fault
        watch.take(Commit(sequence, time, command, engine.apply(command, time)))
        if watch.ended is not None:
            break
    if watch.locked is None:
        raise CaseFault(f"command {name.sequence} did not begin a liquidation of wallet {name.wallet_id}")
    return document_of(watch, beginning)
