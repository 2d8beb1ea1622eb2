"""`brygga coefficients`: published tables to files that `brygga multipliers` reads."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner

from brygga.cli import main
from brygga.core.places import SHARED_DATA
from brygga.impact.supply_use_files import national_from_files
from tests.impact.made_tables import official_input_output
from tests.impact.test_leontief import EMPLOYMENT, OUTPUT
from tests.impact.test_published import ICIO

SUPPLY = """product,label,C10-12,C29,TOTAL
CPA_C10-12,Food,90,10,100
CPA_C29,Vehicles,0,40,40
TOTAL,All,90,50,140
"""
USE = """product,label,C10-12,C29,P3_S14,P6,TU
CPA_C10-12,Food,5,20,60,15,100
CPA_C29,Vehicles,0,10,10,20,40
P7,Imports,10,5,8,0,23
D1,Wages,30,10,,,
B1G,Value added,75,15,,,
EMP,Employed,300,100,,,
"""


class _Main:
    name = "brygga"

    def main(self, args, prog_name, **extra):
        main(args)


def run(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(_Main(), [*map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def both(tmp_path):
    supply, use = tmp_path / "supply.csv", tmp_path / "use.csv"
    supply.write_text(SUPPLY, encoding="utf-8")
    use.write_text(USE, encoding="utf-8")
    return supply, use


@pytest.mark.shared_data
def test_from_a_published_table_to_published_multipliers(tmp_path: Path):
    table = SHARED_DATA / "input-output" / "germany_1990_6_sectors.csv"
    code, out, _ = run("coefficients", table, "-o", tmp_path / "out")
    assert code == 0
    assert [Path(line).name for line in out.split()] == [
        "coefficients.csv",
        "employment.csv",
        "value_added.csv",
        "households.csv",
    ]
    _, out, _ = run(
        "multipliers", tmp_path / "out/coefficients.csv", "--employment", tmp_path / "out/employment.csv", "--json"
    )
    found = json.loads(out)
    assert np.round(found["output_multiplier"], 4).tolist() == OUTPUT
    assert np.round(found["employment_multiplier"], 4).tolist() == EMPLOYMENT


def test_the_official_table_of_a_territory(tmp_path):
    path = tmp_path / "official_input_output.parquet"
    official_input_output().write_parquet(path)
    code, out, err = run("coefficients", path, "-o", tmp_path / "out", "--json")
    told = json.loads(out)
    assert (code, err) == (0, "")
    assert len(told["files"]) == 3
    assert "the table has no jobs" in told["notes"]
    assert pl.read_csv(tmp_path / "out/coefficients.csv").shape == (64, 65)


def test_one_country_or_the_whole_of_icio(tmp_path):
    path = tmp_path / "2018.csv"
    path.write_text(ICIO, encoding="utf-8")
    assert run("coefficients", path, "-o", tmp_path / "all")[0] == 0
    assert pl.read_csv(tmp_path / "all/coefficients.csv")["industry"].to_list() == [
        "SWE_C29",
        "SWE_G",
        "NOR_C29",
        "NOR_G",
    ]
    assert run("coefficients", path, "--country", "NOR", "-o", tmp_path / "nor")[0] == 0
    assert pl.read_csv(tmp_path / "nor/coefficients.csv").rows() == [("C29", 0.05, 0.1), ("G", 0.125, 4 / 30)]


def test_supply_and_use_by_fixed_product_sales(both):
    """Food is sold 90:10 by food makers and car makers, vehicles by car makers alone."""
    read = national_from_files(*both)
    assert read.industries == ("C10-12", "C29")
    assert read.flows == pytest.approx(np.array([[4.5, 18.0], [0.5, 2 + 10]]))
    assert read.output.tolist() == [90, 50]
    assert (read.wages.tolist(), read.jobs.tolist()) == ([30, 10], [300, 100])
    assert read.household_purchases == pytest.approx([54, 16])
    assert read.household_total == 78
    assert (read.lacks, read.notes) == ((), ("made symmetric by model D",))


def test_supply_and_use_by_industry_technology_move_wages_to_products(both):
    read = national_from_files(*both, model="B")
    assert read.industries == ("CPA_C10-12", "CPA_C29")
    assert read.wages == pytest.approx([30 + 10 * 10 / 50, 10 * 40 / 50])
    assert read.jobs.sum() == pytest.approx(400)


def test_supply_and_use_that_differ_are_named(both):
    supply, use = both
    use.write_text(USE.replace("CPA_C29", "CPA_C30"), encoding="utf-8")
    code, _, err = run("coefficients", use, "--supply", supply, "-o", use.parent / "out")
    assert code == 1
    assert "supply.csv and use.csv have different products: CPA_C29, CPA_C30" in err


def test_more_used_than_made_is_told(both):
    supply, use = both
    use.write_text(USE.replace("CPA_C29,Vehicles,0,10,10", "CPA_C29,Vehicles,0,30,20"), encoding="utf-8")
    assert "more used than made at home: CPA_C29" in national_from_files(supply, use).notes


def test_options_that_do_not_fit(both, tmp_path):
    use = both[1]
    assert "--model B without --supply" in run("coefficients", use, "--model", "B", "-o", tmp_path)[2]
    assert (
        "--country SWE: use.csv is no inter-country table"
        in run("coefficients", use, "--country", "SWE", "-o", tmp_path)[2]
    )
    assert "cannot be read" in run("coefficients", tmp_path / "none.csv", "-o", tmp_path)[2]
