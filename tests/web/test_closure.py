"""The page on closures: sentences by rule, numbers from the tables, what it does without them, bad addresses."""

from __future__ import annotations

import csv
import io
import re
import shutil
from html import unescape
from pathlib import Path

import pytest
from django.test import Client

import brygga_web
from brygga.workflow.results import open_results
from brygga_web.closure import sentences
from brygga_web.closure.curves import Curves, age, curves_of
from brygga_web.closure.people import strength
from brygga_web.frame.curve import curve

LARGE, SINGLE = "1060-29-500", "1293-25-1"
CLOSURE_TABLES = (
    "closure_shocks", "closure_summary", "closure_persons", "closure_curves", "closure_hard", "closure_ways",
    "closure_courses", "closure_clock", "closure_tax", "stress",
)  # fmt: skip


def spread(low: float, middle: float, high: float) -> dict[str, float]:
    return {"p10": low, "p50": middle, "p90": high}


@pytest.fixture
def without(write_run, tmp_path, settings):
    """The page of a run without the tables named."""

    def read(*names: str, address: str = "/nedlaggning/") -> str:
        folder = write_run(tmp_path / f"run{len(list(tmp_path.iterdir()))}")
        for name in names:
            (folder / f"{name}.parquet").unlink()
        settings.BRYGGA_RESULTS = str(folder)
        reply = Client(headers={"host": "localhost"}).get(address)
        assert reply.status_code == 200
        return plain(reply.content.decode())

    return read


@pytest.mark.parametrize(
    ("language", "posts", "of", "words"),
    [
        ("sv", 500, spread(139, 180, 233), "500 arbeten försvunnit i Olofström är troligen mellan <strong>140 och 235"),
        ("en", 500, spread(139, 180, 233), "A year after 500 posts have gone in Olofström, likely between <strong>140"),
        ("sv", 1, spread(0.1, 0.4, 0.9), "efter att ett arbete försvunnit i Olofström"),
        ("en", 1, spread(0.1, 0.4, 0.9), "after one post has gone in Olofström"),
        ("sv", 20, spread(0.0, 0.1, 0.4), "ser alla ut att ha arbete igen"),
        ("en", 20, spread(0.0, 0.1, 0.4), "everybody looks to have work again"),
        ("sv", 1, spread(0.0, 0.1, 0.4), "ett arbete försvunnit i Olofström ser alla ut"),
        ("sv", 500, None, "500 arbeten försvinner i Olofström. De följs inte ett år efter"),
        ("en", 1, None, "One post goes in Olofström. It is not followed for a year after"),
    ],
)
def test_the_answer(language, posts, of, words):
    assert words in sentences.answer(posts, "Olofström", of, language)


@pytest.mark.parametrize(
    ("of", "swedish", "english"),
    [
        (spread(55, 90, 130), "mellan <strong>55 och 130</strong> färre", "<strong>55 and 130</strong> fewer"),
        (spread(0.3, 1.8, 2.8), "troligen högst <strong>3</strong> färre", "at most <strong>3</strong> fewer"),
        (spread(-9, -5, -2), "mellan <strong>2 och 9</strong> fler", "<strong>2 and 9</strong> more"),
        (spread(-4, 3, 12), "går inte att säga: mellan 4 fler och 12 färre", "between 4 more and 12 fewer"),
        (spread(-0.2, 0, 0.3), "Kurser ändrar det inte", "Courses do not change it"),
        (None, "", ""),
    ],
)
def test_what_courses_change_is_said_only_as_the_interval_carries_it(of, swedish, english):
    for language, words in (("sv", swedish), ("en", english)):
        said = sentences.courses(of, language)
        assert words in said if words else said == ""


def test_others_without_work_are_told_only_when_the_interval_lies_above_nobody():
    assert "mellan <strong>10 och 40</strong> andra" in sentences.others(spread(10, 20, 40), "sv")
    assert "<strong>10 and 40</strong> others" in sentences.others(spread(10, 20, 40), "en")
    assert sentences.others(spread(-3, 2, 9), "sv") == ""
    assert sentences.others(None, "sv") == ""


