"""Closure courses: what a course package does for those hit, in three scenarios: none, planned and best.

1. Who of those given notice waits without work when (`course_gains`), by home and occupation. Those who lose a post
   later, at suppliers and shops, are not offered seats: nobody knows who they are when courses are ordered.
2. Which classes could start, planned or bought (`course_offers`).
3. What each seat is worth: months in work won per person, from the chances of a run without courses.
4. The package that wins most for the budget (`course_packages`), with its bound at those worths.
5. Everybody in the package simulated together, so that crowding counts. A package that then does less than none (or
   than the planned seats) is dropped. (Choosing once more with the chances of that run changed nothing where tried.)

`planned` uses seats of the run's plan alone, `best` those and what the budget buys. Without a budget given it is a
stated amount per post (`impact.course_budget_per_post`, a judgement).

Start reading at `packages`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import polars as pl

from brygga.core import tables
from brygga.core.errors import TableError
from brygga.core.parameters import value_on
from brygga.impact.closure import Shock
from brygga.impact.course_gains import Searching, gain, invited, searching
from brygga.impact.course_packages import Offer, Option, best_package, check_budget
from brygga.impact.market import Array, Market
from brygga.impact.matching import simulate
from brygga.impact.seekers import CourseGroup, Hit
from brygga.workflow.closure_inputs import Source
from brygga.workflow.course_offers import Offers, course_offers
from brygga.workflow.course_table import Choice, course_table
from brygga.workflow.settings import decision_day

DRAWS, STEPS = 5, 4
"""Draws that a package is chosen on, spread over the run's, and least steps a month; the curves are computed on all
draws and in finer steps."""
LEAST_WILLING = 0.5
"""Homes and occupations with fewer willing persons than this are not asked."""
KNOWLEDGE = ("validation", "short")
"""Kinds that build on what one knows: only for occupations related to the one they lead to."""

Run = Callable[[Sequence[CourseGroup]], tuple[float, Array | None]]
"""Months in work of all those hit with these courses (mean of draws), and the chances of that run if it keeps them."""
People = Mapping[tuple[str, str, int], float]


@dataclass(frozen=True)
class Packages:
    """The courses of each scenario for the simulation, their table, and what choosing them gave.

    `value` months in work that the package wins one seat at a time, `bound` what no package of these classes can
    exceed at these worths, `simulated` months in work of all those hit when everybody is simulated together.
    """

    groups: Mapping[str, tuple[CourseGroup, ...]]
    table: pl.DataFrame
    budget_sek: float
    cost_sek: float
    value: float
    bound: float
    simulated: Mapping[str, float] = field(default_factory=dict)


def packages(
    source: Source,
    shock: Shock,
    market: Market,
    hit: Hit,
    *,
    months: int,
    budget: float | None = None,
    run: Run | None = None,
    quick: bool = False,
    day: date | None = None,
) -> Packages:
    """The courses of the scenarios none, planned and best for the people hit by a shock.

    Parameters
    ----------
    source : a finished run: its region, and table `plan_starts` where it has one
    shock : the notice, for its day and its key
    market, hit : as simulated
    months : months followed from the notice
    budget : SEK for classes beyond the plan; a stated amount per post when None
    run : simulates all together; `simulated_on` a few of the draws when None
    quick : choose by the chances of the market at rest and simulate nothing; what does less than none is then not
        found out
    day : the day judgements are read on; the run's decision day by default

    Raises
    ------
    SettingError for a budget below zero.
    """
    read_on = day or decision_day(source.region)
    money = shock.posts * value_on("impact.course_budget_per_post", read_on).number if budget is None else budget
    check_budget(money)
    few = thin(market, hit, DRAWS)
    together = _not_at_all if quick else run or simulated_on(*few, months)
    could = course_offers(
        source.region,
        _plan_starts(source),
        notice=shock.notice,
        first_leaving=shock.first_leaving,
        months=months,
        homes=market.homes,
        occupations=market.occupations,
        day=read_on,
    )
    willing = value_on("impact.course_willing_share", read_on).number
    total, chance = together(())
    planned, with_plan = _choose(could, _paid(could), few, months, chance, willing, money, together)
    if with_plan < total:
        planned, with_plan = planned.emptied(), total
    best, with_best = _choose(could, could.offers, few, months, chance, willing, money, together)
    if with_best < with_plan:
        best, with_best = replace(planned, dropped=True), with_plan
    groups = {"none": (), "planned": planned.groups("planned"), "best": best.groups("best")}
    simulated = {} if quick else {"none": total, "planned": with_plan, "best": with_best}
    table = course_table(shock.key, shock.notice, could, {"planned": planned, "best": best})
    chosen = best.package
    return Packages(groups, table, money, chosen.cost_sek, chosen.value, chosen.bound, simulated)


def thin(market: Market, hit: Hit, draws: int) -> tuple[Market, Hit]:
    """The same market and people on fewer draws, evenly spread over the market's."""
    have = max(market.draws, len(hit.effort), 1 if hit.draw_scale is None else len(hit.draw_scale))
    if have <= draws:
        return market, hit
    kept = np.linspace(0, have - 1, draws).round().astype(int)

    def some(array: Array) -> Array:
        return array if len(array) == 1 else array[kept]

    def perhaps(array: Array | None) -> Array | None:
        return None if array is None else some(array)

    fewer = replace(
        market,
        vacancies=some(market.vacancies),
        inflow=some(market.inflow),
        others=some(market.others),
        kappa=some(market.kappa),
        others_inflow=perhaps(market.others_inflow),
        elsewhere=perhaps(market.elsewhere),
    )
    return fewer, replace(hit, effort=some(hit.effort), draw_scale=perhaps(hit.draw_scale))


