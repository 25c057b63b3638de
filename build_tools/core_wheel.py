"""The compiled engine core as a folder of extension modules, from the cache or made now.

The core and the order path around it are compiled from a scratch copy, never in the checkout. The copy holds nothing
else: what the order path imports besides is of no known type to the compiler, and so cannot decide the result. A cache
in the user's cache folder is keyed by everything that does: the sources, the compilers' versions, the flags.
"""

import hashlib
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

from build_tools.cache import cache_folder, keep, touch

COMPILER_PACKAGES = ["setuptools>=65.5", "mypy==2.4.1"]
COMPILE_SCRIPT = Path(__file__).with_name("compile_units.py")


class CompileFault(Exception):
    """The core was not compiled: `reason` is one line for the user, `log` the whole output."""

    def __init__(self, reason: str, log: str = "") -> None:
        super().__init__(f"{reason}\n{log}".strip())
        self.reason = reason


def requirements() -> list[str]:
    """Return what the build needs besides its fixed requirements: mypyc, where it can compile."""
    try:
        check_tools()
    except CompileFault:
        return []
    return COMPILER_PACKAGES


def compiled_core(root: Path) -> Path:
    """Return a folder that holds the compiled core of the checkout at `root`, laid out as in site-packages."""
    check_tools()
    with tempfile.TemporaryDirectory(prefix="leverline-build-") as name:
        scratch = Path(name)
        sources = copy_core(root / "src", scratch / "src")
        entry = cache_folder("build") / cache_key(scratch / "src")
        if not entry.exists():
            compile_core(scratch, sources)
            keep(scratch / "compiled", entry)
    touch(entry)
    return entry


def check_tools() -> None:
    """Raise the reason, if any, for which this machine cannot or shall not compile."""
    if os.environ.get("LEVERLINE_PURE") == "1":
        raise CompileFault("LEVERLINE_PURE=1 asks for it")
    if shutil.which(compiler_command()[0]) is None:
        raise CompileFault(f"there is no C compiler ({compiler_command()[0]} is not on the PATH)")
    if not Path(sysconfig.get_path("include"), "Python.h").exists():
        raise CompileFault("Python's C headers are missing (on Debian: python3-dev)")


def compiler_command() -> list[str]:
    """Return the C compiler's command as the build will use it."""
    configured = os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc"
    return shlex.split(configured) or ["cc"]


def load_build_info(root: Path) -> Any:
    """Load `leverline.build_info` by its path: the package itself is not importable while it is being built."""
    spec = importlib.util.spec_from_file_location("leverline_build_info", root / "leverline" / "build_info.py")
    assert spec is not None and spec.loader is not None, root
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def copy_core(source_root: Path, target_root: Path) -> list[str]:
    """Copy core packages and order path below `target_root` and return the modules to compile, relative to it."""
    build_info = load_build_info(source_root)
    package, target = source_root / "leverline", target_root / "leverline"
    target.mkdir(parents=True)
    (target / "__init__.py").touch()
    for name in build_info.CORE_PACKAGES:
        if (package / name).is_dir():
            shutil.copytree(package / name, target / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in build_info.ORDER_PATH:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(package / name, target / name)
    return [str(file.relative_to(target_root)) for file in build_info.compiled_module_files(target)]


def cache_key(scratch_source: Path) -> str:
    """Return a digest of everything that decides what the compiled core is."""
    digest = hashlib.sha256()
    for file in sorted(scratch_source.rglob("*.py")):
        digest.update(f"{file.relative_to(scratch_source)}\0".encode() + file.read_bytes() + b"\0")
    digest.update(COMPILE_SCRIPT.read_bytes())
    compiler = subprocess.run([*compiler_command(), "--version"], capture_output=True, check=False).stdout
    digest.update(compiler)
    settings = [sys.version, sys.implementation.cache_tag, sysconfig.get_platform()]
    settings += [os.environ.get(name) for name in ("CC", "CFLAGS", "CPPFLAGS", "LDFLAGS")]
    settings += [version(name) for name in ("mypy", "setuptools")]
    digest.update(repr(settings).encode())
    return digest.hexdigest()[:32]


def compile_core(scratch: Path, sources: list[str]) -> None:
    """Compile the sources in `scratch/src` into `scratch/compiled`."""
    environment = {name: value for name, value in os.environ.items() if name != "MYPYPATH"}
    result = subprocess.run(
        [sys.executable, str(COMPILE_SCRIPT), str(scratch / "compiled"), *sources],
        cwd=scratch / "src",
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        raise CompileFault(f"the core did not compile: {first_fault(result.stdout)}", result.stdout)


def first_fault(output: str) -> str:
    """Return the line of a compiler's output that names the first fault."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    faults = [line for line in lines if "error:" in line]
    return (faults or lines[-1:] or ["no output"])[0]
