"""Areas, rings, travel times and the reach index: by hand, by law, and what is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brygga.commuting.areas import areas, ring, same_area
from brygga.commuting.reach_index import reach_index
from brygga.commuting.travel import Road, travel_times, within_minutes
from brygga.core import tables
from brygga.core.errors import FaultsError, SettingError, TableError, UnknownCodeError
from brygga.core.region import read_region

ROAD = Road(door_minutes=5, detour=1.25, speed_km_h=75, inner=0.4)


def test_every_municipality_has_its_three_areas():
    found = areas()
    assert found.height == 290
    assert found["labour_market_area"].n_unique() == 67
    assert found["functional_region"].n_unique() == 60


def test_areas_cross_county_borders():
    """Sölvesborg lies in Blekinge and in Kristianstad's labour market area."""
    assert "1083" in same_area(["1290"], "la")
    assert "1083" not in same_area(["1290"], "county")
    with pytest.raises(SettingError, match="area nuts is unknown"):
        same_area(["1290"], "nuts")
    with pytest.raises(UnknownCodeError, match="9901"):
        areas(["9901"])


FLOWS = pl.DataFrame(
    {
        "home": ["t", "t", "n", "n", "f", "f", "q", "outside"],
        "work": ["t", "n", "n", "t", "f", "t", "t", "t"],
        "persons": [80.0, 5, 90, 10, 99, 1, None, 40],
    }
)


def test_a_ring_exchanges_commuters_with_the_territory():
    """n sends a tenth of its people; f a hundredth; a hidden cell and the zone outside make no ring."""
    found = ring(["t"], FLOWS, least_share=0.05)
    assert found.rows() == [("n", 10.0, 5.0, 0.1, 5 / 95)]
    assert ring(["t"], FLOWS, least_share=0.01)["municipality"].to_list() == ["f", "n"]
    with pytest.raises(SettingError, match="least share 5 is outside 0 to 1"):
        ring(["t"], FLOWS, least_share=5)


def times(rows: list[tuple[str, str, float]]) -> pl.DataFrame:
    frame = pl.DataFrame(rows, schema={"home": str, "work": str, "minutes": float}, orient="row")
    return frame.with_columns(status=pl.lit("observed"), source=pl.lit("route planner"))


def test_ones_own_times_go_first_and_may_differ_by_direction():
    known = times([("1080", "1081", 31), ("1081", "1080", 28)])
    found = travel_times(["1081", "1080"], ROAD, known=known, fill=True)
    told = {(home, work): (minutes, status) for home, work, minutes, status, _ in found.rows()}
    assert told["1080", "1081"] == (31.0, "observed")
    assert told["1081", "1080"] == (28.0, "observed")
    assert told["1080", "1080"][1] == "modelled"
    assert within_minutes(found, 29).filter(home="1080")["work"].to_list() == ["1080"]


def test_a_missing_pair_and_an_impossible_time_are_named_together():
    known = times([("1080", "1080", 5), ("1081", "1081", 5), ("1080", "1081", 0)])
    with pytest.raises(FaultsError, match=r"1 pair\(s\) missing: 1081 to 1080(.|\n)*1080 to 1081 0"):
        travel_times(["1080", "1081"], ROAD, known=known)


def test_an_invented_municipality_needs_its_own_times():
    with pytest.raises(UnknownCodeError, match="9901"):
        travel_times(["9901", "1080"], ROAD)
    pairs = [("9901", "9901", 4.0), ("9901", "1080", 50), ("1080", "9901", 50), ("1080", "1080", 7)]
    assert travel_times(["9901", "1080"], ROAD, known=times(pairs), extra_codes=["9901"]).height == 4


@given(st.floats(1, 30), st.floats(1, 2), st.floats(30, 110))
def test_farther_takes_longer(door, detour, speed):
    road = Road(door, detour, speed, 0.4)
    found = travel_times(["1080", "1081", "1083"], road)
    minutes = {work: value for home, work, value in found.select("home", "work", "minutes").rows() if home == "1080"}
    assert door < minutes["1080"] < minutes["1081"] < minutes["1083"]


def cells(**persons: float) -> pl.DataFrame:
    rows = [(name, "7212", 2030, value) for name, value in persons.items()]
    return pl.DataFrame(rows, schema=["municipality", "group", "year", "persons"], orient="row")


