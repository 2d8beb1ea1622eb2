"""`brygga commuting`: files to files, the published answers, and faults of several files in one report."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path

import pytest
from click.testing import CliRunner

from brygga.cli import main
from brygga.core.places import SHARED_DATA

COMMUTING = SHARED_DATA / "commuting"
FLOWS = "home,work,persons\na,a,3\na,b,1\nb,a,1\nb,b,3\n"
MARGINS = "municipality,margin,persons\na,home,6\nb,home,2\na,work,5\nb,work,3\n"


class _Main:
    name = "brygga"

    def main(self, args, prog_name, **extra):
        main(args)


def run(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(_Main(), ["commuting", *map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    flows, margins = tmp_path / "flows.csv", tmp_path / "margins.csv"
    flows.write_text(FLOWS, encoding="utf-8")
    margins.write_text(MARGINS, encoding="utf-8")
    return flows, margins


def rows(text: str) -> dict[tuple[str, str], float]:
    return {(row["home"], row["work"]): float(row["persons"]) for row in csv.DictReader(text.splitlines())}


def test_balance_writes_csv_to_a_file_or_the_screen(files, tmp_path):
    code, told, _ = run("balance", *files)
    assert code == 0
    wanted = {("a", "a"): 4.5, ("a", "b"): 1.5, ("b", "a"): 0.5, ("b", "b"): 1.5}
    assert rows(told) == pytest.approx(wanted)
    code, told, _ = run("balance", *files, "-o", tmp_path / "out.csv")
    assert (code, "2 places, 8 persons, margins met to" in told) == (0, True)
    assert rows((tmp_path / "out.csv").read_text()) == pytest.approx(wanted)


def test_balance_tells_programs_how_well_margins_are_met(files):
    told = json.loads(run("balance", *files, "--json")[1])
    assert told["largest_margin_error"] < 1e-9
    assert told["persons"] == pytest.approx(8)
    assert len(told["rows"]) == 4


def test_the_order_of_rows_changes_no_byte(files, tmp_path):
    flows, margins = files
    first = run("balance", flows, margins)[1]
    for path in files:
        head, *body = path.read_text().splitlines()
        path.write_text("\n".join([head, *reversed(body)]) + "\n")
    assert run("balance", flows, margins)[1] == first


def test_margins_that_differ_need_a_word(files):
    flows, margins = files
    margins.write_text(MARGINS.replace("b,work,3", "b,work,5"))
    code, _, told = run("balance", flows, margins)
    assert code == 1
    assert "home sums to 8 persons and work to 10" in told
    code, told, _ = run("balance", flows, margins, "--scale", "work", "--json")
    assert json.loads(told)["persons"] == pytest.approx(10)
    assert "Margins scaled to the sum of work" in told


def test_codes_and_names_are_the_same_places(tmp_path, files):
    flows, margins = files
    flows.write_text(FLOWS.replace("a,", "Halmstad,").replace("b,", "Laholm,"), encoding="utf-8")
    margins.write_text(MARGINS.replace("a,", "1380,").replace("b,", "1381,"), encoding="utf-8")
    code, told, _ = run("balance", flows, margins)
    assert (code, ("Halmstad", "Laholm") in rows(told)) == (0, True)


def test_faults_of_both_files_stand_in_one_report(files):
    flows, margins = files
    flows.write_text(FLOWS + "a,b,2\nb,c,-1\ne,e,0\n")
    margins.write_text(MARGINS + "d,home,4\ne,home,2\ne,work,2\n")
    code, _, told = run("balance", flows, margins)
    words = (
        "flows.csv and margins.csv has 8 faults",
        "a to b",
        "below zero",
        "no margin work for d",
        "c in flows.csv and not in margins.csv",
        "d in margins.csv and not in flows.csv",
        "home sums to 14 persons and work to 10",
        "e: persons in the margin home",
        "e: persons in the margin work",
    )
    assert (code, [word for word in words if word not in told]) == (1, []), told


def test_a_missing_file_and_a_bad_one_are_told_together(files, tmp_path):
    files[1].write_text("municipality,persons\na,3\n")
    code, _, told = run("balance", tmp_path / "none.csv", files[1])
    assert code == 1
    assert "none.csv cannot be read" in told
    assert "lacks column(s) margin" in told


def test_hidden_cells_are_estimated_and_said(files):
    flows, margins = files
    flows.write_text(FLOWS.replace("a,b,1", "a,b,"))
    code, told, said = run("balance", flows, margins)
    assert code == 0
    assert "1 hidden cell(s) estimated between 1 and 2" in said
    assert rows(told)["a", "b"] > 0.5


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("decay", "beta", "d2", "srmse"),
    [("power", -1.264083, 0.96778, 0.27768), ("exponential", -0.00791533, 0.94666, 0.37926)],
)
def test_fit_gives_the_published_answer_for_austria(decay, beta, d2, srmse):
    code, told, _ = run("fit", COMMUTING / "austria_migration.csv", "--cost", "distance", "--decay", decay, "--json")
    found = json.loads(told)
    assert code == 0
    assert found["beta"] == pytest.approx(beta, abs=5e-7 if decay == "power" else 5e-9)
    assert (round(found["d2"], 5), round(found["srmse"], 5)) == (d2, srmse)
    assert (found["own"], found["observations"]) == ("excluded", 72)
    assert 0 < found["standard_error"] < found["wide_error"]


@pytest.mark.shared_data
def test_fit_finds_names_on_the_map(tmp_path):
    out, fitted = tmp_path / "estimates.csv", tmp_path / "fitted.csv"
    code, told, _ = run("fit", COMMUTING / "halland_od_2016.csv", "-o", out, "--fitted", fitted)
    assert code == 0, told
    assert "19.8% of persons misplaced" in told
    assert [row["estimate"] for row in csv.DictReader(out.read_text().splitlines())] == ["cost", "own"]
    assert len(rows(fitted.read_text())) == 36


@pytest.mark.shared_data
def test_predict_with_and_without_a_matrix(tmp_path):
    flows, margins = COMMUTING / "halland_od_2016.csv", COMMUTING / "halland_margins_2019.csv"
    balanced = rows(run("balance", flows, margins)[1])

    def off(*options: object) -> float:
        found = rows(run("predict", margins, *options)[1])
        pairs = [pair for pair in balanced if pair[0] != pair[1]]
        return sum(abs(found[p] - balanced[p]) for p in pairs) / sum(balanced[p] for p in pairs)

    stated, fitted, blended = off(), off("--flows", flows), off("--flows", flows, "--blend")
    assert stated == pytest.approx(fitted, abs=0.005)
    assert fitted < 0.2
    assert blended < 0.01


def test_pairs_without_a_row_have_no_cost_and_that_is_said(tmp_path):
    path = tmp_path / "flows.csv"
    rows = ["a,b,50,10", "b,a,40,10", "a,c,9,25", "c,a,12,25", "b,c,30,15", "c,b,20,15", "a,d,5,40", "d,b,7,35"]
    path.write_text("home,work,persons,cost\n" + "\n".join([*rows, "c,d,9,30", "d,c,4,30"]) + "\n")
    code, told, _ = run("fit", path)
    assert (code, "2 pair(s) have no cost and are left out" in told) == (0, True), told


@pytest.mark.shared_data
def test_a_place_off_the_map_needs_a_cost():
    code, _, told = run("fit", COMMUTING / "brindisi_2001.csv")
    assert (code, "no place on the map" in told, "--costs FILE" in told) == (1, True, True)


def test_groups_are_fitted_apart_and_drawn_together(tmp_path):
    km = {("a", "b"): 10, ("a", "c"): 25, ("a", "d"): 60, ("b", "c"): 18, ("b", "d"): 45, ("c", "d"): 30}
    lines = ["home,work,group,persons,cost"]
    for group, exponent, size in (("high", 1.5, 4e5), ("low", 2.5, 9e6)):
        for (home, work), far in km.items():
            for pair in ((home, work), (work, home)):
                lines.append(f"{pair[0]},{pair[1]},{group},{round(size * far**-exponent) + len(lines) % 3},{far}")
    path = tmp_path / "groups.csv"
    path.write_text("\n".join(lines) + "\n")
    found = json.loads(run("fit", path, "--json")[1])["groups"]
    assert found["high"]["beta"] == pytest.approx(-1.5, abs=0.02)
    assert found["low"]["beta"] == pytest.approx(-2.5, abs=0.02)
    shrunk = [found[group]["estimates"]["cost"]["shrunk"] for group in ("high", "low")]
    assert found["low"]["beta"] <= shrunk[1] < shrunk[0] <= found["high"]["beta"]


def test_a_column_of_costs_may_be_named(tmp_path):
    path = tmp_path / "flows.csv"
    km = {("a", "b"): (10, 30), ("a", "c"): (25, 20), ("b", "c"): (18, 44)}
    rows = [f"{h},{w},{round(1e6 / by_rail**2)},{far},{by_rail}" for (h, w), (far, by_rail) in km.items()]
    rows += [f"{w},{h},{round(2e6 / by_rail**2)},{far},{by_rail}" for (h, w), (far, by_rail) in km.items()]
    path.write_text("home,work,persons,km,Rail\n" + "\n".join(rows) + "\n")
    told = run("fit", path, "--cost", "Rail", "--json", "--constraint", "production")[1]
    assert json.loads(told)["notes"] == ["Costs of the column Rail."]
    assert json.loads(told)["mean_cost"] < 30
    code, _, told = run("fit", path, "--cost", "Boat")
    assert (code, "lacks column(s) Boat" in told) == (1, True)


def test_own_times_need_no_status_and_may_use_names(tmp_path):
    path = tmp_path / "times.csv"
    path.write_text("home,work,minutes\nHalmstad,Laholm,26\n1381,1380,31\n1380,1380,9\n1381,1381,8\n")
    code, told, _ = run("times", "Halmstad", "Laholm", "--known", path, "--json")
    found = {(row["home"], row["work"]): (row["minutes"], row["status"]) for row in json.loads(told)}
    assert (code, found["1380", "1381"], found["1381", "1380"]) == (0, (26.0, "observed"), (31.0, "observed"))
    path.write_text("home,work,minutes\nHalmstad,Laholm,26\n1380,1381,27\nLaholm,Halmstad,x\n")
    code, _, told = run("times", "1380", "1381", "--known", path)
    assert (code, "stand more than once" in told, "'x' (row 4)" in told) == (1, True, True)


def test_areas_times_and_rings(tmp_path, files):
    code, told, _ = run("areas", "1083", "--json")
    assert (code, json.loads(told)[0]["labour_market_area"]) == (0, "LA2218")
    code, told, _ = run("times", "1080", "1081", "--json")
    assert {row["status"] for row in json.loads(told)} == {"modelled"}
    code, told, _ = run("ring", files[0], "a", "--json")
    assert json.loads(told)[0]["share_out"] == 0.25
    code, _, told = run("ring", files[0], "z")
    assert (code, "z not in flows.csv" in told) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("predict", "{1}", "--blend"), "--blend needs --flows"),
        (("balance", "{0}", "{1}", "--merge", "a"), "OLD=NEW"),
        (("predict", "{1}", "--flows", "{0}", "--beta", "-1", "--own-effect", "3"), "leave out --flows"),
        (("predict", "{1}", "--flows", "{0}", "--own-effect", "0"), "leave out --flows"),
    ],
)
def test_options_that_make_no_sense_together(files, arguments, words):
    code, _, told = run(*[argument.format(*files) for argument in arguments])
    assert (code, words in told) == (2, True)


@pytest.fixture
def costs(tmp_path: Path) -> Path:
    path = tmp_path / "costs.csv"
    path.write_text("home,work,cost\na,b,4\nb,a,4\n", encoding="utf-8")
    return path


def test_coefficients_given_are_the_ones_that_count(files, costs):
    code, told, said = run("predict", files[1], "--costs", costs, "--beta", -0.5, "--own-effect", 0.25)
    found = rows(told)
    ratio = found["a", "a"] * found["b", "b"] / (found["a", "b"] * found["b", "a"])
    assert (code, ratio) == (0, pytest.approx(math.exp(2 * 0.25) * 4 ** (2 * 0.5)))
    assert "beta -0.5 (given by the user) and own effect 0.25 (given by the user)." in said
    assert "Halland" not in said


@pytest.mark.parametrize(
    ("option", "number", "words"),
    [
        ("--beta", -1, "beta -1 (given by the user) and own effect -5.62 (recipes/commuting.py, fitted to Halland"),
        (
            "--own-effect",
            2,
            "fitted to Halland 2016 (36 pairs of six municipalities; SCB through Regionfakta)) and own ",
        ),
    ],
)
def test_each_coefficient_says_where_it_comes_from(files, costs, option, number, words):
    code, _, said = run("predict", files[1], "--costs", costs, option, number)
    assert (code, words in said) == (0, True), said
    assert "own effect -5.62 was fitted together with beta -2.44: give both or neither" in said


def test_coefficients_of_no_option_are_those_in_force(files, costs):
    _, _, said = run("predict", files[1], "--costs", costs)
    assert "beta -2.44 and own effect -5.62 (recipes/commuting.py, fitted to Halland 2016" in said
    assert "given by the user" not in said


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--beta", "nan"), ["--beta nan is no coefficient"]),
        (("--own-effect", "inf"), ["--own-effect inf is no coefficient"]),
        (("--beta", "-inf", "--own-effect", "nan"), ["--beta -inf is no", "--own-effect nan is no"]),
        (("--own-effect", "800"), ["--own-effect 800 is no coefficient"]),
        (("--beta", "1"), ["--beta 1 is above zero", "the farther it is", "(--beta -1)"]),
        (("--beta", "0.01", "--decay", "exponential"), ["--beta 0.01 is above zero"]),
    ],
)
def test_coefficients_that_cannot_be_meant_are_refused_by_name(files, costs, options, words):
    code, told, said = run("predict", files[1], "--costs", costs, *options)
    assert (code, told, [word for word in words if word not in said]) == (1, "", []), said
    assert "negative or unknown" not in said


def test_a_beta_of_zero_is_no_distance_at_all(files, costs):
    told = run("predict", files[1], "--costs", costs, "--beta", 0, "--own-effect", 0)[1]
    assert rows(told)["a", "a"] == pytest.approx(6 * 5 / 8)


def test_predict_names_the_pairs_without_a_cost(files, costs):
    costs.write_text("home,work,cost\na,b,4\n", encoding="utf-8")
    code, _, said = run("predict", files[1], "--costs", costs)
    assert (code, "1 pair(s) to be modelled have no cost above zero: b to a" in said) == (1, True), said


def test_fill_takes_a_place_that_the_seed_has_no_row_for(tmp_path):
    seed, margins, costs = (tmp_path / f"{name}.csv" for name in ("seed", "margins", "costs"))
    far = {"ab": 10, "ac": 25, "ad": 60, "bc": 18, "bd": 45, "cd": 30}
    far |= {pair[::-1]: cost for pair, cost in far.items()}
    counted = [f"{p[0]},{p[1]},{round(1e5 / c**1.5)}" for p, c in far.items() if "d" not in p]
    counted += [f"{zone},{zone},{n}" for zone, n in (("a", 9000), ("b", 7000), ("c", 8000))]
    seed.write_text("\n".join(["home,work,persons", *counted]) + "\n")
    sums = {"a": 12000, "b": 11000, "c": 9500, "d": 3000}
    rows_of = [f"{zone},{side},{persons}" for zone, persons in sums.items() for side in ("home", "work")]
    margins.write_text("\n".join(["municipality,margin,persons", *rows_of]) + "\n")
    lines = ["home,work,cost", *(f"{p[0]},{p[1]},{c}" for p, c in far.items())]
    costs.write_text("\n".join(lines) + "\n")
    code, _, said = run("balance", seed, margins, "--costs", costs)
    assert (code, "d in margins.csv and not in seed.csv" in said, "--fill gravity models" in said) == (1, True, True)

    code, told, said = run("balance", seed, margins, "--costs", costs, "--fill", "gravity")
    found = rows(told)
    assert code == 0, said
    assert "In margins.csv and not in seed.csv: d." in said
    assert "No flow was counted for d: modelled by gravity" in said
    for zone, persons in sums.items():
        assert sum(found[zone, other] for other in sums) == pytest.approx(persons)
        assert sum(found[other, zone] for other in sums) == pytest.approx(persons)
    assert found["d", "c"] > found["d", "a"] > 0
    seed.write_text(seed.read_text() + "d,d,0\n")
    assert run("balance", seed, margins, "--costs", costs, "--fill", "gravity")[1] == told

    seed.write_text(seed.read_text().replace("d,d,0\n", ""))
    costs.write_text("\n".join(line for line in lines if not line.startswith("d,a")) + "\n")
    code, _, said = run("balance", seed, margins, "--costs", costs, "--fill", "gravity")
    assert (code, "have no cost above zero: d to a" in said, "--costs FILE" in said) == (1, True, True), said
    code, _, said = run("balance", seed, margins, "--fill", "gravity")
    assert (code, "no place on the map" in said) == (1, True), said


def test_a_fill_does_not_excuse_a_place_that_the_margins_lack(files):
    files[0].write_text(FLOWS + "c,a,2\n")
    code, _, said = run("balance", *files, "--fill", "gravity")
    assert (code, "c in flows.csv and not in margins.csv" in said) == (1, True), said


def test_a_fill_from_too_few_flows_says_which_rows_to_add(files, tmp_path):
    files[1].write_text(MARGINS + "c,home,2\nc,work,2\n")
    costs = tmp_path / "costs.csv"
    costs.write_text("home,work,cost\na,b,4\nb,a,4\na,c,5\nc,a,5\nb,c,6\nc,b,6\n")
    code, _, said = run("balance", *files, "--fill", "gravity", "--costs", costs)
    assert (code, "needs 6 known flows above zero and the seed has 4" in said) == (1, True), said
    assert "add rows home,work,persons for c" in said
