"""Course packages: which courses to run for those hit, for a budget, with a proven bound.

An offer is a class (or several) of one programme that starts in one month; people from home h and occupation o take
its seats towards occupation q. With g the months in work won per person (`course_gains`),

    maximise    sum g[option] x[option]
    seats       least class[offer] y[offer] <= sum x of the offer <= most class[offer] y[offer]
    leads       sum x of the offer towards q <= share[offer, q] most class[offer] y[offer]
    people      sum x / willing[h, o, month] <= 1: each course takes its share of those who wait as it starts
    money       sum cost of a class y + cost of a seat x <= budget
    y whole, x at least zero

Seats already paid for (`paid`) cost nothing and need no least number. Only options with a gain are in it. Solved by
HiGHS with a bound: no package of these offers wins more at these gains. More budget never wins less, by construction
(tested).

Start reading at `best_package`.

Source: the programme is the project's own; highspy, the Python interface of HiGHS, solves it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import highspy
import numpy as np
from numpy.typing import NDArray

from brygga.core.errors import BryggaError, InfeasibleError, SettingError, raise_all
from brygga.impact.market import Array
from brygga.impact.seekers import CourseGroup

LEAST_GAIN = 0.25
"""Options that win less than this many months per person (a week) are left out: a judgement."""
LEAST_PERSONS = 1e-6
"""Fewer persons than this in an option are rounding of the solver."""
GAP = 1e-9
SAME, SAVED = 1e-9, 0.01
"""Part of the months won by which two packages win the same, and part of the cost from which one is cheaper."""


@dataclass(frozen=True)
class Offer:
    """Classes of one programme that could start in one month.

    Parameters
    ----------
    programme : its name in table `programmes`
    month, months : when it starts, counted from the notice, and how long it lasts
    leads : occupation to share of the seats, as in `programme_leads`
    homes : homes within reach of the course
    class_min, class_max, classes_max : seats in a class, and how many classes
    cost_class_sek, cost_seat_sek : SEK a class and a seat
    completion : share who complete
    paid : seats of a plan that are paid for already; None where a class would have to be bought
    """

    programme: str
    month: int
    months: int
    leads: Mapping[str, float]
    homes: tuple[str, ...]
    class_min: float
    class_max: float
    classes_max: int
    cost_class_sek: float
    cost_seat_sek: float
    completion: float
    paid: float | None = None


@dataclass(frozen=True)
class Option:
    """People from one home and occupation in one offer towards one occupation; `gain` months in work per person."""

    offer: int
    home: str
    occupation: str
    to: str
    gain: float


@dataclass(frozen=True)
class Package:
    """What was chosen: persons per option and classes per offer, the months in work they win, and the bound."""

    persons: tuple[float, ...]
    classes: tuple[float, ...]
    value: float
    bound: float
    cost_sek: float
    options: tuple[Option, ...] = field(repr=False, default=())


def best_package(
    offers: Sequence[Offer],
    options: Sequence[Option],
    people: Mapping[tuple[str, str, int], float],
    *,
    budget: float,
) -> Package:
    """The package that wins most months in work for a budget.

    Parameters
    ----------
    offers : what could start
    options : who could take which seats, with what gain; those with less than `LEAST_GAIN` are left empty
    people : willing persons by home, occupation and month, among those who wait as that month begins
    budget : SEK for what is not paid already

    Raises
    ------
    SettingError for a budget or offer that cannot be, in one report; InfeasibleError when the solver ends without a
    plan (an empty one always holds, so that would be a fault of the numbers).

    Examples
    --------
    Ten seats for a class of 100,000 SEK, four people who win three months each.

    >>> offer = Offer("vux", 6, 10, {"7212": 1.0}, ("1060",), 2, 10, 1, 100_000.0, 5_000.0, 0.7)
    >>> option = Option(0, "1060", "8211", "7212", 3.0)
    >>> best = best_package([offer], [option], {("1060", "8211", 6): 4.0}, budget=120_000)
    >>> best.persons, best.classes, best.value, best.cost_sek
    ((4.0,), (1.0,), 12.0, 120000.0)
    """
    check_budget(budget)
    raise_all("the course package", _faults(offers))
    if not options:
        return Package((), (0.0,) * len(offers), 0.0, 0.0, 0.0)
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.silent()
    for name, value in {"threads": 1, "random_seed": 1, "mip_rel_gap": GAP, "mip_abs_gap": GAP}.items():
        solver.setOptionValue(name, value)
    model = _model(offers, options, people, budget)
    solver.passModel(model)
    solver.run()
    info = solver.getInfo()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise InfeasibleError(
            "no course package holds every limit",
            why=f"the solver ended with {solver.modelStatusToString(solver.getModelStatus())}",
            todo="look for negative seats or costs in table programmes",
        )
    bound = -info.mip_dual_bound if _bought(offers) else -info.objective_function_value
    return _read(offers, options, _cheapest(solver, model, info.objective_function_value), bound)


def _cheapest(solver: highspy.Highs, model: highspy.HighsLp, found: float) -> Array:
    """Of the packages that win as much (minus `found`), one that costs least; the one that was found, if none shows."""
    values = np.asarray(solver.getSolution().col_value)
    columns = np.arange(model.num_col_, dtype=np.int32)
    money = np.zeros(model.num_col_)
    first, last = model.a_matrix_.start_[-2], model.a_matrix_.start_[-1]
    money[model.a_matrix_.index_[first:last]] = model.a_matrix_.value_[first:last]
    if not money @ values > 0:
        return values
    most = found + SAME * abs(found)
    solver.addRow(-highspy.kHighsInf, most, len(columns), columns, np.asarray(model.col_cost_))
    solver.changeColsCost(len(columns), columns, money)
    solver.run()
    cheaper = np.asarray(solver.getSolution().col_value)
    known = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return cheaper if known and money @ cheaper < (1.0 - SAVED) * (money @ values) else values


def groups_of(
    offers: Sequence[Offer], package: Package, *, scenario: str, classes: tuple[str, ...] = ()
) -> list[CourseGroup]:
    """The package as people sent to courses, for the simulation."""
    return [
        CourseGroup(
            option.home,
            option.occupation,
            classes,
            option.to,
            offers[option.offer].month,
            offers[option.offer].months,
            persons,
            offers[option.offer].completion,
            f"{scenario}:{offers[option.offer].programme}",
        )
        for option, persons in zip(package.options, package.persons, strict=True)
        if persons > 0
    ]


def _bought(offers: Sequence[Offer]) -> list[int]:
    return [number for number, offer in enumerate(offers) if offer.paid is None]


def _model(
    offers: Sequence[Offer], options: Sequence[Option], people: Mapping[tuple[str, str, int], float], budget: float
) -> highspy.HighsLp:
    """Columns: persons of the options, then classes of the offers that are bought."""
    bought = _bought(offers)
    column = {offer: len(options) + place for place, offer in enumerate(bought)}
    rows: list[tuple[float, float, dict[int, float]]] = []
    money: dict[int, float] = {column[n]: offers[n].cost_class_sek for n in bought if offers[n].cost_class_sek}
    for number, offer in enumerate(offers):
        mine = [i for i, option in enumerate(options) if option.offer == number]
        seats = dict.fromkeys(mine, 1.0)
        if offer.paid is None:
            rows.append((-np.inf, 0.0, seats | {column[number]: -offer.class_max}))
            rows.append((0.0, np.inf, seats | {column[number]: -offer.class_min}))
            money |= {i: offer.cost_seat_sek for i in mine if offer.cost_seat_sek}
        else:
            rows.append((-np.inf, offer.paid, seats))
        for to in sorted({options[i].to for i in mine}):
            part = {i: 1.0 for i in mine if options[i].to == to}
            share = min(1.0, offer.leads.get(to, 0.0))
            if offer.paid is None:
                rows.append((-np.inf, 0.0, part | {column[number]: -share * offer.class_max}))
            else:
                rows.append((-np.inf, share * offer.paid, part))
    for who in sorted({(option.home, option.occupation) for option in options}):
        mine = [i for i, option in enumerate(options) if (option.home, option.occupation) == who]
        there = {i: people.get((*who, offers[options[i].offer].month), 0.0) for i in mine}
        rows.append((-np.inf, 1.0, {i: 1.0 / count for i, count in there.items() if count >= LEAST_PERSONS}))
    rows.append((-np.inf, budget, money))
    nobody = [people.get((o.home, o.occupation, offers[o.offer].month), 0.0) < LEAST_PERSONS for o in options]
    open_to = np.array([o.gain >= LEAST_GAIN for o in options], dtype=bool) & ~np.array(nobody, dtype=bool)
    return _highs(offers, options, rows, bought, open_to)


def _highs(
    offers: Sequence[Offer],
    options: Sequence[Option],
    rows: Sequence[tuple[float, float, dict[int, float]]],
    bought: Sequence[int],
    open_to: NDArray[np.bool_],
) -> highspy.HighsLp:
    """The programme in HiGHS's own form; it minimises, so the gains have the other sign."""
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(options) + len(bought), len(rows)
    lp.col_cost_ = np.concatenate([[-option.gain for option in options], np.zeros(len(bought))])
    lp.col_lower_ = np.zeros(lp.num_col_)
    lp.col_upper_ = np.concatenate(
        [np.where(open_to, highspy.kHighsInf, 0.0), [float(offers[n].classes_max) for n in bought]]
    )
    whole, part = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
    if bought:
        lp.integrality_ = [part] * len(options) + [whole] * len(bought)
    lp.row_lower_ = np.array([low for low, _, _ in rows])
    lp.row_upper_ = np.array([high for _, high, _ in rows])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.cumsum([0, *(len(entries) for _, _, entries in rows)])
    lp.a_matrix_.index_ = np.array([i for _, _, entries in rows for i in sorted(entries)], dtype=np.int32)
    lp.a_matrix_.value_ = np.array([entries[i] for _, _, entries in rows for i in sorted(entries)])
    return lp


