"""What a plan comes to, in sentences for somebody who is to decide on it.

Start reading at `sentences`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MILLION = 1e6
STANDINGS = {"read": "read", "reported": "reported and not opened", "example": "example values to verify"}


def sentences(summary: Mapping[str, Any], is_example: bool = False) -> list[str]:
    """The plan's proof, the value of cooperation, what binds, what rests on a yes and the warnings."""
    return [
        _proof(summary),
        *_together(summary.get("cooperation")),
        *_binds(summary.get("binds", {})),
        *_grants(summary.get("grants", {})),
        *_guidance(summary.get("guidance", {})),
        *_rules(summary.get("rules", {})),
        *_front(summary.get("front")),
        *_scenarios(summary.get("scenarios")),
        *(f"Note: {warning}" for warning in summary.get("warnings", ())),
        *(["All figures rest on an example region, not on statistics."] if is_example else []),
    ]


def _proof(summary: Mapping[str, Any]) -> str:
    short, cost = summary["short_person_years"], summary["cost_sek"]
    return (
        f"Of {short['nothing']:,.0f} person-years short if nothing is started, the plan leaves "
        f"{short['best']:,.0f} for {cost['best'] / MILLION:,.1f} million kronor on average (as last year: "
        f"{short['last_year']:,.0f} for {cost['last_year'] / MILLION:,.1f}). At most {summary['improvement_gap']:.1%} "
        f"of what measures can close is missing, proven (search: {summary['kernel']}, {summary['status']})."
    )


def _together(told: Mapping[str, Any] | None) -> list[str]:
    if told is None:
        return []
    if not told["comparable"]:
        return ["Cooperation: plans made alone break limits that all share, so no value can be told."]
    if told["person_years"] < 0:
        return ["Cooperation: the joint plan found is no better than the plans made alone; give it more time."]
    spent, word = abs(told["cost_sek"]) / MILLION, "less" if told["cost_sek"] < 0 else "more"
    return [
        f"Cooperation is worth {told['value']:,.0f} weighted person-years, cost counted ({told['low']:,.0f} to "
        f"{told['high']:,.0f} proven): if each municipality planned alone, {told['person_years']:,.0f} more "
        f"person-years would stay short and {spent:,.1f} million kronor {word} be spent."
    ]


def _binds(told: Mapping[str, Any]) -> list[str]:
    kinds = ", ".join(f"{kind} ({count})" for kind, count in told.get("kinds", {}).items())
    if not kinds:
        return ["Nothing binds: no limit is worth raising."]
    most = "; ".join(f"{r['limit']} {r['name']} {r['year']}: {r['one_more']:.3g}" for r in told["most"][:3])
    return [f"What binds: {kinds}. One more is worth most at {most} person-years (a million kronor for budgets)."]


def _grants(told: Mapping[str, Any]) -> list[str]:
    if not told.get("ask"):
        return []
    soon = told.get("next_to_apply") or []
    first = f" First to apply for: {soon[0]['programme']} by {soon[0]['apply_by']}." if soon else ""
    return [
        f"{told['ask']} of {told['starts']} starts need a yes from others; {told['expected_yes']:,.1f} are expected, "
        f"and the noes cost {told['lost_expected']:,.0f} person-years on average.{first}"
    ]


def _guidance(told: Mapping[str, Any]) -> list[str]:
    if not told.get("steps"):
        return []
    return [
        f"Guidance: {told['steps']:,.0f} steps for {told['cost_sek'] / MILLION:,.2f} million kronor add "
        f"{told['applicants']:,.0f} applicants over the years."
    ]


def _rules(told: Mapping[str, int]) -> list[str]:
    if not told:
        return []
    kinds = ", ".join(f"{count} {STANDINGS[standing]}" for standing, count in told.items())
    return [f"Rules on who may pay for what: {kinds} (table plan_rules)."]


def _front(told: Mapping[str, Any] | None) -> list[str]:
    if told is None:
        return []
    knee = told.get("knee")
    if knee is None:
        return [f"Front of {told['points']} plans (table plan_front): it bends nowhere."]
    return [
        f"Front of {told['points']} plans (table plan_front): it bends at {knee['cost_sek'] / MILLION:,.1f} million "
        "kronor; money beyond that closes less."
    ]


def _scenarios(told: Mapping[str, Any] | None) -> list[str]:
    if told is None:
        return []
    worth = told["value_of_the_stochastic_solution"]["found"]
    known = told["expected_value_of_perfect_information"]["found"]
    return [
        f"Held against {told['draws']} draws (tables plan_regret, plan_candidates): planning for all of them is worth "
        f"{worth:,.1f} person-years over planning for their mean, and knowing which one comes {known:,.1f}."
    ]
