"""`brygga backtest occupations`: employees by occupation and county, or by age."""

from __future__ import annotations

from pathlib import Path

import click

from brygga.cli import show
from brygga.cli.backtest_municipalities import show_scores


@click.command("occupations")
@click.option("--counties", type=click.Path(path_type=Path), help="Employees, SSYK-3 by county: PxWeb's CSV.")
@click.option("--ages", type=click.Path(path_type=Path), help="Employees, SSYK-4 by age, Sweden: JSON-stat.")
@click.option("--population", type=click.Path(path_type=Path), help="File of municipality, year, population.")
@click.option("--settings", type=click.Path(path_type=Path), help="Settings registered beforehand.")
@show.json_option
def command(
    counties: Path | None, ages: Path | None, population: Path | None, settings: Path | None, as_json: bool
) -> None:
    """Score employees by occupation against no change, national growth, trend and constant share.

    Every origin and horizon that the files hold. Rows `given` nothing know nothing after the origin; rows
    `given` national_total are told each occupation's total and say how it spreads over counties. Breaks are
    carried, left out and bridged, side by side. Without a file the open data beside the repository are read.

    \b
    Example:
        brygga backtest occupations
        brygga backtest occupations --counties employees_ssyk3_sex_county_2014_2017.csv --json
    """
    from brygga.workflow.backtest_occupations import backtest_ages, backtest_counties
    from brygga.workflow.backtest_scorecard import open_data

    found = []
    if counties or not ages:
        file = counties or open_data("statistics/employees_ssyk3_sex_county_2014_2017.csv", "--counties")
        people = population
        if not counties:
            people = people or open_data("statistics/population_municipality_2011_2019.csv", "--population")
        found.append(backtest_counties(file, population=people, registered=settings))
    if ages or not counties:
        file = ages or open_data("statistics/employees_ssyk4_age_sweden_2020_2024.json", "--ages")
        found.append(backtest_ages(file, registered=settings))
    if as_json:
        told = [each.summary() for each in found]
        rows = [{"table": each["backtest"], **row} for each in told for row in each.pop("rows")]
        show.as_json({"backtest": "occupations", "tables": told, "rows": rows})
        return
    for each in found:
        click.echo(each.name)
        show_scores(each)
