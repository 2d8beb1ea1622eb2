"""Stress test: each large workplace or industry of a region in turn loses posts, and the losses are ranked.

1. The cells: municipality x industry with at least so many jobs (table `employed`), and the region's own
   workplaces.csv (table `workplaces`), where there is one.
2. Each loses the same share of its posts, or all, with notice on the same day and leaving when the law first allows.
3. The market is read once (`closure_inputs`); each shock costs arrays only (`impact.stress_bench`).
4. Two ranks: by persons without work twelve months after the last left, and by municipal tax lost then. Both count
   those hit and the others who would have found work otherwise: whoever of them gets a post, another does not.

Start reading at `stress`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from brygga.core import tables
from brygga.core.grids import Floats
from brygga.core.region import Region
from brygga.core.sums import total
from brygga.impact.closure import Shock, usual_leaving
from brygga.impact.notice_clock import notice_clock
from brygga.impact.stress import rank_of, ranked
from brygga.impact.stress_bench import Bench, after_shock
from brygga.workflow.closure_hit import hit_of, posts_of
from brygga.workflow.closure_inputs import MONTHS_A_YEAR, Inputs, Source, inputs_of
from brygga.workflow.closure_shock import county_or_any
from brygga.workflow.stress_cells import Cell, cells_of, check_asked

__all__ = ["SHARE", "Stressed", "stress", "stressed"]

LEAST, SHARE, DRAWS, YEAR = 100, 0.3, 40, 12
FOLLOWED = 36
"""Months whose years the market is the mean of, as for a closure."""

QUANTILES = (("p10", 0.1), ("p50", 0.5), ("p90", 0.9))


@dataclass(frozen=True)
class Stressed:
    """Every shock with what it does, by shock and draw.

    `hit` are persons who lost a post and are without work, `others` those who would have found it otherwise; `tax` is
    SEK a year that both do not pay.
    """

    shocks: tuple[Shock, ...]
    cells: tuple[Cell, ...]
    carried: Floats
    hit: Floats
    others: Floats
    tax: Floats

    @property
    def without(self) -> Floats:
        """Persons without work in all."""
        return self.hit + self.others

    @property
    def worst(self) -> tuple[Shock, ...]:
        """The shocks by the better of their two ranks, the first by persons without work."""
        work, tax = ranked(self.without).rank, ranked(self.tax).rank
        order = sorted(range(len(self.shocks)), key=lambda n: (min(work[n], tax[n]), work[n], self.shocks[n].key))
        return tuple(self.shocks[n] for n in order)


def stress(
    source: Source,
    *,
    least: float = LEAST,
    share: float = SHARE,
    draws: int = DRAWS,
    seed: int = 1,
    municipalities: Collection[str] = (),
    workplaces: Path | None = None,
    taxonomy: Path | None = None,
    inputs: Inputs | None = None,
) -> pl.DataFrame:
    """Table `stress`: what the loss of posts in each large workplace or industry does, ranked twice.

    Parameters
    ----------
    source : a finished run (`results.open_results`), or a job on its way (`closure.JobTables`)
    least : jobs from which an industry of a municipality is tried
    share : share of its posts that each loses, above 0 and at most 1
    draws, seed : random draws, and from where
    municipalities : tried there only; the whole region when empty. People still live and search in all of it
    workplaces : table `workplaces`; the region's own workplaces.csv when not given
    taxonomy : a pack or a folder of exports, for the occupation network
    inputs : what closures share, where it has been read already; it decides draws and seed

    Raises
    ------
    SettingError or TableError for what was asked and the workplaces, in one report.
    """
    region = source.region
    check_asked(region, least=least, share=share, draws=draws, municipalities=municipalities)
    cells = cells_of(region, least=least, share=share, municipalities=municipalities, workplaces=workplaces)
    ready = inputs or inputs_of(source, months=FOLLOWED, draws=draws, seed=seed, taxonomy=taxonomy)
    return table_of(stressed(ready, cells), ready)


def stressed(inputs: Inputs, cells: Sequence[Cell]) -> Stressed:
    """Every cell's shock, on the same market and draws."""
    bench = Bench(inputs.market, inputs.draws)
    shocks = tuple(shock_at(cell, inputs.start) for cell in cells)
    told = [_told(bench, inputs, shock) for shock in shocks]
    empty = np.zeros((0, inputs.draws))
    parts = (np.stack(part) if told else empty for part in (zip(*told, strict=True) if told else [()] * 4))
    return Stressed(shocks, tuple(cells), *parts)


