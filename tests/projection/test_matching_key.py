import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brygga.core import tables
from brygga.core.errors import InfeasibleError, TableError
from brygga.projection.matching_key import (
    fit_matching_key,
    fit_occupation_education,
    joint_counts,
    split_unit_groups,
    unit_group_shares,
)
from brygga.projection.proportional import STRONGEST, fit_margins, fit_strength, lent


def by(column, *rows):
    """occupation, code, persons aged 25-54, and half as many aged 55-69."""
    whole = [(o, c, "25-54", float(n)) for o, c, n in rows] + [(o, c, "55-69", n / 2) for o, c, n in rows]
    return pl.DataFrame(whole, schema=["occupation", column, "age_group", "persons"], orient="row")


FIELD = by("education_field", ("723", "5", 80), ("723", "7", 20), ("222", "5", 0), ("222", "7", 100))
LEVEL = by("education_level", ("723", "3", 90), ("723", "5", 10), ("222", "3", 0), ("222", "5", 100))


def test_field_and_level_at_once_by_hand():
    """Mechanics: 80 of 100 in technology and 90 of 100 upper secondary; independent where nothing else is known."""
    counts = joint_counts(FIELD, LEVEL)
    mechanics = counts.persons[counts.occupations.index("723"), 0]
    assert (counts.levels, counts.fields) == (["3", "5"], ["5", "7"])
    assert mechanics == pytest.approx(np.array([[72.0, 18.0], [8.0, 2.0]]))


def test_the_population_says_which_fields_occur_on_a_level():
    """Health is studied at level 5 alone: then the 20 with health are level 5 as far as its sum of 10 lets them."""
    population = pl.DataFrame(
        {"education_level": ["3", "5", "5"], "education_field": ["5", "5", "7"], "persons": [900.0, 50.0, 50.0]}
    )
    level = by("education_level", ("723", "3", 75), ("723", "5", 25), ("222", "3", 0), ("222", "5", 100))
    counts = joint_counts(FIELD, level, population)
    mechanics = counts.persons[counts.occupations.index("723"), 0]
    assert mechanics == pytest.approx(np.array([[75.0, 0.0], [5.0, 20.0]]), abs=0.05)


def test_rows_of_both_keys_sum_to_one():
    counts = joint_counts(FIELD, LEVEL)
    key = tables.check(fit_matching_key(counts), "matching_key")
    rows = key.group_by("education_level", "education_field", "age_group").agg(pl.col("share").sum())
    assert rows.height == 2 * 2 * 2
    assert rows["share"].to_list() == pytest.approx([1.0] * 8)
    back = tables.check(fit_occupation_education(counts), "occupation_education")
    assert back.group_by("occupation").agg(pl.col("share").sum())["share"].to_list() == pytest.approx([1.0] * 2)


def test_key_and_its_inverse_are_of_the_same_people():
    """Persons by education times Pr(o | e) are persons by occupation."""
    counts = joint_counts(FIELD, LEVEL)
    key = fit_matching_key(counts).filter(age_group="25-54", occupation="222")
    people = counts.persons[:, 0].sum(0)
    expected = sum(
        people[counts.levels.index(r["education_level"]), counts.fields.index(r["education_field"])] * r["share"]
        for r in key.iter_rows(named=True)
    )
    assert expected == pytest.approx(100, rel=0.02)


def test_people_of_unknown_occupation_are_named_and_left_out():
    unknown = by("education_field", ("0002", "5", 50), ("723", "9", 50))
    field = pl.concat([FIELD, unknown])
    level = pl.concat([LEVEL, by("education_level", ("0002", "3", 50), ("723", "999", 50))])
    counts = joint_counts(field, level)
    assert counts.occupations == ["222", "723"]
    assert (counts.fields, counts.levels) == (["5", "7"], ["3", "5"])
    assert counts.unknown_occupation == pytest.approx(50 / 300)
    key = fit_matching_key(counts)
    assert key["unknown"].unique().to_list() == pytest.approx([1 - (5 / 6) ** 2])


