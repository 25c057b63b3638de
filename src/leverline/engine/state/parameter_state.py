"""Parameters as they were changed since the files, and the changes that wait."""

from leverline.engine.core import Core
from leverline.engine.parameter_changes import renew_derived
from leverline.engine.parameter_desk import ParameterChange
from leverline.engine.state.stream import Sink, SnapshotFault, Source
from leverline.rulebook.parameter_values import is_known, put, value_fault


def write_parameters(sink: Sink, core: Core) -> None:
    """Write what was changed, what waits, and every change ever heard of."""
    desk = core.changes
    _write_values(sink, list(desk.applied.items()))
    sink.put(len(desk.pending))
    for change in desk.pending:
        sink.put(change.change_id)
        sink.put(change.effective_time)
        _write_values(sink, change.values)
    sink.put(len(desk.known))
    for change_id, state in desk.known.items():
        sink.put(change_id)
        sink.put(state)


def read_parameters(source: Source, core: Core) -> None:
    """Read them; the figures are set in the parameters that the files gave, and what is derived follows."""
    desk = core.changes
    for path, value in _read_values(source):
        if not is_known(core.parameters, path) or value_fault(core.parameters, path, value):
            raise SnapshotFault(f"the snapshot changes {path!r} to {value!r}, which is no figure of this rule set")
        put(core.parameters, path, value)
        desk.applied[path] = value
    desk.pending = [_read_change(source) for _ in range(source.integer())]
    for _ in range(source.integer()):
        change_id = source.text()
        desk.known[change_id] = source.integer()
    renew_derived(core)


def _read_change(source: Source) -> ParameterChange:
    """Read one change that waits."""
    change_id = source.text()
    effective_time = source.integer()
    return ParameterChange(change_id, effective_time, _read_values(source))


def _write_values(sink: Sink, values: list[tuple[str, str]]) -> None:
    """Write paths with their values."""
    sink.put(len(values))
    for path, value in values:
        sink.put(path)
        sink.put(value)


def _read_values(source: Source) -> list[tuple[str, str]]:
    """Read paths with their values."""
    found: list[tuple[str, str]] = []
    for _ in range(source.integer()):
        path = source.text()
        found.append((path, source.text()))
    return found
