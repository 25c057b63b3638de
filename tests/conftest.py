"""What every suite has: a seed that is printed, Hypothesis profiles, and the certainty of which Leverline is tested."""

import os
import random
from pathlib import Path

import hypothesis
import pytest

import leverline
from leverline.build_info import is_compiled

SEED = int(os.environ.setdefault("LEVERLINE_SEED", str(random.SystemRandom().randrange(2**32))))
IS_INTERPRETED_RUN = os.environ.get("LEVERLINE_INTERPRETED") == "1"

COMMON = {"deadline": None, "print_blob": True, "database": None}
hypothesis.settings.register_profile("ci", max_examples=100, **COMMON)
hypothesis.settings.register_profile("long", max_examples=10_000, **COMMON)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the tests marked `long` and more random examples")


def pytest_configure(config: pytest.Config) -> None:
    check_which_leverline()
    if config.getoption("--long"):
        os.environ["LEVERLINE_LONG"] = "1"
    hypothesis.settings.load_profile("long" if config.getoption("--long") else "ci")
    hypothesis.core.global_force_seed = SEED


def check_which_leverline() -> None:
    """Stop unless the package under test is the one this run is meant to test."""
    file = Path(leverline.__file__)
    is_installed = "site-packages" in file.parts
    if IS_INTERPRETED_RUN and (is_installed or is_compiled()):
        pytest.exit(f"the interpreted run found the installed or compiled package {file}", returncode=4)
    if not IS_INTERPRETED_RUN and not is_installed:
        pytest.exit(f"tests run against the installed wheel (./test), or with LEVERLINE_INTERPRETED=1, not {file}", 4)


def pytest_report_header(config: pytest.Config) -> list[str]:
    build = "compiled" if is_compiled() else "interpreted"
    return [f"leverline: {leverline.__version__} ({build})", f"LEVERLINE_SEED={SEED} (set it to run the same again)"]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--long"):
        for item in items:
            if item.get_closest_marker("long"):
                item.add_marker(pytest.mark.skip(reason="runs only with --long"))


@pytest.fixture
def seed() -> int:
    """The seed of this run; LEVERLINE_SEED sets it."""
    return SEED


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> random.Random:
    """A random source of this test's own, fixed by the run's seed and the test's name."""
    return random.Random(f"{SEED} {request.node.name}")
