"""`brygga carry`: what an industrial job carries, and the tax by residence."""

from __future__ import annotations

from pathlib import Path

import click

from brygga.cli import show
from brygga.cli.step_verb import run_one


@click.command("carry")
@show.region_argument
@show.out_option()
@show.json_option
def command(region: Path, out: Path, as_json: bool) -> None:
    """Say what an industrial job carries in REGION, and which municipalities get the tax.

    Three answers side by side with their ranges: input-output, a local multiplier, and what is
    claimed. Starts from the tables of `brygga see` and `brygga act` in the same folder.

    \b
    Example:
        brygga carry sydost/ -o out/
    """
    run_one("carry", region, out, as_json)
