"""ICIO: OECD's inter-country input-output table, several countries stacked in one system.

Rows and columns are `COUNTRY_INDUSTRY` (SWE_C29, CN1_26, NOR_01T02); below them stand rows of taxes less subsidies
(TLS), value added (VA) and output (OUT), beside them final uses by country (SWE_HFCE, SWE_GFCF) and a total. `Stacked`
keeps the whole; `national` takes one country's domestic block out as a table of its own (without wages and jobs, which
ICIO does not carry), and `coefficients` the whole system, for `leontief.shock_solve`.

Start reading at `read_icio`.

Source of the shape: pymrio's reader (pymrio/tools/ioparser.py, parse_oecd), which was opened; no file of OECD was at
hand, so the tests use an invented one of the same form.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from brygga.core.errors import FileError, TableError, UnknownCodeError, listed
from brygga.impact.cells import content_of
from brygga.impact.industries import divisions_of
from brygga.impact.leontief import Matrix, Vector, technical_coefficients
from brygga.impact.national import National
from brygga.impact.published_table import Grid, national_from_grid

OUTPUT = ("OUT", "OUTPUT", "TOTAL")
VALUE_ADDED = ("VA", "VALU")
TAXES = ("TLS", "TXS")
HOUSEHOLDS = "HFCE"
LONGEST_HEAD = 200_000
"""Bytes of a file's first line that are looked at; 80 countries x 50 industries need half of it."""


@dataclass(frozen=True)
class Stacked:
    """Countries (or regions) and industries in one table.

    Attributes
    ----------
    countries, industries : of each row and column of `flows`
    flows : (n, n) money; output, value_added : (n,)
    households : country -> (n,) what its households buy of each row
    household_taxes : country -> taxes less subsidies on what they buy
    """

    countries: tuple[str, ...]
    industries: tuple[str, ...]
    flows: Matrix
    output: Vector
    value_added: Vector
    households: dict[str, Vector]
    household_taxes: dict[str, float]

    @property
    def labels(self) -> tuple[str, ...]:
        """`COUNTRY_INDUSTRY` of each row."""
        return tuple(f"{country}_{one}" for country, one in zip(self.countries, self.industries, strict=True))

    def coefficients(self) -> tuple[tuple[str, ...], Matrix]:
        """The labels of the industries with output, and their technical coefficients."""
        made = np.flatnonzero(self.output > 0)
        kept = tuple(self.labels[place] for place in made.tolist())
        return kept, technical_coefficients(self.flows[np.ix_(made, made)], self.output[made], industries=kept)

    def national(self, country: str, *, source: str, stand_in: bool = False) -> National:
        """One country's domestic block; imports are the purchases from all others.

        Raises
        ------
        UnknownCodeError when the country is not in the table.
        """
        inside = [place for place, one in enumerate(self.countries) if one == country]
        if not inside:
            raise UnknownCodeError(
                f"{source}: no country {country}",
                why="its industries cannot be told",
                todo=f"it has {listed(sorted(set(self.countries)), most=12)}",
            )
        codes = tuple(self.industries[place] for place in inside)
        spent = self.households.get(country, np.full(len(self.output), np.nan))
        columns = (*codes, "households", "total_use")
        grid = np.full((len(codes) + 5, len(columns)), np.nan)
        size = len(codes)
        grid[:size, :size] = self.flows[np.ix_(inside, inside)]
        grid[:size, size] = spent[inside]
        grid[size, :size] = self.output[inside]
        grid[size + 1, :size] = self.value_added[inside]
        grid[size + 2, size] = np.delete(spent, inside).sum()
        grid[size + 3, size] = self.household_taxes.get(country, np.nan)
        grid[size + 4, :size] = grid[:size, :size].sum(axis=0)
        rows = (*codes, "P1", "B1G", "P7", "D21X31", "CPA_TOTAL")
        return national_from_grid(Grid(rows, columns, grid, {}), source=source, stand_in=stand_in)


def is_icio(path: Path) -> bool:
    """Whether the columns of a CSV file are industries of several countries, as SWE_C29 and NOR_C29.

    Raises
    ------
    FileError when it cannot be read.
    """
    head = content_of(path, LONGEST_HEAD).decode("utf-8-sig", errors="replace").partition("\n")[0]
    labels = [label.strip(' "\r') for label in head.split(",")[1:]]
    countries = {found[0] for label in labels if (found := _split(label)) and len(found[0]) in (2, 3)}
    return len(countries) > 1