COMMUTING = pl.DataFrame({"home": ["a", "a", "b"], "work": ["a", "b", "b"], "persons": [1.0, 1.0, 2.0]})


def test_the_index_by_hand():
    """Half of a's people work in b: a reaches (10+40)/2 openings, and (10 + 20)/2 people compete for them."""
    found = reach_index(cells(a=10, b=40), cells(a=20, b=10), COMMUTING)
    assert found.select("reachable_openings", "reachable_inflow").rows() == [(25.0, 15.0), (40.0, 20.0)]
    assert found["index"].to_list() == pytest.approx([25 / 15, 2.0])
    assert tables.check(found, "reach_index", extra_codes=["a", "b"]).height == 2


def test_one_municipality_is_openings_over_inflow():
    alone = pl.DataFrame({"home": ["a"], "work": ["a"], "persons": [7.0]})
    assert reach_index(cells(a=30), cells(a=12), alone)["index"].item() == 2.5


def test_a_region_may_bring_its_own_times(mini, tmp_path):
    folder = Path(shutil.copytree(mini, tmp_path / "own"))
    assert read_region(folder).tables["travel_time"].is_empty()
    codes = read_region(folder).municipalities
    rows = [f"{home},{work},12,observed" for home in codes for work in codes]
    (folder / "travel_time.csv").write_text("home,work,minutes,status\n" + "\n".join(rows) + "\n")
    region = read_region(folder)
    known = region.tables["travel_time"]
    assert travel_times(codes, ROAD, known=known, extra_codes=region.extra_codes)["minutes"].to_list() == [12.0] * 4
    (folder / "travel_time.csv").write_text("home,work,minutes,status\n" + rows[0].replace("12", "-2") + "\n")
    with pytest.raises(TableError, match=r"column minutes: -2 \(row 2\) below zero"):
        read_region(folder)


POSITIVE = st.floats(0.1, 1e5)


@settings(max_examples=25)
@given(POSITIVE, POSITIVE, POSITIVE, POSITIVE, st.floats(0.01, 100))
def test_scale_and_order_are_irrelevant(one, two, three, four, size):
    base = reach_index(cells(a=one, b=two), cells(a=three, b=four), COMMUTING)
    scaled = reach_index(cells(a=one * size, b=two * size), cells(a=three * size, b=four * size), COMMUTING)
    assert scaled["index"].to_list() == pytest.approx(base["index"].to_list())
    turned = reach_index(cells(b=two, a=one), cells(b=four, a=three), COMMUTING.reverse())
    assert turned.equals(base)


@settings(max_examples=25)
@given(POSITIVE, POSITIVE, POSITIVE, POSITIVE, POSITIVE)
def test_more_openings_lower_no_index(one, two, three, four, more):
    base = reach_index(cells(a=one, b=two), cells(a=three, b=four), COMMUTING)
    raised = reach_index(cells(a=one, b=two + more), cells(a=three, b=four), COMMUTING)
    assert (raised["index"] >= base["index"]).all()


def test_groups_may_commute_in_their_own_way():
    far = COMMUTING.with_columns(group=pl.lit("high"))
    near = pl.DataFrame({"home": ["a", "b"], "work": ["a", "b"], "persons": [1.0, 1.0], "group": ["low", "low"]})
    openings, inflow = (
        pl.concat([cells(a=x, b=y).with_columns(group=pl.lit(group)) for group in ("high", "low")])
        for x, y in ((10, 40), (20, 10))
    )
    found = reach_index(openings, inflow, pl.concat([far, near]))
    index = {(place, group): value for place, group, value in found.select("municipality", "group", "index").rows()}
    assert index["a", "high"] == pytest.approx(25 / 15)
    assert index["a", "low"] == pytest.approx(0.5)


def test_nobody_competing_is_unknown_not_infinite():
    found = reach_index(cells(a=10, b=40), cells(a=0, b=0), COMMUTING)
    assert found["index"].to_list() == [None, None]
    assert found["status"].to_list() == ["not_applicable"] * 2


def test_a_home_nobody_leaves_is_an_error():
    with pytest.raises(TableError, match=r"nobody of c works in the set"):
        reach_index(cells(a=10, c=4), cells(a=20, c=10), COMMUTING)
