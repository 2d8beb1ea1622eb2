"""Codes: known cases by hand, the laws a classification must obey, and the words of the messages."""

import polars as pl
import pytest
import yaml

from brygga.core import codes
from brygga.core.errors import FileError, SettingError, TableError, UnknownCodeError
from brygga.core.places import CLASSIFICATIONS

HIERARCHIES = ["ssyk", "sni", "sun_level", "sun_field"]


def unit_groups():
    return codes.classification("ssyk").filter(pl.col("level") == 4)["code"].to_list()


@pytest.mark.parametrize(
    ("name", "rows"),
    [("kommun", 290), ("county", 21), ("la", 67), ("fa", 60), ("sni", 109), ("sun_level", 71), ("jobtech_ssyk", 400)],
)
def test_a_classification_has_the_published_number_of_codes(name, rows):
    assert len(codes.codes(name)) == rows


def test_ssyk_has_the_published_number_of_groups_on_each_level():
    counts = codes.classification("ssyk").group_by("level").len().sort("level")["len"].to_list()
    assert counts == [10, 46, 148, 429]


@pytest.mark.parametrize("name", HIERARCHIES)
def test_every_parent_exists_one_level_up(name):
    frame = codes.classification(name)
    above = frame.select(parent="code", parent_level="level")
    joined = frame.join(above, on="parent", how="left").filter(pl.col("level") > 1)
    assert (joined["parent_level"] == joined["level"] - 1).all()
    assert frame.filter(pl.col("level") == 1)["parent"].null_count() == len(frame.filter(pl.col("level") == 1))


@pytest.mark.parametrize("name", HIERARCHIES)
def test_every_node_has_a_swedish_name_and_says_where_the_english_one_is_from(name):
    frame = codes.classification(name)
    assert frame["name_sv"].null_count() == 0
    assert set(frame["name_en_from"].drop_nulls()) <= {"SCB", "ours"}
    assert frame.filter(pl.col("name_en").is_null() != pl.col("name_en_from").is_null()).is_empty()


@pytest.mark.parametrize("name", codes.CLASSIFICATIONS)
def test_codes_are_text_sorted_and_named_once(name):
    listing = codes.CLASSIFICATIONS[name]
    column = codes.classification(name)[listing.key]
    assert column.dtype == pl.String
    assert column.to_list() == sorted(column.to_list())
    assert column.is_unique().all() or name == "jobtech_ssyk"


@pytest.mark.parametrize("name", codes.CLASSIFICATIONS)
def test_every_code_can_be_named_in_both_languages(name):
    for language in ("sv", "en"):
        assert all(codes.name_of(code, name, language) for code in codes.codes(name))


def test_names_by_hand():
    assert codes.name_of("1322", "ssyk", "sv") == "Inköps-, logistik- och transportchefer, nivå 2"
    assert codes.name_of("7212", "ssyk", "en") == "Welders and flame cutters"
    assert codes.name_of("C", "sni", "sv") == "Tillverkning"
    assert codes.name_of("10", "county", "en") == "Blekinge county"
    assert codes.name_of("521a", "sun_field", "en") == codes.name_of("521a", "sun_field", "sv")
    assert codes.municipality_name("0767") == "Markaryd"
    assert codes.county_of("1256") == "12"


def test_the_computing_level_holds_every_unit_group_once():
    nodes = codes.computing_nodes()
    codes.check_partition(nodes, where="occupation_partition.code")
    assert sorted(unit for node in nodes for unit in codes.within(node)) == unit_groups()


def test_the_computing_level_is_fine_in_industry_and_coarse_elsewhere():
    nodes = codes.computing_nodes()
    assert len(nodes) == 105
    assert [codes.ancestor_in(unit, nodes) for unit in ("7223", "8172", "2144", "2221", "1321", "4322", "9320")] == [
        *("7223", "817", "2144", "22", "1", "4322", "9320")
    ]


def test_occupation_groups_share_out_the_unit_groups_and_cut_no_node():
    members = {unit: codes.group_of(unit) for unit in unit_groups()}
    assert set(members.values()) == codes.codes("occupation_group")
    assert all(members[unit] == codes.group_of(node) for node in codes.computing_nodes() for unit in codes.within(node))


def test_the_partition_file_says_the_same_group_as_its_members():
    frame = pl.read_csv(CLASSIFICATIONS / "occupation_partition.csv", infer_schema=False)
    assert all(codes.group_of(code) == group for code, group in frame.iter_rows())


def test_a_node_across_groups_has_no_group():
    with pytest.raises(UnknownCodeError, match=r"SSYK 72 spans 5 occupation groups: cnc, fordon, svets"):
        codes.group_of("72")


