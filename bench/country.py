"""The country in one run: 290 municipalities x 148 occupations x 10 years, 500 draws, matched in 20 of them.

Codes of municipalities, functional regions and occupations are real. The people, jobs, commuters and
rates are INVENTED (drawn from a seed), so no number of a result means anything; only the work to
compute it is real. Prints CPU seconds, time and peak memory at a quarter, a half and all of the
municipalities and of the draws, and beside it the peer: one dense sweep of balancing all margins
(rows, then columns, of home x work for each occupation, year and matched draw).

Run: python bench/country.py [--workers 2]
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import polars as pl

from brygga.core import codes, tables
from brygga.core.execution import HERE, Execution
from brygga.core.geo import haversine_km
from brygga.core.region import TABLES, Region

BASE, YEARS, SEED = 2025, 10, 1
MUNICIPALITIES, DRAWS, MATCHED = 290, 500, 20
INDUSTRIES = tuple("ABCDEFGHIJKLMNOPQRS")
DRIVERS = {"P": "pupils", "Q": "elderly", "G": "population"}
AGES = np.arange(101)


def main() -> None:
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(one(*map(int, sys.argv[2:5]))))
        return
    workers = int(sys.argv[sys.argv.index("--workers") + 1]) if "--workers" in sys.argv else 1
    print("people, jobs and commuters are invented; codes are real")
    print("municipalities  draws  workers   CPU s   wall s  peak MB  CPU us a cell and draw")
    sizes = [(MUNICIPALITIES // 4, DRAWS), (MUNICIPALITIES // 2, DRAWS)]
    sizes += [(MUNICIPALITIES, DRAWS // 4), (MUNICIPALITIES, DRAWS // 2), (MUNICIPALITIES, DRAWS)]
    full = 0.0
    for municipalities, draws in sizes:
        found = _apart(municipalities, draws, workers)
        each = found["cpu"] / (municipalities * draws * 148 * YEARS) * 1e6
        print(
            f"{municipalities:14}  {draws:5}  {workers:7}  {found['cpu']:6.1f}  {found['wall']:7.1f}"
            f"  {found['mb']:7.0f}  {each:22.3f}",
            flush=True,
        )
        full = found["cpu"]
    peer = dense_sweep()
    print(f"peer: one dense sweep of all margins {peer:.1f} CPU s; the whole run takes {full / peer:.1f} times that")


def _apart(municipalities: int, draws: int, workers: int) -> dict[str, float]:
    """One size in a process of its own, so that its peak of memory is its own."""
    command = [sys.executable, __file__, "--one", str(municipalities), str(draws), str(workers)]
    found: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found


def one(municipalities: int, draws: int, workers: int) -> dict[str, float]:
    """CPU seconds, wall seconds and peak memory (of the largest process, times the workers) of one run."""
    from brygga.workflow.see import see

    region = country(municipalities)
    start, cpu = time.perf_counter(), _cpu()
    execution = HERE if workers == 1 else Execution("processes", workers)
    found = see(region, to=BASE + YEARS, draws=draws, seed=SEED, execution=execution, country=True)
    wall, cpu = time.perf_counter() - start, _cpu() - cpu
    own, workers_mb = (
        resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    assert found["unfilled"].height == municipalities * 148 * (YEARS + 1)
    return {"cpu": cpu, "wall": wall, "mb": own + workers_mb * (workers > 1) * workers}


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def dense_sweep() -> float:
    """CPU seconds of scaling rows and then columns, once, for each occupation, year and matched draw."""
    rng = np.random.default_rng(SEED)
    held = rng.random((MUNICIPALITIES, MUNICIPALITIES))
    rows, columns = rng.random((2, MUNICIPALITIES))
    scaled, start = np.empty_like(held), time.process_time()
    for _ in range(148 * YEARS * MATCHED):
        np.multiply(held, (rows / held.sum(1))[:, None], out=scaled)
        np.multiply(scaled, columns / scaled.sum(0), out=scaled)
    return time.process_time() - start


def country(municipalities: int = MUNICIPALITIES) -> Region:
    """An invented country on real codes, or the first of its municipalities in order of functional region."""
    rng = np.random.default_rng(SEED)
    places = codes.classification("kommun").sort("functional_region", "code").head(municipalities)
    names = places["code"].to_list()
    occupations = sorted(code for code in codes.codes("ssyk") if len(code) == 3)
    size = np.exp(rng.normal(np.log(16_000), 0.9, len(names))).clip(2_500, 900_000)
    jobs = _jobs(rng, size, len(occupations))
    employed = _long({"municipality": names, "industry": INDUSTRIES, "occupation": occupations}, jobs)
    at_work = jobs.sum((1, 2))
    vacant = rng.poisson(jobs.sum(1) * 0.03).astype(float)
    idle = rng.poisson(jobs.sum(1) * 0.06).astype(float)
    cells = {"municipality": names, "occupation": occupations}
    commuting = _commuting(places, size, at_work)
    years = {"municipality": names, "year": range(BASE - 8, BASE + 1)}
    totals = size[:, None] * np.exp(rng.normal(0.004, 0.004, (len(names), 1)) * (np.arange(9) - 8))
    shape = np.interp(AGES, [0, 60, 100], [1.15, 1.1, 0.02])
    people = size[:, None, None] * np.stack([shape, shape]) / (2 * shape.sum())
    given = {
        "employed": employed.filter(pl.col("persons") > 0),
        "vacancies": _long(cells, vacant),
        "unemployed": _long(cells, idle),
        "commuting": commuting,
        "population": _long({"municipality": names, "sex": ["men", "women"], "age": AGES.tolist()}, people),
        "population_total": _long(years, totals),
        **_rates(rng, occupations),
    }
    frames = {name: tables.empty(name) for name in TABLES}
    for name, frame in given.items():
        year = {} if "year" in frame.columns else {"year": pl.lit(BASE, pl.Int64)}
        told = {"status": pl.lit("modelled"), "source": pl.lit("invented")}
        frames[name] = frame.with_columns(**year, **told).select(tables.empty(name).columns)
    return Region(
        name_sv="Ett påhittat land",
        name_en="An invented country",
        kind="example",
        municipalities=tuple(names),
        base_year=BASE,
        first_plan_year=BASE + 2,
        last_plan_year=BASE + 6,
        to=BASE + YEARS,
        tables=frames,
        folder=Path(),
    )


def _jobs(rng: np.random.Generator, size: np.ndarray, occupations: int) -> np.ndarray:
    """Jobs by municipality, industry and occupation: whole persons, most cells empty."""
    staffing = rng.dirichlet(np.full(occupations, 0.08), len(INDUSTRIES))
    mix = rng.dirichlet(np.full(len(INDUSTRIES), 2.0), len(size))
    return rng.poisson(0.48 * size[:, None, None] * mix[..., None] * staffing).astype(float)


def _commuting(places: pl.DataFrame, size: np.ndarray, at_work: np.ndarray) -> pl.DataFrame:
    """Commuters by a power law of the distance, with every workplace's holders; pairs under one person are left out."""
    lat, lon = (places[column].to_numpy() for column in ("wlat", "wlon"))
    away = haversine_km(lat[:, None], lon[:, None], lat, lon) + 8.0
    pull = size[:, None] * away**-2.6
    persons = pull / pull.sum(0) * at_work
    names = places["code"].to_list()
    pairs = _long({"home": names, "work": names}, persons).filter(pl.col("persons") >= 1)
    out = pl.DataFrame({"home": names, "work": ["outside"] * len(names), "persons": 0.004 * size})
    into = pl.DataFrame({"home": ["outside"] * len(names), "work": names, "persons": 0.003 * size})
    return pl.concat([pairs, out, into])


