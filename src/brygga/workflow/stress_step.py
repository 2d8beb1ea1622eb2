"""Stress in the loop: the table, and the closures of the plants that rank highest, with everything a closure tells.

The closures of the loop are on fewer draws and months than `brygga closure` gives; each can be made anew with it.

Start reading at `stress_step`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from brygga.core import tables
from brygga.core.errors import BryggaError
from brygga.impact.closure import Shock
from brygga.workflow.closure import JobTables, closure
from brygga.workflow.closure_inputs import SEEN, Inputs, Source, inputs_of
from brygga.workflow.job import Job
from brygga.workflow.stress import SHARE, stressed, table_of
from brygga.workflow.stress_cells import cells_of

Notes = tuple[str, ...]
LEAST, DRAWS = 200, 20
"""Jobs from which the loop tries an industry, and its draws; `brygga stress` takes smaller ones and more."""

KEPT, CLOSURE_DRAWS, MONTHS = 3, 10, 24
"""Shocks of which the whole closure is kept, on so many draws and months."""

MADE = frozenset({"B", "C", *(f"{division:02d}" for division in range(5, 34))})
"""SNI 2007: mining and manufacturing."""

MOST = 60
"""Municipalities up to which the loop tries every cell; `brygga stress` takes a choice of any region's."""

LEFT_OUT = (
    f"the stress test is left out: the loop tries regions of at most {MOST} municipalities whose openings have draws; "
    "`brygga stress REGION --municipality CODE` takes a choice of them"
)


def stress_step(job: Job) -> tuple[dict[str, pl.DataFrame], Notes]:
    """Table `stress` and tables `closure_*` of the highest ranked plants; and what was left out.

    A region whose tables do not allow it keeps all else that the loop makes: table `stress` is then empty, and its
    story says why.
    """
    nothing = {"stress": tables.empty("stress")}
    there = all((job.out / f"{name}.parquet").is_file() for name in SEEN)
    if not there or len(job.region.municipalities) > MOST:
        return nothing, (LEFT_OUT,)
    source, seed = JobTables(job), job.settings.seed
    try:
        inputs = inputs_of(source, draws=DRAWS, seed=seed, taxonomy=job.taxonomy)
        found = stressed(inputs, cells_of(job.region, least=LEAST, share=SHARE))
        frames = {"stress": table_of(found, inputs)}
    except BryggaError as fault:
        return nothing, (f"the stress test could not be made: {fault}",)
    told, notes = _closures(source, _fewer(inputs), to_keep(found.worst))
    return frames | told, notes


def to_keep(worst: Sequence[Shock]) -> tuple[Shock, ...]:
    """Of shocks in order the first in mining and manufacturing, which can close as a plant does; others where too few.

    Examples
    --------
    >>> from datetime import date
    >>> day = date(2027, 1, 1)
    >>> care, plant, mill = (Shock("1060", industry, 300.0, day, ((day, 1.0),)) for industry in ("Q", "29", "17"))
    >>> [shock.industry for shock in to_keep([care, plant, mill])]
    ['29', '17', 'Q']
    """
    made = [shock for shock in worst if shock.industry in MADE]
    return tuple([*made, *(shock for shock in worst if shock.industry not in MADE)][:KEPT])


def _fewer(inputs: Inputs) -> Inputs:
    """The same on its first draws (their order is drawn) and fewer months."""
    market = inputs.market
    drawn = ("vacancies", "inflow", "others", "kappa")
    first = {name: getattr(market, name)[:CLOSURE_DRAWS] for name in drawn}
    made = replace(inputs, market=replace(market, **first), draws=CLOSURE_DRAWS, months=MONTHS, _carried={})
    return replace(made, effort=inputs.effort[:CLOSURE_DRAWS])


def _closures(source: Source, inputs: Inputs, shocks: Sequence[Shock]) -> tuple[dict[str, pl.DataFrame], Notes]:
    """The tables of some shocks under one another, and which could not be made."""
    told, notes = [], []
    for shock in shocks:
        try:
            told.append(closure(source, shock, inputs=inputs, steps=1, quick=True))
        except BryggaError as fault:
            notes.append(f"the closure {shock.key} could not be made: {fault}")
    frames = {name: pl.concat([one[name] for one in told]) for name in (told[0] if told else ())}
    return frames, tuple(notes)
