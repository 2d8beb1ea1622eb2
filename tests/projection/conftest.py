from datetime import date
from pathlib import Path

import polars as pl
import pytest

from brygga.core.region import Region, read_region

NEEDS = (
    ("b1", "Storverken AB", "9901", "7212", 4.0, 4.0, 2028, 0.5, date(2026, 10, 1)),
    ("b2", "Storverken AB", "9901", "7212", 4.0, 4.0, 2028, 0.5, date(2026, 11, 1)),
    ("b3", "Lilla Mekaniska", "9902", "7223", 2.0, 4.0, 2029, 1.0, date(2026, 10, 15)),
    ("b4", "Hemtjänst i Lillby", "9902", "5330", 5.0, 15.0, 2028, 0.0, date(2026, 10, 20)),
)


def coded(*rows):
    """Coded needs from (id, company, municipality, occupation, low, high, year, growth, heard_on)."""
    names = ["need_id", "company", "municipality", "occupation", "persons_low", "persons_high"]
    return pl.DataFrame(
        rows,
        schema=[*names, "year", "growth", "heard_on"],
        orient="row",
        schema_overrides={"occupation": pl.String},
    )


@pytest.fixture(scope="session")
def twins(mini: Path) -> Region:
    """Tvillingarna: Storby (9901) and Lillby (9902)."""
    return read_region(mini)


@pytest.fixture(scope="session")
def needs() -> pl.DataFrame:
    """What the companies of the twins said, coded by hand: a welder need said twice, a CNC need, a care need."""
    return coded(*NEEDS)
