"""Delistings, and who cools off (rules 13.2, 13.4)."""

from leverline.engine.core import Core
from leverline.engine.state.stream import Sink, Source
from leverline.liquidation.delisting import Delisting


def write_delistings(sink: Sink, core: Core) -> None:
    """Write all delistings in order of announcement, then the users who chose to cool off."""
    sink.put(len(core.delistings.delistings))
    for delisting in core.delistings.delistings.values():
        sink.put(delisting.name)
        sink.put(delisting.is_pair)
        sink.put_all(
            [
                delisting.announced, delisting.borrow_stop, delisting.transfer_stop, delisting.removal,
                delisting.reminder, delisting.state, delisting.stages_done, delisting.next_round,
                delisting.not_before,
            ]
        )  # fmt: skip
        sink.put_all(delisting.queue)
    cooling = [user for user in core.users.values() if user.cooling_until]
    sink.put_all([number for user in cooling for number in (user.user_id, user.cooling_until)])


def read_delistings(source: Source, core: Core) -> None:
    """Read them and derive what they have stopped."""
    for _ in range(source.integer()):
        delisting = _read_delisting(source)
        core.delistings.delistings[delisting.name] = delisting
    cooling = source.integers()
    for place in range(0, len(cooling), 2):
        core.users[cooling[place]].cooling_until = cooling[place + 1]
    core.delistings.derive()


def _read_delisting(source: Source) -> Delisting:
    """Read one."""
    name, is_pair = source.text(), source.truth()
    numbers = source.integers()
    found = Delisting(name, is_pair, numbers[0], numbers[1], numbers[2], numbers[3], numbers[4])
    found.state, found.stages_done, found.next_round, found.not_before = numbers[5], numbers[6], numbers[7], numbers[8]
    found.queue = source.integers()
    return found
