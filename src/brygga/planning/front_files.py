"""The front and the regret as tables and files: CSV for people, one JSON with the proof, all of a run or nothing.

Start reading at `front_table`, then `write_front` and `write_scenarios`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from math import inf, isfinite
from pathlib import Path
from typing import Any

import polars as pl

from brygga.core import tables
from brygga.core.errors import FileError
from brygga.core.provenance import write_json
from brygga.planning.front import Front, Point
from brygga.planning.knee import Price, price_between, told_apart
from brygga.planning.problem import Problem
from brygga.planning.scenarios import Scenarios

SEK = 1000.0


def front_table(front: Front) -> pl.DataFrame:
    """Table `plan_front`: the points without a floor, cheapest first, then those with one."""
    curve = [_row(front, i, point) for i, point in enumerate(front.curve)]
    fair = [_fair_row(front, len(curve) + i, point) for i, point in enumerate(front.fair)]
    return pl.DataFrame([*curve, *fair], schema=tables.empty("plan_front").schema)


def _row(front: Front, index: int, point: Point) -> dict[str, Any]:
    weighted, bounds = [p.weighted for p in front.curve], [p.bound for p in front.curve]
    costs = [p.cost for p in front.curve]
    knee = front.knee
    word = "no" if knee is None else "yes" if index == knee.index else "possible" if index in knee.possible else "no"
    price = price_between(costs, weighted, bounds, index - 1).found if index else inf
    return {
        **_figures(index, point),
        "sure": told_apart(weighted, bounds)[index],
        "knee": word,
        "sek_per_person_year": SEK * price if isfinite(price) else None,
        "floor_costs": None,
    }


def _fair_row(front: Front, index: int, point: Point) -> dict[str, Any]:
    base = _without_floor(front, point)
    return {
        **_figures(index, point),
        "sure": point.bound > base.weighted,
        "knee": "no",
        "sek_per_person_year": None,
        "floor_costs": point.weighted - base.weighted,
    }


def _without_floor(front: Front, point: Point) -> Point:
    """The best point without a floor for at most the same money."""
    cap = inf if point.cap is None else point.cap
    affordable = [one for one in front.curve if one.cost <= cap * (1 + 1e-9)]
    return min(affordable or front.curve[:1], key=lambda one: one.weighted)


def _figures(index: int, point: Point) -> dict[str, Any]:
    return {
        "point": index + 1,
        "cap_sek": None if point.cap is None else SEK * point.cap,
        "floor": point.floor,
        "cost_sek": SEK * point.cost,
        "weighted": point.weighted,
        "bound": point.bound,
        "short": point.short,
        "worst_municipality": point.worst.municipality if point.worst else None,
        "worst_share": point.worst.share if point.worst else None,
    }


def front_summary(front: Front) -> dict[str, Any]:
    """Knee, prices and notes; money in SEK."""
    knee = front.knee
    said = None
    if knee is not None:
        said = {
            "point": knee.index + 1,
            "possible": [index + 1 for index in knee.possible],
            "method": "largest distance below the chord between the ends, both axes from 0 to 1",
            "distance": knee.distance,
            "cost_sek": SEK * front.curve[knee.index].cost,
            "sek_per_person_year_before": _price(knee.before),
            "sek_per_person_year_after": _price(knee.after),
        }
    return {
        "knee": said,
        "target_year": front.year,
        "out_of_reach": list(front.out_of_reach),
        "points": len(front.points),
        "removed": front.removed,
        "statuses": [point.plan.status for point in front.points],
        "notes": list(front.notes),
    }


def _price(price: Price) -> dict[str, float | None]:
    """Found, least and most in SEK; null where nothing is surely bought."""
    return {name: SEK * value if isfinite(value) else None for name, value in asdict(price).items()}


def front_plans(front: Front) -> pl.DataFrame:
    """The classes of every point: point, measure, site, year, classes, seats."""
    frames = [
        point.plan.classes.select(
            pl.lit(i + 1, pl.Int64).alias("point"), "measure", "site", "year", "classes", "seats"
        ).sort("measure", "site", "year")
        for i, point in enumerate(front.points)
    ]
    return pl.concat(frames)


def write_front(front: Front, problem: Problem, out: Path) -> None:
    """Write `front.csv`, `front_plans.csv` and `front.json` into `out`, all or none."""
    table = tables.check(front_table(front), "plan_front", extra_codes=municipalities(problem))
    write_together(out, {"front": table, "front_plans": front_plans(front)}, {"front": front_summary(front)})


def scenario_summary(found: Scenarios, *, weight: float, level: float) -> dict[str, Any]:
    """What planning for the draws and knowing the draw are worth, with their least and most."""
    return {
        "draws": len(found.draws),
        "cvar_weight": weight,
        "cvar_level": level,
        "regret_width": regret_width(found),
        "value_of_the_stochastic_solution": asdict(found.values["stochastic"]),
        "expected_value_of_perfect_information": asdict(found.values["information"]),
        "value_of_replanning": asdict(found.values["replanning"]) if "replanning" in found.values else None,
        "notes": list(found.notes),
    }


def regret_width(found: Scenarios) -> float:
    """The widest that any regret is open: from what it is at least to what it is at most, person-years."""
    width: float | None = found.regret.select((pl.col("regret_most") - pl.col("regret_least")).max()).item()
    return width or 0.0


def scenario_plans(found: Scenarios) -> pl.DataFrame:
    """The classes of every candidate: candidate, measure, site, year, classes, seats."""
    frames = [
        plan.classes.select(pl.lit(name).alias("candidate"), "measure", "site", "year", "classes", "seats").sort(
            "measure", "site", "year"
        )
        for name, plan in found.plans.items()
    ]
    return pl.concat(frames)


def write_scenarios(found: Scenarios, out: Path, *, weight: float, level: float) -> None:
    """Write regret.csv, candidates.csv, first_year.csv, scenario_plans.csv and scenarios.json into `out`."""
    frames = {
        "regret": tables.check(found.regret, "plan_regret"),
        "candidates": tables.check(found.summary, "plan_candidates"),
        "first_year": tables.check(found.first_year, "plan_first_year"),
        "scenario_plans": scenario_plans(found),
    }
    write_together(out, frames, {"scenarios": scenario_summary(found, weight=weight, level=level)})


def municipalities(problem: Problem) -> list[str]:
    """Every municipality a problem names: any text may be one."""
    both = pl.concat([problem.need["municipality"], problem.reach["municipality"]])
    return both.unique().sort().to_list()


def write_together(out: Path, frames: Mapping[str, pl.DataFrame], contents: Mapping[str, Mapping[str, Any]]) -> None:
    """Write each frame as CSV and each content as JSON into `out`; nothing when one of them cannot be written.

    Raises
    ------
    FileError when the folder cannot be written.
    """
    tables.check_writable(out)
    out.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(dir=out, prefix=".part.") as name:
            part = Path(name)
            for stem, frame in frames.items():
                tables.write(frame, part / f"{stem}.csv")
            for stem, content in contents.items():
                write_json(content, part / f"{stem}.json")
            for path in sorted(part.iterdir()):
                path.replace(out / path.name)
    except OSError as error:
        raise FileError(
            f"{out} cannot be written: {error.strerror}",
            why="the results belong together, so none is left without the others",
            todo="free space there or choose another folder with -o",
        ) from error
