"""Employment from a file: persons by region and industry, with the nation as one of the regions.

Three columns, `region,industry,persons`, in any order; one row for each region and industry. Rows may stand in any
order, since each carries the name of its industry. Every fault of the file is told in one report.

Start reading at `read_employment`, then `Employment.region`.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from brygga.core.errors import BryggaError, TableError, UnknownCodeError, listed, raise_all
from brygga.impact.cells import Cells, read_cells
from brygga.impact.industry_order import label_key, same_order
from brygga.impact.leontief import Matrix, Vector

COLUMNS = ("region", "industry", "persons")
NATION = "nation"
ROUNDING = 1.0
"""By how many persons a region may exceed the nation in an industry: both are rounded."""


@dataclass(frozen=True)
class Employment:
    """Jobs by industry: of every region, and of the nation (persons).

    Attributes
    ----------
    name : of the file
    industries : in the order of the coefficients, (n,)
    regions : as written, (R,); the nation is not among them
    persons : (R, n); NaN where the file has no row
    nation : (n,)
    nation_name : what the file calls it; empty where it is the sum of the regions
    warnings : what had to be assumed
    """

    name: str
    industries: tuple[str, ...]
    regions: tuple[str, ...]
    persons: Matrix
    nation: Vector
    nation_name: str = NATION
    warnings: tuple[str, ...] = ()

    def region(self, names: Sequence[str]) -> Vector:
        """Jobs by industry of the regions named, as one region, (n,). A name given twice counts once.

        Raises
        ------
        UnknownCodeError, TableError, or FaultsError with all of them: a region that is not there (and the nearest
        names), industries without a row, no jobs at all, more jobs than the nation.
        """
        faults = _unknown_faults(self, names)
        rows = self._rows(names)
        lacking = [
            f"{self._name(row)}: {listed(self.industries[i] for i in np.flatnonzero(np.isnan(jobs)).tolist())}"
            for row, jobs in rows.items()
            if np.isnan(jobs).any()
        ]
        if lacking:
            faults.append(_lacks(self.name, lacking))
        raise_all(self.name, faults)
        jobs: Vector = np.sum(list(rows.values()), axis=0)
        raise_all(self.name, _part_faults(self, " + ".join(map(self._name, rows)), jobs))
        capped: Vector = np.minimum(jobs, self.nation)
        return capped

    def named(self, names: Sequence[str]) -> tuple[str, ...]:
        """The names of those regions as the file writes them, each once, in the file's sorted order."""
        return tuple(map(self._name, self._rows(names)))

    def complete(self) -> Matrix:
        """The regions that have a row for every industry and at least one job, (r, n)."""
        whole = ~np.isnan(self.persons).any(axis=1)
        kept: Matrix = self.persons[whole & (np.nansum(self.persons, axis=1) > 0)]
        return kept

    def _rows(self, names: Sequence[str]) -> dict[int, Vector]:
        """Jobs of each region named that is there, by its row; the nation (-1) holds all the others."""
        places = {label_key(region): row for row, region in enumerate(self.regions)}
        places[label_key(self.nation_name or NATION)] = -1
        found = sorted({places[label_key(name)] for name in names if label_key(name) in places})
        return {-1: self.nation} if -1 in found else {row: self.persons[row] for row in found}

    def _name(self, row: int) -> str:
        return self.regions[row] if row >= 0 else self.nation_name or NATION


