"""Small invented problems with every optional file, and plans for them that may break anything."""

from __future__ import annotations

import numpy as np
import polars as pl

from brygga.planning.problem import Problem, Settings, make_problem

YEARS = (2027, 2029, 2031)
PLAN = {"measure": pl.String, "site": pl.String, "year": pl.Int64, "classes": pl.Int64, "seats": pl.Int64}
GUIDED = {"guidance": pl.String, "year": pl.Int64, "steps": pl.Int64}
PEOPLE = {"municipality": pl.String, "occupation": pl.String, "year": pl.Int64, "persons": pl.Float64}
ARRIVALS = {"site": pl.String, **PEOPLE}


def invented_problem(seed: int, *, reach: str) -> Problem:
    """Three municipalities and occupations, two or three sites and measures; each optional file in half of them."""
    random = np.random.default_rng(seed)
    first, last, horizon = YEARS
    settings = Settings(
        first,
        last,
        horizon,
        2026,
        *_of(random, (1.0, 0.97)),
        *_of(random, (1.0, 0.8, 0.0)),
        reach,
        *_of(random, (0.0, 0.001)),
        *_of(random, (0.0, 0.1)),
    )
    places, jobs = ["m1", "m2", "m3"], ["o1", "o2", "o3"]
    sites, measures = ["s1", "s2", "s3"][: random.integers(2, 4)], ["p1", "p2", "p3"][: random.integers(2, 4)]
    size = [_of(random, ((2, 4), (3, 5), (4, 9)))[0] for _ in measures]
    prices = [
        (int(random.integers(1, 4)), *random.integers(1, 50, 2) * 1.0, *_of(random, (1.0, 0.5))) for _ in measures
    ]
    tables = {
        "need": _need(random, places, jobs),
        "measures": _frame(
            "measure occupation years yield class_min class_max classes_max cost_class cost_seat probability",
            [
                (m, jobs[i], int(random.integers(0, 4)), *_of(random, (1.0, 0.5, 0.75)), *size[i], *prices[i])
                for i, m in enumerate(measures)
            ],
        ),
        "sites": _frame(
            "site municipality rooms applicants",
            [(s, places[i], _or_none(random, 2, 5), _or_none(random, 5, 20)) for i, s in enumerate(sites)],
        ).cast({"rooms": pl.Float64, "applicants": pl.Float64}),
        "reach": _frame(
            "site municipality share",
            [
                (s, m, share)
                for s in sites
                for m, share in zip(random.permutation(places), (0.5, 0.3, 0.0), strict=True)
            ],
        ),
        "budgets": _frame(
            "funder year amount",
            [(f, y, float(random.integers(20, 300))) for f in ("f1", "f2") for y in range(first, last + 2)],
        ),
        "funding": _frame(
            "funder measure share", [(f, m, share) for m in measures for f, share in (("f1", 0.6), ("f2", 0.4))]
        ),
    }
    tables |= {
        name: frame for name, frame in _options(random, places, jobs, sites, measures).items() if random.random() < 0.5
    }
    return make_problem(settings, tables)


