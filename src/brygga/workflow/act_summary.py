"""What a plan comes to in a few numbers: its proof, what binds, what cooperation is worth, what rests on a yes.

Start reading at `summary_of`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from math import fsum
from typing import TYPE_CHECKING, Any

import polars as pl

from brygga.core.errors import listed
from brygga.core.sums import total
from brygga.planning.problem import Problem
from brygga.planning.reasons import covered
from brygga.planning.recount import KINDS
from brygga.planning.remarks import not_led_to

if TYPE_CHECKING:
    from brygga.planning.as_last_year import Repeated
    from brygga.planning.cooperation import Cooperation
    from brygga.planning.solve import Plan
    from brygga.workflow.act import Acted

DIGITS = 6
WHOLE = ("optimal", "gap", "iterations")
"""Ends of a search that time did not cut off."""
BINDS = 1e-6
MOST_BINDING = 10
SEK = 1000.0


def summary_of(found: Acted, frames: Mapping[str, pl.DataFrame]) -> dict[str, Any]:
    """The proof in a few numbers, what each plan costs and closes, what it rests on, and what to be warned of.

    No seconds: the same plan has the same summary.
    """
    problem, last_year, best = found.problem, found.last_year, found.best
    unled = not_led_to(problem.need, problem.leads)
    closes = {"last_year": last_year.counted, "best": best.counted}
    content = {
        "objective": best.objective,
        "bound": best.bound,
        "nothing_objective": best.nothing,
        "last_year_objective": last_year.counted.objective,
        "bound_gap": best.bound_gap,
        "improvement_gap": best.improvement_gap,
        "status": best.status,
        "kernel": best.kernel,
        "short_person_years": {"nothing": _needed(problem), **{name: c.short for name, c in closes.items()}},
        "cost_sek": {"nothing": 0.0, **{name: c.cost * SEK for name, c in closes.items()}},
        "cooperation": _cooperation(found.together),
        "binds": _binding(frames["plan_limits"]),
        "grants": _grants(frames["plan_starts"], found.terms.day),
        "guidance": _guidance(frames["plan_guidance"]),
        "rules": _rules(found.terms.used),
        "covered": covered(problem, best).to_dicts(),
        "not_led_to": {"occupations": unled["occupation"].n_unique(), "person_years": fsum(unled["persons"])},
        "last_year_breaks": _breaks(last_year),
        "warnings": list(dict.fromkeys(_warnings(found))),
    }
    return {key: rounded(value) for key, value in content.items()}


def _warnings(found: Acted) -> list[str]:
    told = (*found.problem.warnings, *found.terms.warnings, *found.best.warnings)
    return [*told, *_overruns(found.last_year), *_cut_off(found.best)]


def _needed(problem: Problem) -> float:
    return fsum(problem.need["persons"])


def _cooperation(together: Cooperation | None) -> dict[str, Any] | None:
    """The headline: what planning together is worth, between which ends, in the objective and in person-years."""
    if together is None:
        return None
    return {
        "value": together.value,
        "low": together.low,
        "high": together.high,
        "any_high": together.any_high,
        "person_years": together.person_years,
        "cost_sek": together.cost * SEK,
        "comparable": together.comparable,
    }


def _binding(limits: pl.DataFrame) -> dict[str, Any]:
    """How many limits of each kind are worth more than nothing, and those worth most."""
    binding = limits.filter(pl.col("one_more") > BINDS)
    most = binding.sort("one_more", "limit", "name", "year", descending=[True, False, False, False])
    kinds = binding.group_by("limit", maintain_order=True).len("count").sort("limit")
    return {
        "kinds": dict(kinds.iter_rows()),
        "most": most.head(MOST_BINDING).select("limit", "name", "year", "one_more").to_dicts(),
    }


def _grants(starts: pl.DataFrame, day: date) -> dict[str, Any]:
    """What the plan asks others to grant: how many starts, how many yes are expected, what is lost on the noes."""
    asked = starts.filter(pl.col("probability") < 1)
    first = asked.filter(pl.col("apply_by") >= day).sort("apply_by", "year", "programme")
    return {
        "starts": starts.height,
        "ask": asked.height,
        "expected_yes": fsum(asked["probability"]),
        "lost_expected": fsum(asked["loses_expected"].drop_nulls()),
        "with_interval": asked.drop_nulls("p10").height,
        "next_to_apply": first.head(1).select("programme", "year", "apply_by").cast({"apply_by": pl.String}).to_dicts(),
    }


def _guidance(bought: pl.DataFrame) -> dict[str, Any]:
    """Steps of guidance bought over all years, what they cost and the applicants they add."""
    sums = bought.select(pl.col("steps").sum(), total("cost_sek"), total("applicants"))
    return sums.row(0, named=True) if bought.height else {"steps": 0, "cost_sek": 0.0, "applicants": 0.0}


def _rules(used: pl.DataFrame) -> dict[str, int]:
    """How many rules the plan's funding rests on, by how far they can be trusted."""
    return dict(used.group_by("standing", maintain_order=True).len("count").sort("standing").iter_rows())


def _breaks(last_year: Repeated) -> list[dict[str, Any]]:
    """What repeating last year would break, as fields: kind, what, name, year, used, at_most (thousand kronor)."""
    breaches = last_year.counted.breaches
    return breaches.select(
        pl.col("what").replace_strict(KINDS, return_dtype=pl.String).alias("kind"), pl.all()
    ).to_dicts()


def _overruns(last_year: Repeated) -> list[str]:
    """What repeating last year would break."""
    breaches = last_year.counted.breaches
    if not breaches.height:
        return []
    rows = breaches.sort("what", "name", "year").rows(named=True)
    shown = listed(f"{r['what']} {r['name']} {r['year']}: {r['used']:.6g} of {r['at_most']:.6g}" for r in rows)
    return [f"As last year breaks {len(rows)} limit(s) (money in thousand kronor): {shown}."]


def _cut_off(best: Plan) -> list[str]:
    if best.status in WHOLE:
        return []
    return ["The plan was cut off by its time limit: its bound holds, but another machine may find another plan."]


def rounded(content: Any) -> Any:
    """Floats to six decimals, so that a summary reads well and stays the same."""
    if isinstance(content, float):
        return round(content, DIGITS)
    if isinstance(content, Mapping):
        return {key: rounded(value) for key, value in content.items()}
    return [rounded(value) for value in content] if isinstance(content, list) else content
