"""Build the wheel, install it bare beside nothing else, and ask it for help: `python -m recipes.bare_wheel`.

Shows that the core installs and answers without Django, and that no file it needs was left out.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
QUIET = ("--quiet", "--disable-pip-version-check")
ASK = """
import sys
from brygga.cli import brygga
from brygga.core import codes, parameters, tables
assert "django" not in sys.modules
print(len(tables.names()), "tables and", len(parameters.all_values()), "parameters")
assert len(codes.codes("kommun")) == 290
"""


def main() -> None:
    python = os.environ.get("PYTHON", sys.executable)
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        built = place / "built"
        _run(python, "-m", "pip", "wheel", *QUIET, "--no-deps", "-w", str(built), str(ROOT), cwd=place)
        _run(python, "-m", "venv", "--without-pip", "bare", cwd=place)
        bare = str(place / "bare" / "bin" / "python")
        wheel = str(next(built.glob("*.whl")))
        _run(
            python,
            "-m",
            "pip",
            "--python",
            bare,
            "install",
            *QUIET,
            "-c",
            str(ROOT / "constraints.txt"),
            wheel,
            cwd=place,
        )
        _run(bare, "-c", ASK, cwd=place)
        _run(bare, "-m", "brygga", "demo", "--no-serve", "--out", "out", cwd=place)


def _run(*command: str, cwd: Path) -> None:
    subprocess.run(command, cwd=cwd, check=True, env={**os.environ, "PIP_ROOT_USER_ACTION": "ignore"})


if __name__ == "__main__":
    main()
