"""`brygga plan solve`: the best plan of a problem folder within a time, with its bound."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

import click

from brygga.cli import show

if TYPE_CHECKING:
    from brygga.planning.solve import Plan

SECONDS = 60.0
INTERRUPTED = 130
"""Exit code of a run that Ctrl-C ended; its best plan so far is written."""


@click.command("solve")
@click.argument("folder", type=click.Path(path_type=Path))
@show.out_option()
@click.option(
    "--time-limit", type=float, help=f"Seconds for everything; {SECONDS:g}, or no limit with --iterations.", metavar="S"
)
@click.option("--gap", type=float, default=0.01, show_default=True, help="Near enough: (plan - bound) / plan, 0-1.")
@click.option("--improvement-gap", type=float, help="Near enough: (plan - bound) / (nothing - bound); replaces --gap.")
@click.option(
    "--iterations", type=int, help="Thousands of moves of the search: same seed, same files, whatever the machine."
)
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed and iterations, same plan.")
@click.option("--cvar-weight", type=float, default=0.0, show_default=True, help="Weight of the worst draws of need.")
@click.option("--cvar-level", type=float, default=0.9, show_default=True, help="Worst: the share above this, 0-1.")
@click.option("--start", type=click.Path(path_type=Path), help="Folder of a plan to begin from.")
@click.option("--progress/--no-progress", default=None, help="Plan and bound each second; as a rule on a terminal.")
@show.json_option
def command(folder: Path, out: Path, as_json: bool, progress: bool | None, start: Path | None, **given: Any) -> None:
    """Find the best affordable classes and seats of the problem in FOLDER, and how near the best possible they are.

    Writes plan.csv, short.csv, summary.json and what else the problem asks for. Stops when the plan is near
    enough, the time is over or at Ctrl-C, which writes the best plan so far and ends with 130 (twice: ends
    at once, writes nothing). A folder whose pins and floors cannot all hold is explained and ends with 1.

    \b
    Example:
        brygga plan make --sites 10 --programmes 20 --years 6 -o folder/
        brygga plan solve folder/ --time-limit 60 --gap 0.02 -o out/
        brygga plan check folder/ out/
    """
    from brygga.planning.lines import still_running, stopping

    try:
        with stopping((stop := Event()).set, (signal.SIGINT, signal.SIGTERM)):
            plan = _solved(folder, out, stop, Told(progress), start, **given)
            _show(plan, out, as_json)
    except KeyboardInterrupt:
        click.echo("brygga: stopped, nothing written", err=True)
        _leave(INTERRUPTED)
    code = INTERRUPTED if plan.status == "interrupted" else 0
    if still_running():
        _leave(code)
    sys.exit(code)


class Told:
    """Progress on stderr, a line a second at most; the first call says what starting nothing is worth."""

    def __init__(self, wanted: bool | None) -> None:
        self.wanted = sys.stderr.isatty() if wanted is None else wanted
        self.nothing: float | None = None
        self.last = 0.0

    def __call__(self, seconds: float, value: float, bound: float) -> None:
        """Show the plan's value, the bound and both gaps."""
        if self.nothing is None:
            self.nothing = value
            return
        if not self.wanted or time.perf_counter() - self.last < 1.0:
            return
        self.last = time.perf_counter()
        click.echo(f"{seconds:7.1f} s  {self.line(value, bound)}", err=True)

    def line(self, value: float, bound: float) -> str:
        """Plan, bound and gaps in one line."""
        if value == float("inf"):
            return f"no plan yet  bound {bound:,.1f}"
        nothing = self.nothing if self.nothing is not None else value
        gap = (value - bound) / value if value > 0 else 0.0
        improvement = (value - bound) / (nothing - bound) if nothing > bound else 0.0
        return f"plan {value:,.1f}  bound {bound:,.1f}  bound gap {gap:.2%}  improvement gap {improvement:.2%}"


def _solved(
    folder: Path, out: Path, stop: Event, told: Told, start: Path | None, *, time_limit: float | None, **given: Any
) -> Plan:
    """Read, solve and write; reading counts within the time limit."""
    from brygga.core.tables import check_writable

    began = time.perf_counter()
    check_writable(out)
    from brygga.planning.plan_files import read_plan, write_plan
    from brygga.planning.problem import read_problem
    from brygga.planning.solve import solve

    problem = read_problem(folder)
    before = None if start is None else read_plan(start)[0]
    limit = SECONDS if time_limit is None and given["iterations"] is None else time_limit
    if limit is not None and limit > 0:
        limit = max(0.2 * limit, limit - (time.perf_counter() - began))
    plan = solve(problem, time_limit=limit, start=before, stop=stop, progress=told, **given)
    write_plan(out, problem, plan)
    return plan


def _show(plan: Plan, out: Path, as_json: bool) -> None:
    """The proof in a few numbers, and what to be warned of."""
    for warning in plan.warnings:
        click.echo(f"Warning: {warning}", err=True)
    if as_json:
        click.echo((out / "summary.json").read_text(encoding="utf-8"), nl=False)
        return
    classes, seats = (int(plan.classes[column].sum()) for column in ("classes", "seats"))
    rows = [
        ("objective", f"{plan.objective:,.3f}"),
        ("bound", f"{plan.bound:,.3f}"),
        ("nothing", f"{plan.nothing:,.3f}"),
        ("bound gap", f"{plan.bound_gap:.3%}"),
        ("improvement gap", f"{plan.improvement_gap:.3%}"),
        ("status", plan.status),
        ("classes and seats", f"{classes:,} and {seats:,}"),
        ("cost", f"{plan.counted.cost:,.0f} thousand kronor"),
        ("search", f"{plan.kernel}, {plan.iterations:,} thousand moves" if plan.iterations else plan.kernel),
        ("seconds", f"{plan.seconds:.1f}"),
        ("written to", str(out)),
    ]
    for name, value in rows:
        click.echo(f"{name:<18} {value}")


def _leave(code: int) -> None:
    """End now: a solver that cannot be interrupted would otherwise hold the process back."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
