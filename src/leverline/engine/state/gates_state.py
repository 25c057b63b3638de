"""What holds users back: bans on concentrations, restricted assets, the withdrawal gate."""

from leverline.engine.core import Core
from leverline.engine.state.stream import Sink, Source
from leverline.margin.concentration_bans import Ban


def write_gates(sink: Sink, core: Core) -> None:
    """Write bans, restrictions and gate, in their order."""
    sink.put(core.risk.concentration.next_judgement)
    bans = core.risk.limits.bans.in_force
    sink.put(len(bans))
    for ban in bans:
        sink.put(ban.asset)
        sink.put(ban.is_long)
        sink.put_all([ban.user_id, ban.position, ban.since])
    for since_by_asset in (core.risk.restrictions.long_closed, core.risk.restrictions.at_cap):
        sink.put(len(since_by_asset))
        for asset, since in since_by_asset.items():
            sink.put(asset)
            sink.put(since)
    sink.put(core.gate.cause)
    sink.put(core.gate.closed_since)


def read_gates(source: Source, core: Core) -> None:
    """Read bans, restrictions and gate."""
    core.risk.concentration.next_judgement = source.integer()
    for _ in range(source.integer()):
        asset, is_long = source.text(), source.truth()
        user_id, position, since = source.integers()
        core.risk.limits.bans.in_force.append(Ban(user_id, asset, is_long, position, since))
    for since_by_asset in (core.risk.restrictions.long_closed, core.risk.restrictions.at_cap):
        for _ in range(source.integer()):
            asset = source.text()
            since_by_asset[asset] = source.integer()
    core.gate.cause = source.integer()
    core.gate.closed_since = source.integer()
