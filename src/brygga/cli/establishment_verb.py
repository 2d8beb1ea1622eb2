"""`brygga establishment`: new posts in a region, who fills them and whom they drain."""

from __future__ import annotations

from pathlib import Path

import click

from brygga.cli import show


@click.command("establishment")
@show.region_argument
@show.out_option(required=False)
@click.option("--municipality", required=True, help="Municipality of the new workplace, four digits.")
@click.option("--industry", required=True, help="Its industry, SNI 2007 section or division.")
@click.option("--posts", type=float, required=True, help="New posts.")
@click.option("--date", "first", required=True, help="The day the first posts are offered, year-month-day.")
@click.option("--until", help="The day the last are offered.  [default: six months on where there are over 100]")
@click.option("--occupations", type=click.Path(path_type=Path), help="CSV: occupation, posts. Else as staffed today.")
@click.option("--months", type=int, default=24, show_default=True, help="Months followed, 12 or more.")
@click.option("--draws", type=int, default=100, show_default=True, help="Random draws; the interval is read from them.")
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed and data, same result.")
@click.option("--taxonomy", type=click.Path(path_type=Path), help="Folder with JobTech (and ESCO) exports.")
@show.json_option
def command(
    region: Path,
    out: Path | None,
    municipality: str,
    industry: str,
    posts: float,
    first: str,
    until: str | None,
    occupations: Path | None,
    months: int,
    draws: int,
    seed: int,
    taxonomy: Path | None,
    as_json: bool,
) -> None:
    """Say who would fill new posts in REGION, whom they would drain, and what tax would follow.

    REGION is the folder of a run; or a region, with -o naming the folder where its steps have
    written. Nothing is written without -o; several establishments share the tables of a folder.

    \b
    Example:
        brygga establishment out/ --municipality 1290 --industry 30 --posts 300 --date 2027-06-01
    """
    from brygga.workflow.establishment import establishment
    from brygga.workflow.establishment_asked import Wanted, new_posts
    from brygga.workflow.finished import finished

    source = finished(region, out, draws=draws, seed=seed)
    wanted = Wanted(municipality, industry, posts, first, until, occupations, months, draws)
    shock, notes = new_posts(source.region, wanted)
    show.progress("establishment", 0, 1)
    frames = establishment(source, shock, months=months, draws=draws, seed=seed, taxonomy=taxonomy)
    source.write("stress", frames, notes, beside=True)
    show.progress("done", 1, 1)
    summary = frames["establishment_summary"]
    if as_json:
        show.as_json({name: frame.to_dicts() for name, frame in frames.items()} | {"notes": list(notes)})
        return
    rows = summary.select("text_en", "p10", "p50", "p90", "unit").rows()
    show.as_table(["measure", "p10", "p50", "p90", "unit"], rows)
    for note in notes:
        click.echo(note)
