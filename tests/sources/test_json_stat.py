"""JSON-stat read: a cube by hand, the ways to write the same cube, SCB's recorded replies, and broken ones."""

import contextlib
import copy
import csv
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brygga.core.errors import TableError
from brygga.core.places import SHARED_DATA
from brygga.sources.json_stat import read_dataset, read_shape

RECORDINGS = SHARED_DATA / "api-recordings"
CUBE = {
    "version": "2.0",
    "class": "dataset",
    "label": "By hand",
    "updated": "2026-01-01",
    "note": ["A note"],
    "id": ["Region", "Kon", "Tid"],
    "size": [2, 2, 1],
    "role": {"time": ["Tid"], "geo": ["Region"]},
    "dimension": {
        "Region": {"label": "region", "category": {"index": {"1081": 1, "1080": 0}, "label": {"1080": "Karlskrona"}}},
        "Kon": {"category": {"index": ["1", "2"]}, "extension": {"elimination": True, "codelists": [{"id": "agg_x"}]}},
        "Tid": {"category": {"label": {"2024": "2024"}}},
    },
    "value": [10, None, 0, None],
    "status": {"1": "..", "3": "-"},
}
ROWS = [
    ("1080", "1", "2024", 10.0, None),
    ("1080", "2", "2024", None, ".."),
    ("1081", "1", "2024", 0.0, None),
    ("1081", "2", "2024", None, "-"),
]


def test_a_cube_by_hand():
    cube = read_dataset(CUBE, "TAB1")
    assert cube.frame().rows() == ROWS
    region, sex, time = cube.shape.dimensions
    assert (region.role, time.role, sex.may_be_left_out, sex.code_lists) == ("geo", "time", True, ("agg_x",))
    assert (region.codes, region.labels["1080"], region.label) == (("1080", "1081"), "Karlskrona", "region")
    assert (cube.shape.updated, cube.shape.notes, cube.shape.cells) == ("2026-01-01", ("A note",), 4)


@pytest.mark.parametrize(
    "written",
    [
        {"value": {"0": 10, "2": 0}},
        {"value": {"0": 10, "1": None, "2": 0}, "status": [None, "..", "", "-"]},
    ],
)
def test_the_same_cube_written_otherwise_is_the_same_table(written):
    assert read_dataset(CUBE | written, "TAB1").frame().rows() == ROWS


def test_one_state_may_hold_for_all_cells():
    assert read_dataset(CUBE | {"status": "p"}, "TAB1").frame()["state"].to_list() == ["p"] * 4


@given(st.lists(st.integers(1, 4), min_size=1, max_size=4), st.randoms())
def test_each_value_stands_at_its_own_codes(sizes, random):
    names = [f"v{n}" for n in range(len(sizes))]
    cells = 1
    for size in sizes:
        cells *= size
    values = [random.randint(0, 99) for _ in range(cells)]
    content = {
        "class": "dataset",
        "id": names,
        "size": sizes,
        "dimension": {
            n: {"category": {"index": [str(k) for k in range(s)]}} for n, s in zip(names, sizes, strict=True)
        },
        "value": values,
    }
    for row in read_dataset(content, "x").frame().iter_rows(named=True):
        place = 0
        for name, size in zip(names, sizes, strict=True):
            place = place * size + int(row[name])
        assert row["value"] == values[place]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"value": [1, 2]}, "has 2 values for 4 cells"),
        ({"value": {"9": 1}}, "a value stands in cell 9 of 4"),
        ({"size": [2, 3, 1]}, "dimension Kon has 2 codes and says 3"),
        ({"size": [2, 2]}, "names 3 dimensions and 2 sizes"),
        ({"value": ["x", 1, 2, 3]}, "its values cannot be read"),
        ({"dimension": {}}, "its dimensions cannot be read"),
        (
            {"dimension": CUBE["dimension"] | {"Kon": {"category": {"index": {"1": 0, "2": 2}}}}},
            "does not number its codes from 0",
        ),
        ({"value": [1, 2, 3, float("inf")]}, "its values cannot be read (ValueError('inf is no number'))"),
        (
            {"dimension": CUBE["dimension"] | {"Kon": {"category": {"index": ["1", "1"]}}}},
            "dimension Kon has a code twice",
        ),
        ({"class": "error", "id": None, "label": "Too bad"}, "no JSON-stat dataset but says: Too bad"),
    ],
)
def test_a_broken_cube_is_named(change, said):
    with pytest.raises(TableError, match=f"TAB1.*{re.escape(said)}"):
        read_dataset(CUBE | change, "TAB1")


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 9) | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
PLACES = (
    *("value", "status", "size", "id", "role", "dimension", "note", "extension", "role/time"),
    *("dimension/Kon", "dimension/Kon/category", "dimension/Kon/category/index", "dimension/Kon/extension"),
    "dimension/Region/category/label",
)


