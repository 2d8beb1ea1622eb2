"""Width: each stage alone, and all together."""

from dataclasses import replace

import pytest

from brygga.core.region import read_region
from brygga.projection.uncertainty import NONE, Draws, Uncertainty
from brygga.workflow.ground import prepare
from brygga.workflow.settings import decision_day
from brygga.workflow.width import gap_width


@pytest.fixture(scope="module")
def ground(mini):
    region = read_region(mini)
    return prepare(region, None, to=2030, day=decision_day(region))


def widths(frame, scope="region", measure="demand_less_supply", year=2030):
    found = frame.filter(scope=scope, measure=measure, year=year)
    return {stage: (width, share) for stage, width, share in found.select("stage", "width", "share").rows()}


def test_a_stage_without_shocks_adds_nothing_and_the_shares_sum_to_one(ground):
    size = Uncertainty(persistence=0.8, demand_cell=0.05, exits=0.2, vacancies=0.3)
    found = widths(gap_width(ground, Draws(0, 60, 1, size)))
    assert found["population"] == found["heard"] == (0, 0)
    assert sum(share for stage, (_, share) in found.items() if stage != "all") == pytest.approx(1)
    assert found["all"][1] == 1
    assert max(found["demand"][0], found["supply"][0], found["base_year"][0]) < found["all"][0] * 1.3


def test_with_one_stage_alone_all_is_that_stage(ground):
    found = widths(gap_width(ground, Draws(0, 20, 1, Uncertainty(demand_nation=0.05))))
    assert found["demand"] == found["all"]
    assert found["demand"][0] > 0


def test_shocks_of_cells_cancel_in_the_sum_and_those_of_the_nation_do_not(ground):
    shares = {}
    for layer in ("demand_cell", "demand_nation"):
        frame = gap_width(ground, Draws(0, 100, 1, Uncertainty(**{layer: 0.05})))
        region, cell = (widths(frame, scope)["all"][0] for scope in ("region", "cell"))
        shares[layer] = region / (cell * 6)
    assert shares["demand_nation"] == pytest.approx(1, abs=0.01)
    assert shares["demand_cell"] < 0.9


def test_a_disturbed_count_widens_small_cells_and_hardly_their_sum(ground):
    """Two persons a cell: about two times 1.28 either way in a cell, and what six such make in the sum."""
    frame = gap_width(ground, Draws(0, 100, 1, Uncertainty(base_count=2.0)))
    assert widths(frame, "cell", "job_openings", 2025)["base_year"][0] < 2
    base = replace(ground, hidden=ground.hidden + 1)
    hidden = gap_width(base, Draws(0, 100, 1, Uncertainty(hidden_count=2.0)))
    assert widths(hidden)["base_year"] == pytest.approx(widths(frame)["base_year"])


def test_without_any_shock_there_is_no_width(ground):
    assert set(widths(gap_width(ground, Draws(0, 5, 1, NONE))).values()) == {(0, 0)}
