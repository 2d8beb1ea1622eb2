"""The same numbers in answer, figure, table and file; and the answers of `brygga.workflow.questions` behind them."""

from __future__ import annotations

import csv
import io
import re
import zipfile

import polars as pl
import pytest

from brygga.core.errors import TableError
from brygga.workflow import questions
from brygga.workflow.results import open_results
from brygga_web.decisions.granted import exceeded
from brygga_web.frame.formats import number, rounded


@pytest.fixture(scope="module")
def results(made_run):
    return open_results(made_run)


@pytest.fixture(scope="module")
def everything(results):
    return {"municipalities": results.region.municipalities, "occupations": questions.occupations(results)}


def test_shortage_is_summed_in_every_draw_before_the_quantile(results, everything):
    rows = questions.shortage(results, **everything, year=2032).filter(plan="nothing", value="short")
    draws = results.table("gap_draws").filter(year=2032).group_by("draw").agg(pl.col("unfilled").sum())
    assert rows["p90"].item() == pytest.approx(draws["unfilled"].quantile(0.9, "linear"))
    cells = results.table("unfilled").filter(year=2032)["p90"].sum()
    assert rows["p90"].item() < cells, "quantiles of cells are not added"


def test_gap_is_the_same_over_any_grouping_in_the_median_of_one_draw(results, everything):
    whole = questions.shortage(results, **everything, year=2032).filter(value="gap")
    split = questions.shortage(results, **everything, year=2032, by="municipality").filter(value="gap")
    assert whole["naive"].item() == pytest.approx(split["naive"].sum())


def test_a_plan_never_makes_more_posts_stand_unfilled(results, everything):
    rows = questions.shortage(results, **everything, year=2033, by="occupation").filter(value="short")
    wide = rows.pivot("plan", index="occupation", values="p50")
    assert (wide["best"] <= wide["last_year"] + 1e-9).all()
    assert (wide["last_year"] <= wide["nothing"] + 1e-9).all()


def test_covered_is_what_would_else_stand_unfilled(results, everything):
    covered = questions.covered(results, **everything, year=2032)
    assert covered.filter(plan="best")["naive"].item() == covered.filter(plan="last_year")["p50"].item()
    assert (covered["p10"] >= 0).all()


def test_naive_is_the_base_year_for_every_value(results, everything):
    rows = questions.shortage(results, **everything, year=2032).filter(plan="last_year")
    base = results.table("gap_draws").filter(year=questions.years(results)[0] - 1, draw=0)
    naive = dict(rows.select("value", "naive").iter_rows())
    assert naive["short"] == pytest.approx(base["unfilled"].sum())
    assert naive["supply"] > 0
    assert naive["demand"] > 0


def test_an_empty_set_is_an_error_and_says_what_to_choose(results):
    with pytest.raises(TableError, match=r"(?i)choose municipalities, occupations and a year of the run"):
        questions.shortage(results, municipalities=[], occupations=["7233"], year=2032)


def test_openings_are_summed_in_every_draw_before_the_quantile(results, everything):
    draws = results.table("opening_draws").filter(year=2032)
    sums = draws.group_by("draw").agg((pl.col("expansion") + pl.col("replacement")).sum())["expansion"]
    told = questions.openings(results, **everything, year=2032)
    assert told["p10"].item() == pytest.approx(sums.quantile(0.1, "linear"))
    assert told["p90"].item() == pytest.approx(sums.quantile(0.9, "linear"))


def test_openings_of_parts_have_the_flow_of_the_whole(results, everything):
    parts = questions.openings(results, **everything, year=2032, by="municipality")
    whole = questions.openings(results, **everything, year=2032)
    assert parts["heard"].sum() == pytest.approx(whole["heard"].item())
    assert parts["naive"].sum() == pytest.approx(whole["naive"].item())


def test_leading_counts_draws(results, everything):
    shares = questions.leading(results, **everything, year=2032, among=2)
    assert shares["share"].sum() == pytest.approx(2.0)
    assert shares["share"].max() <= 1.0


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("page", ["start", "brist", "insatser", "nytta", "nedlaggning", "behov", "utfall"])
def test_a_file_holds_the_numbers_of_its_page(site, prefix, page):
    address = f"{prefix}/" if page == "start" else f"{prefix}/{page}/"
    shown = _tokens(site.get(f"{address}?ar=2033&kommun=1060,1293").content.decode())
    rows = _csv(site.get(f"{prefix}/ladda-ner/{page}.csv?ar=2033&kommun=1060,1293").content)
    rows = rows[: next(n for n, row in enumerate(rows) if row and row[0] in ("Källor", "Sources"))]
    numbers = {cell for row in rows for cell in row if re.fullmatch(r"-?\d+(,\d+)?", cell)} - {"1060", "1293"}
    assert numbers
    missing = {cell for cell in numbers if not _written(cell, prefix) & shown}
    assert not missing


