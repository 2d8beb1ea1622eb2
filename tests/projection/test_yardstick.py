import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brygga.core import tables
from brygga.core.errors import TableError
from brygga.projection.yardstick import agreement, yardstick

GAPS = {"7212": 30.0, "7223": 10.0, "8219": -20.0, "5321": -5.0}


def draws(gaps=None, municipalities=("1080", "1082"), years=(2024, 2025, 2030), posts=100.0, growth=0.0):
    """Two draws; each municipality has the gap, and posts that grow by so many a year."""
    rows = []
    for municipality in municipalities:
        for occupation, gap in (gaps or GAPS).items():
            for year in years:
                for draw in (0, 1):
                    demand = posts + growth * (year - years[0]) + draw
                    rows.append((municipality, occupation, year, draw, demand, max(gap, 0.0), max(-gap, 0.0)))
    names = ["municipality", "occupation", "year", "draw", "demand", "unfilled", "without_work"]
    return pl.DataFrame(rows, schema=names, orient="row")


def barometer(words, area="10", edition="2025-2", direction="öka", **columns):
    rows = [(occupation, area, edition, word, direction) for occupation, word in words.items()]
    names = ["occupation", "area", "edition", "recruitment", "direction"]
    kinds = {"recruitment": pl.String, "direction": pl.String}
    return pl.DataFrame(rows, schema=names, orient="row", schema_overrides=kinds).with_columns(**columns)


LIKE_US = {"7212": "brist", "7223": "brist", "8219": "överskott", "5321": "balans"}


def found(words=LIKE_US, measure="recruitment", **options):
    table = tables.check(yardstick(draws(), barometer(words), **options), "yardstick")
    return {row["occupation"]: row for row in table.filter(pl.col("measure") == measure).iter_rows(named=True)}


def test_blekinge_by_hand():
    """A gap of 60 over 200 posts (202 in the other draw), in the edition's year; the largest of four."""
    row = found()["7212"]
    assert row["value"] == pytest.approx((60 / 200 + 60 / 202) / 2)
    assert (row["year"], row["rank"], row["score"], row["judged"]) == (2025, 0.875, 1.0, "own")
    assert {row["verdict"] for row in found().values()} == {"agree"}


def test_the_other_way_round_is_opposite():
    rows = found({"7212": "överskott", "7223": "balans", "8219": "brist", "5321": "balans"})
    verdicts = {code: row["verdict"] for code, row in rows.items()}
    assert verdicts == {"7212": "opposite", "8219": "opposite", "7223": "agree", "5321": "agree"}


def test_correlation_is_one_for_the_same_order_and_minus_one_for_the_reverse():
    for words, correlation in ((LIKE_US, 0.9487), ({"7212": "överskott", "7223": "balans", "8219": "brist"}, -1.0)):
        numbers = tables.check(agreement(yardstick(draws(), barometer(words))), "yardstick_agreement")
        row = numbers.filter(pl.col("measure") == "recruitment").row(0, named=True)
        assert row["rank_correlation"] == pytest.approx(correlation, abs=1e-4)
        assert row["occupations"] == len(words) == row["agree"] + row["near"] + row["opposite"]


def test_what_chance_would_agree_on_stands_beside():
    """Two of brist, one of each other word: drawn by lot 2 x 2/4 + 2 x 1/4; with one word for all, all agree."""
    numbers = agreement(yardstick(draws(), barometer(LIKE_US)))
    assert dict(numbers.select("measure", "agree_by_chance").rows()) == {"recruitment": 1.5, "direction": 4.0}


def test_one_word_for_all_has_no_order_to_correlate():
    numbers = agreement(yardstick(draws(), barometer(LIKE_US))).filter(pl.col("measure") == "direction")
    assert numbers["rank_correlation"].to_list() == [None]
    assert numbers["status"].to_list() == ["not_available"]


def test_paradox_and_silence_are_open():
    rows = found(LIKE_US | {"7223": "paradox", "5321": None})
    assert (rows["7223"]["verdict"], rows["7223"]["words"], rows["7223"]["score"]) == ("open", "paradox", None)
    assert (rows["5321"]["verdict"], rows["5321"]["words"]) == ("open", None)


def test_unit_groups_of_a_coarser_occupation_are_weighed():
    ours = draws({"721": 5.0, "8": -5.0})
    said = barometer({"7211": "brist", "7212": "överskott | brist"})
    units = pl.DataFrame({"occupation": ["7211", "7212"], "persons": [30.0, 10.0]})
    scores = [
        yardstick(ours, said, units=weights).filter(pl.col("occupation") == "721")["score"][1]
        for weights in (None, units)
    ]
    assert scores == [0.75, (30 * 1 + 10 * 0.5) / 40]


def test_what_only_the_nation_was_judged_on_is_marked():
    nation = barometer(LIKE_US | {"5321": "brist"}, area="00")
    own = barometer({"7212": "balans"})
    rows = yardstick(draws(), pl.concat([nation, own])).filter(pl.col("measure") == "recruitment")
    marked = dict(rows.select("occupation", "judged").rows())
    assert marked == {"5321": "nation", "7212": "own", "7223": "nation", "8219": "nation"}
    levels = barometer(LIKE_US, level=pl.Series(["nationellt", "län", "län", "län"]))
    rows = yardstick(draws(), levels).filter(pl.col("measure") == "recruitment")
    assert dict(rows.select("occupation", "judged").rows())["7212"] == "nation"


def test_growth_is_compared_over_five_years():
    grown = yardstick(draws(growth=4.0, years=(2025, 2028, 2030, 2036)), barometer(LIKE_US))
    values = grown.filter(pl.col("measure") == "direction")["value"].to_list()
    assert values == pytest.approx([(20 / 100 + 20 / 101) / 2] * 4, rel=1e-6)


@settings(deadline=None, max_examples=20)
@given(st.randoms(), st.sampled_from([2.0, 0.5]))
def test_order_of_rows_and_size_of_the_region_change_no_rank(random, k):
    rows = draws()
    shuffled = rows[random.sample(range(rows.height), rows.height)]
    scaled = shuffled.with_columns(pl.col("demand", "unfilled", "without_work") * k)
    first, second = (yardstick(some, barometer(LIKE_US)) for some in (rows, scaled))
    assert first.drop("value").equals(second.drop("value"))


def test_each_county_has_an_order_of_its_own():
    both = draws(municipalities=("1080", "0765"))
    told = pl.concat([barometer(LIKE_US), barometer(LIKE_US, area="07")])
    table = yardstick(both, told)
    assert table["area"].unique().sort().to_list() == ["07", "10"]
    one = table.filter(pl.col("area") == "07").drop("area")
    assert one.equals(table.filter(pl.col("area") == "10").drop("area"))


def test_occupations_with_few_posts_are_left_out_when_asked():
    few = draws({"7212": 3.0}, posts=5.0)
    table = yardstick(pl.concat([draws({"8219": 3.0, "5321": 1.0}), few]), barometer(LIKE_US), posts_least=50.0)
    assert table["occupation"].unique().sort().to_list() == ["5321", "8219"]


def test_an_edition_that_is_not_there_is_an_error():
    with pytest.raises(TableError, match=r"official_barometer has no edition 2026-1; it has 2025-2.*another year"):
        found(edition="2026-1")


def test_a_barometer_of_other_counties_alone_is_an_error():
    with pytest.raises(TableError, match=r"official_barometer: nothing on 10 or the nation in edition 2025-2"):
        yardstick(draws(), barometer(LIKE_US, area="12"))
