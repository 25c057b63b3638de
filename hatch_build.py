"""The wheel's build hook: compile the engine core, or say in one line why the wheel is pure."""

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).parent))

from build_tools.core_wheel import CompileFault, compiled_core, load_build_info


class CoreBuildHook(BuildHookInterface):
    """Adds the compiled core to a wheel; a checkout and an editable install stay interpreted."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Fill `build_data` with the extensions and a platform tag, or with the reason for a pure wheel."""
        if version == "editable":
            return
        try:
            self.add_compiled(compiled_core(Path(self.root)), build_data)
        except CompileFault as fault:
            if os.environ.get("LEVERLINE_REQUIRE_COMPILED") == "1":
                raise
            self.add_pure_reason(fault.reason, build_data)

    def add_compiled(self, compiled: Path, build_data: dict[str, Any]) -> None:
        """Put the extension modules beside their sources and give the wheel the platform's tag."""
        for extension in compiled.rglob("*"):
            if extension.is_file():
                build_data["force_include"][str(extension)] = extension.relative_to(compiled).as_posix()
        build_data["pure_python"] = False
        build_data["infer_tag"] = True

    def add_pure_reason(self, reason: str, build_data: dict[str, Any]) -> None:
        """Say why the wheel is pure, now and in the wheel: installers hide what a build prints."""
        self.app.display_warning(f"leverline: building a pure, interpreted wheel: {reason}")
        name = load_build_info(Path(self.root, "src")).PURE_REASON_FILE
        folder = tempfile.mkdtemp(prefix="leverline-build-")
        self.reason_file = Path(folder, name)
        self.reason_file.write_text(f"{reason}\n", encoding="utf-8")
        build_data["force_include"][str(self.reason_file)] = f"leverline/{name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what `initialize` left in the temporary folder."""
        if hasattr(self, "reason_file"):
            self.reason_file.unlink()
            self.reason_file.parent.rmdir()
