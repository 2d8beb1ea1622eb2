"""Checks of a problem's tables: each returns the faults it finds, so that all are told at once."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from brygga.core.errors import BryggaError, TableError, listed
from brygga.core.sums import total

PIN_KINDS = ("must", "never", "at_least", "at_most")
TOLERANCE = 1e-6

WITH_MEASURE = (
    *("probabilities", "leads", "drains", "applicants", "offers", "guidance", "placements"),
    *("funding", "payments", "last_year", "pins"),
)
WITH_SITE = ("applicants", "offers", "guidance", "placements", "reach", "last_year", "pins")

Tables = Mapping[str, pl.DataFrame]


def table_faults(tables: Tables, *, first: int, last: int, horizon: int) -> list[BryggaError]:
    """Everything that is wrong with the tables of a problem whose columns and types are right."""
    return [
        *_range_faults(tables),
        *_class_faults(tables["measures"]),
        *_year_faults(tables, first=first, last=last, horizon=horizon),
        *_name_faults(tables),
        *_sum_faults(tables),
        *_pin_faults(tables["pins"]),
    ]


def _range_faults(tables: Tables) -> list[BryggaError]:
    amounts = {
        "need": ("persons",),
        "weights": ("weight",),
        "measures": ("years", "class_min", "class_max", "classes_max", "cost_class", "cost_seat"),
        "sites": ("rooms", "applicants"),
        "applicants": ("applicants",),
        "guidance": ("cost", "applicants"),
        "placements": ("places",),
        "payments": ("offset",),
        "budgets": ("amount",),
        "last_year": ("classes", "seats"),
        "pins": ("classes",),
    }
    shares = {
        "measures": ("yield", "probability"),
        "probabilities": ("probability",),
        "leads": ("share",),
        "drains": ("share",),
        "reach": ("share",),
        "funding": ("share",),
        "payments": ("share",),
        "floors": ("share",),
    }
    faults = [_outside(tables, n, c, None) for n, columns in amounts.items() for c in columns]
    faults += [_outside(tables, n, c, 1.0) for n, columns in shares.items() for c in columns]
    return [fault for fault in faults if fault]


def _outside(tables: Tables, name: str, column: str, most: float | None) -> TableError | None:
    series = tables[name][column]
    bad = ((series < 0) | (series > (most or float("inf")) + TOLERANCE)).fill_null(False)
    if not bad.any():
        return None
    rows = [f"{series[i]:g} ({_key(tables[name], i)})" for i in bad.arg_true()]
    return TableError(
        f"{name}.csv, column {column}: {listed(rows)} is {'outside 0 to 1' if most else 'below zero'}",
        why="shares lie between 0 and 1" if most else "nobody can give less than nothing",
        todo="write 0.25 for 25 per cent" if most else "correct the number; 0 means that nothing can start",
    )


def _key(frame: pl.DataFrame, row: int) -> str:
    """The texts and years that name a row."""
    wanted = [c for c in frame.columns if frame.schema[c] == pl.String or c == "year"]
    return ", ".join(str(frame[c][row]) for c in wanted)


def _class_faults(measures: pl.DataFrame) -> list[BryggaError]:
    wrong = measures.filter(pl.col("class_min") > pl.col("class_max"))
    shown = [f"{r['measure']} ({r['class_min']:g} to {r['class_max']:g})" for r in wrong.rows(named=True)]
    if not shown:
        return []
    return [
        TableError(
            f"measures.csv: class_min is above class_max for {listed(shown)}",
            why="no class can be both that large and that small",
            todo="swap or correct the two numbers",
        )
    ]


def _year_faults(tables: Tables, *, first: int, last: int, horizon: int) -> list[BryggaError]:
    latest_payment = last + int(tables["payments"]["offset"].max() or 0)  # type: ignore[arg-type]
    ends = {
        "need": horizon,
        "probabilities": last,
        "placements": last,
        "budgets": max(horizon, latest_payment),
        "floors": horizon,
        "pins": last,
    }
    faults: list[BryggaError] = []
    for name, end in ends.items():
        years = tables[name]["year"]
        outside = years.filter((years < first) | (years > end)).unique().sort()
        if len(outside):
            faults.append(
                TableError(
                    f"{name}.csv: year {listed(outside)} is outside {first}-{end}",
                    why="the plan does not count that year",
                    todo="leave the rows out, or widen years or horizon in settings.json",
                )
            )
    return faults


def _name_faults(tables: Tables) -> list[BryggaError]:
    """Measures, sites and funders that stand in one table and not in the one that defines them."""
    measures, sites = tables["measures"]["measure"], tables["sites"]["site"]
    faults = [
        _unknown(tables[name][column], known, f"{name}.csv", f"{column}s.csv")
        for column, known, names in (
            ("measure", measures, WITH_MEASURE),
            ("site", sites, WITH_SITE),
        )
        for name in names
    ]
    reached = tables["reach"].filter(pl.col("share") > 0)["site"]
    lost = _absent(sites, reached)
    if lost:
        faults.append(
            TableError(
                f"reach.csv: site {listed(lost)} has no municipality within reach",
                why="its completers could work nowhere",
                todo="add a row with a share above 0, or take the site out of sites.csv",
            )
        )
    if tables["leads"].height:
        faults.append(_unknown(measures, tables["leads"]["measure"], "measures.csv", "leads.csv"))
    if tables["offers"].height:
        faults.append(_not_offered(tables))
    return [fault for fault in faults if fault]


def _absent(wanted: pl.Series, known: pl.Series) -> list[str]:
    return wanted.filter(~wanted.is_in(known.implode())).unique().sort().to_list()


def _unknown(wanted: pl.Series, known: pl.Series, where: str, home: str) -> TableError | None:
    unknown = _absent(wanted, known)
    if not unknown:
        return None
    return TableError(
        f"{where}: {wanted.name} {listed(unknown)} is not in {home}",
        why="nothing is known about it",
        todo=f"add it to {home}, or correct the name",
    )


def _not_offered(tables: Tables) -> TableError | None:
    pairs = pl.concat([tables[name].select("measure", "site") for name in ("pins", "last_year")]).unique()
    lost = pairs.join(tables["offers"], on=["measure", "site"], how="anti").sort("measure", "site")
    if not lost.height:
        return None
    return TableError(
        f"pins.csv or last_year.csv: {listed(' at '.join(row) for row in lost.rows())} is not in offers.csv",
        why="a measure is given only where offers.csv has a row for it",
        todo="add the row, or correct the site",
    )


def _sum_faults(tables: Tables) -> list[BryggaError]:
    return [
        *_shares_above_one(tables["reach"], "site", "reach.csv"),
        *_shares_above_one(tables["leads"], "measure", "leads.csv"),
        *_shares_above_one(tables["drains"], "measure", "drains.csv"),
        *_funding_faults(tables["measures"], tables["funding"]),
        *_payment_faults(tables["payments"]),
    ]


def _shares_above_one(frame: pl.DataFrame, key: str, where: str) -> list[BryggaError]:
    sums = (
        frame.group_by(key, maintain_order=True).agg(total("share")).filter(pl.col("share") > 1 + TOLERANCE).sort(key)
    )
    if not sums.height:
        return []
    shown = listed(f"{row[0]} ({row[1]:.4g})" for row in sums.rows())
    return [
        TableError(
            f"{where}: the shares of {shown} sum to more than 1",
            why="more would come out than went in",
            todo=f"lower the shares so that each {key} has at most 1",
        )
    ]


def _funding_faults(measures: pl.DataFrame, funding: pl.DataFrame) -> list[BryggaError]:
    paid = funding.group_by("measure", maintain_order=True).agg(total("share"))
    costly = measures.filter(pl.col("cost_class") + pl.col("cost_seat") > 0)
    sums = costly.join(paid, on="measure", how="left").with_columns(pl.col("share").fill_null(0.0)).sort("measure")
    wrong = sums.filter((pl.col("share") - 1).abs() > TOLERANCE)
    if not wrong.height:
        return []
    shown = listed(f"{row['measure']} ({row['share']:.4g})" for row in wrong.rows(named=True))
    return [
        TableError(
            f"funding.csv: the funding shares of {shown} do not sum to 1",
            why="part of the cost would be paid by nobody, or twice",
            todo="complete the shares so that each measure has exactly 1",
        )
    ]


def _payment_faults(payments: pl.DataFrame) -> list[BryggaError]:
    sums = payments.group_by("measure", maintain_order=True).agg(total("share")).sort("measure")
    wrong = sums.filter((pl.col("share") - 1).abs() > TOLERANCE)
    if not wrong.height:
        return []
    return [
        TableError(
            f"payments.csv: the shares of {listed(f'{row[0]} ({row[1]:.4g})' for row in wrong.rows())} do not sum to 1",
            why="part of the cost would never be charged, or twice",
            todo="complete the shares so that each measure has exactly 1",
        )
    ]


def _pin_faults(pins: pl.DataFrame) -> list[BryggaError]:
    kind, classes = pl.col("kind"), pl.col("classes")
    said = pl.struct("kind", "classes")
    wrong = {
        f"kind is not one of {', '.join(PIN_KINDS)}": ~kind.is_in(PIN_KINDS),
        "at_least and at_most need a number in classes": kind.is_in(["at_least", "at_most"]) & classes.is_null(),
        "must means one class or more (use at_least)": (kind == "must") & (classes.fill_null(1) != 1),
        "never means no class (use at_most)": (kind == "never") & (classes.fill_null(0) != 0),
    }
    faults: list[BryggaError] = []
    for why, test in wrong.items():
        rows = pins.filter(test).select("measure", "site", "year", said.alias("said")).rows()
        if rows:
            shown = listed(f"{r[0]} at {r[1]} {r[2]}: {r[3]['kind']} {r[3]['classes'] or ''}".strip() for r in rows)
            faults.append(TableError(f"pins.csv: {shown}", why=why, todo="correct kind or classes"))
    return faults
