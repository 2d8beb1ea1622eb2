"""Related occupations, counted in the head on the taxonomy in miniature."""

from dataclasses import replace
from math import log, sqrt

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brygga.coding.pack import SCHEMAS, embedded_pack, pack_codes
from brygga.coding.related import BY_DIGITS, nearness, relate
from brygga.core.errors import UnknownCodeError
from brygga.core.places import SHARED_DATA
from brygga.sources.taxonomy import read_exports
from brygga.workflow.taxonomy import as_pack, open_pack


@pytest.fixture(scope="module")
def pack(taxonomy_mini):
    """The miniature alone, without our own words."""
    return as_pack(read_exports(taxonomy_mini))


def row(found, to_code: str) -> dict:
    return found.occupations.filter(to_code=to_code).row(0, named=True)


def states(found, to_code: str) -> dict[str, list[str]]:
    skills = found.skills.filter(to_code=to_code)
    return {state: skills.filter(state=state)["label"].to_list() for state in ("carried", "missing")}


def test_substitutability_is_the_mean_of_the_best_over_the_occupations_of_the_first_group(pack):
    found = relate(pack, ["7223"])
    # Of three names in 7223, one can do 0.75 of 8211, two 0.25 of 3115, one 0.25 of 7233.
    shares = {code: row(found, code)["substitutability"] for code in ("8211", "3115", "7233")}
    assert shares == pytest.approx({"8211": 0.75 / 3, "3115": 0.5 / 3, "7233": 0.25 / 3})
    assert row(relate(pack, ["3115"]), "7223")["substitutability"] == pytest.approx(0.75 / 2)


def test_similarity_is_the_cosine_of_skills_weighted_by_rarity(pack):
    found = relate(replace(pack, esco_links=pack.esco_links.clear()), ["7223"])
    one, two, three, four = (log(400 / n) for n in (1, 2, 3, 4))
    here = sqrt(two**2 + 2 * one**2 + 2 * four**2)
    there = sqrt(2 * one**2 + two**2 + four**2 + three**2)
    assert row(found, "3115")["similarity"] == pytest.approx((two**2 + four**2) / (here * there), rel=1e-5)


def test_esco_and_jobtech_count_alike_where_both_know_the_groups(pack):
    jobtech = row(relate(replace(pack, esco_links=pack.esco_links.clear()), ["7223"]), "3115")["similarity"]
    esco = row(relate(replace(pack, skill_links=pack.skill_links.clear()), ["7223"]), "3115")["similarity"]
    assert row(relate(pack, ["7223"]), "3115")["similarity"] == pytest.approx((jobtech + esco) / 2)
    # ESCO has nothing on 8211, so JobTech alone decides there.
    alone = relate(replace(pack, esco_links=pack.esco_links.clear()), ["7223"])
    assert row(relate(pack, ["7223"]), "8211")["similarity"] == row(alone, "8211")["similarity"]


def test_what_carries_over_and_what_is_missing(pack):
    found = relate(pack, ["7223"])
    assert states(found, "3115") == {
        "carried": ["CNC-programmering", "Ritningsläsning"],
        "missing": ["CATIA, CAD-program", "Tillverkningsindustri-CATIA", "Lean"],
    }
    assert (row(found, "3115")["carried"], row(found, "3115")["missing"]) == (2, 3)
    assert states(found, "7212")["missing"] == ["MIG/MAG-svetsning", "TIG-svetsning"]


def test_strength_joins_both_and_orders_the_rows(pack):
    occupations = relate(pack).occupations
    joined = 1 - (1 - occupations["substitutability"]) * (1 - occupations["similarity"])
    assert occupations["strength"].to_list() == pytest.approx(joined.to_list())
    for _, group in occupations.group_by("from_code", maintain_order=True):
        assert group["rank"].to_list() == list(range(1, group.height + 1))
        assert group["strength"].is_sorted(descending=True)
    assert occupations.filter(pl.col("from_code") == pl.col("to_code")).is_empty()
    assert set(occupations["basis"]) == {"taxonomy"}
    assert "JobTech substitutability; JobTech skills; ESCO skills (jobtech-1, esco-1)" in occupations["source"][0]


