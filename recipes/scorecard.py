"""Measure the scorecard that the package carries: `python -m recipes.scorecard`.

Registers the settings, runs every back-test on the open data beside the repository, and writes the few
figures that the site shows to `src/brygga/scorecard`: scores and choices as CSV, and what they were made
from as YAML. The data stay where they are.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from brygga import __version__
from brygga.core.places import SHARED_DATA
from brygga.core.tables import write
from brygga.projection.error_spread import with_intervals
from brygga.projection.fallback import OURS
from brygga.projection.municipal_totals import fit_drift, predict_totals
from brygga.projection.scores import scores
from brygga.workflow import backtest_municipalities
from brygga.workflow.backtest_all import HORIZON, MUNICIPAL_ORIGINS, PEOPLE, POPULATION_ORIGINS, plans, run_all
from brygga.workflow.backtest_municipalities import BOUNDS, predicted_cells
from brygga.workflow.backtest_result import size_class
from brygga.workflow.backtest_scorecard import FOLDER, Scorecard, briefly, collect
from brygga.workflow.backtest_settings import register, years

MEASURED = "2026-11-23"
SOURCE = "Statistics Sweden (SCB), open tables of population and of employees by occupation"


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        register(plans(), folder / "settings.json")
        run_all(folder / "answers", registered=folder / "settings.json")
        answers = [path for path in (folder / "answers").glob("*.json") if not path.name.startswith("scorecard")]
        card = briefly(collect(answers))
    save(card, FOLDER)
    print(f"{FOLDER}: {card.scores.height} scores, {card.choices.height} choices")


def later_years() -> dict[str, Any]:
    """The same method where growth broke: the twelve municipalities of the example, 2015-2019 to 2020-2024.

    Their later years stand among the published facts; the nation and the counties are read up to each origin.
    """
    statistics, regions = SHARED_DATA / "statistics", SHARED_DATA / "regions"
    history = backtest_municipalities.read_totals(statistics / "population_municipality_2011_2019.csv")
    counties = backtest_municipalities.read_counties(regions / f"{PEOPLE[0]}_1968_2010.parquet")
    drift = fit_drift(history, origins=years(MUNICIPAL_ORIGINS), horizon=HORIZON, counties=counties)
    facts = pl.read_csv(regions / "facts_sydost.csv", infer_schema=False)
    counted = (pl.col("variable") == "population") & (pl.col("dimension") == "date=12-31")
    outcomes = facts.filter(counted & (pl.col("area_code").str.len_chars() == 4)).select(
        area="area_code", year=pl.col("year").cast(pl.Int64), actual=pl.col("number").cast(pl.Float64)
    )
    origins = range(2015, 2020)
    early = predicted_cells(history, dict.fromkeys(years(MUNICIPAL_ORIGINS), drift), HORIZON, counties)
    cells = [early.filter(pl.col("horizon") == HORIZON).with_columns(late=pl.lit(False))]
    for origin in origins:
        said = predict_totals(history, origin=origin, horizons=[HORIZON], drift=drift, counties=counties)
        came = outcomes.filter(pl.col("year") == origin + HORIZON).drop("year")
        late = said.join(came, on="area").with_columns(size_class("base", BOUNDS), late=pl.lit(True))
        late = late.with_columns(origin=pl.lit(origin, pl.Int64), given=pl.lit("nothing"), breaks=pl.lit("none"))
        cells.append(late.select(cells[0].columns).cast(cells[0].schema))
    spans = with_intervals(pl.concat(cells), fold="late", by=["size_class"]).filter(pl.col("late"))
    found = {row["method"]: row for row in scores(spans, by=[]).iter_rows(named=True)}
    return {
        "first": origins[0],
        "last": origins[-1],
        "municipalities": outcomes["area"].n_unique(),
        "error": {method: round(row["weighted_mape"], 2) for method, row in found.items()},
        "coverage_80": round(found[OURS]["coverage_80"], 3),
    }


def save(card: Scorecard, folder: Path) -> None:
    write(card.scores, folder / "scorecard.csv")
    write(card.choices, folder / "scorecard_choices.csv")
    about = {"source": SOURCE, "measured": MEASURED, "version": __version__, "recipe": "recipes/scorecard.py"}
    about["later"] = later_years()
    about |= {"population_origins": POPULATION_ORIGINS, "municipal_origins": MUNICIPAL_ORIGINS}
    text = yaml.safe_dump(_plain(about | dict(card.about)), allow_unicode=True, sort_keys=True, width=110)
    (folder / "about.yaml").write_text(text, encoding="utf-8")


def _plain(content: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _plain(value) if isinstance(value, Mapping) else value for key, value in content.items()}


if __name__ == "__main__":
    main()
