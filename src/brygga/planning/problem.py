"""The problem a plan answers, as a folder of tables that anybody can write or check.

`settings.json` and one CSV a table (UTF-8, comma, decimal point; any text as id). Money
is in thousand kronor. A missing row is 0 in need, reach, budgets and leads and 1 in
weights; an optional file or row that is missing limits nothing.
`docs/method/planning-problem.md` describes each file.

Start reading at `Problem`, then `read_problem`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl

from brygga.core import tables as core_tables
from brygga.core.errors import BryggaError, FaultsError, FileError, TableError, listed, raise_all
from brygga.core.sums import total
from brygga.planning.checks import table_faults
from brygga.planning.columns import FILES, KEYS, REQUIRED, codes_of, shaped
from brygga.planning.problem_files import Given, read_tables
from brygga.planning.remarks import not_led_to as not_led_to
from brygga.planning.remarks import remarks
from brygga.planning.settings import Settings as Settings
from brygga.planning.settings import read_settings, settings_faults
from brygga.planning.settings import settings_of as settings_of

EVERY = "*"
"""In funding.csv: every measure without a row of its own."""
NEED = ("municipality", "occupation", "year", "persons")


@dataclass(frozen=True)
class Problem:
    """Checked tables of one planning problem, sorted by key; made by `make_problem` or `read_problem`.

    Columns are those of the files (`columns.FILES`) but for these. `need` (municipality, occupation,
    year, persons) is the mean over draws, a missing row counting 0, and `need_draws` (draw, municipality,
    occupation, year, persons) the draws themselves, without rows where there are none. `leads` has the rows
    that say where each measure leads and `payments` one or more per measure, whether the files were given or not.
    `offers` (measure, site, applicants) holds every pair where a class can be given, with the pair's own limit
    of applicants (null: none). `funding` names every measure. `probabilities` has the chance of a start year where it
    is another than the measure's. `cost_cap` limits what the whole plan may cost (thousand kronor); no file sets it.
    """

    settings: Settings
    need: pl.DataFrame
    need_draws: pl.DataFrame
    weights: pl.DataFrame
    measures: pl.DataFrame
    probabilities: pl.DataFrame
    leads: pl.DataFrame
    drains: pl.DataFrame
    sites: pl.DataFrame
    offers: pl.DataFrame
    guidance: pl.DataFrame
    placements: pl.DataFrame
    reach: pl.DataFrame
    budgets: pl.DataFrame
    funding: pl.DataFrame
    funders: pl.DataFrame
    payments: pl.DataFrame
    floors: pl.DataFrame
    last_year: pl.DataFrame
    pins: pl.DataFrame
    cost_cap: float | None = None
    warnings: tuple[str, ...] = ()


def make_problem(settings: Settings, tables: Mapping[str, pl.DataFrame], *, where: str = "the problem") -> Problem:
    """A `Problem` of `tables` (names and columns as the files), or all their faults at once.

    Raises
    ------
    TableError, SettingError, or FaultsError when there are several.
    """
    return _checked(settings, Given(dict(tables), faults=settings_faults(settings)), where)


def read_problem(folder: Path) -> Problem:
    """Read and check a problem folder.

    Raises
    ------
    FileError, SettingError, TableError, or FaultsError when there are several.
    """
    if not folder.is_dir():
        raise FileError(f"there is no folder {folder}", why="a problem is a folder of files", todo="correct the name")
    given, settings = read_tables(folder), None
    try:
        settings, unread = read_settings(folder / "settings.json")
        given.warnings[:0] = unread
    except FaultsError as error:
        given.faults[:0] = error.faults
    except BryggaError as error:
        given.faults[:0] = [error]
    return _checked(settings, given, str(folder))


def write_problem(problem: Problem, folder: Path) -> None:
    """Write `problem` as a folder that `read_problem` reads back to the same problem.

    An optional file without rows is left out, and taken away where an earlier problem had one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in tables_of(problem).items():
        path = folder / f"{name}.csv"
        if frame.height or name in REQUIRED:
            core_tables.write(frame, path)
        else:
            path.unlink(missing_ok=True)
    given = asdict(problem.settings)
    years = [given.pop("first"), given.pop("last")]
    text = json.dumps({"years": years, **given}, indent=2, ensure_ascii=False) + "\n"
    (folder / "settings.json").write_text(text, encoding="utf-8")