def read_employment(
    path: Path, industries: Sequence[str], *, nation: str = NATION, wanted: Sequence[str] = ()
) -> Employment:
    """EMPLOYMENT for the industries of COEFFICIENTS.

    Parameters
    ----------
    path : CSV with the columns region, industry, persons
    industries : names of the coefficients, in their order
    nation : the region that is the whole nation; where there is none, it is the sum of the regions, with a warning
    wanted : regions that will be asked for, so that one that is not there stands in the same report

    Raises
    ------
    FileError, TableError, UnknownCodeError, or FaultsError with all of them: columns, cells without a number, negative
    persons, pairs that stand twice, industries of another classification, a nation without jobs in an industry, and
    what `Employment.region` raises.
    """
    cells = read_cells(path)
    at = _columns(cells)
    values, faults = cells.numbers([at["persons"]])
    regions, names = cells.column(at["region"]), cells.column(at["industry"])
    faults += _row_faults(cells, regions, names, values[:, 0])
    warnings = list(cells.warnings)
    for fault in _industry_faults(cells.name, names, industries):
        if "another order" in fault.what:
            warnings.append(f"{cells.name}: its industries stand in another order than COEFFICIENTS; taken by name.")
        else:
            faults.append(fault)
    found = _with_nation(cells.name, tuple(industries), _table(regions, names, values[:, 0], industries), nation)
    faults += _unknown_faults(found, wanted)
    raise_all(cells.name, faults)
    raise_all(cells.name, _nation_faults(found, nation))
    return replace(found, warnings=(*warnings, *found.warnings))


def _industry_faults(name: str, names: Sequence[str], industries: Sequence[str]) -> list[BryggaError]:
    order = list({label_key(one): one for one in names if one}.values())
    return same_order(order, industries, where=f"{name}, column industry")


def _table(
    regions: Sequence[str], names: Sequence[str], persons: Vector, industries: Sequence[str]
) -> tuple[list[str], Matrix]:
    """Regions sorted by name, and persons by region and industry; NaN where there is no row."""
    labels = {label_key(region): region for region in reversed(regions) if region}
    rows = {key: row for row, key in enumerate(sorted(labels))}
    columns = {label_key(industry): column for column, industry in enumerate(industries)}
    table = np.full((len(rows), len(industries)), np.nan)
    for region, industry, jobs in zip(regions, names, persons, strict=True):
        if label_key(region) in rows and label_key(industry) in columns:
            table[rows[label_key(region)], columns[label_key(industry)]] = jobs
    return [labels[key] for key in rows], table


def _with_nation(name: str, industries: tuple[str, ...], rows: tuple[list[str], Matrix], nation: str) -> Employment:
    """The nation taken out from among the regions, or their sum where it is not there."""
    regions, table = rows
    is_nation = [label_key(region) == label_key(nation) for region in regions]
    if any(is_nation):
        row = is_nation.index(True)
        others = [at for at in range(len(regions)) if at != row]
        return Employment(name, industries, tuple(regions[at] for at in others), table[others], table[row], nation)
    warning = (
        f"{name} has no region {nation!r}: the nation is taken to be the sum of its {len(regions)} regions. "
        "Where regions are left out, it is too small and the multipliers too large."
    )
    return Employment(name, industries, tuple(regions), table, table.sum(axis=0), "", (warning,))


def _nation_faults(found: Employment, nation: str) -> list[BryggaError]:
    if not found.nation_name and len(found.regions) < 2:
        return [
            TableError(
                f"{found.name} has no region {nation!r}, and only one other: {listed(found.regions)}",
                why="a region is compared with its nation",
                todo=f"add rows with region {nation}, or name the nation with --nation",
            )
        ]
    faults: list[BryggaError] = []
    missing = [found.industries[i] for i in np.flatnonzero(np.isnan(found.nation)).tolist()]
    if missing:
        faults.append(_lacks(found.name, [f"{found.nation_name or 'the sum of the regions'}: {listed(missing)}"]))
    empty = [found.industries[i] for i in np.flatnonzero(found.nation <= 0).tolist()]
    if empty:
        faults.append(
            TableError(
                f"{found.name}: nobody works in {listed(empty)} in the nation",
                why="a location quotient is a share of the nation's share, and nothing can be a share of nothing",
                todo="merge the industry with a neighbour in both files, or leave it out of both",
            )
        )
    return faults