@given(st.sampled_from(PLACES), ANYTHING)
def test_whatever_a_publisher_sends_is_a_table_or_a_named_fault(place, anything):
    content = copy.deepcopy(CUBE)
    *way, last = place.split("/")
    inside = content
    for key in way:
        inside = inside[key]
    inside[last] = anything
    with contextlib.suppress(TableError):
        read_dataset(content, "TAB1").frame()


@pytest.mark.parametrize("content", [[], "x", {"error": [{"label": "Gone"}]}, {"title": "Not found", "status": 404}])
def test_another_reply_is_no_table(content):
    with pytest.raises(TableError, match=r"no JSON-stat dataset.*run the same command later"):
        read_shape(content, "TAB1")


@pytest.mark.shared_data
def test_scbs_recorded_table_is_read():
    data = json.loads((RECORDINGS / "scb-v2-recorded" / "TAB6471_data.json").read_text())
    cube = read_dataset(data, "TAB6471")
    frame = cube.frame()
    assert frame.height == 21 * 11 * 3 * 4 == 2772
    assert cube.shape.updated == "2026-06-08T06:00:00Z"
    assert any("Cell Key Method" in note for note in cube.shape.notes)
    last = data["value"][-1]
    assert frame.row(-1)[:3] == ("25", frame["Alder"][-1], "2")
    assert frame["value"][-1] == last == 54


@pytest.mark.shared_data
def test_scbs_recorded_metadata_is_read():
    text = (RECORDINGS / "scb-v2-recorded" / "TAB6471_metadata.json").read_text()
    shape = read_shape(json.loads(text), "TAB6471")
    assert [len(dimension.codes) for dimension in shape.dimensions] == [312, 134, 3, 1, 16]
    region, age, sex, content, time = shape.dimensions
    assert (time.role, content.role) == ("time", "metric")
    assert (sex.may_be_left_out, age.may_be_left_out) == (True, False)
    assert {"00", "10", "1080"} <= set(region.codes)
    assert "vs_CKM021år" in age.code_lists
    assert content.units == {"000007SF": "antal"}


@pytest.mark.shared_data
def test_the_samples_metadata_agrees_with_its_px_file():
    """TAB004 exists as JSON-stat metadata and as a px file: the same codes in the same order of variables."""
    samples = RECORDINGS / "pxwebapi-samples"
    shape = read_shape(json.loads((samples / "MetadataById_tab004_js2.json").read_text()), "TAB004")
    px = (samples / "TAB004.px").read_text(encoding="latin-1")
    for dimension in shape.dimensions:
        name = re.search(rf'VARIABLECODE\("([^"]+)"\)="{dimension.name}"', px)[1]
        codes = re.search(rf'CODES\("{name}"\)=(.*?);', px, re.DOTALL)[1]
        assert set(dimension.codes) == set(next(csv.reader([codes.replace("\n", "")])))
        assert name == dimension.label


@pytest.mark.shared_data
def test_a_px_file_and_its_cube_hold_the_same_values():
    """TAB004's values, dots and all, written as JSON-stat, are read as the px file has them."""
    samples = RECORDINGS / "pxwebapi-samples"
    content = json.loads((samples / "MetadataById_tab004_js2.json").read_text())
    px = (samples / "TAB004.px").read_text(encoding="latin-1")
    cells = px[px.index("DATA=") + 5 : px.rindex(";")].split()
    given = [None if cell.startswith('"') else float(cell) for cell in cells]
    signs = {str(n): cell.strip('"') for n, cell in enumerate(cells) if cell.startswith('"')}
    frame = read_dataset(content | {"value": given, "status": signs}, "TAB004").frame()
    assert frame.height == 14 * 11 * 28
    assert frame["value"].null_count() == len(signs) == frame["state"].eq("..").sum()
    assert frame["value"].drop_nulls().to_list() == [value for value in given if value is not None]
