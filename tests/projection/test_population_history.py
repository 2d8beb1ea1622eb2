"""People, births and deaths as one history: every fault named, all of them at once."""

import numpy as np
import polars as pl
import pytest

from brygga.core.errors import FaultsError, TableError
from brygga.projection.population_history import official_history, parents_of, read_history

YEARS = range(2000, 2003)
AGES = [*map(str, range(70)), "70+"]


def counts(value, ages, years=YEARS, count=lambda age: 10.0):
    """One row a cell of two regions, both sexes, `ages` and `years`."""
    rows = [
        (age, sex, region, year, count(age))
        for age in ages
        for sex in ("Females", "Males")
        for region in ("B", "A")
        for year in years
    ]
    return pl.DataFrame(rows, schema=["age", "sex", "region", "year", value], orient="row")


def three():
    mothers = ["<15", *map(str, range(15, 49)), "49+"]
    return (
        counts("population", AGES, count=lambda age: 100.0),
        counts("n", mothers),
        counts("n", AGES, count=lambda age: 1.0),
    )


def test_cells_stand_where_they_belong():
    people, births, deaths = three()
    here = (pl.col("age") == "70+") & (pl.col("sex") == "Males") & (pl.col("region") == "B") & (pl.col("year") == 2001)
    people = people.with_columns(population=pl.when(here).then(7.0).otherwise("population"))
    history = read_history(people, births, deaths)
    assert (history.areas, history.years, history.top) == (("A", "B"), (2000, 2001, 2002), 70)
    assert history.people.shape == (2, 2, 71, 3)
    assert history.people[1, 0, 70, 1] == 7
    assert (history.people == 100).sum() == history.people.size - 1
    assert np.isnan(history.deaths[..., 0]).all()
    assert history.births[0, 0, 13:51, 1].tolist() == [0, *[10.0] * 36, 0]


def test_rows_in_any_order_are_the_same():
    first = read_history(*three())
    other = read_history(*(table.sample(fraction=1, shuffle=True, seed=2) for table in three()))
    assert all(
        np.array_equal(getattr(first, n), getattr(other, n), equal_nan=True) for n in ("people", "births", "deaths")
    )


def test_mothers_of_unknown_age_follow_the_known():
    """36 classes of 10, and 36 of unknown age: each class gets one more for every ten."""
    people, births, deaths = three()
    unknown = counts("n", ["no information"], count=lambda age: 36.0)
    history = read_history(people, pl.concat([births, unknown]), deaths)
    assert history.births[0, 0, 30, 1] == pytest.approx(11)


def test_nothing_is_left_of_later_years():
    cut = read_history(*three()).until(2001)
    assert cut.years == (2000, 2001)
    assert cut.people.shape[3] == cut.births.shape[3] == cut.deaths.shape[3] == 2


def test_deaths_may_end_with_the_last_origin():
    people, births, deaths = three()
    history = read_history(people, births, deaths.filter(pl.col("year") < 2002), until=2001)
    assert not np.isnan(history.deaths[..., 1]).any()


def test_years_that_are_not_needed_are_not_looked_at():
    """Negative births and deaths of 2002 stop no history until 2001; people of 2002 are still needed, and checked."""
    people, births, deaths = three()
    births, deaths = (
        table.with_columns(n=pl.when(pl.col("year") > 2001).then(-1.0).otherwise("n")) for table in (births, deaths)
    )
    history = read_history(people, births, deaths, until=2001)
    assert history.years == (2000, 2001, 2002)
    assert np.isnan(history.births[..., 2]).all()
    assert np.isnan(history.deaths[..., 2]).all()
    spoiled = people.with_columns(population=pl.when(pl.col("year") > 2001).then(None).otherwise("population"))
    assert read_history(spoiled, births, deaths, until=2001, people_until=2001).years == (2000, 2001)
    with pytest.raises(TableError, match=r"population: 284 row\(s\) with an empty cell.*2002"):
        read_history(spoiled, births, deaths, until=2001)


def test_a_year_that_cannot_be_read_is_named_whatever_is_needed():
    people, births, deaths = three()
    unread = births.with_columns(pl.col("year").cast(pl.String)).pipe(first_of, year="soon")
    with pytest.raises((TableError, FaultsError), match=r"births: 1 row\(s\) with an empty cell"):
        read_history(people, unread, deaths, until=2001)


def test_an_older_open_age_of_deaths_is_joined():
    people, births, _ = three()
    older = counts("n", [*map(str, range(80)), "80+"], count=lambda age: 1.0)
    assert read_history(people, births, older).deaths[0, 0, 70, 1] == 11


def changed(which, change):
    tables = list(three())
    tables[which] = change(tables[which])
    return tables


def first_of(table, **values):
    """The table with other values in its first row."""
    at = pl.int_range(pl.len()) == 0
    return table.with_columns(
        pl.when(at).then(pl.lit(value)).otherwise(pl.col(name)).alias(name) for name, value in values.items()
    )


