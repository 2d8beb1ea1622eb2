"""`brygga plan front`: what money buys, point by point, and what it costs to leave nobody behind."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from brygga.cli import show

if TYPE_CHECKING:
    from brygga.planning.front import Front


@click.command("front")
@click.argument("folder", type=click.Path(path_type=Path))
@show.out_option()
@click.option("--points", type=int, default=8, show_default=True, help="Plans from nothing to all the money.")
@click.option("--year", type=int, help="Year at whose end the worst off is judged.  [default: the last that counts]")
@click.option("--step", type=float, default=0.05, show_default=True, help="How much a floor is raised at a time, 0-1.")
@click.option("--floors/--no-floors", default=True, show_default=True, help="Whether to raise floors at all.")
@click.option("--time-limit", type=float, default=30.0, show_default=True, help="Seconds each point may take.")
@click.option("--gap", type=float, default=0.01, show_default=True, help="Near enough: (plan - bound) / plan, 0-1.")
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed and iterations, same front.")
@click.option("--iterations", type=int, help="Moves of the search at each point, instead of the time limit.")
@show.json_option
def command(folder: Path, out: Path, as_json: bool, **given: Any) -> None:
    """Show cost against shortage against the worst-off municipality for the problem in FOLDER.

    Writes front.csv, front_plans.csv (the classes of every point) and front.json. Each point has a proven bound:
    where the next could be as good as it, the table says that more money is not sure to buy anything.

    \b
    Example:
        brygga plan make --sites 4 --programmes 5 --years 4 -o folder/
        brygga plan front folder/ -o out/ --points 8 --time-limit 10
    """
    from brygga.core.tables import check_writable

    check_writable(out)
    from brygga.planning.front import front
    from brygga.planning.front_files import front_summary, write_front
    from brygga.planning.problem import read_problem

    problem = read_problem(folder)
    for warning in problem.warnings:
        click.echo(f"Warning: {warning}", err=True)
    found = front(problem, say=lambda text: click.echo(text, err=True), **given)
    write_front(found, problem, out)
    if as_json:
        show.as_json(front_summary(found))
    else:
        _show(found, out)


def _show(found: Front, out: Path) -> None:
    """The curve, the knee in words, the floors, and where the files are."""
    from brygga.planning.front_files import front_table

    table = front_table(found)
    curve, fair = table.head(len(found.curve)), table.tail(len(found.fair))
    click.echo("What money buys (short: weighted person-years left; bound: no plan for that money leaves fewer)")
    head = ("point", "cost kkr", "short", "bound", "worst off", "its share met", "kr per person-year", "")
    show.as_table(head, [_curve_row(row) for row in curve.rows(named=True)])
    for line in knee_words(found):
        click.echo(line)
    if fair.height:
        click.echo(f"\nWhat it costs to promise every municipality a share of its need met at the end of {found.year}")
        head = ("point", "promise", "most cost kkr", "cost kkr", "short", "bound", "person-years given up", "")
        show.as_table(head, [_fair_row(row) for row in fair.rows(named=True)])
    for line in (*_beyond(found), *found.notes):
        click.echo(line)
    click.echo(f"Written to {out}: front.csv, front_plans.csv, front.json")


def _curve_row(row: dict[str, Any]) -> tuple[object, ...]:
    share = row["worst_share"]
    return (
        row["point"],
        row["cost_sek"] / 1000,
        row["weighted"],
        row["bound"],
        row["worst_municipality"],
        "" if share is None else f"{share:.0%}",
        row["sek_per_person_year"],
        _marks(row),
    )


def _marks(row: dict[str, Any]) -> str:
    knee = {"yes": "the knee", "possible": "possibly the knee", "no": ""}[row["knee"]]
    unsure = "" if row["sure"] else "not surely better than the point before"
    return ", ".join(word for word in (knee, unsure) if word)


def _fair_row(row: dict[str, Any]) -> tuple[object, ...]:
    return (
        row["point"],
        f"{row['floor']:.1%}",
        "" if row["cap_sek"] is None else row["cap_sek"] / 1000,
        row["cost_sek"] / 1000,
        row["weighted"],
        row["bound"],
        row["floor_costs"],
        "" if row["sure"] else "not surely more than nothing",
    )


def knee_words(found: Front) -> list[str]:
    """The knee in plain words."""
    knee = found.knee
    if knee is None and len(found.curve) < 3:
        return ["No knee: a front of fewer than three points does not bend."]
    if knee is None:
        return ["No knee: the front bends nowhere, each krona buys about the same."]
    others = [str(index + 1) for index in knee.possible if index != knee.index]
    said = [
        f"Knee: point {knee.index + 1}, farthest below the straight line between the ends (axes from 0 to 1). "
        f"Up to it a person-year costs {_kronor(knee.before.found)}, after it {_kronor(knee.after.found)}."
    ]
    if others:
        said.append(f"Given the bounds the knee may also be point {', '.join(others)}.")
    return said


def _kronor(thousands: float) -> str:
    return "nothing can be bought for any sum" if thousands == float("inf") else f"{1000 * thousands:,.0f} kronor"


def _beyond(found: Front) -> list[str]:
    if not found.out_of_reach:
        return []
    return [f"Out of reach of every class, and without a promise: {', '.join(found.out_of_reach)}."]
