"""Separate pieces of a problem: parts that share nothing, planned side by side and put together.

Two starts belong together when they share a site, a measure, a funder, guidance, or a post that both could
fill (or open): a municipality and an occupation. A floor ties all posts of its municipality together, a cost
cap ties everything. What is left without a start goes with the first piece, where it stays short.

The pieces' plans together are a plan, and since the objective is a sum over posts and costs, the sum of
their bounds is a bound. A tail (CVaR) is no sum: which draws are worst depends on all pieces, so it is refused.

Start reading at `solve_pieces`, then `pieces_of`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import ceil, fsum, inf
from typing import Any

import polars as pl

from brygga.core.execution import HERE, Execution, stream
from brygga.planning.effort import doubts
from brygga.planning.problem import Problem
from brygga.planning.recount import recount, require_sound
from brygga.planning.solve import Plan, solve

Node = Hashable
CELL = ["municipality", "occupation"]
OF_SITE = ("sites", "offers", "placements", "reach", "pins", "last_year")
OF_MEASURE = ("measures", "probabilities", "leads", "drains", "payments", "funding")
OF_FUNDER = ("budgets", "funders")
STATUSES = ("optimal", "gap", "iterations", "time_limit", "cut_off", "interrupted")
"""From the best to the worst; the whole has the worst of its pieces."""


@dataclass(frozen=True)
class Piece:
    """One piece's work."""

    problem: Problem
    start: pl.DataFrame | None
    time_limit: float
    gap: float
    seed: int
    iterations: int | None


def solve_pieces(
    problem: Problem,
    *,
    time_limit: float = 60.0,
    gap: float = 0.01,
    seed: int = 1,
    iterations: int | None = None,
    start: pl.DataFrame | None = None,
    execution: Execution = HERE,
    say: Callable[[str], None] = lambda text: None,
) -> Plan:
    """The best plan of each piece, put together: the same wherever the pieces run.

    Parameters
    ----------
    time_limit : seconds for the whole; pieces that must wait for others get their part of it
    gap, seed, iterations, start : for each piece, see `solve.solve`
    execution : where pieces run
    say : called with a line of words as pieces are done

    Raises
    ------
    InfeasibleError when a piece has no plan; what clashes there clashes in the whole.
    """
    began = time.perf_counter()
    parts = pieces_of(problem)
    workers = 1 if execution.engine == "here" else execution.workers
    limit = time_limit / ceil(len(parts) / workers) if iterations is None else inf
    works = [Piece(part, _of(part, start), limit, gap, seed, iterations) for part in parts]
    plans: list[Plan] = []
    for plan in stream(solve_piece, works, execution):
        if plan.status == "interrupted":
            raise KeyboardInterrupt
        plans.append(plan)
        say(f"piece {len(plans)} of {len(parts)}")
    return replace(together(problem, plans), seconds=time.perf_counter() - began)


def solve_piece(piece: Piece) -> Plan:
    """The best plan of one piece."""
    return solve(
        piece.problem,
        time_limit=piece.time_limit,
        gap=piece.gap,
        seed=piece.seed,
        iterations=piece.iterations,
        start=piece.start,
    )


def together(problem: Problem, plans: Sequence[Plan]) -> Plan:
    """The union of the pieces' plans, recounted as a whole, with the sum of their bounds."""
    if len(plans) == 1:
        return plans[0]
    frames = {name: pl.concat([getattr(plan, name) for plan in plans]) for name in ("classes", "guidance", "arrivals")}
    sorted_frames = {
        name: frame.sort(frame.columns[: -1 if name != "classes" else -2]) for name, frame in frames.items()
    }
    counted = recount(problem, sorted_frames["classes"], sorted_frames["arrivals"], sorted_frames["guidance"])
    require_sound(counted)
    return replace(
        plans[0],
        **sorted_frames,
        counted=counted,
        bound=min(fsum(plan.bound for plan in plans), counted.objective),
        nothing=fsum(plan.nothing for plan in plans),
        status=max((plan.status for plan in plans), key=STATUSES.index),
        blocks=sum(plan.blocks for plan in plans),
        iterations=sum(plan.iterations for plan in plans),
        warnings=(*problem.warnings, *doubts(problem, plans)),
    )


