"""Establishment tables: what became of new posts, as tables with intervals.

Start reading at `tables_of`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from brygga.core import tables
from brygga.core.grids import Floats, to_frame
from brygga.impact.closure import Shock
from brygga.impact.establishment import Filling, months_until
from brygga.impact.recruiting import EMPLOYED, SOURCES
from brygga.workflow.closure_inputs import Inputs

YEAR = 12
QUANTILES = (("p10", 0.1), ("p50", 0.5), ("p90", 0.9))
LEAST = 0.005
"""Persons or posts (p90) under which a cell is left out of the tables by occupation; sums keep everything."""


@dataclass(frozen=True)
class Told:
    """An establishment with what became of it: posts by layer and draw, and the naive answer (persons)."""

    shock: Shock
    inputs: Inputs
    filling: Filling
    posts: Mapping[str, Floats]
    naive: float


@dataclass(frozen=True)
class Measure:
    """One row of the summary: its values by draw, unit and words."""

    name: str
    values: Floats
    unit: str
    sv: str
    en: str


def tables_of(told: Told) -> dict[str, pl.DataFrame]:
    """The checked tables of an establishment."""
    frames = {
        "establishment_summary": _summary(told),
        "establishment_sources": _sources(told),
        "establishment_drained": _drained(told),
        "establishment_months": _months(told),
        "establishment_tax": _tax(told),
    }
    named = {name: frame.with_columns(shock=pl.lit(told.shock.key)) for name, frame in frames.items()}
    extra = told.inputs.region.extra_codes
    return {name: tables.check(frame, name, extra_codes=extra) for name, frame in named.items()}


def spans(values: Floats) -> dict[str, Floats]:
    """p10, p50 and p90 over the draws (the first axis)."""
    return {name: np.quantile(values, q, axis=0) for name, q in QUANTILES}


def _summary(told: Told) -> pl.DataFrame:
    rows = [
        {
            "measure": measure.name,
            **{name: float(value) for name, value in spans(measure.values).items()},
            "unit": measure.unit,
            "text_sv": measure.sv,
            "text_en": measure.en,
            "status": "modelled",
            "source": told.inputs.national.source,
        }
        for measure in _measures(told)
    ]
    return pl.DataFrame(rows)


def _measures(told: Told) -> list[Measure]:
    filling, months = told.filling, told.filling.offered.shape[1] - 1
    by_source = filling.hired.sum(axis=(2, 3))
    return [
        Measure("posts_direct", told.posts["direct"], "posts", "Nya arbeten", "New posts"),
        Measure(
            "posts_indirect",
            told.posts["indirect"],
            "posts",
            "Ytterligare arbeten hos leverantörer i regionen",
            "Further posts at suppliers in the region",
        ),
        Measure(
            "posts_induced",
            told.posts["induced"],
            "posts",
            "Ytterligare arbeten där lönerna spenderas",
            "Further posts where the wages are spent",
        ),
        Measure(
            "filled_12",
            filling.filled[:, YEAR],
            "posts",
            "Nya arbeten tillsatta efter tolv månader",
            "New posts filled after twelve months",
        ),
        Measure(
            "filled_end",
            filling.filled[:, -1],
            "posts",
            f"Nya arbeten tillsatta efter {months} månader",
            f"New posts filled after {months} months",
        ),
        *_how_long(filling, months),
        *_where_from(by_source),
        Measure(
            "naive_from_without_work",
            np.full(len(by_source), told.naive),
            "persons",
            "Naivt: alla utan arbete tar ett nytt arbete i sitt eget yrke, var i regionen det än ligger",
            "Naive: everybody without work takes a new post in the own occupation, wherever in the region it lies",
        ),
        Measure(
            "drained_12",
            filling.drained.sum(axis=(1, 2)),
            "posts",
            "Arbeten på andra håll som står obesatta efter tolv månader och annars inte hade gjort det, "
            "med dem som i sin tur lämnats",
            "Posts elsewhere that stand unfilled after twelve months and would not have otherwise, "
            "with those left in turn",
        ),
        Measure(
            "fewer_without_work_12",
            filling.gained.sum(axis=(1, 2)),
            "persons",
            "Färre utan arbete i regionen efter tolv månader",
            "Fewer without work in the region after twelve months",
        ),
        Measure(
            "tax_gained_12",
            np.nansum(_tax_draws(told), axis=1),
            "SEK a year",
            "Kommunal inkomstskatt per år som tillkommer där de bor, efter tolv månader",
            "Municipal income tax a year gained where they live, after twelve months",
        ),
    ]


def _how_long(filling: Filling, months: int) -> list[Measure]:
    told = (
        ("months_to_half", 0.5, "hälften av arbetena är tillsatta", "half of the posts are filled"),
        ("months_to_nine_tenths", 0.9, "nio av tio arbeten är tillsatta", "nine in ten posts are filled"),
    )
    return [
        Measure(
            name,
            np.minimum(months_until(filling.offered, filling.filled, share), months),
            "months",
            f"Månader tills {sv}; {months} betyder att det inte nås inom de månader som följs",
            f"Months until {en}; {months} means that it is not reached within the months followed",
        )
        for name, share, sv, en in told
    ]


def _where_from(by_source: Floats) -> list[Measure]:
    words = (
        ("var utan arbete", "were without work"),
        ("lämnade ett annat arbete i regionen", "left another job in the region"),
        ("bor utanför regionen och hade inget arbete i den", "live outside the region and had no job in it"),
        ("just hade utbildat sig inom planen", "had just been trained within the plan"),
    )
    return [
        Measure(f"from_{name}", by_source[:, place], "persons", f"Anställda som {sv}", f"People hired who {en}")
        for place, (name, (sv, en)) in enumerate(zip(SOURCES, words, strict=True))
    ]


def _sources(told: Told) -> pl.DataFrame:
    """By home and occupation; those who left a job by the workplace that they left."""
    market = told.inputs.market
    people = [
        _cells(told.filling.hired[:, place], market.homes, market.occupations, name)
        for place, name in enumerate(SOURCES)
        if place != EMPLOYED
    ]
    movers = _cells(told.filling.left, market.works, market.occupations, SOURCES[EMPLOYED])
    return pl.concat([*people, movers]).sort("from_state", "municipality", "occupation")


def _cells(persons: Floats, places: tuple[str, ...], occupations: tuple[str, ...], state: str) -> pl.DataFrame:
    frame = to_frame(spans(persons), {"municipality": places, "occupation": occupations})
    large = frame.filter(pl.col("p90") >= LEAST)
    return large.with_columns(from_state=pl.lit(state), status=pl.lit("modelled"))


def _drained(told: Told) -> pl.DataFrame:
    market, filling = told.inputs.market, told.filling
    dims = {"municipality": market.works, "occupation": market.occupations}
    frame = to_frame({"left": filling.left.mean(axis=0), **spans(filling.drained)}, dims)
    large = frame.filter((pl.col("p90").abs() >= LEAST) | (pl.col("left") >= LEAST))
    return large.with_columns(status=pl.lit("modelled")).sort("municipality", "occupation")


def _months(told: Told) -> pl.DataFrame:
    filling = told.filling
    series = {"offered": filling.offered, "filled": filling.filled, "drained": filling.drained_by_month}
    months = list(range(filling.offered.shape[1]))
    frames = [
        to_frame(spans(values), {"month": months}).with_columns(measure=pl.lit(name)) for name, values in series.items()
    ]
    return pl.concat(frames).with_columns(status=pl.lit("modelled")).sort("month", "measure")


def _tax(told: Told) -> pl.DataFrame:
    homes = told.inputs.market.homes
    known = np.flatnonzero(np.isfinite(told.inputs.tax))
    persons = np.median(told.filling.gained.sum(axis=2), axis=0)[known]
    paid = spans(_tax_draws(told)[:, known])
    frame = to_frame({"persons": persons, **paid}, {"municipality": [homes[place] for place in known]})
    return frame.with_columns(status=pl.lit("modelled")).sort("municipality")


def _tax_draws(told: Told) -> Floats:
    """SEK a year by draw and home; NaN where no rate is known."""
    income = told.filling.gained @ (told.inputs.pay * YEAR)
    return np.asarray(income * told.inputs.tax, dtype=np.float64)
