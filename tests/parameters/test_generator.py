"""The generated tables are what the generator makes of the collected data."""

from pathlib import Path

from tests.parameters.market_data import market_data
from tools.generate_parameters import generate

GENERATED = ("assets.csv", "borrow_limits.csv", "pairs.csv", "pro_brackets.csv")


def test_the_generator_gives_the_shipped_bytes(folder: Path) -> None:
    """Equal input gives equal tables, and the shipped ones are not edited by hand."""
    data = market_data()
    shipped = {name: (folder / name).read_bytes() for name in GENERATED}
    for name in GENERATED:
        (folder / name).unlink()
    generate(data, folder)
    assert {name: (folder / name).read_bytes() for name in GENERATED} == shipped
