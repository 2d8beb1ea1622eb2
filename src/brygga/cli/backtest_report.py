"""`brygga backtest report`: answers collected into a scorecard."""

from __future__ import annotations

from pathlib import Path

import click

from brygga.cli import show


@click.command("report")
@click.argument("answers", nargs=-1, required=True, type=click.Path(path_type=Path))
@show.out_option()
def command(answers: tuple[Path, ...], out: Path) -> None:
    """Collect ANSWERS, the JSON of back-tests, into scorecard.md and two JSON tables with dictionaries.

    \b
    Example:
        brygga backtest municipalities --json > towns.json
        brygga backtest occupations --json > occupations.json
        brygga backtest report towns.json occupations.json -o scorecard/
    """
    from brygga.workflow.backtest_scorecard import collect, write_report

    for path in write_report(collect(answers), out):
        click.echo(path)