def shock_at(cell: Cell, notice: date) -> Shock:
    """The cell loses its posts: notice on a day, leaving when the law first allows, as `brygga closure` has it."""
    clock = notice_clock({county_or_any(cell.municipality): cell.posts}, notice)
    return Shock(cell.municipality, cell.industry, cell.posts, notice, usual_leaving(clock.first_leaving, cell.posts))


def table_of(found: Stressed, inputs: Inputs) -> pl.DataFrame:
    """Table `stress`, worst first; rows of the same rank by municipality and industry."""
    region = inputs.region
    posts = np.array([cell.posts for cell in found.cells])
    work, tax = ranked(found.without), ranked(found.tax)
    jobs = _jobs(region)
    rows = pl.DataFrame(
        {
            "shock": [_key(shock, cell) for shock, cell in zip(found.shocks, found.cells, strict=True)],
            "kind": ["workplace" if cell.label else "industry" for cell in found.cells],
            "municipality": [cell.municipality for cell in found.cells],
            "industry": [cell.industry for cell in found.cells],
            "label": [cell.label or None for cell in found.cells],
            "jobs": [cell.jobs for cell in found.cells],
            "posts": posts,
            "share": [min(1.0, cell.posts / jobs[cell.municipality]) for cell in found.cells],
            **_spans("carried_", found.carried),
            **_spans("without_work_12_", found.without),
            **_spans("hit_12_", found.hit),
            **_spans("others_12_", found.others),
            **_spans("tax_lost_", found.tax),
            "rank_work": work.rank,
            "rank_tax": tax.rank,
            "naive": rank_of(posts),
            "worst_work": work.among_worst,
            "worst_tax": tax.among_worst,
            "status": "modelled",
            "source": [inputs.carried(cell.industry).source for cell in found.cells],
        },
        schema_overrides={"label": pl.String},
    )
    if not found.cells:
        return tables.empty("stress")
    ordered = rows.sort("rank_work", "rank_tax", "municipality", "industry", "label")
    return tables.check(ordered, "stress", extra_codes=region.extra_codes)


def _told(bench: Bench, inputs: Inputs, shock: Shock) -> tuple[Floats, Floats, Floats, Floats]:
    """Carried posts, persons hit without work, others without work and tax lost, by draw."""
    posts = posts_of(inputs, shock)
    month = shock.last_month + YEAR
    hit = hit_of(inputs, shock, months=month, posts=posts)
    found = after_shock(bench, hit, month=month)
    rate = np.nan_to_num(inputs.tax)
    lost = MONTHS_A_YEAR * (((found.without + found.others) @ inputs.pay) @ rate)
    sums = (found.without.sum((1, 2)), np.maximum(found.others.sum((1, 2)), 0.0), np.maximum(lost, 0.0))
    return (posts.by_draw[:, 1:].sum(1), *sums)


def _spans(prefix: str, values: Floats) -> dict[str, Floats]:
    return {f"{prefix}{name}": np.quantile(values, q, axis=1) for name, q in QUANTILES}


def _jobs(region: Region) -> dict[str, float]:
    """All jobs of each municipality in the base year."""
    there = region.tables["employed"].filter(pl.col("year") == region.base_year)
    sums = there.group_by("municipality", maintain_order=True).agg(total("persons"))
    return dict(sums.iter_rows())


def _key(shock: Shock, cell: Cell) -> str:
    """The shock's key, with what the workplace is where it is one of the region's own file."""
    return f"{shock.key}-{cell.label}" if cell.label else shock.key
