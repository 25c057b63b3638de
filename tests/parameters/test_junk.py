"""Whatever is written into a data file, loading either succeeds or says what is wrong."""

import random
import shutil
from pathlib import Path

from leverline.parameters import ParameterFault, load_parameters

CHANGES = 60
JUNK = [
    "",
    "0",
    "-1",
    "1e9",
    "9" * 60,
    "yes",
    "NaN",
    "inf",
    "²",
    "٣",
    ",",
    '"',
    "\n",
    "\x00",
    "=",
    "[",
    "USDT",
    "2025-13-01",
]


def test_junk_in_any_file_is_a_fault_or_harmless(folder: Path, rng: random.Random) -> None:
    """A random piece of a random file gives way to junk; nothing but ParameterFault comes out."""
    names = sorted(path.name for path in folder.iterdir())
    faults = []
    for number in range(CHANGES):
        copy = Path(shutil.copytree(folder, folder.with_name(f"copy{number}")))
        path = copy / rng.choice(names)
        path.write_text(spoil(path.read_text(encoding="utf-8"), rng), encoding="utf-8")
        try:
            load_parameters(folder=copy)
        except ParameterFault as fault:
            faults.append(fault)
        shutil.rmtree(copy)
    assert len(faults) > CHANGES // 4
    assert all(fault.file in names and fault.row >= 0 and fault.reason for fault in faults)


def spoil(text: str, rng: random.Random) -> str:
    """Return `text` with a cell, a line or a few characters changed."""
    lines = text.splitlines()
    index = rng.randrange(len(lines))
    cells = lines[index].split(",")
    choice = rng.randrange(4)
    if choice == 0:
        del lines[index]
    elif choice == 1:
        lines.insert(index, lines[index])
    elif choice == 2:
        cells[rng.randrange(len(cells))] = rng.choice(JUNK)
        lines[index] = ",".join(cells)
    else:
        start = rng.randrange(len(lines[index]) + 1)
        lines[index] = lines[index][:start] + rng.choice(JUNK) + lines[index][start + rng.randrange(3) :]
    return "\n".join(lines) + "\n"
