"""Sweden's input-output table in JSON-stat: cells by place, hidden ones unknown, the last year that has values."""

import pytest

from brygga.core.errors import TableError
from brygga.sources import eurostat
from brygga.sources.eurostat import path_of, read_input_output
from brygga.sources.provider import Wanted
from tests.sources.replayed import replayed

PRODUCTS = ["CPA_A01", "CPA_C10-12"]


def reply(values, flags=None, years=("2019", "2020"), **other):
    """Two products, two years, the year fastest; invented."""
    dimensions = {"geo": ["SE"], "prd_use": [*PRODUCTS, "TU"], "prd_ava": PRODUCTS, "time": list(years)}
    return {
        "version": "2.0",
        "class": "dataset",
        "updated": "2026-10-01",
        "id": list(dimensions),
        "size": [len(codes) for codes in dimensions.values()],
        "dimension": {
            name: {"category": {"index": {code: n for n, code in enumerate(codes)}}}
            for name, codes in dimensions.items()
        },
        "value": values,
        "status": flags or {},
        **other,
    }


def test_cells_are_placed_by_the_order_of_dimensions():
    """prd_use (3) x prd_ava (2) x time (2): place 7 is use C10-12, supply C10-12, year 2020."""
    table = read_input_output(reply({"1": 10.0, "7": 25.5, "6": 99.0}))
    assert table.select("product_from", "product_to", "year", "value").rows() == [
        ("CPA_A01", "CPA_A01", 2020, 10.0),
        ("CPA_C10-12", "CPA_C10-12", 2020, 25.5),
    ]


def test_a_list_of_values_reads_the_same():
    sparse = read_input_output(reply({"1": 10.0, "7": 25.5}))
    full = [None] * 12
    full[1], full[7] = 10.0, 25.5
    assert read_input_output(reply(full)).equals(sparse)


def test_a_withheld_cell_is_suppressed_and_zero_is_a_value():
    table = read_input_output(reply({"1": 0, "3": -2.0, "7": 4.0}, {"5": "c", "3": "p", "7": "c"}))
    cells = {(row["product_from"], row["product_to"]): (row["value"], row["status"]) for row in table.to_dicts()}
    assert cells == {
        ("CPA_A01", "CPA_A01"): (0.0, "observed"),
        ("CPA_C10-12", "CPA_A01"): (-2.0, "provisional"),
        ("CPA_A01", "CPA_C10-12"): (None, "suppressed"),
        ("CPA_C10-12", "CPA_C10-12"): (None, "suppressed"),
    }


def test_the_last_year_is_the_last_with_values_and_may_be_bounded():
    assert set(read_input_output(reply({"0": 1.0}))["year"]) == {2019}
    assert set(read_input_output(reply({"0": 1.0, "1": 2.0}), last_year=2019)["year"]) == {2019}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (reply({}), "the reply has no value. Eurostat answers so when a filter names a code or year"),
        ({"error": [{"status": 404, "label": "ERR_NOT_FOUND"}]}, "no JSON-stat dataset but says: ERR_NOT_FOUND"),
        (reply({"12": 1.0}), "a value stands in cell 12 of 12"),
        (reply({"0": "många"}), "its values cannot be read"),
        (reply({"0": 1.0}, size=[1, 3, 2, 3]), "dimension time has 2 codes and says 3"),
    ],
)
def test_a_changed_reply_is_named(content, words):
    with pytest.raises(TableError, match=words):
        read_input_output(content)


def test_a_dimension_that_is_gone_or_too_wide_is_named():
    gone = reply({"0": 1.0})
    gone["id"][1] = "cpa_use"
    gone["dimension"]["cpa_use"] = gone["dimension"].pop("prd_use")
    with pytest.raises(TableError, match="has no dimension prd_use; it has geo, cpa_use, prd_ava, time"):
        read_input_output(gone)
    wide = reply({"0": 1.0})
    wide["dimension"]["geo"]["category"]["index"] = {"SE": 0, "DK": 1}
    wide["size"][0] = 2
    with pytest.raises(TableError, match="dimension geo has several codes where one was asked for"):
        read_input_output(wide)


def test_a_fetch_is_one_call_with_its_vintage(tmp_path):
    client = replayed(eurostat, tmp_path, {path_of(): reply({"1": 10.0}, {"3": "c"})})
    (fetched,) = eurostat.fetch(client, Wanted(("1060",)), tell=lambda *said: None)
    assert fetched.updated == ("2026-10-01",)
    assert fetched.remarks == ("Eurostat withholds 1 cells, which stay unknown",)
