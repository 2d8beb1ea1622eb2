"""The occupation network: its parts by hand, its bounds, and what a taxonomy says."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from brygga.coding.network import _members, _schooled, occupation_network
from brygga.coding.pack import embedded_pack, pack_codes
from brygga.coding.related import nearness
from brygga.core.errors import TableError, UnknownCodeError
from brygga.core.places import SHARED_DATA

MIXED = ["1", "211", "22", "7212", "7223", "7233", "8211", "96"]


def matrix(frame: pl.DataFrame, labels: list[str]) -> np.ndarray:
    rows = {(a, b): s for a, b, s in frame.select("from_code", "to_code", "strength").iter_rows()}
    return np.array([[rows.get((a, b), 0.0) for b in labels] for a in labels])


def test_the_diagonal_is_one_and_the_rest_within_bounds():
    found = matrix(occupation_network(embedded_pack(), MIXED, least=0.05), MIXED)
    assert (np.diag(found) == 1).all()
    assert found.min() == 0.0
    assert found[~np.eye(len(found), dtype=bool)].max() < 1.0


def test_nothing_lies_between_zero_and_the_threshold():
    low, high = (occupation_network(embedded_pack(), MIXED, least=least) for least in (0.0, 0.15))
    assert low.height == len(MIXED) ** 2
    assert high["strength"].min() >= 0.15
    assert high.height == low.filter(pl.col("strength") >= 0.15).height


def test_a_group_is_the_weighted_mean_of_its_members():
    near = nearness(embedded_pack()).similarity
    place = {code: number for number, code in enumerate(pack_codes())}
    found = occupation_network(embedded_pack(), ["721", "7223"], employed={"7212": 3.0, "7213": 1.0}, least=0.0)
    by_hand = 0.75 * near[place["7212"], place["7223"]] + 0.25 * near[place["7213"], place["7223"]]
    assert found.filter(from_code="721", to_code="7223")["similarity"].item() == pytest.approx(by_hand)


def test_members_weigh_alike_where_nothing_is_known():
    weight = _members(["721"], {})
    assert weight.sum() == pytest.approx(1.0)
    assert np.unique(weight[weight > 0]).size == 1


EDUCATION = pl.DataFrame(
    {
        "occupation": ["7223", "7223", "211", "211"],
        "education_level": ["3", "5", "3", "5"],
        "education_field": ["all"] * 4,
        "share": [0.8, 0.2, 0.2, 0.8],
    }
)


def test_schooling_holds_back_one_way():
    # reach(7223, 211) = 0.8 x 0.2 + 0.2 x 1 = 0.36; reach(211, 211) = 0.2 x 0.2 + 0.8 x 1 = 0.84
    # reach(211, 7223) = 0.2 x 0.8 + 0.8 x 1 = 0.96; reach(7223, 7223) = 0.8 x 0.8 + 0.2 x 1 = 0.84
    found = _schooled(["211", "7223"], EDUCATION)
    assert found[1, 0] == pytest.approx(0.36 / 0.84)
    assert found[0, 1] == 1.0
    assert np.diag(found).tolist() == [1.0, 1.0]


def test_an_occupation_of_unknown_schooling_is_not_held_back():
    found = _schooled(["211", "7223", "8211"], EDUCATION)
    assert found[2].tolist() == [1.0, 1.0, 1.0]
    assert found[:, 2].tolist() == [1.0, 1.0, 1.0]


def test_schooling_counts_in_the_strength():
    with_it = occupation_network(embedded_pack(), ["211", "7223"], education=EDUCATION, least=0.0)
    without = occupation_network(embedded_pack(), ["211", "7223"], least=0.0)
    there = {"from_code": "7223", "to_code": "211"}
    similarity = without.filter(**there)["similarity"].item()
    assert with_it.filter(**there)["strength"].item() == pytest.approx(similarity * 0.36 / 0.84)
    assert without.filter(**there)["strength"].item() == pytest.approx(similarity)


def test_order_of_the_occupations_is_irrelevant():
    assert occupation_network(embedded_pack(), MIXED, least=0.1).equals(
        occupation_network(embedded_pack(), MIXED[::-1], least=0.1)
    )


def test_codes_are_checked():
    with pytest.raises(UnknownCodeError, match="9999"):
        occupation_network(embedded_pack(), ["9999"], least=0.1)
    with pytest.raises(TableError, match="7223 in 72"):
        occupation_network(embedded_pack(), ["72", "7223"], least=0.1)


def test_without_a_taxonomy_it_is_marked_as_judged():
    found = occupation_network(embedded_pack(), ["7223", "7212"], least=0.1)
    assert found["basis"].unique().to_list() == ["judgement"]
    assert found["substitutability"].null_count() == found.height


@pytest.mark.shared_data
def test_the_taxonomy_says_how_far_one_can_do_the_others_work():
    from brygga.workflow.taxonomy import open_pack

    pack = open_pack(SHARED_DATA / "taxonomy")
    found = occupation_network(pack, MIXED, least=0.0)
    assert found["basis"].unique().to_list() == ["taxonomy"]
    near = nearness(pack)
    place = {code: number for number, code in enumerate(pack_codes())}
    row = found.filter(from_code="7223", to_code="7212").row(0, named=True)
    assert row["substitutability"] == pytest.approx(near.substitutability[place["7223"], place["7212"]])
    assert row["strength"] == pytest.approx(near.strength[place["7223"], place["7212"]])
    setter = {code: found.filter(from_code="7223", to_code=code)["strength"].item() for code in ("7212", "22", "211")}
    assert setter["7212"] > 3 * max(setter["22"], setter["211"])
