"""The SDKs' own models against every reading operation: no type is repaired, and every field of a model comes up."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from tools.generate_operations import read_facts

from tests.clients.checks import REPAIRS, Steps, tell
from tests.clients.running_venue import RunningVenue, serve_venue

UNSEEN: dict[str, str] = yaml.safe_load(Path(__file__).with_name("unseen_fields.yaml").read_text(encoding="utf-8"))
QUIET = "[sandbox]\nis_trading = false\nare_special_keys_open = true\n"
"""Nobody trades but the story, so that its orders meet whom they are meant to meet; it makes a special key."""


@pytest.fixture(scope="module")
def venue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningVenue]:
    """A venue with makers alone."""
    folder = tmp_path_factory.mktemp("venue")
    (folder / "settings.toml").write_text(QUIET)
    with serve_venue(folder, "--config", str(folder / "settings.toml")) as running:
        yield running


@pytest.fixture(scope="module")
def steps(venue: RunningVenue, package_folder: Path) -> Steps:
    """What the SDKs told."""
    return tell("ccxt-and-sdk", "sdk_models", venue, package_folder)


@pytest.fixture(scope="module")
def models(steps: Steps) -> dict[str, Any]:
    """What came of the models."""
    return steps["models"]


def test_every_reading_operation_is_read(models: dict[str, Any]) -> None:
    """Each that the SDKs and the venue have answers, once at least, and none refuses what its model is asked with."""
    live = set(models["asked"]) & set(read_facts().live)
    assert len(live) > 70
    assert live <= set(models["read"])
    assert {name: fault for name, fault in models["faults"].items() if name in live} == {}


def test_no_answer_is_repaired(steps: Steps) -> None:
    """The SDK logs each answer that is not of its model's types."""
    assert [line for line in steps["log"]["lines"] if any(repair in line for repair in REPAIRS)] == []


def test_every_field_of_a_model_is_seen(models: dict[str, Any]) -> None:
    """But for those that the list names with a reason."""
    unseen = set(models["known"]) - set(models["seen"])
    assert {name for name in unseen if name not in UNSEEN and any_model(name) not in UNSEEN} == set()


def test_no_exception_is_idle(models: dict[str, Any]) -> None:
    """A field that is seen needs no exception, nor one that no model has."""
    unseen = set(models["known"]) - set(models["seen"])
    assert {name for name in UNSEEN if name not in unseen | {any_model(each) for each in unseen}} == set()
    assert all(UNSEEN.values())


def any_model(name: str) -> str:
    """Return a field's name whatever its model."""
    return f"*.{name.partition('.')[2]}"
