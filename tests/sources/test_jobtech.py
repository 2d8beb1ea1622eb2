"""Open ads of a municipality: pages by offset, one reader, what is broken or beyond reach told of."""

import json

import pytest

from brygga.core.errors import TableError
from brygga.core.places import SHARED_DATA
from brygga.sources import jobtech
from brygga.sources.ads import read_ads
from brygga.sources.jobtech import path_of, read_search
from brygga.sources.provider import Wanted
from tests.sources.replayed import replayed

RECORDED = "ads/jobsearch_search_response.json"


def page(first, count, total):
    """Invented ads, numbered."""
    hits = [
        {"id": str(n), "headline": "Svetsare", "description": {"text": "Vi söker"}} for n in range(first, first + count)
    ]
    return {"total": {"value": total}, "hits": hits}


@pytest.mark.shared_data
def test_the_recorded_reply_gives_the_same_ads_as_the_reader_of_files():
    path = SHARED_DATA / RECORDED
    read = read_search([json.loads(path.read_text("utf-8"))])
    assert read.ads.equals(read_ads(path).ads.sort("ad_id"))
    assert read.wrong == ()


def test_a_fetch_takes_page_after_page_and_an_ad_once(tmp_path):
    replies = {path_of("1060", 0): page(0, 100, 150), path_of("1060", 100): page(99, 51, 150)}
    client = replayed(jobtech, tmp_path, replies)
    (fetched,) = jobtech.fetch(client, Wanted(("1060",), tables=("job_ads",)), tell=lambda *said: None)
    assert fetched.frame.height == 150
    assert list(jobtech.fetch(client, Wanted(("1060",)), tell=lambda *said: None)) == []


def test_what_lies_beyond_its_reach_is_told_of(tmp_path, monkeypatch):
    monkeypatch.setattr(jobtech, "BEYOND", 100)
    replies = {path_of("0180", offset): page(offset, 100, 450) for offset in (0, 100)}
    client = replayed(jobtech, tmp_path, replies)
    (fetched,) = jobtech.fetch(client, Wanted(("0180",), tables=("job_ads",)), tell=lambda *said: None)
    assert fetched.remarks == ("250 of 450 ads in 0180 lie beyond the reach of JobSearch",)


def test_a_broken_hit_never_loses_the_others():
    hits = [{"headline": "Utan nummer"}, *page(1, 1, 2)["hits"]]
    read = read_search([{"hits": hits}])
    assert read.ads.height == 1
    assert [(one.place, one.what) for one in read.wrong] == [("page 1, hit 0", "it has no id")]


def test_a_changed_shape_is_named():
    with pytest.raises(TableError, match="JobSearch, page 1 has no key hits; it has ads"):
        read_search([{"ads": []}])
    with pytest.raises(TableError, match="JobSearch: total has no key value"):
        jobtech.total_of({"total": {}}, "JobSearch")
