"""The recount: what it adds up, worked by hand, and that it names what breaks each limit, and only that."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brygga.core.errors import SettingError, TableError
from brygga.planning.recount import KINDS, recount, require_sound
from tests.planning.invented import invented_arrivals, invented_plan, invented_problem
from tests.planning.problems import problem, rows, welders
from tests.planning.slow_recount import completers_slowly, counted_slowly

CLASSES = "measure site year classes seats"
ARRIVALS = "site municipality occupation year persons"
NOBODY = pl.DataFrame(
    schema={c: pl.Int64 if c == "year" else pl.Float64 if c == "persons" else pl.String for c in ARRIVALS.split()}
)
ONE = rows(CLASSES, ("course", "school", 2027, 1, 8))
CAME = rows(ARRIVALS, ("school", "norra", "welder", 2028, 8.0))
GUIDED = rows(
    "guidance site measure step cost applicants",
    ("fair", "school", "course", 1, 50.0, 4.0),
    ("fair", "school", "course", 2, 50.0, 2.0),
)


def start(year=2027, classes=1, seats=8, *, site="school"):
    return rows(CLASSES, ("course", site, year, classes, seats))


def steps(*bought):
    return rows("guidance year steps", *bought)


def with_tables(measure=None, site=None, **more):
    """The welders' problem with columns of measures and sites changed and tables added."""
    tables = welders()
    tables["measures"] = tables["measures"].with_columns(**{c: pl.lit(v) for c, v in (measure or {}).items()})
    tables["sites"] = tables["sites"].with_columns(**{c: pl.lit(v) for c, v in (site or {}).items()})
    return {**tables, **more}


def pinned(kind, classes=None):
    return with_tables(pins=rows("measure site year kind classes", ("course", "school", 2027, kind, classes)))


def kinds(*arguments, **keywords):
    return {KINDS[what] for what in recount(*arguments, **keywords).breaches["what"]}


def test_stock_shortage_and_money_are_added_up():
    counted = recount(problem(stay=0.5, discount=0.5, cost_weight=0.01), ONE, CAME)
    assert counted.cells["stock"].to_list() == [0, 8, 4, 2]
    assert (counted.cost, counted.short, counted.surplus) == (800, 10 + 2 + 6 + 8, 0)
    assert counted.objective == pytest.approx(10 + 2 / 2 + 6 / 4 + 8 / 8 + 8)
    assert counted.breaches.is_empty()


def test_the_chance_of_the_start_year_replaces_that_of_the_measure():
    tables = with_tables({"probability": 0.25}, probabilities=rows("measure year probability", ("course", 2028, 0.5)))
    classes = rows(CLASSES, ("course", "school", 2027, 1, 8), ("course", "school", 2028, 1, 8))
    came = [("school", "norra", "welder", year, n) for year, n in ((2028, 2.0), (2029, 4.0))]
    counted = recount(problem(tables), classes, rows(ARRIVALS, *came))
    assert counted.costs["cost"].to_list() == [200, 400]
    assert counted.breaches.is_empty()
    one_more = rows(ARRIVALS, came[0], (*came[1][:-1], 5.0))
    assert kinds(problem(tables), classes, one_more) == {"completers"}


def test_posts_left_behind_are_added_to_the_need_and_fade():
    """8 complete in 2028 at Södra, half of them left a fitter's post there; each year half stays."""
    tables = with_tables(drains=rows("measure occupation share", ("course", "fitter", 0.5)))
    counted = recount(problem(tables, stay=0.5), ONE, CAME)
    fitters = counted.cells.filter(municipality="sodra", occupation="fitter")
    assert fitters.select("year", "drained", "short").rows() == [(2028, 4, 4), (2029, 2, 2), (2030, 1, 1)]
    assert counted.short == (10 + 2 + 6 + 8) + (4 + 2 + 1)


