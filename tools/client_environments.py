"""Make the environments of the real clients that the tests run, one for each set of pinned packages.

    python tools/client_environments.py [--where FOLDER] [NAME…]

Clients collide in the names of their packages, so each requirements file `tests/clients/requirements-NAME.txt` gets a
virtual environment `.venv-clients/NAME` of its own. One that exactly matches its file and this Python is left as it is.
One that cannot be made is said loudly, with the reason kept beside it for the tests to skip by, and the exit code is 1.
Run it with the Python of an environment that has pip; it uses nothing else but the standard library.
"""

import argparse
import hashlib
import shutil
import sys
import venv
from pathlib import Path

from installer import install

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "tests" / "clients"
DEFAULT_FOLDER = ROOT / ".venv-clients"


def main() -> int:
    """Make the environments that the arguments name, or all, and return the exit code."""
    parser = argparse.ArgumentParser(description="Make the environments of the real clients under test.")
    parser.add_argument("--where", type=Path, default=DEFAULT_FOLDER, help="the folder that holds the environments")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"only these of: {', '.join(all_names())}")
    arguments = parser.parse_args()
    unknown = set(arguments.names) - set(all_names())
    if unknown:
        parser.error(f"there is no requirements file for {', '.join(sorted(unknown))} in {REQUIREMENTS}")
    made = [make(name, arguments.where.resolve()) for name in arguments.names or all_names()]
    return 0 if all(made) else 1


def all_names() -> list[str]:
    """Return the names of all environments, one for each requirements file."""
    return sorted(file.stem.removeprefix("requirements-") for file in REQUIREMENTS.glob("requirements-*.txt"))


def make(name: str, where: Path) -> bool:
    """Make one environment unless it is there and unchanged; return whether it is there."""
    folder, reason_file = where / name, where / f"{name}.missing"
    if is_made(name, folder):
        return True
    say(f"making the client environment {name}")
    where.mkdir(parents=True, exist_ok=True)
    (where / ".gitignore").write_text("*\n", encoding="utf-8")
    reason_file.unlink(missing_ok=True)
    reason = fill(name, folder)
    if not reason:
        (folder / "made-from").write_text(digest(name), encoding="utf-8")
        return True
    shutil.rmtree(folder, ignore_errors=True)
    reason_file.write_text(reason + "\n", encoding="utf-8")
    say(f"THE CLIENT ENVIRONMENT {name} COULD NOT BE MADE, its tests will be skipped:\n{reason}")
    return False


def is_made(name: str, folder: Path) -> bool:
    """Return whether the environment is there and was made from just these requirements by this Python."""
    mark = folder / "made-from"
    return mark.exists() and mark.read_text(encoding="utf-8") == digest(name)


def digest(name: str) -> str:
    """Return what an environment depends on, in short: its requirements and this Python."""
    parts = [requirements(name).read_bytes(), sys.version.encode(), str(Path(sys.executable).resolve()).encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def requirements(name: str) -> Path:
    """Return the requirements file of an environment."""
    return REQUIREMENTS / f"requirements-{name}.txt"


def fill(name: str, folder: Path) -> str:
    """Create the environment anew and install its packages; return why it could not be done, or nothing."""
    try:
        venv.create(folder, clear=True, symlinks=True)
    except OSError as fault:
        return f"python -m venv failed: {fault}"
    return install(folder, ["--requirement", str(requirements(name))])


def say(message: str) -> None:
    """Print a message where the set-up prints its own."""
    print(f"leverline: {message}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
