"""A made run for the tests of the site: real codes, invented numbers, every table checked by its dictionary."""

from __future__ import annotations

import importlib.util
from datetime import date
from pathlib import Path
from types import ModuleType

import numpy as np
import polars as pl

from brygga.core import tables
from brygga.core.provenance import Input, Provenance, Result, write_json, write_result

MUNICIPALITIES = ("0767", "1060", "1293")
OCCUPATIONS = ("532", "7212", "7223", "7233", "819")
BASE, FIRST, LAST, TO, DRAWS = 2024, 2027, 2031, 2036, 40
PLANS = ("nothing", "last_year", "best")
PROGRAMMES = {"underhall-olofstrom": ("1060", "7233"), "cnc-hassleholm": ("1293", "7223")}


def write_run(
    folder: Path,
    *,
    municipalities: tuple[str, ...] = MUNICIPALITIES,
    occupations: tuple[str, ...] = OCCUPATIONS,
    kind: str = "example",
) -> Path:
    """Write a whole run into `folder`, as `brygga run` would, and return the folder."""
    rng = np.random.default_rng(7)
    folder.mkdir(parents=True, exist_ok=True)
    _region(folder / "region", municipalities, occupations, kind, rng)
    for name, frame in _results(municipalities, occupations, rng).items():
        story = Provenance(
            step="see",
            region="Exempelregion Prov",
            settings={"to": TO, "draws": DRAWS, "seed": 7},
            inputs=(Input("employed.csv", "0" * 64, 15, 5, 10),),
            warnings=("made for tests",),
        )
        write_result(Result(name, tables.check(frame, name), story), folder)
    summary = {
        "objective": 900.0,
        "bound": 880.0,
        "bound_gap": 0.022,
        "improvement_gap": 0.018,
        "status": "feasible",
        "warnings": [],
    }
    write_json(summary, folder / "summary.json")
    write_json({"settings": {"to": TO}}, folder / "run.json")
    return folder


