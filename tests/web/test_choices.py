"""What a reader chooses: kept in the address, checked, and explained when it cannot be shown."""

from __future__ import annotations

import io
import re

import pytest
from docx import Document

from brygga.workflow import names


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/brist/?kommun=767", 400, "0767 Markaryd"),
        ("/brist/?kommun=9999", 400, "kommunkoden 9999"),
        ("/brist/?kommun=", 400, "Ingen kommun är vald"),
        ("/brist/?kommun=&kommun=", 400, "Ingen kommun är vald"),
        ("/brist/?ar=1999", 400, "2025–2036"),
        ("/brist/?ar=99999999999999999999", 400, "finns inte i framskrivningen"),
        ("/brist/?ar=²", 400, "finns inte i framskrivningen"),
        ("/brist/?ar=-1", 400, "finns inte i framskrivningen"),
        ("/brist/?yrke=finnsinte", 400, "yrket finnsinte"),
        ("/brist/?yrke=%3Cscript%3E", 400, "&lt;script&gt;"),
        ("/yrke/9999/", 404, "yrket 9999"),
        ("/yrke/alla/", 404, "yrket alla"),
        ("/finns-inte/", 404, "Den sidan finns inte"),
        ("/en/no-such/", 404, "There is no such page"),
        ("/en/brist/?ar=1999", 400, "2025 to 2036"),
        ("/en/brist/?kommun=767", 400, "0767 Markaryd"),
        ("/ladda-ner/brist.pdf", 404, "det formatet"),
        ("/ladda-ner/annat.csv", 404, "Den filen finns inte"),
        ("/ladda-ner/brist.csv?ar=1999", 400, "2025–2036"),
    ],
)
def test_what_cannot_be_shown_is_explained(read, address, status, words):
    page = read(address, status)
    assert words in page
    assert "<script>" not in page


def test_the_likely_meaning_is_one_click_away(read):
    page = read("/brist/?kommun=767,1060", 400)
    link = re.search(r'class="button" href="([^"]+)"', page)
    assert link[1] == "/brist/?kommun=0767,1060"
    assert "Markaryd och Olofström" in read(link[1])


def test_ticked_boxes_and_a_short_address_mean_the_same(site):
    ticked = site.get("/brist/?kommun=&kommun=1060&kommun=1293&ar=2030&yrke=alla").content
    short = site.get("/brist/?kommun=1060,1293&ar=2030&yrke=alla").content
    assert _main(ticked) == _main(short)


def test_a_choice_stands_in_the_form_and_in_the_link_to_share(read):
    page = read("/brist/?kommun=1060&yrke=underhall&ar=2030")
    assert '<input type="checkbox" name="kommun" value="1060" checked>' in page
    assert '<option value="underhall" selected>' in page
    assert "<option selected>2030</option>" in page
    assert 'href="/brist/?kommun=1060&amp;yrke=underhall&amp;ar=2030"' in page


def test_one_municipality_shows_that_one_alone(read):
    page = read("/brist/?kommun=1060&yrke=alla")
    assert len(re.findall(r'<tr role="row">', _table(page, "kommuner"))) == 3
    assert "Olofström" in _table(page, "kommuner")


def test_municipalities_stand_in_order_of_code(read):
    table = _table(read("/?yrke=alla"), "kommuner")
    places = [table.index(name) for name in ("Markaryd", "Olofström", "Hässleholm")]
    assert places == sorted(places)


def test_a_code_finer_than_the_run_is_answered_by_its_node(read):
    assert "Det kommer troligen att saknas" in read("/yrke/5321/")


def test_a_code_finer_than_the_run_is_shown_as_the_node_that_is_computed(read, site):
    asked = "5321 Undersköterskor, hemtjänst, hemsjukvård och äldreboende"
    node = "532 Undersköterskor"
    page = read("/yrke/5321/")
    assert f"{asked} ingår i {node}; talen gäller hela gruppen." in page
    assert f"<h1>{node} i " in page
    assert _numbers(page) == _numbers(read("/yrke/532/"))
    assert "ingår i" not in read("/yrke/532/")
    for address in ("/?yrke=5321", "/brist/?yrke=5321"):
        assert f"ingår i {node}; talen gäller hela gruppen." in read(address)
    assert node in site.get("/ladda-ner/yrke.csv?yrke=5321").content.decode()
    word = Document(io.BytesIO(site.get("/yrke/5321/underlag.docx").content))
    said = [paragraph.text for paragraph in word.paragraphs]
    assert said[0].endswith(node)
    assert any("talen gäller hela gruppen" in line for line in said)


def test_a_code_coarser_than_the_run_sums_the_nodes_within_it(read):
    page = read("/yrke/72/")
    assert "talen gäller hela gruppen" not in page
    assert _numbers(page) == _numbers(read("/brist/?yrke=72"))
    assert _numbers(page) != _numbers(read("/yrke/7223/"))


def test_a_code_of_no_classification_is_no_node(read):
    read("/yrke/53219/", 404)


@pytest.mark.parametrize(("code", "industrial"), [("722", True), ("311", True), ("7223", True), ("532", False)])
def test_a_node_is_industrial_when_most_of_its_unit_groups_are(code, industrial):
    assert names.is_industrial(code) is industrial


def _numbers(page: str) -> list[str]:
    return re.findall(r"<strong>([\d\s]+ och [\d\s]+)</strong>", page)[:1]


def _main(page: bytes) -> bytes:
    return page[page.index(b"<main") : page.index(b"</main")]


def _table(page: str, key: str) -> str:
    start = page.index(f'id="{key}"')
    return page[start : page.index("</table>", start)]
