"""`brygga listen`: what companies say and advertise, coded to occupations."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click

from brygga.cli import show
from brygga.cli.step_verb import run_one

SMALL = 2_000_000
"""Bytes of a file of ads up to which its ads are shown one by one."""

TOLD_EVERY = 5.0
"""Seconds between two lines of progress where there is no terminal to draw on."""


@click.command("listen")
@click.argument("places", metavar="[REGION]", type=click.Path(path_type=Path), nargs=-1)
@show.out_option(required=False)
@click.option(
    "--ads",
    type=click.Path(path_type=Path),
    metavar="FILE...",
    multiple=True,
    help="Files of ads to code instead of a region.",
)
@click.option("--needs", type=click.Path(path_type=Path), metavar="FILE", help="A CSV or XLSX of company needs.")
@click.option("--text", help="What a company said, to read for its needs.")
@click.option(
    "--heard-on",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help='Day the text was said, from which "next year" is counted.  [default: today]',
)
@click.option(
    "--taxonomy", type=click.Path(path_type=Path), help="Folder with jobtech-* and esco-* exports, or a pack."
)
@show.engine_options
@show.json_option
def command(
    places: tuple[Path, ...],
    out: Path | None,
    ads: tuple[Path, ...],
    needs: Path | None,
    text: str | None,
    heard_on: date | None,
    taxonomy: Path | None,
    as_json: bool,
    engine: str,
    workers: int,
    scheduler: str,
) -> None:
    """Code needs and ads to SSYK 2012 with a confidence and the words that decided.

    Give a REGION to code its needs and ads into a folder. Or give --needs with a survey, or --text with what somebody
    said: each need is read for who, how many, when, must-have and merit. A text may hold several needs. What the text
    does not say is left empty, and a text that names no occupation we know is left open.

    Or give --ads with files of ads of any size: replies of JobSearch, snapshots of JobStream, historical ads, as JSON
    or one ad a line, as they are or packed as .zip or .gz. Without -o one small file is shown. With -o they are coded
    in bulk, in little memory however many they are: a row an ad in bulk_ads.parquet, and in ads_demand.parquet and
    .csv the demand for each occupation, municipality and month, an ad that is posted again counted once. --engine,
    --workers and --scheduler say where that runs, and matter to nothing else; the files are the same to the byte.

    Names and addresses of contacts are taken out on reading, and the texts of ads are never printed or kept. Rows that
    cannot be read are told, and listed in wrong_rows.csv; the others are used. Ends with 1 only if no ad can be read.

    \b
    Example:
        brygga listen sydost/ -o out/
        brygga listen --needs survey.xlsx -o coded/
        brygga listen --text "2 svetsare nu och 3 montörer till hösten, gärna med truckkort"
        brygga listen --ads reply.json --taxonomy taxonomy/
        brygga listen --ads 2024.jsonl.zip 2025.jsonl.zip -o ads/ --engine processes --workers 8
        brygga listen --ads 2025.jsonl.zip -o ads/ --engine dask --scheduler tcp://head:8786
    """
    given = (bool(ads), needs is not None, text is not None, bool(places) and not ads)
    if sum(given) != 1 or (not ads and (len(places) > 1 or (places and out is None))):
        raise click.UsageError("Give one of: a REGION with -o FOLDER, --ads FILE..., --needs FILE, or --text TEXT.")
    if ads:
        from brygga.core.execution import Execution

        _ads([*ads, *places], out, taxonomy, Execution(engine, workers, scheduler), as_json)
    elif needs is not None:
        from brygga.workflow.listen import listen_to_needs

        _show(listen_to_needs(needs, taxonomy=taxonomy), out, as_json)
    elif text is not None:
        from brygga.workflow.listen import listen_to_text

        said = date(heard_on.year, heard_on.month, heard_on.day) if heard_on else date.today()
        _show(listen_to_text(text, said, taxonomy=taxonomy), out, as_json)
    elif out is not None:
        run_one("listen", places[0], out, as_json, taxonomy=taxonomy)


def _ads(paths: list[Path], out: Path | None, taxonomy: Path | None, execution: Any, as_json: bool) -> None:
    from brygga.workflow.bulk import listen_in_bulk
    from brygga.workflow.listen import listen_to_ads

    if out is None:
        if len(paths) > 1 or _size(paths[0]) > SMALL:
            raise click.UsageError("So many ads are coded into a folder: give -o FOLDER.")
        _show(listen_to_ads(paths[0], taxonomy=taxonomy), None, as_json)
        return
    bulk = listen_in_bulk(paths, out, taxonomy=taxonomy, execution=execution, progress=_counter())
    if sys.stderr.isatty():
        click.echo(err=True)
    if as_json:
        show.as_json(bulk.summary())
        return
    for line in bulk.lines():
        click.echo(line)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _show(heard: Any, out: Path | None, as_json: bool) -> None:
    if out:
        heard.save(out)
    if as_json:
        show.as_json(heard.summary())
        return
    show.as_table(*heard.shown())
    click.echo()
    for line in heard.lines():
        click.echo(line)


def _counter() -> Callable[[int], None]:
    """Tells how many ads are done and how fast: redrawn on a terminal, a line now and then elsewhere."""
    began = told = time.monotonic()
    terminal = sys.stderr.isatty()

    def progress(done: int) -> None:
        nonlocal told
        now = time.monotonic()
        line = f"{done:,} ads, {done / max(now - began, 1e-9):,.0f} a second"
        if terminal:
            click.echo(f"\r\033[K{line}", err=True, nl=False)
        elif now - told >= TOLD_EVERY:
            told = now
            click.echo(line, err=True)

    return progress
