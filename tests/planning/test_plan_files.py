"""A plan's files: what is written reads back to the same, and anybody's files are read or told what they lack."""

from __future__ import annotations

import json
from types import SimpleNamespace

import polars as pl
import pytest

from brygga.core.errors import BryggaError, FileError, TableError
from brygga.planning.place import place
from brygga.planning.plan_files import read_plan, write_plan
from brygga.planning.plan_reading import read_plan_folder
from brygga.planning.recount import recount
from brygga.planning.stated import check_plan
from tests.planning.invented import invented_plan, invented_problem
from tests.planning.problems import problem, rows, welders

CLASSES = rows("measure site year classes seats", ("course", "school", 2027, 1, 8))
NO_GUIDANCE = pl.DataFrame(schema={"guidance": pl.String, "year": pl.Int64, "steps": pl.Int64})


def planned(asked, classes=CLASSES, guidance=NO_GUIDANCE, **more):
    """A plan as the solver would hand it over, its bound one below."""
    arrivals = place(asked, classes)
    counted = recount(asked, classes, arrivals, guidance)
    nothing, bound = recount(asked, classes.clear()).objective, max(0.0, counted.objective - 1)
    distance = counted.objective - bound
    proof = {
        "bound_gap": distance / counted.objective if counted.objective else 0.0,
        "improvement_gap": distance / (nothing - bound) if nothing > bound else 0.0,
    }
    return SimpleNamespace(
        classes=classes, arrivals=arrivals, guidance=guidance, counted=counted, bound=bound, nothing=nothing,
        objective=counted.objective, status="gap", seconds=1.5, kernel="exact", warnings=("cut off",), **proof, **more,
    )  # fmt: skip


@pytest.mark.parametrize("reach", ["free", "fixed"])
@pytest.mark.parametrize("seed", range(3))
def test_a_plan_reads_back_to_the_last_digit_and_is_as_it_says(tmp_path, seed, reach):
    asked = invented_problem(seed, reach=reach)
    classes, guidance = invented_plan(asked, seed)
    plan = planned(asked, classes, guidance)
    write_plan(tmp_path, asked, plan)
    back = read_plan(tmp_path)
    assert back.classes.equals(classes.sort("measure", "site", "year"))
    assert (back.arrivals is None) == (reach == "fixed")
    counted = recount(asked, *back)
    assert counted.cells.equals(plan.counted.cells)
    assert counted.objective == plan.objective
    assert check_plan(asked, read_plan_folder(tmp_path)).wrong.is_empty()


def test_the_files_have_the_columns_of_the_folder(tmp_path):
    asked = problem(welders())
    write_plan(tmp_path / "new" / "out", asked, planned(asked))
    out = tmp_path / "new" / "out"
    assert sorted(path.name for path in out.iterdir()) == ["arrivals.csv", "plan.csv", "short.csv", "summary.json"]
    assert (out / "plan.csv").read_text().splitlines() == [
        "measure,site,year,classes,seats,cost",
        "course,school,2027,1,8,800.0",
    ]
    assert (out / "arrivals.csv").read_text().splitlines() == [
        "site,municipality,occupation,year,persons",
        "school,norra,welder,2028,8.0",
    ]
    assert (out / "short.csv").read_text().splitlines()[:3] == [
        "municipality,occupation,year,need,stock,drained,short,surplus",
        "norra,welder,2027,10.0,0.0,0.0,10.0,0.0",
        "norra,welder,2028,10.0,8.0,0.0,2.0,0.0",
    ]
    said = json.loads((out / "summary.json").read_text())
    first = ["objective", "bound", "nothing_objective", "bound_gap", "improvement_gap", "status", "seconds"]
    assert list(said)[:7] == first
    assert [said[name] for name in first] == [16, 15, 40, 1 / 16, 1 / 25, "gap", 1.5]
    assert (said["cost"], said["seats"], said["kernel"], said["warnings"]) == (800, 8, "exact", ["cut off"])
    assert said["money"][0] == {"funder": "fund", "year": 2027, "spent": 800, "budget": 1000}


def test_draws_are_summed_up(tmp_path):
    need = rows(
        "draw municipality occupation year persons", *[(d, "norra", "welder", 2028, 10.0 + int(d)) for d in "123"]
    )
    asked = problem({**welders(), "need": need}, horizon=2028)
    write_plan(tmp_path, asked, planned(asked))
    draws = json.loads((tmp_path / "summary.json").read_text())["draws"]
    assert (draws["number"], draws["mean"], draws["p50"], draws["worst"]) == (3, 4, 4, 5)


