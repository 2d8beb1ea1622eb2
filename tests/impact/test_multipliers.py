"""Multipliers by hand, against the inverse, and the whole way from files by `brygga multipliers`."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from brygga.cli import main
from brygga.impact.leontief import effects, is_productive, shock_solve, with_households
from brygga.impact.multipliers import multipliers
from brygga.impact.national import germany_1990
from tests.impact.test_leontief import EMPLOYMENT, OUTPUT, VALUE_ADDED


def test_type_two_by_hand():
    """A factory buys 0.2 of services; both pay 0.5, all spent on services: x_s = 0.2 + w, w = 0.5 (1 + x_s) = 1.2."""
    bought = np.array([[0.0, 0.0], [0.2, 0.0]])
    closed = with_households(bought, np.array([0.5, 0.5]), np.array([0.0, 1.0]))
    jobs = {"jobs": np.array([2.0, 1.0])}
    found = multipliers(("factory", "services"), closed, jobs, closed=True)
    assert found.kind == 2
    assert found.total["output"] == pytest.approx([1 + 1.4, 2.0])
    assert found.total["jobs"] == pytest.approx([2 + 1.4, 2.0])
    assert found.ratio["jobs"] == pytest.approx([1.7, 2.0])


def test_an_industry_without_jobs_has_no_ratio():
    found = multipliers(("a",), np.array([[0.5]]), {"jobs": np.array([0.0])})
    assert found.total["jobs"].tolist() == [0.0]
    assert np.isnan(found.ratio["jobs"]).all()


@st.composite
def systems(draw, most=8):
    """Coefficients of which every column leaves something over."""
    size = draw(st.integers(1, most))
    cells = draw(st.lists(st.floats(0, 1), min_size=size * size, max_size=size * size))
    share = draw(st.floats(0, 0.95))
    matrix = np.array(cells).reshape(size, size)
    return matrix * share / np.maximum(matrix.sum(axis=0), 1.0)


@given(systems())
def test_one_solve_of_the_transpose_is_the_sum_of_the_inverse(matrix):
    inverse = np.linalg.inv(np.eye(len(matrix)) - matrix)
    assert effects(matrix, np.ones(len(matrix))) == pytest.approx(inverse.sum(axis=0), rel=1e-10)


@given(systems(), st.integers(0, 7), st.floats(-1e6, 1e6))
def test_many_shocks_at_once_are_each_alone_and_linear(matrix, place, size):
    final = np.eye(len(matrix))
    together = shock_solve(matrix, final)
    place %= len(matrix)
    assert shock_solve(matrix, size * final[place]) == pytest.approx(size * together[:, place], rel=1e-9, abs=1e-9)
    assert together.sum(axis=0) == pytest.approx(effects(matrix, np.ones(len(matrix))))


@given(systems(), st.floats(1.0, 3.0))
def test_productive_is_what_the_largest_eigenvalue_says(matrix, times):
    grown = matrix * times
    largest = np.abs(np.linalg.eigvals(grown)).max()
    if abs(largest - 1) > 1e-6:
        assert is_productive(grown) == (largest < 1)


class _Main:
    name = "brygga"

    def main(self, args, prog_name, **extra):
        main(args)


def run(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(_Main(), ["multipliers", *map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


def table(path: Path, head: list[str], rows: list[list[object]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([head, *rows])
    return path


@pytest.fixture
def germany(tmp_path):
    nation = germany_1990()
    names = list(nation.industries)
    coefficients = nation.flows / nation.output

    def column(name: str, values: np.ndarray) -> Path:
        rows = [[one, float(value), float(out)] for one, value, out in zip(names, values, nation.output, strict=True)]
        return table(tmp_path / f"{name}.csv", ["industry", name, "output"], rows)

    spending = 0.5 * nation.household_purchases / nation.household_total
    pairs = zip(names, nation.wages / nation.output, spending, strict=True)
    return {
        "A": table(
            tmp_path / "A.csv",
            ["industry", *names],
            [[one, *map(float, row)] for one, row in zip(names, coefficients, strict=True)],
        ),
        "E": column("persons", nation.jobs / 1000),
        "V": column("value_added", nation.value_added),
        "H": table(
            tmp_path / "H.csv", ["industry", "wages", "spending"], [[a, float(b), float(c)] for a, b, c in pairs]
        ),
    }


def test_published_multipliers_from_files(germany):
    code, out, err = run(germany["A"], "--employment", germany["E"], "--value-added", germany["V"], "--json")
    found = json.loads(out)
    assert (code, err) == (0, "")
    assert next(iter(found)) == "industries"
    assert np.round(found["output_multiplier"], 4).tolist() == OUTPUT
    assert np.round(found["employment_multiplier"], 4).tolist() == EMPLOYMENT
    assert np.round(found["value_added_multiplier"], 4).tolist() == VALUE_ADDED
    assert found["employment_ratio"][1] == pytest.approx(found["employment_multiplier"][1] / (8381 / 1079446))


def test_type_two_holds_type_one_and_more_and_wages_give_income(germany):
    code, out, _ = run(germany["A"], "--employment", germany["E"], "--type", 2, "--households", germany["H"], "--json")
    found = json.loads(out)
    assert (code, found["type"]) == (0, 2)
    assert np.round(found["type_1"]["output_multiplier"], 4).tolist() == OUTPUT
    for name in ("output", "employment", "income"):
        assert np.all(np.array(found[f"{name}_multiplier"]) > found["type_1"][f"{name}_multiplier"])


def test_households_inside_the_table_are_the_same_as_beside_it(germany, tmp_path):
    _, out, _ = run(germany["A"], "--employment", germany["E"], "--type", 2, "--households", germany["H"], "--json")
    beside = json.loads(out)
    nation = germany_1990()
    closed = with_households(
        nation.flows / nation.output,
        nation.wages / nation.output,
        0.5 * nation.household_purchases / nation.household_total,
    )
    names = [*nation.industries, "Hushåll"]
    rows = [[one, *map(float, row)] for one, row in zip(names, closed, strict=True)]
    inside = table(tmp_path / "closed.csv", ["industry", *names], rows)
    _, out, _ = run(inside, "--employment", germany["E"], "--type", 2, "--households", "hushåll", "--json")
    found = json.loads(out)
    assert found["industries"] == beside["industries"]
    for name in ("output_multiplier", "employment_multiplier", "income_multiplier"):
        assert found[name] == pytest.approx(beside[name], rel=1e-12)
        assert found["type_1"][name] == pytest.approx(beside["type_1"][name], rel=1e-12)


def test_127_industries_to_every_digit(tmp_path):
    """As large as the table the engine is judged with, with zero columns and small negatives; against the inverse."""
    rng = np.random.default_rng(127)
    matrix = rng.random((127, 127)) ** 8
    matrix *= rng.uniform(0.1, 0.8, 127) / matrix.sum(axis=0)
    matrix[:, 126], matrix[3, 5] = 0.0, -2e-6
    names = [f'"Goods", part {place}' if place % 2 else f"CPA_{place}" for place in range(127)]
    rows = [[one, *map(float, row)] for one, row in zip(names, matrix, strict=True)]
    code, out, err = run(table(tmp_path / "A.csv", ["", *names], rows), "--json")
    found = json.loads(out)
    assert code == 0
    assert found["industries"] == names
    inverse = np.linalg.inv(np.eye(127) - matrix)
    assert found["output_multiplier"] == pytest.approx(inverse.sum(axis=0), rel=1e-12)
    assert "1 small negative coefficient(s), the least -2e-06" in err
    assert "1 industry(ies) buy nothing: CPA_126" in err
    assert found["warnings"][0] in err


def test_people_get_a_table(germany):
    code, out, _ = run(germany["A"], "--employment", germany["E"])
    assert code == 0
    assert out.splitlines()[0].split() == ["industry", "output", "I", "employment", "I", "ratio"]
    assert "1.8413" in out.splitlines()[2]


def test_what_households_are_must_be_said(germany):
    assert "type II without --households" in run(germany["A"], "--type", 2)[2]
    told = run(germany["A"], "--type", 2, "--households", "nobody")[2]
    assert "--households 'nobody' is neither an industry of the table nor a file" in told
    assert "with type I" in run(germany["A"], "--households", germany["H"])[2]
    code, out, err = run(germany["A"], "--employment", germany["H"])
    assert code == 1
    assert out == ""
    assert "use industry,persons_per_output" in err


def test_households_that_take_more_than_there_is(germany, tmp_path):
    names = germany_1990().industries
    path = table(tmp_path / "big.csv", ["industry", "wages", "spending"], [[one, 0.9, 0.1] for one in names])
    code, _, err = run(germany["A"], "--type", 2, "--households", path)
    assert code == 1
    assert "A.csv with households: 6 column(s) add up to more than 1" in err
