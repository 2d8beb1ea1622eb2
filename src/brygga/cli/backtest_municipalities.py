"""`brygga backtest municipalities`: inhabitants of each municipality."""

from __future__ import annotations

from pathlib import Path

import click

from brygga.cli import show


@click.command("municipalities")
@click.option(
    "--population",
    multiple=True,
    type=click.Path(path_type=Path),
    help="File of municipality, year, population; once more for one of age, sex, region, year, population.",
)
@click.option("--origins", default="2011:2014", show_default=True, help="Years to predict from.")
@click.option("--horizon", type=click.IntRange(1, 20), default=5, show_default=True, help="Longest years ahead.")
@click.option("--settings", type=click.Path(path_type=Path), help="Settings registered beforehand.")
@show.json_option
def command(population: tuple[Path, ...], origins: str, horizon: int, settings: Path | None, as_json: bool) -> None:
    """Score the inhabitants of each municipality against no change, trend and county share.

    A prediction from an origin uses data up to the origin. The few constants and the width of intervals
    come from the other origins of the file, later ones and their outcomes included.

    A second file, of the counties by age, gives their earlier years, which say more than the few years of
    the municipalities. Without --population both are read from the open data beside the repository; with a
    file of counties alone, the municipalities are.

    \b
    Example:
        brygga backtest municipalities --origins 2011:2014
        brygga backtest municipalities --population towns.csv --population counties.parquet --json
    """
    from brygga.workflow.backtest_municipalities import backtest_municipalities, sort_files
    from brygga.workflow.backtest_scorecard import open_data
    from brygga.workflow.backtest_settings import years

    towns, counties = sort_files(population)
    towns = towns or open_data("statistics/population_municipality_2011_2019.csv", "--population")
    if not population:
        counties = open_data("regions/population_county_age_sex_1968_2010.parquet", "--population")
    found = backtest_municipalities(
        towns,
        origins=years(origins),
        horizon=horizon,
        counties=counties,
        registered=settings,
    )
    show.as_json(found.summary()) if as_json else show_scores(found)


def show_scores(found: object) -> None:
    """The pooled scores at the longest horizon, and what a reader must know."""
    from brygga.workflow.backtest_result import Backtest, told

    assert isinstance(found, Backtest)
    head, rows = told(found)
    show.as_table(head, rows)
    for note in found.notes:
        click.echo(note, err=True)
    if found.registered:
        click.echo(f"Settings registered as {found.registered}")
