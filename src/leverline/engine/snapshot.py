"""State to bytes and back, and its hash.

A snapshot is one header line (format, rule set, digest of the catalogue, number of commands, SHA-256 of the rest) and
the state as one JSON array. All that can change what happens next is in it; what is only derived (trigger index, cached
bands, lists of debtors) is built again.
"""

import hashlib
import json
from typing import Final

from leverline.engine.core import Core
from leverline.engine.state.control_state import read_control, write_control
from leverline.engine.state.delisting_state import read_delistings, write_delistings
from leverline.engine.state.gates_state import read_gates, write_gates
from leverline.engine.state.ledger_state import (
    read_holdings,
    read_venue_accounts,
    write_holdings,
    write_venue_accounts,
)
from leverline.engine.state.lending_state import read_desk, write_desk
from leverline.engine.state.liquidation_state import read_liquidator, write_liquidator
from leverline.engine.state.list_state import read_lists, write_lists
from leverline.engine.state.market_state import read_board, read_exchange, write_board, write_exchange
from leverline.engine.state.parameter_state import read_parameters, write_parameters
from leverline.engine.state.ruleset_state import read_claims, write_claims
from leverline.engine.state.stream import Sink, SnapshotFault, Source
from leverline.engine.state.user_state import read_users, write_users
from leverline.engine.timers import Timers

FORMAT: Final = "leverline-snapshot-5"


def save_state(core: Core, timers: Timers, commands_applied: int) -> bytes:
    """Return the whole state as bytes, with the number of commands that led to it."""
    body = _body(core, timers)
    words = (
        FORMAT,
        core.parameters.rule_set,
        _catalogue(core),
        str(commands_applied),
        hashlib.sha256(body).hexdigest(),
    )
    header = " ".join(words) + "\n"
    return header.encode() + body


def state_digest(core: Core, timers: Timers) -> str:
    """Return the SHA-256 of the whole state."""
    return hashlib.sha256(_body(core, timers)).hexdigest()


def load_state(core: Core, timers: Timers, snapshot: bytes) -> int:
    """Fill a fresh core from `snapshot` and return how many commands it has seen.

    Raises SnapshotFault for a damaged or foreign one.
    """
    header, _, body = snapshot.partition(b"\n")
    words = header.decode("ascii", "replace").split(" ")
    if len(words) != 5 or words[0] != FORMAT or not words[3].isdigit():
        raise SnapshotFault("this is no snapshot of a known format")
    if words[1] != core.parameters.rule_set:
        raise SnapshotFault(f"the snapshot is of rule set {words[1]}, the venue runs {core.parameters.rule_set}")
    if hashlib.sha256(body).hexdigest() != words[4]:
        raise SnapshotFault("the snapshot's checksum does not match: it is damaged or incomplete")
    if words[2] != _catalogue(core):
        raise SnapshotFault("the snapshot is of a venue with other assets or pairs")
    source = Source(json.loads(body))
    _read(core, timers, source)
    source.finish()
    return int(words[3])


def _catalogue(core: Core) -> str:
    """Return a digest of the assets and pairs, in whose order the state is written."""
    names = [*core.parameters.assets, "", *core.parameters.pairs]
    return hashlib.sha256("\n".join(names).encode()).hexdigest()


def _body(core: Core, timers: Timers) -> bytes:
    """Return the state as a JSON array."""
    sink = Sink()
    sink.put(core.log.time)
    sink.put(timers.next_hour)
    write_board(sink, core.board)
    write_users(sink, core.users)
    write_venue_accounts(sink, core.ledger)
    write_holdings(sink, core.ledger)
    write_exchange(sink, core.exchange)
    write_lists(sink, core.exchange.lists)
    write_desk(sink, core.desk)
    write_liquidator(sink, core.liquidator)
    write_control(sink, core)
    write_parameters(sink, core)
    write_gates(sink, core)
    write_claims(sink, core.ledger)
    write_delistings(sink, core)
    return json.dumps(sink.values, separators=(",", ":")).encode()


def _read(core: Core, timers: Timers, source: Source) -> None:
    """Read the parts in the order they were written, then derive the rest."""
    core.log.time = source.integer()
    timers.next_hour = source.integer()
    read_board(source, core.board)
    read_users(source, core.users, core.ledger, core.exchange)
    read_venue_accounts(source, core.ledger)
    read_holdings(source, core.ledger)
    read_exchange(source, core.exchange, core.ledger)
    read_lists(source, core.exchange, core.ledger)
    read_desk(source, core.desk)
    read_liquidator(source, core.liquidator, core.ledger)
    read_control(source, core)
    read_parameters(source, core)
    read_gates(source, core)
    read_claims(source, core.ledger)
    read_delistings(source, core)
    core.risk.restore()
