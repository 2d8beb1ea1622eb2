"""The chance of a YH grant per area and start year, from the three rounds whose every decision is published.

MYH's result lists of 2022-2024 (table 3: one row an application) counted per area. The drift from one round to the
next is the one that best foretells 2023 from 2022 and 2024 from both, over all areas (the beta-binomial chance of
what was granted). It is large: a round says less of the next than its number of applications suggests.

Run it with `python -m recipes.yh_grants` (a few seconds); it writes `src/brygga/rules/grant_chances.csv` and prints
the drift that stands in `planning.grant_drift` (docs/method/planning-region.md has the figures).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import polars as pl

from brygga.core.parameters import value_on
from brygga.core.places import SHARED_DATA
from brygga.core.tables import check, write
from brygga.workflow.funding_grants import RULES, foretold, surprise

ROUNDS = (2022, 2023, 2024)
LAST = 2040
DAY = date(2026, 11, 23)
AREA, DECISION, GRANTED = "Utbildningsområde", "Beslut", "Beviljad"
Counts = dict[str, dict[int, tuple[float, float]]]


def counts() -> Counts:
    """Area -> application year -> granted, applied."""
    import fastexcel

    found: Counts = {}
    for year in ROUNDS:
        path = SHARED_DATA / "statistics" / f"yh_application_results_{year}.xlsx"
        rows = fastexcel.read_excel(path).load_sheet_by_name("Tabell 3", header_row=None).to_polars().rows()
        head = next(i for i, row in enumerate(rows) if AREA in row)
        area, decision = rows[head].index(AREA), rows[head].index(DECISION)
        for row in rows[head + 1 :]:
            if row[area] and row[decision]:
                granted, applied = found.setdefault(row[area], {}).get(year, (0, 0))
                found[row[area]][year] = (granted + (row[decision] == GRANTED), applied + 1)
    return {name: found[name] for name in sorted(found)}


def drift_of(found: Mapping[str, Mapping[int, tuple[float, float]]]) -> float:
    """The drift under which the rounds after the first surprise least, to two figures."""
    tried = np.round(np.geomspace(0.001, 1, 400), 4)
    return float(min(tried, key=lambda drift: lost(found, float(drift))))


def lost(found: Mapping[str, Mapping[int, tuple[float, float]]], drift: float) -> float:
    """The surprise of all rounds after the first, added up."""
    later = [(rounds, year) for rounds in found.values() for year in sorted(rounds) if year > min(rounds)]
    return sum(surprise(foretold(rounds, year, drift=drift), *rounds[year]) for rounds, year in later)


def chances(found: Counts, drift: float) -> pl.DataFrame:
    """Table `grant_chances`: what was decided as counted, later starts as foretold."""
    rows = []
    for area, rounds in found.items():
        for year in range(ROUNDS[0], LAST):
            chance = foretold(rounds, year, drift=drift)
            status, seen = "modelled", rounds.get(year)
            if seen:
                chance, status = foretold(rounds, year, drift=drift).after(*seen), "observed"
            low, high = (round(bound, 4) for bound in chance.interval)
            counted = (int(seen[1]), int(seen[0])) if seen else (None, None)
            rows.append(("state", "yh", area, year + 1, round(chance.mean, 4), low, high, *counted, status))
    columns = ["scheme", "delivery", "area", "year", "probability", "p10", "p90", "applied", "granted", "status"]
    frame = pl.DataFrame(rows, schema=columns, orient="row", infer_schema_length=None)
    return check(frame, "grant_chances").sort("area", "year")


def main() -> None:
    found = counts()
    for area, rounds in found.items():
        print(area, *(f"{year}: {granted} of {applied}" for year, (granted, applied) in rounds.items()), sep="; ")
    drift = drift_of(found)
    print(f"planning.grant_drift: {drift:.2g}")
    print(f"surprise {lost(found, drift):.1f}, without drift {lost(found, 1e-9):.1f}")
    write(chances(found, value_on("planning.grant_drift", DAY).number), RULES / "grant_chances.csv")


if __name__ == "__main__":
    main()
