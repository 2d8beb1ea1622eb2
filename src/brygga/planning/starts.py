"""The starts a plan can choose among: a measure at a site in a year, and how large it can be.

A start that cannot do any good is left out: its completers come after the last year that
counts, no class of its size can be filled or paid, or a pin says never. A start that a pin asks
for stays in.

Start reading at `Starts.of`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from brygga.planning.problem import Problem
from brygga.planning.program import Numbers, Places

HAIR = 1e-9
"""Rooms and applicants a hair below a whole number are that number."""
UNLIMITED = 1e6
"""Seats of a start that nothing limits."""


@dataclass(frozen=True)
class Starts:
    """Every start as a row of `frame`, in order of measure, site and year, and its numbers as arrays.

    `frame`: measure, site, year, label, municipality, probability, class_min, class_max, classes_max, cost_class,
    cost_seat, least and most (classes pinned, or null). `measure`, `site`: row in the problem's tables; `year`
    from 0. `least`, `classes`, `seats`: fewest classes, most classes and most seats of any plan. Costs expected, in
    thousand kronor per class and seat; `completers` per seat, all occupations together, who arrive in year `arrive`.
    """

    frame: pl.DataFrame
    measure: Places
    site: Places
    year: Places
    class_min: Numbers
    class_max: Numbers
    least: Numbers
    classes: Numbers
    seats: Numbers
    cost_class: Numbers
    cost_seat: Numbers
    completers: Numbers
    arrive: Places

    @classmethod
    def of(cls, problem: Problem, *, whatever_size: bool = False) -> Starts:
        """The starts of `problem`; `whatever_size` keeps those that are too small or too dear as well."""
        frame = _listed(problem)
        found = cls._sized(problem, frame)
        kept = found.arrive <= problem.settings.horizon - problem.settings.first
        kept &= (frame["most"].fill_null(1) > 0).to_numpy() if whatever_size else _can_start(found)
        kept |= found.least > 0
        return found if kept.all() else cls._sized(problem, frame.filter(pl.Series(kept)))

    @classmethod
    def _sized(cls, problem: Problem, frame: pl.DataFrame) -> Starts:
        def numbers(name: str, empty: float = np.inf) -> Numbers:
            return frame[name].cast(pl.Float64).fill_null(empty).to_numpy().copy()

        chance, least = numbers("probability"), numbers("least", 0.0)
        smallest, largest = numbers("class_min"), numbers("class_max")
        costs = chance * numbers("cost_class"), chance * numbers("cost_seat")
        rooms = np.floor(numbers("rooms") + HAIR)
        classes = np.minimum(np.minimum(numbers("classes_max"), rooms), numbers("most"))
        seats = np.minimum.reduce([numbers(name) for name in ("site_seats", "own_seats", "places")])
        seats = np.minimum(seats, _paid(problem, frame, costs, smallest, largest))
        seats = np.floor(np.minimum(seats, classes * largest) + HAIR)
        seats = np.where(np.isfinite(seats), seats, UNLIMITED)
        classes = np.minimum(classes, np.floor(seats / np.maximum(smallest, HAIR) + HAIR))
        classes = np.where(np.isfinite(classes), classes, UNLIMITED)
        filled = np.floor(seats / np.maximum(largest, HAIR) + HAIR)
        reached = (np.floor(seats) >= (filled + 1) * smallest) & (filled + 1 <= classes)
        seats = np.where(reached, seats, np.minimum(seats, np.floor(filled * largest + HAIR)))
        classes = np.minimum(classes, np.maximum(np.ceil(seats / np.maximum(largest, HAIR) - HAIR), least))
        first = problem.settings.first
        year = frame["year"].to_numpy() - first
        return cls(
            frame=frame.select(FRAME),
            measure=frame["measure_at"].to_numpy(),
            site=frame["site_at"].to_numpy(),
            year=year,
            class_min=smallest,
            class_max=largest,
            least=least,
            classes=classes,
            seats=seats,
            cost_class=costs[0],
            cost_seat=costs[1],
            completers=chance * numbers("yield"),
            arrive=year + frame["years"].to_numpy(),
        )

    @property
    def count(self) -> int:
        """How many there are."""
        return self.frame.height


FRAME = [
    *("measure", "site", "year", "label", "municipality", "probability", "class_min", "class_max", "classes_max"),
    *("cost_class", "cost_seat", "least", "most"),
]


def _can_start(starts: Starts) -> npt.NDArray[np.bool_]:
    return (starts.classes >= 1) & (starts.seats >= np.maximum(starts.class_min, 1.0))


def _listed(problem: Problem) -> pl.DataFrame:
    """Every measure, site and start year on offer, with all that limits it."""
    years = pl.DataFrame({"year": list(problem.settings.starts)}, schema={"year": pl.Int64})
    guided = problem.guidance.group_by("site", maintain_order=True).agg(more=pl.col("applicants").sum())
    own = problem.guidance.group_by("site", "measure", maintain_order=True).agg(own_more=pl.col("applicants").sum())
    places = problem.placements.group_by("measure", "site", "year", maintain_order=True).agg(pl.col("places").min())
    rows = (
        offered(problem)
        .join(problem.measures.select("measure").with_row_index("measure_at"), on="measure", maintain_order="left")
        .join(problem.sites.select("site").with_row_index("site_at"), on="site", maintain_order="left")
        .with_columns(pl.col("measure_at", "site_at").cast(pl.Int64))
        .join(guided, on="site", how="left", maintain_order="left")
        .join(own, on=["site", "measure"], how="left", maintain_order="left")
        .with_columns(
            site_seats=pl.col("site_applicants") + pl.col("more").fill_null(0.0),
            own_seats=pl.col("applicants") + pl.col("own_more").fill_null(0.0),
        )
    )
    return (
        with_chance(problem, rows.join(years, how="cross", maintain_order="left"))
        .join(places, on=["measure", "site", "year"], how="left", maintain_order="left")
        .join(_pinned(problem.pins), on=["measure", "site", "year"], how="left", maintain_order="left")
    )


def _pinned(pins: pl.DataFrame) -> pl.DataFrame:
    """The least and most classes that pins ask for, per measure, site and year."""
    kind, classes = pl.col("kind"), pl.col("classes")
    least = pl.when(kind == "must").then(1).when(kind == "at_least").then(classes)
    most = pl.when(kind == "never").then(0).when(kind == "at_most").then(classes)
    return pins.group_by("measure", "site", "year", maintain_order=True).agg(least=least.max(), most=most.min())


def _paid(
    problem: Problem, frame: pl.DataFrame, costs: tuple[Numbers, Numbers], smallest: Numbers, largest: Numbers
) -> Numbers:
    """Seats that the emptiest purse of each start pays for, classes full; infinite when nothing costs anything.

    None where it does not pay for one whole class of the smallest size.
    """
    at = frame["measure_at"].to_numpy()
    first = problem.settings.first
    amounts = {(funder, year - first): amount for funder, year, amount in problem.budgets.rows()}
    shares, most = payment_shares(problem), np.full(frame.height, np.inf)
    year = frame["year"].to_numpy() - first
    length = int(year.max(initial=0)) + 1
    per_seat = costs[1] + costs[0] / np.maximum(largest, HAIR)
    measures = problem.measures["measure"].to_list()
    paid = np.full((len(measures), length), np.inf)
    for place, measure in enumerate(measures):
        for funder, offset, share in shares.get(measure, []):
            for y in range(length):
                paid[place, y] = min(paid[place, y], max(0.0, amounts.get((funder, y + offset), 0.0)) / share)
    if frame.height:
        most = paid[at, year]
    if problem.cost_cap is not None:
        most = np.minimum(most, max(0.0, problem.cost_cap))
    purse, seats = most * (1 + HAIR) + 1e-6, np.full(frame.height, np.inf)
    np.divide(purse, per_seat, out=seats, where=per_seat > 0)
    return np.where(purse < costs[0] + smallest * costs[1], 0.0, seats)


def payment_shares(problem: Problem) -> dict[str, list[tuple[str, int, float]]]:
    """Per measure: funder, years after the start, and share of the cost paid there and then."""
    profile: dict[str, list[tuple[int, float]]] = {}
    for measure, offset, share in problem.payments.select("measure", "offset", "share").rows():
        profile.setdefault(measure, []).append((offset, share))
    paid: dict[str, list[tuple[str, int, float]]] = {}
    for funder, measure, share in problem.funding.select("funder", "measure", "share").rows():
        for offset, part in profile.get(measure, [(0, 1.0)]):
            if share * part > 0:
                paid.setdefault(measure, []).append((funder, offset, share * part))
    return paid


def offered(problem: Problem) -> pl.DataFrame:
    """Each measure and site with its numbers, its limits and the `label` a limit is shown under."""
    several = pl.len().over("measure") > 1
    label = pl.when(several).then(pl.format("{}, {}", "measure", "site")).otherwise("measure")
    sites = problem.sites.rename({"applicants": "site_applicants"})
    return (
        problem.offers.join(problem.measures.drop("occupation"), on="measure")
        .join(sites, on="site")
        .sort("measure", "site")
        .with_columns(label=label)
    )


def with_chance(problem: Problem, starts: pl.DataFrame) -> pl.DataFrame:
    """`starts` (measure, year, probability of the measure) with the chance of the start year where one is given."""
    given = problem.probabilities.rename({"probability": "that_year"})
    known = starts.join(given, on=["measure", "year"], how="left", maintain_order="left")
    return known.with_columns(probability=pl.coalesce("that_year", "probability")).drop("that_year")


def completers(problem: Problem, starts: pl.DataFrame) -> pl.DataFrame:
    """Expected placed completers a seat gives, per start and occupation, in the `year` they arrive."""
    return (
        starts.join(problem.leads, on="measure")
        .with_columns(
            per_seat=pl.col("probability") * pl.col("yield") * pl.col("share"),
            start=pl.col("year"),
            year=pl.col("year") + pl.col("years"),
        )
        .filter((pl.col("per_seat") > 0) & (pl.col("year") <= problem.settings.horizon))
        .sort("measure", "site", "start", "occupation")
    )


def left_behind(problem: Problem, starts: pl.DataFrame) -> pl.DataFrame:
    """Posts that the completers of a seat leave in the site's municipality when they complete.

    Returns
    -------
    municipality, occupation, year, seats (as in `starts`) and `per_unit`, a row per start and drained occupation.
    """
    left = starts.drop("occupation", strict=False).join(problem.drains, on="measure")
    return (
        left.with_columns(
            per_unit=pl.col("probability") * pl.col("yield") * pl.col("share"),
            year=pl.col("year") + pl.col("years"),
        )
        .filter((pl.col("per_unit") > 0) & (pl.col("year") <= problem.settings.horizon))
        .sort("measure", "site", "year", "occupation")
        .select("municipality", "occupation", "year", "seats", "per_unit")
    )
