"""`brygga carry` on its own: ranges and no single number, the folder of another question, and what stops it."""

import json

import pytest
from click.testing import CliRunner

from brygga.cli import brygga


@pytest.fixture(scope="module")
def told(mini, tmp_path_factory):
    out = tmp_path_factory.mktemp("carry")
    return run(mini, out), out


def run(mini, out, *more):
    return CliRunner().invoke(brygga, ["carry", str(mini), "-o", str(out), *more])


def test_it_prints_ranges_where_there_is_a_range_and_says_where_there_is_none(told):
    result, _ = told
    assert result.exit_code == 0, result.output
    answers = result.output.split("counts\n", 1)[1].split("\n\n", 1)[0].splitlines()
    assert len(answers) > 8
    assert all(" to " in line or "no range" in line or "no number" in line for line in answers)


def test_it_says_where_in_which_occupations_and_with_what_tax(told):
    result, out = told
    for words in ("follow", "Storby", "Lillby", "tax, kSEK a year", "key", "Jobs that sell outside", "Left out:"):
        assert words in result.output
    assert "places, kSEK" not in result.output
    for name in ("carried_jobs", "carried_posts", "carried_sums", "exporting_jobs", "municipal_account"):
        assert (out / f"{name}.parquet").is_file()
        assert (out / f"{name}.json").is_file()


def test_another_question_has_a_folder_of_its_own_and_scales_with_the_posts(mini, told):
    _, out = told
    asked = ("--industry", "29", "--municipality", "9901", "--places", "--json")
    one, four = (json.loads(run(mini, out, *asked, "--posts", n).stdout) for n in ("100", "400"))
    assert (out / "carry-29-9901" / "municipal_account.parquet").is_file()
    assert four["follow"]["both"]["p50"] == pytest.approx(4 * one["follow"]["both"]["p50"])
    assert one["account"][0]["net_sek"]["p50"] < one["account"][0]["tax_sek"]["p50"]
    assert four["answers"][0]["jobs_per_job"] == one["answers"][0]["jobs_per_job"]
    assert sum(each["key_share"] for each in one["account"]) == pytest.approx(1.0)


def test_no_posts_carry_nothing(mini, told):
    _, out = told
    none = json.loads(run(mini, out, "--posts", "0", "--json").stdout)
    assert set(none["follow"]["both"].values()) == {0.0}
    assert {each["persons"] for each in none["account"]} == {0.0}


def test_an_own_figure_stands_beside_the_others(mini, told):
    _, out = told
    result = run(mini, out, "--own", "1-2")
    assert "own figure" in result.output
    assert "1.0 to 2.0" in result.output


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--municipality", "1080"), "--municipality 1080 is not in Tvillingarna"),
        (("--industry", "X"), "is no SNI 2007 section or division"),
        (("--posts", "-5"), "--posts -5"),
        (("--own", "much"), "--own much"),
    ],
)
def test_what_stops_it(mini, tmp_path, more, words):
    result = run(mini, tmp_path, *more)
    assert result.exit_code == 1
    assert words in f"{result.output}{result.exception}"
