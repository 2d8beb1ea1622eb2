"""The gap by education is the gap by occupation seen otherwise, and says nothing where nothing is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from brygga.core import tables
from brygga.core.errors import TableError
from brygga.core.parameters import value_on
from brygga.core.region import read_region
from brygga.workflow.education import choice, decided_completers, gives_of, homes_of, see_education, sources_of
from brygga.workflow.results import open_results
from brygga.workflow.settings import decision_day

NAMES = ("gap_draws", "opening_draws", "population_projection")


@pytest.fixture(scope="module")
def twins(mini):
    return read_region(mini)


@pytest.fixture(scope="module")
def found(results_folder):
    results = open_results(results_folder)
    return {name: results.table(name) for name in NAMES}


@pytest.fixture(scope="module")
def seen(twins, found):
    return see_education(twins, found, seed=1)


def with_table(region, name, frame):
    return replace(region, tables={**region.tables, name: frame})


def test_both_tables_are_as_their_dictionaries_say(seen, twins):
    assert list(seen) == ["education_gap", "education_reach"]
    for name, frame in seen.items():
        assert tables.check(frame, name, extra_codes=twins.extra_codes).height
    gap = seen["education_gap"]
    assert set(gap["municipality"]) == {"9901", "9902", "all"}
    assert set(gap["education_level"]) == {"2", "3", "6"}
    assert (gap["p10"] <= gap["p50"]).all()
    assert (gap["p50"] <= gap["p90"]).all()


def test_the_naive_gaps_of_all_educations_are_the_base_years_gap(seen, found):
    naive = seen["education_gap"].filter(measure="gap", municipality="all", year=2024)["naive"].sum()
    base = found["gap_draws"].filter(year=2024)
    draws = base["draw"].n_unique()
    assert naive == pytest.approx((base["unfilled"].sum() - base["without_work"].sum()) / draws, abs=1e-6)


def test_the_base_year_by_hand(seen, found, twins):
    """No welder or machinist of the twins has level 6: its base-year demand is 3 in 10 of the third occupation's."""
    base = found["gap_draws"].filter(year=2024, occupation="5")
    posts = (base["supply"] - base["without_work"] + base["unfilled"]).sum() / base["draw"].n_unique()
    six = seen["education_gap"].filter(measure="demand", municipality="all", year=2024, education_level="6")
    assert six["naive"].item() == pytest.approx(0.3 * posts, rel=1e-6)


def test_same_seed_same_bytes_another_seed_others(seen, twins, found):
    shuffled = {name: frame.sample(fraction=1, shuffle=True, seed=3) for name, frame in found.items()}
    again = see_education(twins, shuffled, seed=1)
    assert all(again[name].equals(seen[name]) for name in seen)
    other = see_education(twins, found, seed=2)
    assert not other["education_gap"].equals(seen["education_gap"])


def test_the_choice_of_education_is_surer_near_than_far():
    """Three quarters have level 3: a quarter squared of the spread; level 4 has nine times as much."""
    rows = [(e, year, n) for e, n in (("3/all", 75.0), ("4/all", 25.0)) for year in (2024, 2025, 2034)]
    path = pl.DataFrame(rows, schema=["education", "year", "persons"], orient="row")
    day = date(2026, 12, 31)
    chosen = choice(path, list(range(2000)), day, seed=1).with_columns(pl.col("factor").log())
    rows = chosen.group_by("education", "year").agg(pl.col("factor").std()).rows()
    spread = {(e[0], year): sd for e, year, sd in rows}
    size = value_on("projection.sd_education", day).number
    assert spread["3", 2024] == 0
    assert spread["3", 2025] == pytest.approx(size / 16, rel=0.05)
    assert spread["4", 2025] == pytest.approx(size * 9 / 16, rel=0.05)
    assert spread["4", 2034] == pytest.approx(10 * spread["4", 2025])


def test_without_a_key_nothing_is_known(twins, found):
    bare = with_table(twins, "occupation_education", tables.empty("occupation_education"))
    nothing = see_education(bare, found, seed=1)
    assert list(nothing) == ["education_gap", "education_reach"]
    assert all(frame.is_empty() for frame in nothing.values())


def test_an_occupation_without_education_is_named(twins, found):
    key = twins.tables["occupation_education"].filter(pl.col("occupation") != "5")
    with pytest.raises(TableError, match=r"occupation_education\.occupation: no row for 5"):
        see_education(with_table(twins, "occupation_education", key), found, seed=1)


def test_posts_are_seen_from_where_their_workers_live(twins):
    shares = homes_of(twins, decision_day(twins))
    assert shares.group_by("work").agg(pl.col("share").sum())["share"].to_list() == pytest.approx([1.0, 1.0])


def test_only_the_base_years_commuters_and_stock_are_read(twins, found, seen):
    kept = {}
    for name in ("commuting", "education_stock"):
        now = twins.tables[name]
        before = now.with_columns(pl.col("year") - 1, persons=pl.col("persons") * 5 + pl.int_range(pl.len()))
        kept[name] = pl.concat([now, before])
    again = see_education(replace(twins, tables={**twins.tables, **kept}), found, seed=1)
    assert all(again[name].equals(seen[name]) for name in seen)


def test_a_hidden_pair_of_commuters_is_not_nobody(twins):
    pair = (pl.col("home") == "9902") & (pl.col("work") == "9901")
    hidden = twins.tables["commuting"].with_columns(
        persons=pl.when(pair).then(None).otherwise("persons"),
        status=pl.when(pair).then(pl.lit("suppressed")).otherwise("status"),
    )
    shares = homes_of(with_table(twins, "commuting", hidden), decision_day(twins))
    assert shares.filter(home="9902", work="9901")["share"].item() > 0


LABELS = pl.DataFrame(
    [("7212", e, s) for e, s in (("3/5", 0.6), ("3/8", 0.2), ("4/5", 0.2))]
    + [("7223", e, s) for e, s in (("3/5", 0.2), ("3/8", 0.6), ("4/5", 0.2))],
    schema=["occupation", "education", "share"],
    orient="row",
)


def test_a_programme_gives_the_fields_of_its_occupations(twins):
    """Welding in adult education is level 3; of the welders of level 3, six in eight have field 5."""
    gives = gives_of(twins, LABELS)
    welding = dict(gives.filter(programme="svets-storby").select("education", "share").iter_rows())
    assert welding == pytest.approx({"3/5": 0.75, "3/8": 0.25})
    assert dict(gives.filter(programme="cnc-lillby").select("education", "share").iter_rows()) == {"4/5": 1.0}


def test_completers_come_from_the_levels_below():
    assert sources_of(LABELS) == {"3/5": [], "3/8": [], "4/5": ["3/5", "3/8"]}


def test_classes_of_the_plan_are_left_out_and_running_ones_are_not(twins):
    """The two-year programme of 2027 would complete in 2029; that of 2026 completes in 2028 and stays."""
    decided = decided_completers(twins, LABELS, 2036, decision_day(twins), 2027)
    long = (
        decided.filter(education="4/5").group_by("year", maintain_order=True).agg(pl.col("persons").sum()).sort("year")
    )
    assert [year for year, persons in long.iter_rows() if persons < 0] == list(range(2029, 2034))
    assert (decided["persons"] <= 0).all()
