import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brygga.core.errors import TableError
from brygga.projection.ages import bounds, in_order
from brygga.projection.credibility import Credibility, fit_credibility, shrink


def observed(*rows):
    return pl.DataFrame(
        rows, schema={"cell": pl.String, "group": pl.String, "value": pl.Float64, "weight": pl.Float64}, orient="row"
    )


TWICE = observed(
    ("a", "g", 1.0, 10.0), ("a", "g", 3.0, 10.0), ("b", "g", 7.0, 10.0), ("b", "g", 9.0, 10.0), ("c", "h", 5.0, 10.0)
)


def test_variances_by_hand():
    """a: 1 and 3, b: 7 and 9, weight 10 each: within 20; means 2 and 8 of weight 20.

    Squares around 5 are 2 x 20 x 9 = 360; less 20; over 40 - 20: 17.
    """
    fitted = fit_credibility(TWICE)
    assert fitted.within == pytest.approx(20)
    assert fitted.between == pytest.approx(17)
    assert fitted.trust(20) == pytest.approx(17 * 20 / (17 * 20 + 20))
    assert (fitted.cells, fitted.observations) == (3, 5)


def test_a_heavy_cell_is_believed_and_a_light_one_is_not():
    rows = observed(("big", "g", 1.0, 1e9), ("small", "g", 5.0, 1e-6), ("mid", "g", 1.0, 1e9))
    drawn = shrink(rows, Credibility(1.0, 1.0, 0.0, 3, 3))
    assert dict(drawn.select("cell", "value").iter_rows()) == pytest.approx(
        {"big": 1.0, "mid": 1.0, "small": 1.0}, abs=1e-4
    )
    assert drawn.filter(cell="small")["sd"].item() == pytest.approx(1.0)
    assert drawn.filter(cell="big")["sd"].item() == pytest.approx(0.0, abs=1e-4)


def test_groups_are_drawn_to_all_only_as_far_as_they_do_not_differ():
    rows = observed(("a", "g", 0.0, 1.0), ("b", "h", 4.0, 1.0))
    apart = shrink(rows, Credibility(1.0, 1.0, 1e9, 2, 2))["value"].to_list()
    alike = shrink(rows, Credibility(1.0, 1.0, 0.0, 2, 2))["value"].to_list()
    assert apart == pytest.approx([0.0, 4.0], abs=1e-6)
    assert alike == pytest.approx([1.0, 3.0])


@pytest.mark.parametrize(
    ("between", "across", "published"),
    [
        (13414.84, 87263.7, [2049.733, 1522.032, 1864.280, 1488.504, 1587.097]),
        (10952, 88981, [2048, 1524, 1875, 1497, 1585]),
    ],
)
def test_published_premiums_of_five_states_in_two_cohorts(between, across, published):
    """Hachemeister's claims, means and weights of five states, as the R package actuar solves them (its vignette)."""
    states = observed(
        ("1", "A", 2060.921, 100155.0),
        ("2", "B", 1511.224, 19895.0),
        ("3", "A", 1805.843, 13735.0),
        ("4", "B", 1352.976, 4152.0),
        ("5", "B", 1599.829, 36110.0),
    )
    drawn = shrink(states, Credibility(139120026, between, across, 5, 60))
    assert drawn["value"].to_list() == pytest.approx(published, abs=0.6 if published[0] == 2048 else 0.002)


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.floats(-1, 1), st.floats(0.1, 100)), min_size=3, max_size=12))
def test_a_shrunk_value_lies_among_those_seen_and_order_changes_nothing(cells):
    rows = [(c, "gh"[c > "b"], v, w) for c, v, w in cells]
    fitted = Credibility(2.0, 0.05, 0.02, 4, len(rows))
    drawn = shrink(observed(*rows), fitted)
    values = [v for _, v, _ in cells]
    assert min(values) - 1e-6 <= drawn["value"].min()
    assert drawn["value"].max() <= max(values) + 1e-6
    assert shrink(observed(*reversed(rows)), fitted)["value"].to_list() == pytest.approx(drawn["value"].to_list())


def test_seen_once_nothing_can_be_told_apart():
    with pytest.raises(TableError, match="no cell is observed more than once"):
        fit_credibility(observed(("a", "g", 1.0, 1.0)))


def test_words_that_are_no_ages():
    with pytest.raises(TableError, match="'totalt' is no age group"):
        bounds("totalt")
    with pytest.raises(TableError, match="16-64 and 20-24 do not follow"):
        in_order(["16-64", "20-24"])
