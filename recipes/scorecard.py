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

import yaml

from brygga import __version__
from brygga.core.tables import write
from brygga.workflow import backtest_municipalities, backtest_occupations
from brygga.workflow.backtest_all import HORIZON, MUNICIPAL_ORIGINS, POPULATION_ORIGINS, run_all
from brygga.workflow.backtest_scorecard import FOLDER, Scorecard, briefly, collect
from brygga.workflow.backtest_settings import register, years

MEASURED = "2026-11-23"
SOURCE = "Statistics Sweden (SCB), open tables of population and of employees by occupation"


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        county, age = backtest_occupations.COUNTY, backtest_occupations.AGE
        plans = {
            "municipalities": backtest_municipalities.settings(years(MUNICIPAL_ORIGINS), HORIZON, True),
            county: backtest_occupations.settings(county),
            age: backtest_occupations.settings(age),
        }
        register(plans, folder / "settings.json")
        run_all(folder / "answers", registered=folder / "settings.json")
        answers = [path for path in (folder / "answers").glob("*.json") if not path.name.startswith("scorecard")]
        card = briefly(collect(answers))
    save(card, FOLDER)
    print(f"{FOLDER}: {card.scores.height} scores, {card.choices.height} choices")


def save(card: Scorecard, folder: Path) -> None:
    write(card.scores, folder / "scorecard.csv")
    write(card.choices, folder / "scorecard_choices.csv")
    about = {"source": SOURCE, "measured": MEASURED, "version": __version__, "recipe": "recipes/scorecard.py"}
    about |= {"population_origins": POPULATION_ORIGINS, "municipal_origins": MUNICIPAL_ORIGINS}
    text = yaml.safe_dump(_plain(about | dict(card.about)), allow_unicode=True, sort_keys=True, width=110)
    (folder / "about.yaml").write_text(text, encoding="utf-8")


def _plain(content: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _plain(value) if isinstance(value, Mapping) else value for key, value in content.items()}


if __name__ == "__main__":
    main()
