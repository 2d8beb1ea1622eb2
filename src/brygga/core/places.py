"""Where files lie: inside the package, and the one folder beside the repository that tests may read."""

from __future__ import annotations

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
CLASSIFICATIONS = PACKAGE / "classifications"
PARAMETERS = PACKAGE / "parameters"
REGIONS = PACKAGE / "regions"
TABLES = PACKAGE / "tables"

SHARED_DATA = Path(os.environ.get("BRYGGA_SHARED_DATA") or PACKAGE.parents[2] / "shared" / "data")
"""Open data to develop and test with; never needed to run, and missing on most machines."""


def home(kind: str) -> Path:
    """The user's folder of our data or cache (kind data|cache): under BRYGGA_HOME, or where XDG puts them."""
    own = os.environ.get("BRYGGA_HOME")
    if own:
        return Path(own) / kind
    default = {"data": Path(".local", "share"), "cache": Path(".cache")}[kind]
    return Path(os.environ.get(f"XDG_{kind.upper()}_HOME") or Path.home() / default) / "brygga"
