"""A venue in a process of its own: submits random commands at once and prints each acknowledgement.

python -m tests.venue.child FOLDER SEED [FILE_BYTES_MAX]
"""

import asyncio
import os
import random
import resource
import sys
from pathlib import Path

import uvloop
from tests.engine.streams import RandomDays
from tests.venue.world import House

from leverline.engine.commands import Command
from leverline.venue.snapshotting import SnapshotPolicy

CLIENTS = 8
ALL_KEPT = SnapshotPolicy(kept=10_000, is_taken_at_stop=False)
"""Nothing is dropped: the test runs the whole journal again."""


async def client(house: House, days: RandomDays) -> None:
    """Submit one command after the other without end; say what was acknowledged."""
    while True:
        command, time = days.next()
        house.clock.time = max(house.clock.time, time)
        await acknowledged(house, command)


async def acknowledged(house: House, command: Command) -> None:
    """Submit a command and print its number and name once it is acknowledged."""
    commit = await house.venue.submit(command)
    os.write(1, f"{commit.sequence} {type(command).__name__}\n".encode())


async def photographer(house: House) -> None:
    """Take one snapshot after the other, a little apart."""
    while True:
        await asyncio.sleep(0.05)
        await house.snapshotter.snapshot()


async def main(folder: Path, seed: int) -> None:
    """Open the folder, make the venue's opening if it is new, and run the clients."""
    days = RandomDays(random.Random(seed))
    async with House(folder, ALL_KEPT) as house:
        if house.venue.sequence == 0:
            for command, time in days.open().history:
                house.clock.time = time
                await acknowledged(house, command)
        days.time = max(days.time, house.clock.time)
        await asyncio.gather(photographer(house), *(client(house, days) for _ in range(CLIENTS)))


if __name__ == "__main__":
    if len(sys.argv) > 3:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
    uvloop.run(main(Path(sys.argv[1]), int(sys.argv[2])))
