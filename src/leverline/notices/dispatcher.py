"""Sends what is due: a bounded number at once, each within its time, and writes what became of it.

A delivery stays waiting in the outbox until its result is written: what a crash interrupts is made again, under the
same key.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from leverline.kernel.time import DAY, HOUR, SECOND
from leverline.notices.channel import Secrets, now, place_of
from leverline.notices.channels.sender import Parcel, Sender
from leverline.notices.faults import SendFault
from leverline.notices.kinds import ACCOUNT_MAIL, ChannelKind
from leverline.notices.outbox import (
    DELIVERED,
    FAILED,
    WAITING,
    Delivery,
    Result,
    Standing,
    due,
    prune,
    record,
    standing,
)
from leverline.notices.policy import DeliveryPolicy
from leverline.notices.store import Store
from leverline.notices.templates import Templates
from leverline.sql import reason_of

ATTEMPT_SECONDS: Final = 60.0
"""No attempt takes longer, whatever its sender does."""
STOP_SECONDS: Final = 5.0
FAULT_PAUSE_SECONDS: Final = 1.0
REASON_MAX: Final = 300
STANDING_SECONDS: Final = 5.0
DUE_FACTOR: Final = 4
"""So many times more deliveries are looked at than may begin: some are of one channel, which takes one at a time."""

MailOf = Callable[[int], Awaitable[str]]
"""Returns the confirmed mail address of a user's account, empty for none."""

_log = logging.getLogger(__name__)