def test_the_first_of_the_stress_test_is_sure_only_when_its_range_lies_above_the_second():
    first, near, far = spread(100, 150, 200), spread(90, 140, 210), spread(10, 20, 99)
    assert "går inte att säga säkert" in sentences.first_of([first, near], "sv")
    assert "cannot be said for sure" in sentences.first_of([first, near], "en")
    assert "säkert" not in sentences.first_of([first, far], "sv")
    assert "Den enda prövade nedläggningen" in sentences.first_of([first], "sv")
    assert sentences.first_of([], "sv") == ""


def test_the_oldest_are_called_slowest_only_when_no_range_overlaps():
    young, middle, old = spread(60, 70, 80), spread(50, 60, 70), spread(20, 30, 40)
    assert sentences.ages([young, middle, old], "sv") == "De äldsta kommer långsammast tillbaka"
    assert (
        sentences.ages([young, middle, spread(20, 40, 55)], "sv") == "Tillbaka i arbete ett år efter, ålder för ålder"
    )
    assert sentences.ages([old], "en") == "Back in work a year after, by age"


@pytest.mark.parametrize(
    ("away", "words"), [(66.0, "Sju av tio"), (1.0, "Nästan ingen"), (99.0, "Nästan alla"), (9.0, "En av tio")]
)
def test_how_many_live_elsewhere_is_told_to_the_nearest_tenth(away, words):
    rows = [{"code": "1060", "persons": 100 - away}, {"code": "", "persons": away}]
    assert sentences.homes(rows, "1060", 100.0, "sv").startswith(words)
    assert sentences.homes([], "1060", 0.0, "en") == "Nobody is computed to be hit."


def test_nearness_and_age_in_words():
    assert [strength(x, "sv").split(" (")[0] for x in (1.0, 0.75, 0.5, 0.1)] == ["samma yrke", "nära", "släkt", "långt"]
    assert age("16-34", "sv") == "16–34 år"
    assert age("16-34", "en") == "16 to 34 years"


def test_the_page_answers_with_the_numbers_of_its_summary(read, made_run):
    page = plain(read(f"/nedlaggning/?handelse={LARGE}"))
    assert "500 arbeten försvunnit i Olofström är troligen mellan 140 och 235 personer utan arbete" in page
    assert "De bästa kurserna gör dem troligen mellan 56 och 130 färre." in page
    assert "Varsel 1 mars 2027" in page
    assert "Dessutom är troligen mellan 47 och 78 andra utan arbete, som annars hade fått ett." in page
    rows = open_results(made_run).table("closure_summary").filter(shock=LARGE, measure="tax_lost_12")
    assert f"{rows['p50'].item() / 1e6:.1f}".replace(".", ",") + " miljoner kronor per år" in page


def test_a_single_post_is_written_in_the_singular(read):
    page = plain(read(f"/nedlaggning/?handelse={SINGLE}"))
    assert "ett arbete försvunnit i Hässleholm" in page
    assert "1 arbete i tillverkning av metallvaror" in page
    assert "one post has gone in Hässleholm" in plain(read(f"/en/nedlaggning/?handelse={SINGLE}"))


def test_without_a_choice_the_first_stored_closure_is_shown_and_the_form_knows_it(read):
    page = read("/nedlaggning/")
    assert re.findall(r'<option value="([^"]+)"( selected)?>', page) == [(LARGE, " selected"), (SINGLE, "")]
    assert f"/nedlaggning/?handelse={LARGE}" in read(f"/en/nedlaggning/?handelse={LARGE}")


def test_a_row_of_the_stress_test_links_only_to_what_is_computed_in_detail(read):
    table = read("/nedlaggning/").split('id="stresstest"')[1].split("</table>")[0]
    assert re.findall(r'href="([^"]+)"', table) == [f"/nedlaggning/?handelse={LARGE}"]
    order = re.findall(r'rowheader">(?:<a[^>]*>)?(\w+):', table)
    assert order == ["Olofström", "Hässleholm", "Markaryd"], "by people without work a year after"
    assert re.findall(r'data-l="Plats i skatt">([^<]+)<', table) == ["3", "2", "1"]