def _columns(cells: Cells) -> dict[str, int]:
    header = [label_key(column) for column in cells.header]
    missing = [column for column in COLUMNS if column not in header]
    if missing or not cells.rows:
        raise TableError(
            f"{cells.name} has {'no rows' if not missing else 'no column ' + listed(missing)}; its columns are "
            f"{listed(cells.header)}",
            why="jobs are read by region and industry",
            todo="write a header region,industry,persons and a row for each region and industry",
        )
    return {column: header.index(column) for column in COLUMNS}


def _row_faults(cells: Cells, regions: Sequence[str], names: Sequence[str], persons: Vector) -> list[BryggaError]:
    faults: list[BryggaError] = []
    nameless = [str(line) for line, *pair in zip(cells.lines, regions, names, strict=True) if not all(pair)]
    if nameless:
        faults.append(
            TableError(
                f"{cells.name}: row {listed(nameless)} without a region or an industry",
                why="it could not be told whose jobs these are",
                todo="fill it in, or take the row away",
            )
        )
    below = [f"{regions[at]}, {names[at]} {persons[at]:g}" for at in np.flatnonzero(persons < 0).tolist()]
    if below:
        faults.append(
            TableError(
                f"{cells.name}: {len(below)} negative number(s) of persons: {listed(below)}",
                why="persons are counted from zero up",
                todo="check the sign; a marked (hidden) cell needs an estimate",
            )
        )
    seen: dict[tuple[str, str], int] = {}
    twice = []
    for line, *pair in zip(cells.lines, regions, names, strict=True):
        key = (label_key(pair[0]), label_key(pair[1]))
        if key in seen:
            twice.append(f"{pair[0]}, {pair[1]} (rows {seen[key]} and {line})")
        seen.setdefault(key, line)
    if twice:
        faults.append(
            TableError(
                f"{cells.name}: {len(twice)} region and industry stand more than once: {listed(twice)}",
                why="it could not be told whether to add them or to choose",
                todo="keep one row for each region and industry (one year, both sexes together)",
            )
        )
    return faults


def _part_faults(employment: Employment, name: str, jobs: Vector) -> list[BryggaError]:
    if jobs.sum() <= 0:
        return [
            TableError(
                f"{employment.name}: nobody works in region {name}",
                why="an empty region buys and sells nothing",
                todo="check the region, or name another",
            )
        ]
    over = np.flatnonzero(jobs > employment.nation + ROUNDING).tolist()
    if not over:
        return []
    shown = listed(f"{employment.industries[i]} {jobs[i]:g} of {employment.nation[i]:g}" for i in over)
    return [
        TableError(
            f"{employment.name}: region {name} has more jobs than the nation: {shown}",
            why="a region is a part of its nation",
            todo="check that both count the same persons in the same year, and that no region holds another",
        )
    ]


def _lacks(name: str, lacking: Sequence[str]) -> TableError:
    return TableError(
        f"{name} lacks industries of COEFFICIENTS: {'; '.join(lacking)}",
        why="missing is not zero",
        todo="add the rows; where nobody works, write 0",
    )


def _unknown_faults(employment: Employment, names: Sequence[str]) -> list[BryggaError]:
    here = {label_key(one) for one in (*employment.regions, employment.nation_name or NATION)}
    return [_unknown(employment, name) for name in dict.fromkeys(names) if label_key(name) not in here]


def _unknown(employment: Employment, name: str) -> UnknownCodeError:
    known = [*employment.regions, employment.nation_name or NATION]
    keys = {label_key(one): one for one in known}
    near = difflib.get_close_matches(label_key(name), keys, n=3, cutoff=0.5)
    return UnknownCodeError(
        f"{employment.name} has no region {name!r}",
        why=f"the nearest names are {listed(keys[one] for one in near)}" if near else "no name there is like it",
        todo=f"choose among its {len(known)} regions: {listed(known, 12)}",
    )
