"""Invented problems, for tests and benchmarks: same seed, same problem.

Start reading at `benchmark_problem`; `generate_problem` makes toys.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from brygga.core.errors import SettingError
from brygga.planning.problem import Problem, Settings, make_problem

MODES = ((3, 0.85), (2, 0.72), (1, 0.57))
"""Years and mean yield of a programme's modes: the longer one gives more, later."""
CLASS_SIZES = ((8, 16), (15, 30), (12, 24))
NEAR = 6
"""Municipalities within reach of a site."""
POSITIVE = 0.45
"""Share of municipality and occupation pairs with a need."""
GROWTH = 0.12
BUDGET_UNIT = 500.0
"""Thousand kronor per site and programme that a budget share of 1 would give a year."""

Numbers = npt.NDArray[np.float64]


def benchmark_problem(
    sites: int,
    programmes: int,
    years: int,
    modes: int = 3,
    reach: str = "fixed",
    seed: int = 1,
    *,
    budget: float = 0.30,
    own_applicants: bool = False,
    horizon_after: int = 0,
    draws: int = 0,
) -> Problem:
    """An invented instance of the form that solvers are compared on.

    Each site lies in a municipality of its own and has six within reach. Needs are lognormal in 45 % of the
    pairs of municipality and occupation and grow by the year. Each programme leads to an occupation of its own and
    can be given in up to three modes of 3, 2 and 1 years (`P07-3y`, ...), in classes of 8-16, 15-30 or 12-24 seats.
    A site has about one applicant per programme and a room or so per 18 applicants, so that most sites of the
    small size have about 20. Money, rooms and applicants each bind somewhere.

    Parameters
    ----------
    sites, programmes, years : the size; start years from 2027
    modes : 1 to 3 modes a programme, the longest first
    reach : fixed or free
    seed : same seed, same problem
    budget : thousand kronor a year are `budget` x 500 x sites x programmes (0.30; scarce: 0.12)
    own_applicants : applicants of each measure at each site too
    horizon_after : years that count past the last start
    draws : draws of the need; 0 for one need that is certain

    Raises
    ------
    SettingError when a size is below 1, modes are not 1 to 3 or the budget is negative.

    Examples
    --------
    >>> benchmark_problem(3, 2, 4, modes=2, reach="free").measures["measure"].to_list()
    ['P1-2y', 'P1-3y', 'P2-2y', 'P2-3y']
    """
    _require_size(sites, programmes, years, modes, budget, horizon_after, draws)
    random = np.random.default_rng(seed)
    first, last = 2027, 2026 + years
    settings = Settings(first, last, last + horizon_after, first - 1, 0.97, 0.95, reach, 0.0, 0.0)
    places, names = _numbered("M", sites), _numbered("S", sites)
    occupations = _numbered("O", programmes)
    size = random.lognormal(0.0, 0.35, sites)
    size /= size.mean()
    tightness = random.permutation(np.linspace(0.5, 1.5, sites))
    measures = _benchmark_measures(programmes, modes, random)
    applicants = np.maximum(np.rint(programmes * size), 8.0)
    tables = {
        "need": _benchmark_need(places, occupations, settings, size, random, draws),
        "measures": measures,
        "sites": pl.DataFrame(
            {
                "site": names,
                "municipality": places,
                "rooms": np.maximum(np.rint(applicants / 18 * tightness), 1.0),
                "applicants": applicants,
            }
        ),
        "reach": _benchmark_reach(names, places, random),
        "funding": measures.select("measure", funder=pl.lit("own"), share=pl.lit(1.0)),
        "budgets": pl.DataFrame(
            {
                "funder": "own",
                "year": list(settings.starts),
                "amount": round(budget * BUDGET_UNIT * sites * programmes, 3),
            }
        ),
    }
    if own_applicants:
        tables["applicants"] = _benchmark_applicants(names, applicants, measures, random)
    return make_problem(settings, tables)


def _require_size(
    sites: int, programmes: int, years: int, modes: int, budget: float, horizon_after: int, draws: int
) -> None:
    wrong = {
        f"{sites} sites, {programmes} programmes, {years} years": min(sites, programmes, years) < 1,
        f"{modes} modes": not 1 <= modes <= len(MODES),
        f"budget {budget:g}": not budget >= 0,
        f"horizon {horizon_after} years after the last start": horizon_after < 0,
        f"{draws} draws": draws < 0,
    }
    for what, is_wrong in wrong.items():
        if is_wrong:
            raise SettingError(
                f"an instance of {what} was asked for",
                why="no problem has that form",
                todo="give one or more sites, programmes and years, 1 to 3 modes, and nothing below zero",
            )