def test_leads_weights_and_surplus_count():
    """Of 8, half become welders and a quarter cooks; a cook counts double; nobody needs 1 of the welders."""
    tables = with_tables(
        leads=rows("measure occupation share", ("course", "welder", 0.5), ("course", "cook", 0.25)),
        weights=rows("occupation weight", ("cook", 2.0)),
        need=rows("municipality occupation year persons", ("norra", "welder", 2028, 3.0), ("norra", "cook", 2028, 5.0)),
    )
    came = rows(ARRIVALS, ("school", "norra", "welder", 2028, 4.0), ("school", "norra", "cook", 2028, 2.0))
    counted = recount(problem(tables, horizon=2028, surplus_weight=0.5), ONE, came)
    assert counted.breaches.is_empty()
    assert (counted.short, counted.surplus, counted.objective) == (3, 1, 3 * 2 + 0.5)


def test_with_fixed_reach_arrivals_follow_from_the_shares():
    counted = recount(problem(reach="fixed"), ONE)
    assert counted.cells.filter(municipality="norra")["stock"].to_list() == [0, 4, 4, 4]
    assert counted.cells.filter(municipality="sodra")["surplus"].to_list() == [4, 4, 4]
    assert counted.breaches.is_empty()


def test_a_measure_of_no_years_fills_the_same_year():
    counted = recount(problem(with_tables({"years": 0}), reach="fixed"), ONE)
    assert counted.cells.filter(municipality="norra")["stock"].to_list() == [4, 4, 4, 4]


def test_who_completes_after_the_horizon_counts_nothing():
    late = start(2028)
    counted = recount(problem(with_tables({"years": 3}), reach="fixed"), late)
    assert (counted.short, counted.cost, counted.breaches.height) == (40, 800, 0)
    given = rows(ARRIVALS, ("school", "norra", "welder", 2031, 8.0))
    assert recount(problem(with_tables({"years": 3})), late, given).breaches.is_empty()


def test_payments_are_charged_to_their_years_and_funders():
    """8 seats cost 800; a quarter is paid a year later; the state pays 40 %."""
    tables = with_tables(
        payments=rows("measure offset share", ("course", 0, 0.75), ("course", 1, 0.25)),
        funding=rows("funder measure share", ("fund", "course", 0.6), ("state", "course", 0.4)),
        budgets=rows("funder year amount", *[(f, y, 400.0) for f in ("fund", "state") for y in (2027, 2028)]),
    )
    counted = recount(problem(tables), ONE, CAME)
    assert counted.money.select("funder", "year", "spent").rows() == [
        ("fund", 2027, pytest.approx(360)),
        ("fund", 2028, pytest.approx(120)),
        ("state", 2027, pytest.approx(240)),
        ("state", 2028, pytest.approx(80)),
    ]
    assert counted.paid.select("measure", "site", "start", "year").unique().height == 2
    assert (counted.cost, counted.breaches.height) == (800, 0)


def test_guidance_is_paid_in_full_and_raises_applicants_step_by_step():
    """The measure is granted in half of the cases; its two steps of guidance cost 100 all the same."""
    tables = with_tables({"probability": 0.5, "class_max": 20}, {"applicants": 8}, guidance=GUIDED)
    two = recount(problem(tables, cost_weight=0.1), start(seats=14), NOBODY, steps(("fair", 2027, 2)))
    assert (two.breaches.height, two.cost, two.guidance["cost"].to_list()) == (0, 700 + 100, [50, 50])
    assert two.objective == pytest.approx(40 + 0.1 * 800)
    assert two.money.filter(year=2027)["spent"].item() == 800
    for seats, bought in ((15, 2), (13, 1), (9, 0)):
        assert kinds(problem(tables), start(seats=seats), NOBODY, steps(("fair", 2027, bought))) == {"applicants"}
    assert kinds(problem(tables), start(2028, seats=9), NOBODY, steps(("fair", 2027, 2))) == {"applicants"}


def test_guidance_raises_the_measures_own_applicants_too_and_needs_a_limit_to_raise():
    tables = with_tables(guidance=GUIDED, applicants=rows("site measure applicants", ("school", "course", 5.0)))
    assert kinds(problem(tables), start(seats=9), NOBODY, steps(("fair", 2027, 1))) == set()
    assert "applicants" in kinds(problem(tables), start(seats=10), NOBODY, steps(("fair", 2027, 1)))
    unlimited = problem(with_tables(site={"applicants": None}, guidance=GUIDED))
    assert kinds(unlimited, start(seats=9), NOBODY, steps(("fair", 2027, 1))) == set()


