"""`brygga act`: the best affordable plan, with its bound and reasons."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from brygga.cli import show
from brygga.cli.step_verb import run_one

if TYPE_CHECKING:
    import polars as pl

    from brygga.core.region import Region

SHOWN = {
    "year": "year",
    "name_en": "what",
    "site_name": "where",
    "provider": "who gives it",
    "classes": "classes",
    "seats": "seats",
    "first_start": "first start",
    "apply_by": "apply by",
    "decided_by": "who decides",
    "chance": "chance of a yes",
    "loses_on_no": "lost on a no",
}
"""What a row of the plan must tell the one who is to start it: column and its head."""


@click.command("act")
@show.region_argument
@show.out_option()
@click.option("--gap", type=float, default=0.01, show_default=True, help="How near its bound the plan may end, 0-1.")
@click.option("--time-limit", type=float, default=60.0, show_default=True, help="Seconds the plan may take.")
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed, same plan.")
@click.option("--front", type=int, help="Also plans for so many sums of money, and for the worst off (minutes).")
@click.option("--scenarios", type=int, help="Also hold the plan against so many draws and tell the regret (minutes).")
@click.option("--cautious", type=float, default=0.0, show_default=True, help="Weight of the worst draws there.")
@show.json_option
def command(
    region: Path, out: Path, as_json: bool, front: int | None, scenarios: int | None, cautious: float, **given: Any
) -> None:
    """Find the classes and seats that close most of the shortage for the money of REGION.

    Starts from the tables of `brygga see` and `brygga follow-up` in the same folder. The plan, the
    same as last year and nothing new are all recounted by code that shares nothing with the solver.

    \b
    Example:
        brygga follow-up sydost/ -o out/
        brygga act sydost/ -o out/ --gap 0.005
        brygga act sydost/ -o out/ --front 6 --scenarios 20
    """
    whole, frames = run_one("act", region, out, as_json, **given)
    if front or scenarios:
        from brygga.workflow.act_step import add_front, add_scenarios

        say = _quiet if as_json else _say
        if front:
            add_front(whole, out, points=front, say=say, **given)
        if scenarios:
            add_scenarios(whole, out, draws=scenarios, cvar_weight=cautious, say=say, **given)
    if not as_json:
        _tell(frames["plan_starts"], json.loads((out / "summary.json").read_text(encoding="utf-8")), whole)


def _say(text: str) -> None:
    click.echo(text, err=True)


def _quiet(text: str) -> None:
    """Nothing on a terminal that a program reads."""


def _tell(starts: pl.DataFrame, summary: dict[str, Any], region: Region) -> None:
    """The plan in plain words: the rows first, then what they come to."""
    import polars as pl

    from brygga.workflow.act_words import sentences

    interval = pl.format("{} ({} to {})", *(pl.col(c).round(2) for c in ("probability", "p10", "p90")))
    certain = pl.when(pl.col("probability") >= 1).then(pl.lit("granted or not needed"))
    chance = certain.otherwise(pl.coalesce(interval, pl.col("probability").round(2).cast(pl.String)))
    known = pl.when(pl.col("window_standing") == "read").then(None).otherwise("window_standing")
    one = pl.when(pl.col("applied") != "class").then(pl.format("a {}", "applied"))
    about = pl.concat_str([one, known], separator=", ", ignore_nulls=True)
    by = pl.col("apply_by").cast(pl.String)
    for_more = pl.when(about == "").then(by).otherwise(pl.format("{} ({})", by, about))
    rows = starts.with_columns(chance=chance, apply_by=for_more).sort("year", "programme")
    click.echo(
        "\nThe plan: what starts, where, when at the earliest, until when to apply, who decides, how sure a yes is"
    )
    show.as_table(list(SHOWN.values()), rows.select(list(SHOWN)).rows())
    click.echo("")
    for line in sentences(summary, region.is_example):
        click.echo(line)
