"""`brygga data`: the example region, a check of your own, a file mended, a taxonomy brought up to date."""

from __future__ import annotations

from pathlib import Path

import click

from brygga.cli import show


@click.group("data")
def command() -> None:
    """Write the example region, check a region, mend a file, or update the taxonomy.

    \b
    Example:
        brygga data example sydost/
        brygga data check sydost/
        brygga data update taxonomy
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


@command.group("update")
def update() -> None:
    """Bring what the coder knows up to date.

    \b
    Example:
        brygga data update taxonomy
    """


@update.command("taxonomy")
@click.option("--from", "exports", type=click.Path(path_type=Path), help="Folder of exports; nothing is fetched.")
@click.option("--esco", type=click.Path(path_type=Path), help="Folder with ESCO's files, beside what is fetched.")
@click.option("-o", "--out", type=click.Path(path_type=Path), help="Folder for the pack, instead of your own.")
@click.option("--version", default="latest", show_default=True, help="Number of JobTech's taxonomy to fetch.")
@show.json_option
def taxonomy(exports: Path | None, esco: Path | None, out: Path | None, version: str, as_json: bool) -> None:
    """Build the taxonomy that every verb uses, from the publisher or from files.

    JobTech's exports are fetched from data.jobtechdev.se; what has come stays if the connection breaks,
    and the next try goes on from there. ESCO has no open address: download its CSV files and give their
    folder with --esco. With --from everything is read from files, and no network is needed.

    \b
    Example:
        brygga data update taxonomy
        brygga data update taxonomy --esco Downloads/
        brygga data update taxonomy --from taxonomy/ -o pack/
    """
    from brygga.workflow.update import plan_update, update_taxonomy

    if exports and (esco or version != "latest"):
        raise click.UsageError("--from reads everything from files: leave --esco and --version out.")
    if not exports:
        planned = plan_update(version)
        click.echo(f"{len(planned)} files to fetch, about 6 MB:", err=True)
        for file in planned:
            click.echo(f"  {file.address}{' (here from an earlier try)' if file.there else ''}", err=True)
    updated = update_taxonomy(out, exports=exports, esco=esco, version=version, tell=show.progress)
    if as_json:
        show.as_json(updated.summary())
        return
    show.as_table(["table", "rows"], list(updated.counts().items()))
    click.echo(f"{updated.folder}: {updated.pack.version}")
    if updated.missing:
        click.echo(f"Not there: {', '.join(updated.missing)}", err=True)
    for remark in updated.remarks:
        click.echo(remark, err=True)
