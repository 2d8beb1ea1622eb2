"""Coefficients of a published table, as files that the other verbs read.

Start reading at `coefficients_of_file`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from brygga.core import tables
from brygga.core.errors import SettingError
from brygga.core.parameters import value_on
from brygga.impact.icio import is_icio, read_icio
from brygga.impact.leontief import Matrix, technical_coefficients
from brygga.impact.national import National
from brygga.impact.published_files import official_national, read_published
from brygga.impact.supply_use_files import national_from_files

OFFICIAL = "official_input_output"


@dataclass(frozen=True)
class Files:
    """Frames by the name of their file, and what was assumed."""

    frames: dict[str, pl.DataFrame]
    notes: tuple[str, ...]

    def save(self, folder: Path) -> list[Path]:
        """Write each as CSV; returns the paths."""
        paths = [folder / f"{name}.csv" for name in self.frames]
        for path, frame in zip(paths, self.frames.values(), strict=True):
            tables.write(frame, path)
        return paths


def coefficients_of_file(
    table: Path, *, supply: Path | None = None, model: str = "", country: str = "", day: date
) -> Files:
    """Files `coefficients`, and `employment`, `value_added` and `households` as far as the table has them.

    Parameters
    ----------
    table : a symmetric table, or a use table with `supply`
    supply : the supply table that belongs to a use table
    model : how supply and use are made symmetric, A to D
    country : one country of OECD's inter-country table; the whole system without it
    day : which value of the share of a wage that is spent
    """
    _check(supply, model)
    if supply:
        return _of_national(national_from_files(supply, table, model=model or "D"), day)
    if table.suffix == ".parquet" or table.stem == OFFICIAL:
        return _of_national(official_national(tables.read(table, OFFICIAL)), day)
    if is_icio(table):
        stacked = read_icio(table)
        if country:
            return _of_national(stacked.national(country, source=table.name), day)
        labels, matrix = stacked.coefficients()
        return Files({"coefficients": _square(labels, matrix)}, (f"{len(labels)} industries of all countries",))
    if country:
        raise SettingError(
            f"--country {country}: {table.name} is no inter-country table",
            why="its rows do not name countries (SWE_C29)",
            todo="leave --country out, or give OECD's ICIO table",
        )
    return _of_national(read_published(table), day)


def _of_national(national: National, day: date) -> Files:
    coefficients = technical_coefficients(national.flows, national.output, industries=national.industries)
    frames = {"coefficients": _square(national.industries, coefficients)}
    names = list(national.industries)
    for field, name, column in (("jobs", "employment", "persons"), ("value_added", "value_added", "value_added")):
        if field not in national.lacks:
            frames[name] = pl.DataFrame(
                {"industry": names, column: getattr(national, field), "output": national.output}
            )
    notes = list(national.notes)
    if not {"wages", "household_purchases"} & set(national.lacks):
        spent = value_on("impact.wage_spent_share", day)
        basket = spent.number * national.household_purchases / national.household_total
        frames["households"] = pl.DataFrame(
            {"industry": names, "wages": national.wages / national.output, "spending": basket}
        )
        notes.append(f"households spend {spent.number:g} of a wage (impact.wage_spent_share: {spent.source})")
    notes += [f"the table has no {', '.join(national.lacks)}"] if national.lacks else []
    return Files(frames, tuple(notes))


def _square(industries: tuple[str, ...], matrix: Matrix) -> pl.DataFrame:
    columns = {one: matrix[:, place] for place, one in enumerate(industries)}
    return pl.DataFrame({"industry": list(industries), **columns})


def _check(supply: Path | None, model: str) -> None:
    if model and not supply:
        raise SettingError(
            f"--model {model} without --supply",
            why="models say how a supply and a use table become one",
            todo="give the supply table, or leave --model out for a symmetric table",
        )
