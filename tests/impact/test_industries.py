"""Codes of Eurostat, SCB, OECD and small tables, read as SNI divisions."""

import pytest

from brygga.core.errors import UnknownCodeError
from brygga.impact.industries import divisions, divisions_of, section_names
from tests.impact.made_tables import A64


@pytest.mark.parametrize("code", ["29", "C29", "CPA_C29", "SWE_C29", "SE_C29", " c29 ", "NACE_R2_C29"])
def test_one_division_however_it_is_written(code):
    assert divisions_of(code) == {"29"}


@pytest.mark.parametrize(
    "code", ["10-12", "C10-12", "C10-C12", "CPA_C10-C12", "10T12", "C10T12", "SWE_10T12", "C10–12"]
)
def test_a_range_however_it_is_written(code):
    assert divisions_of(code) == {"10", "11", "12"}


def test_sections_lists_and_parts():
    assert divisions_of("D_E") == divisions_of("D+E") == {"35", "36", "37", "38", "39"}
    assert divisions_of("CPA_L68A") == divisions_of("CPA_L68B") == divisions_of("L68") == {"68"}
    assert divisions_of("C302T309") == divisions_of("C301") == {"30"}
    assert divisions_of("trade_group") == divisions_of("G-I")


@pytest.mark.parametrize(
    "code",
    ["CPA_TOTAL", "TU", "TS_BP", "P1", "P7", "D1", "B1G", "P3_S14", "P51G", "OUT", "VA", "TLS", "HFCE", "29x9", ""],
)
def test_totals_inputs_and_final_uses_are_no_industries(code):
    assert divisions_of(code) is None


def test_a_division_under_another_section_is_no_industry():
    assert divisions_of("A29") is None
    assert divisions_of("C33-10") is None


def test_eurostat_s_list_covers_every_division_once():
    """L68A and L68B are both 68; all others are apart."""
    found = [one for code in A64 if code != "L68A" for one in divisions(code)]
    assert len(found) == len(set(found)) == 88
    assert section_names(found) == "+".join("ABCDEFGHIJKLMNOPQRSTU")


def test_an_unknown_industry_is_named():
    with pytest.raises(UnknownCodeError, match=r"staffing: industry 'Volvo' is no SNI 2007 section or division"):
        divisions("Volvo", where="staffing")
