"""How far the number of jobs in an occupation strays: what the occupational register says, in layers.

Employees per SSYK-3 and county 2014-2017, those without a known occupation spread over the known, the two
cells of Blekinge that one employer's coding moved left out. A logarithmic change over 1, 2 and 3 years is taken apart:

    nation       the change of all employees
    occupation   the nation's occupation less that
    county       the county's employees less the nation's
    cell         what is left, whose variance is a + b / persons

Spreads are (p90 - p10) / 2.563, the standard deviation of a normal distribution with those quantiles: recodings
are rare and large, and an 80 % interval should not be set by them.

`projection.sd_structure_occupation` is the yearly surprise which, adding up for three years beside what
`projection.sd_demand_occupation` gives, makes the spread of an occupation three years ahead.

Run it with `python -m recipes.demand_spread` (a second); the figures stand in docs/method/projection.md.
"""

from __future__ import annotations

import itertools
from datetime import date

import numpy as np

from brygga.core.grids import Floats
from brygga.core.parameters import value_on
from brygga.core.places import SHARED_DATA
from brygga.workflow.backtest_occupation_files import Jobs, read_county_table

FILE = "employees_ssyk3_sex_county_2014_2017.csv"
RECODED = ("10", ("723", "821"))
"""County and occupations whose employees one employer's coding moved (docs/method/backtest.md)."""
SMALLEST_NATION, SMALLEST_CELL = 2_000, 20
SIZES = (20, 50, 100, 200, 500, 1_000, 3_000, 1e9)
DAY = date(2026, 11, 23)


def spread(values: Floats) -> float:
    low, high = np.quantile(values, (0.1, 0.9))
    return float((high - low) / 2.563)


def bridged(jobs: Jobs) -> Floats:
    """County x occupation x year, those without a known occupation spread over the known."""
    return np.asarray(jobs.persons * (1 + jobs.unknown[:, None] / jobs.persons.sum(1, keepdims=True)))


def layers(jobs: Jobs, years: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Changes over `years` from every year that has them: occupations, counties, cells, and persons of the cells."""
    persons = bridged(jobs)
    county, occupations = RECODED
    occupation, area, cell, size = [], [], [], []
    for start in range(persons.shape[2] - years):
        first, last = persons[..., start], persons[..., start + years]
        nation = np.log(last.sum() / first.sum())
        by_occupation = np.log(last.sum(0) / first.sum(0)) - nation
        by_area = np.log(last.sum(1) / first.sum(1)) - nation
        use = (first >= SMALLEST_CELL) & (last > 0)
        use[jobs.areas.index(county), [jobs.occupations.index(code) for code in occupations]] = False
        own = np.log(np.where(use, last, 1) / np.where(use, first, 1)) - by_occupation - by_area[:, None] - nation
        occupation.append(by_occupation[first.sum(0) >= SMALLEST_NATION])
        area.append(by_area)
        cell.append(own[use])
        size.append(first[use])
    whole = (np.concatenate(parts) for parts in (occupation, area, cell, size))
    return next(whole), next(whole), next(whole), next(whole)


def by_size(cell: Floats, size: Floats) -> tuple[float, float]:
    """a and b of the cells' variance, a + b / persons, by weighted least squares over classes of size."""
    within = [(size >= low) & (size < high) for low, high in itertools.pairwise(SIZES)]
    variance = np.array([spread(cell[use]) ** 2 for use in within])
    weight = np.sqrt([use.sum() for use in within]) / variance
    terms = np.stack([np.ones(len(within)), [1 / np.median(size[use]) for use in within]], 1)
    found, *_ = np.linalg.lstsq(terms * weight[:, None], variance * weight, rcond=None)
    return float(found[0]), float(found[1])


def main() -> None:
    jobs = read_county_table(SHARED_DATA / "statistics" / FILE)
    for years in (1, 2, 3):
        occupation, area, cell, size = layers(jobs, years)
        a, b = by_size(cell, size)
        print(
            f"{years} years: occupation {spread(occupation):.3f}, county {spread(area):.4f}, "
            f"cell {np.sqrt(a):.3f} and {b:.2f} persons"
        )
    kept = value_on("projection.persistence", DAY).number
    assumed = value_on("projection.sd_demand_occupation", DAY).number ** 2 * (1 - kept**6) / (1 - kept**2)
    print(f"projection.sd_structure_occupation: {np.sqrt((spread(layers(jobs, 3)[0]) ** 2 - assumed) / 3):.3f}")


if __name__ == "__main__":
    main()
