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
from brygga.core.errors import BryggaError, FileError, SettingError, TableError, listed, raise_all
from brygga.core.sums import total
from brygga.planning.checks import table_faults
from brygga.planning.columns import FILES, KEYS, REQUIRED, shaped

EVERY = "*"
"""In funding.csv: every measure without a row of its own."""
NEED = ("municipality", "occupation", "year", "persons")


@dataclass(frozen=True)
class Settings:
    """What `settings.json` says; `horizon` is the last year that counts."""

    first: int
    last: int
    horizon: int
    price_year: int
    discount: float
    stay: float
    reach: str
    cost_weight: float
    surplus_weight: float

    @property
    def starts(self) -> range:
        """Years in which classes may start."""
        return range(self.first, self.last + 1)

    @property
    def years(self) -> range:
        """Years that count."""
        return range(self.first, self.horizon + 1)


@dataclass(frozen=True)
class Problem:
    """Checked tables of one planning problem, sorted by key; made by `make_problem` or `read_problem`.

    Columns are those of the files (`columns.FILES`) but for these. `need` (municipality, occupation,
    year, persons) is the mean over draws, a missing row counting 0, and `need_draws` (draw, municipality,
    occupation, year, persons) the draws themselves, without rows where there are none. `leads` has a row
    per measure and occupation and `payments` one or more per measure, whether the files were given or not.
    `offers` (measure, site, applicants) holds every pair where a class can be given, with the pair's own limit
    of applicants (null: none). `probabilities` has the chance of a start year where it is another than the
    measure's. `cost_cap` limits what the whole plan may cost (thousand kronor); no file sets it.
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
    raise_all(where, [*_settings_faults(settings), *_missing_tables(tables)])
    typed, faults = shaped(tables)
    raise_all(where, faults)
    typed["funding"] = _spelt_out(typed["funding"], typed["measures"])
    raise_all(where, table_faults(typed, first=settings.first, last=settings.last, horizon=settings.horizon))
    return _assembled(settings, typed)


def read_problem(folder: Path) -> Problem:
    """Read and check a problem folder.

    Raises
    ------
    FileError, SettingError, TableError, or FaultsError when there are several.
    """
    tables = {name: _read_csv(folder / f"{name}.csv") for name in FILES if (folder / f"{name}.csv").exists()}
    return make_problem(_read_settings(folder / "settings.json"), tables, where=str(folder))


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


def _assembled(settings: Settings, typed: Mapping[str, pl.DataFrame]) -> Problem:
    plain = [name for name in FILES if name not in ("need", "leads", "applicants", "offers", "payments")]
    named: dict[str, Any] = {name: typed[name].sort(KEYS[name]) for name in plain}
    need, need_draws = _needs(typed["need"])
    leads = typed["leads"] if typed["leads"].height else _single_leads(typed["measures"])
    return Problem(
        settings=settings,
        need=need,
        need_draws=need_draws,
        leads=leads.sort(KEYS["leads"]),
        offers=_offers(typed),
        payments=_payments(typed),
        warnings=_warnings(typed["need"], leads),
        **named,
    )


def _spelt_out(funding: pl.DataFrame, measures: pl.DataFrame) -> pl.DataFrame:
    """`funding` with the rows of the measure `*` given to every measure that has no row of its own."""
    every = funding.filter(pl.col("measure") == EVERY)
    if every.is_empty() or measures.filter(pl.col("measure") == EVERY).height:
        return funding
    others = measures.select("measure").join(funding, on="measure", how="anti")
    own = funding.filter(pl.col("measure") != EVERY)
    return pl.concat([own, others.join(every.drop("measure"), how="cross").select(own.columns)])


def _needs(given: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The mean over draws, and the draws; without draws the need itself, and no rows."""
    cell = list(NEED[:-1])
    draws = given.select("draw", *NEED)
    if given["draw"].null_count() == given.height:
        return given.select(NEED).sort(cell), draws.clear()
    mean = given.group_by(cell, maintain_order=True).agg(total("persons") / given["draw"].n_unique())
    return mean.sort(cell), draws.sort("draw", *cell)


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


