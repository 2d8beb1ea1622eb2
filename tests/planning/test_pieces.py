"""Pieces that share nothing: found, planned apart, and put together to the same plan."""

from dataclasses import replace

import polars as pl
import pytest

from brygga.core.execution import Execution
from brygga.planning.generate import generate_problem
from brygga.planning.pieces import pieces_of, solve_pieces
from brygga.planning.problem import Problem, make_problem, tables_of
from brygga.planning.solve import solve
from tests.planning.problems import rows

NAMED = ("municipality", "occupation", "measure", "site", "funder")


def side_by_side(*parts: Problem) -> Problem:
    """Several problems as one, everything named after its part; each measure is offered at its own sites."""
    tables: dict[str, list[pl.DataFrame]] = {}
    for i, part in enumerate(parts):
        own = {**tables_of(part), "offers": part.offers.select("measure", "site")}
        for name, frame in own.items():
            named = [pl.format("{}-{}", pl.lit(f"part{i}"), c).alias(c) for c in NAMED if c in frame.columns]
            tables.setdefault(name, []).append(frame.with_columns(named))
    return make_problem(parts[0].settings, {name: pl.concat(frames) for name, frames in tables.items()})


def small(seed, **changed):
    return generate_problem(municipalities=2, measures=2, sites=1, years=2, seed=seed, **changed)


@pytest.fixture(scope="module")
def two():
    return side_by_side(small(3), small(8))


def test_what_shares_nothing_is_apart(two):
    first, second = pieces_of(two)
    assert first.sites["site"].to_list() == ["part0-S00"]
    assert second.measures["measure"].to_list() == ["part1-P00", "part1-P01"]
    assert first.need.height + second.need.height == two.need.height
    assert first.budgets.height + second.budgets.height == two.budgets.height


def tied(two, how):
    if how == "a funder":
        return replace(two, funding=two.funding.with_columns(funder=pl.lit("fund")))
    if how == "guidance":
        at = [("g", f"part{i}-S00", f"part{i}-P00", 1, 5.0, 2.0) for i in (0, 1)]
        return replace(two, guidance=rows("guidance site measure step cost applicants", *at))
    if how == "a site offers both":
        more = rows("measure site applicants", ("part0-P00", "part1-S00", None))
        return replace(two, offers=pl.concat([two.offers, more.cast(two.offers.schema)]))
    if how == "a post within both":
        leads = pl.concat([two.leads, rows("measure occupation share", ("part1-P00", "part0-O00", 0.5))])
        reach = pl.concat([two.reach, rows("site municipality share", ("part1-S00", "part0-M00", 0.1))])
        return replace(two, leads=leads, reach=reach)
    if how == "a drain into it":
        sites = two.sites.with_columns(municipality=pl.lit("part0-M00"))
        return replace(two, sites=sites, drains=rows("measure occupation share", ("part1-P00", "part0-O00", 0.5)))
    return replace(two, cost_cap=100.0)


@pytest.mark.parametrize(
    "how", ["a funder", "guidance", "a site offers both", "a post within both", "a drain into it", "a cost cap"]
)
def test_whatever_is_shared_ties_them(two, how):
    assert len(pieces_of(tied(two, how))) == 1


def test_a_floor_ties_the_posts_of_its_municipality(two):
    here = replace(
        two,
        need=two.need.with_columns(municipality=pl.lit("M")),
        reach=two.reach.with_columns(municipality=pl.lit("M")).unique(["site", "municipality"], maintain_order=True),
    )
    assert len(pieces_of(here)) == 2
    assert len(pieces_of(replace(here, floors=rows("municipality year share", ("M", 2029, 0.0))))) == 1


def test_posts_nobody_can_fill_stay_with_the_first_piece(two):
    lost = rows("municipality occupation year persons", ("beyond", "poet", 2028, 3.0))
    parts = pieces_of(replace(two, need=pl.concat([two.need, lost])))
    assert [part.need.filter(municipality="beyond").height for part in parts] == [1, 0]


def test_pieces_together_are_the_whole(two):
    whole = solve(two, gap=0.0, time_limit=10)
    parts = solve_pieces(two, gap=0.0, time_limit=10)
    assert parts.objective == pytest.approx(whole.objective)
    assert parts.bound == pytest.approx(whole.bound)
    assert parts.nothing == pytest.approx(whole.nothing)
    assert parts.counted.breaches.height == 0


def test_in_processes_as_here(two):
    here = solve_pieces(two, iterations=20_000)
    there = solve_pieces(two, iterations=20_000, execution=Execution("processes", 2))
    assert (here.objective, here.bound, here.status) == (there.objective, there.bound, there.status)
    assert all(getattr(here, name).equals(getattr(there, name)) for name in ("classes", "guidance", "arrivals"))


def test_draws_are_told_apart_in_every_piece(two):
    """In draw b the second part needs nothing: its piece must still count two draws."""
    need = two.need.with_columns(draw=pl.lit("a"))
    other = need.filter(pl.col("municipality").str.starts_with("part0")).with_columns(draw=pl.lit("b"))
    made = replace(two, need_draws=pl.concat([need, other]).select(two.need_draws.columns))
    first = pl.col("municipality").str.starts_with("part0")
    made = replace(
        made, need=two.need.with_columns(persons=pl.when(first).then("persons").otherwise(pl.col("persons") / 2))
    )
    assert [part.need_draws["draw"].n_unique() for part in pieces_of(made)] == [2, 2]
    whole = solve(made, gap=0.0, time_limit=10)
    parts = solve_pieces(made, gap=0.0, time_limit=10)
    assert parts.objective == pytest.approx(whole.objective)
    assert parts.nothing == pytest.approx(whole.nothing)


def test_a_start_is_divided_over_the_pieces(two):
    plan = solve_pieces(two, gap=0.0, time_limit=10)
    again = solve_pieces(two, gap=0.0, time_limit=10, start=plan.classes)
    assert again.objective <= plan.objective + 1e-9
