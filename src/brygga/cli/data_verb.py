"""`brygga data`: the example region, a check of your own, a file mended, official data and a taxonomy fetched."""

from __future__ import annotations

from pathlib import Path

import click
from click.core import ParameterSource

from brygga.cli import show


@click.group("data")
def command() -> None:
    """Write the example region, check a region, mend a file, fetch official data or update the taxonomy.

    \b
    Example:
        brygga data example sydost/
        brygga data check sydost/
        brygga data update --territory 1060,1080 -o region/
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


@command.group("update", invoke_without_command=True)
@click.option("--territory", help="Codes of municipalities, with commas between: 1060,1080.")
@click.option("--ring", help="Codes of those around them; 'none' for none. Found by distance when left out.")
@click.option("--from", "played", type=click.Path(path_type=Path), help="Folder of a recording; no network is used.")
@click.option("--record", "recorded", type=click.Path(path_type=Path), help="Folder to record every reply into.")
@click.option("-o", "--out", type=click.Path(path_type=Path), help="Folder for official tables, lock and region.")
@click.option("--last-year", type=click.IntRange(1968, 2100), help="No year after this one.")
@click.option("--only", multiple=True, help="An official table to fetch, instead of all; may be repeated.")
@click.option("--table", "ids", multiple=True, help="NAME=ID: the publisher's id of a table, when it has moved.")
@click.option("--plan", "plan_only", is_flag=True, help="Show the calls that would be made, and make none.")
@click.option("--probe", is_flag=True, help="Check the publisher's tables against what is expected; fetch no data.")
@show.json_option
@click.pass_context
def update(
    context: click.Context,
    territory: str | None,
    ring: str | None,
    played: Path | None,
    recorded: Path | None,
    out: Path | None,
    last_year: int | None,
    only: tuple[str, ...],
    ids: tuple[str, ...],
    plan_only: bool,
    probe: bool,
    as_json: bool,
) -> None:
    """Fetch official data for a territory, or bring the taxonomy up to date.

    The plan of calls is shown first. What has come stays if the connection breaks, and the same command goes on
    from there; a table that the publisher has not changed is not fetched anew. With --record every reply is kept
    in a folder, which --from plays on a machine without a network.

    \b
    Example:
        brygga data update --territory 1060,1080,1081,1082,1083 -o blekinge/
        brygga data update --territory 1060,1080 --plan
        brygga data update --probe
        brygga data update taxonomy
    """
    if context.invoked_subcommand:
        given = [name for name in context.params if context.get_parameter_source(name) is ParameterSource.COMMANDLINE]
        if given:
            raise click.UsageError(
                "Options of official data stand before `taxonomy`: write those of the taxonomy after it."
            )
        return
    if territory is None and not probe:
        click.echo(context.get_help())
        return
    from brygga.cli.update_territory import run

    run(
        "1080" if territory is None else territory,
        ring=None if ring is None else ("" if ring == "none" else ring),
        played=played,
        recorded=recorded,
        out=out,
        last_year=last_year or 0,
        only=only,
        ids=ids,
        plan_only=plan_only,
        probe=probe,
        as_json=as_json,
    )


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
