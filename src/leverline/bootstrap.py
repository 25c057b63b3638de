"""The one place that wires a venue: settings in, a running process out.

    data folder ─► journal, snapshots ─► engine and history as they were ─► writer ─► identity ─► sandbox ─► wire

Everything is closed in the opposite order.
"""

import asyncio
import gc
import signal
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import structlog
import uvloop

from leverline import __version__
from leverline.api.dispatch import Dispatcher
from leverline.api.endpoint import Table
from leverline.api.http.server import AddressFault, WireServer, address_of, listen, make_server, take_connections
from leverline.api.limits import Limits
from leverline.api.order_counts import OrderCounts
from leverline.api.profile import profile_of
from leverline.api.proxies import Proxies
from leverline.api.services import Services
from leverline.api.spot.exchange_info import pieces_of
from leverline.api.streams.sockets import Sockets
from leverline.api.tables import wire_table
from leverline.build_info import is_compiled
from leverline.cases.desk import CaseDesk
from leverline.config import Settings, reached_at
from leverline.engine.commands import Command
from leverline.engine.commit import Commit
from leverline.history.history import History
from leverline.history.store.archive import Archive
from leverline.history.store.faults import HistoryStoreFault
from leverline.history.store.keeping import but_the_house, everything
from leverline.history.store.naming import venue_name
from leverline.identity.faults import IdentityStartFault
from leverline.identity.identity import Identity
from leverline.identity.rules import IdentityRules, load_rules
from leverline.identity.vault import Vault, open_vault
from leverline.journal.folder import DataFolder, FolderFault
from leverline.journal.port import JournalFault
from leverline.journal.sqlite_journal import SqliteJournal
from leverline.kernel.time import DAY
from leverline.mail import Mailer, SmtpMailer, SmtpSettings
from leverline.notices.faults import NoticeStartFault
from leverline.notices.notices import Notices
from leverline.notices.options import options_of
from leverline.notices.recogniser import place_in
from leverline.parameters import ParameterFault, load_parameters
from leverline.rulebook.parameters import VenueParameters
from leverline.sandbox.feed import IndexFeed
from leverline.sandbox.first_steps import FIRST_STEPS
from leverline.sandbox.market import SandboxMarket
from leverline.sandbox.past.keeper import HistoryWithPast, keep_seed_of_past
from leverline.sandbox.ports import SandboxFault
from leverline.sandbox.routes import table as sandbox_table
from leverline.sandbox.running import LiveSource, RunningSandbox, driver_of, market_state, read_state
from leverline.venue.clock import Clock, DrivenClock, SystemClock
from leverline.venue.data import open_journal
from leverline.venue.faults import VenueBusy, VenueStopped
from leverline.venue.recovery import Recovered, RecoveryRefused, recover
from leverline.venue.snapshotting import SnapshotPolicy, Snapshotter
from leverline.venue.subscribers import Keeper
from leverline.venue.venue import Venue
from leverline.web.pages import WebPages

USER_ID_FIRST: Final = 10_001
SANDBOX_FILE: Final = "sandbox.json"
HISTORY_FILE: Final = "history.sqlite"
NOTICES_FILE: Final = "notices.sqlite"
MASTER_KEY_FILE: Final = "master.key"
TRADE_DAYS: Final = 30
SANDBOX_TRADE_DAYS: Final = 3
"""Days for which market trades are kept where nothing else is said."""
VENUE_FILE: Final = "venue.id"
SEED_FILE: Final = "past.seed"
YOUNG_OBJECTS: Final = 50_000
"""The collector looks at young objects only after so many; what start-up made is frozen out of its sight."""

log = structlog.get_logger("venue")


class StartFault(Exception):
    """The venue cannot start; the message says why in one line."""


FAULTS: Final = (
    AddressFault, FolderFault, JournalFault, RecoveryRefused, ParameterFault, HistoryStoreFault, IdentityStartFault,
    NoticeStartFault, SandboxFault,
)  # fmt: skip


