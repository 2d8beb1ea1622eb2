"""Some draws of a matching at the same time: the arrays that change, and one step of them.

Arrays that change are kept (place, draw, occupation), so that T' N K for all draws is two products of matrices, and
the people hit (cell, class, draw), a cell being a home and occupation where somebody is hit.

Start reading at `Block.run`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from brygga.impact.curves import STATES, Labels, Summer
from brygga.impact.market import Array, Market
from brygga.impact.seekers import COURSE_EFFORT, CourseGroup, Hit, notified, scale


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


class Block:
    """The draws `rows` of a matching."""

    def __init__(
        self,
        market: Market,
        hit: Hit,
        asked: Asked,
        rows: slice,
        draws: int,
        steps: int,
        groups: Mapping[str, Labels],
        sizes: Mapping[str, int],
    ) -> None:
        self.market, self.hit, self.asked, self.step = market, hit, asked, 1.0 / steps
        self.steps, self.size = steps, len(range(*rows.indices(draws)))

        def of(array: Array) -> Array:
            """(draws, place, occupation) -> (place, these draws, occupation)."""
            chosen = array[rows] if len(array) > 1 else np.broadcast_to(array, (self.size, *array.shape[1:]))
            return np.ascontiguousarray(chosen.swapaxes(0, 1), dtype=np.float64)

        self.kappa = of(market.kappa[:, None, None])
        self.vacancies, self.inflow, self.others = of(market.vacancies), of(market.inflow), of(market.others)
        self.elsewhere = 0.0 if market.elsewhere is None else of(market.elsewhere)
        self.travel, self.related = market.travel, market.related
        self.home, self.occupation = np.nonzero((hit.leaving > 0).any(axis=(0, 3)))
        cells = (self.home, slice(None), self.occupation)
        self.cells = cells
        self.effort = of(hit.effort[:, None, :])[0].T[None]
        self.scale = of(scale(market, hit)[:, None, :])[0].T[None]
        self.leaving = hit.leaving[:, self.home, self.occupation, :, None]
        self.later = self.leaving.sum(axis=0)
        self.persons = self.later * self.scale
        self.early = (hit.notice_effort * notified(market, hit))[None, :, None]
        self.leave = hit.leave_rate[None, :, None]
        form = self.persons.shape
        self.notice, self.without = np.ones(form), np.zeros(form)
        self.re_employed, self.left = np.zeros(form), np.zeros(form)
        self.courses = Courses(self)
        self.others_start = self.others.sum(axis=(0, 2))
        self.joining: Array | None = None if market.others_inflow is None else of(market.others_inflow)
        self.origins, self.origin = np.unique(self.occupation, return_inverse=True)
        occupations = len(market.occupations)
        self.sum_moves = np.zeros((occupations, occupations))
        self.sum_to = np.zeros((len(market.works), occupations))
        self.sum_at = np.zeros((occupations, len(market.works)))
        self.in_same, self.in_all = np.zeros(self.size), np.zeros(self.size)
        self.unmatched = 0.0
        self.summers = {name: Summer(label[self.home, self.occupation], sizes[name]) for name, label in groups.items()}

    def run(self) -> Found:
        """All months."""
        months, draws = self.asked.months, self.size
        names = self.summers
        state = {
            name: {by: np.zeros((draws, months + 1, sums.groups)) for by, sums in names.items()} for name in STATES
        }
        found = Found(
            state=state,
            size={by: sums.sum(self.persons) for by, sums in names.items()},
            same=np.zeros((draws, months + 1)),
            related=np.zeros((draws, months + 1)),
            others=np.zeros((draws, months + 1)),
            moves=self.sum_moves,
            hires_to=self.sum_to,
            moves_at=self.sum_at,
        )
        if self.asked.record:
            found.chance = np.zeros((draws, months, *self.vacancies.shape[::2]), dtype=np.float32)
        follow = Following(self) if self.asked.after is not None else None
        self._write(found, 0)
        for month in range(months):
            self._begin(month)
            if follow is not None:
                follow.begin()
            for step in range(self.steps):
                each, chance = self._market_step()
                if step == 0 and found.chance is not None:
                    found.chance[:, month] = (self.kappa * each).swapaxes(0, 1)
                self._people_step(each, chance, follow)
            self._write(found, month + 1)
        if follow is not None and self.asked.after is not None:
            found.after = follow.after(self.asked.after, names)
        found.unmatched = self.unmatched
        return found

    def _begin(self, month: int) -> None:
        """Posts end, posts are added, courses end and start, as a month begins."""
        if month < len(self.leaving):
            self.without += self.leaving[month] * self.scale * self.notice
            self.later = self.later - self.leaving[month]
        if self.asked.added is not None and month < len(self.asked.added):
            self.vacancies += self.asked.added[month][:, None, :]
        self.courses.begin(month)

    def _searching(self) -> Array:
        """(cells, classes, draws) the people hit by how well they search, those with another row of K left out."""
        waiting = self.early * self.notice * self.later * self.scale
        return np.asarray(self.effort * (self.without + waiting + COURSE_EFFORT * self.courses.in_course))

    def _market_step(self) -> tuple[Array, Array]:
        """What each vacancy has for a seeker who meets it, and the chance of work a month at effectiveness 1."""
        searching = self.others.copy()
        own = self._searching().sum(axis=1)
        searching[self.cells] += own
        met = self._met(searching) + self.courses.met()
        met *= self.kappa
        filled = -np.expm1(-met)
        each = self.vacancies.copy()
        np.multiply(each, np.divide(filled, met, out=np.ones_like(met), where=met > 0), out=each)
        filled *= self.vacancies
        taken = self._times_related(each.reshape(-1, each.shape[2]), transposed=True).reshape(each.shape)
        chance = self.kappa * (self.travel @ taken.reshape(len(taken), -1)).reshape(self.others.shape)
        hired = self.others * chance
        self._count(own, each, taken)
        gone = hired.sum(axis=(0, 2)) + (own * chance[self.cells]).sum(axis=0) + self.courses.hired(each)
        self.unmatched = max(self.unmatched, float(np.abs(filled.sum(axis=(0, 2)) - gone).max(initial=0.0)))
        hired += self.others * self.elsewhere
        if (chance + self.elsewhere).max(initial=0.0) > self.steps:
            raise StepTooLongError
        if self.joining is None:
            self.joining = hired
        self.others = self.others + self.step * (self.joining - hired)
        self.vacancies = self.vacancies + self.step * (self.inflow - filled)
        return each, chance

    def _met(self, searching: Array) -> Array:
        """T' N K."""
        homes, draws, occupations = searching.shape
        arrived = self.travel.T @ searching.reshape(homes, -1)
        return self._times_related(arrived.reshape(-1, occupations)).reshape(-1, draws, occupations)

    def _times_related(self, rows: Array, *, transposed: bool = False) -> Array:
        return np.asarray(rows @ (self.related.T if transposed else self.related))

    def _count(self, own: Array, each: Array, taken: Array) -> None:
        """Where the people hit are hired, and from which occupation."""
        if not len(self.origins):
            return
        by_origin = np.zeros((len(self.market.homes), self.size, len(self.origins)))
        by_origin[self.home, :, self.origin] = own
        arrived = (self.travel.T @ by_origin.reshape(len(by_origin), -1)).reshape(-1, self.size, len(self.origins))
        arrived *= self.kappa * self.step
        flat = arrived.reshape(-1, len(self.origins))
        related = self.related[self.origins]
        moves = related * (flat.T @ each.reshape(-1, each.shape[2]))
        self.sum_moves[self.origins] += moves
        self.sum_to += (each * (flat @ related).reshape(each.shape)).sum(axis=1)
        by_place = arrived * taken[:, :, self.origins]
        self.sum_at[self.origins] += by_place.sum(axis=1).T
        self.in_all += by_place.sum(axis=(0, 2))
        self.in_same += (arrived * each[:, :, self.origins] * np.diagonal(self.related)[self.origins]).sum(axis=(0, 2))

    def _people_step(self, each: Array, chance: Array, follow: Following | None) -> None:
        """The people hit: hired from the notice, from without work and from courses; some leave working life."""
        rate = self.step * self.effort * chance[self.cells][:, None, :]
        leave = self.step * self.leave
        if (rate + leave).max(initial=0.0) > 1.0:
            raise StepTooLongError
        early = self.early * rate
        self.re_employed += rate * self.without + early * self.notice * self.later * self.scale
        self.left += leave * self.without
        self.without = self.without * (1.0 - rate - leave)
        self.notice = self.notice * (1.0 - early)
        if follow is not None:
            follow.step(rate, leave)
        self.courses.step(each, rate, leave)

    def _write(self, found: Found, at: int) -> None:
        now = {
            "at_work": self.later * self.scale * self.notice,
            "without_work": self.without + self.courses.after,
            "in_course": self.courses.in_course,
            "re_employed": self.re_employed,
            "left": self.left,
        }
        for name, cells in now.items():
            for by, sums in self.summers.items():
                found.state[name][by][:, at] = sums.sum(cells)
        whole = sum(cells for cells in now.values())
        found.conserved = max(found.conserved, float(np.abs(whole - self.persons).max(initial=0.0)))
        found.same[:, at] = self.in_same
        found.related[:, at] = self.in_all - self.in_same
        found.others[:, at] = self.others.sum(axis=(0, 2)) - self.others_start


