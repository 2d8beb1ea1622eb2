"""The same answer wherever it ran, and a story beside every table."""

from __future__ import annotations

import json
import os
import sys
from math import factorial
from multiprocessing import active_children

import polars as pl
import pytest

from brygga.core import execution
from brygga.core.errors import FileError, SettingError, TableError, listed
from brygga.core.execution import WAITING, Execution, run, stream
from brygga.core.provenance import Provenance, Result, read_result, write_result

TABLE = pl.DataFrame({"municipality": ["1060"], "year": [2024], "persons": [3.0]})
STORY = Provenance(step="see", region="Exempel", settings={"seed": 1})


def test_a_scheduler_without_dask_is_refused():
    with pytest.raises(SettingError, match=r"a scheduler with engine 'here'.*add --engine dask"):
        Execution(scheduler="tcp://head:8786")


def test_processes_give_the_same_answers_in_order():
    assert run(factorial, range(6), Execution("processes")) == run(factorial, range(6)) == [1, 1, 2, 6, 24, 120]


def test_an_unknown_engine_is_refused():
    with pytest.raises(SettingError, match="choose one of here, processes, dask"):
        Execution("moon")


@pytest.mark.filterwarnings("ignore")
def test_dask_gives_the_same_answers():
    assert run(factorial, range(4), Execution("dask", workers=1)) == [1, 1, 2, 6]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("where", [Execution(), Execution("processes"), Execution("dask", workers=1)])
def test_a_stream_gives_the_answers_in_order_and_draws_no_more_than_there_is_room_for(where):
    drawn = []

    def batches():
        for n in range(12):
            drawn.append(n)
            yield n

    answers = stream(factorial, batches(), where)
    assert next(answers) == 1
    assert len(drawn) <= WAITING * where.workers
    assert [1, *answers] == run(factorial, range(12))
    assert drawn == list(range(12))


def test_a_fault_in_a_worker_ends_a_stream_with_that_fault():
    with pytest.raises(ValueError, match="not defined for negative"):
        list(stream(factorial, [3, -1, 2], Execution("processes")))


def test_a_worker_that_is_ended_is_told_in_words():
    with pytest.raises(SettingError, match=r"a worker was ended.*memory ran out.*fewer --workers"):
        list(stream(os._exit, [1], Execution("processes")))


def test_a_stream_given_up_leaves_no_worker_behind():
    before = set(active_children())
    answers = stream(factorial, iter(range(100)), Execution("processes"))
    next(answers)
    answers.close()
    assert set(active_children()) == before


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense://x"])
def test_a_scheduler_that_does_not_answer_is_named(address, monkeypatch):
    monkeypatch.setattr(execution, "PATIENCE", 1)
    for used in (run, stream):
        with pytest.raises(SettingError, match=rf"no Dask scheduler answers at {address}.*check the address"):
            list(used(factorial, [1], Execution("dask", scheduler=address)))


def test_without_dask_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(SettingError, match=r"pip install 'brygga\[cluster\]'"):
        run(factorial, [1], Execution("dask"))


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