def test_groups_of_which_nothing_is_known_have_no_rows(pack):
    found = relate(pack, ["0110"])
    assert found.occupations.is_empty()
    assert found.skills.is_empty()


def test_a_further_substitute_never_makes_a_move_weaker(pack):
    before = relate(pack, ["5321"], top=400).occupations
    more = pl.DataFrame({"from_id": ["mini_uske_0001"], "to_id": ["mini_fach_0001"], "share": [0.25]})
    after = relate(replace(pack, substitutes=pl.concat([pack.substitutes, more])), ["5321"], top=400).occupations
    assert before.is_empty()
    assert after.select("to_code", "substitutability").rows() == [("1370", 0.25)]


def test_without_links_of_jobtech_escos_essential_skills_are_shown(pack):
    found = relate(replace(pack, skill_links=pack.skill_links.clear()), ["7223"])
    assert states(found, "3115")["missing"] == ["use CAD software"]
    assert states(found, "3115")["carried"] == ["programmera CNC-styrning"]


def test_codes_of_scb_are_lifted_and_unknown_ones_refused(pack):
    assert set(relate(pack, ["1372"]).occupations["from_code"]) == {"1370"}
    with pytest.raises(UnknownCodeError, match=r"from_code: 1 code\(s\) not in JobTech's groups of SSYK 2012: 9999"):
        relate(pack, ["9999"])


def test_without_a_taxonomy_every_row_says_that_it_is_judged():
    found = relate(embedded_pack(), ["7223"])
    assert set(found.occupations["basis"]) == {"judgement"}
    assert found.occupations["substitutability"].null_count() == found.occupations.height == 10
    assert found.occupations["source"][0].startswith("our own titles and work, SSYK digits (own ")
    assert {"7222", "7224"} <= set(found.occupations["to_code"])
    assert (found.skills["skill_id"].str.starts_with("own:")).all()
    assert row(found, "7224")["similarity"] >= BY_DIGITS[3]


LINKS = st.lists(
    st.tuples(st.sampled_from(pack_codes()[:6]), st.sampled_from("abcdef"), st.sampled_from([0.25, 1.0])), min_size=1
)


@settings(max_examples=25)
@given(LINKS, st.randoms(use_true_random=False))
def test_similarity_is_symmetric_between_0_and_1_and_deaf_to_order(rows, random):
    links = pl.DataFrame(rows, schema=SCHEMAS["skill_links"], orient="row")
    shuffled = links.sample(fraction=1, shuffle=True, seed=random.randint(0, 99))
    one, other = (nearness(replace(embedded_pack(), skill_links=each)).similarity for each in (links, shuffled))
    assert np.array_equal(one, other)
    assert np.allclose(one, one.T)
    assert one.min() >= 0
    assert one.max() <= 1
    with_skills = [pack_codes().index(code) for code in set(links["code"])]
    assert np.allclose(np.diag(one)[with_skills], 1)


@pytest.mark.shared_data
def test_skills_alone_foretell_the_substitutability_as_well_as_measured():
    """Chance that a pair of groups with substitutes is more alike than one without: 0.95, and 0.87 without taxonomy."""
    known, judged = nearness(open_pack(SHARED_DATA / "taxonomy")), nearness(embedded_pack())
    others = ~np.eye(len(known.similarity), dtype=bool)
    linked = known.substitutability[others] > 0
    assert linked.sum() > 900
    assert _area(known.similarity[others], linked) > 0.94
    assert _area(judged.similarity[others], linked) > 0.85


def _area(scores, right) -> float:
    """Area under the curve: the chance that a right one scores higher than a wrong one."""
    ranks = pl.Series(scores).rank().to_numpy()
    count = right.sum()
    return (ranks[right].sum() - count * (count + 1) / 2) / (count * (len(right) - count))
