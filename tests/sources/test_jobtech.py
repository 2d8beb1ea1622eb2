"""Ads and taxonomies of JobTech side by side."""

import pytest

from brygga.core.places import SHARED_DATA
from brygga.sources.jobtech import read_ads, read_taxonomy


def test_titles_of_a_taxonomy_carry_a_unit_group_of_scb(taxonomy_mini):
    titles = read_taxonomy(taxonomy_mini)
    assert titles.columns == ["code", "label", "language", "kind"]
    assert ("1372", "Fabrikschef", "sv", "taxonomy") in titles.rows()
    assert ("3115", "beredare", "sv", "esco") in titles.rows()


@pytest.mark.shared_data
def test_the_real_reply_and_taxonomy_read_whole():
    ads = read_ads(SHARED_DATA / "ads" / "jobsearch_search_response.json")
    assert ads.height == 85
    assert ads["occupation"].null_count() == 0
    labels = read_taxonomy(SHARED_DATA / "taxonomy")
    assert labels["code"].n_unique() >= 400
    assert set(labels["kind"]) == {"taxonomy", "esco"}