DRAWN = rows(
    "draw municipality occupation year persons",
    *[(draw, "norra", "welder", 2028, n) for draw, n in (("a", 2.0), ("b", 10.0), ("c", 12.0), ("d", 4.0))],
)


def test_with_draws_shortage_is_the_mean_and_the_worst_draws_count_besides():
    """8 arrive where 2, 10, 12 or 4 are needed: 0, 2, 4 and 0 short, 6 and 4 too many in two draws."""
    drawn = problem(with_tables(need=DRAWN), horizon=2028)
    counted = recount(drawn, ONE, CAME)
    assert counted.cells.select("need", "stock", "short", "surplus").rows() == [(7, 8, 1.5, 2.5)]
    assert counted.by_draw.rows() == [("a", 0), ("b", 2), ("c", 4), ("d", 0)]
    assert counted.objective == 1.5
    half = recount(drawn, ONE, CAME, cvar_weight=2.0, cvar_level=0.5)
    assert half.objective == 1.5 + 2 * (4 + 2) / 2
    part = recount(drawn, ONE, CAME, cvar_weight=1.0, cvar_level=0.625)
    assert part.objective == pytest.approx(1.5 + (4 + 0.5 * 2) / 1.5)
    assert recount(drawn, ONE, CAME, cvar_weight=1.0, cvar_level=0.9).objective == 1.5 + 4


def test_without_draws_the_worst_is_the_only_one():
    assert recount(problem(), ONE, CAME, cvar_weight=1.0).objective == 2 * recount(problem(), ONE, CAME).objective


@pytest.mark.parametrize(("name", "value"), [("cvar_weight", -1.0), ("cvar_level", 1.0), ("cvar_level", float("nan"))])
def test_a_tail_that_means_nothing_is_refused(name, value):
    with pytest.raises(SettingError, match=name):
        recount(problem(), ONE, CAME, **{name: value})


