"""Checks of pins.csv: what a pin says, and what two pins say against each other.

Start reading at `pin_faults`.
"""

from __future__ import annotations

import polars as pl

from brygga.core.errors import BryggaError, TableError
from brygga.planning.columns import told

PIN_KINDS = ("must", "never", "at_least", "at_most")
START = ["measure", "site", "year"]
PIN = "{measure} at {site} {year}: {kind}{number}"


def pin_faults(pins: pl.DataFrame, offers: pl.DataFrame) -> list[BryggaError]:
    """Pins that cannot be read, that ask for classes where none are given, or that exclude each other."""
    kind, classes = pl.col("kind"), pl.col("classes")
    wrong = {
        f"kind is not one of {', '.join(PIN_KINDS)}": ~kind.is_in(PIN_KINDS),
        "at_least and at_most need a number in classes": kind.is_in(["at_least", "at_most"]) & classes.is_null(),
        "must means one class or more (use at_least)": (kind == "must") & (classes.fill_null(1) != 1),
        "never means no class (use at_most)": (kind == "never") & (classes.fill_null(0) != 0),
    }
    number = pl.when(classes.is_null()).then(pl.lit("")).otherwise(pl.format(" {}", classes))
    shown = pins.with_columns(number=number)
    faults: list[BryggaError] = []
    for why, test in wrong.items():
        rows = shown.filter(test)
        if rows.height:
            faults.append(TableError(f"pins.csv: {told(rows, PIN)}", why=why, todo="correct kind or classes"))
    asked = shown.filter(least_of() > 0)
    lost = asked.join(offers, on=["measure", "site"], how="anti") if offers.height else asked.clear()
    if lost.height:
        faults.append(
            TableError(
                f"pins.csv: {told(lost, PIN)}, and offers.csv has no row for that measure at that site",
                why="a measure is given only where offers.csv has a row for it",
                todo="add the row to offers.csv, or correct the pin",
            )
        )
    return [*faults, *_against(pins)]


def least_of() -> pl.Expr:
    """The fewest classes a pin asks for; null where it does not."""
    kind = pl.col("kind")
    return pl.when(kind == "must").then(1).when(kind == "at_least").then(pl.col("classes"))


def most_of() -> pl.Expr:
    """The most classes a pin allows; null where it does not say."""
    kind = pl.col("kind")
    return pl.when(kind == "never").then(0).when(kind == "at_most").then(pl.col("classes"))


def _against(pins: pl.DataFrame) -> list[BryggaError]:
    """Starts of which pins ask for more classes than other pins allow."""
    both = pins.group_by(START, maintain_order=True).agg(least=least_of().max(), most=most_of().min())
    clash = both.filter(pl.col("least") > pl.col("most"))
    if not clash.height:
        return []
    shown = told(clash, "{measure} at {site} {year} (at least {least}, at most {most})")
    return [
        TableError(
            f"pins.csv: the pins of {shown} exclude each other",
            why="no plan can keep both",
            todo="take one of them out",
        )
    ]
