"""Our plan against a plain greedy choice, on invented problems: ratios, nothing gated.

The greedy starts one class after another, each time the one that closes most weighted shortage
(after its cost), full or else as small as allowed, until none fits or none helps. Run: python bench/plan.py [seconds]
"""

from __future__ import annotations

import sys
import time

import polars as pl

from brygga.planning.as_last_year import counted_plan
from brygga.planning.generate import generate_problem
from brygga.planning.problem import Problem
from brygga.planning.solve import solve

SIZES = {
    "4 municipalities, 5 measures at 3 sites, 3 years": {},
    "8 municipalities, 12 measures at own sites, 3 years": {
        "municipalities": 8,
        "measures": 12,
        "sites": 6,
        "own_site": True,
    },
    "12 municipalities, 35 measures at own sites, 5 years": {
        "municipalities": 12,
        "measures": 35,
        "sites": 10,
        "years": 5,
        "own_site": True,
    },
}
START = ["measure", "site", "year"]
Plan = dict[tuple[str, str, int], tuple[int, int]]
"""Classes and seats by measure, site and year."""


def main(seconds: float) -> None:
    print("greedy / ours: shortage closed by the greedy as a share of what our plan closes (objective, from nothing)")
    for name, size in SIZES.items():
        for reach in ("free", "fixed"):
            problem = generate_problem(reach=reach, cost_weight=0.0005, **size)
            plan = solve(problem, time_limit=seconds, gap=0.005)
            began = time.perf_counter()
            greedy = counted_plan(problem, greedy_classes(problem)).counted
            took = time.perf_counter() - began
            ratio = (plan.nothing - greedy.objective) / (plan.nothing - plan.objective)
            print(
                f"{name}, {reach}: greedy / ours {ratio:.3f} ({took:.1f} s), ours within "
                f"{plan.improvement_gap:.2%} of the bound ({plan.seconds:.1f} s, {plan.status})"
            )


def greedy_classes(problem: Problem) -> pl.DataFrame:
    """One class after another by what the whole plan gains; full if it fits, else the smallest allowed."""
    starts = problem.offers.join(problem.measures, on="measure").join(
        pl.DataFrame({"year": list(problem.settings.starts)}), how="cross"
    )
    sizes = starts.select(*START, pl.min_horizontal("class_max", "applicants").cast(pl.Int64), "class_min")
    options = {row[:3]: sorted({row[3], int(row[4])}, reverse=True) for row in sizes.rows()}
    plan: Plan = {}
    now, left = counted_plan(problem, frame(plan)).counted.objective, set(options)
    gains = dict.fromkeys(options, float("inf"))
    while left:
        start = max(sorted(left), key=gains.__getitem__)
        gain, grown = best_class(problem, plan, start, options[start], now)
        gains[start] = gain
        if grown is None or gain <= 0:
            left.discard(start)
        elif gain >= max((gains[other] for other in left - {start}), default=0.0):
            plan, now = grown, now - gain
    return frame(plan)


def best_class(
    problem: Problem, plan: Plan, start: tuple[str, str, int], sizes: list[int], now: float
) -> tuple[float, Plan | None]:
    """What one more class gains, and the plan with it; the first size that fits (gains fall as classes are added)."""
    classes, seats = plan.get(start, (0, 0))
    for size in sizes:
        grown = {**plan, start: (classes + 1, seats + size)}
        counted = counted_plan(problem, frame(grown)).counted
        if counted.breaches.is_empty():
            return now - counted.objective, grown
    return 0.0, None


def frame(plan: Plan) -> pl.DataFrame:
    values = [(*start, *numbers) for start, numbers in plan.items()]
    kinds = {"measure": pl.String, "site": pl.String, "year": pl.Int64, "classes": pl.Int64, "seats": pl.Int64}
    return pl.DataFrame(values, schema=kinds, orient="row")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 20.0)
