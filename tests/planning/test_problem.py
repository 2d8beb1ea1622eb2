"""A problem folder: what comes out is what went in, and every fault is told at once, in words."""

import json

import polars as pl
import pytest

from brygga.core.errors import BryggaError, FaultsError, SettingError
from brygga.planning.columns import FILES
from brygga.planning.generate import generate_problem
from brygga.planning.problem import make_problem, read_problem, write_problem
from tests.planning.problems import problem, rows, settings, welders


@pytest.mark.parametrize("own_site", [True, False])
def test_a_written_problem_reads_back_the_same(tmp_path, own_site):
    before = generate_problem(own_site=own_site)
    write_problem(before, tmp_path)
    after = read_problem(tmp_path)
    assert after.settings == before.settings
    for name in {*FILES, "offers"} - {"applicants"}:
        assert getattr(after, name).equals(getattr(before, name)), name


def test_chances_and_drains_read_back_the_same(tmp_path):
    tables = {
        **welders(),
        "probabilities": rows("measure year probability", ("course", 2028, 0.25)),
        "drains": rows("measure occupation share", ("course", "fitter", 0.5)),
    }
    write_problem(problem(tables), tmp_path)
    after = read_problem(tmp_path)
    assert after.probabilities.rows() == [("course", 2028, 0.25)]
    assert after.drains.rows() == [("course", "fitter", 0.5)]


def test_a_folder_without_the_optional_files_is_read(tmp_path):
    write_problem(problem(), tmp_path)
    for name in ("probabilities", "drains", "leads", "weights", "pins", "last_year", "funders"):
        assert not (tmp_path / f"{name}.csv").exists()
    assert read_problem(tmp_path).probabilities.is_empty()


ADDED = {
    "a chance above 1": (
        ("probabilities", "measure year probability", ("course", 2028, 1.5)),
        r"probabilities.csv, column probability: 1.5 \(course, 2028\) is outside 0 to 1",
    ),
    "a chance of nothing known": (
        ("probabilities", "measure year probability", ("curse", 2028, 0.5)),
        r"probabilities.csv: measure curse is not in measures.csv",
    ),
    "a chance in a year outside": (
        ("probabilities", "measure year probability", ("course", 2031, 0.5)),
        r"probabilities.csv: year 2031 is outside 2027-2028",
    ),
    "a drain of nothing known": (
        ("drains", "measure occupation share", ("curse", "fitter", 0.5)),
        r"drains.csv: measure curse is not in measures.csv",
    ),
    "more leave than come": (
        ("drains", "measure occupation share", ("course", "fitter", 0.7), ("course", "cook", 0.7)),
        r"drains.csv: the shares of course \(1.4\) sum to more than 1",
    ),
}


@pytest.mark.parametrize(("table", "words"), ADDED.values(), ids=ADDED.keys())
def test_a_fault_of_chances_and_drains_is_told_in_words(table, words):
    name, columns, *values = table
    with pytest.raises(BryggaError, match=words):
        problem({**welders(), name: rows(columns, *values)})


def test_ids_may_be_any_text_and_keep_their_zero(tmp_path):
    tables = welders()
    tables["need"] = tables["need"].with_columns(municipality=pl.lit("0114"))
    tables["reach"] = rows("site municipality share", ("school", "0114", 1.0))
    write_problem(problem(tables), tmp_path)
    assert read_problem(tmp_path).need["municipality"].unique().to_list() == ["0114"]


def test_an_occupation_that_no_measure_leads_to_is_a_warning():
    tables = welders()
    tables["need"] = pl.concat(
        [tables["need"], rows("municipality occupation year persons", ("norra", "cook", 2027, 3.0))]
    )
    assert problem(tables).warnings == ("No measure leads to 1 occupation(s) with unfilled posts: cook.",)


FAULTS = {
    "a negative budget": ("budgets", pl.col("amount") * -1, r"budgets.csv, column amount: -1000 .* below zero"),
    "class_min above class_max": (
        "measures",
        pl.lit(11).alias("class_min"),
        r"class_min is above class_max for course",
    ),
    "a share above 1": ("reach", pl.lit(1.5).alias("share"), r"reach.csv, column share: 1.5 .* outside 0 to 1"),
    "shares that sum above 1": (
        "reach",
        pl.lit(0.8).alias("share"),
        r"reach.csv: the shares of school \(1.6\) sum to more",
    ),
    "a site without reach": ("reach", pl.lit(0.0).alias("share"), r"site school has no municipality within reach"),
    "funding that is not whole": (
        "funding",
        pl.lit(0.9).alias("share"),
        r"funding shares of course \(0.9\) do not sum to 1",
    ),
    "a year outside": ("budgets", pl.lit(2031).alias("year"), r"budgets.csv: year 2031 is outside 2027-2030"),
    "a missing cost": (
        "measures",
        pl.lit(None, pl.Float64).alias("cost_seat"),
        r"column cost_seat: None \(row 2\) where a number",
    ),
    "half a class": (
        "measures",
        pl.lit(1.5).alias("classes_max"),
        r"column classes_max: 1.5 \(row 2\) where a whole number",
    ),
    "an unknown measure": (
        "funding",
        pl.lit("curse").alias("measure"),
        r"funding.csv: measure curse is not in measures.csv",
    ),
}


