"""The stress test on the mini region: which cells, what each does, in which order, and the words of the errors."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from brygga.core.errors import FaultsError, SettingError, TableError
from brygga.core.region import read_region
from brygga.workflow.closure_inputs import inputs_of
from brygga.workflow.finished import finished
from brygga.workflow.results import open_results
from brygga.workflow.stress import shock_at, stress, stressed, table_of
from brygga.workflow.stress_cells import Cell, cells_of, check_asked, check_whole

HEAD = "municipality,industry,label,posts,source\n"


@pytest.fixture(scope="module")
def results(results_folder):
    return open_results(results_folder)


@pytest.fixture(scope="module")
def inputs(results):
    return inputs_of(results, draws=10)


@pytest.fixture(scope="module")
def cells(results):
    return cells_of(results.region, least=100, share=0.3)


@pytest.fixture(scope="module")
def found(inputs, cells):
    return stressed(inputs, cells)


@pytest.fixture(scope="module")
def table(found, inputs):
    return table_of(found, inputs)


def with_workplaces(mini: Path, to: Path, rows: str) -> Path:
    twin = Path(shutil.copytree(mini, to / "twin"))
    (twin / "workplaces.csv").write_text(HEAD + rows, encoding="utf-8")
    return twin


def test_the_cells_are_the_industries_with_so_many_jobs(cells):
    """200 in 9901-25, 200 in 9901-29, 400 and 200 in Q, 200 in 9902-25; each loses 30 per cent."""
    told = {(cell.municipality, cell.industry): (cell.jobs, cell.posts) for cell in cells}
    assert told == {
        ("9901", "25"): (200, 60),
        ("9901", "29"): (200, 60),
        ("9901", "Q"): (400, 120),
        ("9902", "25"): (200, 60),
        ("9902", "Q"): (200, 60),
    }


def test_fewer_cells_where_more_jobs_are_asked_for(results):
    assert [cell.industry for cell in cells_of(results.region, least=300, share=1.0)] == ["Q"]
    assert cells_of(results.region, least=100, share=1.0, municipalities=["9902"])[0].posts == 200


def test_the_largest_is_worst_by_size_and_the_table_says_what_share_of_the_jobs_it_is(table):
    largest = table.filter(naive=1).row(0, named=True)
    assert (largest["municipality"], largest["industry"], largest["shock"]) == ("9901", "Q", "9901-Q-120")
    assert largest["share"] == pytest.approx(120 / 800)


def test_ranks_go_from_one_and_intervals_hold_their_middle(table):
    assert table["rank_work"].to_list() == sorted(table["rank_work"].to_list())
    assert table["rank_work"].min() == table["rank_tax"].min() == 1
    for name in ("carried_", "without_work_12_", "hit_12_", "others_12_", "tax_lost_"):
        assert (table[f"{name}p10"] <= table[f"{name}p50"]).all()
        assert (table[f"{name}p50"] <= table[f"{name}p90"]).all()
    assert table["worst_work"].to_list() == [1.0] * 5, "five cells are all among the worst five"


def test_no_more_are_without_work_than_lost_a_post(found):
    posts = np.array([cell.posts for cell in found.cells])[:, None]
    assert (found.hit > 0).all()
    assert (found.hit <= posts + found.carried + 1e-9).all()
    assert (found.without >= found.hit).all()


def test_tax_is_lost_by_residence_at_the_pay_of_the_post(inputs, cells):
    """Everybody without work in the draw pays 12 months at the occupation's pay and the home's rate, outside none."""
    only = stressed(inputs, cells[:1])
    pay, rate = inputs.pay, np.nan_to_num(inputs.tax)
    assert only.tax.max() <= only.without.max() * 12 * pay.max() * rate.max()
    assert only.tax.min() > 0


def test_the_order_of_cells_changes_no_rank(inputs, cells, table):
    turned = table_of(stressed(inputs, cells[::-1]), inputs)
    assert turned.equals(table)


def test_a_larger_share_is_never_milder(inputs, results, found):
    whole = stressed(inputs, cells_of(results.region, least=100, share=1.0))
    assert (whole.without > found.without).all()
    assert (whole.tax > found.tax).all()


def test_more_without_work_in_the_region_never_make_a_shock_milder(inputs, cells, found):
    market = inputs.market
    crowded = replace(inputs, market=replace(market, others=1.5 * market.others))
    assert (stressed(crowded, cells).hit > found.hit).all()


def test_the_worst_come_first(found, table):
    assert found.worst[0].key in set(table.filter((pl.col("rank_work") == 1) | (pl.col("rank_tax") == 1))["shock"])
    assert len(found.worst) == 5


def test_all_leave_when_the_law_first_allows(inputs):
    """60 posts: four months of notice, at once; 120: six, over three months."""
    small, large = (shock_at(Cell("9901", "Q", 400, posts), inputs.start) for posts in (60.0, 120.0))
    assert (small.first_month, small.last_month) == (4, 4)
    assert (large.first_month, large.last_month) == (6, 8)


def test_a_region_without_large_workplaces_has_an_empty_table(results):
    assert stress(results, least=5000, draws=10).is_empty()


def test_workplaces_of_the_region_are_tried_beside_the_industries(mini, tmp_path, inputs):
    twin = read_region(with_workplaces(mini, tmp_path, "9901,Q,sjukhus,250,\n"))
    cell = next(cell for cell in cells_of(twin, least=100, share=1.0) if cell.label)
    assert (cell.label, cell.jobs, cell.posts) == ("sjukhus", 250, 250)
    rows = table_of(stressed(inputs, [cell]), inputs)
    assert rows.select("kind", "label", "shock").row(0) == ("workplace", "sjukhus", "9901-Q-250-sjukhus")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("9901,Q,Exempelbolaget AB,100,\n", "look.s. like a company's name"),
        ("1080,Q,sjukhus,100,\n", "lies outside the region"),
        ("9901,Q,sjukhus,900,\n", "sjukhus in 9901 has 900 posts, industry Q there 400"),
        ("9901,30,varv,100,\n", "has no jobs in the region"),
    ],
)
def test_a_workplace_that_cannot_be_is_named(mini, tmp_path, row, said):
    twin = read_region(with_workplaces(mini, tmp_path, row))
    with pytest.raises((SettingError, TableError), match=said):
        cells_of(twin, least=100, share=1.0)


def test_all_that_is_asked_wrongly_is_told_at_once(mini):
    with pytest.raises(FaultsError, match="the stress test has 4 faults") as told:
        check_asked(read_region(mini), least=0, share=1.2, draws=1, municipalities=["1080"])
    assert "shares are written 0.3 for 30 per cent" in str(told.value)


def test_both_all_and_a_share_are_refused():
    with pytest.raises(SettingError, match="both --all and --share"):
        check_whole(True, share_given=True)


def test_a_run_is_read_from_its_folder_and_from_a_region_with_it(results_folder, tmp_path):
    """Written into a run's folder, the table is found there by `has`."""
    out = Path(shutil.copytree(results_folder, tmp_path / "out"))
    by_run, by_region = finished(out, out, draws=10, seed=1), finished(out / "region", out, draws=10, seed=1)
    assert by_run.table("gap_draws").equals(by_region.table("gap_draws"))
    by_run.write("stress", {"stress": stress(by_run, least=100, draws=10)}, ("a note",))
    there = open_results(out)
    assert there.has("stress")
    assert "a note" in there.provenance("stress")["warnings"]
