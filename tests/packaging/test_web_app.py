"""The build's web app: built of its sources as they are, by whatever node there is, or left out with a reason."""

import os
import stat
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from build_tools import cache, core_wheel
from build_tools.web_app import (
    DIST,
    LEFT_OUT,
    NODE_PACKAGE,
    WebFault,
    digest,
    first_fault,
    is_built,
    is_new_enough,
    prepare,
    requirements,
)  # fmt: skip

ROOT = Path(__file__).parents[2]
NPM = """#!/bin/sh
echo "$PWD $*" >> "$NPM_LOG"
[ -z "$NPM_FAULT" ] || { echo "npm error code E404"; echo "npm error 404 $NPM_FAULT"; exit 1; }
case "$1" in
ci) mkdir node_modules ;;
run) mkdir -p "$LEVERLINE_WEB_DIST/assets" && cp app.ts "$LEVERLINE_WEB_DIST/index.html" ;;
esac
"""
"""Stands for npm: it says where it was called and how, and makes an app of one source."""


class Checkout:
    """A checkout with a web app, and a machine with npm."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root, self.bin, self.log = folder / "checkout", folder / "bin", folder / "npm.log"
        (self.root / DIST).parent.mkdir(parents=True)
        self.bin.mkdir()
        self.write("package.json", "{}")
        self.write("app.ts", "one")
        self.monkeypatch = monkeypatch
        for name, value in {"NPM_LOG": self.log, "NPM_FAULT": "", "XDG_CACHE_HOME": folder / "cache"}.items():
            monkeypatch.setenv(name, str(value))
        for name in ("LEVERLINE_WITHOUT_WEB", "LEVERLINE_WEB_DIST"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("PATH", f"{self.bin}{os.pathsep}/usr/bin{os.pathsep}/bin")
        self.install("npm", NPM)
        self.install("node", "#!/bin/sh\necho v20.19.0\n")

    def write(self, name: str, text: str) -> None:
        """Write one of the app's sources."""
        file = self.root / "web" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def install(self, name: str, script: str) -> None:
        """Put a program on the PATH."""
        program = self.bin / name
        program.write_text(script, encoding="utf-8")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)

    @property
    def calls(self) -> list[str]:
        """How npm was called."""
        lines = self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []
        return [line.split(" ", 1)[1] for line in lines]

    @property
    def page(self) -> str:
        """The built app's page."""
        return (self.root / DIST / "index.html").read_text(encoding="utf-8")


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    """A checkout whose app was never built, and an empty cache."""
    return Checkout(tmp_path, monkeypatch)


def test_the_app_is_built_of_its_sources(checkout: Checkout) -> None:
    """In a scratch copy: the checkout gets the app and no packages of npm's."""
    prepare(checkout.root)
    assert checkout.page == "one"
    assert [call.split()[:2] for call in checkout.calls] == [["ci", "--omit=dev"], ["run", "build"]]
    assert str(checkout.root) not in checkout.log.read_text(encoding="utf-8")
    assert not (checkout.root / "web" / "node_modules").exists()
    assert sorted(path.name for path in (checkout.root / DIST).parent.iterdir()) == ["dist"]


def test_an_app_that_is_built_of_just_these_sources_is_left_as_it_is(checkout: Checkout) -> None:
    """And another source has it built anew."""
    prepare(checkout.root)
    prepare(checkout.root)
    assert len(checkout.calls) == 2
    checkout.write("app.ts", "two")
    assert not is_built(checkout.root)
    prepare(checkout.root)
    assert checkout.page == "two"


def test_an_app_built_before_comes_from_the_cache(checkout: Checkout) -> None:
    """Then neither npm nor node is needed."""
    prepare(checkout.root)
    checkout.write("app.ts", "two")
    prepare(checkout.root)
    checkout.write("app.ts", "one")
    for program in ("npm", "node"):
        (checkout.bin / program).unlink()
    assert requirements(checkout.root) == []
    prepare(checkout.root)
    assert checkout.page == "one"
    assert len(checkout.calls) == 4


@pytest.mark.parametrize("name", ["app.ts", "src/deep/new.ts", "package-lock.json"])
def test_a_source_decides_what_the_app_is(checkout: Checkout, name: str) -> None:
    """Any of them, wherever it is, by content and by name."""
    before = digest(checkout.root / "web")
    checkout.write(name, "another")
    assert digest(checkout.root / "web") != before


