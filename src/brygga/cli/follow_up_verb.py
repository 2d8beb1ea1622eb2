"""`brygga follow-up`: outcomes in, better rates out."""

from __future__ import annotations

from pathlib import Path

import click

from brygga.cli import show
from brygga.cli.step_verb import run_one


@click.command("follow-up")
@show.region_argument
@show.out_option()
@click.option("--outcomes", type=click.Path(path_type=Path), help="A CSV of outcomes to add to the region first.")
@show.json_option
def command(region: Path, out: Path, outcomes: Path | None, as_json: bool) -> None:
    """Read the outcomes of REGION and update completion and placement of its programmes.

    Outcomes stand in the region's outcomes.csv: who started, completed, got work and got work that
    matches, per programme and start year. `brygga act` then plans with the updated rates. With
    --outcomes the rows of a file are added there first; a class that stands there already is replaced.

    \b
    Example:
        brygga follow-up sydost/ -o out/
        brygga follow-up sydost/ --outcomes spring.csv -o out/
    """
    if outcomes is not None:
        from brygga.core.region import read_region
        from brygga.workflow.follow_up import add_outcomes

        add_outcomes(read_region(region), outcomes)
    run_one("follow_up", region, out, as_json)
