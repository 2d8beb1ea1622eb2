"""`brygga coefficients`: a published input-output table as files that the other verbs read."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from brygga.cli import show

file_path = click.Path(path_type=Path)


@click.command("coefficients")
@click.argument("table", type=file_path)
@click.option("--supply", type=file_path, help="Supply table (make), where TABLE is a use table.")
@click.option("--model", type=click.Choice(["A", "B", "C", "D"]), help="How supply and use become one.  [default: D]")
@click.option("--country", default="", help="One country of OECD's inter-country table, as SWE.")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="Parameters as of this day.  [default: today]")
@show.out_option()
@show.json_option
def command(
    table: Path, supply: Path | None, model: str | None, country: str, day: datetime | None, out: Path, as_json: bool
) -> None:
    """Turn a published TABLE into coefficients, jobs, value added and households per unit of output.

    TABLE is a symmetric table as Eurostat, SCB, OECD (ICIO) or the R package iotables shape it, the
    table official_input_output of a territory, or a use table with --supply. Out come
    coefficients.csv and, as far as the table has them, employment.csv, value_added.csv, households.csv.

    \b
    Example:
        brygga coefficients germany_2009.csv -o germany/
        brygga multipliers germany/coefficients.csv --type 2 --households germany/households.csv
    """
    from brygga.workflow.coefficients import coefficients_of_file

    made = coefficients_of_file(
        table, supply=supply, model=model or "", country=country, day=(day or datetime.now()).date()
    )
    paths = made.save(out)
    if as_json:
        show.as_json({"files": [str(path) for path in paths], "notes": list(made.notes)})
        return
    for path in paths:
        click.echo(path)
    for note in made.notes:
        click.echo(note, err=True)
