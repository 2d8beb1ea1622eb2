from datetime import date

import numpy as np
import polars as pl
import pytest

from brygga.core import tables
from brygga.core.errors import TableError
from brygga.core.parameters import value_on
from brygga.core.places import SHARED_DATA
from brygga.projection.unit_groups import fit_concentration, national_shares, share_draws, split_figures

NATIONAL = pl.DataFrame({"occupation": ["7211", "7212", "7223"], "persons": [10.0, 30.0, 50.0]})
FIGURES = pl.DataFrame({"municipality": ["1080", "1081", "1080"], "occupation": ["721", "721", "722"]}).with_columns(
    year=2024, persons=pl.Series([8.0, 4.0, 6.0])
)


def split(figures=FIGURES, concentration=10.0, draws=200):
    found = split_figures(figures, NATIONAL, concentration=concentration, draws=draws, seed=1)
    return tables.check(found, "unit_figures")


def test_a_figure_by_hand():
    found = split().filter(pl.col("municipality") == "1080")
    assert found.select("occupation", "group", "persons").rows() == [
        ("7211", "721", 2.0),
        ("7212", "721", 6.0),
        ("7223", "722", 6.0),
    ]
    alone = found.row(2, named=True)
    assert alone["p10"] == alone["p90"] == 6.0


def test_shares_scatter_as_a_dirichlet_with_that_concentration():
    """Mean .25, variance .25 x .75 / 11; 4,000 draws."""
    drawn = share_draws(national_shares(NATIONAL), ["1080"], concentration=10.0, draws=range(4000), seed=1)
    share = drawn.filter(pl.col("occupation") == "7211")["share"]
    assert share.mean() == pytest.approx(0.25, abs=0.01)
    assert share.var() == pytest.approx(0.25 * 0.75 / 11, rel=0.1)
    sums = drawn.group_by("draw", "group").agg(pl.col("share").sum())["share"]
    assert sums.to_numpy() == pytest.approx(1)


def test_more_alike_places_have_narrower_intervals():
    wide, narrow = (split(concentration=c).row(0, named=True) for c in (3.0, 300.0))
    assert wide["p90"] - wide["p10"] > 3 * (narrow["p90"] - narrow["p10"])


def test_other_municipalities_batches_and_order_change_no_draw():
    shares = national_shares(NATIONAL)
    whole = share_draws(shares, ["1080", "1081"], concentration=5.0, draws=range(6), seed=3)
    part = share_draws(national_shares(NATIONAL[::-1]), ["1081"], concentration=5.0, draws=range(2, 6), seed=3)
    same = whole.filter((pl.col("municipality") == "1081") & (pl.col("draw") >= 2))
    assert part.equals(same)


def test_the_concentration_that_made_the_counts_is_found_again():
    """60 places drawn with concentration 25, groups of a few hundred persons."""
    random = np.random.default_rng(4)
    rows = []
    for place in range(60):
        for group in range(8):
            mean = np.array([0.5, 0.3, 0.2])
            n = int(random.integers(20, 400))
            for k, persons in enumerate(random.multinomial(n, random.dirichlet(25 * mean))):
                rows.append((f"{place}", f"{group}", f"{group}{k}", float(persons)))
    counts = pl.DataFrame(rows, schema=["place", "group", "occupation", "persons"], orient="row")
    assert fit_concentration(counts) == pytest.approx(25, rel=0.2)


def test_places_alike_to_the_person_tell_no_concentration():
    rows = [(place, "72", code, n) for place in "ab" for code, n in (("721", 10.0), ("722", 30.0))]
    counts = pl.DataFrame(rows, schema=["place", "group", "occupation", "persons"], orient="row")
    with pytest.raises(TableError, match=r"no more apart than chance.*larger ones"):
        fit_concentration(counts)


def test_a_group_without_unit_groups_or_with_hidden_ones_is_an_error():
    lost = FIGURES.with_columns(occupation=pl.lit("533"))
    with pytest.raises(TableError, match=r"national: no unit groups for 533.*lose their people"):
        split(lost)
    hidden = NATIONAL.with_columns(persons=pl.Series([None, 30.0, 50.0]))
    with pytest.raises(TableError, match=r"national.persons: no number for 7211.*hidden unit group is not empty"):
        national_shares(hidden)


@pytest.mark.shared_data
def test_the_parameter_is_what_the_recipe_fits():
    """As recipes/demand.py prints it: three digits within two, 21 counties."""
    raw = pl.read_csv(SHARED_DATA / "statistics" / "employees_ssyk3_sex_county_2014_2017.csv", infer_schema=False)
    code = pl.col("occupation (SSYK 2012)").str.slice(0, 4).str.strip_chars()
    place = pl.col("region").str.slice(0, 2)
    for year, fitted in (("2014", 41.3), ("2017", 40.2)):
        counts = raw.select(place=place, occupation=code, group=code.str.slice(0, 2), persons=pl.col(year).cast(float))
        known = counts.filter((pl.col("place") != "99") & (pl.col("occupation") != "0002"))
        assert fit_concentration(known) == pytest.approx(fitted, abs=0.05)
    assert value_on("projection.unit_concentration", date(2026, 11, 23)).number == 40
