import json
from functools import cache

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brygga.core import tables
from brygga.core.errors import TableError
from brygga.core.places import SHARED_DATA
from brygga.projection.head_counts import growing_out, net_rates, share_of_ages
from brygga.projection.separations import RETIRING, death_rates, exit_rates, replacement_demand, separations
from brygga.projection.supply import AGE_GROUPS

LIFE = pl.DataFrame({"age_group": AGE_GROUPS, "participation": [0.8] * 10, "exit_rate": [0.01] * 8 + [0.1, 0.3]})


def heads(persons, occupation="7223"):
    """Head counts per year: year -> persons in each age group."""
    rows = [(occupation, g, y, n) for y, given in persons.items() for g, n in zip(AGE_GROUPS, given, strict=True)]
    return pl.DataFrame(
        rows,
        schema={"occupation": pl.String, "age_group": pl.String, "year": pl.Int64, "persons": pl.Float64},
        orient="row",
    )


FLAT = [180.0] + [100.0] * 9
"""Twenty persons at every age from 16 to 69."""


@cache
def sweden():
    """SCB's national head counts per unit group and age, 2020-2024; ages 65-69 are zero before 2023: not counted."""
    file = SHARED_DATA / "statistics" / "employees_ssyk4_age_sweden_2020_2024.json"
    content = json.loads(file.read_text(encoding="utf-8"))
    occupations, groups, years = (
        list(content["dimension"][name]["category"]["index"]) for name in ("Yrke2012", "Alder", "Tid")
    )
    rows = [(o, g.removeprefix("0"), int(y)) for o in occupations for g in groups for y in years]
    frame = pl.DataFrame(rows, schema=["occupation", "age_group", "year"], orient="row")
    return frame.with_columns(persons=pl.Series(content["value"]).cast(pl.Float64))


def test_nobody_is_missing_where_the_same_number_stands_at_every_age():
    seen = net_rates(heads({2020: FLAT, 2021: FLAT}))
    assert seen["net"].to_list() == pytest.approx([0.0] * 10)
    assert not seen.filter(age_group="65-69")["whole"].item()


def test_a_whole_cohort_that_is_gone_is_missing():
    """Twenty at each age, and in the next year nobody aged 55 or more: 100 of those aged 55-59 are gone."""
    gone = [180.0] + [100.0] * 6 + [0.0] * 3
    seen = net_rates(pl.concat([heads({2020: FLAT, 2021: gone}), heads({2020: FLAT, 2021: FLAT}, "8219")]))
    seen = seen.filter(occupation="7223")
    assert seen.filter(age_group="55-59")["net"].item() == pytest.approx(1.0)
    younger = seen.filter(age_group="50-54")["net"].item()
    assert 0.2 <= younger <= 0.3, "a curve through the groups rounds the edge off"


def test_years_on_both_sides_of_a_break_are_not_compared():
    history = heads({2022: FLAT, 2023: FLAT, 2024: FLAT})
    assert net_rates(history, breaks=[2023])["year"].unique().to_list() == [2023]


def test_an_age_group_that_was_not_counted_is_no_retirement():
    uncounted = [*FLAT[:9], 0.0]
    seen = net_rates(heads({2020: uncounted, 2021: uncounted}))
    assert seen["age_group"].to_list() == list(AGE_GROUPS[:9])
    assert seen.filter(age_group="60-64")["persons"].item() == pytest.approx(80), "those aged 64 cannot be found at 65"


def test_ages_that_begin_to_be_counted_are_named_as_a_break():
    history = heads({2022: [*FLAT[:9], 0.0], 2023: FLAT})
    with pytest.raises(TableError, match="2022 and 2023 count different age groups"):
        net_rates(history)


def test_a_hidden_cell_leaves_the_occupation_out_and_is_never_zero():
    hidden = heads({2020: [*FLAT[:5], None, *FLAT[6:]], 2021: FLAT}, "8219")
    seen = net_rates(pl.concat([heads({2020: FLAT, 2021: FLAT}), hidden]))
    assert seen["occupation"].unique().to_list() == ["7223"]


def test_people_of_unknown_occupation_are_left_out_and_the_armed_forces_are_not():
    both = pl.concat([heads({2020: FLAT, 2021: FLAT}, code) for code in ("0", "0002", "999", "unknown")])
    assert net_rates(both)["occupation"].unique().to_list() == ["0"]


