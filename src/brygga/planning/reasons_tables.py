"""Reasons, pins, guidance and cooperation as result tables: programmes instead of measures, SEK instead of thousands.

Start reading at `reason_tables`.
"""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl

from brygga.core.sums import total
from brygga.planning.cooperation import Cooperation
from brygga.planning.problem import Problem
from brygga.planning.reasons import Counted, guidance_of, reasons_of
from brygga.planning.reasons_prices import Prices, prices_of

SEK = 1000.0
TOTAL = "total"
WORDS = Path(__file__).with_name("words.csv")


def words(language: str) -> dict[str, str]:
    """The sentence for each code of `why`, with the columns of `plan_reasons` in braces; `language` is en or sv.

    Examples
    --------
    >>> words("en")["costs_more"]
    'What it closes is worth less than its money at the weight of cost.'
    """
    with WORDS.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row[language] for row in csv.DictReader(file)}


def reason_tables(
    problem: Problem,
    plan: Counted,
    prices: Prices | None = None,
    *,
    together: Cooperation | None = None,
    most: int = 20,
) -> dict[str, pl.DataFrame]:
    """Tables `plan_reasons`, `plan_guidance` and, when cooperation has been counted, `plan_cooperation`.

    Parameters
    ----------
    most : how many starts that are not chosen, see `reasons.reasons_of`
    """
    prices = prices or prices_of(problem)
    made = {
        "plan_reasons": reasons_table(reasons_of(problem, plan, prices, most=most)),
        "plan_guidance": guidance_table(guidance_of(problem, plan, prices)),
    }
    return made if together is None else {**made, "plan_cooperation": cooperation_table(together)}


def reasons_table(reasons: pl.DataFrame) -> pl.DataFrame:
    """Table `plan_reasons` of `reasons.reasons_of`."""
    return reasons.rename({"measure": "programme", "instead_measure": "instead_programme"}).with_columns(
        frees_sek=pl.col("frees") * SEK
    )


def guidance_table(guidance: pl.DataFrame) -> pl.DataFrame:
    """Table `plan_guidance` of `reasons.guidance_of`."""
    return guidance.with_columns(cost_sek=pl.col("cost") * SEK, next_cost_sek=pl.col("next_cost") * SEK)


def pins_table(pins: pl.DataFrame) -> pl.DataFrame:
    """Table `plan_pins` of `reasons_again.pin_costs`."""
    return pins.rename({"measure": "programme", "cost": "loses"}).with_columns(cost_sek=pl.col("money") * SEK)


def one_more_table(gains: pl.DataFrame) -> pl.DataFrame:
    """Table `plan_one_more` of `reasons_again.one_more`."""
    money = pl.col("limit") == "budget"
    return gains.rename({"year": "when"}).with_columns(
        added=pl.when(money).then(pl.col("added") * SEK).otherwise("added"),
        unit=pl.when(money).then(pl.lit("SEK")).otherwise("unit"),
    )


def cooperation_table(together: Cooperation) -> pl.DataFrame:
    """Table `plan_cooperation`: a row per municipality, and the total with its intervals."""
    status = together.alone.select("municipality", "status")
    rows = together.municipalities.join(status, on="municipality", how="left").sort("municipality")
    money = [pl.col(name).alias(f"{name}_sek") * SEK for name in ("cost_alone", "cost_jointly", "saved")]
    sums = ["need", "short_believed", "short_alone", "short_jointly", "gain"]
    nothing = [pl.lit(None, pl.Float64).alias(name) for name in _intervals(together)]
    shown = rows.select("municipality", pl.col("status").fill_null("no_site"), *sums, *money, *nothing).rename(
        {"municipality": "place"}
    )
    numbers = [name for name in shown.columns if name not in ("place", "status", *_intervals(together))]
    whole = shown.select(
        pl.lit(TOTAL).alias("place"), pl.lit(TOTAL).alias("status"), *(total(name) for name in numbers)
    )
    said = [pl.lit(value, pl.Float64).alias(name) for name, value in _intervals(together).items()]
    return pl.concat([shown, whole.with_columns(said).select(shown.columns)])


def _intervals(together: Cooperation) -> dict[str, float | None]:
    """What only the total has."""
    return {
        "value": together.value,
        "low": together.low,
        "high": together.high,
        "any_high": together.any_high,
        "by_shares": together.value_by_shares,
    }