def run(settings: Settings) -> None:
    """Run a venue until SIGTERM or SIGINT. Raises StartFault."""
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(serve(settings))
    except FAULTS as fault:
        raise StartFault(str(fault)) from fault


async def serve(settings: Settings) -> None:
    """Open everything, serve until told to stop, close everything."""
    with listen(settings.host, settings.port) as bound:
        await serve_on(bound, reached_at(settings, address_of(bound)))


async def serve_on(bound: socket.socket, settings: Settings) -> None:
    """Serve on a bound socket until told to stop."""
    async with running_venue(settings) as services:
        dispatcher = Dispatcher(table_of(services), services, WebPages())
        sockets = Sockets(services, dispatcher)
        services.venue.attach(sockets.hub)
        server = make_server(dispatcher, sockets)
        server.before_shutdown = sockets.announce_shutdown
        await opened(services, sockets)
        stop_on_signals(server, services.snapshotter)
        try:
            take_connections(bound)
            announce(settings, bound, services)
            await server.serve(sockets=[bound])
        finally:
            await closed(services, sockets)


def table_of(services: Services) -> Table:
    """Return all endpoints of this venue."""
    table = wire_table(services.profile)
    if services.sandbox is not None:
        table.include(sandbox_table)
    return table


async def opened(services: Services, sockets: Sockets) -> None:
    """Start all parts, each after what it needs."""
    await services.venue.start()
    await services.snapshotter.start()
    await services.identity.start()
    services.notices.start()
    await services.feed.start()
    await sockets.hub.start()
    services.metrics.watch(services)
    pieces_of(services)
    freeze()
    services.is_ready = True


async def closed(services: Services, sockets: Sockets) -> None:
    """Stop all parts in the opposite order, each whatever became of the one before; the venue takes a last snapshot."""
    services.is_ready = False
    async with AsyncExitStack() as parts:
        parts.push_async_callback(services.venue.stop)
        if services.cases is not None:
            parts.push_async_callback(services.cases.stop)
        parts.push_async_callback(services.identity.stop)
        parts.push_async_callback(services.notices.rest)
        parts.push_async_callback(services.feed.stop)
        parts.push_async_callback(sockets.hub.stop)


@asynccontextmanager
async def running_venue(settings: Settings) -> AsyncIterator[Services]:
    """Give the parts of a venue as it was left, not yet started, and hold its data folder."""
    with ExitStack() as parts:
        folder = parts.enter_context(DataFolder(Path(settings.data)))
        parameters = load_parameters(settings.rules, sandbox=settings.mode == "sandbox")
        journal = open_journal(folder, parameters, settings.mode)
        history = History(parameters)
        vault = open_vault(settings.master_key, folder.path / MASTER_KEY_FILE, settings.mode == "production")
        identity = identity_of(settings, folder, vault, lambda: venue)
        notices = parts.enter_context(closing(notices_of(settings, folder, vault, identity, lambda: clock)))
        kept = history_with_past(settings, folder, history, parameters)
        archive = parts.enter_context(closing(archive_of(settings, folder, history)))
        history.tell(False)
        recovered = recovered_state(folder, journal, parameters, [kept, identity.trail], archive, notices)
        history.tell(True)
        clock = clock_of(settings, folder, recovered.engine.time)
        venue = Venue(recovered.engine, journal, clock)
        snapshotter = Snapshotter(venue, folder, journal, parameters, policy_of(settings))
        for subscriber in (kept, archive.writer, notices, identity.trail, snapshotter):
            venue.attach(subscriber)
        venue.brake.add(archive.writer.is_full)
        venue.brake.add(notices.is_full)
        venue.before_close(archive.writer.stop)
        venue.before_close(notices.stop)
        snapshotter.reached = lambda: min(archive.writer.durable(), notices.durable())
        profile = profile_of(settings.api.profile, settings.api.is_strict)
        limits = Limits(profile.limit_policy(settings.limits.factor), time.time)
        venue.attach(OrderCounts(limits))
        services = Services(venue, history, identity, snapshotter, limits, settings.mode == "sandbox")
        services.profile = profile
        services.archive, services.past = archive, archive.past
        services.notices = notices
        services.gauge_sources += [archive.gauges, notices.gauges]
        services.cases = CaseDesk(folder.path)
        services.proxies = Proxies(settings.proxies.trusted)
        services.sandbox = sandbox_of(settings, folder, venue, clock)
        if services.sandbox is not None:
            venue.attach(services.sandbox)
        services.feed = services.sandbox or IndexFeed(venue, clock, settings.live.exchanges, settings.live.url)
        yield services


