"""`brygga skills`: the skills in a column of texts, with place, zone and confidence."""

from __future__ import annotations

from pathlib import Path

import click

from brygga.cli import show


@click.command("skills")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--column", required=True, help="The column with the texts.")
@click.option("-o", "--out", type=click.Path(path_type=Path), help="File for the table (CSV or parquet).")
@click.option("--taxonomy", type=click.Path(path_type=Path), help="A taxonomy pack, or a folder of exports.")
@click.option("--all-zones", is_flag=True, help="Also skills in sentences on the company and on benefits.")
@show.json_option
def command(file: Path, column: str, out: Path | None, taxonomy: Path | None, all_zones: bool, as_json: bool) -> None:
    """Find the skills in the texts of FILE, Swedish or English.

    Writes row, start, end, skill_id, label, zone and confidence: rows from 0, places in characters of the
    text as it stands in the file. A sentence on the company or on benefits gives no skills unless
    --all-zones is given. The confidence is judged from how a skill is written and where; it is no measured share.

    \b
    Example:
        brygga skills ads.csv --column text -o skills.csv
    """
    from brygga.workflow.skills import find_in_file

    found = find_in_file(file, column, taxonomy=taxonomy, all_zones=all_zones)
    if out:
        found.save(out)
    if as_json:
        show.as_json(found.summary())
    else:
        show.as_table(*found.shown())
        for line in found.lines():
            click.echo(line)
    for note in found.notes:
        click.echo(note, err=True)
