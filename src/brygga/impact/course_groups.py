"""Course groups within a matching: people who are in a course, and those who completed one.

Who is in a course searches a little from the old row of K; who completed it searches with the better of the old and
the new row, cell by cell; who did not goes back among the others of the same cell. Seats are shared between classes
as their persons were hit, and between courses that take from the same cell in the same month in proportion; nobody
takes a seat who is not without work, and a seat that nobody takes stays empty. All of it grows in the persons without
work, as the law in `brygga.impact.matching` needs.

Start reading at `Courses.begin`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brygga.impact.market import Array, Market
from brygga.impact.seekers import COURSE_EFFORT, CourseGroup


@dataclass(frozen=True)
class Hired:
    """Persons a month who completed a course and are hired: sums over draws, and by draw in all."""

    moves: Array
    hires_to: Array
    moves_at: Array
    all: Array
    same: Array


class Courses:
    """The groups, as (draws, classes, groups); those in a course and after it also as (draws, classes, cells)."""

    def __init__(
        self,
        courses: Sequence[CourseGroup],
        market: Market,
        home: NDArray[np.int64],
        occupation: NDArray[np.int64],
        persons: Array,
        effort: Array,
        kappa: Array,
    ) -> None:
        place = {
            (market.homes[h], market.occupations[o]): n
            for n, (h, o) in enumerate(zip(home.tolist(), occupation.tolist(), strict=True))
        }
        known = [
            (course, place[course.from_home, course.from_occupation])
            for course in courses
            if (course.from_home, course.from_occupation) in place
        ]
        self.groups = [course for course, _ in known]
        self.cell = np.array([cell for _, cell in known], dtype=np.int64)
        self.effort, self.kappa, self.form = effort, kappa, persons.shape
        self.into = np.zeros((len(known), persons.shape[2]))
        self.into[np.arange(len(known)), self.cell] = 1.0
        target = np.array([market.occupations.index(course.to_occupation) for course in self.groups], dtype=np.int64)
        self.row = occupation[self.cell]
        self.related = np.maximum(market.related[self.row], market.related[target])
        self.travel = market.travel[home[self.cell]]
        self.own = self.related[np.arange(len(known)), self.row]
        self.seats = self._seats(persons, market.classes)
        self.inside, self.completed = np.zeros_like(self.seats), np.zeros_like(self.seats)
        self.in_course, self.after = np.zeros(self.form), np.zeros(self.form)
        self.found, self.gone = np.zeros_like(self.seats), np.zeros_like(self.seats)

    def begin(self, month: int, without: Array) -> None:
        """Courses end; courses start with as many as have a seat of those `without` work, which is changed."""
        if not self.groups:
            return
        ends = np.array([course.month + course.months == month for course in self.groups])
        completion = np.array([course.completion for course in self.groups])
        done = self.inside * ends * completion
        self.completed += done
        without += (self.inside * ends - done) @ self.into
        self.inside = self.inside * ~ends
        starts = np.array([course.month == month for course in self.groups])
        wanted = (self.seats * starts) @ self.into
        share = np.minimum(np.divide(without, wanted, out=np.zeros_like(wanted), where=wanted > 0), 1.0)
        self.inside += self.seats * starts * share[:, :, self.cell]
        without -= np.minimum(wanted, without)
        self._sum()

    def met(self) -> Array | float:
        """T' N K of those who completed."""
        if not self.completed.any():
            return 0.0
        arriving = self._arriving()
        return (arriving.reshape(-1, len(self.groups)) @ self.related).reshape(*arriving.shape[:2], -1)

    def hired(self, each: Array) -> Hired | None:
        """Persons a month of those who completed, where and from which occupation; None while nobody has."""
        if not self.completed.any():
            return None
        arriving = self._arriving() * self.kappa
        flat, posts = arriving.reshape(-1, len(self.groups)), each.reshape(-1, each.shape[2])
        taken = arriving * self._taken(each)
        moves = np.zeros((each.shape[2], each.shape[2]))
        np.add.at(moves, self.row, self.related * (flat.T @ posts))
        moves_at = np.zeros((each.shape[2], len(each)))
        np.add.at(moves_at, self.row, taken.sum(axis=1).T)
        return Hired(
            moves=moves,
            hires_to=(each * (flat @ self.related).reshape(each.shape)).sum(axis=1),
            moves_at=moves_at,
            all=taken.sum(axis=(0, 2)),
            same=(arriving * each[:, :, self.row] * self.own).sum(axis=(0, 2)),
        )

    def chance(self, each: Array) -> Array:
        """(draws, groups) chance of work a month after the course, at effectiveness 1."""
        return np.asarray((self.kappa * self._taken(each) * self.travel.T[:, None, :]).sum(axis=0))

    def searching(self) -> Array:
        """(draws, cells) those in a course, by how well they search."""
        inside = (self.effort[:, :, None] * self.inside).sum(axis=1)
        return np.asarray(COURSE_EFFORT * (inside @ self.into))

    def step(self, rate: Array, fast: Array, leave: Array) -> None:
        """Some find work and some leave, by the chances from the old row and after the course."""
        slow = COURSE_EFFORT * rate
        self.found += slow * self.inside + fast * self.completed
        self.gone += leave * (self.inside + self.completed)
        self.inside *= 1.0 - slow - leave
        self.completed *= 1.0 - fast - leave

    def end(self) -> tuple[Array, Array]:
        """Who found work and who left in the month that ends (draws, classes, cells)."""
        told = self.found @ self.into, self.gone @ self.into
        self.found.fill(0.0)
        self.gone.fill(0.0)
        self._sum()
        return told

    def _seats(self, persons: Array, classes: Sequence[str]) -> Array:
        seats = np.zeros((*persons.shape[:2], len(self.groups)))
        for n, course in enumerate(self.groups):
            takes = np.array([not course.classes or name in course.classes for name in classes])
            own = persons[:, :, self.cell[n]] * takes
            whole = own.sum(axis=1, keepdims=True)
            seats[:, :, n] = course.persons * np.divide(own, whole, out=np.zeros_like(own), where=whole > 0)
        return seats

    def _arriving(self) -> Array:
        """(works, draws, groups) those who completed, by how well they search and where they reach."""
        searching = (self.effort[:, :, None] * self.completed).sum(axis=1)
        return np.asarray(self.travel.T[:, None, :] * searching[None])

    def _taken(self, each: Array) -> Array:
        """(works, draws, groups) what each workplace has for them."""
        return np.asarray(each.reshape(-1, each.shape[2]) @ self.related.T).reshape(*each.shape[:2], -1)

    def _sum(self) -> None:
        self.in_course, self.after = self.inside @ self.into, self.completed @ self.into
