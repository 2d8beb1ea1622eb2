"""`brygga data`: the example region, a check of your own, a file mended."""

from __future__ import annotations

from pathlib import Path

import click

from brygga.cli import show


@click.group("data")
def command() -> None:
    """Write the example region, check a region, or mend a file's encoding.

    \b
    Example:
        brygga data example sydost/
        brygga data check sydost/
    """


@command.command("example")
@click.argument("folder", type=click.Path(path_type=Path))
def example(folder: Path) -> None:
    """Write the example region into FOLDER: a start for your own.

    \b
    Example:
        brygga data example sydost/
    """
    from brygga.workflow.example import write_example

    counts = write_example(folder)
    click.echo(
        f"{folder}: {counts.observed:,} values observed, {counts.modelled:,} modelled. An example, not statistics."
    )


@command.command("check")
@show.region_argument
@show.json_option
def check(region: Path, as_json: bool) -> None:
    """Check every table of REGION, its needs and its ads, and report the faults.

    \b
    Example:
        brygga data check sydost/
    """
    from brygga.core.region import read_region
    from brygga.workflow.listen import listen

    whole = read_region(region)
    heard, _ = listen(whole)
    rows = {name: frame.height for name, frame in {**whole.tables, **heard}.items()}
    show.as_json(rows) if as_json else show.as_table(["table", "rows"], list(rows.items()))
    for note in whole.notes:
        click.echo(note, err=True)


@command.command("to-utf8")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("-o", "--out", type=click.Path(path_type=Path), required=True, help="The mended file.")
def to_utf8(file: Path, out: Path) -> None:
    """Write FILE, saved as cp1252 by Excel, as UTF-8 with commas and decimal points.

    \b
    Example:
        brygga data to-utf8 vakanser.csv -o vacancies.csv
    """
    from brygga.workflow.mend import to_utf8 as mend

    click.echo(f"{out}: {mend(file, out)} rows")
