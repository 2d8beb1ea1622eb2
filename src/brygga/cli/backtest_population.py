"""`brygga backtest population`: people by age band and region, predicted from earlier years."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from brygga.cli import show

if TYPE_CHECKING:
    import polars as pl


@click.command("population")
@click.option(
    "--population", type=click.Path(path_type=Path), required=True, help="age, sex, region, year, population."
)
@click.option("--births", type=click.Path(path_type=Path), required=True, help="age (mother's), sex, region, year, n.")
@click.option("--deaths", type=click.Path(path_type=Path), required=True, help="age, sex, region, year, n.")
@click.option("--origins", required=True, help="Years to predict from: 1975:2005:5 (first, last, step) or 1995,2005.")
@click.option("--horizon", type=click.IntRange(1, 50), default=5, show_default=True, help="Years ahead.")
@click.option("--parents", type=click.Path(path_type=Path), help="region, parent: what small regions lean on.")
@click.option("--draws", type=click.IntRange(20, 5_000), default=300, show_default=True, help="Random draws.")
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed, same intervals.")
@click.option("--predictions", type=click.Path(path_type=Path), help="Write every prediction here (.csv or .parquet).")
@show.json_option
def command(
    population: Path,
    births: Path,
    deaths: Path,
    origins: str,
    horizon: int,
    parents: Path | None,
    draws: int,
    seed: int,
    predictions: Path | None,
    as_json: bool,
) -> None:
    """Score the projection of people by age against cohort ratios and no change.

    Single ages are text, the oldest open (100+); files are parquet or CSV. A prediction from an origin uses
    data up to the origin; the few constants were chosen on the counties 1968-2010. Births and deaths after the
    last origin, and people after its outcome, are not looked at. mape is the mean error over regions in per
    cent, coverage_80 the share of regions inside the 80 % interval.

    \b
    Example:
        brygga backtest population --population P.parquet --births B.parquet --deaths D.parquet \\
            --origins 1975:2005:5 --horizon 5 --json
    """
    from brygga.workflow.backtest_population import backtest_population
    from brygga.workflow.backtest_settings import years

    found = backtest_population(
        population, births, deaths, origins=years(origins), horizon=horizon, parents=parents, draws=draws, seed=seed
    )
    if predictions:
        from brygga.core.tables import check, write

        write(check(found.cells, "population_predictions"), predictions)
    if as_json:
        show.as_json(found.summary())
        return
    show.as_table(*_shown(found.rows))
    click.echo("\nAll origins:")
    show.as_table(*_shown(found.pooled))
    for note in found.notes:
        click.echo(note)


def _shown(scored: pl.DataFrame) -> tuple[list[str], list[tuple[object, ...]]]:
    """Columns and rows for a reader: hundredths of a per cent, and coverage in per cent."""
    head = [*scored.columns[:-2], "mape %", "inside 80 % interval, %"]
    rows = [(*row, _number(mape, 1, 2), _number(inside, 100, 0)) for *row, mape, inside in scored.rows()]
    return head, rows


def _number(value: float | None, times: int, decimals: int) -> str:
    return "" if value is None else f"{times * value:.{decimals}f}"