def tables_of(problem: Problem) -> dict[str, pl.DataFrame]:
    """The tables of a problem folder, with the columns of its files: what `make_problem` makes the problem of."""
    named = {name: getattr(problem, name) for name in FILES if name not in ("need", "applicants", "offers", "payments")}
    everywhere = problem.offers.height == problem.measures.height * problem.sites.height
    at_once = problem.payments.filter((pl.col("offset") == 0) & (pl.col("share") == 1)).height
    alike = problem.leads.equals(_single_leads(problem.measures).sort(KEYS["leads"]))
    tables = {
        **named,
        "leads": problem.leads.clear() if alike else problem.leads,
        "need": problem.need_draws if problem.need_draws.height else problem.need,
        "applicants": problem.offers.drop_nulls("applicants").sort(KEYS["applicants"]),
        "offers": problem.offers.clear() if everywhere else problem.offers,
        "payments": problem.payments.clear() if at_once == problem.payments.height else problem.payments,
    }
    return {name: tables[name].select(c for c in FILES[name] if c in tables[name].columns) for name in FILES}


def _checked(settings: Settings | None, given: Given, where: str) -> Problem:
    """The problem of what is given, or every fault that can be told from it."""
    shape = shaped(given.tables)
    typed = shape.tables
    for name in given.unreadable:
        typed.pop(name, None)
    if {"funding", "measures"} <= typed.keys():
        typed["funding"] = _spelt_out(typed["funding"], typed["measures"])
    missing = [f"{name}.csv" for name in REQUIRED if name not in given.tables and name not in given.unreadable]
    if missing:
        why, todo = "the problem is not whole without it", "add it"
        given.faults.append(TableError(f"{listed(missing, most=len(missing))} is missing", why=why, todo=todo))
    known = settings if settings and not settings_faults(settings) else None
    raise_all(where, [*given.faults, *shape.faults, *table_faults(typed, shape.faulty, known)])
    assert settings is not None
    warnings = [*given.warnings, *shape.warnings, *remarks(typed, settings)]
    return _assembled(settings, typed, tuple(warnings))


def _assembled(settings: Settings, typed: Mapping[str, pl.DataFrame], warnings: tuple[str, ...]) -> Problem:
    made_of = ("need", "leads", "applicants", "offers", "payments")
    named: dict[str, Any] = {name: typed[name] for name in FILES if name not in made_of}
    need, need_draws = _needs(typed["need"])
    leads = typed["leads"] if typed["leads"].height else _single_leads(typed["measures"])
    return Problem(
        settings=settings,
        need=need,
        need_draws=need_draws,
        leads=leads.sort(KEYS["leads"]),
        offers=_offers(typed),
        payments=_payments(typed),
        warnings=warnings,
        **named,
    )


def _spelt_out(funding: pl.DataFrame, measures: pl.DataFrame) -> pl.DataFrame:
    """`funding` with the rows of the measure `*` given to every measure that has no row of its own."""
    every = funding.filter(pl.col("measure") == EVERY)
    if every.is_empty() or measures.filter(pl.col("measure") == EVERY).height:
        return funding
    others = measures.select("measure").join(funding, on="measure", how="anti")
    own = funding.filter(pl.col("measure") != EVERY)
    spelt = others.join(every.drop("measure"), how="cross").select(own.columns)
    return pl.concat([own, spelt]).sort(KEYS["funding"])


def _needs(given: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The mean over draws, and the draws; without draws the need itself, and no rows."""
    cell = list(NEED[:-1])
    if given["draw"].null_count() == given.height:
        return given.select(NEED), given.select("draw", *NEED).clear()
    draws = given["draw"].n_unique()
    mean = given.group_by(cell, maintain_order=True).agg(total("persons") / draws)
    order = codes_of(given, ["draw", *cell]).arg_sort()
    return mean, given.select(pl.col("draw", *NEED).gather(order))


def _offers(typed: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Every pair of measure and site, or those of offers.csv, with the pair's own applicants where given."""
    everywhere = typed["measures"].select("measure").join(typed["sites"].select("site"), how="cross")
    pairs = typed["offers"] if typed["offers"].height else everywhere
    limited = pairs.join(typed["applicants"], on=["measure", "site"], how="left")
    return limited.select("measure", "site", "applicants").sort("measure", "site")


def _payments(typed: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The payments as given; a measure without a row is paid in its start year."""
    others = typed["measures"].join(typed["payments"], on="measure", how="anti")
    at_once = others.select("measure", offset=pl.lit(0, pl.Int64), share=pl.lit(1.0))
    return pl.concat([typed["payments"], at_once]).sort(KEYS["payments"])


def _single_leads(measures: pl.DataFrame) -> pl.DataFrame:
    return measures.select("measure", "occupation", share=pl.lit(1.0))
