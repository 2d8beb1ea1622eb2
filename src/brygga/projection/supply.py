"""Supply: people in and out of work per occupation, by where they live.

The base year's people (employed residents and unemployed) of an occupation are spread over age
by its national profile. Each year, in every municipality and age group

1. people leave working life for good, at the exit rate of their occupation and age group;
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

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from brygga.core.grids import Floats, to_array
from brygga.projection.demand import Axes
from brygga.projection.uncertainty import Draws

AGE_GROUPS = ("16-24", "25-29", "30-34", "35-39", "40-44", "45-49", "50-54", "55-59", "60-64", "65-69")
SUPPLY_PARTS = ("employed_residents", "unemployed", "retirements", "entrants", "movers", "running_classes")
FLOWS = ("retirements", "entrants", "movers", "leavers")
YOUNG, ADULT, OLD = 0, 1, 7
WIDTH = 5.0
TOGETHER = 64
"""Draws carried forward together: a municipality's people then fit in the processor's cache."""


@dataclass(frozen=True)
class WorkingLife:
    """Working life of people in an occupation.

    participation : per age group, of the population
    exit_rate : leave for good within a year, occupation x age group (or 1 x age group: alike in all)
    career : as the module says
    floor : persons a cell at least
    """

    participation: Floats
    exit_rate: Floats
    career: float
    floor: float


@dataclass(frozen=True)
class Residents:
    """What supply starts from.

    unemployed : municipality x occupation, at least `WorkingLife.floor`
    profile : how an occupation's people are spread over ages, occupation x age group
    taken_out, running : completers of the classes that the entry holds and of those that run, still there:
        municipality x occupation x year (`class_flows`)
    """

    unemployed: Floats
    profile: Floats
    taken_out: Floats
    running: Floats

    def among(self, chosen: Sequence[int]) -> Residents:
        """The same for some of the municipalities."""
        at = list(chosen)
        return replace(self, unemployed=self.unemployed[at], taken_out=self.taken_out[at], running=self.running[at])

    def narrowed(self) -> Residents:
        """The same with numbers of half the size (float32), for many draws."""
        names = ("unemployed", "profile", "taken_out", "running")
        return Residents(*(getattr(self, name).astype(np.float32) for name in names))


@dataclass(frozen=True)
class Start:
    """The base year, and what the labour force is to be.

    people : municipality x occupation x age group x draw, in work and without
    employed, unemployed : municipality x occupation x draw (or 1)
    force : municipality x age group x year x draw
    """

    people: Floats
    employed: Floats
    unemployed: Floats
    force: Floats


def working_life(
    table: pl.DataFrame,
    *,
    career: float,
    floor: float,
    exit_rates: pl.DataFrame | None = None,
    occupations: Sequence[str] = (),
) -> WorkingLife:
    """Tables `working_life` and `exit_rates` as arrays.

    Parameters
    ----------
    table : table `working_life`
    career, floor : as in `WorkingLife`
    exit_rates : table `exit_rates`; an occupation and age group without a row leaves at the rate of
        `working_life`, and so do all when the table is left out or empty
    occupations : labels, when `exit_rates` is given
    """
    dims = {"age_group": AGE_GROUPS}
    participation, exit_rate = (
        to_array(table, column, dims, where=f"working_life.{column}") for column in ("participation", "exit_rate")
    )
    rates = exit_rate[None]
    if exit_rates is not None and exit_rates.height:
        known = exit_rates.filter(pl.col("rate").is_not_null())
        own = to_array(known, "rate", {"occupation": occupations} | dims, absent=-1.0, where="exit_rates.rate")
        rates = np.where(own < 0, rates, own)
    return WorkingLife(participation, rates, career, floor)


def residents(unemployed: pl.DataFrame, employed_age: pl.DataFrame, *, axes: Axes, floor: float) -> Residents:
    """What supply starts from, out of tables, without any class taken out or running.

    Parameters
    ----------
    unemployed : table `unemployed` of the base year; no row means counted and none
    employed_age : table `employed_age`
    axes : labels; the first year is the base
    floor : persons without work in a cell at least
    """
    dims = {"occupation": axes.occupations, "age_group": AGE_GROUPS}
    nothing = np.zeros((len(axes.municipalities), len(axes.occupations), len(axes.years)))
    return Residents(
        np.maximum(to_array(unemployed, "persons", axes.cells, absent=0.0, where="unemployed.persons"), floor),
        to_array(employed_age, "share", dims, where="employed_age"),
        nothing,
        nothing,
    )


def project_supply(
    home: Residents,
    employed: Floats,
    population: Floats,
    *,
    life: WorkingLife,
    axes: Axes,
    draws: Draws,
) -> dict[str, Floats]:
    """People per municipality of residence, occupation, year and draw, in the parts they come from.

    Parameters
    ----------
    home : what supply starts from
    employed : employed residents of the base year, municipality x occupation x draw (or 1)
    population : municipality x age group of working life x year x draw (`population.of_working_age`)
    life : participation, exits and careers
    axes : labels; the first year is the base
    draws : which draws to compute, and how large their shocks are

    Returns
    -------
    One array a part of `SUPPLY_PARTS`, municipality x occupation x year x draw (an axis that a part does
    not vary along has length 1), which add up to the supply, and `leavers`: persons who left working
    life during the year (a flow, no part of the sum).
    """
    start = _start(home, employed, population, life, axes, draws)
    parts = _lives(start, life, axes, draws)
    for name in ("retirements", "entrants", "movers"):
        np.cumsum(parts[name], axis=2, out=parts[name])
    parts["employed_residents"] = start.employed[:, :, None]
    parts["unemployed"] = start.unemployed[:, :, None]
    parts["entrants"] -= home.taken_out[..., None]
    parts["running_classes"] = home.running[..., None]
    whole = parts["employed_residents"] + parts["unemployed"]
    for name in ("retirements", "entrants", "movers", "running_classes"):
        whole = whole + parts[name]
    np.subtract(life.floor, whole, out=whole)
    if (whole > 0).any():
        parts["movers"] += np.maximum(whole, 0)
    return parts


def demographic_entry(
    home: Residents,
    employed: Floats,
    population: Floats,
    *,
    life: WorkingLife,
    axes: Axes,
    draws: Draws,
) -> Floats:
    """Those who enter at 25 each year after the base, first of the draws: municipality x occupation x year."""
    start = _start(home, employed, population, life, axes, draws)
    force = start.force[:, None, ADULT, 1:, 0] / WIDTH
    return np.asarray(force * _entry_pattern(start.people, axis=1)[..., :1])


def _start(home: Residents, employed: Floats, population: Floats, life: WorkingLife, axes: Axes, draws: Draws) -> Start:
    jobless = home.unemployed[..., None] * draws.measured("unemployed", axes.municipalities, axes.occupations)
    people = (employed + jobless)[:, :, None] * home.profile[None, :, :, None]
    return Start(people, employed, jobless, _labour_force(people, population, life, axes, draws))


def _labour_force(people: Floats, population: Floats, life: WorkingLife, axes: Axes, draws: Draws) -> Floats:
    """What the population calls for: base x shocks + change of the population x participation here."""
    base = people.sum(1)
    rate = life.participation.astype(people.dtype)[None, :, None]
    expected = (population[:, ADULT:, 0] * rate[:, ADULT:]).sum(1)
    here = base[:, ADULT:].sum(1) / np.where(expected > 0, expected, 1)
    change = population - population[:, :, :1]
    grown = base[:, :, None] + (rate * here[:, None])[:, :, None] * change
    years, size = len(axes.years), draws.size
    shock = draws.deviations("participation/nation", ["nation"], years, size.participation_nation)
    shock = shock + draws.deviations(
        "participation/municipality", axes.municipalities, years, size.participation_municipality
    )
    return np.asarray(np.maximum(grown, 0) * np.exp(shock)[:, None])


def _lives(start: Start, life: WorkingLife, axes: Axes, draws: Draws) -> dict[str, Floats]:
    """Yearly flows, municipality x occupation x year x draw; nothing moves in the base year."""
    years, kind = len(axes.years), start.people.dtype
    leaving = np.exp(draws.deviations("exits", axes.occupations, years, draws.size.exits)).astype(kind)
    choosing = np.exp(draws.deviations("entrants", axes.occupations, years, draws.size.entrants)).astype(kind)
    shape = (len(axes.municipalities), len(axes.occupations), years, len(draws.numbers))
    flows = {name: np.zeros(shape, kind) for name in FLOWS}
    exit_rate = np.repeat(life.exit_rate, shape[1] // len(life.exit_rate), 0).astype(kind)
    for some in _slices(shape[3]):
        rates = [np.minimum(exit_rate[..., None] * leaving[:, None, t, some], 1) for t in range(years)]
        for rate in rates:
            rate[:, YOUNG] = 0
        for m in range(shape[0]):
            year_by_year = _one_place(
                start.people[m, ..., some], start.force[m, ..., some], rates, choosing[..., some], life.career
            )
            for t, flow in enumerate(year_by_year, 1):
                for name, value in flow.items():
                    flows[name][m, :, t, some] = value
    return flows


def _one_place(
    people: Floats, force: Floats, rates: Sequence[Floats], choosing: Floats, career: float
) -> Iterator[dict[str, Floats]]:
    """The flows of one municipality, year after year: occupation x draw.

    Parameters
    ----------
    people : occupation x age group x draw in the base year
    force : age group x year x draw
    rates : for each year the exit rates, occupation x age group x draw
    choosing : factor on the occupations that the young choose, occupation x year x draw
    career : as the module says
    """
    young, entry_share = people[:, YOUNG], _entry_pattern(people, axis=0)
    careers = career * _normalised(people, 0)[:, ADULT + 1 :]
    youth, now = young.sum(0), people
    for t in range(1, force.shape[1]):
        entry = force[ADULT, t] / WIDTH * _normalised(entry_share * choosing[:, t], 0)
        after, left = _one_year(now, rates[t], entry, careers, career)
        after[:, YOUNG] = young
        total = after.sum(0)
        total[YOUNG] = youth
        after *= np.where(total > 0, force[:, t] / np.where(total > 0, total, 1), 1)
        retired = left[:, OLD:].sum(1)
        entering = entry + (after[:, YOUNG] - now[:, YOUNG])
        yield {
            "retirements": -retired,
            "entrants": entering,
            "movers": (after - now).sum(1) + retired - entering,
            "leavers": left[:, :OLD].sum(1) + retired,
        }
        now = after


def _one_year(people: Floats, rates: Floats, entry: Floats, careers: Floats, career: float) -> tuple[Floats, Floats]:
    """People a year later before moves, and those who left working life: occupation x age group x draw."""
    left = people * rates
    after = people - left
    growing = after[:, ADULT:] / WIDTH
    after[:, ADULT:] -= growing
    up = growing[:, :-1]
    careers = careers * up.sum(0)
    careers += (1 - career) * up
    after[:, ADULT + 1 :] += careers
    after[:, ADULT] += entry
    left[:, -1] += growing[:, -1]
    return after, left


def _slices(draws: int) -> list[slice]:
    """Draws in parts of `TOGETHER`, none of them a single one unless there is only one."""
    starts = list(range(0, max(draws - 1, 1), TOGETHER))
    return [slice(start, end) for start, end in zip(starts, [*starts[1:], draws], strict=True)]


def _entry_pattern(people: Floats, *, axis: int) -> Floats:
    """Share of each occupation (along `axis`) among those aged 25-34, who stand on the next axis."""
    adults = np.take(people, [ADULT, ADULT + 1], axis=axis + 1).sum(axis + 1)
    return _normalised(adults, axis)


def _normalised(values: Floats, axis: int) -> Floats:
    total = values.sum(axis, keepdims=True)
    return np.asarray(values / np.where(total > 0, total, 1))
