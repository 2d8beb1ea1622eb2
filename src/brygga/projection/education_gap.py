"""The gap by education group: the same posts and the same people as by occupation, seen by what they are trained for.

    demand[e, m] = sum over o of (in work[o, m] + unfilled within reach[o, m]) Pr(e | o, m)
    supply[e, m] = sum over o of people[o, m] Pr(e | o, m) in the base year, then x growth[e, m],
                   scaled so that all educations together are the people of the municipality
    gap          = demand - supply

m is the municipality of residence. Unfilled posts stand at workplaces and are seen from the homes of those who
work there. So in every draw the gaps of all educations and municipalities of a region sum to its unfilled posts
less its people without work: exactly the gap by occupation. The two are views of the same people and are never added.

`growth` is the stock of people in working life by education, carried forward (`education.project_education`).

Start reading at `education_draws`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from brygga.core.errors import TableError, listed
from brygga.core.grids import Floats, to_array, to_frame
from brygga.core.sums import total
from brygga.projection.proportional import fit_margins
from brygga.projection.quantiles import LEVELS

EVERYWHERE = "all"
"""The municipality of rows that stand for the whole region: summed in every draw, and only then a quantile."""
SLASH = "/"
TOGETHER = 50
"""Draws computed together: few enough to fit in memory."""


def label(level: str = "education_level", field: str = "education_field") -> pl.Expr:
    """An education group as one text, level/field.

    Examples
    --------
    >>> pl.DataFrame({"education_level": ["3"], "education_field": ["5"]}).select(label())["education"].item()
    '3/5'
    """
    return pl.concat_str(level, field, separator=SLASH).alias("education")


def parts(column: str = "education") -> pl.Expr:
    """Level and field of a label, as a structure of two columns called `parts`.

    Examples
    --------
    >>> pl.DataFrame({"education": ["3/5"]}).select(parts()).unnest("parts").rows()
    [('3', '5')]
    """
    split = pl.col(column).str.split_exact(SLASH, 1)
    return split.struct.rename_fields(["education_level", "education_field"]).alias("parts")


def local_key(key: pl.DataFrame, residents: pl.DataFrame, stock: pl.DataFrame) -> pl.DataFrame:
    """Pr(e | o) in each municipality: municipality, education, occupation, share.

    The nation's key makes a municipality as educated as its occupations. Where its education stock says that it
    is more or less so than the region, all its occupations are tilted until its levels come out.

    Parameters
    ----------
    key : table `occupation_education`
    residents : municipality, occupation, persons: who lives there, by occupation
    stock : table `education_stock` of one year; without rows nothing is tilted

    Raises
    ------
    TableError when an occupation with people has no education, or the shares of one do not sum to 1.
    """
    labelled = key.with_columns(label())
    municipalities, occupations = (residents[name].unique().sort().to_list() for name in ("municipality", "occupation"))
    _check_key(labelled, occupations)
    educations = labelled["education"].unique().sort().to_list()
    share = to_array(labelled, "share", {"occupation": occupations, "education": educations}, absent=0.0)
    people = to_array(residents, "persons", {"municipality": municipalities, "occupation": occupations}, absent=0.0)
    weight = np.where(people.sum(1, keepdims=True) > 0, people, 1.0)
    seed = weight[..., None] * share
    plain = seed.sum(1)
    wanted = plain * _tilt(stock, plain, municipalities, educations)
    wanted *= plain.sum(1, keepdims=True) / wanted.sum(1, keepdims=True)
    fitted = fit_margins(seed, weight, wanted, tolerance=1e-7, rounds=500, where="occupation x education")
    size = fitted.sum(-1, keepdims=True)
    shares = np.where(size > 0, fitted / np.where(size > 0, size, 1.0), share)
    dims = {"municipality": municipalities, "occupation": occupations, "education": educations}
    return to_frame({"share": shares}, dims)


def education_of(people: pl.DataFrame, key: pl.DataFrame, ages: pl.DataFrame) -> pl.DataFrame:
    """People by occupation as people by education and age: municipality, education, age_group, persons.

    Parameters
    ----------
    people : municipality, occupation, persons
    key : `local_key`
    ages : table `employed_age`; the educations of an occupation have its ages
    """
    occupations = people["occupation"].unique().sort().to_list()
    municipalities = people["municipality"].unique().sort().to_list()
    educations = key["education"].unique().sort().to_list()
    groups = ages["age_group"].unique().sort().to_list()
    persons = to_array(people, "persons", {"municipality": municipalities, "occupation": occupations}, absent=0.0)
    profile = to_array(ages, "share", {"occupation": occupations, "age_group": groups}, where="employed_age")
    share = _key_array(key, municipalities, occupations, educations)
    made = np.einsum("mo,moe,oa->mea", persons, share, profile, optimize=True)
    dims = {"municipality": municipalities, "education": educations, "age_group": groups}
    return to_frame({"persons": made}, dims)


@dataclass(frozen=True)
class EducationDraws:
    """Demand and supply by education and municipality of residence: municipality x education x year x draw."""

    dims: dict[str, list[Any]]
    demand: Floats
    supply: Floats

    @property
    def frame(self) -> pl.DataFrame:
        """One row a cell and draw: municipality, education, year, draw, demand, supply."""
        return to_frame({"demand": self.demand, "supply": self.supply}, self.dims)


def education_draws(
    gap_draws: pl.DataFrame, key: pl.DataFrame, homes: pl.DataFrame, growth: pl.DataFrame, choice: pl.DataFrame
) -> EducationDraws:
    """Demand and supply by education and municipality of residence in every draw.

    Parameters
    ----------
    gap_draws : table `gap_draws`
    key : `local_key`
    homes : home, work, share: where within the region those live who would fill the posts of a workplace; the
        shares of a workplace sum to 1
    growth : municipality, education, year, factor: people in working life with the education, against the base year
    choice : education, year, draw, factor: how far the choice of education may be off, the same everywhere

    Returns
    -------
    Summed over educations and municipalities, demand less supply is unfilled posts less people without work in
    every draw and year.
    """
    numbers = gap_draws["draw"].unique().sort().to_list()
    chunks = [numbers[first : first + TOGETHER] for first in range(0, len(numbers), TOGETHER)]
    inside = [pl.col("draw").is_between(chunk[0], chunk[-1]) for chunk in chunks]
    parts = [_some_draws(gap_draws.filter(some), key, homes, growth, choice.filter(some)) for some in inside]
    demand, supply = (np.concatenate([getattr(part, name) for part in parts], -1) for name in ("demand", "supply"))
    return EducationDraws(parts[0].dims | {"draw": numbers}, demand, supply)


def education_spans(draws: EducationDraws) -> pl.DataFrame:
    """Table `education_gap`: demand, supply and gap with their intervals, municipalities and the whole region.

    `naive` is the mean of the base year, as if nothing changed.
    """
    cells = {name: labels for name, labels in draws.dims.items() if name != "draw"}
    cells["municipality"] = [*cells["municipality"], EVERYWHERE]
    measures = {"demand": draws.demand, "gap": draws.demand - draws.supply, "supply": draws.supply}
    found = []
    for measure, persons in measures.items():
        whole = np.concatenate([persons, persons.sum(0, keepdims=True)])
        spans = dict(zip(LEVELS, np.quantile(whole, [*LEVELS.values()], -1), strict=True))
        naive = whole[:, :, :1].mean(-1)
        found.append(to_frame(spans | {"naive": naive}, cells).with_columns(measure=pl.lit(measure)))
    return (
        pl.concat(found)
        .sort("municipality", "education", "measure", "year")
        .with_columns(parts(), status=pl.lit("modelled"))
        .unnest("parts")
    )


def by_education(flow: pl.DataFrame, key: pl.DataFrame, value: str) -> tuple[dict[str, list[Any]], Floats]:
    """A flow by occupation as a flow by education: labels, and municipality x education x year x draw.

    Parameters
    ----------
    flow : municipality, occupation, year, draw and column `value`
    key : `local_key`
    """
    dims = _labels(flow, ("municipality", "occupation", "year", "draw"))
    educations = key["education"].unique().sort().to_list()
    share = _key_array(key, dims["municipality"], dims["occupation"], educations)
    made = np.einsum("motd,moe->metd", to_array(flow, value, dims, where=value), share, optimize=True)
    names = {"municipality": dims["municipality"], "education": educations, "year": dims["year"], "draw": dims["draw"]}
    return names, made


def _some_draws(
    gap_draws: pl.DataFrame, key: pl.DataFrame, homes: pl.DataFrame, growth: pl.DataFrame, choice: pl.DataFrame
) -> EducationDraws:
    dims = _labels(gap_draws, ("municipality", "occupation", "year", "draw"))
    municipalities, years, numbers = dims["municipality"], dims["year"], dims["draw"]
    educations = key["education"].unique().sort().to_list()
    people, idle, unfilled = (to_array(gap_draws, name, dims) for name in ("supply", "without_work", "unfilled"))
    living = to_array(homes, "share", {"home": municipalities, "work": municipalities}, absent=0.0)
    _check_homes(living, municipalities)
    share = _key_array(key, municipalities, dims["occupation"], educations)
    made = {"municipality": municipalities, "education": educations, "year": years, "draw": numbers}
    path = to_array(growth, "factor", {name: made[name] for name in ("municipality", "education", "year")})
    chosen = to_array(choice, "factor", {name: made[name] for name in ("education", "year", "draw")})
    seen = people - idle + np.einsum("hw,wotd->hotd", living, unfilled, optimize=True)
    demand = np.einsum("motd,moe->metd", seen, share, optimize=True)
    base = np.einsum("mod,moe->med", people[:, :, 0], share, optimize=True)
    grown = base[:, :, None] * path[..., None] * chosen
    size = grown.sum(1, keepdims=True)
    return EducationDraws(made, demand, grown / np.where(size > 0, size, 1.0) * people.sum(1)[:, None])


def _labels(frame: pl.DataFrame, names: Sequence[str]) -> dict[str, list[Any]]:
    return {name: frame[name].unique().sort().to_list() for name in names}


def _key_array(
    key: pl.DataFrame, municipalities: Sequence[str], occupations: Sequence[str], educations: Sequence[str]
) -> Floats:
    dims = {"municipality": municipalities, "occupation": occupations, "education": educations}
    return to_array(key, "share", dims, where="matching key")


def _tilt(stock: pl.DataFrame, plain: Floats, municipalities: Sequence[str], educations: Sequence[str]) -> Floats:
    """How much more of each level a municipality has than the region: municipality x education, 1 where unknown."""
    levels = sorted({education.partition(SLASH)[0] for education in educations})
    known = stock.filter(pl.col("municipality").is_in(municipalities), pl.col("education_level").is_in(levels))
    if known.is_empty():
        return np.ones_like(plain)
    hidden = pl.col("persons").is_null().any()
    sums = known.group_by("municipality", "education_level", maintain_order=True).agg(
        persons=pl.when(hidden).then(None).otherwise(total("persons"))
    )
    dims = {"municipality": municipalities, "education_level": levels}
    persons = to_array(sums, "persons", dims, absent=0.0, where="education_stock")
    size = persons.sum(1, keepdims=True)
    everywhere = persons.sum(0) / persons.sum()
    here = np.where(size > 0, persons / np.where(size > 0, size, 1.0), everywhere)
    more = np.where((everywhere > 0) & (here > 0), here / np.where(everywhere > 0, everywhere, 1.0), 1.0)
    return np.asarray(more[:, [levels.index(education.partition(SLASH)[0]) for education in educations]])


def _check_key(key: pl.DataFrame, occupations: Sequence[str]) -> None:
    lost = sorted(set(occupations) - set(key["occupation"]))
    if lost:
        raise TableError(
            f"occupation_education.occupation: no row for {listed(lost)}",
            why="people live in the region who have these occupations, and they have some education",
            todo="add their shares by level, which sum to 1",
        )
    sums = key.group_by("occupation", maintain_order=True).agg(total("share")).sort("occupation")
    wrong = sums.filter((pl.col("share") - 1).abs() > 1e-6)
    if wrong.height:
        row = wrong.row(0, named=True)
        raise TableError(
            f"occupation_education.share: {listed(wrong['occupation'])} do not sum to 1, {row['occupation']} to "
            f"{row['share']:.4g}",
            why="everybody in an occupation has one highest education",
            todo="correct the shares, or add the education that is missing",
        )


def _check_homes(living: Floats, municipalities: Sequence[str]) -> None:
    wrong = [m for m, size in zip(municipalities, living.sum(0), strict=True) if abs(size - 1) > 1e-6]
    if wrong:
        raise TableError(
            f"homes: the shares of workplace {listed(wrong)} do not sum to 1",
            why="a post would be seen from more or fewer homes than one",
            todo="give shares of the homes within the region",
        )