class Courses:
    """The groups in courses, and those who completed one and search with another row of K."""

    def __init__(self, block: Block) -> None:
        self.block = block
        place = {cell: n for n, cell in enumerate(zip(block.home.tolist(), block.occupation.tolist(), strict=True))}
        market = block.market
        known = [
            (course, place[cell])
            for course in block.asked.courses
            if (cell := (market.homes.index(course.from_home), market.occupations.index(course.from_occupation)))
            in place
        ]
        self.groups = [course for course, _ in known]
        self.cell = np.array([cell for _, cell in known], dtype=np.int64)
        form = (len(known), *block.persons.shape[1:])
        self.inside, self.completed = np.zeros(form), np.zeros(form)
        self.in_course = np.zeros(block.persons.shape)
        self.after = np.zeros(block.persons.shape)
        self.seats = np.zeros(form)
        for n, course in enumerate(self.groups):
            own = (
                block.persons[self.cell[n]]
                * np.array([not course.classes or c in course.classes for c in market.classes])[:, None]
            )
            whole = own.sum(axis=0)
            self.seats[n] = course.persons * np.divide(own, whole, out=np.zeros_like(own), where=whole > 0)
        target = [market.occupations.index(course.to_occupation) for course in self.groups]
        self.travel = market.travel[block.home[self.cell]]
        own_row = block.occupation[self.cell]
        self.related = np.maximum(market.related[own_row], market.related[np.array(target, dtype=np.int64)])
        self.own_row = own_row

    def begin(self, month: int) -> None:
        """Courses end; courses start, with as many as are without work and have a seat."""
        if not self.groups:
            return
        block = self.block
        for n, course in enumerate(self.groups):
            if course.month + course.months == month:
                done = course.completion * self.inside[n]
                self.completed[n] += done
                block.without[self.cell[n]] += self.inside[n] - done
                self.inside[n] = 0.0
        start = np.array([n for n, course in enumerate(self.groups) if course.month == month], dtype=np.int64)
        wanted = np.zeros(block.persons.shape)
        np.add.at(wanted, self.cell[start], self.seats[start])
        share = np.divide(block.without, wanted, out=np.zeros_like(wanted), where=wanted > 0)
        for n in start:
            self.inside[n] = self.seats[n] * np.minimum(share[self.cell[n]], 1.0)
        block.without -= wanted * np.minimum(share, 1.0)
        np.maximum(block.without, 0.0, out=block.without)
        self._sum()

    def met(self) -> Array | float:
        """T' N K of those who completed."""
        if not self.groups or not self.completed.any():
            return 0.0
        return (self._arriving() @ self.related).reshape(len(self.block.market.works), self.block.size, -1)

    def hired(self, each: Array) -> Array | float:
        """Those who completed and are hired a month, by draw; and their moves are counted."""
        if not self.groups or not self.completed.any():
            return 0.0
        block = self.block
        taken = self._taken(each) * self._arriving().reshape(*each.shape[:2], -1) * block.kappa
        flat = self._arriving().reshape(*each.shape[:2], -1) * block.kappa * block.step
        moves = self.related * (flat.reshape(-1, len(self.groups)).T @ each.reshape(-1, each.shape[2]))
        np.add.at(block.sum_moves, self.own_row, moves)
        block.sum_to += (each * (flat.reshape(-1, len(self.groups)) @ self.related).reshape(each.shape)).sum(axis=1)
        np.add.at(block.sum_at, self.own_row, block.step * taken.sum(axis=1).T)
        block.in_all += block.step * taken.sum(axis=(0, 2))
        own = self.related[np.arange(len(self.groups)), self.own_row]
        block.in_same += (flat * each[:, :, self.own_row] * own).sum(axis=(0, 2))
        return np.asarray(taken.sum(axis=(0, 2)))

    def step(self, each: Array, rate: Array, leave: Array) -> None:
        """Hired from courses and after them."""
        if not self.groups:
            return
        block = self.block
        slow = COURSE_EFFORT * rate[self.cell]
        chance = (block.kappa * self._taken(each) * self.travel.T[:, None, :]).sum(axis=0).T[:, None, :]
        fast = block.step * block.effort * chance
        if (fast + leave).max(initial=0.0) > 1.0 and self.completed.any():
            raise StepTooLongError
        np.add.at(block.re_employed, self.cell, slow * self.inside + fast * self.completed)
        np.add.at(block.left, self.cell, leave * (self.inside + self.completed))
        self.inside = self.inside * (1.0 - slow - leave)
        self.completed = self.completed * (1.0 - fast - leave)
        self._sum()

    def _arriving(self) -> Array:
        """(works x draws, groups) those who completed, by where they reach."""
        searching = (self.block.effort * self.completed).sum(axis=1)
        return np.asarray((self.travel.T[:, None, :] * searching.T[None]).reshape(-1, len(self.groups)))

    def _taken(self, each: Array) -> Array:
        """(works, draws, groups) what each workplace has for them."""
        return np.asarray((each.reshape(-1, each.shape[2]) @ self.related.T).reshape(*each.shape[:2], -1))

    def _sum(self) -> None:
        self.in_course = np.zeros(self.block.persons.shape)
        self.after = np.zeros(self.block.persons.shape)
        np.add.at(self.in_course, self.cell, self.inside)
        np.add.at(self.after, self.cell, self.completed)


