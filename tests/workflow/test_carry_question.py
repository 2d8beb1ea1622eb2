"""A question of one's own on the twins: where posts lie, the account by hand, the region's own files, and errors."""

import shutil
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from brygga.core import tables
from brygga.core.errors import SettingError, TableError, UnknownCodeError
from brygga.core.region import read_region
from brygga.impact.industries import divisions
from brygga.impact.national import National
from brygga.workflow import carry_inputs
from brygga.workflow.carry import ACCOUNT_LEFT_OUT, Question, carried
from brygga.workflow.carry_answers import own_of
from brygga.workflow.carry_inputs import inputs_of, nation_jobs_of, nearness
from brygga.workflow.carry_spread import direct_posts


@pytest.fixture(scope="module")
def twins(mini):
    return read_region(mini)


@pytest.fixture(scope="module")
def asked(twins):
    return carried(twins, draws=30)


def row(frame, **key):
    return frame.filter(**key).row(0, named=True)


def with_table(region, name, change):
    return replace(region, tables=dict(region.tables) | {name: change(region.tables.get(name))})


def test_direct_posts_lie_as_the_industry_does_and_their_holders_by_commuting(asked):
    """400 of 600 industrial jobs are in Storby; of those who work there 600 of 800 live there, in Lillby 100 of 400."""
    direct = row(asked["municipal_account"], municipality="9901", part="direct")
    assert direct["persons"] == pytest.approx(100 * (2 / 3 * 600 / 800 + 1 / 3 * 100 / 400))


def test_direct_tax_by_hand(asked):
    """Storby pays 34, 33, 33 and 30 thousand to 100 each; Lillby 34, 33 and 30 to 40, 60 and 100."""
    storby = 100 * 2 / 3 * (34 + 33 + 33 + 30) / 4
    lillby = 100 * 1 / 3 * (40 * 34 + 60 * 33 + 100 * 30) / 200
    tax = 12_000 * 0.20 * (storby * 600 / 800 + lillby * 100 / 400)
    direct = row(asked["municipal_account"], municipality="9901", part="direct")
    assert direct["p10"] == pytest.approx(tax)
    assert direct["p90"] == pytest.approx(tax)


def test_everybody_who_holds_a_post_is_somewhere(asked):
    account, sums = asked["municipal_account"], asked["carried_sums"]
    assert account.filter(part="direct")["persons"].sum() == pytest.approx(100.0, abs=1e-9)
    cells = asked["carried_posts"].filter(layer="induced")["p50"].sum()
    assert cells == pytest.approx(row(sums, grouping="all", layer="induced")["p50"], rel=1e-9)


def test_posts_in_an_industry_that_is_not_there_are_staffed_as_in_the_region(twins):
    """Nobody in Lillby works in vehicles; Storby has 100 machinists and 100 others there."""
    inputs = inputs_of(twins)
    direct = direct_posts(inputs, "29", "9902", 50.0)
    assert direct.sum() == pytest.approx(50.0)
    assert direct[inputs.works.index("9901")].sum() == 0.0
    staffed = dict(zip(inputs.occupations, direct[inputs.works.index("9902")].tolist(), strict=True))
    assert staffed == pytest.approx({"5": 25.0, "7212": 0.0, "7223": 25.0})


def test_another_place_gives_another_account(twins, asked):
    there = carried(twins, Question("29", "9902"), draws=30)
    assert row(there["municipal_account"], municipality="9902", part="direct")["persons"] == pytest.approx(65.0)
    assert set(there["carried_jobs"].filter(answer="input_output")["industry"]) == {"29"}
    lillby = {"grouping": "municipality", "group": "9902", "layer": "induced"}
    here, near = (row(made["carried_sums"], **lillby)["p50"] for made in (asked, there))
    assert near > here


def test_the_order_of_municipalities_and_rows_does_not_matter(twins, asked):
    turned = replace(
        twins,
        municipalities=twins.municipalities[::-1],
        tables={name: frame.reverse() for name, frame in twins.tables.items()},
    )
    for name, frame in carried(turned, draws=30).items():
        assert frame.equals(asked[name]), name


def test_the_regions_own_files_stand_beside(mini, tmp_path):
    place = shutil.copytree(mini, tmp_path / "own")
    (place / "exporting.csv").write_text("industry,share,source\nC,0.8,survey\n", encoding="utf-8")
    (place / "carried_own.csv").write_text(
        "name,industry,low,mid,high,reach,status,source\nOur belief,C,1,1.5,2,region,provisional,the council\n",
        encoding="utf-8",
    )
    (place / "national_jobs.csv").write_text("industry,persons,source\nC,10,made\nQ,90,made\n", encoding="utf-8")
    made = carried(read_region(place), Question(own=(own_of("1-3"),)), draws=30)
    users = made["carried_jobs"].filter(answer="user")
    assert users["name"].to_list() == ["Our belief", "own"]
    assert users.select("low", "mid", "high").rows() == [(1.0, 1.5, 2.0), (1.0, 2.0, 3.0)]
    exporting = made["exporting_jobs"]
    assert row(exporting, method="stated", industry="C")["p50"] == pytest.approx(0.8 * 600)
    assert row(exporting, method="location_quotient", industry="C")["source"] == "made"
    assert row(exporting, method="location_quotient", industry="C")["p90"] >= 600 - 0.1 * 1200


