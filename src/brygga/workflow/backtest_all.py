"""Every back-test on the open data, and the scorecard of them.

Start reading at `run_all`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from brygga.core.errors import FileError
from brygga.core.provenance import write_json
from brygga.workflow import backtest_municipalities, backtest_occupations
from brygga.workflow.backtest_population import backtest_population
from brygga.workflow.backtest_scorecard import collect, open_data, write_report
from brygga.workflow.backtest_settings import check_registered, modules, years

PEOPLE = ("population_county_age_sex", "births_county", "deaths_county")
POPULATION_ORIGINS = "1975:2005:5"
MUNICIPAL_ORIGINS = "2011:2014"
HORIZON = 5
DRAWS, SEED = 300, 1
POPULATION_MODULES = (
    "projection/area_population.py",
    "projection/cohort_ratios.py",
    "projection/population_fertility.py",
    "projection/population_history.py",
    "projection/population_migration.py",
    "projection/population_mortality.py",
    "projection/population_surprises.py",
)
Tell = Callable[[str, int, int], None]


def plans(
    *,
    origins: Sequence[int] = tuple(years(MUNICIPAL_ORIGINS)),
    horizon: int = HORIZON,
    with_counties: bool = True,
    with_population: bool = True,
) -> dict[str, dict[str, Any]]:
    """What every back-test does, to be registered before: of the municipalities as given, of the others as they are.

    Parameters
    ----------
    origins, horizon, with_counties : of the municipalities
    with_population : whether the county table is read with the municipalities' inhabitants
    """
    return {
        "population": {
            "origins": years(POPULATION_ORIGINS),
            "horizon": HORIZON,
            "draws": DRAWS,
            "seed": SEED,
            "modules": modules(*POPULATION_MODULES),
        },
        "municipalities": backtest_municipalities.settings(list(origins), horizon, with_counties),
        backtest_occupations.COUNTY: backtest_occupations.settings(backtest_occupations.COUNTY, with_population),
        backtest_occupations.AGE: backtest_occupations.settings(backtest_occupations.AGE),
    }


def run_all(out: Path, *, registered: Path | None = None, tell: Tell | None = None) -> list[Path]:
    """Run the back-tests, write their answers and the scorecard into `out`; returns the files.

    Parameters
    ----------
    out : the folder, made when missing
    registered : settings written by `brygga backtest register`
    tell : called with a step's word, how many are done, and how many there are

    Raises
    ------
    SettingError when the open data or the registered settings are not there; FileError when `out` cannot be written.
    """
    code = check_registered(registered, "population", plans()["population"])
    totals = open_data("statistics/population_municipality_2011_2019.csv", "--population")
    ages = open_data("statistics/employees_ssyk4_age_sweden_2020_2024.json", "--ages")
    by_county = open_data("statistics/employees_ssyk3_sex_county_2014_2017.csv", "--counties")
    people = [_people(name) for name in PEOPLE]
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(
            f"{out} cannot be made: {error.strerror}",
            why="the answers need a folder that you may write in",
            todo="choose another one with -o",
        ) from error
    steps: dict[str, Callable[[], Any]] = {
        "municipalities": lambda: backtest_municipalities.backtest_municipalities(
            totals, origins=years(MUNICIPAL_ORIGINS), horizon=HORIZON, counties=people[0], registered=registered
        ),
        "occupations_county": lambda: backtest_occupations.backtest_counties(
            by_county, population=totals, registered=registered
        ),
        "occupations_age": lambda: backtest_occupations.backtest_ages(ages, registered=registered),
        "population": lambda: backtest_population(
            *people, origins=years(POPULATION_ORIGINS), horizon=HORIZON, draws=DRAWS, seed=SEED
        ),
    }
    answers = []
    for done, (name, run) in enumerate(steps.items(), 1):
        answers.append(out / f"{name}.json")
        write_json({"settings_sha256": code or None, **run().summary()}, answers[-1])
        if tell:
            tell(name, done, len(steps))
    return [*answers, *write_report(collect(answers), out)]


def _people(name: str) -> Path:
    years_of = "1968_2010"
    return open_data(f"regions/{name}_{years_of}.parquet", f"--{name.partition('_')[0]}")
