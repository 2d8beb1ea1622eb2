"""National: an input-output table with named industries, and jobs of other classifications brought to them.

A national table says what each industry buys of each domestic product, its output, wages, value added and jobs, and
what households buy. Regions count their jobs by SNI 2007 sections or divisions; `National.jobs_by_industry` and
`National.place` bring the one to the other through the divisions behind each industry (`industries`).

Where a code of the region holds several industries of the table (G holds 45, 46 and 47), its jobs are split in the
nation's proportions. `coarsened` merges those industries instead, so that every code has one place and nothing is
split; that is what `workflow.national` hands out.

Start reading at `National`.

Source: Eurostat (2008), Manual of Supply, Use and Input-Output Tables, table 15.4, as carried by the open R package
`iotables` (germany_1990.source.md).
"""

from __future__ import annotations

import csv
import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from brygga.core.errors import BryggaError, TableError, UnknownCodeError, listed, raise_all
from brygga.impact.industries import Divisions, divisions, divisions_of, overlapping, section_names
from brygga.impact.leontief import Matrix, Vector

SECTORS = ("agriculture", "manufacturing", "construction", "trade", "business_services", "other_services")
MANUFACTURING = SECTORS.index("manufacturing")
SECTOR_CODES = ("A", "B-E", "F", "G-I", "J-N", "O-U")
GERMANY = Path(__file__).with_name("germany_1990.csv")
GERMANY_SOURCE = (
    "Named stand-in: Germany, 1990s, six sectors; Eurostat (2008), Manual of Supply, Use and Input-Output Tables, "
    "table 15.4"
)


@dataclass(frozen=True)
class National:
    """A national table: `flows[i, j]` is what industry j buys of domestic product i.

    Attributes
    ----------
    flows : (n, n) money; output, wages, value_added, household_purchases : (n,) the same money
    jobs : (n,) persons
    household_total : all that households buy, with imports and taxes, the same money
    source : where it comes from, in words for a page
    industries : names or codes, in order
    stand_in : whether it is another country's
    holds : the SNI 2007 divisions of each industry; empty for a table that is never asked for a place
    lacks : fields that the published table does not have; they are filled with NaN and must not be counted with
    notes : what a reader of the table should know (cells taken as unknown, industries left out)
    """

    flows: Matrix
    output: Vector
    wages: Vector
    value_added: Vector
    jobs: Vector
    household_purchases: Vector
    household_total: float
    source: str
    industries: tuple[str, ...]
    stand_in: bool = False
    holds: tuple[Divisions, ...] = ()
    lacks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def place(self, sni: str) -> int:
        """The industry that holds an SNI 2007 section or division (or anything finer).

        Raises
        ------
        UnknownCodeError when no industry holds it, or several share it.

        Examples
        --------
        >>> germany_1990().place("29"), germany_1990().place("B+C"), germany_1990().place("86.10")
        (1, 1, 5)
        """
        found = self._places(sni)
        if len(found) > 1:
            raise UnknownCodeError(
                f"industry {sni!r} is several industries of the table: {listed(self.industries[i] for i in found)}",
                why="it has no single place there",
                todo="name one of its divisions, or merge them with `coarsened`",
            )
        return found[0]

    def jobs_by_industry(self, persons_by_sni: Mapping[str, float]) -> Vector:
        """Persons by SNI 2007 section or division brought to this table's industries, (n,); the sum is kept.

        A code that holds several industries is split as the nation's jobs are (its output, where jobs are unknown).

        Raises
        ------
        UnknownCodeError or FaultsError: every code that cannot be placed, by name. TableError: jobs that are negative
        or no number.

        Examples
        --------
        >>> germany_1990().jobs_by_industry({"29": 100.0, "C": 50.0, "Q": 10.0}).tolist()
        [0.0, 150.0, 0.0, 0.0, 0.0, 10.0]
        """
        raise_all("jobs by industry", [*_number_faults(persons_by_sni), *self._unplaced(persons_by_sni)])
        weights = self.jobs if np.isfinite(self.jobs).all() and self.jobs.sum() > 0 else self.output
        jobs = np.zeros(len(self.industries))
        for sni in sorted(persons_by_sni):
            found = self._places(sni)
            part = weights[found]
            jobs[found] += persons_by_sni[sni] * (part / part.sum() if part.sum() > 0 else 1.0 / len(found))
        return jobs

    def need(self, *fields: str) -> National:
        """This table, or a TableError naming the fields among `fields` that it lacks."""
        lost = [field for field in fields if field in self.lacks]
        if lost:
            raise TableError(
                f"the input-output table lacks {listed(lost)} ({self.source})",
                why="the published table does not carry them, and zero would be wrong",
                todo="give them beside it (jobs by SNI 2007 with `with_jobs`), or use another table",
            )
        return self

    def _places(self, sni: str) -> list[int]:
        found = overlapping(self.holds, divisions(sni))
        if not found:
            raise UnknownCodeError(
                f"industry {sni!r} belongs to no industry of the input-output table",
                why="its jobs would vanish",
                todo=f"the table has {listed(self.industries, most=12)}",
            )
        return found

    def _unplaced(self, codes: Iterable[str]) -> list[BryggaError]:
        faults: list[BryggaError] = []
        for code in sorted(codes):
            try:
                self._places(code)
            except UnknownCodeError as error:
                faults.append(error)
        return faults


