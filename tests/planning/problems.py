"""Problems small enough to check in the head, for the tests of planning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from brygga.planning.problem import Problem, Settings, make_problem

SETTINGS: Mapping[str, Any] = {
    "first": 2027,
    "last": 2028,
    "horizon": 2030,
    "price_year": 2026,
    "discount": 1.0,
    "stay": 1.0,
    "reach": "free",
    "cost_weight": 0.0,
    "surplus_weight": 0.0,
}


def settings(**changed: Any) -> Settings:
    """Two start years, four that count, nobody leaves, nothing is discounted."""
    return Settings(**{**SETTINGS, **changed})


def rows(columns: str, *values: tuple[Any, ...]) -> pl.DataFrame:
    """A frame of rows; columns in one text."""
    return pl.DataFrame(list(values), schema=columns.split(), orient="row")


MEASURE_COLUMNS = "measure occupation years yield class_min class_max classes_max cost_class cost_seat"


def welders() -> dict[str, pl.DataFrame]:
    """Ten welders short in Norra every year; one course in Södra, a year long, all of it placed; 10 seats at 100."""
    return {
        "need": rows(
            "municipality occupation year persons", *[("norra", "welder", y, 10.0) for y in range(2027, 2031)]
        ),
        "measures": rows(MEASURE_COLUMNS, ("course", "welder", 1, 1.0, 5, 10, 1, 0.0, 100.0)),
        "sites": rows("site municipality rooms applicants", ("school", "sodra", 2, 30)),
        "reach": rows("site municipality share", ("school", "norra", 0.5), ("school", "sodra", 0.5)),
        "budgets": rows("funder year amount", ("fund", 2027, 1000.0), ("fund", 2028, 1000.0)),
        "funding": rows("funder measure share", ("fund", "course", 1.0)),
    }


def problem(tables: Mapping[str, pl.DataFrame] | None = None, **changed: Any) -> Problem:
    """The welders' problem, or other tables, with settings changed."""
    return make_problem(settings(**changed), tables or welders())
