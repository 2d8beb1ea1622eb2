"""`brygga see`: unfilled posts, people without work and job openings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from brygga.cli import show
from brygga.cli.step_verb import run_one


@click.command("see")
@show.region_argument
@show.out_option()
@click.option("--to", type=int, help="Last year of the projection.  [default: the region's own]")
@click.option("--draws", type=int, default=100, show_default=True, help="Random draws.")
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed, same result.")
@show.engine_options
@show.json_option
def command(region: Path, out: Path, as_json: bool, engine: str, workers: int, scheduler: str, **given: Any) -> None:
    """Project demand, supply and the gap for REGION.

    Unfilled posts and people without work (levels at the end of each year) and job openings (a
    flow during the year) come out as tables of their own, one row per occupation, municipality and
    year with the median and an 80 % interval. Starts from the coded needs of `brygga listen`.

    \b
    Example:
        brygga listen sydost/ -o out/
        brygga see sydost/ --to 2036 -o out/
        brygga explain out/ --occupation 7212 --year 2032
    """
    from brygga.core.execution import Execution

    run_one("see", region, out, as_json, execution=Execution(engine, workers, scheduler), **given)