def test_an_occupation_that_only_grows_retires_as_all_do():
    """Ten per cent more at every age is growth or coding, not fewer retirements."""
    grown = [n * 1.1 for n in FLAT]
    history = pl.concat(
        [
            heads({2020: FLAT, 2021: FLAT, 2022: FLAT}),
            heads({2020: FLAT, 2021: grown, 2022: [n * 1.1 for n in grown]}, "8219"),
        ]
    )
    rates = exit_rates(history, LIFE).filter(pl.col("age_group").is_in(RETIRING))
    by_occupation = rates.pivot(on="occupation", index="age_group", values="rate")
    assert by_occupation["7223"].to_list() == pytest.approx(by_occupation["8219"].to_list())


def test_below_55_all_occupations_keep_the_rate_of_working_life():
    rates = exit_rates(heads({2020: FLAT, 2021: FLAT}), LIFE)
    young = rates.filter(~pl.col("age_group").is_in(RETIRING))
    assert young["rate"].to_list() == [0.01] * 7
    assert young["rate_sd"].null_count() == 7
    assert tables.check(rates, "exit_rates").height == 10


def test_without_anybody_over_55_there_is_nothing_to_estimate():
    history = heads({2020: FLAT, 2021: FLAT}).filter(pl.col("age_group").is_in(AGE_GROUPS[:7]))
    with pytest.raises(TableError, match="nobody over 55 can be followed"):
        exit_rates(history, LIFE)


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("occupation", "published"),
    [
        ("7233", 30.7),
        ("8172", 30.5),
        ("8129", 28.2),
        ("3122", 26.6),
        ("3114", 26.1),
        ("7212", 25.4),
        ("7223", 24.5),
        ("8219", 11.9),
        ("7411", 15.4),
    ],
)
def test_published_shares_of_55_to_69(occupation, published):
    shares = share_of_ages(sweden().filter(occupation=occupation, year=2024), first=55, last=69)
    assert round(100 * shares["share"].item(), 1) == published


@pytest.mark.shared_data
def test_sweden_is_read_around_its_break():
    """2020-2022 count 16-64 and 2023-2024 16-69 with imputed occupations: one step into 65-69, none over the break."""
    seen = net_rates(sweden(), breaks=[2023])
    assert seen["year"].unique().sort().to_list() == [2020, 2021, 2023]
    assert seen.filter(age_group="65-69")["year"].unique().to_list() == [2023]
    assert not {"0002"} & set(seen["occupation"])
    rates = exit_rates(sweden(), LIFE, breaks=[2023])
    assert tables.check(rates, "exit_rates").height == 429 * 10
    welder = dict(rates.filter(occupation="7212").select("age_group", "rate").iter_rows())
    assert 0.0 < welder["55-59"] < welder["60-64"] < 0.15
    everybody = rates.filter(pl.col("age_group").is_in(RETIRING)).group_by("age_group").agg(pl.col("rate").mean())
    assert dict(everybody.iter_rows()) == pytest.approx({"55-59": 0.013, "60-64": 0.076, "65-69": 0.076}, abs=0.002)


def test_one_in_five_grows_out_where_all_ages_are_alike():
    shares = growing_out(heads({2020: FLAT}))
    assert shares["share"].to_list() == pytest.approx([1 / 9] + [0.2] * 9)


@pytest.mark.shared_data
def test_fewer_grow_out_of_an_age_group_that_thins_out():
    nation = sweden().group_by("age_group", "year", maintain_order=True).agg(pl.col("persons").sum())
    shares = growing_out(nation.with_columns(occupation=pl.lit("all")))
    assert dict(shares.select("age_group", "share").iter_rows())["65-69"] == pytest.approx(0.13, abs=0.005)


