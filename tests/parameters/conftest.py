"""The shipped rule set, and a copy of it that a test may spoil."""

import shutil
from importlib.resources import as_file, files
from pathlib import Path

import pytest
from tests.parameters.tables import read_rows

from leverline.parameters import Measure, Scheme, load_measures, load_parameters, load_scheme
from leverline.rulebook.parameters import VenueParameters


@pytest.fixture(scope="session")
def parameters() -> VenueParameters:
    """The rule set 2025 as a sandbox loads it."""
    return load_parameters()


@pytest.fixture(scope="session")
def scheme() -> Scheme:
    """The scheme of the rule set 2025."""
    return load_scheme()


@pytest.fixture(scope="session")
def measures() -> dict[str, Measure]:
    """The measures that the asset table records."""
    return load_measures()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the data files of the rule set 2025."""
    with as_file(files("leverline.parameters").joinpath("data", "2025")) as shipped:
        return Path(shutil.copytree(shipped, tmp_path / "2025"))


@pytest.fixture
def shipped_status(folder: Path) -> dict[str, str]:
    """How well each pair of the rule set 2025 is proven."""
    return {row["symbol"]: row["status"] for row in read_rows(folder / "pairs.csv")}