def _beside(name: str) -> ModuleType:
    """A module beside this one: test modules are loaded by their path."""
    spec = importlib.util.spec_from_file_location(f"web_{name}", Path(__file__).with_name(f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _cells(municipalities, occupations, years) -> pl.DataFrame:
    return (
        pl.DataFrame({"municipality": list(municipalities)})
        .join(pl.DataFrame({"occupation": list(occupations)}), how="cross")
        .join(pl.DataFrame({"year": list(years)}), how="cross")
    )


def _results(municipalities, occupations, rng) -> dict[str, pl.DataFrame]:
    draws = _draws(municipalities, occupations, rng)
    stock = _stock(draws)
    frames = {"gap_draws": draws, "plan_stock": stock}
    base = draws.filter(pl.col("year") == BASE, pl.col("draw") == 0)
    for name in ("unfilled", "without_work"):
        frames[name] = _spread(draws, base, pl.col(name))
    frames["gap"] = _spread(draws, base, pl.col("unfilled") - pl.col("without_work"))
    frames["job_openings"] = frames["unfilled"].with_columns(
        expansion=pl.col("p50") * 0.4, replacement=pl.col("p50") * 1.6, heard=pl.col("p50") * 0.2
    )
    frames["opening_draws"] = draws.filter(pl.col("year") > BASE).select(
        "municipality",
        "occupation",
        "year",
        "draw",
        expansion=pl.col("unfilled") * 0.4,
        replacement=pl.col("unfilled") * 1.6,
    )
    frames["gap_parts"] = _parts(draws)
    frames |= _plan(municipalities, occupations, stock)
    frames |= _benefit(municipalities) | _needs(municipalities) | _beside("made_impact").carried(municipalities)
    frames |= _beside("made_impact").closure(municipalities, occupations)
    return frames


def _draws(municipalities, occupations, rng) -> pl.DataFrame:
    cells = _cells(municipalities, occupations, range(BASE, TO + 1))
    size = rng.lognormal(4.5, 0.8, len(municipalities) * len(occupations)).repeat(TO - BASE + 1)
    steps = (cells["year"] - BASE).to_numpy()
    share = np.clip(rng.normal(0.05, 0.02, size.size // (TO - BASE + 1)), 0.01, None).repeat(TO - BASE + 1)
    frames = []
    for draw in range(DRAWS):
        shock = np.exp(rng.normal(0, 0.03, size.size) * np.sqrt(steps) + rng.normal(0, 0.06) * np.sqrt(steps / 4))
        unfilled = size * share * (1 + 0.08 * steps) * shock
        idle = size * 0.05 / shock * np.where(steps % 2, 1.05, 1.0)
        demand = size * (1 + 0.01 * steps) * shock
        numbers = {"demand": demand, "supply": demand - unfilled + idle, "unfilled": unfilled, "without_work": idle}
        frames.append(cells.with_columns(draw=pl.lit(draw, pl.Int64), **{k: pl.Series(v) for k, v in numbers.items()}))
    return pl.concat(frames)


def _spread(draws, base, of: pl.Expr) -> pl.DataFrame:
    key = ["municipality", "occupation", "year"]
    made = draws.with_columns(value=of)
    naive = base.select("municipality", "occupation", naive=of)
    spans = {name: pl.col("value").quantile(q, "linear") for name, q in (("p10", 0.1), ("p50", 0.5), ("p90", 0.9))}
    rows = made.group_by(key, maintain_order=True).agg(**spans)
    return rows.join(naive, on=["municipality", "occupation"]).with_columns(status=pl.lit("modelled"))


def _parts(draws) -> pl.DataFrame:
    central = draws.filter(draw=0)
    shares = {
        "employed_at_work": pl.col("demand") * 0.9,
        "vacancies": pl.col("demand") * 0.04,
        "industry": pl.col("demand") * 0.05,
        "heard": pl.col("demand") * 0.01,
        "events": pl.lit(0.0),
        "net_in_commuting": pl.col("unfilled") - pl.col("without_work") - pl.col("demand") + pl.col("supply"),
        "employed_residents": pl.col("supply") * -0.9,
        "unemployed": pl.col("supply") * -0.05,
        "retirements": pl.col("supply") * 0.2,
        "entrants": pl.col("supply") * -0.24,
        "movers": pl.col("supply") * -0.005,
        "running_classes": pl.col("supply") * -0.005,
        "unfilled": pl.col("unfilled"),
        "without_work": pl.col("without_work"),
    }
    key = ["municipality", "occupation", "year"]
    wide = central.select(*key, **shares)
    long = wide.unpivot(index=key, variable_name="part", value_name="persons")
    return long.with_columns(status=pl.lit("modelled"))


def _stock(draws) -> pl.DataFrame:
    trained = draws.filter(pl.col("occupation").is_in(["7223", "7233"]), pl.col("year") > FIRST, draw=0)
    frames = []
    for plan, share in (("nothing", 0.0), ("last_year", 0.15), ("best", 0.35)):
        persons = (pl.col("unfilled") * share * (pl.col("year") - FIRST) / 4).clip(
            upper_bound=pl.col("unfilled") * share
        )
        frames.append(trained.select(pl.lit(plan).alias("plan"), "municipality", "occupation", "year", persons=persons))
    return pl.concat(frames)


def _plan(municipalities, occupations, stock) -> dict[str, pl.DataFrame]:
    rows, arrivals = [], []
    for plan, classes in (("last_year", 1), ("best", 2)):
        for number, (programme, (site, occupation)) in enumerate(PROGRAMMES.items()):
            for year in range(FIRST, LAST + 1):
                count = classes if (year + number) % 2 else 1
                rows.append((plan, programme, year, f"site-{site}", count, 16 * count, 900_000.0 * count))
                arrivals.append((plan, programme, site, occupation, year + 2, 7.5 * count))
    plan = pl.DataFrame(
        rows, schema=["plan", "programme", "year", "site", "classes", "seats", "cost_sek"], orient="row"
    )
    money = (
        plan.group_by("plan", "year")
        .agg(pl.col("cost_sek").sum())
        .join(pl.DataFrame({"funder": ["staten", "olofstrom"], "share": [0.7, 0.3]}), how="cross")
        .select("plan", "funder", "year", spent_sek=pl.col("cost_sek") * pl.col("share"), budget_sek=pl.lit(4e6))
    )
    limits = pl.DataFrame(
        {
            "limit": ["budget", "applicants", "rooms"],
            "name": ["staten", "cnc-hassleholm", "site-1060"],
            "year": [FIRST, FIRST, FIRST + 1],
            "used": [4e6, 32.0, 1.0],
            "at_most": [4e6, 32.0, 2.0],
            "unit": ["SEK", "applicants", "classes"],
            "one_more": [3.4, 0.6, 0.0],
        }
    )
    per = pl.DataFrame(
        [(p, m, 12.0, 5.0, 40.0, 1e6, 2e6) for p in PLANS for m in municipalities],
        schema=["plan", "municipality", "persons", "from_elsewhere", "person_years", "pays_sek", "common_sek"],
        orient="row",
    )
    return {
        "plan": plan,
        "plan_arrivals": pl.DataFrame(
            arrivals,
            schema=["plan", "programme", "municipality", "occupation", "year", "persons"],
            orient="row",
        ),
        "plan_money": money,
        "plan_limits": limits,
        "plan_municipalities": per,
        **_together(municipalities),
        "plan_front": _front(municipalities),
        "plan_candidates": _candidates(),
        "plan_reasons": _reasons(),
    }


def _rows(table: str, *rows: dict) -> pl.DataFrame:
    """Rows of a table that say only some of its columns; the rest is empty."""
    columns = [column.column for column in tables.dictionary(table)]
    return pl.DataFrame([{name: row.get(name) for name in columns} for row in rows], infer_schema_length=None)


def _together(municipalities) -> dict[str, pl.DataFrame]:
    """Each municipality alone and jointly; the last one loses."""
    each = [
        {
            "place": code,
            "status": "no_site" if code == "0767" else "as_asked",
            "need": 100.0,
            "short_believed": 60.0,
            "short_alone": 70.0,
            "short_jointly": 55.0 if code != municipalities[-1] else 72.0,
            "gain": 15.0 if code != municipalities[-1] else -2.0,
            "cost_alone_sek": 3e6,
            "cost_jointly_sek": 2.5e6,
            "saved_sek": 0.5e6,
        }
        for code in municipalities
    ]
    summed = [name for name, value in each[0].items() if isinstance(value, float)]
    whole = {"place": "total", "status": "total"} | {name: sum(row[name] for row in each) for name in summed}
    proof = {"value": 26.0, "low": 25.0, "high": 27.5, "any_high": 30.0, "by_shares": 31.0}
    return {"plan_cooperation": _rows("plan_cooperation", *each, whole | proof)}


def _front(municipalities) -> pl.DataFrame:
    worst = {"worst_municipality": municipalities[0], "sure": True, "bound": 70.0}
    return _rows(
        "plan_front",
        {
            "point": 1,
            "cap_sek": 0.0,
            "cost_sek": 0.0,
            "weighted": 100.0,
            "short": 100.0,
            "worst_share": 0.0,
            "knee": "no",
        }
        | worst,
        {
            "point": 2,
            "cap_sek": 5e6,
            "cost_sek": 5e6,
            "weighted": 80.0,
            "short": 80.0,
            "worst_share": 0.1,
            "knee": "yes",
        }
        | worst
        | {"sek_per_person_year": 250_000.0},
        {"point": 3, "floor": 0.2, "cost_sek": 5e6, "weighted": 82.0, "short": 82.0, "worst_share": 0.2, "knee": "no"}
        | worst
        | {"floor_costs": 2.0},
    )


def _candidates() -> pl.DataFrame:
    shared = {
        "mode": "as_it_stands",
        "mean_bound": 80.0,
        "weighed": 90.0,
        "cost_sek": 5e6,
        "worst_draw": "3",
        "breaks": 0,
    }
    return _rows(
        "plan_candidates",
        *(
            shared
            | {"candidate": name, "mean": mean, "tail": mean + 20, "mean_regret": mean - 80, "worst_regret": mean - 70}
            for name, mean in (("best", 85.0), ("last_year", 95.0), ("nothing", 110.0), ("foresight", 80.0))
        ),
    )


def _reasons() -> pl.DataFrame:
    numbers = ("closes", "per_seat", "costs", "budget", "rooms", "applicants", "placements", "other", "net")
    row = dict.fromkeys(numbers, 1.0) | {"classes": 0, "seats": 0, "probability": 1.0, "year": FIRST}
    limited = {"limit": "placements", "limit_name": "cnc-hassleholm", "limit_year": FIRST}
    return _rows(
        "plan_reasons",
        row
        | {"programme": "underhall-olofstrom", "site": "site-1060", "chosen": True, "why": "worth_it", "worth": 9.0},
        row
        | limited
        | {"programme": "cnc-hassleholm", "site": "site-1293", "chosen": False, "why": "displaces", "worth": 7.5}
        | {"instead_programme": "underhall-olofstrom", "instead_site": "site-1060", "instead_year": FIRST},
    )


def _benefit(municipalities) -> dict[str, pl.DataFrame]:
    tax = pl.DataFrame(
        [
            (p, m, y, 10.0, 3e5, 4e5, 6e5, "modelled")
            for p in ("last_year", "best")
            for m in municipalities
            for y in range(FIRST, TO + 1)
        ],
        schema=[c.column for c in tables.dictionary("municipal_tax")],
        orient="row",
    )
    drawn = pl.DataFrame(
        [
            (p, m, y, d, 10.0, 1e5 * (3 + n + (d % 7 if p == "best" else 0) * (1 if n else -0.5)))
            for p in ("last_year", "best")
            for n, m in enumerate(municipalities)
            for y in range(FIRST, TO + 1)
            for d in range(DRAWS)
        ],
        schema=[c.column for c in tables.dictionary("municipal_tax_draws")],
        orient="row",
    )
    rates = pl.DataFrame(
        [(p, r, 0.7, 0.6, 0.72, 0.8, 24.0, 18.0, "modelled") for p in PROGRAMMES for r in ("completion", "placement")],
        schema=[c.column for c in tables.dictionary("updated_rates")],
        orient="row",
    )
    return {"municipal_tax": tax, "municipal_tax_draws": drawn, "updated_rates": rates}


def _needs(municipalities) -> dict[str, pl.DataFrame]:
    said = [
        ("b1", "Hemlig AB", "7233", 0.9, "vi söker mekaniker", False),
        ("b2", "Öppen Verkstad AB", "7223", 0.6, "CNC 5-axligt, helst i höst", True),
        ("b3", "=Formel AB", None, 0.2, '=HYPERLINK("http://x")', True),
    ]
    rows = [
        (i, c, municipalities[n % 3], o, conf, "mekaniker", t, 2.0, 5.0, FIRST, 0.5, date(2026, 10, 1), "sv", ok)
        for n, (i, c, o, conf, t, ok) in enumerate(said)
    ]
    needs = pl.DataFrame(rows, schema=tables.empty("coded_needs").schema, orient="row")
    return {"coded_needs": needs, "coded_ads": tables.empty("coded_ads")}


def _region(folder: Path, municipalities, occupations, kind, rng) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    listed = ", ".join(f'"{m}"' for m in municipalities)
    folder.joinpath("region.toml").write_text(
        f'name_sv = "Exempelregion Prov"\nname_en = "Example region Trial"\nkind = "{kind}"\n'
        f"municipalities = [{listed}]\nbase_year = {BASE}\nfirst_plan_year = {FIRST}\n"
        f"last_plan_year = {LAST}\nto = {TO}\n",
        encoding="utf-8",
    )
    for name, frame in _region_tables(municipalities, occupations).items():
        tables.write(tables.check(frame, name), folder / f"{name}.csv")


def _frame(name: str, rows: list[tuple]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=tables.empty(name).schema, orient="row")


def _region_tables(municipalities, occupations) -> dict[str, pl.DataFrame]:
    tail = ("modelled", "prov")
    ages = ["16-24", "25-29", "30-34", "35-39", "40-44", "45-49", "50-54", "55-59", "60-64", "65-69"]
    places = [(m, BASE) for m in municipalities]
    given = ("Skolan", "yh", 2, 8.0, 16.0, 2, 5e5, 3e4, 0.8, 0.8, 0.2, 32.0, 1.0, FIRST, "Skolans rektor", *tail)
    programmes = [
        (p, f"Utbildning {p}", f"Programme {p}", given[0], f"site-{m}", *given[1:]) for p, (m, _) in PROGRAMMES.items()
    ]
    rows = {
        "population": [
            (m, s, a, BASE, 10.0, *tail) for m in municipalities for s in ("men", "women") for a in range(101)
        ],
        "population_total": [(m, y, 2000.0, "observed", "prov") for m, y in places],
        "vital_rates": [(s, a, 0.01, 0.0, 1 / 202, *tail) for s in ("men", "women") for a in range(101)],
        "working_life": [(a, 0.8, 0.02, *tail) for a in ages],
        "employed": [(m, "C", o, BASE, 80.0, *tail) for m in municipalities for o in occupations],
        "employed_age": [(o, a, 0.1, *tail) for o in occupations for a in ages],
        "commuting": [(h, w, BASE, 10.0, *tail) for h in municipalities for w in municipalities],
        "unemployed": [(m, o, BASE, 3.0, *tail) for m in municipalities for o in occupations],
        "unemployed_youth": [(m, y, 30.0, *tail) for m, y in places],
        "vacancies": [(m, o, BASE, 3.0, *tail) for m in municipalities for o in occupations],
        "industry_outlook": [("C", "constant", 0.01, 0.01, *tail)],
        "sites": [(f"site-{m}", m, f"Skolan i {m}", 2.0, *tail) for m in municipalities],
        "programmes": programmes,
        "programme_leads": [(p, o, 1.0) for p, (_, o) in PROGRAMMES.items()],
        "programme_funding": [(p, f, s) for p in PROGRAMMES for f, s in (("staten", 0.7), ("olofstrom", 0.3))],
        "intake": [(p, BASE, 1, 16.0, *tail) for p in PROGRAMMES],
        "funders": [
            ("staten", "Staten", "The state", "state", None),
            ("olofstrom", "Olofströms kommun", "Olofström municipality", "municipality", "1060"),
        ],
        "budgets": [(f, y, 4e6, *tail) for f in ("staten", "olofstrom") for y in range(FIRST, LAST + 1)],
        "pay": [(o, BASE, 34_000.0, *tail) for o in occupations],
        "tax": [(m, y, 0.21, 0.12, *tail) for m, y in places],
        "outcomes": [
            ("underhall-olofstrom", 2023, 20.0, 15.0, 12.0, 10.0, *tail),
            ("cnc-hassleholm", 2023, 9.0, 6.0, 4.0, 3.0, *tail),
        ],
    }
    return {name: _frame(name, content) for name, content in rows.items()}
