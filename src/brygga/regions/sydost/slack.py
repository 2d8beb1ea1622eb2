"""Unemployed and vacancies of the base year: the gap it starts from.

Registered unemployed per municipality are published for five of the twelve; over occupations
they are spread by the residents' occupations times a stated factor. Vacancies are a stated
rate times the jobs, higher where employers and forecasts tell of shortage (stated factors).
"""

from __future__ import annotations

import polars as pl

from brygga.core.sums import total
from brygga.regions.sydost import flows, given

SPREAD = "; over occupations modelled: residents' occupations times a stated factor"


def unemployed(people: pl.DataFrame, residents: pl.DataFrame) -> pl.DataFrame:
    """Table `unemployed`: the municipality's total exactly, its occupations modelled."""
    factor = given.by_longest_prefix("unemployed_factor")
    force = flows.labour_force(people)
    weighed = residents.with_columns(weight=pl.col("persons") * pl.col("occupation").replace_strict(factor)).join(
        force, on="municipality"
    )
    share = pl.col("weight") / total("weight").over("municipality")
    said = pl.concat_str(pl.lit("total "), pl.col("fact").fill_null("modelled"), pl.lit(": "), "how", pl.lit(SPREAD))
    return weighed.select(
        "municipality",
        "occupation",
        year=pl.lit(given.BASE, pl.Int64),
        persons=(pl.col("unemployed") * share).round(6),
        status=pl.lit("modelled"),
        source=said,
    ).sort("municipality", "occupation")


def unemployed_youth(people: pl.DataFrame) -> pl.DataFrame:
    """Table `unemployed_youth`: a stated share of the registered unemployed."""
    rows = flows.labour_force(people).select(
        "municipality",
        year=pl.lit(given.BASE, pl.Int64),
        persons=(pl.col("unemployed") * given.parameter("youth_share")).round(1),
    )
    return given.marked(rows, "modelled: registered unemployed times example.youth_share").sort("municipality")


def vacancies(employed: pl.DataFrame) -> pl.DataFrame:
    """Table `vacancies`: the stated rate over all jobs, spread over occupations by stated factors."""
    factor = given.by_longest_prefix("vacancy_factor")
    jobs = employed.group_by("municipality", "occupation", maintain_order=True).agg(total("persons"))
    weighed = jobs.with_columns(weight=pl.col("persons") * pl.col("occupation").replace_strict(factor))
    wanted = given.parameter("vacancy_rate") / 100 * float(jobs["persons"].sum())
    rows = weighed.select(
        "municipality",
        "occupation",
        year=pl.lit(given.BASE, pl.Int64),
        persons=(pl.col("weight") / total("weight") * wanted).round(6),
    )
    return given.marked(rows, "modelled: example.vacancy_rate of the jobs, spread by stated factors").sort(
        "municipality", "occupation"
    )