def recovered_state(
    folder: DataFolder, journal: SqliteJournal, parameters: VenueParameters, keepers: Sequence[Keeper],
    archive: Archive, notices: Notices,
) -> Recovered:  # fmt: skip
    """Return the engine as it was left, and bring those who keep something of their own there."""
    began = time.monotonic()
    name = venue_name(folder.path / VENUE_FILE)
    reaches = [reach for part in (archive, notices) if (reach := part.open(name, journal.last)) is not None]

    def begun(found: Recovered) -> Callable[[Commit], None]:
        core = found.engine.core
        writer = archive.begin(found.snapshot, found.engine.time)
        notices.begin(place_in(core.ledger.wallets), parameters.pairs, journal.last, found.engine.time)

        def take(commit: Commit) -> None:
            writer.take_again(commit)
            notices.take_again(commit)

        return take

    reach = min(reaches, default=None)
    with interruptible():
        found = recover(folder.snapshots, journal, parameters, keepers, reach=reach, begun=begun)
    if journal.last:
        seconds = round(time.monotonic() - began, 1)
        log.info("recovered", snapshot=found.snapshot, commands_run_again=found.commands, seconds=seconds)
    return found


def history_with_past(
    settings: Settings, folder: DataFolder, history: History, parameters: VenueParameters
) -> History | HistoryWithPast:
    """Return who keeps the history: in a sandbox it has a past, that of the first start whatever the seed is now."""
    if settings.mode == "production":
        return history
    return HistoryWithPast(history, parameters, keep_seed_of_past(folder.path / SEED_FILE, settings.sandbox.seed))


def clock_of(settings: Settings, folder: DataFolder, venue_time: int) -> Clock:
    """Return the venue's clock; a sandbox's goes on from where it was driven to."""
    if settings.mode == "production":
        return SystemClock()
    clock = DrivenClock()
    clock.offset = int(read_state(folder.path / SANDBOX_FILE).get("clock_offset", 0))
    clock.catch_up(venue_time)
    return clock


def policy_of(settings: Settings) -> SnapshotPolicy:
    """Return when snapshots are taken."""
    return SnapshotPolicy(commands=settings.journal.snapshot_commands, seconds=settings.journal.snapshot_seconds)


def identity_of(settings: Settings, folder: DataFolder, vault: Vault, venue: Callable[[], Venue]) -> Identity:
    """Return the users' side of the venue, which is made before the venue and sends commands to it later."""

    async def submit(command: Command) -> Commit:
        return await venue().submit(command)

    def owes_loan(user_id: int) -> bool:
        return venue().core.owes_loan(user_id)

    url = settings.database or f"sqlite:///{folder.path / 'identity.sqlite'}"
    return Identity(
        url, vault, submit, rules_of(settings), lambda: next_user_id(venue()),
        not_taken=(VenueBusy, VenueStopped), mailer=mailer_of(settings),
        mails_kept=settings.mail.kept, is_gate_closed=lambda: venue().core.gate.is_closed,
        owes_loan=owes_loan, public_url=settings.public_url,
    )  # fmt: skip


def notices_of(
    settings: Settings, folder: DataFolder, vault: Vault, identity: Identity, clock: Callable[[], Clock]
) -> Notices:
    """Return what tells users of what concerns them, not yet opened."""
    options = options_of(settings, notices_url(settings, folder.path), USER_ID_FIRST)
    return Notices(options, vault, identity.mailer, identity.users.mail_of, lambda: clock().now())


