"""Checks of a problem's tables: each returns the faults it finds, so that all are told at once.

What cannot be is a fault; what is only of no use is a remark (`remarks.py`). A wish that the limits do not
allow (a pin beyond the rooms, a floor beyond the money) is neither: the solver names what clashes.

Start reading at `table_faults`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from difflib import get_close_matches

import polars as pl

from brygga.core.errors import BryggaError, TableError, listed
from brygga.core.sums import total
from brygga.planning.check_pins import pin_faults
from brygga.planning.columns import told
from brygga.planning.settings import Settings

TOLERANCE = 1e-6
LARGEST = 1e12
AMOUNTS: Mapping[str, tuple[str, ...]] = {
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
"""Columns that are not below zero."""
SHARES: Mapping[str, tuple[str, ...]] = {
    "measures": ("yield", "probability"),
    "probabilities": ("probability",),
    "leads": ("share",),
    "drains": ("share",),
    "reach": ("share",),
    "funding": ("share",),
    "payments": ("share",),
    "floors": ("share",),
}
"""Columns between 0 and 1."""
WITH_MEASURE = (
    *("probabilities", "leads", "drains", "applicants", "offers", "guidance", "placements"),
    *("funding", "payments", "last_year", "pins"),
)
WITH_SITE = ("applicants", "offers", "guidance", "placements", "reach", "last_year", "pins")

Tables = Mapping[str, pl.DataFrame]
Faults = list[BryggaError]


def table_faults(tables: Tables, faulty: Set[str], settings: Settings | None) -> Faults:
    """Everything that is wrong with the tables of a problem.

    Parameters
    ----------
    tables : the tables with the right columns, sorted by key; one that has not is left out
    faulty : tables with values that could not be read: they are not summed up
    settings : None when they are wrong themselves: years are not checked then
    """
    faults = [*_range_faults(tables), *_name_faults(tables)]
    if settings is not None:
        faults += _year_faults(tables, settings)
    for check, needed in CHECKS.items():
        if all(name in tables and name not in faulty for name in needed):
            faults += check(*(tables[name] for name in needed))
    return faults


def _range_faults(tables: Tables) -> Faults:
    faults = [_outside(tables, n, c, None) for n, columns in AMOUNTS.items() for c in columns if n in tables]
    faults += [_outside(tables, n, c, 1.0) for n, columns in SHARES.items() for c in columns if n in tables]
    return [fault for fault in faults if fault]


def _outside(tables: Tables, name: str, column: str, most: float | None) -> TableError | None:
    if tables[name].is_empty():
        return None
    values = pl.col(column)
    most_or_all = LARGEST if most is None else most + TOLERANCE
    lowest, highest = tables[name][column].min(), tables[name][column].max()
    if lowest is None or (lowest >= 0 and highest <= most_or_all):  # type: ignore[operator]
        return None
    bad = tables[name].filter((values < 0) | (values > most_or_all))
    if most is not None:
        said, why, todo = "outside 0 to 1", "shares lie between 0 and 1", "write 0.25 for 25 per cent"
    elif lowest < 0:  # type: ignore[operator]
        said, why = "below zero", "nobody can give less than nothing"
        todo = "correct the number; 0 means that nothing can start"
    else:
        said, why, todo = f"above {LARGEST:.0e}", "no plan can be told apart beside it", "leave it out for no limit"
    named = [c for c in bad.columns if (bad.schema[c] == pl.String or c == "year") and bad[c].null_count() == 0]
    shown = told(bad, f"{{{column}:g}} ({', '.join(f'{{{c}}}' for c in named)})")
    return TableError(f"{name}.csv, column {column}: {shown} is {said}", why=why, todo=todo)


def _year_faults(tables: Tables, settings: Settings) -> Faults:
    first, last, horizon = settings.first, settings.last, settings.horizon
    offset = tables["payments"]["offset"].max() if "payments" in tables else None
    ends = {
        "need": horizon,
        "probabilities": last,
        "placements": last,
        "budgets": max(horizon, last + int(offset or 0)),  # type: ignore[arg-type]
        "floors": horizon,
        "pins": last,
    }
    faults: Faults = []
    for name, end in ends.items():
        if name not in tables:
            continue
        years = tables[name]["year"].unique().drop_nulls().sort()
        outside = years.filter((years < first) | (years > end))
        if len(outside):
            faults.append(
                TableError(
                    f"{name}.csv: year {listed(outside)} is outside {first}-{end}",
                    why="the plan does not count that year",
                    todo="leave the rows out, or widen years or horizon in settings.json",
                )
            )
    return faults


def _name_faults(tables: Tables) -> Faults:
    """Measures and sites that stand in one table and not in the one that defines them."""
    faults: Faults = []
    for column, home, names in (("measure", "measures", WITH_MEASURE), ("site", "sites", WITH_SITE)):
        if home not in tables:
            continue
        for name in names:
            if name not in tables or tables[name].is_empty():
                continue
            unknown = absent(tables[name][column], tables[home][column])
            if len(unknown):
                faults.append(
                    TableError(
                        f"{name}.csv: {column} {listed(unknown)} is not in {home}.csv",
                        why="nothing is known about it",
                        todo=f"add it to {home}.csv, or correct the name{_meant(unknown[0], tables[home][column])}",
                    )
                )
    return faults


def _meant(name: str, known: pl.Series) -> str:
    """A name that looks like the one which is unknown, as a question."""
    near = get_close_matches(name, known.drop_nulls().head(5000).to_list(), n=1, cutoff=0.75)
    return f": was {near[0]!r} meant?" if near else ""


def absent(wanted: pl.Series, known: pl.Series) -> pl.Series:
    """The different values of `wanted` that are not among `known`, sorted."""
    different = wanted.unique().drop_nulls().sort()
    return different.filter(~different.is_in(known.implode()))


def _empty_faults(frame: pl.DataFrame, name: str) -> Faults:
    if frame.height:
        return []
    return [TableError(f"{name}.csv has no rows", why="there is nothing to plan without", todo="add its rows")]


def _class_faults(measures: pl.DataFrame) -> Faults:
    wrong = measures.filter(pl.col("class_min") > pl.col("class_max"))
    none = measures.filter(pl.col("class_max") < 1)
    faults: Faults = []
    if wrong.height:
        shown = told(wrong, "{measure} ({class_min:g} to {class_max:g})")
        faults.append(
            TableError(
                f"measures.csv: class_min is above class_max for {shown}",
                why="no class can be both that large and that small",
                todo="swap or correct the two numbers",
            )
        )
    if none.height:
        faults.append(
            TableError(
                f"measures.csv: class_max is below 1 for {told(none, '{measure} ({class_max:g})')}",
                why="a class without a seat is no class",
                todo="give the largest class, or set classes_max to 0 where nothing may start",
            )
        )
    return faults


def _lead_faults(measures: pl.DataFrame, leads: pl.DataFrame) -> Faults:
    if leads.height:
        return []
    nowhere = measures.filter(pl.col("occupation").is_null())
    if not nowhere.height:
        return []
    return [
        TableError(
            f"measures.csv: {told(nowhere, '{measure}')} has no occupation, and there is no leads.csv",
            why="its completers would be nothing",
            todo="fill in the occupation, or add leads.csv",
        )
    ]


def _lost_sites(sites: pl.DataFrame, reach: pl.DataFrame) -> Faults:
    lost = absent(sites["site"], reach.filter(pl.col("share") > 0)["site"])
    if not len(lost):
        return []
    return [
        TableError(
            f"reach.csv: site {listed(lost)} has no municipality within reach",
            why="its completers could work nowhere",
            todo="add a row with a share above 0, or take the site out of sites.csv",
        )
    ]


def _shares_above_one(frame: pl.DataFrame, key: str, where: str) -> Faults:
    sums = frame.group_by(key, maintain_order=True).agg(total("share")).filter(pl.col("share") > 1 + TOLERANCE)
    if not sums.height:
        return []
    return [
        TableError(
            f"{where}: the shares of {told(sums, f'{{{key}}} ({{share:.6g}})')} sum to more than 1",
            why="more would come out than went in",
            todo=f"lower the shares so that each {key} has at most 1",
        )
    ]


def _funding_faults(measures: pl.DataFrame, funding: pl.DataFrame, guidance: pl.DataFrame) -> Faults:
    paid = funding.group_by("measure", maintain_order=True).agg(total("share"))
    guided = pl.col("measure").is_in(guidance.filter(pl.col("cost") > 0)["measure"].implode())
    costly = measures.filter((pl.col("cost_class") > 0) | (pl.col("cost_seat") > 0) | guided)
    sums = costly.join(paid, on="measure", how="left", maintain_order="left").with_columns(
        pl.col("share").fill_null(0.0)
    )
    wrong = sums.filter((pl.col("share") - 1).abs() > TOLERANCE)
    if not wrong.height:
        return []
    return [
        TableError(
            f"funding.csv: the funding shares of {told(wrong, '{measure} ({share:.6g})')} do not sum to 1",
            why="part of the cost would be paid by nobody, or twice",
            todo="complete the shares so that each measure has exactly 1",
        )
    ]


def _payment_faults(payments: pl.DataFrame) -> Faults:
    sums = payments.group_by("measure", maintain_order=True).agg(total("share"))
    wrong = sums.filter((pl.col("share") - 1).abs() > TOLERANCE)
    if not wrong.height:
        return []
    return [
        TableError(
            f"payments.csv: the shares of {told(wrong, '{measure} ({share:.6g})')} do not sum to 1",
            why="part of the cost would never be charged, or twice",
            todo="complete the shares so that each measure has exactly 1",
        )
    ]


def _step_faults(guidance: pl.DataFrame) -> Faults:
    """Steps are bought in order, so those of a guidance are 1, 2, 3 and so on."""
    steps = guidance.select("guidance", "step").unique().sort("guidance", "step")
    seen = steps.group_by("guidance", maintain_order=True).agg("step", last=pl.col("step").max(), n=pl.len())
    wrong = seen.filter((pl.col("last") != pl.col("n")) | (pl.col("step").list.min() != 1))
    if not wrong.height:
        return []
    texts = wrong.with_columns(pl.col("step").list.head(8).cast(pl.List(pl.String)).list.join(", "))
    return [
        TableError(
            f"guidance.csv: the steps of {told(texts, '{guidance} ({step})')} are not 1, 2, 3 and so on",
            why="steps are bought in order, each after the one before",
            todo="number the steps of each guidance from 1 without a hole",
        )
    ]


def _draw_faults(need: pl.DataFrame) -> Faults:
    empty = need["draw"].null_count()
    if empty in (0, need.height):
        return []
    rows = need.filter(pl.col("draw").is_null())
    return [
        TableError(
            f"need.csv: column draw is empty in {empty:,} of {need.height:,} rows: "
            + told(rows, "{municipality}, {occupation}, {year}"),
            why="a need belongs to one draw, or there are no draws at all",
            todo="fill in the draw of every row, or leave the column out",
        )
    ]


CHECKS: Mapping[Callable[..., Faults], tuple[str, ...]] = {
    lambda need: _empty_faults(need, "need"): ("need",),
    lambda measures: _empty_faults(measures, "measures"): ("measures",),
    lambda sites: _empty_faults(sites, "sites"): ("sites",),
    _class_faults: ("measures",),
    _lead_faults: ("measures", "leads"),
    _lost_sites: ("sites", "reach"),
    lambda reach: _shares_above_one(reach, "site", "reach.csv"): ("reach",),
    lambda leads: _shares_above_one(leads, "measure", "leads.csv"): ("leads",),
    lambda drains: _shares_above_one(drains, "measure", "drains.csv"): ("drains",),
    _funding_faults: ("measures", "funding", "guidance"),
    _payment_faults: ("payments",),
    _step_faults: ("guidance",),
    _draw_faults: ("need",),
    pin_faults: ("pins", "offers"),
}
"""Each check and the tables it reads, all of which must have come through whole."""
