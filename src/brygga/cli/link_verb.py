"""`brygga link`: which label of one list means the same as each of another."""

from __future__ import annotations

from pathlib import Path

import click

from brygga.cli import show


@click.command("link")
@click.argument("queries", type=click.Path(path_type=Path))
@click.argument("labels", type=click.Path(path_type=Path))
@click.option("-o", "--out", type=click.Path(path_type=Path), required=True, help="CSV for the links.")
@click.option("--top", type=click.IntRange(1, 10_000), default=100, show_default=True, help="Labels per query.")
@click.option(
    "--taxonomy", type=click.Path(path_type=Path), help="Pack or folder of exports: more names of occupations."
)
@click.option("--semantic", is_flag=True, help="Rank the first fifty again by meaning (extra `semantic`).")
@show.json_option
def command(
    queries: Path, labels: Path, out: Path, top: int, taxonomy: Path | None, semantic: bool, as_json: bool
) -> None:
    """Link each text of QUERIES to the likest texts of LABELS; both are CSV files with the columns id and text.

    The result has query_id, rank, label_id and score; the score of rank 1 is the chance that it is right.
    Nothing but the texts and our own lists of words is read, unless --taxonomy gives more.

    \b
    Example:
        brygga link our_skills.csv esco_skills.csv -o links.csv --top 10
    """
    from brygga.core import tables
    from brygga.workflow.link import link_files

    linked = link_files(
        queries,
        labels,
        top=top,
        taxonomy=taxonomy,
        semantic=semantic,
        told=lambda done, total: show.counted("Linking", done, total),
    )
    tables.write(linked.links, out)
    for note in linked.notes:
        click.echo(note, err=True)
    if as_json:
        show.as_json(
            {"queries": linked.queries, "labels": linked.labels, "links": linked.links.height, "notes": linked.notes}
        )
    else:
        for line in linked.lines():
            click.echo(line)
