"""Settings of `leverline serve`: defaults, a TOML file, environment variables, options; the later ones win.

An environment variable is LEVERLINE_ and the setting's name in capitals (`LEVERLINE_PORT`); a setting of a section has
two underscores between both (`LEVERLINE_MAIL__HOST`).
"""

import ipaddress
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from leverline.parameters import RULE_SET_DEFAULT, rule_sets

PREFIX: Final = "LEVERLINE_"
SNAPSHOT_COMMANDS: Final = 150_000
"""A restart runs so many commands again at most: some 20 s."""
SNAPSHOT_SECONDS: Final = 3_600
NOT_SETTINGS: Final = frozenset(
    {
        "LEVERLINE_SEED", "LEVERLINE_LONG", "LEVERLINE_INTERPRETED", "LEVERLINE_MARKET_DATA", "LEVERLINE_TEST_DATABASE",
        "LEVERLINE_PURE", "LEVERLINE_REQUIRE_COMPILED", "LEVERLINE_WITHOUT_WEB", "LEVERLINE_REQUIRE_WEB",
        "LEVERLINE_WEB_DIST", "LEVERLINE_CONFIG", "LEVERLINE_URL",
    }
)  # fmt: skip
"""Variables of set-up and tests. The seed of `serve` is an option, a line of the file, or LEVERLINE_SANDBOX__SEED."""
PORT_DEFAULT: Final = 8780


class SettingsFault(ValueError):
    """Settings that cannot be used; the message names which and why."""


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all sections."""


class MailSettings(Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where mail is handed in. Without a host the sandbox keeps mails in its database and production refuses."""

    host: str = ""
    port: int = 587
    user: str = ""
    password: str = ""
    sender: str = "no-reply@localhost"
    is_tls: bool = False
    """TLS from the start, as on port 465."""
    is_starttls: bool = True
    kept: int = 10_000
    """So many mails stay in a sandbox's database, the newest."""