def test_without_industry_there_is_no_number_and_no_post(twins):
    services = with_table(twins, "employed", lambda frame: frame.filter(industry="Q"))
    made = carried(services, draws=30)
    assert made["carried_jobs"].filter(answer="input_output")["status"].to_list() == ["not_applicable"] * 2
    assert [made[name].height for name in ("carried_posts", "carried_sums", "municipal_account")] == [0, 0, 0]


def test_residents_reach_their_own_place_more_easily_than_the_neighbours(twins):
    near = nearness(twins, ("9901", "9902"))
    assert near.diagonal().tolist() == [1.0, 1.0]
    assert near.min() < 0.5


@pytest.mark.parametrize(
    ("question", "error", "words"),
    [
        (Question(municipality="1080"), SettingError, "--municipality 1080 is not in Tvillingarna"),
        (Question(industry="X9"), UnknownCodeError, "'X9' is no SNI 2007 section or division"),
    ],
)
def test_a_question_that_the_region_does_not_know(twins, question, error, words):
    with pytest.raises(error, match=words):
        carried(twins, question, draws=30)


def test_an_occupation_without_pay_takes_the_mean_of_the_others_and_it_is_said(twins):
    """Machinists (260 jobs) without pay: 140 at 34 thousand and 800 at 30 thousand are the others."""
    inputs = inputs_of(with_table(twins, "pay", lambda frame: frame.filter(pl.col("occupation") != "7223")))
    assert inputs.pay.tolist() == pytest.approx([30e3, 34e3, (140 * 34e3 + 800 * 30e3) / 940])
    poor = with_table(twins, "pay", lambda frame: frame.filter(pl.col("occupation") != "7223"))
    told = carried(poor, draws=30)["municipal_account"]["source"][0]
    assert "1 occupation(s) without pay take the mean of the others" in told


def test_a_municipality_without_a_rate_has_people_and_no_amount(twins):
    account = carried(with_table(twins, "tax", lambda frame: frame.head(1)), draws=30)["municipal_account"]
    lillby = row(account, municipality="9902", part="tax")
    assert (lillby["p50"], lillby["status"]) == (None, "not_available")
    assert lillby["persons"] > 0
    assert row(account, municipality="9901", part="tax")["key_share"] == pytest.approx(1.0)


def test_no_pay_at_all_is_an_error(twins):
    with pytest.raises(TableError, match="pay has no pay for 5, 7212, 7223"):
        carried(with_table(twins, "pay", lambda frame: frame.head(0)), draws=30)


def test_a_hidden_cell_is_not_zero_jobs(twins):
    hidden = pl.when(pl.col("industry") == "29").then(None).otherwise("persons").alias("persons")
    with pytest.raises(TableError, match="hidden cell"):
        carried(with_table(twins, "employed", lambda frame: frame.with_columns(hidden)), draws=30)


@pytest.mark.parametrize("text", ["many", "3-1", "1-2-3-4", ""])
def test_an_own_figure_is_a_number_or_a_range(text):
    with pytest.raises(SettingError, match="--own"):
        own_of(text)


def test_what_is_left_out_is_at_hand_for_pages():
    assert set(ACCOUNT_LEFT_OUT) == {"sv", "en"}


def test_a_table_with_divisions_tells_industries_apart(twins, monkeypatch):
    """Vehicles buy of metal goods and metal goods of nobody: a mix of the two lies between them."""
    flows = np.zeros((3, 3))
    flows[0, 1] = 40.0
    table = National(
        flows=flows,
        output=np.full(3, 100.0),
        wages=np.full(3, 50.0),
        value_added=np.full(3, 60.0),
        jobs=np.array([10_000.0, 10_000.0, 30_000.0]),
        household_purchases=np.array([0.0, 0.0, 50.0]),
        household_total=100.0,
        source="made",
        industries=("25", "29", "Q"),
        holds=(divisions("25"), divisions("29"), divisions("Q")),
    )
    monkeypatch.setattr(carry_inputs, "national_of", lambda *_: table)
    metal, vehicles, mixed = (
        carried(twins, Question(code), draws=30)["carried_jobs"].filter(name="FLQ I")["mid"].item()
        for code in ("25", "29", "C")
    )
    assert metal == pytest.approx(0.0)
    assert vehicles > 0.05
    assert mixed == pytest.approx(vehicles * 200 / 600)


def test_the_nations_jobs_come_from_the_history_when_all_of_it_is_counted(twins):
    rows = [("00", "C", 2024, 20.0, "observed", "SCB"), ("00", "Q", 2024, 80.0, "observed", "SCB")]
    history = pl.DataFrame(rows, schema=tables.empty("jobs_history").schema, orient="row")
    assert nation_jobs_of(with_table(twins, "jobs_history", lambda _: history)) == ({"C": 20.0, "Q": 80.0}, "SCB, 2024")
    hidden = history.with_columns(persons=pl.when(pl.col("industry") == "C").then("persons"))
    assert nation_jobs_of(with_table(twins, "jobs_history", lambda _: hidden))[0]["C"] == 538_549
