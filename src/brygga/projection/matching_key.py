"""The matching key: which occupations people with an education work in, and which education an occupation has.

    Pr(o | e, a)   of those with education e in age group a, the share in occupation o; rows sum to 1
    Pr(e | o)      of those in occupation o, the share with education e; rows sum to 1

An education group e is a level and a field (SUN 2020). The statistics have occupation by field and
occupation by level, not both at once. So each occupation and age group gets its table of field x level
by proportional fitting to the two, from the table that the whole population has. Thin rows borrow:
an age group from all ages of the education, an education from its level, an occupation from its major
group, as far as the rows themselves are alike (`proportional.fit_strength`).

Where statistics stop at three digits, a unit group is a share of them, with the share's own
uncertainty (`split_unit_groups`).

Start reading at `fit_matching_key`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from brygga.core.errors import TableError, listed
from brygga.core.grids import Floats, to_array, to_frame
from brygga.core.sums import total
from brygga.projection.ages import bounds
from brygga.projection.head_counts import REST
from brygga.projection.known import known
from brygga.projection.proportional import STRONGEST, fit_margins, fit_strength, lent

UNKNOWN_EDUCATION = ("9", "99", "999", "unknown")
"""Codes of fields and levels that gather people whose education is not known."""
MOST_APART = 0.05
"""How far the two published sums of a cell may be apart, relative, before they are not of the same people."""


@dataclass(frozen=True)
class Counts:
    """People in work by occupation, age group, level and field, and how many had no known code."""

    occupations: list[str]
    age_groups: list[str]
    levels: list[str]
    fields: list[str]
    persons: Floats
    unknown_occupation: float
    unknown_education: float

    @property
    def by_education(self) -> Floats:
        """Education (level by level, its fields in order) x age group x occupation."""
        return np.moveaxis(self.persons, (2, 3), (0, 1)).reshape(-1, *self.persons.shape[:2]).swapaxes(1, 2)


def joint_counts(by_field: pl.DataFrame, by_level: pl.DataFrame, population: pl.DataFrame | None = None) -> Counts:
    """People by occupation, age group, level and field at once, from two tables that each lack one of them.

    Parameters
    ----------
    by_field : occupation, education_field, age_group, persons; other columns (sex) are summed over
    by_level : occupation, education_level, age_group, persons; the same people
    population : education_level, education_field, persons: which fields occur on which level; all alike
        where left out

    Raises
    ------
    TableError when the two tables are not of the same people, or a cell is hidden.
    """
    fields = _known(by_field, "education_field")
    levels = _known(by_level, "education_level")
    occupations = _known(by_field, "occupation")
    ages = sorted(by_field["age_group"].unique().to_list(), key=bounds)
    cells = {"occupation": occupations, "age_group": ages}
    of_field = _summed(by_field, cells | {"education_field": fields}, "occupation_field")
    of_level = _summed(by_level, cells | {"education_level": levels}, "occupation_level")
    _check_same_people(by_field, by_level)
    size = of_field.sum(-1)
    level_share = of_level / np.maximum(of_level.sum(-1, keepdims=True), 1e-300)
    seed = np.ones((len(levels), len(fields)))
    if population is not None:
        seed = _summed(population, {"education_level": levels, "education_field": fields}, "education", absent=0.0)
        seed = seed + seed.sum() * 1e-6 / seed.size
    whole = np.where(of_level.sum(-1) > 0, size, 0.0)
    persons = fit_margins(
        seed, level_share * whole[..., None], of_field * (whole > 0)[..., None], where="occupation x age"
    )
    return Counts(
        occupations,
        ages,
        levels,
        fields,
        persons,
        unknown_occupation=_share(by_field, pl.col("occupation").is_in(REST)),
        unknown_education=_share(by_field, pl.col("education_field").is_in(UNKNOWN_EDUCATION)),
    )


def fit_matching_key(counts: Counts) -> pl.DataFrame:
    """Table `matching_key`: Pr(o | e, age group), rows sum to 1 over known occupations.

    Those whose occupation or education is not known take no part: their share stands in `unknown`.
    """
    by_education = counts.by_education
    levels, fields = counts.levels, counts.fields
    pooled = by_education.sum(1)
    of_level = pooled.reshape(len(levels), len(fields), -1)
    level_prior = _normalised(of_level.sum(1))[:, None, :] + np.zeros_like(of_level)
    everybody = _normalised(pooled.sum(0))
    level_prior = np.where(level_prior.sum(-1, keepdims=True) > 0, level_prior, everybody)
    education, _ = lent(of_level, level_prior, _some(fit_strength(list(of_level))))
    education = education.reshape(pooled.shape)
    shares, sd = lent(by_education, education[:, None], _some(fit_strength(list(by_education))))
    dims = _education_dims(levels, fields) | {"age_group": counts.age_groups, "occupation": counts.occupations}
    shape = (len(levels), len(fields), *shares.shape[1:])
    unknown = 1 - (1 - counts.unknown_occupation) * (1 - counts.unknown_education)
    return _marked(to_frame({"share": shares.reshape(shape), "share_sd": sd.reshape(shape)}, dims), unknown)


def fit_occupation_education(counts: Counts) -> pl.DataFrame:
    """Table `occupation_education`: Pr(e | o), rows sum to 1 over known educations."""
    of_occupation = counts.persons.sum(1).reshape(len(counts.occupations), -1)
    majors = np.array([code[0] for code in counts.occupations])
    blocks = [of_occupation[majors == major] for major in sorted(set(majors))]
    prior = np.vstack([_normalised(of_occupation[majors == major].sum(0)) for major in majors])
    shares, sd = lent(of_occupation, prior, _some(fit_strength(blocks)))
    shape = (len(counts.occupations), len(counts.levels), len(counts.fields))
    dims = {"occupation": counts.occupations} | _education_dims(counts.levels, counts.fields)
    frame = to_frame({"share": shares.reshape(shape), "share_sd": sd.reshape(shape)}, dims)
    return _marked(frame, counts.unknown_education)


def unit_group_shares(unit_groups: pl.DataFrame, *, strength: float) -> pl.DataFrame:
    """What share of its three-digit group each unit group is: occupation, unit_group, share, share_sd.

    Parameters
    ----------
    unit_groups : occupation (four digits), persons, of an area that holds the one asked about (its county, or
        the nation)
    strength : how like areas are, in persons: `projection.unit_group_strength`. Shares of an area vary around
        those of the larger one as if they were drawn with so many persons

    Examples
    --------
    >>> heads = pl.DataFrame({"occupation": ["7221", "7223"], "persons": [25.0, 75.0]})
    >>> unit_group_shares(heads, strength=24.0).select("unit_group", "share").rows()
    [('7221', 0.25), ('7223', 0.75)]
    """
    group = pl.col("occupation").str.head(3)
    share = pl.col("persons") / total("persons").over(group)
    return (
        known(unit_groups.filter(~pl.col("occupation").is_in(REST)), "persons", where="unit groups")
        .filter(pl.col("persons") > 0)
        .with_columns(share=share)
        .select(
            occupation=group,
            unit_group="occupation",
            share="share",
            share_sd=(pl.col("share") * (1 - pl.col("share")) / (strength + 1)).sqrt(),
        )
        .sort("occupation", "unit_group")
    )


def split_unit_groups(people: pl.DataFrame, shares: pl.DataFrame) -> pl.DataFrame:
    """Three-digit numbers as unit groups, each with the uncertainty of the number and of the share.

    Parameters
    ----------
    people : occupation (three digits), persons, sd, and any other columns
    shares : `unit_group_shares`

    Returns
    -------
    The same with four digits, `persons` = number x share, sd^2 = (share sd)^2 + (number share_sd)^2 + (sd share_sd)^2,
    status modelled.

    Raises
    ------
    TableError when an occupation with people has no unit group.

    Examples
    --------
    >>> people = pl.DataFrame({"occupation": ["722"], "persons": [200.0], "sd": [0.0]})
    >>> shares = pl.DataFrame({"occupation": ["722"], "unit_group": ["7223"], "share": [0.5], "share_sd": [0.1]})
    >>> split_unit_groups(people, shares).select("occupation", "persons", "sd").rows()
    [('7223', 100.0, 20.0)]
    """
    known(people, "persons", where="people")
    lost = people.filter(pl.col("persons") > 0).join(shares, on="occupation", how="anti")["occupation"]
    if lost.len():
        raise TableError(
            f"no unit group is known of {listed(lost.unique().sort())}",
            why="their people would vanish",
            todo="give shares of their unit groups, or keep three digits",
        )
    number, sd, share, spread = (pl.col(name) for name in ("persons", "sd", "share", "share_sd"))
    joined = people.join(shares, on="occupation", maintain_order="left")
    variance = (share * sd) ** 2 + (number * spread) ** 2 + (sd * spread) ** 2
    return joined.select(
        pl.col("unit_group").alias("occupation"),
        pl.exclude("occupation", "unit_group", "persons", "sd", "share", "share_sd", "status"),
        persons=number * share,
        sd=variance.sqrt(),
        status=pl.lit("modelled"),
    )


def _known(frame: pl.DataFrame, column: str) -> list[str]:
    rest = REST if column == "occupation" else UNKNOWN_EDUCATION
    return [code for code in frame[column].unique().sort().to_list() if code not in rest]


def _summed(frame: pl.DataFrame, dims: dict[str, list[str]], where: str, absent: float | None = None) -> Floats:
    """Persons over the labels asked for; a hidden cell stays hidden and is an error, not a zero."""
    hidden = pl.col("persons").is_null().any()
    summed = frame.group_by(*dims, maintain_order=True).agg(
        persons=pl.when(hidden).then(None).otherwise(total("persons"))
    )
    return to_array(summed, "persons", dims, absent=absent, where=where)


def _check_same_people(by_field: pl.DataFrame, by_level: pl.DataFrame) -> None:
    """The two tables' sums per occupation, unknown education included, must be about the same."""
    left, right = (f.group_by("occupation", maintain_order=True).agg(total("persons")) for f in (by_field, by_level))
    both = left.join(right, on="occupation", how="full", coalesce=True, suffix="_level").fill_null(0.0)
    apart = both.filter(
        (pl.col("persons") - pl.col("persons_level")).abs()
        > MOST_APART * pl.max_horizontal("persons", "persons_level") + 10
    ).sort("occupation")
    if apart.height:
        first = apart.row(0, named=True)
        raise TableError(
            f"occupation_field and occupation_level differ in {listed(apart['occupation'])}: {first['persons']:g} and "
            f"{first['persons_level']:g} persons in the first",
            why="they must count the same people, once by field and once by level",
            todo="take both for the same year, area and ages",
        )


def _share(frame: pl.DataFrame, which: pl.Expr) -> float:
    return float(frame.select(total(pl.when(which).then("persons").otherwise(0.0)) / total("persons")).item())


def _education_dims(levels: Sequence[str], fields: Sequence[str]) -> dict[str, Sequence[str]]:
    return {"education_level": levels, "education_field": fields}


def _marked(frame: pl.DataFrame, unknown: float) -> pl.DataFrame:
    return frame.filter(pl.col("share") > 0).with_columns(
        unknown=pl.lit(unknown), status=pl.lit("modelled"), source=pl.lit("fitted to occupation by field and by level")
    )


def _normalised(values: Floats) -> Floats:
    size = values.sum(-1, keepdims=True)
    return np.asarray(values / np.where(size > 0, size, 1.0))


def _some(strength: float) -> float:
    """A prior that counts for at least a hundredth of a person, so that an empty row has shares too."""
    return min(max(strength, 0.01), STRONGEST)
