"""Small invented problems, for tests and benchmarks: same seed, same problem."""

from __future__ import annotations

import numpy as np
import polars as pl

from brygga.planning.problem import Problem, Settings, make_problem


def generate_problem(
    *,
    municipalities: int = 4,
    measures: int = 5,
    sites: int = 3,
    years: int = 3,
    reach: str = "free",
    seed: int = 1,
    cost_weight: float = 0.0,
    own_site: bool = False,
) -> Problem:
    """An invented problem: lognormal needs in about half of the cells, growing by the year; a third of the money."""
    random = np.random.default_rng(seed)
    settings = Settings(2027, 2026 + years, 2029 + years, 2026, 0.97, 0.92, reach, cost_weight, 0.0)
    names = {
        "municipality": [f"M{i:02d}" for i in range(municipalities)],
        "measure": [f"P{i:02d}" for i in range(measures)],
        "site": [f"S{i:02d}" for i in range(sites)],
    }
    offered = measures_table(names["measure"], random)
    tables = {
        "need": _need(names["municipality"], offered["occupation"].to_list(), settings, random),
        "measures": offered,
        "sites": _sites(names, random),
        "reach": _reach(names, random),
        "funding": pl.DataFrame({"funder": ["fund"] * measures, "measure": names["measure"], "share": 1.0}),
    }
    amount = 0.3 * sites * measures * float(offered["cost_class"].mean() or 0) * 1.5  # type: ignore[arg-type]
    tables["budgets"] = pl.DataFrame({"funder": "fund", "year": list(settings.starts), "amount": round(amount)})
    if own_site:
        tables["applicants"] = _own_sites(names, random)
        tables["offers"] = tables["applicants"].select("measure", "site")
        tables["sites"] = tables["sites"].with_columns(rooms=pl.lit(2 * measures // sites + 1), applicants=None)
    return make_problem(settings, tables)


def _own_sites(names: dict[str, list[str]], random: np.random.Generator) -> pl.DataFrame:
    """Each measure at one site, with applicants of its own."""
    count = len(names["measure"])
    return pl.DataFrame(
        {
            "site": [names["site"][i % len(names["site"])] for i in range(count)],
            "measure": names["measure"],
            "applicants": [int(random.integers(10, 45)) for _ in range(count)],
        }
    )


def measures_table(names: list[str], random: np.random.Generator) -> pl.DataFrame:
    """One measure per invented occupation, classes of 8-16, 15-30 or 12-24 seats."""
    sizes = [(8, 16), (15, 30), (12, 24)]
    rows = [sizes[random.integers(3)] for _ in names]
    return pl.DataFrame(
        {
            "measure": names,
            "occupation": [f"O{name[1:]}" for name in names],
            "years": [int(random.integers(1, 3)) for _ in names],
            "yield": [round(float(random.uniform(0.4, 0.8)), 2) for _ in names],
            "class_min": [row[0] for row in rows],
            "class_max": [row[1] for row in rows],
            "classes_max": 2,
            "cost_class": [round(float(random.uniform(300, 900))) for _ in names],
            "cost_seat": [round(float(random.uniform(10, 40))) for _ in names],
        }
    )


def _need(
    municipalities: list[str], occupations: list[str], settings: Settings, random: np.random.Generator
) -> pl.DataFrame:
    rows = []
    for municipality in municipalities:
        for occupation in occupations:
            base = float(random.lognormal(2.0, 0.8)) * float(random.random() < 0.5)
            for t, year in enumerate(settings.years):
                rows.append((municipality, occupation, year, round(base * (1 + 0.15 * t), 3)))
    return pl.DataFrame(rows, schema=["municipality", "occupation", "year", "persons"], orient="row")


def _sites(names: dict[str, list[str]], random: np.random.Generator) -> pl.DataFrame:
    count = len(names["site"])
    return pl.DataFrame(
        {
            "site": names["site"],
            "municipality": [names["municipality"][i % len(names["municipality"])] for i in range(count)],
            "rooms": [int(random.integers(2, 5)) for _ in range(count)],
            "applicants": [int(random.integers(20, 60)) for _ in range(count)],
        }
    )


def _reach(names: dict[str, list[str]], random: np.random.Generator) -> pl.DataFrame:
    rows = []
    for i, site in enumerate(names["site"]):
        near = [names["municipality"][(i + k) % len(names["municipality"])] for k in range(3)]
        shares = random.dirichlet([4, 2, 1]) * 0.9
        rows += [
            (site, place, round(float(share), 4)) for place, share in zip(dict.fromkeys(near), shares, strict=False)
        ]
    return pl.DataFrame(rows, schema=["site", "municipality", "share"], orient="row")
