"""Tables in published shapes: the three of the shared data, Eurostat's long form with its traps, OECD's ICIO."""

import numpy as np
import polars as pl
import pytest

from brygga.core.errors import TableError, UnknownCodeError
from brygga.core.places import SHARED_DATA
from brygga.impact.icio import read_icio
from brygga.impact.industries import section_names
from brygga.impact.leontief import effects, shock_solve, technical_coefficients
from brygga.impact.national import germany_1990
from brygga.impact.published_files import official_national, read_published
from tests.impact.made_tables import A64, a64_numbers, official_input_output

FOLDER = SHARED_DATA / "input-output"


@pytest.mark.shared_data
def test_germany_1990_reads_as_the_embedded_table():
    read, embedded = read_published(FOLDER / "germany_1990_6_sectors.csv", jobs_unit=1000), germany_1990()
    for field in ("flows", "output", "wages", "value_added", "jobs", "household_purchases"):
        assert np.array_equal(getattr(read, field), getattr(embedded, field)), field
    assert read.household_total == embedded.household_total
    assert read.holds == embedded.holds


@pytest.mark.shared_data
def test_germany_2009_has_rows_and_columns_by_other_names():
    read = read_published(FOLDER / "germany_2009.csv")
    assert read.industries == ("CPA_A", "CPA_B-E", "CPA_F", "CPA_G-I", "CPA_J-N", "CPA_O-T")
    assert read.flows[1].tolist() == [7, 394, 48, 56, 11, 30]
    assert read.wages.tolist() == [6, 308, 69, 294, 191, 364]
    assert read.household_total == 1319
    # output = domestic inputs + imports + taxes + value added; figures are rounded
    imports, taxes = np.array([5, 283, 17, 58, 31, 21]), np.array([2, 10, 2, 12, 17, 24])
    bought = read.flows.sum(axis=0) + imports + taxes
    assert np.abs(bought + read.value_added - read.output).max() <= 2


@pytest.mark.shared_data
def test_netherlands_2006_has_semicolons_no_jobs_and_mining_apart():
    read = read_published(FOLDER / "netherlands_2006.csv")
    assert [section_names(holds) for holds in read.holds][1:4] == ["B", "C", "D+E"]
    assert read.lacks == ("jobs",)
    assert read.household_total == 195016
    made = effects(technical_coefficients(read.flows, read.output), np.ones(6))
    inputs = read.flows.sum(axis=0) / read.output
    assert (made > 1 + inputs).all()


def test_eurostat_s_table_without_its_totals_and_doubles():
    read = official_national(official_input_output())
    _, homes, output = a64_numbers()
    assert len(read.industries) == 64
    assert "CPA_L68" not in read.industries
    assert read.household_purchases == pytest.approx(homes[:-1])
    assert read.household_total == pytest.approx(homes.sum() + 1600)
    assert read.output == pytest.approx(output[:-1])
    assert read.source == "Eurostat, naio_10_cp1700, 2020"


def test_a_withheld_cell_gets_what_is_left_of_its_column():
    read = official_national(official_input_output())
    flows, _, _ = a64_numbers()
    sold, bought = A64.index("C29"), A64.index("C28")
    assert read.flows[sold, bought] == pytest.approx(flows[sold, bought])
    assert "1 cells unknown: filled with what is left of their column's total" in read.notes
    assert "1 cells of the published table are withheld" in read.notes


def test_without_a_total_it_counts_as_nothing_and_that_is_said():
    read = official_national(official_input_output(without=("CPA_TOTAL",)))
    assert read.flows[A64.index("C29"), A64.index("C28")] == 0
    assert "1 cells unknown without a total to share: taken as nothing" in read.notes


def test_an_industry_without_output_goes_to_its_neighbour():
    read = official_national(official_input_output())
    assert "without output, merged with the industry before: CPA_U" in read.notes
    assert read.industries[read.place("99")] == "CPA_T"


def test_total_use_stands_in_for_a_missing_row_of_output():
    whole, without = (
        official_national(official_input_output()),
        official_national(official_input_output(without=("P1",))),
    )
    assert without.output == pytest.approx(whole.output)


def test_lacking_wages_or_households_is_known():
    read = official_national(official_input_output(without=("D1", "P3_S14")))
    assert set(read.lacks) == {"wages", "jobs", "household_purchases", "household_total"}