def test_csv_opens_right_in_a_swedish_excel(site):
    content = site.get("/ladda-ner/brist.csv").content
    assert content.startswith("\ufeff".encode())
    assert b"sep=" not in content
    text = content.decode("utf-8-sig")
    assert "0767;Markaryd;" in text
    assert "\r\n" in text


def test_no_text_is_a_formula(site):
    rows = _csv(site.get("/ladda-ner/behov.csv").content)
    cells = [cell for row in rows for cell in row]
    assert '\'=HYPERLINK("http://x")' in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]
    sheets = _sheets(site.get("/ladda-ner/behov.xlsx").content)
    assert "<f>" not in "".join(sheets.values())


def test_a_workbook_has_tables_frozen_headers_and_sources(site):
    content = site.get("/ladda-ner/brist.xlsx?ar=2033").content
    sheets = _sheets(content)
    assert 'state="frozen"' in sheets["xl/worksheets/sheet1.xml"]
    assert [name for name in sheets if name.startswith("xl/tables/")]
    assert 'name="Källor"' in sheets["xl/workbook.xml"]
    words = sheets["xl/sharedStrings.xml"]
    for wanted in ("2033", "0767", "Modellversion", "Exempel, inte statistik.", "Spann läggs aldrig ihop"):
        assert wanted in words, wanted


def test_the_answer_and_the_table_say_the_same(read):
    page = _plain(read("/brist/?yrke=alla&ar=2033"))
    ruler = re.search(r"troligen ([\d ]+–[\d ]+)", page)[1].strip()
    assert ruler in page[page.index("Alla i urvalet") :]


def test_the_map_the_table_the_file_and_the_answer_speak_of_unfilled_posts(read, site, results, everything):
    page = read("/?yrke=alla&ar=2033")
    rows = questions.shortage(results, **everything, year=2033, by="municipality").filter(plan="last_year")
    wide = rows.pivot("value", index="municipality", values="p50").sort("municipality")
    per_hundred = [_sv(100 * row["short"] / row["demand"], 1) for row in wide.iter_rows(named=True)]
    assert sorted(re.findall(r'class="m-val[^>]*>([^<]+)<', page)) == sorted(per_hundred)
    table = page[page.index('id="kommuner"') :].split("</table>")[0]
    assert re.findall(r'data-l="Per 100 arbeten">([^<]+)<', table)[:-1] == per_hundred
    file = _csv(site.get("/ladda-ner/start.csv?yrke=alla&ar=2033").content)
    start = next(n for n, row in enumerate(file) if row and row[0].startswith("Kommun för kommun")) + 1
    titles, lines = file[start], file[start + 1 : start + 1 + wide.height]
    assert [_sv(float(row[titles.index("Per 100 arbeten")].replace(",", ".")), 1) for row in lines] == per_hundred
    assert [row[titles.index("Saknas, arbeten")] for row in lines] == [
        f"{rounded(value):.0f}" for value in wide["short"]
    ]


def test_the_plan_says_what_it_costs_who_pays_and_what_as_last_year_does(read, results):
    page = _plain(read("/insatser/?ar=2033"))
    plan = results.table("plan").group_by("plan").agg(pl.col("cost_sek", "seats", "classes").sum())
    best, usual = (plan.filter(plan=name).row(0, named=True) for name in ("best", "last_year"))
    assert f"I {best['classes']} klasser. Streck: som i fjol, {usual['seats']} platser" in page
    assert f"Betalar: staten {_sv(0.7 * best['cost_sek'] / 1e6, 1)} och kommunerna" in page
    full = sum(r["classes"] * 5e5 + r["seats"] * 3e4 for r in results.table("plan").filter(plan="best").to_dicts())
    assert f"I genomsnitt; om allt beviljas {_sv(full / 1e6, 1)}." in page
    assert f"I genomsnitt; om allt beviljas {_sv(full / 1e6, 1)}." in _plain(read("/"))
    assert f"som i fjol, {_sv(usual['cost_sek'] / 1e6, 1)}." in page
    assert f"Som i fjol: {_sv(usual['cost_sek'] / 1e6, 1)}." in _plain(read("/"))


