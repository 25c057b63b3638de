"""The environments of the real clients, and scripts run in them."""

import json
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

import leverline

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("CLIENT_ENVIRONMENTS", ROOT / ".venv-clients"))
STORIES = Path(__file__).parent / "stories"
SECONDS_MAX = 120


def run_script(
    environment: str, script: str, *arguments: str, package_folder: Path, seconds_max: int = SECONDS_MAX
) -> list[dict[str, Any]]:
    """Run a script of `stories/` in a client's environment and return the JSON lines that it printed.

    Skips the test, with the reason, where the environment is missing; fails with the script's own words if it fails.
    """
    python = FOLDER / environment / "bin" / "python"
    if not python.exists():
        pytest.skip(why_missing(environment))
    command = [str(python), str(STORIES / f"{script}.py"), *arguments]
    status, output, faults = run_bounded(command, clean_environment(package_folder), seconds_max)
    lines = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    assert status == 0, f"{script} in {environment} ended with {status}\n{tail(output)}\n{tail(faults)}"
    return [*lines, {"step": "log", "lines": faults.splitlines()}]


def run_bounded(
    command: list[str], environment: dict[str, str], seconds_max: int = SECONDS_MAX
) -> tuple[int, str, str]:
    """Run a command for a bounded time, in a process group of its own that is ended with it."""
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=environment, start_new_session=True)
    try:
        output, faults = process.communicate(timeout=seconds_max)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output, faults = process.communicate()
        faults += f"\nnot done after {seconds_max} s"
    return process.returncode, output, faults


def clean_environment(package_folder: Path) -> dict[str, str]:
    """Return a process environment in which the client finds Leverline and no proxy, and none of our own packages."""
    kept = {key: value for key, value in os.environ.items() if "proxy" not in key.lower()}
    return kept | {"PYTHONPATH": str(package_folder), "PYTHONWARNINGS": "ignore", "PYTHONUNBUFFERED": "1"}


def make_package_folder(folder: Path) -> Path:
    """Return a folder that holds nothing but the Leverline under test, for a client's `PYTHONPATH`."""
    (folder / "leverline").symlink_to(Path(leverline.__file__).parent, target_is_directory=True)
    return folder


def why_missing(environment: str) -> str:
    """Return why an environment is not there, as its making told."""
    reason = FOLDER / f"{environment}.missing"
    told = reason.read_text(encoding="utf-8").strip() if reason.exists() else "run python tools/client_environments.py"
    return f"no client environment {environment}: {told}"


def tail(text: str, lines: int = 40) -> str:
    """Return the last lines of an output."""
    return "\n".join(text.splitlines()[-lines:])
