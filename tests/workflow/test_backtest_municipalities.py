import polars as pl
import pytest
from polars.testing import assert_frame_equal

from brygga.core.errors import FileError, SettingError, TableError, UnknownCodeError
from brygga.core.places import SHARED_DATA
from brygga.workflow.backtest_municipalities import (
    backtest_municipalities,
    county_code,
    read_counties,
    read_totals,
    sort_files,
)
from brygga.workflow.backtest_scorecard import embedded

CODES = ["1060", "1080", "1081", "1290", "1293"]


def totals(years=range(2011, 2017), codes=CODES):
    """Made-up towns: the n:th has 9,000 (n + 1) people and grows n - 1 per cent a year."""
    rows = [
        (code, y, 9_000 * (n + 1) * (1 + (n - 1) / 100) ** (y - 2011)) for n, code in enumerate(codes) for y in years
    ]
    return pl.DataFrame(rows, schema=["municipality", "year", "population"], orient="row")


@pytest.fixture
def write(tmp_path):
    def to(frame, name="towns.csv"):
        frame.write_csv(tmp_path / name)
        return tmp_path / name

    return to


def test_steady_growth_is_found_by_trend_and_missed_by_no_change(write):
    """The trend is exact; no change misses a town of 1 % a year by 1 - 1/1.01 after a year."""
    found = backtest_municipalities(write(totals()), origins=[2012, 2013], horizon=2)
    errors = {
        row["method"]: row["mape"]
        for row in found.rows.filter(
            (pl.col("origin") == "all") & (pl.col("size_class") == "all") & (pl.col("horizon") == 1)
        ).iter_rows(named=True)
    }
    expected = 100 * sum(abs(1 - 1 / (1 + (n - 1) / 100)) for n in range(5)) / 5
    assert errors["trend"] == pytest.approx(0, abs=1e-9)
    assert errors["no_change"] == pytest.approx(expected)
    assert 0 < errors["brygga"] < errors["no_change"]


def test_where_the_trend_won_it_is_used_and_named(write):
    """In 2014 the year ahead of 2012 and 2013 is known; the trend was exact, as no change was where nobody moved."""
    found = backtest_municipalities(write(totals()), origins=[2012, 2013, 2014], horizon=1)
    assert set(found.choices["best_naive"]) == {"trend", "no_change"}
    assert found.choices["naive"].max() == pytest.approx(0, abs=1e-9)
    used = found.rows.filter((pl.col("method") == "used") & (pl.col("origin") == "2014"))
    assert used["mape"].max() == pytest.approx(0, abs=1e-9)


def test_a_corrupted_future_changes_no_prediction_only_its_score(write):
    """Outcomes ten times too high: what stood there and the direction said stay, the error does not."""
    plain = backtest_municipalities(write(totals()), origins=[2012], horizon=2)
    spoiled = totals().with_columns(
        population=pl.when(pl.col("year") > 2012).then(pl.col("population") * 10).otherwise("population")
    )
    found = backtest_municipalities(write(spoiled, "spoiled.csv"), origins=[2012], horizon=2)
    no_change = pl.col("method") == "no_change"
    assert found.rows.filter(no_change)["mape"].min() > 85
    assert plain.rows["cells"].to_list() == found.rows["cells"].to_list()
    assert [c for c in found.constants if c["left_out"] == "2012"] == [
        c for c in plain.constants if c["left_out"] == "2012"
    ]


def test_an_origin_scored_alone_is_scored_as_among_others(write):
    """Law: its constants and intervals come from the other origins of the file, asked for or not."""
    file = write(totals())
    alone = backtest_municipalities(file, origins=[2013], horizon=2)
    among = backtest_municipalities(file, origins=[2011, 2012, 2013, 2014], horizon=2)
    one = pl.col("origin") == "2013"
    assert_frame_equal(alone.rows.filter(one), among.rows.filter(one), check_exact=True)
    assert alone.constants[0] == next(each for each in among.constants if each["left_out"] == "2013")


def test_the_note_says_that_later_origins_decide_constants_and_intervals(write):
    found = backtest_municipalities(write(totals()), origins=[2011], horizon=2)
    assert found.notes[0].startswith("A prediction uses data up to its origin. Constants of brygga and the width")
    assert "later ones and their outcomes included" in found.notes[0]


def test_a_file_with_one_origin_says_what_it_cannot(write):
    found = backtest_municipalities(write(totals(range(2011, 2014))), origins=[2011], horizon=2)
    assert any("one origin alone: constants are the stated ones" in note for note in found.notes)
    assert found.rows["coverage_80"].null_count() == found.rows.height


def test_the_order_of_rows_changes_nothing(write):
    plain = backtest_municipalities(write(totals()), origins=[2012, 2013], horizon=2).summary()
    turned = totals().sample(fraction=1.0, shuffle=True, seed=3)
    other = backtest_municipalities(write(turned, "turned.csv"), origins=[2012, 2013], horizon=2).summary()
    for part in ("rows", "choices", "constants"):
        assert plain[part] == other[part]


