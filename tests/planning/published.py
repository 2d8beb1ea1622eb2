"""Published instances of two classic problems as programmes and as problem folders' tables, and their optima.

Generalised assignment: every job to one agent, within each agent's capacity, at least cost. Facility
location: every customer from open warehouses, within their capacity, at least fixed and transport cost.
"""

import zipfile

import numpy as np
import polars as pl

from brygga.core.places import SHARED_DATA
from brygga.planning.problem import Settings, make_problem
from brygga.planning.program import Program

FOLDER = SHARED_DATA / "optimisation"
PENALTY = 1000.0
"""What a job without an agent weighs in the planning form."""


def optimum(name):
    """The published least cost of a generalised assignment instance."""
    lines = (FOLDER / "gap_bounds.txt").read_text(encoding="utf-8").splitlines()
    return float(dict(line.split()[:2] for line in lines if line.strip())[f"{name}_Min"])


def assignment(name):
    """Cost and use (agents x jobs) and capacity of an instance."""
    with zipfile.ZipFile(FOLDER / f"{name}.zip") as archive:
        numbers = np.array(archive.read(name).split(), dtype=float)
    agents, jobs = int(numbers[0]), int(numbers[1])
    size = agents * jobs
    cost, use = (numbers[2 + at : 2 + at + size].reshape(agents, jobs) for at in (0, size))
    return cost, use, numbers[2 + 2 * size :]


def assignment_program(name):
    cost, use, capacity = assignment(name)
    agents, jobs = cost.shape
    program = Program()
    columns = program.columns(cost.size, cost=cost.ravel(), upper=1.0, whole=True).reshape(cost.shape)
    each = program.rows(jobs, lower=1.0, upper=1.0)
    program.entries(each, columns, 1.0)
    within = program.rows(agents, upper=capacity)
    program.entries(within[:, None], columns, use)
    return program


def assignment_problem(name, *, offers=True):
    """A measure per job and agent that fills a class of as many seats as the job uses; an agent is a site."""
    cost, use, capacity = assignment(name)
    agents, jobs = cost.shape
    pairs = [(agent, job) for agent in range(agents) for job in range(jobs)]
    names = [f"job{job:04d}-{agent:02d}" for agent, job in pairs]
    at = [f"agent{agent:02d}" for agent, _ in pairs]
    seats = [float(use[pair]) for pair in pairs]
    tables = {
        "need": pl.DataFrame(
            {"municipality": "all", "occupation": [f"job{j:04d}" for j in range(jobs)], "year": 2027, "persons": 1.0}
        ),
        "weights": pl.DataFrame({"occupation": [f"job{j:04d}" for j in range(jobs)], "weight": PENALTY}),
        "measures": pl.DataFrame(
            {
                "measure": names,
                "occupation": [f"job{job:04d}" for _, job in pairs],
                "years": 0,
                "yield": [1 / s for s in seats],
                "class_min": seats,
                "class_max": seats,
                "classes_max": 1,
                "cost_class": [float(cost[pair]) for pair in pairs],
                "cost_seat": 0.0,
            }
        ),
        "sites": pl.DataFrame(
            {
                "site": [f"agent{a:02d}" for a in range(agents)],
                "municipality": "all",
                "rooms": [float(jobs)] * agents,
                "applicants": capacity,
            }
        ),
        "reach": pl.DataFrame({"site": [f"agent{a:02d}" for a in range(agents)], "municipality": "all", "share": 1.0}),
        "budgets": pl.DataFrame({"funder": ["own"], "year": [2027], "amount": [1e9]}),
        "funding": pl.DataFrame({"funder": "own", "measure": names, "share": 1.0}),
    }
    if offers:
        tables["offers"] = pl.DataFrame({"measure": names, "site": at})
    else:
        own = pl.DataFrame({"measure": names, "own": at})
        every = own.join(tables["sites"].select("site"), how="cross").filter(pl.col("own") != pl.col("site"))
        tables["applicants"] = every.select("site", "measure", applicants=pl.lit(0.0))
    return make_problem(Settings(2027, 2027, 2027, 2026, 1.0, 1.0, "fixed", 1.0, 0.0), tables)


def location_program(name):
    """Warehouses that open or not, with the least cost to bring each customer all it asks for."""
    numbers = np.array((FOLDER / f"{name}.txt").read_text(encoding="utf-8").split(), dtype=float)
    houses, customers = int(numbers[0]), int(numbers[1])
    capacity, fixed = numbers[2 : 2 + 2 * houses].reshape(houses, 2).T
    rows = numbers[2 + 2 * houses :].reshape(customers, houses + 1)
    demand, cost = rows[:, 0], rows[:, 1:].T
    program = Program()
    opened = program.columns(houses, cost=fixed, upper=1.0, whole=True)
    parts = program.columns(cost.size, cost=cost.ravel(), upper=1.0).reshape(cost.shape)
    each = program.rows(customers, lower=1.0, upper=1.0)
    program.entries(each, parts, 1.0)
    within = program.rows(houses, upper=0.0)
    program.entries(within[:, None], parts, demand)
    program.entries(within, opened, -capacity)
    only_open = program.rows(cost.size, upper=0.0).reshape(cost.shape)
    program.entries(only_open, parts, 1.0)
    program.entries(only_open, opened[:, None], -1.0)
    return program
