"""`brygga plan scenarios`: plans against draws of the need, and what one would regret."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from brygga.cli import show

if TYPE_CHECKING:
    from brygga.planning.scenarios import Scenarios

NAMES = {
    "nothing": "nothing new",
    "last_year": "as last year",
    "mean": "plan for the mean need",
    "draws": "plan for all draws",
    "tail": "cautious plan",
    "foresight": "knowing the draw",
}
MOST = 20
"""Rows shown of the starts that depend on the draw; first_year.csv has all."""

MODES = {"as_it_stands": "as it stands", "replanned": "replanned from year 2"}


@click.command("scenarios")
@click.argument("folder", type=click.Path(path_type=Path))
@show.out_option()
@click.option("--draws", type=int, default=50, show_default=True, help="Most draws to keep, evenly from low to high.")
@click.option("--cvar-weight", type=float, default=0.0, show_default=True, help="Weight of the worst draws; 0: none.")
@click.option("--cvar-level", type=float, default=0.9, show_default=True, help="Worst: the share above this, 0-1.")
@click.option("--replan/--no-replan", default=True, show_default=True, help="Plan later years anew in each draw.")
@click.option("--time-limit", type=float, default=10.0, show_default=True, help="Seconds each search may take.")
@click.option("--gap", type=float, default=0.01, show_default=True, help="Near enough: (plan - bound) / plan, 0-1.")
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed and iterations, same tables.")
@click.option("--iterations", type=int, help="Moves of each search, instead of the time limit.")
@show.engine_options
@show.json_option
def command(
    folder: Path,
    out: Path,
    draws: int,
    as_json: bool,
    engine: str,
    workers: int,
    scheduler: str,
    cvar_weight: float,
    cvar_level: float,
    seed: int,
    **given: Any,
) -> None:
    """Hold plans against the draws of the need in FOLDER (column draw of need.csv).

    Each plan is taken as it stands, and with its first year kept and the later years planned anew in each
    draw. Writes regret.csv, candidates.csv, first_year.csv, scenario_plans.csv and scenarios.json.

    \b
    Example:
        brygga plan scenarios folder/ -o out/ --cvar-weight 0.5 --engine processes --workers 2
    """
    from brygga.core.tables import check_writable

    check_writable(out)
    from brygga.core.execution import Execution
    from brygga.planning.draws import draw_ids, keep_draws
    from brygga.planning.front_files import scenario_summary, write_scenarios
    from brygga.planning.problem import read_problem
    from brygga.planning.scenarios import scenarios

    whole = read_problem(folder)
    for warning in whole.warnings:
        click.echo(f"Warning: {warning}", err=True)
    problem = keep_draws(whole, draws, seed=seed)
    if problem is not whole:
        click.echo(f"{draws} of {len(draw_ids(whole))} draws kept, evenly from low to high", err=True)
    found = scenarios(
        problem,
        cvar_weight=cvar_weight,
        cvar_level=cvar_level,
        seed=seed,
        execution=Execution(engine, workers, scheduler),
        say=lambda text: click.echo(text, err=True),
        **given,
    )
    write_scenarios(found, out, weight=cvar_weight, level=cvar_level)
    if as_json:
        show.as_json(scenario_summary(found, weight=cvar_weight, level=cvar_level))
    else:
        _show(found, out, cvar_level)


def _show(found: Scenarios, out: Path, level: float) -> None:
    """Candidates, what knowing is worth, first-year choices, and where the files are."""
    from brygga.planning.front_files import regret_width

    click.echo(f"Plans against {len(found.draws)} draws (weighted person-years; tail: worst {1 - level:.0%} of draws)")
    head = ("plan", "", "mean", "tail", "cost kkr", "mean regret", "worst regret", "in draw", "")
    show.as_table(head, [_row(row) for row in found.summary.rows(named=True)])
    click.echo(f"By the bounds each regret is known within {regret_width(found):,.1f} person-years or better.")
    for line in value_words(found):
        click.echo(line)
    sure = found.first_year.filter(choice="always")
    click.echo(f"\nStart regardless: {sure.height} first-year start(s) that the best plan of every draw has")
    if sure.height:
        show.as_table(("measure", "site", "classes"), [_classes(row) for row in sure.rows(named=True)])
    depends = found.first_year.filter(choice="depends")
    click.echo(f"\nDepends on the draw: {depends.height} first-year start(s)")
    columns = ("measure", "site", "draws that start it", "most classes", "in the common plan")
    rows = depends.sort("draws", "measure", "site", descending=[True, False, False])
    if rows.height:
        show.as_table(columns, [_choice(row) for row in rows.head(MOST).rows(named=True)])
    for line in found.notes:
        click.echo(line)
    click.echo(f"Written to {out}: regret.csv, candidates.csv, first_year.csv, scenario_plans.csv, scenarios.json")


def _row(row: dict[str, Any]) -> tuple[object, ...]:
    figures = (row["mean"], row["tail"], row["cost_sek"] / 1000, row["mean_regret"], row["worst_regret"])
    mode = "" if row["candidate"] == "foresight" else MODES[row["mode"]]
    breaks = f"breaks {row['breaks']} limit(s)" if row["breaks"] else ""
    return (NAMES.get(row["candidate"], row["candidate"]), mode, *figures, row["worst_draw"], breaks)


def _classes(row: dict[str, Any]) -> tuple[object, ...]:
    each = str(row["least"]) if row["least"] == row["most"] else f"{row['least']} to {row['most']}"
    return (row["measure"], row["site"], each)


def _choice(row: dict[str, Any]) -> tuple[object, ...]:
    return (row["measure"], row["site"], f"{row['draws']} of {row['of']}", row["most"], row["common"])


def value_words(found: Scenarios) -> list[str]:
    """What planning for the draws, knowing the draw and planning anew are worth, in plain words."""
    words = {
        "stochastic": "Planning for all draws instead of the mean need gains {found:,.1f} person-years a draw",
        "information": "Knowing the draw beforehand would gain {found:,.1f}",
        "replanning": "Planning the later years anew once the draw is known gains {found:,.1f}",
    }
    return [
        f"{words[name].format(found=one.found)} (by the bounds {one.least:,.1f} to {one.most:,.1f})."
        for name, one in found.values.items()
    ]