def simulated_on(market: Market, hit: Hit, months: int) -> Run:
    """A run that simulates everybody together by `matching.simulate`."""

    everybody = {"all": np.zeros(hit.leaving.shape[1:], dtype=np.int64)}

    def together(courses: Sequence[CourseGroup]) -> tuple[float, Array | None]:
        curves = simulate(
            market, hit, months=months, courses=courses, groups=everybody, steps=STEPS, after=None, record=True
        )
        chance = None if curves.chance is None else curves.chance.astype(np.float64)
        return float(curves.state["re_employed"]["all"][:, 1:].sum(axis=(1, 2)).mean()), chance

    return together


def _choose(
    could: Offers,
    offers: tuple[Offer, ...],
    few: tuple[Market, Hit],
    months: int,
    chance: Array | None,
    willing: float,
    budget: float,
    together: Run,
) -> tuple[Choice, float]:
    """The best package of some offers, and the months in work of all those hit when all are simulated together."""
    asked = invited(*few)
    classes = tuple(name for name, is_asked in zip(few[0].classes, asked, strict=True) if is_asked)
    state = searching(*few, months=months, chance=chance)
    people = _people(few[0], state, offers, willing)
    options, worth = _options(could, few[0], state, offers, people)
    package = best_package(offers, options, people, budget=budget)
    choice = Choice(offers, package, worth, options, people, classes)
    return choice, together(choice.groups("best"))[0]


def _not_at_all(courses: Sequence[CourseGroup]) -> tuple[float, Array | None]:
    """Nothing is simulated: every package stands, and the chances are those of the market at rest."""
    return 0.0, None


def _people(
    market: Market, state: Searching, offers: Sequence[Offer], willing: float
) -> dict[tuple[str, str, int], float]:
    """Willing persons who wait as a month begins in which something could start, where they are enough to ask."""
    found = {}
    for month in sorted({offer.month for offer in offers}):
        counts = willing * state.waiting[month]
        for h, o in zip(*np.nonzero(counts >= LEAST_WILLING), strict=True):
            found[market.homes[h], market.occupations[o], month] = float(counts[h, o])
    return found


def _options(
    could: Offers, market: Market, state: Searching, offers: Sequence[Offer], people: People
) -> tuple[tuple[Option, ...], Array]:
    """Every seat somebody could take, and its worth by draw (draws, options)."""
    home, occupation = ({name: n for n, name in enumerate(names)} for names in (market.homes, market.occupations))
    origin = {market.occupations[place]: number for number, place in enumerate(state.origins)}
    gains: dict[tuple[int, int, str, float], Array] = {}
    options, worth = [], []
    for number, offer in enumerate(offers):
        asked = sorted({(h, o) for h, o, month in people if month == offer.month and h in offer.homes})
        for to in sorted(offer.leads):
            key = (offer.month, offer.months, to, offer.completion)
            if key not in gains:
                gains[key] = gain(
                    state, month=offer.month, months=offer.months, to=occupation[to], completion=offer.completion
                )
            for h, o in asked:
                if could.delivery[offer.programme] in KNOWLEDGE and market.related[occupation[o], occupation[to]] <= 0:
                    continue
                each = gains[key][:, home[h], origin[o]]
                options.append(Option(number, h, o, to, float(each.mean())))
                worth.append(each)
    return tuple(options), np.array(worth).T if worth else np.zeros((1, 0))


def _paid(could: Offers) -> tuple[Offer, ...]:
    return tuple(offer for offer in could.offers if offer.paid is not None)


def _plan_starts(source: Source) -> pl.DataFrame:
    """Table `plan_starts`, or no rows where the run made no plan."""
    try:
        return source.table("plan_starts")
    except (TableError, KeyError):
        return tables.empty("plan_starts")
