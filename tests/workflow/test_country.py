"""Block by block: the same numbers as the whole, in any order and anywhere."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from brygga.commuting.flows import Flows
from brygga.core import tables
from brygga.core.execution import Execution
from brygga.core.region import read_region
from brygga.projection.uncertainty import NONE, Draws
from brygga.workflow import country
from brygga.workflow.country import blocks_of, representative_draws, see_country, with_ring
from brygga.workflow.ground import prepare
from brygga.workflow.project import matched, project
from brygga.workflow.see import see, uncertainty_on
from brygga.workflow.settings import decision_day

CELL = ["municipality", "occupation", "year"]


@pytest.fixture(scope="module")
def region(mini):
    """The twins under real codes, so that each lies in a functional region of its own: Karlshamn and Alvesta."""
    given = read_region(mini)
    real = {"9901": "1082", "9902": "0764"}
    frames = {
        name: frame.with_columns(
            pl.col(c).replace(real) for c in ("municipality", "home", "work") if c in frame.columns
        )
        for name, frame in given.tables.items()
    }
    return replace(given, municipalities=("0764", "1082"), tables=frames)


@pytest.fixture(scope="module")
def ground(region):
    return prepare(region, None, to=2032, day=decision_day(region))


@pytest.fixture(scope="module")
def draws(region):
    return Draws(0, 30, 1, uncertainty_on(decision_day(region), base_year=2024))


@pytest.fixture(scope="module")
def seen(ground, draws):
    return see_country(ground, draws, representative=6)


def cut_off(ground):
    """The same ground where everybody works at home."""
    flows = ground.flows
    shares = np.zeros_like(flows.shares)
    np.fill_diagonal(shares, 1.0)
    return replace(ground, flows=Flows(flows.employed, shares, np.zeros_like(flows.outward)))


def test_every_table_is_as_its_dictionary_says(seen, region):
    names = {"levels", "area_levels", "job_openings", "population_projection", "unfilled", "without_work", "gap"}
    assert set(seen) == names | {"gap_draws"}
    assert all(tables.check(frame, name).height for name, frame in seen.items())
    assert seen["gap_draws"]["draw"].n_unique() == 6
    found = see(region, to=2032, draws=10, seed=1, country=True)
    assert set(found) == set(seen)


def test_a_block_is_a_functional_region(ground):
    assert list(blocks_of(ground.axes, shown=2).values()) in ([[0], [1]], [[1], [0]])
    assert blocks_of(replace(ground.axes, municipalities=["9901", "9902"]), shown=1) == {"county 99": [0]}


def test_levels_are_those_of_the_whole(seen, region):
    """Population, demand and supply do not depend on neighbours: block by block they are the whole's, to half-size."""
    whole = see(region, to=2032, draws=30, seed=1)
    drawn = whole["gap_draws"].group_by(CELL).agg(demand=pl.col("demand").median(), supply=pl.col("supply").median())
    middle = seen["levels"].pivot(on="measure", index=CELL, values="p50").join(drawn, on=CELL, suffix="_whole")
    for name in ("demand", "supply"):
        assert middle[name].to_list() == pytest.approx(middle[f"{name}_whole"].to_list(), rel=1e-5)
    both = seen["population_projection"].join(
        whole["population_projection"], on=["municipality", "age_group", "year"], suffix="_whole"
    )
    assert both["p90"].to_list() == pytest.approx(both["p90_whole"].to_list(), rel=1e-5)


def test_where_nobody_commutes_blocks_are_the_whole(ground, draws):
    alone = cut_off(ground)
    some = replace(draws, chosen=(3, 7, 11))
    whole = matched(project(some, alone), alone)
    for m in range(2):
        part = alone.among([m])
        block = matched(project(some, part), part)
        assert block.unfilled[0] == pytest.approx(whole.unfilled[m], rel=1e-6)
        assert block.without_work[0] == pytest.approx(whole.without_work[m], rel=1e-6)


def test_with_its_ring_a_block_is_the_whole(ground, draws):
    """Each of the two is the other's ring: computed with it and shown alone, nothing is lost at the border."""
    ringed = with_ring(ground, [1])
    assert list(ringed.axes.municipalities) == ["1082", "0764"]
    assert ringed.shown == 1
    some = replace(draws, chosen=(3, 7))
    whole, block = (matched(project(some, part), part) for part in (ground, ringed))
    assert block.unfilled[0] == pytest.approx(whole.unfilled[1], rel=1e-6)


def test_sums_come_before_quantiles_and_areas_add_up(seen, ground):
    """Each of the two municipalities is a county and a functional region; the nation is their sum in every draw."""
    areas = seen["area_levels"]
    counties, regions = (areas.filter(area_type=kind) for kind in ("county", "functional_region"))
    measures = ["occupation", "year", "measure", "p50"]
    assert counties.select(measures).sort(measures).equals(regions.select(measures).sort(measures))
    cells = seen["gap_draws"].group_by("occupation", "year", "draw").agg(pl.col("unfilled").sum())
    middle = cells.group_by("occupation", "year").agg(pl.col("unfilled").median()).sort("occupation", "year")
    nation = areas.filter(area_type="nation", measure="unfilled").sort("occupation", "year")
    assert nation["p50"].to_list() == pytest.approx(middle["unfilled"].to_list(), abs=1e-5)


def test_order_of_blocks_pieces_and_processes_change_no_byte(ground, draws, seen, monkeypatch):
    turned = ground.among([1, 0])
    elsewhere = see_country(ground, draws, representative=6, execution=Execution("processes", 2))
    monkeypatch.setattr(country, "PIECE", 1)
    again = see_country(turned, draws, representative=6)
    for name, frame in seen.items():
        assert elsewhere[name].equals(frame)
        assert again[name].equals(frame)


def test_without_shocks_every_representative_is_the_central_run(region):
    calm = see(region, to=2032, draws=10, seed=1, uncertainty=NONE, country=True)
    whole = see(region, to=2032, draws=10, seed=1, uncertainty=NONE)
    both = calm["unfilled"].join(whole["unfilled"], on=CELL, suffix="_whole")
    assert both["p10"].to_list() == pytest.approx(both["p90"].to_list())
    assert both["p50"].to_list() == pytest.approx(both["p50_whole"].to_list(), rel=1e-4)
    assert both["naive"].to_list() == pytest.approx(both["naive_whole"].to_list(), rel=1e-6)


def test_representatives_stand_for_groups_of_equal_size():
    score = np.random.default_rng(1).normal(size=500)
    chosen = representative_draws(score, 20)
    assert len(set(chosen)) == 20
    assert np.median(score[chosen]) == pytest.approx(np.median(score), abs=0.05)
    assert score[chosen].std() == pytest.approx(score.std(), abs=0.1)
    assert representative_draws(score[:5], 20) == [0, 1, 2, 3, 4]
