"""Course table: the packages of a closure as table `closure_courses`, with a reason in words for every programme.

A row for each home, occupation and class in a package; a row with nobody in it for each programme that has no class in
it, with what its best seat would win. Why a programme is left out is told in this order: it is not for those hit, it
cannot start in time, it leads nowhere here, it is too far, nobody near has what it builds on, it wins nothing, others
win more for the money, or those who would go are better helped by another course.

Start reading at `course_table`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl

from brygga.core import tables
from brygga.impact.course_packages import LEAST_GAIN, Offer, Option, Package, best_package, groups_of
from brygga.impact.market import Array
from brygga.impact.months import add_months
from brygga.impact.seekers import CourseGroup
from brygga.workflow.course_offers import Offers

SOURCE = "tables programmes, programme_leads and plan_starts; gains by matching"
UNLIMITED = 1e12
Row = dict[str, object]

WORDS: Mapping[str, tuple[str, str]] = {
    "young": ("För ungdomar, inte för den som blivit av med sitt arbete", "For the young, not for who has lost a post"),
    "elsewhere": (
        "Rekryterar folk utifrån och utbildar inte dem som drabbas",
        "Recruits people from elsewhere and trains none of those hit",
    ),
    "applied": (
        "Söks året före och kan inte köpas; planen har ingen klass som börjar i tid",
        "Applied for the year before and cannot be bought; the plan has no class that starts in time",
    ),
    "late": ("Hinner inte börja och sluta inom tiden som följs", "Cannot start and end within the months followed"),
    "leads": (
        "Leder inte till något yrke med lediga jobb som de drabbade når",
        "Leads to no occupation with vacancies that those hit can reach",
    ),
    "far": ("Ingen kommun i regionen når den inom längsta restiden", "No municipality of the region is near enough"),
    "nobody": (
        "Ingen av de drabbade som bor nog nära väntas vara utan arbete när den börjar",
        "None of those hit who live near enough is expected to be without work when it starts",
    ),
    "knowledge": (
        "Bygger på kunskaper som de drabbade i närheten inte har",
        "Builds on what those hit nearby have not done",
    ),
    "no_gain": (
        "De som kunde gå får arbete lika snart utan den",
        "Those who could go find work as soon without it",
    ),
    "money": (
        "Andra kurser ger mer för pengarna; med större budget vore den med",
        "Other courses win more for the money; with a larger budget it would be in",
    ),
    "others": (
        "De som kunde gå hjälps bättre av andra kurser, eller är för få för en klass",
        "Those who could go are better helped by other courses, or are too few for a class",
    ),
    "together": (
        "Räknat tillsammans med alla andra vinner de inget: de tränger undan varandra",
        "Simulated together with everybody it wins nothing: they crowd each other",
    ),
    "not_planned": (
        "Ingen plats i planen börjar i tid för dem",
        "No seat in the plan starts in time for them",
    ),
}
"""Why a programme is not in a package: Swedish, English."""


@dataclass(frozen=True)
class Choice:
    """A package with what it was chosen from: the worth (draws, options) of every option, and who could go.

    `classes`: those whom courses are for.

    `dropped`: classes chosen at first won less when everybody was simulated together, and were left out again.
    """

    offers: tuple[Offer, ...]
    package: Package
    worth: Array
    options: tuple[Option, ...]
    people: Mapping[tuple[str, str, int], float]
    classes: tuple[str, ...]
    dropped: bool = False

    def groups(self, scenario: str) -> tuple[CourseGroup, ...]:
        """The people of the package, for the simulation."""
        return tuple(groups_of(self.offers, self.package, scenario=scenario, classes=self.classes))

    def emptied(self) -> Choice:
        """The same with nobody in it."""
        none = tuple(0.0 for _ in self.package.persons)
        empty = replace(self.package, persons=none, classes=tuple(0.0 for _ in self.offers), value=0.0, cost_sek=0.0)
        return replace(self, package=empty, dropped=True)


def course_table(shock: str, notice: date, could: Offers, choices: Mapping[str, Choice]) -> pl.DataFrame:
    """Table `closure_courses`: who goes where in each scenario, and why every other programme is left out.

    Parameters
    ----------
    shock : the key of the shock
    notice : the day of the notice, which months are counted from
    could : the classes that could start, and the programmes that could not
    choices : scenario to what was chosen
    """
    rows: list[Row] = []
    for scenario, choice in choices.items():
        rows += [{"shock": shock, "scenario": scenario, **row} for row in _chosen(notice, could, choice)]
        rows += [{"shock": shock, "scenario": scenario, **row} for row in _left_out(notice, could, choice)]
    schema = tables.empty("closure_courses").schema
    frame = pl.DataFrame([_whole(row, schema) for row in rows], schema=schema)
    return frame.sort("shock", "scenario", "programme", "start", "place")


def _whole(row: Row, schema: Mapping[str, object]) -> Row:
    return {column: row.get(column) for column in schema} | {"status": "modelled", "source": SOURCE}


def _chosen(notice: date, could: Offers, choice: Choice) -> Iterator[Row]:
    """A row for each home and occupation that goes to a class, most persons first within it."""
    package = choice.package
    order = sorted(range(len(package.persons)), key=lambda i: (package.options[i].offer, -package.persons[i], i))
    place: dict[tuple[str, int], int] = {}
    seated = {
        n: sum(p for p, o in zip(package.persons, package.options, strict=True) if o.offer == n)
        for n in range(len(choice.offers))
    }
    for i in order:
        if package.persons[i] <= 0:
            continue
        option, offer = package.options[i], choice.offers[package.options[i].offer]
        start = (offer.programme, offer.month)
        place[start] = place.get(start, 0) + 1
        part = package.persons[i] / seated[option.offer]
        bought = offer.paid is None
        cost = package.classes[option.offer] * offer.cost_class_sek * part + offer.cost_seat_sek * package.persons[i]
        sek = cost if bought else 0.0
        worth = choice.worth[:, i]
        sv, en = _why(float(np.median(worth)), sek / package.persons[i] if bought else None)
        yield {
            **_named(could, offer.programme),
            "start": _start(notice, offer.month),
            "place": place[start],
            "home": option.home,
            "from_occupation": option.occupation,
            "to_occupation": option.to,
            "month": offer.month,
            "months": offer.months,
            "persons": package.persons[i],
            "cost_sek": sek,
            **_span(worth),
            "chosen": True,
            "reason_sv": sv,
            "reason_en": en,
        }


def _why(months: float, sek: float | None) -> tuple[str, str]:
    """Why a seat is in the package."""
    sv, en = f"{months:.1f}".replace(".", ","), f"{months:.1f}"
    if sek is None:
        return (
            f"Ger {sv} månader mer i arbete per person; platsen finns redan i planen",
            f"Wins {en} months in work per person; the seat is in the plan already",
        )
    each = f"{sek / months:,.0f}"
    return (
        f"Ger {sv} månader mer i arbete per person, för {each.replace(',', ' ')} kr per månad",
        f"Wins {en} months in work per person, at SEK {each} a month",
    )


def _left_out(notice: date, could: Offers, choice: Choice) -> Iterator[Row]:
    """A row for each programme without anybody in the package."""
    package = choice.package
    going = {choice.offers[o.offer].programme for p, o in zip(package.persons, package.options, strict=True) if p > 0}
    richer = _with_more_money(choice)
    for programme in sorted(could.names):
        if programme in going:
            continue
        mine = [i for i, option in enumerate(choice.options) if choice.offers[option.offer].programme == programme]
        best = max(mine, key=lambda i: choice.options[i].gain, default=None)
        why = could.turned_down.get(programme) or _reason(programme, choice, mine, richer)
        offer = choice.offers[choice.options[best].offer] if best is not None else None
        yield {
            **_named(could, programme),
            "start": _start(notice, offer.month if offer else 0),
            "place": 0,
            "home": choice.options[best].home if best is not None else None,
            "from_occupation": choice.options[best].occupation if best is not None else None,
            "to_occupation": choice.options[best].to if best is not None else None,
            "month": offer.month if offer else None,
            "months": offer.months if offer else None,
            "persons": 0.0,
            "cost_sek": 0.0,
            **(_span(choice.worth[:, best]) if best is not None else {}),
            "chosen": False,
            "reason_sv": WORDS[why][0],
            "reason_en": WORDS[why][1],
        }


def _reason(programme: str, choice: Choice, mine: Sequence[int], richer: set[str]) -> str:
    """Why a programme that could start has nobody in the package."""
    offers = [offer for offer in choice.offers if offer.programme == programme]
    if not offers:
        return "together" if choice.dropped else "not_planned"
    if not mine:
        near = [who for offer in offers for who in choice.people if who[2] == offer.month and who[0] in offer.homes]
        return "knowledge" if near else "nobody"
    if max(choice.options[i].gain for i in mine) < LEAST_GAIN:
        return "no_gain"
    if choice.dropped and not any(choice.package.persons):
        return "together"
    return "money" if programme in richer else "others"


def _with_more_money(choice: Choice) -> set[str]:
    """The programmes that would be in the package without a limit on money; none where that wins no more."""
    if all(offer.paid is not None for offer in choice.offers):
        return set()
    rich = best_package(choice.offers, choice.options, choice.people, budget=UNLIMITED)
    if rich.value <= choice.package.value * (1 + 1e-9):
        return set()
    return {choice.offers[o.offer].programme for p, o in zip(rich.persons, rich.options, strict=True) if p > 0}


def _named(could: Offers, programme: str) -> Row:
    sv, en = could.names[programme]
    return {"programme": programme, "name_sv": sv, "name_en": en, "delivery": could.delivery[programme]}


def _span(worth: Array) -> Row:
    return {name: float(np.quantile(worth, q)) for name, q in (("p10", 0.1), ("p50", 0.5), ("p90", 0.9))}


def _start(notice: date, month: int) -> date:
    return add_months(notice.replace(day=1), month)