@pytest.mark.shared_data
def test_drawn_to_all_an_occupation_is_foretold_better_than_by_its_own_past():
    """Rates of 2020-2021 against what happened 2023-2024: own counts alone miss by more than what is drawn to all."""
    before = exit_rates(sweden().filter(pl.col("year") < 2023), LIFE)
    seen = net_rates(sweden(), breaks=[2023]).filter(pl.col("year") == 2023, age_group="60-64")
    past = net_rates(sweden().filter(pl.col("year") < 2023)).filter(age_group="60-64")
    own = past.group_by("occupation").agg(
        own=((pl.col("net") - pl.col("reference")) * pl.col("persons")).sum() / pl.col("persons").sum()
    )
    rows = seen.join(before.filter(age_group="60-64").select("occupation", "rate"), on="occupation").join(
        own, on="occupation"
    )
    rows = rows.filter(pl.col("persons") >= 100).with_columns(outcome=pl.col("net") - pl.col("reference"))

    def miss(column):
        centred = [
            pl.col(c) - (pl.col(c) * pl.col("persons")).sum() / pl.col("persons").sum() for c in (column, "outcome")
        ]
        return rows.select((pl.col("persons") * (centred[0] - centred[1]) ** 2).sum()).item()

    assert miss("rate") < 0.85 * miss("own")


PEOPLE = pl.DataFrame(
    {
        "municipality": ["1080"] * 2,
        "occupation": ["7223"] * 2,
        "age_group": ["55-59", "60-64"],
        "persons": [100.0, 50.0],
    }
)


def by_age(*rates):
    return pl.DataFrame({"age_group": ["55-59", "60-64"], "rate": list(rates)})


def test_leavers_are_head_count_times_rate():
    left = separations(PEOPLE, {"retirement": by_age(0.02, 0.2)}, year=2027)
    assert left["persons"].item() == pytest.approx(2 + 10)
    assert tables.check(left, "separations").height == 1


def test_two_reasons_do_not_take_the_same_person():
    """Half would retire and half would move: three quarters leave, and each reason has half of them."""
    left = separations(PEOPLE, {"retirement": by_age(0.5, 0.5), "moving_out": by_age(0.5, 0.5)}, year=2027)
    assert left["persons"].to_list() == pytest.approx([150 * 0.75 / 2] * 2)


@given(st.lists(st.floats(0, 1), min_size=4, max_size=4))
def test_nobody_leaves_twice(rates):
    left = separations(
        PEOPLE, {"retirement": by_age(rates[0], rates[1]), "death": by_age(rates[2], rates[3])}, year=2027
    )
    whole = 100 * (1 - (1 - rates[0]) * (1 - rates[2])) + 50 * (1 - (1 - rates[1]) * (1 - rates[3]))
    assert left["persons"].sum() == pytest.approx(whole, abs=1e-6)


def test_splitting_a_municipality_changes_no_total():
    halves = pl.concat(
        PEOPLE.with_columns(persons=pl.col("persons") / 2, municipality=pl.lit(m)) for m in ("1080", "1081")
    )
    rates = {"retirement": by_age(0.02, 0.2)}
    assert separations(halves, rates, year=2027)["persons"].sum() == pytest.approx(12.0)


def test_a_missing_rate_is_an_error_and_names_the_cell():
    with pytest.raises(TableError, match=r"no rate of retirement .* occupation 7223, ages 60-64, 1080"):
        separations(PEOPLE, {"retirement": by_age(0.02, 0.2).head(1)}, year=2027)


def test_hidden_people_are_never_nobody():
    hidden = PEOPLE.with_columns(persons=pl.Series([100.0, None]))
    with pytest.raises(TableError, match=r"people\.persons: 1 cell\(s\) without a number"):
        separations(hidden, {"retirement": by_age(0.02, 0.2)}, year=2027)
    heard = heads({2024: [*FLAT[:5], None, *FLAT[6:]]})
    assert share_of_ages(heard, first=55, last=69)["share"].to_list() == [None]


def test_an_unknown_reason_is_refused():
    with pytest.raises(TableError, match="boredom is no reason to leave"):
        separations(PEOPLE, {"boredom": by_age(0.1, 0.1)}, year=2027)


def test_posts_that_are_not_refilled_are_no_replacement():
    left = separations(PEOPLE, {"retirement": by_age(0.02, 0.2)}, year=2027)
    assert replacement_demand(left)["persons"].item() == pytest.approx(12)
    assert replacement_demand(left, refilled={"retirement": 0.25})["persons"].item() == pytest.approx(3)


def test_deaths_by_age_group_weigh_by_people():
    vital = pl.DataFrame({"sex": ["men"] * 2, "age": [60, 61], "death_rate": [0.01, 0.03]})
    people = pl.DataFrame({"sex": ["men"] * 2, "age": [60, 61], "persons": [300.0, 100.0]})
    assert death_rates(vital, people).filter(age_group="60-64")["rate"].item() == pytest.approx(0.015)
