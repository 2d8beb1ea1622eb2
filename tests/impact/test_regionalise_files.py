"""`brygga regionalise`: the whole way from two files, and the words for what cannot be asked."""

import csv
import json

import numpy as np
import pytest
from click.testing import CliRunner

from brygga.cli.regionalise_verb import command
from brygga.core.errors import FileError, SettingError
from brygga.impact.coefficients_file import read_coefficients
from brygga.impact.regionalise import METHODS
from brygga.workflow.multipliers import multipliers_of_files
from brygga.workflow.regionalise import regionalise_files, write_coefficients

INDUSTRIES = ("farms, forests", "industri", "tjänster")
A = np.array([[0.10, 0.20, 0.0], [0.15, 0.25, 0.05], [0.2, 0.1, 0.3]])
JOBS = {"väst": [50, 10, 200], "öst": [10, 400, 900], "syd": [200, 30, 400], "nation": [300, 700, 3000]}


@pytest.fixture
def files(tmp_path):
    coefficients, employment = tmp_path / "A.csv", tmp_path / "E.csv"
    with coefficients.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["industry", *INDUSTRIES])
        rows.writerows([name, *row] for name, row in zip(INDUSTRIES, A.tolist(), strict=True))
    with employment.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["region", "industry", "persons"])
        rows.writerows([name, i, n] for name, jobs in JOBS.items() for i, n in zip(INDUSTRIES, jobs, strict=True))
    return coefficients, employment


def test_by_hand(files):
    """SLQ of väst: 50 of 260 against 300 of 4,000 is over one; 10 of 260 against 700 of 4,000; 200 against 3,000."""
    answer = regionalise_files(*files, regions=["väst"], method="slq")
    quotients = [(50 / 260) / (300 / 4000), (10 / 260) / (700 / 4000), (200 / 260) / (3000 / 4000)]
    assert answer.quotients == pytest.approx(quotients)
    assert answer.coefficients == pytest.approx(A * np.array([1.0, quotients[1], 1.0])[:, None])
    assert answer.delta is None
    assert answer.low.tolist() == answer.mid.tolist() == answer.high.tolist()


@pytest.mark.parametrize("method", METHODS)
def test_the_nation_keeps_its_coefficients(files, method):
    answer = regionalise_files(*files, regions=["nation"], method=method)
    assert answer.coefficients == pytest.approx(A)
    assert answer.mid == pytest.approx(answer.nation)


def test_delta_is_chosen_once_for_the_country(files):
    chosen = [regionalise_files(*files, regions=[name]).delta.mid for name in ("väst", "öst", "syd")]
    assert len(set(chosen)) == 1
    assert 0.10 <= chosen[0] <= 0.45


def test_the_range_of_delta_is_the_range_of_the_multipliers(files):
    answer = regionalise_files(*files, regions=["väst"])
    assert (answer.low < answer.mid).all()
    assert (answer.mid < answer.high).all()
    assert (answer.high < answer.nation).all()


def test_several_regions_are_one_in_any_order(files):
    one, other = (regionalise_files(*files, regions=names) for names in (["väst", "syd"], ["syd", "väst", "syd"]))
    assert one.csv() == other.csv()
    assert one.share == pytest.approx(890 / 4000)
    assert one.mid.sum() > regionalise_files(*files, regions=["väst"], delta=one.delta.mid).mid.sum()


def test_what_is_written_is_read_by_multipliers(files, tmp_path):
    answer = regionalise_files(*files, regions=["öst"], delta=0.2)
    write_coefficients(answer, tmp_path / "R.csv")
    again = read_coefficients(tmp_path / "R.csv")
    assert again.industries == INDUSTRIES
    assert (again.matrix == answer.coefficients).all()
    found = multipliers_of_files(tmp_path / "R.csv").found.total["output"]
    assert found == pytest.approx(answer.mid, rel=1e-12)


def test_the_verb_prints_json_and_writes_the_file(files, tmp_path):
    out = tmp_path / "R.csv"
    ran = CliRunner().invoke(
        command, [*map(str, files), "--region", "väst", "--delta", "0.15", "-o", str(out), "--json"]
    )
    assert ran.exit_code == 0
    told = json.loads(ran.stdout)
    answer = regionalise_files(*files, regions=["väst"], delta=0.15)
    assert told["industries"] == list(INDUSTRIES)
    assert told["output_multiplier"] == answer.mid.tolist()
    assert (told["delta"], told["delta_reason"], told["method"]) == (0.15, "given", "flq")
    assert out.read_text(encoding="utf-8") == answer.csv()


def test_the_verb_tells_people_how_delta_came_about(files):
    ran = CliRunner().invoke(command, [*map(str, files), "--region", "väst"])
    assert "väst: 6.50 % of the nation's jobs, FLQ with delta 0." in ran.stdout
    assert "the mix of industries in 3 regions alone (SLQ) takes" in ran.stdout
    assert ran.stdout.count("\n") == 5


def test_an_industry_that_the_region_lacks_is_told(files):
    text = files[1].read_text(encoding="utf-8").replace("väst,industri,10", "väst,industri,0")
    files[1].write_text(text, encoding="utf-8")
    answer = regionalise_files(*files, regions=["väst"])
    assert answer.warnings == ("Nobody works in industri there: such an industry buys and sells nothing.",)
    assert answer.mid[1] == 1.0


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"regions": []}, "no region. coefficients are made for a region"),
        ({"method": "slq", "delta": 0.2}, "--delta 0.2 with --method slq"),
        ({"delta": 1.5}, "delta is an exponent from 0"),
        ({"delta": float("nan")}, "delta is an exponent from 0"),
    ],
)
def test_what_cannot_be_asked(files, given, words):
    with pytest.raises(SettingError, match=words):
        regionalise_files(*files, **({"regions": ["väst"]} | given))


def test_a_file_that_cannot_be_written_is_told(files, tmp_path):
    with pytest.raises(FileError, match="cannot be written"):
        write_coefficients(regionalise_files(*files, regions=["väst"]), tmp_path / "none" / "R.csv")
