"""A plain greedy plan: one class after another, each time the one that closes most shortage for its money.

Written from the problem's tables alone, with dictionaries; it shares nothing with the solver.
A class is as full as applicants and money allow. Where no money binds, the gain per seat decides.

Start reading at `greedy_classes`.
"""

from __future__ import annotations

import heapq
from collections import defaultdict

import polars as pl

from brygga.planning.problem import Problem

Start = tuple[str, str, int]
Cell = tuple[str, str]
PLAN = {"measure": pl.String, "site": pl.String, "year": pl.Int64, "classes": pl.Int64, "seats": pl.Int64}


def greedy_classes(problem: Problem) -> pl.DataFrame:
    """Classes and seats (measure, site, year, classes, seats) chosen one class at a time.

    Gains only fall as classes are added, so a start is looked at again only when it comes first. Guidance,
    placements, floors, draws and pins are not looked at; benchmark instances have none of them.
    """
    state = State(problem)
    waiting = [(-float("inf"), start) for start in state.starts()]
    heapq.heapify(waiting)
    while waiting:
        _, start = heapq.heappop(waiting)
        seats, worth = state.next_class(start)
        if seats == 0 or worth <= 0:
            continue
        if not waiting or worth >= -waiting[0][0]:
            state.add(start, seats)
            worth = state.next_class(start)[1]
        heapq.heappush(waiting, (-worth, start))
    rows = [(*start, classes, seats) for start, (classes, seats) in sorted(state.plan.items())]
    return pl.DataFrame(rows, schema=PLAN, orient="row")


class State:
    """What is left of every limit, and the net stock of every cell, as the plan grows."""

    def __init__(self, problem: Problem) -> None:
        s = self.settings = problem.settings
        self.measures = {row["measure"]: row for row in problem.measures.rows(named=True)}
        self.offers = {(row["site"], row["measure"]): row["applicants"] for row in problem.offers.rows(named=True)}
        self.occupation = dict(problem.leads.sort("share").select("measure", "occupation").iter_rows())
        self.reach: dict[str, list[tuple[str, float]]] = defaultdict(list)
        for site, place, share in problem.reach.filter(pl.col("share") > 0).iter_rows():
            self.reach[site].append((place, share))
        weights = dict(problem.weights.iter_rows())
        years = range(s.first, s.horizon + 1)
        self.need: dict[Cell, list[float]] = defaultdict(lambda: [0.0] * len(years))
        for place, occupation, year, persons in problem.need.iter_rows():
            self.need[place, occupation][year - s.first] = persons
        self.stock: dict[Cell, list[float]] = defaultdict(lambda: [0.0] * len(years))
        self.worth = {o: [weights.get(o, 1.0) * s.discount**t for t in range(len(years))] for _, o in list(self.need)}
        self.money: dict[tuple[str, int], float] = defaultdict(float)
        self.money.update({(funder, year): amount for funder, year, amount in problem.budgets.iter_rows()})
        self.payers: dict[str, list[tuple[str, float]]] = defaultdict(list)
        for funder, measure, share in problem.funding.select("funder", "measure", "share").iter_rows():
            self.payers[measure].append((funder, share))
        sites = problem.sites.rows(named=True)
        self.rooms = {(r["site"], y): _limit(r["rooms"]) for r in sites for y in s.starts}
        self.applicants = {(r["site"], y): _limit(r["applicants"]) for r in sites for y in s.starts}
        self.plan: dict[Start, tuple[int, int]] = {}

    def starts(self) -> list[Start]:
        """Every start whose completers come in time."""
        s = self.settings
        in_time = ((m, site, y) for site, m in self.offers for y in s.starts)
        return sorted(start for start in in_time if start[2] + self.measures[start[0]]["years"] <= s.horizon)

    def next_class(self, start: Start) -> tuple[int, float]:
        """Seats of one more class, as full as may be, and what it closes per krona (per seat where it is free)."""
        measure, site, year = start
        kind = self.measures[measure]
        classes, taken = self.plan.get(start, (0, 0))
        if self.rooms[site, year] < 1 or classes >= _limit(kind["classes_max"]):
            return 0, 0.0
        own = _limit(self.offers[site, measure]) - taken
        left = min((self.money[payer, year] / share for payer, share in self.payers[measure]), default=float("inf"))
        paid = (left - kind["cost_class"]) / kind["cost_seat"] if kind["cost_seat"] > 0 else float("inf")
        seats = int(min(kind["class_max"], own, self.applicants[site, year], paid) + 1e-9)
        if seats < max(1, kind["class_min"]):
            return 0, 0.0
        cost = kind["cost_class"] + kind["cost_seat"] * seats
        gain = self._closed(start, seats, keep=False) - self.settings.cost_weight * cost
        return seats, gain / (cost if cost > 0 else seats)

    def add(self, start: Start, seats: int) -> None:
        """Start one more class."""
        measure, site, year = start
        kind = self.measures[measure]
        classes, taken = self.plan.get(start, (0, 0))
        self.plan[start] = (classes + 1, taken + seats)
        self.rooms[site, year] -= 1
        self.applicants[site, year] -= seats
        for payer, share in self.payers[measure]:
            self.money[payer, year] -= share * (kind["cost_class"] + kind["cost_seat"] * seats)
        self._closed(start, seats, keep=True)

    def _closed(self, start: Start, seats: int, *, keep: bool) -> float:
        """Weighted shortage that `seats` more close; with free reach where they close most, place after place."""
        measure, site, year = start
        kind, occupation = self.measures[measure], self.occupation[start[0]]
        since = year + kind["years"] - self.settings.first
        made = seats * kind["yield"] * kind["probability"]
        places = [place for place, _ in self.reach[site] if (place, occupation) in self.need]
        if self.settings.reach == "fixed":
            parts = {place: made * share for place, share in self.reach[site] if place in places}
        else:
            parts = self._divided(places, occupation, since, made * sum(share for _, share in self.reach[site]))
        closed = 0.0
        for place, persons in parts.items():
            closed += self._gain(place, occupation, since, persons)
            if keep:
                stock = self.stock[place, occupation]
                for t in range(since, len(stock)):
                    stock[t] += persons * self.settings.stay ** (t - since)
        return closed

    def _divided(self, places: list[str], occupation: str, since: int, made: float) -> dict[str, float]:
        """Completers sent where the next of them closes most, a tenth at a time."""
        parts: dict[str, float] = dict.fromkeys(places, 0.0)
        for _ in range(10 if places else 0):
            gains = {
                place: self._gain(place, occupation, since, parts[place] + made / 10)
                - self._gain(place, occupation, since, parts[place])
                for place in places
            }
            parts[max(places, key=gains.__getitem__)] += made / 10
        return parts

    def _gain(self, place: str, occupation: str, since: int, persons: float) -> float:
        """Weighted shortage that `persons` arriving in year `since` close in one place."""
        need, stock, worth = self.need[place, occupation], self.stock[place, occupation], self.worth[occupation]
        stay = self.settings.stay
        return sum(
            worth[t] * min(max(0.0, need[t] - stock[t]), persons * stay ** (t - since)) for t in range(since, len(need))
        )


def _limit(value: float | None) -> float:
    return float("inf") if value is None else float(value)
