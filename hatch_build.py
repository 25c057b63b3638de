"""The build hook: build the web app and compile the engine core, or say in one line why a wheel is without them."""

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).parent))

from build_tools import core_wheel, web_app
from build_tools.core_wheel import CompileFault, compiled_core, load_build_info
from build_tools.web_app import REASON_FILE, WebFault, prepare


class LeverlineBuildHook(BuildHookInterface):
    """Adds the web app to every build and the compiled core to wheels; an editable install stays interpreted."""

    def dependencies(self) -> list[str]:
        """Return what this build needs besides the fixed requirements: compiler and node, where they will run."""
        return [*core_wheel.requirements(), *web_app.requirements(Path(self.root))]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Fill `build_data` with what was made and a platform tag, or with the reasons for what was not."""
        self.reasons: list[Path] = []
        self.add_web_app(build_data)
        if self.target_name == "wheel" and version != "editable":
            self.add_core(build_data)

    def add_web_app(self, build_data: dict[str, Any]) -> None:
        """Have the app built in its folder, which is packed as an artifact."""
        try:
            prepare(Path(self.root))
        except WebFault as fault:
            if os.environ.get("LEVERLINE_REQUIRE_WEB") == "1":
                raise
            self.app.display_warning(f"leverline: building without the web app: {fault.reason}")
            if self.target_name == "wheel":
                self.add_reason(fault.reason, REASON_FILE, build_data)

    def add_core(self, build_data: dict[str, Any]) -> None:
        """Have the core compiled and add it."""
        try:
            self.add_compiled(compiled_core(Path(self.root)), build_data)
        except CompileFault as fault:
            if os.environ.get("LEVERLINE_REQUIRE_COMPILED") == "1":
                raise
            self.app.display_warning(f"leverline: building a pure, interpreted wheel: {fault.reason}")
            name = load_build_info(Path(self.root, "src")).PURE_REASON_FILE
            self.add_reason(fault.reason, f"leverline/{name}", build_data)

    def add_compiled(self, compiled: Path, build_data: dict[str, Any]) -> None:
        """Put the extension modules beside their sources and give the wheel the platform's tag."""
        for extension in compiled.rglob("*"):
            if extension.is_file():
                build_data["force_include"][str(extension)] = extension.relative_to(compiled).as_posix()
        build_data["pure_python"] = False
        build_data["infer_tag"] = True

    def add_reason(self, reason: str, name: str, build_data: dict[str, Any]) -> None:
        """Say in the wheel, in a file of this name, why something is not there: installers hide what a build prints."""
        folder = tempfile.mkdtemp(prefix="leverline-build-")
        file = Path(folder, Path(name).name)
        file.write_text(f"{reason}\n", encoding="utf-8")
        self.reasons.append(file)
        build_data["force_include"][str(file)] = name

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what `initialize` left in the temporary folder."""
        for file in self.reasons:
            file.unlink()
            file.parent.rmdir()
