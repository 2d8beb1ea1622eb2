"""National: which input-output table a region is measured with.

Start reading at `national_of`.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from brygga.impact.national import National, germany_1990

__all__ = ["national_of"]


def national_of(region_tables: Mapping[str, pl.DataFrame]) -> National:
    """The official table where the region has one, else the named stand-in."""
    return germany_1990()
