"""A region is checked whole: its settings, its tables and how they fit."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest

from brygga.core.errors import BryggaError, FaultsError, FileError, SettingError, TableError, UnknownCodeError
from brygga.core.region import read_region


@pytest.fixture
def twin(mini: Path, tmp_path: Path) -> Path:
    """A copy of the mini region to spoil."""
    return Path(shutil.copytree(mini, tmp_path / "twin"))


def spoil(folder: Path, name: str, old: str, new: str, count: int = -1) -> None:
    """Replace text in one of the region's files."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, count), encoding="utf-8")


def test_the_folder_and_its_toml_are_the_same_region(mini):
    assert read_region(mini).municipalities == read_region(mini / "region.toml").municipalities


def test_no_region_says_how_to_get_one(tmp_path):
    with pytest.raises(FileError, match="brygga data example"):
        read_region(tmp_path)


def test_broken_toml_is_named(twin):
    (twin / "region.toml").write_text("municipalities = [")
    with pytest.raises(FileError, match="cannot be read"):
        read_region(twin)


def test_an_empty_set_of_municipalities_is_refused(twin):
    text = (twin / "region.toml").read_text(encoding="utf-8")
    lines = ["municipalities = []" if line.startswith("municipalities") else line for line in text.splitlines()]
    (twin / "region.toml").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(SettingError, match="municipalities is empty"):
        read_region(twin)


def test_an_unknown_municipality_is_refused(twin):
    spoil(twin, "region.toml", 'municipalities = ["9901"', 'municipalities = ["9999"')
    with pytest.raises(UnknownCodeError, match="9999"):
        read_region(twin)


def test_years_in_the_wrong_order_are_refused(twin):
    text = (twin / "region.toml").read_text(encoding="utf-8")
    lines = ["to = 2020" if line.startswith(("to ", "to=")) else line for line in text.splitlines()]
    (twin / "region.toml").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(SettingError, match="whole years"):
        read_region(twin)


def test_a_missing_table_is_named(twin):
    (twin / "vacancies.csv").unlink()
    with pytest.raises(TableError, match=r"has no vacancies.csv"):
        read_region(twin)


def test_a_table_nobody_must_have_may_be_missing(twin):
    (twin / "events.csv").unlink(missing_ok=True)
    assert read_region(twin).tables["events"].is_empty()


def test_faults_of_several_tables_come_in_one_report(twin):
    (twin / "vacancies.csv").unlink()
    spoil(twin, "pay.csv", "sek_month", "pay")
    with pytest.raises(FaultsError) as caught:
        read_region(twin)
    assert {"vacancies" in str(f) or "pay" in str(f) for f in caught.value.faults} == {True}


def test_a_programme_without_its_site_is_named(twin):
    lines = (twin / "sites.csv").read_text(encoding="utf-8").splitlines()
    (twin / "sites.csv").write_text("\n".join(lines[:1]) + "\n", encoding="utf-8")
    with pytest.raises(BryggaError, match=r"programmes.site: .* not in sites.site"):
        read_region(twin)


def test_the_base_year_must_be_there(twin):
    spoil(twin, "region.toml", "base_year = 2024", "base_year = 2023")
    with pytest.raises(BryggaError, match="no row for 2023"):
        read_region(twin)


def set_line(folder: Path, key: str, line: str) -> None:
    """Replace the line of a key in region.toml."""
    path = folder / "region.toml"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(line if old.startswith(f"{key} =") else old for old in lines), encoding="utf-8")


@pytest.mark.parametrize(
    ("key", "line", "words"),
    [
        ("municipalities", 'municipalities = ["9901", "9901"]', "names 9901 more than once"),
        ("municipalities", "municipalities = 5", "codes are text and keep their zeros"),
        ("municipalities", "municipalities = [9901, 9902]", "codes in quotation marks"),
        ("needs", "needs = 7", "needs = 7. it must be text"),
        ("needs", 'needs = "nowhere.csv"', "has no nowhere.csv"),
        ("base_year", "base_year = true", "must be whole years"),
        ("first_plan_year", "first_plan_year = 2024", "the base year before the first plan year"),
        ("last_plan_year", "last_plan_year = 2034", "budgets.year: no row for 2032, 2033, 2034"),
        ("kommun", "kommun = 3", "extra_codes.kommun is no list"),
    ],
)
def test_a_setting_of_another_kind_is_named(twin, key, line, words):
    set_line(twin, key, line)
    with pytest.raises(BryggaError) as caught:
        read_region(twin)
    assert words in str(caught.value)


def test_sites_outside_the_region_are_left_out_and_told(twin):
    set_line(twin, "municipalities", 'municipalities = ["9901"]')
    region = read_region(twin)
    assert set(region.tables["sites"]["municipality"]) == {"9901"}
    assert set(region.tables["programme_leads"]["programme"]) <= set(region.tables["programmes"]["programme"])
    assert "lie outside the region and are left out" in region.notes[0]


def test_a_table_with_its_head_alone_is_no_knowledge(twin):
    head = (twin / "vacancies.csv").read_text(encoding="utf-8").splitlines()[0]
    (twin / "vacancies.csv").write_text(head + "\n", encoding="utf-8")
    with pytest.raises(TableError, match=r"vacancies.csv has no row"):
        read_region(twin)


@pytest.mark.parametrize("name", ["unemployed", "vacancies", "population_total"])
def test_a_municipality_that_a_table_leaves_out_is_named(twin, name):
    path = twin / f"{name}.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(line for line in lines if not line.startswith("9902")) + "\n", encoding="utf-8")
    with pytest.raises(BryggaError, match=rf"{name}\.municipality: no row for 9902.*not the same as zero"):
        read_region(twin)


def test_numbers_that_cannot_be_of_one_place_are_named(twin):
    for name in ("population", "employed"):
        frame = pl.read_csv(twin / f"{name}.csv", infer_schema=False)
        ours = pl.col("municipality") == "9902"
        larger = (pl.col("persons").cast(pl.Float64) * 1e4).cast(pl.String)
        frame.with_columns(persons=pl.when(ours).then(larger).otherwise("persons")).write_csv(twin / f"{name}.csv")
        with pytest.raises(BryggaError, match=rf"{name}: .* in 9902, and .*cannot be of the same place and year"):
            read_region(twin)
        frame.write_csv(twin / f"{name}.csv")


def test_a_ring_lies_around_the_region(twin):
    set_line(twin, "municipalities", 'municipalities = ["9901"]\nring = ["9902"]')
    region = read_region(twin)
    assert (region.municipalities, region.ring) == (("9901",), ("9902",))


@pytest.mark.parametrize(
    ("ring", "words"),
    [
        ('["9901"]', "ring names 9901 again.*shown or in the ring around"),
        ("9902", "codes are text and keep their zeros"),
        ('["9999"]', "region.toml.ring.*9999"),
    ],
)
def test_a_ring_inside_or_unknown_is_refused(twin, ring, words):
    set_line(twin, "municipalities", f'municipalities = ["9901"]\nring = {ring}')
    with pytest.raises(BryggaError, match=words):
        read_region(twin)
