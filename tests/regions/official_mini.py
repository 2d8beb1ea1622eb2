"""Official tables in miniature: two municipalities, a neighbour in the ring, three occupations. All of it invented."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

import polars as pl

from brygga.core import tables

HERE, THERE, BESIDE, FAR = "1060", "1082", "1083", "0180"
TERRITORY, RING = (HERE, THERE), (BESIDE,)
AREAS = (HERE, THERE, BESIDE)
BASE = 2024
TODAY = date(2026, 11, 23)
SEXES = ("men", "women")
WELDERS, NURSES, SELLERS = "721", "532", "522"
GROUPS = ("16-24", "25-29", "30-34", "35-39", "40-44", "45-49", "50-54", "55-59", "60-64", "65-69")
SIZE = {HERE: 10.0, THERE: 30.0, BESIDE: 20.0}
"""Persons of each sex and single age."""


def table(name: str, rows: list[tuple[Any, ...]], columns: list[str], source: str) -> pl.DataFrame:
    """A checked official table; a value of None is a hidden cell."""
    frame = pl.DataFrame(rows, schema=columns, orient="row", infer_schema_length=None)
    value = next(c.column for c in tables.dictionary(name) if c.role == "value")
    hidden = pl.col(value).is_null()
    frame = frame.with_columns(
        status=pl.when(hidden).then(pl.lit("suppressed")).otherwise(pl.lit("observed")), source=pl.lit(source)
    )
    if "disturbed" in {column.column for column in tables.dictionary(name)}:
        frame = frame.with_columns(disturbed=pl.lit(False))
    return tables.check(frame, name)


def population(growth: float = 0.0) -> pl.DataFrame:
    """As many of every age and sex; `growth` persons more of each year by year."""
    rows = [
        (m, sex, age, year, SIZE[m] + growth * (year - BASE))
        for m, sex, age, year in itertools.product(AREAS, SEXES, range(101), range(BASE - 3, BASE + 1))
    ]
    return table("official_population", rows, ["municipality", "sex", "age", "year", "persons"], "SCB TAB638")


def deaths(each: float = 5.0) -> pl.DataFrame:
    rows = [
        (m, sex, age, year, each)
        for m, sex, age, year in itertools.product(AREAS, SEXES, (70, 80, 90), (BASE - 1, BASE))
    ]
    return table("official_deaths", rows, ["municipality", "sex", "age", "year", "persons"], "SCB TAB959")


def births(each: float = 2.0) -> pl.DataFrame:
    rows = [(m, age, year, each) for m, age, year in itertools.product(AREAS, range(25, 35), (BASE - 1, BASE))]
    return table("official_births", rows, ["municipality", "mother_age", "year", "persons"], "SCB TAB1264")


def moves() -> pl.DataFrame:
    rows = [(m, sex, age, BASE, 30.0, 20.0) for m, sex, age in itertools.product(AREAS, SEXES, range(20, 30))]
    columns = ["municipality", "sex", "age", "year", "in_moves", "out_moves"]
    return table("official_moves", rows, columns, "SCB TAB1212")


def employed() -> pl.DataFrame:
    """60 welders in industry, 100 in care and 40 in trade in each municipality; some of whom something is not known.

    In the first municipality the women among the welders in construction are hidden, and all nurses there.
    """
    rows: list[tuple[Any, ...]] = []
    for m in AREAS:
        for sex in SEXES:
            rows += [
                (m, WELDERS, "B+C", sex, BASE, 30.0),
                (m, NURSES, "Q", sex, BASE, 50.0),
                (m, SELLERS, "G", sex, BASE, 20.0),
                (m, "unknown", "Q", sex, BASE, 5.0),
                (m, SELLERS, "unknown", sex, BASE, 2.0),
                (m, "unknown", "unknown", sex, BASE, 1.0),
            ]
    rows += [(HERE, WELDERS, "F", "men", BASE, 4.0), (HERE, WELDERS, "F", "women", BASE, None)]
    rows += [(HERE, NURSES, "F", "men", BASE, 0.0), (HERE, NURSES, "F", "women", BASE, None)]
    columns = ["municipality", "occupation", "industry", "sex", "year", "persons"]
    return table("official_employed", rows, columns, "SCB TAB4436 (BAS)")


def employed_age() -> pl.DataFrame:
    """Welders old in Blekinge and young in the nation; sellers hidden in Blekinge."""
    rows: list[tuple[Any, ...]] = []
    for county, occupation, (n, group), sex in itertools.product(
        ("10", "00"), (WELDERS, NURSES, SELLERS), enumerate(GROUPS), SEXES
    ):
        many = float(n + 1) if county == "10" else float(10 - n)
        hidden = county == "10" and occupation == SELLERS and n == 0
        rows.append((county, occupation, group, sex, BASE, None if hidden else many))
    columns = ["county", "occupation", "age_group", "sex", "year", "persons"]
    return table("official_employed_age", rows, columns, "SCB YREG57BAS (BAS)")


def employed_age_history() -> pl.DataFrame:
    """The nation's head counts from 2020 on: 1,000 in each group, of whom a tenth of those over 60 are gone yearly."""
    rows: list[tuple[Any, ...]] = []
    for occupation, (n, group), sex, year in itertools.product(
        (WELDERS, NURSES, SELLERS), enumerate(GROUPS), SEXES, range(BASE - 4, BASE + 1)
    ):
        many = 1_000.0 if n < 8 else 1_000.0 - 150.0 * (n - 7)
        rows.append(("00", occupation, group, sex, year, many))
    columns = ["county", "occupation", "age_group", "sex", "year", "persons"]
    return table("official_employed_age", rows, columns, "SCB YREG57BAS (BAS)")


