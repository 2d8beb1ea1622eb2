"""Names only with consent, few people never, and nothing of it in a file either."""

from __future__ import annotations

import csv
import io
import zipfile

import polars as pl
from docx import Document

from brygga_web.decisions.outcome import answer


def test_a_company_without_consent_is_nowhere(site):
    for address in ("/behov/", "/en/behov/", "/yrke/7233/", "/ladda-ner/behov.csv", "/yrke/7233/underlag.docx"):
        content = site.get(address).content
        text = _docx(content) if address.endswith("docx") else content.decode()
        assert "Hemlig" not in text, address
        assert "vi söker mekaniker" not in text, address
    with zipfile.ZipFile(io.BytesIO(site.get("/ladda-ner/behov.xlsx").content)) as file:
        assert "Hemlig" not in file.read("xl/sharedStrings.xml").decode()


def test_a_company_without_consent_is_called_by_its_place_and_sees_what_became_of_it(read):
    page = read("/behov/")
    assert "Ett företag i Markaryd" in page
    row = page[page.index("Ett företag i Markaryd") :].split("</tr>")[0]
    assert "Räknas med i behovet; planen startar" in row
    assert "/yrke/7233/" in row
    assert "Räknas inte med: svaret fick ingen kod" in page
    assert "A company in Markaryd" in read("/en/behov/")


def test_a_company_that_agreed_is_named_with_its_words(read):
    page = read("/behov/")
    assert "Öppen Verkstad AB" in page
    assert "CNC 5-axligt" in page
    assert "möjligt (60" in page


def test_the_word_page_names_those_who_agreed_and_counts_the_rest(site):
    text = _docx(site.get("/yrke/cnc/underlag.docx").content)
    assert "Öppen Verkstad AB" in text
    assert "Exempel, inte statistik" in text
    text = _docx(site.get("/en/yrke/7233/underlag.docx").content)
    assert "One more answer comes from a company that does not want to be named." in text


def test_few_people_are_hidden_and_only_classes_that_show_both_are_summed(site, read):
    page = read("/utfall/")
    assert "minst" not in page
    assert 'class="answer"' not in page, "no class shows both counts"
    rows = pl.DataFrame({"started": [9.0, None, 20.0], "matched": [None, 7.0, 10.0]})
    assert "I den enda klass där båda talen visas fick <strong>10</strong> av <strong>20</strong>" in answer(rows, "sv")
    rows = list(csv.reader(io.StringIO(site.get("/ladda-ner/utfall.csv").content.decode("utf-8-sig")), delimiter=";"))
    row = next(row for row in rows if len(row) > 1 and row[1] == "Utbildning cnc-hassleholm, Hässleholm")
    assert "–" in row
    assert not {"3", "4"} & set(row)


def test_the_word_page_names_its_sources_its_run_and_what_the_plan_leaves(site):
    text = _docx(site.get("/yrke/cnc/underlag.docx?ar=2033").content)
    for wanted in ("Kvar med planen (m)", "Som 2024", "Olofström", "seed 7", "Data till och med 2024", "m = beräknat"):
        assert wanted in text, wanted
    assert "employed.csv: prov" in text


def _docx(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([p.text for p in document.paragraphs] + cells)
