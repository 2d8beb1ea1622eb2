"""The parts of one number: what adds up to the gap of an occupation in a year.

Start reading at `explain`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from brygga.core import codes
from brygga.core.errors import FileError, SettingError, UnknownCodeError, listed
from brygga.core.provenance import read_result
from brygga.core.sums import total

OUTCOMES = ("unfilled", "without_work")
"""Rows of `gap_parts` that the parts add up to, not parts themselves: unfilled - without_work."""


def explain(place: Path, *, occupation: str, year: int, municipalities: Sequence[str] = ()) -> dict[str, Any]:
    """The parts of the gap of `occupation` in `year`, which add up, with its interval and story.

    Parameters
    ----------
    place : results folder, or one of its files
    occupation : SSYK code; a code finer than the run's is answered by the one that contains it
    year : a year of the run
    municipalities : those added up; all when empty

    Returns
    -------
    dict with `occupation` (as answered), `asked`, `year`, `parts` (part -> persons with sign),
    `gap`, `unfilled`, `without_work` (of the run without shocks), `intervals` (p10, p50, p90 of
    the three, summed in every draw before the quantile) and `sidecar`.

    Raises
    ------
    UnknownCodeError, SettingError when the run has no such occupation, municipality or year.
    """
    if not place.exists():
        raise FileError(
            f"{place} does not exist", why="there is nothing to explain", todo="give the folder that `brygga run` wrote"
        )
    folder = place if place.is_dir() else place.parent
    parts, sidecar = read_result(folder, "gap_parts")
    node = _answering(occupation, parts["occupation"].unique().to_list())
    chosen = _chosen(parts, node, year, municipalities)
    sums = dict(chosen.group_by("part", maintain_order=True).agg(total("persons")).iter_rows())
    outcomes = {name: sums.pop(name) for name in OUTCOMES}
    return {
        "asked": occupation,
        "occupation": node,
        "name_sv": codes.name_of(node, "ssyk", "sv"),
        "name_en": codes.name_of(node, "ssyk", "en"),
        "year": year,
        "municipalities": sorted(set(chosen["municipality"])),
        "parts": sums,
        "gap": outcomes["unfilled"] - outcomes["without_work"],
        **outcomes,
        "intervals": _intervals(folder, node, year, sorted(set(chosen["municipality"]))),
        "sidecar": {key: sidecar[key] for key in ("step", "region", "settings", "method", "version")},
    }


def _answering(occupation: str, known: list[str]) -> str:
    codes.check_codes([occupation], "ssyk", where="--occupation")
    node = codes.ancestor_in(occupation, known)
    if node is None:
        raise UnknownCodeError(
            f"--occupation {occupation}: the run has no such occupation",
            why="it was computed for other codes",
            todo=f"choose one of {listed(sorted(known), most=20)}",
        )
    return node


def _chosen(parts: pl.DataFrame, node: str, year: int, municipalities: Sequence[str]) -> pl.DataFrame:
    years = parts["year"].unique().sort().to_list()
    first, last = years[0], years[-1]
    if year not in years:
        raise SettingError(
            f"--year {year} is outside {first}-{last}",
            why="the run says nothing about it",
            todo=f"choose a year from {first} to {last}",
        )
    unknown = sorted(set(municipalities) - set(parts["municipality"]))
    if unknown:
        raise UnknownCodeError(
            f"--municipality {listed(unknown)}: not in the run",
            why="the region has other municipalities",
            todo=f"choose among {listed(sorted(set(parts['municipality'])), most=20)}",
        )
    chosen = parts.filter(pl.col("occupation") == node, pl.col("year") == year)
    return chosen.filter(pl.col("municipality").is_in(municipalities)) if municipalities else chosen


def _intervals(folder: Path, node: str, year: int, municipalities: list[str]) -> dict[str, dict[str, float]]:
    """p10, p50 and p90 of gap, unfilled and without_work, each summed in every draw before the quantile."""
    draws, _ = read_result(folder, "gap_draws")
    chosen = draws.filter(
        pl.col("occupation") == node, pl.col("year") == year, pl.col("municipality").is_in(municipalities)
    )
    sums = (
        chosen.group_by("draw", maintain_order=True)
        .agg(total(pl.col(*OUTCOMES)))
        .with_columns(gap=pl.col("unfilled") - pl.col("without_work"))
    )
    return {
        name: {
            f"p{int(100 * share)}": float(sums[name].quantile(share, interpolation="linear") or 0.0)
            for share in (0.1, 0.5, 0.9)
        }
        for name in ("gap", *OUTCOMES)
    }
