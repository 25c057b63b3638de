"""Install packages into a virtual environment: with uv, in a tenth of pip's time, or where that fails with pip.

    python tools/installer.py ENVIRONMENT ARGUMENT…

The arguments are those that `pip install` and `uv pip install` both know. Run it with the Python of an environment that
has pip; the environment installed into needs none. uv is told where to look for packages as pip is configured to.
Uses nothing but the standard library and pip.
"""

import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path

PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input"]
UV = Path(sys.executable).with_name("uv")
ADDRESS = "url"
OPTIONS = {
    f"index-{ADDRESS}": "--default-index",
    f"extra-index-{ADDRESS}": "--index",
    "find-links": "--find-links",
    "constraint": "--constraint",
}
"""What uv calls the settings of pip that decide what is found."""
REASON_LINES_MAX = 5


def main() -> int:
    """Install what the arguments name and return the exit code."""
    reason = install(Path(sys.argv[1]), sys.argv[2:])
    if reason:
        print(f"leverline: {reason}", file=sys.stderr)
    return 1 if reason else 0


def install(environment: Path, arguments: list[str]) -> str:
    """Install into an environment; return why it could not be done, or nothing."""
    if has_uv():
        command = [str(UV), "pip", "install", "--quiet", "--python", str(environment), *settings(), *arguments]
        if not reason_of(command):
            return ""
    return reason_of([*PIP, "--python", str(environment), "install", "--quiet", *arguments])


@cache
def has_uv() -> bool:
    """Return whether uv is beside this Python, where it is installed if it can be."""
    return UV.exists() or not reason_of([*PIP, "install", "--quiet", "uv"])


@cache
def settings() -> list[str]:
    """Return pip's settings as uv's options; as with pip all indexes are alike."""
    done = subprocess.run([*PIP, "config", "list"], capture_output=True, text=True, check=False)
    found = ["--index-strategy", "unsafe-best-match"]
    for line in done.stdout.splitlines():
        name, _, value = line.partition("=")
        if name.endswith("no-index") and "true" in value.lower():
            found.append("--no-index")
        option = OPTIONS.get(name.rpartition(".")[2])
        for each in " ".join(shlex.split(value)).split() if option else ():
            found += [str(option), each]
    return found


def reason_of(command: list[str]) -> str:
    """Run a command and return the end of what it said if it failed, where the reason stands."""
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    if done.returncode == 0:
        return ""
    lines = (done.stderr or done.stdout).strip().splitlines()
    return "\n".join(lines[-REASON_LINES_MAX:]) or f"{command[0]} failed and said nothing"


if __name__ == "__main__":
    sys.exit(main())