def test_a_hidden_cell_is_an_error_and_never_zero():
    hidden = FIELD.with_columns(persons=pl.when(pl.col("persons") == 20).then(None).otherwise("persons"))
    with pytest.raises(TableError, match=r"1 cell.s. without a number"):
        joint_counts(hidden, LEVEL)


def test_tables_of_different_years_are_not_put_together():
    with pytest.raises(TableError, match="occupation_field and occupation_level differ in 222, 723: 150 and 180"):
        joint_counts(FIELD, LEVEL.with_columns(pl.col("persons") * 1.2))


def test_a_thin_row_borrows_and_a_thick_one_does_not():
    shares, _ = lent(np.array([[1.0, 0.0], [1000.0, 0.0]]), np.array([0.5, 0.5]), 10.0)
    assert shares[:, 0] == pytest.approx([6 / 11, 1005 / 1010])


def test_rows_that_differ_by_chance_alone_lend_all_they_can():
    chance = np.random.default_rng(1).multinomial(200, [0.2, 0.3, 0.5], size=400).astype(float)
    assert fit_strength([chance]) > 2000


def test_strength_finds_what_rows_were_drawn_with():
    dice = np.random.default_rng(2)
    rows = np.array([dice.multinomial(300, dice.dirichlet(40 * np.array([0.2, 0.3, 0.5]))) for _ in range(2000)])
    assert fit_strength([rows.astype(float)]) == pytest.approx(40, rel=0.1)


def test_a_block_of_one_row_says_nothing():
    assert fit_strength([np.array([[1.0, 2.0]])]) == STRONGEST


@given(
    st.lists(st.lists(st.floats(0.1, 10), min_size=3, max_size=3), min_size=2, max_size=2),
    st.lists(st.floats(0.1, 10), min_size=2, max_size=2),
)
def test_fitting_meets_both_margins_and_keeps_odds(seed, rows):
    start, wanted = np.array(seed), np.array(rows)
    columns = np.array([0.5, 0.3, 0.2]) * wanted.sum()
    fitted = fit_margins(start, wanted, columns)
    assert fitted.sum(1) == pytest.approx(wanted, rel=1e-6)
    assert fitted.sum(0) == pytest.approx(columns, rel=1e-6)
    odds = [t[0, 0] * t[1, 1] / (t[0, 1] * t[1, 0]) for t in (start, fitted)]
    assert odds[0] == pytest.approx(odds[1], rel=1e-5)


def test_margins_that_zeros_forbid_are_named():
    with pytest.raises(InfeasibleError, match="welders: row 0 misses its sum"):
        fit_margins(np.eye(2), np.array([3.0, 7.0]), np.array([5.0, 5.0]), rounds=50, where="welders")


def test_unit_groups_sum_to_their_group_and_carry_the_doubt_of_the_share():
    heads = pl.DataFrame({"occupation": ["7221", "7223", "0002"], "persons": [25.0, 75.0, 9.0]})
    shares = unit_group_shares(heads, strength=74.0)
    people = pl.DataFrame({"municipality": ["1080"], "occupation": ["722"], "persons": [200.0], "sd": [10.0]})
    split = split_unit_groups(people, shares)
    assert split["persons"].to_list() == [50.0, 150.0]
    assert shares["share_sd"].to_list() == pytest.approx([0.05, 0.05])
    assert split["sd"].to_list() == pytest.approx([(2.5**2 + 10**2 + 0.5**2) ** 0.5, (7.5**2 + 10**2 + 0.5**2) ** 0.5])
    assert split["status"].unique().to_list() == ["modelled"]


def test_a_hidden_unit_group_is_not_left_out():
    heads = pl.DataFrame({"occupation": ["7221", "7223"], "persons": [None, 75.0]})
    with pytest.raises(TableError, match=r"unit groups\.persons: 1 cell\(s\) without a number"):
        unit_group_shares(heads, strength=74.0)


def test_people_without_unit_group_do_not_vanish():
    people = pl.DataFrame({"occupation": ["999"], "persons": [1.0], "sd": [0.0]})
    shares = unit_group_shares(pl.DataFrame({"occupation": ["7223"], "persons": [1.0]}), strength=1.0)
    with pytest.raises(TableError, match="no unit group is known of 999"):
        split_unit_groups(people, shares)