def _options(random, places, jobs, sites, measures) -> dict[str, pl.DataFrame]:
    first, last, horizon = YEARS
    pairs = [(s, m) for s in sites for m in measures]
    steps = [("g1", sites[0], measures[0], k, 30.0 / k, 4.0 / k) for k in (1, 2)]
    steps += [("g1", sites[0], measures[1], 1, 5.0, 2.0), ("g2", sites[1], measures[0], 1, 10.0, 3.0)]
    return {
        "weights": _frame("occupation weight", [(job, float(random.integers(1, 4))) for job in jobs[:2]]),
        "probabilities": _frame("measure year probability", [(measures[0], first, 0.9), (measures[1], last, 0.1)]),
        "leads": _frame(
            "measure occupation share", [(m, o, s) for m in measures for o, s in zip(jobs, (0.6, 0.3), strict=False)]
        ),
        "drains": _frame("measure occupation share", [(measures[0], jobs[2], 0.5), (measures[1], jobs[0], 0.25)]),
        "applicants": _frame("site measure applicants", [(s, m, float(random.integers(3, 12))) for s, m in pairs[::2]]),
        "guidance": _frame("guidance site measure step cost applicants", steps),
        "placements": _frame(
            "site measure year places", [(s, m, first, float(random.integers(2, 9))) for s, m in pairs]
        ),
        "payments": _frame("measure offset share", [(measures[0], 0, 0.75), (measures[0], 1, 0.25)]),
        "floors": _frame("municipality year share", [(p, y, 0.2) for p in places[:2] for y in (last, horizon)]),
        "offers": _frame("measure site", [(m, s) for s, m in pairs[:-1]]),
        "pins": _frame(
            "measure site year kind classes",
            [
                (measures[0], sites[0], first, "at_least", 1),
                (measures[1], sites[0], last, "at_most", 1),
                (measures[0], sites[1], last, "never", None),
                (measures[0], sites[1], first, "must", None),
            ],
        ),
    }


def _need(random, places, jobs) -> pl.DataFrame:
    """With draws in half of the cases; some rows are missing."""
    first, _, horizon = YEARS
    rows = [
        (m, o, y, round(float(random.lognormal(1.5, 0.8)), 2), draw)
        for draw in (["a", "b", "c"] if random.random() < 0.5 else [None])
        for m in places
        for o in jobs
        for y in range(first, horizon + 1)
        if random.random() < 0.7
    ]
    return pl.DataFrame(rows, schema={**PEOPLE, "draw": pl.String}, orient="row")


def invented_plan(problem: Problem, seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Classes and guidance: some plans hold every limit, others break several."""
    random = np.random.default_rng(seed)
    often, most = random.choice([0.1, 0.3, 0.7]), dict(problem.measures.select("measure", "classes_max").rows())
    sizes = {m: (low, high) for m, low, high in problem.measures.select("measure", "class_min", "class_max").rows()}
    starts = []
    for m in problem.measures["measure"]:
        for s in problem.sites["site"]:
            for y in problem.settings.starts:
                if random.random() < often:
                    c = int(random.integers(1, most[m] + 1 + (random.random() < 0.1)))
                    seats = random.integers(sizes[m][0] * c, sizes[m][1] * c + 1) + (random.random() < 0.05)
                    starts.append((m, s, y, c, int(seats)))
    names = problem.guidance["guidance"].unique().sort()
    steps = [
        (g, y, int(random.integers(0, 3))) for g in names for y in problem.settings.starts if random.random() < 0.5
    ]
    return pl.DataFrame(starts, schema=PLAN, orient="row"), pl.DataFrame(steps, schema=GUIDED, orient="row")


def invented_arrivals(made, problem: Problem, seed: int) -> pl.DataFrame:
    """Completers (a dictionary by site, occupation and year) sent anywhere within reach; some plans send too many."""
    random = np.random.default_rng(seed)
    reach, rows = problem.reach.rows(), []
    much = random.choice([0.5, 1.0, 1.0, 1.2])
    for (site, o, y), persons in made.items():
        shares = {m: share for s, m, share in reach if s == site and (share > 0 or random.random() < 0.02)}
        parts = dict(zip(shares, random.dirichlet(np.ones(len(shares))), strict=True))
        rows += [(site, m, o, y, float(persons * much * sum(shares.values()) * part)) for m, part in parts.items()]
    return pl.DataFrame(rows, schema=ARRIVALS, orient="row")


def _frame(columns: str, rows) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=columns.split(), orient="row")


def _of(random, choices):
    return (choices[random.integers(len(choices))],)


def _or_none(random, low, high):
    return None if random.random() < 0.3 else float(random.integers(low, high)) + 0.5
