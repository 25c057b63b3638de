"""Settings: which source wins, and what is said of those that cannot be used."""

import re
from pathlib import Path

import pytest

from leverline.config import Settings, SettingsFault, load_settings, reached_at


def test_defaults_are_a_sandbox_on_loopback() -> None:
    """Without anything said, a sandbox listens on loopback only."""
    settings = load_settings(None, {}, {})
    assert settings == Settings()
    assert (settings.host, settings.mode, settings.market) == ("127.0.0.1", "sandbox", "simulated")


def test_options_win_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    """Each source overrides the one before, setting by setting."""
    file = tmp_path / "settings.toml"
    file.write_text('port = 1000\ndata = "from-file"\n[mail]\nhost = "file.example"\nport = 25\n')
    environment = {"LEVERLINE_PORT": "2000", "LEVERLINE_MAIL__HOST": "environment.example", "HOME": "/"}
    settings = load_settings(file, environment, {"port": 3000, "data": None, "sandbox.seed": 7})
    assert (settings.port, settings.data, settings.sandbox.seed) == (3000, "from-file", 7)
    assert (settings.mail.host, settings.mail.port) == ("environment.example", 25)


def test_what_steers_the_set_up_is_no_setting() -> None:
    """A venue started in the environment of a set-up or a build starts."""
    root = Path(__file__).parents[2]
    files = [root / "tools/setup.sh", root / "hatch_build.py", *root.glob("build_tools/*.py")]
    names = {name for file in files for name in re.findall(r"LEVERLINE_[A-Z_]+", file.read_text(encoding="utf-8"))}
    assert "LEVERLINE_PURE" in names
    assert load_settings(None, dict.fromkeys(names, "1"), {}) == Settings()


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"LEVERLINE_PORT": "many"}, "port"),
        ({"LEVERLINE_PORT": "65536"}, "port 65536 is not between 0 and 65535"),
        ({"LEVERLINE_MODE": "toy"}, "mode"),
        ({"LEVERLINE_MARKET": "wild"}, "market 'wild' is none of simulated, replay:FILE, live"),
        ({"LEVERLINE_COLOUR": "red"}, "colour"),
        ({"LEVERLINE_LIMITS__FACTOR": "-1"}, "limits.factor -1 is below 0"),
        ({"LEVERLINE_MAIL__SERVER": "x"}, "server"),
        ({"LEVERLINE_MAIL": "x", "LEVERLINE_MAIL__HOST": "y"}, "LEVERLINE_MAIL is a section"),
        ({"LEVERLINE_MAIL__HOST": "y", "LEVERLINE_MAIL": "x"}, "LEVERLINE_MAIL is a section"),
        ({"LEVERLINE_JOURNAL__SNAPSHOT_COMMANDS": "0"}, "journal.snapshot_commands 0 is below 1"),
        ({"LEVERLINE_NOTICES__NETWORKS": "here"}, "notices.networks: 'here' is no address or network"),
        ({"LEVERLINE_NOTICES__RATE_JUMP": "100"}, "notices.rate_jump 100 is below 101"),
        ({"LEVERLINE_NOTICES__CONTACT": "me"}, "notices.contact 'me' is no mailto: or https: address"),
        ({"LEVERLINE_PUBLIC_URL": "venue.example"}, "public_url 'venue.example' is no http: or https: address"),
        ({"LEVERLINE_RULES": "2031"}, "rules '2031' is none of 2025, 2026-06"),
        ({"LEVERLINE_MODE": "production"}, "production needs master_key"),
        ({"LEVERLINE_MODE": "production", "LEVERLINE_MASTER_KEY": "k"}, "production needs mail.host"),
        (
            {"LEVERLINE_MODE": "production", "LEVERLINE_MASTER_KEY": "k", "LEVERLINE_MAIL__HOST": "h"},
            "production takes index prices from a live source",
        ),
    ],
)
def test_what_cannot_be_used_is_named(environment: dict[str, str], words: str) -> None:
    """The message names the setting and says why."""
    with pytest.raises(SettingsFault, match=words.replace("(", "\\(")):
        load_settings(None, environment, {})


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "No such file"), (b"port = ", "settings.toml"), (b"\xff\xfe", "settings.toml"), (b"ports = 1", "ports")],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None, words: str) -> None:
    """A missing, broken or foreign file gives one line, not a traceback."""
    file = tmp_path / "settings.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingsFault, match=words):
        load_settings(file, {}, {})


def test_a_variable_gives_a_list_by_commas() -> None:
    """As the exchanges whose prices are the index."""
    settings = load_settings(None, {"LEVERLINE_LIVE__EXCHANGES": "kraken,okx"}, {})
    assert settings.live.exchanges == ("kraken", "okx")


def test_variables_of_set_up_and_tests_are_no_settings() -> None:
    """The seed of the tests and its like may be set while a venue starts."""
    load_settings(None, {"LEVERLINE_SEED": "5", "LEVERLINE_LONG": "1", "LEVERLINE_URL": "http://x"}, {})


def test_trusted_proxies_are_a_list_in_the_file_and_in_the_environment(tmp_path: Path) -> None:
    """Addresses or networks; one that is neither is named."""
    file = tmp_path / "settings.toml"
    file.write_text('[proxies]\ntrusted = ["127.0.0.1", "fd00::/8"]\n')
    assert load_settings(file, {}, {}).proxies.trusted == ("127.0.0.1", "fd00::/8")
    environment = {"LEVERLINE_PROXIES__TRUSTED": "10.0.0.0/8,192.0.2.7"}
    assert load_settings(file, environment, {}).proxies.trusted == ("10.0.0.0/8", "192.0.2.7")
    with pytest.raises(SettingsFault, match=r"proxies\.trusted: '10\.0\.0\.1/8' is no address or network"):
        load_settings(None, {"LEVERLINE_PROXIES__TRUSTED": "10.0.0.1/8"}, {})


def test_a_sandbox_is_reached_where_it_listens_unless_it_was_told() -> None:
    """Mails of a production venue link only to an address that its operator named."""
    here, named = "http://127.0.0.1:8780", Settings(public_url="https://venue.example")
    assert reached_at(Settings(), here).public_url == here
    assert reached_at(named, here) == named
    assert reached_at(Settings(mode="production"), here).public_url == ""
