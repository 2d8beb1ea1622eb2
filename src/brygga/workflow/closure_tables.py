"""Closure tables: the arrays of a closure turned into the tables `closure_*`, each number with its interval.

Quantiles are taken over draws, after sums and differences are made in each draw. Groups of less than a person are
left out of the curves; nothing is left out of `closure_persons`.

Start reading at `curves_table`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from brygga.commuting.flows import OUTSIDE
from brygga.core.grids import Floats, to_frame
from brygga.impact.closure import AGE_CLASSES, LAYERS, Posts, Shock, delayed, leaving_by_month
from brygga.impact.curves import STATES, Curves, Labels
from brygga.workflow.closure_hit import lags
from brygga.workflow.closure_inputs import Inputs

QUANTILES = {"p10": 0.1, "p50": 0.5, "p90": 0.9}
SMALLEST = 1.0
"""Persons under which a group has no curve of its own."""

MONTHS_A_YEAR = 12


@dataclass(frozen=True)
class Groups:
    """A grouping of the people hit: a label for each home, occupation and class, and the groups' names."""

    labels: Labels
    names: tuple[str, ...]


def groups_of(inputs: Inputs, leaving: Floats) -> dict[str, Groups]:
    """The groupings that a closure is simulated with; all others are sums of these (`told_by`).

    Parameters
    ----------
    inputs : the region's
    leaving : persons by month, home, occupation and class who lose a post
    """
    homes, occupations = inputs.market.homes, inputs.market.occupations
    people = leaving.sum(0)
    home, occupation, kind = np.indices(people.shape)
    layer, age = np.divmod(kind, len(AGE_CLASSES))
    ages = tuple(AGE_CLASSES)
    of_cell = (home * len(occupations) + occupation) * len(ages) + age
    cells = tuple(f"{h} {o} {a}" for h in homes for o in occupations for a in ages)
    hard = _large(Groups(np.where(layer == 0, of_cell, -1), cells), people)
    return {
        "home_layer": Groups(home * len(LAYERS) + layer, tuple(f"{h} {name}" for h in homes for name in LAYERS)),
        "occupation_age": Groups(
            occupation * len(ages) + age, tuple(f"{name} {group}" for name in occupations for group in ages)
        ),
        "hard": hard,
    }


def told_by(curves: Curves, groups: Mapping[str, Groups]) -> Curves:
    """The curves by every grouping that is told; groups of less than a person are left out."""
    homes, layers = zip(*(name.split(" ") for name in groups["home_layer"].names), strict=True)
    occupations, ages = zip(*(name.split(" ") for name in groups["occupation_age"].names), strict=True)
    by: dict[str, tuple[str, tuple[str, ...]]] = {
        "all": ("home_layer", ("all",) * len(homes)),
        "layer": ("home_layer", layers),
        "home": ("home_layer", homes),
        "occupation": ("occupation_age", occupations),
        "age_group": ("occupation_age", ages),
        "occupation_age": ("occupation_age", groups["occupation_age"].names),
    }
    state: dict[str, dict[str, Floats]] = {name: {} for name in STATES}
    size: dict[str, Floats] = {}
    names: dict[str, tuple[str, ...]] = {}
    for grouping, (fine, labels) in by.items():
        found = tuple(dict.fromkeys(labels))
        adds = np.array([[label == name for name in found] for label in labels], dtype=float)
        persons = curves.size[fine] @ adds
        kept = persons.mean(0) >= SMALLEST if grouping != "all" else np.ones(1, dtype=bool)
        names[grouping] = tuple(name for name, some in zip(found, kept, strict=True) if some)
        size[grouping] = persons[:, kept]
        for name in STATES:
            state[name][grouping] = _summed(curves.state[name][fine], adds[:, kept])
    return replace(curves, state=state, size=size, names=names)


def _summed(persons: Floats, adds: Floats) -> Floats:
    """Persons (draws, months, groups) summed into fewer groups, as one product of matrices."""
    flat = np.ascontiguousarray(persons).reshape(-1, len(adds))
    return np.asarray((flat @ adds).reshape(*persons.shape[:2], -1))


def _large(groups: Groups, people: Floats, *, least: float = SMALLEST / 2) -> Groups:
    """The groups of at least so many persons, numbered anew; the others have no label."""
    inside = groups.labels >= 0
    size = np.bincount(groups.labels[inside], weights=people[inside], minlength=len(groups.names))
    kept = np.flatnonzero(size >= least)
    if not len(kept):
        kept = np.array([int(size.argmax())])
    number = np.full(len(groups.names) + 1, -1)
    number[kept] = np.arange(len(kept))
    return Groups(number[groups.labels].astype(np.int64), tuple(groups.names[place] for place in kept))


def posts_table(inputs: Inputs, shock: Shock, posts: Posts, months: int) -> pl.DataFrame:
    """Table `closure_posts`: posts lost by layer and municipality each month, and by occupation in the last."""
    share = leaving_by_month(shock, months)
    path = np.cumsum([delayed(share, lag) for lag in lags(inputs)], axis=1)
    works = inputs.market.works
    there = posts.mean.sum(2)
    drawn = posts.scale[:, :, None, None] * there[None, :, :, None] * path[None, :, None, :]
    drawn = np.concatenate([drawn, drawn.sum(2, keepdims=True)], axis=2)
    drawn = np.concatenate([drawn, drawn.sum(1, keepdims=True)], axis=1)
    layers, places = (*LAYERS, "all"), (*works, "all")
    dims = {"layer": layers, "municipality": places, "month": list(range(months))}
    monthly = to_frame(_spans(drawn), dims).with_columns(occupation=pl.lit("all"))
    fine = posts.scale[:, :, None, None] * posts.mean[None]
    dims = {"layer": LAYERS, "municipality": works, "occupation": inputs.market.occupations}
    last = to_frame(_spans(fine), dims).with_columns(month=pl.lit(months - 1, pl.Int64)).filter(pl.col("p90") > 0)
    columns = ["layer", "municipality", "occupation", "month", *QUANTILES]
    return _told(pl.concat([monthly.select(columns), last.select(columns)]), shock)