class NoticeSettings(Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What users are told, and where their addresses may lead."""

    templates: str = ""
    """A folder whose templates take the place of ours, by name; none if empty."""
    networks: tuple[str, ...] = ()
    """Networks beyond the public internet to which users' addresses may lead. A sandbox allows loopback besides."""
    chat_schemes: tuple[str, ...] = ()
    """Schemes of Apprise that users may give; those that send to a service's own host if empty."""
    rate_jump: int = 200
    """In percent: at 200 a debtor is told when an hourly rate more than doubles or more than halves."""
    contact: str = ""
    """Whom a push service may write to, a mailto: or https: address; the sender of mails if empty."""
    attempts_max: int = 12
    """After so many failures a delivery is given up."""
    first_pause_seconds: float = 2.0
    """After the first failure; doubled after each, up to half an hour."""
    kept_days: int = 90
    """Notices stay so long in the inbox."""


class LimitSettings(Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Request limits of the wire. A factor of 0 switches them off, 10 makes all budgets ten times as large."""

    factor: int = 1


class ApiSettings(Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Binance's interface as it was on some day, apart from the rules of trading.

    What was removed by then is answered where clients in use still ask for it, unless `is_strict`.
    """

    profile: Literal["2026-11", "2025-06"] = "2026-11"
    is_strict: bool = False


class ProxySettings(Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Proxies in front of the venue: addresses or networks whose X-Forwarded-For and X-Forwarded-Proto are believed."""

    trusted: tuple[str, ...] = ()


class JournalSettings(Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How often a snapshot is taken, whichever comes first; journal older than the last two goes."""

    snapshot_commands: int = SNAPSHOT_COMMANDS
    snapshot_seconds: int = SNAPSHOT_SECONDS


class HistorySettings(Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The past in SQL. What accounts did is kept for ever; what everybody traded, for some days."""

    trade_days: int = 0
    """Days of venue time for which market trades stay; 0 stands for 30, in a sandbox, which trades by itself, for 3."""


class SandboxSettings(Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The simulated market."""

    seed: int = 1
    is_trading: bool = True
    """Whether takers trade; off, only makers quote."""
    is_verified_at_once: bool = True
    """Whether who hands in a verification is verified; off, it waits for an operator as in production."""
    are_special_keys_open: bool = False
    """Whether users of every VIP level may have special keys."""
    is_approved_alone: bool = False
    """Whether an operator may approve the change of parameters that he proposed himself."""


class LiveSettings(Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose public prices are the index where `market` is `live`, by their names in ccxt.

    Production takes each as a source of its own, a sandbox the first only. `url` stands for their own addresses.
    """

    exchanges: tuple[str, ...] = ("binance", "kraken", "okx")
    url: str = ""


class Settings(Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All settings."""

    host: str = "127.0.0.1"
    port: int = PORT_DEFAULT
    data: str = "leverline-data"
    mode: Literal["sandbox", "production"] = "sandbox"
    rules: str = RULE_SET_DEFAULT
    """The rule set, one of `rule_sets()`. A data folder belongs to one: the venue refuses to start on another's."""
    market: str = "simulated"
    """`simulated`, `replay:FILE` or `live`."""
    database: str = ""
    """SQLAlchemy URL of identity and history; SQLite files in the data folder if empty."""
    public_url: str = ""
    """Where people reach the venue, such as `https://venue.example.org`; mails link to its pages. A sandbox that is not
    told links to the address it listens on."""
    master_key: str = ""
    """Encrypts secrets at rest; a sandbox makes its own and keeps it in the data folder."""
    log: Literal["text", "json"] = "text"
    mail: MailSettings = MailSettings()
    notices: NoticeSettings = NoticeSettings()
    limits: LimitSettings = LimitSettings()
    api: ApiSettings = ApiSettings()
    proxies: ProxySettings = ProxySettings()
    journal: JournalSettings = JournalSettings()
    history: HistorySettings = HistorySettings()
    live: LiveSettings = LiveSettings()
    sandbox: SandboxSettings = SandboxSettings()


SECTIONS: Final = ("mail", "notices", "limits", "api", "proxies", "journal", "history", "live", "sandbox")
LISTS: Final = frozenset(
    {("live", "exchanges"), ("notices", "chat_schemes"), ("notices", "networks"), ("proxies", "trusted")}
)
"""Settings that a variable gives as words joined by commas."""


def load_settings(file: Path | None, environment: Mapping[str, str], options: Mapping[str, Any]) -> Settings:
    """Return the settings from all sources. `options` are those of the command line, None for one not given.

    Raises SettingsFault for a file that cannot be read, an unknown name or an impossible value.
    """
    tree = _read_file(file) if file is not None else {}
    _merge(tree, _of_environment(environment))
    _merge(tree, _of_options(options))
    try:
        settings = msgspec.convert(tree, Settings, strict=False)
    except msgspec.ValidationError as fault:
        raise SettingsFault(f"settings: {fault}") from fault
    _check(settings)
    return settings


def reached_at(settings: Settings, address: str) -> Settings:
    """Return the settings; a sandbox that was not told where people reach it takes the address it listens on."""
    if settings.public_url or settings.mode == "production":
        return settings
    return msgspec.structs.replace(settings, public_url=address)


def _check(settings: Settings) -> None:
    """Raise SettingsFault for what types do not say."""
    if not 0 <= settings.port <= 65_535:
        raise SettingsFault(f"port {settings.port} is not between 0 and 65535")
    if settings.market not in ("simulated", "live") and not settings.market.startswith("replay:"):
        raise SettingsFault(f"market {settings.market!r} is none of simulated, replay:FILE, live")
    if settings.rules not in (known := rule_sets()):
        raise SettingsFault(f"rules {settings.rules!r} is none of {', '.join(known)}")
    if settings.limits.factor < 0:
        raise SettingsFault(f"limits.factor {settings.limits.factor} is below 0")
    for name in ("snapshot_commands", "snapshot_seconds"):
        if (value := getattr(settings.journal, name)) < 1:
            raise SettingsFault(f"journal.{name} {value} is below 1")
    if settings.history.trade_days < 0:
        raise SettingsFault(f"history.trade_days {settings.history.trade_days} is below 0")
    for each in settings.proxies.trusted:
        _check_network("proxies.trusted", each)
    if settings.public_url and not settings.public_url.startswith(("http://", "https://")):
        raise SettingsFault(f"public_url {settings.public_url!r} is no http: or https: address")
    _check_notices(settings.notices)
    if settings.mail.kept < 1:
        raise SettingsFault(f"mail.kept {settings.mail.kept} is below 1")
    if not settings.live.exchanges:
        raise SettingsFault("live.exchanges names no exchange")
    if settings.mode == "production":
        _check_production(settings)


def _check_notices(notices: NoticeSettings) -> None:
    """Raise SettingsFault for what types do not say of notices."""
    for each in notices.networks:
        _check_network("notices.networks", each)
    for name, least in (("rate_jump", 101), ("attempts_max", 1), ("kept_days", 1), ("first_pause_seconds", 0)):
        if not (value := getattr(notices, name)) >= least:
            raise SettingsFault(f"notices.{name} {value} is below {least}")
    if notices.contact and not notices.contact.startswith(("mailto:", "https:")):
        raise SettingsFault(f"notices.contact {notices.contact!r} is no mailto: or https: address")


def _check_network(name: str, text: str) -> None:
    """Raise SettingsFault for what is no address or network."""
    try:
        ipaddress.ip_network(text)
    except ValueError as fault:
        raise SettingsFault(f"{name}: {text!r} is no address or network of addresses") from fault


def _check_production(settings: Settings) -> None:
    """Raise SettingsFault where production lacks what it must not run without."""
    if not settings.master_key:
        raise SettingsFault("production needs master_key: secrets of users are encrypted with it")
    if not settings.mail.host:
        raise SettingsFault("production needs mail.host: users confirm their address and are called by mail")
    if settings.market != "live":
        raise SettingsFault(f"production takes index prices from a live source, not from {settings.market!r}")


def _read_file(file: Path) -> dict[str, Any]:
    """Return the tree of a TOML file."""
    try:
        return tomllib.loads(file.read_text())
    except OSError as fault:
        raise SettingsFault(f"{file}: {fault.strerror}") from fault
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise SettingsFault(f"{file}: {fault}") from fault


def _of_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    """Return the tree that the environment names."""
    tree: dict[str, Any] = {}
    for name, value in environment.items():
        if not name.startswith(PREFIX) or name in NOT_SETTINGS:
            continue
        section, found, key = name.removeprefix(PREFIX).lower().partition("__")
        if found:
            _merge(tree, {section: {key: value.split(",") if (section, key) in LISTS else value}})
        elif section not in SECTIONS:
            tree[section] = value
        else:
            raise SettingsFault(f"{name} is a section: its settings are {name}__…")
    return tree


def _of_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the tree of the options that were given; `section.name` is a setting of a section."""
    tree: dict[str, Any] = {}
    for name, value in options.items():
        if value is None:
            continue
        section, _, key = name.partition(".")
        if key:
            tree.setdefault(section, {})[key] = value
        else:
            tree[name] = value
    return tree


def _merge(tree: dict[str, Any], other: Mapping[str, Any]) -> None:
    """Lay `other` over `tree`."""
    for name, value in other.items():
        below = tree.get(name)
        if isinstance(value, dict) and isinstance(below, dict):
            _merge(below, value)
        else:
            tree[name] = value