PLACES = rows("site measure year places", ("school", "course", 2027, 6.0))
OWN = rows("site measure applicants", ("school", "course", 6.5))
FLOOR = rows("municipality year share", ("norra", 2028, 0.75))
ELSEWHERE = {
    "sites": rows("site municipality rooms applicants", ("school", "sodra", 2, 30), ("annex", "norra", 2, 30)),
    "reach": rows("site municipality share", ("school", "norra", 1.0), ("annex", "norra", 1.0)),
    "offers": rows("measure site", ("course", "annex")),
}
FORTY = {"class_max": 20, "classes_max": None, "cost_seat": 1.0}
CASES = {
    "a year outside": ("offer", problem(), [start(2029)], [start(2028)]),
    "an unknown site": ("offer", problem(), [start(site="elsewhere")], [start()]),
    "offers.csv": ("offer", problem(with_tables(**ELSEWHERE)), [start()], [start(site="annex")]),
    "half a seat": ("whole", problem(), [start(seats=7.5)], [start(seats=7.0)]),
    "no number": ("whole", problem(), [start(seats=float("nan"))], [start(seats=7.0)]),
    "more than there are people": ("whole", problem(), [start(seats=1e30)], [start(seats=7.0)]),
    "less than nothing": ("whole", problem(), [start(classes=-1, seats=-7)], [start(seats=7)]),
    "two rows": ("twice", problem(), [pl.concat([start(seats=5), start(seats=0, classes=0)])], [start(seats=5)]),
    "class_min": ("class_min", problem(), [start(seats=4)], [start(seats=5)]),
    "class_max": ("class_max", problem(), [start(seats=11)], [start(seats=10)]),
    "classes_max": ("classes", problem(with_tables({"cost_seat": 1.0})), [start(2027, 2, 20)], [start(2027, 1, 10)]),
    "rooms": ("rooms", problem(with_tables(FORTY)), [start(2027, 3, 30)], [start(2027, 2, 30)]),
    "applicants": ("applicants", problem(with_tables(FORTY)), [start(2027, 2, 31)], [start(2027, 2, 30)]),
    "applicants.csv": ("applicants", problem(with_tables(applicants=OWN)), [start(seats=7)], [start(seats=6)]),
    "placements.csv": ("placements", problem(with_tables(placements=PLACES)), [start(seats=7)], [start(2028, seats=7)]),
    "must": ("pin_least", problem(pinned("must")), [start(2028)], [start()]),
    "at_least": ("pin_least", problem(pinned("at_least", 1)), [start(2028)], [start()]),
    "at_most": ("pin_most", problem(pinned("at_most", 0)), [start()], [start(2028)]),
    "never": ("pin_most", problem(pinned("never")), [start()], [start(2028)]),
    "a third step": (
        "guidance",
        problem(with_tables(guidance=GUIDED)),
        [start(), NOBODY, steps(("fair", 2028, 3))],
        [start(), NOBODY, steps(("fair", 2028, 2))],
    ),
    "unknown guidance": (
        "guidance",
        problem(with_tables(guidance=GUIDED)),
        [start(), NOBODY, steps(("tour", 2027, 1))],
        [start(), NOBODY, steps(("fair", 2027, 1))],
    ),
    "guidance after the last start": (
        "guidance",
        problem(with_tables(guidance=GUIDED)),
        [start(), NOBODY, steps(("fair", 2029, 1))],
        [start(), NOBODY, steps(("fair", 2028, 1))],
    ),
    "half a step": (
        "whole",
        problem(with_tables(guidance=GUIDED)),
        [start(), NOBODY, steps(("fair", 2027, 0.5))],
        [start(), NOBODY, steps(("fair", 2027, 1.0))],
    ),
    "budgets.csv": ("budget", problem(with_tables({"cost_seat": 101.0})), [start(seats=10)], [start(seats=9)]),
    "a payment in a year without budget": (
        "budget",
        problem(with_tables(payments=rows("measure offset share", ("course", 1, 1.0)))),
        [start(2028)],
        [start(2027)],
    ),
    "cost_cap": ("cost_cap", replace(problem(), cost_cap=750.0), [start()], [start(seats=7)]),
    "floors.csv": (
        "floor",
        problem(with_tables(floors=FLOOR)),
        [ONE, CAME.with_columns(persons=7.0)],
        [ONE, CAME.with_columns(persons=7.5)],
    ),
    "fewer than nobody": ("persons", problem(), [ONE, CAME.with_columns(persons=-1.0)], [ONE, CAME]),
    "no number of people": ("persons", problem(), [ONE, CAME.with_columns(persons=float("nan"))], [ONE, CAME]),
    "more people than there are": ("persons", problem(), [ONE, CAME.with_columns(persons=1e30)], [ONE, CAME]),
    "more than complete": ("completers", problem(), [ONE, CAME.with_columns(persons=8.1)], [ONE, CAME]),
    "before they complete": ("completers", problem(), [ONE, CAME.with_columns(year=2027)], [ONE, CAME]),
    "in another occupation": (
        "completers", problem(), [ONE, CAME.with_columns(occupation=pl.lit("cook"))], [ONE, CAME],
    ),
    "beyond reach": ("reach", problem(), [ONE, CAME.with_columns(municipality=pl.lit("ostra"))], [ONE, CAME]),
    "all to one place": (
        "fixed_share",
        problem(reach="fixed"),
        [ONE, CAME],
        [ONE, pl.concat([CAME, CAME.with_columns(municipality=pl.lit("sodra"))]).with_columns(persons=4.0)],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "asked", "breaking", "holding"), CASES.values(), ids=CASES)
def test_a_broken_limit_is_named_and_one_that_holds_is_not(kind, asked, breaking, holding):
    broken, held = ([*plan, NOBODY][:2] + plan[2:] for plan in (breaking, holding))
    assert kind in kinds(asked, *broken)
    assert kinds(asked, *held) == set()
    with pytest.raises(TableError, match="plan that breaks a limit cannot be carried out"):
        require_sound(recount(asked, *broken))


def test_everything_a_plan_can_break_has_a_case():
    assert {case[0] for case in CASES.values()} == set(KINDS.values())


