"""How far those who search reach: by hand, and its bounds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from brygga.core.parameters import value_on
from brygga.core.region import Region, read_region
from brygga.workflow.closure_travel import by_distance, by_flows, outside_weight, travel_weights

DAY = date(2026, 12, 31)
WORKS = ["1060", "1080", "1082"]


def region_of(mini: Path, travel_time: pl.DataFrame | None = None) -> Region:
    """The mini region's tables with three municipalities of Blekinge."""
    homes = [home for home in [*WORKS, "outside"] for _ in WORKS]
    flows = pl.DataFrame({"home": homes, "work": WORKS * 4, "year": 2024, "persons": 10.0, "status": "modelled"})
    region = read_region(mini)
    tables = {**region.tables, "commuting": flows}
    if travel_time is not None:
        tables["travel_time"] = travel_time
    return replace(region, municipalities=tuple(WORKS), tables=tables)


def test_weights_lie_between_zero_and_one_and_the_own_is_one(mini: Path):
    weight = travel_weights(region_of(mini), [*WORKS, "outside"], WORKS, day=DAY)
    assert weight.shape == (4, 3)
    assert np.diag(weight).tolist() == [1.0, 1.0, 1.0]
    assert 0 <= weight.min() <= weight.max() <= 1
    # Olofström lies nearer Karlshamn than Karlskrona
    assert weight[0, 2] > weight[0, 1]
    assert np.allclose(weight[:3], weight[:3].T)


def test_distance_counts_as_in_commuting():
    beta, own = (value_on(f"commuting.gravity_power_{name}", DAY).number for name in ("cost", "own"))
    found = by_distance(np.array([[0.0, 30.0], [60.0, 0.0]]), DAY)
    assert found[0, 1] == pytest.approx(30.0**beta / np.exp(own))
    assert found[0, 1] / found[1, 0] == pytest.approx(2.0**-beta)


def test_a_longer_way_counts_for_less_than_the_map_says(mini: Path):
    slow = pl.DataFrame({"home": ["1060"], "work": ["1082"], "minutes": [90.0], "status": ["observed"]})
    on_map, by_road = (travel_weights(region_of(mini, times), WORKS, WORKS, day=DAY) for times in (None, slow))
    assert by_road[0, 2] < 0.5 * on_map[0, 2]
    assert by_road[2, 0] == on_map[2, 0]


def test_flows_by_hand():
    # of the 100 jobs at w1 10 are held from h0, of the 50 at w0 25 by residents: a tenth of the chance over a half
    flows = np.array([[25.0, 10.0], [25.0, 90.0]])
    assert by_flows(flows).tolist() == [[1.0, 0.2], [0.5 / 0.9, 1.0]]


def test_those_outside_reach_as_many_jobs_as_residents_do():
    weight = np.array([[1.0, 0.5], [0.1, 1.0]])
    flows = np.array([[50.0, 10.0], [10.0, 80.0]])
    coming = np.array([40.0, 10.0])
    found = outside_weight(weight, flows, coming)
    jobs = flows.sum(0) + coming
    within = flows.sum(1) @ (weight @ jobs) / flows.sum()
    assert found @ jobs == pytest.approx(min(within, jobs.sum()))
    assert 0 < found[1] <= found[0] <= 1


def test_nobody_comes_from_outside():
    assert outside_weight(np.eye(2), np.full((2, 2), 5.0), np.zeros(2)).tolist() == [0.0, 0.0]
