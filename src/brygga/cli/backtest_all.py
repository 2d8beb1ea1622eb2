"""`brygga backtest all`: every back-test on the open data, and the scorecard."""

from __future__ import annotations

from pathlib import Path

import click

from brygga.cli import show


@click.command("all")
@show.out_option()
@click.option("--settings", type=click.Path(path_type=Path), help="Settings registered beforehand.")
def command(out: Path, settings: Path | None) -> None:
    """Run every back-test on the open data beside the repository, and write the scorecard.

    Each answer stands in OUT as JSON, beside scorecard.md and its two tables.

    \b
    Example:
        brygga backtest register -o settings.json
        brygga backtest all --settings settings.json -o scorecard/
    """
    from brygga.workflow.backtest_all import run_all

    for path in run_all(out, registered=settings, tell=show.progress):
        click.echo(path)
