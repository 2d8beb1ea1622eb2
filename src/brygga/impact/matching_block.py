"""Some draws of a matching at the same time: the arrays that change, and one step of them.

Vacancies and others are kept as (place, draw, occupation), so that T' N K for all draws is two products of matrices;
the people hit as (draw, class, cell), a cell being a home and occupation where somebody is hit; what share of them
stays without work as (draw, kind, cell), classes of the same effectiveness being of one kind. Few draws are worked on
at a time: arrays that fit the processor's cache are several times as fast as larger ones.

Start reading at `Block.run`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from brygga.impact.course_groups import Courses
from brygga.impact.curves import STATES, Labels, Summer
from brygga.impact.following import Following
from brygga.impact.market import Array, Market, per_seeker
from brygga.impact.seekers import CourseGroup, Hit, notified, scale


class StepTooLongError(Exception):
    """Somebody's chance in one step is over 1: the step is too long."""


@dataclass(frozen=True)
class Asked:
    """What a run is asked for (`matching.simulate`), in the rows and columns that are computed."""

    months: int
    courses: Sequence[CourseGroup]
    added: Array | None
    after: int | None
    record: bool


@dataclass
class Found:
    """What some draws give; as `curves.Curves`, and sums over these draws where that has means."""

    state: dict[str, dict[str, Array]]
    size: dict[str, Array]
    same: Array
    related: Array
    others: Array
    moves: Array
    hires_to: Array
    moves_at: Array
    after: dict[str, Array] = field(default_factory=dict)
    chance: NDArray[np.float32] | None = None
    conserved: float = 0.0
    unmatched: float = 0.0
    steps: int = 0


