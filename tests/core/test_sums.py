"""Sums are the same in any order, on any number of threads."""

from __future__ import annotations

import os
import subprocess
import sys

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brygga.core.sums import across, total

NUMBERS = st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=30)


@given(NUMBERS, st.randoms(use_true_random=False))
def test_order_is_irrelevant_to_the_last_bit(numbers, chance):
    shuffled = chance.sample(numbers, len(numbers))
    one, two = (pl.DataFrame({"x": values}).select(total("x")).item() for values in (numbers, shuffled))
    assert one == two


@given(NUMBERS)
def test_the_sum_is_the_sum(numbers):
    assert pl.DataFrame({"x": numbers}).select(total("x")).item() == pytest.approx(sum(numbers), abs=1e-6)


def test_nothing_adds_up_to_nothing():
    assert pl.DataFrame({"x": [None, None]}, schema={"x": pl.Float64}).select(total("x")).item() == 0


def test_columns_are_added_from_the_first_to_the_last():
    frame = pl.DataFrame({"a": [1e16], "b": [1.0], "c": [-1e16]})
    assert frame.select(x=across(["a", "b", "c"]))["x"].item() == 1e16 + 1.0 - 1e16


def test_the_number_of_threads_changes_no_byte(mini, tmp_path):
    for threads in ("1", "2"):
        command = [sys.executable, "-m", "brygga", "run", str(mini), "-o", str(tmp_path / threads), "--draws", "20"]
        subprocess.run(command, env={**os.environ, "POLARS_MAX_THREADS": threads}, check=True, capture_output=True)
    for path in (tmp_path / "1").glob("*.parquet"):
        assert path.read_bytes() == (tmp_path / "2" / path.name).read_bytes(), path.name
