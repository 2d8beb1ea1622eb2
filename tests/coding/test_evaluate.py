"""Measures of the coder, against figures worked by hand."""

import polars as pl
import pytest

from brygga.coding.evaluate import accuracy_at, agreement, coverage_at_precision, expected_calibration_error
from brygga.core.errors import TableError


def test_truth_in_merged_groups_agrees_with_either_part():
    coded = pl.DataFrame({"row": [0, 1, 2], "rank": [1, 1, 1], "code": ["1371", "5322", None]})
    agrees = agreement(coded, ["1370", "5321", "7212"])
    assert (agrees.rows, agrees.coded) == (3, 2)
    assert agrees.four == pytest.approx(2 / 3)


def test_truth_that_is_too_short_is_an_error():
    coded = pl.DataFrame({"row": [0, 1], "rank": [1, 1], "code": ["7212", "7223"]})
    with pytest.raises(TableError, match="coded has 2 rows, the truth 1"):
        agreement(coded, ["7212"])


def test_accuracy_counts_a_row_once_and_leaves_out_what_nobody_knows():
    coded = pl.DataFrame(
        {"row": [0, 0, 1, 1, 2], "rank": [1, 2, 1, 2, 1], "code": ["7212", "7223", "2512", "7212", "7212"]}
    )
    truth = ["7212", "7212", None]
    assert [accuracy_at(coded, truth, top) for top in (1, 2)] == [0.5, 1.0]


def test_an_abstention_is_a_miss():
    coded = pl.DataFrame({"row": [0, 1], "rank": [1, 1], "code": [None, "7212"]})
    assert accuracy_at(coded, ["7212", "7212"], 1) == 0.5


def test_calibration_error_by_hand():
    # bin .6-.7: 0.65 + 0.65 against 1 right; bin .9-1: 0.95 + 1.0 against 2 right
    error = expected_calibration_error([0.65, 0.65, 0.95, 1.0], [True, False, True, True])
    assert error == pytest.approx((0.30 + 0.05) / 4)


def test_calibration_error_of_what_is_always_and_rightly_sure_is_none():
    assert expected_calibration_error([1.0, 1.0, 0.0], [True, True, False]) == 0
    assert expected_calibration_error([], []) == 0


def test_coverage_by_hand():
    sure = [0.9, 0.8, 0.7, 0.6, 0.5]
    right = [True, False, True, True, True]
    assert coverage_at_precision(sure, right, precision=0.75) == 1.0  # 4 of 5; not after the second, where 1 of 2
    assert coverage_at_precision(sure, right, precision=0.9) == pytest.approx(0.2)
    assert coverage_at_precision([], []) == 0


def test_rows_of_the_same_confidence_are_covered_together_or_not_at_all():
    assert coverage_at_precision([0.9, 0.9], [True, False]) == 0
