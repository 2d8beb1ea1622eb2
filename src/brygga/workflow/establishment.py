"""Establishment: new posts in a region, as a list of steps: who fills them, whom they drain, and what tax follows.

The same market as a closure's (`closure_inputs`), with plus sign. Beside those without work search

    other_employer   people at work (`employed` x `commuting`), who fill the share of vacancies that the run's chains
                     say (`vacancy_chains`: by_employed against from_outside)
    outside          people who live outside, who fill of the rest the share that in-commuters have of the jobs
    newly_trained    those whom the plan's classes bring out in the same years (`plan_arrivals`, plan best)
    without_work     the rest

Start reading at `establishment`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from brygga.core.grids import Floats, to_array
from brygga.core.parameters import value_on
from brygga.core.sums import total
from brygga.impact.closure import LAYERS, Shock, delayed, leaving_by_month
from brygga.impact.establishment import fill
from brygga.impact.recruiting import EMPLOYED, OUTSIDE, SOURCES, TRAINED, WITHOUT, Workforce, stand
from brygga.workflow.closure_hit import posts_of
from brygga.workflow.closure_inputs import MONTHS_A_YEAR, Inputs, Source, inputs_of
from brygga.workflow.closure_shock import check_shock
from brygga.workflow.establishment_tables import YEAR, Told, tables_of

MOST_TRAINED = 0.5
"""The newly trained fill at most this share of what people without a job fill: more than that is the plan's own."""


@dataclass(frozen=True)
class Hiring:
    """New posts by month (1 or draws, months, works, occupations): the establishment's own, and all that come."""

    new: Floats
    added: Floats


def establishment(
    source: Source,
    shock: Shock,
    *,
    months: int = 24,
    draws: int = 100,
    seed: int = 1,
    taxonomy: Path | None = None,
    inputs: Inputs | None = None,
) -> dict[str, pl.DataFrame]:
    """Who fills new posts, whom they drain, and what tax follows.

    Parameters
    ----------
    source : a finished run (`results.open_results`), or a job on its way
    shock : the new posts, with sign 1; `leaving` says when they are offered
    months : months that are followed, 12 or more
    draws, seed : how many draws, and from where
    taxonomy : a pack or a folder of exports, for the occupation network
    inputs : what closures share, where it has been read already for this start and these months

    Returns
    -------
    Tables `establishment_summary`, `establishment_sources`, `establishment_drained`, `establishment_months` and
    `establishment_tax`; persons and posts, modelled, with intervals.

    Raises
    ------
    BryggaError: every fault of the shock in one report.
    """
    check_shock(source.region, shock, months=months)
    ready = inputs or inputs_of(source, start=shock.notice, months=months, draws=draws, seed=seed, taxonomy=taxonomy)
    hiring = hiring_of(ready, shock, months)
    filling = fill(stand(ready.market, workforce_of(source, ready)), hiring.added, hiring.new, month=YEAR)
    posts = dict(zip(LAYERS, posts_of(ready, shock).by_draw.T, strict=True))
    return tables_of(Told(shock, ready, filling, posts, _naive(ready, hiring.new)))


def hiring_of(inputs: Inputs, shock: Shock, months: int) -> Hiring:
    """When and where the posts of an establishment come, with those that it carries."""
    posts = posts_of(inputs, shock)
    offered = leaving_by_month(shock, months)
    new = offered[:, None, None] * posts.mean[0]
    added = np.repeat(new[None], inputs.draws, axis=0)
    for layer in (1, 2):
        lag = value_on(f"impact.{LAYERS[layer]}_lag_months", inputs.day).number
        mean = delayed(offered, lag)[:, None, None] * posts.mean[layer]
        added += posts.scale[:, layer, None, None, None] * mean
    return Hiring(np.broadcast_to(new, added.shape), added)


def workforce_of(source: Source, inputs: Inputs) -> Workforce:
    """Who may take a post beside those without work, and how many vacancies each source fills today."""
    market = inputs.market
    at_work = np.einsum("wh,wo->hwo", inputs.lives, inputs.jobs.sum(1))
    outside = np.zeros((len(market.homes), len(market.occupations)))
    outside[-1] = at_work[-1].sum(0)
    trained = _trained(source, inputs)
    return Workforce(at_work, outside, trained * _search_months(inputs), _flows(source, inputs, trained))


def _flows(source: Source, inputs: Inputs, trained: Floats) -> Floats:
    """Vacancies a month that each source fills today, by draw."""
    drawn = inputs.market.inflow.sum((1, 2))
    chains = _of_years(source.table("vacancy_chains"), inputs)
    monthly = max(1, len(_years(inputs))) * MONTHS_A_YEAR
    employed, without = (float(chains.select(total(name)).item()) / monthly for name in ("by_employed", "from_outside"))
    size = drawn / drawn.mean() if drawn.mean() > 0 else np.zeros_like(drawn)
    ended = without * size
    flows = np.zeros((len(ended), len(SOURCES)))
    flows[:, EMPLOYED] = employed * size
    flows[:, TRAINED] = np.minimum(trained.sum(), MOST_TRAINED * ended)
    flows[:, OUTSIDE] = (ended - flows[:, TRAINED]) * (1.0 - inputs.resident_share)
    flows[:, WITHOUT] = ended - flows[:, TRAINED] - flows[:, OUTSIDE]
    return flows


def _trained(source: Source, inputs: Inputs) -> Floats:
    """Persons a month whom the plan's classes bring out, where they live and by occupation."""
    market = inputs.market
    plan = _of_years(source.table("plan_arrivals").filter(plan="best"), inputs)
    cell = ["municipality", "occupation"]
    sums = plan.group_by(cell, maintain_order=True).agg(persons=total("persons"))
    dims = {"municipality": market.works, "occupation": market.occupations}
    yearly = to_array(sums, "persons", dims, absent=0.0) / max(1, len(_years(inputs)))
    return np.asarray(inputs.lives.T @ yearly / MONTHS_A_YEAR)


def _search_months(inputs: Inputs) -> float:
    return value_on("impact.trained_search_months", inputs.day).number


def _of_years(frame: pl.DataFrame, inputs: Inputs) -> pl.DataFrame:
    return frame.filter(pl.col("year").is_in(_years(inputs)))


def _years(inputs: Inputs) -> list[int]:
    """The years that the months lie in, within the run."""
    last = (inputs.start.year * YEAR + inputs.start.month - 1 + inputs.months - 1) // YEAR
    return [min(year, inputs.region.to) for year in range(inputs.start.year, last + 1)]


def _naive(inputs: Inputs, new: Floats) -> float:
    """Posts filled if everybody without work took one in the own occupation, wherever in the region it lies."""
    wanted = new[0].sum((0, 1))
    there = inputs.market.others.mean(0).sum(0)
    return float(np.minimum(wanted, there).sum())
