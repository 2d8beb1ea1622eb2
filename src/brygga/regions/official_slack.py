"""People without work and posts without people in the base year, and how much of each age is in working life.

    unemployed      counted per municipality; over occupations modelled: residents' occupations x a stated factor
    vacancies       county's vacancies per 100 employments x employees; over occupations by a stated factor
    working_life    participation = (employed + unemployed) / population, counted; final exits from how participation
                    falls from one age group to the next, with the nation's deaths (a working-life table of one year)

Ages are published in groups that overlap (16-64 beside 60-64); only groups that tile the ages wanted are added up.

Start reading at `unemployed`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

import numpy as np
import polars as pl

from brygga.core import codes
from brygga.core.errors import TableError, UnknownCodeError, listed
from brygga.core.grids import Floats
from brygga.core.sums import total
from brygga.regions.official_cells import HIDDEN, added, of, sources
from brygga.regions.official_jobs import AGE_GROUPS, NATION
from brygga.regions.sydost import given

EMPLOYED, UNEMPLOYED = ("sysselsatt", "förvärvsarb"), ("arbetslös",)
"""How the publisher's words for the two statuses begin."""

WORKING_AGE = ((15, 74), (16, 74), (20, 74), (16, 66), (16, 65), (16, 64), (20, 66), (20, 65), (20, 64))
"""Ages that the unemployed are counted over, the widest that the table has."""

YOUTH = ((18, 24), (16, 24), (15, 24), (20, 24))
STEP = 5.0
MOST_ACTIVE = 1.02
"""Labour force over population above which the two cannot be of the same people; rounding and noise stay below."""