@pytest.mark.parametrize(
    ("which", "change", "words"),
    [
        (0, lambda t: t.rename({"population": "folk"}), r"population lacks column\(s\) population; it has age, sex"),
        (1, lambda t: t.drop("sex"), r"births lacks column\(s\) sex"),
        (0, lambda t: first_of(t, age="ten"), r"population\.age: 'ten' not understood.*write 23, 100\+ or <15"),
        (2, lambda t: first_of(t, sex="alla"), r"deaths\.sex: 'alla' not understood"),
        (
            0,
            lambda t: first_of(t, population=-3.0),
            r"population\.population: 1 below zero, first B, Females, 0, 2000, -3",
        ),
        (
            2,
            lambda t: t.with_columns(n=pl.when(pl.int_range(pl.len()) == 0).then(None).otherwise("n")),
            r"deaths: 1 row\(s\) with an empty cell",
        ),
        (1, lambda t: first_of(t, n=float("nan")), r"births: 1 row\(s\) with an empty cell or no number"),
        (0, lambda t: pl.concat([t, t.head(1)]), r"population: 2 rows share their age, sex, region and year, first B"),
        (0, lambda t: t[1:], r"population: 1 cell\(s\) of region x sex x age x year missing, first B, women, 0, 2000"),
        (2, lambda t: t.filter(pl.col("year") < 2002), r"deaths: 284 cell\(s\).*missing, first A, men, 0, 2002"),
        (2, lambda t: first_of(t, region="C"), r"deaths\.region: C not in population"),
        (0, lambda t: t.filter(pl.col("age") != "12"), r"population\.age lacks age 12"),
        (0, lambda t: t.filter(pl.col("year") != 2001), r"population\.year lacks 2001"),
        (0, lambda t: t.head(0), r"population has no rows"),
        (0, lambda t: t.filter(pl.col("age").str.len_chars() == 1), r"population\.age ends at age 9"),
        (
            2,
            lambda t: t.with_columns(pl.col("n") * 9000),
            r"deaths: 4 region and year with more deaths than people, first A 2001",
        ),
        (
            1,
            lambda t: t.with_columns(pl.col("n") * 90),
            r"births: 4 region.*more births than women of 14-49, first A 2001",
        ),
        (
            0,
            lambda t: first_of(t.cast({"year": pl.Float64}), year=2000.5),
            r"population: 1 row\(s\) with an empty cell",
        ),
    ],
)
def test_a_fault_is_named(which, change, words):
    with pytest.raises((TableError, FaultsError), match=words):
        read_history(*changed(which, change))


def test_faults_of_all_tables_stand_in_one_report():
    people, births, deaths = three()
    with pytest.raises(FaultsError) as caught:
        read_history(
            first_of(people, population=-1.0), births.drop("n"), first_of(deaths, age="x"), names=("P", "B", "D")
        )
    told = str(caught.value)
    assert len(caught.value.faults) == 3
    assert all(words in told for words in ("P.population: 1 below zero", "B lacks column(s) n", "D.age: 'x'"))


def official(value=4.0, ages=range(101), mother=False):
    """An official table of one municipality."""
    sexes = [None] if mother else ["men", "women"]
    rows = [("1080", sex, age, year, value) for sex in sexes for age in ages for year in YEARS]
    names = ["municipality", "sex", "mother_age" if mother else "age", "year", "persons"]
    return pl.DataFrame(rows, schema=names, orient="row")


def test_official_tables_are_read_and_births_split():
    history = official_history(
        official(400.0), official(10.0, range(14, 50), mother=True), official(1.0), share_boys=0.6
    )
    assert history.areas == ("1080",)
    assert history.births[0, :, 30, 1].tolist() == [6, 4]
    assert history.deaths[0, 1, 100, 2] == 1


def test_a_hidden_cell_of_an_official_table_is_named():
    hidden = official().with_columns(persons=pl.when(pl.col("age") == 7).then(None).otherwise("persons"))
    with pytest.raises(TableError, match=r"official_population: 6 row\(s\) with an empty cell.*1080, men, 7, 2000"):
        official_history(hidden, official(10.0, range(14, 50), mother=True), official(1.0), share_boys=0.5)


def test_a_fault_hides_no_other():
    """In one table a count below zero, a word for an age, a row twice and rows missing; one missing in another."""
    people, births, deaths = three()
    wrong = pl.concat([first_of(people[5:], population=-1.0), first_of(people[3:4], age="x"), people[-1:]])
    with pytest.raises(FaultsError) as caught:
        read_history(wrong, births.filter(pl.int_range(pl.len()) != 1), deaths)
    told = str(caught.value)
    for words in ("below zero", "'x' not understood", "share their age", "population: 5 cell(s)", "births: 1 cell(s)"):
        assert words in told, told
    assert len(caught.value.faults) == 5


def test_an_age_that_is_not_understood_is_no_missing_cell_too():
    people, births, deaths = three()
    with pytest.raises(TableError, match="not understood"):
        read_history(first_of(people, age="x"), births, deaths)


def test_an_area_without_a_parent_is_named():
    with pytest.raises(TableError, match=r"no parent for 1290.*name the county"):
        parents_of(["1080", "1290"], {"1080": "10"})