def read_icio(path: Path) -> Stacked:
    """A table in OECD's ICIO shape from a CSV file.

    Raises
    ------
    FileError when it cannot be read. TableError when rows and columns differ, or it has no output.
    """
    frame = _read(path)
    rows = [str(text).strip().lstrip("\ufeff") for text in frame.to_series(0).to_list()]
    heads = [head.strip() for head in frame.columns[1:]]
    made = [(place, *found) for place, label in enumerate(rows) if (found := _split(label))]
    across = {head: place for place, head in enumerate(heads)}
    lost = [f"{country}_{one}" for _, country, one in made if f"{country}_{one}" not in across]
    if not made or lost:
        raise TableError(
            f"{path.name}: " + (f"no column for {listed(lost)}" if lost else "no rows like SWE_C29"),
            why="each industry of each country both sells and buys",
            todo="give OECD's table of flows whole (not the supply, use or value added table)",
        )
    values = frame.select(frame.columns[1:]).to_numpy().astype(np.float64)
    down = [place for place, _, _ in made]
    columns = [across[f"{country}_{one}"] for _, country, one in made]
    flows = values[np.ix_(down, columns)]
    output = _primary(values, rows, columns, OUTPUT)
    if output is None:
        totals = [across[head] for head in OUTPUT if head in across]
        if not totals:
            raise TableError(
                f"{path.name} has no row or column OUT",
                why="coefficients are purchases per unit of output",
                todo="give OECD's table whole, with its last rows",
            )
        output = values[down, totals[0]]
    added = _primary(values, rows, columns, VALUE_ADDED)
    countries = tuple(country for _, country, _ in made)
    homes = {
        country: across.get(f"{country}_{HOUSEHOLDS}", across.get(f"{HOUSEHOLDS}_{country}")) for country in countries
    }
    taxes = next((place for place, label in enumerate(rows) if label in TAXES), None)
    return Stacked(
        countries=countries,
        industries=tuple(one for _, _, one in made),
        flows=np.nan_to_num(flows),
        output=np.nan_to_num(output),
        value_added=added if added is not None else np.full(len(made), np.nan),
        households={country: values[down, place] for country, place in homes.items() if place is not None},
        household_taxes={
            country: float(values[taxes, place])
            for country, place in homes.items()
            if place is not None and taxes is not None
        },
    )


def _split(label: str) -> tuple[str, str] | None:
    """The country and industry of a label, or None where it is neither.

    Examples
    --------
    >>> _split("SWE_C29"), _split("CN1_01T02"), _split("SWE_TAXSUB"), _split("OUT")
    (('SWE', 'C29'), ('CN1', '01T02'), None, None)
    """
    country, mark, code = label.partition("_")
    return (country, code) if mark and code and divisions_of(code) else None


def _primary(values: Matrix, rows: Sequence[str], columns: Sequence[int], names: Sequence[str]) -> Vector | None:
    place = next((at for at, label in enumerate(rows) if label in names), None)
    return None if place is None else values[place, columns].astype(np.float64)


def _read(path: Path) -> pl.DataFrame:
    """The first column as text, the others as numbers, null where empty."""
    try:
        width = len(pl.read_csv(path, n_rows=0, infer_schema=False, encoding="utf8-lossy").columns)
        return pl.read_csv(
            path,
            schema_overrides=[pl.String, *[pl.Float64] * (width - 1)],
            null_values=[""],
            encoding="utf8-lossy",
        )
    except (OSError, pl.exceptions.PolarsError) as error:
        bad = _texts(path)
        if bad:
            raise TableError(
                f"{path.name}: text where numbers belong: {listed(bad)}",
                why="it cannot be counted with",
                todo="give the file as OECD publishes it, with decimal points",
            ) from error
        raise FileError(
            f"{path.name} cannot be read: {str(error).splitlines()[0]}",
            why="it is missing, or not a table",
            todo="unpack OECD's file and give the CSV of one year",
        ) from error


def _texts(path: Path) -> list[str]:
    """Columns with cells that are neither numbers nor empty, with the first such cell."""
    try:
        texts = pl.read_csv(path, infer_schema=False, encoding="utf8-lossy")
    except (OSError, pl.exceptions.PolarsError):
        return []
    told = []
    for name in texts.columns[1:]:
        wrong = texts[name].filter(texts[name].str.strip_chars().cast(pl.Float64, strict=False).is_null())
        wrong = wrong.filter(wrong.fill_null("").str.strip_chars() != "")
        told += [f"column {name}: {wrong[0]!r}"] if len(wrong) else []
    return told
