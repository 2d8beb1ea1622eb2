"""Speed of the matching: one closure at the size asked for, at the size of the country, and against loops.

The loops are the oracle of the tests (`tests/impact/matching_naive.py`): one number at a time, as the equations
stand. Seconds are of the processor; memory is the highest that the process has had so far.

Start reading at `report`.
"""

from __future__ import annotations

import resource
import sys
import time

import numpy as np

from brygga.impact.market import Market, market
from brygga.impact.matching import simulate
from brygga.impact.seekers import Hit
from tests.impact.matching_naive import naive

AGES = ("16-34", "35-54", "55-69")
CLASSES = tuple(f"{layer}:{age}" for layer in ("direct", "indirect", "induced") for age in AGES)
HEAD = "| case | months | draws | CPU s | peak MB | remark |"


def made(places: int, occupations: int, draws: int, homes_hit: int, occupations_hit: int) -> tuple[Market, Hit]:
    """A market whose places lie at random, and 500 persons hit in some homes and occupations after half a year."""
    rng = np.random.default_rng(1)
    at = rng.random((places, 2))
    travel = np.exp(-4.0 * np.sqrt(((at[:, None] - at[None]) ** 2).sum(axis=2)))
    related = np.where(rng.random((occupations, occupations)) < 0.2, rng.random((occupations, occupations)), 0.0)
    np.fill_diagonal(related, 1.0)
    vacancies = rng.gamma(1.0, 3.0, (draws, places, occupations))
    codes = [f"{n:04d}" for n in range(places)]
    ready = market(
        codes,
        codes,
        [f"o{n}" for n in range(occupations)],
        CLASSES,
        travel=travel,
        related=related,
        vacancies=vacancies,
        filled=0.4 * vacancies.sum(axis=(1, 2)),
        others=rng.gamma(1.0, 10.0, (draws, places, occupations)),
    )
    leaving = np.zeros((7, places, occupations, len(CLASSES)))
    hit = rng.random((homes_hit, occupations_hit, len(CLASSES)))
    leaving[6, :homes_hit, :occupations_hit] = 500.0 * hit / hit.sum()
    effort = np.tile(rng.uniform(3.0, 8.0, (draws, 1)), (1, len(CLASSES)))
    return ready, Hit(leaving, effort, np.full(len(CLASSES), 0.002), 0.7)


def report() -> list[str]:
    """Lines of a markdown table."""
    title = "Matching of one closure, nine classes (three layers x three ages)"
    lines = ["", title, "", HEAD, "|---|---|---|---|---|---|"]
    small, hit = made(6, 8, 1, 3, 4)
    seconds, curves = timed(small, hit, 12)
    begun = time.process_time()
    loops, *_ = naive(small, hit, months=12, steps=curves.steps, everything=False)
    by_loops = time.process_time() - begun
    found = curves.state["re_employed"]["all"][0, :, 0]
    apart = np.abs(found - loops["re_employed"].sum(axis=(1, 2, 3))).max()
    lines.append(row("loops, 6 x 8", 12, 1, by_loops, ""))
    lines.append(row("6 x 8", 12, 1, seconds, f"loops take {by_loops / seconds:.0f} times as long; {apart:.0e} apart"))
    for places, occupations, draws, homes_hit, occupations_hit in (
        (60, 40, 200, 12, 25),
        (60, 40, 200, 60, 40),
        (290, 400, 1, 30, 60),
    ):
        ready, hit = made(places, occupations, draws, homes_hit, occupations_hit)
        seconds, curves = timed(ready, hit, 36)
        told = f"hit in {homes_hit} x {occupations_hit}; persons to {curves.conserved:.0e}"
        lines.append(row(f"{places} x {occupations}", 36, draws, seconds, told))
    return lines


def timed(ready: Market, hit: Hit, months: int):  # type: ignore[no-untyped-def]
    """CPU seconds and curves."""
    begun = time.process_time()
    curves = simulate(ready, hit, months=months)
    return time.process_time() - begun, curves


def row(case: str, months: int, draws: int, seconds: float, remark: str) -> str:
    """A line of the table."""
    unit = 1e6 if sys.platform == "darwin" else 1e3
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    return f"| {case} | {months} | {draws} | {seconds:.3g} | {peak:.0f} | {remark} |"
