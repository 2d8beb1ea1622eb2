"""Everyday services: who looks after the children and who sells the pizza, among the posts that follow.

Regions count many service occupations in groups of one to three digits. A unit group u inside the region's group g is
taken as the nation's part of it:

    posts[u, d] = posts[g, d] * E_u / sum_{v in g} E_v,     E employees in Sweden

in every draw d, so that the interval comes from the posts; how the mix of a group differs in a small region is not in
it. Where the region counts u itself, nothing is shared out.

Start reading at `everyday_services`.
"""

from __future__ import annotations

import csv
import functools
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import polars as pl

from brygga.core import tables
from brygga.core.sums import total
from brygga.impact.carried import QUANTILES
from brygga.impact.carried_places import LAYERS, Cells
from brygga.impact.carried_posts import CarriedPosts

UNIT_GROUPS = Path(__file__).with_name("sweden_unit_groups_2024.csv")
SERVICES = (
    "2221",
    "2341",
    "2343",
    "5120",
    "5131",
    "5141",
    "5222",
    "5223",
    "5311",
    "5321",
    "8331",
    "8332",
    "9111",
    "9411",
    "9412",
)
"""Occupations that people meet: nurses, teachers, cooks, waiters, hairdressers, shop assistants, child carers, home
helps, drivers, cleaners, pizza makers, kitchen helpers (SSYK 2012)."""


@functools.cache
def unit_groups() -> Mapping[str, float]:
    """Employees in Sweden by unit group (`sweden_unit_groups_2024.source.md`)."""
    with UNIT_GROUPS.open(encoding="utf-8", newline="") as file:
        return {row["occupation"]: float(row["persons"]) for row in csv.DictReader(file)}


def part_of(unit: str, group: str, employees: Mapping[str, float]) -> float:
    """The part of a group of occupations that a unit group inside it is.

    Examples
    --------
    >>> part_of("2343", "23", {"2343": 25.0, "2341": 75.0, "2221": 900.0}), part_of("2343", "2343", {})
    (0.25, 1.0)
    """
    if unit == group:
        return 1.0
    whole = sum(persons for code, persons in employees.items() if code.startswith(group))
    return employees.get(unit, 0.0) / whole if whole > 0 else 0.0


def everyday_services(
    carried: CarriedPosts,
    cells: Cells,
    *,
    posts: float,
    services: Sequence[str] = SERVICES,
    employees: Mapping[str, float] | None = None,
) -> pl.DataFrame:
    """Carried posts per 100 direct posts in everyday services.

    Parameters
    ----------
    carried, cells, posts : see `carried_places.carried_sums`
    services : unit groups (SSYK 2012, four digits)
    employees : employees in the nation by unit group; those of Sweden by default

    Returns
    -------
    rows of table `carried_sums` with grouping `service`; a service that no group of the region holds is left out
    """
    known = unit_groups() if employees is None else employees
    groups, nodes = cells.frame["occupation"], cells.frame["occupation"].unique().to_list()
    held = {unit: node for unit in services for node in nodes if unit.startswith(node)}
    if not held:
        return tables.empty("carried_sums")
    jobs = cells.frame.group_by("occupation", maintain_order=True).agg(total("persons")).sort("occupation")
    by_node = dict(jobs.iter_rows())
    everybody = sum(by_node.values())
    drawn = {}
    for layer, by_place in zip(LAYERS, (carried.indirect, carried.induced), strict=True):
        labels, matrix = cells.spread(layer, groups)
        drawn[layer] = dict(zip(labels, (100.0 / posts * by_place @ matrix).T, strict=True))
    drawn["both"] = {node: drawn["indirect"][node] + drawn["induced"][node] for node in by_node}
    middle = {layer: float(np.median(sum(by_node.values()))) for layer, by_node in drawn.items()}
    rows = []
    for unit, node in sorted(held.items()):
        part = part_of(unit, node, known)
        for layer in sorted(drawn):
            spans = {name: part * float(np.quantile(drawn[layer][node], q)) for name, q in QUANTILES.items()}
            naive = middle[layer] * part * by_node[node] / everybody
            rows.append({"grouping": "service", "group": unit, "layer": layer, **spans, "naive": naive})
    told = {"status": pl.lit("modelled"), "source": pl.lit(carried.source)}
    return pl.DataFrame(rows).with_columns(**told)
