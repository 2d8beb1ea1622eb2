"""JobTech: ads and titles in one place for those who need both.

Ads are read by `brygga.sources.ads`, taxonomies by `brygga.sources.taxonomy`.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from brygga.core import codes
from brygga.sources import ads
from brygga.sources.taxonomy import read_exports


def read_ads(path: Path) -> pl.DataFrame:
    """Table `job_ads` of one file; what could not be read in it is left out (`brygga.sources.ads.read_ads` tells)."""
    return ads.read_ads(path).ads


def read_taxonomy(folder: Path) -> pl.DataFrame:
    """Titles with SSYK codes from a folder of exports: the names and ESCO labels of `brygga.sources.taxonomy`.

    Returns
    -------
    label table
        Columns code (SSYK 2012), label, language, kind (taxonomy, or esco): one row a code x label.
    """
    kinds = {"name": "taxonomy", "esco": "esco", "isco": "esco"}
    labels = read_exports(folder).labels.filter(pl.col("family").is_in(kinds))
    return (
        labels.select(
            pl.col("code").map_elements(_unit, return_dtype=pl.String),
            label="text",
            language="language",
            kind=pl.col("family").replace_strict(kinds, return_dtype=pl.String),
        )
        .unique(maintain_order=True)
        .sort("code", "label")
    )


def _unit(jobtech: str) -> str:
    """One unit group of SCB for a group of JobTech: the same code, else the last (of managers, level 2)."""
    units = codes.from_jobtech(jobtech)
    return jobtech if jobtech in units else units[-1]
