"""The two open tables of employees by occupation, as arrays with their labels.

Rest codes (county 99, occupation 0002) are no county and no occupation: the first is left out, the second
is kept apart as people whose occupation is not known.

Start reading at `read_county_table`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from brygga.core import codes
from brygga.core.errors import FileError, TableError, listed
from brygga.core.grids import Floats, to_array
from brygga.core.sums import total
from brygga.sources.json_stat import read_dataset
from brygga.workflow.backtest_files import column_names, number_column, read_columns

UNKNOWN_OCCUPATION = "0002"
UNKNOWN_COUNTY = "99"
AGE = re.compile(r"0?(\d\d)-(\d\d)")
COMPARABLE_TO = 64
"""The last age that is counted in all years."""


@dataclass(frozen=True)
class Jobs:
    """Employees, area x occupation x year, and those whose occupation is not known, area x year."""

    areas: tuple[str, ...]
    occupations: tuple[str, ...]
    years: tuple[int, ...]
    persons: Floats
    unknown: Floats

    def place(self, year: int) -> int:
        """Where a year stands."""
        return self.years.index(year)


def read_county_table(file: Path) -> Jobs:
    """SSYK-3 by county and sex, as PxWeb's CSV: one row a region, occupation and sex, one column a year.

    Raises
    ------
    FileError, TableError or UnknownCodeError, which name file, column and what is wrong.
    """
    head = column_names(file)
    years = [name for name in head if re.fullmatch(r"\d{4}", name)]
    named = {name: next((each for each in head if each.startswith(name)), name) for name in ("region", "occupation")}
    if not years:
        raise TableError(
            f"{file.name}: no column is a year",
            why="employees are read from one column a year",
            todo="fetch the table with years as columns",
        )
    found = read_columns(file, [*named.values(), *years])
    first_word = {name: found[column].str.extract(r"^(\d+)\s", 1) for name, column in named.items()}
    for name, words in first_word.items():
        if words.is_null().any():
            raise TableError(
                f"{file.name}.{named[name]}: {found[named[name]][int(words.is_null().arg_max() or 0)]!r} has no code",
                why="a code stands first, then the name",
                todo='write it as "10 Blekinge county", "723 Machinery mechanics"',
            )
    wide = pl.DataFrame(
        {
            "area": first_word["region"],
            "occupation": first_word["occupation"],
            **{year: number_column(found[year], file.name) for year in years},
        }
    ).filter(pl.col("area") != UNKNOWN_COUNTY)
    codes.check_codes(wide["area"].unique().to_list(), "county", where=f"{file.name}.{named['region']}")
    long = wide.unpivot(index=["area", "occupation"], on=years, variable_name="year", value_name="persons")
    return _jobs(long.with_columns(pl.col("year").cast(pl.Int64)), file.name)


def read_age_table(file: Path) -> Jobs:
    """SSYK-4 by age, Sweden, as JSON-stat; age groups beyond 64 are left out, since they are not counted before 2023.

    Raises
    ------
    FileError, TableError or UnknownCodeError, which name file, dimension and what is wrong.
    """
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise FileError(
            f"{file} cannot be read: {error}",
            why="the back-test needs it",
            todo="check the path; JSON-stat as PxWeb gives it",
        ) from error
    dataset = read_dataset(content, file.name)
    missing = [name for name in ("Yrke2012", "Alder", "Tid") if name not in dataset.frame().columns]
    if missing:
        raise TableError(
            f"{file.name}: no dimension {listed(missing)}",
            why="occupation, age and year are needed",
            todo="fetch employees by occupation (SSYK 2012) and age",
        )
    found = dataset.frame().rename({"Yrke2012": "occupation", "Alder": "area", "Tid": "year"})
    hidden = found.filter(pl.col("value").is_null())
    if hidden.height:
        raise TableError(
            f"{file.name}: {hidden.height} hidden cell(s), first {', '.join(hidden.row(0)[:2])}",
            why="a hidden cell is not zero, and a sum over it is not known",
            todo="leave the occupation out of the file",
        )
    ages = {code: _ages(code, file.name) for code in found["area"].unique().to_list()}
    kept = [code for code, (_, last) in ages.items() if last <= COMPARABLE_TO]
    found = found.filter(pl.col("area").is_in(kept))
    return _jobs(
        found.select("area", "occupation", year=pl.col("year").cast(pl.Int64), persons="value"),
        file.name,
    )


def widths(jobs: Jobs) -> list[float]:
    """Years in each age group."""
    return [last - first + 1.0 for first, last in (_ages(area, "") for area in jobs.areas)]


def _jobs(long: pl.DataFrame, where: str) -> Jobs:
    sums = long.group_by("area", "occupation", "year", maintain_order=True).agg(total("persons"))
    areas, years = (sums[column].unique().sort().to_list() for column in ("area", "year"))
    known = sums.filter(pl.col("occupation") != UNKNOWN_OCCUPATION)
    occupations = known["occupation"].unique().sort().to_list()
    codes.check_codes(occupations, "ssyk", where=f"{where}.occupation")
    dims = {"area": areas, "occupation": occupations, "year": years}
    unknown = sums.filter(pl.col("occupation") == UNKNOWN_OCCUPATION)
    return Jobs(
        tuple(areas),
        tuple(occupations),
        tuple(years),
        to_array(known, "persons", dims, where=where),
        to_array(unknown, "persons", {"area": areas, "year": years}, absent=0.0, where=where),
    )


def _ages(code: str, where: str) -> tuple[int, int]:
    match = AGE.fullmatch(code)
    if not match:
        raise TableError(
            f"{where}: age group {code} is no span of ages",
            why="how many grow older in a year follows from the span",
            todo="use groups such as 25-29",
        )
    return int(match[1]), int(match[2])
