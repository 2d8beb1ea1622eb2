"""`brygga multipliers`: what one more unit sold by each industry sets going, from a file of coefficients."""

from __future__ import annotations

from pathlib import Path

import click

from brygga.cli import show

file_path = click.Path(path_type=Path)


@click.command("multipliers")
@click.argument("coefficients", type=file_path)
@click.option("--employment", type=file_path, help="CSV industry,persons_per_output or industry,persons,output.")
@click.option("--value-added", type=file_path, help="CSV industry,value_added_per_output, or value_added and output.")
@click.option("--income", type=file_path, help="CSV industry,income_per_output, or income and output.")
@click.option("--type", "kind", type=click.Choice(["1", "2"]), default="1", show_default=True, help="2: wages spent.")
@click.option(
    "--households", default="", help="For type 2: CSV industry,wages,spending, or the industry that is the households."
)
@click.option("--by-name", is_flag=True, help="Take the rows of the other files by name, whatever their order.")
@show.json_option
def command(
    coefficients: Path,
    employment: Path | None,
    value_added: Path | None,
    income: Path | None,
    kind: str,
    households: str,
    by_name: bool,
    as_json: bool,
) -> None:
    """Print the multipliers of every industry of COEFFICIENTS: output, jobs, value added and income.

    COEFFICIENTS is a CSV file: first column the industry, then one column per industry in the same
    order; columns buy from rows, per unit of output. A multiplier is what one more unit sold sets
    going in all; its ratio is the same per unit (per job) in the industry itself.

    \b
    Example:
        brygga multipliers coefficients.csv --employment jobs.csv
        brygga multipliers coefficients.csv --type 2 --households households.csv --json
    """
    from brygga.workflow.multipliers import multipliers_of_files

    answer = multipliers_of_files(
        coefficients,
        kind=int(kind),
        employment=employment,
        value_added=value_added,
        income=income,
        households=households,
        by_name=by_name,
    )
    for warning in answer.warnings:
        click.echo(warning, err=True)
    if as_json:
        show.as_json(answer.summary())
        return
    show.as_table(*answer.rows())
