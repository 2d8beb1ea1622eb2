"""A shock in 21 regions x 65 industries, and 127 multipliers, beside pymrio's inverse, in the same process.

The system is invented (seed 1): purchases per unit of output between 0.3 and 0.7, and between 30 and 90 % of each
product bought in the own region. Each method gets it loaded: the regions' tables and trade shares for Brygga, the same
as one matrix for the solve, as a labelled frame for pymrio. Medians of five runs on one thread; a ratio is pymrio's
seconds over the method's.

Start reading at `report`.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pymrio

from brygga.impact.leontief import effects, shock_solve
from brygga.impact.multiregion import Regions, dense, shared_trade, shock, system

REGIONS, INDUSTRIES, REPEATS = 21, 65, 5
BAR = 0.2
"""Seconds in which the shock must be solved after loading."""


def report() -> list[str]:
    """The markdown tables."""
    regions = invented()
    final = np.zeros((REGIONS, INDUSTRIES))
    final[9, 28] = 1.0
    whole = dense(regions)
    labels = pd.MultiIndex.from_product([regions.regions, regions.industries], names=["region", "sector"])
    frame = pd.DataFrame(whole, index=labels, columns=labels)
    flat = final.ravel()
    shocks = {
        "Brygga, rounds over regions": timed(lambda: shock(regions, final).ravel()),
        "Brygga, one solve of the whole matrix": timed(lambda: shock_solve(whole, flat)),
        "pymrio, inverse": timed(lambda: pymrio.calc_L(frame).to_numpy() @ flat),
    }
    small = whole[:127, :127]
    named = pd.DataFrame(small)
    every = {
        "Brygga, one solve of the transpose": timed(lambda: effects(small, np.ones(127))),
        "pymrio, inverse": timed(lambda: pymrio.calc_L(named).to_numpy().sum(axis=0)),
    }
    ours = shocks["Brygga, rounds over regions"][1]
    return [
        *table(f"One shock, {REGIONS} regions x {INDUSTRIES} industries", shocks),
        f"The bar is {BAR} s after loading: {'met' if ours < BAR else 'missed'} ({ours:.4f} s).",
        "",
        *table("Output multipliers of 127 industries", every),
    ]


def table(title: str, results: dict[str, tuple[Any, float, float]]) -> list[str]:
    """Rows of a markdown table; the last method is the one compared with."""
    truth, wall, processor = list(results.values())[-1]
    lines = [
        f"### {title}",
        "",
        "| method | wall s | ratio | CPU s | ratio | largest relative difference |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name, (found, seconds, cpu) in results.items():
        apart = float(np.max(np.abs(found - truth) / np.maximum(np.abs(truth), 1e-300)))
        lines.append(
            f"| {name} | {seconds:.4f} | {wall / seconds:.1f} | {cpu:.4f} | {processor / cpu:.1f} | {apart:.1e} |"
        )
    return [*lines, ""]


def timed(work: Callable[[], Any]) -> tuple[Any, float, float]:
    """The result, and the median wall and processor seconds of five runs after one to warm up."""
    found = work()
    walls, processors = [], []
    for _ in range(REPEATS):
        wall, processor = time.perf_counter(), time.process_time()
        work()
        walls.append(time.perf_counter() - wall)
        processors.append(time.process_time() - processor)
    return found, statistics.median(walls), statistics.median(processors)


def invented(seed: int = 1) -> Regions:
    """The system: a common technology that differs a little by region, and trade that prefers home."""
    rng = np.random.default_rng(seed)
    common = rng.random((INDUSTRIES, INDUSTRIES)) ** 6
    tables = {}
    for region in range(REGIONS):
        bought = common * rng.uniform(0.7, 1.3, common.shape)
        tables[f"{region + 1:02d}"] = bought * rng.uniform(0.3, 0.7, INDUSTRIES) / bought.sum(axis=0)
    trade = shared_trade(rng.uniform(0.3, 0.9, (REGIONS, INDUSTRIES)), rng.uniform(0.1, 1.0, (REGIONS, INDUSTRIES)))
    return system(tables, [str(industry + 1) for industry in range(INDUSTRIES)], trade)
