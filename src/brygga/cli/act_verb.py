"""`brygga act`: the best affordable plan, with its bound and reasons."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from brygga.cli import show
from brygga.cli.step_verb import run_one

SHOWN = ("year", "name_en", "site_name", "provider", "classes", "seats", "first_start", "decided_by")
"""What a row of the plan must tell the one who is to start it."""


@click.command("act")
@show.region_argument
@show.out_option()
@click.option("--gap", type=float, default=0.01, show_default=True, help="How near its bound the plan may end, 0-1.")
@click.option("--time-limit", type=float, default=60.0, show_default=True, help="Seconds the plan may take.")
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed, same plan.")
@show.json_option
def command(region: Path, out: Path, as_json: bool, **given: Any) -> None:
    """Find the classes and seats that close most of the shortage for the money of REGION.

    Starts from the tables of `brygga see` and `brygga follow-up` in the same folder. The plan, the
    same as last year and nothing new are all recounted by code that shares nothing with the solver.

    \b
    Example:
        brygga follow-up sydost/ -o out/
        brygga act sydost/ -o out/ --gap 0.005
    """
    whole, frames = run_one("act", region, out, as_json, **given)
    if not as_json:
        from brygga.workflow.act import named_plan

        plan = named_plan(whole, frames["plan"].filter(plan="best")).select(SHOWN)
        click.echo("\nThe plan: what starts, where, at the earliest when, and who decides")
        show.as_table(SHOWN, plan.rows())