@pytest.mark.parametrize(
    "name", [*(f"{folder}/a.ts" for folder in sorted(LEFT_OUT)), ".prettierrc.json", ".cache/a.ts"]
)
def test_what_does_not_decide_it_is_not_looked_at(checkout: Checkout, name: str) -> None:
    """Packages, tests, settings of tools."""
    before = digest(checkout.root / "web")
    checkout.write(name, "another")
    assert digest(checkout.root / "web") == before


@pytest.mark.parametrize("version", ["v18.20.4", "v20.18.3", "v21.7.0", "v22.11.0", "", "node"])
def test_a_build_without_a_node_that_will_do_requires_one(checkout: Checkout, version: str) -> None:
    """As a Python package, and only if the app must be built."""
    checkout.install("node", f"#!/bin/sh\necho {version}\n")
    assert requirements(checkout.root) == [NODE_PACKAGE]
    checkout.install("node", "#!/bin/sh\necho v24.1.0\n")
    assert requirements(checkout.root) == []


@pytest.mark.parametrize("version", ["v20.19.0", "v22.12.1", "v23.0.0", "v24.19.0"])
def test_which_node_will_do(version: str) -> None:
    """Those that Vite runs on."""
    assert is_new_enough(version)


def fails(checkout: Checkout) -> None:
    """Let npm fail."""
    checkout.monkeypatch.setenv("NPM_FAULT", "no such package")


def is_unwanted(checkout: Checkout) -> None:
    """Ask for a build without the app."""
    checkout.monkeypatch.setenv("LEVERLINE_WITHOUT_WEB", "1")


def makes_nothing(checkout: Checkout) -> None:
    """Let npm do nothing."""
    checkout.install("npm", "#!/bin/sh\n")


def has_no_sources(checkout: Checkout) -> None:
    """Take away the sources."""
    (checkout.root / "web" / "package.json").unlink()


def has_no_node(checkout: Checkout) -> None:
    """Take away npm, and have no package with one."""
    (checkout.bin / "npm").unlink()
    checkout.monkeypatch.setattr("build_tools.web_app.find_npm", lambda: None)
    checkout.monkeypatch.setattr("build_tools.web_app.packaged_npm", lambda: None)


@pytest.mark.parametrize(
    ("hindrance", "reason"),
    [
        (fails, "npm ci failed: npm error 404 no such package"),
        (is_unwanted, "LEVERLINE_WITHOUT_WEB=1 asks for it"),
        (makes_nothing, "its build made no index.html"),
        (has_no_sources, "its sources are not there"),
        (has_no_node, "there is no npm, or node is older than 20.19"),
    ],
)
def test_an_app_that_cannot_be_built_is_left_out_with_a_reason(
    checkout: Checkout, hindrance: Callable[[Checkout], None], reason: str
) -> None:
    """In one line; the one of other sources is not packed in its place, nor is anything kept."""
    prepare(checkout.root)
    checkout.write("app.ts", "two")
    hindrance(checkout)
    with pytest.raises(WebFault) as fault:
        prepare(checkout.root)
    assert fault.value.reason == reason
    assert not (checkout.root / DIST).exists()
    assert len(list(cache.cache_folder("web").iterdir())) == 1


def test_the_first_fault_of_an_output_is_named() -> None:
    """The line that says what is wrong, or the last one."""
    assert first_fault("a\nnpm error code E1\nnpm error what is wrong\nnpm error more") == "npm error what is wrong"
    assert first_fault("a\n\nb\n") == "b"
    assert first_fault("") == "no output"


def test_the_cache_stays_bounded(checkout: Checkout) -> None:
    """The pieces that were not used for longest go."""
    folder = cache.cache_folder("web")
    made = checkout.root / "made"
    made.mkdir()
    for number in range(cache.ENTRIES_KEPT + 2):
        cache.keep(made, folder / str(number))
        os.utime(folder / str(number), (number, number))
    cache.touch(folder / "0")
    assert sorted(path.name for path in folder.iterdir()) == sorted(["0", *map(str, range(3, cache.ENTRIES_KEPT + 2))])


def test_the_core_is_compiled_by_the_compiler_that_the_tests_check_with() -> None:
    """One release of mypy, in the build and in the extra for tests."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        extra = tomllib.load(file)["project"]["optional-dependencies"]["test"]
    assert [each for each in core_wheel.COMPILER_PACKAGES if each.startswith("mypy==")] == [
        each for each in extra if each.startswith("mypy==")
    ]


def test_a_pure_build_requires_no_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would only be downloaded."""
    monkeypatch.setenv("LEVERLINE_PURE", "1")
    assert core_wheel.requirements() == []
