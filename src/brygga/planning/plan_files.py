"""The files of a plan: written all at once, read back whoever wrote them.

    plan.csv           measure, site, year, classes, seats, cost (thousand kronor, expected)
    arrivals.csv       site, municipality, occupation, year, persons; with free reach only
    guidance_plan.csv  guidance, year, steps; when the problem has guidance
    short.csv          municipality, occupation, year, need (mean over draws), stock (placed completers still there),
                       drained (posts completers left behind), short, surplus (means over draws); persons at year's end
    summary.json       objective, bound, nothing_objective, the two gaps, status, seconds, and how it was found

Start reading at `write_plan`, then `read_plan`.
"""

from __future__ import annotations

import json
import math
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import polars as pl

from brygga.core import tables as core_tables
from brygga.core.errors import FileError
from brygga.planning.plan_reading import FILES, SUMMARY, read_plan
from brygga.planning.plans import Proven
from brygga.planning.problem import Problem

__all__ = ["read_plan", "write_plan"]
OWN = (*(f"{name}.csv" for name in FILES), SUMMARY)
HOW = ("kernel", "blocks", "iterations", "seed", "cvar_weight", "cvar_level")
"""How a plan was found, as far as it says so."""


class Written(Proven, Protocol):
    """What can be written: `solve.Plan`, or anything with as much."""

    @property
    def nothing(self) -> float:
        """The objective when nothing starts."""

    @property
    def objective(self) -> float:
        """The recounted objective."""

    @property
    def bound_gap(self) -> float:
        """Distance from the bound, as a share of the objective."""

    @property
    def improvement_gap(self) -> float:
        """Distance from the bound, as a share of what measures can do at most."""

    @property
    def status(self) -> str:
        """How the search ended."""

    @property
    def seconds(self) -> float:
        """How long it took."""


def write_plan(out: Path, problem: Problem, plan: Written) -> None:
    """Write a plan into the folder `out`; an earlier plan's files there are replaced, other files left alone.

    Every file is first written beside it, so that a full disk or a stop leaves the earlier plan whole.

    Raises
    ------
    FileError when that cannot be done.
    """
    with _beside(out) as work:
        for name, frame in _tables(problem, plan).items():
            core_tables.write(frame.select(FILES[name]), work / f"{name}.csv")
        text = json.dumps(summary_of(problem, plan), indent=1, ensure_ascii=False, allow_nan=False) + "\n"
        (work / SUMMARY).write_text(text, encoding="utf-8")


def summary_of(problem: Problem, plan: Written) -> dict[str, Any]:
    """What `summary.json` says: the proof in a few numbers, what the plan costs, how it was found."""
    counted = plan.counted
    warnings = dict.fromkeys([*problem.warnings, *getattr(plan, "warnings", ())])
    content = {
        "objective": plan.objective,
        "bound": plan.bound,
        "nothing_objective": plan.nothing,
        "bound_gap": plan.bound_gap,
        "improvement_gap": plan.improvement_gap,
        "status": plan.status,
        "seconds": plan.seconds,
        "classes": int(plan.classes["classes"].sum()),
        "seats": int(plan.classes["seats"].sum()),
        "cost": counted.cost,
        "short": counted.short,
        "surplus": counted.surplus,
        **{name: getattr(plan, name) for name in HOW if hasattr(plan, name)},
        **({"draws": _draws(counted.by_draw)} if problem.need_draws.height else {}),
        "money": counted.money.to_dicts(),
        "warnings": list(warnings),
    }
    return {name: _finite(value) for name, value in content.items()}


def _tables(problem: Problem, plan: Written) -> dict[str, pl.DataFrame]:
    start = ["measure", "site", "year"]
    costed = plan.classes.join(plan.counted.costs, on=start, how="left").with_columns(pl.col("cost").fill_null(0.0))
    tables = {"plan": costed.sort(start), "short": plan.counted.cells}
    if problem.settings.reach == "free":
        tables["arrivals"] = plan.arrivals.sort(FILES["arrivals"][:-1])
    if problem.guidance.height:
        tables["guidance_plan"] = plan.guidance.sort("guidance", "year")
    return tables


def _draws(by_draw: pl.DataFrame) -> dict[str, float]:
    """The weighted shortage and surplus over draws."""
    weighted = by_draw["weighted"].sort()
    quantiles = {name: weighted.quantile(q, "linear") for name, q in (("p10", 0.1), ("p50", 0.5), ("p90", 0.9))}
    return {
        "number": by_draw.height,
        "mean": math.fsum(weighted) / by_draw.height,
        **{name: float(value or 0.0) for name, value in quantiles.items()},
        "worst": float(weighted[-1]),
    }


def _finite(value: Any) -> Any:
    """JSON knows no infinity: null."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


@contextmanager
def _beside(out: Path) -> Iterator[Path]:
    """A folder to write in whose files move into `out` when all went well, and that vanishes otherwise."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(dir=out, prefix=".writing."))
    except OSError as error:
        raise _not_written(out, error) from error
    try:
        yield work
        for name in OWN:
            if (work / name).exists():
                (work / name).replace(out / name)
            else:
                (out / name).unlink(missing_ok=True)
    except OSError as error:
        raise _not_written(out, error) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _not_written(out: Path, error: OSError) -> FileError:
    return FileError(
        f"{out} cannot be written: {error.strerror}",
        why="the plan needs a folder that you may write in",
        todo="choose another folder with -o, or free space and rights there",
    )
