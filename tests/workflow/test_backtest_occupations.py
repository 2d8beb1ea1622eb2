import json

import numpy as np
import polars as pl
import pytest

from brygga.core.errors import BryggaError, FileError, TableError, UnknownCodeError
from brygga.core.places import SHARED_DATA
from brygga.projection.scores import scores
from brygga.workflow.backtest_breaks import BREAKS, merged, spread_unknown
from brygga.workflow.backtest_occupation_files import read_age_table, read_county_table, widths
from brygga.workflow.backtest_occupations import backtest_ages, backtest_counties, county_cells
from brygga.workflow.backtest_scorecard import embedded

YEARS = [2014, 2015, 2016]
COUNTIES = {
    ("10 Blekinge county", "723 Machinery mechanics"): [100, 200, 200],
    ("10 Blekinge county", "821 Assemblers"): [200, 100, 120],
    ("10 Blekinge county", "531 Child care"): [50, 55, 60],
    ("10 Blekinge county", "0002 occupations unidentifiable"): [35, 20, 10],
    ("12 Skåne county", "723 Machinery mechanics"): [300, 310, 320],
    ("12 Skåne county", "821 Assemblers"): [400, 390, 380],
    ("12 Skåne county", "531 Child care"): [80, 90, 95],
    ("12 Skåne county", "0002 occupations unidentifiable"): [78, 60, 40],
    ("99 County unknown", "531 Child care"): [7, 7, 7],
}


@pytest.fixture
def county_file(tmp_path):
    """Half of every count are men, half women, as in PxWeb's CSV."""

    def write(change=lambda rows: rows):
        rows = [
            {"region": region, "occupation (SSYK 2012)": occupation, "sex": sex}
            | {str(year): str(count / 2) for year, count in zip(YEARS, counts, strict=True)}
            for (region, occupation), counts in COUNTIES.items()
            for sex in ("men", "women")
        ]
        path = tmp_path / "counties.csv"
        pl.DataFrame(change(rows)).write_csv(path)
        return path

    return write


@pytest.fixture
def age_file(tmp_path):
    """Two age groups, and one beyond 64 that is not counted before 2023."""

    def write(ages=("16-24", "25-29", "065-69"), **other):
        codes = {"Yrke2012": ["7211", "7212", "8211", "0002"], "Alder": list(ages), "Tid": ["2020", "2021", "2023"]}
        grid = np.arange(1, 4 * len(ages) * 3 + 1).reshape(4, len(ages), 3) * 10
        content = {
            "class": "dataset",
            "id": list(codes),
            "size": [len(each) for each in codes.values()],
            "dimension": {name: {"category": {"index": each}} for name, each in codes.items()},
            "value": grid.ravel().tolist(),
        }
        path = tmp_path / "ages.json"
        path.write_text(json.dumps(content | other))
        return path

    return write


def pooled(found, **kept):
    rows = found.rows.filter((pl.col("origin") == "all") & (pl.col("size_class") == "all"))
    for column, value in kept.items():
        rows = rows.filter(pl.col(column) == value)
    return {row["method"]: row for row in rows.iter_rows(named=True)}


def test_rest_codes_are_no_county_and_no_occupation(county_file):
    jobs = read_county_table(county_file())
    assert (jobs.areas, jobs.occupations, jobs.years) == (("10", "12"), ("531", "723", "821"), (2014, 2015, 2016))
    assert jobs.persons[0, 1].tolist() == [100, 200, 200]
    assert jobs.unknown.tolist() == [[35, 20, 10], [78, 60, 40]]


def test_what_is_not_counted_in_all_years_is_left_out(age_file):
    jobs = read_age_table(age_file())
    assert (jobs.areas, jobs.years) == (("16-24", "25-29"), (2020, 2021, 2023))
    assert widths(jobs) == [9.0, 5.0]
    assert jobs.persons[1, 2].tolist() == [220, 230, 240]


def test_errors_by_hand(county_file):
    """Two years from 2014, no change: off by 100 80 10 20 20 15 = 245 of 1,175 persons."""
    found = pooled(backtest_counties(county_file()), given="nothing", breaks="carried", horizon=2)
    assert found["no_change"]["weighted_mape"] == pytest.approx(100 * 245 / 1175)
    assert found["no_change"]["cells"] == 6


