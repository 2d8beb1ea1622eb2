"""Head counts by age in successive years: the same people a year later, and how old an occupation is.

Ages inside a group are read off a curve through the groups (`ages.single_ages`), so that people are
followed from one year to the next although their age groups are five years wide.

Start reading at `net_rates`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise

import numpy as np
import polars as pl

from brygga.core.errors import TableError
from brygga.core.grids import to_array, to_frame
from brygga.core.sums import total
from brygga.projection.ages import bounds, in_order, single_ages

REFERENCE = (40, 54)
"""Ages that an occupation's growth and changes of coding are read from."""
REST = ("000", "0000", "0002", "002", "999", "9999", "unknown")
"""Codes that gather people whose occupation is not known; they belong to no occupation."""
KEY = ("occupation", "age_group", "year")


def net_rates(history: pl.DataFrame, *, breaks: Collection[int] = ()) -> pl.DataFrame:
    """What is missing a year later of those in an age group: occupation, age_group, year, persons, net, reference.

    `persons` at the end of `year`, `net` the share of them that is not there a year later, `reference` the
    same of those aged 40-54. Of the oldest group that was counted, the last age would be too old to be found a
    year later: only the others are followed, and `whole` is false.
    """
    known = _counted(history)
    years = sorted(known["year"].unique())
    steps = [(a, b) for a, b in pairwise(years) if b == a + 1 and b not in breaks]
    found = [_step(known, before, after) for before, after in steps]
    if not found:
        return pl.DataFrame(
            schema=dict.fromkeys(("occupation", "age_group"), pl.String)
            | {"year": pl.Int64}
            | dict.fromkeys(("persons", "net", "reference"), pl.Float64)
            | {"whole": pl.Boolean}
        )
    return pl.concat(found).sort(KEY)


def share_of_ages(employed: pl.DataFrame, *, first: int, last: int) -> pl.DataFrame:
    """Share of each occupation's people in the age groups from `first` to `last`: occupation, year, share.

    Where a cell of an occupation is hidden its share is not known, and empty.

    Examples
    --------
    >>> heads = pl.DataFrame({"occupation": ["7233"] * 2, "age_group": ["50-54", "55-59"], "year": [2024] * 2,
    ...     "persons": [75.0, 25.0]})
    >>> share_of_ages(heads, first=55, last=69).rows()
    [('7233', 2024, 0.25)]
    """
    groups = employed["age_group"].unique().sort().to_list()
    inside = [group for group in groups if first <= bounds(group)[0] and bounds(group)[1] <= last]
    part = pl.when(pl.col("age_group").is_in(inside)).then("persons").otherwise(0.0)
    return (
        employed.group_by("occupation", "year", maintain_order=True)
        .agg(share=pl.when(pl.col("persons").is_null().any()).then(None).otherwise(total(part) / total("persons")))
        .sort("occupation", "year")
    )


def growing_out(history: pl.DataFrame) -> pl.DataFrame:
    """Share of an age group's people who are in its last age and so grow out of it in a year, per occupation.

    One in five is too many where a group thins out with age: of those in work aged 65-69, one in eight is 69.

    Parameters
    ----------
    history : occupation, age_group, year, persons, as in `exit_rates`; the last year is read

    Returns
    -------
    occupation, age_group, share. Occupations with a hidden cell are left out.
    """
    known = _counted(history.filter(pl.col("year") == pl.col("year").max()))
    groups = in_order(known["age_group"].unique().to_list(), where="employed_age.age_group")
    whole = known.group_by("occupation", maintain_order=True).agg(
        full=pl.col("persons").is_not_null().all() & (pl.len() == len(groups))
    )
    occupations = whole.filter("full")["occupation"].sort().to_list()
    dims = {"occupation": occupations, "age_group": groups}
    people = to_array(known.drop_nulls("persons"), "persons", dims, where="employed_age.persons")
    ages, single = single_ages(people, groups)
    last = single[:, [bounds(group)[1] - ages[0] for group in groups]]
    share = np.divide(last, people, out=np.zeros_like(people), where=people > 0)
    return to_frame({"share": share}, dims)


def _counted(history: pl.DataFrame) -> pl.DataFrame:
    """Cells of known occupations in age groups that were counted that year; hidden ones stay empty."""
    known = history.filter(~pl.col("occupation").is_in(REST))
    anybody = total("persons").over("age_group", "year")
    hidden = pl.col("persons").is_null().any().over("age_group", "year")
    return known.filter((anybody > 0) | hidden).select(*KEY, pl.col("persons").cast(pl.Float64))


def _step(known: pl.DataFrame, before: int, after: int) -> pl.DataFrame:
    """Those of one year looked for in the next."""
    both = known.filter(pl.col("year").is_in([before, after]))
    groups = in_order(both.filter(year=before)["age_group"].unique().to_list(), where="employed_age.age_group")
    if set(groups) != set(both.filter(year=after)["age_group"]):
        raise TableError(
            f"employed_age.year: {before} and {after} count different age groups",
            why="some would seem to leave or come who were only not counted",
            todo=f"name {after} as a break, or leave out the age groups that one of them lacks",
        )
    whole = both.group_by("occupation", maintain_order=True).agg(
        full=pl.col("persons").is_not_null().all() & (pl.len() == 2 * len(groups))
    )
    occupations = whole.filter("full")["occupation"].sort().to_list()
    dims = {"occupation": occupations, "age_group": groups}
    then, now = (
        to_array(both.filter(year=year).drop_nulls("persons"), "persons", dims, where="employed_age.persons")
        for year in (before, after)
    )
    ages, old = single_ages(then, groups)
    _, new = single_ages(now, groups)
    reference = _missing(old, new, ages, *REFERENCE)[1]
    found = []
    for group in groups:
        low, high = bounds(group)
        persons, net = _missing(old, new, ages, low, min(high, ages[-1] - 1))
        column = {"occupation": occupations, "persons": persons, "net": net, "reference": reference}
        label = {"age_group": pl.lit(group), "year": pl.lit(before, pl.Int64), "whole": pl.lit(high < ages[-1])}
        found.append(pl.DataFrame(column).with_columns(**label))
    return pl.concat(found).select(*KEY, "persons", "net", "reference", "whole")


def _missing(
    old: np.ndarray, new: np.ndarray, ages: Sequence[int], low: int, high: int
) -> tuple[np.ndarray, np.ndarray]:
    """People aged low to high, and the share of them that is not there a year later."""
    first, last = max(low, ages[0]) - ages[0], high - ages[0] + 1
    then, now = old[:, first:last].sum(1), new[:, first + 1 : last + 1].sum(1)
    return then, 1 - np.divide(now, then, out=np.ones_like(then), where=then > 0)