def _read(offers: Sequence[Offer], options: Sequence[Option], values: Array, bound: float) -> Package:
    """The solver's values, rounded where they are rounding, and counted anew."""
    bought = _bought(offers)
    persons = tuple(float(round(value, 9)) if value > LEAST_PERSONS else 0.0 for value in values[: len(options)])
    classes = dict(zip(bought, (float(round(value)) for value in values[len(options) :]), strict=True))
    used = [sum(p for p, o in zip(persons, options, strict=True) if o.offer == n) for n in range(len(offers))]
    cost = sum(classes[n] * offers[n].cost_class_sek + used[n] * offers[n].cost_seat_sek for n in bought if used[n])
    value = sum(p * option.gain for p, option in zip(persons, options, strict=True))
    run = tuple(classes.get(n, 0.0) if used[n] else 0.0 for n in range(len(offers)))
    return Package(persons, run, value, max(bound, value), cost, tuple(options))


def check_budget(budget: float) -> None:
    """Nothing, or that a budget cannot be what it is."""
    if not (np.isfinite(budget) and budget >= 0):
        raise SettingError(
            f"a budget of {budget:g} SEK", why="money is from zero up", todo="give an amount in SEK, or leave it out"
        )


def _faults(offers: Sequence[Offer]) -> list[BryggaError]:
    faults: list[BryggaError] = []
    for offer in offers:
        amounts = (offer.class_min, offer.class_max, offer.classes_max, offer.cost_class_sek, offer.cost_seat_sek)
        if any(amount < 0 for amount in amounts) or offer.class_min > offer.class_max or offer.months < 1:
            faults.append(
                SettingError(
                    f"course {offer.programme}: {offer.class_min:g} to {offer.class_max:g} seats, {offer.months} "
                    f"months, {offer.cost_class_sek:g} SEK a class and {offer.cost_seat_sek:g} a seat",
                    why="seats and costs are from zero up, the least class is not above the most, and a course lasts",
                    todo="mend it in table programmes",
                )
            )
    return faults
