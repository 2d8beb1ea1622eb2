"""`brygga plan`: solve, check and explain a planning problem that stands as a folder of tables."""

from __future__ import annotations

import click

from brygga.cli.parts import Parts

PARTS = {
    "solve": "Find the best plan for a problem folder, with its bound.",
    "check": "Recount a plan; ends with 1 when it breaks a limit.",
    "make": "Invent a problem folder, for benchmarks and trials.",
    "front": "Weigh cost, shortage and the worst-off municipality.",
    "scenarios": "Plan against draws of the need; show the regret.",
    "pieces": "Plan parts that share nothing side by side.",
    "explain": "Say what binds, what one more would buy, and who gains.",
}
"""Every command and its line in the help. `solve` lives in `cli/plan_solve.py`, and so on."""


@click.command("plan", cls=Parts, parts=PARTS)
def command() -> None:
    """Work on a planning problem: a folder of tables that anybody can write.

    docs/method/planning-problem.md describes the folder file by file. `brygga act` writes one for a region.

    \b
    Example:
        brygga plan make --sites 10 --programmes 20 --years 6 -o problem/
        brygga plan solve problem/ --time-limit 30 -o plan/
        brygga plan check problem/ plan/
    """