@pytest.mark.parametrize(("table", "change", "words"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_told_in_words(table, change, words):
    tables = welders()
    tables[table] = tables[table].with_columns(change)
    if table == "budgets" and "year" in words:
        tables[table] = tables[table].head(1)
    with pytest.raises(BryggaError, match=words):
        problem(tables)


PINS = {
    ("curse", "school", 2027, "must", None): r"pins.csv: measure curse is not in measures.csv",
    ("course", "school", 2029, "must", None): r"pins.csv: year 2029 is outside 2027-2028",
    ("course", "school", 2027, "maybe", None): r"kind is not one of must, never, at_least, at_most",
    ("course", "school", 2027, "at_least", None): r"need a number in classes",
    ("course", "school", 2027, "must", 2): r"use at_least",
    ("course", "school", 2027, "never", 2): r"use at_most",
}


@pytest.mark.parametrize(("pin", "words"), PINS.items(), ids=str)
def test_a_pin_that_cannot_be_read_is_told(pin, words):
    with pytest.raises(BryggaError, match=words):
        problem({**welders(), "pins": rows("measure site year kind classes", pin)})


def test_all_faults_are_told_at_once():
    tables = welders()
    tables["budgets"] = tables["budgets"].with_columns(amount=-pl.col("amount"))
    tables["funding"] = tables["funding"].with_columns(share=pl.lit(0.5))
    with pytest.raises(FaultsError, match=r"(?s)has 2 faults.*below zero.*do not sum to 1"):
        problem(tables)


def test_a_row_that_stands_twice_is_a_fault():
    tables = welders()
    tables["sites"] = pl.concat([tables["sites"], tables["sites"]])
    with pytest.raises(BryggaError, match=r"sites.csv school stands more than once"):
        problem(tables)


def test_without_draws_payments_and_applicants_the_problem_is_whole_all_the_same():
    made = problem()
    assert made.need_draws.rows() == []
    assert made.payments.rows() == [("course", 0, 1.0)]
    assert made.offers.rows() == [("course", "school", None)]
    assert made.cost_cap is None


def test_need_is_the_mean_over_draws_where_a_missing_row_is_nought():
    tables = welders()
    given = [("norra", "welder", 2028, 6.0, 1), ("norra", "welder", 2028, 8.0, 2), ("norra", "cook", 2028, 3.0, 2)]
    tables["need"] = rows("municipality occupation year persons draw", *given)
    made = problem(tables)
    assert made.need.rows() == [("norra", "cook", 2028, 1.5), ("norra", "welder", 2028, 7.0)]
    assert made.need_draws.columns == ["draw", "municipality", "occupation", "year", "persons"]
    assert made.need_draws.height == 3


def test_a_star_funds_every_measure_without_a_row_of_its_own():
    tables = welders()
    second = tables["measures"].with_columns(measure=pl.lit("evening"))
    tables["measures"] = pl.concat([tables["measures"], second])
    tables["funding"] = rows("funder measure share", ("fund", "*", 1.0))
    assert problem(tables).funding.rows() == [("fund", "course", 1.0), ("fund", "evening", 1.0)]
    tables["funding"] = rows("funder measure share", ("fund", "*", 1.0), ("state", "evening", 1.0))
    assert problem(tables).funding.rows() == [("fund", "course", 1.0), ("state", "evening", 1.0)]


def test_a_row_of_applicants_limits_its_pair_and_forbids_no_other():
    tables = {**welders(), "applicants": rows("site measure applicants", ("school", "course", 12.0))}
    tables["sites"] = rows("site municipality rooms applicants", ("school", "sodra", 2, 30), ("other", "sodra", 2, 30))
    tables["reach"] = rows("site municipality share", ("school", "norra", 1.0), ("other", "norra", 1.0))
    assert problem(tables).offers.rows() == [("course", "other", None), ("course", "school", 12.0)]
    tables["offers"] = rows("measure site", ("course", "school"))
    assert problem(tables).offers.rows() == [("course", "school", 12.0)]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"stay": 1.2}, "stay 1.2 is outside 0 to 1"),
        ({"discount": 0}, "discount 0 is not above 0"),
        ({"reach": "near"}, "reach is 'near', not fixed or free"),
        ({"horizon": 2026}, "horizon 2026 are not in order"),
        ({"stay": "much"}, "stay is 'much'. a number belongs there"),
        ({"years": [2027.5, 2028]}, "the first and the last year of start"),
        ({"horizon": 9999}, "years 2027 to 9999 are more than 200"),
    ],
)
def test_a_wrong_setting_is_told(tmp_path, change, words):
    write_problem(problem(), tmp_path)
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    with pytest.raises(SettingError, match=words):
        read_problem(tmp_path)


def test_a_missing_table_is_told():
    tables = welders()
    del tables["reach"]
    with pytest.raises(BryggaError, match=r"reach.csv is missing"):
        make_problem(settings(), tables)


def test_capacity_nought_is_allowed_and_starts_nothing():
    tables = welders()
    tables["measures"] = tables["measures"].with_columns(classes_max=pl.lit(0))
    assert problem(tables).measures["classes_max"].item() == 0
