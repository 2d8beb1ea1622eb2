"""The recipe: from committed facts and stated structure to the region folder.

`build` returns every table, `build_sydost` writes the folder. Nothing is random and nothing
is fetched: the same files give the same bytes.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl

from brygga.core import tables
from brygga.core.region import TABLES
from brygga.regions.sydost import flows, given, jobs, measures, money, offer, people, slack

SAID = ("needs.csv", "ads.json")
SETTINGS = """name_sv = "Exempelregion Sydost"
name_en = "Example region South-East"
kind = "example"
municipalities = [{municipalities}]
base_year = 2024
first_plan_year = 2027
last_plan_year = 2031
to = 2036
needs = "needs.csv"
ads = "ads.json"
"""


def build() -> dict[str, pl.DataFrame]:
    """Every table that the example region has, checked, in the order of docs/tables.md."""
    totals = people.population_total()
    population = people.population(totals)
    employed = jobs.employed()
    commuting = flows.commuting(employed, population)
    education = people.education_stock(population)
    residents = flows.residents_by_occupation(employed, commuting)
    made = {
        "population": population,
        "population_total": totals,
        "vital_rates": people.vital_rates(),
        "working_life": people.working_life(),
        "employed": employed,
        "employed_age": jobs.employed_age(),
        "commuting": commuting,
        "unemployed": slack.unemployed(population, residents),
        "unemployed_youth": slack.unemployed_youth(population),
        "vacancies": slack.vacancies(employed),
        "education_stock": education,
        "occupation_education": people.occupation_education(),
        "industry_outlook": jobs.industry_outlook(employed["industry"].unique().to_list()),
        **_offer(education),
        "pay": money.pay(),
        "tax": money.tax(),
        "events": money.events(),
        "facts": given.read("facts"),
    }
    return {name: tables.check(made[name], name) for name in TABLES if name in made}


def build_sydost(folder: Path) -> None:
    """Write the example region to `folder`: region.toml, its tables, and what companies say there.

    Raises
    ------
    FileError when the folder cannot be written.
    """
    for name, table in build().items():
        tables.write(table, folder / f"{name}.csv")
    codes = ", ".join(f'"{code}"' for code in sorted(given.municipalities()))
    (folder / "region.toml").write_text(SETTINGS.format(municipalities=codes), encoding="utf-8")
    for name in SAID:
        shutil.copyfile(given.FOLDER / name, folder / name)


def _offer(education: pl.DataFrame) -> dict[str, pl.DataFrame]:
    programmes = offer.programmes(education)
    return {
        "sites": offer.sites(),
        "programmes": programmes,
        "programme_leads": offer.programme_leads(),
        "programme_funding": offer.programme_funding(),
        "programme_grants": offer.programme_grants(),
        "programme_areas": measures.programme_areas(),
        "programme_drains": measures.programme_drains(),
        "payments": measures.payments(),
        "placements": measures.placements(),
        "guidance": measures.guidance(programmes),
        "intake": offer.intake(),
        "funders": offer.funders(),
        "funder_schemes": measures.funder_schemes(),
        "budgets": measures.budgets(programmes),
        "outcomes": offer.outcomes(),
    }