def test_what_is_left_with_the_plan_stands_where_the_shortage_stands(read, results, everything):
    rows = questions.shortage(results, **everything, year=2033).filter(plan="best", value="short")
    low, middle, high = rows.select("p10", "p50", "p90").row(0)
    start = _plain(read("/?yrke=alla&ar=2033"))
    assert f"Kvar med planen 2033 {_sv(middle, 0)}" in re.sub(r"\s+", " ", start)
    assert f"Troligen {_sv(low, 0)}–{_sv(high, 0)} obesatta" in start
    for address in ("/?yrke=alla&ar=2033", "/brist/?yrke=alla&ar=2033"):
        table = read(address).split('id="kommuner"')[1].split("</table>")[0]
        assert f'data-l="Kvar med planen"><span class="modelled">{_sv(middle, 0)}<' in table.split("<tfoot")[1]
        assert "Planen fyller" not in read(address)


def test_fills_says_what_it_is_compared_with_and_what_stays_unfilled(read, results, everything):
    page = _plain(read("/insatser/?ar=2033"))
    rows = questions.shortage(results, **everything, year=2033).filter(value="short")
    still = dict(rows.select("plan", "p50").iter_rows())
    nothing, usual, best = (_sv(still[plan], 0) for plan in ("nothing", "last_year", "best"))
    assert "jämfört med inget nytt" in page
    assert f"Obesatta 2033: inget nytt {nothing}, som i fjol {usual}, planen {best}." in page
    assert "talet för 2033 räknar dem som är kvar då" in page


def test_budgets_that_would_break_if_all_is_granted_are_counted(read, results):
    asked = results.table("plan").filter(plan="best").group_by("year").agg(pl.col("classes", "seats").sum())
    full = [(r["classes"] * 5e5 + r["seats"] * 3e4) * share for r in asked.to_dicts() for share in (0.7, 0.3)]
    over, cases = exceeded(results)
    assert cases == sum(amount > 4e6 for amount in full)
    assert over <= 2
    page = _plain(read("/insatser/"))
    assert (f"sammanlagt {cases} gånger" if cases else "alla ramar håller ändå") in page


def test_parts_add_up_on_the_page(site):
    rows = _csv(site.get("/ladda-ner/yrke.csv?yrke=7233&kommun=1060").content)
    start = next(n for n, row in enumerate(rows) if row and row[0] == "Det som talet består av") + 2
    named = {row[0]: float(row[1].replace(",", ".")) for row in rows[start : start + 15] if len(row) == 3}
    needed, available, whole = (named.pop(x) for x in ("Behövs", "Finns", "Obesatta minus utan arbete"))
    commuting = named.pop("Pendlar in minus ut")
    assert sum(named.values()) == pytest.approx(needed + available, abs=0.7)
    assert whole == pytest.approx(needed + available + commuting, abs=0.2)


def _sv(value: float, digits: int) -> str:
    return number(value, "sv", digits).replace("\u00a0", " ")


def _csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def _sheets(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return {name: file.read(name).decode() for name in file.namelist() if name.endswith(".xml")}


def _plain(page: str) -> str:
    return re.sub(r"<[^>]+>", " ", page).replace("\u00a0", " ")


def _tokens(page: str) -> set[str]:
    """Everything that stands on its own between tags, both ends of a span apart."""
    words = re.sub(r"<[^>]+>", "|", page).replace("\u00a0", " ").replace(" %", "").replace("%", "")
    return {part.strip() for token in words.split("|") for part in re.split("–| till | to ", token)}


def _written(cell: str, prefix: str) -> set[str]:
    """How a number of a file may stand on the page."""
    sign = "−" if cell.startswith("-") else ""
    whole, _, decimals = cell.lstrip("-").partition(",")
    grouped = f"{int(whole):,}" if prefix else f"{int(whole):,}".replace(",", " ")
    comma = "." if prefix else ","
    return {whole, f"{sign}{grouped}{comma}{decimals or 0}", *([] if decimals else [f"{sign}{grouped}"])}
