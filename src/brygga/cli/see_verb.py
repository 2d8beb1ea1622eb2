"""`brygga see`: unfilled posts, people without work and job openings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from brygga.cli import show
from brygga.cli.step_verb import run_one

if TYPE_CHECKING:
    import polars as pl


@click.command("see")
@show.region_argument
@show.out_option()
@click.option("--to", type=int, help="Last year of the projection.  [default: the region's own]")
@click.option("--draws", type=int, default=500, show_default=True, help="Random draws; the interval is read from them.")
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed, same result.")
@click.option(
    "--without-intake-from",
    type=int,
    metavar="YEAR",
    help="First year whose classes are left out of supply.  [default: the region's first plan year]",
)
@show.engine_options
@show.json_option
def command(region: Path, out: Path, as_json: bool, engine: str, workers: int, scheduler: str, **given: Any) -> None:
    """Project demand, supply and the gap for REGION.

    Unfilled posts and people without work (levels at the end of each year) and job openings (a
    flow during the year) come out as tables of their own, one row per occupation, municipality and
    year with the median and an 80 % interval. Starts from the coded needs of `brygga listen` when
    they are in the folder, and says so when nobody has been heard. Classes that a plan may decide
    about are left out of supply.

    \b
    Example:
        brygga listen sydost/ -o out/
        brygga see sydost/ --to 2036 -o out/
        brygga explain out/ --occupation 7212 --year 2032
    """
    from brygga.core.execution import Execution

    heard = (out / "coded_needs.parquet").is_file()
    whole, frames = run_one("see", region, out, as_json, execution=Execution(engine, workers, scheduler), **given)

    from brygga.workflow.ground import hidden_notes
    from brygga.workflow.run import UNHEARD

    for note in (*whole.notes, *(() if heard else (UNHEARD,)), *hidden_notes(whole)):
        click.echo(f"note: {note}", err=True)
    if not as_json and "gap_width" in frames:
        _show_width(frames["gap_width"])


def _show_width(gap_width: pl.DataFrame) -> None:
    """What makes the region's interval as wide as it is in the last year."""
    last = max(gap_width["year"].to_list())
    rows = gap_width.filter(scope="region", measure="demand_less_supply", year=last).sort("width", descending=True)
    click.echo(f"\nWidth of the 80 % interval of posts less people, the whole region, {last}:")
    head = ["stage alone", "persons", "share of variance, %"]
    show.as_table(head, ([stage, width, 100 * share] for stage, width, share in rows["stage", "width", "share"].rows()))
