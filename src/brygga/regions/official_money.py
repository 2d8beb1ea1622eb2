"""Pay and municipal tax of an official region.

Pay per occupation is not among the official tables that are fetched; what stands in the example region's published
figures (SCB/Medlingsinstitutet, 2018, by NUTS 2 and sex) is used for every region and says so. Tax is the publisher's,
of the latest year; a municipality without a rate has none, which is not a rate of zero.

Start reading at `pay`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from brygga.core import tables
from brygga.core.errors import listed
from brygga.core.sums import total
from brygga.regions.sydost import given

YEAR = 2018


def pay(
    found: Mapping[str, pl.DataFrame], occupations: Sequence[str], base: int
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Table `pay`: the mean of the regions published, sexes weighed by the employees of the occupation here."""
    heads = found["official_employed"].filter(pl.col("year") == base)
    weights = heads.group_by("occupation", "sex", maintain_order=True).agg(heads=total("persons"))
    means = given.read("pay_2018").group_by("occupation", "sex", maintain_order=True).agg(pl.col("sek_month").mean())
    told = means.join(weights, on=["occupation", "sex"], how="left").with_columns(
        pl.col("heads").fill_null(0.0) + 1.0  # an occupation of one sex here keeps the pay of both
    )
    mean = total(pl.col("sek_month") * pl.col("heads")) / total("heads")
    known = dict(told.group_by("occupation", maintain_order=True).agg(sek=mean).iter_rows())
    unknown = given.parameter("unknown_pay")
    table = (
        f"SCB/Medlingsinstitutet, monthly pay by SSYK-3 and NUTS 2, {YEAR}; mean of the regions, sexes weighed by heads"
    )
    rows = [
        (code, YEAR, round(known.get(code, unknown), -1), "modelled", table if code in known else "example.unknown_pay")
        for code in sorted(occupations)
    ]
    frame = pl.DataFrame(rows, schema=["occupation", "year", "sek_month", "status", "source"], orient="row")
    lacking = sum(code not in known for code in occupations)
    notes = [f"Pay is that of {YEAR}, the mean of the regions published; {lacking} occupations have a stated one"]
    return frame, tuple(notes)


def tax(found: Mapping[str, pl.DataFrame], areas: Sequence[str], base: int) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Table `tax`: the latest rates; a municipality without any is not available."""
    rates = found.get("official_tax", tables.empty("official_tax"))
    latest = rates.sort("year").unique("municipality", keep="last", maintain_order=True)
    frame = pl.DataFrame({"municipality": list(areas)}).join(
        latest, on="municipality", how="left", maintain_order="left"
    )
    lost = frame.filter(pl.col("municipal_rate").is_null())["municipality"].to_list()
    made = frame.with_columns(
        pl.col("year").fill_null(base),
        pl.col("status").fill_null("not_available"),
        pl.col("source").fill_null("no tax rate was fetched"),
    )
    note = (f"Tax rates of {listed(lost)} are not known: their municipal tax cannot be computed",) if lost else ()
    return made.select(column.column for column in tables.dictionary("tax")), note