def test_the_summary_has_the_rows_that_were_asked_for(write):
    told = backtest_municipalities(write(totals()), origins=[2012, 2013], horizon=2).summary()
    row = next(row for row in told["rows"] if row["origin"] == 2012)
    assert {"origin", "horizon", "size_class", "method", "mape", "coverage_80"} <= set(row)
    assert told["settings_sha256"] is None
    assert set(told["inputs"]) == {"towns.csv"}
    assert {row["origin"] for row in told["rows"]} == {2012, 2013, "all"}


def test_counties_are_known_by_code_or_name(write):
    rows = pl.DataFrame(
        {
            "age": ["0", "1", "0"],
            "sex": "men",
            "region": ["Blekinge", "Blekinge", "12 Skåne county"],
            "year": 2010,
            "population": [3.0, 4.0, 5.0],
        }
    )
    assert read_counties(write(rows)).rows() == [("10", 2010, 7.0), ("12", 2010, 5.0)]
    assert county_code("Västra Götalands län", "") == "14"
    with pytest.raises(TableError, match="region Norway is no county"):
        county_code("Norway", "file")


def test_files_are_told_apart_by_their_columns(write):
    towns = write(totals())
    counties = write(pl.DataFrame({"age": ["0"], "region": ["10"], "year": [2010], "population": [1]}), "counties.csv")
    assert sort_files([counties, towns]) == sort_files([towns, counties]) == (towns, counties)
    assert sort_files([]) == (None, None)
    with pytest.raises(SettingError, match=r"towns\.csv and towns\.csv are both files of municipalities"):
        sort_files([towns, towns])
    with pytest.raises(FileError, match=r"nowhere\.csv cannot be read"):
        sort_files([towns.with_name("nowhere.csv")])


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        (lambda f: f.rename({"population": "people"}), TableError, "no column population; it has"),
        (lambda f: f.with_columns(municipality=pl.lit("9999")), UnknownCodeError, "9999"),
        (lambda f: f.with_columns(population=-pl.col("population")), TableError, r"population: '-9000.0' \(row 2\)"),
        (lambda f: f.with_columns(population=pl.lit("..")), TableError, "a hidden cell is not zero"),
        (lambda f: f.with_columns(year=pl.lit("2011/12")), TableError, r"a whole number from 0 up"),
        (lambda f: f[:-1], TableError, "1293 lacks 2016.*merged municipalities"),
        (lambda f: pl.concat([f, f[:1]]), TableError, "1060 2011 stands twice"),
        (lambda f: f[:0], TableError, "no rows"),
    ],
)
def test_bad_files_are_named_and_explained(write, change, error, words):
    with pytest.raises(error, match=words):
        read_totals(write(change(totals())))


def test_a_missing_file_says_so(tmp_path):
    with pytest.raises(FileError, match=r"nowhere\.csv cannot be read"):
        read_totals(tmp_path / "nowhere.csv")


def test_an_origin_without_an_outcome_is_named(write):
    with pytest.raises(SettingError, match=r"origin 2015 with horizon 2: the file has 2011-2016.*origins 2011:2014"):
        backtest_municipalities(write(totals()), origins=[2014, 2015], horizon=2)


def test_a_town_that_doubles_is_noted(write):
    doubled = totals().with_columns(
        population=pl.when(pl.col("year") > 2013).then(pl.col("population") * 2).otherwise("population")
    )
    notes = backtest_municipalities(write(doubled), origins=[2012], horizon=2).notes
    assert any("More than 20% in a year: 1060 2014" in note for note in notes)


@pytest.mark.shared_data
def test_five_years_ahead_ours_beats_every_naive_one():
    """290 municipalities from 2011-2014: no change misses by 4.17 and 5.62 % (sums made apart), ours less than each."""
    found = backtest_municipalities(
        SHARED_DATA / "statistics" / "population_municipality_2011_2019.csv",
        origins=[2011, 2012, 2013, 2014],
        horizon=5,
        counties=SHARED_DATA / "regions" / "population_county_age_sex_1968_2010.parquet",
    )
    pooled = found.rows.filter((pl.col("origin") == "all") & (pl.col("size_class") == "all") & (pl.col("horizon") == 5))
    by = {row["method"]: row for row in pooled.iter_rows(named=True)}
    assert by["no_change"]["mape"] == pytest.approx(4.17, abs=0.005)
    assert by["no_change"]["weighted_mape"] == pytest.approx(5.62, abs=0.005)
    for naive in ("no_change", "trend", "county_share"):
        for measure in ("mape", "weighted_mape"):
            assert by["brygga"][measure] < by[naive][measure]
    assert 0.7 <= by["brygga"]["coverage_80"] <= 0.9
    carried = embedded().scores.filter(pl.col("stage") == "municipalities", pl.col("origin") == "all")
    for row in carried.filter(pl.col("cell_class") == "all", pl.col("horizon") == 5).iter_rows(named=True):
        for measure in ("mape", "weighted_mape"):
            assert row[measure] == pytest.approx(by[row["method"]][measure], abs=0.0051)
