"""Plans against draws: one common plan for all, what each candidate comes to in every draw, and the regret.

1. Candidates: nothing, as last year, the plan for the mean need, the plan for the draws (least mean
   objective over draws), and with a weight on the tail the plan for mean + weight * CVaR.
2. Every candidate in every draw, twice: **as it stands** (all years as decided, completers where the plan sends
   them), and **replanned**: the first year's classes as decided, all later years planned anew for
   the draw, and everybody placed anew.
3. Perfect foresight: the best plan for each draw alone, with its bound. Its regret is 0 by definition.
4. What planning for the draws is worth, what knowing the draw would be worth, and which first-year
   starts every draw asks for.

Draws are independent pieces of work: with `Execution("processes")` they run side by side, and with
`iterations` the answer is the same bytes as here.

Start reading at `scenarios`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

import polars as pl

from brygga.core.execution import HERE, Execution, stream
from brygga.planning.as_last_year import plan_as_last_year
from brygga.planning.draws import draw_ids, in_draw, mean_problem
from brygga.planning.effort import Effort
from brygga.planning.place import place
from brygga.planning.problem import Problem
from brygga.planning.recount import Recount, recount
from brygga.planning.regret import (
    AS_IT_STANDS,
    REPLANNED,
    Between,
    Outcome,
    candidate_table,
    first_year_table,
    regret_table,
    values_of,
)
from brygga.planning.replan import Answer, Given, Work, answer, within_limits

Say = Callable[[str], None]
FLOOR = "least of the need met (floor, met)"
PLAN = {"measure": pl.String, "site": pl.String, "year": pl.Int64, "classes": pl.Int64, "seats": pl.Int64}
STEPS = {"guidance": pl.String, "year": pl.Int64, "steps": pl.Int64}


@dataclass(frozen=True)
class Candidate:
    """A plan to hold against the draws.

    `classes`: measure, site, year, classes, seats. `guidance`: guidance, year, steps. `arrivals`: where its
    completers go, the same in every draw; placed as well as they can be over all draws when None. `bound`: no
    common plan has a lower mean objective, when that was proven on the way.
    """

    classes: pl.DataFrame
    guidance: pl.DataFrame
    arrivals: pl.DataFrame | None = None
    bound: float = 0.0


@dataclass(frozen=True)
class Scenarios:
    """What the draws say.

    `regret`, `summary`, `first_year`: tables `plan_regret`, `plan_candidates`, `plan_first_year`. `values`:
    stochastic, information, replanning (see `regret.values_of`). `plans`: the candidates; `counted`: each
    recounted as it stands. `draws`: their names.
    """

    regret: pl.DataFrame
    summary: pl.DataFrame
    first_year: pl.DataFrame
    values: Mapping[str, Between]
    plans: Mapping[str, Candidate]
    counted: Mapping[str, Recount]
    draws: tuple[str, ...]
    notes: tuple[str, ...]


def scenarios(
    problem: Problem,
    candidates: Mapping[str, Candidate] | None = None,
    *,
    cvar_weight: float = 0.0,
    cvar_level: float = 0.9,
    replan: bool = True,
    time_limit: float = 10.0,
    gap: float = 0.01,
    seed: int = 1,
    iterations: int | None = None,
    execution: Execution = HERE,
    say: Say = lambda text: None,
) -> Scenarios:
    """Hold plans against every draw of `problem`.

    Parameters
    ----------
    problem : with draws; make them fewer with `draws.keep_draws`
    candidates : further plans by name, beside the usual ones
    cvar_weight, cvar_level : of the cautious plan; without a weight there is none
    replan : whether candidates are also replanned from the second year in each draw
    time_limit, gap, seed, iterations : for each solve, see `solve.solve`
    execution : where draws run
    say : called with a line of words at each step

    Raises
    ------
    SettingError when the problem has no draws; InfeasibleError when it has no plan.
    """
    names = draw_ids(problem)
    effort = Effort(time_limit=time_limit, gap=gap, seed=seed, iterations=iterations)
    plans = usual_candidates(problem, effort, cvar_weight=cvar_weight, cvar_level=cvar_level, say=say)
    plans = {**plans, **(candidates or {})}
    counted = {name: _counted(problem, one) for name, one in plans.items()}
    broken = {name: one.breaches.height for name, one in counted.items()}
    stands = {name: _stands(problem, one) for name, one in counted.items()}
    unsound = {name for name, one in counted.items() if _breaks_in_a_draw(one)}
    works = _works(problem, plans, stands, unsound, effort=effort, replan=replan)
    answers: list[Answer] = []
    for done in stream(answer, works, execution):
        answers.append(done)
        say(f"draw {len(answers)} of {len(names)}")
    foresight = {one.draw: one.foresight for one in answers}
    outcomes = {(name, AS_IT_STANDS): by_draw for name, by_draw in stands.items()}
    if replan:
        outcomes |= {(name, REPLANNED): {one.draw: one.replanned[name] for one in answers} for name in plans}
    sound = [name for name in plans if not broken[name]]
    chosen = plans["tail" if "tail" in plans else "draws"]
    return Scenarios(
        regret=regret_table(outcomes, foresight),
        summary=candidate_table(outcomes, foresight, broken=broken, weight=cvar_weight, level=cvar_level),
        first_year=first_year_table(
            {one.draw: one.first_year for one in answers}, chosen.classes, first=problem.settings.first
        ),
        values=values_of(outcomes, foresight, sound=sound, common_bound=plans["draws"].bound),
        plans=plans,
        counted=counted,
        draws=tuple(names),
        notes=tuple(_notes(problem, broken, unsound)),
    )


def usual_candidates(
    problem: Problem, effort: Effort, *, cvar_weight: float, cvar_level: float, say: Say = lambda text: None
) -> dict[str, Candidate]:
    """Nothing, as last year (where something ran), and the plans for the mean, for the draws and for the tail.

    Each search starts from the plan before it, and the plan for the draws takes over the cautious one's classes
    where these do better in the mean: no plan is beaten in what it was made for.
    """
    nothing = Candidate(pl.DataFrame(schema=PLAN), pl.DataFrame(schema=STEPS))
    found = {"nothing": nothing}
    if problem.last_year.height:
        found["last_year"] = Candidate(plan_as_last_year(problem).classes, nothing.guidance)
    say("a plan for the mean need")
    mean = effort.solved(mean_problem(problem), None)
    found["mean"] = Candidate(mean.classes, mean.guidance)
    say("a plan for the draws")
    draws = effort.solved(problem, mean.classes)
    found["draws"] = Candidate(draws.classes, draws.guidance, draws.arrivals, draws.bound)
    if cvar_weight > 0:
        say("a plan for the draws and their tail")
        tail = effort.solved(problem, draws.classes, cvar_weight=cvar_weight, cvar_level=cvar_level)
        found["tail"] = Candidate(tail.classes, tail.guidance, tail.arrivals)
        other = replace(found["draws"], classes=tail.classes, guidance=tail.guidance, arrivals=None)
        if _counted(problem, other).objective < draws.objective:
            found["draws"] = other
    return found


def _counted(problem: Problem, plan: Candidate) -> Recount:
    arrivals = place(problem, plan.classes) if plan.arrivals is None else plan.arrivals
    return recount(problem, plan.classes, arrivals, plan.guidance)


def _breaks_in_a_draw(counted: Recount) -> bool:
    """Whether a plan breaks a limit that holds in a single draw too: all but floors."""
    return bool(counted.breaches.filter(pl.col("what") != FLOOR).height)


def _stands(problem: Problem, counted: Recount) -> dict[str, Outcome]:
    """The plan in each draw, whatever comes."""
    paid = problem.settings.cost_weight * counted.cost
    return {
        draw: Outcome(weighted + paid, weighted + paid, weighted, counted.cost)
        for draw, weighted in counted.by_draw.select("draw", "weighted").iter_rows()
    }


def _works(
    problem: Problem,
    plans: Mapping[str, Candidate],
    stands: Mapping[str, Mapping[str, Outcome]],
    unsound: Collection[str],
    *,
    effort: Effort,
    replan: bool,
) -> list[Work]:
    """One piece of work a draw; a candidate that breaks limits brings as much of its first year as they allow."""
    classes = {
        name: within_limits(problem, one.classes) if name in unsound else one.classes for name, one in plans.items()
    }
    return [
        Work(
            draw=draw,
            problem=in_draw(problem, draw),
            candidates={name: Given(classes[name], None if name in unsound else stands[name][draw]) for name in plans},
            start=plans["draws"].classes,
            effort=effort,
            replan=replan,
        )
        for draw in draw_ids(problem)
    ]


def _notes(problem: Problem, broken: Mapping[str, int], unsound: Collection[str]) -> list[str]:
    """What a reader must know of these figures."""
    notes = [
        f"{name} breaks {count} limit(s) as it stands"
        + (
            "; replanned it keeps as much of its first year as they allow."
            if name in unsound
            else ", all of them floors."
        )
        for name, count in broken.items()
        if count
    ]
    if problem.floors.height:
        notes.append("Floors hold on the mean over draws; each draw is planned without them.")
    return notes