class Dispatcher:
    """Sends deliveries until it is told to stop. All of it runs in the loop of `run`."""

    def __init__(
        self, store: Store, vault: Secrets, senders: Mapping[str, Sender], templates: Templates, mail_of: MailOf,
        venue_now: Callable[[], int], policy: DeliveryPolicy,
    ) -> None:  # fmt: skip
        self.policy: DeliveryPolicy = policy
        self.standing: Standing = Standing({}, 0, {})
        """How the outbox stood when it was last looked at."""
        self.failures: dict[str, int] = {}
        """Attempts that failed since the start, by kind of channel."""
        self.sent: int = 0
        self._store = store
        self._vault = vault
        self._senders = senders
        self._templates = templates
        self._mail_of = mail_of
        self._venue_now = venue_now
        self._under_way: dict[int, Delivery] = {}
        """By id; those too whose result is not written yet."""
        self._busy: dict[int, None] = {}
        self._tasks: dict[asyncio.Task[None], str] = {}
        self._results: list[Result] = []
        self._wake = asyncio.Event()
        self._writing = asyncio.Lock()
        self._is_stopping = False
        self._looked = 0.0
        self._pruned = 0

    def wake(self) -> None:
        """Look at the outbox soon. To be called in the dispatcher's loop."""
        self._wake.set()

    async def run(self) -> None:
        """Send until `stop` was called."""
        while not self._is_stopping:
            self._wake.clear()
            try:
                await self._write_results()
                has_begun = await self._begin_due()
                await self._look()
            except SQLAlchemyError as fault:
                _log.error("the outbox of notices cannot be used: %s", reason_of(fault))
                await asyncio.sleep(FAULT_PAUSE_SECONDS)
                continue
            except Exception as fault:  # whatever it is, sending must not end unseen
                _log.critical("notices are not sent", exc_info=fault)
                await asyncio.sleep(FAULT_PAUSE_SECONDS)
                continue
            if not has_begun:
                with suppress(TimeoutError):
                    async with asyncio.timeout(self.policy.look_seconds):
                        await self._wake.wait()

    async def stop(self) -> None:
        """Begin nothing any more, wait a while for what is under way, and write what became of it."""
        self._is_stopping = True
        self._wake.set()
        tasks = list(self._tasks)
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=STOP_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        try:
            await self._write_results()
        except SQLAlchemyError as fault:
            _log.error("what became of notices could not be written, they are sent again: %s", reason_of(fault))

    async def _begin_due(self) -> bool:
        """Begin deliveries that are due, as many as may be under way; return whether there was one."""
        has_begun = False
        for channel in ChannelKind:
            free = self.policy.at_once.get(channel, 1) - sum(kind == channel for kind in self._tasks.values())
            if free <= 0:
                continue
            for delivery in await self._due(channel, free * DUE_FACTOR):
                if free and delivery.channel_id not in self._busy:
                    self._begin(delivery)
                    free -= 1
                    has_begun = True
        return has_begun

    async def _due(self, channel: str, most: int) -> list[Delivery]:
        """Return deliveries by a kind of channel that may begin."""
        under_way, busy = list(self._under_way), list(self._busy)
        time, venue_time = now(), self._venue_now()

        def work(connection: Connection) -> list[Delivery]:
            return due(
                connection, channel, most, now=time, venue_now=venue_time, under_way=under_way, busy=busy
            )  # fmt: skip

        return await self._store.run(work)

    def _begin(self, delivery: Delivery) -> None:
        """Begin one delivery."""
        self._under_way[delivery.delivery_id] = delivery
        if delivery.channel_id != ACCOUNT_MAIL:
            self._busy[delivery.channel_id] = None
        task = asyncio.create_task(self._make(delivery))
        self._tasks[task] = delivery.channel
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Forget a task."""
        del self._tasks[task]
        self._wake.set()

    async def _make(self, delivery: Delivery) -> None:
        """Make one delivery and keep what became of it."""
        try:
            async with asyncio.timeout(ATTEMPT_SECONDS):
                result = await self._attempt(delivery)
        except SendFault as fault:
            result = self._failed(delivery, fault)
        except TimeoutError:
            # all mails go to one server, and what one address takes long over says nothing of the others
            is_unreachable = delivery.channel != ChannelKind.MAIL
            late = SendFault(f"not done in {ATTEMPT_SECONDS:g} s", is_unreachable=is_unreachable)
            result = self._failed(delivery, late)
        except Exception as fault:  # whatever it is, the others go on
            _log.error("a notice could not be sent", exc_info=fault)
            result = self._failed(delivery, SendFault(f"{type(fault).__name__}: {fault}"))
        self._results.append(result)

    async def _attempt(self, delivery: Delivery) -> Result:
        """Send one delivery. Raises SendFault."""
        address = await self._address(delivery)
        if not address:
            return Result(delivery, DELIVERED, is_dropped=True)
        message = self._templates.message(delivery.kind, delivery.details, delivery.time)
        parcel = Parcel(delivery.key, delivery.kind, delivery.time, message, delivery.details)
        await self._senders[delivery.channel].send(address, parcel)
        self.sent += 1
        return Result(delivery, DELIVERED)

    async def _address(self, delivery: Delivery) -> str:
        """Return where a delivery goes; nothing if there is no such place any more."""
        if delivery.channel_id == ACCOUNT_MAIL:
            return await self._mail_of(delivery.user_id)
        if not delivery.address:
            return ""
        return self._vault.decrypt(delivery.address, place_of(delivery.channel_id)).decode()

    def _failed(self, delivery: Delivery, fault: SendFault) -> Result:
        """Return what becomes of a delivery after a failure: another attempt later, or none."""
        self.failures[delivery.channel] = self.failures.get(delivery.channel, 0) + 1
        attempts, time = delivery.attempts + 1, now()
        reason = str(fault)[:REASON_MAX]
        if fault.is_final or self.policy.is_over(attempts, time - delivery.queued - quiet_of(delivery)):
            _log.warning("a notice by %s was given up: %s", delivery.channel, reason)
            return Result(delivery, FAILED, reason, is_gone=fault.is_gone)
        pause = self.policy.pause(attempts)
        return Result(delivery, WAITING, reason, time + pause, is_unreachable=fault.is_unreachable)

    async def _write_results(self) -> None:
        """Write what became of deliveries."""
        async with self._writing:
            results = list(self._results)
            if not results:
                return
            await self._store.run(lambda connection: record(connection, results, now()))
            del self._results[: len(results)]
            for result in results:
                del self._under_way[result.delivery.delivery_id]
                self._busy.pop(result.delivery.channel_id, None)

    async def _look(self) -> None:
        """Now and then count what waits, and let go of what is old."""
        clock = asyncio.get_running_loop().time()
        if clock - self._looked >= STANDING_SECONDS or not self._looked:
            self._looked = clock
            self.standing = await self._store.run(standing)
        if (time := now()) - self._pruned >= HOUR:
            self._pruned = time
            before = self._venue_now() - self.policy.kept_days * DAY
            sent_before = time - self.policy.sent_kept_days * DAY
            failed_before = time - self.policy.kept_days * DAY
            await self._store.run(lambda connection: prune(connection, before, sent_before, failed_before))

    def gauges(self) -> dict[str, float]:
        """Return how the outbox stands, for the metrics."""
        found = self.standing
        oldest = max(0.0, (now() - found.oldest) / SECOND) if found.oldest else 0.0
        figures: dict[str, float] = {
            "notices_waiting": sum(found.waiting.values()), "notices_oldest_seconds": oldest, "notices_sent": self.sent,
        }  # fmt: skip
        for channel in ChannelKind:
            name = channel.value.lower()
            figures[f"notices_failed_{name}"] = found.failed.get(channel, 0)
            figures[f"notices_attempts_failed_{name}"] = self.failures.get(channel, 0)
        return figures


def quiet_of(delivery: Delivery) -> int:
    """Return how long quiet hours held a delivery up, in microseconds: that is no waiting for a channel."""
    return max(0, delivery.not_before - delivery.time)
