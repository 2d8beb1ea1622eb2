"""The public table of notices: what is open, and that nobody can find what is hidden by subtracting."""

from datetime import date, timedelta
from itertools import combinations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brygga.core.errors import SettingError
from brygga.workflow.notices import Notice, add_notices, open_notices
from brygga.workflow.notices_public import (
    LEAST_EMPLOYERS,
    LEAST_PERSONS,
    TOTALS,
    at_least,
    cells_of,
    determined,
    hidden_cells,
    public_notices,
    quarter_of,
    write_public,
)

UNTIL = date(2027, 1, 1)
ANNA = {"role": "crisis", "who": "Anna Ek", "purpose": "quarterly table"}


def notice(employer, municipality="1060", industry="29", posts=10, day=date(2026, 5, 4)):
    return Notice(employer, "", municipality, industry, day, {day + timedelta(days=90): posts}, posts)


def shown(notices, until=UNTIL):
    frame = public_notices(notices, until=until)
    return {tuple(row[:3]): row[3] for row in frame.iter_rows()}


def test_a_cell_needs_three_employers_and_five_persons():
    assert shown([notice("A"), notice("B")]) == {}
    assert shown([notice("A", posts=1), notice("B", posts=1), notice("C", posts=2)]) == {}
    assert shown([notice("A", posts=1), notice("B", posts=2), notice("C", posts=2)]) == {("1060", "C", "2026Q2"): 5.0}


def test_one_that_is_nearly_everything_is_hidden_behind_two_small_ones():
    assert shown([notice("A", posts=90), notice("B", posts=5), notice("C", posts=5)]) == {}
    assert shown([notice("A", posts=80), notice("B", posts=10), notice("C", posts=10)]) != {}


def test_an_employer_with_several_notices_is_one():
    assert shown([notice("A"), notice("A", day=date(2026, 6, 1)), notice("B")]) == {}


def test_divisions_of_a_section_count_together_and_quarters_apart():
    three = [notice("A", industry="25"), notice("B", industry="29"), notice("C", industry="28")]
    assert shown(three) == {("1060", "C", "2026Q2"): 30.0}
    later = [notice(name, day=date(2026, 8, 1)) for name in "DEF"]
    assert set(shown(three + later)) == {("1060", "C", "2026Q2"), ("1060", "C", "2026Q3")}


def test_a_quarter_that_is_not_over_is_left_out_so_that_no_two_days_differ_by_a_notice():
    three = [notice(name) for name in "ABC"]
    assert shown(three, until=date(2026, 6, 30)) == {}
    late = [*three, notice("D", posts=77, day=date(2026, 7, 2))]
    assert shown(late, until=date(2026, 7, 3)) == shown(three, until=date(2026, 7, 3)) != {}


def test_a_cell_is_hidden_beside_one_that_a_total_would_give_away():
    """Municipality 1060 in the quarter: two employers in construction could be found from the whole."""
    industry = [notice(name) for name in "ABC"]
    building = [notice("D", industry="41"), notice("E", industry="41")]
    assert shown(industry + building) == {}
    elsewhere = [notice(name, municipality="0767", posts=40, day=date(2026, 2, 2)) for name in "FGH"]
    assert set(shown(industry + building + elsewhere)) <= {("0767", "C", "2026Q1")}


def test_hidden_and_empty_look_the_same():
    frame = public_notices([notice("A"), notice("B")], until=UNTIL)
    assert frame.is_empty()
    assert frame.columns == ["municipality", "industry", "quarter", "persons", "notices", "status", "source"]


def test_the_order_of_notices_does_not_matter():
    many = [
        notice(name, municipality=m, industry=i)
        for name, m, i in zip("ABCDEFGHI", ["1060", "1080", "1081"] * 3, ["29"] * 5 + ["41"] * 4, strict=True)
    ]
    assert public_notices(many, until=UNTIL).equals(public_notices(many[::-1], until=UNTIL))


STORES = st.lists(
    st.builds(
        notice,
        st.sampled_from("ABCDEFGHIJKL"),
        st.sampled_from(["1060", "1080", "1290"]),
        st.sampled_from(["29", "41", "86"]),
        st.integers(1, 40),
        st.sampled_from([date(2026, 2, 1), date(2026, 5, 1)]),
    ),
    max_size=40,
)


def equations(cells, hidden):
    """What somebody who knows every total can write down: each total less its open cells."""
    rows = {}
    for place in hidden:
        for total in TOTALS:
            key = (total, *(getattr(cells[place], name) for name in total))
            rows.setdefault(key, set()).add(place)
    return rows