def notices_url(settings: Settings, data: Path) -> str:
    """Return where notices are kept: with the users, where a database is named, else in a file of its own."""
    return settings.database or f"sqlite:///{data / NOTICES_FILE}"


def archive_of(settings: Settings, folder: DataFolder, history: History) -> Archive:
    """Return the whole past of a venue, not yet opened."""
    keeps = but_the_house(history, USER_ID_FIRST) if settings.mode == "sandbox" else everything
    return Archive(history, history_url(settings, folder), keeps, trade_days(settings) * DAY)


def trade_days(settings: Settings) -> int:
    """Return for how many days market trades are kept."""
    return settings.history.trade_days or (SANDBOX_TRADE_DAYS if settings.mode == "sandbox" else TRADE_DAYS)


def history_url(settings: Settings, folder: DataFolder) -> str:
    """Return where the past is kept: with the users, where a database is named, else in a file of its own."""
    return settings.database or f"sqlite:///{folder.path / HISTORY_FILE}"


def rules_of(settings: Settings) -> IdentityRules:
    """Return the rules of identity: those of the mode, and what a sandbox lifts."""
    if settings.mode == "production":
        return load_rules(sandbox=False)
    sandbox = settings.sandbox
    rules = replace(
        load_rules(sandbox=True),
        is_approved_alone=sandbox.is_approved_alone,
        is_verified_at_once=sandbox.is_verified_at_once,
    )
    return replace(rules, special_key_vip_min=0) if sandbox.are_special_keys_open else rules


def mailer_of(settings: Settings) -> Mailer | None:
    """Return where mail is handed in; None keeps it in a table."""
    mail = settings.mail
    if not mail.host:
        return None
    return SmtpMailer(
        SmtpSettings(mail.host, mail.port, mail.sender, mail.user, mail.password, mail.is_tls, mail.is_starttls)
    )


def next_user_id(venue: Venue) -> int:
    """Return the engine's next free id above the house's."""
    return max(max(venue.core.users, default=0) + 1, USER_ID_FIRST)


def sandbox_of(settings: Settings, folder: DataFolder, venue: Venue, clock: Clock) -> RunningSandbox | None:
    """Return the sandbox's market; None in production."""
    if settings.mode == "production":
        return None
    assert isinstance(clock, DrivenClock), type(clock)
    file = folder.path / SANDBOX_FILE
    wanted = settings.sandbox
    source = LiveSource(settings.live.exchanges[0], settings.live.url)
    driver = driver_of(settings.market, wanted.seed, venue.core.parameters, clock, source)
    market = SandboxMarket(venue, clock, wanted.seed, driver)
    market.restore(market_state(read_state(file), settings.market))
    return RunningSandbox(market, clock, file, settings.market)


@contextmanager
def interruptible() -> Iterator[None]:
    """Let Ctrl-C end what holds up the loop; the loop itself would hear of it only afterwards."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def stop_on_signals(server: WireServer, snapshotter: Snapshotter) -> None:
    """Let SIGTERM and SIGINT stop the server; at a second one neither clients nor the last snapshot are waited for."""
    loop = asyncio.get_running_loop()

    def stop() -> None:
        if server.should_exit:
            server.force_exit = True
            snapshotter.give_up()
        server.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)


def freeze() -> None:
    """Keep the collector away from what start-up made: a sweep over all of it would hold everybody up."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 20, 100)


def announce(settings: Settings, bound: socket.socket, services: Services) -> None:
    """Print where the venue listens and where its data lies."""
    address = address_of(bound)
    for line in (
        f"leverline {__version__} ({'compiled' if is_compiled() else 'interpreted'}), {settings.mode}",
        f"listening on {address}",
        f"data in {Path(settings.data).resolve()}, {services.venue.sequence} commands so far",
    ):
        print(line, flush=True)
    if settings.mode == "sandbox":
        print(FIRST_STEPS.format(url=address), flush=True)