def occupation_field() -> pl.DataFrame:
    """Welders have technical fields, nurses health, sellers half business and half unknown."""
    fields = {WELDERS: {"5": 100.0}, NURSES: {"7": 100.0}, SELLERS: {"3": 90.0, "unknown": 10.0}}
    rows = [
        (occupation, field, group, sex, BASE, fields[occupation].get(field, 0.0))
        for occupation, field, group, sex in itertools.product(fields, ("3", "5", "7", "unknown"), GROUPS, SEXES)
    ]
    columns = ["occupation", "education_field", "age_group", "sex", "year", "persons"]
    return table("official_occupation_field", rows, columns, "SCB TAB4359 (BAS)")


def occupation_level() -> pl.DataFrame:
    """Upper secondary in two lengths for all, a fifth longer among nurses."""
    rows: list[tuple[Any, ...]] = []
    for occupation, group, sex in itertools.product((WELDERS, NURSES, SELLERS), GROUPS, SEXES):
        long = 20.0 if occupation == NURSES else 0.0
        rows += [
            (occupation, "3", group, sex, BASE, 40.0),
            (occupation, "4", group, sex, BASE, 60.0 - long),
            (occupation, "6", group, sex, BASE, long),
        ]
    columns = ["occupation", "education_level", "age_group", "sex", "year", "persons"]
    return table("official_occupation_level", rows, columns, "SCB TAB4360 (BAS)")


def commuting() -> pl.DataFrame:
    """Most stay; some go to the neighbour; one flow of each sex is hidden; some work nobody knows where."""
    rows: list[tuple[Any, ...]] = []
    for sex in SEXES:
        rows += [(m, m, sex, BASE, 80.0) for m in AREAS]
        rows += [
            (HERE, THERE, sex, BASE, 20.0),
            (THERE, HERE, sex, BASE, 10.0),
            (BESIDE, HERE, sex, BASE, 15.0),
            (HERE, FAR, sex, BASE, None),
            (HERE, "0184", sex, BASE, 3.0),
            (FAR, THERE, sex, BASE, 4.0),
            (FAR, "0184", sex, BASE, 500.0),
            (THERE, "unknown", sex, BASE, 9.0),
            ("unknown", "unknown", sex, BASE, 7.0),
        ]
    return table("official_commuting", rows, ["home", "work", "sex", "year", "persons"], "SCB TAB1830 (BAS)")


def labour_status() -> pl.DataFrame:
    """Four in five of each five-year group in work, one in twenty without; wider groups hold the same people."""
    groups = ("16-19", *(f"{low}-{low + 4}" for low in range(20, 75, 5)))
    rows: list[tuple[Any, ...]] = []
    for m, sex, group in itertools.product(AREAS, SEXES, (*groups, "16-64", "20-64")):
        low, high = (int(age) for age in group.split("-"))
        people = SIZE[m] * (high - low + 1)
        share = 0.8 if high < 65 else 0.3
        rows += [
            (m, group, sex, "sysselsatta", BASE, people * share),
            (m, group, sex, "arbetslösa", BASE, people * 0.05),
            (m, group, sex, "totalt", BASE, people),
        ]
    columns = ["municipality", "age_group", "sex", "labour_status", "year", "persons"]
    return table("official_labour_status", rows, columns, "SCB TAB2921 (BAS)")


def vacancies() -> pl.DataFrame:
    rows = [("10", BASE, quarter, 2.0 + quarter / 10, 0.5) for quarter in (1, 2, 3, 4)]
    return table("official_vacancies", rows, ["county", "year", "quarter", "vacancies", "margin"], "SCB TAB6605")


def jobs() -> pl.DataFrame:
    rows = [
        (m, industry, year, persons + year - BASE)
        for m, (industry, persons), year in itertools.product(
            AREAS, (("B+C", 70.0), ("Q", 110.0), ("G", 45.0), ("unknown", 9.0)), range(BASE - 4, BASE + 1)
        )
    ]
    return table("official_jobs", rows, ["municipality", "industry", "year", "persons"], "SCB TAB3204 (BAS)")


def education() -> pl.DataFrame:
    rows = [
        (m, level, "all", BASE, 100.0)
        for m, level in itertools.product((*AREAS, "00"), ("1", "3", "4", "6", "unknown"))
    ]
    rows = [row for row in rows if row[0] != "00"]
    columns = ["municipality", "education_level", "education_field", "year", "persons"]
    return table("official_education", rows, columns, "SCB TAB3981")


def tax() -> pl.DataFrame:
    rows = [(m, 2026, 0.2226, 0.1204) for m in (HERE, THERE)]
    return table("official_tax", rows, ["municipality", "year", "municipal_rate", "regional_rate"], "Skatteverket")


def found() -> dict[str, pl.DataFrame]:
    """Every official table of the miniature."""
    return {
        f"official_{make.__name__}": make()
        for make in (
            population, births, deaths, moves, employed, employed_age, commuting,
            labour_status, vacancies, jobs, education, tax,
        )
    }  # fmt: skip
