"""Laws of the problem folder: what is written reads back, and the order of rows says nothing."""

from __future__ import annotations

import tempfile
from dataclasses import fields
from pathlib import Path

import polars as pl
from hypothesis import given
from hypothesis import settings as checked
from hypothesis import strategies as st

from brygga.planning.columns import FILES, REQUIRED
from brygga.planning.problem import Problem, make_problem, read_problem, tables_of, write_problem
from tests.planning.problems import settings

LETTERS = st.sampled_from("aåÄ07é ,;\"'\n#|-*")
IDS = st.lists(st.text(LETTERS, min_size=1, max_size=6), min_size=1, max_size=3, unique=True)
AMOUNTS = st.floats(0, 1e9, allow_nan=False).map(lambda x: x / 7)
PARTS = st.floats(0, 1)
YEARS = st.sampled_from([2027, 2028])


def frame(name: str, rows: list[tuple], *columns: str) -> pl.DataFrame:
    named = columns or tuple(FILES[name])
    return pl.DataFrame(rows, schema={c: FILES[name][c] for c in named}, orient="row")


@st.composite
def tables(draw):
    """Tables of a problem with some or all of the optional files, and ids of any text."""
    places, occupations, names, sites = (draw(IDS) for _ in range(4))
    places = [place + "m" for place in places]
    measures = [name + "p" for name in names]

    def some(pairs, value):
        return [(*pair, *draw(value)) for pair in pairs if draw(st.booleans())]

    cells = [(m, o, y) for m in places for o in occupations for y in range(2027, 2031)]
    pairs = [(s, p) for s in sites for p in measures]
    made = {
        "need": frame("need", [(*cell, draw(AMOUNTS)) for cell in cells], *list(FILES["need"])[:4]),
        "measures": frame(
            "measures",
            [
                (
                    p,
                    draw(st.sampled_from(occupations)),
                    draw(st.integers(0, 3)),
                    draw(PARTS),
                    5.0,
                    10.5,
                    *draw(LIMITS),
                    1.0,
                )
                for p in measures
            ],
        ),
        "sites": frame("sites", [(s, draw(st.sampled_from(places)), *draw(ROOMS)) for s in sites]),
        "reach": frame("reach", [(s, places[0], draw(PARTS) / 2 + 0.1) for s in sites]),
        "budgets": frame("budgets", [("fund", y, draw(AMOUNTS)) for y in (2027, 2028)]),
        "funding": frame("funding", [("fund", p, 1.0) for p in measures]),
        "weights": frame("weights", some([(o,) for o in occupations], st.tuples(AMOUNTS))),
        "applicants": frame("applicants", some(pairs, st.tuples(AMOUNTS))),
        "offers": frame("offers", [(p, s) for s, p in pairs if draw(st.booleans())]),
        "guidance": frame("guidance", [("g", s, p, k, draw(AMOUNTS), 4.0 / k) for s, p in pairs for k in (1, 2)]),
        "placements": frame("placements", some([(s, p, 2027) for s, p in pairs], st.tuples(AMOUNTS))),
        "payments": frame("payments", [(p, k, 0.5) for p in measures if draw(st.booleans()) for k in (0, 1)]),
        "floors": frame("floors", some([(m, 2030) for m in places], st.tuples(PARTS))),
        "leads": frame("leads", [(p, o, 1 / len(occupations)) for p in measures for o in occupations]),
        "pins": frame("pins", [(p, s, 2027, "at_most", 2) for s, p in pairs if draw(st.booleans())]),
        "last_year": frame("last_year", some([(p, s) for s, p in pairs], st.tuples(st.integers(0, 3), AMOUNTS))),
    }
    if draw(st.booleans()):
        drawn = [made["need"].with_columns(draw=pl.lit(d), persons=pl.col("persons") * k) for k, d in enumerate("bå")]
        made["need"] = pl.concat(drawn)
    left_out = draw(st.sets(st.sampled_from(sorted(made.keys() - set(REQUIRED)))))
    return {name: table for name, table in made.items() if name not in left_out}


LIMITS = st.tuples(st.none() | st.integers(0, 4), AMOUNTS, AMOUNTS)
ROOMS = st.tuples(st.none() | AMOUNTS, st.none() | AMOUNTS)


def alike(one: Problem, other: Problem, *, but: str = "") -> None:
    for part in fields(Problem):
        if part.name == but:
            continue
        mine, theirs = getattr(one, part.name), getattr(other, part.name)
        assert mine.equals(theirs) if isinstance(mine, pl.DataFrame) else mine == theirs, part.name


@given(tables())
@checked(max_examples=12, deadline=None)
def test_a_written_problem_of_any_kind_reads_back_the_same(given_tables):
    """Rows without a use are not kept, so the warnings about them are not repeated."""
    before = make_problem(settings(), given_tables)
    with tempfile.TemporaryDirectory() as folder:
        write_problem(before, Path(folder))
        alike(before, read_problem(Path(folder)), but="warnings")
    alike(before, make_problem(before.settings, tables_of(before)), but="warnings")


@given(tables(), st.randoms(use_true_random=False))
@checked(max_examples=12, deadline=None)
def test_the_order_of_rows_and_columns_says_nothing(given_tables, random):
    def mixed(table: pl.DataFrame) -> pl.DataFrame:
        columns = table.columns
        random.shuffle(columns)
        return table.sample(fraction=1, shuffle=True, seed=random.randrange(1000)).select(columns)

    turned = {name: mixed(table) for name, table in given_tables.items()}
    alike(make_problem(settings(), given_tables), make_problem(settings(), turned))
