"""Stress bench: how many are without work after a shock, for many shocks on one market, as fast as it can be told.

The equations are those of `brygga.impact.matching`, and on the same steps the answers are the same to rounding (a
test). What is left out is what a ranking does not need: curves by group, courses, who was hired where. Arrays are
made once (`Bench`) and written into, kept (place, draw, occupation) so that T' N K is two products of matrices.
Classes that search alike in every draw are followed together, with their mean rate of leaving working life.

A month is one step here (`steps` says otherwise), and nobody's chance in a step counts for more than 1: where few can
take many posts, their vacancies are then told as filled a little sooner than they are. On the example region one step
a month finds within 2 per cent as many without work as sixteen do (docs/method/stress.md).

Start reading at `after_shock`.

Source: as `brygga.impact.matching`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from brygga.impact.market import Array, Market
from brygga.impact.seekers import Hit, check_hit, notified, scale

STEPS = 1
"""Steps that a month is cut into."""


class Bench:
    """A market laid out for many shocks; `steps` a month, at least."""

    def __init__(self, market: Market, draws: int, *, steps: int = STEPS) -> None:
        self.market, self.draws, self.steps = market, draws, steps
        homes, works, occupations = (len(names) for names in (market.homes, market.works, market.occupations))
        self.kappa = _laid(market.kappa[:, None, None], draws)
        self.vacancies, self.inflow, self.others = (
            _laid(array, draws) for array in (market.vacancies, market.inflow, market.others)
        )
        self.elsewhere = None if market.elsewhere is None else _laid(market.elsewhere, draws)
        self.to_work, self.to_home = np.ascontiguousarray(market.travel.T), np.ascontiguousarray(market.travel)
        self.to, self.back = np.ascontiguousarray(market.related), np.ascontiguousarray(market.related.T)
        self.at_work, self.met, self.each, self.rest = (np.empty((works, draws, occupations)) for _ in range(4))
        self.chance, self.searching, self.spare = (np.empty((homes, draws, occupations)) for _ in range(3))
        self.joining = self._joining()

    def search(self, vacancies: Array) -> Array:
        """Posts filled a month by workplace, from `searching`; leaves the chance a month of effectiveness 1."""
        homes, works, size = len(self.to_home), len(self.to_work), vacancies.shape[-1]
        np.matmul(self.to_work, self.searching.reshape(homes, -1), out=self.at_work.reshape(works, -1))
        np.matmul(self.at_work.reshape(-1, size), self.to, out=self.met.reshape(-1, size))
        self.met *= self.kappa
        np.negative(self.met, out=self.rest)
        np.expm1(self.rest, out=self.rest)
        self.rest *= vacancies
        np.negative(self.rest, out=self.rest)
        np.copyto(self.each, vacancies)
        np.divide(self.rest, self.met, out=self.each, where=self.met > 0)
        np.matmul(self.each.reshape(-1, size), self.back, out=self.at_work.reshape(-1, size))
        np.matmul(self.to_home, self.at_work.reshape(works, -1), out=self.chance.reshape(homes, -1))
        self.chance *= self.kappa
        return self.rest

    def others_step(self, others: Array, step: float) -> None:
        """The others who find work leave, and as many as usual join."""
        if self.elsewhere is not None:
            self.chance += self.elsewhere
        np.minimum(self.chance, 1.0 / step, out=self.chance)
        np.multiply(others, self.chance, out=self.spare)
        np.subtract(self.joining, self.spare, out=self.spare)
        self.spare *= step
        others += self.spare

    def _joining(self) -> Array:
        """Persons a month who join the others: as many as find work at rest, where the market does not say."""
        if self.market.others_inflow is not None:
            return _laid(self.market.others_inflow, self.draws)
        np.copyto(self.searching, self.others)
        self.search(self.vacancies)
        chance = self.chance if self.elsewhere is None else self.chance + self.elsewhere
        return self.others * np.minimum(chance, self.steps)


@dataclass(frozen=True)
class After:
    """Who is without work at the beginning of a month: persons by draw, home and occupation.

    `without` are those hit, `others` the others beyond those at rest.
    """

    without: Array
    others: Array


def after_shock(bench: Bench, hit: Hit, *, month: int) -> After:
    """Who is without work as month `month` begins, after the people of `hit` have lost their post.

    Raises
    ------
    TableError when the people are not those of the market.

    Examples
    --------
    Ten lose their post at once where ten vacancies and a hundred others are.

    >>> from brygga.impact.market import market
    >>> made = market(["1060"], ["1060"], ["7223"], ["direct|16-34"], travel=np.ones((1, 1)), related=np.ones((1, 1)),
    ...     vacancies=np.full((1, 1, 1), 10.0), filled=np.array([4.0]), others=np.full((1, 1, 1), 100.0))
    >>> ten = Hit(np.full((1, 1, 1, 1), 10.0), effort=np.full((1, 1), 3.0), leave_rate=np.zeros(1), notice_effort=0.5)
    >>> after_shock(Bench(made, 1, steps=4), ten, month=12).without.round(1).item()
    2.9
    """
    check_hit(bench.market, hit, (), bench.draws)
    step = 1.0 / bench.steps
    people = [_People(bench, hit, classes) for classes in _alike(hit)]
    vacancies, others = bench.vacancies.copy(), bench.others.copy()
    for now in range(month):
        for group in people:
            group.begin(now)
        for _ in range(bench.steps):
            np.copyto(bench.searching, others)
            for group in people:
                group.add_to(bench.searching, bench.spare)
            filled = bench.search(vacancies)
            for group in people:
                group.step(bench.chance, bench.spare, step)
            filled -= bench.inflow
            filled *= step
            vacancies -= filled
            bench.others_step(others, step)
    without = np.zeros_like(others)
    for group in people:
        without += group.without
    others -= bench.others
    return After(np.ascontiguousarray(without.swapaxes(0, 1)), np.ascontiguousarray(others.swapaxes(0, 1)))


class _People:
    """Those hit who search in the same way: persons without work (homes, draws, occupations)."""

    def __init__(self, bench: Bench, hit: Hit, classes: list[int]) -> None:
        form = (len(bench.market.homes), bench.draws, len(bench.market.occupations))
        self.effort = np.broadcast_to(hit.effort[:, classes[0]], (bench.draws,))[None, :, None]
        persons = hit.leaving[..., classes].sum(axis=(0, 1, 2))
        weights = persons if persons.sum() > 0 else np.ones(len(classes))
        self.leave = float(weights @ hit.leave_rate[classes] / weights.sum())
        self.without = np.zeros(form)
        told = notified(bench.market, hit)
        factor = np.broadcast_to(scale(bench.market, hit), (bench.draws, hit.leaving.shape[3]))
        at_once = [place for place in classes if not told[place]]
        self.waiting = [_Waiting(hit, place, factor[:, place]) for place in classes if told[place]]
        self.scale = np.ascontiguousarray(factor[:, at_once])
        self.leaving = np.ascontiguousarray(hit.leaving[..., at_once].swapaxes(2, 3))

    def begin(self, month: int) -> None:
        """Posts end as a month begins."""
        if month < len(self.leaving) and self.leaving[month].any():
            self.without += np.matmul(self.scale, self.leaving[month])
        for waiting in self.waiting:
            waiting.end(month, self.without)

    def add_to(self, searching: Array, spare: Array) -> None:
        """Add the people by how well they search."""
        np.multiply(self.without, self.effort, out=spare)
        searching += spare
        for waiting in self.waiting:
            waiting.add_to(searching, self.effort)

    def step(self, chance: Array, spare: Array, step: float) -> None:
        """Some find work, some leave working life."""
        np.multiply(chance, self.effort, out=spare)
        for waiting in self.waiting:
            waiting.step(spare, step)
        spare += self.leave
        spare *= -step
        spare += 1.0
        np.maximum(spare, 0.0, out=spare)
        self.without *= spare


class _Waiting:
    """Those of one class who know that they will lose their post and search meanwhile, in the occupations they hold."""

    def __init__(self, hit: Hit, place: int, factor: Array) -> None:
        leaving = hit.leaving[..., place]
        self.held = np.flatnonzero((leaving > 0).any(axis=(0, 1)))
        self.leaving = np.ascontiguousarray(leaving[:, :, self.held])[:, :, None, :]
        self.early = hit.notice_effort
        self.there = self.leaving.sum(axis=0) * factor[None, :, None]
        self.scale = factor[None, :, None]
        self.stay: Array | float = 1.0

    def end(self, month: int, without: Array) -> None:
        """Posts end as a month begins, for those who have not found another."""
        if month < len(self.leaving) and self.leaving[month].any():
            gone = self.leaving[month] * self.scale
            without[:, :, self.held] += gone * self.stay
            self.there = self.there - gone
            if not self.leaving[month + 1 :].any():
                self.early = 0.0

    def add_to(self, searching: Array, effort: Array) -> None:
        """Add the people by how well they search."""
        if self.early:
            searching[:, :, self.held] += self.there * self.stay * (self.early * effort)

    def step(self, rate: Array, step: float) -> None:
        """Some find work before their post ends."""
        if self.early:
            self.stay = self.stay * np.maximum(1.0 - (step * self.early) * rate[:, :, self.held], 0.0)


def _alike(hit: Hit) -> list[list[int]]:
    """Classes by how they search: those with the same effort in every draw together."""
    found: dict[bytes, list[int]] = {}
    for place in range(hit.effort.shape[1]):
        found.setdefault(np.ascontiguousarray(hit.effort[:, place]).tobytes(), []).append(place)
    return list(found.values())


def _laid(array: Array, draws: int) -> Array:
    """(draws or 1, place, occupation) as (place, draws, occupation)."""
    whole = np.broadcast_to(array, (draws, *array.shape[1:])) if len(array) == 1 else array
    return np.ascontiguousarray(whole.swapaxes(0, 1), dtype=np.float64)
