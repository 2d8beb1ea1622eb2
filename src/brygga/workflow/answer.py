"""The main question answered from a run, in a few numbers and one sentence.

Start reading at `answer`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from brygga.core.sums import total
from brygga.workflow import names, questions
from brygga.workflow.results import Results, open_results

MILLION = 1_000_000


def answer(folder: Path) -> dict[str, Any]:
    """Which occupations will be short, and what the best plan found does about it.

    Returns
    -------
    dict with `year`, `municipalities`, `short` (posts unfilled as last year), `left` (with the best
    plan) and `covered` (what it fills against nothing new), each with p10, p50, p90 and naive in
    persons; `occupations` (the groups short of most, with median); `plan` (classes, seats, cost_sek,
    last_year_cost_sek, paid_by), `bound_gap`, `improvement_gap`, `observed`, `modelled` (values of
    the region's tables), and the sentences `text_en` and `note_en`.
    """
    results = open_results(folder)
    year = main_year(results)
    asked: dict[str, Any] = {
        "municipalities": results.region.municipalities,
        "occupations": industrial(results),
        "year": year,
    }
    short = questions.shortage(results, **asked).filter(value="short")
    covers = questions.covered(results, **asked).filter(plan="best")
    content: dict[str, Any] = {
        "region": results.region.name_en,
        "year": year,
        "municipalities": len(results.region.municipalities),
        "short": _span(short.filter(plan="last_year")),
        "left": _span(short.filter(plan="best")),
        "covered": _span(covers),
        "occupations": _most_short(results, asked),
        "plan": _plan(results),
        "bound_gap": results.summary["bound_gap"],
        "improvement_gap": results.summary["improvement_gap"],
        "observed": results.run["observed"],
        "modelled": results.run["modelled"],
    }
    return {**content, "text_en": _sentence(content), "note_en": _note(content, results)}


def main_year(results: Results) -> int:
    """The year that answers open with: the first after the last start of a plan, when the run reaches it."""
    return min(results.region.last_plan_year + 1, questions.years(results)[-1])


def industrial(results: Results) -> tuple[str, ...]:
    """The industrial and technical occupations of a run; all of them when it has none."""
    nodes = questions.occupations(results)
    return tuple(node for node in nodes if names.is_industrial(node)) or nodes


def _span(row: pl.DataFrame) -> dict[str, float]:
    return {name: round(row[name].item(), 1) for name in ("p10", "p50", "p90", "naive")}


def _most_short(results: Results, asked: dict[str, Any], most: int = 5) -> list[dict[str, Any]]:
    by_group = questions.shortage(results, **asked, by="group").filter(plan="last_year", value="short")
    first = by_group.sort("p50", "group", descending=[True, False]).head(most)
    return [
        {"group": r["group"], "name": names.group(r["group"], "en"), "p50": round(r["p50"], 1)}
        for r in first.rows(named=True)
    ]


def _plan(results: Results) -> dict[str, Any]:
    plan = results.table("plan").filter(plan="best")
    money = results.table("plan_money").filter(plan="best")
    kinds = results.table("funders").select("funder", "kind")
    paid = money.join(kinds, on="funder").group_by("kind", maintain_order=True).agg(total("spent_sek")).sort("kind")
    usual = results.table("plan").filter(plan="last_year")
    return {
        "last_year_cost_sek": round(usual["cost_sek"].sum()),
        "classes": plan["classes"].sum(),
        "seats": plan["seats"].sum(),
        "cost_sek": round(plan["cost_sek"].sum()),
        "paid_by": {kind: round(spent) for kind, spent in paid.iter_rows()},
    }


def _sentence(content: dict[str, Any]) -> str:
    short, left, plan = content["short"], content["left"], content["plan"]
    return (
        f"{content['region']}, {content['municipalities']} municipalities: at the end of {content['year']}, "
        f"{short['p10']:,.0f} to {short['p90']:,.0f} posts in industrial occupations stand unfilled if all goes on as "
        f"last year (80 % interval, median {short['p50']:,.0f}; base year {short['naive']:,.0f}). With the plan, "
        f"{plan['classes']:,} classes with {plan['seats']:,} seats for {plan['cost_sek'] / MILLION:,.1f} million "
        f"kronor on average (as last year: {plan['last_year_cost_sek'] / MILLION:,.1f}), {left['p10']:,.0f} to "
        f"{left['p90']:,.0f} stand unfilled (median {left['p50']:,.0f}); it is at most "
        f"{content['improvement_gap']:.1%} from the best that can be done for the money."
    )


def _note(content: dict[str, Any], results: Results) -> str:
    counted = f"{content['observed']:,} values of the region are observed and {content['modelled']:,} modelled."
    return f"An example, not statistics: {counted}" if results.region.is_example else counted
