"""The step on the mini region: what is shown, what is learned, and outcomes written into a folder."""

import shutil

import pytest

from brygga.core.errors import FaultsError, FileError
from brygga.core.places import REGIONS
from brygga.core.region import read_region
from brygga.workflow.follow_up import add_outcomes, follow_up, learned_programmes, with_learned_rates

HEAD = "programme,start_year,started,completed,placed,matched,status,source\n"


@pytest.fixture
def twins(mini, tmp_path):
    return read_region(shutil.copytree(mini, tmp_path / "twins"))


@pytest.fixture
def file(tmp_path):
    return tmp_path / "given.csv"


def test_few_people_are_hidden_yet_teach(twins):
    """Welding: 4 of 5 completed. Four are too few to show."""
    shown = follow_up(twins)
    assert shown["outcomes"]["completed"].to_list() == [None, None]
    assert shown["outcomes"]["started"].to_list() == [5, 5]
    assert shown["updated_rates"]["status"].unique().to_list() == ["suppressed"]
    assert learned_programmes(twins)["completion"].to_list() != twins.tables["programmes"]["completion"].to_list()


def test_new_outcomes_join_the_old_and_replace_the_same_class(twins, file):
    file.write_text(HEAD + "svets-storby,2023,5,5,5,5,observed,\nsvets-storby,2024,40,38,37,36,observed,\n")
    after = add_outcomes(twins, file)
    kept = read_region(twins.folder).tables["outcomes"]
    assert kept.equals(after.tables["outcomes"])
    assert kept.select("programme", "start_year", "matched").rows() == [
        ("cnc-lillby", 2022, 3),
        ("svets-storby", 2023, 5),
        ("svets-storby", 2024, 36),
    ]


def test_good_outcomes_raise_the_rates_of_the_next_plan(twins, file):
    file.write_text(HEAD + "svets-storby,2024,40,40,40,40,observed,\n")
    before = twins.tables["programmes"].filter(programme="svets-storby")
    after = with_learned_rates(add_outcomes(twins, file)).tables["programmes"].filter(programme="svets-storby")
    assert after["completion"].item() > before["completion"].item()
    assert after["placement"].item() > before["placement"].item()


def test_a_faulty_file_writes_nothing(twins, file):
    stood = (twins.folder / "outcomes.csv").read_text()
    file.write_text(HEAD + "svets-storby,2024,5,9,5,5,observed,\nbaking,2024,5,5,5,5,observed,\n")
    with pytest.raises(FaultsError, match=r"svets-storby 2024 \(9 completed of 5 started\)"):
        add_outcomes(twins, file)
    assert (twins.folder / "outcomes.csv").read_text() == stood


def test_the_example_inside_the_program_is_not_written_to(twins, file):
    from dataclasses import replace

    with pytest.raises(FileError, match="is the example inside the program"):
        add_outcomes(replace(twins, folder=REGIONS / "sydost"), file)
