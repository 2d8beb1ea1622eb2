"""Series breaks as objects, and the lock that says which numbers a region was made from."""

import json
from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brygga.core import tables
from brygga.core.errors import FileError, TableError
from brygga.sources.breaks import BREAKS, breaks_between, is_comparable
from brygga.sources.lock import Lock, entry, read_lock, read_official, write_lock
from brygga.sources.provider import Fetched

YEARS = st.integers(2000, 2030)
NAMES = st.sampled_from(sorted({table for one in BREAKS for table in one.tables}))


@pytest.mark.parametrize(
    ("table", "first", "last", "years"),
    [
        ("official_employed", 2013, 2014, [2014]),
        ("official_employed", 2014, 2018, []),
        ("official_employed", 2014, 2019, [2019]),
        ("official_employed_age", 2018, 2024, [2019, 2020, 2023]),
        ("official_jobs", 2020, 2024, []),
        ("jobs_history", 2019, 2020, [2020]),
        ("official_population", 2011, 2024, []),
        ("population", 2024, 2025, [2025]),
        ("official_vacancies", 2000, 2030, []),
    ],
)
def test_the_breaks_that_a_comparison_goes_over(table, first, last, years):
    assert [one.year for one in breaks_between(table, first, last)] == years


@given(NAMES, YEARS, YEARS, YEARS)
def test_breaks_of_two_spans_are_those_of_the_whole(table, a, b, c):
    first, middle, last = sorted((a, b, c))
    parts = breaks_between(table, first, middle) + breaks_between(table, middle, last)
    assert parts == breaks_between(table, first, last) == breaks_between(table, last, first)
    assert is_comparable(table, first, last) == (not parts)


def test_the_years_in_two_registers_are_known():
    [register] = [one for one in BREAKS if one.kind == "register"]
    assert (register.year, register.both_until) == (2020, 2021)
    assert "one register only" in register.todo


def test_every_break_names_tables_that_exist_and_its_source():
    assert all(set(one.tables) <= set(tables.names()) and one.what and one.todo and one.source for one in BREAKS)


def test_a_table_without_a_name_is_named():
    with pytest.raises(TableError, match=r"no official table called employment.*official_employed"):
        breaks_between("employment", 2014, 2024)


def tax(rate=0.2) -> pl.DataFrame:
    row = {"municipality": "1080", "year": 2025, "municipal_rate": rate, "regional_rate": 0.12}
    return tables.check(pl.DataFrame([row | {"status": "observed", "source": "x"}]), "official_tax")


def locked(folder):
    path = folder / "official" / "official_tax.parquet"
    tables.write(tax(), path)
    made = Fetched("official_tax", tax(), ("T1",), ("2026-01-01",), {"year": ["2025"]}, ("a remark",))
    one = entry(made, path, provider="p", licence="CC0", source="S", retrieved=date(2026, 11, 23), calls=2)
    lock = replace(Lock(("1080",), ("1081",)).with_entry("official_tax", one), ids={"A": "TAB1"})
    write_lock(lock, folder)
    return lock


def test_the_lock_is_read_as_it_was_written(tmp_path):
    lock = locked(tmp_path)
    assert read_lock(tmp_path) == lock
    one = json.loads((tmp_path / "lock.json").read_text())["tables"]["official_tax"]
    assert (one["table"], one["rows"], one["calls"], one["retrieved"]) == (["T1"], 1, 2, "2026-11-23")
    assert {len(one["sha256"]), len(one["selection_sha256"])} == {64}
    assert read_official(tmp_path, lock)["official_tax"].equals(tax())


def test_a_folder_without_lock_has_none(tmp_path):
    assert read_lock(tmp_path) is None


def test_a_file_that_somebody_changed_is_named(tmp_path):
    lock = locked(tmp_path)
    tables.write(tax(0.3), tmp_path / "official" / "official_tax.parquet")
    with pytest.raises(FileError, match=r"official_tax\.parquet is not the table that lock\.json describes"):
        read_official(tmp_path, lock)


@pytest.mark.parametrize("text", ["", "[]", '{"form": 9}', '{"form": 1, "tables": {"a": {}}}'])
def test_a_lock_that_is_none_is_named(tmp_path, text):
    (tmp_path / "lock.json").write_text(text)
    with pytest.raises(FileError, match=r"lock\.json cannot be read.*delete it and fetch again"):
        read_lock(tmp_path)
