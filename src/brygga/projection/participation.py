"""Participation: which share of the population is in the labour force, by age, sex and where they live.

    rate[m, s, a] = nation[s, a] + distance of the municipality, drawn to its county and to the nation
    below `PENSION_AGE`   logit rate[t] = logit rate[base] + slope (d + d^2 + ... + d^(t - base))
    from `PENSION_AGE` on rate[a, t]    = rate[a - drift (t - base), base]

The nation's trend is damped: each year it keeps the share d of the year before's. Older people follow another
rule, since their trend is the pension age: a year later they take part as those did who were `drift` years younger.
The drift is an assumption, stated as a parameter and open to a scenario.

Start reading at `participation_rates` and `project_participation`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import polars as pl

from brygga.core.errors import TableError, listed
from brygga.core.grids import Floats, to_array, to_frame
from brygga.core.sums import total
from brygga.projection.ages import bounds, in_order
from brygga.projection.credibility import fit_credibility, shrink
from brygga.projection.known import known

PENSION_AGE = 60
"""From this age on the pension age decides, and the trend of earlier years is not continued."""
NEVER, ALWAYS = 1e-4, 1 - 1e-4
PLACE = ("municipality", "sex", "age_group")


def ages_apart(labour: pl.DataFrame, *, first: int = 16, ends: Sequence[int] = (64, 65, 66)) -> pl.DataFrame:
    """Single ages out of sums that begin at the same age and end one year apart: 16-65 less 16-64 is 65.

    Parameters
    ----------
    labour : age_group, persons, and any columns that name a cell
    first, ends : the sums begin at `first` and end at each of `ends`

    Returns
    -------
    The rows of `labour` without these sums, and one row for each age between two of them, status modelled. A
    hidden sum makes the age unknown, not zero. Where a publisher's noise makes a difference negative it is 0.

    Raises
    ------
    TableError when a sum is smaller than the one inside it and no cell is said to be disturbed.

    Examples
    --------
    >>> sums = pl.DataFrame({"age_group": ["16-64", "16-65"], "persons": [100.0, 103.0]})
    >>> ages_apart(sums).rows()
    [('65', 3.0)]
    """
    named = {end: f"{first}-{end}" for end in sorted(ends)}
    others = [column for column in labour.columns if column not in ("age_group", "persons", "status", "source")]
    key = [column for column in others if column != "disturbed"]
    plain = labour.filter(~pl.col("age_group").is_in(list(named.values())))
    made = []
    for inner, outer in zip(list(named)[:-1], list(named)[1:], strict=True):
        small, large = (labour.filter(age_group=named[end]) for end in (inner, outer))
        if small.is_empty() or large.is_empty():
            continue
        joined = large.join(small.select(*key, less="persons"), on=key, how="inner") if key else _beside(large, small)
        age = str(outer) if outer == inner + 1 else f"{inner + 1}-{outer}"
        apart = joined.with_columns(age_group=pl.lit(age), persons=pl.col("persons") - pl.col("less")).drop("less")
        _check_inside(apart, named[inner], named[outer])
        hidden = pl.col("persons").is_null()
        columns = {"persons": pl.col("persons").clip(lower_bound=0.0)}
        if "status" in labour.columns:
            columns["status"] = pl.when(hidden).then(pl.lit("not_available")).otherwise(pl.lit("modelled"))
        made.append(apart.with_columns(**columns))
    return pl.concat([plain, *made]).select(labour.columns)


def participation_rates(labour: pl.DataFrame, *, in_force: Collection[str]) -> pl.DataFrame:
    """Table `participation`: share in the labour force, drawn to the county and to the nation, in the last year.

    Parameters
    ----------
    labour : municipality, sex, age_group, labour_status, year, persons, with age groups side by side
        (`ages_apart` first where there are sums); several years, since they tell chance from what lasts
    in_force : the labour statuses that are in the labour force: in work or unemployed

    Returns
    -------
    municipality, sex, age_group, year, rate, rate_sd, status. A municipality's cell that is hidden in a year does
    not count that year; hidden in all, it has the rate of its county.

    Raises
    ------
    TableError when no row has one of the statuses in `in_force`.
    """
    unknown = sorted(set(in_force) - set(labour["labour_status"]))
    if unknown:
        raise TableError(
            f"labour_status: {listed(unknown)} in no row",
            why="who is in the labour force would be counted short",
            todo=f"choose among {listed(labour['labour_status'].unique().sort(), 12)}",
        )
    rates = _rates(labour, in_force)
    last = int(rates["year"].max())  # type: ignore[arg-type]
    everybody = labour["municipality"].unique().sort().to_list()
    parts = [_place(rates.filter(sex=sex, age_group=age), last, everybody) for sex, age in _cells(rates)]
    return pl.concat(parts).sort("municipality", "sex", "age_group")


def national_slopes(labour: pl.DataFrame, *, in_force: Collection[str]) -> pl.DataFrame:
    """The nation's yearly change of participation on the logit scale: sex, age_group, slope, slope_sd.

    A straight line by least squares through the years; with two years the step between them, and no sd.
    """
    rates = _rates(labour, in_force)
    nation = (
        rates.group_by("sex", "age_group", "year", maintain_order=True)
        .agg(rate=total(pl.col("rate") * pl.col("weight")) / total("weight"))
        .sort("sex", "age_group", "year")
    )
    rows = []
    for sex, age in _cells(nation):
        path = nation.filter(sex=sex, age_group=age)
        slope, sd = _line(path["year"].to_numpy().astype(np.float64), _logit(path["rate"].to_numpy()))
        rows.append((sex, age, slope, sd))
    schema = {"sex": pl.String, "age_group": pl.String, "slope": pl.Float64, "slope_sd": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def project_participation(
    rates: pl.DataFrame, slopes: pl.DataFrame, *, to: int, damping: float, drift: float
) -> pl.DataFrame:
    """Table `participation` from its year to `to`.

    Parameters
    ----------
    rates : table `participation` of one year
    slopes : `national_slopes`; without a row an age group stays as it is
    to : last year
    damping : share of a year's trend that the next year has, `projection.participation_damping`
    drift : how many years of age the pension age moves in a year, `projection.pension_age_drift`

    Examples
    --------
    >>> rates = pl.DataFrame({"municipality": ["m"] * 2, "sex": ["men"] * 2, "age_group": ["55-59", "60-64"],
    ...     "year": [2024] * 2, "rate": [0.8, 0.6], "rate_sd": [0.01] * 2})
    >>> none = pl.DataFrame(schema={"sex": pl.String, "age_group": pl.String, "slope": pl.Float64})
    >>> path = project_participation(rates, none, to=2025, damping=0.8, drift=0.5)
    >>> path.filter(year=2025)["rate"].round(3).to_list()
    [0.8, 0.62]
    """
    base = int(rates["year"].max())  # type: ignore[arg-type]
    groups = in_order(rates["age_group"].unique().to_list())
    dims = {
        "municipality": rates["municipality"].unique().sort().to_list(),
        "sex": rates["sex"].unique().sort().to_list(),
        "age_group": groups,
    }
    years = range(base, to + 1)
    start = to_array(rates, "rate", dims, where="participation.rate")
    spread = to_array(rates, "rate_sd", dims, where="participation.rate_sd")
    slope = to_array(slopes, "slope", {name: dims[name] for name in ("sex", "age_group")}, absent=0.0)
    path = np.stack([_after(start, slope, groups, year - base, damping, drift) for year in years], -1)
    arrays = {"rate": path, "rate_sd": np.repeat(spread[..., None], len(years), -1)}
    return to_frame(arrays, dims | {"year": years}).with_columns(status=pl.lit("modelled"))


def labour_force(population: pl.DataFrame, participation: pl.DataFrame) -> pl.DataFrame:
    """People in the labour force: the columns of `population` with persons x rate.

    Parameters
    ----------
    population : municipality, sex, age_group, year, persons, and any other column (draw)
    participation : table `participation`

    Raises
    ------
    TableError when people have no rate.
    """
    key = [*PLACE, "year"]
    known(population, "persons", where="population")
    joined = population.join(participation.select(*key, "rate"), on=key, how="left", maintain_order="left")
    lost = joined.filter(pl.col("rate").is_null() & (pl.col("persons") > 0))
    if lost.height:
        row = lost.row(0, named=True)
        raise TableError(
            f"participation has no rate for {lost.height} populated cell(s), first {row['municipality']}, "
            f"{row['sex']}, {row['age_group']} in {row['year']}",
            why="a missing rate is not zero",
            todo="project the rates to the last year, with the age groups of the population",
        )
    return joined.with_columns(pl.col("persons") * pl.col("rate")).drop("rate")


def _rates(labour: pl.DataFrame, in_force: Collection[str]) -> pl.DataFrame:
    """municipality, sex, age_group, year, rate, weight; cells with a hidden part are left out."""
    inside = pl.when(pl.col("labour_status").is_in(list(in_force))).then("persons").otherwise(0.0)
    cells = labour.group_by(*PLACE, "year", maintain_order=True).agg(
        inside=total(inside), weight=total("persons"), hidden=pl.col("persons").is_null().any()
    )
    counted = cells.filter(~pl.col("hidden"), pl.col("weight") > 0)
    return counted.select(*PLACE, "year", "weight", rate=pl.col("inside") / pl.col("weight")).sort(*PLACE, "year")


def _cells(rates: pl.DataFrame) -> list[tuple[str, str]]:
    return rates.select("sex", "age_group").unique().sort("sex", "age_group").rows()


def _place(rates: pl.DataFrame, last: int, everybody: Sequence[str]) -> pl.DataFrame:
    """The rows of one sex and age group: the nation's rate of the last year and each municipality's distance."""
    nation = total(pl.col("rate") * pl.col("weight")).over("year") / total("weight").over("year")
    far = rates.with_columns(nation=nation)
    now = far.filter(pl.col("year") == pl.col("year").max())["nation"][0]
    observed = far.select(
        cell="municipality",
        group=pl.col("municipality").str.head(2),
        value=pl.col("rate") - pl.col("nation"),
        weight="weight",
    )
    again = observed["cell"].is_duplicated().any()
    chance = None if again else float(now * (1 - now))
    fitted = fit_credibility(observed, within=chance)
    drawn = shrink(observed, fitted)
    unseen = (fitted.between + fitted.across) ** 0.5
    counties = drawn.group_by("group", maintain_order=True).agg(county=pl.col("value").mean())
    places = pl.DataFrame({"cell": everybody}).with_columns(group=pl.col("cell").str.head(2))
    every = places.join(drawn.drop("group"), on="cell", how="left").join(counties, on="group", how="left")
    value = pl.coalesce("value", "county", pl.lit(0.0))
    return every.select(
        municipality="cell",
        sex=pl.lit(rates["sex"][0]),
        age_group=pl.lit(rates["age_group"][0]),
        year=pl.lit(last, pl.Int64),
        rate=(now + value).clip(0.0, 1.0),
        rate_sd=pl.col("sd").fill_null(unseen),
        status=pl.lit("modelled"),
    )


def _after(start: Floats, slope: Floats, groups: Sequence[str], years: int, damping: float, drift: float) -> Floats:
    steps = sum(damping**k for k in range(1, years + 1))
    moved = 1 / (1 + np.exp(-(_logit(start) + slope * steps)))
    moved = np.where((start > 0) & (start < 1), moved, start)
    middle = np.array([sum(bounds(group)) / 2 for group in groups])
    old = np.array([bounds(group)[0] >= PENSION_AGE for group in groups])
    at = middle - drift * years
    left = np.clip(np.searchsorted(middle, at, side="right") - 1, 0, max(len(groups) - 2, 0))
    right = np.minimum(left + 1, len(groups) - 1)
    width = np.where(right > left, middle[right] - middle[left], 1.0)
    part = np.clip((at - middle[left]) / width, 0.0, 1.0)
    younger = start[..., left] * (1 - part) + start[..., right] * part
    return np.asarray(np.where(old, younger, moved))


def _line(years: Floats, values: Floats) -> tuple[float, float | None]:
    if len(years) < 2:
        return 0.0, None
    far = years - years.mean()
    slope = float((far * values).sum() / (far**2).sum())
    if len(years) < 3:
        return slope, None
    left = values - values.mean() - slope * far
    return slope, float(np.sqrt((left**2).sum() / (len(years) - 2) / (far**2).sum()))


def _logit(rate: Floats) -> Floats:
    inside = np.clip(rate, NEVER, ALWAYS)
    return np.asarray(np.log(inside / (1 - inside)))


def _beside(large: pl.DataFrame, small: pl.DataFrame) -> pl.DataFrame:
    return large.with_columns(less=small["persons"])


def _check_inside(apart: pl.DataFrame, small: str, large: str) -> None:
    below = pl.col("persons") < 0
    wrong = apart.filter(below & ~pl.col("disturbed")) if "disturbed" in apart.columns else apart.filter(below)
    if wrong.height:
        row = wrong.drop("persons", "age_group").row(0, named=True)
        where = ", ".join(str(value) for value in row.values() if value is not None) or "the only one"
        raise TableError(
            f"age_group: {large} has fewer people than {small} in {wrong.height} cell(s), first {where}",
            why="the second is a part of the first",
            todo="take both from the same table and day; cells that the publisher disturbed say so in `disturbed`",
        )
