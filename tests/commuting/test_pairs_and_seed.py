"""Pairs and seeds: what files may say, every fault in one report, hidden cells, places without flows."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brygga.commuting.hidden import drawn, expected
from brygga.commuting.labels import places
from brygga.commuting.pairs import Choices, read_costs, read_flows, read_margins
from brygga.commuting.seed import commuting_seed
from brygga.core.errors import BryggaError, FaultsError

FLOWS = """home,work,persons
Halmstad,Halmstad,300
Halmstad,Laholm,10
Laholm,Halmstad,40
Laholm,Laholm,80
"""


def flows_of(folder: Path, text: str, choices: Choices | None = None, **given) -> tuple[pl.DataFrame, list[str]]:
    path = folder / "flows.csv"
    path.write_text(text, encoding="utf-8")
    faults: list[BryggaError] = []
    return read_flows(path, choices or Choices(), faults, **given), [str(fault) for fault in faults]


def test_plain_flows_are_read(tmp_path):
    frame, faults = flows_of(tmp_path, FLOWS)
    assert faults == []
    assert frame.select("home", "work", "persons", "status").row(1) == ("Halmstad", "Laholm", 10.0, "observed")


def test_a_byte_order_mark_and_blank_lines_are_nothing(tmp_path):
    frame, faults = flows_of(tmp_path, "\ufeff" + FLOWS.replace("\n", "\r\n") + "\r\n,,\r\n")
    assert (faults, frame.height) == ([], 4)


def test_headings_of_others_are_understood(tmp_path):
    frame, faults = flows_of(tmp_path, ",Origin,Destination,Data,Oi,Dij\n0,AT11,AT12,1131,4016,103.0\n")
    assert faults == []
    assert frame.select("home", "work", "persons", "cost").row(0) == ("AT11", "AT12", 1131.0, 103.0)


def test_our_own_heading_goes_before_anothers(tmp_path):
    frame, _ = flows_of(tmp_path, "home,work,flow,persons\na,b,1,2\n")
    assert frame["persons"].item() == 2


def test_empty_marked_and_suppressed_persons_are_unknown(tmp_path):
    text = "home,work,persons,status\na,b,,\na,c,..,\nb,c,0,suppressed\nb,a,4,\n"
    frame, faults = flows_of(tmp_path, text)
    assert faults == []
    assert frame["persons"].to_list() == [None, None, None, 4.0]
    assert frame["status"].to_list() == ["suppressed"] * 3 + ["observed"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (FLOWS + "Laholm,Laholm,80\n", "Laholm to Laholm.*two registers cover"),
        (FLOWS + "1380,Halmstad,300\n", "stand more than once"),
        (FLOWS.replace("40", "-4"), r"persons: -4 \(row 4\) below zero"),
        (FLOWS.replace("40", "nan"), r"'nan' \(row 4\) where a number belongs"),
        (FLOWS.replace("40", "fyrtio"), r"'fyrtio' \(row 4\)"),
        (FLOWS + "9999,Halmstad,7\n", r"rest code\(s\) 9999.*--rest outside"),
        (FLOWS + "1917,Halmstad,7\n", r"1917 are not in the municipalities.*merged.*--merge OLD=NEW"),
        (FLOWS + "13,Halmstad,7\n", "13 are sums of municipalities"),
        (FLOWS + "767,Halmstad,7\n", r"a code has four digits \(0767\?\)"),
        (FLOWS + ",Halmstad,7\n", "without a place in column home"),
        (FLOWS.replace("40", "4e12"), "4e.12.*lost decimal point"),
        ("home;work;persons\na;b;1\n", "brygga data to-utf8 flows.csv"),
        ("home,work\na,b\n", r"lacks column\(s\) persons; it has home, work"),
        ("home,work,persons\n", "has a header and no row"),
        ("home,work,year,persons\na,b,2016,1\na,b,2019,1\n", r"rows of 2 years: 2016, 2019.*--year"),
        ("home,work,register,persons\na,b,BAS,1\na,b,RAMS,1\n", r"rows of 2 registers: BAS, RAMS.*--register"),
        ("home,work,group,persons\na,b,high,1\na,b,low,1\n", r"rows of 2 groups: high, low.*--group"),
    ],
)
def test_a_fault_is_named_with_a_way_out(tmp_path, text, words):
    _, faults = flows_of(tmp_path, text)
    assert len(faults) == 1
    assert re.search(words, faults[0]), faults[0]


def test_what_is_said_mends_it(tmp_path):
    text = "home,work,year,register,persons\n0331,0331,2020,BAS,5\n1917,0331,2020,BAS,2\n9999,0331,2020,BAS,1\n"
    text += "0331,0331,2020,RAMS,6\n0331,0331,2019,RAMS,6\n"
    said = Choices(year=2020, register="BAS", rest="outside", merged={"1917": "0331"})
    frame, faults = flows_of(tmp_path, text, said)
    assert faults == []
    assert frame.select("home", "work", "persons").rows() == [("0331", "0331", 7.0), ("outside", "0331", 1.0)]
    without, _ = flows_of(tmp_path, text, Choices(2020, "BAS", None, "leave-out", {"1917": "0331"}))
    assert without["persons"].to_list() == [7.0]


def test_a_merged_municipality_with_a_hidden_part_is_unknown(tmp_path):
    text = "home,work,persons\n0331,0331,5\n1917,0331,\n"
    frame, _ = flows_of(tmp_path, text, Choices(merged={"1917": "0331"}))
    assert frame["persons"].to_list() == [None]
    assert frame["status"].to_list() == ["suppressed"]


def test_a_word_beside_municipalities_is_a_place_of_its_own(tmp_path):
    frame, faults = flows_of(tmp_path, FLOWS + "Köpenhamn,Laholm,3\n")
    assert (faults, "Köpenhamn" in frame["home"]) == ([], True)


def test_several_faults_come_together(tmp_path):
    _, faults = flows_of(tmp_path, FLOWS + "Laholm,Laholm,80\n9999,Halmstad,7\nHylte,Laholm,-3\n")
    assert len(faults) == 3


def test_margins_need_both_sides_and_one_row_each(tmp_path):
    path = tmp_path / "margins.csv"
    path.write_text("municipality,margin,persons\na,home,3\na,home,4\nb,work,1\nb,sideways,1\n")
    faults: list[BryggaError] = []
    read_margins(path, Choices(), faults)
    told = "\n".join(str(fault) for fault in faults)
    assert "a home" in told
    assert "sideways not among home, work" in told
    assert "no margin work for a" in told
    assert "no margin home for b" in told


def test_costs_may_differ_by_direction(tmp_path):
    path = tmp_path / "costs.csv"
    path.write_text("home,work,minutes\na,b,30\nb,a,40\n")
    assert read_costs(path, Choices(), [])["cost"].to_list() == [30.0, 40.0]


def test_places_are_in_order_with_outside_last():
    frame = pl.DataFrame({"home": ["outside", "b"], "work": ["a", "z"]})
    assert places(frame, ("home", "work")) == ["a", "b", "z", "outside"]


@given(st.floats(1e-6, 1e6))
def test_a_hidden_count_lies_between_one_and_two_and_grows_with_what_was_expected(mu):
    low, high = expected(np.array([mu, mu * 1.5]))
    assert 1 <= low <= high <= 2


def test_drawn_counts_have_the_mean_expected():
    assert drawn(np.full(4000, 1.0), seed=1).mean() == pytest.approx(4 / 3, abs=0.03)
    assert (drawn(np.full(9, 0.4), seed=7) == drawn(np.full(9, 0.4), seed=7)).all()


def seeded(persons: list[float | None], sums: list[float], **given):
    names = ["a", "b", "c"]
    flows = pl.DataFrame({"home": np.repeat(names, 3), "work": names * 3, "persons": persons}, strict=False)
    margins = {"municipality": names * 2, "margin": ["home"] * 3 + ["work"] * 3, "persons": sums}
    return commuting_seed(flows, pl.DataFrame(margins), **given)


def test_a_hidden_cell_is_unknown_not_zero():
    full: list[float | None] = [50.0, 4.0, None, 5.0, 60.0, 3.0, 4.0, 3.0, 40.0]
    made = seeded(full, [55.5, 68, 47, 59, 67, 44.5])
    assert 1 <= made.flows[0, 2] <= 2.1
    assert "1 hidden cell(s) estimated between 1 and 2" in made.notes[0]
    zero = seeded([0.0 if value is None else value for value in full], [55.5, 68, 47, 59, 67, 44.5])
    assert zero.flows[0, 2] == 0


def test_a_place_without_flows_is_named_and_modelled_when_asked():
    """Five places on a line whose flows follow a law exactly; the sixth, of which no flow is known, follows it too."""
    at = np.array([0.0, 10, 25, 45, 70, 100])
    km, size = np.abs(at[:, None] - at) + 4, np.array([9.0, 4, 7, 3, 8, 5])
    law = 1e4 * size[:, None] * km**-2.0 * size
    np.fill_diagonal(law, np.diag(law) * 3)
    names = list("abcdef")
    cells = {"home": np.repeat(names, 6), "work": names * 6, "persons": law.ravel()}
    flows = pl.DataFrame(cells).with_columns(
        persons=pl.when((pl.col("home") == "f") | (pl.col("work") == "f")).then(0.0).otherwise("persons")
    )
    sums = {"municipality": names * 2, "margin": ["home"] * 6 + ["work"] * 6}
    margins = pl.DataFrame(sums | {"persons": [*law.sum(1), *law.sum(0)]})
    with pytest.raises(FaultsError, match=r"f: persons in the margin home(.|\n)*f: persons in the margin work"):
        commuting_seed(flows, margins)
    made = commuting_seed(flows, margins, cost=km, fill=True)
    assert made.flows == pytest.approx(law, rel=1e-6)
    assert "No flow was counted for f: modelled by gravity" in made.notes[-1]


def test_margins_scaled_say_so():
    full: list[float | None] = [50.0, 4.0, 2, 5.0, 60.0, 3.0, 4.0, 3.0, 40.0]
    made = seeded(full, [56.0, 68, 47, 118, 134, 90], scale="home")
    assert made.flows.sum() == pytest.approx(171)
    assert made.notes == ("Margins scaled to the sum of home: home 171, work 342 persons.",)


def test_a_balanced_matrix_is_a_table_of_the_region():
    names = ["1080", "1081", "outside"]
    flows = pl.DataFrame(
        {"home": np.repeat(names, 3), "work": names * 3, "persons": [90.0, 6, 4, 8, 50, 2, 5, 3, 0]}, strict=False
    )
    sums = {"municipality": names * 2, "margin": ["home"] * 3 + ["work"] * 3, "persons": [110.0, 66, 9, 115, 60, 10]}
    found = commuting_seed(flows, pl.DataFrame(sums)).table(2030)
    assert found.columns == ["home", "work", "year", "persons", "status", "source"]
    assert found.filter(home="1080")["persons"].sum() == pytest.approx(110)
    assert found.filter(home="outside", work="outside")["persons"].item() == 0
    assert set(found["status"]) == {"modelled"}