@functools.cache
def germany_1990() -> National:
    """The German six-sector table that stands in for Swedish coefficients (`germany_1990.source.md`)."""
    with GERMANY.open(encoding="utf-8", newline="") as file:
        rows = {row["row"]: row for row in csv.DictReader(file)}
    across = {name: np.array([float(row[sector]) for sector in SECTORS]) for name, row in rows.items()}
    return National(
        flows=np.array([across[sector] for sector in SECTORS]),
        output=across["output"],
        wages=across["wages"],
        value_added=across["value_added"],
        jobs=1000.0 * across["employed_thousands"],
        household_purchases=np.array([float(rows[sector]["households"]) for sector in SECTORS]),
        household_total=float(rows["output"]["households"]),
        source=GERMANY_SOURCE,
        industries=SECTORS,
        stand_in=True,
        holds=tuple(divisions(code) for code in SECTOR_CODES),
    )


def held(industries: Sequence[str]) -> tuple[Divisions, ...]:
    """The divisions behind each industry of a table, where all can be read; else none.

    What a coarse table leaves unsaid is taken in: mining, energy and water (B, D, E) belong with manufacturing where
    they stand nowhere else, households and international bodies (T, U) with other services.

    Examples
    --------
    >>> [section_names(group) for group in held(["cpa_a", "cpa_c", "cpa_f", "cpa_g_i", "cpa_business", "cpa_other"])]
    ['A', 'B+C+D+E', 'F', 'G+H+I', 'J+K+L+M+N', 'O+P+Q+R+S+T+U']
    """
    read = [divisions_of(industry) for industry in industries]
    if not all(read):
        return ()
    groups = [set(group or ()) for group in read]
    for widow, kin in (("B", "C"), ("D", "C"), ("E", "C"), ("E", "D"), ("T", "S"), ("U", "S")):
        wanted, home = divisions(widow), overlapping([frozenset(group) for group in groups], divisions(kin))
        if len(home) == 1 and not any(group & wanted for group in groups):
            groups[home[0]] |= wanted
    return tuple(frozenset(group) for group in groups)


def with_jobs(national: National, persons_by_sni: Mapping[str, float], *, source: str) -> National:
    """`national` with the jobs of its nation, by SNI 2007 section or division.

    A code that holds several industries is split as `national.jobs` are, where the table has any (wages, put there by
    the caller, serve as well), else as its output.
    """
    return replace(
        national,
        jobs=national.jobs_by_industry(persons_by_sni),
        source=f"{national.source}; jobs: {source}",
        lacks=tuple(field for field in national.lacks if field != "jobs"),
    )


def merged(national: National, groups: Sequence[Sequence[int]], names: Sequence[str] = ()) -> National:
    """`national` with industries merged: each group of places becomes one industry, in the order given.

    Flows, output, wages, value added and jobs add up, so nothing is lost and the table stays a table.

    Examples
    --------
    >>> two = merged(germany_1990(), [[0, 1, 2], [3, 4, 5]])
    >>> two.industries, float(two.output.sum() - germany_1990().output.sum())
    (('A+B+C+D+E+F', 'G+H+I+J+K+L+M+N+O+P+Q+R+S+T+U'), 0.0)
    """
    of = np.zeros((len(groups), len(national.industries)))
    for place, group in enumerate(groups):
        of[place, list(group)] = 1.0
    holds = tuple(
        frozenset().union(*(national.holds[i] for i in group)) if national.holds else frozenset() for group in groups
    )
    labels = names or [
        national.industries[group[0]]
        if len(group) == 1
        else section_names(hold) or "+".join(national.industries[i] for i in group)
        for group, hold in zip(groups, holds, strict=True)
    ]
    return replace(
        national,
        flows=of @ national.flows @ of.T,
        output=of @ national.output,
        wages=of @ national.wages,
        value_added=of @ national.value_added,
        jobs=of @ national.jobs,
        household_purchases=of @ national.household_purchases,
        industries=tuple(labels),
        holds=holds if national.holds else (),
    )


def coarsened(national: National, codes: Iterable[str]) -> National:
    """`national` with the industries merged that any of `codes` holds together, so that every code has one place.

    Examples
    --------
    >>> coarsened(germany_1990(), ["29", "G+H+I+J", "Q"]).industries
    ('agriculture', 'manufacturing', 'construction', 'G+H+I+J+K+L+M+N', 'other_services')
    """
    root = list(range(len(national.industries)))
    wanted = {code: divisions(code) for code in sorted(set(codes))}
    raise_all("industries", national._unplaced(wanted))
    for code in wanted:
        found = national._places(code)
        first = min(root[i] for i in found)
        joined = {root[i] for i in found}
        root = [first if at in joined else at for at in root]
    groups = [[i for i, at in enumerate(root) if at == head] for head in sorted(set(root))]
    return national if len(groups) == len(root) else merged(national, groups)


def _number_faults(persons_by_sni: Mapping[str, float]) -> list[BryggaError]:
    wrong = [f"{sni} {persons}" for sni, persons in persons_by_sni.items() if not np.isfinite(persons) or persons < 0]
    if not wrong:
        return []
    return [
        TableError(
            f"jobs by industry: {listed(wrong)}",
            why="persons are counted from zero up, and unknown is no number",
            todo="fill hidden cells with an estimate, and check the sign of the others",
        )
    ]
