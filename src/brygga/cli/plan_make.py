"""`brygga plan make`: an invented problem folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from brygga.cli import show

SIZE = click.IntRange(min=1)


@click.command("make")
@click.option("--sites", type=SIZE, default=10, show_default=True, help="Sites, each in a municipality of its own.")
@click.option("--programmes", type=SIZE, default=20, show_default=True, help="Programmes, each to one occupation.")
@click.option("--years", type=SIZE, default=6, show_default=True, help="Years in which classes may start.")
@click.option(
    "--modes", type=click.IntRange(1, 3), default=3, show_default=True, help="Of 3, 2 and 1 years, per programme."
)
@click.option("--reach", type=click.Choice(["fixed", "free"]), default="free", show_default=True)
@click.option(
    "--budget", type=float, default=0.30, show_default=True, help="Of 500 x sites x programmes; scarce: 0.12."
)
@click.option("--own-applicants/--no-own-applicants", default=True, show_default=True, help="Of each programme, too.")
@click.option(
    "--horizon-after", type=click.IntRange(min=0), default=0, show_default=True, help="Years past the last start."
)
@click.option(
    "--draws", type=click.IntRange(min=0), default=0, show_default=True, help="Draws of the need; 0: certain."
)
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed, same problem.")
@show.out_option()
@show.json_option
def command(out: Path, as_json: bool, sites: int, programmes: int, years: int, **given: Any) -> None:
    """Invent a problem in which money, rooms and applicants per programme all bind somewhere.

    Needs are lognormal in 45 % of the pairs of municipality and occupation and grow by the year; every site has six
    municipalities within reach.

    \b
    Example:
        brygga plan make --sites 33 --programmes 60 --years 10 --modes 3 --reach free --seed 7 -o problem/
        brygga plan make --budget 0.12 --horizon-after 3 --draws 20 -o scarce/
    """
    from brygga.planning.generate import benchmark_problem
    from brygga.planning.problem import write_problem

    problem = benchmark_problem(sites, programmes, years, **given)
    write_problem(problem, out)
    starts = problem.offers.height * len(problem.settings.starts)
    sizes = {"needs": problem.need.height, "draws": problem.need_draws["draw"].n_unique(), "possible_starts": starts}
    if as_json:
        show.as_json({"folder": str(out), **sizes})
    else:
        click.echo(f"{out}: {sizes['needs']:,} needs, {starts:,} possible starts of classes")
