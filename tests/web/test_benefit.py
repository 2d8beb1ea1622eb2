"""The page of benefit: its totals, what it leaves out, its sources, and years that do not match."""

from __future__ import annotations

import os
import re
from html import unescape

import polars as pl
import pytest
from django.test import Client

from brygga.core.errors import TableError
from brygga.core.provenance import Input, Provenance, Result, write_result
from brygga.workflow import benefit
from brygga.workflow.carry import ACCOUNT_LEFT_OUT, LEFT_OUT
from brygga.workflow.results import open_results
from brygga_web.decisions.carried_where import exporting_says
from brygga_web.decisions.further_jobs import blocks, jobs_table, near_answers


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


def test_the_answers_stand_by_kind_with_what_each_counts_and_leaves_out(read):
    page = re.sub(r"\s+", " ", plain(read("/nytta/?ar=2033")))
    kinds = re.findall(r"(Räknat|Mätt|Påstått) ([\d,]+–[\d,]+) jobb till", page)
    assert kinds == [("Räknat", "0,3–0,9"), ("Mätt", "0,2–0,8"), ("Påstått", "3,0–5,0")]
    words = plain(read("/nytta/?ar=2033").split('id="svar"')[1].split("</table>")[0])
    assert re.search(r"Klustret\s+3,0–5,0\s+leverantörer, enligt Klustret\s+skatt\s+räknas på annat sätt", words)
    assert "mellan 0,2 och 0,9 jobb till" in page, "a claim never widens the answer"
    assert "carried_own.csv" in page


def answers(**change) -> pl.DataFrame:
    row = dict.fromkeys([f"{key}_{end}" for key in ("includes", "excludes", "differs") for end in ("sv", "en")], "ord")
    row |= {"answer": "claim", "name": "Någon", "industry": "29", "reach": "region", "horizon": "unstated"}
    row |= {"low": 1.0, "mid": 1.0, "high": 1.0, "status": "provisional", "source": "prov"}
    return pl.DataFrame([row | change], infer_schema_length=None)


def test_an_answer_without_a_range_or_a_number_says_so():
    shown = [plain(str(cell.content)) for cell in jobs_table(answers(), "sv").rows()[0]]
    assert shown[0].strip() == "Någon, Tillverkning av motorfordon, släpfordon och påhängsvagnar"
    assert "utan spann" in shown[2]
    nothing = answers(low=None, mid=None, high=None, status="not_available")
    assert "inget tal" in plain(str(jobs_table(nothing, "sv").rows()[0][2].content))
    assert blocks(nothing.cast({"low": float, "high": float}), "sv")[0]["drawn"] == ""


def test_figures_of_ones_own_stand_beside_and_never_in_the_answer():
    own = answers(answer="user", low=1.0, mid=2.0, high=9.0)
    assert [block["name"] for block in blocks(own, "en")] == ["Your own figures"]
    assert not near_answers(own).height


@pytest.mark.parametrize(
    ("claim", "words"), [(0.6, "ligger under hela spannet"), (0.7, "inom spannet"), (0.9, "ligger över hela spannet")]
)
def test_the_claim_on_exporting_jobs_is_held_against_the_range(claim, words):
    ours = {"method": "location_quotient", "industry": "C", "part_p10": 0.63, "part_p50": 0.7, "part_p90": 0.77}
    said = {"method": "claim", "industry": "C", "part_p10": claim, "part_p50": claim, "part_p90": claim}
    assert words in exporting_says(pl.DataFrame([ours, said]), "sv")
    assert "mellan 63\u00a0% och 77\u00a0%" in exporting_says(pl.DataFrame([ours]), "sv")
    assert exporting_says(pl.DataFrame([said]), "sv") == ""


def test_carried_posts_have_their_own_total_and_municipalities_stand_in_order_of_code(read):
    page = read("/nytta/?ar=2033")
    places = page.split('id="burna-kommuner"')[1].split("</table>")[0]
    assert re.findall(r'<span class="code">(\d+)<', places) == ["0767", "1060", "1293"]
    total = plain(places.split("<tfoot")[1])
    assert "60,0" in total
    assert "45,0–75,0" in total


def test_the_account_shows_the_key_and_what_it_leaves_out(read):
    page = unescape(read("/nytta/?ar=2033"))
    account = page.split('id="kommunernas-konto"')[1].split("</table>")[0]
    assert re.findall(r'data-l="Nyckel">([^<]+)<', account) == ["50\u00a0%", "30\u00a0%", "20\u00a0%"]
    assert "−1\u00a0200" in account
    assert page.count(ACCOUNT_LEFT_OUT["sv"]) == 1


def test_a_run_without_the_new_tables_says_which_command_makes_them(write_run, tmp_path, settings):
    folder = write_run(tmp_path / "old")
    for name in ("carried_sums", "exporting_jobs", "municipal_account"):
        (folder / f"{name}.parquet").unlink()
    settings.BRYGGA_RESULTS = str(folder)
    client = Client(headers={"host": "localhost"})
    assert "brygga run REGION -o MAPP" in client.get("/nytta/").content.decode()
    assert "brygga run REGION -o FOLDER" in client.get("/en/nytta/").content.decode()


def test_answers_of_an_older_run_ask_for_a_new_one(write_run, tmp_path, settings):
    folder = write_run(tmp_path / "older")
    older = open_results(folder).table("carried_jobs").drop("industry")
    story = Provenance(step="see", region="", settings={}, inputs=(Input("a.csv", "0" * 64, 1, 1, 0),), warnings=())
    write_result(Result("carried_jobs", older, story), folder)
    os.utime(folder / "run.json")
    settings.BRYGGA_RESULTS = str(folder)
    reply = Client(headers={"host": "localhost"}).get("/nytta/")
    assert reply.status_code == 503
    assert "en annan version" in reply.content.decode()
