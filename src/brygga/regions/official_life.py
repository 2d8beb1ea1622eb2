"""How much of each age is in working life in an official region, and how much of it leaves for good each year.

    participation = (employed + unemployed) / population, counted
    final exits     from how participation falls from one age group to the next, and the nation's deaths:
                    a working-life table of one year

Start reading at `working_life`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from brygga.core.errors import TableError, UnknownCodeError, listed
from brygga.core.grids import Floats
from brygga.core.sums import total
from brygga.regions.official_ages import AGE_GROUPS, bounds, tiles, width
from brygga.regions.official_cells import added, of, sources
from brygga.regions.sydost import given

EMPLOYED, UNEMPLOYED = ("sysselsatt", "förvärvsarb"), ("arbetslös",)
"""How the publisher's words for the two statuses begin."""

AFTER = "70-74"
STEP = 5.0
MOST_ACTIVE = 1.02
"""Labour force over population above which the two cannot be of the same people; rounding and noise stay below."""


def working_life(
    found: Mapping[str, pl.DataFrame], people: pl.DataFrame, death_rate: Floats, areas: Sequence[str], base: int
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Table `working_life` of the region as a whole, and what must be said of it.

    Parameters
    ----------
    people : table `population` of the base year
    death_rate : sex x age
    """
    active = pl.concat(of_status(found, areas, base, words) for words in (EMPLOYED, UNEMPLOYED))
    shares, spread, lacking = participation(active, people)
    exits = final_exits(np.array([shares[group] for group in AGE_GROUPS]), shares.get(AFTER))
    exits = np.clip(exits + _deaths(people, death_rate), 0, 1)
    source = f"{sources(active)}: participation counted; final exits from its fall with age, and national deaths"
    known = [shares[group] for group in AGE_GROUPS]
    frame = pl.DataFrame({"age_group": AGE_GROUPS, "participation": known, "exit_rate": exits.round(6)})
    notes = ["Final exits from working life are modelled from how participation falls with age in one year"]
    notes += [f"Participation of {listed(spread)} is a wider group's, spread by the stated profile"] if spread else []
    notes += [f"Participation of {listed(lacking)} is stated: the table does not tell it"] if lacking else []
    return frame.with_columns(status=pl.lit("modelled"), source=pl.lit(source)), tuple(notes)


def participation(active: pl.DataFrame, people: pl.DataFrame) -> tuple[dict[str, float], list[str], list[str]]:
    """Labour force over population per age group, and the group after the last where it is told.

    A group that published groups do not tile takes part in the narrowest wider one, by the stated profile scaled to
    that one's participation; without a wider one the stated participation holds.

    Parameters
    ----------
    active : rows of the employed and the unemployed
    people : table `population` of the same year

    Returns
    -------
    participation per age group; the groups that were spread from wider ones; those that are stated
    """
    published = sorted(set(active["age_group"].to_list()), key=lambda group: (width(group), group))
    stated = dict(given.read("structure/working_life").select("age_group", "participation").iter_rows())
    shares: dict[str, float] = {}
    spread, lacking = [], []
    for group in (*AGE_GROUPS, AFTER):
        low, high = bounds(group)
        groups = tiles(published, low, high) or (tiles(published, 15, high) if low == 16 else [])
        wider = [one for one in published if bounds(one)[0] <= low and high <= bounds(one)[1]]
        if groups:
            shares[group] = _share(active, people, groups)
        elif group in stated and wider:
            first, last = bounds(wider[0])
            inside = [one for one in AGE_GROUPS if first <= bounds(one)[0] and bounds(one)[1] <= last]
            heads = np.array([_living(people, *bounds(one)) for one in inside])
            mean = float((heads * [stated[one] for one in inside]).sum() / heads.sum())
            shares[group] = min(stated[group] * _share(active, people, wider[:1]) / mean, 1.0)
            spread.append(group)
        elif group in stated:
            shares[group] = stated[group]
            lacking.append(group)
    return shares, spread, lacking


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


def of_status(found: Mapping[str, pl.DataFrame], areas: Sequence[str], base: int, words: Sequence[str]) -> pl.DataFrame:
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


def _share(active: pl.DataFrame, people: pl.DataFrame, groups: Sequence[str]) -> float:
    held = float(added(active.filter(pl.col("age_group").is_in(list(groups))), [])["persons"].sum())
    lived = sum(_living(people, *bounds(group)) for group in groups)
    if held > MOST_ACTIVE * lived:
        raise _too_many(groups, held, lived)
    return min(held / lived, 1.0) if lived else 0.0


def _living(people: pl.DataFrame, low: int, high: int) -> float:
    return float(people.filter(pl.col("age").is_between(low, high))["persons"].sum())


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


def _too_many(groups: Sequence[str], held: float, lived: float) -> TableError:
    return TableError(
        f"official_labour_status: {held:,.0f} in the labour force aged {', '.join(groups)}, where {lived:,.0f} live",
        why="somebody is counted twice, or the two tables are of different municipalities or years",
        todo="fetch official_population and official_labour_status again, for the same territory",
    )