def persons_table(inputs: Inputs, shock: Shock, leaving: Floats) -> pl.DataFrame:
    """Table `closure_persons`: who loses a post, by layer, home, occupation and age class."""
    people = leaving.sum(0)
    shape = (*people.shape[:2], len(LAYERS), len(AGE_CLASSES))
    dims = {
        "home": inputs.market.homes,
        "occupation": inputs.market.occupations,
        "layer": LAYERS,
        "age_group": tuple(AGE_CLASSES),
    }
    frame = to_frame({"persons": people.reshape(shape)}, dims).filter(pl.col("persons") > 0)
    return _told(frame, shock)


def curves_table(shock: Shock, scenario: str, told: Curves) -> pl.DataFrame:
    """Table `closure_curves` of one scenario, from its curves by every grouping (`told_by`)."""
    frames = []
    for grouping, names in told.names.items():
        months = told.state["left"][grouping].shape[1]
        dims = {"month": list(range(months)), "group": names}
        each = told.size[grouping][:, None, :]
        size = np.broadcast_to(each.mean(0), (months, len(names)))
        for state in STATES:
            persons = told.state[state][grouping]
            share = np.divide(persons, each, out=np.full_like(persons, np.nan), where=each > 0)
            shares = {f"share_{name}": array for name, array in _spans(share).items()}
            frame = to_frame({**_spans(persons), **shares, "persons": size}, dims).with_columns(
                pl.col(*shares).fill_nan(None)
            )
            frames.append(frame.with_columns(grouping=pl.lit(grouping), state=pl.lit(state)))
    return _told(pl.concat(frames).with_columns(scenario=pl.lit(scenario)), shock)


def tax_draws(inputs: Inputs, without: Floats, names: Sequence[str], people: Floats) -> Floats:
    """Municipal tax a year lost by home (draws, homes), from persons without work by home and layer.

    Parameters
    ----------
    without : (draws, groups) persons without work, or in a course; names : "home layer" of each group
    people : persons hit by home, occupation and class; their pay is the mean of the occupations of their group
    """
    homes = inputs.market.homes
    by_layer = people.reshape(*people.shape[:2], len(LAYERS), len(AGE_CLASSES)).sum(3)
    whole = by_layer.sum(1)
    pay = np.einsum("hol,o->hl", by_layer, inputs.pay) / np.where(whole > 0, whole, 1.0)
    rate = np.nan_to_num(inputs.tax)
    lost = np.zeros((len(without), len(homes)))
    for column, name in enumerate(names):
        home, layer = name.split(" ")
        row = homes.index(home)
        lost[:, row] += MONTHS_A_YEAR * without[:, column] * pay[row, LAYERS.index(layer)] * rate[row]
    return lost


def tax_table(inputs: Inputs, shock: Shock, scenario: str, month: int, lost: Floats, persons: Floats) -> pl.DataFrame:
    """Table `closure_tax` of one scenario: by residence, those outside left out since their rate is not known."""
    homes = inputs.market.homes
    kept = [place for place, home in enumerate(homes) if home != OUTSIDE and np.isfinite(inputs.tax[place])]
    arrays = {**_spans(lost[:, kept]), "persons": np.median(persons[:, kept], axis=0)}
    frame = to_frame(arrays, {"municipality": [homes[place] for place in kept]})
    return _told(frame.with_columns(scenario=pl.lit(scenario), month=pl.lit(month, pl.Int64)), shock)


def ways_table(inputs: Inputs, shock: Shock, curves: Curves, people: Floats) -> pl.DataFrame:
    """Table `closure_ways`: where those hit find work, by the occupation they come from; the most first."""
    market = inputs.market
    share = people.sum(2).T
    whole = share.sum(1, keepdims=True)
    within = (share / np.where(whole > 0, whole, 1.0)) @ market.travel @ market.vacancies.mean(0)
    dims = {"occupation": market.occupations, "to_occupation": market.occupations}
    arrays = {"strength": market.related, "vacancies": within, "persons": curves.moves}
    frame = to_frame(arrays, dims).filter(pl.col("persons") > 0.005)
    return _told(frame.sort(["persons", *dims], descending=[True, False, False]), shock)


def spans_of(drawn: Floats) -> dict[str, float]:
    """p10, p50 and p90 of a number by draw."""
    return {name: float(np.quantile(drawn, q)) for name, q in QUANTILES.items()}


def _spans(drawn: Floats) -> dict[str, Floats]:
    low, middle, high = np.quantile(drawn, list(QUANTILES.values()), axis=0)
    return {"p10": low, "p50": middle, "p90": high}


def _told(frame: pl.DataFrame, shock: Shock) -> pl.DataFrame:
    return frame.with_columns(shock=pl.lit(shock.key), status=pl.lit("modelled"))
