"""`brygga backtest register`: settings and their hash, before outcomes are read."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("register")
@click.option("-o", "--out", type=click.Path(path_type=Path), required=True, help="The file to write.")
@click.option("--origins", default="2011:2014", show_default=True, help="Years to predict municipalities from.")
@click.option("--horizon", type=click.IntRange(1, 20), default=5, show_default=True, help="Longest years ahead.")
@click.option(
    "--with-counties/--without-counties",
    default=True,
    help="Whether municipalities are read with counties, as they are without --population.",
)
@click.option("--with-population/--without-population", default=True, help="Whether occupations get --population.")
def command(out: Path, origins: str, horizon: int, with_counties: bool, with_population: bool) -> None:
    """Write what the back-tests will do and the hash of it, for --settings of a later run.

    The file holds origins, horizons, methods, the constants that are chosen among, what the data must hold,
    and the hash of the modules that predict and score. No data file is opened. A run with --settings refuses
    when the file was changed, or when it would do anything else, and says the hash in its answer.

    \b
    Example:
        brygga backtest register -o settings.json
        brygga backtest municipalities --origins 2011:2014 --settings settings.json --json
    """
    from brygga.workflow.backtest_all import plans
    from brygga.workflow.backtest_settings import register, years

    planned = plans(
        origins=years(origins), horizon=horizon, with_counties=with_counties, with_population=with_population
    )
    click.echo(f"{out}: {register(planned, out)}")