def test_given_totals_constant_shares_by_hand(county_file):
    """Totals of 2016: 155, 520, 500. Shares of 2014: 50/130, 100/400, 200/600 in Blekinge."""
    found = pooled(backtest_counties(county_file()), given="national_total", breaks="carried", horizon=2)
    off = abs(155 * 50 / 130 - 60) + abs(520 / 4 - 200) + abs(500 / 3 - 120)
    assert found["constant_share"]["weighted_mape"] == pytest.approx(100 * 2 * off / 1175)
    assert set(found) == {"brygga", "no_change", "constant_share", "used"}


def test_a_break_is_carried_left_out_and_bridged(county_file):
    """Left out: four cells, off by 10 20 20 15 of 855. Bridged: five cells, 723 and 821 in Blekinge one."""
    result = backtest_counties(county_file())
    out = pooled(result, given="nothing", breaks="left_out", horizon=2)["no_change"]
    assert (out["cells"], out["weighted_mape"]) == (4, pytest.approx(100 * 65 / 855))
    bridged = pooled(result, given="nothing", breaks="bridged", horizon=2)["no_change"]
    now, then = (1 + 35 / 350, 1 + 78 / 780), (1 + 10 / 380, 1 + 40 / 795)
    pairs = [(50, 60, 0), (300, 320, 0), (80, 95, 1), (300, 320, 1), (400, 380, 1)]
    off = sum(abs(base * now[c] - actual * then[c]) for base, actual, c in pairs)
    assert bridged["cells"] == 5
    assert bridged["weighted_mape"] == pytest.approx(100 * off / (390 + 835))
    assert any("723 in Blekinge" in note for note in result.notes)


def test_nothing_after_the_origin_is_read(county_file):
    """With 2016 ten times as high, the naive answers from 2014 and 2015 stay; only outcomes differ."""

    def spoil(rows):
        return [row | {"2016": str(float(row["2016"]) * 10)} for row in rows]

    plain, spoiled = backtest_counties(county_file()), backtest_counties(county_file(spoil))
    one = pl.col("horizon") == 1
    early = (pl.col("origin") == "2014") & one & (pl.col("given") == "nothing") & (pl.col("size_class") == "all")
    naive = ~pl.col("method").is_in(["brygga", "used"])
    columns = ["breaks", "method", "mape", "weighted_mape"]
    assert plain.rows.filter(early & naive).select(columns).equals(spoiled.rows.filter(early & naive).select(columns))
    assert pooled(spoiled, given="nothing", breaks="carried", horizon=2)["no_change"]["weighted_mape"] > 80


def test_a_county_s_constants_never_see_the_county(county_file):
    """Other outcomes in Blekinge change the constants for Skåne, which were fitted there, and not its own."""

    def spoil(rows):
        return [
            row | {"2016": str(float(row["2015"]) ** 2 / float(row["2014"]))} if row["region"].startswith("10") else row
            for row in rows
        ]

    def fitted(found, area):
        kept = {"left_out": area, "given": "nothing", "breaks": "carried"}
        return next(each for each in found.constants if kept.items() <= each.items())

    plain, spoiled = backtest_counties(county_file()), backtest_counties(county_file(spoil))
    assert fitted(plain, "10") == fitted(spoiled, "10")
    assert fitted(plain, "12") != fitted(spoiled, "12")


def test_a_comparison_across_2023_is_left_out_or_bridged(age_file):
    """2020 to 2021 is on one basis; 2020 and 2021 to 2023 are not."""
    found = backtest_ages(age_file())
    horizons = {way: set(part["horizon"]) for (way,), part in found.rows.group_by("breaks")}
    assert horizons == {"left_out": {1}, "carried": {1, 2, 3}, "bridged": {1, 2, 3}}


def test_unknown_people_are_spread_and_sums_kept():
    jobs = np.array([[[30.0], [10.0]], [[6.0], [2.0]]])
    spread = spread_unknown(jobs, np.array([[4.0], [8.0]]))
    assert spread.sum(1).ravel().tolist() == [44, 16]
    assert (spread[:, 0] / spread[:, 1]).ravel().tolist() == [3, 3]