def pieces_of(problem: Problem) -> list[Problem]:
    """The pieces, by the name of their first site; the problem itself when it is one.

    Examples
    --------
    >>> from brygga.planning.generate import generate_problem
    >>> len(pieces_of(generate_problem()))
    1
    """
    offers = problem.offers
    if problem.cost_cap is not None or not offers.height:
        return [problem]
    root = _roots(_ties(problem))
    sites = {site: root["site", site] for site in sorted(offers["site"].unique())}
    order = list(dict.fromkeys(sites.values()))
    if len(order) == 1:
        return [problem]
    place = {name: i for i, name in enumerate(order)}
    number = {node: place[name] for node, name in root.items() if name in place}
    return [_piece(problem, number, i) for i in range(len(order))]


def _ties(problem: Problem) -> Iterable[tuple[Node, Node]]:
    """Pairs of things that belong together."""
    offers = problem.offers.select("measure", "site")
    for measure, site in offers.iter_rows():
        yield ("site", site), ("measure", measure)
    for funder, measure in problem.funding.filter(pl.col("share") > 0).select("funder", "measure").iter_rows():
        yield ("measure", measure), ("funder", funder)
    reach = problem.reach.filter(pl.col("share") > 0)
    leads = problem.leads.filter(pl.col("share") > 0)
    filled = offers.join(leads, on="measure").select("site", "occupation").unique().join(reach, on="site")
    opened = offers.join(problem.drains, on="measure").select("site", "occupation").unique()
    opened = opened.join(problem.sites.select("site", "municipality"), on="site")
    for frame in (filled, opened):
        for site, municipality, occupation in frame.select("site", *CELL).unique().iter_rows():
            yield ("site", site), ("cell", municipality, occupation)
    for guidance, site, measure in problem.guidance.select("guidance", "site", "measure").unique().iter_rows():
        yield ("guidance", guidance), ("site", site)
        yield ("guidance", guidance), ("measure", measure)
    promised = (
        problem.need.select(CELL).unique().join(problem.floors.select("municipality").unique(), on="municipality")
    )
    for municipality, occupation in promised.iter_rows():
        yield ("floor", municipality), ("cell", municipality, occupation)


def _roots(ties: Iterable[tuple[Node, Node]]) -> dict[Node, Node]:
    """One representative for everything that hangs together."""
    parent: dict[Node, Node] = {}

    def root(node: Node) -> Node:
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for a, b in ties:
        parent[root(a)] = root(b)
    return {node: root(node) for node in parent}


def _piece(problem: Problem, number: dict[Node, int], index: int) -> Problem:
    """Piece `index`: what hangs together with its sites; the first also has what hangs together with none."""

    def own(frame: pl.DataFrame, kind: str, *columns: str) -> pl.DataFrame:
        keep = [number.get((kind, *row), 0) == index for row in frame.select(columns).iter_rows()]
        return frame.filter(pl.Series(keep, dtype=pl.Boolean))

    frames: dict[str, Any] = {name: own(getattr(problem, name), "site", "site") for name in OF_SITE}
    frames |= {name: own(getattr(problem, name), "measure", "measure") for name in OF_MEASURE}
    frames |= {name: own(getattr(problem, name), "funder", "funder") for name in OF_FUNDER}
    need = own(problem.need, "cell", *CELL)
    return replace(
        problem,
        **frames,
        need=need,
        need_draws=_all_draws(problem, own(problem.need_draws, "cell", *CELL)),
        guidance=own(problem.guidance, "guidance", "guidance"),
        floors=own(problem.floors, "floor", "municipality"),
        warnings=(),
    )


def _all_draws(problem: Problem, kept: pl.DataFrame) -> pl.DataFrame:
    """The piece's draws; a draw in which it needs nothing keeps a row of 0, so that it counts."""
    absent = problem.need_draws.select("draw").unique().join(kept, on="draw", how="anti")
    if not absent.height:
        return kept
    cell = (kept if kept.height else problem.need_draws).head(1).drop("draw").with_columns(persons=pl.lit(0.0))
    return pl.concat([kept, absent.join(cell, how="cross").select(kept.columns)]).sort("draw", *CELL, "year")


def _of(part: Problem, start: pl.DataFrame | None) -> pl.DataFrame | None:
    return None if start is None else start.join(part.sites.select("site"), on="site", how="semi")
