"""What must hold between the tables that describe a region's measures: steps, payments, posts left, places.

Start reading at `measure_faults`.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from brygga.core.errors import BryggaError, TableError, listed
from brygga.core.sums import total

TOLERANCE = 1e-6
Frames = Mapping[str, pl.DataFrame]


def measure_faults(frames: Frames, *, last_plan_year: int) -> list[BryggaError]:
    """Every fault of tables `guidance`, `payments`, `programme_drains` and `floors` that shows between rows."""
    return [
        *_step_faults(frames["guidance"]),
        *_payment_faults(frames["payments"]),
        *_unpaid_years(frames, last_plan_year),
        *_drain_faults(frames["programme_drains"]),
    ]


def _step_faults(guidance: pl.DataFrame) -> list[BryggaError]:
    faults: list[BryggaError] = []
    for (name, programme), rows in guidance.sort("guidance", "programme", "step").group_by(
        "guidance", "programme", maintain_order=True
    ):
        steps, adds = rows["step"].to_list(), rows["applicants"].drop_nulls().to_list()
        where = f"guidance: {name} for {programme}"
        if steps != list(range(1, len(steps) + 1)):
            faults.append(
                TableError(
                    f"{where} has steps {listed(steps)}",
                    why="a step is bought after the one before it, from 1",
                    todo="number them 1, 2, 3 without gaps",
                )
            )
        if adds != sorted(adds, reverse=True):
            faults.append(
                TableError(
                    f"{where} adds {listed(f'{one:g}' for one in adds)} applicants by step",
                    why="more of the same guidance does not reach more people than the first of it",
                    todo="let each step add at most what the step before it adds",
                )
            )
    return faults


def _payment_faults(payments: pl.DataFrame) -> list[BryggaError]:
    sums = payments.group_by("programme", maintain_order=True).agg(total("share"))
    wrong = sums.filter((pl.col("share") - 1).abs() > TOLERANCE).sort("programme")
    if wrong.is_empty():
        return []
    shown = listed(f"{name} ({share:.4g})" for name, share in wrong.rows())
    return [
        TableError(
            f"payments: the shares of {shown} do not sum to 1",
            why="part of the cost would never be charged, or twice",
            todo="complete the shares so that each programme has exactly 1, or leave all its rows out",
        )
    ]


def _unpaid_years(frames: Frames, last: int) -> list[BryggaError]:
    """Years after the last start in which a funder pays and has no budget row, not even 0."""
    paid = frames["programme_funding"].filter(pl.col("share") > 0).join(frames["payments"], on="programme")
    until = paid.filter(pl.col("share_right") > 0).group_by("funder", maintain_order=True).agg(pl.col("offset").max())
    known = set(frames["budgets"].select("funder", "year").rows())
    lost = [
        f"{funder} {last + after}"
        for funder, offset in until.sort("funder").rows()
        for after in range(1, offset + 1)
        if (funder, last + after) not in known
    ]
    if not lost:
        return []
    return [
        TableError(
            f"budgets: no row for {listed(lost)}",
            why=f"payments charges classes that start by {last} to these years, and no row is not the same as no money",
            todo="add rows for these years (0 when there is no money), or shorten the profile in payments",
        )
    ]


def _drain_faults(drains: pl.DataFrame) -> list[BryggaError]:
    sums = drains.group_by("programme", maintain_order=True).agg(total("share"))
    wrong = sums.filter(pl.col("share") > 1 + TOLERANCE).sort("programme")
    if wrong.is_empty():
        return []
    shown = listed(f"{name} ({share:.4g})" for name, share in wrong.rows())
    return [
        TableError(
            f"programme_drains: the shares of {shown} sum to more than 1",
            why="nobody leaves more than one post",
            todo="lower the shares; what is left of 1 leaves posts that are not known",
        )
    ]