def test_jobtech_groups_lead_to_all_unit_groups_but_two():
    reached = [unit for group in codes.codes("jobtech_ssyk") for unit in codes.from_jobtech(group)]
    assert len(reached) == len(set(reached))
    assert set(unit_groups()) - set(reached) == {"4430", "7619"}
    assert codes.from_jobtech("1320") == ("1321", "1322")


def test_each_municipality_lies_in_a_known_county_and_areas():
    frame = codes.classification("kommun")
    assert set(frame["county"]) == codes.codes("county")
    assert set(frame["labour_market_area"]) == codes.codes("la")
    assert set(frame["functional_region"]) == codes.codes("fa")
    assert frame["lat"].is_between(55, 70).all()
    assert frame["wlon"].is_between(10, 25).all()
    assert (frame["km2"] > 0).all()


def test_few_booked_localities_give_the_centroid():
    huddinge = codes.classification("kommun").row(by_predicate=pl.col("code") == "0126", named=True)
    assert (huddinge["wlat"], huddinge["wlon"]) == (huddinge["lat"], huddinge["lon"])
    moved = codes.classification("kommun").filter((pl.col("wlat") != pl.col("lat")) | (pl.col("wlon") != pl.col("lon")))
    assert 290 - len(moved) == 12


def test_unknown_codes_are_counted_and_five_are_shown():
    with pytest.raises(UnknownCodeError) as caught:
        codes.check_codes(["7223", "55", "66", "77", "0002", "88", "99", "55"], "ssyk", where="employed.occupation")
    assert "employed.occupation: 6 code(s) not in SSYK 2012: 55, 66, 77, 0002, 88 and 1 more." in str(caught.value)


def test_a_lost_leading_zero_is_recognised():
    with pytest.raises(UnknownCodeError, match=r"767 looks like 0767 read as a number: store codes as text"):
        codes.check_codes(["1080", "767"], "kommun", where="flows.home")


def test_extra_codes_are_allowed():
    codes.check_codes(["1080", "outside"], "kommun", where="flows.home", extra=["outside"])


def test_an_unknown_classification_names_the_known_ones():
    with pytest.raises(UnknownCodeError, match=r"There is no classification called isco.*ssyk, sni"):
        codes.classification("isco")


def test_a_missing_file_is_said(monkeypatch):
    missing = codes.CLASSIFICATIONS | {"lost": codes.Listing("lost", "code", "a lost list")}
    monkeypatch.setattr(codes, "CLASSIFICATIONS", missing)
    with pytest.raises(FileError, match=r"lost\.csv is missing"):
        codes.classification("lost")


def test_parents_by_hand():
    assert codes.parent("7223", "ssyk", 1) == "7"
    assert codes.parent("29", "sni", 1) == "C"
    assert codes.parent("521a", "sun_field", 2) == "52"


@pytest.mark.parametrize(("code", "name", "level"), [("72", "ssyk", 4), ("72", "ssyk", 0), ("1080", "kommun", 1)])
def test_a_level_that_is_not_above_is_an_error(code, name, level):
    with pytest.raises(SettingError, match=r"no (parent on level|levels)"):
        codes.parent(code, name, level)


def test_a_column_with_a_group_and_what_lies_in_it_is_an_error():
    with pytest.raises(TableError, match=r"employed\.occupation: 2 code\(s\) inside another code: 722 in 72, 7223 in"):
        codes.check_partition(["72", "722", "7223", "81"], where="employed.occupation")
    with pytest.raises(TableError, match="25 in C"):
        codes.check_partition(["C", "25"], where="employed.industry", name="sni")
    codes.check_partition(["C", "01", "41"], where="employed.industry", name="sni")


def test_every_file_has_its_source_beside_it():
    sources = yaml.safe_load((CLASSIFICATIONS / "sources.yaml").read_text("utf-8"))
    assert set(sources) == {path.name for path in CLASSIFICATIONS.glob("*.csv")}
    for entry in sources.values():
        assert set(entry) == {"title", "publisher", "read", "vintage", "licence", "checked", "note"}
        assert set(entry["title"]) == {"sv", "en"}


@pytest.mark.shared_data
def test_the_recipe_makes_the_same_files(tmp_path, monkeypatch):
    recipe = load_recipe()
    monkeypatch.setattr(recipe, "CLASSIFICATIONS", tmp_path)
    recipe.main()
    made = {path.name: path.read_bytes() for path in tmp_path.glob("*.csv")}
    assert made == {path.name: path.read_bytes() for path in CLASSIFICATIONS.glob("*.csv")}


def load_recipe():
    from importlib.util import module_from_spec, spec_from_file_location
    from pathlib import Path

    path = Path(__file__).resolve().parents[2] / "recipes" / "classifications.py"
    spec = spec_from_file_location("classification_recipe", path)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