def test_an_earlier_plan_is_replaced_and_other_files_are_left(tmp_path):
    free, fixed = problem(), problem(reach="fixed")
    (tmp_path / "notes.txt").write_text("mine")
    write_plan(tmp_path, free, planned(free))
    write_plan(tmp_path, fixed, planned(fixed))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["notes.txt", "plan.csv", "short.csv", "summary.json"]


def test_a_stop_while_writing_leaves_the_earlier_plan_whole(tmp_path, monkeypatch):
    asked = problem()
    write_plan(tmp_path, asked, planned(asked))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("brygga.planning.plan_files.summary_of", stopped)
    with pytest.raises(KeyboardInterrupt):
        write_plan(tmp_path, asked, planned(asked, CLASSES.with_columns(seats=9)))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_folder_that_cannot_be_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError, match="cannot be written"):
        write_plan(tmp_path / "file" / "out", problem(), planned(problem()))


def test_others_may_write_it_their_way(tmp_path):
    """A byte order mark, columns in another order, one more, spaces, whole numbers written as fractions."""
    text = "\ufeffseats, site ,measure,comment,classes,year\n8.0, school,course ,å,1.0,2027.0\n"
    (tmp_path / "plan.csv").write_text(text, encoding="utf-8")
    classes, arrivals, guidance = read_plan(tmp_path)
    assert classes.equals(CLASSES)
    assert classes.schema == {**CLASSES.schema}
    assert (arrivals, guidance.height) == (None, 0)


def test_numbers_that_cannot_be_are_read_for_the_recount_to_name(tmp_path):
    (tmp_path / "plan.csv").write_text("measure,site,year,classes,seats\ncourse,school,2027,NaN,-3.5\n")
    classes = read_plan(tmp_path).classes
    assert classes["classes"].is_nan().all()
    assert classes["seats"].to_list() == [-3.5]


def test_all_that_cannot_be_read_is_told_at_once(tmp_path):
    (tmp_path / "plan.csv").write_text(
        "measure,site,year,classes,seats\n,school,soon,1,many\ncourse,school,2027.5,1,8\n"
    )
    (tmp_path / "arrivals.csv").write_text("site,municipality,year,persons\nschool,norra,2028,8\n")
    (tmp_path / "short.csv").write_text("municipality,occupation,year,short\n" + "norra,welder,2028,2\n" * 2)
    (tmp_path / "summary.json").write_text("[1")
    with pytest.raises(BryggaError) as told:
        read_plan_folder(tmp_path)
    for words in (
        "plan.csv, column measure: 'nothing' (row 2) where a name belongs",
        "plan.csv, column year: 'soon' (row 2), '2027.5' (row 3) where a whole year belongs",
        "plan.csv, column seats: 'many' (row 2) where a number belongs",
        "arrivals.csv lacks column(s) occupation; it has site, municipality, year, persons",
        "short.csv: norra welder 2028 stands more than once",
        "summary.json cannot be read",
    ):
        assert words in str(told.value)


def test_a_column_that_stands_twice_is_told(tmp_path):
    (tmp_path / "plan.csv").write_text("measure,site,year,classes,seats, seats\ncourse,school,2027,1,8,9\n")
    with pytest.raises(TableError, match=r"plan\.csv has column\(s\) seats more than once"):
        read_plan(tmp_path)


def test_a_year_that_is_none_is_told(tmp_path):
    (tmp_path / "plan.csv").write_text("measure,site,year,classes,seats\ncourse,school,1e30,1,8\n")
    with pytest.raises(TableError, match=r"'1e30' \(row 2\) where a whole year belongs"):
        read_plan(tmp_path)


@pytest.mark.parametrize(("folder", "words"), [(".", "holds no plan.csv"), ("nowhere", "is no folder")])
def test_a_folder_without_a_plan_says_so(tmp_path, folder, words):
    with pytest.raises(FileError, match=words):
        read_plan(tmp_path / folder)


def test_an_empty_plan_is_a_plan(tmp_path):
    (tmp_path / "plan.csv").write_text("measure,site,year,classes,seats\n")
    assert recount(problem(), *read_plan(tmp_path)).objective == 40
    (tmp_path / "plan.csv").write_text("")
    with pytest.raises(TableError, match="empty"):
        read_plan(tmp_path)