def test_cells_of_a_break_become_one():
    keys = {"origin": 2014, "horizon": 1, "method": "trend"}
    cells = pl.DataFrame(
        {"area": ["10", "10", "12"], "occupation": ["723", "821", "723"], "base": [1.0, 2.0, 4.0]}
        | {"actual": [2.0, 2.0, 4.0], "predicted": [3.0, 2.0, 4.0]}
    ).with_columns(**{name: pl.lit(value) for name, value in keys.items()})
    found = merged(cells, BREAKS[0]).sort("area")
    assert found.select("area", "occupation", "base", "actual", "predicted").rows() == [
        ("10", "723+821", 3.0, 4.0, 5.0),
        ("12", "723", 4.0, 4.0, 4.0),
    ]


def rename(rows, old, new):
    return [{new if key == old else key: value for key, value in row.items()} for row in rows]


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        (lambda rows: rename(rows, "region", "place"), TableError, "no column region"),
        (lambda rows: [{**row, "2015": ".."} for row in rows], TableError, r"2015: '\.\.' \(row 2\).*not zero"),
        (lambda rows: [{**row, "2015": "-1"} for row in rows], TableError, r"'-1' \(row 2\)"),
        (lambda rows: [{**row, "region": "11 Nowhere"} for row in rows], UnknownCodeError, "11"),
        (lambda rows: [{**row, "region": "Blekinge"} for row in rows], TableError, "'Blekinge' has no code"),
        (lambda rows: rows[2:], TableError, "missing, first 10, 723"),
        (lambda rows: [{k: v for k, v in row.items() if not k.isdigit()} for row in rows], TableError, "is a year"),
    ],
)
def test_bad_county_files_are_named_and_explained(county_file, change, error, words):
    with pytest.raises(error, match=words):
        read_county_table(county_file(change))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"ages": ("16-24", "25+")}, "age group 25[+] is no span of ages"),
        ({"value": [None] * 36}, r"36 hidden cell\(s\).*not zero"),
        ({"id": ["Yrke2012", "Age", "Tid"]}, "its dimensions cannot be read"),
    ],
)
def test_bad_age_files_are_named_and_explained(age_file, given, words):
    with pytest.raises(BryggaError, match=words):
        read_age_table(age_file(**given))


def test_a_missing_file_says_so(tmp_path):
    for read in (read_age_table, read_county_table):
        with pytest.raises(FileError, match="nowhere cannot be read"):
            read(tmp_path / "nowhere")


@pytest.mark.shared_data
def test_three_years_ahead_ours_beats_no_change_and_national_growth():
    """County SSYK-3 from 2014; no change 10.18, given totals constant shares 5.13 per cent (sums made apart)."""
    statistics = SHARED_DATA / "statistics"
    cells, _ = county_cells(
        statistics / "employees_ssyk3_sex_county_2014_2017.csv",
        statistics / "population_municipality_2011_2019.csv",
    )
    found = scores(cells.filter(pl.col("horizon") == 3), by=["given", "breaks"])
    by = {tuple(row): error for *row, error in found.select("given", "breaks", "method", "weighted_mape").rows()}
    for way in ("carried", "left_out", "bridged"):
        for naive in ("no_change", "national_growth", "trend"):
            assert by["nothing", way, "brygga"] < by["nothing", way, naive]
        for naive in ("no_change", "constant_share"):
            assert by["national_total", way, "brygga"] < by["national_total", way, naive]
    assert by["nothing", "carried", "no_change"] == pytest.approx(10.18, abs=0.01)
    assert by["national_total", "carried", "constant_share"] == pytest.approx(5.13, abs=0.01)
    carried = embedded().scores.filter(pl.col("stage") == "occupations_county", pl.col("origin") == "all")
    for row in carried.filter(pl.col("cell_class") == "all", pl.col("horizon") == 3).iter_rows(named=True):
        if row["method"] != "used":
            assert row["weighted_mape"] == pytest.approx(by[row["given"], row["breaks"], row["method"]], abs=0.0051)