def not_led_to(need: pl.DataFrame, leads: pl.DataFrame) -> pl.DataFrame:
    """Rows of `need` above 0 in occupations that no measure leads to."""
    led = leads.filter(pl.col("share") > 0)["occupation"]
    return need.filter((pl.col("persons") > 0) & ~pl.col("occupation").is_in(led.implode()))


def _warnings(need: pl.DataFrame, leads: pl.DataFrame) -> tuple[str, ...]:
    unled = not_led_to(need, leads)["occupation"].unique().sort()
    if unled.is_empty():
        return ()
    return (f"No measure leads to {len(unled)} occupation(s) with unfilled posts: {listed(unled)}.",)


def _settings_faults(s: Settings) -> list[BryggaError]:
    rules = {
        f"years {s.first}-{s.last} and horizon {s.horizon} are not in order": s.first <= s.last <= s.horizon,
        f"discount {s.discount:g} is not above 0 and at most 1": 0 < s.discount <= 1,
        f"stay {s.stay:g} is outside 0 to 1": 0 <= s.stay <= 1,
        f"reach is {s.reach!r}, not fixed or free": s.reach in ("fixed", "free"),
        f"cost_weight {s.cost_weight:g} is below zero": s.cost_weight >= 0,
        f"surplus_weight {s.surplus_weight:g} is below zero": s.surplus_weight >= 0,
    }
    return [
        SettingError(f"settings.json: {what}", why="no plan can be weighed with it", todo="correct it there")
        for what, holds in rules.items()
        if not holds
    ]


def _missing_tables(tables: Mapping[str, pl.DataFrame]) -> list[BryggaError]:
    missing = [f"{name}.csv" for name in REQUIRED if name not in tables]
    if not missing:
        return []
    return [TableError(f"{listed(missing)} is missing", why="the problem is not whole without it", todo="add it")]


def _read_csv(path: Path) -> pl.DataFrame:
    try:
        texts = pl.read_csv(path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        reason = str(error).splitlines()[0]
        raise FileError(f"{path.name} cannot be read: {reason}", why="it is no table", todo=f"check {path}") from error
    stripped = texts.with_columns(pl.all().str.strip_chars())
    return stripped.with_columns(pl.when(pl.all() == "").then(None).otherwise(pl.all()).name.keep())


def _read_settings(path: Path) -> Settings:
    try:
        given: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise FileError(f"{path} cannot be read: {error}", why="it says which years count", todo="write it") from error
    return settings_of(given)


def settings_of(given: Mapping[str, Any]) -> Settings:
    """`Settings` of the words in `settings.json`.

    Examples
    --------
    >>> settings_of({"years": [2027, 2029], "price_year": 2026, "discount": 1, "stay": 0.9, "reach": "free",
    ...     "cost_weight": 0, "surplus_weight": 0}).horizon
    2029
    """
    wanted = ("years", "price_year", "discount", "stay", "reach", "cost_weight", "surplus_weight")
    missing = [word for word in wanted if word not in given]
    unknown = [word for word in given if word not in (*wanted, "horizon")]
    if missing or unknown:
        said = "; ".join(
            [f"lacks {word}" for word in missing] + [f"has {word}, which means nothing" for word in unknown]
        )
        raise SettingError(
            f"settings.json {said}", why="nothing is guessed", todo="see docs/method/planning-problem.md"
        )
    try:
        first, last = (int(year) for year in given["years"])
        whole = {"horizon": int(given.get("horizon", last)), "price_year": int(given["price_year"])}
        parts = {word: float(given[word]) for word in ("discount", "stay", "cost_weight", "surplus_weight")}
    except (TypeError, ValueError) as error:
        raise SettingError(f"settings.json: {error}", why="a number belongs there", todo="correct it") from error
    return Settings(first=first, last=last, reach=str(given["reach"]), **whole, **parts)  # type: ignore[arg-type]
