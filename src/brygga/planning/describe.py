"""A plan's rows with what somebody needs to start each of them.

Start reading at `describe_plan`.
"""

from __future__ import annotations

import polars as pl

KEY = ["programme", "year"]


def describe_plan(
    plan: pl.DataFrame,
    programmes: pl.DataFrame,
    sites: pl.DataFrame,
    funding: pl.DataFrame,
    chances: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Table `plan` with what somebody needs to start each row: who gives it, where, when at the earliest, who decides.

    Parameters
    ----------
    plan : table `plan`, or rows with programme, site and year
    programmes, sites, funding : the region's tables; funding is `programme_funding`
    chances : programme, year, probability, and p10 and p90 where they are known: chances of start years

    Returns
    -------
    The columns of `plan` and name_sv, name_en, provider, delivery, site_name, municipality, first_start, decided_by,
    grant_probability with p10 and p90 (of the start year where `chances` has it, else the programme's, without
    an interval), funders (names and shares as text).
    """
    about = ["programme", "name_sv", "name_en", "provider", "delivery", "first_start", "decided_by"]
    paid = funding.sort("share", "funder", descending=[True, False]).group_by("programme", maintain_order=True)
    funders = paid.agg(funders=pl.format("{} {}", "funder", pl.col("share").round(3)).str.join(", "))
    named = plan.join(programmes.select(*about, "grant_probability"), on="programme", how="left")
    named = _with_chances(named, chances)
    places = sites.select("site", "municipality", site_name="name")
    return named.join(places, on="site", how="left").join(funders, on="programme", how="left")


def _with_chances(named: pl.DataFrame, chances: pl.DataFrame | None) -> pl.DataFrame:
    none = pl.lit(None, pl.Float64)
    if chances is None:
        return named.with_columns(p10=none, p90=none)
    kept = chances.with_columns(none.alias(name) for name in ("p10", "p90") if name not in chances.columns)
    that_year = kept.select(*KEY, "p10", "p90", that_year="probability")
    joined = named.join(that_year, on=KEY, how="left", maintain_order="left")
    return joined.with_columns(grant_probability=pl.coalesce("that_year", "grant_probability")).drop("that_year")
