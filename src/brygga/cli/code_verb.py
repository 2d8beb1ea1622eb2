"""`brygga code`: the occupations that a column of texts names, with a confidence and a reason."""

from __future__ import annotations

from pathlib import Path

import click

from brygga.cli import show


@click.command("code")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--column", required=True, help="The column with the texts.")
@click.option("-o", "--out", type=click.Path(path_type=Path), help="File for the table (CSV or parquet).")
@click.option(
    "--to",
    type=click.Choice(["ssyk4", "ssyk3", "ssyk2", "ssyk1"]),
    default="ssyk4",
    show_default=True,
    help="SSYK 2012 with four digits, in the 400 groups that Arbetsförmedlingen uses, or with fewer.",
)
@click.option("--top", type=click.IntRange(1, 400), default=5, show_default=True, help="Answers per text.")
@click.option("--taxonomy", type=click.Path(path_type=Path), help="A taxonomy pack, or a folder of exports.")
@click.option(
    "--min-confidence", type=click.FloatRange(0, 1), default=0.0, help="Leave a text open below this confidence."
)
@click.option(
    "--train",
    "labelled",
    type=click.Path(path_type=Path),
    help="CSV to learn from first: texts with their code, or answers to FILE that you have looked through.",
)
@click.option("--label", help="The column of --train that holds the codes; `code` unless said.")
@show.json_option
def command(
    file: Path,
    column: str,
    out: Path | None,
    to: str,
    top: int,
    taxonomy: Path | None,
    min_confidence: float,
    labelled: Path | None,
    label: str | None,
    as_json: bool,
) -> None:
    """Code the texts of FILE, Swedish or English, to occupations.

    A text may be a title, a headline or a whole ad (headline first). Writes row (from 0), rank, code, label,
    confidence and why. A text that nothing is known about, or that falls below --min-confidence, gets one
    row with an empty code that says why.

    \b
    Examples:
        brygga code ads.csv --column headline -o codes.csv
        brygga code ads.csv --column headline --train earlier.csv --label ssyk4 -o codes.csv
    """
    from brygga.workflow.code import code_file

    if label and not labelled:
        raise click.UsageError("--label names a column of the file given with --train, and there is no --train.")
    done = code_file(
        file,
        column,
        taxonomy=taxonomy,
        top=top,
        min_confidence=min_confidence,
        labelled=labelled,
        label=label,
        digits=int(to[-1]),
    )
    if out:
        done.save(out)
    if as_json:
        show.as_json(done.summary())
    else:
        show.as_table(*done.shown())
        for line in done.lines():
            click.echo(line)
    for note in done.notes:
        click.echo(note, err=True)