def test_shares_are_persons_over_the_group(made_run):
    curves = curves_of(open_results(made_run), LARGE, 18)
    row = curves.shares("none", at=18)[0]
    assert row["p50"] == pytest.approx(100 * 0.7 * 15 / 33)
    assert [row["group"] for row in curves.shares("none", "age_group", at=18)] == ["16-34", "35-54", "55-69"]
    assert curves.scenarios() == ["none", "planned", "best"]


def test_three_scenarios_stand_on_one_scale_with_their_difference_in_the_table(read):
    page = read("/nedlaggning/")
    assert page.count('class="chart curve"') == 3
    drawn = page.split('class="panels"')[1].split("</figure>")[0]
    assert re.findall(r"<h3>([^<]+)</h3>", drawn) == [
        "Utan kurser", "Med planens kurser", "Med de bästa kurserna för pengarna",
    ]  # fmt: skip
    assert drawn.count('class="naive"') == 2, "the two with courses are compared with none"
    table = page.split('id="manader"')[1].split("</table>")[0]
    row = plain(table.split("18 månader, ett år efter")[1].split("</tr>")[0])
    assert re.findall(r"[\d,]+", row) == ["32", "29", "35", "34", "31", "38", "39", "35", "43", "6,8"]


def test_a_curve_marks_its_month_and_stays_within_the_picture():
    rows = [spread(x, x, 130.0 if x else 0.0) | {"month": x} for x in range(37)]
    drawn = curve(rows, marked=12, language="sv")
    assert ">12</text>" in drawn
    points = [int(y) for _, y in re.findall(r"(\d+),(\d+)", drawn)]
    assert min(points) == 16
    assert "style=" not in drawn
    assert "i-dot" not in curve(rows, marked=99, language="sv")


def test_everything_modelled_is_marked_and_fractions_of_people_are_not_hidden(read):
    page = read("/nedlaggning/")
    for table in ("stresstest", "manader", "aldrar", "yrken", "svart", "vagar", "kurser", "bostad", "skatt"):
        content = page.split(f'id="{table}"')[1].split("</table>")[0]
        assert "modelled" in content, table
    homes = plain(page.split('id="bostad"')[1].split("</table>")[0])
    assert "Utanför området" in homes
    assert "–" not in homes, "model output is never shown as hidden"


def test_the_clock_is_a_dated_list_with_standing_and_source(read):
    clock = read("/nedlaggning/").split('id="klockan"')[1].split("</section>")[0]
    assert re.findall(r'datetime="([^"]+)"', clock) == ["2027-03-01", "2027-09-01"]
    assert [plain(x) for x in re.findall(r'<span class="state[^>]*>([^<]+)<', clock)] == [
        "läst",
        "återgiven",
        "exempel",
    ]
    assert "Hela tiden" in clock
    assert clock.count("Arbetsgivaren") == 3


def test_a_course_stands_once_and_those_left_out_are_counted_by_reason(read):
    page = read("/nedlaggning/")
    courses = plain(page.split('id="kurser"')[1].split("</table>")[0])
    assert courses.count("finns i planen") == 1, "the same place in both packages is one row"
    assert courses.count("köps till") == 1
    assert "oktober 2027, 6 mån" in courses
    assert re.findall(r"<td[^>]*>(\d+)</td>", page.split('id="inte-kurser"')[1].split("</table>")[0]) == ["1"]
    assert "for the young" in read("/en/nedlaggning/")


def test_the_page_says_that_notices_by_companies_are_not_shown(read):
    assert "Företagens egna varsel visas aldrig här" in read("/nedlaggning/")
    assert "Notices by companies are never shown here" in read("/en/nedlaggning/")