def test_the_order_of_rows_is_irrelevant():
    table = official_input_output()
    one, other = official_national(table), official_national(table.sample(fraction=1.0, shuffle=True, seed=2))
    assert one.industries == other.industries
    assert np.array_equal(one.flows, other.flows)


def test_a_table_without_industries_or_output_is_refused():
    table = official_input_output()
    with pytest.raises(TableError, match="no industry stands both as a row and as a column"):
        official_national(table.filter(pl.col("product_to") == "P3_S14"))
    with pytest.raises(TableError, match=r"no row of output \(P1\) and no column of total use \(TU\)"):
        official_national(official_input_output(without=("P1", "TU")))


def test_a_table_saved_in_swedish(tmp_path):
    path = tmp_path / "scb.csv"
    path.write_text(
        "produkt;benämning;A01-A03;C10-C33;Hushållens konsumtion;Total användning\n"
        "A01-A03;Jordbruk, skogsbruk;1,5;8,0;2;20\n"
        "C10-C33;Tillverkning;4,0;30,0;40;100\n"
        "P7;Import;2;20;10;\n"
        "D1;Löner och kollektiva avgifter;5;20;;\n"
        "P1;Produktion till baspris;20;100;;\n",
        encoding="cp1252",
    )
    read = read_published(path, source="SCB")
    assert read.flows.tolist() == [[1.5, 8.0], [4.0, 30.0]]
    assert (read.wages.tolist(), read.household_total) == ([5.0, 20.0], 52.0)
    assert read.lacks == ("value_added", "jobs")


def test_a_long_download(tmp_path):
    path = tmp_path / "naio.csv"
    lines = ["prd_use,prd_ava,OBS_VALUE", "CPA_A,CPA_A,1", "CPA_C,CPA_A,4", "CPA_A,CPA_C,3", "CPA_C,CPA_C,:c"]
    path.write_text("\n".join([*lines, "CPA_A,P1,10", "CPA_C,P1,20", "CPA_C,CPA_TOTAL,9"]), encoding="utf-8")
    read = read_published(path)
    assert read.flows.tolist() == [[1.0, 4.0], [3.0, 5.0]]
    assert "1 cells of the published table are withheld" in read.notes


ICIO = """V1,SWE_C29,SWE_G,NOR_C29,NOR_G,SWE_HFCE,SWE_GFCF,NOR_HFCE,NOR_GFCF,OUT
SWE_C29,10,5,4,0,20,30,11,20,100
SWE_G,8,6,0,1,30,2,3,0,50
NOR_C29,12,0,2,3,1,1,20,1,40
NOR_G,0,1,5,4,2,0,18,0,30
TLS,1,1,1,1,5,0,4,0,13
VA,69,37,28,21,0,0,0,0,155
OUT,100,50,40,30,58,33,56,21,388
"""


@pytest.fixture
def stacked(tmp_path):
    path = tmp_path / "icio.csv"
    path.write_text(ICIO, encoding="utf-8")
    return read_icio(path)


def test_icio_is_one_system_of_all_countries(stacked):
    labels, coefficients = stacked.coefficients()
    assert labels == ("SWE_C29", "SWE_G", "NOR_C29", "NOR_G")
    final = stacked.output - stacked.flows.sum(axis=1)
    assert shock_solve(coefficients, final) == pytest.approx(stacked.output)


def test_icio_gives_one_country_with_its_imports_apart(stacked):
    sweden = stacked.national("SWE", source="OECD ICIO")
    assert sweden.industries == ("C29", "G")
    assert sweden.flows.tolist() == [[10, 5], [8, 6]]
    assert sweden.household_purchases.tolist() == [20, 30]
    assert sweden.household_total == 20 + 30 + 3 + 5
    assert sweden.value_added.tolist() == [69, 37]
    assert sweden.lacks == ("wages", "jobs")


def test_an_unknown_country_or_text_in_icio_is_named(stacked, tmp_path):
    with pytest.raises(UnknownCodeError, match=r"no country DNK.*It has NOR, SWE|no country DNK.*it has NOR, SWE"):
        stacked.national("DNK", source="OECD ICIO")
    path = tmp_path / "bad.csv"
    path.write_text(ICIO.replace("12,0,2", "twelve,0,2"), encoding="utf-8")
    with pytest.raises(TableError, match="column SWE_C29: 'twelve'"):
        read_icio(path)
