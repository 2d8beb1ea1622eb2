"""Why wishes cannot all hold: the limits that clash, and the smallest relaxation that makes the wishes hold.

Wishes are pins from below and floors; without them starting nothing is always allowed. Every limit from above
(rooms, applicants, most classes, places, budgets of every payment year, pins from above, a cap on cost) gets room to
give, at a price in proportion to its size: one class, ten seats, the money of one full class. What gives in the
cheapest solution clashes. The set is made irreducible: a limit that need not give when the others
named give more is taken out. Of the wishes only those are named that cannot hold together as limits stand.

A floor that no plan meets however far every limit is raised is said with the most that can be reached.

Start reading at `find_clash`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from brygga.core.errors import InfeasibleError, listed
from brygga.planning.clash_program import Elastic, elastic
from brygga.planning.problem import Problem

WORDS = {
    "rooms": "rooms at {name} in {year}: {need:g} classes, {at_most:g} allowed",
    "applicants": "applicants to {name} in {year}: {need:g} seats, {at_most:g} applicants",
    "placements": "workplace-training places of {name} in {year}: {need:g} seats, {at_most:g} places",
    "classes": "most classes of {name} in {year}: {need:g} asked for, {at_most:g} allowed",
    "budget": "budget of {name} in {year}: {need:g} thousand kronor needed, {at_most:g} given",
    "pin": "pin on {name} in {year}: {need:g} classes asked for, at most {at_most:g} pinned",
    "cost_cap": "cap on the cost of the whole plan: {need:g} thousand kronor needed, {at_most:g} given",
}
TINY = 1e-6
MOST_WISHES = 40
"""So many wishes at most are tried one by one for whether they are needed in the clash."""
TABLE = {"limit": pl.String, "name": pl.String, "year": pl.Int64, "at_most": pl.Float64, "need": pl.Float64}


@dataclass(frozen=True)
class Clash:
    """What cannot hold together.

    `wishes`: kind (pin, floor), name, year, asked (classes, or the share of need met). `limits`: limit, name, year,
    at_most, need, unit: each as it stands and as it would have to be. `unmet`: municipality, year, asked, most
    (shares): floors that no raised limit meets. `smallest`: whether the relaxation is proven the smallest,
    or only the best found in the time.
    """

    wishes: pl.DataFrame
    limits: pl.DataFrame
    unmet: pl.DataFrame
    smallest: bool


def find_clash(problem: Problem, *, seconds: float = 30.0) -> Clash | None:
    """What clashes in `problem`, or None when every pin and floor can hold.

    Parameters
    ----------
    seconds : what all searches together may take; beyond it sets are left as large as they are then
    """
    program = elastic(problem, seconds=seconds)
    nothing = program.limits.clear().with_columns(need=pl.col("at_most"))
    if program.floors.height:
        lacking = program.lacking_floors()
        if lacking is not None and lacking.max(initial=0.0) > TINY:
            unmet = _unmet(program, lacking)
            return Clash(_floor_wishes(unmet), nothing, unmet, smallest=True)
    extra, smallest = program.cheapest(np.ones(program.limits.height, bool))
    if extra is None:
        return Clash(_wishes(program, np.ones(program.wishes, bool)), nothing, _unmet(program, None), smallest=False)
    given = _gives(program, extra)
    if not given.any():
        return None
    extra, given, proven = _irreducible(program, extra, given)
    limits = program.limits.with_columns(need=pl.col("at_most") + pl.Series(extra, dtype=pl.Float64))
    kept = limits.filter(pl.Series(given)).sort("limit", "name", "year")
    return Clash(_wishes(program, _needed_wishes(program)), kept, _unmet(program, None), smallest and proven)


def clash_table(problem: Problem, *, seconds: float = 30.0) -> pl.DataFrame:
    """The smallest relaxation as a table: limit, name, year, at_most, need; without rows when nothing clashes.

    A floor that cannot be met at all stands as limit floor, with the share it asks for as at_most and the
    most that can be met as need; pins for which no relaxation was found as limit pin with the
    classes asked for and need 0.
    """
    clash = find_clash(problem, seconds=seconds)
    if clash is None:
        return pl.DataFrame(schema=TABLE)
    floors = clash.unmet.select(limit=pl.lit("floor"), name="municipality", year="year", at_most="asked", need="most")
    parts = [clash.limits.select(list(TABLE)), floors]
    if not any(part.height for part in parts):
        parts.append(clash.wishes.select("name", "year", limit="kind", at_most="asked", need=pl.lit(0.0)))
    return pl.concat([part.select(list(TABLE)).cast(dict(TABLE)) for part in parts]).sort("limit", "name", "year")  # type: ignore[arg-type]


def explain_clash(problem: Problem, *, seconds: float = 30.0) -> InfeasibleError:
    """The error that names what clashes, and by how much it would have to give."""
    clash = find_clash(problem, seconds=seconds)
    if clash is None:
        return InfeasibleError(
            "no plan was found that holds every pin and floor",
            why="they can hold when they are looked at alone, so the search was at fault or numbers are very small",
            todo="check the folder for very large or very small numbers, and report it",
        )
    if clash.unmet.height:
        return _unmet_error(clash.unmet)
    asked = f"{_named(clash.wishes)} cannot all hold"
    if not clash.limits.height:
        return InfeasibleError(
            asked,
            why=f"no relaxation of any limit was found that lets them hold (searched for {seconds:g} seconds)",
            todo="check that class_min and class_max of the pinned measures leave room for whole seats",
        )
    said = [WORDS[row["limit"]].format(**row) for row in clash.limits.rows(named=True)]
    figures = "the smallest relaxation" if clash.smallest else "the smallest relaxation found in the time"
    return InfeasibleError(
        f"{asked}: {listed(said)}",
        why=f"these limits clash, and the figures needed are {figures} that makes them hold",
        todo="raise the limits to these figures, or take one of the wishes away",
    )


def _unmet_error(unmet: pl.DataFrame) -> InfeasibleError:
    said = [
        f"{r['municipality']} in {r['year']}: {r['asked']:.1%} asked for, {r['most']:.1%} at most"
        for r in unmet.rows(named=True)
    ]
    return InfeasibleError(
        f"floors cannot be met: {listed(said)}",
        why="no plan meets more of that need, however far money, rooms, applicants and places are raised",
        todo="lower the floors, or add measures and sites whose completers reach these municipalities in time",
    )


def _named(wishes: pl.DataFrame) -> str:
    pins = [f"{r['name']} {r['year']} ({r['asked']:g} or more)" for r in wishes.filter(kind="pin").rows(named=True)]
    floors = [f"{r['name']} {r['year']} ({r['asked']:.1%})" for r in wishes.filter(kind="floor").rows(named=True)]
    parts = [f"the pins {listed(pins)}"] if pins else []
    parts += [f"the floors {listed(floors)}"] if floors else []
    return " and ".join(parts)


def _gives(program: Elastic, extra: np.ndarray) -> np.ndarray:
    """Which limits give more than rounding."""
    size = np.maximum(1.0, np.abs(program.limits["at_most"].to_numpy()))
    return np.asarray(extra > TINY * size)


def _irreducible(program: Elastic, extra: np.ndarray, given: np.ndarray) -> tuple[np.ndarray, np.ndarray, bool]:
    """Fewest names: each limit in turn is held as it stands, if the others can give what is wanted."""
    proven = True
    order = np.argsort(-extra * program.prices, kind="stable")
    for limit in order[given[order]]:
        if given.sum() == 1 or not given[limit] or program.is_late():
            continue
        tried = given.copy()
        tried[limit] = False
        found, sure = program.cheapest(tried)
        if found is not None:
            extra, given, proven = found, _gives(program, found), sure
    return extra, given, proven


def _needed_wishes(program: Elastic) -> np.ndarray:
    """The wishes that cannot hold together as limits stand: each is left out that the clash does not need."""
    kept = np.ones(program.wishes, bool)
    if program.wishes > MOST_WISHES:
        return kept
    for wish in range(program.wishes):
        if kept.sum() == 1 or program.is_late():
            break
        kept[wish] = False
        if not program.is_infeasible(kept):
            kept[wish] = True
    return kept


def _wishes(program: Elastic, kept: np.ndarray) -> pl.DataFrame:
    pins = program.pins.select(
        kind=pl.lit("pin"),
        name=pl.format("{} at {}", "measure", "site"),
        year="year",
        asked=pl.col("least").cast(pl.Float64),
    )
    floors = program.floors.select(kind=pl.lit("floor"), name="municipality", year="year", asked="share")
    return pl.concat([pins, floors]).filter(pl.Series(kept, dtype=pl.Boolean))


def _floor_wishes(unmet: pl.DataFrame) -> pl.DataFrame:
    return unmet.select(kind=pl.lit("floor"), name="municipality", year="year", asked="asked")


def _unmet(program: Elastic, lacking: np.ndarray | None) -> pl.DataFrame:
    """Floors with persons lacking however far limits are raised, and the most share that can be met."""
    short = np.zeros(program.floors.height) if lacking is None else lacking
    floors = program.floors.with_columns(lacking=pl.Series(short, dtype=pl.Float64))
    most = pl.col("share") * (1 - pl.col("lacking") / pl.col("at_least"))
    return floors.filter(pl.col("lacking") > TINY).select("municipality", "year", asked="share", most=most)
