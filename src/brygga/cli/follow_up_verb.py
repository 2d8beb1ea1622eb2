"""`brygga follow-up`: outcomes in, better rates out."""

from __future__ import annotations

from pathlib import Path

import click

from brygga.cli import show
from brygga.cli.step_verb import run_one


@click.command("follow-up")
@show.region_argument
@show.out_option()
@show.json_option
def command(region: Path, out: Path, as_json: bool) -> None:
    """Read the outcomes of REGION and update completion and placement of its programmes.

    Outcomes stand in the region's outcomes.csv: who started, completed, got work and got work that
    matches, per programme and start year. `brygga act` then plans with the updated rates.

    \b
    Example:
        brygga follow-up sydost/ -o out/
    """
    run_one("follow_up", region, out, as_json)
