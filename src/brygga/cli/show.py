"""What verbs share: printing tables and progress, for people on a terminal and for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import click

WORDS = {
    "listen": "Listen: coding what companies say and advertise",
    "see": "See: population, supply, demand, commuting and the gap",
    "follow_up": "Follow up: what earlier classes taught",
    "act": "Act: the best affordable plan and its bound",
    "carry": "Carry: further jobs and tax by residence",
    "stress": "Stress: the loss of each large workplace or industry",
    "establishment": "Establishment: who fills the new posts, and whom they drain",
    "done": "Done",
}
BAR = 24

region_argument = click.argument("region", type=click.Path(path_type=Path))
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for a program to read.")


def out_option(required: bool = True) -> Callable[..., Any]:
    """The option -o: the folder results go to."""
    return click.option(
        "-o", "--out", type=click.Path(path_type=Path), required=required, help="Folder for the results."
    )


def engine_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say where the work runs; the numbers are the same everywhere."""
    for option in (
        click.option("--scheduler", default="", help="Address of a Dask scheduler, with --engine dask."),
        click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes at once."),
        click.option(
            "--engine",
            type=click.Choice(["here", "processes", "dask"]),
            default="here",
            show_default=True,
            help="Where the work runs; the result is the same.",
        ),
    ):
        command = option(command)
    return command


def progress(step: str, done: int, total: int) -> None:
    """One step's progress: a bar that is redrawn on a terminal, a plain line elsewhere."""
    word = WORDS.get(step, step)
    if sys.stderr.isatty():
        filled = BAR * done // total
        end = "\n" if done == total else ""
        click.echo(f"\r\033[K[{'#' * filled}{'.' * (BAR - filled)}] {word}{end}", err=True, nl=False)
    else:
        click.echo(f"{done}/{total} {word}", err=True)


def counted(word: str, done: int, total: int) -> None:
    """How many of a long list are done: a bar that is redrawn on a terminal, nothing elsewhere."""
    if sys.stderr.isatty() and (done == total or done % max(1, total // 100) == 0):
        filled = BAR * done // total
        end = "\n" if done == total else ""
        bar = "#" * filled + "." * (BAR - filled)
        click.echo(f"\r\033[K[{bar}] {word} {done:,} of {total:,}{end}", err=True, nl=False)


def as_json(content: Any) -> None:
    """Print `content` as JSON."""
    click.echo(json.dumps(content, ensure_ascii=False, indent=1, default=str))


def as_table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows under a head, text to the left and numbers to the right."""
    texts = [[_shown(cell) for cell in row] for row in rows]
    numeric = [all(_is_number(row[i]) for row in texts) for i in range(len(head))]
    widths = [max(len(str(line[i])) for line in [head, *texts]) for i in range(len(head))]
    for line in [list(head), *texts]:
        cells = [c.rjust(w) if n else c.ljust(w) for c, w, n in zip(line, widths, numeric, strict=True)]
        click.echo("  ".join(cells).rstrip())


def _shown(cell: object) -> str:
    if isinstance(cell, float):
        return f"{cell:,.1f}" if abs(cell) < 100 else f"{cell:,.0f}"
    return "" if cell is None else str(cell)


def _is_number(text: str) -> bool:
    return text.replace(",", "").replace(".", "").lstrip("-").isdigit()
