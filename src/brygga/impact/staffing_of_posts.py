"""Staffing of posts: in which occupations the posts of an industry are, by who works there now.

    posts[w, i, o] = posts[w, i]  persons[w, i, o] / sum_o persons[w, i, o]

by the table `employed` (municipality x industry x occupation) of a year. Where a municipality has nobody in the
industry, the staffing of the whole region is taken; where the region has nobody either, of the industry's section.

Start reading at `staffing`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from brygga.core.errors import TableError, listed
from brygga.core.sums import total
from brygga.impact.industries import divisions, sections_of

Array = NDArray[np.float64]

OWN, REGION, KIN = "municipality", "region", "section"
"""Whose staffing a row follows: the municipality's, the region's, or that of the region's nearest industries."""


@dataclass(frozen=True)
class Staffing:
    """Shares of occupations by municipality and industry.

    Attributes
    ----------
    municipalities, industries, occupations : names, in order
    shares : (municipalities, industries, occupations); each row adds up to 1
    level : (municipalities, industries) `OWN`, `REGION` or `KIN`, as text
    """

    municipalities: tuple[str, ...]
    industries: tuple[str, ...]
    occupations: tuple[str, ...]
    shares: Array
    level: NDArray[np.str_]

    def of(self, municipality: str, industry: str) -> dict[str, float]:
        """Occupation -> share, those above zero."""
        row = self.shares[self.municipalities.index(municipality), self.industries.index(industry)]
        return {self.occupations[place]: float(row[place]) for place in np.flatnonzero(row)}

    def posts(self, posts: Mapping[tuple[str, str], float]) -> dict[tuple[str, str, str], float]:
        """(municipality, industry) -> posts, brought to (municipality, industry, occupation) -> posts; sums kept."""
        return {
            (municipality, industry, occupation): number * share
            for (municipality, industry), number in sorted(posts.items())
            for occupation, share in self.of(municipality, industry).items()
        }


def staffing(
    employed: pl.DataFrame, *, year: int, municipalities: Sequence[str] = (), industries: Sequence[str] = ()
) -> Staffing:
    """The staffing of every industry of every municipality.

    Parameters
    ----------
    employed : table `employed`
    year : the year of it to use
    municipalities, industries : the wanted, in order; by default those of the table. An industry that the table has
        not (a division where it has the section) follows its kin.

    Raises
    ------
    TableError: no rows for the year, hidden cells, or an industry without kin in the region.

    Examples
    --------
    >>> table = pl.DataFrame({"municipality": ["1080", "1081"], "industry": ["29", "C"], "occupation": ["82", "72"],
    ...     "year": [2024, 2024], "persons": [40.0, 10.0]})
    >>> found = staffing(table, year=2024)
    >>> found.of("1080", "29"), found.of("1081", "29"), found.level[1, 0].item()
    ({'82': 1.0}, {'82': 1.0}, 'region')
    """
    cells = _cells(employed, year)
    towns = tuple(municipalities) or tuple(sorted(set(cells["municipality"])))
    wanted = tuple(industries) or tuple(sorted(set(cells["industry"])))
    known = tuple(sorted(set(cells["industry"])))
    occupations = tuple(sorted(set(cells["occupation"])))
    counts = np.zeros((len(towns), len(known), len(occupations)))
    whole = np.zeros((len(known), len(occupations)))
    at = [{name: place for place, name in enumerate(names)} for names in (towns, known, occupations)]
    for town, industry, occupation, persons in cells.iter_rows():
        whole[at[1][industry], at[2][occupation]] += persons
        if town in at[0]:
            counts[at[0][town], at[1][industry], at[2][occupation]] += persons
    shares = np.zeros((len(towns), len(wanted), len(occupations)))
    level = np.full((len(towns), len(wanted)), OWN, dtype="U12")
    for place, industry in enumerate(wanted):
        kin = _kin(industry, known, whole)
        of_region = whole[kin].sum(axis=0)
        exact = industry in at[1]
        own = counts[:, kin].sum(axis=1)
        has = own.sum(axis=1) > 0
        shares[:, place] = np.where(has[:, None], own, of_region)
        level[:, place] = np.where(has, OWN if exact else KIN, REGION if exact and kin == [at[1][industry]] else KIN)
    return Staffing(towns, wanted, occupations, shares / shares.sum(axis=2, keepdims=True), level)


def _cells(employed: pl.DataFrame, year: int) -> pl.DataFrame:
    now = employed.filter(pl.col("year") == year)
    hidden = now.filter(pl.col("persons").is_null())
    if now.is_empty() or hidden.height:
        first = hidden.row(0, named=True) if hidden.height else {}
        raise TableError(
            f"employed: {hidden.height} hidden cell(s) in {year}, first industry {first['industry']} in "
            f"{first['municipality']}"
            if first
            else f"employed has no rows for {year}",
            why="who works there now says in which occupations posts are",
            todo="fill hidden cells with an estimate and status modelled; take a year that the table has",
        )
    keys = ["municipality", "industry", "occupation"]
    return now.group_by(keys, maintain_order=True).agg(total("persons")).sort(keys)


def _kin(industry: str, known: Sequence[str], whole: Array) -> list[int]:
    """The industries of the table whose staffing one follows: itself, those sharing divisions, else its section."""
    filled = [place for place in range(len(known)) if whole[place].sum() > 0]
    if industry in known and known.index(industry) in filled:
        return [known.index(industry)]
    wanted = divisions(industry, where="staffing")
    near = [place for place in filled if divisions(known[place]) & wanted]
    letters = sections_of(wanted)
    section = near or [place for place in filled if sections_of(divisions(known[place])) & letters]
    if not section:
        raise TableError(
            f"nobody in the region works in industry {industry} or anything like it",
            why="in which occupations its posts are cannot be told from the region",
            todo=f"give the posts by occupation; the region has industries {listed(known, most=12)}",
        )
    return section