@settings(max_examples=60)
@given(STORES)
def test_nobody_finds_a_hidden_cell_from_the_totals_unless_nothing_else_is_left(notices):
    cells = cells_of(notices)
    hidden = hidden_cells(cells)
    open_cells = [cell for place, cell in enumerate(cells) if place not in hidden]
    assert all(cell.persons >= LEAST_PERSONS and cell.employers >= LEAST_EMPLOYERS for cell in open_cells)
    for (total, *key), places in equations(cells, hidden).items():
        beside = [c for c in open_cells if [getattr(c, name) for name in total] == key]
        if beside:
            assert len(places) >= 2
            assert sum(cells[place].persons for place in places) >= LEAST_PERSONS
            assert len({name for place in places for name in cells[place].who}) >= LEAST_EMPLOYERS


@settings(max_examples=60)
@given(STORES)
def test_all_totals_and_open_cells_together_leave_every_hidden_cell_in_doubt(notices):
    """Two ways to fill the hidden cells that give the same totals, so long as something open shares a total with it."""
    cells = cells_of(notices)
    hidden = sorted(hidden_cells(cells))
    rows = [
        [float(place in places) for place in hidden] for places in equations(cells, hidden).values() if len(places) > 1
    ]
    if not rows or len(hidden) == len(cells):
        return
    matrix = np.array(rows)
    for number in range(len(hidden)):
        unit = np.eye(len(hidden))[number]
        found, *_ = np.linalg.lstsq(matrix.T, unit, rcond=None)
        follows = np.allclose(matrix.T @ found, unit, atol=1e-7)
        near = [
            cell
            for place, cell in enumerate(cells)
            if place not in hidden
            and any(all(getattr(cell, n) == getattr(cells[hidden[number]], n) for n in total) for total in TOTALS)
        ]
        assert not follows or not near


@settings(max_examples=30)
@given(STORES)
def test_no_two_sets_of_municipalities_differ_by_a_hidden_cell(notices):
    """Every sum that can be asked for holds open cells alone, so every difference does."""
    frame = public_notices(notices, until=UNTIL)
    cells = {(c.municipality, c.industry, c.quarter): c.persons for c in cells_of(notices)}
    open_sum = {
        m: sum(
            p
            for (place, i, q), p in cells.items()
            if place == m and frame.filter(municipality=m, industry=i, quarter=q).height
        )
        for m in ("1060", "1080", "1290")
    }
    sets = [set(s) for n in range(4) for s in combinations(("1060", "1080", "1290"), n)]
    for one in sets:
        for other in sets:
            difference = at_least(frame, one) - at_least(frame, other)
            assert difference == pytest.approx(
                sum(open_sum[m] for m in one - other) - sum(open_sum[m] for m in other - one)
            )


def test_a_bridge_between_totals_is_found():
    """Two blocks of hidden cells joined by one: each total hides two or more, yet the joint follows."""
    rows = [{0, 1}, {2, 3, 4}, {5, 6}]
    columns = [{0, 1, 2}, {3, 5}, {4, 6}]
    assert determined([*rows, *columns], range(7)) == [2]


def test_writing_the_table_is_written_down_and_refused_inside_the_folder(tmp_path):
    box = open_notices(tmp_path, create=True, **ANNA)
    day = date(2024, 5, 4)
    add_notices(box, [notice("Xylofonverken", posts=11, day=day), notice("B", day=day), notice("C", day=day)])
    path, cells = write_public(box, tmp_path / "out", until="2024-12-31")
    assert cells == 1
    assert "Xylofonverken" not in path.read_text()
    assert pl.read_csv(path)["persons"].to_list() == [31.0]
    assert "public table made until 2024-12-31" in (box.folder / "audit.log").read_text()
    with pytest.raises(SettingError, match=r"lies in the restricted folder"):
        write_public(box, box.folder / "out")
    with pytest.raises(SettingError, match=r"--until soon. it is no day"):
        write_public(box, tmp_path, until="soon")
    with pytest.raises(SettingError, match=r"--until 9999-01-01 lies ahead"):
        write_public(box, tmp_path, until="9999-01-01")


def test_quarters_begin_in_january_april_july_and_october():
    days = [date(2026, month, 1) for month in range(1, 13)]
    assert [quarter_of(day)[-1] for day in days] == list("111222333444")