def _rates(rng: np.random.Generator, occupations: list[str]) -> dict[str, pl.DataFrame]:
    """Invented vital rates, working life, age profiles and outlook."""
    from brygga.projection.supply import AGE_GROUPS

    death = np.minimum(0.0002 * np.exp(0.085 * np.maximum(AGES - 20, 0)), 0.6)
    birth = 0.1 * np.exp(-(((AGES - 31) / 5.5) ** 2))
    moving = np.exp(-(((AGES - 26) / 12.0) ** 2))
    sexes = {"sex": ["men", "women"], "age": AGES.tolist()}
    vital = _long(sexes, np.stack([death, death]), "death_rate").with_columns(
        birth_rate=pl.Series(np.concatenate([0 * birth, birth])),
        migration_share=pl.Series(np.tile(moving / (2 * moving.sum()), 2)),
    )
    life = pl.DataFrame(
        {
            "age_group": AGE_GROUPS,
            "participation": [0.5, 0.85, 0.88, 0.9, 0.9, 0.9, 0.88, 0.85, 0.7, 0.25],
            "exit_rate": [0.0, 0.01, 0.01, 0.01, 0.01, 0.01, 0.015, 0.02, 0.08, 0.3],
        }
    )
    ages = rng.dirichlet(np.full(len(AGE_GROUPS), 12.0), len(occupations))
    outlook = pl.DataFrame(
        {
            "industry": INDUSTRIES,
            "driver": [DRIVERS.get(industry, "constant") for industry in INDUSTRIES],
            "growth": rng.normal(0.003, 0.008, len(INDUSTRIES)),
            "growth_sd": np.full(len(INDUSTRIES), 0.01),
        }
    )
    profile = _long({"occupation": occupations, "age_group": AGE_GROUPS}, ages, "share")
    return {"vital_rates": vital, "working_life": life, "employed_age": profile, "industry_outlook": outlook}


def _long(dims: dict[str, object], values: np.ndarray, name: str = "persons") -> pl.DataFrame:
    from brygga.core.grids import to_frame

    return to_frame({name: values}, dims)


if __name__ == "__main__":
    main()
