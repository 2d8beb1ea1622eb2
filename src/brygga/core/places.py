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
