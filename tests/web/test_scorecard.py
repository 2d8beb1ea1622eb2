"""The page on accuracy: its numbers are those of the scorecard, and it hides neither losses nor what is untested."""

from __future__ import annotations

import re
from html import unescape

import polars as pl
import pytest

from brygga.workflow.backtest_scorecard import ALL, embedded
from brygga_web.frame.formats import number, percent
from brygga_web.frame.texts import plain, text
from brygga_web.scorecard import selectors

ADDRESSES = {"sv": "/traffsakerhet/", "en": "/en/traffsakerhet/"}


def body(page, key):
    """The text of a table, cell by cell."""
    table = re.search(rf'<table[^>]*id="{key}".*?</table>', page, re.S)[0]
    rows = re.findall(r"<tr role=\"row\">(.*?)</tr>", table, re.S)[1:]
    return [
        [unescape(re.sub("<[^>]+>", "", c)).strip() for c in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", r, re.S)]
        for r in rows
    ]


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_errors_are_those_of_the_scorecard(read, language):
    rows = body(read(ADDRESSES[language]), "fel")
    scores = embedded().scores.filter(pl.col("stage") == "municipalities", pl.col("origin") == ALL)
    scores = scores.filter(pl.col("cell_class") == ALL, pl.col("horizon") == 5)
    by = {row["method"]: row["weighted_mape"] for row in scores.iter_rows(named=True)}
    naive = min(by[method] for method in ("no_change", "trend", "county_share"))
    shown = next(row for row in rows if row[0].startswith(str(text("scorecard.stage_municipalities", language))))
    assert shown[2:5] == [number(by["brygga"], language, 2), number(naive, language, 2), shown[4]]
    assert shown[4] == str(text("scorecard.method_county_share", language))
    assert len(rows) == 7


def test_where_the_simple_method_is_used_it_is_named(read):
    rows = body(read(ADDRESSES["sv"]), "anvands")
    lost = embedded().choices.filter(pl.col("method") != "brygga", pl.col("given") == "nothing")
    lost = lost.filter(pl.col("breaks").is_in(["none", "carried"]))
    named = [row for row in rows if row[1] != str(text("scorecard.method_brygga", "sv"))]
    assert len(named) == lost.filter(pl.col("stage") != "occupations_age").height > 0
    assert all(row[1] == row[4] for row in named)


def test_all_that_is_untested_is_said(read):
    for language, address in ADDRESSES.items():
        page = unescape(read(address))
        for name in selectors.UNTESTED:
            assert str(text(f"scorecard.untested_{name}", language)) in page


def test_where_it_went_wrong_is_said_with_both_errors(read):
    errors = embedded().about["later"]["error"]
    assert errors["no_change"] < errors["brygga"]
    page = unescape(read(ADDRESSES["sv"]))
    assert f"Spannet höll {percent(embedded().about['later']['coverage_80'], 'sv')} av utfallen" in page
    assert number(errors["no_change"], "sv", 1) in page
    assert f"vårt <strong>{number(errors['brygga'], 'sv', 1)}</strong>" in page


def test_others_stand_beside_with_their_source_in_doubt(read):
    rows = body(read(ADDRESSES["en"]), "riktning")
    assert rows[-1][1:3] == ["77 to 84%", "52 to 67%"]
    assert "we have not read the source" in read(ADDRESSES["en"])


def test_breaks_stand_three_ways(read):
    rows = body(read(ADDRESSES["sv"]), "brott")
    ways = [str(text(f"scorecard.way_{way}", "sv")) for way in selectors.WAYS]
    assert [row[1] for row in rows] == ways * 3


def test_every_starting_year_has_its_coverage(read):
    rows = body(read(ADDRESSES["sv"]), "startar")
    towns = [row for row in rows if row[0].startswith("Kommunernas")]
    assert [row[0][-4:] for row in towns] == ["2011", "2012", "2013", "2014"]
    assert all(row[-1].endswith("%") for row in towns)


def test_the_numbers_are_no_example_though_the_run_is(read):
    """The strip stands on top; no figure of this page is called an example."""
    page = read(ADDRESSES["sv"])
    assert 'class="example"' in page
    for caption in re.findall(r"<figcaption>(.*?)</figcaption>", page, re.S):
        assert not caption.startswith(plain("frame.example_word", "sv"))


def test_the_page_is_found_from_every_page(read):
    assert 'href="/traffsakerhet/"' in read("/")
    assert 'href="/en/traffsakerhet/"' in read("/en/")


def test_how_many_are_won_is_counted_from_the_rows():
    won, whole = selectors.won(embedded())
    assert (won, whole) == (7, 7)
