"""Supply: people in and out of work per occupation, by where they live.

The base year's people (employed residents and unemployed) of an occupation are spread over age
by its national profile. Each year, in every municipality and age group

1. people leave working life for good, at the age group's exit rate;
2. one in five of those who stay grow into the next age group, part of them with a change of
   occupation: `career` says how much of the difference between the occupations of two age groups
   is a career that the next generation will follow too, and how much the generation itself;
3. the young enter, spread over occupations as those aged 25-34 are today;
4. the labour force of the age group is brought to what the population calls for: its base, plus
   the change of the population times participation. This is where people move in and out.

Changes of occupation sum to zero over occupations. Those aged 16-24 follow the population.

Start reading at `project_supply`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from brygga.core.grids import Floats, to_array, to_frame
from brygga.projection.demand import Axes
from brygga.projection.uncertainty import Draws

AGE_GROUPS = ("16-24", "25-29", "30-34", "35-39", "40-44", "45-49", "50-54", "55-59", "60-64", "65-69")
SUPPLY_PARTS = ("employed_residents", "unemployed", "retirements", "entrants", "movers", "running_classes")
YOUNG, ADULT, OLD = 0, 1, 7
WIDTH = 5.0


@dataclass(frozen=True)
class WorkingLife:
    """Per age group: participation and exit rate; `career` as the module says; `floor` persons a cell at least."""

    participation: Floats
    exit_rate: Floats
    career: float
    floor: float


@dataclass(frozen=True)
class Start:
    """The base year.

    people : municipality x occupation x age group x draw, in work and without
    population : municipality x age group x year x draw
    force : what the labour force is to be, municipality x age group x year x draw
    """

    people: Floats
    employed: Floats
    unemployed: Floats
    population: Floats
    force: Floats


def working_life(table: pl.DataFrame, *, career: float, floor: float) -> WorkingLife:
    """Table `working_life` as arrays."""
    dims = {"age_group": AGE_GROUPS}
    participation, exit_rate = (
        to_array(table, column, dims, where=f"working_life.{column}") for column in ("participation", "exit_rate")
    )
    return WorkingLife(participation, exit_rate, career, floor)


def project_supply(
    employed_residents: pl.DataFrame,
    unemployed: pl.DataFrame,
    employed_age: pl.DataFrame,
    bands: pl.DataFrame,
    classes: pl.DataFrame,
    *,
    life: WorkingLife,
    axes: Axes,
    draws: Draws,
) -> pl.DataFrame:
    """People per municipality of residence, occupation, year and draw, in the parts they come from.

    Parameters
    ----------
    employed_residents : municipality, occupation, persons in the base year
    unemployed : table `unemployed` of the base year; no row means counted and none
    employed_age : table `employed_age`
    bands : municipality, age_group, year, draw, persons (`project_bands`)
    classes : `class_flows`
    life : participation, exits and careers
    axes : labels; the first year is the base
    draws : which draws to compute, and how large their shocks are

    Returns
    -------
    municipality, occupation, year, draw, one column a part, which add up to the supply, and
    `leavers`: persons who left working life during the year (a flow, no part of the sum).
    """
    start = _start(employed_residents, unemployed, employed_age, bands, life, axes, draws)
    flows = _lives(start, life, axes, draws)
    taken, running = (
        to_array(classes, name, axes.cells | {"year": axes.years}, absent=0.0)[..., None]
        for name in ("taken_out", "running")
    )
    parts = {name: np.stack(flows[name], 2).cumsum(2) for name in ("retirements", "entrants", "movers")}
    parts["employed_residents"] = start.employed[:, :, None, None]
    parts["unemployed"] = start.unemployed[:, :, None, :]
    parts["entrants"] = parts["entrants"] - taken
    parts["running_classes"] = running
    parts["movers"] = parts["movers"] + np.maximum(life.floor - sum(parts.values()), 0.0)
    parts["leavers"] = np.stack(flows["leavers"], 2)
    dims = axes.cells | {"year": axes.years, "draw": draws.numbers}
    return to_frame({name: parts[name] for name in (*SUPPLY_PARTS, "leavers")}, dims)


def demographic_entry(
    employed_residents: pl.DataFrame,
    unemployed: pl.DataFrame,
    employed_age: pl.DataFrame,
    bands: pl.DataFrame,
    *,
    life: WorkingLife,
    axes: Axes,
    draws: Draws,
) -> pl.DataFrame:
    """Those who enter at 25 in the run without shocks: municipality, occupation, year, persons."""
    start = _start(employed_residents, unemployed, employed_age, bands, life, axes, draws)
    pattern = _entry_pattern(start)
    entry = np.stack([_entrants(start, pattern, t)[..., 0] for t in range(1, len(axes.years))], 2)
    return to_frame({"persons": entry}, axes.cells | {"year": axes.years[1:]})


def _start(
    employed_residents: pl.DataFrame,
    unemployed: pl.DataFrame,
    employed_age: pl.DataFrame,
    bands: pl.DataFrame,
    life: WorkingLife,
    axes: Axes,
    draws: Draws,
) -> Start:
    employed = to_array(employed_residents, "persons", axes.cells, where="employed_residents")
    jobless = np.maximum(to_array(unemployed, "persons", axes.cells, absent=0.0), life.floor)[..., None]
    jobless = jobless * draws.measured("unemployed", axes.municipalities, axes.occupations)
    profile = to_array(
        employed_age, "share", {"occupation": axes.occupations, "age_group": AGE_GROUPS}, where="employed_age"
    )
    people = (employed[..., None] + jobless)[:, :, None, :] * profile[None, :, :, None]
    population = _population(bands, axes, draws)
    return Start(people, employed, jobless, population, _labour_force(people, population, life, axes, draws))


def _population(bands: pl.DataFrame, axes: Axes, draws: Draws) -> Floats:
    """Municipality x age group of working life x year x draw."""
    groups = ("16-19", "20-24", *AGE_GROUPS[1:])
    dims = {
        "municipality": axes.municipalities,
        "age_group": groups,
        "year": axes.years,
        "draw": draws.numbers,
    }
    people = to_array(bands, "persons", dims, where="population")
    return np.concatenate([people[:, :1] + people[:, 1:2], people[:, 2:]], 1)


def _labour_force(people: Floats, population: Floats, life: WorkingLife, axes: Axes, draws: Draws) -> Floats:
    """What the population calls for: base x shocks + change of the population x participation here."""
    base = people.sum(1)
    rate = life.participation[None, :, None]
    expected = (population[:, ADULT:, 0] * rate[:, ADULT:]).sum(1)
    here = base[:, ADULT:].sum(1) / np.where(expected > 0, expected, 1.0)
    change = population - population[:, :, :1]
    grown = base[:, :, None] + (rate * here[:, None, :])[:, :, None] * change
    years, size = len(axes.years), draws.size
    shock = draws.deviations("participation/nation", ["nation"], years, size.participation_nation)
    shock = shock + draws.deviations(
        "participation/municipality", axes.municipalities, years, size.participation_municipality
    )
    return np.asarray(np.maximum(grown, 0.0) * np.exp(shock)[:, None])


def _lives(start: Start, life: WorkingLife, axes: Axes, draws: Draws) -> dict[str, list[Floats]]:
    """Yearly flows per municipality, occupation and draw; nothing moves in the base year."""
    years = len(axes.years)
    leaving = np.exp(draws.deviations("exits", axes.occupations, years, draws.size.exits))
    choosing = np.exp(draws.deviations("entrants", axes.occupations, years, draws.size.entrants))
    people, pattern, careers = start.people, _entry_pattern(start), _career_pattern(start)
    still = np.zeros_like(people[:, :, 0])
    flows = {name: [still] for name in ("retirements", "entrants", "movers", "leavers")}
    for t in range(1, years):
        rates = np.minimum(life.exit_rate[None, :, None] * leaving[:, None, t], 1.0)
        rates[:, YOUNG] = 0.0
        chosen = _normalised(pattern * choosing[None, :, t], 1)
        entry = _entrants(start, chosen, t)
        after, left = _one_year(people, rates, entry, careers, life.career)
        after = _to_labour_force(after, start, t)
        young = after[:, :, YOUNG] - people[:, :, YOUNG]
        change = (after - people).sum(2)
        retired = left[:, :, OLD:].sum(2)
        flows["retirements"].append(-retired)
        flows["entrants"].append(entry + young)
        flows["movers"].append(change + retired - entry - young)
        flows["leavers"].append(left.sum(2))
        people = after
    return flows


def _one_year(people: Floats, rates: Floats, entry: Floats, careers: Floats, career: float) -> tuple[Floats, Floats]:
    """People a year later before moves, and those who left working life, by age group."""
    left = people * rates[None]
    stay = people - left
    growing = stay / WIDTH
    growing[:, :, YOUNG] = 0.0
    after = stay - growing
    up = growing[:, :, ADULT:-1]
    after[:, :, ADULT + 1 :] += (1 - career) * up + career * up.sum(1, keepdims=True) * careers[:, :, ADULT + 1 :]
    after[:, :, ADULT] += entry
    left[:, :, -1] += growing[:, :, -1]
    return after, left


def _to_labour_force(people: Floats, start: Start, t: int) -> Floats:
    """Each age group scaled to its labour force; those under 25 keep the base year's occupations."""
    people = people.copy()
    people[:, :, YOUNG] = start.people[:, :, YOUNG]
    total = people.sum(1)
    scale = np.where(total > 0, start.force[:, :, t] / np.where(total > 0, total, 1.0), 1.0)
    return people * scale[:, None]


def _entrants(start: Start, pattern: Floats, t: int) -> Floats:
    """Those who turn 25 during the year, per occupation: one in five of the labour force aged 25-29."""
    return start.force[:, None, ADULT, t] / WIDTH * pattern


def _entry_pattern(start: Start) -> Floats:
    """Share of each occupation among those aged 25-34: municipality x occupation x draw."""
    return _normalised(start.people[:, :, ADULT : ADULT + 2].sum(2), 1)


def _career_pattern(start: Start) -> Floats:
    """Share of each occupation in each age group of the base year."""
    return _normalised(start.people, 1)


def _normalised(values: Floats, axis: int) -> Floats:
    total = values.sum(axis, keepdims=True)
    return np.asarray(values / np.where(total > 0, total, 1.0))
