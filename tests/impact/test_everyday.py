"""Everyday services: by hand, and never more posts than their group has."""

import numpy as np
import polars as pl
import pytest

from brygga.impact.carried_places import carried_sums, cells_of
from brygga.impact.carried_posts import CarriedPosts
from brygga.impact.everyday import SERVICES, everyday_services, part_of, unit_groups

JOBS = pl.DataFrame(
    [("P", "23", "1060", 60.0, 0), ("I", "9411", "1060", 20.0, 0), ("29", "7223", "1060", 20.0, 0)],
    schema=["industry", "occupation", "municipality", "persons", "place"],
    orient="row",
)
CARRIED = CarriedPosts(
    ("all",), np.array([[10.0], [20.0], [30.0]]), np.array([[5.0], [5.0], [5.0]]), np.zeros(3), "made"
)
MADE = {"2343": 25.0, "2341": 75.0, "9411": 10.0}


def cells():
    return cells_of(JOBS, places=1, municipalities=("1060",), hit=np.ones(1), near=np.ones((1, 1)))


def services(**more):
    return everyday_services(CARRIED, cells(), posts=100.0, employees=MADE, **more)


def test_preschool_teachers_by_hand():
    """25 posts, 60 % in teaching, a quarter of which are preschool teachers; pizza makers are counted as such."""
    both = services().filter(layer="both")
    assert dict(both.select("group", "p50").iter_rows()) == pytest.approx(
        {"2341": 25 * 0.6 * 0.75, "2343": 25 * 0.6 * 0.25, "9411": 25 * 0.2}
    )


def test_unit_groups_of_a_group_never_hold_more_than_it():
    every = [code for code in unit_groups() if code.startswith("23")]
    assert sum(part_of(code, "23", unit_groups()) for code in every) == pytest.approx(1.0)
    whole = carried_sums(CARRIED, cells(), posts=100.0).filter(group="23", layer="both")["p90"].item()
    assert services(services=("2341", "2343")).filter(layer="both")["p90"].sum() == pytest.approx(whole)


def test_every_service_is_an_occupation_of_the_register():
    assert set(SERVICES) <= set(unit_groups())
    assert sum(unit_groups().values()) == 4_984_938


def test_a_region_without_any_of_them_has_no_rows():
    assert services(services=("8331",)).height == 0