class Following:
    """How many of those without work as a month begins have work as it ends, and how many still search."""

    def __init__(self, block: Block) -> None:
        self.block = block
        self.found: list[Array] = []
        self.stay: list[Array] = []
        self.notice: list[Array] = []

    def begin(self) -> None:
        """A month begins."""
        self.found.append(np.zeros(self.block.persons.shape))
        self.stay.append(np.ones(self.block.persons.shape))
        self.notice.append(self.block.notice)

    def step(self, rate: Array, leave: Array) -> None:
        """A step of it."""
        self.found[-1] = self.found[-1] + self.stay[-1] * rate
        self.stay[-1] = self.stay[-1] * (1.0 - rate - leave)

    def after(self, months: int, summers: Mapping[str, Summer]) -> dict[str, Array]:
        """Grouping -> (draws, groups) share re-employed so many months after the post ended; courses left out."""
        block = self.block
        work, persons = np.zeros(block.persons.shape), np.zeros(block.persons.shape)
        for month in range(min(len(block.leaving), block.asked.months - months + 1)):
            leaving = block.leaving[month] * block.scale
            if not leaving.any():
                continue
            still, found = self.notice[month], 1.0 - self.notice[month]
            for later in range(month, month + months):
                found = found + still * self.found[later]
                still = still * self.stay[later]
            work += leaving * found
            persons += leaving
        told = {name: (sums.sum(work), sums.sum(persons)) for name, sums in summers.items()}
        return {
            name: np.divide(found, of, out=np.full_like(of, np.nan), where=of > 0) for name, (found, of) in told.items()
        }