def unemployed(
    found: Mapping[str, pl.DataFrame], areas: Sequence[str], base: int, residents: pl.DataFrame
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Table `unemployed`: each municipality's total as counted, its occupations modelled."""
    rows = _of_status(found, areas, base, UNEMPLOYED)
    groups = _tiled(rows, WORKING_AGE, "unemployed")
    cells = added(rows.filter(pl.col("age_group").is_in(groups)), ["municipality"])
    factor = _factors(residents["occupation"].unique().to_list(), "unemployed_factor")
    weighed = residents.with_columns(weight=pl.col("persons") * pl.col("occupation").replace_strict(factor))
    share = pl.col("weight") / total("weight").over("municipality")
    ages = f"{groups[0].split('-')[0]}-{groups[-1].split('-')[1]}"
    frame = weighed.join(cells.select("municipality", counted="persons"), on="municipality").select(
        "municipality",
        "occupation",
        year=pl.lit(base, pl.Int64),
        persons=(pl.col("counted") * share).round(6),
        status=pl.lit("modelled"),
        source=pl.lit(f"total of {ages}: {sources(rows)}; over occupations residents' occupations x a stated factor"),
    )
    notes = [f"Unemployed are those of {ages} by the population's status; their occupations are modelled"]
    hidden = int(cells["hidden"].sum())
    if hidden:
        notes.append(f"{hidden} cells of unemployed are hidden: each counts as {HIDDEN} persons, none as zero")
    return frame.sort("municipality", "occupation"), tuple(notes)


def unemployed_youth(found: Mapping[str, pl.DataFrame], areas: Sequence[str], base: int) -> pl.DataFrame:
    """Table `unemployed_youth`: the youngest ages that the table can tell, said in the source."""
    rows = _of_status(found, areas, base, UNEMPLOYED)
    groups = _tiled(rows, YOUTH, "young unemployed")
    cells = added(rows.filter(pl.col("age_group").is_in(groups)), ["municipality"])
    exact = groups == ["18-24"]
    told_all = pl.lit("observed" if exact else "modelled")
    status = pl.when(pl.col("hidden") > 0).then(pl.lit("suppressed")).otherwise(told_all)
    told = f"{sources(rows)}, ages {', '.join(groups)}" + ("" if exact else " taken for 18-24")
    return cells.select(
        "municipality", year=pl.lit(base, pl.Int64), persons="persons", status=status, source=pl.lit(told)
    )


def vacancies(found: Mapping[str, pl.DataFrame], jobs: pl.DataFrame, base: int) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Table `vacancies`: the county's rate x employees, spread over occupations by stated factors; modelled."""
    by_municipality = jobs.group_by("municipality", maintain_order=True).agg(employees=total("persons"))
    rates, notes = _vacancy_rates(found.get("official_vacancies"), by_municipality["municipality"].to_list(), base)
    at_work = jobs.group_by("municipality", "occupation", maintain_order=True).agg(total("persons"))
    factor = _factors(at_work["occupation"].unique().to_list(), "vacancy_factor")
    weighed = at_work.with_columns(weight=pl.col("persons") * pl.col("occupation").replace_strict(factor))
    whole = weighed.join(by_municipality, on="municipality").join(rates, on="municipality")
    share = pl.col("weight") / total("weight").over("municipality")
    frame = whole.select(
        "municipality",
        "occupation",
        year=pl.lit(base, pl.Int64),
        persons=(pl.col("rate") / 100 * pl.col("employees") * share).round(6),
        status=pl.lit("modelled"),
        source=pl.col("told") + "; over occupations employees x a stated factor",
    )
    return frame.sort("municipality", "occupation"), notes


def working_life(
    found: Mapping[str, pl.DataFrame], people: pl.DataFrame, death_rate: Floats, areas: Sequence[str], base: int
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Table `working_life` of the region as a whole, and what must be said of it.

    Parameters
    ----------
    people : table `population` of the base year
    death_rate : sex x age
    """
    active = pl.concat(_of_status(found, areas, base, words) for words in (EMPLOYED, UNEMPLOYED))
    published = set(active["age_group"].to_list())
    participation: list[float | None] = []
    borrowed = []
    for group in (*AGE_GROUPS, "70-74"):
        low, high = bounds(group)
        groups = tiles(published, low, high) or (tiles(published, 15, high) if low == 16 else [])
        if not groups:
            wider = [one for one in published if bounds(one)[0] <= low and high <= bounds(one)[1]]
            groups = sorted(wider, key=lambda one: bounds(one)[1] - bounds(one)[0])[:1]
            borrowed += [group] if group in AGE_GROUPS else []
        spans = [bounds(one) for one in groups]
        counted = people.filter(pl.any_horizontal([pl.lit(False), *(pl.col("age").is_between(*s) for s in spans)]))
        held = float(added(active.filter(pl.col("age_group").is_in(groups)), [])["persons"].sum()) if groups else 0.0
        lived = float(counted["persons"].sum())
        if held > MOST_ACTIVE * lived:
            raise _too_many(groups, held, lived)
        participation.append(min(held / lived, 1.0) if groups and lived else None)
    stated = dict(given.read("structure/working_life").select("age_group", "participation").iter_rows())
    known = [stated[g] if p is None else p for g, p in zip(AGE_GROUPS, participation, strict=False)]
    exits = final_exits(np.array(known), participation[-1]) + _deaths(people, death_rate)
    lacking = [g for g, p in zip(AGE_GROUPS, participation, strict=False) if p is None]
    frame = pl.DataFrame(
        {"age_group": AGE_GROUPS, "participation": known, "exit_rate": np.clip(exits, 0, 1).round(6)}
    ).with_columns(
        status=pl.lit("modelled"),
        source=pl.lit(
            f"{sources(active)}: participation counted; final exits from its fall with age, and national deaths"
        ),
    )
    notes = ["Final exits from working life are modelled from how participation falls with age in one year"]
    notes += [f"Participation of {listed(borrowed)} is that of a wider age group"] if borrowed else []
    notes += [f"Participation of {listed(lacking)} is stated: the table does not tell it"] if lacking else []
    return frame, tuple(notes)


def final_exits(participation: Floats, after: float | None) -> Floats:
    """Share leaving for good a year in each five-year group, from participation in it and its neighbours.

    Between the middles of two groups the yearly rate is 1 - (p_next / p) ** (1/5), none where participation rises; a
    group has the mean of the rates on its two sides.

    Parameters
    ----------
    participation : per age group, in order
    after : participation in the group after the last; None where it is not known

    Examples
    --------
    >>> final_exits(np.array([0.9, 0.9, 0.45]), 0.225).round(4).tolist()
    [0.0, 0.0647, 0.1294]
    """
    p = np.append(participation, participation[-1] if after is None else after)
    falls = 1 - np.clip(p[1:] / np.where(p[:-1] > 0, p[:-1], 1.0), 0, 1) ** (1 / STEP)
    if after is None:
        falls[-1] = falls[-2]
    before = np.concatenate([falls[:1], falls[:-1]])
    return np.asarray((before + falls) / 2)


def tiles(groups: Collection[str], low: int, high: int) -> list[str]:
    """Groups that cover the ages from low to high exactly once, the widest first; none where that cannot be.

    Examples
    --------
    >>> tiles(["16-64", "16-24", "25-29", "30-34", "25-34"], 16, 34)
    ['16-24', '25-34']
    >>> tiles(["16-24"], 18, 24)
    []
    """
    starting = sorted((g for g in groups if bounds(g)[0] == low and bounds(g)[1] <= high), key=bounds, reverse=True)
    for group in starting:
        end = bounds(group)[1]
        rest = [] if end == high else tiles(groups, end + 1, high)
        if end == high or rest:
            return [group, *rest]
    return []


def bounds(group: str) -> tuple[int, int]:
    """First and last age of a group.

    Examples
    --------
    >>> bounds("25-29")
    (25, 29)
    """
    low, _, high = group.partition("-")
    return int(low), int(high or low)


def _of_status(
    found: Mapping[str, pl.DataFrame], areas: Sequence[str], base: int, words: Sequence[str]
) -> pl.DataFrame:
    """Rows of a labour status, found by how its name begins.

    Raises
    ------
    UnknownCodeError when no status, or more than one, begins so.
    """
    rows = of(found, "official_labour_status", areas, base)
    names = rows["labour_status"].unique().sort().to_list()
    plain = {name: re.sub(r"^(antal|därav|varav)\s+", "", name.casefold().strip(" -")) for name in names}
    fits = [name for name in names if plain[name].startswith(tuple(words))]
    if len(fits) != 1:
        raise UnknownCodeError(
            f"official_labour_status: {len(fits)} statuses begin with {' or '.join(words)}; "
            f"it has {listed(names, most=12)}",
            why="people in work and without it are counted by them",
            todo="see whether the publisher has renamed its statuses, and look for a newer version of this program",
        )
    return rows.filter(pl.col("labour_status") == fits[0])


def _too_many(groups: Sequence[str], held: float, lived: float) -> TableError:
    return TableError(
        f"official_labour_status: {held:,.0f} in the labour force aged {', '.join(groups)}, where {lived:,.0f} live",
        why="somebody is counted twice, or the two tables are of different municipalities or years",
        todo="fetch official_population and official_labour_status again, for the same territory",
    )


def _tiled(rows: pl.DataFrame, spans: Sequence[tuple[int, int]], what: str) -> list[str]:
    """The groups of the first span that they tile."""
    groups = set(rows["age_group"].to_list())
    chosen = next((found for low, high in spans if (found := tiles(groups, low, high))), None)
    if chosen is None:
        raise TableError(
            f"official_labour_status: its ages ({listed(sorted(groups), most=20)}) do not tile those of the {what}",
            why="groups that overlap or leave a gap would count people twice or not at all",
            todo=f"fetch a table with ages {spans[0][0]}-{spans[0][1]}, or with groups that part them",
        )
    return chosen


def _factors(occupations: Sequence[str], column: str) -> dict[str, float]:
    """A stated factor per occupation: the longest prefix decides; 1 where none fits."""
    rows = {row["prefix"]: float(row[column]) for row in given.read("structure/slack").iter_rows(named=True)}
    found = {}
    for occupation in occupations:
        fits = [prefix for prefix in rows if occupation.startswith(prefix)]
        found[occupation] = rows[max(fits, key=len)] if fits else 1.0
    return found


def _vacancy_rates(table: pl.DataFrame | None, areas: Sequence[str], base: int) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Municipality, rate (per 100 employments) and where it is from: county, nation or stated."""
    known: dict[str, tuple[float, int]] = {}
    if table is not None:
        rows = table.filter(pl.col("year") <= base, pl.col("vacancies").is_not_null())
        for (county,), part in rows.group_by("county", maintain_order=True):
            last = part.filter(pl.col("year") == pl.col("year").max())
            known[str(county)] = (float(last["vacancies"].sum()) / last.height, int(last["year"][0]))
    told = []
    for code in areas:
        county = codes.county_of(code)
        where = next((area for area in (county, NATION) if area in known), None)
        if where is None:
            told.append((code, given.parameter("vacancy_rate"), "example.vacancy_rate, stated"))
        else:
            rate, year = known[where]
            told.append((code, rate, f"vacancies per 100 employments of {where}, quarters of {year}"))
    frame = pl.DataFrame(told, schema=["municipality", "rate", "told"], orient="row")
    note = "Vacancies are modelled: the rate of the county's survey x employees, spread over occupations as stated"
    stated = sum(how.endswith("stated") for _, _, how in told)
    more = (f"The rate of vacancies is stated for {stated} municipalities: no survey was there",) if stated else ()
    return frame, (note, *more)


def _deaths(people: pl.DataFrame, death_rate: Floats) -> Floats:
    """Share of the people in each age group who die within the year."""
    ages = people.group_by("sex", "age", maintain_order=True).agg(total("persons")).sort("sex", "age")
    counted = ages["persons"].to_numpy().reshape(2, 101)
    found = []
    for group in AGE_GROUPS:
        low, high = bounds(group)
        lived = counted[:, low : high + 1]
        found.append(float((lived * death_rate[:, low : high + 1]).sum() / max(lived.sum(), 1.0)))
    return np.array(found)
