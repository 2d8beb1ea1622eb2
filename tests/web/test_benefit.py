"""The page of benefit: its totals, what it leaves out, its sources, and years that do not match."""

from __future__ import annotations

import re
from html import unescape

import polars as pl
import pytest

from brygga.core.errors import TableError
from brygga.workflow import benefit
from brygga.workflow.carry import LEFT_OUT
from brygga.workflow.results import open_results


@pytest.fixture(scope="module")
def results(made_run):
    return open_results(made_run)


@pytest.fixture(scope="module")
def area(results):
    return results.region.municipalities


def whole(results, year):
    """Best plan, all municipalities, summed in every draw."""
    draws = results.table("municipal_tax_draws").filter(plan="best", year=year)
    return draws.group_by("draw").agg(pl.col("tax_sek").sum())["tax_sek"]


def test_tax_is_summed_in_every_draw_before_the_quantile(results, area):
    told = benefit.tax(results, municipalities=area, year=2033).filter(plan="best")
    sums = whole(results, 2033)
    assert told["p10"].item() == pytest.approx(sums.quantile(0.1, "linear"))
    assert told["p90"].item() == pytest.approx(sums.quantile(0.9, "linear"))
    parts = benefit.tax(results, municipalities=area, year=2033, by="municipality").filter(plan="best")
    assert told["p90"].item() < parts["p90"].sum(), "quantiles of municipalities are not added"


def test_as_last_year_stands_beside_each_plan(results, area):
    told = benefit.tax(results, municipalities=area, year=None, by="year")
    assert told["year"].n_unique() == 10
    assert (told.filter(plan="best")["naive"] == told.filter(plan="last_year")["p50"]).all()


def test_a_tax_a_year_is_never_added_over_years(results, area):
    with pytest.raises(TableError, match="tax a year is no sum over years"):
        benefit.tax(results, municipalities=area, year=None, by="municipality")


def test_no_municipality_is_an_error(results):
    with pytest.raises(TableError, match="tax is computed for 0 municipalities"):
        benefit.tax(results, municipalities=[], year=2033)


def test_what_is_paid_is_of_one_year(results):
    """A million over five plan years."""
    assert benefit.paid_a_year(results, municipalities=["1060"]) == {"1060": 200_000.0}


def test_the_total_of_the_page_has_its_own_interval(read, results):
    page = plain(read("/nytta/?ar=2033"))
    total = page[page.index("Hela urvalet") :][:300]
    sums = whole(results, 2033) / 1000
    low, high = (f"{sums.quantile(q, 'linear'):,.0f}".replace(",", " ") for q in (0.1, 0.9))
    assert f"{low}–{high}" in total
    assert " 600 " in total, "three municipalities pay 200 thousand a year each"


@pytest.mark.parametrize(("address", "language"), [("/nytta/", "sv"), ("/en/nytta/", "en")])
def test_what_is_left_out_stands_on_the_page_word_for_word(read, address, language):
    page = unescape(read(f"{address}?ar=2033"))
    assert page.count(LEFT_OUT[language]) == 1


def test_the_year_of_the_pay_stands_at_the_tax(read):
    assert "Skatt per år, 2024 års löner" in read("/nytta/?ar=2033")
    assert "Tax a year, pay of 2024" in read("/en/nytta/?ar=2033")


def test_before_any_class_is_out_the_page_says_so(read):
    page = read("/nytta/?ar=2025")
    assert "inte ute i arbete 2025" in page
    assert 'id="skatt"' not in page


def test_sources_are_listed_once_under_the_table_in_their_own_language(read):
    page = read("/nytta/?ar=2033")
    listed = re.findall(r'<li lang="en">([^<]+)</li>', page)
    assert listed == ["prov", "said"]
    table = page[page.index('id="jobb"') :].split("</table>")[0]
    assert re.findall(r'data-l="Källa">([^<]+)<', table) == ["1", "1", "2"]


def test_files_hold_the_sources(site):
    file = site.get("/ladda-ner/nytta.csv?ar=2033").content.decode("utf-8-sig")
    assert "2;said" in file


def plain(page: str) -> str:
    return re.sub(r"<[^>]+>", " ", unescape(page)).replace("\u00a0", " ")