def test_it_shares_nothing_with_what_finds_plans():
    """Its modules import each other, the tables of a problem and the core; nothing else of brygga."""
    modules = sorted((Path(__file__).parents[2] / "src" / "brygga" / "planning").glob("recount*.py"))
    imported = {name for path in modules for name in re.findall(r"from (brygga[\w.]*) import", path.read_text("utf-8"))}
    assert len(modules) > 5
    own = {f"brygga.planning.{path.stem}" for path in modules}
    assert imported <= own | {"brygga.planning.problem", "brygga.core.errors", "brygga.core.sums"}


def test_the_page_on_checking_says_every_word():
    page = (Path(__file__).parents[2] / "docs" / "method" / "planning-check.md").read_text(encoding="utf-8")
    words = {word.strip() for row in page.splitlines() if row.startswith("| ") for word in row.split("|")[1].split(",")}
    assert set(KINDS.values()) <= words


def test_a_breach_says_what_is_used_and_what_is_allowed():
    breaches = recount(problem(with_tables({"cost_seat": 101.0})), start(seats=11), NOBODY).breaches
    assert breaches.rows() == [
        ("budget", "fund", 2027, 1111, 1000),
        ("largest class", "course at school", 2027, 11, 10),
    ]
    floor = recount(problem(with_tables(floors=FLOOR)), ONE, CAME.with_columns(persons=6.0)).breaches
    assert floor.rows() == [("least of the need met (floor, met)", "norra", 2028, 7.5, 6)]


def test_an_unknown_measure_is_a_breach_and_costs_nothing():
    counted = recount(problem(), rows(CLASSES, ("yoga", "school", 2027, 1, 8)), NOBODY)
    assert counted.breaches["what"].to_list() == ["not offered, or outside the years,"]
    assert counted.cost == 0


def test_rows_that_start_nothing_break_nothing():
    assert recount(problem(pinned("never")), start(classes=0, seats=0), NOBODY).breaches.is_empty()


def test_free_reach_needs_arrivals():
    with pytest.raises(TableError, match=r"says nothing about arrivals.*write arrivals\.csv"):
        recount(problem(), ONE)
    assert recount(problem(), ONE.clear()).objective == 40


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 100_000), reach=st.sampled_from(["free", "fixed"]), level=st.sampled_from([0.0, 0.5, 0.9]))
def test_loops_and_dictionaries_count_the_same(seed, reach, level):
    asked = invented_problem(seed, reach=reach)
    classes, guidance = invented_plan(asked, seed)
    made, _ = completers_slowly(asked, classes)
    arrivals = invented_arrivals(made, asked, seed) if reach == "free" else None
    tail = {"cvar_weight": 0.5, "cvar_level": level}
    counted, slowly = (f(asked, classes, arrivals, guidance, **tail) for f in (recount, counted_slowly))
    assert counted.objective == pytest.approx(slowly["objective"], rel=1e-9)
    assert (counted.cost, counted.short) == (pytest.approx(slowly["cost"]), pytest.approx(slowly["short"]))
    assert {KINDS[what] for what in counted.breaches["what"]} == slowly["broken"]
    spent = {(funder, year): amount for funder, year, amount, _ in counted.money.rows() if amount}
    assert spent == pytest.approx({key: amount for key, amount in slowly["spent"].items() if amount})


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 100_000))
def test_the_order_of_rows_means_nothing(seed):
    asked = invented_problem(seed, reach="free")
    classes, guidance = invented_plan(asked, seed)
    arrivals = invented_arrivals(completers_slowly(asked, classes)[0], asked, seed)
    names = (
        "need",
        "need_draws",
        "measures",
        "leads",
        "drains",
        "sites",
        "offers",
        "reach",
        "budgets",
        "funding",
        "pins",
    )
    names += ("payments", "placements", "floors", "guidance", "probabilities", "weights")
    turned = replace(asked, **{name: getattr(asked, name).reverse() for name in names})
    one = recount(asked, classes, arrivals, guidance, cvar_weight=1.0)
    shuffled = [frame.sample(fraction=1, shuffle=True, seed=seed) for frame in (classes, arrivals, guidance)]
    other = recount(turned, *shuffled, cvar_weight=1.0)
    for name in ("breaches", "money", "paid", "cells", "by_draw", "costs", "guidance"):
        assert getattr(one, name).equals(getattr(other, name)), name
    assert (one.objective, one.cost, one.short) == (other.objective, other.cost, other.short)
