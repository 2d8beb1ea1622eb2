"""`brygga plan check`: a plan recounted from the tables, limit by limit."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from brygga.cli import show

if TYPE_CHECKING:
    from brygga.planning.stated import Checked

MOST_SHOWN = 20
"""Rows of breaches and of wrong statements shown on a terminal; --json has all."""
UNITS = {"cost": "thousand kronor, expected", "short": "person-years", "surplus": "person-years"}


@click.command("check")
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("out", type=click.Path(path_type=Path))
@show.json_option
@click.pass_context
def command(ctx: click.Context, folder: Path, out: Path, as_json: bool) -> None:
    """Recount the plan in OUT against the problem in FOLDER; ends with 1 when anything is not as it says.

    Goes through every limit from the tables, by code that shares nothing with the solver, and compares
    objective, bound, gaps, costs and short.csv with what the plan states, as far as it states them. The plan may
    come from anywhere: OUT needs plan.csv (measure, site, year, classes, seats) and, with free reach, arrivals.csv.

    \b
    Example:
        brygga plan solve problem/ -o plan/
        brygga plan check problem/ plan/
    """
    from brygga.planning.plan_reading import read_plan_folder
    from brygga.planning.problem import read_problem
    from brygga.planning.stated import check_plan

    problem = read_problem(folder)
    checked = check_plan(problem, read_plan_folder(out))
    if as_json:
        show.as_json(_content(checked))
    else:
        _show(checked)
    ctx.exit(0 if checked.sound else 1)


def _content(checked: Checked) -> dict[str, Any]:
    from brygga.planning.recount import KINDS

    breaches = [{"kind": KINDS[row["what"]], **row} for row in checked.counted.breaches.to_dicts()]
    return {
        "sound": checked.sound,
        **checked.figures,
        "stated": _finite({name: value for name, value in checked.stated.items() if value is not None}),
        "breaches": [_finite(row) for row in breaches],
        "wrong": [_finite(row) for row in checked.wrong.to_dicts()],
    }


def _finite(row: dict[str, Any]) -> dict[str, Any]:
    """JSON knows neither NaN nor infinity: null."""
    return {name: None if isinstance(v, float) and not math.isfinite(v) else v for name, v in row.items()}


def _show(checked: Checked) -> None:
    """The figures, recounted and as the plan states them; then what does not hold."""
    click.echo(f"{'':<18} {'recounted':>18} {'stated':>18}")
    for name, value in {**checked.figures, "bound": None}.items():
        line = f"{name.replace('_objective', ' starts'):<18} {_amount(value):>18} {_amount(checked.stated[name]):>18}"
        click.echo(f"{line} {UNITS.get(name, '')}".rstrip())
    _section("breaks", checked.counted.breaches.rows(), ("what", "name", "year", "used", "at most"))
    _section("states wrongly", checked.wrong.rows(), ("what", "stated", "recounted"))
    if checked.sound:
        click.echo("\nThe plan holds every limit, and is as it says.")


def _amount(value: float | None) -> str:
    return "" if value is None else f"{value:,.3f}"


def _section(verb: str, rows: list[tuple[Any, ...]], head: tuple[str, ...]) -> None:
    if not rows:
        return
    noun = "limit" if verb == "breaks" else "figure"
    click.echo(f"\nThe plan {verb} {len(rows):,} {noun}{'' if len(rows) == 1 else 's'}")
    exact = [tuple(f"{v:.10g}" if isinstance(v, float) else v for v in row) for row in rows[:MOST_SHOWN]]
    show.as_table(head, exact)
    if len(rows) > MOST_SHOWN:
        click.echo(f"and {len(rows) - MOST_SHOWN:,} more; --json shows all")
