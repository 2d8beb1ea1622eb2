"""`brygga plan pieces`: parts of a problem that share nothing, planned side by side and put together."""

from __future__ import annotations

from pathlib import Path

import click

from brygga.cli import show

SECONDS = 60.0


@click.command("pieces")
@click.argument("folder", type=click.Path(path_type=Path))
@show.out_option()
@click.option(
    "--time-limit", type=float, default=SECONDS, show_default=True, help="Seconds for all pieces together.", metavar="S"
)
@click.option("--gap", type=float, default=0.01, show_default=True, help="Near enough: (plan - bound) / plan, 0-1.")
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed and iterations, same plan.")
@click.option("--iterations", type=int, help="Moves of the search in each piece, instead of the time limit.")
@show.engine_options
@show.json_option
def command(
    folder: Path,
    out: Path,
    as_json: bool,
    time_limit: float,
    gap: float,
    seed: int,
    iterations: int | None,
    engine: str,
    workers: int,
    scheduler: str,
) -> None:
    """Plan each piece of the problem in FOLDER by itself, several at once, and put the plans together.

    Pieces share no site, measure, funder, guidance or post. Their plans together are a plan, the sum of their
    bounds is a bound. Writes the same files as `brygga plan solve`; a problem that is one piece is solved whole.

    \b
    Example:
        brygga plan pieces country/ -o out/ --engine processes --workers 2
        brygga plan check country/ out/
    """
    from brygga.core.tables import check_writable

    check_writable(out)
    from brygga.core.execution import Execution
    from brygga.planning.pieces import pieces_of, solve_pieces
    from brygga.planning.plan_files import write_plan
    from brygga.planning.problem import read_problem

    problem = read_problem(folder)
    plan = solve_pieces(
        problem,
        time_limit=time_limit,
        gap=gap,
        seed=seed,
        iterations=iterations,
        execution=Execution(engine, workers, scheduler),
        say=lambda text: click.echo(text, err=True),
    )
    write_plan(out, problem, plan)
    for warning in plan.warnings:
        click.echo(f"Warning: {warning}", err=True)
    if as_json:
        click.echo((out / "summary.json").read_text(encoding="utf-8"), nl=False)
        return
    click.echo(f"Pieces: {len(pieces_of(problem))}")
    click.echo(f"Plan {plan.objective:,.1f}, bound {plan.bound:,.1f}, starting nothing {plan.nothing:,.1f}")
    click.echo(f"Bound gap {plan.bound_gap:.2%}, improvement gap {plan.improvement_gap:.2%}, {plan.status}")
    click.echo(f"Cost {plan.counted.cost:,.0f} thousand kronor. Written to {out}")
