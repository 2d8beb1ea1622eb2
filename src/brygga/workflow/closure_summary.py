"""Closure summary: the few numbers that say how a closure goes, each with its interval.

Start reading at `summary_table`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from brygga.core.grids import Floats
from brygga.impact.closure import LAYERS
from brygga.impact.curves import Curves
from brygga.workflow.closure_tables import spans_of

if TYPE_CHECKING:
    from brygga.workflow.closure import Followed

AFTER = (6, 12, 24)
"""Months after the last direct posts ended that are told."""

YEAR = 12

Row = tuple[str, str, str, Floats]


def summary_table(found: Followed, tax: Mapping[str, Floats]) -> pl.DataFrame:
    """Table `closure_summary`: posts by layer, and per scenario how many are without work and what it costs.

    Parameters
    ----------
    found : the closure followed through its months
    tax : scenario -> municipal tax lost a year by draw and home, twelve months after the last left or, where so long
        is not followed, in the last month; its measure is named after the months
    """
    rows = [*_posts(found), *_scenarios(found), *_money(found, tax)]
    told = [
        {"scenario": scenario, "measure": measure, "unit": unit, **spans_of(drawn)}
        for scenario, measure, unit, drawn in rows
    ]
    return pl.DataFrame(told).with_columns(shock=pl.lit(found.shock.key), status=pl.lit("modelled"))


def _posts(found: Followed) -> Iterator[Row]:
    drawn = found.posts.by_draw
    for place, layer in enumerate(LAYERS):
        yield "all", f"posts_{layer}", "posts", drawn[:, place]
    yield "all", "posts_all", "posts", drawn.sum(1)
    outside = found.people[-1].sum() / found.people.sum() if found.people.sum() > 0 else 0.0
    yield "all", "persons_outside", "persons", drawn.sum(1) * outside


def _scenarios(found: Followed) -> Iterator[Row]:
    none = found.told["none"]
    for scenario, curves in found.told.items():
        for after in AFTER:
            if found.shock.last_month + after > found.inputs.months:
                continue
            month = found.month_after(after)
            yield scenario, f"without_work_{after}", "persons", _without(curves, month)
            direct = curves.names["layer"].index("direct")
            back, size = curves.state["re_employed"]["layer"][:, month, direct], curves.size["layer"][:, direct]
            yield scenario, f"share_back_{after}", "share", back / np.where(size > 0, size, 1.0)
        persons = curves.size["all"][:, 0]
        waited = sum(curves.state[state]["all"][:, :, 0].sum(1) for state in ("without_work", "in_course"))
        yield scenario, "months_without_work", "months", waited / np.where(persons > 0, persons, 1.0)
        if found.shock.last_month + YEAR > found.inputs.months:
            continue
        yield scenario, "crowded_out_12", "persons", curves.others[:, found.month_12]
        if scenario != "none":
            fewer = _without(none, found.month_12) - _without(curves, found.month_12)
            yield scenario, "fewer_without_work_12", "persons", fewer


def _money(found: Followed, tax: Mapping[str, Floats]) -> Iterator[Row]:
    for scenario, lost in tax.items():
        yield scenario, f"tax_lost_{found.month_12 - found.shock.last_month}", "SEK a year", lost.sum(1)
    table = found.courses.table
    for scenario in ("planned", "best"):
        cost = table.filter(pl.col("scenario") == scenario, pl.col("chosen"))["cost_sek"].to_list()
        yield scenario, "course_cost", "SEK", np.full(1, float(sum(sorted(cost))))


def _without(curves: Curves, month: int) -> Floats:
    """Persons without work, those in a course among them."""
    both = curves.state["without_work"]["all"][:, month, 0] + curves.state["in_course"]["all"][:, month, 0]
    return np.asarray(both)
