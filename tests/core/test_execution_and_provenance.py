"""The same answer wherever it ran, and a story beside every table."""

from __future__ import annotations

import json
from math import factorial

import polars as pl
import pytest

from brygga.core.errors import FileError, SettingError, TableError, listed
from brygga.core.execution import Execution, run
from brygga.core.provenance import Provenance, Result, read_result, write_result

TABLE = pl.DataFrame({"municipality": ["1060"], "year": [2024], "persons": [3.0]})
STORY = Provenance(step="see", region="Exempel", settings={"seed": 1})


def test_processes_give_the_same_answers_in_order():
    assert run(factorial, range(6), Execution("processes")) == run(factorial, range(6)) == [1, 1, 2, 6, 24, 120]


def test_an_unknown_engine_is_refused():
    with pytest.raises(SettingError, match="choose one of here, processes, dask"):
        Execution("moon")


@pytest.mark.filterwarnings("ignore")
def test_dask_gives_the_same_answers():
    pytest.importorskip("distributed", reason="Dask is not installed (extra `cluster`)")
    assert run(factorial, range(4), Execution("dask", workers=1)) == [1, 1, 2, 6]


def test_a_result_is_read_with_its_story(tmp_path):
    write_result(Result("population_total", TABLE, STORY), tmp_path)
    frame, sidecar = read_result(tmp_path, "population_total")
    assert frame.equals(TABLE)
    assert sidecar["settings"] == {"seed": 1}
    assert sidecar["rows"] == 1


def test_written_twice_is_the_same_to_the_byte(tmp_path):
    for folder in ("a", "b"):
        write_result(Result("population_total", TABLE, STORY), tmp_path / folder)
    for ending in ("parquet", "json"):
        one, two = (tmp_path / folder / f"population_total.{ending}" for folder in ("a", "b"))
        assert one.read_bytes() == two.read_bytes()


def test_a_table_changed_behind_its_story_is_refused(tmp_path):
    write_result(Result("population_total", TABLE, STORY), tmp_path)
    (TABLE.with_columns(persons=pl.lit(4.0))).write_parquet(tmp_path / "population_total.parquet")
    with pytest.raises(TableError, match="is not the table that its sidecar describes"):
        read_result(tmp_path, "population_total")


def test_a_missing_result_says_how_to_make_it(tmp_path):
    with pytest.raises(FileError, match="brygga run REGION"):
        read_result(tmp_path, "unfilled")


def test_the_story_names_no_user_or_machine(tmp_path):
    write_result(Result("population_total", TABLE, STORY), tmp_path)
    story = json.loads((tmp_path / "population_total.json").read_text())
    assert not {"user", "host", "time", "date", "path"} & set(story)


def test_a_long_list_is_cut_and_counted():
    assert listed("abcdefgh") == "a, b, c, d, e and 3 more"