class Block:
    """The draws `rows` of a matching."""

    def __init__(
        self,
        market: Market,
        hit: Hit,
        asked: Asked,
        rows: Labels,
        steps: int,
        groups: Mapping[str, Labels],
        sizes: Mapping[str, int],
    ) -> None:
        self.asked, self.step, self.steps = asked, 1.0 / steps, steps
        self.size = len(rows)

        def of(array: Array) -> Array:
            """(draws, place, occupation) -> (place, these draws, occupation)."""
            chosen = array[rows] if len(array) > 1 else np.broadcast_to(array, (self.size, *array.shape[1:]))
            return np.array(chosen.swapaxes(0, 1), dtype=np.float64, order="C")

        self.travel, self.related = market.travel, market.related
        self.kappa = of(market.kappa[:, None, None])
        self.vacancies, self.inflow, self.others = of(market.vacancies), of(market.inflow), of(market.others)
        self.elsewhere = None if market.elsewhere is None else of(market.elsewhere)
        self._people(hit, market, of(hit.effort[:, None, :])[0], of(scale(market, hit)[:, None, :])[0])
        self.courses = Courses(
            asked.courses, market, self.home, self.occupation, self.persons, self.effort[:, :, 0], self.kappa
        )
        self.others_start = self.others.sum(axis=(0, 2))
        self.joining = self._at_rest() if market.others_inflow is None else of(market.others_inflow)
        self.origins, self.origin = np.unique(self.occupation, return_inverse=True)
        occupations, works = len(market.occupations), len(market.works)
        self.moves, self.hires_to = np.zeros((occupations, occupations)), np.zeros((works, occupations))
        self.moves_at = np.zeros((occupations, works))
        self.in_same, self.in_all, self.unmatched = np.zeros(self.size), np.zeros(self.size), 0.0
        self.summers = {
            name: Summer(label[self.home, self.occupation].T, sizes[name]) for name, label in groups.items()
        }

    def _people(self, hit: Hit, market: Market, effort: Array, scaled: Array) -> None:
        """The people hit, as (draws, classes, cells)."""
        self.home, self.occupation = np.nonzero((hit.leaving > 0).any(axis=(0, 3)))
        self.leaving = np.ascontiguousarray(hit.leaving[:, self.home, self.occupation].swapaxes(1, 2))
        self.effort, self.scale = effort[:, :, None], scaled[:, :, None]
        self.later = self.leaving.sum(axis=0)
        self.persons = self.later * self.scale
        self.knows = notified(market, hit)[:, None]
        self.early = hit.notice_effort * self.knows
        self.leave = self.step * hit.leave_rate[:, None]
        form = self.persons.shape
        self.notice, self.without = np.ones(form), np.zeros(form)
        self.re_employed, self.left = np.zeros(form), np.zeros(form)
        self.warned, self.warns = np.zeros(form), False
        alike = np.vstack([effort, hit.leave_rate])
        _, first, self.kind = np.unique(alike, axis=1, return_index=True, return_inverse=True)
        self.kind = self.kind.reshape(-1)
        self.effort_of, self.leave_of = self.effort[:, first], self.leave[first]
        short = (form[0], len(first), form[2])
        self.stay, self.stayed, self.room = np.ones(short), np.zeros(short), np.empty(short)
        self.searching = np.zeros(short)

    def run(self) -> Found:
        """All months."""
        months, draws, sums = self.asked.months, self.size, self.summers
        found = Found(
            state={name: {by: np.zeros((draws, months + 1, s.groups)) for by, s in sums.items()} for name in STATES},
            size={by: s.sum(self.persons) for by, s in sums.items()},
            same=np.zeros((draws, months + 1)),
            related=np.zeros((draws, months + 1)),
            others=np.zeros((draws, months + 1)),
            moves=self.moves,
            hires_to=self.hires_to,
            moves_at=self.moves_at,
        )
        if self.asked.record:
            found.chance = np.zeros((draws, months, *self.vacancies.shape[::2]), dtype=np.float32)
        follow = None if self.asked.after is None else Following()
        self._write(found, 0)
        for month in range(months):
            self._begin(month)
            notice = self.notice.copy() if self.warns or follow is not None else self.notice
            for step in range(self.steps):
                each, chance = self._market_step()
                if step == 0 and found.chance is not None:
                    found.chance[:, month] = (self.kappa * each).swapaxes(0, 1)
                self._people_step(each, chance)
            hired = self._end(notice)
            if follow is not None:
                follow.month(hired, self.stay[:, self.kind], notice)
            self._write(found, month + 1)
        if follow is not None and self.asked.after is not None:
            found.after = self._after(follow, self.asked.after)
        found.unmatched, found.steps = self.unmatched, self.steps
        return found

    def _begin(self, month: int) -> None:
        """Posts end, posts are added, courses end and start, as a month begins."""
        if month < len(self.leaving):
            self.without += self.leaving[month] * self.scale * self.notice
            self.later = self.later - self.leaving[month]
        if self.asked.added is not None and month < len(self.asked.added):
            self.vacancies += self.asked.added[month][:, None, :]
        self.courses.begin(month, self.without)
        self.stay.fill(1.0)
        self.stayed.fill(0.0)
        for kind in range(self.searching.shape[1]):
            self.searching[:, kind] = self.effort_of[:, kind] * self.without[:, self.kind == kind].sum(axis=1)
        self.warns = bool((self.early * self.later).any())
        if self.warns:
            np.multiply(self.effort * self.early * self.scale, self.later, out=self.warned)

    def _own(self) -> Array:
        """(draws, cells) the people hit by how well they search, without those whose row of K is another."""
        own = np.einsum("dcp,dcp->dp", self.searching, self.stay)
        if self.warns:
            own += np.einsum("dcp,dcp->dp", self.warned, self.notice)
        if self.courses.groups:
            own += self.courses.searching()
        return np.asarray(own)

    def _at_rest(self) -> Array:
        """Persons a month of the others who find work as long as nobody is hit."""
        met = self.kappa * self._met(self.others)
        chance = self._chance(per_seeker(self.vacancies, met))[0]
        return self._hired(chance)

    def _hired(self, chance: Array) -> Array:
        return self.others * (chance if self.elsewhere is None else chance + self.elsewhere)

    def _market_step(self) -> tuple[Array, Array]:
        """What each vacancy has for a seeker who meets it, and the chance of work a month at effectiveness 1."""
        own = self._own()
        met = self._met(self.others)
        arrived, met_by_own = self._arrived(own)
        met += met_by_own
        met += self.courses.met()
        met *= self.kappa
        filled = -np.expm1(-met)
        each = np.divide(filled, met, out=np.ones_like(met), where=met > 0)
        each *= self.vacancies
        filled *= self.vacancies
        chance, taken = self._chance(each)
        self._count(arrived, met_by_own, each, taken)
        gone = (self.others * chance).sum(axis=(0, 2)) + (own * chance[self.home, :, self.occupation].T).sum(axis=1)
        gone += self._count_courses(each)
        self.unmatched = max(self.unmatched, float(np.abs(filled.sum(axis=(0, 2)) - gone).max(initial=0.0)))
        hired = self._hired(chance)
        if (hired * self.step > self.others).any():
            raise StepTooLongError
        self.others += self.step * (self.joining - hired)
        self.vacancies += self.step * (self.inflow - filled)
        return each, chance

    def _met(self, searching: Array) -> Array:
        """T' N K."""
        homes, draws, occupations = searching.shape
        arrived = self.travel.T @ searching.reshape(homes, -1)
        return np.asarray(arrived.reshape(-1, occupations) @ self.related).reshape(-1, draws, occupations)

    def _arrived(self, own: Array) -> tuple[Array, Array]:
        """The people hit (works, draws, occupations they come from) by where they reach; and T' N K of them."""
        by_origin = np.zeros((len(self.travel), self.size, len(self.origins)))
        by_origin[self.home, :, self.origin] = own.T
        arrived = self.travel.T @ by_origin.reshape(len(by_origin), -1)
        arrived = arrived.reshape(len(self.vacancies), self.size, len(self.origins))
        met = arrived.reshape(self.size * len(self.vacancies), len(self.origins)) @ self.related[self.origins]
        return arrived, met.reshape(self.vacancies.shape)

    def _chance(self, each: Array) -> tuple[Array, Array]:
        """T each K' times kappa, by home and origin; and each K', by workplace and origin."""
        taken = (each.reshape(-1, each.shape[2]) @ self.related.T).reshape(each.shape)
        chance = (self.travel @ taken.reshape(len(taken), -1)).reshape(self.others.shape)
        chance *= self.kappa
        return chance, taken

    def _count(self, arrived: Array, met: Array, each: Array, taken: Array) -> None:
        """Where the people hit are hired, and from which occupation."""
        rate = self.kappa * self.step
        flat = (arrived * rate).reshape(self.size * len(arrived), len(self.origins))
        self.moves[self.origins] += self.related[self.origins] * (flat.T @ each.reshape(-1, each.shape[2]))
        self.hires_to += (each * met * rate).sum(axis=1)
        by_place = arrived * rate * taken[:, :, self.origins]
        self.moves_at[self.origins] += by_place.sum(axis=1).T
        self.in_all += by_place.sum(axis=(0, 2))
        own = np.diagonal(self.related)[self.origins]
        self.in_same += (arrived * rate * each[:, :, self.origins] * own).sum(axis=(0, 2))

    def _count_courses(self, each: Array) -> Array | float:
        """The same of those who completed a course; (draws,) hired a month."""
        told = self.courses.hired(each)
        if told is None:
            return 0.0
        self.moves += self.step * told.moves
        self.hires_to += self.step * told.hires_to
        self.moves_at += self.step * told.moves_at
        self.in_all += self.step * told.all
        self.in_same += self.step * told.same
        return told.all

    def _people_step(self, each: Array, chance: Array) -> None:
        """Of those without work as the month began, who still are; and so for those with notice and in courses."""
        cells = np.ascontiguousarray(chance[self.home, :, self.occupation].T)
        fastest = (self.effort[:, :, 0].max(axis=1, initial=0.0) * cells.max(axis=1, initial=0.0)).max(initial=0.0)
        if self.step * fastest + self.leave.max(initial=0.0) > 1.0:
            raise StepTooLongError
        room = self.room
        if self.courses.groups:
            self._courses_step(each, cells)
        if self.warns:
            self.notice *= 1.0 - self.step * self.early * self.effort * cells[:, None, :]
        self.stayed += self.stay
        np.multiply(-self.step * self.effort_of, cells[:, None, :], out=room)
        room += 1.0 - self.leave_of
        self.stay *= room

    def _courses_step(self, each: Array, cells: Array) -> None:
        after = self.courses.chance(each)
        if (self.step * self.effort[:, :, 0].max(axis=1) * after.max(axis=1) + self.leave.max()).max() > 1.0:
            raise StepTooLongError
        rate = self.step * self.effort
        inside = rate * cells[:, None, self.courses.cell]
        self.courses.step(inside, rate * after[:, None, :], self.leave)

    def _end(self, notice: Array) -> Array:
        """As a month ends: persons move by the shares that stayed; (draws, classes, cells) share that found work."""
        left = self.leave_of * self.stayed
        hired = (1.0 - self.stay - left)[:, self.kind]
        self.re_employed += hired * self.without
        self.left += left[:, self.kind] * self.without
        self.without *= self.stay[:, self.kind]
        if self.courses.groups:
            found, gone = self.courses.end()
            self.re_employed += found
            self.left += gone
        if self.warns:
            self.re_employed += (notice - self.notice) * self.later * self.scale
        return hired

    def _after(self, follow: Following, months: int) -> dict[str, Array]:
        """Grouping -> (draws, groups) share re-employed so many months after the post ended, NaN of nobody."""
        work, persons = follow.after(months, self.leaving, self.scale)
        told = {name: (sums.sum(work), sums.sum(persons)) for name, sums in self.summers.items()}
        return {
            name: np.divide(found, of, out=np.full_like(of, np.nan), where=of > 0) for name, (found, of) in told.items()
        }

    def _write(self, found: Found, at: int) -> None:
        now = {
            "at_work": self.later * self.scale * self.notice if self.later.any() else None,
            "without_work": self.without + self.courses.after if self.courses.groups else self.without,
            "in_course": self.courses.in_course if self.courses.groups else None,
            "re_employed": self.re_employed,
            "left": self.left,
        }
        whole = np.zeros_like(self.persons)
        for name, cells in now.items():
            if cells is not None:
                whole += cells
                for by, sums in self.summers.items():
                    found.state[name][by][:, at] = sums.sum(cells)
        whole -= self.persons
        counted = np.abs(self.re_employed.sum(axis=(1, 2)) - self.in_all).max(initial=0.0)
        found.conserved = max(found.conserved, float(np.abs(whole, out=whole).max(initial=0.0)), float(counted))
        found.same[:, at] = self.in_same
        found.related[:, at] = self.in_all - self.in_same
        found.others[:, at] = self.others.sum(axis=(0, 2)) - self.others_start