def _numbered(letter: str, count: int) -> list[str]:
    """M01, M02, ...: padded, so that the order of the text is that of the numbers."""
    return [f"{letter}{i:0{len(str(count))}d}" for i in range(1, count + 1)]


def _benchmark_measures(programmes: int, modes: int, random: np.random.Generator) -> pl.DataFrame:
    """A row per programme and mode; the modes of a programme share occupation and class size."""
    sizes = np.array(CLASS_SIZES, float)[random.integers(len(CLASS_SIZES), size=programmes)]
    dear = random.uniform(0.7, 1.3, programmes)
    lengths = np.array([mode[0] for mode in MODES[:modes]])
    yields = np.array([mode[1] for mode in MODES[:modes]]) * random.uniform(0.85, 1.1, (programmes, modes))
    names = _numbered("P", programmes)
    return pl.DataFrame(
        {
            "measure": [f"{name}-{length}y" for name in names for length in lengths],
            "occupation": [f"O{name[1:]}" for name in names for _ in lengths],
            "years": np.tile(lengths, programmes),
            "yield": yields.ravel().round(3),
            "class_min": sizes[:, 0].repeat(modes),
            "class_max": sizes[:, 1].repeat(modes),
            "classes_max": 2,
            "cost_class": np.outer(350 * dear, lengths).ravel().round(1),
            "cost_seat": np.outer(110 * dear, lengths).ravel().round(1),
        }
    )


def _benchmark_need(
    places: list[str],
    occupations: list[str],
    settings: Settings,
    size: Numbers,
    random: np.random.Generator,
    draws: int,
) -> pl.DataFrame:
    """Rows above zero only; a draw stretches the whole course of a pair of municipality and occupation."""
    pairs, count = (len(places), len(occupations)), len(settings.years)
    base = random.lognormal(0.9, 1.0, pairs) * size[:, None] * (random.random(pairs) < POSITIVE)
    scale = base[None] if not draws else base * random.lognormal(-0.08, 0.4, (draws, *pairs))
    draw, place, occupation = np.nonzero(scale)
    growth = 1 + GROWTH * np.arange(count)
    persons = (scale[draw, place, occupation][:, None] * growth).ravel().round(3)
    frame = pl.DataFrame(
        {
            "municipality": pl.Series(places).gather(place.repeat(count)),
            "occupation": pl.Series(occupations).gather(occupation.repeat(count)),
            "year": np.tile(np.array(settings.years), len(place)),
            "persons": persons,
        }
    )
    if not draws:
        return frame
    return frame.with_columns(draw=pl.Series(_numbered("d", draws)).gather(draw.repeat(count)))


def _benchmark_reach(names: list[str], places: list[str], random: np.random.Generator) -> pl.DataFrame:
    """The nearest municipalities on a plane, its own first; a tenth of the completers leave."""
    near = min(NEAR, len(places))
    where = random.random((len(places), 2))
    distance = ((where[:, None] - where[None]) ** 2).sum(2)
    nearest = np.argsort(distance, axis=1, kind="stable")[:, :near]
    weight = 0.6 ** np.arange(near) * random.uniform(0.7, 1.3, (len(names), near))
    share = 0.9 * weight / weight.sum(axis=1, keepdims=True)
    return pl.DataFrame(
        {
            "site": pl.Series(names).gather(np.arange(len(names)).repeat(near)),
            "municipality": pl.Series(places).gather(nearest.ravel()),
            "share": np.floor(share.ravel() * 1e4) / 1e4,
        }
    )


def _benchmark_applicants(
    names: list[str], applicants: Numbers, measures: pl.DataFrame, random: np.random.Generator
) -> pl.DataFrame:
    """Of the site's applicants each measure finds from a tenth to nearly all, half of a class at least as a rule."""
    drawn = applicants[:, None] * random.beta(2.0, 2.0, (len(names), measures.height))
    least = measures["class_min"].to_numpy() * random.uniform(0.7, 1.8, drawn.shape)
    return pl.DataFrame(
        {
            "site": pl.Series(names).gather(np.arange(len(names)).repeat(measures.height)),
            "measure": pl.concat([measures["measure"]] * len(names)),
            "applicants": np.rint(np.minimum(np.maximum(drawn, least), applicants[:, None])).ravel(),
        }
    )


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