def test_nothing_restricted_is_read(made_run, site):
    """A restricted folder beside the results is in no page and no file; no module of the site knows the door to it."""
    folder = made_run / "restricted"
    folder.mkdir(mode=0o700)
    (folder / "notices.csv").write_text("employer,posts\nHemligt Varsel AB,140\n")
    try:
        for address in ("/nedlaggning/", "/en/nedlaggning/", "/", "/nytta/", "/kallor/", "/ladda-ner/nedlaggning.csv"):
            assert "Hemligt Varsel" not in site.get(address).content.decode(), address
    finally:
        shutil.rmtree(folder)
    sources = "\n".join(path.read_text() for path in Path(brygga_web.__file__).parent.rglob("*.py"))
    assert "open_restricted" not in sources
    assert "redundancy_notices" not in sources


@pytest.mark.parametrize(
    ("address", "words"), [("/nedlaggning/", "är inte räknad här"), ("/en/nedlaggning/", "is not")]
)
@pytest.mark.parametrize("key", ["9999-29-500", "<b>x</b>", "1060-29-500 OR 1", "x" * 400])
def test_a_closure_that_is_not_stored_is_a_page_that_does_not_exist(site, address, words, key):
    reply = site.get(address, {"handelse": key})
    page = reply.content.decode()
    assert reply.status_code == 404
    assert words in page
    assert f"?handelse={LARGE}" in page, "the first stored one is offered"
    assert "<b>x</b>" not in page
    assert "x" * 100 not in page.split("<main")[1]
    assert site.get("/ladda-ner/nedlaggning.csv", {"handelse": key}).status_code == 404


def test_a_year_outside_the_run_is_explained_as_on_every_page(site):
    assert site.get("/nedlaggning/?ar=1999").status_code == 400


def test_an_empty_choice_shows_the_first(read):
    assert "500 arbeten" in read("/nedlaggning/?handelse=")


def test_without_closures_the_stress_test_answers_and_the_command_is_told(without):
    swedish = without(*CLOSURE_TABLES[:-1])
    assert (
        "Av 3 prövade nedläggningar gör den svåraste troligen mellan 135 och 225 fler personer utan arbete" in swedish
    )
    assert "Vilken som är svårast går inte att säga säkert" in swedish
    assert "brygga closure MAPP --municipality 1060" in swedish
    assert "brygga stress" not in swedish
    assert "brygga closure FOLDER" in without(*CLOSURE_TABLES[:-1], address="/en/nedlaggning/")


def test_without_any_table_the_page_says_what_will_stand_here(without):
    page = without(*CLOSURE_TABLES)
    assert "Ingen nedläggning är räknad här än." in page
    assert "brygga stress MAPP" in page
    assert without(*CLOSURE_TABLES, address="/ladda-ner/nedlaggning.csv")


@pytest.mark.parametrize("name", CLOSURE_TABLES[2:])
def test_each_table_may_be_missing_alone(without, name):
    assert "500 arbeten försvunnit" in without(name)


def test_files_carry_the_tables_of_the_page_and_the_name_of_the_closure(site):
    reply = site.get(f"/ladda-ner/nedlaggning.csv?handelse={LARGE}")
    assert f"brygga-nedlaggning-{LARGE}.csv" in reply.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(reply.content.decode("utf-8-sig")), delimiter=";"))
    heads = {row[0] for row in rows if row}
    wanted = ("Stresstest: om en i taget lägger ned", "Lagens klocka", "Kurser som hjälper", "Här bor de som drabbas")
    assert set(wanted) <= heads
    assert ["Händelse", LARGE] in rows
    assert next(row for row in rows if row and row[0] == "Varsel")[1].startswith("Företagens egna varsel är sekretess")
    assert site.get(f"/ladda-ner/nedlaggning.xlsx?handelse={SINGLE}").content[:2] == b"PK"


def test_curves_without_a_year_followed_mark_the_last_month(made_run):
    made = curves_of(open_results(made_run), LARGE, None)
    assert isinstance(made, Curves)
    assert made.month == 36
    assert curves_of(open_results(made_run), "none-such", None) is None


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", unescape(page)).replace("\u00a0", " "))
